//! What a channel's owner says of it.

use std::ops::RangeInclusive;

use shared::api::{ChannelChange, NewChannel};
use shared::id::ChannelId;
use shared::limits::{CHANNEL_DESCRIPTION_LENGTH, CHANNEL_NAME_LENGTH, CHANNEL_SUPPORT_LENGTH};
use shared::time::Timestamp;

use super::create::put_channel;
use super::find::is_name_taken;
use crate::domain::activity;
use crate::domain::makers::Makers;
use crate::domain::right::Right;
use crate::domain::video::form::{is_sensible, sharing_message};
use crate::domain::viewer::Person;
use crate::domain::wrong::Wrong;
use crate::store::records::{Channel, Deed, DeedTarget};
use crate::store::tables::{ChannelKey, ChannelsOf};
use crate::store::{Read, StoreError, Write};

/// Why a channel was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChannelEditError {
    /// There is no such channel.
    #[error("there is no such channel")]
    NoSuchChannel,
    /// It is somebody else's.
    #[error("the channel is another's")]
    NotYours,
    /// It is somebody else's, who alone decides about it.
    #[error("the channel's owner decides about that")]
    NotOwner,
    /// The store failed.
    #[error("the channel could not be stored")]
    Store(#[from] StoreError),
}

/// Why a channel was not made.
#[derive(Debug, thiserror::Error)]
pub enum NewChannelError {
    /// An account or channel has the name, or had it.
    #[error("the name is taken")]
    NameTaken,
    /// The account has as many as it may.
    #[error("the account has as many channels as it may")]
    TooMany,
    /// The store failed.
    #[error("the channel could not be stored")]
    Store(#[from] StoreError),
}

/// Makes a channel of somebody's own, who may have `count_max` of them. The texts were found right.
///
/// # Errors
/// [`NewChannelError`].
pub fn create_channel(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    new: &NewChannel,
    count_max: usize,
) -> Result<ChannelId, NewChannelError> {
    if is_name_taken(write, &new.name)? {
        return Err(NewChannelError::NameTaken);
    }
    if count_max <= write.scan(&ChannelsOf(who.account)).count() {
        return Err(NewChannelError::TooMany);
    }
    let channel = ChannelId(write.next_number("channels")?);
    put_channel(write, now, channel, who.account, new)?;
    Ok(channel)
}

/// The channel, if this person may change what it says of itself.
///
/// # Errors
/// [`ChannelEditError`].
pub fn changeable_channel(
    read: &impl Read,
    who: &Person,
    id: ChannelId,
) -> Result<Channel, ChannelEditError> {
    let channel = read.get(&ChannelKey { channel: id })?.ok_or(ChannelEditError::NoSuchChannel)?;
    let may = Makers::of(&channel).manage(who.account) || who.has(Right::ManageAnyVideoChannel);
    // What is of another server is changed there.
    if may && channel.remote.is_none() { Ok(channel) } else { Err(ChannelEditError::NotYours) }
}

/// The channel, if this person decides about it.
///
/// # Errors
/// [`ChannelEditError`].
pub fn own_channel(read: &impl Read, who: &Person, id: ChannelId) -> Result<Channel, ChannelEditError> {
    let channel = read.get(&ChannelKey { channel: id })?.ok_or(ChannelEditError::NoSuchChannel)?;
    let may = Makers::of(&channel).decide(who.account) || who.has(Right::ManageAnyVideoChannel);
    if may && channel.remote.is_none() { Ok(channel) } else { Err(ChannelEditError::NotOwner) }
}

/// Everything that is wrong with a change by itself.
#[must_use]
pub fn wrongs(change: &ChannelChange) -> Vec<Wrong> {
    let mut wrongs = Vec::new();
    let mut bound = |path: &str, text: Option<&String>, bounds: RangeInclusive<usize>| {
        if let Some(text) = text.filter(|text| !bounds.contains(&text.trim().chars().count())) {
            let message = format!("Should have between {} and {} characters", bounds.start(), bounds.end());
            wrongs.push(Wrong::body(path, Some(text), message));
        }
    };
    bound("displayName", change.display_name.as_ref(), CHANNEL_NAME_LENGTH);
    // An empty text takes back what was there.
    let said = |text: &Option<Option<String>>| text.clone().flatten().filter(|text| !text.trim().is_empty());
    bound("description", said(&change.description).as_ref(), CHANNEL_DESCRIPTION_LENGTH);
    bound("support", said(&change.support).as_ref(), CHANNEL_SUPPORT_LENGTH);
    if let Some(sharing) = change.sharing.flatten().filter(|sharing| !is_sensible(*sharing)) {
        wrongs.push(Wrong::body("sharing", Some(&sharing.to_string()), sharing_message()));
    }
    wrongs
}

/// Changes what `change` names.
///
/// # Errors
/// [`ChannelEditError`].
pub fn update_channel(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    id: ChannelId,
    change: ChannelChange,
) -> Result<(), ChannelEditError> {
    let key = ChannelKey { channel: id };
    let mut channel = changeable_channel(write, who, id)?;
    let trimmed = |text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    if let Some(name) = change.display_name.and_then(trimmed) {
        channel.display_name = name;
    }
    if let Some(description) = change.description {
        channel.description = description.and_then(trimmed);
    }
    if let Some(support) = change.support {
        channel.support = support.and_then(trimmed);
    }
    channel.sharing = change.sharing.unwrap_or(channel.sharing);
    channel.updated_at = now;
    write.insert(&key, &channel)?;
    Ok(activity::note(write, now, who, id, Deed::Update, DeedTarget::Channel)?)
}
