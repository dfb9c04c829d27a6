//! `/accounts` and `/video-channels`.

use std::sync::Arc;

use shared::api::{self, ChannelChange};
use shared::id::{ChannelId, Handle};

use super::channel::total;
use super::extract::{Ask, Body, Segment};
use super::problem::Failure;
use super::respond::{Outcome, json, no_content};
use super::views;
use crate::app::App;
use crate::catalogue::{Publisher, day_of};
use crate::domain::account::{self, ChannelEditError, account_named, channel_named, channel_wrongs};
use crate::domain::statistics;
use crate::domain::wrong::Wrong;
use crate::store::records::{Account, Channel};
use crate::store::tables::AccountKey;
use crate::store::{Durability, Read, StoreError};

/// A channel's texts in JSON's longest spelling.
const CHANNEL_BYTES_MAX: usize = 32 * 1024;

/// `GET /api/v1/accounts/{name}`
pub async fn account(name: Segment, ask: Ask) -> Outcome {
    let account = find_account(&name, &ask).await?;
    json(&views::account(ask.app.url(), &account))
}

/// `GET /api/v1/accounts/{name}/video-channels`: to oneself also those of others that one edits, where one asks for them.
pub async fn account_channels(name: Segment, ask: Ask) -> Outcome {
    let (page, with_stats) = (ask.page()?, ask.with_stats()?);
    let viewer = ask.viewer().await?;
    let account = find_account(&name, &ask).await?;
    let id = account.id;
    let is_own = viewer.person().is_some_and(|who| who.account == id);
    let with_edited = ask.truth("includeCollaborations")? == Some(true) && is_own;
    let url = ask.app.url();
    // Last made first: PeerTube's order when nobody asks for another.
    let channels = ask.app.catalogue().channels_of(id).into_iter().rev();
    let published = channels.filter_map(|channel| ask.app.catalogue().publisher(channel));
    let mut rows: Vec<_> =
        published.map(|publisher| views::channel(url, &publisher.channel, Some(&account))).collect();
    if with_edited {
        let edited = ask.app.catalogue().edited_by(id);
        let view =
            |publisher: &Arc<Publisher>| views::channel(url, &publisher.channel, Some(&publisher.account));
        rows.extend(edited.iter().rev().map(view));
    }
    let mut cut = page.cut(rows);
    if with_stats {
        cut.data = ask.app.blocking(move |app| counted(app, cut.data)).await?;
    }
    json(&cut)
}

/// Channels with what is counted of them. Blocks.
fn counted(app: &App, channels: Vec<api::Channel>) -> Result<Vec<api::Channel>, StoreError> {
    let today = day_of(app.clock().now());
    let count = |channel: api::Channel| {
        let (videos, views) = app.catalogue().sums_of(channel.id);
        Ok(api::Channel {
            videos_count: Some(total(videos)),
            total_views: Some(views),
            views_per_day: Some(statistics::channel_days(app.store(), channel.id, today)?),
            ..channel
        })
    };
    channels.into_iter().map(count).collect()
}

/// The channels that `channelNameOneOf` names; none where it names none. A name that no channel has is left out, so that
/// nothing is found under it.
pub(super) async fn named_channels(ask: &Ask) -> Result<Option<Vec<ChannelId>>, Failure> {
    const NAMES_MAX: usize = 50;
    let pairs = ask.pairs();
    let is_named = |name: &str| name == "channelNameOneOf" || name.starts_with("channelNameOneOf[");
    let names: Vec<&String> =
        pairs.iter().filter(|(name, _)| is_named(name)).map(|(_, value)| value).take(NAMES_MAX + 1).collect();
    if NAMES_MAX < names.len() {
        let message = format!("Should have at most {NAMES_MAX} values");
        return Err(Wrong::query("channelNameOneOf", None, message).into());
    }
    if names.is_empty() {
        return Ok(None);
    }
    let handles: Vec<Handle> = names.into_iter().filter_map(|name| name.parse().ok()).collect();
    let found = ask.app.blocking(move |app| {
        let mut channels = Vec::new();
        for handle in handles {
            channels.extend(channel_of(app, &handle)?.map(|channel| channel.id));
        }
        Ok::<_, StoreError>(channels)
    });
    Ok(Some(found.await?))
}

/// `GET /api/v1/video-channels/{name}`
pub async fn channel(name: Segment, ask: Ask) -> Outcome {
    let channel = find_channel(&name, &ask).await?;
    let account = channel.account;
    let owner = ask.app.read(move |store| store.get(&AccountKey { account })).await?;
    json(&views::channel(ask.app.url(), &channel, owner.as_ref()))
}

/// `PUT /api/v1/video-channels/{name}`
pub async fn update_channel(name: Segment, ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let channel = find_channel(&name, &ask).await?;
    let change: ChannelChange = body.json(CHANNEL_BYTES_MAX).await?;
    let wrongs = channel_wrongs(&change);
    if !wrongs.is_empty() {
        return Err(wrongs.into());
    }
    ask.app
        .write(Durability::Flushed, move |write, now| {
            account::update_channel(write, now, &who, channel.id, change)
        })
        .await?;
    Ok(no_content())
}

/// The channel of a path.
///
/// # Errors
/// 404.
pub async fn find_channel(name: &Segment, ask: &Ask) -> Result<Channel, Failure> {
    let not_found = || Failure::not_found("Video channel not found");
    let handle: Handle = name.0.parse().map_err(|_| not_found())?;
    ask.app.blocking(move |app| channel_of(app, &handle)).await?.ok_or_else(not_found)
}

/// The account of a path.
///
/// # Errors
/// 404.
pub async fn find_account(name: &Segment, ask: &Ask) -> Result<Account, Failure> {
    let not_found = || Failure::not_found("Account not found");
    let handle: Handle = name.0.parse().map_err(|_| not_found())?;
    ask.app.blocking(move |app| account_of(app, &handle)).await?.ok_or_else(not_found)
}

/// The server of a handle; none for ours, which is also named by its own host.
fn elsewhere<'h>(app: &App, handle: &'h Handle) -> Option<&'h str> {
    handle.host.as_deref().filter(|host| *host != app.url().host())
}

/// The account of this handle, here or, where it is known, on another server. Blocks.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn account_of(app: &App, handle: &Handle) -> Result<Option<Account>, StoreError> {
    match elsewhere(app, handle) {
        Some(host) => Ok(app.directory().account_elsewhere(&handle.name, host).map(Arc::unwrap_or_clone)),
        None => account_named(app.store(), &handle.name),
    }
}

/// The channel of this handle, here or, where it is known, on another server. Blocks.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn channel_of(app: &App, handle: &Handle) -> Result<Option<Channel>, StoreError> {
    match elsewhere(app, handle) {
        Some(host) => Ok(app.directory().channel_elsewhere(&handle.name, host).map(Arc::unwrap_or_clone)),
        None => channel_named(app.store(), &handle.name),
    }
}

impl From<ChannelEditError> for Failure {
    fn from(error: ChannelEditError) -> Failure {
        match error {
            ChannelEditError::NoSuchChannel => Failure::not_found("Video channel not found"),
            ChannelEditError::NotYours => Failure::forbidden("Cannot manage a channel of another user."),
            ChannelEditError::NotOwner => {
                Failure::forbidden("This user has not owner rights on this channel")
            }
            ChannelEditError::Store(error) => error.into(),
        }
    }
}
