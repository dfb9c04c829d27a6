//! An upload in a single request: a form with the file in it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures_util::Stream;
use shared::api::NewVideo;
use shared::id::{AccountId, ChannelId};
use tokio::sync::OwnedSemaphorePermit;
use tokio_util::sync::CancellationToken;

use super::begin::{CutPictures, limits, most};
use super::detached::to_its_end;
use super::finish::finish;
use super::proceed::forget;
use super::sink::{BytesMax, Sink};
use super::{UploadError, UploadId};
use crate::app::App;
use crate::domain::upload::{LIFETIME, Limits, Refusal, UNFINISHED_PER_USER_MAX, admit};
use crate::domain::video::edit;
use crate::domain::viewer::Person;
use crate::files::disk;
use crate::store::Durability;
use crate::store::records::{Attempt, Upload, Video};
use crate::store::tables::UploadKey;

/// The form around a file may be this much longer than the file: two pictures and the texts.
const FORM_BYTES_MAX: u64 = 10 * 1024 * 1024;

/// A file that arrives with its form. When dropped before its end nothing is left of it.
pub struct Single {
    app: App,
    who: Person,
    id: UploadId,
    limits: Limits,
    file: Option<Arrived>,
    /// The beginning of an import that brings the file.
    import: Option<Attempt>,
    part: Part,
    _permit: OwnedSemaphorePermit,
}

/// A file that arrived whole.
struct Arrived {
    filename: String,
    bytes: u64,
}

impl Single {
    /// Makes room for a file, unless the length of the whole request says that it will not fit.
    ///
    /// # Errors
    /// [`UploadError`].
    pub async fn new(app: &App, who: Person, content_length: Option<u64>) -> Result<Single, UploadError> {
        let permit = app.uploads().receiving.clone().try_acquire_owned().map_err(|_| UploadError::Busy)?;
        let limits = app.blocking(move |app| widest(app, who)).await?;
        if UNFINISHED_PER_USER_MAX <= limits.unfinished {
            return Err(Refusal::TooManyUnfinished.into());
        }
        let (bytes_max, refusal) = most(&limits);
        if content_length.is_some_and(|length| bytes_max.saturating_add(FORM_BYTES_MAX) < length) {
            return Err(refusal.into());
        }
        let id = UploadId(app.dice().bytes());
        let part = Part { path: Some(app.layout().upload(&id.0)) };
        Ok(Single { app: app.clone(), who, id, limits, file: None, import: None, part, _permit: permit })
    }

    /// Makes the video that an import brings, and its end with it: both, or neither where it is not on its way by this
    /// beginning any more.
    #[must_use]
    pub fn for_import(mut self, attempt: Attempt) -> Single {
        self.import = Some(attempt);
        self
    }

    /// Takes the file.
    ///
    /// # Errors
    /// [`UploadError`].
    pub async fn receive<E>(
        &mut self,
        filename: &str,
        body: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<(), UploadError> {
        let id = self.id;
        let mut sink = self.app.blocking(move |app| Sink::open(&app.layout().upload(&id.0), 0)).await?;
        let (bytes_max, refusal) = most(&self.limits);
        let never = CancellationToken::new();
        let stops = [&never, self.app.stopping()];
        let bytes = sink.take(body, BytesMax::Limit(bytes_max, refusal), stops).await?;
        self.file = Some(Arrived { filename: filename.to_owned(), bytes });
        Ok(())
    }

    /// Whether the form held a file.
    #[must_use]
    pub fn has_file(&self) -> bool {
        self.file.is_some()
    }

    /// Leaves nothing of the file, at once.
    pub async fn abandon(mut self) {
        if let Some(path) = self.part.path.take() {
            self.app.blocking(move |_| remove(&path)).await;
        }
    }

    /// Makes the video.
    ///
    /// # Errors
    /// [`UploadError`].
    pub async fn finish(mut self, form: NewVideo, pictures: CutPictures) -> Result<Video, UploadError> {
        let Some(file) = self.file.take() else { return Err(UploadError::Unreadable) };
        to_its_end(async move {
            let (app, who, id) = (self.app.clone(), self.who, self.id);
            let (limits, import) = (self.limits, self.import);
            let admitted = app.blocking(move |app| {
                let mut upload = admit_file(app, who, &limits, file, form)?;
                upload.import = import;
                record(app, id, upload, &pictures)
            });
            let outcome = match admitted.await {
                Ok(()) => finish(&app, who, id).await,
                Err(error) => Err(error),
            };
            // Its maker never learned the upload's name, so nobody could go on with it.
            app.blocking(move |app| forget(app, id)).await?;
            self.part.let_go();
            outcome
        })
        .await
    }
}

/// What bounds a file whose channel is told behind it: the widest quota of those in whose channels the person publishes.
/// The end of the upload looks at the right one. Blocks.
fn widest(app: &App, who: Person) -> Result<Limits, UploadError> {
    let mut widest = limits(app, who, who.account)?;
    let channels = app.catalogue().edited_by(who.account);
    let owners: BTreeSet<AccountId> = channels.iter().map(|channel| channel.makers.owner).collect();
    for owner in owners {
        let used = app.catalogue().used(owner, app.clock().now());
        widest.room = widest.room.or(edit::room_of(app.store(), owner, used)?);
    }
    Ok(widest)
}

/// The row of a file that may become a video. Blocks.
fn admit_file(
    app: &App,
    who: Person,
    limits: &Limits,
    file: Arrived,
    form: NewVideo,
) -> Result<Upload, UploadError> {
    admit(&file.filename, None, file.bytes, limits).map_err(|refusal| match refusal {
        // What is no video by its name gets the answer of what is none by its content (capture 400-upload-bad-ext).
        Refusal::NotAVideo => UploadError::Unreadable,
        // The file is on the disk already.
        Refusal::DiskFull | Refusal::TooLarge { .. } | Refusal::OverQuota(_) | Refusal::TooManyUnfinished => {
            UploadError::Refused(refusal)
        }
    })?;
    let channel = form.channel_id.unwrap_or(ChannelId(0));
    edit::managed_channel(app.store(), channel, who.account)?;
    let now = app.clock().now();
    Ok(Upload {
        user: who.user,
        channel,
        form,
        filename: file.filename,
        bytes: file.bytes,
        video: app.dice().uuid(),
        created_at: now,
        expires_at: now.after(LIFETIME),
        finished: None,
        resumable: false,
        has_thumbnail: false,
        has_preview: false,
        replaces: None,
        import: None,
    })
}

/// Writes the row, so that a crash from here on leaves nothing a start does not know. Blocks.
fn record(app: &App, id: UploadId, mut upload: Upload, pictures: &CutPictures) -> Result<(), UploadError> {
    let layout = app.layout();
    if let Some(jpeg) = &pictures.thumbnail {
        std::fs::write(layout.upload_thumbnail(&id.0), jpeg)?;
        upload.has_thumbnail = true;
    }
    if let Some(jpeg) = &pictures.preview {
        std::fs::write(layout.upload_preview(&id.0), jpeg)?;
        upload.has_preview = true;
    }
    Ok(app.write_here(Durability::Flushed, |write, _| write.insert(&UploadKey { upload: id.0 }, &upload))?)
}

/// The part file of a request that may break off at any await.
struct Part {
    path: Option<PathBuf>,
}

impl Part {
    /// The file is a video's, or gone.
    fn let_go(mut self) {
        self.path = None;
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let Some(path) = self.path.take() else { return };
        // Removing gigabytes takes a while; a runtime that is gone leaves the file to the next start.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn_blocking(move || remove(&path));
        }
    }
}

fn remove(path: &Path) {
    if let Err(error) = disk::remove_if_there(path) {
        tracing::warn!(%error, "could not remove what is left of an upload");
    }
}
