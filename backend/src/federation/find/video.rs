//! Videos elsewhere.

use std::time::Duration;

use shared::id::VideoId;

use super::actor::{actor_within, is_muted};
use super::budget::Budget;
use super::flights::Kind;
use super::{FRESH_DURATION, FindError, elsewhere};
use crate::app::App;
use crate::domain::repair;
use crate::federation::fetch::{FetchError, Fetched};
use crate::federation::keep;
use crate::federation::keep::{Intake, KeepError};
use crate::federation::vocab::{self, Part, host_of};
use crate::store::records::{Party, RemoteObject, RepairTarget};
use crate::store::tables::VideoKey;
use crate::store::{Durability, StoreError};

/// Why a video is looked for.
#[derive(Clone, Copy)]
pub(super) struct Wish {
    /// What is older is asked for again.
    pub age_max: Duration,
    /// Whether it is from before anybody here followed.
    pub is_backfill: bool,
}

impl Wish {
    /// Somebody speaks of it.
    pub(super) const USUAL: Wish = Wish { age_max: FRESH_DURATION, is_backfill: false };
}

/// The video with this id: as it is known, where it was read in the last two days, and else as its server describes it,
/// with its channel and its parts.
///
/// # Errors
/// [`FindError`]; [`KeepError::Gone`] for one that was removed here.
pub async fn video(app: &App, id: &str) -> Result<VideoId, FindError> {
    video_within(app, &mut Budget::new(), id, Wish::USUAL).await
}

/// The video with this id as its server describes it now.
///
/// # Errors
/// [`FindError`].
pub async fn video_anew(app: &App, id: &str) -> Result<VideoId, FindError> {
    video_within(app, &mut Budget::new(), id, Wish { age_max: Duration::ZERO, ..Wish::USUAL }).await
}

/// A video from before anybody here followed its channel: nobody is told of it.
///
/// # Errors
/// [`FindError`].
pub async fn video_of_before(app: &App, id: &str) -> Result<VideoId, FindError> {
    video_within(app, &mut Budget::new(), id, Wish { is_backfill: true, ..Wish::USUAL }).await
}

/// The video with this id out of a budget, as [`video`] has it.
///
/// # Errors
/// [`FindError`].
pub async fn video_of(app: &App, budget: &mut Budget, id: &str) -> Result<VideoId, FindError> {
    video_within(app, budget, id, Wish::USUAL).await
}

/// The same, as it is wished for.
pub(super) async fn video_within(
    app: &App,
    budget: &mut Budget,
    id: &str,
    wish: Wish,
) -> Result<VideoId, FindError> {
    let asked_at = app.clock().now();
    if let Some(Known { video, is_young: true, .. }) = known(app, id, wish.age_max).await? {
        return Ok(video);
    }
    let host = host_of(id).ok_or(FetchError::Address)?;
    if is_muted(app, host).await? {
        return Err(FindError::Muted);
    }
    let _flight = app.flights().take(Kind::Video, id).await;
    let age_max = wish.age_max.max(app.clock().now().since(asked_at));
    let old = match known(app, id, age_max).await? {
        Some(Known { video, is_young: true, .. }) => return Ok(video),
        old => old,
    };
    let etag = old.as_ref().and_then(|old| old.etag.as_deref());
    let found = budget.document_unless(app, id, etag).await;
    let Some(old) = old else {
        let found = found?.ok_or(FetchError::Broken)?;
        return put(app, budget, found, wish.is_backfill).await;
    };
    let video = old.video;
    match found {
        // Another video does not take its place.
        Ok(Some(found)) if found.url != id => Err(FetchError::Elsewhere.into()),
        Ok(Some(found)) => put(app, budget, found, wish.is_backfill).await,
        Ok(None) => {
            app.write(Durability::Relaxed, move |write, now| {
                repair::found(write, RepairTarget::Video(video))?;
                keep::fetched(write, now, video, old.etag.as_deref()).map_err(FindError::from)
            })
            .await?;
            Ok(video)
        }
        Err(error) if error.is_gone() => {
            let is_sure = error.is_gone_for_good();
            let removing = app.write(Durability::Flushed, move |write, now| {
                if repair::is_lost(write, now, RepairTarget::Video(video), is_sure)? {
                    keep::remove::video(write, video)?;
                }
                Ok::<_, FindError>(())
            });
            removing.await?;
            Err(error)
        }
        Err(error) if error.may_pass() && !wish.age_max.is_zero() => Ok(video),
        Err(error) => Err(error),
    }
}

/// Keeps a video as its document describes it, with what it belongs to.
pub(super) async fn put(
    app: &App,
    budget: &mut Budget,
    found: Fetched,
    is_backfill: bool,
) -> Result<VideoId, FindError> {
    let said = vocab::Video::read(&found.value)?;
    let config = app.config();
    said.check(elsewhere(app, &config))?;
    if said.id != found.url {
        return Err(FetchError::Elsewhere.into());
    }
    // It may be of another server than the address that led to it.
    if is_muted(app, host_of(&said.id).ok_or(FetchError::Address)?).await? {
        return Err(FindError::Muted);
    }
    let Party::Channel(channel) = actor_within(app, budget, &said.channel, FRESH_DURATION).await? else {
        return Err(FindError::Kind);
    };
    let parts = match &said.parts {
        Some(address) => parts(app, budget, address).await,
        None => Some(Vec::new()),
    };
    let (dice, host) = (app.dice(), app.url().host().to_owned());
    app.write(Durability::Flushed, move |write, now| {
        let name = || dice.uuid();
        let intake = Intake { host: &host, name: &name, is_backfill };
        let video = keep::video(write, now, &said, channel, intake)?;
        // Without its parts it is asked for whole again.
        keep::fetched(write, now, video, found.etag.as_deref().filter(|_| parts.is_some()))?;
        repair::found(write, RepairTarget::Video(video))?;
        if let Some(parts) = parts {
            keep::chapters(write, video, &parts)?;
        }
        Ok(video)
    })
    .await
}

/// A video's parts; none where they are not told now, which changes nothing.
async fn parts(app: &App, budget: &mut Budget, address: &str) -> Option<Vec<Part>> {
    let found = budget.document(app, address).await.ok()?;
    Some(vocab::parts(&found.value))
}

struct Known {
    video: VideoId,
    is_young: bool,
    etag: Option<String>,
}

/// What has this id here.
async fn known(app: &App, id: &str, age_max: Duration) -> Result<Option<Known>, FindError> {
    let (now, id) = (app.clock().now(), id.to_owned());
    let row = app.read(move |store| -> Result<_, StoreError> {
        use crate::store::Read as _;
        Ok(match keep::object_of(store, &id)? {
            Some(RemoteObject::Video(video)) => Some(Ok(store.get(&VideoKey { video })?)),
            Some(RemoteObject::Comment(_) | RemoteObject::Playlist(_)) => Some(Err(FindError::Kind)),
            None => None,
        })
    });
    let Some(row) = row.await? else { return Ok(None) };
    // Its id is known and its row is gone: somebody here removed it.
    let row = row?.ok_or(KeepError::Gone)?;
    let remote = row.remote.ok_or(FindError::Kind)?;
    let is_young = now.since(remote.fetched_at) < age_max;
    Ok(Some(Known { video: row.id, is_young, etag: remote.etag }))
}
