//! Thumbs: `/videos/{id}/rate`, one's own of a video, and those of an account.

use shared::api::{OwnRating, Page, RatedVideo, RatingKind, RatingWish};

use super::extract::{Ask, Body, Segment};
use super::problem::Failure;
use super::respond::{Outcome, json, no_content};
use super::video::visible;
use super::{actor, views};
use crate::domain::rating;
use crate::domain::wrong::Wrong;
use crate::store::Durability;
use crate::store::records::Opinion;

/// One word and its value.
const RATING_BYTES_MAX: usize = 1024;

/// `PUT /api/v1/videos/{id}/rate`
pub async fn rate(id: Segment, ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let (entry, _) = visible(&id, &ask).await?;
    let wish: RatingWish = body.json(RATING_BYTES_MAX).await?;
    let opinion = match wish.rating.as_deref() {
        Some("like") => Some(Opinion::Like),
        Some("dislike") => Some(Opinion::Dislike),
        Some("none") => None,
        other => return Err(Wrong::body("rating", other, "Invalid value").into()),
    };
    let video = entry.listed.video.id;
    ask.app
        .write(Durability::Relaxed, move |write, now| rating::rate(write, now, who.account, video, opinion))
        .await?;
    Ok(no_content())
}

/// `GET /api/v1/users/me/videos/{id}/rating`
pub async fn mine(id: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let (entry, _) = visible(&id, &ask).await?;
    let video = entry.listed.video.id;
    let opinion = ask.app.read(move |store| rating::of(store, who.account, video)).await?;
    json(&OwnRating { video_id: video, rating: kind(opinion) })
}

/// `GET /api/v1/accounts/{name}/ratings`
pub async fn of_account(name: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let account = actor::find_account(&name, &ask).await?;
    if account.id != who.account {
        return Err(Failure::forbidden("Only owner of this account can access this resource."));
    }
    let page = ask.page()?;
    let latest_first = match ask.parameter("sort").as_deref() {
        None | Some("" | "-createdAt") => true,
        Some("createdAt") => false,
        other => return Err(Wrong::query("sort", other, "Invalid value").into()),
    };
    let only = match ask.parameter("rating").as_deref() {
        None | Some("") => None,
        Some("like") => Some(Opinion::Like),
        Some("dislike") => Some(Opinion::Dislike),
        other => return Err(Wrong::query("rating", other, "Should be like or dislike").into()),
    };
    let cut = (page.start, page.count);
    let (total, rows) =
        ask.app.read(move |store| rating::by_account(store, who.account, only, latest_first, cut)).await?;
    // A video that is being removed leaves the page a row short.
    let data = rows.into_iter().filter_map(|(video, opinion)| {
        let entry = ask.app.catalogue().video(video)?;
        Some(RatedVideo { video: views::card(ask.app.url(), &entry), rating: kind(Some(opinion)) })
    });
    json(&Page { total, data: data.collect() })
}

fn kind(opinion: Option<Opinion>) -> RatingKind {
    match opinion {
        None => RatingKind::None,
        Some(Opinion::Like) => RatingKind::Like,
        Some(Opinion::Dislike) => RatingKind::Dislike,
    }
}
