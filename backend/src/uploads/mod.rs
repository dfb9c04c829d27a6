//! Files on their way in: from a request's body to the disk, and from there to a video.
//!
//! Owns `DATA/uploads` and the moment a file becomes a source. What it decides it asks `domain::upload`. The surprise
//! is that the length of the part file is the only record of how far an upload has come, so nothing can contradict it.

mod begin;
mod detached;
mod error;
mod finish;
mod id;
mod proceed;
mod room;
mod single;
mod sink;
mod tidy;
mod turns;

pub use begin::{Announced, CutPictures, SentPictures, begin, begin_replacement, cut_pictures, room_for};
pub use error::UploadError;
pub use id::UploadId;
pub use proceed::{Named, Piece, Progress, cancel, proceed};
pub use room::Uploads;
pub use single::Single;
pub use tidy::{sweep, tidy_at_start};
