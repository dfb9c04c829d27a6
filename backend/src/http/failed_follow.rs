//! `/server/following/failures`: whom the instance was to follow, and could not.
//!
//! Owns the list, and that somebody takes note of it. A job that was given up stays until then, or until it is tried again
//! with success.

use http::StatusCode;
use shared::api::{self, FailedFollow, Page};
use shared::id::JobId;

use super::extract::{Ask, Segment};
use super::problem::Failure;
use super::respond::{Outcome, json, no_content};
use crate::domain::right::Right;
use crate::store::records::{FollowFault, Job, JobKind, JobState, NetworkJob};
use crate::store::tables::{FollowFaultKey, JobKey};
use crate::store::{Durability, Read, StoreError, Write};

/// Jobs that the list looks at; work that waits is hardly ever a thousandth of it.
const LOOKED_AT_MAX: usize = 20_000;

/// `GET /api/v1/server/following/failures`: last asked first.
pub async fn list(ask: Ask) -> Outcome {
    ask.person_with(Right::ManageServerFollow).await?;
    let page = ask.page()?;
    let rows = ask.app.blocking(move |app| {
        let store = app.store();
        let mut rows = Vec::new();
        for row in store.table_reverse::<JobKey>().take(LOOKED_AT_MAX) {
            let (_, job) = row?;
            let (Some((name, host)), JobState::Dead(detail)) = (wanted(&job.kind), &job.state) else {
                continue;
            };
            // A job that was given up by an older version has none.
            let fault = store.get(&FollowFaultKey { job: job.id })?.unwrap_or(FollowFault::Ours);
            let (fault, status) = told(fault);
            rows.push(FailedFollow {
                id: job.id,
                name: name.map(str::to_owned),
                host: host.to_owned(),
                fault,
                status,
                detail: detail.clone(),
                created_at: job.created_at,
            });
        }
        Ok::<_, StoreError>(rows)
    });
    let page: Page<FailedFollow> = page.cut(rows.await?);
    json(&page)
}

/// `DELETE /api/v1/server/following/failures/{id}`: it was taken note of.
pub async fn dismiss(id: Segment, ask: Ask) -> Outcome {
    ask.person_with(Right::ManageServerFollow).await?;
    let id: JobId = id.parse("id", "Should be a number")?;
    let dismissed = ask.app.write(Durability::Flushed, move |write, _| {
        let job = write.get(&JobKey { job: id })?.filter(|job| wanted(&job.kind).is_some());
        let job = job.ok_or_else(|| Failure::not_found("There is no such failure"))?;
        if !matches!(job.state, JobState::Dead(_)) {
            return Err(Failure::new(StatusCode::CONFLICT, "This is being tried again"));
        }
        forget(write, &job);
        Ok(())
    });
    dismissed.await?;
    Ok(no_content())
}

/// Forgets what came to nothing before, of what is wanted anew.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub(super) fn ask_again(write: &mut Write<'_>, jobs: &[NetworkJob]) -> Result<(), StoreError> {
    let rows = write.table_reverse::<JobKey>().take(LOOKED_AT_MAX);
    let failed = rows.filter(|row| match row {
        Ok((_, Job { state: JobState::Dead(_), kind: JobKind::Network(job), .. })) => jobs.contains(job),
        Ok(_) => false,
        Err(_) => true,
    });
    let failed: Vec<(JobKey, Job)> = failed.collect::<Result<_, _>>()?;
    for (_, job) in &failed {
        forget(write, job);
    }
    Ok(())
}

fn forget(write: &mut Write<'_>, job: &Job) {
    write.remove(&JobKey { job: job.id });
    write.remove(&FollowFaultKey { job: job.id });
}

/// Whom a job is to let the instance follow: a name where it is somebody, and a host.
fn wanted(kind: &JobKind) -> Option<(Option<&str>, &str)> {
    match kind {
        JobKind::Network(NetworkJob::FollowHost { host, .. }) => Some((None, host)),
        JobKind::Network(NetworkJob::FollowHandle { name, host }) => Some((Some(name), host)),
        JobKind::Network(
            NetworkJob::Subscribe { .. }
            | NetworkJob::MoveFollowers { .. }
            | NetworkJob::FindPlaylists(_)
            | NetworkJob::FillPlaylist(_)
            | NetworkJob::Backfill { .. },
        )
        | JobKind::Package(_)
        | JobKind::Transcode(_)
        | JobKind::Replace(_)
        | JobKind::Storyboard(_)
        | JobKind::Torrents(_)
        | JobKind::Captions(_)
        | JobKind::Transcribe(_)
        | JobKind::RemoveSource(_)
        | JobKind::RemoveFormer(_)
        | JobKind::RemoveFiles(_)
        | JobKind::Talk(_) => None,
    }
}

/// The word on the wire, and the HTTP status.
fn told(fault: FollowFault) -> (api::FollowFault, Option<u16>) {
    let fault = match fault {
        FollowFault::Answered(status) => return (api::FollowFault::Answered, Some(status)),
        FollowFault::Unreachable => api::FollowFault::Unreachable,
        FollowFault::Nobody => api::FollowFault::Nobody,
        FollowFault::Unreadable => api::FollowFault::Unreadable,
        FollowFault::Closed => api::FollowFault::Closed,
        FollowFault::Muted => api::FollowFault::Muted,
        FollowFault::Full => api::FollowFault::Full,
        FollowFault::Off => api::FollowFault::Off,
        FollowFault::Ours => api::FollowFault::Ours,
    };
    (fault, None)
}
