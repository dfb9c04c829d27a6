//! Videos and what belongs to each.

use std::sync::Arc;

use shared::id::{Handle, VideoId, VideoRef};

use super::actor::{Found, find_named};
use super::answer::{addresses, answer, elsewhere, gone};
use super::path::Whose;
use crate::app::App;
use crate::catalogue::Entry;
use crate::documents::object;
pub(super) use crate::documents::{announced, announcers, audience, making};
use crate::domain::federation::activity;
use crate::domain::federation::address::Announcer;
use crate::domain::federation::context::{CHAPTERS, PLAIN, VIDEO};
use crate::domain::federation::video as said;
use crate::domain::federation::{Addresses, Audience, Document, trace};
use crate::domain::rating;
use crate::domain::viewer::Viewer;
use crate::http::extract::Ask;
use crate::http::problem::Failure;
use crate::http::respond::Outcome;
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
    if let Some(remote) = &entry.listed.video.remote {
        return Err(Box::new(elsewhere(&remote.url)));
    }
    entry.listed.sight().opens_to(&Viewer::Anonymous, by).map_err(|hidden| refused(hidden.into()))?;
    let audience = audience(app, &entry).ok_or_else(|| refused(absent()))?;
    Ok(Published { entry, audience })
}

/// The video of this name, of whichever server, if others may read what is said of it here.
pub(super) async fn find_anywhere(app: &App, name: VideoRef) -> Result<Arc<Entry>, Hidden> {
    let found = app.catalogue().find(name).filter(|(entry, _)| entry.listed.video.remote.is_some());
    let Some((entry, by)) = found else { return find(app, name).await.map(|found| found.entry) };
    let refused = |failure: Failure| Box::new(Err(failure));
    entry.listed.sight().opens_to(&Viewer::Anonymous, by).map_err(|hidden| refused(hidden.into()))?;
    Ok(entry)
}

/// By which the network knows a video.
pub(super) fn video_address(addresses: &Addresses<'_>, entry: &Entry) -> String {
    let video = &entry.listed.video;
    video.remote.as_ref().map_or_else(|| addresses.video(video.uuid), |remote| remote.url.clone())
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
    let entry = match find_anywhere(app, VideoRef::Id(video)).await {
        Ok(entry) => entry,
        Err(why) => return *why,
    };
    let id = account.id;
    let given = app.read(move |store| rating::of(store, id, video)).await?;
    if given != Some(opinion) || entry.listed.video.remote.is_none() {
        return Err(missing());
    }
    let rated = (video, entry.listed.video.uuid);
    let addresses = addresses(app);
    let deed = activity::rate(&addresses, &account.name, opinion, rated);
    answer(&Document::new(PLAIN, deed.about(video_address(&addresses, &entry))))
}
