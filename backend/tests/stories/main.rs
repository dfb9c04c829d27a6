//! Stories against whole instances, in temporary folders and on free ports.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a story that does not go as told fails")]

mod clips;
mod command;
mod hostile;
mod makers;
mod parts;
mod people;
mod rig;
mod start;
mod uploads;
mod videos;
