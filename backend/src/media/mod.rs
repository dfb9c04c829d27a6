//! From an uploaded file to streams and pictures.
//!
//! `probe` says what a file is, `ladder` plans what is made of it, `command` writes the plan down for ffmpeg, `run` is
//! the only spawn, `progress` reads how far it is, `package` turns what it wrote into playlists and digests.

pub mod abilities;
pub mod boxes;
pub mod command;
pub mod cuts;
pub mod grow;
pub mod index;
pub mod ladder;
pub mod make;
pub mod mux;
pub mod package;
pub mod probe;
pub mod progress;
pub mod run;
pub mod sound;
pub mod stills;
mod tools;
pub mod transcribe;
mod whole;

pub use tools::{Tools, ToolsError, Urgency, probe};
