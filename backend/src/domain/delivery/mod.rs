//! The ledger of what other servers have not heard yet.
//!
//! Owns in which order each of them hears it, when it is tried again and when it is given up. What is said is staged in the
//! unit of work that causes it, so there is never one without the other. Each server has a queue of its own, which a slow
//! or dead one holds up for itself alone; in it deeds come before counts, and each kind in the order it was said, so that
//! nobody hears of a change before they hear of the thing.
//!
//! The surprise: what is tried again is the server, not the delivery. While one cannot be reached, nothing is sent to it
//! but one try now and then.

mod figures;
mod hurry;
mod pace;
mod queue;
#[cfg(test)]
mod tests;

pub use figures::Figures;
pub use hurry::{hurry, next_try};
pub use pace::{Answer, USEFUL_DURATION};
pub use queue::{
    Inbox, Kept, Lane, OUTCOMES_KEPT, Ready, WAITING_MAX, due, heard_from, next_due, post, ready, server,
    settle,
};
