//! Videos and what belongs to each.

use std::sync::Arc;

use shared::id::{Handle, VideoId, VideoRef};

use super::actor::{Found, find_named};
use super::answer::{addresses, answer, gone};
use super::path::Whose;
use crate::app::App;
use crate::catalogue::Entry;
use crate::domain::federation::activity::{self, Announced, Create};
use crate::domain::federation::address::Announcer;
use crate::domain::federation::context::{CHAPTERS, PLAIN, VIDEO};
use crate::domain::federation::video::{self as said, Said, VideoObject};
use crate::domain::federation::{Audience, Document, trace};
use crate::domain::rating;
use crate::domain::viewer::Viewer;
use crate::http::extract::Ask;
use crate::http::problem::Failure;
use crate::http::respond::Outcome;
use crate::http::views::{self, Reach, Reader};
use crate::store::records::{Opinion, TraceKind};

/// A video that others may read, and for whom it is published.
pub(super) struct Published {
    /// The video.
    pub(super) entry: Arc<Entry>,
    /// For whom.
    pub(super) audience: Audience,
}

/// The answer that says why something is not to be read.
pub(super) type Hidden = Box<Outcome>;

/// The video of this name, if others may read it; else the answer that says why not.
pub(super) async fn find(app: &App, name: VideoRef) -> Result<Published, Hidden> {
    let Some((entry, by)) = app.catalogue().find(name) else {
        return Err(Box::new(missing(app, name).await));
    };
    let refused = |failure: Failure| Box::new(Err(failure));
    entry.listed.sight().opens_to(&Viewer::Anonymous, by).map_err(|hidden| refused(hidden.into()))?;
    let audience = audience(app, &entry).ok_or_else(|| refused(absent()))?;
    Ok(Published { entry, audience })
}

/// For whom a video is published; none where it is not.
pub(super) fn audience(app: &App, entry: &Entry) -> Option<Audience> {
    let with_unlisted = app.config().federation.unlisted;
    said::audience(&addresses(app), &entry.listed.video, &entry.publisher.account.name, with_unlisted)
}

fn absent() -> Failure {
    Failure::not_found("Video not found")
}

async fn missing(app: &App, name: VideoRef) -> Outcome {
    let VideoRef::Uuid(uuid) = name else { return Err(absent()) };
    match app.read(move |store| trace::of(store, uuid)).await? {
        Some(trace) if trace.kind == TraceKind::Video => {
            gone(addresses(app).video(uuid), "Video", Some(trace.removed_at))
        }
        Some(_) | None => Err(absent()),
    }
}

/// All that others read of a video.
pub(super) fn object(app: &App, entry: &Entry, audience: Audience) -> VideoObject {
    let video = &entry.listed.video;
    let reach =
        Reach { tracker_urls: app.sharing().tracker_urls(entry), in_force: app.sharing().in_force(entry) };
    let page = views::details(app.url(), entry, reach, Reader::Anybody);
    let captions = views::captions(app.url(), video, false);
    let storyboards = views::storyboards(video);
    let said = Said {
        video,
        account: &entry.publisher.account,
        channel: &entry.publisher.channel,
        page: &page,
        captions: &captions.data,
        storyboards: &storyboards.storyboards,
    };
    said::object(&addresses(app), audience, &said)
}

/// The making of a video, with all that others read of it.
pub(super) fn making(app: &App, entry: &Entry, audience: Audience) -> Create<VideoObject> {
    let addresses = addresses(app);
    let object = object(app, entry, audience.clone());
    let actor = addresses.account(&entry.publisher.account.name);
    Create::new(audience, &addresses.video(entry.listed.video.uuid), actor, object)
}

/// `/videos/watch/{id}`
pub(super) async fn show(ask: &Ask, name: VideoRef) -> Outcome {
    let app = &ask.app;
    match find(app, name).await {
        Ok(Published { entry, audience }) => answer(&Document::new(VIDEO, object(app, &entry, audience))),
        Err(why) => *why,
    }
}

/// `/videos/watch/{id}/activity`
pub(super) async fn activity(ask: &Ask, name: VideoRef) -> Outcome {
    let app = &ask.app;
    match find(app, name).await {
        Ok(Published { entry, audience }) => answer(&Document::new(VIDEO, making(app, &entry, audience))),
        Err(why) => *why,
    }
}

/// `/videos/watch/{id}/chapters`
pub(super) async fn chapters(ask: &Ask, name: VideoRef) -> Outcome {
    let app = &ask.app;
    match find(app, name).await {
        Ok(Published { entry, .. }) => {
            answer(&Document::new(CHAPTERS, said::chapters(&addresses(app), &entry.listed.video)))
        }
        Err(why) => *why,
    }
}

/// A video as what is announced.
pub(super) fn announced(entry: &Entry) -> Announced<'_> {
    Announced {
        video: entry.listed.video.uuid,
        channel: &entry.publisher.channel,
        account: &entry.publisher.account,
    }
}

/// Who announced a video: its channel, then the instance. One that is in no list nobody announces.
pub(super) fn announcers(entry: &Entry) -> Vec<Announcer> {
    if entry.listed.sight().is_listed() {
        vec![Announcer::Channel(entry.publisher.channel.id), Announcer::Instance]
    } else {
        Vec::new()
    }
}

/// `/videos/watch/{id}/announces/{number}`
pub(super) async fn announce(ask: &Ask, name: VideoRef, number: u64) -> Outcome {
    let app = &ask.app;
    let entry = match find(app, name).await {
        Ok(found) => found.entry,
        Err(why) => return *why,
    };
    let by = Announcer::numbered(number).filter(|by| announcers(&entry).contains(by));
    let by = by.ok_or_else(|| Failure::not_found("Video share not found"))?;
    answer(&Document::new(PLAIN, announced(&entry).whole(&addresses(app), by)))
}

/// `/accounts/{name}/likes/{video}`, of a video of another server alone: that one knows whose it is, and PeerTube's asks
/// each week whether it still holds. Of a video of this server nobody has to know.
pub(super) async fn rate(ask: &Ask, account: Handle, opinion: Opinion, video: VideoId) -> Outcome {
    let app = &ask.app;
    let missing = || Failure::not_found("Account video rate not found");
    let Found::Account(account) = find_named(app, Whose::Account(account)).await? else {
        return Err(missing());
    };
    let entry = match find(app, VideoRef::Id(video)).await {
        Ok(found) => found.entry,
        Err(why) => return *why,
    };
    let id = account.id;
    let given = app.read(move |store| rating::of(store, id, video)).await?;
    if given != Some(opinion) || entry.listed.video.remote.is_none() {
        return Err(missing());
    }
    let rated = (video, entry.listed.video.uuid);
    answer(&Document::new(PLAIN, activity::rate(&addresses(app), &account.name, opinion, rated)))
}
