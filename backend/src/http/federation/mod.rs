//! What other servers ask for: who is here, and documents of actors, videos, comments and lists.
//!
//! Owns the paths, the choice between a page and a document, and what all such answers share: anybody's script may read
//! them, and caches keep pages and documents apart. The documents themselves are `domain::federation`'s.

mod accept;
mod actor;
mod answer;
mod collection;
mod comment;
mod discovery;
mod document;
mod heard;
mod inbox;
mod mirror;
mod path;
mod playlist;
#[cfg(test)]
mod tests;
mod video;

pub use answer::{open, path_of, vary, wanted};
pub use discovery::{change_password, host_meta, nodeinfo, nodeinfo_2_0, nodeinfo_2_1, webfinger};
pub use document::document;
pub use inbox::{account_inbox, channel_inbox, shared_inbox};
pub use path::Place;
