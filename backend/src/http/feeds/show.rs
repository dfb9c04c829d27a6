//! Which feed an address names.

use super::answer::{FOR_ALL, answer};
use super::format::Format;
use super::podcast::CHAPTERS;
use super::{comments, subscriptions, videos};
use crate::domain::viewer::Viewer;
use crate::domain::wrong::Wrong;
use crate::http::extract::{Ask, Segment};
use crate::http::problem::Failure;
use crate::http::respond::Outcome;
use crate::http::video;

/// `GET /feeds/{name}`, such as `videos.xml`
pub async fn show(name: Segment, ask: Ask) -> Outcome {
    let missing = || Failure::not_found("No such feed");
    let (kind, ending) = name.0.rsplit_once('.').ok_or_else(missing)?;
    if !["videos", "video-comments", "subscriptions"].contains(&kind) {
        return Err(missing());
    }
    let wrong = || Wrong::path("format", ending, "Should have a valid format (rss, atom, json)");
    let format = Format::parse(ending).ok_or_else(wrong)?;
    match kind {
        "videos" => videos::videos(&name.0, format, &ask).await,
        "subscriptions" => subscriptions::subscriptions(&name.0, format, &ask).await,
        _ => comments::comments(&name.0, format, &ask).await,
    }
}

/// `GET /feeds/podcast/videos.xml`
pub async fn podcast(ask: Ask) -> Outcome {
    videos::podcast(&ask).await
}

/// `GET /feeds/podcast/videos/{id}/chapters.json`: as podcast apps read them (JSON Chapters 1.2).
pub async fn chapters(id: Segment, ask: Ask) -> Outcome {
    let (entry, by) = video::find_by(&id, &ask.app)?;
    // Everybody may keep it, so it is what everybody may see.
    entry.listed.sight().opens_to(&Viewer::Anonymous, by)?;
    let chapters = entry.listed.video.chapters.iter();
    let chapters: Vec<_> = chapters
        .map(|chapter| serde_json::json!({ "startTime": chapter.timecode, "title": chapter.title }))
        .collect();
    let text = serde_json::json!({ "version": "1.2.0", "chapters": chapters }).to_string();
    Ok(answer(CHAPTERS, bytes::Bytes::from(text).into(), FOR_ALL))
}
