//! Asking for durable work: a job and its turn in the queue, in the same unit of work as what causes it.

use shared::id::JobId;
use shared::time::Timestamp;

use crate::store::records::{Job, JobKind, JobState, Setting, VideoState};
use crate::store::tables::{JobDueKey, JobKey, SettingKey, VideoKey};
use crate::store::{Read, StoreError, Write};

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

/// The jobs of the kinds that are `wanted`, and how each stands. Looks at all that wait and all that were given up.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn find(
    read: &impl Read,
    wanted: impl Fn(&JobKind) -> bool,
) -> Result<Vec<(JobKey, JobState)>, StoreError> {
    let mut found = Vec::new();
    for row in read.table::<JobKey>() {
        let (key, job) = row?;
        if wanted(&job.kind) {
            found.push((key, job.state));
        }
    }
    Ok(found)
}

/// Whether one of these jobs is still to be done, or being done.
#[must_use]
pub fn is_underway(jobs: &[(JobKey, JobState)]) -> bool {
    jobs.iter().any(|(_, state)| !matches!(state, JobState::Dead(_)))
}

/// Why a job is not tried again.
#[derive(Debug, thiserror::Error)]
pub enum RetryError {
    /// There is no such job, or no more.
    #[error("there is no such job")]
    NoSuchJob,
    /// It was not given up.
    #[error("the job was not given up")]
    NotFailed,
    /// What it worked on is gone.
    #[error("there is nothing left to work on")]
    NothingLeft,
    /// The store failed.
    #[error("the job could not be read or written")]
    Store(#[from] StoreError),
}

/// Has a job that was given up tried again, as if it were new.
///
/// # Errors
/// [`RetryError`].
pub fn retry(write: &mut Write<'_>, now: Timestamp, id: JobId) -> Result<(), RetryError> {
    let key = JobKey { job: id };
    let job = write.get(&key)?.ok_or(RetryError::NoSuchJob)?;
    if !matches!(job.state, JobState::Dead(_)) {
        return Err(RetryError::NotFailed);
    }
    if let JobKind::Package(video) | JobKind::Transcode(video) = job.kind {
        let key = VideoKey { video };
        let mut video = write.get(&key)?.ok_or(RetryError::NothingLeft)?;
        if video.source.file.is_none() {
            return Err(RetryError::NothingLeft);
        }
        if video.state == VideoState::TranscodingFailed {
            video.state = VideoState::ToTranscode;
            write.insert(&key, &video)?;
        }
    }
    if let JobKind::Replace(video) = job.kind
        && write.get(&VideoKey { video })?.is_none_or(|video| video.replacement.is_none())
    {
        return Err(RetryError::NothingLeft);
    }
    write.insert(&key, &Job { state: JobState::Due(now), attempts: 0, trouble: None, ..job })?;
    Ok(write.insert(&JobDueKey { due: now, job: id }, &())?)
}

fn paused_key() -> SettingKey {
    SettingKey { name: "jobs-paused".to_owned() }
}

/// Says whether jobs rest: what runs goes on, nothing else begins.
///
/// # Errors
/// [`StoreError`] when the disk fails.
pub fn set_paused(write: &mut Write<'_>, paused: bool) -> Result<(), StoreError> {
    write.insert(&paused_key(), &Setting::Paused(paused))
}

/// Whether jobs rest.
///
/// # Errors
/// [`StoreError`] when the disk fails or the row is damaged.
pub fn is_paused(read: &impl Read) -> Result<bool, StoreError> {
    Ok(read.get(&paused_key())? == Some(Setting::Paused(true)))
}
