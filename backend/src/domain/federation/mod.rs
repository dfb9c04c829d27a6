//! What other servers read of us: the documents of ActivityPub in PeerTube's dress, and where each of them is.
//!
//! Owns their shapes, addresses and audiences, and the rule of what is published at all. Values in, documents out: no
//! clock, no store but for keys and traces, no text format. The surprise is that a video's document takes the addresses
//! of its files from what the API says of it: there is one place that knows them.

pub mod activity;
pub mod actor;
pub mod address;
pub mod audience;
pub mod cache_file;
pub mod collection;
pub mod comment;
pub mod context;
pub mod html;
pub mod key;
pub mod playlist;
pub mod talk;
pub mod tell;
pub mod trace;
pub mod video;
pub mod webfinger;

pub use address::Addresses;
pub use audience::{Audience, INSTANCE, PUBLIC};
pub use context::Document;
