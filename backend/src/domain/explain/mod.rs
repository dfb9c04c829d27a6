//! Why something did not arrive: what the ledgers know of another server, of somebody, or of one thing.
//!
//! Owns which of their rows answer which question, in which order they are read and how many are looked at. Has no words:
//! the command line, the API and the pages have their own. The surprise is that the ledgers are filed by server: whoever
//! asks about a thing of ours has all servers looked through, within bounds.

mod heard;
mod part;
mod peer;
#[cfg(test)]
mod tests;
mod told;
mod topic;

pub use heard::{Arriving, arriving, received};
pub use part::{Found, Part};
pub use peer::{Peer, peer, peers};
pub use told::{Tried, Waiting, tried, waiting};
pub use topic::{Thing, Topic};
