//! Who watches elsewhere.

use std::time::Duration;

use super::decide::{Decided, Stop};
use super::{Effect, Fact, Facts, Said, Trust};
use crate::domain::views::Teller;
use crate::federation::vocab::{Seen, Thing, is_same_host, seconds};

/// Viewers that one server may say it has of one video: more than any ever had.
const VIEWERS_MAX: u64 = 100_000;
/// How long they count at most: PeerTube says two minutes.
const WATCHING_MAX: Duration = Duration::from_secs(10 * 60);
/// Nobody watches for longer without a break.
const WATCHED_MAX: Duration = Duration::from_secs(24 * 60 * 60);
/// Pieces of a video that somebody watched: who jumps more often than that watched it in other ways.
const SECTIONS_MAX: usize = 100;

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
    // PeerTube passes on who watches its videos elsewhere, one by one, as those servers say it.
    let is_theirs = video.host == said.by.host;
    let is_passed_on = !is_theirs && video.host.as_deref() == Some(said.bringer) && seen.until.is_some();
    if video.host.is_some() && !is_theirs && !is_passed_on {
        return Err(Stop::refuse("the video is another's"));
    }
    let Some(host) = said.by.host.clone() else { return Err(Stop::Nothing) };
    let Some(until) = seen.until else { return Ok(vec![Effect::View(video.id)]) };
    if until <= said.at {
        return Err(Stop::Nothing);
    }
    let by = match (seen.viewers, &said.activity.id) {
        (Some(_), _) if video.host.is_some() && !is_passed_on => Teller::Origin,
        // One who watches by themselves is told apart by the address of their look.
        (None, Some(id)) => Teller::One(format!("{host} {id}")),
        (Some(_) | None, _) => Teller::One(host),
    };
    let viewers = seen.viewers.unwrap_or(1).min(VIEWERS_MAX);
    let until = until.min(said.at.after(WATCHING_MAX));
    Ok(vec![Effect::Watching { video: video.id, by, viewers, until }])
}

/// `Create` of a `WatchAction`: what somebody there watched of a video of ours. It is a number in its owner's statistics,
/// said by the server of who watched about what has an id of its own.
pub(super) fn watched(said: &Said<'_>, facts: &Facts, thing: Thing<'_>) -> Decided {
    if said.trust != Trust::Word {
        return Err(Stop::refuse("who watches says so themselves"));
    }
    if thing.text("id").is_none_or(|id| !is_same_host(id, &said.by.url)) {
        return Err(Stop::refuse("it is told by another server"));
    }
    let Fact::Video(video) = facts.known(thing.need_url("object")?)? else { return Err(Stop::Nothing) };
    if video.host.is_some() {
        return Err(Stop::refuse("the video is another's"));
    }
    if !video.is_open {
        return Err(Stop::refuse("what it is about is not for everybody"));
    }
    let watched = thing.text("duration").and_then(seconds).unwrap_or(0);
    let watched = Duration::from_secs(watched).min(WATCHED_MAX);
    let section = |section: Thing<'_>| {
        let (start, end) = (section.number("startTimestamp")?, section.number("endTimestamp")?);
        (start < end).then_some((start, end))
    };
    let sections = thing.things("watchSections").take(SECTIONS_MAX).filter_map(section).collect();
    if watched.is_zero() {
        return Err(Stop::Nothing);
    }
    Ok(vec![Effect::Watched { video: video.id, watched, sections }])
}
