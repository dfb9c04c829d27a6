//! Reading again what is known of other servers, so that what was never told here does not stay missing.
//!
//! Owns who causes a reading, and the rounds in which it is done: a viewer's look, something that was not found where it
//! was said to be, an absence, and turns. Decides nothing of when (`domain::repair`) and asks through `find`, with its
//! budgets. Nobody waits for it: what is known is answered at once.

mod absence;
mod enlist;
mod memory;
mod read;
mod run;
mod watch;

pub use absence::run as run_absence;
pub use memory::Repairs;
pub use run::run;
pub use watch::{lost, watched};
