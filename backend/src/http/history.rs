//! `/users/me/history/videos`, and how far somebody is beside the videos they see.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use shared::api::{Page as Rows, WatchedVideo};
use shared::id::VideoId;
use shared::time::Timestamp;

use super::extract::{Ask, Body, Segment};
use super::problem::Failure;
use super::respond::{Outcome, json, no_content};
use super::video_list::{card, joined};
use super::views;
use crate::app::App;
use crate::catalogue::{Entry, Page};
use crate::domain::history;
use crate::domain::viewer::Person;
use crate::domain::wrong::Wrong;
use crate::histories;
use crate::store::{Durability, StoreError};

/// One date.
const REMOVAL_BYTES_MAX: usize = 4 * 1024;
/// Longer than any name; a longer text only costs us time.
const SEARCH_LENGTH_MAX: usize = 200;
/// Rows that one unit of work removes.
const ROWS_PER_WORK: usize = 500;

/// `GET /api/v1/users/me/history/videos`
pub async fn list(ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let page = ask.page()?;
    let word = ask.parameter("search").unwrap_or_default().to_lowercase();
    if SEARCH_LENGTH_MAX < word.chars().count() {
        let message = format!("Should be at most {SEARCH_LENGTH_MAX} characters long");
        return Err(Wrong::query("search", None, message).into());
    }
    let cut = (page.start, page.count);
    let (total, rows) = ask
        .app
        .blocking(move |app| {
            histories::write_of(app, who.account)?;
            let holds = |video: VideoId| {
                let entry = app.catalogue().video(video);
                entry.is_some_and(|entry| entry.listed.folded_name.contains(&word))
            };
            let holds: Option<&dyn Fn(VideoId) -> bool> = if word.is_empty() { None } else { Some(&holds) };
            history::list(app.store(), who.account, holds, cut)
        })
        .await?;
    // One that is being removed leaves the page a row short.
    let row = |(video, seconds): (VideoId, u64)| {
        let entry = ask.app.catalogue().video(video)?;
        Some(WatchedVideo { video: views::card(ask.app.url(), &entry), user_history: seconds.into() })
    };
    json(&Rows { total, data: rows.into_iter().filter_map(row).collect() })
}

/// `DELETE /api/v1/users/me/history/videos/{id}`
pub async fn remove(id: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let video: VideoId = id.parse("videoId", "Should be a number")?;
    ask.app
        .blocking(move |app| {
            histories::write_of(app, who.account)?;
            app.write_here(Durability::Relaxed, |write, _| history::remove(write, who.account, video))
        })
        .await?;
    Ok(no_content())
}

/// `POST /api/v1/users/me/history/videos/remove`
pub async fn clear(ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let fields = body.text_fields(ask.headers(), REMOVAL_BYTES_MAX).await?;
    let before = fields.iter().find(|(name, _)| name == "beforeDate").map(|(_, date)| date.as_str());
    let before = before.filter(|date| !date.is_empty()).map(|date| {
        date.parse::<Timestamp>().map_err(|_| {
            Wrong::body("beforeDate", Some(date), "Should have a before date that conforms to ISO 8601")
        })
    });
    let before = before.transpose()?;
    ask.app
        .blocking(move |app| {
            histories::write_of(app, who.account)?;
            loop {
                let removed = app.write_here(Durability::Relaxed, |write, _| {
                    write.use_reserve();
                    history::clear(write, who.account, before, ROWS_PER_WORK)
                })?;
                if removed == 0 {
                    return Ok::<_, StoreError>(());
                }
            }
        })
        .await?;
    Ok(no_content())
}

/// How far somebody is in each of these videos they watched.
///
/// # Errors
/// 500 when the store fails.
pub async fn positions(
    app: &App,
    who: &Person,
    rows: &[Arc<Entry>],
) -> Result<HashMap<VideoId, u64>, Failure> {
    let videos: Vec<VideoId> = rows.iter().map(|entry| entry.listed.video.id).collect();
    let account = who.account;
    let positions = app.blocking(move |app| {
        let mut positions = HashMap::new();
        for video in videos {
            if let Some(seconds) = position(app, account, video)? {
                positions.insert(video, seconds);
            }
        }
        Ok::<_, StoreError>(positions)
    });
    Ok(positions.await?)
}

/// How far an account is in a video, written down or not. Blocks.
fn position(app: &App, account: shared::id::AccountId, video: VideoId) -> Result<Option<u64>, StoreError> {
    if let Some(seconds) = app.histories().position(account, video) {
        return Ok(Some(seconds));
    }
    Ok(history::position(app.store(), account, video)?.map(|watched| watched.seconds))
}

/// A page's text, with how far its reader is in each video.
#[must_use]
pub fn page_text(app: &App, page: &Page, positions: &HashMap<VideoId, u64>, skip_count: bool) -> Bytes {
    let cards = page.rows.iter().map(|entry| {
        let card = card(app, entry);
        positions.get(&entry.listed.video.id).map_or(card.clone(), |seconds| with_position(&card, *seconds))
    });
    let cards: Vec<Bytes> = cards.collect();
    joined(&cards, page.total, skip_count)
}

/// The JSON of a video with one field more.
#[must_use]
pub fn with_position(object: &[u8], seconds: u64) -> Bytes {
    let mut out = BytesMut::from(object.strip_suffix(b"}").unwrap_or(object));
    out.extend_from_slice(format!(",\"userHistory\":{{\"currentTime\":{seconds}}}}}").as_bytes());
    out.freeze()
}
