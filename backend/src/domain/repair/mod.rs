//! What of other servers is read again, and when: so that what was never told here does not stay missing.
//!
//! Owns the order by when something is due, and what a server means that does not find a thing any more. Reads nothing
//! itself. The surprise is a 404, which removes nothing the first time: a server that is being moved or repaired says it
//! of everything, while one that has removed something says 410.

mod ledger;
mod pace;
#[cfg(test)]
mod tests;

pub use ledger::{
    LANE_IN_TURNS, LANE_URGENT, due, enlist, found, is_lost, look, put_off, reread, settle, urge_watched,
};
pub use pace::{AWAY_MIN, LOOK_EVERY, MISSING_AGAIN, Outcome, next, was_away};
