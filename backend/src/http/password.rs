//! The passwords of a video, for its owner.

use shared::api::{Page, VideoPassword};
use shared::limits::VIDEO_PASSWORDS_MAX;

use super::extract::{Ask, Body, Segment};
use super::fields::Fields;
use super::problem::Failure;
use super::respond::{Outcome, json, no_content};
use super::video::find;
use crate::domain::video::edit::EditError;
use crate::domain::video::password::{self, PasswordError};
use crate::domain::wrong::Wrong;
use crate::store::Durability;
use crate::store::records::Privacy;

/// As many passwords as a video may have, in JSON's longest spelling.
const PASSWORDS_BYTES_MAX: usize = 128 * 1024;

/// `GET /api/v1/videos/{id}/passwords`
pub async fn list(id: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let (entry, _) = find(&id, &ask.app)?;
    if !entry.listed.sight().may_change(&who) {
        return Err(EditError::NotYours.into());
    }
    let video = &entry.listed.video;
    if video.privacy != Privacy::Password {
        return Err(PasswordError::NotProtected.into());
    }
    let page = ask.page()?;
    let mut rows: Vec<VideoPassword> = video
        .passwords
        .iter()
        .map(|password| VideoPassword {
            id: password.number,
            password: password.text.clone(),
            video_id: video.id,
            created_at: password.created_at,
            updated_at: password.created_at,
        })
        .collect();
    match ask.parameter("sort").as_deref() {
        None | Some("" | "createdAt") => {}
        Some("-createdAt") => rows.reverse(),
        Some(other) => {
            return Err(Wrong::query("sort", Some(other), "Should be createdAt or -createdAt").into());
        }
    }
    let page: Page<VideoPassword> = page.cut(rows);
    json(&page)
}

/// `PUT /api/v1/videos/{id}/passwords`
pub async fn replace(id: Segment, ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let (entry, _) = find(&id, &ask.app)?;
    if !entry.listed.sight().may_change(&who) {
        return Err(EditError::NotYours.into());
    }
    let mut fields = Fields::read(&ask, body, PASSWORDS_BYTES_MAX).await?;
    let list = fields.texts_or_null("passwords", VIDEO_PASSWORDS_MAX, |_| true);
    fields.end()?;
    let list = list.flatten().unwrap_or_default();
    if let Some(wrong) = password::wrong_of("passwords", &list) {
        return Err(wrong.into());
    }
    let video = entry.listed.video.id;
    ask.app
        .write(Durability::Flushed, move |write, now| password::replace(write, now, &who, video, list))
        .await?;
    Ok(no_content())
}

/// `POST /api/v1/videos/{id}/passwords`
pub async fn add(id: Segment, ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let (entry, _) = find(&id, &ask.app)?;
    if !entry.listed.sight().may_change(&who) {
        return Err(EditError::NotYours.into());
    }
    let mut fields = Fields::read(&ask, body, PASSWORDS_BYTES_MAX).await?;
    let text = fields.raw("password");
    fields.end()?;
    let text = text.ok_or_else(|| Wrong::body("password", None, "Video password should be a string"))?;
    let video = entry.listed.video.id;
    ask.app
        .write(Durability::Flushed, move |write, now| password::add(write, now, &who, video, text))
        .await?;
    Ok(no_content())
}

/// `DELETE /api/v1/videos/{id}/passwords/{password}`
pub async fn remove(id: Segment, number: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let (entry, _) = find(&id, &ask.app)?;
    let number: u64 = number.parse("passwordId", "Should have a password's number")?;
    let video = entry.listed.video.id;
    ask.app
        .write(Durability::Flushed, move |write, now| password::remove(write, now, &who, video, number))
        .await?;
    Ok(no_content())
}

impl From<PasswordError> for Failure {
    fn from(error: PasswordError) -> Failure {
        match error {
            PasswordError::Video(error) => error.into(),
            PasswordError::NotProtected => Failure::bad_request("Video is not password protected"),
            PasswordError::NoSuchPassword => Failure::not_found("Video password not found"),
            PasswordError::LastOne => {
                Failure::bad_request("Cannot delete the last password of the protected video")
            }
            PasswordError::Wrong(wrong) => wrong.into(),
        }
    }
}
