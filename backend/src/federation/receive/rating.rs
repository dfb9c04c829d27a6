//! What people of other servers think of videos.

use super::decide::{Decided, Stop};
use super::{Effect, Fact, Facts, Said, Trust};
use crate::federation::vocab::Undone;
use crate::store::records::Opinion;

/// `Like` and `Dislike` of a video that is known here; of anything else it is nothing.
pub(super) fn rated(said: &Said<'_>, facts: &Facts, url: &str, opinion: Opinion) -> Decided {
    let account = voter(said)?;
    let Fact::Video(video) = facts.known(url)? else { return Err(Stop::Nothing) };
    if !video.is_open {
        return Err(Stop::refuse("what it is about is not for everybody"));
    }
    Ok(vec![Effect::Rate { video: video.id, account, opinion }])
}

/// `Undo` of it.
pub(super) fn unrated(said: &Said<'_>, facts: &Facts, undone: &Undone, opinion: Opinion) -> Decided {
    let account = voter(said)?;
    if undone.actor.as_ref().is_some_and(|actor| *actor != said.by.url) {
        return Err(Stop::refuse("what is taken back is another's"));
    }
    let Some(url) = &undone.object else { return Err(Stop::Nothing) };
    let Fact::Video(video) = facts.known(url)? else { return Err(Stop::Nothing) };
    Ok(vec![Effect::Unrate { video: video.id, account, opinion }])
}

fn voter(said: &Said<'_>) -> Result<shared::id::AccountId, Stop> {
    if said.trust != Trust::Word {
        return Err(Stop::refuse("nobody votes for others"));
    }
    said.by.account().ok_or_else(|| Stop::refuse("channels have no opinion"))
}
