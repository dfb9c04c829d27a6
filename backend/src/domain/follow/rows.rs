//! Asking to follow, the answer, and the end.

use shared::id::FollowId;
use shared::time::Timestamp;

use super::{ends, list, listeners};
use crate::domain::event::Event;
use crate::store::records::{Follow, FollowState, Party, RemoteActor, Setting};
use crate::store::tables::{
    ChannelKey, FollowBetweenKey, FollowKey, FollowedAcross, FollowersAcross, PartyFollowedKey,
    PartyFollowerKey, SettingKey,
};
use crate::store::{Read, StoreError, Write};

/// Parties that one party follows across servers: as many as an account may be subscribed to.
pub const FOLLOWED_MAX: usize = 5000;
/// Followings that the people of one server may ask for: a server that makes up people fills no more than this. The
/// largest of the network has some hundred thousand who are active.
pub const FOLLOWS_PER_HOST_MAX: u64 = 200_000;

/// Why nobody follows.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// The follower follows as many as it may, or its server asks for too much.
    #[error("it follows too many")]
    TooMany,
    /// The store failed.
    #[error("the following could not be stored")]
    Store(#[from] StoreError),
}

/// Notes that somebody wants to follow somebody, one of them of another server. Who asks again gets the same following,
/// with its new id where it is another. `url` makes the id of the `Follow` of the following's number, or gives the one it
/// came with.
///
/// # Errors
/// [`AskError`].
pub fn ask(
    write: &mut Write<'_>,
    now: Timestamp,
    follower: Party,
    followed: Party,
    url: impl FnOnce(FollowId) -> String,
) -> Result<FollowId, AskError> {
    if let Some(mut known) = list::between(write, follower, followed)? {
        let url = url(known.id);
        if known.url != url {
            known.url = url;
            write.insert(&FollowKey { follow: known.id }, &known)?;
        }
        return Ok(known.id);
    }
    let mut many = write.scan(&FollowedAcross(follower)).skip(FOLLOWED_MAX.saturating_sub(1));
    if many.next().transpose()?.is_some() {
        return Err(AskError::TooMany);
    }
    drop(many);
    if let Some(actor) = ends::remote(write, follower)? {
        let key = asked_by(&actor);
        let asked = count_of(write, &key)?;
        if FOLLOWS_PER_HOST_MAX <= asked {
            return Err(AskError::TooMany);
        }
        write.insert(&key, &Setting::Counter(asked + 1))?;
    }
    let id = FollowId(write.next_number("follows")?);
    let follow = Follow {
        id,
        follower,
        followed,
        state: FollowState::Pending,
        url: url(id),
        told_at: None,
        created_at: now,
        updated_at: now,
    };
    write.insert(&FollowKey { follow: id }, &follow)?;
    write.insert(&FollowBetweenKey { follower, followed }, &id)?;
    write.insert(&PartyFollowerKey { followed, follow: id }, &follower)?;
    write.insert(&PartyFollowedKey { follower, follow: id }, &followed)?;
    Ok(id)
}

/// Notes what was answered to who asked, with all that is counted of it. Gives whether that changed anything.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn answer(
    write: &mut Write<'_>,
    now: Timestamp,
    id: FollowId,
    state: FollowState,
) -> Result<bool, StoreError> {
    let key = FollowKey { follow: id };
    let Some(mut follow) = write.get(&key)? else { return Ok(false) };
    if follow.state == state {
        return Ok(false);
    }
    if follow.state == FollowState::Accepted {
        uncount(write, &mut follow)?;
    }
    (follow.state, follow.updated_at) = (state, now);
    if state == FollowState::Accepted {
        count(write, &mut follow)?;
    }
    write.insert(&key, &follow)?;
    Ok(true)
}

/// Somebody follows somebody no longer. Gives what it was; none where there was nothing.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn end(write: &mut Write<'_>, id: FollowId) -> Result<Option<Follow>, StoreError> {
    let key = FollowKey { follow: id };
    let Some(mut follow) = write.get(&key)? else { return Ok(None) };
    write.use_reserve();
    if follow.state == FollowState::Accepted {
        uncount(write, &mut follow)?;
    }
    let Follow { follower, followed, .. } = follow;
    write.remove(&key);
    write.remove(&FollowBetweenKey { follower, followed });
    write.remove(&PartyFollowerKey { followed, follow: id });
    write.remove(&PartyFollowedKey { follower, follow: id });
    // Who is gone already leaves its server's count too high by one, which only makes a very large bound smaller.
    if let Some(actor) = ends::remote(write, follower)? {
        let key = asked_by(&actor);
        match count_of(write, &key)?.saturating_sub(1) {
            0 => write.remove(&key),
            asked => write.insert(&key, &Setting::Counter(asked))?,
        }
    }
    Ok(Some(follow))
}

/// Ends at most `rows_max` followings of or by somebody who is gone, or is going. Gives how many.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn forget(write: &mut Write<'_>, party: Party, rows_max: usize) -> Result<usize, StoreError> {
    let followers = write.scan(&FollowersAcross(party)).map(|row| row.map(|(key, _)| key.follow));
    let followed = write.scan(&FollowedAcross(party)).map(|row| row.map(|(key, _)| key.follow));
    let rows: Vec<FollowId> = followers.chain(followed).take(rows_max).collect::<Result<_, _>>()?;
    for follow in &rows {
        if end(write, *follow)?.is_none() {
            // A row that points nowhere would be met again and again.
            write.remove(&PartyFollowerKey { followed: party, follow: *follow });
            write.remove(&PartyFollowedKey { follower: party, follow: *follow });
        }
    }
    Ok(rows.len())
}

/// Counts a following that was accepted just now, and tells of it.
fn count(write: &mut Write<'_>, follow: &mut Follow) -> Result<(), StoreError> {
    let Some(actor) = ends::remote(write, follow.follower)? else { return Ok(()) };
    let inbox = actor.common_inbox().to_owned();
    listeners::add(write, follow.followed, &inbox)?;
    follow.told_at = Some(inbox);
    let Party::Channel(channel) = follow.followed else { return Ok(()) };
    if let Some(mut followed) = write.get(&ChannelKey { channel })? {
        followed.followers = followed.followers.saturating_add(1);
        write.insert(&ChannelKey { channel }, &followed)?;
    }
    if let Party::Account(follower) = follow.follower {
        write.note(Event::Followed { id: follow.id, follower, channel });
    }
    Ok(())
}

/// Takes an accepted following out of what is counted.
fn uncount(write: &mut Write<'_>, follow: &mut Follow) -> Result<(), StoreError> {
    let Some(inbox) = follow.told_at.take() else { return Ok(()) };
    listeners::take(write, follow.followed, &inbox)?;
    let Party::Channel(channel) = follow.followed else { return Ok(()) };
    if let Some(mut followed) = write.get(&ChannelKey { channel })? {
        followed.followers = followed.followers.saturating_sub(1);
        write.insert(&ChannelKey { channel }, &followed)?;
    }
    Ok(())
}

/// Where is counted how much a server's people ask for.
fn asked_by(actor: &RemoteActor) -> SettingKey {
    SettingKey { name: format!("follows-by-{}", actor.host) }
}

fn count_of(read: &impl Read, key: &SettingKey) -> Result<u64, StoreError> {
    Ok(match read.get(key)? {
        Some(Setting::Counter(count)) => count,
        Some(_) | None => 0,
    })
}
