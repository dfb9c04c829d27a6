//! Our copies of videos of other servers.

use shared::id::{Uuid, VideoRef};

use super::answer::{addresses, answer};
use crate::domain::federation::Document;
use crate::domain::federation::cache_file::{CacheFile, Copied};
use crate::domain::federation::context::CACHE_FILE;
use crate::domain::video::sight::Address;
use crate::domain::viewer::Viewer;
use crate::http::extract::Ask;
use crate::http::problem::Failure;
use crate::http::respond::Outcome;
use crate::store::tables::{MirrorKey, VideoMirrorKey};
use crate::store::{Read, StoreError};

/// `/redundancy/streaming-playlists/hls/{video}`
pub(super) async fn show(ask: &Ask, video: Uuid) -> Outcome {
    let app = &ask.app;
    let absent = || Failure::not_found("Video redundancy not found");
    let (entry, _) = app.catalogue().find(VideoRef::Uuid(video)).ok_or_else(absent)?;
    // As its files: what is hidden here is offered to nobody.
    entry.listed.sight().opens_to(&Viewer::Anonymous, Address::Uuid).map_err(|_| absent())?;
    let id = entry.listed.video.id;
    let row = app.read(move |store| match store.get(&VideoMirrorKey { video: id })? {
        Some(mirror) => store.get(&MirrorKey { mirror }),
        None => Ok::<_, StoreError>(None),
    });
    let row = row.await?.ok_or_else(absent)?;
    answer(&Document::new(CACHE_FILE, CacheFile::open(&addresses(app), &Copied::of(&row))))
}
