//! Makes a new video playable: its pictures, its sound, and its first rendition.
//!
//! Owns what comes first: the source's own pictures where players can show them, which takes about as long as copying
//! the file, or else a small rendition, which is watched while it is being made. What is left is asked of another job.

use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use shared::id::{FileId, VideoId};

use super::opening::Opening;
use super::place;
use super::queue::Outlook;
use super::task::{Failure, Task};
use crate::domain::video::edit::{Pictures, note_torrents};
use crate::domain::video::lifecycle::{Milestone, advance, source_kept_until};
use crate::domain::work;
use crate::files::disk;
use crate::files::layout;
use crate::files::picture::{PREVIEW, THUMBNAIL, cut};
use crate::files::remove::picture_name;
use crate::media::cuts;
use crate::media::ladder::{self, Plan};
use crate::media::make::{Made, MakeError, Order, grow, make};
use crate::media::probe::{Light, Probe};
use crate::media::stills::{self, Grid};
use crate::store::records::{Hearing, JobKind, Playlist, Stem, Video};
use crate::store::tables::{JobKey, VideoKey};
use crate::store::{Durability, Read, StoreError, Write};

pub(super) fn run(task: &Task, id: VideoId) -> Result<(), Failure> {
    let video = task.video(id)?;
    let source = task.source(&video);
    if !source.exists() {
        return Err(Failure::Because("The uploaded file is gone.".to_owned(), Outlook::None));
    }
    let probe = task.tools.probe(&source, &task.stop)?;
    let plan = ladder::plan(&probe, &ladder::Options::new(&task.app.config()));
    demand_filters(task, &plan)?;
    let scratch = task.scratch()?;
    let shown = OnceLock::new();
    let opening = Opening::new(task, &video, &probe, &shown)?;
    let (pictures, first) = std::thread::scope(|scope| {
        let pictures = scope.spawn(|| {
            let names = pictures(task, &video, &source, &probe, &plan)?;
            Ok::<_, Failure>(shown.get_or_init(|| names).clone())
        });
        let first = first_renditions(task, &video, &source, &probe, plan.clone(), scratch.path(), opening);
        (pictures.join(), first)
    });
    let (plan, made) = first?;
    let pictures = pictures.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
    publish(task, &video, &probe, &plan, &made, &pictures)
}

/// What cannot be done is said before hours are spent on it.
pub(super) fn demand_filters(task: &Task, plan: &Plan) -> Result<(), Failure> {
    if plan.clean.light == Light::Standard || task.tools.can_map_tones(&task.stop)? {
        return Ok(());
    }
    let reason = "The video has a high dynamic range, which the instance's ffmpeg cannot bring to ordinary screens: \
                  it lacks the filters zscale and tonemap.";
    Err(Failure::Because(reason.to_owned(), Outlook::None))
}

/// What is made first, and the plan as it turned out.
#[expect(clippy::too_many_arguments, reason = "what is made, of what, where, and who is shown it")]
fn first_renditions(
    task: &Task,
    video: &Video,
    source: &Path,
    probe: &Probe,
    mut plan: Plan,
    scratch: &Path,
    mut opening: Opening<'_>,
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
    let folder = |name: &str| {
        let folder = scratch.join(name);
        std::fs::create_dir(&folder).map(|()| folder)
    };
    let run = |order: &Order<'_>, folder: &Path| {
        make(&task.tools, order, folder, &task.stop, |percent| task.report(percent))
    };
    if plan.remux.is_some() && is_sparse(task, video, source, probe)? {
        plan = plan.without_remux();
    }
    if plan.remux.is_some() {
        match run(&Order { remux: plan.remux.clone(), ..order(&plan) }, &folder("remux")?) {
            Ok(made) => return Ok((plan, made)),
            Err(
                error @ (MakeError::Disk(_) | MakeError::DiskFull | MakeError::NoRoom | MakeError::Run(_)),
            ) if is_not_the_files_fault(&error) => {
                return Err(error.into());
            }
            // Whatever is wrong with its own pictures, they can be made anew.
            Err(error) => {
                tracing::info!(video = %video.uuid, %error, "a source cannot be remuxed and is encoded");
                plan = plan.without_remux();
            }
        }
    }
    let folder = folder("encode")?;
    let made = match plan.quick_rung() {
        // What was shown once goes on, though its owner has thought better of it.
        Some(quick) if !video.wait_transcoding || video.playlist.is_some() => {
            let order = Order { rungs: vec![quick.clone()], ..order(&plan) };
            let show = |made: &mut [Made]| opening.show(made);
            grow(&task.tools, &order, &folder, &task.stop, |percent| task.report(percent), show)?
        }
        // Nobody may watch before all is there, and one decoder for all is cheaper than two.
        Some(_) | None => run(&Order { rungs: plan.rungs.clone(), ..order(&plan) }, &folder)?,
    };
    Ok((plan, made))
}

/// Looks at a few seconds of a large file for key frames too far apart, before all of it is copied in vain. A small one
/// is copied in less time than that takes.
pub(super) fn is_sparse(task: &Task, video: &Video, source: &Path, probe: &Probe) -> Result<bool, Failure> {
    const LARGE_BYTES_MIN: u64 = 128 * 1024 * 1024;
    let Some(pictures) = probe.video.as_ref().filter(|_| LARGE_BYTES_MIN <= video.source.bytes) else {
        return Ok(false);
    };
    let moments = [Duration::ZERO, probe.duration / 2];
    let packets = task.tools.packets(source, pictures.index, &moments, &task.stop)?;
    let found = cuts::look_for_gaps(packets);
    if let Err(gap) = found {
        tracing::info!(video = %video.uuid, %gap, "a source cannot be remuxed and is encoded");
    }
    Ok(found.is_err())
}

pub(super) fn is_not_the_files_fault(error: &MakeError) -> bool {
    match error {
        MakeError::Run(error) => {
            !matches!(error, crate::media::run::RunError::Failed { .. }) || error.was_killed()
        }
        MakeError::Disk(_) | MakeError::DiskFull | MakeError::NoRoom => true,
        MakeError::Index(_) | MakeError::TooFarApart(_) => false,
    }
}

/// The pictures that the maker of the video did not send along.
pub(super) fn pictures(
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
    let mut playlist = playlist_of(video.stem(), made);
    place::place(app, video, &playlist, made)?;
    place::write_master(app, video, &playlist)?;
    let is_complete =
        plan.rungs.iter().all(|rung| made.iter().any(|made| made.resolution == rung.resolution));
    let length = made.iter().map(|made| made.cut.duration()).max().unwrap_or(probe.duration);
    let mut facts = probe.facts();
    // What it really lasts, whatever its header said.
    facts.duration_ms = u64::try_from(length.as_millis()).unwrap_or(u64::MAX);
    let mut next = next_jobs(video.id, probe, is_complete, length);
    if !app.config().transcoding.storyboards {
        next.retain(|kind| !matches!(kind, JobKind::Storyboard(_)));
    }
    if video.transcribe && app.config().transcription.enabled && probe.audio.is_some() {
        next.push(JobKind::Transcribe(video.id));
    }
    let is_there = app.write_here(Durability::Flushed, |write, now| -> Result<bool, StoreError> {
        let Some(mut video) = write.get(&VideoKey { video: video.id })? else {
            return Ok(false);
        };
        number(write, &mut playlist, video.playlist.as_ref())?;
        video.playlist = Some(playlist);
        video.facts = Some(facts);
        show_pictures(&mut video, pictures);
        advance(&mut video, if is_complete { Milestone::Complete } else { Milestone::Playable }, now);
        if is_complete {
            work::ask_at(write, now, source_kept_until(&video, now), JobKind::RemoveSource(video.id))?;
        }
        note_torrents(write, &video);
        for kind in next {
            let is_hearing = matches!(kind, JobKind::Transcribe(_));
            let job = work::ask(write, now, kind)?;
            if is_hearing {
                video.hearing = Hearing::Asked(job);
            }
        }
        write.insert(&VideoKey { video: video.id }, &video)?;
        write.remove(&JobKey { job: task.job });
        Ok(true)
    })?;
    if !is_there {
        return Err(Failure::Stopped);
    }
    app.wake_jobs();
    Ok(())
}

/// The first renditions of a video.
pub(super) fn playlist_of(stem: Stem, made: &[Made]) -> Playlist {
    Playlist {
        id: 0,
        master: layout::master_name(stem),
        digests: layout::digests_name(stem),
        renditions: made.iter().map(|made| made.rendition(stem, FileId(0))).collect(),
    }
}

/// Gives playlist and files their numbers: those they had while they grew, or new ones.
pub(super) fn number(
    write: &mut Write<'_>,
    playlist: &mut Playlist,
    before: Option<&Playlist>,
) -> Result<(), StoreError> {
    playlist.id = match before {
        Some(before) => before.id,
        None => write.next_number("playlists")?,
    };
    for rendition in &mut playlist.renditions {
        let mut known = before.iter().flat_map(|before| &before.renditions);
        rendition.file = match known.find(|known| known.file_name == rendition.file_name) {
            Some(known) => known.file,
            None => FileId(write.next_number("files")?),
        };
    }
    Ok(())
}

/// The pictures of a video, unless its owner was faster.
pub(super) fn show_pictures(video: &mut Video, pictures: &Pictures) {
    video.pictures_made |= video.thumbnail.is_none() && video.preview.is_none();
    video.thumbnail = video.thumbnail.take().or_else(|| pictures.thumbnail.clone());
    video.preview = video.preview.take().or_else(|| pictures.preview.clone());
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
