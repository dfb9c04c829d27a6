//! What our people do with what is of other servers: thumbs, views, reports.

use std::time::Duration;

use serde_json::{Map, Value};
use shared::id::{AbuseId, PostId, VideoId};
use shared::time::Timestamp;

use super::speaker::Speaker;
use super::words::{WordsError, activity};
use crate::app::App;
use crate::documents::{addresses, audience};
use crate::domain::federation::Audience;
use crate::domain::federation::activity::{
    self as activities, Flag, Report, Watching, rate_elsewhere, unrate_elsewhere, view,
};
use crate::domain::federation::context::{PLAIN, VIEW, WATCH};
use crate::domain::rating;
use crate::store::records::{AbuseSubject, Opinion, Party, Viewing};
use crate::store::tables::{AbuseKey, AccountKey, ChannelKey, CommentKey, VideoKey};
use crate::store::{Read, StoreError};

/// How long somebody counts as watching who is not told of again: PeerTube's two minutes.
const WATCHING_FOR: Duration = Duration::from_secs(2 * 60);

type Words = Result<Option<Map<String, Value>>, WordsError>;

/// The addresses of a video of another server and of whose it is; none where it is gone, or ours.
fn theirs(app: &App, video: VideoId) -> Result<Option<(String, String)>, StoreError> {
    let store = app.store();
    let Some(video) = store.get(&VideoKey { video })? else { return Ok(None) };
    let Some(remote) = video.remote else { return Ok(None) };
    let Some(channel) = store.get(&ChannelKey { channel: video.channel })? else { return Ok(None) };
    let owner = store.get(&AccountKey { account: channel.account })?;
    Ok(owner.and_then(|owner| owner.remote).map(|owner| (remote.url, owner.url)))
}

pub(super) fn viewed(app: &App, video: VideoId, post: PostId) -> Words {
    let Some((url, owner)) = theirs(app, video)? else { return Ok(None) };
    activity(VIEW, view(&addresses(app), (video, url), owner, post)).map(Some)
}

/// How many watch a video now; none where nobody does any more, or where it was to be said long ago.
pub(super) fn watching(app: &App, video: VideoId, at: Timestamp) -> Words {
    let expires = at.after(WATCHING_FOR);
    if expires <= app.clock().now() {
        return Ok(None);
    }
    let addresses = addresses(app);
    let (viewers, object, audience) = match theirs(app, video)? {
        Some((url, owner)) => (app.watching().viewers_here(video), url, Audience::of(owner)),
        None => {
            let Some(entry) = app.catalogue().video(video) else { return Ok(None) };
            if audience(app, &entry).is_none() {
                return Ok(None);
            }
            let channel = addresses.channel(&entry.publisher.channel.name);
            let audience = Audience::followers_of(&[channel, addresses.instance()]);
            (app.watching().viewers(video), addresses.video(entry.listed.video.uuid), audience)
        }
    };
    if viewers == 0 {
        return Ok(None);
    }
    activity(VIEW, Watching::new(&addresses, audience, (video, object), viewers, expires)).map(Some)
}

pub(super) fn watched(app: &App, viewing: &Viewing) -> Words {
    let Some((url, owner)) = theirs(app, viewing.video)? else { return Ok(None) };
    activity(WATCH, activities::watched(&addresses(app), viewing, url, owner)).map(Some)
}

/// A thumb, or that it is taken back; none where it was given, or taken back, since.
pub(super) fn rated(
    app: &App,
    who: &Speaker,
    by: Party,
    (video, opinion, is_given): (VideoId, Opinion, bool),
) -> Words {
    let Party::Account(account) = by else { return Ok(None) };
    let is_now = rating::of(app.store(), account, video)? == Some(opinion);
    let Some((url, owner)) = theirs(app, video)?.filter(|_| is_now == is_given) else { return Ok(None) };
    let addresses = addresses(app);
    let thumb = (video, url);
    if is_given {
        return activity(PLAIN, rate_elsewhere(&addresses, &who.name, opinion, thumb, owner)).map(Some);
    }
    activity(PLAIN, unrate_elsewhere(&addresses, &who.name, opinion, thumb, owner)).map(Some)
}

pub(super) fn flagged(app: &App, who: &Speaker, abuse: AbuseId) -> Words {
    let store = app.store();
    let Some(abuse) = store.get(&AbuseKey { abuse })? else { return Ok(None) };
    let flagged = store.get(&AccountKey { account: abuse.flagged })?;
    let Some(owner) = flagged.and_then(|flagged| flagged.remote) else { return Ok(None) };
    let (object, part) = match &abuse.subject {
        AbuseSubject::Account => (Some(owner.url.clone()), (None, None)),
        AbuseSubject::Video(reported) => {
            let video = store.get(&VideoKey { video: reported.id })?;
            (video.and_then(|video| video.remote).map(|remote| remote.url), (reported.start, reported.end))
        }
        AbuseSubject::Comment { id, .. } => {
            let comment = store.get(&CommentKey { comment: *id })?;
            (comment.and_then(|comment| comment.remote).map(|remote| remote.url), (None, None))
        }
    };
    let Some(object) = object else { return Ok(None) };
    let report = Report {
        id: abuse.id,
        reporter: &who.name,
        owner: owner.url,
        object,
        reason: &abuse.reason,
        predefined: &abuse.predefined,
        part,
    };
    activity(PLAIN, Flag::new(&addresses(app), &report)).map(Some)
}
