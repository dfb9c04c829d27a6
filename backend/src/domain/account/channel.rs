//! What a channel's owner says of it.

use std::ops::RangeInclusive;

use shared::api::ChannelChange;
use shared::id::ChannelId;
use shared::limits::{CHANNEL_DESCRIPTION_LENGTH, CHANNEL_NAME_LENGTH, CHANNEL_SUPPORT_LENGTH};
use shared::time::Timestamp;

use crate::domain::video::form::{is_sensible, sharing_message};
use crate::domain::viewer::Person;
use crate::domain::wrong::Wrong;
use crate::store::tables::ChannelKey;
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
    /// The store failed.
    #[error("the channel could not be stored")]
    Store(#[from] StoreError),
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
    let mut channel = write.get(&key)?.ok_or(ChannelEditError::NoSuchChannel)?;
    if channel.account != who.account && !who.keeps_order() {
        return Err(ChannelEditError::NotYours);
    }
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
    Ok(())
}
