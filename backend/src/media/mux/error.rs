//! What may be wrong with renditions that are to be put together.

use super::super::index::IndexError;

/// Why no file can be made.
#[derive(Debug, thiserror::Error)]
pub enum MuxError {
    /// A source cannot be read, or its boxes make no sense.
    #[error("could not read a rendition to put together")]
    Source(#[from] IndexError),
    /// A source lacks what it was chosen for.
    #[error("a rendition has no track of the kind it was chosen for")]
    NoTrack,
    /// Its samples are not in their order, or their times go beyond what boxes hold.
    #[error("a rendition's samples are out of order")]
    Disordered,
    /// It is longer than what is put together.
    #[error("a rendition has more samples than are put together")]
    TooLong,
}
