//! Rows of the ledgers of what is told and heard, as the API tells of them: numbers become addresses again, as far as what
//! they name is there still.

use shared::api::{FederationServer, LedgerRow, LedgerState};
use shared::time::Timestamp;

use crate::app::App;
use crate::documents::addresses;
use crate::domain::explain::{Arriving, Peer, Tried, Waiting};
use crate::domain::federation::Addresses;
use crate::domain::host;
use crate::federation::follow::handle_of;
use crate::store::records::{Fate, Party, Received, Said, Verdict};
use crate::store::tables::{CommentKey, MirrorKey, PlaylistKey, VideoKey};
use crate::store::{Read, StoreError};

/// Letters of somebody else's sentence.
const SENTENCE_LETTERS: usize = 300;
/// Letters of the name of a type: the longest of the network's have twenty.
const KIND_LETTERS: usize = 40;

/// How it stands with another server.
#[must_use]
pub fn federation_server(peer: &Peer) -> FederationServer {
    let Peer { server, is_muted } = peer;
    FederationServer {
        host: server.host.clone(),
        waiting: server.waiting,
        failures: server.failures,
        failing_since: server.failing_since,
        next_at: server.due,
        heard_at: server.heard_at,
        is_muted: *is_muted,
    }
}

/// Something that waits to be told.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn waiting(app: &App, row: &Waiting) -> Result<LedgerRow, StoreError> {
    let said = told(app, row.post.by, &row.post.said)?;
    let blank = blank(&row.host, row.delivery.at, LedgerState::Waiting);
    Ok(LedgerRow { attempts: row.delivery.attempts, next_at: Some(row.next_at), ..said.over(blank) })
}

/// What became of something that was told.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn tried(app: &App, row: &Tried) -> Result<LedgerRow, StoreError> {
    let Tried { host, outcome } = row;
    let said = told(app, outcome.by, &outcome.said)?;
    let (state, status, reason) = match &outcome.verdict {
        Verdict::Taken => (LedgerState::Taken, None, None),
        Verdict::Refused(status) => (LedgerState::Declined, Some(*status), None),
        Verdict::Busy(status) => (LedgerState::Busy, Some(*status), None),
        Verdict::Unreachable(why) => (LedgerState::Unreachable, None, Some(excerpt(why))),
        Verdict::Moot => (LedgerState::Moot, None, None),
        Verdict::TooLate => (LedgerState::TooLate, None, None),
    };
    let blank = blank(host, outcome.at, state);
    Ok(LedgerRow { status, reason, next_at: outcome.again_at, ..said.over(blank) })
}

/// Something that came and is not done yet.
#[must_use]
pub fn arriving(row: &Arriving, next_at: Option<Timestamp>) -> LedgerRow {
    let arrived = &row.arrived;
    let host = host::of_address(&arrived.signer).unwrap_or_default();
    LedgerRow {
        activity: kind(&arrived.kind),
        about: arrived.id.clone(),
        by: Some(arrived.signer.clone()),
        attempts: arrived.attempts,
        next_at,
        ..blank(&host, arrived.at, LedgerState::Waiting)
    }
}

/// What became of something that came.
#[must_use]
pub fn received(row: &Received) -> LedgerRow {
    let (state, reason) = match &row.fate {
        Fate::Done => (LedgerState::Done, None),
        Fate::Nothing => (LedgerState::Nothing, None),
        Fate::Refused(why) => (LedgerState::Refused, Some(excerpt(why))),
        Fate::Failed(why) => (LedgerState::Failed, Some(excerpt(why))),
    };
    let host = host::of_address(&row.signer).unwrap_or_default();
    LedgerRow {
        activity: kind(&row.kind),
        about: row.about.clone().or_else(|| row.id.clone()),
        by: Some(row.signer.clone()),
        reason,
        ..blank(&host, row.at, state)
    }
}

fn blank(host: &str, at: Timestamp, state: LedgerState) -> LedgerRow {
    LedgerRow {
        host: host.to_owned(),
        at,
        activity: String::new(),
        about: None,
        by: None,
        state,
        status: None,
        reason: None,
        attempts: 0,
        next_at: None,
    }
}

/// What is said, in the network's words.
struct Told {
    activity: String,
    about: Option<String>,
    by: Option<String>,
}

impl Told {
    fn over(self, row: LedgerRow) -> LedgerRow {
        LedgerRow { activity: self.activity, about: self.about, by: self.by, ..row }
    }
}

fn told(app: &App, by: Party, said: &Said) -> Result<Told, StoreError> {
    let (store, addresses) = (app.store(), addresses(app));
    let of_video = |video| {
        let row = store.get(&VideoKey { video })?;
        Ok::<_, StoreError>(row.map(|row| match row.remote {
            Some(remote) => remote.url,
            None => addresses.video(row.uuid),
        }))
    };
    let of_mirror = |mirror| match store.get(&MirrorKey { mirror })? {
        Some(row) => of_video(row.video),
        None => Ok(None),
    };
    let of_list = |playlist| {
        let row = store.get(&PlaylistKey { playlist })?;
        Ok::<_, StoreError>(row.map(|row| addresses.playlist(row.uuid)))
    };
    let of_comment = |comment| comment_address(app, addresses, comment);
    let (activity, about) = match said {
        Said::VideoCreated(video) => ("Create", of_video(*video)?),
        Said::VideoUpdated(video) => ("Update", of_video(*video)?),
        Said::VideoShared(video) => ("Announce", of_video(*video)?),
        Said::Viewed(video) | Said::Watching(video) => ("View", of_video(*video)?),
        Said::Watched(viewing) => ("Create", of_video(viewing.video)?),
        Said::Liked(video) => ("Like", of_video(*video)?),
        Said::Disliked(video) => ("Dislike", of_video(*video)?),
        Said::VideoUnshared(video) | Said::Unliked(video) | Said::Undisliked(video) => {
            ("Undo", of_video(*video)?)
        }
        Said::VideoDeleted(uuid) => ("Delete", Some(addresses.video(*uuid))),
        Said::Flagged(_) => ("Flag", None),
        Said::CommentCreated(comment) => ("Create", of_comment(*comment)?),
        Said::CommentUpdated(comment) => ("Update", of_comment(*comment)?),
        Said::CommentApproved(comment) => ("ApproveReply", of_comment(*comment)?),
        Said::CommentRejected { url, .. } => ("RejectReply", Some(url.clone())),
        Said::CommentRemoved { url, .. } => ("Delete", Some(url.clone())),
        Said::CommentDeleted { comment, video } => ("Delete", Some(addresses.comment(*video, *comment))),
        Said::PlaylistCreated(playlist) => ("Create", of_list(*playlist)?),
        Said::PlaylistUpdated(playlist) => ("Update", of_list(*playlist)?),
        Said::PlaylistDeleted(uuid) => ("Delete", Some(addresses.playlist(*uuid))),
        Said::MirrorCreated(mirror) => ("Create", of_mirror(*mirror)?),
        Said::MirrorUpdated(mirror) => ("Update", of_mirror(*mirror)?),
        Said::MirrorEnded { url, .. } => ("Undo", Some(url.clone())),
        Said::Changed => ("Update", None),
        Said::Gone(name) => ("Delete", Some(addresses.account(name)).filter(|_| party_is_account(by))),
        Said::Words(words) => {
            let activity = kind_in(words);
            return Ok(Told { activity, about: None, by: handle_of(store, &addresses, by)? });
        }
    };
    Ok(Told { activity: activity.to_owned(), about, by: handle_of(store, &addresses, by)? })
}

fn party_is_account(by: Party) -> bool {
    matches!(by, Party::Account(_))
}

fn comment_address(
    app: &App,
    addresses: Addresses<'_>,
    comment: shared::id::CommentId,
) -> Result<Option<String>, StoreError> {
    let Some(row) = app.store().get(&CommentKey { comment })? else { return Ok(None) };
    if let Some(remote) = row.remote {
        return Ok(Some(remote.url));
    }
    let video = app.store().get(&VideoKey { video: row.video })?;
    Ok(video.map(|video| addresses.comment(video.uuid, comment)))
}

/// The type of what is passed on as it is, as far as its beginning tells.
fn kind_in(words: &str) -> String {
    let Some((_, rest)) = words.split_once("\"type\":") else { return String::new() };
    let name = rest.trim_start().strip_prefix('"').and_then(|rest| rest.split_once('"'));
    name.map(|(name, _)| kind(name)).unwrap_or_default()
}

/// A type as somebody else named it, without what is none.
fn kind(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).take(KIND_LETTERS).collect()
}

/// The beginning of what somebody else said, on one line.
fn excerpt(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(SENTENCE_LETTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_passed_on_is_named_as_far_as_it_says() {
        assert_eq!(kind_in(r#"{"id":"x","type": "Accept","object":{"type":"Follow"}}"#), "Accept");
        assert_eq!(kind_in(r#"{"@context":[{"a":{"@type":"@id"}}],"ty"#), "");
        assert_eq!(kind("Create\u{1b}[2J<b>"), "Create2Jb");
        assert_eq!(excerpt("a\nb"), "ab");
    }
}
