//! How an upload can fail.

use std::io;

use crate::domain::upload::Refusal;
use crate::domain::video::edit::EditError;
use crate::domain::wrong::Wrong;
use crate::files::disk;
use crate::store::StoreError;

/// Why an upload did not begin, go on or end.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// A parameter contradicts the upload.
    #[error("a parameter is wrong")]
    Wrong(Vec<Wrong>),
    /// The file is not taken.
    #[error("the file is not taken: {0:?}")]
    Refused(Refusal),
    /// There is no such upload, or it is somebody else's.
    #[error("there is no such upload")]
    NoSuchUpload,
    /// Another request for the same upload came later.
    #[error("a later request took over")]
    Superseded,
    /// The import that brought the file was called off, or begun anew.
    #[error("the file is wanted no more")]
    Unwanted,
    /// Too many bodies are being received.
    #[error("too many uploads at this moment")]
    Busy,
    /// The body broke off; what arrived is kept.
    #[error("the body broke off")]
    Broken,
    /// The body holds more bytes than its range.
    #[error("the body is longer than its range")]
    TooLong,
    /// The file is no video.
    #[error("the file could not be read as a video")]
    Unreadable,
    /// The video could not be made.
    #[error("the video could not be made")]
    Edit(#[from] EditError),
    /// The store failed.
    #[error("the upload could not be stored")]
    Store(#[from] StoreError),
    /// The disk failed.
    #[error("the file could not be written")]
    Disk(#[source] io::Error),
}

impl From<io::Error> for UploadError {
    fn from(error: io::Error) -> UploadError {
        if disk::is_full(&error) { UploadError::Refused(Refusal::DiskFull) } else { UploadError::Disk(error) }
    }
}

impl From<Vec<Wrong>> for UploadError {
    fn from(wrongs: Vec<Wrong>) -> UploadError {
        UploadError::Wrong(wrongs)
    }
}

impl From<Refusal> for UploadError {
    fn from(refusal: Refusal) -> UploadError {
        UploadError::Refused(refusal)
    }
}
