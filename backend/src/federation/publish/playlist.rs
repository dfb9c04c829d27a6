//! Lists of videos.

use serde_json::{Map, Value};
use shared::id::{PlaylistId, Uuid};
use shared::time::Timestamp;

use super::speaker::Speaker;
use super::words::{WordsError, activity};
use crate::app::App;
use crate::documents::{addresses, whole};
use crate::domain::federation::Audience;
use crate::domain::federation::activity::{Create, Delete, Update};
use crate::domain::federation::context::{PLAIN, PLAYLIST};
use crate::domain::federation::playlist::{Playlist, is_published};
use crate::store::Read;
use crate::store::tables::PlaylistKey;

type Words = Result<Option<Map<String, Value>>, WordsError>;

/// A list that others may read, with its address.
fn published(app: &App, playlist: PlaylistId) -> Result<Option<(String, Playlist)>, WordsError> {
    let row = app.store().get(&PlaylistKey { playlist })?.filter(is_published);
    let Some(row) = row else { return Ok(None) };
    let address = addresses(app).playlist(row.uuid);
    Ok(whole(app, &row)?.map(|playlist| (address, playlist)))
}

pub(super) fn created(app: &App, who: &Speaker, playlist: PlaylistId) -> Words {
    let Some((address, playlist)) = published(app, playlist)? else { return Ok(None) };
    let audience = Audience::everybody(&addresses(app), &who.name);
    activity(PLAYLIST, Create::new(audience, &address, who.address.clone(), playlist)).map(Some)
}

pub(super) fn updated(app: &App, who: &Speaker, playlist: PlaylistId, at: Timestamp) -> Words {
    let Some((address, playlist)) = published(app, playlist)? else { return Ok(None) };
    let audience = Audience::everybody(&addresses(app), &who.name);
    activity(PLAYLIST, Update::new(audience, (&address, at), who.address.clone(), playlist)).map(Some)
}

pub(super) fn deleted(app: &App, who: &Speaker, playlist: Uuid) -> Result<Map<String, Value>, WordsError> {
    activity(PLAIN, Delete::new(None, who.address.clone(), addresses(app).playlist(playlist)))
}
