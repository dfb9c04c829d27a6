//! Captions: the words of a video, in one language each.
//!
//! Owns which text is a caption file, how it is written down, and which captions a video has. Never guesses a letter's
//! encoding (`files::text` does) and never touches a disk.

mod cue;
mod keep;
mod read;
mod spoken;
mod srt;
mod vtt;

pub use cue::{CaptionFault, Fault};
pub use keep::{CaptionError, CaptionFile, ask_to_hear, put, put_heard, put_silence, remove};
pub use read::read;
pub use spoken::{Spoken, spoken};

#[cfg(test)]
mod tests;
