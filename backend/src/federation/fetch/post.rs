//! Telling others something.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method};

use super::answer::Answer;
use super::error::FetchError;
use super::exchange::{ANSWER_DURATION_MAX, Question};
use super::rule::target;
use super::signed::{Signer, ask};
use crate::app::App;
use crate::domain::federation::Addresses;
use crate::store::records::Party;
use crate::store::tables::{AccountKey, ChannelKey};
use crate::store::{Read, StoreError};

const ACTIVITY: HeaderValue = HeaderValue::from_static("application/activity+json");
const ANSWERS: HeaderValue = HeaderValue::from_static("application/activity+json, application/ld+json");

/// Tells an inbox what `body` says, signed by somebody of this server. Any status is an answer. Whether the server was
/// failing is the caller's to mind: who delivers has a ledger of that.
///
/// # Errors
/// [`FetchError`] where there was none, and [`FetchError::Unsigned`] where the party is not of this server any more.
pub async fn post(app: &App, inbox: &str, by: Party, body: Bytes) -> Result<Answer, FetchError> {
    let found = app.read(move |store| name_of(store, by)).await.map_err(|_| FetchError::Unsigned)?;
    let addresses = Addresses::new(app.url().as_str(), app.url().host());
    let signer = match (by, found) {
        (Party::Instance, _) => Signer::instance(app)?,
        (Party::Account(_), Some(name)) => Signer::of(&addresses.account(&name), &name)?,
        (Party::Channel(_), Some(name)) => Signer::of(&addresses.channel(&name), &name)?,
        (Party::Account(_) | Party::Channel(_), None) => return Err(FetchError::Unsigned),
    };
    tell(app, inbox, &signer, body).await
}

/// The same, signed by the actor of this server at that address, who may be gone: then it is told that they are.
///
/// # Errors
/// As [`post`]; [`FetchError::Unsigned`] where the address is none of an actor of ours.
pub async fn post_as(app: &App, inbox: &str, actor: &str, body: Bytes) -> Result<Answer, FetchError> {
    let addresses = Addresses::new(app.url().as_str(), app.url().host());
    let name = actor.rsplit('/').next().unwrap_or_default();
    let is_ours = actor == addresses.account(name) || actor == addresses.channel(name);
    if name.is_empty() || !is_ours {
        return Err(FetchError::Unsigned);
    }
    tell(app, inbox, &Signer::of(actor, name)?, body).await
}

async fn tell(app: &App, inbox: &str, by: &Signer, body: Bytes) -> Result<Answer, FetchError> {
    let config = app.config();
    if !config.federation.enabled {
        return Err(FetchError::Off);
    }
    let at = target(inbox, app.url(), &config.federation.allow_private_hosts)?;
    let headers = HeaderMap::from_iter([(CONTENT_TYPE, ACTIVITY), (ACCEPT, ANSWERS)]);
    let question =
        Question { method: Method::POST, headers, body, bytes_max: 0, patience: ANSWER_DURATION_MAX };
    let reply = ask(app, by, &at, question).await?;
    Ok(Answer { status: reply.status, retry_after: reply.retry_after(app.clock().now()) })
}

/// What somebody of this server is called in their address; none for others.
fn name_of(read: &impl Read, by: Party) -> Result<Option<String>, StoreError> {
    Ok(match by {
        Party::Instance => None,
        Party::Account(account) => {
            let account = read.get(&AccountKey { account })?;
            account.filter(|account| account.remote.is_none()).map(|account| account.name)
        }
        Party::Channel(channel) => {
            let channel = read.get(&ChannelKey { channel })?;
            channel.filter(|channel| channel.remote.is_none()).map(|channel| channel.name)
        }
    })
}
