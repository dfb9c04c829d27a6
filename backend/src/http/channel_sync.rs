//! `/video-channel-syncs`: channels elsewhere whose videos are imported as they come.

use http::{StatusCode, Uri};
use shared::api::{Label, MadeChannelSync, Page, VideoChannelSync};
use shared::id::{ChannelId, SyncId};

use super::actor::{find_account, find_channel};
use super::channel::{order_of, total};
use super::extract::{Ask, Body, Segment};
use super::fields::Fields;
use super::problem::Failure;
use super::respond::{Outcome, json, no_content};
use super::views;
use crate::app::App;
use crate::config::Config;
use crate::domain::account::own_channel;
use crate::domain::right::Right;
use crate::domain::sync::{self, NewSync, SyncError};
use crate::domain::video::form::URL_LENGTH_MAX;
use crate::imports::{Guard, web_host};
use crate::store::Durability;
use crate::store::records::{ChannelSync, SyncState};

/// An address, each letter escaped, and two numbers.
const WISH_BYTES_MAX: usize = 32 * 1024;
const URL_MESSAGE: &str = "Should be an address that begins with http:// or https://";

/// Whether channels elsewhere are watched here: it takes the setting, and what reads their pages.
#[must_use]
pub fn is_enabled(config: &Config) -> bool {
    config.video_channel_synchronization.enabled && config.import.http && config.import.yt_dlp.is_some()
}

fn demand_enabled(ask: &Ask) -> Result<(), Failure> {
    if is_enabled(&ask.app.config()) {
        return Ok(());
    }
    Err(Failure::forbidden(
        "Synchronization is impossible as video channel synchronization is not enabled on the server",
    ))
}

/// The address of a channel elsewhere.
fn address(fields: &mut Fields) -> String {
    let is_web = |text: &str| text.parse::<Uri>().is_ok_and(|address| web_host(&address).is_ok());
    let read = |text: &str| {
        let fits = is_web(text) && text.chars().count() <= URL_LENGTH_MAX;
        fits.then(|| text.to_owned())
    };
    let url = fields.parsed("externalChannelUrl", URL_MESSAGE, read);
    fields.required("externalChannelUrl", url)
}

/// 403 for an address where nobody may be asked: said at once where it is known at once.
async fn demand_open(ask: &Ask, url: &str) -> Result<(), Failure> {
    let guard = Guard::of(&ask.app).map_err(|error| Failure::internal(&error))?;
    if guard.is_closed(&url.parse().unwrap_or_default()).await {
        return Err(Failure::forbidden("Cannot use non unicast IP as externalChannelUrl"));
    }
    Ok(())
}

/// `POST /api/v1/video-channel-syncs`
pub async fn create(ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    demand_enabled(&ask)?;
    let mut fields = Fields::read(&ask, body, WISH_BYTES_MAX).await?;
    let url = address(&mut fields);
    let channel = fields.number("videoChannelId", 1..=i64::MAX);
    let channel = fields.required("videoChannelId", channel);
    fields.end()?;
    let channel = ChannelId(u64::try_from(channel).unwrap_or(0));
    // Before anybody is asked what the name means.
    ask.app.read(move |store| own_channel(store, &who, channel)).await?;
    demand_open(&ask, &url).await?;
    let new = NewSync { channel, url };
    let count_max = ask.app.config().video_channel_synchronization.max_per_user;
    let made =
        ask.app.write(Durability::Flushed, move |write, now| sync::create(write, now, &who, new, count_max));
    let made = made.await?;
    ask.app.syncs().wake();
    let video_channel_sync =
        view(&ask.app, &made).ok_or_else(|| Failure::not_found("Video channel not found"))?;
    json(&MadeChannelSync { video_channel_sync })
}

/// `DELETE /api/v1/video-channel-syncs/{id}`
pub async fn delete(id: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let id = sync_id(&id)?;
    ask.app.write(Durability::Flushed, move |write, _| sync::remove(write, &who, id)).await?;
    Ok(no_content())
}

/// `POST /api/v1/video-channel-syncs/{id}/sync`
pub async fn look(id: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    demand_enabled(&ask)?;
    let id = sync_id(&id)?;
    ask.app.write(Durability::Flushed, move |write, _| sync::ask_all(write, &who, id)).await?;
    ask.app.syncs().wake();
    Ok(no_content())
}

/// `POST /api/v1/video-channels/{name}/import-videos`
pub async fn import_all(name: Segment, ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let channel = find_channel(&name, &ask).await?.id;
    ask.app.read(move |store| own_channel(store, &who, channel)).await?;
    let config = ask.app.config();
    let mut fields = Fields::read(&ask, body, WISH_BYTES_MAX).await?;
    let url = address(&mut fields);
    let named = if fields.is_null("videoChannelSyncId") {
        None
    } else {
        fields.number("videoChannelSyncId", 1..=i64::MAX)
    };
    fields.end()?;
    if !config.import.http {
        return Err(Failure::forbidden(
            "Channel import is impossible as video upload via HTTP is not enabled on the server",
        ));
    }
    demand_open(&ask, &url).await?;
    let named = named.and_then(|id| u64::try_from(id).ok()).map(SyncId);
    let (new, count_max) = (NewSync { channel, url }, config.video_channel_synchronization.max_per_user);
    ask.app
        .write(Durability::Flushed, move |write, now| {
            sync::ask_import(write, now, &who, new, named, count_max)
        })
        .await?;
    ask.app.syncs().wake();
    Ok(no_content())
}

/// `GET /api/v1/accounts/{name}/video-channel-syncs`
pub async fn of_account(name: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let account = find_account(&name, &ask).await?.id;
    if account != who.account && !who.has(Right::ManageAnyVideoChannel) {
        return Err(Failure::forbidden("Only owner of this account can access this resource."));
    }
    let channels = ask.app.catalogue().channels_of(account);
    let mut found = ask.app.read(move |store| sync::of_channels(store, &channels)).await?;
    let page = ask.page()?;
    let by_age = |one: &ChannelSync, other: &ChannelSync| one.id.cmp(&other.id);
    let by_look = |one: &ChannelSync, other: &ChannelSync| one.looked_at.cmp(&other.looked_at);
    let by_url = |one: &ChannelSync, other: &ChannelSync| one.url.cmp(&other.url);
    let by_state = |one: &ChannelSync, other: &ChannelSync| one.state().cmp(&other.state());
    let order = order_of(
        &ask,
        &[
            ("createdAt", &by_age),
            ("lastSyncAt", &by_look),
            ("externalChannelUrl", &by_url),
            ("state", &by_state),
        ],
    )?;
    match &order {
        Some(order) => found.sort_by(|one, other| order(one, other)),
        None => found.reverse(),
    }
    let count = total(found.len());
    let rows = found.iter().skip(page.start).take(page.count);
    json(&Page { total: count, data: rows.filter_map(|sync| view(&ask.app, sync)).collect::<Vec<_>>() })
}

fn sync_id(segment: &Segment) -> Result<SyncId, Failure> {
    segment.parse("id", "Should be a number")
}

/// A synchronisation as the API shows it; none where its channel is just being removed.
fn view(app: &App, sync: &ChannelSync) -> Option<VideoChannelSync> {
    let publisher = app.catalogue().publisher(sync.channel)?;
    let (id, label) = match sync.state() {
        SyncState::Waiting => (1, "Waiting first run"),
        SyncState::Processing => (2, "Processing"),
        SyncState::Synced => (3, "Synchronized"),
        SyncState::Failed => (4, "Failed"),
    };
    Some(VideoChannelSync {
        id: sync.id,
        state: Label { id, label: label.to_owned() },
        external_channel_url: sync.url.clone(),
        created_at: sync.created_at,
        channel: views::channel_summary(app.url(), &publisher.channel),
        last_sync_at: sync.looked_at,
        error: sync.error.clone(),
        error_code: sync.fault,
        error_about: sync.about.clone(),
    })
}

impl From<SyncError> for Failure {
    fn from(error: SyncError) -> Failure {
        match error {
            SyncError::NoSuchSync => Failure::not_found("Synchronization not found"),
            SyncError::OtherChannel => Failure::forbidden("This channel sync is not owned by this channel"),
            SyncError::TooMany(count) => Failure::new(
                StatusCode::BAD_REQUEST,
                format!("You cannot create more than {count} channel synchronizations"),
            ),
            SyncError::Channel(error) => error.into(),
        }
    }
}
