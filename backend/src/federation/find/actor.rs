//! People and channels elsewhere.

use std::time::Duration;

use shared::id::AccountId;
use shared::time::Timestamp;

use super::budget::Budget;
use super::flights::Kind;
use super::{FRESH_DURATION, FindError, elsewhere};
use crate::app::App;
use crate::domain::repair;
use crate::federation::keep::KeepError;
use crate::federation::verify::remote_of;
use crate::federation::vocab::{Actor, ActorKind, Collection, host_of};
use crate::federation::{fetch, keep};
use crate::store::records::{Party, RemoteActor, RepairTarget};
use crate::store::{Durability, StoreError};

/// The actor with this id: as it is known, where it was read in the last two days, and else as its server describes it,
/// with the owner of a group. An old row is better than none where the server does not answer.
///
/// # Errors
/// [`FindError`].
pub async fn actor(app: &App, id: &str) -> Result<Party, FindError> {
    actor_within(app, &mut Budget::new(), id, FRESH_DURATION).await
}

/// Whoever stands at an address, which may be that of their page, or lead to them: they may be of another server than the
/// address. For addresses that people type; where something is somebody's word, ask for [`actor`].
///
/// # Errors
/// [`FindError`].
pub async fn actor_at(app: &App, address: &str) -> Result<Party, FindError> {
    if let Some(party) = young(app, address, FRESH_DURATION).await? {
        return Ok(party);
    }
    let mut budget = Budget::new();
    let found = budget.document(app, address).await?;
    actor_within(app, &mut budget, &found.url, FRESH_DURATION).await
}

/// Who is called `name` at `host`: as known, or as that server says.
///
/// # Errors
/// [`FindError`].
pub async fn actor_by_handle(app: &App, name: &str, host: &str) -> Result<Party, FindError> {
    let (asked, at) = (name.to_owned(), host.to_ascii_lowercase());
    let known = app.read(move |store| {
        let Some(party) = keep::actor_named(store, &asked, &at)? else { return Ok(None) };
        Ok(remote_of(store, party)?.map(|remote| (party, remote.fetched_at)))
    });
    let known: Result<Option<(Party, Timestamp)>, StoreError> = known.await;
    if let Some((party, fetched_at)) = known?
        && app.clock().now().since(fetched_at) < FRESH_DURATION
    {
        return Ok(party);
    }
    let id = fetch::webfinger(app, name, host).await?;
    actor(app, &id).await
}

/// The actor with this id as its server describes it now.
///
/// # Errors
/// [`FindError`].
pub async fn actor_anew(app: &App, id: &str) -> Result<Party, FindError> {
    actor_within(app, &mut Budget::new(), id, Duration::ZERO).await
}

/// The same, out of a budget, not older than `age_max`.
///
/// # Errors
/// [`FindError`].
pub async fn actor_within(
    app: &App,
    budget: &mut Budget,
    id: &str,
    age_max: Duration,
) -> Result<Party, FindError> {
    let asked_at = app.clock().now();
    if let Some(party) = young(app, id, age_max).await? {
        return Ok(party);
    }
    let _flight = app.flights().take(Kind::Actor, id).await;
    // Whoever asked for it meanwhile asked late enough.
    let waited = app.clock().now().since(asked_at);
    if let Some(party) = young(app, id, age_max.max(waited)).await? {
        return Ok(party);
    }
    let said = match read(app, budget, id).await {
        Ok(said) => said,
        Err(error) => return otherwise(app, id, age_max, error).await,
    };
    let owner = match (said.kind, said.owners.first()) {
        (ActorKind::Group, Some(owner)) => Some(owner_of(app, budget, owner).await?),
        (ActorKind::Group | ActorKind::Person | ActorKind::Application, _) => None,
    };
    let followers = said.followers.clone().filter(|_| owner.is_some());
    let (name, host) = (said.name.clone(), host_of(id).unwrap_or_default());
    let party = match put(app, said, owner).await {
        Err(error @ FindError::Keep(KeepError::NameTaken)) => {
            forget_former(app, name, host).await?;
            return Err(error);
        }
        put => put?,
    };
    if let Some(followers) = followers {
        // Nobody waits for a number.
        let counting = app.clone();
        app.spawn(async move { count(&counting, party, &followers).await });
    }
    Ok(party)
}

/// Removes whoever had a name before, where their server says that they are gone: the next who asks finds it free.
async fn forget_former(app: &App, name: String, host: String) -> Result<(), FindError> {
    let known = app.read(move |store| {
        let Some(party) = keep::actor_named(store, &name, &host)? else { return Ok(None) };
        Ok::<_, StoreError>(remote_of(store, party)?.map(|remote| (party, remote.url)))
    });
    let Some((party, url)) = known.await? else { return Ok(()) };
    match fetch::document(app, &url).await {
        Err(error) if error.is_gone() => {
            app.write(Durability::Flushed, move |write, now| {
                keep::remove::actor(write, now, party).map_err(FindError::from)
            })
            .await
        }
        Ok(_) | Err(_) => Ok(()),
    }
}

/// The account of a group's owner, however long ago it was read. Owners have none themselves.
async fn owner_of(app: &App, budget: &mut Budget, id: &str) -> Result<AccountId, FindError> {
    let account = |party: Party| match party {
        Party::Account(account) => Ok(account),
        Party::Instance | Party::Channel(_) => Err(FindError::Kind),
    };
    if let Some(party) = young(app, id, Duration::MAX).await? {
        return account(party);
    }
    let _flight = app.flights().take(Kind::Owner, id).await;
    if let Some(party) = young(app, id, Duration::MAX).await? {
        return account(party);
    }
    let said = read(app, budget, id).await?;
    if said.kind == ActorKind::Group {
        return Err(FindError::Kind);
    }
    account(put(app, said, None).await?)
}

/// What somebody's server says of them.
async fn read(app: &App, budget: &mut Budget, id: &str) -> Result<Actor, FindError> {
    let host = host_of(id).ok_or(fetch::FetchError::Address)?;
    if is_muted(app, host).await? {
        return Err(FindError::Muted);
    }
    let found = budget.document(app, id).await?;
    let said = Actor::read(&found.value)?;
    let config = app.config();
    said.check(elsewhere(app, &config))?;
    // Not whoever else it leads to: what this one says would be taken for the other's word.
    let is_meant = said.id == found.url && found.url == id;
    if is_meant { Ok(said) } else { Err(fetch::FetchError::Elsewhere.into()) }
}

/// What is true where a server does not describe somebody: they are gone, or they are as they were.
async fn otherwise(app: &App, id: &str, age_max: Duration, error: FindError) -> Result<Party, FindError> {
    let Some(party) = young(app, id, Duration::MAX).await? else { return Err(error) };
    if error.is_gone() {
        let is_sure = error.is_gone_for_good();
        app.write(Durability::Flushed, move |write, now| {
            let is_lost = match target_of(party) {
                Some(target) => repair::is_lost(write, now, target, is_sure)?,
                None => false,
            };
            if is_lost {
                keep::remove::actor(write, now, party)?;
            }
            Ok::<_, FindError>(())
        })
        .await?;
        return Err(error);
    }
    if error.may_pass() && !age_max.is_zero() { Ok(party) } else { Err(error) }
}

async fn put(app: &App, said: Actor, owner: Option<AccountId>) -> Result<Party, FindError> {
    let dice = app.dice();
    app.write(Durability::Relaxed, move |write, now| {
        let party = keep::actor(write, now, &said, owner, &|| dice.uuid())?;
        if let Some(target) = target_of(party) {
            repair::found(write, target)?;
        }
        Ok::<_, FindError>(party)
    })
    .await
}

/// By which somebody elsewhere is read again.
fn target_of(party: Party) -> Option<RepairTarget> {
    match party {
        Party::Instance => None,
        Party::Account(account) => Some(RepairTarget::Account(account)),
        Party::Channel(channel) => Some(RepairTarget::Channel(channel)),
    }
}

/// Asks how many follow a channel, as its server counts. A number that is not told stays as it was.
async fn count(app: &App, party: Party, followers: &str) {
    let Ok(found) = fetch::document(app, followers).await else { return };
    let Ok(Collection { total: Some(total), .. }) = Collection::read(&found.value, &found.url) else {
        return;
    };
    let noting = app.write(Durability::Relaxed, move |write, _| {
        keep::counts(write, party, Some(total), None).map_err(FindError::from)
    });
    if let Err(error) = noting.await {
        tracing::debug!(%error, "the number of followers of a channel elsewhere could not be kept");
    }
}

/// Whoever has this id, where they were read not longer ago.
async fn young(app: &App, id: &str, age_max: Duration) -> Result<Option<Party>, StoreError> {
    let (now, id) = (app.clock().now(), id.to_owned());
    app.read(move |store| {
        let Some(party) = keep::actor_of(store, &id)? else { return Ok(None) };
        let remote = remote_of(store, party)?;
        let is_young = |remote: &RemoteActor| now.since(remote.fetched_at) < age_max;
        Ok(remote.is_some_and(|remote| is_young(&remote)).then_some(party))
    })
    .await
}

/// Whether the instance does not want to hear of a server.
pub(super) async fn is_muted(app: &App, host: String) -> Result<bool, StoreError> {
    app.read(move |store| keep::is_muted(store, &host, None)).await
}
