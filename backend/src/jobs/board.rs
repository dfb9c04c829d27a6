//! What runs at this moment and how far it is.
//!
//! Owns the running jobs: in memory alone, since after a crash nothing runs. Never decides whose turn it is. The
//! surprise is that a job can be called off from here, which is how a deleted video ends its own encoding.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use shared::api::{Processing, Stage};
use shared::id::{JobId, Uuid, VideoId};
use tokio_util::sync::CancellationToken;

use super::queue::may_overlap;
use crate::app::App;
use crate::store::records::{Job, JobKind, JobState};
use crate::store::tables::{JobKey, VideoKey};
use crate::store::{Read, StoreError};

/// The running jobs.
#[derive(Debug, Default)]
pub struct Board {
    running: Mutex<Vec<Running>>,
}

/// One of them.
#[derive(Clone, Debug)]
pub(super) struct Running {
    pub(super) job: JobId,
    pub(super) kind: JobKind,
    pub(super) uuid: Uuid,
    /// None when it is about what is left of a deleted video.
    pub(super) video: Option<VideoId>,
    pub(super) percent: u8,
    pub(super) stop: CancellationToken,
}

impl Board {
    fn lock(&self) -> MutexGuard<'_, Vec<Running>> {
        // Nothing that is done under this lock can leave it half done.
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a job of the same video runs that this one must wait for.
    pub(super) fn is_in_the_way(&self, uuid: Uuid, kind: &JobKind) -> bool {
        self.lock().iter().any(|running| running.uuid == uuid && !may_overlap(&running.kind, kind))
    }

    pub(super) fn begin(&self, running: Running) {
        self.lock().push(running);
    }

    pub(super) fn end(&self, job: JobId) {
        self.lock().retain(|running| running.job != job);
    }

    pub(super) fn report(&self, job: JobId, percent: u8) {
        if let Some(running) = self.lock().iter_mut().find(|running| running.job == job) {
            running.percent = percent;
        }
    }

    /// How far a running job is.
    #[must_use]
    pub fn percent(&self, job: JobId) -> Option<u8> {
        self.lock().iter().find(|running| running.job == job).map(|running| running.percent)
    }

    /// Calls off what runs for videos that are gone.
    pub(super) fn call_off_the_deleted(&self, read: &impl Read) -> Result<(), StoreError> {
        let all: Vec<Running> = self.lock().clone();
        for running in all {
            if let Some(video) = running.video
                && read.get(&VideoKey { video })?.is_none()
            {
                running.stop.cancel();
            }
        }
        Ok(())
    }
}

/// Where the pipelines of some videos are; a video without an entry has nothing left to do. Blocks.
///
/// # Errors
/// [`StoreError`] when the jobs cannot be read.
pub fn processing(app: &App, videos: &[VideoId]) -> Result<BTreeMap<VideoId, Processing>, StoreError> {
    let mut jobs: BTreeMap<VideoId, Vec<(Job, Option<u8>)>> = BTreeMap::new();
    for row in app.store().table::<JobKey>() {
        let (_, job) = row?;
        let Some(video) = video_of(&job.kind).filter(|video| videos.contains(video)) else { continue };
        let percent = app.board().percent(job.id);
        jobs.entry(video).or_default().push((job, percent));
    }
    Ok(jobs.into_iter().filter_map(|(video, jobs)| Some((video, summary(&jobs)?))).collect())
}

/// Whose pipeline a job belongs to.
fn video_of(kind: &JobKind) -> Option<VideoId> {
    match kind {
        JobKind::Package(video)
        | JobKind::Transcode(video)
        | JobKind::Replace(video)
        | JobKind::Storyboard(video) => Some(*video),
        // Nobody waits for these.
        JobKind::Torrents(_)
        | JobKind::Captions(_)
        | JobKind::Transcribe(_)
        | JobKind::RemoveSource(_)
        | JobKind::RemoveFormer(_)
        | JobKind::RemoveFiles(_)
        | JobKind::Talk(_)
        | JobKind::Network(_) => None,
    }
}

/// Hundredths of the whole that are done when a kind of job begins, and when it ends.
fn span(kind: &JobKind) -> (u8, u8) {
    match kind {
        JobKind::Package(_) => (0, 15),
        JobKind::Replace(_) => (0, 97),
        JobKind::Transcode(_) => (15, 97),
        JobKind::Storyboard(_) => (97, 100),
        JobKind::Torrents(_)
        | JobKind::Captions(_)
        | JobKind::Transcribe(_)
        | JobKind::RemoveSource(_)
        | JobKind::RemoveFormer(_)
        | JobKind::RemoveFiles(_)
        | JobKind::Talk(_)
        | JobKind::Network(_) => (0, 100),
    }
}

fn summary(jobs: &[(Job, Option<u8>)]) -> Option<Processing> {
    let failure = jobs.iter().find_map(|(job, _)| match (&job.state, &job.kind) {
        // A video without a storyboard is none that failed.
        (JobState::Dead(_), JobKind::Storyboard(_)) => None,
        (JobState::Dead(reason), _) => Some(reason.clone()),
        (JobState::Due(_) | JobState::Leased(_), _) => None,
    });
    if failure.is_some() {
        return Some(Processing { stage: Stage::Failed, percent: 100, failure, delay: None });
    }
    let is_alive = |job: &Job| !matches!(job.state, JobState::Dead(_));
    // The running one speaks for all; else the one that is next.
    let (job, percent) = jobs
        .iter()
        .filter(|(job, _)| is_alive(job))
        .min_by_key(|(job, percent)| (percent.is_none(), span(&job.kind).0))?;
    let (from, to) = span(&job.kind);
    let stage = match (percent, &job.kind) {
        (None, JobKind::Package(_)) => Stage::Waiting,
        (_, JobKind::Package(_)) => Stage::Packaging,
        (
            _,
            JobKind::Transcode(_)
            | JobKind::Replace(_)
            | JobKind::Storyboard(_)
            | JobKind::Torrents(_)
            | JobKind::Captions(_)
            | JobKind::Transcribe(_)
            | JobKind::RemoveSource(_)
            | JobKind::RemoveFormer(_)
            | JobKind::RemoveFiles(_)
            | JobKind::Talk(_)
            | JobKind::Network(_),
        ) => Stage::Transcoding,
    };
    // What goes wrong with a running one is not known yet.
    let delay = job.trouble.clone().filter(|_| percent.is_none());
    let within = u16::from(percent.unwrap_or(0).min(100)) * u16::from(to - from) / 100;
    Some(Processing { stage, percent: from + u8::try_from(within).unwrap_or(0), failure: None, delay })
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::time::Timestamp;

    fn job(kind: JobKind, state: JobState) -> Job {
        Job { id: JobId(1), kind, state, attempts: 1, created_at: Timestamp(0), trouble: None }
    }

    fn summary_of(jobs: &[(JobKind, JobState, Option<u8>)]) -> Option<(Stage, u8, Option<String>)> {
        let jobs: Vec<_> =
            jobs.iter().map(|(kind, state, percent)| (job(kind.clone(), state.clone()), *percent)).collect();
        summary(&jobs).map(|processing| (processing.stage, processing.percent, processing.failure))
    }

    #[test]
    fn an_owner_sees_how_far_the_whole_is() {
        use JobKind::{Package, Storyboard, Transcode};
        let v = VideoId(1);
        let (due, leased) = (JobState::Due(Timestamp(0)), JobState::Leased(Timestamp(0)));
        let dead = JobState::Dead("no".to_owned());
        assert_eq!(summary_of(&[]), None);
        assert_eq!(summary_of(&[(Package(v), due.clone(), None)]), Some((Stage::Waiting, 0, None)));
        assert_eq!(summary_of(&[(Package(v), leased.clone(), Some(50))]), Some((Stage::Packaging, 7, None)));
        assert_eq!(
            summary_of(&[(Storyboard(v), due.clone(), None), (Transcode(v), leased, Some(50))]),
            Some((Stage::Transcoding, 56, None))
        );
        assert_eq!(summary_of(&[(Transcode(v), due.clone(), None)]), Some((Stage::Transcoding, 15, None)));
        assert_eq!(
            summary_of(&[(Storyboard(v), due, None), (Transcode(v), dead.clone(), None)]),
            Some((Stage::Failed, 100, Some("no".to_owned())))
        );
        assert_eq!(summary_of(&[(Storyboard(v), dead, None)]), None);
    }

    #[test]
    fn an_owner_reads_why_another_try_is_waited_for() {
        let reason = Some("no room".to_owned());
        let waiting = job(JobKind::Package(VideoId(1)), JobState::Due(Timestamp(9)));
        let waiting = Job { trouble: reason.clone(), ..waiting };
        let delay = |percent| summary(&[(waiting.clone(), percent)]).unwrap().delay;
        assert_eq!((delay(None), delay(Some(3))), (reason, None));
    }
}
