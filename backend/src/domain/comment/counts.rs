//! The numbers kept beside comments, each changed with what it counts.

use shared::id::{AccountId, CommentId, VideoId};

use crate::store::records::{Comment, VideoTalk};
use crate::store::tables::{CommentKey, Latest, Most, TallyKey, ThreadByRepliesKey, VideoTalkKey};
use crate::store::{Read, StoreError, Write};

/// All videos together. Real ones are numbered from 1.
pub(super) const EVERYTHING: VideoId = VideoId(0);

/// What is said about a video.
pub(super) fn talk(read: &impl Read, video: VideoId) -> Result<VideoTalk, StoreError> {
    Ok(read.get(&VideoTalkKey { video })?.unwrap_or_default())
}

/// Changes what is counted of a video, and of all videos.
pub(super) fn change_talk(
    write: &mut Write<'_>,
    video: VideoId,
    change: impl Fn(&mut VideoTalk),
) -> Result<(), StoreError> {
    for video in [video, EVERYTHING] {
        let mut talk = talk(write, video)?;
        change(&mut talk);
        write.insert(&VideoTalkKey { video }, &talk)?;
    }
    Ok(())
}

/// Changes how many comments an account wrote.
pub(super) fn change_tally(
    write: &mut Write<'_>,
    account: AccountId,
    change: impl FnOnce(u64) -> u64,
) -> Result<(), StoreError> {
    let key = TallyKey { account };
    let mut tally = write.get(&key)?.unwrap_or_default();
    tally.comments = change(tally.comments);
    write.insert(&key, &tally)
}

/// Changes a comment, and its place among the threads where that depends on what changed.
pub(super) fn change(
    write: &mut Write<'_>,
    id: CommentId,
    change: impl FnOnce(&mut Comment),
) -> Result<(), StoreError> {
    let key = CommentKey { comment: id };
    let Some(mut comment) = write.get(&key)? else { return Ok(()) };
    let before = by_replies(&comment);
    change(&mut comment);
    let after = by_replies(&comment);
    if comment.is_thread() && !comment.held && before != after {
        write.remove(&before);
        write.insert(&after, &())?;
    }
    write.insert(&key, &comment)
}

/// Where a thread stands among those of its video, most replies first.
pub(super) fn by_replies(comment: &Comment) -> ThreadByRepliesKey {
    ThreadByRepliesKey {
        video: comment.video,
        replies: Most(comment.replies),
        at: Latest(comment.created_at),
        comment: comment.id,
    }
}
