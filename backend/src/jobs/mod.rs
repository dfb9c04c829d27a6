//! Durable work: what must happen even if the server is killed before it did.
//!
//! `queue` decides whose turn it is and what becomes of a failure, `worker` obeys it on threads of its own, so that
//! requests stay quick, `board` knows how far the running ones are, `recover` puts in order what a crash left. One file
//! a kind of job; each may be run twice.

mod board;
mod captions;
mod network;
mod opening;
mod package;
mod place;
mod queue;
mod recover;
mod remove;
mod replace;
mod source;
mod storyboard;
mod talk;
mod task;
mod torrents;
mod transcode;
mod transcribe;
mod worker;

pub use board::{Board, processing};
pub(crate) use place::{forget_digests, remove_unnamed, write_master};
pub use recover::{RecoverError, recover};
pub use torrents::{TorrentError, kept_digests, make_torrents};
pub use worker::start;
