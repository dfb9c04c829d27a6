//! What is known of other servers, and what is not known yet.
//!
//! Owns the way from an id to a row: what is here and young enough is taken as it is, everything else is asked for, with what
//! it belongs to, and kept. Never asks more than a call's budget allows, and the same thing once at a time however many wait
//! for it. The surprise: an answer that something is gone removes what was known of it.

mod actor;
mod budget;
mod comment;
mod error;
mod flights;
mod ours;
mod video;

use std::time::Duration;

pub use actor::{actor, actor_anew, actor_at, actor_by_handle};
pub use comment::comment;
pub use error::FindError;
pub use flights::Flights;
pub use video::{video, video_anew, video_of_before};

use super::vocab::Elsewhere;
use crate::app::App;
use crate::config::Config;

/// How long what was read counts without being asked for again: PeerTube's two days.
const FRESH_DURATION: Duration = Duration::from_secs(2 * 24 * 60 * 60);

/// Which ids of others count on this instance.
#[must_use]
pub fn elsewhere<'e>(app: &'e App, config: &'e Config) -> Elsewhere<'e> {
    Elsewhere { own_host: app.url().host(), plain_hosts: &config.federation.allow_private_hosts }
}
