//! What ours say: that they follow somebody elsewhere, or no longer, and what they answer to who wants to follow them.

use std::collections::BTreeSet;

use shared::id::{AccountId, ChannelId, FollowId};
use shared::time::Timestamp;

use super::who::address_of;
use super::words::Follow as Words;
use crate::domain::delivery::{self, Inbox, Kept, Lane};
use crate::domain::federation::Addresses;
use crate::domain::follow::{self, AskError};
use crate::domain::subscription::{self, FollowError};
use crate::store::records::{Follow, FollowState, Party, RemoteActor, Said};
use crate::store::tables::{ChannelKey, FollowersAcross};
use crate::store::{Read, StoreError, Write};

/// Where we are, and what time it is.
#[derive(Clone, Copy, Debug)]
pub struct Here<'h> {
    /// Our addresses.
    pub addresses: Addresses<'h>,
    /// Now.
    pub now: Timestamp,
}

/// Why nothing was said.
#[derive(Debug, thiserror::Error)]
pub enum SayError {
    /// Nobody of another server is at the other end.
    #[error("there is no such actor of another server")]
    Nobody,
    /// The following could not be kept.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// The subscription could not be kept.
    #[error(transparent)]
    Subscription(#[from] FollowError),
    /// The words have no JSON form.
    #[error("what is to be said could not be written")]
    Words(#[from] serde_json::Error),
    /// The store failed.
    #[error("the following could not be read or written")]
    Store(#[from] StoreError),
}

/// Lets somebody of ours ask to follow somebody elsewhere. Who follows already goes on; who was refused, or waits for an
/// answer, asks again.
///
/// # Errors
/// [`SayError`].
pub fn begin(
    write: &mut Write<'_>,
    here: Here<'_>,
    follower: Party,
    followed: Party,
) -> Result<FollowId, SayError> {
    let Here { addresses, now } = here;
    let to = follow::remote(write, followed)?.ok_or(SayError::Nobody)?;
    let by = address_of(write, &addresses, follower)?.ok_or(SayError::Nobody)?;
    if follow::remote(write, follower)?.is_some() {
        return Err(SayError::Nobody);
    }
    let id = follow::ask(write, now, follower, followed, |id| format!("{by}/follows/{id}"))?;
    let Some(row) = follow::get(write, id)? else { return Err(SayError::Nobody) };
    if row.state == FollowState::Accepted {
        return Ok(id);
    }
    follow::answer(write, now, id, FollowState::Pending)?;
    let words = Words::new(&row.url, &by, &to.url).write()?;
    post(write, now, (follower, words), &to, Some(about(follower, followed)))?;
    Ok(id)
}

/// Lets somebody of ours follow somebody elsewhere no longer, or somebody elsewhere somebody of ours, which is told to whom
/// it concerns. Does nothing where there is no such following.
///
/// # Errors
/// [`SayError`].
pub fn withdraw(write: &mut Write<'_>, here: Here<'_>, id: FollowId) -> Result<(), SayError> {
    let Some(row) = follow::get(write, id)? else { return Ok(()) };
    if follow::remote(write, row.follower)?.is_some() {
        if row.state != FollowState::Rejected {
            answer_with(write, here, &row, FollowState::Rejected)?;
        }
    } else if row.state != FollowState::Rejected
        && let Some(to) = follow::remote(write, row.followed)?
        && let Some(by) = address_of(write, &here.addresses, row.follower)?
    {
        let wish = Words::new(&row.url, &by, &to.url);
        let words = wish.told_back("Undo", &format!("{}/undo", row.url), &by)?;
        post(write, here.now, (row.follower, words), &to, Some(about(row.follower, row.followed)))?;
    }
    follow::end(write, id)?;
    Ok(())
}

/// Answers somebody elsewhere who wants to follow somebody of ours.
///
/// # Errors
/// [`SayError`].
pub fn judge(
    write: &mut Write<'_>,
    here: Here<'_>,
    id: FollowId,
    state: FollowState,
) -> Result<(), SayError> {
    follow::answer(write, here.now, id, state)?;
    let Some(row) = follow::get(write, id)? else { return Ok(()) };
    answer_with(write, here, &row, state)
}

fn answer_with(
    write: &mut Write<'_>,
    here: Here<'_>,
    row: &Follow,
    state: FollowState,
) -> Result<(), SayError> {
    let kind = match state {
        FollowState::Pending => return Ok(()),
        FollowState::Accepted => "Accept",
        FollowState::Rejected => "Reject",
    };
    let Here { addresses, now } = here;
    let Some(to) = follow::remote(write, row.follower)? else { return Ok(()) };
    let Some(by) = address_of(write, &addresses, row.followed)? else { return Ok(()) };
    let id = match state {
        // Numbered by the following. Who asks again is answered again, under another id than a refusal's.
        FollowState::Accepted | FollowState::Pending => {
            addresses.of_path(&format!("/accepts/follows/{}", row.id))
        }
        FollowState::Rejected => addresses.of_path(&format!("/rejects/follows/{}", row.id)),
    };
    let words = Words::new(&row.url, &to.url, &by).told_back(kind, &id, &by)?;
    post(write, now, (row.followed, words), &to, None)
}

/// Lets an account of ours follow a channel, here or elsewhere.
///
/// # Errors
/// [`SayError`].
pub fn subscribe(
    write: &mut Write<'_>,
    here: Here<'_>,
    account: AccountId,
    channel: ChannelId,
) -> Result<(), SayError> {
    subscription::follow(write, here.now, account, channel)?;
    let record = write.get(&ChannelKey { channel })?;
    if record.is_some_and(|record| record.remote.is_some()) {
        begin(write, here, Party::Account(account), Party::Channel(channel))?;
    }
    Ok(())
}

/// Lets an account of ours follow a channel no longer. What was published there stays.
///
/// # Errors
/// [`SayError`].
pub fn unsubscribe(
    write: &mut Write<'_>,
    here: Here<'_>,
    account: AccountId,
    channel: ChannelId,
) -> Result<(), SayError> {
    subscription::unfollow(write, account, channel)?;
    if let Some(row) = follow::between(write, Party::Account(account), Party::Channel(channel))? {
        withdraw(write, here, row.id)?;
    }
    Ok(())
}

/// Somebody elsewhere is somebody else now, as both of them say: at most `rows_max` of ours who follow them ask to follow the
/// other, and their subscriptions go along. Gives how many there were; to be called until there are none. Who may not follow
/// the other, since they follow as many as they may, follows neither.
///
/// # Errors
/// [`SayError::Store`].
pub fn moved(
    write: &mut Write<'_>,
    here: Here<'_>,
    (from, to): (Party, Party),
    rows_max: usize,
) -> Result<usize, SayError> {
    if from == to {
        return Ok(0);
    }
    let mut rows = Vec::new();
    for row in write.scan(&FollowersAcross(from)) {
        let (key, follower) = row?;
        // Who was refused stays refused, and does not follow.
        let follows = follow::get(write, key.follow)?.is_some_and(|row| row.state != FollowState::Rejected);
        if follows && follow::is_local(write, follower)? {
            rows.push((key.follow, follower));
        }
        if rows_max <= rows.len() {
            break;
        }
    }
    for (id, follower) in &rows {
        // First the old one: who follows as many as they may has room for one only then.
        withdraw(write, here, *id)?;
        match (*follower, from, to) {
            (Party::Account(account), Party::Channel(from), Party::Channel(to)) => {
                match subscription::unfollow(write, account, from) {
                    Ok(()) | Err(FollowError::NotFollowed) => {}
                    Err(error) => return Err(error.into()),
                }
                tolerated(subscribe(write, here, account, to))?;
            }
            (follower, _, to) => tolerated(begin(write, here, follower, to).map(drop))?,
        }
    }
    Ok(rows.len())
}

/// What the rules refuse is left out; what the store refuses is not.
fn tolerated(said: Result<(), SayError>) -> Result<(), SayError> {
    match said {
        Err(
            error @ (SayError::Store(_)
            | SayError::Ask(AskError::Store(_))
            | SayError::Subscription(FollowError::Store(_))),
        ) => Err(error),
        Err(error) => {
            tracing::debug!(%error, "a following does not go along");
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

/// What a wish and its end are about: a server that was away hears the last of them.
fn about(follower: Party, followed: Party) -> String {
    format!("follow {follower:?} {followed:?}")
}

/// Says something to one actor alone; of what is about the same the newest alone.
fn post(
    write: &mut Write<'_>,
    now: Timestamp,
    (by, words): (Party, String),
    to: &RemoteActor,
    about: Option<String>,
) -> Result<(), SayError> {
    let inbox = Inbox { host: to.host.clone(), url: to.inbox.clone() };
    let kept = Kept { lane: Lane::Deeds, about };
    delivery::post(write, now, (by, Said::Words(words)), &BTreeSet::from([inbox]), &kept)?;
    Ok(())
}
