//! Videos from elsewhere: the clockwork that fetches them, one after the other, and what it knows of those on their way.
//!
//! Owns the line between an address that somebody gave us and the network: `guard` says who may be reached, `fetch` takes
//! a file, `proxy` is the only way out for `program`, which knows pages. What becomes of an import is `domain::import`'s.
//! The file goes the way of every upload, with the same bounds.

mod bench;
mod desk;
mod fetch;
pub mod guard;
mod peers;
mod program;
mod proxy;
mod reason;
mod run;
mod syncs;

pub use desk::{Imports, Syncs};
pub(crate) use fetch::resolve;
pub use fetch::title_of;
pub use guard::{Guard, web_host};
pub use run::run;
pub use syncs::run as run_syncs;
