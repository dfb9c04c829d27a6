//! Copies of videos on other servers than their own (PeerTube's redundancy): ours of theirs, and theirs of whatever.
//!
//! Owns which videos of servers that administrators named are copied by which rule and for how long, what a copy is made of
//! and that every byte of it is what its publisher said; and the rows of copies, which go with what they are copies of.
//! Never fetches anything: `federation::mirror` does. The surprise: whatever takes away a copy's reason (its video, its
//! server's following, somebody's yes) takes the row, and the files go after it; in the same unit of work where it is one copy,
//! and by a job that this unit of work asks for where it is all of a server's.

mod budget;
mod check;
mod offered;
mod outline;
mod plan;
mod reason;
mod rows;
#[cfg(test)]
mod tests;

pub use budget::Budget;
pub use check::{Checker, Forged};
pub use offered::{MIRRORS_MAX, Offered, forget, offered, over, withdrawn};
pub use outline::{Film, Flaw, Piece, films, is_plain_name, playlists};
pub use plan::{Candidate, Make, Plan, Rule, Standing, plan};
pub use reason::{bytes_of, is_same_stream, stream_of};
pub use rows::{
    COPIES_MAX, Made, MakeError, WishError, allow, allowed, copies_of, end, follow, followed_hosts, lengthen,
    made, wish,
};
