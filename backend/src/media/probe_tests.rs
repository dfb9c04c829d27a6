use super::*;
use expect_test::{Expect, expect};

fn check(report: &str, expect: Expect) {
    expect.assert_eq(&match parse(report.as_bytes()) {
        Ok(probe) => describe(&probe),
        Err(error) => format!("{error}\n"),
    });
}

fn describe(probe: &Probe) -> String {
    let mut out = format!("{} {:?}\n", probe.container, probe.duration);
    if let Some(video) = &probe.video {
        let (width, height) = video.shown_size();
        out += &format!(
            "video {} {} {}@{:?} {} {}x{} shown {width}x{height} rotated {} at {}{} {:?}{} from {:?} {:?} b/s\n",
            video.index,
            video.codec,
            video.profile,
            video.level,
            video.pixel_format,
            video.width,
            video.height,
            video.rotation,
            video.frame_rate.map_or("?".to_owned(), |rate| rate.to_string()),
            if video.frame_rate_varies { " varying" } else { "" },
            video.light,
            if video.interlaced { " interlaced" } else { "" },
            video.start,
            video.bit_rate,
        );
    }
    if let Some(audio) = &probe.audio {
        out += &format!(
            "audio {} {} {} {} channels {} Hz from {:?} {:?} b/s\n",
            audio.index,
            audio.codec,
            audio.profile,
            audio.channels,
            audio.sample_rate,
            audio.start,
            audio.bit_rate,
        );
    }
    if let Some(cover) = probe.cover {
        out += &format!("cover {cover}\n");
    }
    out
}

macro_rules! vector {
    ($name:literal) => {
        include_str!(concat!("../../../tests/vectors/ffprobe/", $name, ".json"))
    };
}

#[test]
fn ordinary_files_are_read() {
    check(
        vector!("plain.mp4"),
        expect![[r#"
        mov,mp4,m4a,3gp,3g2,mj2 6s
        video 0 h264 Constrained Baseline@Some(30) yuv420p 640x360 shown 640x360 rotated 0 at 30 Standard from 0ns Some(1961346) b/s
        audio 1 aac LC 2 channels 48000 Hz from 0ns Some(127921) b/s
    "#]],
    );
    check(
        vector!("plain.ts"),
        expect![[r#"
        mpegts 6.021333s
        video 0 h264 Constrained Baseline@Some(30) yuv420p 640x360 shown 640x360 rotated 0 at 30 Standard from 21.333ms None b/s
        audio 1 aac LC 2 channels 48000 Hz from 0ns Some(130584) b/s
    "#]],
    );
    check(
        vector!("vp9.webm"),
        expect![[r#"
        matroska,webm 6.008s
        video 0 vp9 Profile 0@None yuv420p 640x360 shown 640x360 rotated 0 at 30 Standard from 14ms None b/s
        audio 1 opus  1 channels 48000 Hz from 0ns None b/s
    "#]],
    );
    check(
        vector!("mjpeg.avi"),
        expect![[r#"
        avi 3.003s
        video 0 mjpeg Baseline@None yuvj422p 640x360 shown 640x360 rotated 0 at 30000/1001 Standard from 0ns Some(4828771) b/s
    "#]],
    );
}

#[test]
fn a_turned_picture_is_shown_upright() {
    check(
        vector!("rotated-tag.mp4"),
        expect![[r#"
        mov,mp4,m4a,3gp,3g2,mj2 6s
        video 0 h264 Constrained Baseline@Some(30) yuv420p 640x360 shown 360x640 rotated 270 at 30 Standard from 0ns Some(1961346) b/s
    "#]],
    );
}

#[test]
fn odd_sizes_and_long_pixels_are_kept_as_they_are() {
    check(
        vector!("odd.webm"),
        expect![[r#"
        matroska,webm 4s
        video 0 vp9 Profile 0@None yuv420p 852x480 shown 852x480 rotated 0 at 25 Standard from 0ns None b/s
    "#]],
    );
    check(
        vector!("odd.mkv"),
        expect![[r#"
        matroska,webm 4s
        video 0 h264 High 4:4:4 Predictive@Some(30) yuv444p 853x480 shown 853x480 rotated 0 at 25 Standard from 0ns None b/s
    "#]],
    );
    check(
        vector!("dvd.mpg"),
        expect![[r#"
        mpeg 4s
        video 0 mpeg2video Main@Some(8) yuv420p 720x576 shown 1024x576 rotated 0 at 25 Standard interlaced from 0ns None b/s
    "#]],
    );
    check(
        vector!("interlaced.mp4"),
        expect![[r#"
        mov,mp4,m4a,3gp,3g2,mj2 4s
        video 0 h264 Main@Some(30) yuv420p 720x576 shown 1047x576 rotated 0 at 25 Standard interlaced from 0ns Some(3649182) b/s
    "#]],
    );
}

#[test]
fn frame_rates_are_judged() {
    check(
        vector!("vfr.mp4"),
        expect![[r#"
        mov,mp4,m4a,3gp,3g2,mj2 5.967s
        video 0 h264 Constrained Baseline@Some(31) yuv420p 640x360 shown 640x360 rotated 0 at 4620/179 varying Standard from 0ns Some(1730967) b/s
    "#]],
    );
    check(
        vector!("fast.mp4"),
        expect![[r#"
        mov,mp4,m4a,3gp,3g2,mj2 3s
        video 0 h264 Constrained Baseline@Some(32) yuv420p 640x360 shown 640x360 rotated 0 at 120 Standard from 0ns Some(5933192) b/s
    "#]],
    );
    check(
        vector!("oneframe.mp4"),
        expect![[r#"
        mov,mp4,m4a,3gp,3g2,mj2 34ms
        video 0 h264 Constrained Baseline@Some(30) yuv420p 640x360 shown 640x360 rotated 0 at 30 Standard from 0ns Some(3947760) b/s
    "#]],
    );
}

#[test]
fn sound_comes_in_all_shapes() {
    check(
        vector!("silent.mp4"),
        expect![[r#"
        mov,mp4,m4a,3gp,3g2,mj2 6s
        video 0 h264 Constrained Baseline@Some(30) yuv420p 640x360 shown 640x360 rotated 0 at 30 Standard from 0ns Some(1937197) b/s
    "#]],
    );
    check(
        vector!("mono.mp4"),
        expect![[r#"
        mov,mp4,m4a,3gp,3g2,mj2 6s
        video 0 h264 Constrained Baseline@Some(30) yuv420p 640x360 shown 640x360 rotated 0 at 30 Standard from 0ns Some(1937197) b/s
        audio 1 aac LC 1 channels 44100 Hz from 0ns Some(69319) b/s
    "#]],
    );
    check(
        vector!("surround.mp4"),
        expect![[r#"
        mov,mp4,m4a,3gp,3g2,mj2 6s
        video 0 h264 Constrained Baseline@Some(30) yuv420p 640x360 shown 640x360 rotated 0 at 30 Standard from 0ns Some(1937197) b/s
        audio 1 aac LC 6 channels 44100 Hz from 0ns Some(340834) b/s
    "#]],
    );
}

#[test]
fn a_cover_is_no_video() {
    check(
        vector!("tone.mp3"),
        expect![[r#"
        mp3 6.024s
        audio 0 mp3  1 channels 48000 Hz from 0ns Some(64000) b/s
    "#]],
    );
    check(
        vector!("tone.flac"),
        expect![[r#"
        flac 6s
        audio 0 flac  1 channels 48000 Hz from 0ns None b/s
    "#]],
    );
    check(
        vector!("cover.mp3"),
        expect![[r#"
        mp3 6.024s
        audio 0 mp3  1 channels 48000 Hz from 0ns Some(64000) b/s
        cover 1
    "#]],
    );
    check(
        vector!("cover.m4a"),
        expect![[r#"
        mov,mp4,m4a,3gp,3g2,mj2 6s
        audio 0 aac LC 1 channels 48000 Hz from 0ns Some(69415) b/s
        cover 1
    "#]],
    );
}

#[test]
fn high_dynamic_range_is_seen() {
    check(
        vector!("hdr10.mp4"),
        expect![[r#"
        mov,mp4,m4a,3gp,3g2,mj2 3s
        video 0 hevc Main 10@Some(63) yuv420p10le 640x360 shown 640x360 rotated 0 at 24 Pq from 0ns Some(535304) b/s
    "#]],
    );
    check(
        vector!("hlg.mkv"),
        expect![[r#"
        matroska,webm 3s
        video 0 hevc Main 10@Some(63) yuv420p10le 640x360 shown 640x360 rotated 0 at 24 Hlg from 0ns None b/s
    "#]],
    );
    check(
        vector!("high10.mp4"),
        expect![[r#"
        mov,mp4,m4a,3gp,3g2,mj2 6s
        video 0 h264 High 10@Some(30) yuv420p10le 640x360 shown 640x360 rotated 0 at 30 Standard from 0ns Some(1931820) b/s
    "#]],
    );
}

#[test]
fn facts_are_what_people_know() {
    let facts = |report: &str| parse(report.as_bytes()).unwrap().facts();
    let dvd = facts(vector!("dvd.mpg"));
    assert_eq!((dvd.width, dvd.height, dvd.fps, dvd.duration_ms), (1024, 576, 25, 4000));
    assert_eq!((dvd.has_video, dvd.has_audio), (true, false));
    assert_eq!(facts(vector!("mjpeg.avi")).fps, 30);
    let sound = facts(vector!("cover.mp3"));
    assert_eq!((sound.width, sound.height, sound.fps), (0, 0, 0));
    assert_eq!((sound.has_video, sound.has_audio), (false, true));
}

#[test]
fn the_default_sound_is_chosen_before_the_first() {
    let report = r#"{"streams":[
        {"index":0,"codec_type":"audio","codec_name":"aac","channels":2,"sample_rate":"48000","disposition":{"default":0}},
        {"index":1,"codec_type":"audio","codec_name":"opus","channels":"2","sample_rate":48000,"disposition":{"default":1}}
    ],"format":{"duration":"3"}}"#;
    assert_eq!(parse(report.as_bytes()).unwrap().audio.unwrap().index, 1);
}

#[test]
fn what_is_no_medium_is_refused() {
    for (report, says) in [
        ("{}", "the file has neither pictures nor sound"),
        (r#"{"streams":[],"format":{}}"#, "the file has neither pictures nor sound"),
        (
            r#"{"streams":[{"index":0,"codec_type":"subtitle"}],"format":{"duration":"1"}}"#,
            "the file has neither pictures nor sound",
        ),
        (
            r#"{"streams":[{"index":0,"codec_type":"video","width":40000,"height":40000}]}"#,
            "the pictures of 40000 × 40000 are too large",
        ),
        (
            r#"{"streams":[{"index":0,"codec_type":"video","width":8192,"height":8192}]}"#,
            "the pictures of 8192 × 8192 are too large",
        ),
        (
            r#"{"streams":[{"index":0,"codec_type":"video","width":2,"height":2}],"format":{"duration":"1e12"}}"#,
            "the file claims to last 1000000000000s",
        ),
        ("", "ffprobe's report is not the JSON we know"),
        ("7", "ffprobe's report is not the JSON we know"),
    ] {
        let error = parse(report.as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), says, "{report}");
        assert!(error.is_about_the_file());
    }
}

#[test]
fn absurd_fields_are_read_as_unknown() {
    let report = r#"{"streams":[{"index":0,"codec_type":"video","codec_name":7,"width":"640","height":360,
        "level":-99,"sample_aspect_ratio":"1:0","avg_frame_rate":"0/0","r_frame_rate":"90000/1","start_time":"nan",
        "bit_rate":"N/A","side_data_list":[{"rotation":"inf"},{}],"tags":[]}],
        "format":{"duration":"-5","start_time":{}}}"#;
    check(
        report,
        expect![[r#"
             0ns
            video 0  @None  640x360 shown 640x360 rotated 0 at ? Standard from 0ns None b/s
        "#]],
    );
}

#[test]
fn no_report_makes_the_parser_panic() {
    let source = vector!("plain.mp4").as_bytes();
    let mut seed = 7u64;
    let mut roll = |sides: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % sides
    };
    for _ in 0..20_000 {
        let mut report = source.to_vec();
        for _ in 0..=roll(6) {
            let at = roll(report.len());
            report[at] = b"0123456789-:/\"{}[],.eEnN"[roll(24)];
        }
        if let Ok(probe) = parse(&report) {
            let facts = probe.facts();
            assert!(facts.width <= SIDE_MAX * 10 && facts.height <= SIDE_MAX * 10);
        }
    }
}

#[test]
fn rates_are_divided_exactly() {
    for ((numerator, denominator), by, says) in
        [((60, 1), 2, "30"), ((60000, 1001), 2, "30000/1001"), ((50, 1), 2, "25"), ((144, 1), 5, "144/5")]
    {
        assert_eq!(Rate { numerator, denominator }.divided(by).to_string(), says);
    }
}

#[test]
fn a_list_of_packets_says_when_and_which_are_key_frames() {
    let list = "0.000000,K_\n0.080000,__\nN/A,K_\n0.040000,_D\n-0.040000,K__\nrubbish\n";
    let found: Vec<_> = packets(list).collect();
    let at = Duration::from_millis;
    assert_eq!(found, [(at(0), true), (at(80), false), (at(40), false), (at(0), true)]);
}
