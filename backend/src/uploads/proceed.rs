//! Every later request of a resumable upload.

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use shared::id::VideoId;
use shared::time::Timestamp;

use super::begin::remove_files;
use super::detached::to_its_end;
use super::finish::finish;
use super::sink::{BytesMax, Sink};
use super::turns::Turn;
use super::{UploadError, UploadId};
use crate::app::App;
use crate::domain::upload::{ContentRange, LIFETIME, Next, Stand, decide};
use crate::domain::viewer::Person;
use crate::store::records::{Upload, Video};
use crate::store::tables::{UploadKey, VideoKey};
use crate::store::{Durability, Read, StoreError};

/// A body we do not want is read this far, so that its sender sees our answer rather than a broken connection.
const UNWANTED_BYTES_MAX: usize = 1024 * 1024;

/// An upload as requests name it.
#[derive(Clone, Copy)]
pub struct Named {
    /// Its name.
    pub upload: UploadId,
    /// The video whose file it is to replace, as the path says; none under the path of new videos.
    pub replaces: Option<VideoId>,
}

/// What one request brings.
pub struct Piece<S> {
    /// Which bytes of the file.
    pub range: Option<ContentRange>,
    /// How long the body is said to be.
    pub content_length: Option<u64>,
    /// The body.
    pub body: S,
}

/// How far an upload is.
pub enum Progress {
    /// So many bytes are on the disk; the rest is missing.
    Arrived(u64),
    /// It is a video.
    Done(Box<Video>),
}

/// Takes one piece of an upload, or tells how far it is, or makes the video of it.
///
/// # Errors
/// [`UploadError`]; what arrived stays.
pub async fn proceed<S, E>(
    app: &App,
    who: Person,
    name: Named,
    piece: Piece<S>,
) -> Result<Progress, UploadError>
where
    S: Stream<Item = Result<Bytes, E>> + Send + Unpin + 'static,
    E: Send + 'static,
{
    find(app, who, name).await?;
    let turn = app.uploads().turns.take(name.upload).await.ok_or(UploadError::Superseded)?;
    let app = app.clone();
    to_its_end(async move { take(&app, who, name, &turn, piece).await }).await
}

async fn take<S, E>(
    app: &App,
    who: Person,
    name: Named,
    turn: &Turn,
    piece: Piece<S>,
) -> Result<Progress, UploadError>
where
    S: Stream<Item = Result<Bytes, E>> + Send + Unpin,
{
    // Again, since the request before may have ended the upload.
    let (upload, id) = (find(app, who, name).await?, name.upload);
    if let Some(video) = upload.finished {
        let video = app.read(move |store| store.get(&VideoKey { video })).await?;
        return video.map(|video| Progress::Done(Box::new(video))).ok_or(UploadError::NoSuchUpload);
    }
    let arrived = arrived(app, id).await?;
    let stand = Stand { arrived, bytes: upload.bytes };
    match decide(stand, piece.range, piece.content_length) {
        Next::Tell => {
            discard(piece.body).await;
            Ok(Progress::Arrived(arrived))
        }
        Next::Refuse(wrong) => {
            discard(piece.body).await;
            Err(UploadError::Wrong(vec![wrong]))
        }
        Next::Finish => finish(app, who, id).await.map(|video| Progress::Done(Box::new(video))),
        Next::Receive { at, length } => {
            let received = receive(app, id, turn, at, length, piece.body).await;
            touch(app, id, &upload).await?;
            let arrived = received?;
            if arrived < upload.bytes {
                return Ok(Progress::Arrived(arrived));
            }
            finish(app, who, id).await.map(|video| Progress::Done(Box::new(video)))
        }
    }
}

/// Gives how many bytes of the file are on the disk afterwards.
async fn receive<E>(
    app: &App,
    id: UploadId,
    turn: &Turn,
    at: u64,
    length: u64,
    body: impl Stream<Item = Result<Bytes, E>>,
) -> Result<u64, UploadError> {
    let Ok(_permit) = app.uploads().receiving.clone().try_acquire_owned() else {
        return Err(UploadError::Busy);
    };
    let mut sink = app.blocking(move |app| Sink::open(&app.layout().upload(&id.0), at)).await?;
    let stops = [&turn.wanted, app.stopping()];
    let taken = sink.take(body, BytesMax::Range(length), stops).await?;
    // A connection that ends too early may look like a body that ends well.
    if taken < length { Err(UploadError::Broken) } else { Ok(sink.at()) }
}

/// Bytes of the file on the disk, and they are there for good.
async fn arrived(app: &App, id: UploadId) -> Result<u64, UploadError> {
    app.blocking(move |app| {
        let file = match std::fs::File::open(app.layout().upload(&id.0)) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(UploadError::NoSuchUpload);
            }
            Err(error) => return Err(error.into()),
        };
        file.sync_data()?;
        Ok(file.metadata()?.len())
    })
    .await
}

/// The upload, if it is this person's and has not expired.
async fn find(app: &App, who: Person, name: Named) -> Result<Upload, UploadError> {
    let now = app.clock().now();
    let upload = app.read(move |store| store.get(&UploadKey { upload: name.upload.0 })).await?;
    let is_it = |upload: &Upload| {
        let is_own = upload.user == who.user && upload.replaces == name.replaces;
        is_own && upload.resumable && now < upload.expires_at
    };
    upload.filter(is_it).ok_or(UploadError::NoSuchUpload)
}

/// Bytes came, so the upload lives on. Written once in a while: the promise is a day, not a day to the second.
async fn touch(app: &App, id: UploadId, upload: &Upload) -> Result<(), UploadError> {
    const OFTEN_ENOUGH: std::time::Duration = std::time::Duration::from_secs(10 * 60);
    let expires_at: Timestamp = app.clock().now().after(LIFETIME);
    if expires_at.since(upload.expires_at) < OFTEN_ENOUGH {
        return Ok(());
    }
    let changed = app.write(Durability::Relaxed, move |write, _| -> Result<(), StoreError> {
        let key = UploadKey { upload: id.0 };
        if let Some(mut upload) = write.get(&key)? {
            upload.expires_at = expires_at;
            write.insert(&key, &upload)?;
        }
        Ok(())
    });
    Ok(changed.await?)
}

async fn discard<E>(mut body: impl Stream<Item = Result<Bytes, E>> + Unpin) {
    let mut bytes = 0;
    while let Some(Ok(piece)) = body.next().await {
        bytes += piece.len();
        if UNWANTED_BYTES_MAX < bytes {
            return;
        }
    }
}

/// Takes an upload back.
///
/// # Errors
/// [`UploadError::NoSuchUpload`] for one that is another's or was ended.
pub async fn cancel(app: &App, who: Person, name: Named) -> Result<(), UploadError> {
    let id = name.upload;
    find(app, who, name).await?;
    let _turn = app.uploads().turns.take(id).await.ok_or(UploadError::Superseded)?;
    if find(app, who, name).await?.finished.is_some() {
        return Err(UploadError::NoSuchUpload);
    }
    app.blocking(move |app| forget(app, id)).await
}

/// Removes an upload's row, then its files. Blocks.
pub(super) fn forget(app: &App, id: UploadId) -> Result<(), UploadError> {
    app.write_here(Durability::Flushed, |write, _| -> Result<(), StoreError> {
        write.use_reserve();
        write.remove(&UploadKey { upload: id.0 });
        Ok(())
    })?;
    Ok(remove_files(app, id)?)
}
