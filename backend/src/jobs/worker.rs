//! The threads that work.
//!
//! Owns the lease of a job, its running and its end in the store. Threads of their own, since jobs block for hours;
//! one more than the settings say, which takes quick jobs alone. Decides nothing: `queue` does.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use shared::id::{Uuid, VideoId};
use shared::time::Timestamp;
use tokio::runtime::Handle;

use super::board::Running;
use super::queue::{Lane, Outlook, Verdict, Waiting, choose, judge};
use super::task::{Failure, Task};
use super::{
    captions, network, package, place, remove, replace, source, storyboard, talk, torrents, transcode,
    transcribe,
};
use crate::app::App;
use crate::config::custom::CONCURRENCY_MAX;
use crate::domain::video::lifecycle::{Milestone, advance, source_kept_until};
use crate::domain::work;
use crate::files::disk;
use crate::media::Tools;
use crate::store::records::{Job, JobKind, JobState};
use crate::store::tables::{JobDueKey, JobKey, VideoKey};
use crate::store::{Durability, Read, StoreError, Write};

/// How long a worker sleeps when nobody rings: a retry is at most this late.
const NAP: Duration = Duration::from_secs(1);
/// After a failure of the store itself.
const NAP_AFTER_FAILURE: Duration = Duration::from_secs(5);

/// Threads that ask other servers, whatever else is done: a slow one holds up no more than one of them.
const NETWORK_LANES: usize = 2;

/// Rings for all workers.
#[derive(Default)]
struct Bell {
    rung: Mutex<u64>,
    changed: Condvar,
}

impl Bell {
    fn ring(&self) {
        *self.rung.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.changed.notify_all();
    }

    fn count(&self) -> u64 {
        *self.rung.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns when it rang after `heard`, or after `nap`.
    fn wait(&self, heard: u64, nap: Duration) {
        let rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.changed.wait_timeout_while(rung, nap, |rung| *rung == heard));
    }
}

/// Starts the workers. They end when the server is told to stop, and with them what they run.
pub fn start(app: &App) {
    let bell = Arc::new(Bell::default());
    let runtime = Handle::current();
    // As many as may ever be allowed to work: threads at rest cost next to nothing, and the number is changed while the
    // instance runs.
    let lanes_max = app.base_config().transcoding.concurrency.max(CONCURRENCY_MAX);
    let lanes = std::iter::once(Lane::Quick).chain(std::iter::repeat_n(Lane::Any, lanes_max)).enumerate();
    for (number, lane) in lanes.chain(std::iter::repeat_n((0, Lane::Network), NETWORK_LANES)) {
        let (app_of_thread, bell, runtime) = (app.clone(), bell.clone(), runtime.clone());
        let thread = std::thread::Builder::new()
            .name(format!("job-{number}"))
            .spawn(move || work(&app_of_thread, (&bell, &runtime), lane, number));
        match thread {
            // A stop waits for the thread, so that no ffmpeg outlives the server.
            Ok(thread) => app.spawn(async move {
                let ended = tokio::task::spawn_blocking(move || thread.join()).await;
                if !matches!(ended, Ok(Ok(()))) {
                    tracing::error!("a worker ended before its time");
                }
            }),
            Err(error) => tracing::error!(%error, "a worker could not be started"),
        }
    }
    let app_of_bell = app.clone();
    app.spawn(async move {
        loop {
            tokio::select! {
                () = app_of_bell.jobs_woken() => {
                    bell.ring();
                    let called_off =
                        app_of_bell.blocking(|app| app.board().call_off_the_deleted(app.store())).await;
                    if let Err(error) = called_off {
                        tracing::error!(%error, "could not look for deleted videos");
                    }
                }
                () = app_of_bell.stopping().cancelled() => return bell.ring(),
            }
        }
    });
}

fn work(app: &App, (bell, runtime): (&Bell, &Handle), lane: Lane, number: usize) {
    while !app.stopping().is_cancelled() {
        let heard = bell.count();
        // The quick lane is the first, and always works, as those of the network do.
        if app.config().transcoding.concurrency.max(1) < number {
            bell.wait(heard, NAP);
            continue;
        }
        match lease(app, lane) {
            Ok(Some((job, running))) => {
                let outcome = run(app, runtime, &job, &running);
                let mut ended = end(app, job.clone(), outcome.clone());
                // Work that has ended and is not known to have would wait for the next start.
                while matches!(ended, Err(StoreError::Full)) && !app.stopping().is_cancelled() {
                    bell.wait(bell.count(), NAP_AFTER_FAILURE);
                    ended = end(app, job.clone(), outcome.clone());
                }
                app.board().end(running.job);
                // What waited for this video, or for this worker, may be taken.
                bell.ring();
                if let Err(error) = ended {
                    tracing::error!(%error, "the end of a job could not be noted");
                    bell.wait(bell.count(), NAP_AFTER_FAILURE);
                }
            }
            Ok(None) => bell.wait(heard, NAP),
            Err(error) => {
                tracing::error!(%error, "the queue could not be read");
                bell.wait(heard, NAP_AFTER_FAILURE);
            }
        }
    }
}

/// Takes a job, if there is one.
fn lease(app: &App, lane: Lane) -> Result<Option<(Job, Running)>, StoreError> {
    // Without the writer's lock, since mostly there is nothing.
    if app.store().table::<JobDueKey>().next().is_none() || work::is_paused(app.store())? {
        return Ok(None);
    }
    app.write_here(Durability::Flushed, |write, now| {
        write.use_reserve();
        let mut waiting = Vec::new();
        let due: Vec<_> = write.table::<JobDueKey>().collect::<Result<_, _>>()?;
        for (key, ()) in due {
            let Some(job) = write.get(&JobKey { job: key.job })? else {
                write.remove(&key);
                continue;
            };
            let Some((uuid, _)) = subject(write, &job.kind)? else {
                // Its video was deleted while it waited.
                write.remove(&key);
                write.remove(&JobKey { job: job.id });
                continue;
            };
            let is_blocked = app.board().is_in_the_way(uuid, &job.kind);
            waiting.push(Waiting { job: job.id, due: key.due, kind: job.kind, is_blocked });
        }
        let Some(chosen) = choose(&waiting, lane, now) else {
            return Ok(None);
        };
        let due = waiting.iter().find(|waiting| waiting.job == chosen).map(|waiting| waiting.due);
        let Some((due, mut job)) = due.zip(write.get(&JobKey { job: chosen })?) else {
            return Ok(None);
        };
        write.remove(&JobDueKey { due, job: chosen });
        job.state = JobState::Leased(now);
        job.attempts += 1;
        write.insert(&JobKey { job: chosen }, &job)?;
        let Some((uuid, video)) = subject(write, &job.kind)? else {
            return Ok(None);
        };
        let kind = job.kind.clone();
        let running =
            Running { job: chosen, kind, uuid, video, percent: 0, stop: app.stopping().child_token() };
        // Under the writer's lock, so that no other worker takes a job of the same video meanwhile.
        app.board().begin(running.clone());
        Ok(Some((job, running)))
    })
}

/// What a job is about; none when it is no more.
fn subject(read: &impl Read, kind: &JobKind) -> Result<Option<(Uuid, Option<VideoId>)>, StoreError> {
    match kind {
        JobKind::Package(video)
        | JobKind::Transcode(video)
        | JobKind::Replace(video)
        | JobKind::Storyboard(video)
        | JobKind::Torrents(video)
        | JobKind::Captions(video)
        | JobKind::Transcribe(video)
        | JobKind::RemoveSource(video)
        | JobKind::RemoveFormer(video) => {
            let found = read.get(&VideoKey { video: *video })?;
            Ok(found.map(|record| (record.uuid, Some(*video))))
        }
        JobKind::RemoveFiles(uuid) => Ok(Some((*uuid, None))),
        // About no video, so nothing waits for it.
        JobKind::Talk(_) | JobKind::Network(_) => Ok(Some((Uuid(0), None))),
    }
}

fn run(app: &App, runtime: &Handle, job: &Job, running: &Running) -> Result<(), Failure> {
    let task = Task {
        app: app.clone(),
        job: job.id,
        tools: Tools::new(&app.config(), app.clock()),
        stop: running.stop.clone(),
    };
    let began = app.clock().instant();
    let outcome = catch_unwind(AssertUnwindSafe(|| match &job.kind {
        JobKind::Package(video) => package::run(&task, *video),
        JobKind::Transcode(video) => transcode::run(&task, *video),
        JobKind::Replace(video) => replace::run(&task, *video),
        JobKind::Storyboard(video) => storyboard::run(&task, *video),
        JobKind::Transcribe(video) => transcribe::run(&task, *video),
        JobKind::Torrents(video) => torrents::run(&task, *video),
        JobKind::Captions(video) => captions::run(&task, *video),
        JobKind::RemoveSource(video) => source::run(&task, *video),
        JobKind::RemoveFormer(video) => replace::remove_former(&task, *video),
        JobKind::RemoveFiles(uuid) => remove::run(&task, *uuid),
        JobKind::Talk(work) => talk::run(&task, work),
        JobKind::Network(work) => network::run(&task, runtime, work),
    }));
    // The panic itself was reported where it happened.
    let outcome = outcome.unwrap_or_else(|_| {
        Err(Failure::Because("Something that cannot be happened.".to_owned(), Outlook::Doubtful))
    });
    let duration_ms = u64::try_from(app.clock().instant().since(began).as_millis()).unwrap_or(u64::MAX);
    tracing::info!(job = %job.id, kind = ?job.kind, video = %running.uuid, duration_ms, ok = outcome.is_ok(), "a job ended");
    outcome.map_err(|failure| task.unless_full(failure))
}

fn end(app: &App, job: Job, outcome: Result<(), Failure>) -> Result<(), StoreError> {
    let (reason, outlook) = match outcome {
        Ok(()) => return forget(app, &job),
        Err(Failure::Stopped) if app.stopping().is_cancelled() => {
            return app.write_here(Durability::Flushed, |write, now| {
                write.use_reserve();
                // A stop is no failure of the job's.
                put_back(write, Job { attempts: job.attempts.saturating_sub(1), ..job }, now)
            });
        }
        Err(Failure::Stopped) => return forget(app, &job),
        Err(Failure::Because(reason, outlook)) => (reason, outlook),
    };
    let kind = job.kind.clone();
    let given_up = replacement_of(app, &kind)?;
    let is_dead = app.write_here(Durability::Flushed, |write, now| {
        write.use_reserve();
        match judge(job.attempts, outlook, now) {
            Verdict::Wait(due) => {
                tracing::warn!(job = %job.id, reason, "a job waits");
                let attempts = job.attempts.saturating_sub(1);
                put_back(write, Job { attempts, trouble: Some(reason), ..job }, due).map(|()| false)
            }
            Verdict::Retry(due) => {
                tracing::warn!(job = %job.id, reason, attempts = job.attempts, "a job failed and will be tried again");
                put_back(write, Job { trouble: Some(reason), ..job }, due).map(|()| false)
            }
            Verdict::Dead => {
                tracing::error!(job = %job.id, reason, attempts = job.attempts, "a job failed for good");
                give_up(write, job, reason, now).map(|()| true)
            }
        }
    })?;
    if is_dead {
        clear_after(app, &kind, given_up.as_deref())?;
    }
    Ok(())
}

/// Most jobs removed their own row in the unit of work that ended them.
fn forget(app: &App, job: &Job) -> Result<(), StoreError> {
    if app.store().get(&JobKey { job: job.id })?.is_none() {
        return Ok(());
    }
    app.write_here(Durability::Flushed, |write, _| {
        write.use_reserve();
        write.remove(&JobKey { job: job.id });
        Ok(())
    })
}

/// Makes a leased job due again.
pub(super) fn put_back(write: &mut Write<'_>, mut job: Job, due: Timestamp) -> Result<(), StoreError> {
    job.state = JobState::Due(due);
    write.insert(&JobDueKey { due, job: job.id }, &())?;
    write.insert(&JobKey { job: job.id }, &job)
}

/// Keeps a job as dead, with its reason, and tells its video: one that plays to its end is published with what it has.
pub(super) fn give_up(
    write: &mut Write<'_>,
    mut job: Job,
    reason: String,
    now: Timestamp,
) -> Result<(), StoreError> {
    job.state = JobState::Dead(reason);
    write.insert(&JobKey { job: job.id }, &job)?;
    let video = match job.kind {
        JobKind::Package(video) | JobKind::Transcode(video) => video,
        // The video stays as it is. What was to replace its file would count in a quota, and nobody could take it away.
        JobKind::Replace(id) => {
            let key = VideoKey { video: id };
            let Some(mut video) = write.get(&key)? else { return Ok(()) };
            return match video.replacement.take() {
                Some(_) => write.insert(&key, &video),
                None => Ok(()),
            };
        }
        JobKind::Storyboard(_)
        | JobKind::Torrents(_)
        | JobKind::Captions(_)
        | JobKind::Transcribe(_)
        | JobKind::RemoveSource(_)
        | JobKind::RemoveFormer(_)
        | JobKind::RemoveFiles(_)
        | JobKind::Talk(_)
        | JobKind::Network(_) => return Ok(()),
    };
    let Some(mut video) = write.get(&VideoKey { video })? else {
        return Ok(());
    };
    // Half a film is none.
    video.playlist = video.playlist.take().filter(|playlist| !playlist.is_growing());
    let plays = video.playlist.is_some();
    advance(&mut video, if plays { Milestone::Complete } else { Milestone::Failed }, now);
    if plays {
        work::ask_at(write, now, source_kept_until(&video, now), JobKind::RemoveSource(video.id))?;
    }
    write.insert(&VideoKey { video: video.id }, &video)
}

/// Where the file lies that a job was to show in the place of another.
fn replacement_of(app: &App, kind: &JobKind) -> Result<Option<PathBuf>, StoreError> {
    let JobKind::Replace(id) = kind else { return Ok(None) };
    let video = app.store().get(&VideoKey { video: *id })?;
    Ok(video.and_then(|video| {
        let source = &video.replacement.as_ref()?.source;
        Some(app.layout().source(source.stem(video.uuid), &source.extension))
    }))
}

/// Removes files that nobody will come back for. What is left now the next start removes.
fn clear_after(app: &App, kind: &JobKind, given_up: Option<&Path>) -> Result<(), StoreError> {
    if let Some(Err(error)) = given_up.map(disk::remove_if_there) {
        tracing::warn!(%error, "a file that was to replace another could not be removed");
    }
    let (JobKind::Package(video) | JobKind::Transcode(video) | JobKind::Replace(video)) = kind else {
        return Ok(());
    };
    let Some(video) = app.store().get(&VideoKey { video: *video })? else {
        return Ok(());
    };
    if let Err(error) = place::remove_unnamed(app, &video) {
        tracing::warn!(%error, "what a dead job left could not be removed");
    }
    Ok(())
}
