//! What becomes of comments when video or author goes. Piece by piece, since there may be thousands.

use std::collections::HashMap;

use shared::id::{AccountId, VideoId};
use shared::time::Timestamp;

use super::CommentError;
use super::counts::{EVERYTHING, change_tally, talk};
use super::remove::{remove_row, take_out};
use super::say::makers_of;
use crate::domain::makers::Makers;
use crate::store::records::{Scope, VideoTalk};
use crate::store::tables::{
    AccountCommentKey, CommentKey, CommentsBy, CommentsOf, RemoteObjectKey, VideoTalkKey,
};
use crate::store::{Read, StoreError, Write};

/// Removes at most `rows_max` comments of a video that is gone. Gives how many.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn forget_video(write: &mut Write<'_>, video: VideoId, rows_max: usize) -> Result<usize, StoreError> {
    let rows: Vec<_> = write.scan(&CommentsOf(video)).take(rows_max).collect::<Result<_, _>>()?;
    for (key, ()) in &rows {
        write.remove(key);
        let Some(comment) = write.get(&CommentKey { comment: key.comment })? else { continue };
        take_out(write, &comment);
        if let Some(remote) = &comment.remote {
            write.remove(&RemoteObjectKey { url: remote.url.clone() });
        }
        if let Some(account) = comment.author {
            write.remove(&AccountCommentKey { account, comment: comment.id });
            change_tally(write, account, |comments| comments.saturating_sub(1))?;
        }
    }
    let of_video = talk(write, video)?;
    if rows.is_empty() && of_video != VideoTalk::default() {
        let mut of_all = talk(write, EVERYTHING)?;
        of_all.threads = of_all.threads.saturating_sub(of_video.threads);
        of_all.comments = of_all.comments.saturating_sub(of_video.comments);
        of_all.held = of_all.held.saturating_sub(of_video.held);
        write.insert(&VideoTalkKey { video: EVERYTHING }, &of_all)?;
        write.remove(&VideoTalkKey { video });
    }
    Ok(rows.len())
}

/// Removes at most `rows_max` comments that an account made in `scope`. Gives how many.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn remove_by(
    write: &mut Write<'_>,
    now: Timestamp,
    author: AccountId,
    scope: Scope,
    rows_max: usize,
) -> Result<usize, StoreError> {
    let mut known: HashMap<VideoId, Option<Makers>> = HashMap::new();
    let mut rows = Vec::new();
    for row in write.scan(&CommentsBy(author)) {
        let (key, video) = row?;
        let makers = match known.get(&video) {
            Some(makers) => makers.clone(),
            None => {
                let makers = match makers_of(write, video) {
                    Ok(makers) => Some(makers),
                    Err(CommentError::Store(error)) => return Err(error),
                    // Its own comments go with it.
                    Err(_) => None,
                };
                known.insert(video, makers.clone());
                makers
            }
        };
        let is_meant = match scope {
            Scope::Instance => true,
            Scope::VideosOf(account) => makers.as_ref().is_some_and(|makers| makers.decide(account)),
            Scope::VideosManagedBy(account) => makers.as_ref().is_some_and(|makers| makers.manage(account)),
        };
        if is_meant {
            rows.push((key, makers.map(|makers| makers.owner)));
        }
        if rows_max <= rows.len() {
            break;
        }
    }
    for (key, owner) in &rows {
        match (write.get(&CommentKey { comment: key.comment })?, owner) {
            (Some(comment), Some(owner)) => remove_row(write, now, *owner, comment)?,
            (Some(_), None) | (None, _) => {
                write.remove(key);
                change_tally(write, author, |comments| comments.saturating_sub(1))?;
            }
        }
    }
    Ok(rows.len())
}
