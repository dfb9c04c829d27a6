//! What other servers send.
//!
//! Owns the door: what is refused before anybody is asked who they are, who is believed, and that nothing is answered with
//! yes before it is on the disk. What is to be made of it is decided later (`federation::run`). The surprise is that nearly
//! everything that is understood is answered with yes, wanted or not: whoever is told no tries it again, or elsewhere.

use std::time::Duration;

use http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::{Method, StatusCode};
use serde_json::Value;
use shared::id::Handle;
use shared::time::Timestamp;
use warp::path::FullPath;
use warp::reply::Response;

use super::actor::{Found, find_named, nobody};
use super::answer::gone;
use super::path::Whose;
use crate::app::App;
use crate::domain::arrival::{self, ArrivalError, Letter, Waiting};
use crate::domain::delivery;
use crate::domain::mute::{INSTANCE as BY_INSTANCE, is_server_muted};
use crate::federation::sign::{Claim, Refusal, Request, Skew, read};
use crate::federation::verify::{self, Unverified};
use crate::federation::vocab::{Deed, host_of};
use crate::federation::{Piece, pieces};
use crate::http::comment::too_many;
use crate::http::extract::{Ask, Body, Segment};
use crate::http::problem::Failure;
use crate::http::respond::{Outcome, empty, no_content, respond};
use crate::store::records::{Arrived, Party};
use crate::store::tables::HeardKey;
use crate::store::{Durability, StoreError};

/// PeerTube's own bound; a video's document with a hundred captions has a tenth of it.
const BYTES_MAX: usize = 500_000;
/// When who filled their queue, or ours, should come back.
const FULL_FOR: Duration = Duration::from_secs(60);

/// `POST /inbox`
pub async fn shared_inbox(path: FullPath, ask: Ask, body: Body) -> Outcome {
    take(None, &path, ask, body).await
}

/// `POST /accounts/{name}/inbox`
pub async fn account_inbox(name: Segment, path: FullPath, ask: Ask, body: Body) -> Outcome {
    let handle: Handle = name.0.parse().map_err(|_| nobody())?;
    take(Some(Whose::Account(handle)), &path, ask, body).await
}

/// `POST /video-channels/{name}/inbox`
pub async fn channel_inbox(name: Segment, path: FullPath, ask: Ask, body: Body) -> Outcome {
    let handle: Handle = name.0.parse().map_err(|_| nobody())?;
    take(Some(Whose::Channel(handle)), &path, ask, body).await
}

async fn take(whose: Option<Whose>, path: &FullPath, ask: Ask, body: Body) -> Outcome {
    let app = ask.app.clone();
    if !app.config().federation.enabled {
        return Err(Failure::forbidden("This instance takes no part in the network."));
    }
    let now = app.clock().instant();
    if let Err(wait) = app.arrivals().knock(now, ask.address()) {
        return Ok(too_many(wait));
    }
    if !ask.header(CONTENT_TYPE).is_some_and(is_json) {
        let detail = "An inbox takes application/activity+json.";
        return Err(Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
    }
    let inbox = match whose {
        None => None,
        Some(whose) => match find_named(&app, whose).await? {
            Found::Instance => Some(Party::Instance),
            Found::Account(account) => Some(Party::Account(account.id)),
            Found::Channel(channel, _) => Some(Party::Channel(channel.id)),
            Found::Gone { id, former_type, removed_at } => return gone(id, former_type, removed_at),
            Found::Elsewhere(_) | Found::Nobody => return Err(nobody()),
        },
    };
    let body = body.bytes(BYTES_MAX).await?;
    let claim = claimed(&ask, path, &body)?;
    let host = host_of(claim.key_id().as_str()).ok_or_else(|| refused(&Refusal::KeyId))?;
    if host == app.url().host() {
        return Err(ours());
    }
    if let Err(wait) = app.arrivals().claim(now, &host, ask.address()) {
        return Ok(too_many(wait));
    }
    let pieces = spoken(&app, &body)?;
    let sender = host.clone();
    let are_removals = pieces.iter().all(|piece| matches!(piece.activity.deed, Deed::Delete(_)));
    // What they take back is gone here, too.
    if !are_removals && app.read(move |store| is_server_muted(store, BY_INSTANCE, &sender)).await? {
        // Who is not heard need not know.
        return Ok(empty(StatusCode::ACCEPTED));
    }
    let Some(first) = pieces.first() else { return Ok(no_content()) };
    let hint = first.activity.actor.clone();
    if are_removals && !verify::is_known(&app, &claim, Some(&hint)).await? {
        // Who deletes an account tells everybody, and its key is gone by then. Of strangers there is nothing to remove.
        return Ok(empty(StatusCode::ACCEPTED));
    }
    let signer = match verify::signer(&app, &claim, Some(&hint), ask.address()).await {
        Ok(signer) => signer,
        // Nobody signs for who is gone, but their server has just said so itself.
        Err(Unverified::Gone { actor }) if is_removal_of(&pieces, &actor) => actor,
        Err(Unverified::Later(wait)) => return Ok(too_many(wait)),
        Err(Unverified::Away) => return Ok(full("The key of that signature is not to be had now.")),
        Err(Unverified::Store(error)) => return Err(error.into()),
        // They were taken away here while their key was looked for.
        Err(_) if are_removals && !verify::is_known(&app, &claim, Some(&hint)).await? => {
            return Ok(empty(StatusCode::ACCEPTED));
        }
        Err(
            unverified @ (Unverified::Refused(_)
            | Unverified::Unlinked(_)
            | Unverified::Keyless(_)
            | Unverified::Gone { .. }),
        ) => {
            tracing::info!(host, reason = %unverified, "what came signed is not believed");
            return Err(Failure::new(StatusCode::UNAUTHORIZED, unverified.to_string()));
        }
    };
    keep(&app, Coming { inbox, host, signer, signed_at: claim.signed_at(), pieces }).await
}

/// What is believed to come from its signer.
struct Coming {
    inbox: Option<Party>,
    host: String,
    signer: String,
    signed_at: Timestamp,
    pieces: Vec<Piece>,
}

/// On the disk before it is answered.
async fn keep(app: &App, coming: Coming) -> Outcome {
    let at = app.clock().now();
    let Coming { inbox, host, signer, signed_at, pieces } = coming;
    let rows = pieces.into_iter().map(|Piece { activity, kind, body }| {
        let id = activity.id;
        let letter =
            Letter { kind: &kind, id: id.as_deref(), signer: &signer, signed_at, body: body.as_bytes() };
        let heard = arrival::heard_key(&letter);
        (heard, Arrived { id, kind, signer: signer.clone(), inbox, body, attempts: 0, at })
    });
    let rows: Vec<(HeardKey, Arrived)> = rows.collect();
    let reading = app.read(move |store| {
        let mut news = Vec::with_capacity(rows.len());
        for (heard, row) in rows {
            if !arrival::is_heard(store, &heard)? {
                news.push((heard, row));
            }
        }
        Ok::<_, StoreError>(news)
    });
    let news = reading.await?;
    if news.is_empty() {
        return Ok(no_content());
    }
    let within = app.clone();
    app.fetches().answered(&host, app.clock().instant());
    let kept = app.write(Durability::Flushed, move |write, now| {
        let Waiting { all, of_host } = within.arrivals().waiting(&host);
        let mut taken: usize = 0;
        for (heard, row) in news {
            let waiting = Waiting { all: all + taken, of_host: of_host + taken };
            let more = arrival::weight(row.body.len());
            if !arrival::take(write, now, waiting, &heard, &[row])?.is_empty() {
                taken += more;
            }
        }
        // Whoever speaks can be spoken to.
        delivery::heard_from(write, now, &host)?;
        Ok(())
    });
    match kept.await {
        Ok(()) => Ok(no_content()),
        Err(ArrivalError::HostFull) => Ok(too_many(FULL_FOR)),
        Err(ArrivalError::Full) => Ok(full("Too much waits here.")),
        Err(ArrivalError::Store(error)) => Err(error.into()),
    }
}

/// Who says to have signed.
fn claimed(ask: &Ask, path: &FullPath, body: &[u8]) -> Result<Claim, Failure> {
    let url = ask.app.url();
    let request = Request {
        method: &Method::POST,
        scheme: url.scheme(),
        authority: url.host(),
        path: path.as_str(),
        query: Some(ask.query()).filter(|query| !query.is_empty()),
        headers: ask.headers(),
        body,
    };
    read(&request, ask.app.clock().now(), &Skew::USUAL).map_err(|refusal| refused(&refusal))
}

/// What stands in a body, without what says to be ours.
fn spoken(app: &App, body: &[u8]) -> Result<Vec<Piece>, Failure> {
    let text = std::str::from_utf8(body).map_err(|_| Failure::bad_request("The body is not UTF-8."))?;
    let value: Value = serde_json::from_str(text)
        .map_err(|error| Failure::bad_request(format!("The body is not JSON: {error}")))?;
    let pieces = pieces(&value, text)
        .map_err(|flaw| Failure::bad_request(format!("The body is no activity: {flaw}")))?;
    let is_ours = |piece: &Piece| host_of(&piece.activity.actor).as_deref() == Some(app.url().host());
    if pieces.len() == 1 && pieces.iter().any(is_ours) {
        return Err(ours());
    }
    Ok(pieces.into_iter().filter(|piece| !is_ours(piece)).collect())
}

/// Whether it says that its own actor is gone, and nothing else.
fn is_removal_of(pieces: &[Piece], actor: &str) -> bool {
    let of_it = |piece: &Piece| matches!(&piece.activity.deed, Deed::Delete(gone) if gone == actor);
    pieces.iter().all(|piece| of_it(piece) && piece.activity.actor == actor)
}

/// Whether a body of this type may be an activity.
fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let Some(kind) = essence.strip_prefix("application/") else { return false };
    kind == "json" || kind.ends_with("+json")
}

/// 401: servers that have another kind of signature try that then.
fn refused(refusal: &Refusal) -> Failure {
    tracing::info!(reason = %refusal, "a signature does not count");
    Failure::new(StatusCode::UNAUTHORIZED, format!("The signature does not count: {refusal}."))
}

/// 409.
fn ours() -> Failure {
    Failure::new(StatusCode::CONFLICT, "Nobody else speaks for who is here.")
}

/// 503 that says when to come back.
fn full(why: &str) -> Response {
    let detail = format!("{why} Please try again later.");
    let mut response = respond(Err(Failure::new(StatusCode::SERVICE_UNAVAILABLE, detail)));
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(FULL_FOR.as_secs()));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_json_are_taken() {
        for (media_type, taken) in [
            ("application/activity+json", true),
            ("application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"", true),
            ("Application/JSON; charset=utf-8", true),
            ("text/json", false),
            ("application/x-www-form-urlencoded", false),
            ("application/jsonp", false),
            ("", false),
        ] {
            assert_eq!(is_json(media_type), taken, "{media_type}");
        }
    }
}
