use shared::time::Instant;

use super::*;
use crate::ui::wish::{Command, Page, Place, Way, Wish};

fn at(milliseconds: u64) -> Instant {
    Instant(milliseconds * 1000)
}

/// A minute-long video that plays at 10 s with 8–20 s buffered.
fn playing() -> Screen {
    let mut screen = Screen::default();
    let media =
        Media { time: 10.0, duration: 60.0, paused: false, buffered: vec![(8.0, 20.0)], ..Media::default() };
    screen.media(at(0), media);
    screen
}

fn pause(screen: &mut Screen, now: Instant) {
    let media = Media { paused: true, ..screen.media.clone() };
    screen.media(now, media);
}

#[test]
fn before_the_first_play_there_is_only_the_big_button() {
    let mut screen = Screen::default();
    screen.stir(at(0));
    assert!(!screen.shows_controls(at(1)));
    assert_eq!(screen.wish(at(1), Wish::TogglePlay), [Command::Play]);
    assert!(screen.started && screen.shows_controls(at(2)));
    assert_eq!(screen.shows_sign(at(2)), None, "the first play needs no sign, the picture says it");
}

#[test]
fn controls_leave_a_playing_picture_after_three_quiet_seconds() {
    let mut screen = playing();
    screen.stir(at(0));
    assert!(screen.shows_controls(at(2999)));
    assert_eq!(screen.deadline(at(0)), Some(at(3000)));
    assert!(!screen.shows_controls(at(3000)));
    screen.stir(at(5000));
    assert!(screen.shows_controls(at(5001)));
    screen.leave(at(5100));
    assert!(!screen.shows_controls(at(5100)));
}

#[test]
fn controls_stay_while_someone_needs_them() {
    let needs: [fn(&mut Screen); 5] = [
        |screen| pause(screen, at(0)),
        |screen| drop(screen.wish(at(0), Wish::Menu(Page::Root))),
        |screen| screen.keyboard = true,
        |screen| screen.rest(at(0), true),
        |screen| drop(screen.scrub_start(at(0), 0.9)),
    ];
    for need in needs {
        let mut screen = playing();
        need(&mut screen);
        assert!(screen.shows_controls(at(60_000)), "{screen:?}");
    }
}

#[test]
fn a_short_wait_shows_no_spinner() {
    let mut screen = playing();
    let starved = Media { starved: true, ..screen.media.clone() };
    screen.media(at(100), starved.clone());
    screen.media(at(300), starved.clone());
    assert!(!screen.shows_spinner(at(549)));
    assert!(screen.shows_spinner(at(550)));
    let fed = Media { starved: false, ..starved };
    screen.media(at(600), fed);
    assert!(!screen.shows_spinner(at(5000)));
}

#[test]
fn a_message_replaces_the_spinner() {
    let mut screen = playing();
    let starved = Media { starved: true, ..screen.media.clone() };
    screen.media(at(0), starved);
    screen.trouble = Some(Trouble::Retrying);
    assert!(screen.shows_spinner(at(1000)));
    screen.trouble = Some(Trouble::Network);
    assert!(!screen.shows_spinner(at(1000)));
    assert_eq!(screen.wish(at(1000), Wish::Retry), [Command::Retry]);
    assert_eq!(screen.trouble, None);
}

#[test]
fn play_after_the_end_starts_again() {
    let mut screen = playing();
    let ended = Media { time: 60.0, paused: true, ended: true, ..screen.media.clone() };
    screen.media(at(0), ended);
    assert_eq!(screen.wish(at(1), Wish::TogglePlay), [Command::Seek(0.0), Command::Play]);
}

#[test]
fn seeks_stay_inside_the_video() {
    let mut screen = playing();
    assert_eq!(screen.wish(at(0), Wish::SeekBy(-15.0)), [Command::Seek(0.0)]);
    assert_eq!(screen.wish(at(0), Wish::SeekTo(99.0)), [Command::Seek(60.0)]);
    assert_eq!(screen.wish(at(0), Wish::SeekToTenth(5)), [Command::Seek(30.0)]);
    assert_eq!(screen.wish(at(0), Wish::SeekToEnd), [Command::Seek(59.9)]);
    let mut nothing = Screen::default();
    assert_eq!(nothing.wish(at(0), Wish::SeekBy(5.0)), []);
}

#[test]
fn a_long_step_goes_from_part_to_part_or_a_minute() {
    let mut screen = playing();
    assert_eq!(screen.wish(at(0), Wish::Chapter(Way::Forward)), [Command::Seek(60.0)], "a minute");
    let chapter = |(start, title): (f64, &str)| Chapter { start, title: title.to_owned() };
    screen.chapters = [(0.0, "Sleep"), (20.0, "Work"), (40.0, "Play")].map(chapter).into();
    screen.media.time = 10.0;
    assert_eq!(screen.wish(at(0), Wish::Chapter(Way::Forward)), [Command::Seek(20.0)]);
    assert_eq!((screen.shows_sign(at(1)), screen.chapter(screen.media.time)), (Some(Sign::Chapter), "Work"));
    screen.media.time = 22.0;
    assert_eq!(screen.wish(at(0), Wish::Chapter(Way::Back)), [Command::Seek(0.0)], "it has only begun");
    screen.media.time = 35.0;
    assert_eq!(screen.wish(at(0), Wish::Chapter(Way::Back)), [Command::Seek(20.0)]);
    assert_eq!(
        [0.0, 19.9, 20.0, 59.0].map(|second| screen.chapter(second)),
        ["Sleep", "Sleep", "Work", "Play"]
    );
}

#[test]
fn held_arrows_add_up_in_one_sign() {
    let mut screen = playing();
    screen.wish(at(0), Wish::SeekBy(5.0));
    screen.wish(at(100), Wish::SeekBy(5.0));
    assert_eq!(screen.shows_sign(at(101)), Some(Sign::Skip(10.0)));
    assert_eq!(screen.media.time, 20.0);
    screen.wish(at(200), Wish::SeekBy(-5.0));
    assert_eq!(screen.shows_sign(at(201)), Some(Sign::Skip(-5.0)));
    screen.tick(at(2000));
    assert_eq!(screen.shows_sign(at(2000)), None);
    screen.wish(at(2000), Wish::SeekBy(-5.0));
    assert_eq!(screen.shows_sign(at(2001)), Some(Sign::Skip(-5.0)));
}

#[test]
fn dragging_follows_the_finger_where_it_is_buffered_and_waits_elsewhere() {
    let mut screen = playing();
    assert_eq!(screen.scrub_start(at(0), 0.25), [Command::Seek(15.0)]);
    assert_eq!(screen.scrub(at(10), 0.5), [], "30 s is not buffered");
    assert_eq!(screen.shown_time(), 30.0);
    assert_eq!(screen.scrub_end(at(20)), [Command::Seek(30.0)]);
    assert_eq!(screen.scrub_end(at(30)), []);
    assert_eq!(screen.scrub(at(40), 0.25), [], "hovering is not dragging");
}

#[test]
fn volume_moves_in_steps_and_mutes_at_zero() {
    let mut screen = playing();
    assert_eq!(screen.wish(at(0), Wish::VolumeBy(0.05)), [Command::Volume(1.0), Command::Mute(false)]);
    for _ in 0..19 {
        screen.wish(at(0), Wish::VolumeBy(-0.05));
    }
    assert_eq!(screen.media.volume, 0.05);
    assert_eq!(screen.wish(at(0), Wish::VolumeBy(-0.05)), [Command::Volume(0.0), Command::Mute(true)]);
    assert_eq!(screen.shows_sign(at(1)), Some(Sign::Muted));
    assert_eq!(screen.wish(at(2), Wish::ToggleMute), [Command::Volume(0.5), Command::Mute(false)]);
    assert_eq!(screen.wish(at(3), Wish::ToggleMute), [Command::Mute(true)]);
}

#[test]
fn raising_the_volume_of_a_muted_video_starts_from_silence() {
    let mut screen = playing();
    screen.media.muted = true;
    assert_eq!(screen.wish(at(0), Wish::VolumeBy(0.05)), [Command::Volume(0.05), Command::Mute(false)]);
}

#[test]
fn speeds_step_through_the_list_and_stop_at_its_ends() {
    let mut screen = playing();
    assert_eq!(screen.wish(at(0), Wish::RateStep(Way::Forward)), [Command::Rate(1.25)]);
    screen.media.rate = 2.0;
    assert_eq!(screen.wish(at(0), Wish::RateStep(Way::Forward)), []);
    screen.media.rate = 1.1;
    assert_eq!(screen.wish(at(0), Wish::RateStep(Way::Back)), [Command::Rate(1.0)]);
}

#[test]
fn frames_step_by_the_playing_variants_rate() {
    let mut screen = playing();
    screen.qualities = vec![Quality { height: 720, frame_rate: Some(50.0) }];
    screen.quality_playing = Some(720);
    assert_eq!(screen.wish(at(0), Wish::Step(Way::Forward)), [Command::Pause, Command::Seek(10.02)]);
}

#[test]
fn a_double_tap_at_a_side_skips_and_the_third_skips_again() {
    let mut screen = playing();
    assert_eq!(screen.tap(at(0), Side::Right), []);
    assert_eq!(screen.tap(at(200), Side::Right), [Command::Seek(20.0)]);
    assert_eq!(screen.tap(at(400), Side::Right), [Command::Seek(30.0)]);
    assert_eq!(screen.shows_sign(at(401)), Some(Sign::Skip(20.0)));
    assert_eq!(screen.tap(at(500), Side::Left), [], "the other side is a tap of its own");
}

#[test]
fn a_single_tap_shows_the_controls_and_the_next_hides_them() {
    let mut screen = playing();
    screen.tap(at(0), Side::Middle);
    assert!(screen.shows_controls(at(1)));
    screen.tap(at(1000), Side::Middle);
    assert!(!screen.shows_controls(at(1001)));
}

#[test]
fn choices_close_the_menu_and_return_the_keyboard() {
    let mut screen = playing();
    screen.captions = vec!["English".into(), "French".into()];
    assert_eq!(screen.wish(at(0), Wish::Menu(Page::Root)), [Command::Focus(Place::Menu)]);
    screen.wish(at(0), Wish::Menu(Page::Quality));
    assert_eq!(
        screen.wish(at(0), Wish::Quality(Some(480))),
        [Command::Quality(Some(480)), Command::Focus(Place::SettingsButton)]
    );
    assert_eq!(screen.menu, None);
    screen.wish(at(0), Wish::Menu(Page::Captions));
    assert_eq!(
        screen.wish(at(0), Wish::Caption(Some(1))),
        [Command::Caption(Some(1)), Command::Focus(Place::CaptionsButton)]
    );
}

#[test]
fn back_goes_one_page_up_and_then_out() {
    let mut screen = playing();
    screen.wish(at(0), Wish::Menu(Page::Speed));
    screen.wish(at(0), Wish::MenuBack);
    assert_eq!(screen.menu, Some(Page::Root));
    screen.wish(at(0), Wish::MenuBack);
    assert_eq!(screen.menu, None);
}

#[test]
fn captions_toggle_back_to_the_last_choice_and_do_nothing_without_any() {
    let mut screen = playing();
    assert_eq!(screen.wish(at(0), Wish::ToggleCaptions), []);
    screen.captions = vec!["English".into(), "French".into()];
    screen.wish(at(0), Wish::Caption(Some(1)));
    assert_eq!(screen.wish(at(0), Wish::ToggleCaptions), [Command::Caption(None)]);
    assert_eq!(screen.wish(at(0), Wish::ToggleCaptions), [Command::Caption(Some(1))]);
    assert_eq!(screen.wish(at(0), Wish::Caption(Some(9))), [Command::Caption(None)]);
}

#[test]
fn help_opens_over_the_menu_and_escape_closes_it() {
    let mut screen = playing();
    screen.wish(at(0), Wish::Menu(Page::Root));
    assert_eq!(screen.wish(at(0), Wish::ToggleHelp), [Command::Focus(Place::Help)]);
    assert_eq!(screen.menu, None);
    assert_eq!(screen.wish(at(0), Wish::Dismiss), [Command::Focus(Place::Player)]);
    assert!(!screen.help);
}

#[test]
fn what_the_browser_cannot_do_is_not_tried() {
    let mut screen = playing();
    for wish in [Wish::ToggleFullscreen, Wish::ToggleTheater, Wish::TogglePicture] {
        assert_eq!(screen.wish(at(0), wish), []);
    }
    screen.can = Can { fullscreen: true, picture: true, theater: true, volume: true };
    assert_eq!(screen.wish(at(0), Wish::ToggleTheater), [Command::Theater(true)]);
    screen.theater = true;
    assert_eq!(screen.wish(at(0), Wish::ToggleTheater), [Command::Theater(false)]);
}
