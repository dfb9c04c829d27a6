//! Accounts and channels of other servers.
//!
//! Owns who may be whom: an id is one actor for ever, a name on a server is one id as long as that is there, and whoever
//! owns a channel is of its server. What an actor says of itself replaces what it said before; what this server counts and
//! decides of it stays.

use shared::id::{AccountId, ChannelId, Uuid};
use shared::limits::{
    CHANNEL_DESCRIPTION_LENGTH, CHANNEL_NAME_LENGTH, CHANNEL_SUPPORT_LENGTH, USER_DESCRIPTION_LENGTH,
};
use shared::time::Timestamp;

use super::names::{actor_named, actor_of, name_key};
use super::{KeepError, text};
use crate::domain::blocklist;
use crate::domain::event::Event;
use crate::federation::vocab::{self, host_of};
use crate::store::records::{
    Account, ActorKind, Channel, KEYS_MAX, Party, PlayerTheme, RemoteActor, RemoteKey, RemotePicture,
};
use crate::store::tables::{AccountChannelKey, AccountKey, ChannelKey, RemoteActorKey};
use crate::store::{Read, StoreError, Write};

/// Other ids of one actor that are kept: they are what it may move from.
const ALIASES_MAX: usize = 10;
/// The largest avatar any page shows, in pixels.
const AVATAR_WIDTH: u32 = 600;
/// The largest banner any page shows, in pixels.
const BANNER_WIDTH: u32 = 1920;

/// Keeps an actor as it describes itself: a group with an owner is a channel, everything else an account. `owner` is the
/// account of a group's first owner. One that is known stays what it is.
///
/// # Errors
/// [`KeepError`].
pub fn actor(
    write: &mut Write<'_>,
    now: Timestamp,
    said: &vocab::Actor,
    owner: Option<AccountId>,
    name: &dyn Fn() -> Uuid,
) -> Result<Party, KeepError> {
    let host = host_of(&said.id).ok_or(KeepError::Place("id"))?;
    let known = actor_of(write, &said.id)?;
    // Handles are how people, and other servers, know each other: two would be taken for one.
    if let Some(holder) = actor_named(write, &said.name, &host)?
        && Some(holder) != known
    {
        return Err(KeepError::NameTaken);
    }
    if let Some(owner) = owner {
        let owner = write.get(&AccountKey { account: owner })?.ok_or(KeepError::Owner)?;
        if owner.host() != Some(host.as_str()) {
            return Err(KeepError::Owner);
        }
    }
    let reading = Reading { said, host: &host, now, name };
    let party = match known {
        Some(Party::Channel(channel)) => {
            if said.kind != vocab::ActorKind::Group {
                return Err(KeepError::KindChanged);
            }
            put_channel(write, reading, channel, owner)?
        }
        Some(Party::Account(account)) => put_account(write, reading, account)?,
        // Nobody elsewhere is this instance.
        Some(Party::Instance) => return Err(KeepError::Ours),
        None if said.kind == vocab::ActorKind::Group && owner.is_some() => {
            let channel = ChannelId(write.next_number("channels")?);
            put_channel(write, reading, channel, owner)?
        }
        None => {
            let account = AccountId(write.next_number("accounts")?);
            put_account(write, reading, account)?
        }
    };
    write.insert(&RemoteActorKey { url: said.id.clone() }, &party)?;
    write.insert(&name_key(&said.name, &host), &party)?;
    Ok(party)
}

/// What somebody says of themselves, and what is known around it.
#[derive(Clone, Copy)]
struct Reading<'r> {
    said: &'r vocab::Actor,
    host: &'r str,
    now: Timestamp,
    name: &'r dyn Fn() -> Uuid,
}

fn put_account(write: &mut Write<'_>, reading: Reading<'_>, id: AccountId) -> Result<Party, KeepError> {
    let Reading { said, now, .. } = reading;
    let key = AccountKey { account: id };
    let old = write.get(&key)?;
    let remote = remote(old.as_ref().and_then(|old| old.remote.as_deref()), reading);
    leave_name(write, old.as_ref().map(|old| old.name.as_str()), reading);
    drop_pictures(write, old.as_ref().and_then(|old| old.remote.as_deref()), &remote);
    let new = Account {
        id,
        name: said.name.clone(),
        display_name: display_name(said),
        description: description(said, *USER_DESCRIPTION_LENGTH.end()),
        user: None,
        remote: Some(Box::new(remote)),
        avatar: None,
        seeders_since: None,
        following: old.as_ref().map_or(0, |old| old.following),
        created_at: old.as_ref().map_or_else(|| began(said, now), |old| old.created_at),
        updated_at: old.as_ref().map_or(now, |old| old.updated_at),
    };
    let is_news = old.as_ref().is_some_and(|old| {
        (&old.name, &old.display_name, &old.description, avatar_of(old.remote.as_deref()))
            != (&new.name, &new.display_name, &new.description, avatar_of(new.remote.as_deref()))
    });
    let new = if is_news { Account { updated_at: now, ..new } } else { new };
    if old.is_none() {
        blocklist::meet(write, now, &new)?;
    }
    write.insert(&key, &new)?;
    Ok(Party::Account(id))
}

fn put_channel(
    write: &mut Write<'_>,
    reading: Reading<'_>,
    id: ChannelId,
    owner: Option<AccountId>,
) -> Result<Party, KeepError> {
    let Reading { said, now, .. } = reading;
    let key = ChannelKey { channel: id };
    let old = write.get(&key)?;
    let remote = remote(old.as_ref().and_then(|old| old.remote.as_deref()), reading);
    leave_name(write, old.as_ref().map(|old| old.name.as_str()), reading);
    drop_pictures(write, old.as_ref().and_then(|old| old.remote.as_deref()), &remote);
    let owned_by = old.as_ref().map(|old| old.account);
    let account = owner.or(owned_by).ok_or(KeepError::Owner)?;
    // Channels are handed on, there as here; both ends are of one server.
    if let Some(former) = owned_by.filter(|former| *former != account) {
        write.remove(&AccountChannelKey { account: former, channel: id });
    }
    let new = Channel {
        id,
        name: said.name.clone(),
        display_name: display_name(said),
        description: description(said, *CHANNEL_DESCRIPTION_LENGTH.end()),
        support: said.support.as_deref().and_then(|text| text::typed(text, *CHANNEL_SUPPORT_LENGTH.end())),
        sharing: None,
        avatar: None,
        banner: None,
        player_theme: PlayerTheme::default(),
        remote: Some(Box::new(remote)),
        account,
        collaborators: Vec::new(),
        // Those of this server; its own counts all.
        followers: old.as_ref().map_or(0, |old| old.followers),
        created_at: old.as_ref().map_or_else(|| began(said, now), |old| old.created_at),
        updated_at: old.as_ref().map_or(now, |old| old.updated_at),
    };
    let is_news = old.as_ref().is_some_and(|old| {
        (&old.name, &old.display_name, &old.description, &old.support, avatar_of(old.remote.as_deref()))
            != (
                &new.name,
                &new.display_name,
                &new.description,
                &new.support,
                avatar_of(new.remote.as_deref()),
            )
    });
    let new = if is_news { Channel { updated_at: now, ..new } } else { new };
    write.insert(&key, &new)?;
    write.insert(&AccountChannelKey { account, channel: id }, &())?;
    Ok(Party::Channel(id))
}

fn display_name(said: &vocab::Actor) -> String {
    let shown = text::line(&said.display_name, *CHANNEL_NAME_LENGTH.end());
    if shown.is_empty() { said.name.clone() } else { shown }
}

fn description(said: &vocab::Actor, letters_max: usize) -> Option<String> {
    said.summary.as_deref().and_then(|summary| text::either(summary, letters_max))
}

/// When somebody came; nobody comes from the future.
fn began(said: &vocab::Actor, now: Timestamp) -> Timestamp {
    said.published.map_or(now, |published| published.min(now))
}

fn avatar_of(remote: Option<&RemoteActor>) -> Option<Uuid> {
    remote.and_then(|remote| remote.avatar.as_ref()).map(|picture| picture.name)
}

/// Gives up the name somebody had before, where they have another now.
fn leave_name(write: &mut Write<'_>, old: Option<&str>, reading: Reading<'_>) {
    if let Some(old) = old.filter(|old| !old.eq_ignore_ascii_case(&reading.said.name)) {
        write.remove(&name_key(old, reading.host));
    }
}

/// Has copies of pictures removed that were replaced.
fn drop_pictures(write: &mut Write<'_>, old: Option<&RemoteActor>, new: &RemoteActor) {
    let names = |actor: &RemoteActor| {
        [&actor.avatar, &actor.banner].into_iter().flatten().map(|picture| picture.name).collect::<Vec<_>>()
    };
    let kept = names(new);
    for name in old.map(names).unwrap_or_default() {
        if !kept.contains(&name) {
            write.note(Event::PictureDropped { name });
        }
    }
}

/// What only somebody of another server has.
fn remote(old: Option<&RemoteActor>, reading: Reading<'_>) -> RemoteActor {
    let Reading { said, host, now, name } = reading;
    let picture = |of: &[vocab::Picture], width: u32, old: Option<&RemotePicture>| {
        let chosen = of.iter().rev().find(|picture| picture.width.is_some_and(|own| width <= own));
        Some(picture(&chosen.or(of.first())?.url, old.as_slice(), now, name))
    };
    RemoteActor {
        url: said.id.clone(),
        host: host.to_owned(),
        kind: match said.kind {
            vocab::ActorKind::Person => ActorKind::Person,
            vocab::ActorKind::Group => ActorKind::Group,
            vocab::ActorKind::Application => ActorKind::Application,
        },
        page: Some(said.page.clone()),
        inbox: said.inbox.clone(),
        shared_inbox: said.shared_inbox.clone(),
        outbox: said.outbox.clone(),
        followers_url: said.followers.clone(),
        playlists_url: said.playlists.clone(),
        approves_followers: said.approves_followers,
        keys: keys(said),
        avatar: picture(&said.avatars, AVATAR_WIDTH, old.and_then(|old| old.avatar.as_ref())),
        banner: picture(&said.banners, BANNER_WIDTH, old.and_then(|old| old.banner.as_ref())),
        also_known_as: said.aliases.iter().take(ALIASES_MAX).cloned().collect(),
        followers: old.map_or(0, |old| old.followers),
        following: old.map_or(0, |old| old.following),
        fetched_at: now,
    }
}

/// What the document names and nothing else: a key that was replaced signs nothing any more.
fn keys(said: &vocab::Actor) -> Vec<RemoteKey> {
    let key = |key: &vocab::Key| RemoteKey { id: key.id.clone(), pem: key.pem.clone() };
    std::iter::once(&said.key).chain(&said.other_keys).map(key).take(KEYS_MAX).collect()
}

/// A picture of an address: the one that had it before, or a new one.
pub(super) fn picture(
    url: &str,
    old: &[&RemotePicture],
    now: Timestamp,
    name: &dyn Fn() -> Uuid,
) -> RemotePicture {
    match old.iter().find(|old| old.url == url) {
        Some(old) => (*old).clone(),
        None => RemotePicture { url: url.to_owned(), name: name(), created_at: now },
    }
}

/// Notes how many follow an actor and how many it follows, as its server counts; none leaves what is known.
///
/// # Errors
/// [`KeepError`].
pub fn counts(
    write: &mut Write<'_>,
    party: Party,
    followers: Option<u64>,
    following: Option<u64>,
) -> Result<(), KeepError> {
    let count = |remote: &mut RemoteActor| {
        let before = (remote.followers, remote.following);
        remote.followers = followers.unwrap_or(remote.followers);
        remote.following = following.unwrap_or(remote.following);
        before != (remote.followers, remote.following)
    };
    change_remote(write, party, count)?;
    Ok(())
}

/// Changes what is known of somebody of another server; `change` says whether it did.
pub(super) fn change_remote(
    write: &mut Write<'_>,
    party: Party,
    change: impl FnOnce(&mut RemoteActor) -> bool,
) -> Result<(), StoreError> {
    match party {
        Party::Instance => {}
        Party::Account(account) => {
            let key = AccountKey { account };
            if let Some(mut account) = write.get(&key)?
                && account.remote.as_deref_mut().is_some_and(change)
            {
                write.insert(&key, &account)?;
            }
        }
        Party::Channel(channel) => {
            let key = ChannelKey { channel };
            if let Some(mut channel) = write.get(&key)?
                && channel.remote.as_deref_mut().is_some_and(change)
            {
                write.insert(&key, &channel)?;
            }
        }
    }
    Ok(())
}
