//! The player that has never seen a browser.
//!
//! Give [`Player`] what happened ([`io::Input`]) and the time; it answers with what to do ([`io::Output`]). It owns
//! every decision of playback: what to fetch and at which quality, when to give a fetch up, what to append and what to
//! evict, how to get over holes and faults. It has no clock, no socket and no dice but a seed, and **it never touches
//! media bytes**: a body is a number ([`io::BodyId`]), its bytes stay with the shell. So the same player runs in a
//! browser, and in a simulator where a film plays in a millisecond.
//!
//! # Who owns what
//!
//! ```text
//!                               player
//!    ┌──────────┬──────────┬──────┴────┬──────────┬──────────┐
//!  ladder     flights    library     buffer      abr       stall
//!  variants   fetches    bodies in   what each   how good  why it
//!  and bans   under way  hand, and   buffer      it may    stands
//!    │          │        the proofs  holds       be        still
//!  timeline   retry
//!  segments   what fails,
//!  in time    and when again
//! ```
//!
//! Rooms do not know each other: `abr`, `schedule`, `stall` and `fault` are choices over small views, and `player` is
//! the only one that fills the views in and carries the choices out.
//!
//! # What flows where
//!
//! ```text
//!  position ─► how far ahead? ─► which segment? ─► how good? ─► Fetch
//!              schedule::windows  timeline          abr::choose    │
//!                                                                  ▼
//!  Append ◄─── next in line? ◄── is it the one published? ◄── Digest ◄── Body
//!              buffer            library
//! ```
//!
//! After every input the player makes one round through all of this and asks each room what it would like *as things
//! are now*. Nothing depends on the order in which answers come, nothing has to be cancelled, and a timer is only a
//! reason to make another round.
//!
//! # What never happens
//!
//! - A body the publisher's digests do not vouch for is never appended: only `library` makes a `Verified`, and only a
//!   `Verified` has a handle to append. A publisher who gives no list is played unverified; one who gives a list that
//!   cannot be had, or lacks a segment, is not played at all. Init segments are checked when they are listed (PeerTube
//!   lists none).
//! - A segment is never skipped. One that is missing or forged comes from another variant, or playback stops there.
//! - Nothing is fetched twice at once, and nothing that is held in the quality wanted is fetched again.
//! - A token is never sent to another origin than the playlist's own.
//!
//! `sim` keeps these promises over thousands of random runs: `SHOAL_SEEDS=0..10000 cargo test -p player-core whatever`.
//!
//! # Decided, and why
//!
//! | question | answer | rejected |
//! |---|---|---|
//! | What does the first segment look like? | the lowest quality, or the best that a remembered bandwidth brings in half a second; the second is as good as the first proved the network | a guessed bandwidth: wrong for half of all viewers |
//! | What is bandwidth? | what the pipe carried while anything flowed, all fetches together | each fetch's own rate: sound and picture share the pipe and both look slow |
//! | By what is a buffer's book kept? | by time, checked against the browser's ranges | by segment number: variants of strangers are cut differently |
//! | When is a variant given up? | when it is wrong (for good) or fails twice (for half a minute) | endless retries of one variant while another works |
//! | Who notices that a browser evicted? | `buffer`: a segment counts as lost at less than half of what was held of it at first | comparing with the playlist: edit lists shift whole files by a few frames |

pub mod fault;
pub mod io;
pub mod stats;
pub mod swarm;

mod abr;
mod access;
mod buffer;
mod built;
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

pub use built::SHARES;
pub use player::Player;

#[cfg(test)]
mod sim;
