//! Stories: one situation each, told as the trace of what the player does.

use std::time::Duration;

use expect_test::{Expect, expect};

use super::film::{Film, Growth};
use super::network::{Fault, Wrong};
use super::world::{Act, Setup, World};
use crate::fault;
use crate::io::{FetchFailure, Load, Notice, Quality, Want};

fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn wrong(what: &str, wrong: Wrong) -> Fault {
    Fault { from: s(0), until: s(100_000), what: what.to_owned(), wrong, percent: 100, is_in_cache: false }
}

fn megabits(rate: u64) -> Vec<(Duration, u64)> {
    vec![(s(0), rate * 1_000_000)]
}

fn load(change: impl FnOnce(&mut Load)) -> Load {
    let mut load = Setup::default().load;
    change(&mut load);
    load
}

fn playing(setup: Setup) -> World {
    let mut world = World::new(setup);
    world.at(0.0, Act::Play).run_to(0.0);
    world
}

/// Tells what happens from pressing play until that second, as far as the lines contain one of the words.
fn check(mut world: World, from: f64, to: f64, words: &[&str], expected: &Expect) {
    world.run_to(from).take_trace();
    world.run_to(to);
    let trace = world.take_trace();
    let told = trace.lines().filter(|line| words.is_empty() || words.iter().any(|word| line.contains(word)));
    expected.assert_eq(&told.map(|line| format!("{line}\n")).collect::<String>());
    world.close();
}

#[test]
fn the_first_picture_comes_in_three_trips_and_the_next_segment_is_better() {
    check(
        playing(Setup::default()),
        0.0,
        1.4,
        &[],
        &expect![[r#"
            0.070    qualities 720 480 240
            0.070    open video/mp4; codecs="avc1.64001f" + audio/mp4; codecs="mp4a.40.2"
            0.070    fetch u-240.m3u8
            0.070    fetch u-0.m3u8
            0.140    fetch 240 init
            0.140    fetch 240#0
            0.140    duration 58.033
            0.140    fetch sound init
            0.140    fetch sound#0
            0.276    append sound init
            0.284    append sound#0
            0.355    append 240 init
            0.363    append 240#0
            0.371    showing 240
            0.371    fetch u-720.m3u8
            0.371    fetch sound#1
            0.441    fetch 720 init
            0.441    fetch 720#1
            0.494    append sound#1
        "#]],
    );
}

#[test]
fn with_a_remembered_bandwidth_the_first_picture_is_good() {
    let setup = Setup {
        load: load(|load| load.bandwidth = Some(40_000_000)),
        rates: megabits(40),
        ..Setup::default()
    };
    check(
        playing(setup),
        0.0,
        1.0,
        &["fetch", "showing"],
        &expect![[r#"
            0.070    fetch u-720.m3u8
            0.070    fetch u-0.m3u8
            0.140    fetch 720 init
            0.140    fetch 720#0
            0.140    fetch sound init
            0.140    fetch sound#0
            0.411    showing 720
            0.411    fetch 720#1
            0.411    fetch sound#1
            0.741    fetch 720#2
            0.741    fetch 720#3
            0.741    fetch sound#2
        "#]],
    );
}

#[test]
fn before_play_is_pressed_only_the_first_picture_is_fetched() {
    let mut world = World::new(Setup::default());
    world.run_to(30.0);
    assert_eq!(
        world.fetched,
        [
            "u-master.m3u8",
            "u-segments-sha256.json",
            "u-240.m3u8",
            "u-0.m3u8",
            "240 init",
            "240#0",
            "sound init",
            "sound#0"
        ]
    );
    world.close();
}

#[test]
fn a_quiet_minute_plays_to_its_end_and_fetches_everything_once() {
    for film in [Film::usual(), Film::muxed(), Film { names_codecs: false, ..Film::muxed() }] {
        let mut world = playing(Setup { film, ..Setup::default() });
        assert!(world.run_to_end(62.0));
        let stats = world.stats();
        assert_eq!((stats.stalls, stats.fetches_failed, stats.verified), (0, 0, true));
        assert!(world.fetched_again().is_empty(), "{:?}", world.fetched_again());
        assert_eq!(world.browser.shown, [240, 720]);
        world.close();
    }
}

#[test]
fn sound_alone_plays() {
    let film =
        Film { qualities: vec![(0, 160_000)], has_sound_apart: false, codecs: "mp4a.40.2", ..Film::usual() };
    let mut world = playing(Setup { film, ..Setup::default() });
    assert!(world.run_to_end(62.0));
    world.close();
}

#[test]
fn a_media_playlist_plays_without_a_master() {
    let load = load(|load| load.url = load.url.replace("master", "480"));
    let film = Film::muxed();
    check(
        playing(Setup { load, film, ..Setup::default() }),
        0.0,
        0.6,
        &["fetch", "open", "showing"],
        &expect![[r#"
            0.070    open video/mp4; codecs="avc1.640028,mp4a.40.2"
            0.070    fetch 480 init
            0.070    fetch 480#0
            0.502    showing 0
            0.510    fetch 480#1
        "#]],
    );
}

#[test]
fn a_video_without_digests_plays_unverified() {
    let mut world = playing(Setup { has_digests: false, ..Setup::default() });
    assert!(world.run_to_end(62.0));
    assert!(!world.stats().verified);
    world.close();
}

#[test]
fn a_private_video_carries_its_token_everywhere() {
    let mut world =
        playing(Setup { load: load(|load| load.token = Some("secret".into())), ..Setup::default() });
    world.run_to(5.0);
    assert!(world.urls.iter().all(|url| url.ends_with("?videoFileToken=secret")), "{:?}", world.urls);
    world.close();
}

#[test]
fn a_seek_inside_the_buffer_fetches_nothing() {
    let mut world = playing(Setup::default());
    world.at(40.0, Act::Pause).at(60.0, Act::Seek(12.0)).run_to(59.0);
    let before = world.fetched.len();
    world.run_to(70.0);
    assert_eq!(world.fetched.len(), before);
    assert_eq!(world.browser.position, s(12));
    world.close();
}

#[test]
fn a_seek_outside_the_buffer_stops_what_is_useless_and_starts_what_is_needed() {
    let film = Film { segments: 100, ..Film::usual() };
    let mut world = playing(Setup { film, rates: megabits(4), ..Setup::default() });
    world.at(5.0, Act::Seek(300.5));
    check(
        world,
        4.9,
        7.0,
        &["fetch", "abort", "append", "go to", "person"],
        &expect![[r#"
            5.000    person: Seek(300.5)
            5.000    go to 300.500
            5.000    abort 720#3
            5.000    abort 720#4
            5.000    abort sound#3
            5.000    fetch 240#75
            5.000    fetch sound#75
            5.290    fetch sound#76
            5.293    append sound#75
            5.523    append sound#76
            5.631    fetch 720#76
            5.634    append 240 init
            5.642    append 240#75
        "#]],
    );
}

#[test]
fn a_network_that_gets_slow_lowers_the_quality_without_a_stall() {
    let film = Film { segments: 40, ..Film::usual() };
    let rates = vec![(s(0), 6_000_000), (s(30), 900_000), (s(100), 6_000_000)];
    let mut world = playing(Setup { film, rates, ..Setup::default() });
    assert!(world.run_to_end(170.0));
    assert_eq!(world.stats().stalls, 0);
    let shown = &world.browser.shown;
    assert_eq!((shown.first(), shown.last()), (Some(&240), Some(&720)));
    assert!(shown[1..shown.len() - 1].contains(&240) && shown.len() <= 6, "{shown:?}");
    world.close();
}

#[test]
fn a_fetch_that_would_come_too_late_is_abandoned_for_a_smaller_one() {
    let rates = vec![(s(0), 10_000_000), (s(1), 150_000), (s(20), 2_000_000)];
    let mut world = playing(Setup { rates, ..Setup::default() });
    world.run_to(18.0);
    assert!(0 < world.stats().fetches_abandoned);
    assert!(world.run_to_end(100.0));
    world.close();
}

#[test]
fn a_small_player_gets_a_small_picture() {
    let mut world = World::new(Setup { rates: megabits(50), ..Setup::default() });
    world.at(0.0, Act::Viewport(640, 360)).at(0.0, Act::Play).run_to(20.0);
    assert!(!world.fetched.iter().any(|name| name.starts_with("720")), "{:?}", world.fetched);
    world.close();
}

#[test]
fn a_quality_chosen_by_hand_replaces_what_lies_ahead() {
    let mut world = playing(Setup { rates: megabits(3), ..Setup::default() });
    world.at(20.0, Act::Choose(Quality::Height(240)));
    check(
        world,
        19.9,
        26.0,
        &["240", "abort", "person", "showing", "480"],
        &expect![[r#"
            20.000   person: Choose(Height(240))
            20.000   abort 480#12
            20.000   fetch 240#6
            20.331   fetch 240#7
            20.331   fetch 240#8
            20.334   append 240 init
            20.342   append 240#6
            21.141   fetch 240#9
            21.291   fetch 240#10
            21.294   append 240#7
            21.302   append 240#8
            21.891   fetch 240#11
            22.161   fetch 240#12
            22.164   append 240#9
            22.172   append 240#10
            22.854   append 240#11
            22.925   append 240#12
            22.981   fetch 240#13
            23.754   append 240#13
            24.731   showing 240
        "#]],
    );
}

#[test]
fn a_forged_segment_is_never_shown_and_comes_from_another_variant() {
    let faults = vec![wrong("720#3", Wrong::Forge)];
    let world = playing(Setup { faults, ..Setup::default() });
    check(
        world,
        0.5,
        12.0,
        &["#3", "720", "sha256", "qualities"],
        &expect![[r#"
            1.511    fetch 720#2
            1.511    fetch 720#3
            1.514    append 720 init
            1.522    append 720#1
            2.591    fetch 720#4
            2.591    fetch sound#3
            2.594    append 720#2
            2.784    append sound#3
            3.391    fetch 720#5
            3.394    fetch u-segments-sha256.json fresh
            3.394    fetch 720#3 fresh
            4.371    showing 720
            5.591    fetch 720#6
            6.784    fetch 720#3 fresh
            7.744    qualities 480 240
            7.814    fetch 480#3
            8.332    append 480#3
            8.340    append 720 init
            8.348    append 720#4
            8.356    append 720#5
            8.364    append 720#6
            8.450    fetch u-segments-sha256.json fresh
        "#]],
    );
}

#[test]
fn a_segment_forged_in_a_cache_is_fetched_past_it() {
    let faults = vec![Fault { is_in_cache: true, ..wrong("#2", Wrong::Forge) }];
    let mut world = playing(Setup { faults, ..Setup::default() });
    assert!(world.run_to_end(62.0));
    assert_eq!((world.stats().bodies_forged, world.stats().stalls), (2, 0));
    world.close();
}

#[test]
fn a_segment_forged_everywhere_stops_playback_where_it_lies() {
    let mut world = playing(Setup { faults: vec![wrong("sound#3", Wrong::Forge)], ..Setup::default() });
    assert!(!world.run_to_end(60.0));
    assert_eq!(world.notices.last(), Some(&Some(Notice::Failed(fault::Fault::Forged))));
    assert!((11.9..12.1).contains(&world.browser.position.as_secs_f64()), "{:?}", world.browser.position);
    world.close();
}

#[test]
fn a_missing_segment_comes_from_another_variant_at_once() {
    let mut world = playing(Setup { faults: vec![wrong("720#4", Wrong::Status(404))], ..Setup::default() });
    assert!(world.run_to_end(62.0));
    assert_eq!((world.stats().stalls, world.browser.shown.as_slice()), (0, [240, 720, 480].as_slice()));
    assert_eq!(world.stats().switches, 2);
    world.close();
}

#[test]
fn what_a_person_is_told_names_what_is_wrong() {
    let playlist = |why| fault::Fault::Fetch { want: Want::Playlist, why };
    for (what, wrong_with_it, expected) in [
        ("master", Wrong::Status(404), playlist(FetchFailure::Status(404))),
        ("master", Wrong::Status(403), playlist(FetchFailure::Status(403))),
        ("master", Wrong::Refuse, playlist(FetchFailure::Unreachable)),
        ("master", Wrong::Forge, fault::Fault::Unreadable { want: Want::Playlist }),
        ("u-0.m3u8", Wrong::Status(410), playlist(FetchFailure::Status(410))),
        ("sha256", Wrong::Forge, fault::Fault::Unreadable { want: Want::Digests }),
        ("sound init", Wrong::Truncate, fault::Fault::Fetch { want: Want::Init, why: FetchFailure::Length }),
        ("", Wrong::Hang, fault::Fault::Silent { want: Want::Playlist }),
    ] {
        let mut world = playing(Setup { faults: vec![wrong(what, wrong_with_it)], ..Setup::default() });
        world.run_to(300.0);
        assert_eq!(world.notices.last(), Some(&Some(Notice::Failed(expected))), "{what} {wrong_with_it:?}");
        world.close();
    }
}

#[test]
fn a_browser_that_plays_nothing_of_it_is_told_so() {
    let film = Film { codecs: "av01.0.04M.08,opus", ..Film::usual() };
    let mut world = playing(Setup { film, ..Setup::default() });
    world.run_to(1.0);
    assert_eq!(world.notices, [Some(Notice::Failed(fault::Fault::Unsupported))]);
    world.close();
}

#[test]
fn a_server_that_is_gone_for_half_a_minute_is_waited_for() {
    let outage = Fault { from: s(20), until: s(65), ..wrong("", Wrong::Status(503)) };
    let mut world = playing(Setup {
        film: Film { segments: 40, ..Film::usual() },
        faults: vec![outage],
        ..Setup::default()
    });
    assert!(world.run_to_end(220.0));
    assert_eq!(world.notices, [Some(Notice::Reconnecting), None]);
    world.close();
}

#[test]
fn without_a_network_the_player_waits_as_long_as_it_takes() {
    let outage = Fault { from: s(5), until: s(1000), ..wrong("", Wrong::Refuse) };
    let mut world = playing(Setup {
        film: Film { segments: 40, ..Film::usual() },
        faults: vec![outage],
        ..Setup::default()
    });
    world.at(5.0, Act::Online(false)).at(1000.0, Act::Online(true));
    assert!(world.run_to_end(1200.0));
    assert_eq!(world.notices, [Some(Notice::Reconnecting), None]);
    world.close();
}

#[test]
fn after_a_failure_another_try_goes_on_where_it_stopped() {
    let outage = Fault { from: s(5), until: s(300), ..wrong("sound#8", Wrong::Status(404)) };
    let mut world = playing(Setup { faults: vec![outage], ..Setup::default() });
    world.run_to(301.0);
    assert!(world.is_failed());
    world.at(301.0, Act::Retry);
    assert!(world.run_to_end(340.0));
    world.close();
}

#[test]
fn a_picture_that_begins_late_is_reached_by_a_small_jump() {
    let film = Film { shift: Duration::from_millis(150), ..Film::usual() };
    let mut world = playing(Setup { film, ..Setup::default() });
    assert!(world.run_to_end(63.0));
    assert_eq!(world.stats().nudges, 1);
    world.close();
}

#[test]
fn a_decoder_that_sulks_is_nudged() {
    let mut world = World::new(Setup::default());
    world.browser.sulks_at = Some(Duration::from_millis(10_300));
    world.at(0.0, Act::Play);
    check(
        world,
        10.0,
        13.0,
        &["go to", "notice", "open"],
        &expect![[r#"
            11.671   go to 10.400
        "#]],
    );
}

#[test]
fn a_decoder_that_dies_gets_a_new_media_source_at_the_same_place() {
    let mut world = World::new(Setup::default());
    world.browser.dies_at = Some(Duration::from_millis(10_300));
    world.at(0.0, Act::Play);
    check(
        world,
        10.0,
        12.0,
        &["go to", "notice", "open", "showing"],
        &expect![[r#"
            10.671   open video/mp4; codecs="avc1.64001f" + audio/mp4; codecs="mp4a.40.2"
            10.679   go to 10.300
        "#]],
    );
}

#[test]
fn a_browser_with_little_room_gets_less_and_plays_on() {
    let mut world = World::new(Setup {
        film: Film { segments: 40, ..Film::usual() },
        rates: megabits(30),
        ..Setup::default()
    });
    world.browser.quota = 8_000_000;
    world.at(0.0, Act::Play);
    assert!(world.run_to_end(170.0));
    assert_eq!(world.stats().stalls, 0);
    world.close();
}

#[test]
fn a_long_film_does_not_fill_the_memory() {
    let mut world = playing(Setup {
        film: Film { segments: 200, ..Film::usual() },
        rates: megabits(30),
        ..Setup::default()
    });
    for minute in 1..13 {
        world.run_to(f64::from(minute) * 60.0);
        assert!(world.stats().buffered_bytes < 80_000_000, "{:?}", world.stats());
    }
    assert!(world.run_to_end(810.0));
    world.close();
}

#[test]
fn a_thousand_init_segments_do_not_fill_the_memory() {
    let film = Film { segments: 60, has_many_inits: true, ..Film::usual() };
    let mut world = playing(Setup { film, ..Setup::default() });
    assert!(world.run_to_end(250.0));
    world.close();
}

#[test]
fn after_a_discontinuity_segments_are_put_where_the_playlist_says() {
    let mut world =
        playing(Setup { film: Film { discontinuity: Some(5), ..Film::usual() }, ..Setup::default() });
    assert!(world.run_to_end(62.0));
    world.close();
}

#[test]
fn playback_begins_and_stops_where_it_is_told() {
    let load = load(|load| (load.start, load.stop) = (s(21), Some(s(25))));
    check(
        playing(Setup { load, ..Setup::default() }),
        0.0,
        8.0,
        &["#", "go to", "pause"],
        &expect![[r#"
            0.070    go to 21.000
            0.140    fetch 240#5
            0.140    fetch sound#5
            0.324    append sound#5
            0.443    append 240#5
            0.451    fetch sound#6
            0.521    fetch 720#6
            0.544    append sound#6
            1.091    fetch 720#7
            1.091    fetch 720#8
            1.091    fetch sound#7
            1.102    append 720#6
            1.284    append sound#7
            2.801    fetch 720#9
            2.801    fetch 720#10
            2.801    fetch sound#8
            2.801    fetch sound#9
            2.804    append 720#7
            2.812    append 720#8
            3.014    append sound#8
            3.065    append sound#9
            3.951    fetch 720#11
            4.451    pause
            4.911    fetch 720#12
            4.911    fetch sound#10
            4.911    fetch sound#11
            4.914    append 720#9
            4.922    append 720#10
            5.084    append sound#10
            5.135    append sound#11
            5.843    fetch 720#13
            5.843    fetch sound#12
            5.846    append 720#11
            6.016    append sound#12
            6.444    fetch sound#13
            6.447    append 720#12
            6.617    append sound#13
            7.268    append 720#13
        "#]],
    );
}

#[test]
fn a_start_beyond_the_end_begins_at_the_beginning() {
    let mut world = playing(Setup { load: load(|load| load.start = s(5000)), ..Setup::default() });
    assert!(world.run_to_end(63.0));
    world.close();
}

#[test]
fn a_film_on_repeat_begins_again_without_fetching_again() {
    let mut world = playing(Setup::default());
    world.at(1.0, Act::Repeat(true)).at(150.0, Act::Repeat(false)).run_to(200.0);
    assert_eq!(world.ended, 3);
    assert!(world.fetched_again().is_empty(), "{:?}", world.fetched_again());
    world.close();
}

#[test]
fn a_stretch_on_repeat_repeats() {
    let load = load(|load| (load.start, load.stop, load.repeat) = (s(8), Some(s(12)), true));
    check(
        playing(Setup { load, ..Setup::default() }),
        0.5,
        13.5,
        &["go to", "pause"],
        &expect![[r#"
            4.331    go to 8.000
            8.339    go to 8.000
            12.347   go to 8.000
        "#]],
    );
}

#[test]
fn an_ended_film_plays_again() {
    let mut world = playing(Setup::default());
    world.at(70.0, Act::Play).run_to(140.0);
    assert_eq!(world.ended, 2);
    world.close();
}

#[test]
fn double_speed_plays_to_the_end_in_half_the_time() {
    let mut world = playing(Setup::default());
    world.at(0.5, Act::Rate(2.0));
    assert!(world.run_to_end(33.0));
    assert_eq!(world.stats().stalls, 0);
    world.close();
}

#[test]
fn the_bandwidth_is_remembered_for_the_next_video() {
    let mut world = playing(Setup { rates: megabits(8), ..Setup::default() });
    world.run_to(20.0);
    let remembered = world.remembered.unwrap();
    assert!((6_000_000..10_000_000).contains(&remembered), "{remembered}");
    world.close();
}

fn growing(first: usize, each: Duration) -> Setup {
    Setup { film: Film { growth: Some(Growth { first, each }), ..Film::usual() }, ..Setup::default() }
}

#[test]
fn a_film_in_the_making_is_watched_as_far_as_it_is_and_then_to_its_end() {
    let mut world = playing(growing(1, s(1)));
    assert!(world.run_to_end(63.0));
    assert_eq!(world.stats().stalls, 0);
    let again = world.fetched_again();
    assert!(again.iter().all(|name| name.ends_with(".m3u8") || name.ends_with(".json")), "{again:?}");
    let lists = world.fetched.iter().filter(|name| name.ends_with(".m3u8")).count();
    assert!(lists < 40, "{lists} lists were fetched");
    world.close();
}

#[test]
fn who_is_faster_than_the_film_is_made_waits_for_it_at_its_end() {
    check(
        playing(growing(1, s(6))),
        0.0,
        13.0,
        &["fetch u-", "complete", "ended", "duration", "notice", "go to", "append 240#"],
        &expect![[r#"
            0.070    fetch u-240.m3u8
            0.070    fetch u-0.m3u8
            0.140    duration 4.000
            0.363    append 240#0
            0.371    fetch u-720.m3u8
            2.140    fetch u-240.m3u8
            2.140    fetch u-0.m3u8
            4.210    fetch u-240.m3u8
            4.210    fetch u-0.m3u8
            6.280    fetch u-240.m3u8
            6.280    fetch u-0.m3u8
            6.350    fetch u-segments-sha256.json fresh
            6.350    duration 8.000
            6.420    fetch u-segments-sha256.json fresh
            6.644    append 240#1
            8.350    fetch u-240.m3u8
            8.350    fetch u-0.m3u8
            10.402   fetch u-240.m3u8
            10.402   fetch u-0.m3u8
            12.472   fetch u-240.m3u8
            12.472   fetch u-0.m3u8
            12.542   fetch u-segments-sha256.json fresh
            12.542   duration 12.000
            12.612   fetch u-segments-sha256.json fresh
            12.726   append 240#2
        "#]],
    );
    let mut world = playing(growing(1, s(6)));
    assert!(world.run_to_end(120.0) && !world.is_failed());
    world.close();
}

#[test]
fn a_film_in_the_making_whose_server_is_away_for_a_while_goes_on_afterwards() {
    let away = Fault { until: s(20), from: s(5), ..wrong("", Wrong::Status(502)) };
    let mut world = playing(Setup { faults: vec![away], ..growing(2, s(2)) });
    assert!(world.run_to_end(120.0) && !world.is_failed());
    world.close();
}
