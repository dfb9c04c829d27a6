//! Lists of videos that are made or changed elsewhere.

use serde_json::Value;

use super::decide::{Decided, Stop};
use super::{Effect, Fact, Facts, Here, Said, Trust};
use crate::federation::vocab::{self, host_of, url_of};
use crate::store::records::Party;

/// `Create` and `Update`, by whose channel it is shown in: nobody puts a list on another's page (CVE-2025-32946). What it is,
/// its server says at its address: many people of one server speak under its host, and a list is one person's.
pub(super) fn made(said: &Said<'_>, facts: &Facts, here: &Here<'_>, object: &Value) -> Decided {
    if said.trust != Trust::Word {
        return Err(Stop::refuse("who makes a list says so themselves"));
    }
    let id = url_of(object).ok_or(Stop::Nothing)?;
    here.elsewhere.check("id", id)?;
    let host = host_of(id);
    if said.by.host.is_none() || said.by.host != host {
        return Err(Stop::refuse("the list is of another server"));
    }
    let playlist = vocab::Playlist::read(facts.document(id)?)?;
    playlist.check(here.elsewhere)?;
    if playlist.id != id {
        return Err(Stop::refuse("another list is at the list's address"));
    }
    let channel = facts.actor(&playlist.channel)?;
    let Party::Channel(id) = channel.party else {
        return Err(Stop::refuse("the list is shown in no channel"));
    };
    if channel.host != host {
        return Err(Stop::refuse("the list's channel is of another server"));
    }
    let is_theirs =
        said.by.party == channel.party || said.by.account().is_some_and(|by| channel.owner == Some(by));
    if !is_theirs {
        return Err(Stop::refuse("the list's channel is another's"));
    }
    if channel.is_muted {
        return Err(Stop::refuse("the list's channel is muted here"));
    }
    match facts.known(&playlist.id)? {
        Fact::Playlist(_) | Fact::Nothing => {
            Ok(vec![Effect::KeepPlaylist { said: Box::new(playlist), channel: id }])
        }
        Fact::Video(_)
        | Fact::Actor(_)
        | Fact::Comment(_)
        | Fact::Document(_)
        | Fact::Gone
        | Fact::Failed(_) => Err(Stop::refuse("something else has the list's address")),
    }
}
