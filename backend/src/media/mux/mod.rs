//! One file to keep, out of the files of a stream: pictures and sound put side by side, neither decoded nor copied.
//!
//! `choose` says which files give the tracks, `read` what their boxes say, `track` gathers a track's samples, `plan`
//! orders them in time and knows every byte of the file that they make, `write` has the boxes of its head, `film` is
//! the only part that reads files. The surprise is that the file never exists: its head lies in memory, and the rest are
//! runs of the fragmented files, so that any part of it is there at once.

mod choose;
mod error;
mod film;
mod plan;
mod read;
mod track;
mod write;

#[cfg(test)]
pub(crate) mod tests;

pub use choose::{Source, Tracks, choose_tracks};
pub use error::MuxError;
pub use film::{Bit, Film};
pub use plan::{HEAD_BYTES_MAX, Part, Plan, plan};
pub use read::{Defaults, Edit, Header, Kind, Run, Sample, read_moof, read_moov};
pub use track::Track;
