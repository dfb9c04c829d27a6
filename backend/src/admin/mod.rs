//! What an instance's keeper does from the command line: backups, passwords, a look at what other servers heard.
//!
//! Owns the socket `DATA/shoal.sock`, over which commands reach a running instance, and the same acts on a store that
//! nobody has open. Whoever may open the socket may do everything: only the system's user the instance runs as can.

mod act;
mod desk;
mod explain;
mod socket;

pub use act::{ActError, back_up, explain, reset_password, restore};
pub use desk::{DeskError, open_desk};
