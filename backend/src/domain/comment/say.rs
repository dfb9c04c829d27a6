//! Saying something, and letting it be seen.

use shared::id::{AccountId, CommentId, VideoId};
use shared::time::Timestamp;

use super::counts::{by_replies, change, change_talk, change_tally};
use super::{CommentError, may_review};
use crate::domain::event::Event;
use crate::domain::makers::Makers;
use crate::domain::viewer::Person;
use crate::store::records::{Comment, CommentTag, CommentsPolicy, RemoteComment, Video};
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

/// Somebody of another server who says something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Heard {
    /// Who.
    pub author: AccountId,
    /// When it was said.
    pub at: Timestamp,
    /// What is known of it there.
    pub remote: Box<RemoteComment>,
    /// Whether those who make the video, on another server, let everybody see it.
    pub is_approved: bool,
    /// Whether anybody is told of it, as of something that was said just now.
    pub is_news: bool,
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
    let (video, makers) = video_and_makers(write, new.video)?;
    // What is said about another server's video is reviewed there.
    let passes = video.remote.is_none() && may_review(who, &makers);
    let said = Said { author: who.account, at: now, remote: None, passes };
    let comment = put(write, &video, makers.owner, new, said)?;
    write.note(Event::CommentMade(comment.id));
    Ok(comment)
}

/// Keeps what somebody of another server says. Whether they may is judged before.
///
/// # Errors
/// [`CommentError`].
pub fn hear(write: &mut Write<'_>, new: NewComment, heard: Heard) -> Result<Comment, CommentError> {
    let (video, makers) = video_and_makers(write, new.video)?;
    let Heard { author, at, remote, is_approved, is_news } = heard;
    let passes = video.remote.is_some() && is_approved;
    let comment = put(write, &video, makers.owner, new, Said { author, at, remote: Some(remote), passes })?;
    if is_news {
        write.note(Event::CommentMade(comment.id));
    }
    Ok(comment)
}

/// Who says something, and when.
struct Said {
    author: AccountId,
    at: Timestamp,
    remote: Option<Box<RemoteComment>>,
    /// Whether nobody needs to look at it first.
    passes: bool,
}

/// Puts a comment where it belongs: held, or for all to see.
fn put(
    write: &mut Write<'_>,
    video: &Video,
    owner: AccountId,
    new: NewComment,
    said: Said,
) -> Result<Comment, CommentError> {
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
        author: Some(said.author),
        text: new.text,
        remote: said.remote,
        held: needs_approval && !said.passes,
        tags: new.tags,
        created_at: said.at,
        updated_at: said.at,
        deleted_at: None,
        replies: 0,
        replies_of_owner: 0,
        children: 0,
        held_children: 0,
        approval: None,
    };
    write.insert(&CommentKey { comment: id }, &comment)?;
    write.insert(&VideoCommentKey { video: new.video, comment: id }, &())?;
    write.insert(&AccountCommentKey { account: said.author, comment: id }, &new.video)?;
    change_tally(write, said.author, |comments| comments.saturating_add(1))?;
    if comment.held {
        let key = HeldCommentKey { video: new.video, at: Latest(said.at), comment: id };
        write.insert(&key, &said.author)?;
        change_talk(write, new.video, |talk| talk.held = talk.held.saturating_add(1))?;
        if let Some(parent) = new.parent {
            write.insert(&ReplyKey { parent, comment: id }, &Some(said.author))?;
            change(write, parent, |parent| parent.held_children = parent.held_children.saturating_add(1))?;
        }
    } else {
        show(write, &comment, owner)?;
    }
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
    find(write, video, id)?;
    let (record, makers) = video_and_makers(write, video)?;
    // What is said about another server's video is reviewed there.
    if record.remote.is_some() || !may_review(who, &makers) {
        return Err(CommentError::NotYours);
    }
    show_held(write, now, id)
}

/// Lets everybody see a comment that waited, since whoever makes its video on another server lets them.
///
/// # Errors
/// [`CommentError`].
pub fn show_held(write: &mut Write<'_>, now: Timestamp, id: CommentId) -> Result<(), CommentError> {
    show_approved(write, now, id, None)
}

/// The same, with the yes that was given for it, by its id.
///
/// # Errors
/// [`CommentError`].
pub fn show_approved(
    write: &mut Write<'_>,
    now: Timestamp,
    id: CommentId,
    approval: Option<String>,
) -> Result<(), CommentError> {
    let mut comment = write.get(&CommentKey { comment: id })?.ok_or(CommentError::NoSuchComment)?;
    let video = comment.video;
    let makers = makers_of(write, video)?;
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
    comment.approval = approval.or(comment.approval);
    comment.updated_at = now;
    write.insert(&CommentKey { comment: id }, &comment)?;
    show(write, &comment, makers.owner)?;
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
    Ok(video_and_makers(read, video)?.1)
}

fn video_and_makers(read: &impl Read, video: VideoId) -> Result<(Video, Makers), CommentError> {
    let video = read.get(&VideoKey { video })?.ok_or(CommentError::NoSuchVideo)?;
    let channel = read.get(&ChannelKey { channel: video.channel })?.ok_or(CommentError::NoSuchVideo)?;
    Ok((video, Makers::of(&channel)))
}
