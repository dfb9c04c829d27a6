//! Our copies of videos of other servers. Whose video it is hears of it alone, and passes it on to who follows the video.

use shared::time::Timestamp;

use super::hearers::{Hearers, Here, deed, latest};
use crate::domain::delivery::Kept;
use crate::store::records::{Mirror, Party, Said};
use crate::store::tables::{AccountKey, MirrorKey, RemoteActorKey};
use crate::store::{Read, StoreError, Write};

pub(super) fn follow(write: &mut Write<'_>, now: Timestamp, here: Here<'_>) -> Result<(), StoreError> {
    for (old, new) in write.changes_of::<MirrorKey>()? {
        let (mirror, said, kept) = match (old, new) {
            (None, None) => continue,
            (None, Some(new)) => {
                let said = Said::MirrorCreated(new.id);
                (new, said, deed())
            }
            (Some(old), Some(new)) if old.expires_at == new.expires_at => continue,
            (Some(_), Some(new)) => {
                let (said, about) = (Said::MirrorUpdated(new.id), format!("mirror {}", new.id));
                (new, said, latest(about))
            }
            (Some(old), None) => {
                let said = Said::MirrorEnded {
                    video: old.uuid,
                    url: old.url.clone(),
                    owner: old.owner.clone(),
                    expires_at: old.expires_at,
                };
                (old, said, deed())
            }
        };
        say(write, now, here, &mirror, (said, kept))?;
    }
    Ok(())
}

fn say(
    write: &mut Write<'_>,
    now: Timestamp,
    here: Here<'_>,
    mirror: &Mirror,
    (said, kept): (Said, Kept),
) -> Result<(), StoreError> {
    let owner = write.get(&RemoteActorKey { url: mirror.owner.clone() })?;
    // Whose account is gone knows of its end.
    let Some(Party::Account(account)) = owner else { return Ok(()) };
    let Some(owner) = write.get(&AccountKey { account })? else { return Ok(()) };
    let mut hearers = Hearers::new(here);
    hearers.add_account(write, &owner)?;
    hearers.say(write, now, Party::Instance, said, &kept)
}
