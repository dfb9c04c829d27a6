//! The file room: which bytes answer a request for a file, decided once and obeyed by two walls.

pub mod address;
pub mod answer;
pub mod ask;
pub mod disposition;
pub mod films;
pub mod gate;
pub mod playlist;
pub mod refusal;
pub mod room;
pub mod shelf;
#[cfg(test)]
mod tests;
