//! Followings.

use shared::api;

use super::actor;
use crate::app::App;
use crate::domain::subscription::Follower;

/// What a following has in PeerTube as long as its instance answers.
const SCORE: u32 = 1000;

/// A following, with both its ends; none where one of them is being removed.
#[must_use]
pub fn follow(app: &App, follower: &Follower) -> Option<api::Follow> {
    let account = actor::account(app.url(), &app.catalogue().account(follower.account)?);
    let publisher = app.catalogue().publisher(follower.channel)?;
    let channel = actor::channel(app.url(), &publisher.channel, None);
    Some(api::Follow {
        id: follower.id,
        follower: api::FollowActor {
            url: account.url,
            name: account.name,
            host: account.host,
            avatars: account.avatars,
            id: account.id.0,
            host_redundancy_allowed: account.host_redundancy_allowed,
            following_count: account.following_count,
            followers_count: account.followers_count,
            created_at: account.created_at,
            banners: Vec::new(),
        },
        following: api::FollowActor {
            url: channel.url,
            name: channel.name,
            host: channel.host,
            avatars: channel.avatars,
            id: channel.id.0,
            host_redundancy_allowed: channel.host_redundancy_allowed,
            following_count: channel.following_count,
            followers_count: channel.followers_count,
            created_at: channel.created_at,
            banners: channel.banners,
        },
        score: SCORE,
        state: "accepted".to_owned(),
        created_at: follower.at,
        updated_at: follower.at,
    })
}
