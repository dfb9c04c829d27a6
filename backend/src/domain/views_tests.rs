//! Stories of views and of who watches, in virtual time.

use super::*;

const VIDEO: VideoId = VideoId(1);

fn at(seconds: u64) -> Instant {
    Instant::ZERO + Duration::from_secs(seconds)
}

fn report(viewer: u64, position: u64) -> Report {
    Report {
        video: VIDEO,
        duration: Duration::from_secs(120),
        viewer: ViewerKey(viewer),
        address: AddressKey(viewer),
        agent: Agent::default(),
        position: Duration::from_secs(position),
        jumped: false,
    }
}

/// Reports of one viewer, each at its position's second; gives the views that came of it.
fn watched(positions: &[u64]) -> u64 {
    let mut views = Views::default();
    for position in positions {
        views.report(at(*position), &report(1, *position));
    }
    views.take_counted().iter().map(|(_, count)| count).sum()
}

#[test]
fn ten_seconds_make_a_view_and_nine_do_not() {
    assert_eq!(watched(&[0, 5, 9]), 0);
    assert_eq!(watched(&[0, 5, 10]), 1);
    assert_eq!(watched(&[0, 5, 10, 60, 119]), 1);
    assert_eq!(watched(&[15]), 0, "a first report says where, not how long");
}

#[test]
fn what_is_watched_becomes_sums() {
    let mut views = Views::default();
    // Two minutes long: a part is 1.2 s.
    for (viewer, positions) in [(1, &[0, 5, 10, 12][..]), (2, &[0, 6]), (3, &[30])] {
        for position in positions {
            views.report(at(*position), &report(viewer, *position));
        }
    }
    views.report(at(13), &Report { jumped: true, ..report(1, 118) });
    views.report(at(15), &report(1, 120));
    let taken = views.take_watched();
    let (video, watch) = &taken[0];
    assert_eq!(watch.with, BTreeMap::from([(Agent::default(), 2)]), "who only looked watched with nothing");
    assert_eq!((taken.len(), *video, watch.viewers, watch.seconds(), watch.peak), (1, VIDEO, 2, 20, 3));
    assert_eq!((watch.reached[0], watch.reached[4], watch.reached[5], watch.reached[9]), (2, 2, 1, 1));
    assert_eq!((watch.reached[10], watch.reached[97], watch.reached[98], watch.reached[99]), (0, 0, 1, 1));
    assert!(views.take_watched().is_empty());
    views.report(at(16), &Report { jumped: true, ..report(1, 0) });
    views.report(at(20), &report(1, 4));
    let (_, again) = &views.take_watched()[0];
    assert_eq!((again.viewers, again.seconds(), again.reached[0]), (0, 4, 0), "the same viewer once more");
    views.report(at(21), &report(2, 100));
    assert_eq!(views.take_watched()[0].1.seconds(), 35, "nobody watches 94 s in 15");
}

#[test]
fn a_jump_is_not_watching() {
    let mut views = Views::default();
    views.report(at(0), &report(1, 0));
    views.report(at(5), &Report { jumped: true, ..report(1, 100) });
    views.report(at(9), &report(1, 104));
    assert!(views.take_counted().is_empty());
    views.report(at(15), &report(1, 110));
    assert_eq!(views.take_counted(), [(VIDEO, 1)]);
}

#[test]
fn a_short_video_counts_when_it_was_watched_whole() {
    let mut views = Views::default();
    let short = |position| Report { duration: Duration::from_secs(3), ..report(1, position) };
    views.report(at(0), &short(0));
    views.report(at(2), &short(2));
    assert!(views.take_counted().is_empty());
    views.report(at(3), &short(3));
    assert_eq!(views.take_counted(), [(VIDEO, 1)]);
}

#[test]
fn a_viewer_counts_once_an_hour() {
    let mut views = Views::default();
    for start in [0, 1800, 3500] {
        views.report(at(start), &report(1, 0));
        views.report(at(start + 11), &report(1, 11));
        views.tick(at(start + 20));
    }
    assert_eq!(views.take_counted(), [(VIDEO, 1)]);
    views.report(at(3700), &report(1, 0));
    views.report(at(3711), &report(1, 11));
    assert_eq!(views.take_counted(), [(VIDEO, 1)]);
}

#[test]
fn viewers_come_and_go() {
    let mut views = Views::default();
    views.report(at(0), &report(1, 0));
    views.report(at(0), &report(2, 0));
    assert_eq!((views.viewers(VIDEO), views.take_viewers()), (2, vec![(VIDEO, 2)]));
    views.report(at(50), &report(2, 50));
    assert!(views.take_viewers().is_empty());
    views.tick(at(61));
    assert_eq!((views.viewers(VIDEO), views.take_viewers()), (1, vec![(VIDEO, 1)]));
    views.report(at(70), &report(1, 60));
    assert_eq!(views.viewers(VIDEO), 2);
}

#[test]
fn who_leaves_is_told_of_once_with_what_they_watched() {
    let mut views = Views::default();
    for position in [0, 5, 10] {
        views.report(at(position), &report(1, position));
    }
    views.report(at(11), &report(2, 30));
    views.tick(at(60));
    assert!(views.take_ended().is_empty(), "they may still watch");
    views.tick(at(80));
    let ended = views.take_ended();
    // Ten seconds are the first nine parts of 1.2 s; who only looked watched nothing.
    let (watched, parts) = (Duration::from_secs(10), 0b1_1111_1111);
    assert_eq!(ended, [Ended { video: VIDEO, began: at(0), ended: at(10), watched, parts }]);
    // The same viewer comes back, and leaves again.
    views.report(at(100), &Report { jumped: true, ..report(1, 60) });
    views.report(at(103), &report(1, 63));
    views.tick(at(200));
    let again = views.take_ended();
    assert_eq!((again.len(), again[0].began, again[0].watched), (1, at(100), Duration::from_secs(3)));
    assert!(views.take_ended().is_empty());
}

#[test]
fn pieces_and_parts_say_the_same() {
    let length = Duration::from_secs(200);
    assert_eq!(sections(length, 0b1_1100_0011), [(0, 4), (12, 18)]);
    assert_eq!(sections(length, u128::MAX), [(0, 200)]);
    assert_eq!(sections(Duration::ZERO, u128::MAX), []);
    let watch = watched_elsewhere(length, Duration::from_secs(10), &[(0, 4), (12, 18), (9000, 9001)]);
    let reached: Vec<usize> = (0..POINTS).filter(|at| watch.reached[*at] == 1).collect();
    assert_eq!((watch.viewers, watch.seconds(), reached), (1, 10, vec![0, 1, 6, 7, 8]));
}

#[test]
fn what_others_tell_is_beside_ours_but_for_whose_the_video_is() {
    let mut views = Views::default();
    views.report(at(0), &report(1, 0));
    for (by, viewers) in [("a", 2), ("b", 3), ("a", 4)] {
        views.hear_elsewhere(VIDEO, Teller::One(by.to_owned()), viewers, at(120));
    }
    assert_eq!((views.viewers(VIDEO), views.viewers_here(VIDEO)), (8, 1));
    views.hear_elsewhere(VIDEO, Teller::Origin, 6, at(60));
    assert_eq!(views.viewers(VIDEO), 8);
    views.hear_elsewhere(VIDEO, Teller::Origin, 60, at(60));
    assert_eq!(views.watched_now(), [(VIDEO, 60)]);
    views.tick(at(61));
    assert_eq!(views.viewers(VIDEO), 7, "what nobody says again ends, and who left here, too");
    views.tick(at(121));
    assert_eq!(views.watched_now(), []);
}

#[test]
fn one_address_may_only_invent_so_many_viewers() {
    let mut views = Views::default();
    let from_one_address = |viewer| Report { address: AddressKey(7), ..report(viewer, 0) };
    for viewer in 0..u64::from(SESSIONS_PER_ADDRESS_MAX) + 50 {
        views.report(at(0), &from_one_address(viewer));
    }
    assert_eq!(views.viewers(VIDEO), u64::from(SESSIONS_PER_ADDRESS_MAX));
    views.report(at(0), &Report { address: AddressKey(8), ..report(9999, 0) });
    assert_eq!(views.viewers(VIDEO), u64::from(SESSIONS_PER_ADDRESS_MAX) + 1);
    views.tick(at(3601));
    views.report(at(3601), &from_one_address(0));
    assert_eq!(views.viewers(VIDEO), 1, "an hour later all are forgotten");
}

#[test]
fn memory_has_an_end() {
    let mut views = Views::default();
    for viewer in 0..=SESSIONS_MAX as u64 {
        views.report(at(0), &report(viewer, 0));
    }
    assert_eq!(views.sessions.len(), SESSIONS_MAX);
    views.tick(at(3601));
    assert!(views.sessions.is_empty() && views.addresses.is_empty() && views.watching.is_empty());
}

#[test]
fn views_that_could_not_be_written_are_kept() {
    let mut views = Views::default();
    views.give_back(vec![(VIDEO, 2)]);
    views.give_back(vec![(VIDEO, 3)]);
    assert_eq!(views.take_counted(), [(VIDEO, 5)]);
}
