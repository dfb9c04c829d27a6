//! A request as its signature sees it, and how far clocks may differ.

use std::time::Duration;

use http::{HeaderMap, Method};
use shared::time::Timestamp;

use super::refusal::Refusal;

/// What was asked of us, as whoever asked wrote it.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The method.
    pub method: &'a Method,
    /// `https`, or `http` where the instance has no other address.
    pub scheme: &'a str,
    /// Our host as others know it, with the port where the address has one. Not what a proxy made of it.
    pub authority: &'a str,
    /// The path as it was sent, with its escapes.
    pub path: &'a str,
    /// What follows the first `?`, as it was sent.
    pub query: Option<&'a str>,
    /// All headers.
    pub headers: &'a HeaderMap,
    /// The whole body.
    pub body: &'a [u8],
}

impl Request<'_> {
    /// Whether the request can carry a body, so that it must be signed.
    pub(super) fn has_body(&self) -> bool {
        !(self.method == Method::GET || self.method == Method::HEAD) || !self.body.is_empty()
    }
}

/// How far the clocks of two servers may be apart, and how long a request may be under way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Skew {
    /// How long ago it may have been signed.
    pub past: Duration,
    /// How far in our future.
    pub ahead: Duration,
    /// How long ago, if it says itself (and signs) until when it counts.
    pub past_with_expiry: Duration,
}

impl Skew {
    /// What servers have got used to: Mastodon's hour, and its twelve for what says when it ends.
    pub const USUAL: Skew = Skew {
        past: Duration::from_secs(3600),
        ahead: Duration::from_secs(3600),
        past_with_expiry: Duration::from_secs(12 * 3600),
    };

    /// Whether what was signed at that time, and may say until when it counts, counts now.
    pub(super) fn judge(
        &self,
        now: Timestamp,
        signed: Timestamp,
        expires: Option<Timestamp>,
    ) -> Result<(), Refusal> {
        let past = if expires.is_some() { self.past_with_expiry } else { self.past };
        if past < now.since(signed) {
            return Err(Refusal::Old { by: now.since(signed) });
        }
        if self.ahead < signed.since(now) {
            return Err(Refusal::Ahead { by: signed.since(now) });
        }
        match expires {
            // Whoever allows little and has a slow clock would never be heard.
            Some(expires) if self.ahead < now.since(expires) => {
                Err(Refusal::Expired { by: now.since(expires) })
            }
            Some(_) | None => Ok(()),
        }
    }
}
