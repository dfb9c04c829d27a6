//! `/videos/{id}/blacklist` and `/videos/blacklist`: videos that moderators hid.

use std::cmp::Ordering;
use std::sync::Arc;

use http::StatusCode;
use shared::api::Page;
use shared::limits::VIDEO_BLOCK_REASON_LENGTH;

use super::extract::{Ask, Body, Segment};
use super::fields::Fields;
use super::problem::Failure;
use super::respond::{Outcome, json, no_content};
use super::video::find;
use super::views;
use crate::catalogue::Entry;
use crate::domain::block::{self, BlockError};
use crate::domain::right::Right;
use crate::domain::wrong::Wrong;
use crate::store::Durability;

/// A reason of 300 letters in JSON's longest spelling.
const BLOCK_BYTES_MAX: usize = 8 * 1024;

/// `POST /api/v1/videos/{id}/blacklist`
pub async fn block(id: Segment, ask: Ask, body: Body) -> Outcome {
    ask.person_with(Right::ManageVideoBlacklist).await?;
    let video = find(&id, &ask.app)?.0.listed.video.id;
    let mut fields = Fields::read(&ask, body, BLOCK_BYTES_MAX).await?;
    let reason = fields.text_or_null("reason", VIDEO_BLOCK_REASON_LENGTH).flatten();
    let unfederated = fields.truth("unfederate").unwrap_or(false);
    fields.end()?;
    ask.app
        .write(Durability::Flushed, move |write, now| block::block(write, now, video, reason, unfederated))
        .await?;
    Ok(no_content())
}

/// `PUT /api/v1/videos/{id}/blacklist`
pub async fn change(id: Segment, ask: Ask, body: Body) -> Outcome {
    ask.person_with(Right::ManageVideoBlacklist).await?;
    let video = find(&id, &ask.app)?.0.listed.video.id;
    let mut fields = Fields::read(&ask, body, BLOCK_BYTES_MAX).await?;
    let reason = fields.text_or_null("reason", VIDEO_BLOCK_REASON_LENGTH).flatten();
    fields.end()?;
    ask.app.write(Durability::Flushed, move |write, now| block::change(write, now, video, reason)).await?;
    Ok(no_content())
}

/// `DELETE /api/v1/videos/{id}/blacklist`
pub async fn unblock(id: Segment, ask: Ask) -> Outcome {
    ask.person_with(Right::ManageVideoBlacklist).await?;
    let video = find(&id, &ask.app)?.0.listed.video.id;
    ask.app.write(Durability::Flushed, move |write, _| block::unblock(write, video)).await?;
    Ok(no_content())
}

type Compare = fn(&Entry, &Entry) -> Ordering;

/// `GET /api/v1/videos/blacklist`
pub async fn list(ask: Ask) -> Outcome {
    ask.person_with(Right::ManageVideoBlacklist).await?;
    let page = ask.page()?;
    let value = |name: &str| ask.parameter(name).filter(|value| !value.is_empty());
    let mut wrongs = Vec::new();
    let automatic = match value("type").as_deref() {
        None => None,
        Some("1") => Some(false),
        Some("2") => Some(true),
        Some(other) => {
            wrongs.push(Wrong::query("type", Some(other), "Should be 1 or 2"));
            None
        }
    };
    let order = value("sort").unwrap_or_else(|| "-createdAt".to_owned());
    let compare: Option<Compare> = match order.trim_start_matches('-') {
        "createdAt" | "id" => None,
        "name" => Some(|one, other| one.listed.folded_name.cmp(&other.listed.folded_name)),
        "duration" => Some(|one, other| seconds(one).cmp(&seconds(other))),
        "views" => Some(|one, other| one.listed.video.views.cmp(&other.listed.video.views)),
        "likes" => Some(|one, other| one.listed.video.likes.cmp(&other.listed.video.likes)),
        "dislikes" => Some(|one, other| one.listed.video.dislikes.cmp(&other.listed.video.dislikes)),
        "uuid" => Some(|one, other| one.listed.video.uuid.cmp(&other.listed.video.uuid)),
        _ => {
            wrongs.push(Wrong::query("sort", Some(&order), "Invalid value"));
            None
        }
    };
    let search = value("search").unwrap_or_default().to_lowercase();
    if !wrongs.is_empty() {
        return Err(wrongs.into());
    }
    let blocked = ask.app.read(block::list).await?;
    let holds = |entry: &Arc<Entry>| {
        let block = entry.listed.video.blocked.as_ref();
        block.is_some_and(|block| automatic.is_none_or(|automatic| automatic == block.automatic))
            && (search.is_empty() || entry.listed.folded_name.contains(&search))
    };
    let mut rows: Vec<Arc<Entry>> =
        blocked.into_iter().filter_map(|video| ask.app.catalogue().video(video)).filter(holds).collect();
    // Last blocked first until here.
    let descending = order.starts_with('-');
    if let Some(compare) = compare {
        rows.sort_by(|one, other| if descending { compare(other, one) } else { compare(one, other) });
    } else if !descending {
        rows.reverse();
    }
    let total = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    let view = |entry: &Arc<Entry>| views::blocked_video(&ask.app, entry);
    let data = rows.iter().skip(page.start).take(page.count).filter_map(view).collect();
    json(&Page::<shared::api::BlockedVideo> { total, data })
}

fn seconds(entry: &Entry) -> u64 {
    entry.listed.video.facts.as_ref().map_or(0, |facts| facts.duration_ms)
}

impl From<BlockError> for Failure {
    fn from(error: BlockError) -> Failure {
        match error {
            BlockError::NoSuchVideo => Failure::not_found("Video not found"),
            BlockError::NotBlocked => Failure::not_found("Blacklisted video not found"),
            BlockError::Blocked => Failure::new(StatusCode::CONFLICT, "This video is already blocked"),
            BlockError::Store(error) => error.into(),
        }
    }
}
