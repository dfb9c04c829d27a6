//! Videos.

use std::sync::Arc;

use serde_json::{Map, Value};
use shared::id::{Uuid, VideoId, VideoRef};
use shared::time::Timestamp;

use super::speaker::Speaker;
use super::words::{WordsError, activity};
use crate::app::App;
use crate::catalogue::Entry;
use crate::documents::{addresses, announced, announcers, audience, making, object};
use crate::domain::federation::Audience;
use crate::domain::federation::activity::{Announced, Delete, Update};
use crate::domain::federation::address::Announcer;
use crate::domain::federation::context::{PLAIN, VIDEO};
use crate::store::Read;
use crate::store::records::Party;
use crate::store::tables::ChannelKey;

type Words = Result<Option<Map<String, Value>>, WordsError>;

/// A video of whoever speaks, for whom it is published; none where it is not, or is somebody else's by now.
fn own(app: &App, who: &Speaker, video: VideoId) -> Option<(Arc<Entry>, Audience)> {
    let entry = app.catalogue().video(video)?;
    let audience = audience(app, &entry)?;
    (entry.publisher.account.name == who.name).then_some((entry, audience))
}

pub(super) fn created(app: &App, who: &Speaker, video: VideoId) -> Words {
    let Some((entry, audience)) = own(app, who, video) else { return Ok(None) };
    activity(VIDEO, making(app, &entry, audience)).map(Some)
}

pub(super) fn updated(app: &App, who: &Speaker, video: VideoId, at: Timestamp) -> Words {
    let Some((entry, audience)) = own(app, who, video) else { return Ok(None) };
    let address = addresses(app).video(entry.listed.video.uuid);
    let object = object(app, &entry, audience.clone());
    activity(VIDEO, Update::new(audience, (&address, at), who.address.clone(), object)).map(Some)
}

fn announcer(by: Party) -> Option<Announcer> {
    match by {
        Party::Instance => Some(Announcer::Instance),
        Party::Channel(channel) => Some(Announcer::Channel(channel)),
        Party::Account(_) => None,
    }
}

pub(super) fn shared(app: &App, by: Party, video: VideoId) -> Words {
    let entry = app.catalogue().video(video).filter(|entry| audience(app, entry).is_some());
    let Some((entry, by)) = entry.zip(announcer(by)) else { return Ok(None) };
    if !announcers(&entry).contains(&by) {
        return Ok(None);
    }
    activity(PLAIN, announced(&entry).whole(&addresses(app), by)).map(Some)
}

pub(super) fn unshared(app: &App, party: Party, video: VideoId) -> Words {
    let Some((entry, by)) = app.catalogue().video(video).zip(announcer(party)) else { return Ok(None) };
    // One that is not published is said to be gone, and one that is announced again is.
    if audience(app, &entry).is_none() || announcers(&entry).contains(&by) {
        return Ok(None);
    }
    let former = match by {
        Announcer::Instance => Some(entry.publisher.channel.clone()),
        Announcer::Channel(channel) => app.store().get(&ChannelKey { channel })?,
    };
    let Some(former) = former else { return Ok(None) };
    let announced =
        Announced { video: entry.listed.video.uuid, channel: &former, account: &entry.publisher.account };
    activity(PLAIN, announced.undone(&addresses(app), by)).map(Some)
}

pub(super) fn deleted(app: &App, who: &Speaker, video: Uuid) -> Words {
    let there = app.catalogue().find(VideoRef::Uuid(video));
    if there.is_some_and(|(entry, _)| audience(app, &entry).is_some()) {
        return Ok(None);
    }
    let addresses = addresses(app);
    let hearers = Audience::followers_of(&[addresses.instance(), who.address.clone()]);
    activity(PLAIN, Delete::new(Some(hearers), who.address.clone(), addresses.video(video))).map(Some)
}
