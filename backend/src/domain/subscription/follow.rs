//! Following a channel, and no longer.

use shared::id::{AccountId, ChannelId, FollowId};
use shared::time::Timestamp;

use crate::domain::event::Event;
use crate::store::records::Subscription;
use crate::store::tables::{AccountFollowKey, AccountKey, ChannelKey, FollowerKey, SubscriptionKey};
use crate::store::{Read, StoreError, Write};

/// Channels one account follows: more than anybody reads, and few enough for a feed to look at each of them.
pub const SUBSCRIPTIONS_MAX: u64 = 5000;

/// Why a channel is not followed.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// There is no such channel.
    #[error("there is no such channel")]
    NoSuchChannel,
    /// The account follows as many as it may.
    #[error("the account follows too many channels")]
    TooMany,
    /// The account does not follow the channel.
    #[error("the account does not follow the channel")]
    NotFollowed,
    /// The store failed.
    #[error("the subscription could not be stored")]
    Store(#[from] StoreError),
}

/// Lets an account follow a channel; one that does already goes on.
///
/// # Errors
/// [`FollowError`].
pub fn follow(
    write: &mut Write<'_>,
    now: Timestamp,
    account: AccountId,
    channel: ChannelId,
) -> Result<(), FollowError> {
    let key = SubscriptionKey { account, channel };
    if write.get(&key)?.is_some() {
        return Ok(());
    }
    let mut followed = write.get(&ChannelKey { channel })?.ok_or(FollowError::NoSuchChannel)?;
    // An account that is being removed follows nobody.
    let mut follower = write.get(&AccountKey { account })?.ok_or(FollowError::NoSuchChannel)?;
    if SUBSCRIPTIONS_MAX <= follower.following {
        return Err(FollowError::TooMany);
    }
    let id = FollowId(write.next_number("follows")?);
    write.insert(&key, &Subscription { id, at: now })?;
    write.insert(&AccountFollowKey { account, follow: id }, &channel)?;
    write.insert(&FollowerKey { channel, follow: id }, &account)?;
    follower.following += 1;
    followed.followers = followed.followers.saturating_add(1);
    write.insert(&AccountKey { account }, &follower)?;
    write.insert(&ChannelKey { channel }, &followed)?;
    write.note(Event::Followed { id, follower: account, channel });
    Ok(())
}

/// Lets an account follow a channel no longer.
///
/// # Errors
/// [`FollowError::NotFollowed`], or the store's own.
pub fn unfollow(write: &mut Write<'_>, account: AccountId, channel: ChannelId) -> Result<(), FollowError> {
    let subscription = write.get(&SubscriptionKey { account, channel })?.ok_or(FollowError::NotFollowed)?;
    write.use_reserve();
    take_out(write, account, channel, subscription.id)?;
    Ok(())
}

/// Removes the rows of a following, and what is counted of it at both ends, where they are still there.
pub(super) fn take_out(
    write: &mut Write<'_>,
    account: AccountId,
    channel: ChannelId,
    id: FollowId,
) -> Result<(), StoreError> {
    write.remove(&SubscriptionKey { account, channel });
    write.remove(&AccountFollowKey { account, follow: id });
    write.remove(&FollowerKey { channel, follow: id });
    if let Some(mut follower) = write.get(&AccountKey { account })? {
        follower.following = follower.following.saturating_sub(1);
        write.insert(&AccountKey { account }, &follower)?;
    }
    if let Some(mut followed) = write.get(&ChannelKey { channel })? {
        followed.followers = followed.followers.saturating_sub(1);
        write.insert(&ChannelKey { channel }, &followed)?;
    }
    Ok(())
}
