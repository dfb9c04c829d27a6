//! Whom documents are meant for.

use serde::Serialize;

use super::Addresses;

/// Everybody, in addresses of activities. Never shortened: PeerTube takes `as:Public` for no address at all and drops
/// what is sent to it.
pub const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

/// The name of the instance itself among its accounts: PeerTube follows instances by `peertube@host`.
pub const INSTANCE: &str = "peertube";

/// Whom something is meant for. Always lists of whole addresses: PeerTube 6 refuses anything else.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Audience {
    /// First of all.
    pub to: Vec<String>,
    /// Besides.
    pub cc: Vec<String>,
}

impl Audience {
    /// Somebody alone, by their address.
    #[must_use]
    pub fn of(who: String) -> Audience {
        Audience { to: vec![who], cc: Vec::new() }
    }

    /// Everybody, and those who follow these actors, by their addresses.
    #[must_use]
    pub fn followers_of(actors: &[String]) -> Audience {
        let followers = actors.iter().map(|actor| format!("{actor}/followers"));
        Audience { to: std::iter::once(PUBLIC.to_owned()).chain(followers).collect(), cc: Vec::new() }
    }

    /// Everybody, and those who follow this account.
    #[must_use]
    pub fn everybody(addresses: &Addresses<'_>, account: &str) -> Audience {
        Audience {
            to: vec![PUBLIC.to_owned()],
            cc: vec![format!("{}/followers", addresses.account(account))],
        }
    }
}
