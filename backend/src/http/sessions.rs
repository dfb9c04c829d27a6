//! `/users/{id}/token-sessions` and `/users/scoped-tokens`: where somebody is logged in, and what opens their feeds.

use shared::api::{Page, ScopedTokens, TokenSession};
use shared::id::{SessionId, UserId};
use shared::limits::PAGE_COUNT_MAX;

use super::extract::{Ask, Segment, unauthorized};
use super::people::user_id;
use super::problem::Failure;
use super::respond::{Outcome, json};
use crate::domain::account::manageable;
use crate::domain::right::Right;
use crate::domain::session::{SESSIONS_PER_USER_MAX, end_session, session_of, sessions};
use crate::domain::wrong::Wrong;
use crate::store::records::Session;
use crate::store::tables::UserKey;
use crate::store::{Durability, Read, StoreError};

// All sessions of one login fit one page.
const _: () = assert!(SESSIONS_PER_USER_MAX as u64 <= PAGE_COUNT_MAX);

/// The login of a path, if it is one's own or one that one may manage.
async fn allowed(id: &Segment, ask: &Ask) -> Result<UserId, Failure> {
    let who = ask.person().await?;
    let id = user_id(id)?;
    if id != who.user {
        if !who.has(Right::ManageUsers) {
            return Err(Failure::forbidden("You cannot manage the sessions of this user."));
        }
        ask.app.read(move |store| manageable(store, &who, id)).await?;
    }
    Ok(id)
}

/// `GET /api/v1/users/{id}/token-sessions`
pub async fn list(id: Segment, ask: Ask) -> Outcome {
    let id = allowed(&id, &ask).await?;
    let page = ask.page()?;
    let pairs = ask.pairs();
    let sort = pairs.iter().find(|(name, _)| name == "sort").map_or("", |(_, value)| value.as_str());
    let token = ask.token().ok_or_else(unauthorized)?;
    let (mut all, own) = ask
        .app
        .read(move |store| Ok::<_, StoreError>((sessions(store, id)?, session_of(store, &token)?)))
        .await?;
    match sort.trim_start_matches('-') {
        "" | "createdAt" | "loginDate" => all.sort_by_key(|(_, session)| session.began.at),
        "lastActivityDate" => all.sort_by_key(|(_, session)| session.last.at),
        _ => return Err(Wrong::query("sort", Some(sort), "Invalid value").into()),
    }
    if sort.is_empty() || sort.starts_with('-') {
        all.reverse();
    }
    let rows = all.iter().map(|(id, session)| view(*id, session, own == Some(*id))).collect();
    let page: Page<TokenSession> = page.cut(rows);
    json(&page)
}

fn view(id: SessionId, session: &Session, current_session: bool) -> TokenSession {
    TokenSession {
        id,
        current_session,
        login_device: session.began.device.clone(),
        login_ip: session.began.network.clone(),
        login_date: session.began.at,
        last_activity_device: session.last.device.clone(),
        last_activity_ip: session.last.network.clone(),
        last_activity_date: session.last.at,
        created_at: session.began.at,
    }
}

/// `GET` and `POST /api/v1/users/{id}/token-sessions/{session}/revoke`: PeerTube's specification says the one, its
/// program the other.
pub async fn revoke(id: Segment, session: Segment, ask: Ask) -> Outcome {
    let id = allowed(&id, &ask).await?;
    let session: SessionId = session.parse("tokenSessionId", "Should be a number")?;
    let was_there =
        ask.app.write(Durability::Flushed, move |write, _| end_session(write, id, session)).await?;
    if was_there {
        json(&serde_json::json!({ "success": true }))
    } else {
        Err(Failure::not_found("Session not found"))
    }
}

/// `GET /api/v1/users/scoped-tokens`
pub async fn scoped_tokens(ask: Ask) -> Outcome {
    give(&ask, false).await
}

/// `POST /api/v1/users/scoped-tokens`
pub async fn renew_scoped_tokens(ask: Ask) -> Outcome {
    give(&ask, true).await
}

/// The token of somebody's feeds: the one there is, or another.
async fn give(ask: &Ask, is_new: bool) -> Outcome {
    let user = ask.person().await?.user;
    let fresh = ask.app.dice().uuid();
    let known = ask.app.read(move |store| store.get(&UserKey { user })).await?.ok_or_else(unauthorized)?;
    if let Some(token) = known.feed_token.filter(|_| !is_new) {
        return json(&ScopedTokens { feed_token: token.to_string() });
    }
    let token = ask.app.write(Durability::Flushed, move |write, _| {
        let key = UserKey { user };
        let Some(mut record) = write.get(&key)? else { return Ok(None) };
        let token = record.feed_token.filter(|_| !is_new).unwrap_or(fresh);
        record.feed_token = Some(token);
        write.insert(&key, &record)?;
        Ok::<_, StoreError>(Some(token))
    });
    let token = token.await?.ok_or_else(unauthorized)?;
    json(&ScopedTokens { feed_token: token.to_string() })
}
