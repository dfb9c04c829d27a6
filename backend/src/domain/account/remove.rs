//! Channels and logins that go, with everything that belongs to them.
//!
//! What belongs to a channel may be thousands of rows, so it goes in pieces, each a unit of work of its own; the channel
//! or login goes last. Whoever is interrupted in between still has what is left and asks again: nothing was promised
//! until all is gone. Names of accounts and channels stay taken.

use shared::id::{AccountId, ChannelId, UserId};

use super::channel::{ChannelEditError, own_channel};
use super::picture::drop_files;
use crate::domain::event::Event;
use crate::domain::session::revoke_all;
use crate::domain::signup::forget_of;
use crate::domain::video::edit;
use crate::domain::viewer::Person;
use crate::domain::{activity, collaborator, ownership, sync};
use crate::store::records::{Party, RemoteActor};
use crate::store::tables::{
    AccountChannelKey, AccountKey, ChannelKey, ChannelsOf, RemoteActorKey, RemoteNameKey, TwoFactorKey,
    UserEmailKey, UserKey, UserNameKey, VideoKey, VideosOf,
};
use crate::store::{Read, StoreError, Write};

/// Videos that go in one unit of work: a few milliseconds of the writer's lock.
pub const VIDEOS_PER_PIECE: usize = 50;

/// Channels of others that a login is taken out of in one unit of work.
const CHANNELS_PER_PIECE: usize = 100;

/// Whether something is gone, or there is more to remove.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Removal {
    /// Ask again.
    More,
    /// It is gone.
    Done,
}

/// Removes a piece of a channel, and the channel when it holds no video any more.
///
/// # Errors
/// [`ChannelEditError`] when it is gone or another's.
pub fn remove_channel(
    write: &mut Write<'_>,
    who: &Person,
    id: ChannelId,
) -> Result<Removal, ChannelEditError> {
    own_channel(write, who, id)?;
    Ok(remove_piece(write, id)?)
}

/// Removes a piece of what a login has, and the login when there is nothing else left. One that is not there is gone.
///
/// # Errors
/// [`StoreError`].
pub fn remove_user(write: &mut Write<'_>, id: UserId) -> Result<Removal, StoreError> {
    let Some(user) = write.get(&UserKey { user: id })? else { return Ok(Removal::Done) };
    let channels: Vec<ChannelId> = write
        .scan(&ChannelsOf(user.account))
        .map(|row| row.map(|(key, ())| key.channel))
        .collect::<Result<_, _>>()?;
    for channel in channels {
        if remove_piece(write, channel)? == Removal::More {
            return Ok(Removal::More);
        }
    }
    if collaborator::forget_account(write, user.account, CHANNELS_PER_PIECE)? == CHANNELS_PER_PIECE {
        return Ok(Removal::More);
    }
    write.use_reserve();
    revoke_all(write, id)?;
    forget_of(write, &user.username)?;
    remove_account(write, user.account)?;
    write.remove(&TwoFactorKey { user: id });
    write.remove(&UserKey { user: id });
    write.remove(&UserNameKey { name: user.username.to_lowercase() });
    write.remove(&UserEmailKey { email: user.email.to_lowercase() });
    write.note(Event::UserRemoved(id));
    Ok(Removal::Done)
}

/// Removes a piece of somebody of another server, and them when there is nothing else left: an account with its channels,
/// or a channel. Somebody of this server is not removed so.
///
/// # Errors
/// [`StoreError`].
pub fn remove_elsewhere(write: &mut Write<'_>, party: Party) -> Result<Removal, StoreError> {
    match party {
        Party::Instance => Ok(Removal::Done),
        Party::Channel(channel) => {
            let record = write.get(&ChannelKey { channel })?;
            if record.is_some_and(|record| record.remote.is_some()) {
                remove_piece(write, channel)
            } else {
                Ok(Removal::Done)
            }
        }
        Party::Account(account) => {
            let record = write.get(&AccountKey { account })?;
            if record.is_none_or(|record| record.remote.is_none()) {
                return Ok(Removal::Done);
            }
            let first = write.scan(&ChannelsOf(account)).next().transpose()?;
            if let Some((key, ())) = first {
                remove_piece(write, key.channel)?;
                // A row that leads to no channel would be met again and again.
                if write.get(&ChannelKey { channel: key.channel })?.is_none() {
                    write.remove(&key);
                }
                return Ok(Removal::More);
            }
            write.use_reserve();
            remove_account(write, account)?;
            Ok(Removal::Done)
        }
    }
}

/// Forgets by what the network knows somebody of another server, and has copies of their pictures removed. Their name
/// there is free again, as their server says.
fn forget_remote(write: &mut Write<'_>, remote: Option<&RemoteActor>, name: &str) {
    let Some(remote) = remote else { return };
    write.remove(&RemoteActorKey { url: remote.url.clone() });
    write.remove(&RemoteNameKey { name: format!("{name}@{}", remote.host).to_lowercase() });
    for picture in [&remote.avatar, &remote.banner].into_iter().flatten() {
        write.note(Event::PictureDropped { name: picture.name });
    }
}

fn remove_account(write: &mut Write<'_>, account: AccountId) -> Result<(), StoreError> {
    let key = AccountKey { account };
    if let Some(record) = write.get(&key)? {
        forget_remote(write, record.remote.as_deref(), &record.name);
        drop_files(write, record.avatar);
    }
    ownership::forget_account(write, account)?;
    ownership::channel::forget_account(write, account)?;
    write.remove(&key);
    write.note(Event::AccountRemoved(account));
    Ok(())
}

fn remove_piece(write: &mut Write<'_>, id: ChannelId) -> Result<Removal, StoreError> {
    write.use_reserve();
    let videos: Vec<_> = write
        .scan(&VideosOf(id))
        .take(VIDEOS_PER_PIECE + 1)
        .map(|row| row.map(|(key, ())| key.video))
        .collect::<Result<_, _>>()?;
    for video in videos.iter().take(VIDEOS_PER_PIECE) {
        if let Some(video) = write.get(&VideoKey { video: *video })? {
            edit::remove(write, &video)?;
        }
    }
    if VIDEOS_PER_PIECE < videos.len() {
        return Ok(Removal::More);
    }
    let key = ChannelKey { channel: id };
    if let Some(channel) = write.get(&key)? {
        forget_remote(write, channel.remote.as_deref(), &channel.name);
        drop_files(write, channel.avatar);
        drop_files(write, channel.banner);
        activity::forget_channel(write, id)?;
        ownership::channel::forget_channel(write, id)?;
        sync::forget_channel(write, id)?;
        collaborator::forget_channel(write, id, &channel.collaborators);
        write.remove(&AccountChannelKey { account: channel.account, channel: id });
    }
    write.remove(&key);
    write.note(Event::ChannelRemoved(id));
    Ok(Removal::Done)
}
