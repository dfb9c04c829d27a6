//! Who watches elsewhere.

use std::time::Duration;

use super::decide::{Decided, Stop};
use super::{Effect, Fact, Facts, Said, Trust};
use crate::federation::vocab::Seen;

/// Viewers that one server may say it has of one video: more than any ever had.
const VIEWERS_MAX: u64 = 100_000;
/// How long they count at most: PeerTube says two minutes.
const WATCHING_MAX: Duration = Duration::from_secs(10 * 60);

/// `View`: one that is over counts; one that goes on is somebody who watches. Of a video of ours every server tells what
/// happens there; of another's its own server tells for all.
pub(super) fn seen(said: &Said<'_>, facts: &Facts, seen: &Seen) -> Decided {
    if said.trust != Trust::Word {
        return Err(Stop::refuse("who watches says so themselves"));
    }
    let Fact::Video(video) = facts.known(&seen.object)? else { return Err(Stop::Nothing) };
    if !video.is_open {
        return Err(Stop::refuse("what it is about is not for everybody"));
    }
    if video.host.is_some() && video.host != said.by.host {
        return Err(Stop::refuse("the video is another's"));
    }
    let Some(host) = said.by.host.clone() else { return Err(Stop::Nothing) };
    let Some(until) = seen.until else { return Ok(vec![Effect::View(video.id)]) };
    if until <= said.at {
        return Err(Stop::Nothing);
    }
    let viewers = seen.viewers.unwrap_or(1).min(VIEWERS_MAX);
    let until = until.min(said.at.after(WATCHING_MAX));
    Ok(vec![Effect::Watching { video: video.id, host, viewers, until }])
}
