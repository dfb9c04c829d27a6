//! `/watched-words/…/subscriptions`: lists of watched words that are kept elsewhere.
//!
//! Shapes, words and statuses are PeerTube 9's (`watched-words.ts`); `lastTryAt` and `error` are Shoal's own.

use http::StatusCode;
use shared::api;
use shared::id::{AccountId, WordSubscriptionId};

use super::blocklist::{Asked, read_url, state, unread};
use super::comment::too_many;
use super::extract::{Ask, Body, Segment};
use super::problem::Failure;
use super::respond::{Outcome, json, no_content};
use super::words::owner;
use crate::app::App;
use crate::domain::mute::INSTANCE;
use crate::domain::right::Right;
use crate::domain::word_subscription::{self, WordSubscriptionError};
use crate::domain::words;
use crate::lists::{Which, WordNames, look};
use crate::store::records::{WordList, WordSubscription};
use crate::store::{Durability, StoreError};

/// `GET /api/v1/watched-words/accounts/{name}/subscriptions`
pub async fn of_account(name: Segment, ask: Ask) -> Outcome {
    let owner = owner(&name, &ask).await?;
    list(ask, owner).await
}

/// `GET /api/v1/watched-words/server/subscriptions`
pub async fn of_instance(ask: Ask) -> Outcome {
    ask.person_with(Right::ManageInstanceWatchedWords).await?;
    list(ask, INSTANCE).await
}

/// `POST /api/v1/watched-words/accounts/{name}/subscriptions`
pub async fn subscribe_account(name: Segment, ask: Ask, body: Body) -> Outcome {
    let owner = owner(&name, &ask).await?;
    subscribe(ask, body, owner).await
}

/// `POST /api/v1/watched-words/server/subscriptions`
pub async fn subscribe_instance(ask: Ask, body: Body) -> Outcome {
    ask.person_with(Right::ManageInstanceWatchedWords).await?;
    subscribe(ask, body, INSTANCE).await
}

/// `DELETE /api/v1/watched-words/accounts/{name}/subscriptions/{subscription}`
pub async fn unsubscribe_account(name: Segment, id: Segment, ask: Ask) -> Outcome {
    let owner = owner(&name, &ask).await?;
    unsubscribe(&id, ask, owner).await
}

/// `DELETE /api/v1/watched-words/server/subscriptions/{subscription}`
pub async fn unsubscribe_instance(id: Segment, ask: Ask) -> Outcome {
    ask.person_with(Right::ManageInstanceWatchedWords).await?;
    unsubscribe(&id, ask, INSTANCE).await
}

async fn list(ask: Ask, owner: AccountId) -> Outcome {
    let asked = Asked::of(&ask)?;
    let found = ask.app.read(move |store| {
        Ok::<_, StoreError>((word_subscription::list(store, owner)?, words::lists(store, owner)?))
    });
    let (rows, lists) = found.await?;
    let rows: Vec<_> = rows.into_iter().map(|row| view(&ask.app, owner, row, &lists)).collect();
    json(&asked.page.cut(asked.sorted(rows, |row| (&row.name, &row.url, row.created_at, row.last_sync_at))))
}

async fn subscribe(ask: Ask, body: Body, owner: AccountId) -> Outcome {
    let url = read_url(&ask, body).await?;
    let known = url.clone();
    ask.app.read(move |store| word_subscription::may_subscribe(store, owner, &known)).await?;
    if let Err(wait) = ask.app.elsewhere_pace(ask.address()) {
        return Ok(too_many(wait));
    }
    let told = look(&ask.app, &url, WordNames::read).await.map_err(|why| unread(&why))?;
    let made = ask.app.write(Durability::Flushed, move |write, now| {
        word_subscription::subscribe(write, now, owner, url, told.name)
    });
    let made = made.await?;
    ask.app.lists().wake();
    json(&view(&ask.app, owner, made, &[]))
}

async fn unsubscribe(id: &Segment, ask: Ask, owner: AccountId) -> Outcome {
    let id: WordSubscriptionId = id.parse("id", "Should be a number")?;
    ask.app
        .write(Durability::Flushed, move |write, _| word_subscription::unsubscribe(write, owner, id))
        .await?;
    Ok(no_content())
}

fn view(app: &App, owner: AccountId, row: WordSubscription, lists: &[WordList]) -> api::WordSubscription {
    let words =
        lists.iter().find(|list| list.subscription == Some(row.id)).map_or(0, |list| list.words.len());
    api::WordSubscription {
        id: row.id,
        name: row.name,
        url: row.url,
        imported_words_count: u64::try_from(words).unwrap_or(u64::MAX),
        last_sync_at: row.reading.read_at,
        state: state(app, Which::Words(owner, row.id), &row.reading),
        last_try_at: row.reading.tried_at,
        error: row.reading.trouble,
        error_code: row.reading.fault,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

impl From<WordSubscriptionError> for Failure {
    fn from(error: WordSubscriptionError) -> Failure {
        match error {
            WordSubscriptionError::NoSuchSubscription => {
                Failure::not_found("Watched words subscription not found")
            }
            WordSubscriptionError::Known => {
                Failure::new(StatusCode::CONFLICT, "A subscription with this URL already exists")
            }
            WordSubscriptionError::NameTaken => Failure::new(
                StatusCode::CONFLICT,
                "A list or a tag with the name of this list exists already",
            ),
            WordSubscriptionError::TooMany => Failure::new(StatusCode::CONFLICT, "There are too many lists"),
            error @ (WordSubscriptionError::Name
            | WordSubscriptionError::TooLong
            | WordSubscriptionError::Word) => Failure::bad_request(error.to_string()),
            WordSubscriptionError::Store(error) => error.into(),
        }
    }
}
