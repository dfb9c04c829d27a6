//! A mirror: somebody's machine that keeps videos of other instances and shares them in their swarms.
//!
//! Speaks with any instance that has PeerTube's API, HLS and digests. Owns what is fetched and kept; every segment's
//! digest is checked before it counts as kept, at every start again. Never shares what it could not check. The surprise
//! is how little it trusts: names in its folder are swarms' names, never an instance's own.

mod dial;
mod fetch;
mod film;
mod run;
mod tracker;

pub use dial::{DialError, Dialer, Line};
pub use film::{Address, FilmError, NotAnAddress};
pub use run::{MirrorError, Options, run};
