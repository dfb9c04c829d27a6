//! A world for the player to live in: virtual time, a network that fails, a browser that sulks.
//!
//! Uses the player by its door alone, as a shell does. Owns the rules every run must keep (see `world`): nothing forged
//! or unchecked is appended, every body is let go, fetches are bounded, time never stands still. The surprise is that a
//! whole film plays in a millisecond.

mod browser;
mod film;
mod network;
mod random;
mod stories;
mod world;
