//! Makes the other renditions of a video that is playable already.
//!
//! Owns the appending: the record first, then the master, and the video is complete only after both. Run again after a
//! crash between the two it finds its renditions in the record and writes the master once more.

use std::path::{Path, PathBuf};

use shared::hls::parse_media;
use shared::id::{FileId, VideoId};

use super::place;
use super::queue::Outlook;
use super::task::{Failure, Task};
use crate::domain::video::edit::note_torrents;
use crate::domain::video::lifecycle::{Milestone, advance, source_kept_until};
use crate::domain::work;
use crate::media::ladder::{self, Plan, Rung};
use crate::media::make::{Made, Order, make};
use crate::media::probe::Probe;
use crate::store::records::{JobKind, Playlist, Video};
use crate::store::tables::{JobKey, VideoKey};
use crate::store::{Durability, Read, StoreError};

pub(super) fn run(task: &Task, id: VideoId) -> Result<(), Failure> {
    let video = task.video(id)?;
    let Some(playlist) = &video.playlist else {
        return Err(Failure::Because("There is no first rendition.".to_owned(), Outlook::None));
    };
    if let Some(source) = input(task, &video, playlist) {
        let probe = task.tools.probe(&source, &task.stop)?;
        let plan = ladder::plan(&probe, &ladder::Options::new(&task.app.config()));
        let (plan, rungs) = missing(plan, playlist);
        if !rungs.is_empty() {
            let scratch = task.scratch()?;
            let made = renditions(task, &video, playlist, &source, &probe, &plan, rungs, scratch.path())?;
            append(task, &video, playlist, &made)?;
        }
    }
    complete(task, id)
}

/// What renditions are made of: the uploaded file, or once that is gone the best of what was made of it.
fn input(task: &Task, video: &Video, playlist: &Playlist) -> Option<PathBuf> {
    let source = task.source(video);
    if source.exists() {
        return Some(source);
    }
    let pictures = playlist.whole_files().filter(|rendition| rendition.has_video);
    let best = pictures.max_by_key(|rendition| rendition.resolution())?;
    Some(task.app.layout().stream(video.uuid, &best.file_name))
}

/// The plan as it turned out, and what of it is still to be made.
fn missing(plan: Plan, playlist: &Playlist) -> (Plan, Vec<Rung>) {
    let is_there = |rung: &Rung| {
        playlist.renditions.iter().any(|there| there.has_video && there.resolution() == rung.resolution)
    };
    let was_refused = plan.remux.as_ref().is_some_and(|remux| !is_there(remux));
    let plan = if was_refused { plan.without_remux() } else { plan };
    let rungs = plan.rungs.iter().filter(|rung| !is_there(rung)).cloned().collect();
    (plan, rungs)
}

#[expect(clippy::too_many_arguments, reason = "all of them are what one order consists of")]
fn renditions(
    task: &Task,
    video: &Video,
    playlist: &Playlist,
    source: &Path,
    probe: &Probe,
    plan: &Plan,
    rungs: Vec<Rung>,
    scratch: &Path,
) -> Result<Vec<Made>, Failure> {
    let first = playlist.renditions.iter().find(|rendition| rendition.has_video);
    let cuts = match first {
        Some(first) => {
            let text = std::fs::read_to_string(task.app.layout().stream(video.uuid, &first.playlist_name))?;
            let media = parse_media(&text).map_err(std::io::Error::other)?;
            Some(place::starts_of(&media))
        }
        None => None,
    };
    let order = Order {
        video: video.uuid,
        source,
        probe,
        clean: plan.clean,
        remux: None,
        rungs,
        sound: None,
        cuts,
        threads: task.app.config().transcoding.threads,
    };
    Ok(make(&task.tools, &order, scratch, &task.stop, |percent| task.report(percent))?)
}

fn append(task: &Task, video: &Video, playlist: &Playlist, made: &[Made]) -> Result<(), Failure> {
    let app = &task.app;
    // Smallest first, as PeerTube lists them.
    let new: Vec<_> =
        made.iter().rev().map(|made| made.rendition(video.rendition_stem(), FileId(0))).collect();
    let mut future = playlist.clone();
    future.renditions.extend(new.iter().cloned());
    place::place(app, video, &future, made)?;
    let is_there = app.write_here(Durability::Flushed, |write, now| -> Result<bool, StoreError> {
        let Some(mut video) = write.get(&VideoKey { video: video.id })? else {
            return Ok(false);
        };
        if let Some(playlist) = &mut video.playlist {
            for mut rendition in new {
                rendition.file = FileId(write.next_number("files")?);
                playlist.renditions.push(rendition);
            }
        }
        video.updated_at = now;
        note_torrents(write, &video);
        write.insert(&VideoKey { video: video.id }, &video)?;
        Ok(true)
    })?;
    if is_there { Ok(()) } else { Err(Failure::Stopped) }
}

fn complete(task: &Task, id: VideoId) -> Result<(), Failure> {
    let app = &task.app;
    let video = task.video(id)?;
    if let Some(playlist) = &video.playlist {
        place::write_master(app, &video, playlist)?;
    }
    app.write_here(Durability::Flushed, |write, now| -> Result<(), StoreError> {
        write.remove(&JobKey { job: task.job });
        let Some(mut video) = write.get(&VideoKey { video: id })? else {
            return Ok(());
        };
        advance(&mut video, Milestone::Complete, now);
        work::ask_at(write, now, source_kept_until(&video, now), JobKind::RemoveSource(id))?;
        write.insert(&VideoKey { video: id }, &video)
    })?;
    app.wake_jobs();
    Ok(())
}
