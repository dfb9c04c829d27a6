//! Makes a new video playable: its pictures, its sound, and its first rendition.
//!
//! Owns what comes first: the source's own pictures where players can show them, which takes about as long as copying
//! the file, or else the small rendition that is soonest ready. What is left is asked of another job.

use std::path::Path;
use std::time::Duration;

use shared::id::{FileId, VideoId};

use super::place;
use super::queue::Outlook;
use super::task::{Failure, Task};
use crate::domain::video::edit::Pictures;
use crate::domain::video::lifecycle::{Milestone, advance};
use crate::domain::work;
use crate::files::disk;
use crate::files::layout;
use crate::files::picture::{PREVIEW, THUMBNAIL, cut};
use crate::files::remove::picture_name;
use crate::media::ladder::{self, Plan};
use crate::media::make::{Made, MakeError, Order, make};
use crate::media::probe::Probe;
use crate::media::stills::{self, Grid};
use crate::store::records::{JobKind, Playlist, Video};
use crate::store::tables::{JobKey, VideoKey};
use crate::store::{Durability, Read, StoreError};

pub(super) fn run(task: &Task, id: VideoId) -> Result<(), Failure> {
    let video = task.video(id)?;
    let source = task.source(&video);
    if !source.exists() {
        return Err(Failure::Because("The uploaded file is gone.".to_owned(), Outlook::None));
    }
    let probe = task.tools.probe(&source, &task.stop)?;
    let plan = ladder::plan(&probe, &ladder::Options::new(task.app.config()));
    let scratch = task.scratch()?;
    let (pictures, first) = std::thread::scope(|scope| {
        let pictures = scope.spawn(|| pictures(task, &video, &source, &probe, &plan));
        let first = first_renditions(task, &video, &source, &probe, plan.clone(), scratch.path());
        (pictures.join(), first)
    });
    let (plan, made) = first?;
    let pictures = pictures.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
    publish(task, &video, &probe, &plan, &made, &pictures)
}

/// What is made first, and the plan as it turned out.
fn first_renditions(
    task: &Task,
    video: &Video,
    source: &Path,
    probe: &Probe,
    mut plan: Plan,
    scratch: &Path,
) -> Result<(Plan, Vec<Made>), Failure> {
    let order = |plan: &Plan| Order {
        video: video.uuid,
        source,
        probe,
        clean: plan.clean,
        remux: None,
        rungs: Vec::new(),
        sound: plan.sound,
        cuts: None,
        threads: task.app.config().transcoding.threads,
    };
    let run = |order: &Order<'_>, name: &str| {
        let folder = scratch.join(name);
        std::fs::create_dir(&folder)?;
        make(&task.tools, order, &folder, &task.stop, |percent| task.report(percent))
    };
    if plan.remux.is_some() {
        match run(&Order { remux: plan.remux.clone(), ..order(&plan) }, "remux") {
            Ok(made) => return Ok((plan, made)),
            Err(error @ (MakeError::Disk(_) | MakeError::Run(_))) if is_not_the_files_fault(&error) => {
                return Err(error.into());
            }
            // Whatever is wrong with its own pictures, they can be made anew.
            Err(error) => {
                tracing::info!(video = %video.uuid, %error, "a source cannot be remuxed and is encoded");
                plan = plan.without_remux();
            }
        }
    }
    let rungs = if video.wait_transcoding {
        // Nobody may watch before all is there, and one decoder for all is cheaper than two.
        plan.rungs.clone()
    } else {
        plan.quick_rung().cloned().into_iter().collect()
    };
    let made = run(&Order { rungs, ..order(&plan) }, "encode")?;
    Ok((plan, made))
}

fn is_not_the_files_fault(error: &MakeError) -> bool {
    match error {
        MakeError::Run(error) => {
            !matches!(error, crate::media::run::RunError::Failed { .. }) || error.was_killed()
        }
        MakeError::Disk(_) => true,
        MakeError::Index(_) | MakeError::TooFarApart(_) => false,
    }
}

/// The pictures that the maker of the video did not send along.
fn pictures(
    task: &Task,
    video: &Video,
    source: &Path,
    probe: &Probe,
    plan: &Plan,
) -> Result<Pictures, Failure> {
    let mut names = Pictures::default();
    if video.thumbnail.is_some() && video.preview.is_some() {
        return Ok(names);
    }
    let portrait = stills::portrait(&task.tools, source, probe, plan.clean, video.uuid, &task.stop)?;
    let layout = task.app.layout();
    // A second try writes over what the first one left.
    let name = picture_name(video.uuid, salt(task));
    let cut = |size| {
        cut(&portrait, size)
            .map_err(|_| Failure::Because("No picture could be made.".to_owned(), Outlook::None))
    };
    if video.thumbnail.is_none() {
        disk::write_whole(&layout.thumbnail(&name), &layout.tmp().join(&name), &cut(THUMBNAIL)?)?;
        names.thumbnail = Some(name.clone());
    }
    if video.preview.is_none() {
        disk::write_whole(&layout.preview(&name), &layout.tmp().join(&name), &cut(PREVIEW)?)?;
        names.preview = Some(name);
    }
    Ok(names)
}

/// Four bytes that are the job's own.
pub(super) fn salt(task: &Task) -> [u8; 4] {
    let [_, _, _, _, salt @ ..] = task.job.0.to_be_bytes();
    salt
}

fn publish(
    task: &Task,
    video: &Video,
    probe: &Probe,
    plan: &Plan,
    made: &[Made],
    pictures: &Pictures,
) -> Result<(), Failure> {
    let app = &task.app;
    place::place(app, video, made)?;
    let mut playlist = Playlist {
        id: 0,
        master: layout::master_name(video.uuid),
        digests: layout::digests_name(video.uuid),
        renditions: made.iter().map(|made| made.rendition(video.uuid, FileId(0))).collect(),
    };
    place::write_digests(app, video, &playlist, made)?;
    place::write_master(app, video, &playlist)?;
    let is_complete =
        plan.rungs.iter().all(|rung| made.iter().any(|made| made.resolution == rung.resolution));
    let length = made.iter().map(|made| made.cut.duration()).max().unwrap_or(probe.duration);
    let mut facts = probe.facts();
    // What it really lasts, whatever its header said.
    facts.duration_ms = u64::try_from(length.as_millis()).unwrap_or(u64::MAX);
    let next = next_jobs(video.id, probe, is_complete, length);
    let is_there = app.write_here(Durability::Flushed, |write, now| -> Result<bool, StoreError> {
        let Some(mut video) = write.get(&VideoKey { video: video.id })? else {
            return Ok(false);
        };
        playlist.id = write.next_number("playlists")?;
        for rendition in &mut playlist.renditions {
            rendition.file = FileId(write.next_number("files")?);
        }
        video.playlist = Some(playlist);
        video.facts = Some(facts);
        // Unless its owner was faster.
        video.thumbnail = video.thumbnail.or_else(|| pictures.thumbnail.clone());
        video.preview = video.preview.or_else(|| pictures.preview.clone());
        advance(&mut video, if is_complete { Milestone::Complete } else { Milestone::Playable }, now);
        write.insert(&VideoKey { video: video.id }, &video)?;
        write.remove(&JobKey { job: task.job });
        for kind in next {
            work::ask(write, now, kind)?;
        }
        Ok(true)
    })?;
    if !is_there {
        return Err(Failure::Stopped);
    }
    app.wake_jobs();
    if is_complete {
        disk::remove_if_there(&task.source(video))?;
    }
    Ok(())
}

/// What is left to do, in this order.
fn next_jobs(video: VideoId, probe: &Probe, is_complete: bool, length: Duration) -> Vec<JobKind> {
    let Some(pictures) = &probe.video else {
        return Vec::new();
    };
    let (width, height) = pictures.shown_size();
    let mut next = vec![JobKind::Storyboard(video)];
    if !is_complete {
        // A long video's grid takes key frames alone, which even its largest rendition gives quickly. A short one's
        // takes all frames, which its smallest rendition will give.
        let at = if Grid::plan(length, width, height).key_frames_only { 1 } else { 0 };
        next.insert(at, JobKind::Transcode(video));
    }
    next
}
