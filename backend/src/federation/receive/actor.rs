//! Who changed, and who went elsewhere.

use super::decide::{Decided, Stop};
use super::{Effect, Fact, Facts, Said, Trust};

/// `Update` of somebody: they are read anew where they are, whatever was sent of them.
pub(super) fn changed(said: &Said<'_>, facts: &Facts, url: &str) -> Decided {
    if said.by.url != url {
        let Fact::Actor(actor) = facts.known(url)? else { return Err(Stop::Nothing) };
        let owns = said.by.account().is_some() && actor.owner == said.by.account();
        if !owns || actor.host != said.by.host {
            return Err(Stop::refuse("they are another"));
        }
    }
    facts.actor_now(url)?;
    Ok(Vec::new())
}

/// `Move`: who follows them here follows them there, where they say there that they are the same.
pub(super) fn moved(said: &Said<'_>, facts: &Facts, target: &str) -> Decided {
    if said.trust != Trust::Word {
        return Err(Stop::refuse("who moves says so themselves"));
    }
    let to = facts.actor_now(target)?;
    if to.party == said.by.party || to.host.is_none() {
        return Err(Stop::Nothing);
    }
    if !to.also_known_as.contains(&said.by.url) {
        return Err(Stop::refuse("whom they name does not say to be the same"));
    }
    if to.is_muted {
        return Err(Stop::refuse("where they went is muted here"));
    }
    Ok(vec![Effect::Moved { from: said.by.party, to: to.party }])
}
