//! What other servers read of us: the documents of ActivityPub in PeerTube's dress, and where each of them is.
//!
//! Owns their shapes, addresses and audiences, and the rule of what is published at all. Values in, documents out: no
//! clock, no store but for keys and traces, no text format. The surprise is that a video's document takes the addresses
//! of its files from what the API says of it: there is one place that knows them.

pub mod activity;
pub mod actor;
pub mod address;
pub mod collection;
pub mod comment;
pub mod context;
pub mod html;
pub mod key;
pub mod playlist;
pub mod trace;
pub mod video;
pub mod webfinger;

pub use address::Addresses;
pub use context::Document;

/// Everybody, in addresses of activities. Never shortened: PeerTube takes `as:Public` for no address at all and drops
/// what is sent to it.
pub const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

/// The name of the instance itself among its accounts: PeerTube follows instances by `peertube@host`.
pub const INSTANCE: &str = "peertube";

/// Whom something is meant for. Always lists of whole addresses: PeerTube 6 refuses anything else.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize)]
pub struct Audience {
    /// First of all.
    pub to: Vec<String>,
    /// Besides.
    pub cc: Vec<String>,
}

impl Audience {
    /// Everybody, and those who follow this account.
    #[must_use]
    pub fn everybody(addresses: &Addresses<'_>, account: &str) -> Audience {
        Audience {
            to: vec![PUBLIC.to_owned()],
            cc: vec![format!("{}/followers", addresses.account(account))],
        }
    }
}
