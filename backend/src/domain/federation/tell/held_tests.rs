//! Comments that wait for whose the video is, here and elsewhere.

use super::*;
use crate::store::records::Withheld;
use crate::store::tables::WithheldKey;

#[test]
fn what_waits_elsewhere_is_said_to_whom_it_waits_for_and_to_all_once_it_is_seen() {
    let world = world();
    world.put(&video_elsewhere(2));
    let held = Comment { held: true, ..comment(1, 2, ALICE, None) };
    let created = Said::CommentCreated(CommentId(1));
    assert_eq!(world.say(&held), [said(BY_ALICE, created.clone(), &["clips"])]);
    assert_eq!(world.say(&Comment { updated_at: Timestamp(9), ..held.clone() }), []);
    let seen = comment(1, 2, ALICE, None);
    assert_eq!(world.say(&seen), [said(BY_ALICE, created, &["a", "all", "clips"])]);

    let other = Comment { held: true, ..comment(3, 2, ALICE, None) };
    world.say(&other);
    let removed = world.told(|write| {
        write.remove(&CommentKey { comment: CommentId(3) });
        Ok(())
    });
    let gone = Said::CommentDeleted { comment: CommentId(3), video: video_elsewhere(2).uuid };
    assert_eq!(removed, [said(BY_ALICE, gone, &["clips"])]);
    // What others say of it there is told by their own server.
    assert_eq!(world.say(&Comment { held: true, ..comment(4, 2, BOB, None) }), []);
}

#[test]
fn what_waits_here_is_passed_on_once_it_is_seen_and_refused_to_its_author_alone() {
    let world = world();
    world.put(&video(1));
    let held = Comment { held: true, ..comment(1, 1, BOB, None) };
    assert_eq!(world.say(&held), []);
    let key = WithheldKey { comment: CommentId(1) };
    let words = Withheld { words: Some("{}".into()), sender: "c.example".into() };
    world.quietly(|write| write.insert(&key, &words));
    let yes = said(BY_ALICE, Said::CommentApproved(CommentId(1)), &["clips"]);
    // The server that brought it has it.
    let passed_on = said(Party::Instance, Said::Words("{}".into()), &["a", "all", "i"]);
    assert_eq!(world.say(&comment(1, 1, BOB, None)), [yes, passed_on]);
    assert_eq!(world.store.get(&key).unwrap(), Some(Withheld { words: None, ..words }));

    let other = Comment { held: true, ..comment(5, 1, BOB, Some(1)) };
    assert_eq!(world.say(&other), []);
    let removed = world.told(|write| {
        write.remove(&CommentKey { comment: CommentId(5) });
        Ok(())
    });
    let no = Said::CommentRejected {
        comment: CommentId(5),
        video: video(1).uuid,
        url: "https://clips.example/comments/5".into(),
        parent: Some(CommentId(1)),
    };
    assert_eq!(removed, [said(BY_ALICE, no, &["clips"])]);
}
