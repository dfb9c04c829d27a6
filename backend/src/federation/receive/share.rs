//! What is passed on.

use super::decide::{DEPTH_MAX, Decided, Stop, decide};
use super::{Effect, Fact, Facts, Here, Said, Trust};
use crate::federation::vocab::{Activity, Thing, Undone, host_of};
use crate::store::records::ActorKind;

/// `Announce`: of a video by a channel or an instance; of what somebody did by a group, as Lemmy has it.
pub(super) fn shared(said: &Said<'_>, facts: &Facts, here: &Here<'_>, url: &str, depth: usize) -> Decided {
    match said.by.kind {
        ActorKind::Group | ActorKind::Application => {}
        // People's boosts count for nothing, as at PeerTube's.
        ActorKind::Person | ActorKind::Service | ActorKind::Organization => return Err(Stop::Nothing),
    }
    if said.trust != Trust::Word {
        return Err(Stop::refuse("who shares says so themselves"));
    }
    let video = match facts.known(url)? {
        Fact::Video(video) => Some(video),
        Fact::Comment(_) | Fact::Actor(_) => return Err(Stop::Nothing),
        Fact::Nothing | Fact::Playlist(_) | Fact::Document(_) | Fact::Gone | Fact::Failed(_) => {
            if host_of(url).as_deref() == Some(here.host) {
                return Err(Stop::Nothing);
            }
            facts.video(url)?
        }
    };
    let Some(video) = video else { return inner(said, facts, here, url, depth) };
    if !video.is_open {
        return Err(Stop::refuse("the video is not for everybody"));
    }
    let id = said.activity.id.clone().ok_or_else(|| Stop::refuse("it has no address"))?;
    Ok(vec![Effect::Share { video: video.id, by: said.by.party, url: id }])
}

/// What somebody did, as their own server tells it.
fn inner(said: &Said<'_>, facts: &Facts, here: &Here<'_>, url: &str, depth: usize) -> Decided {
    if said.by.kind != ActorKind::Group || DEPTH_MAX <= depth {
        return Err(Stop::Nothing);
    }
    let document = facts.document(url)?;
    let Some(thing) = Thing::of(document) else { return Err(Stop::Nothing) };
    let Ok(activity) = Activity::read(thing) else { return Err(Stop::Nothing) };
    if host_of(&activity.actor) != host_of(url) {
        return Err(Stop::refuse("what is passed on is another's"));
    }
    let by = facts.actor(&activity.actor)?;
    let said = Said { activity: &activity, by, trust: Trust::Word, ..*said };
    decide(&said, facts, here, depth + 1)
}

/// `Undo` of it, by who did it.
pub(super) fn unshared(said: &Said<'_>, facts: &Facts, undone: &Undone) -> Decided {
    if said.trust != Trust::Word || undone.actor.as_ref().is_some_and(|actor| *actor != said.by.url) {
        return Err(Stop::refuse("what is taken back is another's"));
    }
    let (Some(id), Some(url)) = (&undone.id, &undone.object) else { return Err(Stop::Nothing) };
    let Fact::Video(video) = facts.known(url)? else { return Err(Stop::Nothing) };
    Ok(vec![Effect::Unshare { video: video.id, by: said.by.party, url: id.clone() }])
}
