//! Followings.

use shared::api;
use shared::time::Timestamp;

use super::actor;
use crate::app::App;
use crate::domain::federation::INSTANCE;
use crate::domain::subscription::Follower;
use crate::store::records::{Follow, FollowState, Party};

/// What a following has in PeerTube as long as its instance answers.
const SCORE: u32 = 1000;
/// What it loses each time its instance does not.
const SCORE_LOST: u32 = 10;

/// A following, with both its ends; none where one of them is being removed.
#[must_use]
pub fn follow(app: &App, follower: &Follower) -> Option<api::Follow> {
    Some(api::Follow {
        id: follower.id,
        follower: end(app, Party::Account(follower.account), follower.at)?,
        following: end(app, Party::Channel(follower.channel), follower.at)?,
        score: SCORE,
        state: "accepted".to_owned(),
        created_at: follower.at,
        updated_at: follower.at,
    })
}

/// What is said of a following across servers beside its ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reached {
    /// How often in a row the other instance could not be reached.
    pub failures: u32,
    /// Since when this one is an actor of the network.
    pub since: Timestamp,
    /// Whether videos of the server that is followed may be copied here.
    pub is_copied: bool,
}

/// A following across servers; none where one of its ends is being removed.
#[must_use]
pub fn follow_across(app: &App, follow: &Follow, reached: Reached) -> Option<api::Follow> {
    let mut following = end(app, follow.followed, reached.since)?;
    following.host_redundancy_allowed = reached.is_copied;
    Some(api::Follow {
        id: follow.id,
        follower: end(app, follow.follower, reached.since)?,
        following,
        score: SCORE.saturating_sub(reached.failures.saturating_mul(SCORE_LOST)),
        state: follow_state(follow.state).to_owned(),
        created_at: follow.created_at,
        updated_at: follow.updated_at,
    })
}

/// The word on the wire.
#[must_use]
pub fn follow_state(state: FollowState) -> &'static str {
    match state {
        FollowState::Pending => "pending",
        FollowState::Accepted => "accepted",
        FollowState::Rejected => "rejected",
    }
}

/// Who stands at an end.
fn end(app: &App, party: Party, since: Timestamp) -> Option<api::FollowActor> {
    Some(match party {
        Party::Instance => api::FollowActor {
            url: format!("{}/accounts/{INSTANCE}", app.url()),
            name: INSTANCE.to_owned(),
            host: app.url().host().to_owned(),
            avatars: actor::avatars(app.site().avatar.as_ref()),
            id: 0,
            host_redundancy_allowed: false,
            following_count: 0,
            followers_count: 0,
            created_at: since,
            banners: Vec::new(),
        },
        Party::Account(account) => {
            let account = actor::account(app.url(), &app.catalogue().account(account)?);
            api::FollowActor {
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
            }
        }
        Party::Channel(channel) => {
            let publisher = app.catalogue().publisher(channel)?;
            let channel = actor::channel(app.url(), &publisher.channel, None);
            api::FollowActor {
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
            }
        }
    })
}
