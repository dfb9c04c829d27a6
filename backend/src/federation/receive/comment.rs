//! What people of other servers say.

use serde_json::Value;

use super::decide::{Decided, Making, Stop};
use super::facts::Talk;
use super::{Effect, Fact, Facts, Here, Said, Trust};
use crate::federation::keep::Place;
use crate::federation::vocab::{Note, Reply, host_of};
use crate::store::records::CommentsPolicy;

/// `Create` and `Update`. `is_own` is whether the document is the sender's word, and not their server's.
pub(super) fn made(
    said: &Said<'_>,
    facts: &Facts,
    here: &Here<'_>,
    document: &Value,
    is_own: bool,
    making: Making,
) -> Decided {
    let note = Note::read(document).map_err(|flaw| match flaw.field {
        // What people say to their own followers, and only mention somebody here.
        "inReplyTo" => Stop::Nothing,
        _ => Stop::from(flaw),
    })?;
    if host_of(&note.id).as_deref() == Some(here.host) {
        return Err(Stop::refuse("nobody else says something for who is here"));
    }
    note.check(here.elsewhere)?;
    if !note.is_public() {
        return Err(Stop::refuse("it is not for everybody"));
    }
    let author = if is_own { said.by } else { facts.actor(&note.by)? };
    if author.url != note.by || author.host != host_of(&note.id) {
        return Err(Stop::refuse("the comment is another's"));
    }
    if author.is_muted {
        return Err(Stop::refuse("who says it is muted here"));
    }
    let account = author.account().ok_or_else(|| Stop::refuse("channels say nothing"))?;
    match facts.known(&note.id)? {
        Fact::Comment(known) if known.author != Some(account) => {
            return Err(Stop::refuse("the comment is another's, or was deleted"));
        }
        // Said again, since who makes the video lets it be seen.
        Fact::Comment(known) if making == Making::New && is_own && known.is_held => {
            let video = &known.video.host;
            let is_approved = video.is_some() && note.approval.as_deref().and_then(host_of) == *video;
            return if is_approved { Ok(vec![Effect::ShowComment(known.id)]) } else { Err(Stop::Nothing) };
        }
        // An old word must not undo a newer one.
        Fact::Comment(_) if making == Making::New && is_own => return Err(Stop::Nothing),
        Fact::Actor(_) | Fact::Video(_) | Fact::Playlist(_) => {
            return Err(Stop::refuse("something else has the comment's address"));
        }
        Fact::Comment(_) | Fact::Nothing | Fact::Document(_) | Fact::Gone | Fact::Failed(_) => {}
    }
    let (video, parent) = match facts.talk(&note.in_reply_to)? {
        Talk::Video(video) => (video, None),
        Talk::Comment(comment) => {
            if comment.author.is_none() {
                return Err(Stop::refuse("what it answers was deleted"));
            }
            if comment.is_held {
                return Err(Stop::refuse("what it answers waits to be seen"));
            }
            (&comment.video, Some(comment.id))
        }
    };
    if !video.is_open {
        return Err(Stop::refuse("what it is about is not for everybody"));
    }
    if video.comments == CommentsPolicy::Disabled {
        return Err(Stop::refuse("the video takes no comments"));
    }
    let at = Place { video: video.id, parent, author: account };
    let mut effects = vec![Effect::KeepComment { said: Box::new(note), at, owner: video.owner }];
    if video.host.is_none() {
        effects.push(Effect::PassOn(video.channel));
    }
    Ok(effects)
}

/// `ApproveReply`: what somebody here said about a video elsewhere may be seen.
pub(super) fn approved(said: &Said<'_>, facts: &Facts, reply: &Reply) -> Decided {
    let Fact::Comment(comment) = facts.known(&reply.reply)? else { return Err(Stop::Nothing) };
    if comment.host.is_some() || comment.video.host.is_none() {
        return Err(Stop::Nothing);
    }
    if said.trust != Trust::Word || !said.by.makes(&comment.video) {
        return Err(Stop::refuse("the video is another's"));
    }
    Ok(if comment.is_held { vec![Effect::ShowComment(comment.id)] } else { Vec::new() })
}
