//! Makes all of a file that replaces a video's, and shows it in the place of what was.
//!
//! Owns the order that leaves either the old film or the new one, whole: the new files have names of their own beside
//! the old ones, one batch changes over from these to those, and what was goes after it. A crash before the batch leaves
//! files that nothing names, one after it as well: a start removes both. Whoever watches the old film has its list of
//! segments, and players read such a list once: so its streams stay until they have seen the end.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use shared::id::VideoId;
use shared::time::Timestamp;

use super::package::{
    demand_filters, is_not_the_files_fault, is_sparse, number, pictures, playlist_of, show_pictures,
};
use super::place;
use super::queue::Outlook;
use super::task::{Failure, Task};
use crate::domain::video::edit::{Pictures, note_torrents};
use crate::domain::video::lifecycle::{Milestone, advance, source_kept_until};
use crate::domain::work;
use crate::files::layout::{Layout, pieces_name};
use crate::files::{disk, remove};
use crate::media::ladder::{self, Plan};
use crate::media::make::{Made, MakeError, Order, make};
use crate::media::probe::Probe;
use crate::store::records::{Former, Hearing, JobKind, Playlist, Source, Video};
use crate::store::tables::{JobKey, VideoKey};
use crate::store::{Durability, Read, StoreError};

/// For whoever pauses a film, or goes back in it, while another takes its place.
const PAUSES: Duration = Duration::from_secs(60 * 60);

pub(super) fn run(task: &Task, id: VideoId) -> Result<(), Failure> {
    let Some(future) = future(task.video(id)?) else { return Ok(()) };
    let path = task.source(&future);
    if !path.exists() {
        return Err(Failure::Because("The uploaded file is gone.".to_owned(), Outlook::None));
    }
    let probe = task.tools.probe(&path, &task.stop)?;
    let plan = ladder::plan(&probe, &ladder::Options::new(&task.app.config()));
    demand_filters(task, &plan)?;
    let scratch = task.scratch()?;
    let pictures = pictures(task, &future, &path, &probe, &plan)?;
    let made = all_renditions(task, &future, &path, &probe, plan, scratch.path())?;
    change_over(task, future, &probe, &made, &pictures)
}

/// The video as it will be, but for what is still to be made; none where nothing is to replace its file.
fn future(mut video: Video) -> Option<Video> {
    let next = video.replacement.take()?;
    (video.source, video.facts) = (next.source, Some(next.facts));
    (video.source_kept, video.replaced_at) = (false, Some(next.since));
    (video.playlist, video.storyboard) = (None, None);
    video.hearing = Hearing::Never;
    // The take tells its names from all that were.
    video.removals = 0;
    if video.pictures_made {
        (video.thumbnail, video.preview) = (None, None);
    }
    Some(video)
}

/// Its own pictures where players can show them, then those that must be encoded.
fn all_renditions(
    task: &Task,
    video: &Video,
    source: &Path,
    probe: &Probe,
    mut plan: Plan,
    scratch: &Path,
) -> Result<Vec<Made>, Failure> {
    let folder = |name: &str| {
        let folder = scratch.join(name);
        std::fs::create_dir(&folder).map(|()| folder)
    };
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
    let run = |order: &Order<'_>, folder: PathBuf| {
        make(&task.tools, order, &folder, &task.stop, |percent| task.report(percent))
    };
    if plan.remux.is_some() && is_sparse(task, video, source, probe)? {
        plan = plan.without_remux();
    }
    let mut made = Vec::new();
    if plan.remux.is_some() {
        match run(&Order { remux: plan.remux.clone(), ..order(&plan) }, folder("remux")?) {
            Ok(own) => made = own,
            Err(
                error @ (MakeError::Disk(_) | MakeError::DiskFull | MakeError::NoRoom | MakeError::Run(_)),
            ) if is_not_the_files_fault(&error) => return Err(error.into()),
            // Whatever is wrong with its own pictures, they can be made anew.
            Err(error) => {
                tracing::info!(video = %video.uuid, %error, "a source cannot be remuxed and is encoded");
                plan = plan.without_remux();
            }
        }
    }
    let first = made.iter().find(|made| made.resolution != 0);
    let is_there = |resolution: u32| made.iter().any(|made| made.resolution == resolution);
    let rungs: Vec<_> = plan.rungs.iter().filter(|rung| !is_there(rung.resolution)).cloned().collect();
    if made.is_empty() || !rungs.is_empty() {
        let cuts = first.map(|first| first.starts.clone());
        let sound = plan.sound.filter(|_| made.is_empty());
        let rest = run(&Order { rungs, sound, cuts, ..order(&plan) }, folder("encode")?)?;
        // Smallest first behind the one that was there, as where renditions are appended.
        if made.is_empty() { made = rest } else { made.extend(rest.into_iter().rev()) }
    }
    Ok(made)
}

fn change_over(
    task: &Task,
    future: Video,
    probe: &Probe,
    made: &[Made],
    pictures: &Pictures,
) -> Result<(), Failure> {
    let app = &task.app;
    let mut playlist = playlist_of(future.stem(), made);
    place::place(app, &future, &playlist, made)?;
    place::write_master(app, &future, &playlist)?;
    let length = made.iter().map(|made| made.cut.duration()).max().unwrap_or(probe.duration);
    let mut facts = probe.facts();
    facts.duration_ms = u64::try_from(length.as_millis()).unwrap_or(u64::MAX);
    let has_storyboard = facts.has_video && app.config().transcoding.storyboards;
    let (id, take) = (future.id, future.source.take);
    let changed = app.write_here(Durability::Flushed, |write, now| -> Result<_, StoreError> {
        // Its maker may have said other things of it meanwhile.
        let Some(before) = write.get(&VideoKey { video: id })? else { return Ok(None) };
        let Some(mut video) = future_of(before.clone(), take) else { return Ok(None) };
        number(write, &mut playlist, before.playlist.as_ref())?;
        video.former = before.playlist.as_ref().map(|former| Box::new(former_of(&before, former, now)));
        (video.playlist, video.facts) = (Some(playlist), Some(facts));
        show_pictures(&mut video, pictures);
        // Its maker, who looks at what became of it, reads at once whether it stays.
        video.source_kept = app.config().transcoding.keep_source;
        video.updated_at = now;
        advance(&mut video, Milestone::Complete, now);
        note_torrents(write, &video);
        write.insert(&VideoKey { video: id }, &video)?;
        write.remove(&JobKey { job: task.job });
        if !video.source_kept {
            work::ask_at(write, now, source_kept_until(&video, now), JobKind::RemoveSource(id))?;
        }
        if let Some(former) = &video.former {
            work::ask_at(write, now, former.until, JobKind::RemoveFormer(id))?;
        }
        if has_storyboard {
            work::ask(write, now, JobKind::Storyboard(id))?;
        }
        Ok(Some((before, video)))
    })?;
    let Some((before, after)) = changed else { return Err(Failure::Stopped) };
    app.wake_jobs();
    // The film is shown; what is left of the old one the next start removes as well.
    if let Err(error) = remove_old(task, &before, &after) {
        tracing::warn!(video = %after.uuid, %error, "files of a replaced video could not be removed");
    }
    Ok(())
}

/// What stays of a film that was replaced at `now`. Of one that was replaced before nothing does, so that a video never
/// weighs more than two.
fn former_of(video: &Video, playlist: &Playlist, now: Timestamp) -> Former {
    let length = Duration::from_millis(video.facts.as_ref().map_or(0, |facts| facts.duration_ms));
    let renditions = &playlist.renditions;
    let streams = renditions
        .iter()
        .flat_map(|rendition| [rendition.playlist_name.clone(), rendition.file_name.clone()]);
    let names = [playlist.master.clone(), playlist.digests.clone()].into_iter().chain(streams).collect();
    Former { names, until: now.after(length + PAUSES) }
}

/// Removes a film that was replaced, once it may go.
pub(super) fn remove_former(task: &Task, id: VideoId) -> Result<(), Failure> {
    let app = &task.app;
    let after = app.write_here(Durability::Flushed, |write, now| -> Result<_, StoreError> {
        write.use_reserve();
        let Some(mut video) = write.get(&VideoKey { video: id })? else { return Ok(None) };
        // Of a film that was replaced later, another job takes care.
        if video.former.take_if(|former| former.until <= now).is_none() {
            return Ok(None);
        }
        write.insert(&VideoKey { video: id }, &video)?;
        Ok(Some(video))
    })?;
    Ok(after.map_or(Ok(()), |video| place::remove_unnamed(app, &video))?)
}

fn future_of(video: Video, take: u64) -> Option<Video> {
    future(video).filter(|video| video.source.take == take)
}

fn remove_old(task: &Task, before: &Video, after: &Video) -> io::Result<()> {
    let (app, layout) = (&task.app, task.app.layout());
    place::remove_unnamed(app, after)?;
    remove_source(task, before, &before.source)?;
    let renditions = after.playlist.iter().flat_map(|playlist: &Playlist| &playlist.renditions);
    let kept: Vec<_> =
        renditions.map(|rendition| pieces_name(after.stem(), rendition.resolution())).collect();
    remove::remove_torrents_but(layout, after.uuid, &kept)?;
    if let Some(storyboard) = &before.storyboard {
        disk::remove_if_there(&layout.storyboard(&storyboard.file_name))?;
    }
    for (old, new, path) in [
        (&before.thumbnail, &after.thumbnail, Layout::thumbnail as Place),
        (&before.preview, &after.preview, Layout::preview as Place),
    ] {
        if let Some(old) = old.as_ref().filter(|_| old != new) {
            disk::remove_if_there(&path(layout, old))?;
        }
    }
    Ok(())
}

type Place = fn(&Layout, &str) -> PathBuf;

fn remove_source(task: &Task, video: &Video, source: &Source) -> io::Result<()> {
    disk::remove_if_there(&task.app.layout().source(source.stem(video.uuid), &source.extension))
}
