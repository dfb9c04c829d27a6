//! Lists of videos.

use shared::time::Timestamp;

use super::hearers::{Hearers, Here, deed, latest};
use crate::domain::federation::playlist::is_published;
use crate::store::records::{Party, Said, VideoPlaylist};
use crate::store::tables::{AccountKey, PlaylistKey};
use crate::store::{Read, StoreError, Write};

pub(super) fn follow(write: &mut Write<'_>, now: Timestamp, here: Here<'_>) -> Result<(), StoreError> {
    for (old, new) in write.changes_of::<PlaylistKey>()? {
        let (said, playlist, kept) = match (old.filter(is_published), new.filter(is_published)) {
            (None, None) => continue,
            (None, Some(new)) => (Said::PlaylistCreated(new.id), new, deed()),
            (Some(old), None) => (Said::PlaylistDeleted(old.uuid), old, deed()),
            (Some(old), Some(new)) if looks_alike(&old, &new) => continue,
            (Some(_), Some(new)) => {
                let about = format!("playlist {}", new.id);
                (Said::PlaylistUpdated(new.id), new, latest(about))
            }
        };
        // Whose account goes is told of by itself.
        let Some(owner) = write.get(&AccountKey { account: playlist.account })? else { continue };
        if owner.remote.is_some() {
            continue;
        }
        let by = Party::Account(owner.id);
        let mut hearers = Hearers::new(here);
        hearers.add_followers(write, &[by, Party::Instance])?;
        if let Some(channel) = playlist.channel {
            hearers.add_followers(write, &[Party::Channel(channel)])?;
        }
        hearers.say(write, now, by, said, &kept)?;
    }
    Ok(())
}

/// Whether others see no difference. Its place among others is not told.
fn looks_alike(old: &VideoPlaylist, new: &VideoPlaylist) -> bool {
    VideoPlaylist { place: new.place, ..old.clone() } == *new
}
