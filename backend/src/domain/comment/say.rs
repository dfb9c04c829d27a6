//! Saying something, and letting it be seen.

use shared::id::{AccountId, CommentId, VideoId};
use shared::time::Timestamp;

use super::counts::{by_replies, change, change_talk, change_tally};
use super::{CommentError, may_review};
use crate::domain::event::Event;
use crate::domain::makers::Makers;
use crate::domain::viewer::Person;
use crate::store::records::{Comment, CommentTag, CommentsPolicy};
use crate::store::tables::{
    AccountCommentKey, ChannelKey, CommentKey, HeldCommentKey, Latest, ReplyKey, ThreadKey, VideoCommentKey,
    VideoKey,
};
use crate::store::{Read, StoreError, Write};

/// A comment to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewComment {
    /// What it is about.
    pub video: VideoId,
    /// What it answers; none to begin a thread.
    pub parent: Option<CommentId>,
    /// Markdown.
    pub text: String,
    /// Whether it waits for the owner whatever the video's policy is.
    pub is_suspicious: bool,
    /// What it is marked with.
    pub tags: Vec<CommentTag>,
}

/// Says something about a video. Who may see the video is judged before.
///
/// # Errors
/// [`CommentError`].
pub fn say(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    new: NewComment,
) -> Result<Comment, CommentError> {
    let video = write.get(&VideoKey { video: new.video })?.ok_or(CommentError::NoSuchVideo)?;
    let channel = write.get(&ChannelKey { channel: video.channel })?.ok_or(CommentError::NoSuchVideo)?;
    let needs_approval = match video.comments_policy {
        CommentsPolicy::Disabled => return Err(CommentError::Disabled),
        CommentsPolicy::Enabled => new.is_suspicious,
        CommentsPolicy::RequiresApproval => true,
    };
    let parent = new.parent.map(|parent| find(write, new.video, parent)).transpose()?;
    if let Some(parent) = &parent {
        if parent.is_deleted() {
            return Err(CommentError::Deleted);
        }
        if parent.held {
            return Err(CommentError::Held);
        }
    }
    let id = CommentId(write.next_number("comments")?);
    let comment = Comment {
        id,
        video: new.video,
        thread: parent.as_ref().map_or(id, |parent| parent.thread),
        parent: new.parent,
        author: Some(who.account),
        text: new.text,
        remote: None,
        held: needs_approval && !may_review(who, &Makers::of(&channel)),
        tags: new.tags,
        created_at: now,
        updated_at: now,
        deleted_at: None,
        replies: 0,
        replies_of_owner: 0,
        children: 0,
        held_children: 0,
    };
    write.insert(&CommentKey { comment: id }, &comment)?;
    write.insert(&VideoCommentKey { video: new.video, comment: id }, &())?;
    write.insert(&AccountCommentKey { account: who.account, comment: id }, &new.video)?;
    change_tally(write, who.account, |comments| comments.saturating_add(1))?;
    if comment.held {
        let key = HeldCommentKey { video: new.video, at: Latest(now), comment: id };
        write.insert(&key, &who.account)?;
        change_talk(write, new.video, |talk| talk.held = talk.held.saturating_add(1))?;
        if let Some(parent) = new.parent {
            write.insert(&ReplyKey { parent, comment: id }, &Some(who.account))?;
            change(write, parent, |parent| parent.held_children = parent.held_children.saturating_add(1))?;
        }
    } else {
        show(write, &comment, channel.account)?;
    }
    write.note(Event::CommentMade(id));
    Ok(comment)
}

/// Lets everybody see a comment that waited.
///
/// # Errors
/// [`CommentError`].
pub fn approve(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    video: VideoId,
    id: CommentId,
) -> Result<(), CommentError> {
    let comment = find(write, video, id)?;
    let makers = makers_of(write, video)?;
    if !may_review(who, &makers) {
        return Err(CommentError::NotYours);
    }
    open(write, now, makers.owner, comment)
}

/// Lets everybody see a comment that waited, since whoever makes its video on another server lets them.
///
/// # Errors
/// [`CommentError`].
pub fn show_held(write: &mut Write<'_>, now: Timestamp, id: CommentId) -> Result<(), CommentError> {
    let comment = write.get(&CommentKey { comment: id })?.ok_or(CommentError::NoSuchComment)?;
    let makers = makers_of(write, comment.video)?;
    open(write, now, makers.owner, comment)
}

fn open(
    write: &mut Write<'_>,
    now: Timestamp,
    owner: AccountId,
    mut comment: Comment,
) -> Result<(), CommentError> {
    let (id, video) = (comment.id, comment.video);
    if comment.is_deleted() {
        return Err(CommentError::Deleted);
    }
    if !comment.held {
        return Err(CommentError::NotHeld);
    }
    write.remove(&HeldCommentKey { video, at: Latest(comment.created_at), comment: id });
    change_talk(write, video, |talk| talk.held = talk.held.saturating_sub(1))?;
    if let Some(parent) = comment.parent {
        change(write, parent, |parent| parent.held_children = parent.held_children.saturating_sub(1))?;
    }
    comment.held = false;
    comment.updated_at = now;
    write.insert(&CommentKey { comment: id }, &comment)?;
    show(write, &comment, owner)?;
    write.note(Event::CommentApproved(id));
    Ok(())
}

/// Puts a comment where everybody finds it.
fn show(write: &mut Write<'_>, comment: &Comment, owner: AccountId) -> Result<(), StoreError> {
    if let Some(parent) = comment.parent {
        write.insert(&ReplyKey { parent, comment: comment.id }, &None)?;
        change(write, parent, |parent| parent.children = parent.children.saturating_add(1))?;
        let is_owners = comment.author == Some(owner);
        change(write, comment.thread, |thread| {
            thread.replies = thread.replies.saturating_add(1);
            thread.replies_of_owner = thread.replies_of_owner.saturating_add(u64::from(is_owners));
        })?;
    } else {
        let at = Latest(comment.created_at);
        write.insert(&ThreadKey { video: comment.video, at, comment: comment.id }, &())?;
        write.insert(&by_replies(comment), &())?;
    }
    let is_thread = comment.is_thread();
    change_talk(write, comment.video, |talk| {
        talk.comments = talk.comments.saturating_add(1);
        talk.threads = talk.threads.saturating_add(u64::from(is_thread));
    })
}

/// A comment of a video.
pub(super) fn find(read: &impl Read, video: VideoId, id: CommentId) -> Result<Comment, CommentError> {
    let comment = read.get(&CommentKey { comment: id })?;
    comment.filter(|comment| comment.video == video).ok_or(CommentError::NoSuchComment)
}

/// Who makes a video.
pub(super) fn makers_of(read: &impl Read, video: VideoId) -> Result<Makers, CommentError> {
    let video = read.get(&VideoKey { video })?.ok_or(CommentError::NoSuchVideo)?;
    let channel = read.get(&ChannelKey { channel: video.channel })?.ok_or(CommentError::NoSuchVideo)?;
    Ok(Makers::of(&channel))
}
