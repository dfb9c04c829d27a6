//! Those whom a channel's owner asks to edit it: asked, answered, taken back.
//!
//! They stand in the channel's row, so that who may change a video never asks a second table. The table beside it finds
//! the channels of somebody who goes. Who refused stays in the row, so that a second answer is told apart from none, until
//! its place is needed or they are asked again.

use shared::id::{AccountId, ChannelId, CollaboratorId};
use shared::time::Timestamp;

use super::account::{ChannelEditError, own_channel};
use super::event::Event;
use super::right::Right;
use super::viewer::Person;
use crate::store::records::{Channel, Collaborator, CollaboratorState};
use crate::store::tables::{ChannelKey, CollaborationKey, CollaborationsOf};
use crate::store::{Read, StoreError, Write};

/// Why somebody was not asked, or did not answer.
#[derive(Debug, thiserror::Error)]
pub enum CollaboratorError {
    /// The channel cannot be used so.
    #[error(transparent)]
    Channel(#[from] ChannelEditError),
    /// The channel is theirs.
    #[error("nobody collaborates with themselves")]
    Owner,
    /// They were asked before, and did not refuse.
    #[error("they were asked before")]
    AskedBefore,
    /// The channel has as many as it may; this many.
    #[error("a channel has at most {0} collaborators")]
    TooMany(usize),
    /// Nobody of this number was asked.
    #[error("there is no such collaborator")]
    NoSuchCollaborator,
    /// They answered already.
    #[error("it was answered before")]
    Answered,
    /// Somebody else was asked.
    #[error("somebody else was asked")]
    NotAsked,
}

impl From<StoreError> for CollaboratorError {
    fn from(error: StoreError) -> CollaboratorError {
        CollaboratorError::Channel(error.into())
    }
}

/// Those who were asked and did not refuse, last asked first.
#[must_use]
pub fn listed(channel: &Channel) -> Vec<Collaborator> {
    let is_listed = |one: &&Collaborator| one.state != CollaboratorState::Rejected;
    channel.collaborators.iter().rev().filter(is_listed).cloned().collect()
}

/// Asks somebody to edit a channel, which may have `count_max` of them.
///
/// # Errors
/// [`CollaboratorError`].
pub fn invite(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    id: ChannelId,
    account: AccountId,
    count_max: usize,
) -> Result<Collaborator, CollaboratorError> {
    let mut channel = own_channel(write, who, id)?;
    if channel.account == account {
        return Err(CollaboratorError::Owner);
    }
    let before = channel.collaborators.iter().find(|one| one.account == account);
    if before.is_some_and(|one| one.state != CollaboratorState::Rejected) {
        return Err(CollaboratorError::AskedBefore);
    }
    channel.collaborators.retain(|one| one.account != account);
    if count_max <= channel.collaborators.len() {
        let refused = |one: &Collaborator| one.state == CollaboratorState::Rejected;
        let oldest = channel.collaborators.iter().position(refused);
        let gone = channel.collaborators.remove(oldest.ok_or(CollaboratorError::TooMany(count_max))?);
        write.remove(&CollaborationKey { account: gone.account, channel: id });
    }
    let collaborator = Collaborator {
        id: CollaboratorId(write.next_number("collaborators")?),
        account,
        state: CollaboratorState::Pending,
        created_at: now,
        updated_at: now,
    };
    channel.collaborators.push(collaborator.clone());
    write.insert(&ChannelKey { channel: id }, &channel)?;
    write.insert(&CollaborationKey { account, channel: id }, &())?;
    write.note(Event::CollaboratorInvited { id: collaborator.id, account, channel: id });
    Ok(collaborator)
}

/// Answers for oneself whether one edits a channel.
///
/// # Errors
/// [`CollaboratorError`].
pub fn answer(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    id: ChannelId,
    number: CollaboratorId,
    accepted: bool,
) -> Result<(), CollaboratorError> {
    let key = ChannelKey { channel: id };
    let mut channel = write.get(&key)?.ok_or(ChannelEditError::NoSuchChannel)?;
    let found = channel.collaborators.iter_mut().find(|one| one.id == number);
    let found = found.ok_or(CollaboratorError::NoSuchCollaborator)?;
    if found.state != CollaboratorState::Pending {
        return Err(CollaboratorError::Answered);
    }
    if found.account != who.account {
        return Err(CollaboratorError::NotAsked);
    }
    found.state = if accepted { CollaboratorState::Accepted } else { CollaboratorState::Rejected };
    found.updated_at = now;
    write.insert(&key, &channel)?;
    let (account, channel) = (who.account, id);
    write.note(Event::CollaboratorAnswered { id: number, account, channel, accepted });
    Ok(())
}

/// Takes somebody out of a channel, as they and the channel's owner may.
///
/// # Errors
/// [`CollaboratorError`].
pub fn remove(
    write: &mut Write<'_>,
    who: &Person,
    id: ChannelId,
    number: CollaboratorId,
) -> Result<(), CollaboratorError> {
    let key = ChannelKey { channel: id };
    let mut channel = write.get(&key)?.ok_or(ChannelEditError::NoSuchChannel)?;
    let at = channel.collaborators.iter().position(|one| one.id == number);
    let gone = channel.collaborators.remove(at.ok_or(CollaboratorError::NoSuchCollaborator)?);
    let may = [gone.account, channel.account].contains(&who.account) || who.has(Right::ManageAnyVideoChannel);
    if !may {
        return Err(ChannelEditError::NotOwner.into());
    }
    write.use_reserve();
    write.remove(&CollaborationKey { account: gone.account, channel: id });
    write.insert(&key, &channel)?;
    Ok(())
}

/// Forgets who was asked to edit a channel that goes.
pub fn forget_channel(write: &mut Write<'_>, channel: ChannelId, collaborators: &[Collaborator]) {
    for one in collaborators {
        write.remove(&CollaborationKey { account: one.account, channel });
    }
}

/// Takes an account that goes out of at most `rows_max` channels. Gives how many.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn forget_account(
    write: &mut Write<'_>,
    account: AccountId,
    rows_max: usize,
) -> Result<usize, StoreError> {
    let rows: Vec<_> = write.scan(&CollaborationsOf(account)).take(rows_max).collect::<Result<_, _>>()?;
    for (key, ()) in &rows {
        write.remove(key);
        let channel_key = ChannelKey { channel: key.channel };
        if let Some(mut channel) = write.get(&channel_key)? {
            channel.collaborators.retain(|one| one.account != account);
            write.insert(&channel_key, &channel)?;
        }
    }
    Ok(rows.len())
}
