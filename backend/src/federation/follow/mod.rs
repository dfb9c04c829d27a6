//! Who follows whom, between servers: what is said of it, and what follows from what others say.
//!
//! Owns the words of `Follow`, `Accept`, `Reject` and `Undo`, and what each of them does to the rows. Pure over the store:
//! who speaks is known already, and what is answered is staged as a delivery in the same unit of work. The surprise is that
//! answers go to the follower's own inbox and never to that of their whole server: PeerTube looks there alone.

mod backfill;
mod hear;
mod index;
mod run;
mod say;
#[cfg(test)]
mod tests;
mod who;
mod words;

pub use hear::{Heard, Rules, accepted, follow_by_itself, received, rejected, undone};
pub use index::run as run_index;
pub use run::{Trouble, run};
pub use say::{Here, SayError, begin, judge, moved, subscribe, unsubscribe, withdraw};
pub use who::{Named, address_of, handle_of, local_party, named};
