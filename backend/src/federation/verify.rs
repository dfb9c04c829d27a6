//! Whose key it was that signed.
//!
//! Owns where a key is looked for: in the rows of who is known, then once at its address. A key that did not make the
//! signature is asked for anew if it was read a while ago, since servers change theirs. One that is not to be had now may
//! be later: who sent something is asked to come back. What is gone is remembered where it is fetched.

use std::net::IpAddr;
use std::time::Duration;

use shared::time::Timestamp;

use super::fetch::FetchError;
use super::find::{self, Budget, FindError};
use super::sign::linked::{LinkedClaim, Reading, Unlinked};
use super::sign::{Claim, Found, KeyId, PublicKey, Refusal, find_key};
use super::vocab::is_same_host;
use crate::app::App;
use crate::store::records::{Party, RemoteActor};
use crate::store::tables::{AccountKey, ChannelKey, RemoteActorKey};
use crate::store::{Read, StoreError};

/// A key that was read so lately is not asked for anew.
const FRESH: Duration = Duration::from_secs(60);

/// Why nobody is known to have signed.
#[derive(Debug, thiserror::Error)]
pub enum Unverified {
    /// The key did not make the signature.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The key did not sign the document.
    #[error(transparent)]
    Unlinked(#[from] Unlinked),
    /// The key is not to be had.
    #[error("the key cannot be read: {0}")]
    Keyless(String),
    /// The key's owner, who is known here, is gone, as their server says.
    #[error("the key's owner is gone")]
    Gone {
        /// Who.
        actor: String,
    },
    /// Too many keys of that server were asked for.
    #[error("too many keys of that server were asked for")]
    Later(Duration),
    /// The key may be had later: its server does not answer, or too many are asked for at once.
    #[error("the key is not to be had now")]
    Away,
    /// The store failed.
    #[error("what is known of the key could not be read")]
    Store(#[from] StoreError),
}

/// Something signed whose key is not known yet.
trait Signed {
    fn key_id(&self) -> &KeyId;
    fn is_by(&self, key: &PublicKey) -> bool;
}

impl Signed for Claim {
    fn key_id(&self) -> &KeyId {
        self.key_id()
    }

    fn is_by(&self, key: &PublicKey) -> bool {
        self.verify(key).is_ok()
    }
}

impl Signed for LinkedClaim {
    fn key_id(&self) -> &KeyId {
        self.creator()
    }

    fn is_by(&self, key: &PublicKey) -> bool {
        self.clone().verify(key).is_ok()
    }
}

/// An actor, and those of its keys that are meant.
struct Known {
    actor: String,
    pems: Vec<String>,
    fetched_at: Timestamp,
}

impl Known {
    /// The key that made the signature.
    fn key_of(&self, signed: &impl Signed) -> Option<PublicKey> {
        let keys = self.pems.iter().filter_map(|pem| PublicKey::from_pem(pem).ok());
        keys.into_iter().find(|key| signed.is_by(key))
    }
}

/// Whether the key of a request may be one of somebody who is known here.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub async fn is_known(app: &App, claim: &Claim, hint: Option<&str>) -> Result<bool, StoreError> {
    let places = places(claim.key_id(), hint);
    app.read(move |store| {
        for url in places {
            if store.get(&RemoteActorKey { url })?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    })
    .await
}

/// Who may have a key: whose address it is, or who says to have done what it signed.
fn places(key_id: &KeyId, hint: Option<&str>) -> Vec<String> {
    let document = key_id.document();
    let mut places = vec![document.trim_end_matches("/main-key").to_owned(), document.to_owned()];
    places.extend(hint.filter(|hint| is_same_host(hint, key_id.as_str())).map(str::to_owned));
    places.dedup();
    places
}

/// The actor whose key signed a request from the address `by`. `hint` is who says to have done what stands in it.
///
/// # Errors
/// [`Unverified`].
pub async fn signer(app: &App, claim: &Claim, hint: Option<&str>, by: IpAddr) -> Result<String, Unverified> {
    let (actor, _) = owner(app, claim, (hint, Some(by)), Unverified::Refused(Refusal::Forged)).await?;
    Ok(actor)
}

/// What `actor` signed, who says to have done what stands in it.
///
/// # Errors
/// [`Unverified`], also where the key is another's.
pub async fn reading(app: &App, claim: LinkedClaim, actor: &str) -> Result<Reading, Unverified> {
    let (owner, key) =
        owner(app, &claim, (Some(actor), None), Unverified::Unlinked(Unlinked::Forged)).await?;
    if owner != actor {
        return Err(Unverified::Keyless("it is another's".to_owned()));
    }
    Ok(claim.verify(&key)?)
}

/// Whose key it was, and the key.
async fn owner(
    app: &App,
    signed: &(impl Signed + Sync),
    (hint, by): (Option<&str>, Option<IpAddr>),
    forged: Unverified,
) -> Result<(String, PublicKey), Unverified> {
    let key_id = signed.key_id().clone();
    let now = app.clock().instant();
    if let Some(known) = known(app, &key_id, hint).await? {
        if let Some(key) = known.key_of(signed) {
            return Ok((known.actor, key));
        }
        if app.clock().now().since(known.fetched_at) < FRESH {
            return Err(forged);
        }
        app.arrivals().ask_key(now, &key_id.host(), by).map_err(Unverified::Later)?;
        let _asking = app.arrivals().asking().ok_or(Unverified::Away)?;
        match find::actor_anew(app, &known.actor).await {
            Ok(_) => {}
            Err(error) if error.is_gone() => return Err(Unverified::Gone { actor: known.actor }),
            Err(error) => return Err(unread(error)?),
        }
    } else {
        app.arrivals().ask_key(now, &key_id.host(), by).map_err(Unverified::Later)?;
        let _asking = app.arrivals().asking().ok_or(Unverified::Away)?;
        if let Err(error) = meet(app, &key_id).await {
            return Err(unread(error)?);
        }
    }
    let known = known(app, &key_id, hint).await?;
    let known = known.ok_or_else(|| Unverified::Keyless("its owner does not have it".to_owned()))?;
    match known.key_of(signed) {
        Some(key) => Ok((known.actor, key)),
        None => Err(forged),
    }
}

/// Gets to know the owner of a key.
async fn meet(app: &App, key_id: &KeyId) -> Result<(), FindError> {
    // What most send: the actor's address, and a fragment.
    let guess = key_id.document().trim_end_matches("/main-key");
    let mut budget = Budget::new();
    match find::actor_within(app, &mut budget, guess, FRESH).await {
        Ok(_) => return Ok(()),
        // Whoever is muted is not asked in another way either.
        Err(error @ FindError::Muted) => return Err(error),
        Err(error) if error.is_gone() || error.may_pass() || guess != key_id.document() => {
            return Err(error);
        }
        Err(_) => {}
    }
    // A key by itself, which names its owner.
    let document = budget.document(app, key_id.document()).await?;
    let owner = match find_key(&document.value, key_id, &document.url) {
        Ok(Found::Owned { owner, .. } | Found::Names { owner }) => owner,
        Err(_) => return Err(FindError::from(FetchError::Type)),
    };
    find::actor_within(app, &mut budget, &owner, FRESH).await.map(drop)
}

/// A key that could not be read; the store's own failures are ours.
fn unread(error: FindError) -> Result<Unverified, StoreError> {
    if let FindError::Store(error) = error {
        return Err(error);
    }
    Ok(if error.may_pass() { Unverified::Away } else { Unverified::Keyless(error.to_string()) })
}

/// The keys that an address may mean, where their owner is known.
async fn known(app: &App, key_id: &KeyId, hint: Option<&str>) -> Result<Option<Known>, StoreError> {
    let places = places(key_id, hint);
    let key_id = key_id.clone();
    app.read(move |store| {
        for url in places {
            let Some(party) = store.get(&RemoteActorKey { url })? else { continue };
            let Some(actor) = remote_of(store, party)? else { continue };
            if !is_same_host(&actor.url, key_id.as_str()) {
                continue;
            }
            // PeerTube to 7.0 gives the actor's address for the key's.
            let is_meant = |id: &str| id == key_id.as_str() || key_id.as_str() == actor.url;
            let pems = actor.keys.iter().filter(|key| is_meant(&key.id)).map(|key| key.pem.clone());
            let pems: Vec<String> = pems.collect();
            if !pems.is_empty() {
                return Ok(Some(Known { actor: actor.url, pems, fetched_at: actor.fetched_at }));
            }
        }
        Ok(None)
    })
    .await
}

/// What is known of an actor of another server; none of one of this server.
pub(super) fn remote_of(read: &impl Read, party: Party) -> Result<Option<RemoteActor>, StoreError> {
    Ok(match party {
        Party::Instance => None,
        Party::Account(account) => read.get(&AccountKey { account })?.and_then(|account| account.remote),
        Party::Channel(channel) => read.get(&ChannelKey { channel })?.and_then(|channel| channel.remote),
    }
    .map(|remote| *remote))
}
