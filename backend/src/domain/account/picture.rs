//! Pictures of accounts and channels: who may set which, and what becomes of the one before.
//!
//! The files are written before the row that names them, and removed by a job after it names them no more.

use shared::id::{AccountId, ChannelId};
use shared::time::Timestamp;

use super::channel::{ChannelEditError, changeable_channel};
use crate::domain::activity;
use crate::domain::event::Event;
use crate::domain::viewer::Person;
use crate::store::records::{ActorPicture, Deed, DeedTarget};
use crate::store::tables::{AccountKey, ChannelKey};
use crate::store::{Read, StoreError, Write};

/// Which picture of a channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChannelPicture {
    /// The square one beside its name.
    Avatar,
    /// The wide one above its page.
    Banner,
}

/// Gives an account another picture, or none.
///
/// # Errors
/// [`StoreError`].
pub fn set_avatar(
    write: &mut Write<'_>,
    now: Timestamp,
    account: AccountId,
    picture: Option<ActorPicture>,
) -> Result<(), StoreError> {
    let key = AccountKey { account };
    let Some(mut record) = write.get(&key)? else { return Ok(()) };
    drop_files(write, std::mem::replace(&mut record.avatar, picture));
    record.updated_at = now;
    write.insert(&key, &record)
}

/// Gives a channel another picture, or none.
///
/// # Errors
/// [`ChannelEditError`].
pub fn set_channel_picture(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    id: ChannelId,
    which: ChannelPicture,
    picture: Option<ActorPicture>,
) -> Result<(), ChannelEditError> {
    let mut channel = changeable_channel(write, who, id)?;
    let place = match which {
        ChannelPicture::Avatar => &mut channel.avatar,
        ChannelPicture::Banner => &mut channel.banner,
    };
    drop_files(write, std::mem::replace(place, picture));
    channel.updated_at = now;
    write.insert(&ChannelKey { channel: id }, &channel)?;
    Ok(activity::note(write, now, who, id, Deed::Update, DeedTarget::Channel)?)
}

/// Has the files of a picture removed that nothing names any more.
pub(super) fn drop_files(write: &mut Write<'_>, picture: Option<ActorPicture>) {
    if let Some(picture) = picture {
        write.note(Event::PictureDropped { name: picture.name });
    }
}
