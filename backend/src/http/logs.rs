//! `/server/logs` and `/server/audit-logs`: what the program says of itself, and what those who keep order did.

use http::header::AUTHORIZATION;
use serde::Serialize;
use shared::time::Timestamp;
use warp::path::FullPath;
use warp::reply::Response;
use warp::{Filter, Rejection};

use super::comment::too_many;
use super::extract::{Ask, Body};
use super::fields::Fields;
use super::problem::Failure;
use super::respond::{Outcome, json, no_content};
use crate::app::App;
use crate::domain::audit;
use crate::domain::right::Right;
use crate::domain::session::{self, TokenHash};
use crate::domain::wrong::Wrong;
use crate::lines::{Level, Line};
use crate::routes::Route;
use crate::store::records::Audit;
use crate::store::tables::AccountKey;
use crate::store::{Durability, Read, StoreError};

/// Lines of one answer: as many as are kept of the log.
const LINES_MAX: usize = 2000;
/// What a page may say of its failure, escaped.
const CLIENT_BYTES_MAX: usize = 64 * 1024;
pub(super) const CLIENT_MESSAGE_MAX: usize = 1000;
pub(super) const CLIENT_URL_MAX: usize = 2000;
pub(super) const CLIENT_STACK_MAX: usize = 15_000;
pub(super) const CLIENT_AGENT_MAX: usize = 500;
pub(super) const CLIENT_META_MAX: usize = 5000;

/// A line of the log, as PeerTube's page reads it (capture `rest/server-logs`).
#[derive(Serialize)]
struct LogView {
    level: &'static str,
    message: String,
    label: String,
    timestamp: Timestamp,
}

/// A line of the audit log.
#[derive(Serialize)]
struct AuditView {
    level: &'static str,
    timestamp: Timestamp,
    user: String,
    domain: String,
    action: String,
    path: String,
}

/// `GET /api/v1/server/logs`
pub async fn log(ask: Ask) -> Outcome {
    ask.person_with(Right::ManageLogs).await?;
    let (from, until) = span(&ask)?;
    let level = match ask.parameter("level").as_deref() {
        None | Some("" | "info") => Level::Info,
        Some("debug") => Level::Debug,
        Some("warn") => Level::Warn,
        Some("error") => Level::Error,
        other => return Err(Wrong::query("level", other, "Should be debug, info, warn or error").into()),
    };
    let view = |line: Line| LogView {
        level: level_word(line.level),
        message: line.text,
        label: line.part,
        timestamp: line.at,
    };
    json(&ask.app.lines().between(from, until, level).into_iter().map(view).collect::<Vec<_>>())
}

fn level_word(level: Level) -> &'static str {
    match level {
        Level::Debug => "debug",
        Level::Info => "info",
        Level::Warn => "warn",
        Level::Error => "error",
    }
}

/// `GET /api/v1/server/audit-logs`
pub async fn audit_log(ask: Ask) -> Outcome {
    ask.person_with(Right::ManageLogs).await?;
    let (from, until) = span(&ask)?;
    let lines = ask.app.read(move |store| audit::list(store, from, until, LINES_MAX)).await?;
    let view = |line: Audit| AuditView {
        level: "audit",
        timestamp: line.at,
        user: line.user,
        domain: line.domain,
        action: line.action,
        path: line.path,
    };
    json(&lines.into_iter().map(view).collect::<Vec<_>>())
}

/// `startDate`, and `endDate` where there is one.
fn span(ask: &Ask) -> Result<(Timestamp, Timestamp), Failure> {
    let date = |name: &str| {
        let value = ask.parameter(name).filter(|value| !value.is_empty());
        let read = |text: String| {
            text.parse::<Timestamp>().map_err(|_| Wrong::query(name, Some(&text), "Should be a date"))
        };
        value.map(read).transpose()
    };
    let missing = || Wrong::query("startDate", None, "Should be a date");
    match (date("startDate").and_then(|date| date.ok_or_else(missing)), date("endDate")) {
        (Ok(from), Ok(until)) => Ok((from, until.unwrap_or(Timestamp(i64::MAX)))),
        (from, until) => Err(Failure::wrong([from.err(), until.err()].into_iter().flatten().collect())),
    }
}

/// `POST /api/v1/server/logs/client`: what went wrong in somebody's browser. Neither their address nor what stands
/// behind a question mark is written down.
pub async fn client(ask: Ask, body: Body) -> Outcome {
    let mut fields = Fields::read(&ask, body, CLIENT_BYTES_MAX).await?;
    let level = fields.parsed("level", "Should be warn or error", |text| match text {
        "warn" => Some(Level::Warn),
        "error" => Some(Level::Error),
        _ => None,
    });
    let is_grave = level != Some(Level::Warn);
    if level.is_none() && !fields.has("level") {
        fields.wrong("level", "Should be there");
    }
    let message = fields.text("message", 1..=CLIENT_MESSAGE_MAX);
    let message = fields.required("message", message);
    let url = fields.text("url", 0..=CLIENT_URL_MAX);
    let url = fields.required("url", url);
    let stack = fields.text_or_null("stackTrace", 0..=CLIENT_STACK_MAX).flatten().unwrap_or_default();
    let agent = fields.text_or_null("userAgent", 0..=CLIENT_AGENT_MAX).flatten().unwrap_or_default();
    let meta = fields.text_or_null("meta", 0..=CLIENT_META_MAX).flatten().unwrap_or_default();
    fields.end()?;
    if let Err(wait) = ask.app.client_log_pace(ask.address()) {
        return Ok(too_many(wait));
    }
    let page = url.split(['?', '#']).next().unwrap_or_default();
    if is_grave {
        tracing::error!(target: "client", message = ?message, page = ?page, agent = ?agent, stack = ?stack, meta = ?meta);
    } else {
        tracing::warn!(target: "client", message = ?message, page = ?page, agent = ?agent, stack = ?stack, meta = ?meta);
    }
    Ok(no_content())
}

/// The routes, and a line in the audit log for each deed of those who keep order.
#[must_use]
pub fn audited(route: Route, app: &App) -> Route {
    let app = app.clone();
    let token =
        warp::header::value(AUTHORIZATION.as_str()).map(Some).or(warp::any().map(|| None)).unify().map(
            |value: Option<http::HeaderValue>| {
                let value = value.as_ref().and_then(|value| value.to_str().ok());
                let (scheme, token) = value?.split_once(' ')?;
                scheme.eq_ignore_ascii_case("bearer").then(|| TokenHash::of(token.trim()))
            },
        );
    route
        .and(warp::method())
        .and(warp::path::full())
        .and(token)
        .and_then(
            move |response: Response, method: http::Method, path: FullPath, token: Option<TokenHash>| {
                let app = app.clone();
                async move {
                    if method != http::Method::GET
                        && let Some(token) = token
                        && response.status().is_success()
                        && response.extensions().get::<Failure>().is_none()
                        && let Err(error) = note(&app, &method, &path, token).await
                    {
                        tracing::error!(%error, "a deed could not be written down");
                    }
                    Ok::<_, Rejection>(response)
                }
            },
        )
        .boxed()
}

async fn note(app: &App, method: &http::Method, path: &FullPath, token: TokenHash) -> Result<(), StoreError> {
    let path = path.as_str().trim_start_matches("/api/v1/").to_owned();
    let Some((domain, action)) = audit::deed(method.as_str(), &path) else { return Ok(()) };
    let now = app.clock().now();
    let found = app.read(move |store| {
        let Some(person) = session::whose(store, now, &token)?.filter(|person| person.keeps_order()) else {
            return Ok(None);
        };
        store.get(&AccountKey { account: person.account })
    });
    let Some(account) = found.await? else { return Ok(()) };
    app.write(Durability::Flushed, move |write, now| {
        audit::note(write, &Audit { at: now, user: account.name, domain, action, path })
    })
    .await
}
