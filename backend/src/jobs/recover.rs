//! Puts in order what a crash left, before the first request.
//!
//! Owns the rule that nothing runs after a start: every leased job is due again, or given up when it was begun too
//! often. Files no record names are removed, but only those of videos we know: after a restored backup the files of
//! others may be all that is left of them.

use std::io;
use std::path::Path;

use shared::id::VideoId;

use super::place;
use super::queue::{Verdict, judge_interrupted};
use super::worker::{give_up, put_back};
use crate::app::App;
use crate::domain::video::torrent;
use crate::files::disk;
use crate::files::layout::pieces_name;
use crate::store::records::{JobKind, JobState, Source, Video};
use crate::store::tables::{JobKey, VideoKey};
use crate::store::{Durability, Read, StoreError};

/// Why a start stopped here.
#[derive(Debug, thiserror::Error)]
pub enum RecoverError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The disk failed.
    #[error("what unfinished work left could not be removed")]
    Disk(#[from] io::Error),
}

/// Makes what is in the data folder agree with the store. Blocks. Never runs while jobs do.
///
/// # Errors
/// [`RecoverError`].
pub fn recover(app: &App) -> Result<(), RecoverError> {
    empty(&app.layout().tmp())?;
    app.write_here(Durability::Flushed, |write, now| -> Result<(), StoreError> {
        write.use_reserve();
        let jobs: Vec<_> = write.table::<JobKey>().collect::<Result<_, _>>()?;
        for (_, job) in jobs {
            let JobState::Leased(_) = job.state else { continue };
            match judge_interrupted(job.attempts, now) {
                Verdict::Retry(due) | Verdict::Wait(due) => put_back(write, job, due)?,
                Verdict::Dead => {
                    let reason = format!("The server ended {} times while it worked on this.", job.attempts);
                    give_up(write, job, reason, now)?;
                }
            }
        }
        Ok(())
    })?;
    let mut unfinished = Vec::new();
    for row in app.store().table::<JobKey>() {
        let (_, job) = row?;
        match job.kind {
            JobKind::Package(video) | JobKind::Transcode(video) => unfinished.push(video),
            JobKind::RemoveSource(_)
            | JobKind::RemoveFormer(_)
            | JobKind::Replace(_)
            | JobKind::Storyboard(_)
            | JobKind::Torrents(_)
            | JobKind::Captions(_)
            | JobKind::Transcribe(_)
            | JobKind::RemoveFiles(_)
            | JobKind::Talk(_)
            | JobKind::Network(_) => {}
        }
    }
    for row in app.store().table::<VideoKey>() {
        let (_, video) = row?;
        place::remove_unnamed(app, &video)?;
    }
    remove_sources(app, &unfinished)?;
    remove_digests(app)?;
    remove_storyboards(app)
}

/// Digests of files that are shared no more, or not under this name.
fn remove_digests(app: &App) -> io::Result<()> {
    for file in std::fs::read_dir(app.layout().torrent(""))? {
        let file = file?;
        let name = file.file_name();
        let Some(entry) = app.catalogue().owner_of(&name) else { continue };
        let video = &entry.listed.video;
        let mut renditions = video.playlist.iter().flat_map(|playlist| &playlist.renditions);
        let is_named = renditions.any(|rendition| name == *pieces_name(video.stem(), rendition.resolution()));
        if !(torrent::is_shared(video) && is_named) {
            disk::remove_if_there(&file.path())?;
        }
    }
    Ok(())
}

/// A source goes when all is made of it, or of the one that replaced it; the server may have died in between.
fn remove_sources(app: &App, unfinished: &[VideoId]) -> io::Result<()> {
    for file in std::fs::read_dir(app.layout().sources())? {
        let path = file?.path();
        let Some(entry) = path.file_name().and_then(|name| app.catalogue().owner_of(name)) else { continue };
        if !is_named(app, &entry.listed.video, unfinished, &path) {
            disk::remove_if_there(&path)?;
        }
    }
    Ok(())
}

fn is_named(app: &App, video: &Video, unfinished: &[VideoId], path: &Path) -> bool {
    let place = |source: &Source| app.layout().source(source.stem(video.uuid), &source.extension);
    let is_done = video.playlist.is_some() && video.source.file.is_none() && !unfinished.contains(&video.id);
    let next = video.replacement.as_ref().map(|next| place(&next.source));
    !is_done && path == place(&video.source) || next.is_some_and(|next| path == next)
}

/// Those that were written just before the record that would have named them.
fn remove_storyboards(app: &App) -> Result<(), RecoverError> {
    for file in std::fs::read_dir(app.layout().storyboard(""))? {
        let file = file?;
        let name = file.file_name();
        let Some(entry) = app.catalogue().owner_of(&name) else { continue };
        let shown = entry.listed.video.storyboard.as_ref().map(|storyboard| storyboard.file_name.as_str());
        if shown != name.to_str() {
            disk::remove_if_there(&file.path())?;
        }
    }
    Ok(())
}

fn empty(folder: &std::path::Path) -> io::Result<()> {
    for file in std::fs::read_dir(folder)? {
        let file = file?;
        if file.file_type()?.is_dir() {
            std::fs::remove_dir_all(file.path())?;
        } else {
            disk::remove_if_there(&file.path())?;
        }
    }
    Ok(())
}
