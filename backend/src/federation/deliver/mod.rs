//! Telling other servers what they have not heard yet.
//!
//! Owns who tells and when: a task for each server that is due, one thing at a time in each, so that a slow one holds up
//! itself alone. Decides nothing: the ledger does (`domain::delivery`), and `publish` says in which words. The surprise is
//! a stop, which waits for nobody: what was under way is told again at the next start, and is known there by its id.

mod counting;
mod figures;
mod round;
mod teller;
mod wording;

pub use counting::run as run_counting;
pub use figures::Deliveries;
pub use round::run;
