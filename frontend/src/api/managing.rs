//! Other people's logins, and who asks for one, for those who may manage them.

use serde::Serialize;
use shared::api::{MadeUser, ManagedUser, NewUser, Page, UserChange, UserRegistration};
use shared::id::{RegistrationId, UserId};

use super::client::Client;
use super::failure::Failure;
use super::people::{json, told};
use super::videos::Window;
use crate::browser::fetch::Body;
use crate::text::addresses::encode;

/// Which logins are wanted, in which order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct UserQuery {
    /// A part of the name or the address.
    pub search: String,
    /// Only those kept out, or only the others.
    pub blocked: Option<bool>,
    /// `-createdAt`, `username`…
    pub sort: &'static str,
}

/// Everybody who has a login.
///
/// # Errors
/// As the instance refuses.
pub async fn users(client: &Client, query: &UserQuery, window: Window) -> Result<Page<ManagedUser>, Failure> {
    let blocked = query.blocked.map(|blocked| format!("&blocked={blocked}")).unwrap_or_default();
    let (search, sort) = (encode(query.search.trim()), query.sort);
    client.get(&format!("/api/v1/users?search={search}{blocked}&sort={sort}&{window}")).await
}

/// Makes a login.
///
/// # Errors
/// As the instance refuses: 400 names the wrong fields, 409 says that a name is taken.
pub async fn create_user(client: &Client, new: &NewUser) -> Result<(), Failure> {
    let _: MadeUser = client.ask("POST", "/api/v1/users", &json(new)).await?;
    Ok(())
}

/// Changes somebody's login.
///
/// # Errors
/// As the instance refuses: 400 names the wrong fields.
pub async fn change_user(client: &Client, user: UserId, change: &UserChange) -> Result<(), Failure> {
    told(client, "PUT", &format!("/api/v1/users/{user}"), change).await
}

#[derive(Serialize)]
struct Reason<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

/// Keeps somebody out; they are told why, where a reason is given.
///
/// # Errors
/// As the instance refuses.
pub async fn block_user(client: &Client, user: UserId, reason: &str) -> Result<(), Failure> {
    let reason = Some(reason.trim()).filter(|reason| !reason.is_empty());
    told(client, "POST", &format!("/api/v1/users/{user}/block"), &Reason { reason }).await
}

/// Lets somebody in again.
///
/// # Errors
/// As the instance refuses.
pub async fn unblock_user(client: &Client, user: UserId) -> Result<(), Failure> {
    client.send("POST", &format!("/api/v1/users/{user}/unblock"), &Body::Nothing).await.map(drop)
}

/// Deletes somebody's login with all they have.
///
/// # Errors
/// As the instance refuses.
pub async fn delete_user(client: &Client, user: UserId) -> Result<(), Failure> {
    client.send("DELETE", &format!("/api/v1/users/{user}"), &Body::Nothing).await.map(drop)
}

/// Who asked to be let in, last asked first: those of one state, or all.
///
/// # Errors
/// As the instance refuses.
pub async fn registrations(
    client: &Client,
    search: &str,
    state: Option<u32>,
    window: Window,
) -> Result<Page<UserRegistration>, Failure> {
    let state = state.map(|state| format!("&stateOneOf={state}")).unwrap_or_default();
    let search = encode(search.trim());
    client.get(&format!("/api/v1/users/registrations?search={search}{state}&sort=-createdAt&{window}")).await
}

/// How a request is judged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// The person gets a login.
    Accept,
    /// The person gets none.
    Reject,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    moderation_response: &'a str,
    prevent_email_delivery: bool,
}

/// Judges who asked to be let in. They are told by mail, unless that is held back.
///
/// # Errors
/// As the instance refuses.
pub async fn judge(
    client: &Client,
    request: RegistrationId,
    verdict: Verdict,
    answer: &str,
    is_silent: bool,
) -> Result<(), Failure> {
    let word = match verdict {
        Verdict::Accept => "accept",
        Verdict::Reject => "reject",
    };
    let answer = Answer { moderation_response: answer.trim(), prevent_email_delivery: is_silent };
    told(client, "POST", &format!("/api/v1/users/registrations/{request}/{word}"), &answer).await
}

/// Forgets a request.
///
/// # Errors
/// As the instance refuses.
pub async fn forget_registration(client: &Client, request: RegistrationId) -> Result<(), Failure> {
    client.send("DELETE", &format!("/api/v1/users/registrations/{request}"), &Body::Nothing).await.map(drop)
}
