//! Videos that are fetched from elsewhere: who may ask for one, what becomes of it, and whose turn it is.
//!
//! Owns the states. Fetching itself is `imports`, outside: what it brings or fails with is noted here.

mod keep;
pub mod torrent;

pub use keep::{
    ImportError, KEPT_PER_USER_MAX, OPEN_PER_USER_MAX, Reason, TORRENTS_KEPT_MAX, Wanted, arrive, ask, begin,
    cancel, fail, forget_user, list, list_with_channels, put_back, recover, remove, retry, underway, waiting,
};

#[cfg(test)]
mod tests;
