//! From a body to the disk, half a megabyte at a time.
//!
//! Owns the part file while it grows. While one batch is being written the next one gathers, and no more: a fast sender
//! waits for the disk, not the disk's queue for memory. What arrived before a break is written all the same.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::UploadError;
use crate::domain::upload::Refusal;
use crate::files::disk;

/// One write. Two of these per upload are in memory at most, one gathering and one on its way.
const BATCH_BYTES: usize = 256 * 1024;
/// How often a long body is brought to the disk, so that its end does not wait for all of it.
const SYNC_BYTES: u64 = 64 * 1024 * 1024;
/// Room that uploads leave on the disk for the store and for the videos being made.
pub(super) const DISK_RESERVE_BYTES: u64 = 256 * 1024 * 1024;

/// How many bytes a body may have, and what it means to have more.
pub enum BytesMax {
    /// Exactly so many belong to the range.
    Range(u64),
    /// More than so many are refused.
    Limit(u64, Refusal),
}

/// A part file that grows.
pub struct Sink {
    file: Arc<File>,
    at: u64,
    unsynced: u64,
    batch: Vec<Bytes>,
    batch_bytes: usize,
    writing: Option<JoinHandle<io::Result<()>>>,
}

impl Sink {
    /// Opens a part file, making it where there is none, and forgets its bytes behind `at`. Blocks.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(path: &Path, at: u64) -> io::Result<Sink> {
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
        if at < file.metadata()?.len() {
            file.set_len(at)?;
        }
        Ok(Sink { file: Arc::new(file), at, unsynced: 0, batch: Vec::new(), batch_bytes: 0, writing: None })
    }

    /// Where the next byte goes.
    #[must_use]
    pub fn at(&self) -> u64 {
        self.at
    }

    /// Takes a body until its end, until `bytes_max`, or until one of `stops`; what it took is on the disk when this
    /// returns, whatever it returns. Gives how many bytes that was.
    ///
    /// # Errors
    /// The disk's failures, and a body that is broken, too long or no longer wanted.
    pub async fn take<E>(
        &mut self,
        body: impl Stream<Item = Result<Bytes, E>>,
        bytes_max: BytesMax,
        stops: [&CancellationToken; 2],
    ) -> Result<u64, UploadError> {
        let begun = self.at;
        let taken = self.gather(body, bytes_max, stops).await;
        let flushed = self.flush().await;
        taken.and(flushed).map(|()| self.at - begun)
    }

    async fn gather<E>(
        &mut self,
        body: impl Stream<Item = Result<Bytes, E>>,
        bytes_max: BytesMax,
        [superseded, stopping]: [&CancellationToken; 2],
    ) -> Result<(), UploadError> {
        let mut body = std::pin::pin!(body);
        let mut room = match bytes_max {
            BytesMax::Range(bytes) | BytesMax::Limit(bytes, _) => bytes,
        };
        loop {
            let piece = tokio::select! {
                biased;
                () = superseded.cancelled() => return Err(UploadError::Superseded),
                () = stopping.cancelled() => return Err(UploadError::Broken),
                piece = body.next() => piece,
            };
            let mut piece = match piece {
                None => return Ok(()),
                Some(Ok(piece)) => piece,
                Some(Err(_)) => return Err(UploadError::Broken),
            };
            let length = u64::try_from(piece.len()).unwrap_or(u64::MAX);
            let fits = length <= room;
            if !fits {
                piece.truncate(usize::try_from(room).unwrap_or(usize::MAX));
            }
            room = room.saturating_sub(length);
            self.push(piece).await?;
            if !fits {
                return Err(match bytes_max {
                    BytesMax::Range(_) => UploadError::TooLong,
                    BytesMax::Limit(_, refusal) => UploadError::Refused(refusal),
                });
            }
        }
    }

    async fn push(&mut self, piece: Bytes) -> Result<(), UploadError> {
        self.batch_bytes += piece.len();
        self.batch.push(piece);
        if BATCH_BYTES <= self.batch_bytes {
            self.write_batch().await?;
        }
        Ok(())
    }

    /// Waits for the batch before, then sends this one on its way.
    async fn write_batch(&mut self) -> Result<(), UploadError> {
        self.written().await?;
        let batch = std::mem::take(&mut self.batch);
        let bytes = u64::try_from(std::mem::take(&mut self.batch_bytes)).unwrap_or(0);
        let (file, at) = (self.file.clone(), self.at);
        self.at += bytes;
        self.unsynced += bytes;
        let sync = SYNC_BYTES <= self.unsynced;
        if sync {
            self.unsynced = 0;
        }
        self.writing = Some(tokio::task::spawn_blocking(move || write_at(&file, at, &batch, sync)));
        Ok(())
    }

    async fn written(&mut self) -> Result<(), UploadError> {
        match self.writing.take() {
            Some(writing) => Ok(writing.await.map_err(io::Error::other)??),
            None => Ok(()),
        }
    }

    /// Brings everything to the disk.
    async fn flush(&mut self) -> Result<(), UploadError> {
        self.write_batch().await?;
        self.written().await?;
        let file = self.file.clone();
        self.unsynced = 0;
        tokio::task::spawn_blocking(move || file.sync_data()).await.map_err(io::Error::other)??;
        Ok(())
    }
}

fn write_at(file: &File, mut at: u64, batch: &[Bytes], sync: bool) -> io::Result<()> {
    for piece in batch {
        file.write_all_at(piece, at)?;
        at += u64::try_from(piece.len()).unwrap_or(0);
    }
    if sync {
        file.sync_data()?;
        if bytes_free_beside(file)? < DISK_RESERVE_BYTES {
            return Err(io::ErrorKind::StorageFull.into());
        }
    }
    Ok(())
}

fn bytes_free_beside(file: &File) -> io::Result<u64> {
    let disk = rustix::fs::fstatvfs(file)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Bytes that uploads may still bring to the disk that holds `path`. Blocks.
pub(super) fn room_on_disk(path: &Path) -> io::Result<u64> {
    Ok(disk::bytes_free(path)?.saturating_sub(DISK_RESERVE_BYTES))
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;

    fn pieces(texts: &[&'static str]) -> impl Stream<Item = Result<Bytes, ()>> {
        stream::iter(texts.iter().map(|text| Ok(Bytes::from_static(text.as_bytes()))).collect::<Vec<_>>())
    }

    fn never() -> CancellationToken {
        CancellationToken::new()
    }

    async fn take(
        path: &Path,
        at: u64,
        body: impl Stream<Item = Result<Bytes, ()>>,
        bytes_max: BytesMax,
    ) -> Result<u64, UploadError> {
        Sink::open(path, at).unwrap().take(body, bytes_max, [&never(), &never()]).await
    }

    #[tokio::test]
    async fn bytes_follow_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        assert_eq!(take(&path, 0, pieces(&["hello ", "", "wor"]), BytesMax::Range(9)).await.unwrap(), 9);
        assert_eq!(take(&path, 9, pieces(&["ld"]), BytesMax::Range(5)).await.unwrap(), 2);
        assert_eq!(std::fs::read(&path).unwrap(), b"hello world");
    }

    #[tokio::test]
    async fn going_back_forgets_what_lies_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        take(&path, 0, pieces(&["0123456789"]), BytesMax::Range(10)).await.unwrap();
        take(&path, 3, pieces(&["xy"]), BytesMax::Range(2)).await.unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"012xy");
    }

    #[tokio::test]
    async fn what_came_before_a_break_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let body = pieces(&["0123"]).chain(stream::iter([Err(())]));
        assert!(matches!(take(&path, 0, body, BytesMax::Range(10)).await, Err(UploadError::Broken)));
        assert_eq!(std::fs::read(&path).unwrap(), b"0123");
    }

    #[tokio::test]
    async fn a_body_that_is_too_long_is_cut_and_told_so() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let outcome = take(&path, 0, pieces(&["01234", "56789"]), BytesMax::Range(7)).await;
        assert!(matches!(outcome, Err(UploadError::TooLong)));
        assert_eq!(std::fs::read(&path).unwrap(), b"0123456");
        let limit = BytesMax::Limit(7, Refusal::TooLarge { bytes_max: 7 });
        let outcome = take(&path, 0, pieces(&["01234", "56789"]), limit).await;
        assert!(matches!(outcome, Err(UploadError::Refused(Refusal::TooLarge { .. }))));
    }

    #[tokio::test]
    async fn whoever_is_superseded_writes_down_what_it_has() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let superseded = CancellationToken::new();
        let mut sink = Sink::open(&path, 0).unwrap();
        let last = stream::once({
            let superseded = superseded.clone();
            async move {
                superseded.cancel();
                Ok(Bytes::from_static(b"4567"))
            }
        });
        let body = pieces(&["0123"]).chain(last).chain(stream::pending());
        let outcome = sink.take(body, BytesMax::Range(100), [&superseded, &never()]).await;
        assert!(matches!(outcome, Err(UploadError::Superseded)));
        assert_eq!(std::fs::read(&path).unwrap(), b"01234567");
    }

    #[tokio::test]
    async fn a_long_body_arrives_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let whole: Vec<u8> = (0..3 * BATCH_BYTES + 777).map(|at| u8::try_from(at % 251).unwrap()).collect();
        let pieces = whole.chunks(10_007).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect::<Vec<_>>();
        let length = u64::try_from(whole.len()).unwrap();
        assert_eq!(take(&path, 0, stream::iter(pieces), BytesMax::Range(length)).await.unwrap(), length);
        assert_eq!(std::fs::read(&path).unwrap(), whole);
    }
}
