//! Every video of the instance in memory, in step with the store.
//!
//! Owns what lists, pages and file requests ask a thousand times between two changes: lists in order, ready to be cut into
//! pages and kept in order by each change, and who may see which UUID. Never decides (that is `domain::video`) and never writes:
//! it sees each commit before the next one begins. The surprise is that rendered text lives here too, put into an entry
//! by whoever rendered it first and gone with the entry when anything in it changes.

mod beside;
mod book;
mod entry;
mod feed;
mod kept;
mod lately;
mod orders;
mod runs;
mod shelf;
mod text;

pub use beside::Reason;
pub use book::Catalogue;
pub use entry::{Entry, Publisher};
pub use lately::{DAYS_KEPT, day_of};
pub use orders::{Page, Scope};
pub use text::Text;

#[cfg(test)]
mod tests;
