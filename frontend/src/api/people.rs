//! Coming in, what one chose for oneself, and one's way in.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use shared::api::{
    Me, MeChange, NotificationSettings, OtpRequest, Page, RecoveryCodes, Signup, TokenSession,
    TwoFactorRequest,
};
use shared::id::{SessionId, UserId};
use web_sys::{Blob, FormData};

use super::client::Client;
use super::failure::Failure;
use crate::browser::fetch::Body;
use crate::people_route::Whose;
use crate::text::addresses::encode;

/// A value as a JSON body.
pub(super) fn json<T: Serialize>(value: &T) -> Body {
    Body::Text("application/json", serde_json::to_string(value).unwrap_or_default())
}

/// A request whose answer says no more than that it was done.
pub(super) async fn told<T: Serialize>(
    client: &Client,
    method: &'static str,
    path: &str,
    value: &T,
) -> Result<(), Failure> {
    client.send(method, path, &json(value)).await.map(drop)
}

/// A picture as the one field of a form.
pub(super) async fn picture<T: DeserializeOwned>(
    client: &Client,
    path: &str,
    field: &str,
    picture: &Blob,
) -> Result<T, Failure> {
    let parts = FormData::new().map_err(|_| Failure::Unreadable)?;
    // The instance looks at the bytes, not at the name; a form's file needs one.
    parts.append_with_blob_and_filename(field, picture, "picture.jpg").map_err(|_| Failure::Unreadable)?;
    client.ask("POST", path, &Body::Parts(parts)).await
}

/// What the instance asks people to keep to.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Rules {
    /// Markdown.
    pub terms: String,
    /// Markdown.
    pub code_of_conduct: String,
}

#[derive(Deserialize)]
struct AboutAnswer {
    instance: Rules,
}

/// What the instance asks people to keep to.
///
/// # Errors
/// As the instance refuses.
pub async fn rules(client: &Client) -> Result<Rules, Failure> {
    client.get("/api/v1/config/about").await.map(|answer: AboutAnswer| answer.instance)
}

/// Makes an account; where the instance judges who comes in, asks for one.
///
/// # Errors
/// As the instance refuses: 400 names the wrong fields, 409 says that a name is taken.
pub async fn sign_up(client: &Client, who: &Signup, is_request: bool) -> Result<(), Failure> {
    let path = if is_request { "/api/v1/users/registrations/request" } else { "/api/v1/users/register" };
    client.send_as_stranger("POST", path, &json(who)).await.map(drop)
}

/// A mail one can ask for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MailWish {
    /// It lets choose a new password.
    Reset,
    /// It confirms the address.
    Confirm,
}

#[derive(Serialize)]
struct Address<'a> {
    email: &'a str,
}

/// Asks for a mail. The answer is the same whether anybody has the address. Where the instance judges who comes in,
/// somebody may have asked for a login and have none yet: then one of two requests finds them.
///
/// # Errors
/// As the instance refuses.
pub async fn ask_mail(client: &Client, wish: MailWish, email: &str, judges: bool) -> Result<(), Failure> {
    let body = json(&Address { email });
    match wish {
        MailWish::Reset => client.send_as_stranger("POST", "/api/v1/users/ask-reset-password", &body).await?,
        MailWish::Confirm => {
            if judges {
                let path = "/api/v1/users/registrations/ask-send-verify-email";
                client.send_as_stranger("POST", path, &body).await?;
            }
            client.send_as_stranger("POST", "/api/v1/users/ask-send-verify-email", &body).await?
        }
    };
    Ok(())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Proof<'a> {
    verification_string: &'a str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_pending_email: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'a str>,
}

/// Shows that mail arrives.
///
/// # Errors
/// As the instance refuses: 403 where the mail counts no more.
pub async fn confirm(client: &Client, whose: &Whose, proof: &str, is_new: bool) -> Result<(), Failure> {
    let path = match whose {
        Whose::User(id) => format!("/api/v1/users/{}/verify-email", encode(id)),
        Whose::Registration(id) => format!("/api/v1/users/registrations/{}/verify-email", encode(id)),
    };
    let body = Proof { verification_string: proof, is_pending_email: is_new, password: None };
    client.send_as_stranger("POST", &path, &json(&body)).await.map(drop)
}

/// Chooses a new password by what a mail says.
///
/// # Errors
/// As the instance refuses: 403 where the mail counts no more.
pub async fn reset_password(client: &Client, user: &str, proof: &str, password: &str) -> Result<(), Failure> {
    let path = format!("/api/v1/users/{}/reset-password", encode(user));
    let body = Proof { verification_string: proof, is_pending_email: false, password: Some(password) };
    client.send_as_stranger("POST", &path, &json(&body)).await.map(drop)
}

/// Everything the instance holds of the signed-in person.
///
/// # Errors
/// As the instance refuses.
pub async fn my_settings(client: &Client) -> Result<Me, Failure> {
    client.get("/api/v1/users/me").await
}

/// Changes what one chose for oneself.
///
/// # Errors
/// As the instance refuses: 400 names the wrong fields, 401 where the shown password is not the person's.
pub async fn change_me(client: &Client, change: &MeChange) -> Result<(), Failure> {
    told(client, "PUT", "/api/v1/users/me", change).await
}

/// Ends one's account for ever.
///
/// # Errors
/// As the instance refuses.
pub async fn leave_for_ever(client: &Client) -> Result<(), Failure> {
    client.send("DELETE", "/api/v1/users/me", &Body::Nothing).await.map(drop)
}

/// Puts on a new face, or takes off the present one.
///
/// # Errors
/// As the instance refuses.
pub async fn set_my_avatar(client: &Client, face: Option<&Blob>) -> Result<(), Failure> {
    match face {
        Some(face) => {
            let path = "/api/v1/users/me/avatar/pick";
            picture::<serde::de::IgnoredAny>(client, path, "avatarfile", face).await.map(drop)
        }
        None => client.send("DELETE", "/api/v1/users/me/avatar", &Body::Nothing).await.map(drop),
    }
}

/// Says how news arrive.
///
/// # Errors
/// As the instance refuses.
pub async fn set_notifications(client: &Client, settings: &NotificationSettings) -> Result<(), Failure> {
    told(client, "PUT", "/api/v1/users/me/notification-settings", settings).await
}

/// Where somebody is logged in, last seen first.
///
/// # Errors
/// As the instance refuses.
pub async fn sessions(client: &Client, user: UserId) -> Result<Vec<TokenSession>, Failure> {
    let path = format!("/api/v1/users/{user}/token-sessions?sort=-lastActivityDate&count=100");
    let page: Page<TokenSession> = client.get(&path).await?;
    Ok(page.data)
}

/// Logs somebody out elsewhere.
///
/// # Errors
/// As the instance refuses.
pub async fn end_session(client: &Client, user: UserId, session: SessionId) -> Result<(), Failure> {
    let path = format!("/api/v1/users/{user}/token-sessions/{session}/revoke");
    client.send("POST", &path, &Body::Nothing).await.map(drop)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    current_password: &'a str,
}

/// Begins a second proof: a secret for the person's app.
///
/// # Errors
/// As the instance refuses: 403 where the password is not the person's.
pub async fn begin_two_factor(client: &Client, user: UserId, password: &str) -> Result<OtpRequest, Failure> {
    let path = format!("/api/v1/users/{user}/two-factor/request");
    let shown = json(&Shown { current_password: password });
    let answer: TwoFactorRequest = client.ask("POST", &path, &shown).await?;
    Ok(answer.otp_request)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FirstCode<'a> {
    request_token: &'a str,
    otp_token: &'a str,
}

/// Shows the first code of the app: from now on one is asked for.
///
/// # Errors
/// As the instance refuses: 403 for a wrong code.
pub async fn confirm_two_factor(
    client: &Client,
    user: UserId,
    request: &str,
    code: &str,
) -> Result<(), Failure> {
    let path = format!("/api/v1/users/{user}/two-factor/confirm-request");
    told(client, "POST", &path, &FirstCode { request_token: request, otp_token: code }).await
}

/// Asks for no second proof any more.
///
/// # Errors
/// As the instance refuses: 403 where the password is not the person's.
pub async fn end_two_factor(client: &Client, user: UserId, password: &str) -> Result<(), Failure> {
    let path = format!("/api/v1/users/{user}/two-factor/disable");
    told(client, "POST", &path, &Shown { current_password: password }).await
}

/// New words that each let in once in place of a code; those before count no more.
///
/// # Errors
/// As the instance refuses: 403 where the password is not the person's.
pub async fn recovery_codes(client: &Client, user: UserId, password: &str) -> Result<Vec<String>, Failure> {
    let path = format!("/api/v1/users/{user}/two-factor/recovery-codes");
    let answer: RecoveryCodes =
        client.ask("POST", &path, &json(&Shown { current_password: password })).await?;
    Ok(answer.recovery_codes)
}
