//! One player in a page: what each event does to which room.
//!
//! `door` builds it and takes the events; each of the others answers one kind of them.

mod captions;
mod door;
mod element;
mod engine;
mod find;
mod report;
mod share;
mod viewer;

pub use door::{Mounted, Parts};
