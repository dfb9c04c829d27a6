//! Accounts and channels.

use shared::api;

use crate::config::PublicUrl;
use crate::files::cached::{self, Owner};
use crate::files::picture::Size;
use crate::store::records::{
    Account, ActorPicture, Channel, Collaborator, CollaboratorState, RemotePicture, Role,
};

/// An account beside a video.
#[must_use]
pub fn account_summary(url: &PublicUrl, account: &Account) -> api::AccountSummary {
    api::AccountSummary {
        id: account.id,
        display_name: account.display_name.clone(),
        name: account.name.clone(),
        url: account_url(url, account),
        host: account.host().unwrap_or(url.host()).to_owned(),
        avatars: account_avatars(account),
    }
}

/// A channel beside a video.
#[must_use]
pub fn channel_summary(url: &PublicUrl, channel: &Channel) -> api::ChannelSummary {
    api::ChannelSummary {
        id: channel.id,
        name: channel.name.clone(),
        display_name: channel.display_name.clone(),
        url: channel_url(url, channel),
        host: channel.host().unwrap_or(url.host()).to_owned(),
        avatars: channel_avatars(channel),
    }
}

/// By which the network knows an account.
#[must_use]
pub fn account_url(url: &PublicUrl, account: &Account) -> String {
    match &account.remote {
        Some(remote) => remote.url.clone(),
        None => format!("{url}/accounts/{}", account.name),
    }
}

/// By which the network knows a channel.
#[must_use]
pub fn channel_url(url: &PublicUrl, channel: &Channel) -> String {
    match &channel.remote {
        Some(remote) => remote.url.clone(),
        None => format!("{url}/video-channels/{}", channel.name),
    }
}

/// An account in full.
#[must_use]
pub fn account(url: &PublicUrl, account: &Account) -> api::Account {
    let summary = account_summary(url, account);
    api::Account {
        url: summary.url,
        name: summary.name,
        host: summary.host,
        avatars: summary.avatars,
        id: account.id,
        host_redundancy_allowed: false,
        following_count: account.remote.as_ref().map_or(account.following, |remote| remote.following),
        followers_count: account.remote.as_ref().map_or(0, |remote| remote.followers),
        created_at: account.created_at,
        display_name: summary.display_name,
        description: account.description.clone(),
        updated_at: account.updated_at,
        user_id: account.user,
    }
}

/// Somebody's part in a channel.
#[must_use]
pub fn collaborator(url: &PublicUrl, row: &Collaborator, of: &Account) -> api::Collaborator {
    api::Collaborator {
        id: row.id,
        state: collaborator_state(row.state),
        account: account(url, of),
        updated_at: row.updated_at,
        created_at: row.created_at,
    }
}

/// What somebody answered who was asked to edit a channel.
#[must_use]
pub fn collaborator_state(state: CollaboratorState) -> api::Label<u32> {
    let (id, label) = match state {
        CollaboratorState::Pending => (api::COLLABORATOR_PENDING, "Pending"),
        CollaboratorState::Accepted => (api::COLLABORATOR_ACCEPTED, "Accepted"),
        CollaboratorState::Rejected => (api::COLLABORATOR_REJECTED, "Rejected"),
    };
    api::Label { id, label: label.to_owned() }
}

/// A channel in full, with its owner where the reader does not know it anyway.
#[must_use]
pub fn channel(url: &PublicUrl, channel: &Channel, owner: Option<&Account>) -> api::Channel {
    let summary = channel_summary(url, channel);
    api::Channel {
        url: summary.url,
        name: summary.name,
        host: summary.host,
        avatars: summary.avatars,
        id: channel.id,
        host_redundancy_allowed: false,
        following_count: channel.remote.as_ref().map_or(0, |remote| remote.following),
        // Its server counts all; those of here may be news to it.
        followers_count: channel
            .remote
            .as_ref()
            .map_or(channel.followers, |remote| remote.followers.max(channel.followers)),
        created_at: channel.created_at,
        banners: channel_banners(channel),
        display_name: summary.display_name,
        description: channel.description.clone(),
        support: channel.support.clone(),
        is_local: channel.remote.is_none(),
        sharing: channel.sharing,
        updated_at: channel.updated_at,
        owner_account: owner.map(|owner| account(url, owner)),
        owner_account_id: None,
        videos_count: None,
        total_views: None,
        views_per_day: None,
    }
}

/// The picture of an account, of this server or another.
fn account_avatars(account: &Account) -> Vec<api::Image> {
    match &account.remote {
        Some(remote) => copies(Owner::Account(account.id), remote.avatar.as_ref(), &cached::avatar_sizes()),
        None => avatars(account.avatar.as_ref()),
    }
}

/// The picture of a channel, of this server or another.
fn channel_avatars(channel: &Channel) -> Vec<api::Image> {
    match &channel.remote {
        Some(remote) => copies(Owner::Channel(channel.id), remote.avatar.as_ref(), &cached::avatar_sizes()),
        None => avatars(channel.avatar.as_ref()),
    }
}

/// The picture above a channel's page, of this server or another.
pub(super) fn channel_banners(channel: &Channel) -> Vec<api::Image> {
    match &channel.remote {
        Some(remote) => copies(Owner::Channel(channel.id), remote.banner.as_ref(), &cached::banner_sizes()),
        None => banners(channel.banner.as_ref()),
    }
}

/// Copies of a picture of another server, which are made when somebody asks for one.
fn copies(owner: Owner, picture: Option<&RemotePicture>, sizes: &[Size]) -> Vec<api::Image> {
    let Some(picture) = picture else { return Vec::new() };
    let image = |size: &Size| api::Image {
        width: size.width,
        path: owner.path(&cached::actor_picture_name(picture, size.width)),
        created_at: picture.created_at,
        updated_at: picture.created_at,
    };
    sizes.iter().map(image).collect()
}

/// A picture of an account or a channel, smallest first.
#[must_use]
pub fn avatars(picture: Option<&ActorPicture>) -> Vec<api::Image> {
    images(picture, "avatars")
}

/// A picture above a channel's page, smallest first.
#[must_use]
pub fn banners(picture: Option<&ActorPicture>) -> Vec<api::Image> {
    images(picture, "banners")
}

fn images(picture: Option<&ActorPicture>, folder: &str) -> Vec<api::Image> {
    let Some(picture) = picture else { return Vec::new() };
    let image = |width: &u32| api::Image {
        width: *width,
        path: format!("/lazy-static/{folder}/{}", picture.file(*width)),
        created_at: picture.created_at,
        updated_at: picture.created_at,
    };
    picture.widths.iter().rev().map(image).collect()
}

/// A role with its name.
#[must_use]
pub fn role(role: Role) -> api::Role {
    let (id, label) = match role {
        Role::Administrator => (0, "Administrator"),
        Role::Moderator => (1, "Moderator"),
        Role::User => (2, "User"),
    };
    api::Label { id, label: label.to_owned() }
}
