//! Who follows whom.

use shared::id::{AccountId, ChannelId, FollowId};
use shared::time::Timestamp;

use super::follow::SUBSCRIPTIONS_MAX;
use crate::store::tables::{
    AccountKey, ChannelKey, FollowersOf, FollowsOf, SubscriptionKey, SubscriptionsOf,
};
use crate::store::{Read, StoreError};

/// Followers that a search looks at.
const LOOKED_AT_MAX: usize = 20_000;

/// An account follows a channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Follower {
    /// The following's number.
    pub id: FollowId,
    /// Who follows.
    pub account: AccountId,
    /// Whom.
    pub channel: ChannelId,
    /// Since when.
    pub at: Timestamp,
}

/// Whether an account follows a channel.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn is_following(read: &impl Read, account: AccountId, channel: ChannelId) -> Result<bool, StoreError> {
    Ok(read.get(&SubscriptionKey { account, channel })?.is_some())
}

/// All channels an account follows, in no order.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn all_followed(read: &impl Read, account: AccountId) -> Result<Vec<ChannelId>, StoreError> {
    let rows = read.scan(&SubscriptionsOf(account));
    rows.take(usize::try_from(SUBSCRIPTIONS_MAX).unwrap_or(usize::MAX))
        .map(|row| row.map(|(key, _)| key.channel))
        .collect()
}

/// A page of the channels that an account follows, last followed first or last, and how many there are. `holds`, where
/// there is one, says which.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn followed(
    read: &impl Read,
    account: AccountId,
    latest_first: bool,
    holds: Option<&dyn Fn(ChannelId) -> bool>,
    (start, count): (usize, usize),
) -> Result<(u64, Vec<ChannelId>), StoreError> {
    let prefix = FollowsOf(account);
    let rows = if latest_first { read.scan_reverse(&prefix) } else { read.scan(&prefix) };
    let mut rows = rows.map(|row| row.map(|(_, channel)| channel));
    let Some(holds) = holds else {
        let total = read.get(&AccountKey { account })?.map_or(0, |account| account.following);
        return Ok((total, rows.skip(start).take(count).collect::<Result<_, _>>()?));
    };
    let found: Vec<ChannelId> = rows
        .by_ref()
        .filter(|row| row.as_ref().map_or(true, |channel| holds(*channel)))
        .collect::<Result<_, _>>()?;
    let total = u64::try_from(found.len()).unwrap_or(u64::MAX);
    Ok((total, found.into_iter().skip(start).take(count).collect()))
}

/// A page of the followers of some channels, last first or last, and how many there are. `holds`, where there is one,
/// says which; then at most [`LOOKED_AT_MAX`] are looked at.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn followers(
    read: &impl Read,
    channels: &[ChannelId],
    latest_first: bool,
    holds: Option<&dyn Fn(AccountId) -> bool>,
    (start, count): (usize, usize),
) -> Result<(u64, Vec<Follower>), StoreError> {
    let mut runs: Vec<_> = channels
        .iter()
        .map(|channel| {
            let prefix = FollowersOf(*channel);
            let rows = if latest_first { read.scan_reverse(&prefix) } else { read.scan(&prefix) };
            rows.peekable()
        })
        .collect();
    let mut looked_at = 0;
    let mut found = 0;
    let mut page = Vec::new();
    let enough = |found: usize, page: &Vec<_>| match holds {
        Some(_) => false,
        None => start + count <= found || count == page.len(),
    };
    while looked_at < LOOKED_AT_MAX.max(start + count) && !enough(found, &page) {
        // An account has few channels, so looking at the first of each run is quick.
        let mut best: Option<(usize, FollowId)> = None;
        for (at, run) in runs.iter_mut().enumerate() {
            let id = match run.peek() {
                Some(Ok((key, _))) => key.follow,
                Some(Err(_)) => {
                    // Taken, so that it can be given.
                    if let Some(Err(error)) = run.next() {
                        return Err(error);
                    }
                    continue;
                }
                None => continue,
            };
            let is_better = best.is_none_or(|(_, other)| if latest_first { other < id } else { id < other });
            if is_better {
                best = Some((at, id));
            }
        }
        let Some((at, _)) = best else { break };
        let Some(row) = runs.get_mut(at).and_then(Iterator::next) else { break };
        let (key, account) = row?;
        looked_at += 1;
        if holds.is_some_and(|holds| !holds(account)) {
            continue;
        }
        found += 1;
        if start < found && page.len() < count {
            page.push((key, account));
        }
    }
    let total = match holds {
        Some(_) => u64::try_from(found).unwrap_or(u64::MAX),
        None => channels.iter().try_fold(0u64, |sum, channel| {
            let channel = read.get(&ChannelKey { channel: *channel })?;
            Ok::<_, StoreError>(sum.saturating_add(channel.map_or(0, |channel| channel.followers)))
        })?,
    };
    let mut rows = Vec::new();
    for (key, account) in page {
        // One that ends while we read leaves the page a row short.
        let subscription = read.get(&SubscriptionKey { account, channel: key.channel })?;
        rows.extend(subscription.map(|subscription| Follower {
            id: key.follow,
            account,
            channel: key.channel,
            at: subscription.at,
        }));
    }
    Ok((total, rows))
}
