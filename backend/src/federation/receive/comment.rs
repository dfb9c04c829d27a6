//! What people of other servers say.

use serde_json::Value;

use super::decide::{Decided, Making, Stop};
use super::facts::Talk;
use super::{CommentFact, Effect, Fact, Facts, Here, Said, Trust};
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
            let shown = Effect::ShowComment { comment: known.id, approval: note.approval };
            return if is_approved { Ok(vec![shown]) } else { Err(Stop::Nothing) };
        }
        // Said again with the yes that it was given here: others may wait for that.
        Fact::Comment(known)
            if making == Making::New
                && is_own
                && known.video.host.is_none()
                && note.approval.as_deref().and_then(host_of).as_deref() == Some(here.host) =>
        {
            return Ok(vec![Effect::PassOnApproved { comment: known.id, channel: known.video.channel }]);
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

/// `ApproveReply`: what was said about a video elsewhere may be seen, says who makes it.
pub(super) fn approved(said: &Said<'_>, facts: &Facts, reply: &Reply) -> Decided {
    let Some(comment) = on_theirs(said, facts, reply)? else { return Err(Stop::Nothing) };
    let approval = said.activity.id.clone().filter(|id| host_of(id) == comment.video.host);
    let shown = Effect::ShowComment { comment: comment.id, approval };
    Ok(if comment.is_held { vec![shown] } else { Vec::new() })
}

/// `RejectReply`: it may not.
pub(super) fn rejected(said: &Said<'_>, facts: &Facts, reply: &Reply) -> Decided {
    let Some(comment) = on_theirs(said, facts, reply)? else { return Err(Stop::Nothing) };
    // Where it is seen, whoever makes the video has it deleted.
    Ok(if comment.is_held { vec![Effect::RemoveComment(comment.id)] } else { Vec::new() })
}

/// The comment that is judged, on a video of who judges; none where nothing is known of it, or its video is of here.
fn on_theirs<'f>(said: &Said<'_>, facts: &'f Facts, reply: &Reply) -> Result<Option<&'f CommentFact>, Stop> {
    let Fact::Comment(comment) = facts.known(&reply.reply)? else { return Ok(None) };
    if comment.video.host.is_none() {
        return Ok(None);
    }
    if said.trust != Trust::Word || !said.by.makes(&comment.video) {
        return Err(Stop::refuse("the video is another's"));
    }
    Ok(Some(comment))
}
