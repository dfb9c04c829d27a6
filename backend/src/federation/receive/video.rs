//! Videos that are made or changed elsewhere.

use serde_json::Value;

use super::decide::{Decided, Stop};
use super::{Effect, Fact, Facts, Here, Said, Trust};
use crate::federation::vocab::{self, host_of};
use crate::store::records::Party;

/// `Create` and `Update`. `is_own` is whether the document is the sender's word, and not their server's.
pub(super) fn made(
    said: &Said<'_>,
    facts: &Facts,
    here: &Here<'_>,
    document: &Value,
    is_own: bool,
) -> Decided {
    let video = vocab::Video::read(document)?;
    video.check(here.elsewhere)?;
    let channel = facts.actor(&video.channel)?;
    let Party::Channel(id) = channel.party else {
        return Err(Stop::refuse("the video is published in no channel"));
    };
    if channel.host.is_none() || channel.host != host_of(&video.id) {
        return Err(Stop::refuse("the video's channel is of another server"));
    }
    if channel.is_muted {
        return Err(Stop::refuse("the video's channel is muted here"));
    }
    let is_theirs =
        said.by.party == channel.party || said.by.account().is_some_and(|by| channel.owner == Some(by));
    if is_own && !is_theirs {
        return Err(Stop::refuse("the video is another's"));
    }
    if !video.is_public {
        // It was for everybody once, and is not any more.
        return match facts.known(&video.id)? {
            Fact::Video(known) if said.by.makes(known) && said.trust == Trust::Word => {
                Ok(vec![Effect::RemoveVideo(known.id)])
            }
            Fact::Video(_)
            | Fact::Actor(_)
            | Fact::Comment(_)
            | Fact::Playlist(_)
            | Fact::Document(_)
            | Fact::Nothing
            | Fact::Gone
            | Fact::Failed(_) => Err(Stop::refuse("the video is not for everybody")),
        };
    }
    Ok(vec![Effect::KeepVideo { said: Box::new(video), channel: id }])
}
