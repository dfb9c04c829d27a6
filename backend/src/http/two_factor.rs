//! `/users/{id}/two-factor`: the second proof at login.

use http::StatusCode;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use shared::api::{OtpRequest, RecoveryCodes, TwoFactorRequest};
use shared::id::UserId;

use super::extract::{Ask, Body, Segment};
use super::fields::Fields;
use super::me::prove;
use super::people::user_id;
use super::problem::Failure;
use super::respond::{Outcome, json, no_content};
use crate::domain::account::manageable;
use crate::domain::right::Right;
use crate::domain::session::totp::{SECRET_BYTES, base32};
use crate::domain::session::two_factor::{
    self, RECOVERY_BYTES, RECOVERY_CODES, TwoFactorError, recovery_code, set_recovery_codes,
};
use crate::domain::viewer::Person;
use crate::store::tables::UserKey;
use crate::store::{Durability, Read};

/// A password, a code, a token.
const TWO_FACTOR_BYTES_MAX: usize = 8 * 1024;

/// The login of a path, if it is one's own or one that one may manage; others' need no password, since nobody knows it.
async fn allowed(id: &Segment, ask: &Ask) -> Result<(Person, UserId), Failure> {
    let who = ask.person().await?;
    let id = user_id(id)?;
    if id != who.user {
        if !who.has(Right::ManageUsers) {
            return Err(Failure::forbidden("You cannot change the two factor setting of this user."));
        }
        ask.app.read(move |store| manageable(store, &who, id)).await?;
    }
    Ok((who, id))
}

/// Refuses whoever does not show their own password to change their own proof.
async fn proven(ask: &Ask, who: &Person, id: UserId, fields: &mut Fields) -> Result<(), Failure> {
    if id != who.user {
        return Ok(());
    }
    prove(ask, who, fields.raw("currentPassword"), StatusCode::FORBIDDEN).await
}

/// `POST /api/v1/users/{id}/two-factor/request`
pub async fn request(id: Segment, ask: Ask, body: Body) -> Outcome {
    let (who, id) = allowed(&id, &ask).await?;
    let mut fields = Fields::read(&ask, body, TWO_FACTOR_BYTES_MAX).await?;
    proven(&ask, &who, id, &mut fields).await?;
    let secret = ask.app.dice().bytes::<SECRET_BYTES>();
    let token = hex::encode(ask.app.dice().bytes::<16>());
    let kept = token.clone();
    let user = ask.app.write(Durability::Flushed, move |write, now| {
        two_factor::request(write, now, id, &kept, secret)?;
        write.get(&UserKey { user: id })?.ok_or(TwoFactorError::NoSuchUser)
    });
    let user = user.await?;
    let text = base32(&secret);
    let escaped = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let host = escaped(ask.app.url().host());
    let uri = format!(
        "otpauth://totp/{host}:{}?issuer={host}&secret={text}&algorithm=SHA1&digits=6&period=30",
        escaped(&user.email)
    );
    json(&TwoFactorRequest { otp_request: OtpRequest { request_token: token, secret: text, uri } })
}

/// `POST /api/v1/users/{id}/two-factor/confirm-request`
pub async fn confirm(id: Segment, ask: Ask, body: Body) -> Outcome {
    let (_, id) = allowed(&id, &ask).await?;
    let mut fields = Fields::read(&ask, body, TWO_FACTOR_BYTES_MAX).await?;
    let token = fields.raw("requestToken");
    let token = fields.required("requestToken", token);
    let code = fields.raw("otpToken");
    let code = fields.required("otpToken", code);
    fields.end()?;
    ask.app
        .write(Durability::Flushed, move |write, now| two_factor::confirm(write, now, id, &token, &code))
        .await?;
    Ok(no_content())
}

/// `POST /api/v1/users/{id}/two-factor/disable`
pub async fn disable(id: Segment, ask: Ask, body: Body) -> Outcome {
    let (who, id) = allowed(&id, &ask).await?;
    let mut fields = Fields::read(&ask, body, TWO_FACTOR_BYTES_MAX).await?;
    proven(&ask, &who, id, &mut fields).await?;
    ask.app.write(Durability::Flushed, move |write, now| two_factor::disable(write, now, id)).await?;
    Ok(no_content())
}

/// `POST /api/v1/users/{id}/two-factor/recovery-codes`, a route of Shoal's own: new words that each let in once, shown
/// this one time. Those before them count no more.
pub async fn recovery_codes(id: Segment, ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let id = user_id(&id)?;
    if id != who.user {
        return Err(Failure::forbidden("Nobody but the person may see their recovery codes."));
    }
    let mut fields = Fields::read(&ask, body, TWO_FACTOR_BYTES_MAX).await?;
    proven(&ask, &who, id, &mut fields).await?;
    let dice = ask.app.dice();
    let codes: Vec<String> =
        (0..RECOVERY_CODES).map(|_| recovery_code(dice.bytes::<RECOVERY_BYTES>())).collect();
    let kept = codes.clone();
    ask.app.write(Durability::Flushed, move |write, _| set_recovery_codes(write, id, &kept)).await?;
    json(&RecoveryCodes { recovery_codes: codes })
}

impl From<TwoFactorError> for Failure {
    fn from(error: TwoFactorError) -> Failure {
        match error {
            TwoFactorError::NoSuchUser => Failure::not_found("User not found"),
            TwoFactorError::AlreadyEnabled => Failure::bad_request("Two factor is already enabled."),
            TwoFactorError::AlreadyDisabled => Failure::bad_request("Two factor is already disabled."),
            TwoFactorError::NoSuchRequest => Failure::forbidden("Invalid request token"),
            TwoFactorError::WrongCode => Failure::forbidden("Invalid OTP token"),
            TwoFactorError::Store(error) => error.into(),
        }
    }
}
