//! Whose ids are looked for, and how long what is known of them counts.

use std::time::Duration;

use crate::app::App;
use crate::config::Config;
use crate::federation::vocab::Elsewhere;

/// How long what was read counts without being asked for again: PeerTube's two days.
pub const FRESH_DURATION: Duration = Duration::from_secs(2 * 24 * 60 * 60);

/// Which ids of others count on this instance.
#[must_use]
pub fn elsewhere<'e>(app: &'e App, config: &'e Config) -> Elsewhere<'e> {
    Elsewhere { own_host: app.url().host(), plain_hosts: &config.federation.allow_private_hosts }
}
