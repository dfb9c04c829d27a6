//! Who watches now, and what was watched.

use std::time::Duration;

use super::*;
use crate::domain::federation::tell::{Left, tell_watched, tell_watching};
use crate::store::records::Viewing;

#[test]
fn who_watches_is_told_to_who_wants_to_know_and_the_newest_word_alone() {
    let world = world();
    world.put(&video(1));
    world.put(&video_elsewhere(2));
    world.put(&Video { privacy: Privacy::Private, ..video(3) });
    let tell = |id| {
        world.quietly(|write| tell_watching(write, NOW, HERE, VideoId(id)));
        world.quietly(|write| tell_watching(write, NOW, HERE, VideoId(id)));
        world.take()
    };
    let watching = |id, hosts: &[&str]| said(Party::Instance, Said::Watching(VideoId(id)), hosts);
    assert_eq!(tell(1).last(), Some(&watching(1, ALL)));
    assert_eq!(tell(2).last(), Some(&watching(2, &["clips"])));
    assert_eq!(tell(3), []);
    assert_eq!(tell(4), []);
}

#[test]
fn what_was_watched_elsewhere_is_told_there_without_who() {
    let world = world();
    world.put(&video(1));
    world.put(&video_elsewhere(2));
    let left = |id| Left {
        video: VideoId(id),
        from: Timestamp(61_001),
        to: Timestamp(179_999),
        watched: Duration::from_millis(25_900),
        parts: 0b11,
    };
    let tell = |id| {
        world.quietly(|write| tell_watched(write, NOW, HERE, (&left(id), Uuid(7))));
        world.take()
    };
    assert_eq!(tell(1), []);
    let told = tell(2);
    let (_, Said::Watched(viewing), hosts) = &told[0] else { panic!("{told:?}") };
    assert_eq!((told.len(), hosts.as_slice()), (1, &["clips".to_owned()][..]));
    let expected = Viewing { from: Timestamp(60_000), to: Timestamp(120_000), ..*viewing.clone() };
    assert_eq!(**viewing, expected, "to the minute");
    assert_eq!((viewing.name, viewing.seconds), (Uuid(7), 25));
}
