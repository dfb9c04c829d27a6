//! What people of other servers say, about videos of here and elsewhere.
//!
//! Owns what of it is believed: that its author is who says so is known before; that everybody may read it, and that it
//! may be said there at all, is judged here. Whether it waits for the video's owner is the house's own rule.

use shared::id::CommentId;
use shared::limits::COMMENT_LENGTH;
use shared::time::Timestamp;

use super::{Intake, KeepError, Place, text};
use crate::domain::comment::{self, CommentError, Heard, NewComment};
use crate::domain::video::edit;
use crate::domain::video::sight::Address;
use crate::domain::viewer::Viewer;
use crate::domain::{mute, words};
use crate::federation::vocab::{self, host_of, is_same_host};
use crate::store::records::{Account, Comment, RemoteComment, RemoteObject, Video};
use crate::store::tables::{AccountKey, ChannelKey, CommentKey, RemoteObjectKey, VideoKey};
use crate::store::{Read, Write};

/// What was said longer ago is nobody's news.
const NEWS_AGE_MAX: std::time::Duration = std::time::Duration::from_secs(24 * 60 * 60);

/// Keeps a comment, new or said again: the second time it is an edit of its text. One that was removed here stays so.
///
/// # Errors
/// [`KeepError`].
pub fn comment(
    write: &mut Write<'_>,
    now: Timestamp,
    said: &vocab::Note,
    at: Place,
    intake: Intake<'_>,
) -> Result<CommentId, KeepError> {
    if host_of(&said.id).is_none_or(|host| host == intake.host) {
        return Err(KeepError::Ours);
    }
    let author = write.get(&AccountKey { account: at.author })?.ok_or(KeepError::Place("attributedTo"))?;
    if !is_by(said, &author) {
        return Err(KeepError::Place("attributedTo"));
    }
    if !said.is_public() {
        return Err(KeepError::NotPublic);
    }
    let text = text_of(said).ok_or(KeepError::Empty)?;
    let video = write.get(&VideoKey { video: at.video })?.ok_or(KeepError::Place("inReplyTo"))?;
    let key = RemoteObjectKey { url: said.id.clone() };
    match write.get(&key)? {
        Some(RemoteObject::Comment(comment)) => {
            let old = write.get(&CommentKey { comment })?.ok_or(KeepError::Gone)?;
            change(write, now, &old, (said, text), at, intake)?;
            Ok(comment)
        }
        Some(RemoteObject::Video(_) | RemoteObject::Playlist(_)) => Err(KeepError::KindChanged),
        None => {
            let id = add(write, now, said, text, (at, &video), intake)?;
            write.insert(&key, &RemoteObject::Comment(id))?;
            Ok(id)
        }
    }
}

/// Notes that a comment of another server was read just now.
///
/// # Errors
/// [`KeepError`].
pub fn comment_read(write: &mut Write<'_>, now: Timestamp, comment: CommentId) -> Result<(), KeepError> {
    let key = CommentKey { comment };
    let mut record = write.get(&key)?.ok_or(KeepError::Gone)?;
    record.remote.as_mut().ok_or(KeepError::Ours)?.fetched_at = now;
    Ok(write.insert(&key, &record)?)
}

/// Whether a text is by this account, which speaks for nobody of another server.
fn is_by(said: &vocab::Note, author: &Account) -> bool {
    author.remote.as_ref().is_some_and(|remote| remote.url == said.by && is_same_host(&remote.url, &said.id))
}

/// The text as markdown.
fn text_of(said: &vocab::Note) -> Option<String> {
    let longest = *COMMENT_LENGTH.end();
    if said.is_markdown {
        text::typed(&said.content, longest)
    } else {
        text::from_html(&said.content, &said.mentions, longest)
    }
}

/// What is known of it where it is.
fn remote(said: &vocab::Note, now: Timestamp) -> RemoteComment {
    RemoteComment { url: said.id.clone(), page: Some(said.page.clone()), fetched_at: now }
}

fn add(
    write: &mut Write<'_>,
    now: Timestamp,
    said: &vocab::Note,
    text: String,
    (at, video): (Place, &Video),
    intake: Intake<'_>,
) -> Result<CommentId, KeepError> {
    let sight = edit::sight(write, video).map_err(|_| KeepError::Place("inReplyTo"))?;
    // Nobody elsewhere talks about what is not for everybody who has the address.
    if sight.opens_to(&Viewer::Anonymous, Address::Uuid).is_err() || !sight.is_published() {
        return Err(KeepError::NotPublic);
    }
    // However it is found: an answer of somebody else brings what it answers along.
    if mute::is_muted(write, sight.makers.owner, at.author)? {
        return Err(KeepError::Unheard);
    }
    let (tags, is_suspicious) = words::judge(write, sight.makers.owner, &text, intake.host)?;
    // On another server's video it is that server that lets it be seen, and says so; its owner needs nobody for that.
    let is_approved = video.remote.as_ref().is_some_and(|remote| {
        let is_owners = sight.makers.owner == at.author;
        is_owners || said.approval.as_ref().is_some_and(|approval| is_same_host(approval, &remote.url))
    });
    let new = NewComment { video: at.video, parent: at.parent, text, is_suspicious, tags };
    let heard = Heard {
        author: at.author,
        // Nobody is first in a list for ever by coming from the future.
        at: said.published.min(now),
        remote: Box::new(remote(said, now)),
        is_approved,
        is_news: !intake.is_backfill && now <= said.published.after(NEWS_AGE_MAX),
    };
    Ok(comment::hear(write, new, heard).map_err(refused)?.id)
}

fn change(
    write: &mut Write<'_>,
    now: Timestamp,
    old: &Comment,
    (said, text): (&vocab::Note, String),
    at: Place,
    intake: Intake<'_>,
) -> Result<(), KeepError> {
    if old.is_deleted() {
        return Err(KeepError::Gone);
    }
    if old.author != Some(at.author) {
        return Err(KeepError::Place("attributedTo"));
    }
    // What was said about one thing is not turned against another.
    if old.video != at.video || old.parent != at.parent {
        return Err(KeepError::Place("inReplyTo"));
    }
    // Words overtake each other on their way.
    if old.text == text || said.updated.is_some_and(|updated| updated < old.updated_at) {
        return Ok(());
    }
    let video = write.get(&VideoKey { video: old.video })?.ok_or(KeepError::Place("inReplyTo"))?;
    let channel = write.get(&ChannelKey { channel: video.channel })?.ok_or(KeepError::Place("inReplyTo"))?;
    let (tags, is_suspicious) = words::judge(write, channel.account, &text, intake.host)?;
    // What would have waited for the owner is not said by changing what did not: the text stays as it was shown.
    if is_suspicious && !old.held {
        return Ok(());
    }
    let at = said.updated.map_or(now, |updated| updated.min(now));
    comment::edit(write, at, old.id, text, tags).map_err(refused)
}

fn refused(error: CommentError) -> KeepError {
    match error {
        CommentError::Store(error) => KeepError::Store(error),
        error @ (CommentError::NoSuchVideo
        | CommentError::NoSuchComment
        | CommentError::Disabled
        | CommentError::Deleted
        | CommentError::Held
        | CommentError::NotHeld
        | CommentError::NotYours) => KeepError::Comment(error),
    }
}

/// Lets everybody see a comment on another server's video, since that server says so (`ApproveReply`).
///
/// # Errors
/// [`KeepError`]. One that everybody sees already stays so.
pub fn approve(write: &mut Write<'_>, now: Timestamp, id: CommentId) -> Result<(), KeepError> {
    let comment = write.get(&CommentKey { comment: id })?.ok_or(KeepError::Gone)?;
    let video = write.get(&VideoKey { video: comment.video })?.ok_or(KeepError::Place("inReplyTo"))?;
    if video.remote.is_none() {
        return Err(KeepError::Ours);
    }
    if comment.held { comment::show_held(write, now, id).map_err(refused) } else { Ok(()) }
}
