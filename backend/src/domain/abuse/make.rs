//! Reporting something.

use shared::id::{AbuseId, AccountId, CommentId, VideoId};
use shared::time::Timestamp;

use super::AbuseError;
use super::list::EVERYBODY;
use crate::domain::event::Event;
use crate::store::records::{Abuse, AbuseReason, AbuseState, AbuseSubject, ReportedVideo, Reports};
use crate::store::tables::{
    AbuseKey, AccountKey, AccountReportsKey, ChannelKey, CommentKey, ReporterAbuseKey, VideoKey,
    VideoReportsKey,
};
use crate::store::{Read, StoreError, Write};

/// A report to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewAbuse {
    /// What is reported.
    pub subject: NewSubject,
    /// 2–3000 letters.
    pub reason: String,
    /// What the reporter picked from the closed list.
    pub predefined: Vec<AbuseReason>,
}

/// What is to be reported.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NewSubject {
    /// An account.
    Account(AccountId),
    /// A video, or a part of it in seconds.
    Video {
        /// Which.
        id: VideoId,
        /// Second it begins at.
        start: Option<u64>,
        /// Second it ends at.
        end: Option<u64>,
    },
    /// A comment.
    Comment(CommentId),
}

/// Reports something. Whether the reporter may see it is judged before.
///
/// # Errors
/// [`AbuseError::NoSubject`] when it went away.
pub fn make(
    write: &mut Write<'_>,
    now: Timestamp,
    reporter: AccountId,
    new: NewAbuse,
) -> Result<AbuseId, AbuseError> {
    let (flagged, subject) = match new.subject {
        NewSubject::Account(account) => {
            write.get(&AccountKey { account })?.ok_or(AbuseError::NoSubject)?;
            (account, AbuseSubject::Account)
        }
        NewSubject::Video { id, start, end } => {
            let key = VideoReportsKey { video: id };
            let nth = write.get(&key)?.unwrap_or(0).saturating_add(1);
            let (owner, video) = reported(write, id)?;
            write.insert(&key, &nth)?;
            (owner, AbuseSubject::Video(ReportedVideo { start, end, nth, ..video }))
        }
        NewSubject::Comment(id) => {
            let comment = write.get(&CommentKey { comment: id })?.ok_or(AbuseError::NoSubject)?;
            // Of a deleted one nothing is left to judge.
            let author = comment.author.ok_or(AbuseError::NoSubject)?;
            let (_, video) = reported(write, comment.video)?;
            (author, AbuseSubject::Comment { id, thread: comment.thread, video })
        }
    };
    let id = AbuseId(write.next_number("abuses")?);
    let abuse = Abuse {
        id,
        reporter,
        flagged,
        subject,
        reason: new.reason,
        predefined: new.predefined,
        state: AbuseState::Pending,
        moderation_comment: None,
        messages: 0,
        created_at: now,
        updated_at: now,
    };
    write.insert(&AbuseKey { abuse: id }, &abuse)?;
    write.insert(&ReporterAbuseKey { reporter, abuse: id }, &())?;
    change(write, reporter, |reports| reports.made = reports.made.saturating_add(1))?;
    change(write, flagged, |reports| reports.received = reports.received.saturating_add(1))?;
    change(write, EVERYBODY, |reports| reports.made = reports.made.saturating_add(1))?;
    write.note(Event::AbuseMade(id));
    Ok(id)
}

/// What is kept of a video, and whose it is.
fn reported(read: &impl Read, id: VideoId) -> Result<(AccountId, ReportedVideo), AbuseError> {
    let video = read.get(&VideoKey { video: id })?.ok_or(AbuseError::NoSubject)?;
    let channel = read.get(&ChannelKey { channel: video.channel })?.ok_or(AbuseError::NoSubject)?;
    let kept = ReportedVideo {
        id,
        uuid: video.uuid,
        name: video.name,
        nsfw: video.nsfw,
        start: None,
        end: None,
        nth: 0,
    };
    Ok((channel.account, kept))
}

/// Changes how often an account reported or was reported; a row that says nothing goes.
pub(super) fn change(
    write: &mut Write<'_>,
    account: AccountId,
    change: impl FnOnce(&mut Reports),
) -> Result<(), StoreError> {
    let key = AccountReportsKey { account };
    let mut reports = write.get(&key)?.unwrap_or_default();
    change(&mut reports);
    if reports == Reports::default() {
        write.remove(&key);
        return Ok(());
    }
    write.insert(&key, &reports)
}
