//! The first request of a resumable upload.

use std::io;
use std::path::Path;

use bytes::Bytes;
use image::DynamicImage;
use shared::api::NewVideo;
use shared::id::{AccountId, ChannelId, VideoId};

use super::sink::{Sink, room_on_disk};
use super::{UploadError, UploadId};
use crate::app::App;
use crate::domain::quota::Over;
use crate::domain::upload::{LIFETIME, Limits, Refusal, UNFINISHED_PER_USER_MAX, admit};
use crate::domain::video::edit;
use crate::domain::video::replace::replaceable;
use crate::domain::viewer::Person;
use crate::domain::wrong::Wrong;
use crate::files::disk;
use crate::files::picture::{self, PREVIEW, Size, THUMBNAIL};
use crate::store::records::Upload;
use crate::store::tables::UploadKey;
use crate::store::{Durability, Read, Store, StoreError};

/// What a maker announces.
pub struct Announced {
    /// What is said of the video; it names a channel.
    pub form: NewVideo,
    /// The file's name on the maker's disk.
    pub filename: String,
    /// What the file is said to be.
    pub media_type: Option<String>,
    /// How long the file will be.
    pub bytes: u64,
    /// Pictures sent along.
    pub pictures: SentPictures,
}

/// Pictures as they were sent.
#[derive(Clone, Default)]
pub struct SentPictures {
    /// `thumbnailfile`.
    pub thumbnail: Option<Bytes>,
    /// `previewfile`.
    pub preview: Option<Bytes>,
}

/// Pictures in the sizes a video has, as JPEG.
#[derive(Default)]
pub struct CutPictures {
    /// 280×157.
    pub thumbnail: Option<Vec<u8>>,
    /// 850×480.
    pub preview: Option<Vec<u8>>,
}

/// Begins an upload: says what it will be and makes room for it.
///
/// # Errors
/// [`UploadError`]; nothing is left then.
pub async fn begin(app: &App, who: Person, announced: Announced) -> Result<UploadId, UploadError> {
    let pictures = cut_pictures(app, announced.pictures.clone()).await?;
    let id = UploadId(app.dice().bytes());
    let video = app.dice().uuid();
    app.blocking(move |app| {
        let channel = announced.form.channel_id.unwrap_or(shared::id::ChannelId(0));
        // Whose channel it is, theirs is what is published there.
        let owner = edit::managed_channel(app.store(), channel, who.account).map(|channel| channel.account);
        let limits = limits(app, who, *owner.as_ref().unwrap_or(&who.account))?;
        admit(&announced.filename, announced.media_type.as_deref(), announced.bytes, &limits)?;
        owner?;
        let now = app.clock().now();
        let upload = Upload {
            user: who.user,
            channel,
            form: announced.form,
            filename: announced.filename,
            bytes: announced.bytes,
            video,
            created_at: now,
            expires_at: now.after(LIFETIME),
            finished: None,
            resumable: true,
            has_thumbnail: pictures.thumbnail.is_some(),
            has_preview: pictures.preview.is_some(),
            replaces: None,
            import: None,
        };
        keep(app, id, &upload, &pictures)
    })
    .await
}

/// Begins the upload of a file that is to replace a video's.
///
/// # Errors
/// [`UploadError`]; nothing is left then.
pub async fn begin_replacement(
    app: &App,
    who: Person,
    video: VideoId,
    filename: String,
    media_type: Option<String>,
    bytes: u64,
) -> Result<UploadId, UploadError> {
    let id = UploadId(app.dice().bytes());
    app.blocking(move |app| {
        let (record, sight) = replaceable(app.store(), video, &who)?;
        // It is its owner's, whoever sends it.
        let limits = limits(app, who, sight.makers.owner)?;
        admit(&filename, media_type.as_deref(), bytes, &limits)?;
        let now = app.clock().now();
        let upload = Upload {
            user: who.user,
            channel: record.channel,
            form: NewVideo::default(),
            filename,
            bytes,
            video: record.uuid,
            created_at: now,
            expires_at: now.after(LIFETIME),
            finished: None,
            resumable: true,
            has_thumbnail: false,
            has_preview: false,
            replaces: Some(video),
            import: None,
        };
        keep(app, id, &upload, &CutPictures::default())
    })
    .await
}

fn keep(app: &App, id: UploadId, upload: &Upload, pictures: &CutPictures) -> Result<UploadId, UploadError> {
    let written = write_files(app, id, pictures).map_err(UploadError::from).and_then(|()| {
        app.write_here(Durability::Flushed, |write, _| write.insert(&UploadKey { upload: id.0 }, upload))?;
        Ok(())
    });
    if written.is_err() {
        remove_files(app, id)?;
    }
    written.map(|()| id)
}

/// Files before the row: a row without its files would be a promise nobody can keep.
fn write_files(app: &App, id: UploadId, pictures: &CutPictures) -> io::Result<()> {
    let layout = app.layout();
    Sink::open(&layout.upload(&id.0), 0)?;
    let put = |path: &Path, jpeg: &Option<Vec<u8>>| match jpeg {
        Some(jpeg) => std::fs::write(path, jpeg).and_then(|()| std::fs::File::open(path)?.sync_data()),
        None => Ok(()),
    };
    put(&layout.upload_thumbnail(&id.0), &pictures.thumbnail)?;
    put(&layout.upload_preview(&id.0), &pictures.preview)?;
    disk::sync_folder(&layout.uploads())
}

/// Removes all files of an upload. Blocks.
pub(super) fn remove_files(app: &App, id: UploadId) -> io::Result<()> {
    let layout = app.layout();
    for path in [layout.upload(&id.0), layout.upload_thumbnail(&id.0), layout.upload_preview(&id.0)] {
        disk::remove_if_there(&path)?;
    }
    Ok(())
}

/// What bounds this person's next upload, which is to be `owner`'s. Blocks.
pub(super) fn limits(app: &App, who: Person, owner: AccountId) -> Result<Limits, UploadError> {
    let used = app.catalogue().used(owner, app.clock().now());
    Ok(Limits {
        file_bytes_max: app.config().upload.file_bytes_max.0,
        room: edit::room_of(app.store(), owner, used)?,
        disk_bytes: room_on_disk(&app.layout().uploads())?,
        unfinished: unfinished(app.store(), who)?,
    })
}

/// The longest file that may become a video of a channel at this moment, and what a longer one is refused for.
///
/// # Errors
/// [`UploadError`] where the person does not publish there, or has too much unfinished.
pub async fn room_for(app: &App, who: Person, channel: ChannelId) -> Result<(u64, Refusal), UploadError> {
    app.blocking(move |app| {
        let owner = edit::managed_channel(app.store(), channel, who.account)?.account;
        let limits = limits(app, who, owner)?;
        if UNFINISHED_PER_USER_MAX <= limits.unfinished {
            return Err(Refusal::TooManyUnfinished.into());
        }
        Ok(most(&limits))
    })
    .await
}

/// The most that is taken, and what it means to have more.
pub(super) fn most(limits: &Limits) -> (u64, Refusal) {
    let mut most = (limits.file_bytes_max, Refusal::TooLarge { bytes_max: limits.file_bytes_max });
    for (bytes, refusal) in [
        (limits.room.total, Refusal::OverQuota(Over::Total)),
        (limits.room.daily, Refusal::OverQuota(Over::Daily)),
        (Some(limits.disk_bytes), Refusal::DiskFull),
    ] {
        if let Some(bytes) = bytes.filter(|bytes| *bytes < most.0) {
            most = (bytes, refusal);
        }
    }
    most
}

fn unfinished(store: &Store, who: Person) -> Result<usize, StoreError> {
    let mut count = 0;
    for row in store.table::<UploadKey>() {
        let (_, upload) = row?;
        if upload.user == who.user && upload.finished.is_none() {
            count += 1;
        }
    }
    Ok(count)
}

/// Cuts the pictures that were sent. One picture alone serves for both sizes.
///
/// # Errors
/// The name of the field that holds no picture.
pub async fn cut_pictures(app: &App, sent: SentPictures) -> Result<CutPictures, UploadError> {
    if sent.thumbnail.is_none() && sent.preview.is_none() {
        return Ok(CutPictures::default());
    }
    let permit = app.uploads().pictures.clone().acquire_owned().await;
    app.blocking(move |_| {
        let cut = cut_all(&sent);
        drop(permit);
        cut
    })
    .await
}

fn cut_all(sent: &SentPictures) -> Result<CutPictures, UploadError> {
    let read = |field: &str, bytes: &Option<Bytes>| -> Result<Option<DynamicImage>, UploadError> {
        let Some(bytes) = bytes else { return Ok(None) };
        let picture = picture::read(bytes).map_err(|_| wrong_picture(field))?;
        Ok(Some(picture))
    };
    let (thumbnail, preview) = (read("thumbnailfile", &sent.thumbnail)?, read("previewfile", &sent.preview)?);
    let cut = |field: &str, picture: Option<&DynamicImage>, size: Size| match picture {
        Some(picture) => picture::cut(picture, size).map(Some).map_err(|_| wrong_picture(field)),
        None => Ok(None),
    };
    Ok(CutPictures {
        thumbnail: cut("thumbnailfile", thumbnail.as_ref().or(preview.as_ref()), THUMBNAIL)?,
        preview: cut("previewfile", preview.as_ref().or(thumbnail.as_ref()), PREVIEW)?,
    })
}

fn wrong_picture(field: &str) -> UploadError {
    UploadError::Wrong(vec![Wrong::body(field, None, "Should be a JPEG, PNG or WebP picture")])
}
