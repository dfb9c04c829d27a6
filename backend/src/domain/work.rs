//! Asking for durable work: a job and its turn in the queue, in the same unit of work as what causes it.

use shared::id::JobId;
use shared::time::Timestamp;

use crate::store::records::{Job, JobKind, JobState};
use crate::store::tables::{JobDueKey, JobKey};
use crate::store::{StoreError, Write};

/// Puts a job in the queue, due at once.
///
/// # Errors
/// [`StoreError`] when the disk fails.
pub fn ask(write: &mut Write<'_>, now: Timestamp, kind: JobKind) -> Result<JobId, StoreError> {
    ask_at(write, now, now, kind)
}

/// Puts a job in the queue that may not be taken before `due`.
///
/// # Errors
/// [`StoreError`] when the disk fails.
pub fn ask_at(
    write: &mut Write<'_>,
    now: Timestamp,
    due: Timestamp,
    kind: JobKind,
) -> Result<JobId, StoreError> {
    let id = JobId(write.next_number("jobs")?);
    let job = Job { id, kind, state: JobState::Due(due), attempts: 0, created_at: now, trouble: None };
    write.insert(&JobKey { job: id }, &job)?;
    write.insert(&JobDueKey { due, job: id }, &())?;
    Ok(id)
}
