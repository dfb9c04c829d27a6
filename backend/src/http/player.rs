//! `/player-settings`: how the player of a video, or of a channel's videos, looks.

use shared::api::PlayerSettings;

use super::actor::find_channel;
use super::custom::kept;
use super::extract::{Ask, Body, Segment};
use super::fields::Fields;
use super::problem::Failure;
use super::respond::{Outcome, json};
use super::video::{find, visible};
use crate::app::App;
use crate::domain::account::changeable_channel;
use crate::domain::player::{
    OF_CHANNELS, OF_VIDEOS, decide_for_channel, decide_for_video, of_channel, of_video, parse,
    said_by_channel, said_by_video,
};
use crate::domain::video::edit::EditError;
use crate::domain::wrong::Wrong;
use crate::store::records::PlayerTheme;
use crate::store::{Durability, Write};

/// One word.
const THEME_BYTES_MAX: usize = 1024;

/// `GET /api/v1/player-settings/videos/{id}`
pub async fn of_a_video(id: Segment, ask: Ask) -> Outcome {
    let raw = raw(&ask)?;
    let (entry, viewer) = visible(&id, &ask).await?;
    let said = entry.listed.video.player_theme;
    if !raw {
        let channel = entry.publisher.channel.player_theme;
        return settings(of_video(said, channel, &of_instance(&ask.app)));
    }
    // What it says itself is its keepers' to know.
    let who = ask.person().await?;
    if viewer.person() != Some(&who) || !entry.listed.sight().may_change(&who) {
        return Err(EditError::NotYours.into());
    }
    settings(said_by_video(said))
}

/// `PUT /api/v1/player-settings/videos/{id}`
pub async fn decide_of_a_video(id: Segment, ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let (entry, _) = find(&id, &ask.app)?;
    if !entry.listed.sight().may_change(&who) {
        return Err(EditError::NotYours.into());
    }
    let theme = theme(&ask, body, OF_VIDEOS).await?;
    let video = entry.listed.video.id;
    let work = move |write: &mut Write<'_>, now| decide_for_video(write, now, &who, video, theme);
    ask.app.write(Durability::Flushed, work).await?;
    settings(said_by_video(theme))
}

/// `GET /api/v1/player-settings/video-channels/{handle}`
pub async fn of_a_channel(handle: Segment, ask: Ask) -> Outcome {
    let raw = raw(&ask)?;
    let channel = find_channel(&handle, &ask).await?;
    if !raw {
        return settings(of_channel(channel.player_theme, &of_instance(&ask.app)));
    }
    let who = ask.person().await?;
    let id = channel.id;
    ask.app.read(move |store| changeable_channel(store, &who, id)).await?;
    settings(said_by_channel(channel.player_theme))
}

/// `PUT /api/v1/player-settings/video-channels/{handle}`
pub async fn decide_of_a_channel(handle: Segment, ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let channel = find_channel(&handle, &ask).await?.id;
    ask.app.read(move |store| changeable_channel(store, &who, channel)).await?;
    let theme = theme(&ask, body, OF_CHANNELS).await?;
    let work = move |write: &mut Write<'_>, now| decide_for_channel(write, now, &who, channel, theme);
    ask.app.write(Durability::Flushed, work).await?;
    settings(said_by_channel(theme))
}

/// How players look where nobody else says anything.
fn of_instance(app: &App) -> String {
    kept(app, "defaults.player.theme").as_str().unwrap_or_default().to_owned()
}

fn settings(theme: &str) -> Outcome {
    json(&PlayerSettings { theme: theme.to_owned() })
}

/// Whether what was said is asked for, rather than what follows from it.
fn raw(ask: &Ask) -> Result<bool, Failure> {
    match ask.parameter("raw").as_deref() {
        None | Some("" | "false" | "0") => Ok(false),
        Some("true" | "1") => Ok(true),
        other => Err(Wrong::query("raw", other, "Should be true or false").into()),
    }
}

async fn theme(ask: &Ask, body: Body, known: &[&str]) -> Result<PlayerTheme, Failure> {
    let mut fields = Fields::read(ask, body, THEME_BYTES_MAX).await?;
    let message = format!("Should be one of {}", known.join(", "));
    let theme = fields.parsed("theme", &message, |word| parse(word).filter(|_| known.contains(&word)));
    let theme = fields.required("theme", theme);
    fields.end()?;
    Ok(theme)
}
