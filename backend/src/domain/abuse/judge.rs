//! Judging reports, and removing them.

use shared::id::AbuseId;
use shared::time::Timestamp;

use super::AbuseError;
use super::list::EVERYBODY;
use super::make::change;
use crate::domain::event::Event;
use crate::store::records::{AbuseState, AbuseSubject};
use crate::store::tables::{AbuseKey, AbuseMessagesOf, ReporterAbuseKey, VideoReportsKey};
use crate::store::{Read, Write};

/// What a moderator makes of a report; what is none stays as it is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Judgement {
    /// What became of it.
    pub state: Option<AbuseState>,
    /// What moderators note for each other.
    pub comment: Option<Option<String>>,
}

/// Judges a report. Who may is asked before.
///
/// # Errors
/// [`AbuseError::NoSuchAbuse`].
pub fn judge(
    write: &mut Write<'_>,
    now: Timestamp,
    id: AbuseId,
    judgement: Judgement,
) -> Result<(), AbuseError> {
    let key = AbuseKey { abuse: id };
    let mut abuse = write.get(&key)?.ok_or(AbuseError::NoSuchAbuse)?;
    let before = abuse.state;
    abuse.state = judgement.state.unwrap_or(before);
    abuse.moderation_comment = judgement.comment.unwrap_or(abuse.moderation_comment);
    abuse.updated_at = now;
    write.insert(&key, &abuse)?;
    if abuse.state != before {
        let delta =
            i64::from(abuse.state == AbuseState::Accepted) - i64::from(before == AbuseState::Accepted);
        change(write, abuse.flagged, |reports| {
            reports.accepted = reports.accepted.saturating_add_signed(delta);
        })?;
        write.note(Event::AbuseJudged(id));
    }
    Ok(())
}

/// Removes a report with all that was said about it.
///
/// # Errors
/// [`AbuseError::NoSuchAbuse`].
pub fn remove(write: &mut Write<'_>, id: AbuseId) -> Result<(), AbuseError> {
    let key = AbuseKey { abuse: id };
    let abuse = write.get(&key)?.ok_or(AbuseError::NoSuchAbuse)?;
    write.use_reserve();
    let messages: Vec<_> = write.scan(&AbuseMessagesOf(id)).collect::<Result<_, _>>()?;
    for (key, _) in messages {
        write.remove(&key);
    }
    write.remove(&key);
    write.remove(&ReporterAbuseKey { reporter: abuse.reporter, abuse: id });
    change(write, abuse.reporter, |reports| reports.made = reports.made.saturating_sub(1))?;
    let accepted = u64::from(abuse.state == AbuseState::Accepted);
    change(write, abuse.flagged, |reports| {
        reports.received = reports.received.saturating_sub(1);
        reports.accepted = reports.accepted.saturating_sub(accepted);
    })?;
    change(write, EVERYBODY, |reports| reports.made = reports.made.saturating_sub(1))?;
    if let AbuseSubject::Video(video) = &abuse.subject {
        let key = VideoReportsKey { video: video.id };
        match write.get(&key)?.unwrap_or(0).saturating_sub(1) {
            0 => write.remove(&key),
            left => write.insert(&key, &left)?,
        }
    }
    Ok(())
}
