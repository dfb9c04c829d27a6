//! Who follows whom.

use shared::id::FollowId;

use crate::store::records::{Follow, Party};
use crate::store::tables::{FollowBetweenKey, FollowKey, FollowedAcross, FollowersAcross};
use crate::store::{Read, StoreError};

/// Followings that a list looks at.
const LOOKED_AT_MAX: usize = 20_000;

/// At which end of a following somebody stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// They are followed.
    Followed,
    /// They follow.
    Follower,
}

/// A following by its number.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn get(read: &impl Read, follow: FollowId) -> Result<Option<Follow>, StoreError> {
    read.get(&FollowKey { follow })
}

/// Whether and how somebody follows somebody.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn between(read: &impl Read, follower: Party, followed: Party) -> Result<Option<Follow>, StoreError> {
    match read.get(&FollowBetweenKey { follower, followed })? {
        Some(follow) => get(read, follow),
        None => Ok(None),
    }
}

/// The following by this party whose `Follow` has this id.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn by_url(read: &impl Read, follower: Party, url: &str) -> Result<Option<Follow>, StoreError> {
    for row in read.scan(&FollowedAcross(follower)).take(LOOKED_AT_MAX) {
        let (key, _) = row?;
        if let Some(follow) = get(read, key.follow)?
            && follow.url == url
        {
            return Ok(Some(follow));
        }
    }
    Ok(None)
}

/// Followings of a party at one end that `holds` says yes to, last or first asked first, and how many there are: at most
/// the last or first twenty thousand are looked at.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn of_party(
    read: &impl Read,
    (party, side): (Party, Side),
    latest_first: bool,
    holds: &dyn Fn(&Follow) -> Result<bool, StoreError>,
    (start, count): (usize, usize),
) -> Result<(u64, Vec<Follow>), StoreError> {
    let ids: Box<dyn Iterator<Item = Result<FollowId, StoreError>> + '_> = match (side, latest_first) {
        (Side::Followed, false) => {
            Box::new(read.scan(&FollowersAcross(party)).map(|row| row.map(|(key, _)| key.follow)))
        }
        (Side::Followed, true) => {
            Box::new(read.scan_reverse(&FollowersAcross(party)).map(|row| row.map(|(key, _)| key.follow)))
        }
        (Side::Follower, false) => {
            Box::new(read.scan(&FollowedAcross(party)).map(|row| row.map(|(key, _)| key.follow)))
        }
        (Side::Follower, true) => {
            Box::new(read.scan_reverse(&FollowedAcross(party)).map(|row| row.map(|(key, _)| key.follow)))
        }
    };
    let mut found = 0;
    let mut page = Vec::new();
    for id in ids.take(LOOKED_AT_MAX) {
        // One that ends while we read is left out.
        let Some(follow) = get(read, id?)? else { continue };
        if !holds(&follow)? {
            continue;
        }
        found += 1;
        if start < found && page.len() < count {
            page.push(follow);
        }
    }
    Ok((u64::try_from(found).unwrap_or(u64::MAX), page))
}

/// How many stand at the other end of a party's followings, whatever was answered; at most twenty thousand are counted.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn count(read: &impl Read, (party, side): (Party, Side)) -> Result<u64, StoreError> {
    let rows = match side {
        Side::Followed => read.scan(&FollowersAcross(party)).take(LOOKED_AT_MAX).count(),
        Side::Follower => read.scan(&FollowedAcross(party)).take(LOOKED_AT_MAX).count(),
    };
    Ok(u64::try_from(rows).unwrap_or(u64::MAX))
}
