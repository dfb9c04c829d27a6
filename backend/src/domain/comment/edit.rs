//! Saying it otherwise.

use shared::id::CommentId;
use shared::time::Timestamp;

use super::CommentError;
use crate::store::records::{Comment, CommentTag};
use crate::store::tables::CommentKey;
use crate::store::{Read, Write};

/// Gives a comment of another server the text its author changed it to, and the tags that follow from it. Nobody here
/// changes what they said.
///
/// # Errors
/// [`CommentError`].
pub fn edit(
    write: &mut Write<'_>,
    now: Timestamp,
    id: CommentId,
    text: String,
    tags: Vec<CommentTag>,
) -> Result<(), CommentError> {
    let key = CommentKey { comment: id };
    let comment = write.get(&key)?.filter(|comment| comment.remote.is_some());
    let comment = comment.ok_or(CommentError::NoSuchComment)?;
    if comment.is_deleted() {
        return Err(CommentError::Deleted);
    }
    Ok(write.insert(&key, &Comment { text, tags, updated_at: now, ..comment })?)
}
