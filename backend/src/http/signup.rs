//! Coming in: `/users/register` and `/users/registrations`.

use std::net::IpAddr;

use http::StatusCode;
use shared::api::{Label, Page, UserRegistration, UserRegistrationUser};
use shared::id::RegistrationId;
use shared::limits::{CHANNEL_NAME_LENGTH, REGISTRATION_TEXT_LENGTH, USER_DISPLAY_NAME_LENGTH};
use warp::reply::Response;

use super::channel::{NAME_MESSAGE, a_name, order_of, total};
use super::extract::{Ask, Body, Segment};
use super::fields::Fields;
use super::me::{a_password, an_email, hash_of, user_exists};
use super::problem::Failure;
use super::proof::send_registration_proof;
use super::respond::{Outcome, json, no_content};
use super::session::{too_many, with_tries};
use crate::app::App;
use crate::config::{Config, Network};
use crate::directory::Cut;
use crate::domain::outbox;
use crate::domain::right::Right;
use crate::domain::session::{TriesLeft, TryOutcome};
use crate::domain::signup::{self, Applicant, Beginning, Judgement, Policy, RegistrationError};
use crate::domain::wrong::Wrong;
use crate::logins::Bounded;
use crate::mail::Language;
use crate::mail::words::Writer;
use crate::store::Durability;
use crate::store::records::{Registration, RegistrationState};

/// Every text of somebody who comes in, escaped.
const SIGNUP_BYTES_MAX: usize = 64 * 1024;
/// A letter that tells of a judgement is news for a few days.
pub(super) const NEWS: std::time::Duration = std::time::Duration::from_secs(3 * 24 * 60 * 60);

/// How strangers may come in at this moment: the one place that reads these settings.
#[must_use]
pub fn policy(app: &App) -> Policy {
    let settings = &app.config().signup;
    let has_room = settings.limit == 0
        || app.directory().count_users() < usize::try_from(settings.limit).unwrap_or(usize::MAX);
    // Who must confirm an address and cannot would wait for ever.
    let can_confirm = !settings.requires_email_verification || app.can_mail();
    Policy {
        allowed: settings.enabled && has_room && can_confirm,
        requires_approval: settings.requires_approval,
        requires_email_verification: settings.requires_email_verification,
        minimum_age: settings.minimum_age,
    }
}

/// Whether somebody at this address may come in, as far as that is asked: from a network that is named, where any is, and
/// from none that is shut out.
#[must_use]
pub fn is_let_in_from(config: &Config, address: IpAddr) -> bool {
    let settings = &config.signup;
    let holds = |networks: &[Network]| networks.iter().any(|network| network.contains(address));
    (settings.cidr_whitelist.is_empty() || holds(&settings.cidr_whitelist))
        && !holds(&settings.cidr_blacklist)
}

/// What new logins begin with.
pub(super) fn beginning(app: &App) -> Beginning {
    let config = app.config();
    let settings = &config.user;
    Beginning {
        quota: settings.video_quota.map(|size| size.0),
        quota_daily: settings.video_quota_daily.map(|size| size.0),
        channel_name: settings.default_channel_name.clone(),
        history: settings.history,
    }
}

/// `POST /api/v1/users/register`
pub async fn register(ask: Ask, body: Body) -> Outcome {
    counted(ask, body, |ask, body, policy| async move {
        if !policy.allowed || policy.requires_approval {
            return Err(Failure::forbidden("User registration is not allowed"));
        }
        demand_network(&ask)?;
        let (applicant, _) = read(&ask, body, false).await?;
        let (app, beginning) = (ask.app.clone(), beginning(&ask.app));
        let verified = policy.requires_email_verification.then_some(false);
        let (user, email) = ask
            .app
            .write(Durability::Flushed, move |write, now| {
                // Under the writer's lock, so that no two take the last place.
                if !self::policy(&app).allowed {
                    return Err(Failure::forbidden("User registration is not allowed"));
                }
                let email = applicant.email.clone();
                Ok((signup::register(write, now, applicant, verified, beginning)?, email))
            })
            .await?;
        if policy.requires_email_verification {
            super::proof::send_address_proof(&ask.app, user, &email).await?;
        }
        Ok(no_content())
    })
    .await
}

/// `POST /api/v1/users/registrations/request`
pub async fn request(ask: Ask, body: Body) -> Outcome {
    counted(ask, body, |ask, body, policy| async move {
        if !policy.allowed {
            return Err(Failure::forbidden("User registration is not allowed"));
        }
        if !policy.requires_approval {
            return Err(Failure::bad_request("Signup approval is not enabled on this instance"));
        }
        demand_network(&ask)?;
        let (applicant, reason) = read(&ask, body, true).await?;
        let verified = policy.requires_email_verification.then_some(false);
        let app = ask.app.clone();
        let (id, record) = ask
            .app
            .write(Durability::Flushed, move |write, now| {
                let pending = app.directory().count_pending();
                signup::ask(write, now, applicant, reason, verified, pending)
            })
            .await?;
        if policy.requires_email_verification {
            send_registration_proof(&ask.app, id, &record).await?;
        }
        json(&view(id, &record))
    })
    .await
}

fn demand_network(ask: &Ask) -> Result<(), Failure> {
    if is_let_in_from(&ask.app.config(), ask.address()) {
        return Ok(());
    }
    Err(Failure::forbidden("You are not on a network authorized for registration."))
}

/// Counts who comes in by address; what was refused is not counted, as in PeerTube.
async fn counted<F: Future<Output = Outcome>>(
    ask: Ask,
    body: Body,
    work: impl FnOnce(Ask, Body, Policy) -> F,
) -> Outcome {
    let (app, address) = (ask.app.clone(), ask.address());
    let left = match take(&app, Bounded::Signups, address) {
        Ok(left) => left,
        Err(refusal) => return Ok(*refusal),
    };
    let policy = policy(&app);
    let outcome = work(ask, body, policy).await;
    match outcome {
        Ok(response) => Ok(with_tries(&app, response, left)),
        Err(failure) => {
            app.logins().give_back(app.clock().instant(), Bounded::Signups, address);
            Err(failure)
        }
    }
}

/// One use of something that an address may do now and then; the answer that says no where it was too often.
pub(super) fn take(app: &App, what: Bounded, address: IpAddr) -> Result<TriesLeft, Box<Response>> {
    match app.logins().take(app.clock().instant(), what, address) {
        TryOutcome::Go(left) => Ok(left),
        TryOutcome::Wait(left) => Err(Box::new(too_many(app, left))),
    }
}

/// Reads who wants to come in, and why where that is asked.
async fn read(ask: &Ask, body: Body, asks_why: bool) -> Result<(Applicant, String), Failure> {
    let mut fields = Fields::read(ask, body, SIGNUP_BYTES_MAX).await?;
    let username = fields.parsed("username", NAME_MESSAGE, a_name);
    let username = fields.required("username", username);
    let password = a_password(&mut fields, "password");
    let password = fields.required("password", password);
    let email = fields.parsed("email", "Should be an e-mail address", an_email);
    let email = fields.required("email", email);
    let display_name = fields.text("displayName", USER_DISPLAY_NAME_LENGTH);
    let channel = if fields.has("channel") {
        let name = fields.parsed("channel.name", NAME_MESSAGE, a_name);
        let name = fields.required("channel.name", name);
        let shown = fields.text("channel.displayName", CHANNEL_NAME_LENGTH);
        Some((name, fields.required("channel.displayName", shown)))
    } else {
        None
    };
    let reason = if asks_why {
        let reason = fields.text("registrationReason", REGISTRATION_TEXT_LENGTH);
        fields.required("registrationReason", reason)
    } else {
        String::new()
    };
    fields.end()?;
    if channel.as_ref().is_some_and(|(name, _)| *name == username) {
        return Err(Failure::bad_request("Channel name cannot be the same as user username."));
    }
    let language = ask.language().map(str::to_owned);
    let password = hash_of(ask, password).await?;
    Ok((Applicant { username, email, password, display_name, channel, language }, reason))
}

/// `GET /api/v1/users/registrations`
pub async fn list(ask: Ask) -> Outcome {
    ask.person_with(Right::ManageRegistrations).await?;
    let cut = found(&ask)?;
    let rows = cut.rows.iter().map(|row| view(row.0, &row.1)).collect();
    json(&Page { total: total(cut.total), data: rows })
}

fn found(ask: &Ask) -> Result<Cut<(RegistrationId, Registration)>, Failure> {
    type Row = (RegistrationId, Registration);
    let page = ask.page()?;
    let pairs = ask.pairs();
    let search = pairs.iter().find(|(name, _)| name == "search").map_or("", |(_, value)| value.as_str());
    let search = search.trim().to_lowercase();
    let mut states = Vec::new();
    for (name, value) in &pairs {
        if name == "stateOneOf" || name == "stateOneOf[]" {
            let state = value.parse().ok().filter(|number| (1..=3).contains(number));
            states.push(state.ok_or_else(|| Wrong::query("stateOneOf", Some(value), "Invalid value"))?);
        }
    }
    let wanted = |row: &Row| {
        let texts = [&row.1.username, &row.1.email, &row.1.reason];
        let is_found = search.is_empty() || texts.iter().any(|text| text.to_lowercase().contains(&search));
        is_found && (states.is_empty() || states.contains(&state(row.1.state).0))
    };
    let by_age = |one: &Row, other: &Row| one.0.cmp(&other.0);
    let by_state = |one: &Row, other: &Row| state(one.1.state).0.cmp(&state(other.1.state).0);
    let order = order_of(ask, &[("createdAt", &by_age), ("id", &by_age), ("state", &by_state)])?;
    Ok(ask.app.directory().registrations((page.start, page.count), wanted, order.as_deref()))
}

/// PeerTube's number and name of where a request stands.
fn state(state: RegistrationState) -> (u32, &'static str) {
    match state {
        RegistrationState::Pending => (1, "Pending"),
        RegistrationState::Rejected => (2, "Rejected"),
        RegistrationState::Accepted => (3, "Accepted"),
    }
}

fn view(id: RegistrationId, record: &Registration) -> UserRegistration {
    let (number, label) = state(record.state);
    UserRegistration {
        id,
        state: Label { id: number, label: label.to_owned() },
        registration_reason: record.reason.clone(),
        moderation_response: record.answer.clone(),
        username: record.username.clone(),
        email: record.email.clone(),
        email_verified: record.email_verified,
        account_display_name: record.display_name.clone(),
        channel_handle: record.channel.clone(),
        channel_display_name: record.channel_display_name.clone(),
        created_at: record.created_at,
        updated_at: record.updated_at,
        user: record.user.map(|id| UserRegistrationUser { id }),
    }
}

/// `POST /api/v1/users/registrations/{id}/accept`
pub async fn accept(id: Segment, ask: Ask, body: Body) -> Outcome {
    judge(&id, &ask, body, Judgement::Accept).await
}

/// `POST /api/v1/users/registrations/{id}/reject`
pub async fn reject(id: Segment, ask: Ask, body: Body) -> Outcome {
    judge(&id, &ask, body, Judgement::Reject).await
}

async fn judge(id: &Segment, ask: &Ask, body: Body, judgement: Judgement) -> Outcome {
    ask.person_with(Right::ManageRegistrations).await?;
    let id = registration_id(id)?;
    let mut fields = Fields::read(ask, body, SIGNUP_BYTES_MAX).await?;
    let answer = fields.text("moderationResponse", REGISTRATION_TEXT_LENGTH);
    let answer = fields.required("moderationResponse", answer);
    let is_silent = fields.truth("preventEmailDelivery").unwrap_or(false);
    fields.end()?;
    let (app, beginning) = (ask.app.clone(), beginning(&ask.app));
    ask.app
        .write(Durability::Flushed, move |write, now| {
            let record = signup::judge(write, now, id, judgement, answer.clone(), beginning)?;
            if app.can_mail() && !is_silent {
                let config = app.config();
                let writer = writer(&config, record.language.as_deref());
                let letter = match judgement {
                    Judgement::Accept => {
                        writer.accepted(&record.username, &answer, format!("{}/login", app.url()))
                    }
                    Judgement::Reject => writer.rejected(&record.username, &answer),
                };
                outbox::post(write, now, &record.email, letter, NEWS)?;
            }
            Ok::<_, RegistrationError>(())
        })
        .await?;
    Ok(no_content())
}

/// Who writes to somebody in the language they chose.
pub(super) fn writer<'w>(config: &'w Config, language: Option<&str>) -> Writer<'w> {
    Writer { language: Language::of(language), instance: &config.instance.name }
}

/// The number of a request in a path.
pub(super) fn registration_id(segment: &Segment) -> Result<RegistrationId, Failure> {
    segment.parse("registrationId", "Should be a number")
}

/// `DELETE /api/v1/users/registrations/{id}`
pub async fn delete(id: Segment, ask: Ask) -> Outcome {
    ask.person_with(Right::ManageRegistrations).await?;
    let id = registration_id(&id)?;
    let was_there = ask.app.write(Durability::Flushed, move |write, _| signup::forget(write, id)).await?;
    if was_there { Ok(no_content()) } else { Err(RegistrationError::NoSuchRegistration.into()) }
}

impl From<RegistrationError> for Failure {
    fn from(error: RegistrationError) -> Failure {
        match error {
            RegistrationError::Taken => user_exists(),
            RegistrationError::ChannelTaken(name) => {
                Failure::new(StatusCode::CONFLICT, format!("Channel with name {name} already exists."))
            }
            RegistrationError::TooManyWait => {
                Failure::forbidden("Too many wait to be let in. Try again in a few days.")
            }
            RegistrationError::NoSuchRegistration => Failure::not_found("Registration request not found"),
            RegistrationError::Judged => {
                Failure::new(StatusCode::CONFLICT, "This registration is already accepted or rejected.")
            }
            RegistrationError::Create(error) => error.into(),
            RegistrationError::Store(error) => error.into(),
        }
    }
}
