//! Telling one server, one thing after the other.

use std::time::Duration;

use bytes::Bytes;
use shared::id::ServerId;

use crate::app::App;
use crate::documents::addresses;
use crate::domain::delivery::{Answer, Ready, ready, settle};
use crate::federation::fetch::{self, FetchError};
use crate::federation::publish::{WordsError, words};
use crate::store::records::{Party, Said};
use crate::store::tables::ServerKey;
use crate::store::{Durability, Read, StoreError};

/// What one server is told before others have a turn.
const TOLD_AT_ONCE: usize = 100;
/// After a failure of our own.
const NAP_AFTER_FAILURE: Duration = Duration::from_secs(5);

/// Why nothing could be told, and nothing can be said of the server either.
#[derive(Debug, thiserror::Error)]
enum TellError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Words(#[from] WordsError),
    #[error(transparent)]
    Fetch(FetchError),
}

/// Tells a server what it has not heard, in its order, as long as it listens.
pub(super) async fn tell(app: App, server: ServerId) {
    for _ in 0..TOLD_AT_ONCE {
        match tell_next(&app, server).await {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                tracing::error!(server = server.0, %error, "a server could not be told anything");
                tokio::select! {
                    () = tokio::time::sleep(NAP_AFTER_FAILURE) => {}
                    () = app.stopping().cancelled() => return,
                }
                break;
            }
        }
    }
    // Somebody may wait for this place, or this server for more.
    app.deliveries().wake();
}

/// Tells a server what is next. Gives whether it may be told more at once.
async fn tell_next(app: &App, server: ServerId) -> Result<bool, TellError> {
    let Some(ready) = app.read(move |store| ready(store, server)).await? else { return Ok(false) };
    let answer = match words_of(app, &ready).await {
        // A stop waits for nobody else: what they heard of this they hear again, and know by its id.
        Ok(Some(body)) => tokio::select! {
            answer = send(app, &ready, body) => answer?,
            () = app.stopping().cancelled() => return Ok(false),
        },
        Ok(None) => None,
        Err(WordsError::Form(error)) => {
            tracing::error!(post = %ready.delivery.post, %error, "something cannot be said");
            None
        }
        Err(error @ (WordsError::Store(_) | WordsError::Key(_))) => return Err(error.into()),
    };
    app.deliveries().sums.count(answer.as_ref());
    if let Some(answer) = &answer {
        tracing::debug!(inbox = ready.delivery.inbox, ?answer, "a server was told something");
    }
    // What a crash forgets of this is told again, and known there by its id.
    let may_go_on = app.write(Durability::Relaxed, move |write, now| {
        settle(write, now, &ready, answer)?;
        let server = write.get(&ServerKey { server })?;
        Ok::<_, StoreError>(server.is_some_and(|server| 0 < server.waiting && server.not_before <= now))
    });
    Ok(may_go_on.await?)
}

/// The words of what is to be said, made by whoever comes first.
async fn words_of(app: &App, ready: &Ready) -> Result<Option<Bytes>, WordsError> {
    let deliveries = app.deliveries();
    let id = ready.delivery.post;
    let slot = deliveries.wording.of(app.clock().instant(), id);
    let made = slot.get_or_try_init(|| words(app, deliveries.contexts.clone(), (id, ready.post.clone())));
    made.await.cloned()
}

/// What an inbox answers; none where nobody can ever be told there.
async fn send(app: &App, ready: &Ready, body: Bytes) -> Result<Option<Answer>, TellError> {
    let (inbox, by) = (&ready.delivery.inbox, ready.post.by);
    let answered = match (&ready.post.said, by) {
        // Who is gone still says so.
        (Said::Gone(name), Party::Account(_)) => {
            fetch::post_as(app, inbox, &addresses(app).account(name), body).await
        }
        (Said::Gone(name), Party::Channel(_)) => {
            fetch::post_as(app, inbox, &addresses(app).channel(name), body).await
        }
        (_, Party::Instance | Party::Account(_) | Party::Channel(_)) => {
            fetch::post(app, inbox, by, body).await
        }
    };
    match answered {
        Ok(answer) => Ok(Some(Answer::Status(answer.status.as_u16(), answer.retry_after))),
        Err(error @ (FetchError::Off | FetchError::Busy)) => Err(TellError::Fetch(error)),
        // Whoever has no key any more says nothing any more.
        Err(FetchError::Address | FetchError::Own | FetchError::Unsigned) => Ok(None),
        Err(FetchError::Gone(status) | FetchError::Status(status)) => {
            Ok(Some(Answer::Status(status.as_u16(), None)))
        }
        Err(
            error @ (FetchError::Closed
            | FetchError::Silent
            | FetchError::Late
            | FetchError::Paused(_)
            | FetchError::Broken
            | FetchError::Leads
            | FetchError::TooLong
            | FetchError::Type
            | FetchError::Elsewhere),
        ) => Ok(Some(Answer::None(error.to_string()))),
    }
}
