//! Channels elsewhere whose videos are imported as they come: who may have one watched, when it is looked at, and what of
//! that which is found is asked for.
//!
//! Owns the order in which nothing is asked for twice: an address is noted in the unit of work that asks for it. Looking
//! itself is `imports`, outside. The surprise: the first look asks for nothing that was published before, it only notes
//! what is there, since few places say when they published what they list.

mod keep;
mod turn;

pub use keep::{
    BASELINE, Listed, NewSync, OPEN_PER_OWNER_MAX, SyncError, ask_all, ask_import, begin, create, due, fail,
    feed, feedable, forget_addresses, forget_channel, found, note_failed, note_imported, of_channels,
    put_back, recover, remove,
};
pub use turn::{Due, Turns};

#[cfg(test)]
mod tests;
