//! Files on their way in: from a request's body to the disk, and from there to a video.
//!
//! Owns `DATA/uploads` and the moment a file becomes a source. What it decides it asks `domain::upload`. The surprise
//! is that the length of the part file is the only record of how far an upload has come, so nothing can contradict it.

mod begin;
mod error;
mod finish;
mod proceed;
mod single;
mod sink;
mod tidy;
mod turns;

pub use begin::{Announced, CutPictures, SentPictures, begin, cut_pictures};
pub use error::UploadError;
pub use proceed::{Piece, Progress, cancel, proceed};
pub use single::Single;
pub use tidy::{sweep, tidy_at_start};

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use shared::id::NotAnId;
use tokio::sync::Semaphore;

use turns::Turns;

/// Bodies that are received at one time. Each holds half a megabyte at most; more would rather wait for the disk.
const RECEIVING_MAX: usize = 256;
/// Pictures that are decoded at one time: each may take 200 MB for a moment.
const PICTURES_MAX: usize = 2;
/// Files that are probed at one time: each is a process, which the videos being made compete with.
const PROBING_MAX: usize = 4;

/// The unguessable name of an upload.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct UploadId(pub [u8; 16]);

impl fmt::Display for UploadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl FromStr for UploadId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<UploadId, NotAnId> {
        if text.len() != 32 || !text.bytes().all(|letter| letter.is_ascii_hexdigit()) {
            return Err(NotAnId);
        }
        u128::from_str_radix(text, 16).map(|bits| UploadId(bits.to_be_bytes())).map_err(|_| NotAnId)
    }
}

/// What all uploads of one server share.
pub struct Uploads {
    turns: Arc<Turns>,
    receiving: Arc<Semaphore>,
    pictures: Arc<Semaphore>,
    probing: Arc<Semaphore>,
}

impl Default for Uploads {
    fn default() -> Uploads {
        Uploads {
            turns: Arc::new(Turns::default()),
            receiving: Arc::new(Semaphore::new(RECEIVING_MAX)),
            pictures: Arc::new(Semaphore::new(PICTURES_MAX)),
            probing: Arc::new(Semaphore::new(PROBING_MAX)),
        }
    }
}
