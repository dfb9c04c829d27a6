//! Copies of videos of other servers.

use serde_json::{Map, Value};
use shared::id::MirrorId;
use shared::time::Timestamp;

use super::words::{WordsError, activity};
use crate::app::App;
use crate::documents::addresses;
use crate::domain::federation::Audience;
use crate::domain::federation::activity::{Create, Update};
use crate::domain::federation::cache_file::{CacheFile, Copied, Withdrawal, address};
use crate::domain::federation::context::CACHE_FILE;
use crate::store::Read;
use crate::store::tables::MirrorKey;

type Words = Result<Option<Map<String, Value>>, WordsError>;

pub(super) fn created(app: &App, mirror: MirrorId) -> Words {
    let Some(row) = app.store().get(&MirrorKey { mirror })? else { return Ok(None) };
    let (addresses, copied) = (addresses(app), Copied::of(&row));
    let audience = Audience::of(row.owner.clone());
    let file = CacheFile::new(&addresses, audience.clone(), &copied);
    let here = address(&addresses, copied.video);
    activity(CACHE_FILE, Create::new(audience, &here, addresses.instance(), file)).map(Some)
}

pub(super) fn updated(app: &App, mirror: MirrorId, at: Timestamp) -> Words {
    let Some(row) = app.store().get(&MirrorKey { mirror })? else { return Ok(None) };
    let (addresses, copied) = (addresses(app), Copied::of(&row));
    let audience = Audience::of(row.owner.clone());
    let file = CacheFile::new(&addresses, audience.clone(), &copied);
    let here = address(&addresses, copied.video);
    activity(CACHE_FILE, Update::new(audience, (&here, at), addresses.instance(), file)).map(Some)
}

pub(super) fn ended(app: &App, owner: &str, copied: &Copied<'_>) -> Result<Map<String, Value>, WordsError> {
    let audience = Audience::of(owner.to_owned());
    activity(CACHE_FILE, Withdrawal::new(&addresses(app), audience, copied))
}
