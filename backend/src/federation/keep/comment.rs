//! What people of other servers say.

use shared::id::CommentId;
use shared::time::Timestamp;

use super::{Intake, KeepError, Place};
use crate::federation::vocab;
use crate::store::Write;

/// Keeps a comment, new or said again: the second time it is an edit of its text.
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
    todo!("{now} {} {at:?} {} {}", said.id, intake.host, write.take_events().len())
}
