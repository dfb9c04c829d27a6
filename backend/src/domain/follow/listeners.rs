//! Where the followers of a local party are told something, once a server.

use crate::store::records::{FollowState, Party, RemoteActor};
use crate::store::tables::{AccountKey, ChannelKey, FollowKey, FollowedAcross, ListenerKey};
use crate::store::{Read, StoreError, Write};

use super::rows::FOLLOWED_MAX;

/// One follower more is told there.
pub(super) fn add(write: &mut Write<'_>, followed: Party, inbox: &str) -> Result<(), StoreError> {
    let key = ListenerKey { followed, inbox: inbox.to_owned() };
    let count = write.get(&key)?.unwrap_or(0);
    write.insert(&key, &count.saturating_add(1))
}

/// One follower less is told there.
pub(super) fn take(write: &mut Write<'_>, followed: Party, inbox: &str) -> Result<(), StoreError> {
    let key = ListenerKey { followed, inbox: inbox.to_owned() };
    match write.get(&key)?.unwrap_or(0).saturating_sub(1) {
        0 => write.remove(&key),
        count => write.insert(&key, &count)?,
    }
    Ok(())
}

/// Follows what a unit of work did to people of other servers: where one is told something at another address, what is
/// counted goes along.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn follow_moves(write: &mut Write<'_>) -> Result<(), StoreError> {
    let inbox = |remote: Option<&RemoteActor>| remote.map(|remote| remote.common_inbox().to_owned());
    let mut moved = Vec::new();
    for change in write.changes_of::<AccountKey>()? {
        if let (Some(old), Some(new)) = change {
            moved.push((Party::Account(new.id), inbox(old.remote.as_deref()), inbox(new.remote.as_deref())));
        }
    }
    for change in write.changes_of::<ChannelKey>()? {
        if let (Some(old), Some(new)) = change {
            moved.push((Party::Channel(new.id), inbox(old.remote.as_deref()), inbox(new.remote.as_deref())));
        }
    }
    for (party, old, new) in moved {
        if let (Some(old), Some(new)) = (old, new)
            && old != new
        {
            moved_inbox(write, party, &new)?;
        }
    }
    Ok(())
}

/// Somebody of another server is told at another address from now on: `inbox` is that of their server, or their own where
/// it has none. To be called in the unit of work that changes it.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn moved_inbox(write: &mut Write<'_>, follower: Party, inbox: &str) -> Result<(), StoreError> {
    let rows: Vec<_> = write.scan(&FollowedAcross(follower)).take(FOLLOWED_MAX).collect::<Result<_, _>>()?;
    for (key, followed) in rows {
        let key = FollowKey { follow: key.follow };
        let Some(mut follow) = write.get(&key)? else { continue };
        let Some(old) = follow.told_at.take() else { continue };
        if old == inbox || follow.state != FollowState::Accepted {
            continue;
        }
        take(write, followed, &old)?;
        add(write, followed, inbox)?;
        follow.told_at = Some(inbox.to_owned());
        write.insert(&key, &follow)?;
    }
    Ok(())
}
