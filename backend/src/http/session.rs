//! `/oauth-clients/local` and `/users/token`: logging in and out.

use http::header::{CACHE_CONTROL, PRAGMA, RETRY_AFTER, USER_AGENT};
use http::{HeaderName, HeaderValue, StatusCode};
use shared::api::{OAuthClient, ProblemCode, TokenGrant, Tokens};
use shared::id::UserId;
use warp::reply::Response;

use super::extract::{Ask, Body, unauthorized};
use super::problem::Failure;
use super::respond::{Outcome, json, respond, with_header};
use super::signup;
use crate::app::App;
use crate::bootstrap::OAUTH_CLIENT;
use crate::domain::account::user_by_login;
use crate::domain::session::two_factor;
use crate::domain::session::{
    self, ACCESS_DURATION, NewTokens, Origin, REFRESH_DURATION, TokenHash, TriesLeft, TryOutcome,
};
use crate::domain::signup::registration_by_login;
use crate::domain::wrong::Wrong;
use crate::store::records::{RegistrationState, Setting};
use crate::store::tables::SettingKey;
use crate::store::{Durability, Read, StoreError};

/// Two texts of 255 letters, escaped, and a few names.
const GRANT_BYTES_MAX: usize = 8 * 1024;

/// `GET /api/v1/oauth-clients/local`
///
/// PeerTube refuses another `Host` than its own. So do we where somebody said what our own is; an instance that was
/// told nothing is tried out under whatever name it is reached by.
pub async fn client(ask: Ask) -> Outcome {
    let is_named = ask.app.config().server.url.is_some();
    if is_named && ask.host().is_none_or(|host| !host.eq_ignore_ascii_case(ask.app.url().host())) {
        let host = ask.host().unwrap_or("nowhere").to_owned();
        return Err(Failure::forbidden(format!(
            "Getting client tokens for host {host} is forbidden; this instance is {}",
            ask.app.url().host()
        )));
    }
    let client = our_client(&ask.app).await?;
    json(&client)
}

/// `POST /api/v1/users/token`
pub async fn token(ask: Ask, body: Body) -> Outcome {
    let grant = read_grant(body.text_fields(ask.headers(), GRANT_BYTES_MAX).await?);
    let client = our_client(&ask.app).await?;
    if (grant.client_id, grant.client_secret) != (client.client_id, client.client_secret) {
        return Err(bad(ProblemCode::InvalidClient, "Invalid client: client is invalid"));
    }
    match grant.grant_type.as_str() {
        "password" => {
            log_in(&ask, &required(grant.username, "username")?, required(grant.password, "password")?).await
        }
        "refresh_token" => refresh(&ask, &required(grant.refresh_token, "refresh_token")?).await,
        _ => Err(bad(ProblemCode::UnsupportedGrant, "Unsupported grant type: `grant_type` is invalid")),
    }
}

/// `POST /api/v1/users/revoke-token`
pub async fn revoke(ask: Ask) -> Outcome {
    ask.person().await?;
    let token = ask.token().ok_or_else(unauthorized)?;
    ask.app.write(Durability::Flushed, move |write, _| session::revoke(write, &token)).await?;
    json(&serde_json::json!({ "success": true }))
}

async fn log_in(ask: &Ask, login: &str, password: String) -> Outcome {
    let app = &ask.app;
    let name = login.to_owned();
    let user = app.read(move |store| user_by_login(store, &name)).await?;
    // A login has a name and an e-mail address, but one budget of tries.
    let counted = user.as_ref().map_or(login, |user| user.username.as_str());
    let left = match app.logins().begin(app.clock().instant(), ask.address(), counted) {
        TryOutcome::Go(left) => left,
        TryOutcome::Wait(left) => return Ok(too_many(app, left)),
    };
    let registration = if user.is_none() {
        let name = login.to_owned();
        app.read(move |store| registration_by_login(store, &name)).await?
    } else {
        None
    };
    let asked = registration.as_ref().map(|asked| asked.password.clone());
    let hash = user.as_ref().map(|user| user.password.clone()).or(asked);
    let is_right = app.logins().verify(app, password, hash).await;
    if let Some(asked) = registration.filter(|_| is_right) {
        app.logins().succeed(app.clock().instant(), ask.address(), counted);
        return Err(not_yet(asked.state));
    }
    let Some(user) = user.filter(|_| is_right) else {
        let failure = bad(ProblemCode::InvalidGrant, "Invalid grant: user credentials are invalid");
        return Ok(with_tries(app, respond(Err(failure)), left));
    };
    if user.two_factor
        && let Some(refusal) = second_proof(ask, user.id).await?
    {
        // Not given back: guessing codes is guessing, too.
        return Ok(with_tries(app, refusal, left));
    }
    let left = app.logins().succeed(app.clock().instant(), ask.address(), &user.username);
    if user.blocked.is_some() {
        return Err(bad(ProblemCode::AccountBlocked, "User is blocked."));
    }
    if user.email_verified == Some(false) && signup::policy(app).requires_email_verification {
        return Err(bad(ProblemCode::EmailNotVerified, "User email is not verified."));
    }
    let tokens = give_tokens(ask, user.id).await?;
    Ok(with_tries(app, granted(&tokens)?, left))
}

/// What a person shows beside the password (PeerTube's header).
const OTP: &str = "x-peertube-otp";

/// The answer to whoever showed no second proof, or a wrong one.
async fn second_proof(ask: &Ask, user: UserId) -> Result<Option<Response>, Failure> {
    let refuse = |code, detail: &str| respond(Err(Failure::coded(StatusCode::UNAUTHORIZED, code, detail)));
    let Some(shown) = ask.header(OTP).filter(|shown| !shown.is_empty()) else {
        let refusal = refuse(ProblemCode::MissingTwoFactor, "Missing two factor header");
        return Ok(Some(with_header(refusal, HeaderName::from_static(OTP), "required; app")));
    };
    let shown = shown.to_owned();
    let spent =
        ask.app.write(Durability::Flushed, move |write, now| two_factor::spend(write, now, user, &shown));
    let wrong = || refuse(ProblemCode::InvalidTwoFactor, "Invalid two factor header");
    Ok(if spent.await? { None } else { Some(wrong()) })
}

/// Why somebody who asked to be let in is not.
fn not_yet(state: RegistrationState) -> Failure {
    match state {
        RegistrationState::Rejected => bad(
            ProblemCode::AccountApprovalRejected,
            "Registration approval for this account has been rejected",
        ),
        RegistrationState::Pending | RegistrationState::Accepted => {
            bad(ProblemCode::AccountWaitingForApproval, "Registration for this account is awaiting approval")
        }
    }
}

/// Judges a password that somebody shows who is logged in; tries count as those to log in do.
pub(super) async fn judge(
    ask: &Ask,
    name: &str,
    password: String,
    hash: Option<String>,
    refusal: impl FnOnce() -> Failure,
) -> Result<(), Failure> {
    let app = &ask.app;
    if let TryOutcome::Wait(_) = app.logins().begin(app.clock().instant(), ask.address(), name) {
        return Err(too_many_failure());
    }
    if !app.logins().verify(app, password, hash).await {
        return Err(refusal());
    }
    app.logins().succeed(app.clock().instant(), ask.address(), name);
    Ok(())
}

/// Whence a request comes, as far as it is kept.
fn origin(ask: &Ask) -> Origin {
    Origin {
        device: session::device(ask.header(USER_AGENT).unwrap_or_default()),
        network: session::network(ask.address()),
    }
}

async fn give_tokens(ask: &Ask, user: UserId) -> Result<NewTokens, StoreError> {
    let (app, origin) = (&ask.app, origin(ask));
    let tokens = NewTokens::from_random(app.dice().bytes());
    let issued = tokens.clone();
    app.write(Durability::Flushed, move |write, now| {
        session::log_in_from(write, now, user, &issued, &origin)
    })
    .await?;
    Ok(tokens)
}

async fn refresh(ask: &Ask, old: &str) -> Outcome {
    let (app, origin) = (&ask.app, origin(ask));
    let old = TokenHash::of(old);
    // Guesses must not make the disk work.
    if !app.read(move |store| session::may_refresh(store, &old)).await? {
        return Err(no_refresh());
    }
    let tokens = NewTokens::from_random(app.dice().bytes());
    let issued = tokens.clone();
    let user = app
        .write(Durability::Flushed, move |write, now| {
            session::refresh_from(write, now, &old, &issued, &origin)
        })
        .await?;
    match user {
        Some(_) => granted(&tokens),
        None => Err(no_refresh()),
    }
}

fn no_refresh() -> Failure {
    bad(ProblemCode::InvalidGrant, "Invalid grant: refresh token is invalid")
}

fn granted(tokens: &NewTokens) -> Outcome {
    let response = json(&Tokens {
        token_type: "Bearer".to_owned(),
        access_token: tokens.access.clone(),
        refresh_token: tokens.refresh.clone(),
        expires_in: ACCESS_DURATION.as_secs(),
        refresh_token_expires_in: REFRESH_DURATION.as_secs(),
    })?;
    Ok(with_header(with_header(response, CACHE_CONTROL, "no-store"), PRAGMA, "no-cache"))
}

fn bad(code: ProblemCode, detail: &str) -> Failure {
    Failure::coded(StatusCode::BAD_REQUEST, code, detail)
}

/// 429.
fn too_many_failure() -> Failure {
    let detail = "Too many requests, please try again later.";
    Failure::coded(StatusCode::TOO_MANY_REQUESTS, ProblemCode::TooManyRequests, detail)
}

/// 429 with when to come back.
pub(super) fn too_many(app: &App, left: TriesLeft) -> Response {
    let mut response = respond(Err(too_many_failure()));
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds(left)));
    with_tries(app, response, left)
}

/// Tells how many tries are left, in the headers PeerTube uses.
pub(super) fn with_tries(app: &App, mut response: Response, left: TriesLeft) -> Response {
    let reset = app.clock().now().after(left.reset).0.div_euclid(1000);
    let headers = response.headers_mut();
    headers.insert("x-ratelimit-limit", HeaderValue::from(left.limit));
    headers.insert("x-ratelimit-remaining", HeaderValue::from(left.remaining));
    headers.insert("x-ratelimit-reset", HeaderValue::from(reset));
    response
}

/// Rounded up: who comes back exactly then finds the window ended.
fn seconds(left: TriesLeft) -> u64 {
    left.reset.as_secs() + u64::from(0 < left.reset.subsec_nanos())
}

fn read_grant(fields: Vec<(String, String)>) -> TokenGrant {
    let mut grant = TokenGrant::default();
    for (name, value) in fields {
        match name.as_str() {
            "client_id" => grant.client_id = value,
            "client_secret" => grant.client_secret = value,
            "grant_type" => grant.grant_type = value,
            "username" => grant.username = Some(value),
            "password" => grant.password = Some(value),
            "refresh_token" => grant.refresh_token = Some(value),
            // OAuth has more words than we need: `response_type`, `scope`.
            _ => {}
        }
    }
    grant
}

fn required(value: Option<String>, name: &str) -> Result<String, Failure> {
    value.filter(|value| !value.is_empty()).ok_or_else(|| Wrong::body(name, None, "Should be there").into())
}

async fn our_client(app: &App) -> Result<OAuthClient, Failure> {
    let key = SettingKey { name: OAUTH_CLIENT.to_owned() };
    match app.read(move |store| store.get(&key)).await? {
        Some(Setting::OAuthClient { id, secret }) => Ok(OAuthClient { client_id: id, client_secret: secret }),
        Some(Setting::Counter(_) | Setting::Secret(_) | Setting::Paused(_)) | None => {
            Err(Failure::Internal("there is no OAuth client".to_owned()))
        }
    }
}
