//! How addresses become the ones that are fetched: the token of a private video goes where it is needed.
//!
//! Owns the token. Never shows it to another origin than the playlist's own.

use shared::hls::{is_same_origin, with_parameter};

use crate::io::Load;

/// PeerTube's name for it.
const TOKEN_PARAMETER: &str = "videoFileToken";

/// The right to fetch.
#[derive(Clone, Debug, Default)]
pub(crate) struct Access {
    origin: String,
    token: Option<String>,
}

impl Access {
    pub(crate) fn of(load: &Load) -> Access {
        Access { origin: load.url.clone(), token: load.token.clone() }
    }

    /// An absolute address with the token, if it is for that origin.
    pub(crate) fn address(&self, url: &str) -> String {
        match &self.token {
            Some(token) if is_same_origin(&self.origin, url) => with_parameter(url, TOKEN_PARAMETER, token),
            _ => url.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_stays_at_home() {
        let access = Access { origin: "https://a.test/u-master.m3u8".into(), token: Some("t".into()) };
        assert_eq!(access.address("https://a.test/x.mp4"), "https://a.test/x.mp4?videoFileToken=t");
        assert_eq!(access.address("https://b.test/x.mp4"), "https://b.test/x.mp4");
        assert_eq!(
            access.address("https://a.test/x?videoFileToken=own"),
            "https://a.test/x?videoFileToken=own"
        );
    }
}
