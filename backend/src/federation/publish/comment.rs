//! What people say of videos.

use serde_json::{Map, Value};
use shared::id::{CommentId, Uuid};
use shared::time::Timestamp;

use super::speaker::Speaker;
use super::words::{WordsError, activity};
use crate::app::App;
use crate::documents::{addresses, audience, note, place};
use crate::domain::federation::Audience;
use crate::domain::federation::activity::{ApproveReply, Create, Delete, Update};
use crate::domain::federation::comment::Note;
use crate::domain::federation::context::{APPROVAL, COMMENT, PLAIN, REJECTION};
use crate::store::Read;
use crate::store::records::{Comment, Video};
use crate::store::tables::{CommentKey, VideoKey};

type Words = Result<Option<Map<String, Value>>, WordsError>;

/// A comment that is seen, on a video that others know. One of ours that waits for whose a video elsewhere is counts as
/// seen: they have to see it.
fn seen(app: &App, comment: CommentId) -> Result<Option<(Video, Comment)>, WordsError> {
    let comment = app.store().get(&CommentKey { comment })?;
    let Some(comment) = comment.filter(|comment| !comment.is_deleted()) else { return Ok(None) };
    let Some(video) = app.store().get(&VideoKey { video: comment.video })? else { return Ok(None) };
    let is_published = || {
        let entry = app.catalogue().video(video.id);
        entry.is_some_and(|entry| audience(app, &entry).is_some())
    };
    let is_known = if video.remote.is_some() {
        !comment.held || comment.remote.is_none()
    } else {
        !comment.held && is_published()
    };
    Ok(is_known.then_some((video, comment)))
}

/// A comment of whoever speaks, with its address.
fn own(app: &App, who: &Speaker, comment: CommentId) -> Result<Option<(String, Note)>, WordsError> {
    let Some((video, comment)) = seen(app, comment)? else { return Ok(None) };
    let note = note(app, &video, &comment)?.filter(|(author, _)| *author == who.name);
    let address = addresses(app).comment(video.uuid, comment.id);
    Ok(note.map(|(_, note)| (address, note)))
}

pub(super) fn created(app: &App, who: &Speaker, comment: CommentId) -> Words {
    let Some((address, note)) = own(app, who, comment)? else { return Ok(None) };
    let audience = note.audience.clone();
    activity(COMMENT, Create::new(audience, &address, who.address.clone(), note)).map(Some)
}

pub(super) fn updated(app: &App, who: &Speaker, comment: CommentId, at: Timestamp) -> Words {
    let Some((address, note)) = own(app, who, comment)? else { return Ok(None) };
    let audience = note.audience.clone();
    activity(COMMENT, Update::new(audience, (&address, at), who.address.clone(), note)).map(Some)
}

pub(super) fn approved(app: &App, who: &Speaker, comment: CommentId) -> Words {
    let Some((video, comment)) = seen(app, comment)? else { return Ok(None) };
    let (place, addresses) = (place(app, &video, &comment)?, addresses(app));
    let here = addresses.comment(video.uuid, comment.id);
    let approval = ApproveReply::new(&addresses, &who.name, here, place.address, place.in_reply_to);
    activity(APPROVAL, approval).map(Some)
}

/// Somebody else's on a video of whoever speaks, which waited and is gone.
pub(super) fn rejected(
    app: &App,
    who: &Speaker,
    (video, comment): (Uuid, CommentId),
    (url, parent): (&str, Option<CommentId>),
) -> Result<Map<String, Value>, WordsError> {
    let addresses = addresses(app);
    let in_reply_to = match parent {
        None => addresses.video(video),
        Some(parent) => {
            let row = app.store().get(&CommentKey { comment: parent })?;
            let there = row.and_then(|row| row.remote).map(|remote| remote.url);
            there.unwrap_or_else(|| addresses.comment(video, parent))
        }
    };
    let here = addresses.comment(video, comment);
    let rejection = ApproveReply::rejected(&addresses, &who.name, here, url.to_owned(), in_reply_to);
    activity(REJECTION, rejection)
}

pub(super) fn deleted(
    app: &App,
    who: &Speaker,
    (video, comment): (Uuid, CommentId),
) -> Result<Map<String, Value>, WordsError> {
    let addresses = addresses(app);
    let hearers = Audience::everybody(&addresses, &who.name);
    let object = addresses.comment(video, comment);
    activity(PLAIN, Delete::new(Some(hearers), who.address.clone(), object))
}

/// Somebody else's, by whoever's the video is.
pub(super) fn removed(
    app: &App,
    who: &Speaker,
    (video, comment): (Uuid, CommentId),
    url: &str,
) -> Result<Map<String, Value>, WordsError> {
    let addresses = addresses(app);
    let hearers = Audience::everybody(&addresses, &who.name);
    let id = format!("{}/delete", addresses.comment(video, comment));
    activity(PLAIN, Delete::called(Some(hearers), id, who.address.clone(), url.to_owned()))
}
