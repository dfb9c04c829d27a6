//! Videos.

use crate::app::App;
use crate::catalogue::Entry;
use crate::domain::federation::activity::{Announced, Create};
use crate::domain::federation::address::Announcer;
use crate::domain::federation::video::{self as said, Said, VideoObject};
use crate::domain::federation::{Addresses, Audience};
use crate::http::views::{self, Reach, Reader};

/// The addresses of what is here.
#[must_use]
pub fn addresses(app: &App) -> Addresses<'_> {
    Addresses::new(app.url().as_str(), app.url().host())
}

/// For whom a video is published; none where it is not.
#[must_use]
pub fn audience(app: &App, entry: &Entry) -> Option<Audience> {
    let with_unlisted = app.config().federation.unlisted;
    said::audience(&addresses(app), &entry.listed.video, &entry.publisher.account.name, with_unlisted)
}

/// All that others read of a video.
#[must_use]
pub fn object(app: &App, entry: &Entry, audience: Audience) -> VideoObject {
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
#[must_use]
pub fn making(app: &App, entry: &Entry, audience: Audience) -> Create<VideoObject> {
    let addresses = addresses(app);
    let object = object(app, entry, audience.clone());
    let actor = addresses.account(&entry.publisher.account.name);
    Create::new(audience, &addresses.video(entry.listed.video.uuid), actor, object)
}

/// A video as what is announced.
#[must_use]
pub fn announced(entry: &Entry) -> Announced<'_> {
    Announced {
        video: entry.listed.video.uuid,
        channel: &entry.publisher.channel,
        account: &entry.publisher.account,
    }
}

/// Who announced a video: its channel, then the instance. One that is in no list nobody announces.
#[must_use]
pub fn announcers(entry: &Entry) -> Vec<Announcer> {
    if entry.listed.sight().is_listed() {
        vec![Announcer::Channel(entry.publisher.channel.id), Announcer::Instance]
    } else {
        Vec::new()
    }
}
