//! The instance as a peer of its viewers: one UDP port, many connections, segments straight from the disk.
//!
//! `peer` holds one connection to what the protocol between peers allows, `hub` all of them to what one machine can
//! give, `seeder` binds them to the swarms whose rules `player_core::swarm` keeps, and `socket` is the thread that waits.
//! Never takes anything from peers, never gives what is not for everybody, and writes nothing down but its certificate.
//!
//! ```text
//! tracker ─ offer ─► socket ─► seeder ─► hub ─► peer (str0m)
//!                      ▲          │ swarm machine   │
//!                      └─ UDP ────┴── segments ◄────┘
//! ```
//!
//! The surprise is ICE-lite: we never look for a way ourselves. Whoever wants something of us finds us, at the address
//! we name, and answers for its own: once a channel is open its peer is heard from one address alone.

mod bucket;
pub mod certificate;
pub mod figures;
pub mod hub;
pub mod library;
pub mod mirror;
pub mod peer;
pub mod place;
mod resident;
pub mod seeder;
mod share;
pub mod socket;
mod stun;

pub use certificate::{CertificateError, crypto};
pub use figures::Snapshot;
pub use resident::{SeedError, start};
pub use socket::Port;
