//! `/jobs`: the queue, for administrators.

use http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json as value};
use shared::api::Page;
use shared::id::{JobId, VideoId};
use shared::time::Timestamp;

use super::extract::{Ask, Segment};
use super::problem::Failure;
use super::respond::{Outcome, json, no_content};
use crate::app::App;
use crate::domain::right::Right;
use crate::domain::work::{self, RetryError};
use crate::domain::wrong::Wrong;
use crate::store::records::{Job, JobKind, JobState, NetworkJob, TalkJob};
use crate::store::tables::JobKey;
use crate::store::{Durability, Read, StoreError};

/// Jobs that a list looks at; work that waits is hardly ever a thousandth of it.
const LOOKED_AT_MAX: usize = 20_000;

/// PeerTube's states of a job; some of them none of ours is ever in.
const STATES: &[&str] =
    &["active", "completed", "failed", "waiting", "delayed", "paused", "waiting-children", "prioritized"];

/// A row, as captured (`rest/jobs-transcoding`).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JobView {
    id: String,
    state: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    data: Value,
    progress: u8,
    priority: u32,
    error: Option<String>,
    created_at: Timestamp,
    finished_on: Option<Timestamp>,
    processed_on: Option<Timestamp>,
}

/// `GET /api/v1/jobs`
pub async fn all(ask: Ask) -> Outcome {
    list(ask, None).await
}

/// `GET /api/v1/jobs/{state}`
pub async fn of_state(state: Segment, ask: Ask) -> Outcome {
    list(ask, Some(state)).await
}

async fn list(ask: Ask, state: Option<Segment>) -> Outcome {
    ask.person_with(Right::ManageJobs).await?;
    let page = ask.page()?;
    let state = state.map(|state| {
        let known = STATES.iter().find(|known| **known == state.0).copied();
        known.ok_or_else(|| Wrong::path("state", &state.0, "Should be a state of jobs"))
    });
    let state = state.transpose()?;
    let kind = ask.parameter("jobType").filter(|kind| !kind.is_empty());
    let first_first = match ask.parameter("sort").as_deref() {
        None | Some("" | "-createdAt") => false,
        Some("createdAt") => true,
        other => return Err(Wrong::query("sort", other, "Invalid value").into()),
    };
    let rows = ask.app.blocking(move |app| {
        let now = app.clock().now();
        let mut rows = Vec::new();
        for row in app.store().table_reverse::<JobKey>().take(LOOKED_AT_MAX) {
            let (_, job) = row?;
            let is_meant = state.is_none_or(|state| state == state_of(&job, now))
                && kind.as_ref().is_none_or(|kind| kind == kind_of(&job.kind));
            if is_meant {
                rows.push(view(app, &job, now));
            }
        }
        if first_first {
            rows.reverse();
        }
        Ok::<_, StoreError>(rows)
    });
    let page: Page<JobView> = page.cut(rows.await?);
    json(&page)
}

fn state_of(job: &Job, now: Timestamp) -> &'static str {
    match &job.state {
        JobState::Due(due) if *due <= now => "waiting",
        JobState::Due(_) => "delayed",
        JobState::Leased(_) => "active",
        JobState::Dead(_) => "failed",
    }
}

/// What a kind of work is called, as PeerTube calls it where it has such work.
fn kind_of(kind: &JobKind) -> &'static str {
    match kind {
        JobKind::Package(_) | JobKind::Transcode(_) | JobKind::Replace(_) => "video-transcoding",
        JobKind::Storyboard(_) => "generate-video-storyboard",
        JobKind::Torrents(_) => "manage-video-torrent",
        JobKind::Captions(_) => "name-captions",
        JobKind::Transcribe(_) => "video-transcription",
        JobKind::RemoveSource(_) => "remove-source",
        JobKind::RemoveFormer(_) => "remove-replaced",
        JobKind::RemoveFiles(_) => "remove-files",
        JobKind::Talk(TalkJob::Announce { .. }) => "notify",
        JobKind::Talk(TalkJob::RemoveComments { .. }) => "remove-comments",
        JobKind::Talk(TalkJob::FileElements(_)) => "file-playlist-elements",
        JobKind::Talk(
            TalkJob::RemoveActor(_)
            | TalkJob::ForgetVideo(_)
            | TalkJob::ForgetAccount(_)
            | TalkJob::ForgetUser(_)
            | TalkJob::ForgetChannel(_)
            | TalkJob::ForgetPlaylist { .. }
            | TalkJob::ForgetBlocklist(_),
        ) => "forget",
        JobKind::Talk(TalkJob::GiveUpCopies { .. }) => "video-redundancy",
        JobKind::Network(
            NetworkJob::Backfill { .. } | NetworkJob::FindPlaylists(_) | NetworkJob::FillPlaylist(_),
        ) => "activitypub-http-fetcher",
        JobKind::Network(
            NetworkJob::FollowHost { .. }
            | NetworkJob::FollowHandle { .. }
            | NetworkJob::MoveFollowers { .. }
            | NetworkJob::Subscribe { .. },
        ) => "activitypub-follow",
    }
}

fn view(app: &App, job: &Job, now: Timestamp) -> JobView {
    let video = |id: VideoId| match app.catalogue().video(id) {
        Some(entry) => value!({ "videoUUID": entry.listed.video.uuid, "videoName": entry.listed.video.name }),
        None => value!({ "videoId": id }),
    };
    let data = match &job.kind {
        JobKind::Package(id)
        | JobKind::Transcode(id)
        | JobKind::Replace(id)
        | JobKind::Storyboard(id)
        | JobKind::Torrents(id)
        | JobKind::Captions(id)
        | JobKind::Transcribe(id)
        | JobKind::RemoveSource(id)
        | JobKind::RemoveFormer(id)
        | JobKind::Talk(TalkJob::Announce { video: id, .. }) => video(*id),
        JobKind::RemoveFiles(uuid) => value!({ "videoUUID": uuid }),
        JobKind::Talk(_) => value!({}),
        JobKind::Network(NetworkJob::FollowHost { host, .. }) => value!({ "host": host }),
        JobKind::Network(
            NetworkJob::FollowHandle { name, host } | NetworkJob::Subscribe { name, host, .. },
        ) => value!({ "name": name, "host": host }),
        JobKind::Network(NetworkJob::FindPlaylists(_) | NetworkJob::MoveFollowers { .. }) => value!({}),
        JobKind::Network(NetworkJob::FillPlaylist(playlist)) => value!({ "playlistId": playlist }),
        JobKind::Network(NetworkJob::Backfill { follow, page, .. }) => {
            value!({ "followId": follow, "uri": page })
        }
    };
    let (error, processed_on) = match &job.state {
        JobState::Dead(reason) => (Some(reason.clone()), None),
        JobState::Leased(at) => (None, Some(*at)),
        JobState::Due(_) => (job.trouble.clone(), None),
    };
    JobView {
        id: job.id.to_string(),
        state: state_of(job, now),
        kind: kind_of(&job.kind),
        data,
        progress: app.board().percent(job.id).unwrap_or(0),
        priority: 0,
        error,
        created_at: job.created_at,
        finished_on: None,
        processed_on,
    }
}

/// `POST /api/v1/jobs/pause`: what runs goes on to its end, and nothing else begins, after a restart neither.
pub async fn pause(ask: Ask) -> Outcome {
    set_paused(ask, true).await
}

/// `POST /api/v1/jobs/resume`
pub async fn resume(ask: Ask) -> Outcome {
    set_paused(ask, false).await
}

async fn set_paused(ask: Ask, paused: bool) -> Outcome {
    ask.person_with(Right::ManageJobs).await?;
    ask.app.write(Durability::Flushed, move |write, _| work::set_paused(write, paused)).await?;
    ask.app.wake_jobs();
    Ok(no_content())
}

/// `POST /api/v1/jobs/{id}/retry`, Shoal's own: has a job that was given up tried once more.
pub async fn retry(id: Segment, ask: Ask) -> Outcome {
    ask.person_with(Right::ManageJobs).await?;
    let id: JobId = id.parse("id", "Should be a number")?;
    ask.app.write(Durability::Flushed, move |write, now| work::retry(write, now, id)).await?;
    ask.app.wake_jobs();
    Ok(no_content())
}

impl From<RetryError> for Failure {
    fn from(error: RetryError) -> Failure {
        match error {
            RetryError::NoSuchJob => Failure::not_found("Job not found"),
            RetryError::NotFailed => Failure::new(StatusCode::CONFLICT, "This job has not failed"),
            RetryError::NothingLeft => {
                Failure::new(StatusCode::CONFLICT, "There is nothing left that this job could work on")
            }
            RetryError::Store(error) => error.into(),
        }
    }
}
