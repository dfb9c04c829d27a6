//! What is gone.

use super::decide::{Decided, Stop};
use super::{Effect, Fact, Facts, Here, Said, Trust};
use crate::federation::vocab::host_of;
use crate::store::records::Party;

/// `Delete`, by whose it was. What somebody else brings is asked of the server whose it was.
pub(super) fn removed(said: &Said<'_>, facts: &Facts, here: &Here<'_>, url: &str) -> Decided {
    let is_here = host_of(url).as_deref() == Some(here.host);
    let by = said.by;
    let is_word = said.trust == Trust::Word;
    let mut passed_on = None;
    let (effect, is_theirs) = match facts.known(url)? {
        Fact::Actor(actor) => {
            let owns = by.account().is_some() && actor.owner == by.account() && actor.host == by.host;
            (Effect::RemoveActor(actor.party), actor.party == by.party || owns)
        }
        Fact::Video(video) => (Effect::RemoveVideo(video.id), by.makes(video)),
        Fact::Comment(comment) => {
            if comment.video.host.is_none() {
                passed_on = Some(Effect::PassOn(comment.video.channel));
            }
            let is_authors = by.account().is_some() && comment.author == by.account();
            // Who makes a video decides what stands below it.
            let is_makers = comment.video.host.is_some() && by.makes(&comment.video);
            (Effect::RemoveComment(comment.id), is_authors || is_makers)
        }
        Fact::Playlist(list) => {
            let is_theirs = by.account() == Some(list.owner)
                || list.channel.is_some_and(|channel| by.party == Party::Channel(channel));
            (Effect::RemovePlaylist(list.id), is_theirs && by.host.as_ref() == Some(&list.host))
        }
        Fact::Nothing | Fact::Document(_) | Fact::Gone | Fact::Failed(_) => return Err(Stop::Nothing),
    };
    // Nobody else removes what is here, but for what somebody here says below another's video.
    let is_elsewhere = !is_here || (is_word && is_theirs && matches!(effect, Effect::RemoveComment(_)));
    if !is_elsewhere || matches!(effect, Effect::RemoveActor(Party::Instance)) {
        return Err(Stop::refuse("nobody else removes what is here"));
    }
    let is_gone = (is_word && is_theirs) || (!is_word && facts.is_gone(url)?);
    if !is_gone {
        return Err(Stop::refuse("it is another's"));
    }
    Ok(std::iter::once(effect).chain(passed_on).collect())
}
