//! Copies of videos that other servers offer.

use shared::id::MirrorId;

use super::decide::{Decided, Stop};
use super::{Effect, Fact, Facts, Here, Said, Trust, VideoFact};
use crate::config::AcceptFrom;
use crate::federation::vocab::{Thing, Undone, is_same_host};
use crate::store::records::RemoteMirror;

const HLS: [&str; 2] = ["application/x-mpegURL", "application/vnd.apple.mpegurl"];

/// `Create` and `Update` of a copy. Only of whole streams: PeerTube 8 has no others.
pub(super) fn made(said: &Said<'_>, facts: &Facts, here: &Here<'_>, thing: Thing<'_>) -> Decided {
    if said.trust != Trust::Word {
        return Err(Stop::refuse("who offers a copy says so themselves"));
    }
    let id = thing.text("id").filter(|id| is_same_host(id, &said.by.url));
    let id = id.ok_or_else(|| Stop::refuse("the copy is another's"))?;
    let is_wanted = match here.accept_from {
        AcceptFrom::Nobody => false,
        AcceptFrom::Anybody => true,
        AcceptFrom::Followings => said.by.is_followed,
    };
    if !is_wanted {
        return Err(Stop::refuse("copies of that server are not taken here"));
    }
    let url = thing.need_url("object")?;
    let mut links = thing.things("url");
    let stream = links.find(|link| link.text("mediaType").is_some_and(|kind| HLS.contains(&kind)));
    let Some(playlist_url) = stream.and_then(|link| link.url("href")) else { return Err(Stop::Nothing) };
    here.elsewhere.check("href", playlist_url)?;
    // Nobody sends those who watch to somebody else.
    if !is_same_host(playlist_url, &said.by.url) {
        return Err(Stop::refuse("the copy lies elsewhere"));
    }
    let Fact::Video(video) = facts.known(url)? else { return Err(Stop::Nothing) };
    if !video.is_open {
        return Err(Stop::refuse("what it is about is not for everybody"));
    }
    let mirror = RemoteMirror {
        url: id.to_owned(),
        by: said.by.url.clone(),
        number: MirrorId::default(),
        playlist_url: playlist_url.to_owned(),
        expires_at: thing.date("expires"),
        created_at: None,
        updated_at: None,
    };
    Ok(told(Effect::Mirror { video: video.id, mirror }, video))
}

/// `Undo` of it, by who offered it.
pub(super) fn undone(said: &Said<'_>, facts: &Facts, undone: &Undone) -> Decided {
    if said.trust != Trust::Word {
        return Err(Stop::refuse("who offers a copy says so themselves"));
    }
    let Some(thing) = undone.thing.as_ref().and_then(Thing::of).filter(|thing| thing.is("CacheFile")) else {
        return Err(Stop::Nothing);
    };
    let (Some(id), Some(url)) = (thing.text("id"), thing.url("object")) else { return Err(Stop::Nothing) };
    let Fact::Video(video) = facts.known(url)? else { return Err(Stop::Nothing) };
    Ok(told(Effect::Unmirror { video: video.id, url: id.to_owned(), by: said.by.url.clone() }, video))
}

/// What follows, and that those who follow a video of ours hear of it, too: who offers a copy tells us alone.
fn told(effect: Effect, video: &VideoFact) -> Vec<Effect> {
    match &video.host {
        None => vec![effect, Effect::PassOn(video.channel)],
        Some(_) => vec![effect],
    }
}
