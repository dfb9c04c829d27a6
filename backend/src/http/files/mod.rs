//! The file room: which bytes answer a request for a file, decided once and obeyed by two walls.

pub mod address;
pub mod disposition;
pub mod playlist;
