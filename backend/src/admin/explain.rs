//! `shoal federation explain`: what is between this instance and another server, for who asks why something did not arrive.
//!
//! Owns the sentences for a terminal. What is looked up is decided where the pages have it from (`domain::explain`).

use std::fmt::Write as _;

use crate::config::PublicUrl;
use crate::domain::explain::{self, Part, Topic};
use crate::domain::federation::Addresses;
use crate::federation;
use crate::store::records::{Fate, Party, Received, Said, Server, Verdict};
use crate::store::{Read, StoreError};

/// What is said where somebody asks for neither.
pub(super) const NO_HOST: &str = "this is neither a host nor an address";

/// Lines of each kind that are told.
const LINES: Part = Part { start: 0, count: 20 };
/// Letters of somebody else's sentence.
const SENTENCE_LETTERS: usize = 200;

/// What is known between this instance, whose address is `url`, and the server of a host, a handle or an address; with an
/// address, what concerns it. None where the text is neither.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub(super) fn explain(read: &impl Read, url: &PublicUrl, about: &str) -> Result<Option<String>, StoreError> {
    let root = url.to_string();
    let Some(topic) = federation::topic(read, &Addresses::new(&root, url.host()), about)? else {
        return Ok(None);
    };
    let mut out = String::new();
    let peer = match topic.host() {
        Some(host) => explain::peer(read, host)?,
        None => None,
    };
    match (&peer, topic.host()) {
        (Some(peer), _) => {
            if peer.is_muted {
                line(&mut out, &format!("{} is muted: nothing is told there or taken.", peer.server.host));
            }
            write_server(&mut out, &peer.server);
        }
        (None, Some(host)) => {
            line(&mut out, &format!("{host} was never told anything, and nothing waits for it."));
        }
        (None, None) => line(&mut out, "This is of this instance. Of it waits to be told:"),
    }
    if peer.is_some() || topic.host().is_none() {
        write_told(&mut out, read, &topic)?;
    }
    write_heard(&mut out, read, &topic)?;
    Ok(Some(out))
}

fn write_told(out: &mut String, read: &impl Read, topic: &Topic) -> Result<(), StoreError> {
    // Whose ledger it is goes without saying where there is one alone.
    let to = |host: &str| if topic.host().is_some() { String::new() } else { format!(" to {host}") };
    for waiting in explain::waiting(read, topic, LINES)?.rows {
        let tries = match waiting.delivery.attempts {
            0 => String::new(),
            tries => format!(", tried {tries} times"),
        };
        let (said, by) = (name_of(&waiting.post.said), speaker(waiting.post.by));
        line(out, &format!("  {} {said} by {by}{}{tries}", waiting.delivery.at, to(&waiting.host)));
    }
    line(out, "What became of the last that was told, latest first:");
    let tried = explain::tried(read, topic, LINES)?.rows;
    if tried.is_empty() {
        line(out, "  nothing yet");
    }
    for explain::Tried { host, outcome } in tried {
        let again = outcome.again_at.map_or(String::new(), |at| format!("; again at {at}"));
        let (said, by) = (name_of(&outcome.said), speaker(outcome.by));
        let verdict = verdict(&outcome.verdict);
        line(out, &format!("  {} {said} by {by}{}: {verdict}{again}", outcome.at, to(&host)));
    }
    Ok(())
}

fn write_heard(out: &mut String, read: &impl Read, topic: &Topic) -> Result<(), StoreError> {
    let arriving = explain::arriving(read, topic, LINES)?.rows;
    if !arriving.is_empty() {
        line(out, "What came and is not done yet, first first:");
    }
    for explain::Arriving { arrived, .. } in arriving {
        let (kind, signer) = (excerpt(&arrived.kind), excerpt(&arrived.signer));
        line(out, &format!("  {} {kind} by {signer}, tried {} times", arrived.at, arrived.attempts));
    }
    line(out, "What came last, latest first:");
    let received = explain::received(read, topic, LINES)?.rows;
    if received.is_empty() {
        line(out, "  nothing that is still known");
    }
    for received in received {
        line(out, &format!("  {}", came(&received)));
    }
    Ok(())
}

fn line(out: &mut String, text: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{text}");
}

fn write_server(out: &mut String, row: &Server) {
    let Server { host, waiting, failures, failing_since, not_before, heard_at, .. } = row;
    line(
        out,
        &match heard_at {
            Some(at) => format!("{host} last took something at {at}."),
            None => format!("{host} has not taken anything yet."),
        },
    );
    if let Some(since) = failing_since {
        line(
            out,
            &format!(
                "It could not be reached, or had no time, {failures} times in a row since {since}, and is not asked \
                 before {not_before}."
            ),
        );
    }
    line(
        out,
        &match waiting {
            0 => "Nothing waits for it.".to_owned(),
            waiting => format!("{waiting} wait for it, next first:"),
        },
    );
}

/// Who says something, by what tells them from others: names may be gone.
fn speaker(by: Party) -> String {
    match by {
        Party::Instance => "the instance".to_owned(),
        Party::Account(account) => format!("account {account}"),
        Party::Channel(channel) => format!("channel {channel}"),
    }
}

/// What is said, as the network calls it.
fn name_of(said: &Said) -> String {
    match said {
        Said::VideoCreated(video) => format!("Create of video {video}"),
        Said::VideoUpdated(video) => format!("Update of video {video}"),
        Said::VideoShared(video) => format!("Announce of video {video}"),
        Said::VideoUnshared(video) => format!("Undo of the Announce of video {video}"),
        Said::VideoDeleted(uuid) => format!("Delete of video {uuid}"),
        Said::Viewed(video) => format!("View of video {video}"),
        Said::Watching(video) => format!("View of video {video} by those who watch it now"),
        Said::Watched(viewing) => format!("Create of a WatchAction of video {}", viewing.video),
        Said::Liked(video) => format!("Like of video {video}"),
        Said::Unliked(video) => format!("Undo of the Like of video {video}"),
        Said::Disliked(video) => format!("Dislike of video {video}"),
        Said::Undisliked(video) => format!("Undo of the Dislike of video {video}"),
        Said::Flagged(abuse) => format!("Flag, report {abuse}"),
        Said::CommentCreated(comment) => format!("Create of comment {comment}"),
        Said::CommentUpdated(comment) => format!("Update of comment {comment}"),
        Said::CommentApproved(comment) => format!("ApproveReply to comment {comment}"),
        Said::CommentRejected { url, .. } => format!("RejectReply to {}", excerpt(url)),
        Said::CommentRemoved { url, .. } => format!("Delete of {}", excerpt(url)),
        Said::CommentDeleted { comment, video } => format!("Delete of comment {comment} on video {video}"),
        Said::PlaylistCreated(playlist) => format!("Create of playlist {playlist}"),
        Said::PlaylistUpdated(playlist) => format!("Update of playlist {playlist}"),
        Said::PlaylistDeleted(uuid) => format!("Delete of playlist {uuid}"),
        Said::MirrorCreated(mirror) => format!("Create of copy {mirror}"),
        Said::MirrorUpdated(mirror) => format!("Update of copy {mirror}"),
        Said::MirrorEnded { url, .. } => format!("Undo of the Create of a copy of {}", excerpt(url)),
        Said::Changed => "Update of itself".to_owned(),
        Said::Gone(name) => format!("Delete of itself, {name}"),
        Said::Words(words) => format!("words: {}", excerpt(words)),
    }
}

fn verdict(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Taken => "taken".to_owned(),
        Verdict::Refused(status) => format!("refused with {status}"),
        Verdict::Busy(status) => format!("not taken now, {status}"),
        Verdict::Unreachable(why) => format!("not reached: {}", excerpt(why)),
        Verdict::Moot => "not sent, since it was not true any more".to_owned(),
        Verdict::TooLate => "given up after a week".to_owned(),
    }
}

fn came(received: &Received) -> String {
    let fate = match &received.fate {
        Fate::Done => "done".to_owned(),
        Fate::Nothing => "nothing was to be done".to_owned(),
        Fate::Refused(why) => format!("refused: {}", excerpt(why)),
        Fate::Failed(why) => format!("failed: {}", excerpt(why)),
    };
    let about = received.about.as_deref().map_or(String::new(), |about| format!(" about {}", excerpt(about)));
    format!("{} {} by {}{about}: {fate}", received.at, excerpt(&received.kind), excerpt(&received.signer))
}

/// The beginning of what somebody else wrote, without what moves a terminal's cursor.
fn excerpt(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(SENTENCE_LETTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    use shared::id::VideoId;
    use shared::time::Timestamp;

    use crate::domain::delivery::{Answer, Inbox, Kept, Lane, post, ready, settle};
    use crate::store::tables::{ReceivedKey, ServerHostKey};
    use crate::store::{Durability, Store};

    const NOW: Timestamp = Timestamp(1_795_226_450_706);

    #[test]
    fn a_server_and_what_it_was_told_is_explained() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let url: PublicUrl = "https://films.example".parse().unwrap();
        let explain = |about: &str| super::explain(&store, &url, about).unwrap();
        assert_eq!(explain("not a host!"), None);
        let unknown = explain("a.example").unwrap();
        assert!(unknown.starts_with("a.example was never told anything"), "{unknown}");
        store
            .write::<_, StoreError>(Durability::Relaxed, |write| {
                let inbox = Inbox { host: "a.example".into(), url: "https://a.example/inbox".into() };
                let kept = Kept { lane: Lane::Deeds, about: None };
                for video in 1..=2 {
                    let said = (Party::Instance, Said::VideoShared(VideoId(video)));
                    post(write, NOW, said, &BTreeSet::from([inbox.clone()]), &kept)?;
                }
                let server = write.get(&ServerHostKey { host: "a.example".into() })?.unwrap();
                let first = ready(write, server)?.unwrap();
                settle(write, NOW, &first, Some(Answer::Status(400, None)))?;
                let received = Received {
                    id: None,
                    kind: "Like\u{1b}[2J".into(),
                    signer: "https://a.example/users/bob".into(),
                    about: Some("https://films.example/videos/watch/1".into()),
                    within: None,
                    fate: Fate::Refused("it is not for everybody".into()),
                    at: NOW,
                };
                write.insert(&ReceivedKey { number: 1 }, &received)
            })
            .unwrap();
        let text = explain("A.example").unwrap();
        for part in [
            "1 wait for it",
            "Announce of video 2 by the instance",
            "Announce of video 1 by the instance: refused with 400",
            "Like[2J by https://a.example/users/bob about https://films.example/videos/watch/1: refused: it is",
        ] {
            assert!(text.contains(part), "{part} is not in {text}");
        }
        assert!(!text.contains('\u{1b}'));
        let other = explain("https://a.example/users/carol").unwrap();
        assert!(other.contains("nothing that is still known"), "{other}");
    }
}
