//! What people say of videos.

use super::video::addresses;
use crate::app::App;
use crate::domain::federation::Addresses;
use crate::domain::federation::comment::{Note, Said, note as document};
use crate::domain::federation::html::Mentioned;
use crate::domain::federation::talk::people;
use crate::store::records::{Account, Channel, Comment, Video};
use crate::store::tables::{AccountKey, ChannelKey, CommentKey};
use crate::store::{Read, StoreError};

/// Where a comment is, and what it answers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// Its address.
    pub address: String,
    /// The address of a comment, or of the video.
    pub in_reply_to: String,
}

/// Where a comment on a video is.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn place(app: &App, video: &Video, comment: &Comment) -> Result<Place, StoreError> {
    let addresses = addresses(app);
    let parent = match comment.parent {
        Some(parent) => app.store().get(&CommentKey { comment: parent })?,
        None => None,
    };
    let in_reply_to = match (parent, comment.parent) {
        (Some(parent), _) => address_of(&addresses, video, &parent),
        (None, Some(parent)) => addresses.comment(video.uuid, parent),
        (None, None) => match &video.remote {
            Some(remote) => remote.url.clone(),
            None => addresses.video(video.uuid),
        },
    };
    Ok(Place { address: address_of(&addresses, video, comment), in_reply_to })
}

/// A comment stands where its server says.
fn address_of(addresses: &Addresses<'_>, video: &Video, comment: &Comment) -> String {
    match &comment.remote {
        Some(remote) => remote.url.clone(),
        None => addresses.comment(video.uuid, comment.id),
    }
}

/// A comment of ours on a video as others read it, with its author's name; none where its author is being removed. Blocks.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn note(app: &App, video: &Video, comment: &Comment) -> Result<Option<(String, Note)>, StoreError> {
    let (store, addresses) = (app.store(), addresses(app));
    let Some(people) = people(store, comment, addresses.host())? else { return Ok(None) };
    let place = place(app, video, comment)?;
    // Of a video of ours its owner is of here, and said yes to all that is seen.
    let own_approval = format!("{}/approve-reply", place.address);
    let approval = if video.remote.is_some() { comment.approval.as_deref() } else { Some(&*own_approval) };
    let mentioned: Vec<Mentioned> =
        people.told.iter().map(|account| mentioned(&addresses, account)).collect();
    let said = Said {
        address: &place.address,
        in_reply_to: &place.in_reply_to,
        author: &people.author.name,
        text: &comment.text,
        mentioned: &mentioned,
        published: comment.created_at,
        updated: comment.updated_at,
        approval,
    };
    let mut note = document(&addresses, &said);
    // Mastodon tells its people of what names them here alone.
    if let Some(owner) = owner_elsewhere(store, video)?
        && !note.audience.cc.contains(&owner)
    {
        note.audience.cc.push(owner);
    }
    Ok(Some((people.author.name, note)))
}

/// The address of whose a video of another server is; none where it is of this one.
fn owner_elsewhere(read: &impl Read, video: &Video) -> Result<Option<String>, StoreError> {
    if video.remote.is_none() {
        return Ok(None);
    }
    let channel: Option<Channel> = read.get(&ChannelKey { channel: video.channel })?;
    let Some(channel) = channel else { return Ok(None) };
    let owner: Option<Account> = read.get(&AccountKey { account: channel.account })?;
    Ok(owner.and_then(|owner| owner.remote).map(|remote| remote.url))
}

fn mentioned(addresses: &Addresses<'_>, account: &Account) -> Mentioned {
    match &account.remote {
        Some(remote) => {
            Mentioned { handle: format!("{}@{}", account.name, remote.host), address: remote.url.clone() }
        }
        None => Mentioned {
            handle: format!("{}@{}", account.name, addresses.host()),
            address: addresses.account(&account.name),
        },
    }
}
