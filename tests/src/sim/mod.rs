//! Many viewers at once, in virtual time: real players, the real tracker, and between them a network that delays, loses
//! and never connects some pairs, with peers who lie, stall and flood.
//!
//! Owns a world that keeps the rules of every run (see `world`): no unverified byte is shown or passed on, memory, budgets
//! and queues are bounded; and in the end everybody has seen the film. A run is its seed: the same words and the same seed
//! are the same run. The surprise is that bytes are lengths here, so that a hundred viewers see ten minutes in seconds.

pub(crate) mod element;
mod film;
mod network;
mod report;
mod scenario;
mod tracker;
mod verdict;
mod viewer;
mod world;

pub use report::{Report, Seen};
pub use scenario::{Scenario, WORDS};
pub use verdict::{Verdict, judge};
pub use world::run;
