use super::*;
use crate::media::probe::parse;
use expect_test::{Expect, expect};

fn options() -> Options {
    Options { heights: vec![240, 360, 480, 720, 1080], keep_height: true, fps_max: 60 }
}

fn check(probe: &Probe, expect: Expect) {
    expect.assert_eq(&describe(&plan(probe, &options())));
}

fn describe(plan: &Plan) -> String {
    let mut out = String::new();
    let mut line = |what: &str, rung: &Rung| {
        let rate = rung.rate.map_or(String::new(), |rate| format!(" at {rate}"));
        let bits =
            if rung.bit_rate_max == 0 { String::new() } else { format!(" {}k", rung.bit_rate_max / 1000) };
        out += &format!("{what} {}p {}x{}{rate}{bits}\n", rung.resolution, rung.width, rung.height);
    };
    if let Some(rung) = &plan.remux {
        line("keep", rung);
    }
    if let Some(rung) = &plan.instead {
        line("or make", rung);
    }
    for rung in &plan.rungs {
        line("make", rung);
    }
    if let Some(sound) = &plan.sound {
        out += &format!("sound {sound:?}\n");
    }
    if plan.clean.deinterlace {
        out += "deinterlace\n";
    }
    if plan.clean.light != Light::Standard {
        out += &format!("from {:?}\n", plan.clean.light);
    }
    out
}

macro_rules! vector {
    ($name:literal) => {
        parse(include_str!(concat!("../../../tests/vectors/ffprobe/", $name, ".json")).as_bytes()).unwrap()
    };
}

/// An ordinary file with other pictures.
fn with(change: impl FnOnce(&mut Video)) -> Probe {
    let mut probe = vector!("plain.mp4");
    let video = probe.video.as_mut().unwrap();
    (video.width, video.height) = (1920, 1080);
    change(video);
    probe
}

#[test]
fn an_ordinary_file_keeps_its_pictures_and_its_sound() {
    check(
        &vector!("plain.mp4"),
        expect![[r#"
        keep 360p 640x360
        or make 360p 640x360 500k
        make 240p 426x240 300k
        sound Keep
    "#]],
    );
    check(
        &with(|_| {}),
        expect![[r#"
        keep 1080p 1920x1080
        or make 1080p 1920x1080 3300k
        make 720p 1280x720 1750k
        make 480p 854x480 801k
        make 360p 640x360 500k
        make 240p 426x240 300k
        sound Keep
    "#]],
    );
}

#[test]
fn what_browsers_cannot_show_is_encoded() {
    check(
        &vector!("vp9.webm"),
        expect![[r#"
        make 360p 640x360 500k
        make 240p 426x240 300k
        sound Encode { channels: 1, sample_rate: 48000, bit_rate: 80000 }
    "#]],
    );
    check(
        &vector!("odd.mkv"),
        expect![[r#"
            make 480p 852x480 799k
            make 360p 640x360 500k
            make 240p 426x240 300k
        "#]],
    );
    check(
        &vector!("mjpeg.avi"),
        expect![[r#"
        make 360p 640x360 500k
        make 240p 426x240 300k
    "#]],
    );
    check(
        &vector!("high10.mp4"),
        expect![[r#"
        make 360p 640x360 500k
        make 240p 426x240 300k
    "#]],
    );
}

#[test]
fn turned_long_and_interlaced_pictures_become_plain_ones() {
    check(
        &vector!("rotated-tag.mp4"),
        expect![[r#"
        make 360p 360x640 500k
        make 240p 240x426 300k
    "#]],
    );
    check(
        &vector!("dvd.mpg"),
        expect![[r#"
        make 576p 1024x576 1134k
        make 480p 854x480 801k
        make 360p 640x360 500k
        make 240p 426x240 300k
        deinterlace
    "#]],
    );
    check(
        &vector!("interlaced.mp4"),
        expect![[r#"
            make 576p 1046x576 1158k
            make 480p 872x480 817k
            make 360p 654x360 508k
            make 240p 436x240 304k
            deinterlace
        "#]],
    );
}

#[test]
fn high_dynamic_range_is_mapped() {
    check(
        &vector!("hdr10.mp4"),
        expect![[r#"
        make 360p 640x360 500k
        make 240p 426x240 300k
        from Pq
    "#]],
    );
    check(
        &vector!("hlg.mkv"),
        expect![[r#"
        make 360p 640x360 500k
        make 240p 426x240 300k
        from Hlg
    "#]],
    );
}

#[test]
fn sound_alone_has_no_rungs() {
    check(
        &vector!("cover.mp3"),
        expect![[r#"
        sound Encode { channels: 1, sample_rate: 48000, bit_rate: 80000 }
    "#]],
    );
    check(
        &vector!("cover.m4a"),
        expect![[r#"
        sound Keep
    "#]],
    );
    check(
        &vector!("tone.flac"),
        expect![[r#"
        sound Encode { channels: 1, sample_rate: 48000, bit_rate: 80000 }
    "#]],
    );
}

#[test]
fn many_channels_become_two_and_one_stays_one() {
    check(
        &vector!("surround.mp4"),
        expect![[r#"
        keep 360p 640x360
        or make 360p 640x360 500k
        make 240p 426x240 300k
        sound Encode { channels: 2, sample_rate: 44100, bit_rate: 144000 }
    "#]],
    );
    check(
        &vector!("mono.mp4"),
        expect![[r#"
        keep 360p 640x360
        or make 360p 640x360 500k
        make 240p 426x240 300k
        sound Keep
    "#]],
    );
}

#[test]
fn frames_are_thinned_evenly() {
    let at = |numerator, denominator| with(|video| video.frame_rate = Some(Rate { numerator, denominator }));
    check(
        &at(60, 1),
        expect![[r#"
        keep 1080p 1920x1080
        or make 1080p 1920x1080 4620k
        make 720p 1280x720 2450k
        make 480p 854x480 at 30 801k
        make 360p 640x360 at 30 500k
        make 240p 426x240 at 30 300k
        sound Keep
    "#]],
    );
    check(
        &at(60000, 1001),
        expect![[r#"
        keep 1080p 1920x1080
        or make 1080p 1920x1080 4617k
        make 720p 1280x720 2449k
        make 480p 854x480 at 30000/1001 801k
        make 360p 640x360 at 30000/1001 500k
        make 240p 426x240 at 30000/1001 300k
        sound Keep
    "#]],
    );
    check(
        &at(50, 1),
        expect![[r#"
        keep 1080p 1920x1080
        or make 1080p 1920x1080 4180k
        make 720p 1280x720 2217k
        make 480p 854x480 at 25 801k
        make 360p 640x360 at 25 500k
        make 240p 426x240 at 25 300k
        sound Keep
    "#]],
    );
    check(
        &at(120, 1),
        expect![[r#"
        make 1080p 1920x1080 at 60 4620k
        make 720p 1280x720 at 60 2450k
        make 480p 854x480 at 30 801k
        make 360p 640x360 at 30 500k
        make 240p 426x240 at 30 300k
        sound Keep
    "#]],
    );
    check(
        &vector!("vfr.mp4"),
        expect![[r#"
        keep 360p 640x360
        or make 360p 640x360 500k
        make 240p 426x240 300k
    "#]],
    );
    check(
        &with(|video| video.frame_rate = None),
        expect![[r#"
            make 1080p 1920x1080 at 30 3300k
            make 720p 1280x720 at 30 1750k
            make 480p 854x480 at 30 801k
            make 360p 640x360 at 30 500k
            make 240p 426x240 at 30 300k
            sound Keep
        "#]],
    );
}

#[test]
fn sizes_between_rungs_keep_their_own_first() {
    let sized = |width, height| with(|video| (video.width, video.height) = (width, height));
    check(
        &sized(1080, 1920),
        expect![[r#"
        keep 1080p 1080x1920
        or make 1080p 1080x1920 3300k
        make 720p 720x1280 1750k
        make 480p 480x854 801k
        make 360p 360x640 500k
        make 240p 240x426 300k
        sound Keep
    "#]],
    );
    check(
        &sized(1920, 800),
        expect![[r#"
        keep 800p 1920x800
        or make 800p 1920x800 2577k
        make 720p 1728x720 2184k
        make 480p 1152x480 1066k
        make 360p 864x360 635k
        make 240p 576x240 356k
        sound Keep
    "#]],
    );
    check(
        &sized(854, 470),
        expect![[r#"
        keep 470p 854x470
        or make 470p 854x470 786k
        make 360p 654x360 508k
        make 240p 436x240 304k
        sound Keep
    "#]],
    );
    check(
        &sized(1920, 1088),
        expect![[r#"
        keep 1088p 1920x1088
        or make 1088p 1920x1088 3326k
        make 720p 1270x720 1737k
        make 480p 848x480 796k
        make 360p 636x360 498k
        make 240p 424x240 299k
        sound Keep
    "#]],
    );
    check(
        &sized(32, 18),
        expect![[r#"
        make 18p 32x18 52k
        sound Keep
    "#]],
    );
}

#[test]
fn the_largest_are_brought_down() {
    check(
        &with(|video| {
            (video.width, video.height) = (7680, 4320);
            video.codec = "hevc".to_owned();
        }),
        expect![[r#"
            make 2160p 3840x2160 14000k
            make 1080p 1920x1080 3300k
            make 720p 1280x720 1750k
            make 480p 854x480 801k
            make 360p 640x360 500k
            make 240p 426x240 300k
            sound Keep
        "#]],
    );
}

#[test]
fn each_reason_against_a_remux_counts_alone() {
    let reasons: [fn(&mut Video); 11] = [
        |video| video.codec = "hevc".to_owned(),
        |video| video.profile = "High 10".to_owned(),
        |video| video.level = Some(60),
        |video| video.pixel_format = "yuv422p".to_owned(),
        |video| video.light = Light::Hlg,
        |video| video.interlaced = true,
        |video| video.rotation = 90,
        |video| video.frame_rate = Some(Rate { numerator: 120, denominator: 1 }),
        |video| video.bit_rate = Some(80_000_000),
        |video| video.start = std::time::Duration::from_millis(101),
        |video| (video.width, video.height) = (8192, 4320),
    ];
    for (number, reason) in reasons.into_iter().enumerate() {
        assert_eq!(plan(&with(reason), &options()).remux, None, "reason {number}");
    }
}

#[test]
fn an_instance_may_make_nothing_but_its_own_heights() {
    let options = Options { keep_height: false, ..options() };
    let planned = |width, height| {
        let probe = with(|video| {
            (video.width, video.height) = (width, height);
            video.codec = "vp9".to_owned();
        });
        plan(&probe, &options).rungs.iter().map(|rung| rung.resolution).collect::<Vec<_>>()
    };
    assert_eq!(planned(3840, 2160), [1080, 720, 480, 360, 240]);
    assert_eq!(planned(1280, 720), [720, 480, 360, 240]);
    assert_eq!(planned(320, 180), [180], "below all of them its own is all there is");
}

#[test]
fn a_remux_that_fails_is_made_up_for() {
    let planned = |keep_height, height| {
        let probe = with(|video| (video.width, video.height) = (height * 16 / 9, height));
        let plan = plan(&probe, &Options { keep_height, ..options() });
        assert!(plan.remux.is_some());
        let plan = plan.without_remux();
        assert_eq!((&plan.remux, &plan.instead), (&None, &None));
        plan.rungs.iter().map(|rung| rung.resolution).collect::<Vec<_>>()
    };
    assert_eq!(planned(true, 1080), [1080, 720, 480, 360, 240]);
    assert_eq!(planned(true, 1200), [1200, 1080, 720, 480, 360, 240]);
    assert_eq!(planned(false, 1200), [1080, 720, 480, 360, 240]);
}

#[test]
fn the_quick_rung_is_small_but_not_the_smallest() {
    let quick = |height| {
        let probe = with(|video| (video.width, video.height) = (height * 16 / 9, height));
        plan(&probe, &options()).without_remux().quick_rung().map(|rung| rung.resolution)
    };
    assert_eq!(quick(1080), Some(360));
    assert_eq!(quick(360), Some(360));
    assert_eq!(quick(240), Some(240));
    assert_eq!(plan(&vector!("cover.mp3"), &options()).quick_rung(), None);
}

#[test]
fn whatever_comes_in_the_plan_is_sound() {
    let mut seed = 3u64;
    let mut roll = |sides: u32| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(seed >> 33).unwrap() % sides
    };
    for _ in 0..20_000 {
        let mut heights = shared::limits::LADDER_HEIGHTS.to_vec();
        heights.retain(|_| roll(2) == 0);
        let options = Options { heights, keep_height: roll(2) == 0, fps_max: 1 + roll(120) };
        let probe = with(|video| {
            (video.width, video.height) = (1 + roll(8192), 1 + roll(8192));
            video.pixel_aspect = f64::from(1 + roll(100)) / 10.0;
            video.rotation = roll(4) * 90;
            video.frame_rate =
                (roll(10) != 0).then(|| Rate { numerator: 1 + roll(300_000), denominator: 1000 + roll(2) });
            video.frame_rate_varies = roll(2) == 0;
            if roll(2) == 0 {
                video.codec = "vp9".to_owned();
            }
        });
        let (width, height) = probe.video.as_ref().unwrap().shown_size();
        let mut first = plan(&probe, &options);
        assert_eq!(first.remux.is_some(), first.instead.is_some());
        if roll(2) == 0 {
            first = first.without_remux();
        }
        assert!(first.remux.is_some() || !first.rungs.is_empty(), "pictures are never lost");
        let mut above = first.remux.as_ref().map(|rung| rung.resolution).unwrap_or(u32::MAX);
        let mut fatter = u64::MAX;
        let mut smoother = f64::MAX;
        for rung in &first.rungs {
            assert!(rung.width % 2 == 0 && rung.height % 2 == 0 && 0 < rung.width.min(rung.height));
            // Rounding to even may add a pixel.
            assert!(rung.width <= width + 1 && rung.height <= height + 1, "{rung:?} of {width}x{height}");
            assert!(rung.width.max(rung.height) <= SIDE_MAX + 1 || rung.resolution == 2, "{rung:?}");
            assert!(rung.resolution < above, "{rung:?} below {above}");
            assert!(rung.bit_rate_max <= fatter && 0 < rung.bit_rate_max, "{rung:?}");
            let rate = rung.rate.or(probe.video.as_ref().unwrap().frame_rate).unwrap().value();
            assert!(rate <= smoother && rate <= f64::from(options.fps_max) * RATE_TOLERANCE, "{rung:?}");
            (above, fatter, smoother) = (rung.resolution, rung.bit_rate_max, rate);
        }
    }
}
