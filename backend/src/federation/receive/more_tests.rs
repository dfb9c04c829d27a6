//! The table goes on: lists of videos, and what whoever makes a video says of what is said below it.

use shared::id::PlaylistId;

use super::*;

fn list(id: &str, channel: &str) -> Value {
    json!({
        "type": "Playlist", "id": id, "uuid": "b06ce74f-9ed3-4f81-bc65-66859826daab", "name": "Boats",
        "published": "2026-11-21T02:00:00.000Z", "attributedTo": [channel], "to": [PUBLIC],
    })
}

#[test]
fn lists_stand_in_channels_of_who_makes_them_and_nowhere_else() {
    const LIST: &str = "https://sea.example/video-playlists/1";
    let ours = "https://films.example/video-channels/root_channel";
    // What its server says of it counts, whatever was sent.
    let facts_with = |channel: &str| {
        let mut facts = facts();
        facts.add(Need::Known(LIST.to_owned()), Fact::Nothing);
        facts.add(Need::Document(LIST.to_owned()), Fact::Document(list(LIST, channel)));
        let root = actor(ours, Party::Channel(ChannelId(1)), ActorKind::Group);
        facts.add(Need::Actor(ours.to_owned()), Fact::Actor(root));
        facts
    };
    let mut facts = facts_with(DOCKS);
    for (by, kind) in [(bob(), "Create"), (docks(), "Update")] {
        let said = json!({ "type": kind, "object": list(LIST, ours) });
        let decision = decided(&by, Trust::Word, &facts, &said);
        let Decision::Do(effects) = &decision else { panic!("{decision:?}") };
        assert!(matches!(&effects[..], [Effect::KeepPlaylist { channel: ChannelId(2), .. }]), "{effects:?}");
    }
    let refuses = |by: &ActorFact, trust: Trust, facts: &Facts, said: &Value| {
        let decision = decided(by, trust, facts, said);
        assert!(matches!(decision, Decision::Refuse(_)), "{said}: {decision:?}");
    };
    let said = create(list(LIST, DOCKS));
    // Somebody else of that server, and of another; what somebody else brings; one at an address of ours.
    refuses(&sea(), Trust::Word, &facts, &said);
    refuses(&eve(), Trust::Word, &facts, &said);
    refuses(&bob(), Trust::Hint, &facts, &said);
    refuses(&bob(), Trust::Word, &facts, &create(list("https://films.example/video-playlists/1", DOCKS)));
    // A channel of ours, of another server, and none.
    for channel in [ours, "https://evil.example/video-channels/x", BOB] {
        refuses(&bob(), Trust::Word, &facts_with(channel), &said);
    }
    // What stands at its address is something else.
    facts.add(Need::Known(LIST.to_owned()), Fact::Video(theirs()));
    refuses(&bob(), Trust::Word, &facts, &said);

    let known = PlaylistFact {
        id: PlaylistId(7),
        host: "sea.example".to_owned(),
        channel: Some(ChannelId(2)),
        owner: AccountId(2),
    };
    facts.add(Need::Known(LIST.to_owned()), Fact::Playlist(known));
    let gone = json!({ "type": "Delete", "object": LIST });
    for by in [bob(), docks()] {
        let removed = Decision::Do(vec![Effect::RemovePlaylist(PlaylistId(7))]);
        assert_eq!(decided(&by, Trust::Word, &facts, &gone), removed);
    }
    for by in [sea(), eve()] {
        assert!(matches!(decided(&by, Trust::Word, &facts, &gone), Decision::Refuse(_)));
    }
}

#[test]
fn who_makes_a_video_says_what_may_be_seen_below_it() {
    const OURS_THERE: &str = "https://films.example/videos/watch/2/comments/9";
    let mut facts = facts();
    let waits = |host: Option<&str>, is_held, video| {
        let host = host.map(str::to_owned);
        Fact::Comment(CommentFact { id: CommentId(9), host, is_held, ..note_of(AccountId(1), video) })
    };
    facts.add(Need::Known(OURS_THERE.to_owned()), waits(None, true, theirs()));
    let judged =
        |kind: &str| json!({ "type": kind, "object": OURS_THERE, "inReplyTo": THEIR_FILM, "id": THEIR_NOTE });
    let approval = Some(THEIR_NOTE.to_owned());
    let shown = Decision::Do(vec![Effect::ShowComment { comment: CommentId(9), approval }]);
    assert_eq!(decided(&bob(), Trust::Word, &facts, &judged("ApproveReply")), shown);
    let gone = Decision::Do(vec![Effect::RemoveComment(CommentId(9))]);
    assert_eq!(decided(&bob(), Trust::Word, &facts, &judged("RejectReply")), gone);
    for kind in ["ApproveReply", "RejectReply"] {
        for (by, trust) in [(eve(), Trust::Word), (sea(), Trust::Word), (bob(), Trust::Hint)] {
            let decision = decided(&by, trust, &facts, &judged(kind));
            assert!(matches!(decision, Decision::Refuse(_)), "{kind}: {decision:?}");
        }
    }
    // What is seen already, and what is below a video of ours, is for nobody else to judge.
    for (is_held, video) in [(false, theirs()), (true, ours())] {
        facts.add(Need::Known(OURS_THERE.to_owned()), waits(None, is_held, video));
        for kind in ["ApproveReply", "RejectReply"] {
            assert_eq!(decided(&bob(), Trust::Word, &facts, &judged(kind)), Decision::Do(Vec::new()));
        }
    }
}

#[test]
fn what_is_said_again_with_our_yes_is_passed_on() {
    let mut said = note(BOB, THEIR_NOTE, OUR_FILM);
    assert_eq!(decided(&bob(), Trust::Word, &facts(), &create(said.clone())), Decision::Do(Vec::new()));
    said["replyApproval"] = json!("https://films.example/videos/watch/1/comments/5/approve-reply");
    let again = Effect::PassOnApproved { comment: CommentId(5), channel: ChannelId(1) };
    assert_eq!(effects(&bob(), &create(said.clone())), [again]);
    said["replyApproval"] = json!("https://evil.example/approve-reply");
    assert_eq!(effects(&bob(), &create(said)), []);
}
