//! Makes the torrents of a video's files, once, and forgets them when the video is for everybody no more.
//!
//! Owns the order in which digests and records change: digests first, each file there whole or not at all, then in one
//! batch the record that names them all. What is hashed here is also asked for by whoever fetches a torrent that is not
//! there yet, so any two runs may overlap: they write the same bytes.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};

use shared::id::{FileId, VideoId};
use tokio_util::sync::CancellationToken;

use super::task::{Failure, Task};
use crate::app::App;
use crate::domain::video::torrent;
use crate::files::disk;
use crate::files::layout::pieces_name;
use crate::files::remove::remove_torrents_of;
use crate::files::torrent::{Info, digests, digests_bytes, piece_bytes};
use crate::store::records::{Playlist, Rendition, Torrent, Video};
use crate::store::tables::VideoKey;
use crate::store::{Durability, Read as _, StoreError};

/// Why the torrents of a video could not be made.
#[derive(Debug, thiserror::Error)]
pub enum TorrentError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The disk failed.
    #[error("a file could not be hashed")]
    Disk(#[from] io::Error),
}

pub(super) fn run(task: &Task, id: VideoId) -> Result<(), Failure> {
    match make_torrents(&task.app, id, &task.stop) {
        Ok(()) => Ok(()),
        Err(_) if task.stop.is_cancelled() => Err(Failure::Stopped),
        Err(TorrentError::Store(error)) => Err(error.into()),
        Err(TorrentError::Disk(error)) => Err(error.into()),
    }
}

/// Makes the torrents that a video lacks and drops those it should not have. Blocks, for as long as it takes to read
/// all its files where nothing was hashed yet.
///
/// # Errors
/// [`TorrentError`], also when `stop` was cancelled meanwhile.
pub fn make_torrents(app: &App, id: VideoId, stop: &CancellationToken) -> Result<(), TorrentError> {
    let Some(video) = app.store().get(&VideoKey { video: id })? else { return Ok(()) };
    let mut made = BTreeMap::new();
    if torrent::is_shared(&video) {
        for rendition in video.playlist.iter().flat_map(Playlist::whole_files) {
            if let Some(torrent) = make(app, &video, rendition, stop)? {
                made.insert(rendition.file, torrent);
            }
        }
    }
    let is_shared = note(app, id, &made)?;
    if !is_shared {
        remove_torrents_of(app.layout(), video.uuid)?;
    }
    Ok(())
}

/// The digests of a file's pieces as they were kept; none where they were not, or are no longer what they were.
#[must_use]
pub fn kept_digests(app: &App, video: &Video, rendition: &Rendition) -> Option<Vec<u8>> {
    let piece_bytes =
        rendition.torrent.as_ref().map_or(piece_bytes(rendition.bytes), |torrent| torrent.piece_bytes);
    let path = app.layout().torrent(&pieces_name(video.stem(), rendition.resolution()));
    let digests = std::fs::read(path).ok()?;
    let is_whole = u64::try_from(digests.len()).ok() == Some(digests_bytes(rendition.bytes, piece_bytes));
    let is_right = rendition.torrent.as_ref().is_none_or(|torrent| {
        let info = Info { name: &torrent.name, bytes: rendition.bytes, piece_bytes, digests: &digests };
        info.hash() == torrent.info_hash
    });
    (is_whole && is_right).then_some(digests)
}

/// None where the file is not there to be hashed.
fn make(
    app: &App,
    video: &Video,
    rendition: &Rendition,
    stop: &CancellationToken,
) -> io::Result<Option<Torrent>> {
    let piece_bytes = piece_bytes(rendition.bytes);
    let kept = kept_digests(app, video, rendition)
        .filter(|_| rendition.torrent.as_ref().is_none_or(|torrent| torrent.piece_bytes == piece_bytes));
    let digests = match kept {
        Some(digests) => digests,
        None => match File::open(app.layout().stream(video.uuid, &rendition.file_name)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => {
                let digests = digests(Stoppable { file: file?, stop }, rendition.bytes, piece_bytes)?;
                let scratch = app.layout().tmp().join(hex::encode(app.dice().bytes::<8>()));
                let name = pieces_name(video.stem(), rendition.resolution());
                disk::write_whole(&app.layout().torrent(&name), &scratch, &digests)?;
                digests
            }
        },
    };
    let name = torrent::file_name(video, rendition);
    let info = Info { name: &name, bytes: rendition.bytes, piece_bytes, digests: &digests };
    let info_hash = info.hash();
    Ok(Some(Torrent { name, piece_bytes, info_hash }))
}

/// Writes what was made into the record. Gives whether the video is still there and shared: it may have changed
/// meanwhile.
fn note(app: &App, id: VideoId, made: &BTreeMap<FileId, Torrent>) -> Result<bool, StoreError> {
    app.write_here(Durability::Flushed, |write, _| {
        let Some(mut video) = write.get(&VideoKey { video: id })? else {
            return Ok(false);
        };
        let before = video.playlist.clone();
        torrent::settle(&mut video, made);
        if video.playlist != before {
            write.insert(&VideoKey { video: id }, &video)?;
        }
        Ok(torrent::is_shared(&video))
    })
}

/// A file that cannot be read on once its reader was called off.
struct Stoppable<'a> {
    file: File,
    stop: &'a CancellationToken,
}

impl Read for Stoppable<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.stop.is_cancelled() {
            return Err(io::Error::other("called off"));
        }
        self.file.read(into)
    }
}
