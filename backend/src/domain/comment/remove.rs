//! Removing what was said.

use shared::id::{AccountId, CommentId, VideoId};
use shared::time::Timestamp;

use super::counts::{by_replies, change, change_talk, change_tally};
use super::say::{find, makers_of};
use super::{CommentError, may_review};
use crate::domain::viewer::Person;
use crate::store::records::Comment;
use crate::store::tables::{
    AccountCommentKey, CommentKey, HeldCommentKey, Latest, ReplyKey, ThreadKey, VideoCommentKey, WithheldKey,
};
use crate::store::{Read, StoreError, Write};

/// Places that one removal takes along at most; who answers themselves a thousand times leaves some behind.
const PLACES_MAX: usize = 100;

/// Removes a comment, as its author, the video's owner or who keeps order may.
///
/// # Errors
/// [`CommentError`].
pub fn remove(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    video: VideoId,
    id: CommentId,
) -> Result<(), CommentError> {
    let comment = find(write, video, id)?;
    if comment.is_deleted() {
        return Err(CommentError::Deleted);
    }
    let makers = makers_of(write, video)?;
    if comment.author != Some(who.account) && !may_review(who, &makers) {
        return Err(CommentError::NotYours);
    }
    write.use_reserve();
    remove_row(write, now, makers.owner, comment)?;
    Ok(())
}

/// Removes a comment, whoever asks for it. One that is deleted or gone already stays so.
///
/// # Errors
/// [`CommentError`].
pub fn take_back(write: &mut Write<'_>, now: Timestamp, id: CommentId) -> Result<(), CommentError> {
    let Some(comment) = write.get(&CommentKey { comment: id })? else { return Ok(()) };
    if comment.is_deleted() {
        return Ok(());
    }
    let makers = makers_of(write, comment.video)?;
    write.use_reserve();
    Ok(remove_row(write, now, makers.owner, comment)?)
}

/// Removes a comment that is not deleted yet; its place stays while others answer it.
pub(super) fn remove_row(
    write: &mut Write<'_>,
    now: Timestamp,
    owner: AccountId,
    comment: Comment,
) -> Result<(), StoreError> {
    let (id, video) = (comment.id, comment.video);
    if let Some(account) = comment.author {
        write.remove(&AccountCommentKey { account, comment: id });
        change_tally(write, account, |comments| comments.saturating_sub(1))?;
    }
    if comment.held {
        change_talk(write, video, |talk| talk.held = talk.held.saturating_sub(1))?;
    } else {
        change_talk(write, video, |talk| talk.comments = talk.comments.saturating_sub(1))?;
        if !comment.is_thread() {
            let is_owners = comment.author == Some(owner);
            change(write, comment.thread, |thread| {
                thread.replies = thread.replies.saturating_sub(1);
                thread.replies_of_owner = thread.replies_of_owner.saturating_sub(u64::from(is_owners));
            })?;
        }
    }
    if 0 < comment.children + comment.held_children {
        return change(write, id, |comment| {
            comment.author = None;
            comment.text.clear();
            comment.deleted_at = Some(now);
            comment.updated_at = now;
        });
    }
    vanish(write, comment)
}

/// Removes a comment that nobody answers with its place, and the empty places above it.
fn vanish(write: &mut Write<'_>, comment: Comment) -> Result<(), StoreError> {
    let mut next = Some(comment);
    for _ in 0..PLACES_MAX {
        let Some(comment) = next.take() else { return Ok(()) };
        take_out(write, &comment);
        let Some(parent) = comment.parent else {
            if !comment.held {
                change_talk(write, comment.video, |talk| talk.threads = talk.threads.saturating_sub(1))?;
            }
            return Ok(());
        };
        change(write, parent, |parent| {
            let children = if comment.held { &mut parent.held_children } else { &mut parent.children };
            *children = children.saturating_sub(1);
        })?;
        let parent = write.get(&CommentKey { comment: parent })?;
        next = parent.filter(|parent| parent.is_deleted() && parent.children + parent.held_children == 0);
    }
    Ok(())
}

/// Removes a comment's rows and nothing else. By the id of one of another server it stays known that there was one: it
/// does not come back when somebody answers it there.
pub(super) fn take_out(write: &mut Write<'_>, comment: &Comment) {
    let Comment { id, video, created_at, .. } = *comment;
    let at = Latest(created_at);
    write.remove(&CommentKey { comment: id });
    write.remove(&WithheldKey { comment: id });
    write.remove(&VideoCommentKey { video, comment: id });
    if comment.held {
        write.remove(&HeldCommentKey { video, at, comment: id });
    }
    match comment.parent {
        Some(parent) => write.remove(&ReplyKey { parent, comment: id }),
        None => {
            write.remove(&ThreadKey { video, at, comment: id });
            write.remove(&by_replies(comment));
        }
    }
}
