//! What is left when something goes that others may have read: who asks for it again is told that it is gone, and not that
//! it never was.

use serde::Serialize;
use shared::id::Uuid;
use shared::time::Timestamp;

use super::playlist::is_published;
use crate::store::records::{Privacy, Trace, TraceKind};
use crate::store::tables::{PlaylistKey, TraceKey, VideoKey};
use crate::store::{Read, StoreError, Write};

/// Follows what a unit of work did to videos and lists of this server: notes those that it removed, if others may have
/// read them. Of what is gone elsewhere its own server tells.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn follow(write: &mut Write<'_>, now: Timestamp) -> Result<(), StoreError> {
    for (old, new) in write.changes_of::<VideoKey>()? {
        let (Some(old), None) = (old.filter(|old| old.remote.is_none()), new) else { continue };
        let was_read = match old.privacy {
            Privacy::Public | Privacy::Unlisted => true,
            Privacy::Private | Privacy::Internal | Privacy::Password => false,
        };
        if was_read {
            write.insert(&TraceKey { uuid: old.uuid }, &Trace { kind: TraceKind::Video, removed_at: now })?;
        }
    }
    for (old, new) in write.changes_of::<PlaylistKey>()? {
        let (Some(old), None) = (old, new) else { continue };
        if is_published(&old) {
            write.insert(
                &TraceKey { uuid: old.uuid },
                &Trace { kind: TraceKind::Playlist, removed_at: now },
            )?;
        }
    }
    Ok(())
}

/// What is left of what had this name.
///
/// # Errors
/// [`StoreError`] when the disk fails or the row is damaged.
pub fn of(read: &impl Read, uuid: Uuid) -> Result<Option<Trace>, StoreError> {
    read.get(&TraceKey { uuid })
}

/// What stands in the place of what is gone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tombstone {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    former_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    deleted: Option<Timestamp>,
}

impl Tombstone {
    /// The place at an address of what was of a type, and when it went, where that was noted.
    #[must_use]
    pub fn new(id: String, former_type: &'static str, deleted: Option<Timestamp>) -> Tombstone {
        Tombstone { id, kind: "Tombstone", former_type, deleted }
    }
}
