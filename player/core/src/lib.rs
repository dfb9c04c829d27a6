//! The player that has never seen a browser.
//!
//! Give [`Player`] what happened ([`io::Input`]) and the time; it answers with what to do ([`io::Output`]). It owns
//! every decision of playback: what to fetch, at which quality, when to give up on a fetch, what to append and what to
//! evict, how to get over gaps and faults. It has no clock, no socket and no dice but a seed, and **it never touches
//! media bytes**: a body is a number, its bytes stay with the shell.
//!
//! ```text
//!            Input ──► player ──► Output        who owns what
//!                        │
//!     ┌───────┬───────┬──┴────┬────────┬───────┐
//!  ladder  library  buffer  flights  abr     stall
//!  what    bodies   what is  what is  how     why it
//!  there   in hand, appended under    good    stands
//!  is      verified          way              still
//! ```
//!
//! After every input the player asks each room what it would like next and does it, so nothing depends on the order in
//! which answers come: there is no "when this then that", only "as things are, do that".

pub mod fault;
pub mod io;
pub mod stats;

mod abr;
mod access;
mod buffer;
mod codecs;
mod dice;
mod flights;
mod ladder;
mod library;
mod player;
mod schedule;
mod span;
mod stall;
mod table;
mod timeline;
mod timers;

pub use player::Player;

#[cfg(test)]
mod sim;
