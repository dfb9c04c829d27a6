//! What players report.

use std::time::Duration;

use http::header::USER_AGENT;
use shared::api::ViewReport;

use super::extract::{Ask, Body, Segment};
use super::respond::{Outcome, no_content};
use super::video::visible;
use crate::domain::history::Seen;
use crate::domain::wrong::Wrong;
use crate::watching::{Heard, Trace};

/// Three numbers and a name.
const REPORT_BYTES_MAX: usize = 4 * 1024;
/// Longer than any player makes them.
const SESSION_LENGTH_MAX: usize = 100;

/// `POST /api/v1/videos/{id}/views`
pub async fn view(id: Segment, ask: Ask, body: Body) -> Outcome {
    let (entry, viewer) = visible(&id, &ask).await?;
    let report: ViewReport = body.json(REPORT_BYTES_MAX).await?;
    let session = report.session_id.as_deref();
    if session.is_some_and(|session| SESSION_LENGTH_MAX < session.len()) {
        return Err(Wrong::body("sessionId", None, "Should be at most 100 characters long").into());
    }
    let jumped = match report.view_event.as_deref() {
        None => false,
        Some("seek") => true,
        other @ Some(_) => return Err(Wrong::body("viewEvent", other, "Should be seek").into()),
    };
    let duration = entry
        .listed
        .video
        .facts
        .as_ref()
        .map_or(Duration::ZERO, |facts| Duration::from_millis(facts.duration_ms));
    let position = Duration::try_from_secs_f64(report.current_time)
        .map_err(|_| Wrong::body("currentTime", None, "Should be a number of seconds"))?;
    let trace =
        Trace { address: ask.address(), user_agent: ask.header(USER_AGENT).unwrap_or_default(), session };
    let heard = Heard { position: position.min(duration), jumped };
    if let Some(who) = viewer.person() {
        let seconds = heard.position.as_secs();
        let (account, video, at) = (who.account, entry.listed.video.id, ask.app.clock().now());
        ask.app.histories().hear(Seen { account, video, seconds, at });
    }
    // After a restart, whoever watches on meets others again.
    ask.app.sharing().look_at(&entry, ask.app.catalogue());
    ask.app.watching().hear(ask.app.clock(), entry.listed.video.id, duration, &heard, &trace);
    Ok(no_content())
}

/// `PUT /api/v1/videos/{id}/watching`: what older apps send instead of a view, to remember where a viewer is.
pub async fn watching(id: Segment, ask: Ask, body: Body) -> Outcome {
    ask.person().await?;
    view(id, ask, body).await
}
