//! Lists of videos elsewhere. What they hold is read by a job, once they are kept.

use shared::id::PlaylistId;

use super::actor::{actor_within, is_muted};
use super::budget::Budget;
use super::flights::Kind;
use super::{FRESH_DURATION, FindError, elsewhere};
use crate::app::App;
use crate::federation::fetch::{FetchError, Fetched};
use crate::federation::keep::Intake;
use crate::federation::vocab::{self, Grave, host_of};
use crate::federation::{fetch, keep};
use crate::store::records::{Party, RemoteObject};
use crate::store::tables::PlaylistKey;
use crate::store::{Durability, Read, StoreError};

/// The list at this address: as it is known, where it was read in the last two days, and else as its server describes it,
/// with its channel. The address may be that of its page.
///
/// # Errors
/// [`FindError`].
pub async fn playlist(app: &App, address: &str) -> Result<PlaylistId, FindError> {
    if let Some((playlist, true)) = known(app, address).await? {
        return Ok(playlist);
    }
    if is_muted(app, host_of(address).ok_or(FetchError::Address)?).await? {
        return Err(FindError::Muted);
    }
    let _flight = app.flights().take(Kind::Playlist, address).await;
    let old = match known(app, address).await? {
        Some((playlist, true)) => return Ok(playlist),
        old => old.map(|(playlist, _)| playlist),
    };
    let mut budget = Budget::new();
    budget.spend(address)?;
    let found = match fetch::document(app, address).await {
        Ok(found) if Grave::read(&found.value).is_some() => Err(FetchError::Gone(http::StatusCode::GONE)),
        found => found,
    };
    match (found, old) {
        // Another list does not take its place.
        (Ok(found), Some(_)) if found.url != address => Err(FetchError::Elsewhere.into()),
        (Ok(found), _) => put(app, &mut budget, found).await,
        (Err(error), Some(playlist)) if error.is_gone() => {
            let removing = app.write(Durability::Flushed, move |write, _| {
                keep::remove::playlist(write, playlist).map_err(FindError::from)
            });
            removing.await?;
            Err(error.into())
        }
        (Err(error), Some(playlist)) if error.may_pass() => Ok(playlist),
        (Err(error), _) => Err(error.into()),
    }
}

async fn put(app: &App, budget: &mut Budget, found: Fetched) -> Result<PlaylistId, FindError> {
    let said = vocab::Playlist::read(&found.value)?;
    let config = app.config();
    said.check(elsewhere(app, &config))?;
    if said.id != found.url {
        return Err(FetchError::Elsewhere.into());
    }
    let Party::Channel(channel) = actor_within(app, budget, &said.channel, FRESH_DURATION).await? else {
        return Err(FindError::Kind);
    };
    let within = app.clone();
    app.write(Durability::Flushed, move |write, now| {
        let name = || within.dice().uuid();
        let intake = Intake { host: within.url().host(), name: &name, is_backfill: true };
        let holder = within.playlists().holder(said.uuid);
        keep::playlist(write, now, &said, (channel, holder), intake).map_err(FindError::from)
    })
    .await
}

/// What has this id here, and whether it was read not long ago.
async fn known(app: &App, id: &str) -> Result<Option<(PlaylistId, bool)>, FindError> {
    let (now, id) = (app.clock().now(), id.to_owned());
    let found = app.read(move |store| -> Result<_, StoreError> {
        Ok(match keep::object_of(store, &id)? {
            Some(RemoteObject::Playlist(playlist)) => Ok(store.get(&PlaylistKey { playlist })?),
            Some(RemoteObject::Video(_) | RemoteObject::Comment(_)) => Err(FindError::Kind),
            None => Ok(None),
        })
    });
    let row = found.await??;
    Ok(row.and_then(|row| {
        let is_young = now.since(row.remote.as_ref()?.fetched_at) < FRESH_DURATION;
        Some((row.id, is_young))
    }))
}
