//! What becomes of subscriptions when an end goes. Piece by piece, since there may be thousands.

use shared::id::{AccountId, ChannelId};

use super::follow::take_out;
use crate::store::tables::{FollowersOf, FollowsOf};
use crate::store::{Read, StoreError, Write};

/// Removes at most `rows_max` followers of a channel that is gone. Gives how many.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn forget_channel(
    write: &mut Write<'_>,
    channel: ChannelId,
    rows_max: usize,
) -> Result<usize, StoreError> {
    let rows: Vec<_> = write.scan(&FollowersOf(channel)).take(rows_max).collect::<Result<_, _>>()?;
    for (key, account) in &rows {
        take_out(write, *account, channel, key.follow)?;
    }
    Ok(rows.len())
}

/// Removes at most `rows_max` followings of an account that is gone. Gives how many.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn forget_account(
    write: &mut Write<'_>,
    account: AccountId,
    rows_max: usize,
) -> Result<usize, StoreError> {
    let rows: Vec<_> = write.scan(&FollowsOf(account)).take(rows_max).collect::<Result<_, _>>()?;
    for (key, channel) in &rows {
        take_out(write, account, *channel, key.follow)?;
    }
    Ok(rows.len())
}
