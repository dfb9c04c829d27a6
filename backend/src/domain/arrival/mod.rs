//! The ledger of what other servers sent us and is not done yet.
//!
//! Owns that nothing is taken twice, how much may wait, and what is remembered of what became of it. What arrived is on the
//! disk before its sender is answered, and goes in the unit of work that does it: a crash between the two does it again,
//! which changes nothing the second time. The surprise is what makes two arrivals one: for a report its address, for a
//! thumb the moment it was signed, since who likes, takes that back and likes again says the same words twice.

mod ledger;
mod queue;
#[cfg(test)]
mod tests;

pub use ledger::{
    ATTEMPTS_MAX, About, ArrivalError, HEARD_FOR, Letter, RECEIVED_KEPT, WAITING_MAX, WAITING_PER_HOST_MAX,
    Waiting, again, delay, drop_heard, finish, heard_key, is_heard, note, take,
};
pub use queue::{Queue, weight};
