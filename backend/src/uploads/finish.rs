//! From a file that arrived whole to a video.
//!
//! Owns the order that leaves nothing half done: probe, move the file to the sources, then one unit of work with the
//! video, its names and its first job. A crash between the move and the work leaves a source that an unfinished row
//! knows by its UUID, and the next start moves it back.

use std::path::PathBuf;

use shared::id::VideoId;

use super::proceed::forget;
use super::{UploadError, UploadId};
use crate::app::App;
use crate::domain::account::login;
use crate::domain::upload::{Refusal, extension_of};
use crate::domain::video::edit::{self, Arrival, Pictures, own_video};
use crate::domain::video::replace;
use crate::domain::viewer::Person;
use crate::domain::{activity, block, chapter, import};
use crate::files::disk;
use crate::files::remove::picture_name;
use crate::media::probe::ProbeError;
use crate::store::records::{Chapter, Deed, Facts, Source, Stem, Upload, User, Video};
use crate::store::tables::{AccountKey, UploadKey, UserKey};
use crate::store::{Durability, Read};

/// Makes the video of an upload whose bytes are all there. A file that is no video is gone afterwards.
pub(super) async fn finish(app: &App, who: Person, id: UploadId) -> Result<Video, UploadError> {
    let permit = app.uploads().probing.clone().acquire_owned().await;
    let outcome = app.blocking(move |app| finish_here(app, who, id)).await;
    drop(permit);
    match outcome {
        Err(error @ (UploadError::Unreadable | UploadError::Refused(Refusal::OverQuota(_)))) => {
            app.blocking(move |app| forget(app, id)).await?;
            Err(error)
        }
        outcome => outcome,
    }
}

fn finish_here(app: &App, who: Person, id: UploadId) -> Result<Video, UploadError> {
    let upload = app.store().get(&UploadKey { upload: id.0 })?.ok_or(UploadError::NoSuchUpload)?;
    let extension = extension_of(&upload.filename).ok_or(UploadError::Unreadable)?;
    let part = app.layout().upload(&id.0);
    let (facts, chapters) = probe(app, part.clone())?;
    let moves = Moves::plan(app, id, &upload, extension);
    moves.forward()?;
    let source = Source {
        extension: extension.to_owned(),
        filename: upload.filename.clone(),
        bytes: upload.bytes,
        file: None,
        take: take_of(id, &upload),
    };
    let committed = match upload.replaces {
        Some(video) => commit_replacement(app, who, id, upload, video, (source, facts)),
        None => {
            let arrival = Arrival {
                uuid: upload.video,
                channel: upload.channel,
                form: upload.form.clone(),
                source,
                facts,
                chapters,
                pictures: moves.names.clone(),
                host: app.url().host().to_owned(),
            };
            commit(app, who, id, upload, arrival)
        }
    };
    if committed.is_err() {
        moves.back()?;
    }
    committed
}

fn probe(app: &App, part: PathBuf) -> Result<(Facts, Vec<Chapter>), UploadError> {
    match crate::media::probe(app, &part) {
        Ok(probe) => {
            let facts = probe.facts();
            let parts = probe.parts.into_iter().map(|part| (part.start, part.title));
            Ok((facts, chapter::in_file(parts)))
        }
        Err(error) if error.is_about_the_file() => Err(UploadError::Unreadable),
        Err(ProbeError::Stopped) => Err(UploadError::Broken),
        Err(error) => Err(UploadError::Disk(std::io::Error::other(error))),
    }
}

fn commit(
    app: &App,
    who: Person,
    id: UploadId,
    upload: Upload,
    arrival: Arrival,
) -> Result<Video, UploadError> {
    app.write_here(Durability::Flushed, |write, now| {
        let user: Option<User> = write.get(&UserKey { user: who.user })?;
        // Who began may have been an editor, and be none any more.
        let channel = edit::managed_channel(write, arrival.channel, who.account)?;
        // The catalogue follows every commit under the lock this work holds, so the sum is the last word.
        let used = app.catalogue().used(channel.account, now);
        let admin_flags = user.as_ref().map_or(0, |user| user.admin_flags);
        edit::room_of(write, channel.account, used)?.holds(upload.bytes).map_err(Refusal::OverQuota)?;
        let video = edit::create(write, now, arrival)?;
        activity::note_video(write, now, &who, &video, Deed::Create)?;
        if app.config().moderation.block_new_videos && block::must_be_seen(&who, admin_flags) {
            block::block_unseen(write, now, video.clone())?;
        }
        if let Some(attempt) = upload.import
            && !import::arrive(write, now, attempt, video.id)?
        {
            // Nothing of this work is kept.
            return Err(UploadError::Unwanted);
        }
        let done = Upload { finished: Some(video.id), ..upload };
        write.insert(&UploadKey { upload: id.0 }, &done)?;
        Ok(video)
    })
}

/// What tells a file that replaces another from it, as long as nothing else knows of it: its upload's name.
fn take_of(id: UploadId, upload: &Upload) -> u64 {
    let [take @ .., _, _, _, _, _, _, _, _] = id.0;
    // 0 is the first file of a video.
    upload.replaces.map_or(0, |_| u64::from_be_bytes(take) | 1)
}

fn commit_replacement(
    app: &App,
    who: Person,
    id: UploadId,
    upload: Upload,
    video: VideoId,
    (source, facts): (Source, Facts),
) -> Result<Video, UploadError> {
    let outcome = app.write_here(Durability::Flushed, |write, now| -> Result<_, UploadError> {
        let (_, sight) = own_video(write, video, &who)?;
        let account = write.get(&AccountKey { account: sight.makers.owner })?;
        let user: Option<User> = match account {
            Some(account) => login(write, &account)?,
            None => None,
        };
        let used = app.catalogue().used(sight.makers.owner, now);
        let admin_flags = user.as_ref().map_or(0, |user| user.admin_flags);
        edit::room_of(write, sight.makers.owner, used)?.holds(upload.bytes).map_err(Refusal::OverQuota)?;
        let (video, given_up) = replace::arrive(write, now, &who, video, source, facts)?;
        if app.config().moderation.block_new_videos && block::must_be_seen(&who, admin_flags) {
            block::block_unseen(write, now, video.clone())?;
        }
        let done = Upload { finished: Some(video.id), ..upload };
        write.insert(&UploadKey { upload: id.0 }, &done)?;
        Ok((video, given_up))
    });
    let (video, given_up) = outcome?;
    if let Some(source) = given_up {
        // Should it stay, the next start removes it.
        disk::remove_if_there(&app.layout().source(source.stem(video.uuid), &source.extension))?;
    }
    Ok(video)
}

/// The files that move together when an upload ends.
struct Moves {
    files: Vec<(PathBuf, PathBuf)>,
    names: Pictures,
}

impl Moves {
    fn plan(app: &App, id: UploadId, upload: &Upload, extension: &str) -> Moves {
        let layout = app.layout();
        let stem = Stem::new(upload.video, take_of(id, upload));
        let mut files = vec![(layout.upload(&id.0), layout.source(stem, extension))];
        let name = picture_name(upload.video, id.0.first_chunk().copied().unwrap_or_default());
        let mut names = Pictures::default();
        if upload.has_thumbnail {
            files.push((layout.upload_thumbnail(&id.0), layout.thumbnail(&name)));
            names.thumbnail = Some(name.clone());
        }
        if upload.has_preview {
            files.push((layout.upload_preview(&id.0), layout.preview(&name)));
            names.preview = Some(name);
        }
        Moves { files, names }
    }

    fn forward(&self) -> Result<(), UploadError> {
        for (at, (from, to)) in self.files.iter().enumerate() {
            if let Err(error) = disk::rename_durably(from, to) {
                for (from, to) in self.files.iter().take(at) {
                    disk::rename_durably(to, from)?;
                }
                return Err(error.into());
            }
        }
        Ok(())
    }

    fn back(&self) -> Result<(), UploadError> {
        for (from, to) in &self.files {
            disk::rename_durably(to, from)?;
        }
        Ok(())
    }
}

/// Moves back what a crash left between the move and the unit of work. Blocks.
pub(super) fn move_back(app: &App, id: UploadId, upload: &Upload) -> Result<(), UploadError> {
    let Some(extension) = extension_of(&upload.filename) else { return Ok(()) };
    for (from, to) in Moves::plan(app, id, upload, extension).files {
        if to.exists() && !from.exists() {
            disk::rename_durably(&to, &from)?;
        }
    }
    Ok(())
}
