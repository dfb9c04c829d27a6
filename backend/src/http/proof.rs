//! Mail that is to be shown again: addresses that are confirmed, passwords that are chosen anew.
//!
//! Who asks for such a mail learns nothing of whether it was sent: the answer is the same, and leaves before anybody
//! looked.

use std::time::Duration;

use shared::id::{RegistrationId, UserId};

use super::extract::{Ask, Body, Segment};
use super::fields::Fields;
use super::me::{a_password, an_email, hash_of};
use super::people::user_id;
use super::problem::Failure;
use super::respond::{Outcome, no_content};
use super::session::with_tries;
use super::signup::{registration_id, take, writer};
use crate::app::App;
use crate::domain::account::{confirm_address, set_password_of, user_by_login};
use crate::domain::outbox;
use crate::domain::proof::Claim;
use crate::domain::signup;
use crate::logins::Bounded;
use crate::store::records::{Registration, User};
use crate::store::tables::{RegistrationEmailKey, RegistrationKey, UserKey};
use crate::store::{Durability, Read, StoreError};

/// An address or a proof, and a password.
const PROOF_BYTES_MAX: usize = 8 * 1024;
/// How long somebody has to open a mail they asked for (PeerTube's hour).
pub const PROOF_DURATION: Duration = Duration::from_secs(60 * 60);
/// How long somebody has to choose their first password (PeerTube's week).
pub const FIRST_PASSWORD_DURATION: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Asks by mail whether mail to `email` reaches the person behind a login.
pub(super) async fn send_address_proof(app: &App, user: UserId, email: &str) -> Result<(), StoreError> {
    let (this, email) = (app.clone(), email.to_owned());
    app.write(Durability::Flushed, move |write, now| {
        let Some(record) = write.get(&UserKey { user })? else { return Ok(()) };
        let is_pending = record.pending_email.as_deref() == Some(email.as_str());
        let proof = this.proofs().make(Claim::Address { user, email: &email }, now.after(PROOF_DURATION));
        let pending = if is_pending { "&isPendingEmail=true" } else { "" };
        let url =
            format!("{}/verify-account/email?userId={user}&verificationString={proof}{pending}", this.url());
        let letter = writer(&this.config(), record.preferences.language.as_deref())
            .confirm_address(&record.username, url);
        outbox::post(write, now, &email, letter, PROOF_DURATION).map(drop)
    })
    .await
}

/// Asks by mail whether mail reaches who asked to be let in.
pub(super) async fn send_registration_proof(
    app: &App,
    registration: RegistrationId,
    record: &Registration,
) -> Result<(), StoreError> {
    let (this, record) = (app.clone(), record.clone());
    app.write(Durability::Flushed, move |write, now| {
        let claim = Claim::RegistrationAddress { registration, email: &record.email };
        let proof = this.proofs().make(claim, now.after(PROOF_DURATION));
        let url = format!(
            "{}/verify-account/email?registrationId={registration}&verificationString={proof}",
            this.url()
        );
        let letter =
            writer(&this.config(), record.language.as_deref()).confirm_address(&record.username, url);
        outbox::post(write, now, &record.email, letter, PROOF_DURATION).map(drop)
    })
    .await
}

/// Lets somebody choose a password by mail: their first one, or another.
pub(super) async fn send_password_proof(app: &App, user: &User, is_first: bool) -> Result<(), StoreError> {
    let (this, user) = (app.clone(), user.clone());
    app.write(Durability::Flushed, move |write, now| {
        let lasts = if is_first { FIRST_PASSWORD_DURATION } else { PROOF_DURATION };
        let claim = Claim::Password { user: user.id, hash: &user.password };
        let proof = this.proofs().make(claim, now.after(lasts));
        let url = format!("{}/reset-password?userId={}&verificationString={proof}", this.url(), user.id);
        let config = this.config();
        let writer = writer(&config, user.preferences.language.as_deref());
        let letter = if is_first {
            writer.choose_password(&user.username, url)
        } else {
            writer.reset_password(&user.username, url)
        };
        outbox::post(write, now, &user.email, letter, lasts).map(drop)
    })
    .await
}

/// What somebody asks to have mailed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Wish {
    Password,
    Address,
    RegistrationAddress,
}

/// `POST /api/v1/users/ask-reset-password`
pub async fn ask_reset_password(ask: Ask, body: Body) -> Outcome {
    mailed(ask, body, Wish::Password).await
}

/// `POST /api/v1/users/ask-send-verify-email`
pub async fn ask_verify_email(ask: Ask, body: Body) -> Outcome {
    mailed(ask, body, Wish::Address).await
}

/// `POST /api/v1/users/registrations/ask-send-verify-email`
pub async fn ask_verify_registration(ask: Ask, body: Body) -> Outcome {
    mailed(ask, body, Wish::RegistrationAddress).await
}

async fn mailed(ask: Ask, body: Body, wish: Wish) -> Outcome {
    let left = match take(&ask.app, Bounded::Mails, ask.address()) {
        Ok(left) => left,
        Err(refusal) => return Ok(*refusal),
    };
    let mut fields = Fields::read(&ask, body, PROOF_BYTES_MAX).await?;
    let email = fields.parsed("email", "Should be an e-mail address", an_email);
    let email = fields.required("email", email);
    fields.end()?;
    let app = ask.app.clone();
    // Whether there is such a person must not be told by the time the answer takes.
    if app.can_mail() && app.logins().take_mailbox(app.clock().instant(), &email) {
        let background = app.clone();
        app.spawn(async move {
            if let Err(error) = grant(&background, wish, email).await {
                tracing::error!(%error, "a mail could not be written");
            }
        });
    }
    Ok(with_tries(&ask.app, no_content(), left))
}

async fn grant(app: &App, wish: Wish, email: String) -> Result<(), StoreError> {
    match wish {
        Wish::Password => {
            let user = app.read(move |store| user_by_login(store, &email)).await?;
            match user.filter(|user| user.blocked.is_none()) {
                Some(user) => send_password_proof(app, &user, false).await,
                None => Ok(()),
            }
        }
        Wish::Address => {
            let user = app.read(move |store| user_by_login(store, &email)).await?;
            match user.filter(|user| user.email_verified != Some(true)) {
                Some(user) => send_address_proof(app, user.id, &user.email).await,
                None => Ok(()),
            }
        }
        Wish::RegistrationAddress => {
            let found = app
                .read(move |store| {
                    let Some(id) = store.get(&RegistrationEmailKey { email: email.to_lowercase() })? else {
                        return Ok(None);
                    };
                    let record = store.get(&RegistrationKey { registration: id })?;
                    Ok::<_, StoreError>(record.map(|record| (id, record)))
                })
                .await?;
            match found.filter(|(_, record)| record.email_verified == Some(false)) {
                Some((id, record)) => send_registration_proof(app, id, &record).await,
                None => Ok(()),
            }
        }
    }
}

fn invalid() -> Failure {
    Failure::forbidden("Invalid verification string.")
}

/// `POST /api/v1/users/{id}/verify-email`
pub async fn verify_email(id: Segment, ask: Ask, body: Body) -> Outcome {
    let user = user_id(&id)?;
    let mut fields = Fields::read(&ask, body, PROOF_BYTES_MAX).await?;
    let proof = fields.raw("verificationString");
    let proof = fields.required("verificationString", proof);
    let is_pending = fields.truth("isPendingEmail").unwrap_or(false);
    fields.end()?;
    let app = ask.app.clone();
    let stored = ask.app.write(Durability::Flushed, move |write, now| {
        let record = write.get(&UserKey { user })?.ok_or_else(|| Failure::not_found("User not found"))?;
        let email = if is_pending { record.pending_email.clone() } else { Some(record.email.clone()) };
        let email = email.ok_or_else(invalid)?;
        if !app.proofs().holds(Claim::Address { user, email: &email }, &proof, now) {
            return Err(invalid());
        }
        Ok(confirm_address(write, now, record, &email)?)
    });
    stored.await?;
    Ok(no_content())
}

/// `POST /api/v1/users/registrations/{id}/verify-email`
pub async fn verify_registration(id: Segment, ask: Ask, body: Body) -> Outcome {
    let registration = registration_id(&id)?;
    let mut fields = Fields::read(&ask, body, PROOF_BYTES_MAX).await?;
    let proof = fields.raw("verificationString");
    let proof = fields.required("verificationString", proof);
    fields.end()?;
    let app = ask.app.clone();
    let stored = ask.app.write(Durability::Flushed, move |write, now| {
        let record = write.get(&RegistrationKey { registration })?;
        let record = record.ok_or_else(|| Failure::not_found("Registration request not found"))?;
        let claim = Claim::RegistrationAddress { registration, email: &record.email };
        if !app.proofs().holds(claim, &proof, now) {
            return Err(invalid());
        }
        Ok(signup::confirm(write, now, registration)?)
    });
    stored.await?;
    Ok(no_content())
}

/// `POST /api/v1/users/{id}/reset-password`
pub async fn reset_password(id: Segment, ask: Ask, body: Body) -> Outcome {
    let user = user_id(&id)?;
    let mut fields = Fields::read(&ask, body, PROOF_BYTES_MAX).await?;
    let proof = fields.raw("verificationString");
    let proof = fields.required("verificationString", proof);
    let password = a_password(&mut fields, "password");
    let password = fields.required("password", password);
    fields.end()?;
    let app = ask.app.clone();
    // Before a hash is made, which costs more than a wrong proof.
    let is_good = ask.app.read({
        let (app, proof) = (app.clone(), proof.clone());
        move |store| {
            let record = store.get(&UserKey { user })?;
            Ok::<_, StoreError>(record.map(|record| {
                let claim = Claim::Password { user, hash: &record.password };
                app.proofs().holds(claim, &proof, app.clock().now())
            }))
        }
    });
    if !is_good.await?.ok_or_else(|| Failure::not_found("User not found"))? {
        return Err(invalid());
    }
    let hash = hash_of(&ask, password).await?;
    let stored = ask.app.write(Durability::Flushed, move |write, now| {
        let record = write.get(&UserKey { user })?.ok_or_else(invalid)?;
        // Again, under the writer's lock: it serves once.
        if !app.proofs().holds(Claim::Password { user, hash: &record.password }, &proof, now) {
            return Err(invalid());
        }
        Ok(set_password_of(write, now, record, hash)?)
    });
    stored.await?;
    Ok(no_content())
}
