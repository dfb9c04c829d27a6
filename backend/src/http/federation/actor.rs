//! Accounts, channels and the instance.

use shared::id::Handle;
use shared::time::Timestamp;

use super::answer::{addresses, answer, elsewhere, gone};
use super::path::Whose;
use crate::app::App;
use crate::documents;
use crate::domain::account::{account_named, channel_named};
use crate::domain::federation::context::ACTOR;
use crate::domain::federation::{Addresses, Document, INSTANCE, key};
use crate::http::extract::Ask;
use crate::http::problem::Failure;
use crate::http::respond::Outcome;
use crate::keys::{KeyError, key_of};
use crate::store::records::{Account, Channel};
use crate::store::tables::{AccountKey, AccountNameKey, ChannelNameKey};
use crate::store::{Read, Store, StoreError};

/// Who has a name.
pub(super) enum Found {
    /// The instance.
    Instance,
    /// An account.
    Account(Box<Account>),
    /// A channel, and its owner.
    Channel(Box<Channel>, Box<Account>),
    /// Somebody of another server, by which the network knows them.
    Elsewhere(String),
    /// Nobody any more.
    Gone { id: String, former_type: &'static str, removed_at: Option<Timestamp> },
    /// Nobody.
    Nobody,
}

/// Who has this name, here or on the server that it names.
pub(super) async fn find_named(app: &App, whose: Whose) -> Result<Found, StoreError> {
    let (name, accounts, channels) = match whose {
        Whose::Account(handle) => (handle, true, false),
        Whose::Channel(handle) => (handle, false, true),
        Whose::Either(handle) => (handle, true, true),
    };
    let Handle { name, host } = name;
    if let Some(host) = host.filter(|host| host != app.url().host()) {
        let directory = app.directory();
        let account = || directory.account_elsewhere(&name, &host)?.remote.as_ref().map(|it| it.url.clone());
        let channel = || directory.channel_elsewhere(&name, &host)?.remote.as_ref().map(|it| it.url.clone());
        let url = accounts.then(account).flatten().or_else(|| channels.then(channel).flatten());
        return Ok(url.map_or(Found::Nobody, Found::Elsewhere));
    }
    if accounts && name.eq_ignore_ascii_case(INSTANCE) {
        return Ok(Found::Instance);
    }
    app.blocking(move |app| {
        let (store, addresses) = (app.store(), addresses(app));
        let account = if accounts { find_account(store, &addresses, &name)? } else { Found::Nobody };
        if !matches!(account, Found::Nobody) {
            return Ok(account);
        }
        if channels { find_channel(store, &addresses, &name) } else { Ok(Found::Nobody) }
    })
    .await
}

fn find_account(store: &Store, addresses: &Addresses<'_>, name: &str) -> Result<Found, StoreError> {
    if let Some(account) = account_named(store, name)? {
        return Ok(Found::Account(Box::new(account)));
    }
    let name = name.to_lowercase();
    // Names stay taken when their owners go.
    if store.get(&AccountNameKey { name: name.clone() })?.is_none() {
        return Ok(Found::Nobody);
    }
    let removed_at = key::of(store, &name)?.removed_at;
    Ok(Found::Gone { id: addresses.account(&name), former_type: "Person", removed_at })
}

fn find_channel(store: &Store, addresses: &Addresses<'_>, name: &str) -> Result<Found, StoreError> {
    let name = name.to_lowercase();
    if let Some(channel) = channel_named(store, &name)? {
        let owner = store.get(&AccountKey { account: channel.account })?;
        // Whose owner is being removed goes in the same moment.
        return Ok(match owner {
            Some(owner) => Found::Channel(Box::new(channel), Box::new(owner)),
            None => Found::Nobody,
        });
    }
    if store.get(&ChannelNameKey { name: name.clone() })?.is_none() {
        return Ok(Found::Nobody);
    }
    let removed_at = key::of(store, &name)?.removed_at;
    Ok(Found::Gone { id: addresses.channel(&name), former_type: "Group", removed_at })
}

/// The actor itself.
pub(super) async fn show(ask: &Ask, whose: Whose) -> Outcome {
    let app = &ask.app;
    let actor = match find_named(app, whose).await? {
        Found::Instance => {
            let key = key_of(app, INSTANCE).await?;
            documents::instance(app, &key)
        }
        Found::Account(account) => {
            let key = key_of(app, &account.name).await?;
            documents::person(app, &account, &key)
        }
        Found::Channel(channel, owner) => {
            let key = key_of(app, &channel.name).await?;
            documents::channel(app, &channel, &owner, &key)
        }
        Found::Elsewhere(url) => return elsewhere(&url),
        Found::Gone { id, former_type, removed_at } => return gone(id, former_type, removed_at),
        Found::Nobody => return Err(nobody()),
    };
    answer(&Document::new(ACTOR, actor))
}

/// 404.
pub(super) fn nobody() -> Failure {
    Failure::not_found("Actor not found")
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Failure {
        match error {
            KeyError::Make => Failure::internal(&error),
            KeyError::Store(error) => error.into(),
        }
    }
}
