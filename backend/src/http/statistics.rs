//! What the maker of a video learns of its viewers.

use shared::time::Timestamp;

use super::extract::{Ask, Segment};
use super::problem::Failure;
use super::respond::{Outcome, json};
use super::video::find;
use crate::domain::statistics::{self, Metric, Span};
use crate::domain::wrong::Wrong;
use crate::watching;

/// `GET /api/v1/videos/{id}/stats/overall`
pub async fn overall(id: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let video = find(&id, &ask.app)?.0.listed.video.id;
    let span = span(&ask)?;
    watching::write_statistics(&ask.app).await;
    json(&ask.app.read(move |store| statistics::overall(store, &who, video, span)).await?)
}

/// `GET /api/v1/videos/{id}/stats/user-agent`
pub async fn agents(id: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let video = find(&id, &ask.app)?.0.listed.video.id;
    let span = span(&ask)?;
    watching::write_statistics(&ask.app).await;
    json(&ask.app.read(move |store| statistics::agents(store, &who, video, span)).await?)
}

/// `GET /api/v1/videos/{id}/stats/retention`
pub async fn retention(id: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let video = find(&id, &ask.app)?.0.listed.video.id;
    watching::write_statistics(&ask.app).await;
    json(&ask.app.read(move |store| statistics::retention(store, &who, video)).await?)
}

/// `GET /api/v1/videos/{id}/stats/timeseries/{metric}`
pub async fn series(id: Segment, metric: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let video = find(&id, &ask.app)?.0.listed.video.id;
    let span = span(&ask)?;
    let wrong = || Wrong::path("metric", &metric.0, "Should be viewers or aggregateWatchTime");
    // Whose the video is comes first, as everywhere.
    let asked = Metric::parse(&metric.0);
    watching::write_statistics(&ask.app).await;
    let now = ask.app.clock().now();
    let known = asked.unwrap_or(Metric::Viewers);
    let series = ask.app.read(move |store| statistics::series(store, now, &who, video, known, span)).await?;
    if asked.is_none() {
        return Err(wrong().into());
    }
    json(&series)
}

fn span(ask: &Ask) -> Result<Span, Failure> {
    let date = |name: &str| match ask.parameter(name).filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => match text.parse::<Timestamp>() {
            Ok(date) => Ok(Some(date)),
            Err(_) => Err(Wrong::query(name, Some(&text), "Should have a date that conforms to ISO 8601")),
        },
    };
    let span = match (date("startDate"), date("endDate")) {
        (Ok(from), Ok(to)) => Span { from, to },
        (from, to) => return Err(Failure::wrong([from.err(), to.err()].into_iter().flatten().collect())),
    };
    if !span.is_sensible() {
        return Err(
            Wrong::query("endDate", None, "Should be after startDate, and by twenty years at most").into()
        );
    }
    Ok(span)
}
