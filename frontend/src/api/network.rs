//! Whom the instance follows, and who follows it.

use shared::api::{Follow, FollowingWish, Page};

use super::client::Client;
use super::failure::Failure;
use super::talk::json;
use super::videos::Window;
use crate::browser::fetch::Body;
use crate::text::addresses::encode;

/// Which of the two lists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FollowList {
    /// Who follows the instance.
    Followers,
    /// Whom it follows.
    Following,
}

impl FollowList {
    fn path(self) -> &'static str {
        match self {
            FollowList::Followers => "/api/v1/server/followers",
            FollowList::Following => "/api/v1/server/following",
        }
    }
}

/// A list, last asked first: those whose name or host has this text, and who stand so, or all.
///
/// # Errors
/// As the instance refuses.
pub async fn network_follows(
    client: &Client,
    list: FollowList,
    (search, state): (&str, &str),
    window: Window,
) -> Result<Page<Follow>, Failure> {
    let (path, search) = (list.path(), encode(search.trim()));
    let state = if state.is_empty() { String::new() } else { format!("&state={state}") };
    client.get(&format!("{path}?search={search}{state}&sort=-createdAt&{window}")).await
}

/// Lets the instance follow others. They are asked after the answer.
///
/// # Errors
/// As the instance refuses.
pub async fn follow_others(client: &Client, wish: &FollowingWish) -> Result<(), Failure> {
    client.send("POST", FollowList::Following.path(), &json(wish)).await.map(drop)
}

/// What is done about somebody of a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FollowAct {
    /// They may follow.
    Accept,
    /// They may not.
    Reject,
    /// They are taken out of the list.
    Remove,
}

/// Does something about somebody of a list, by `name@host`.
///
/// # Errors
/// As the instance refuses.
pub async fn act_on_follow(
    client: &Client,
    list: FollowList,
    handle: &str,
    act: FollowAct,
) -> Result<(), Failure> {
    let path = format!("{}/{}", list.path(), encode(handle));
    let sent = match act {
        FollowAct::Accept => client.send("POST", &format!("{path}/accept"), &Body::Nothing).await,
        FollowAct::Reject => client.send("POST", &format!("{path}/reject"), &Body::Nothing).await,
        FollowAct::Remove => client.send("DELETE", &path, &Body::Nothing).await,
    };
    match sent {
        // Done in another tab: it is so all the same.
        Err(failure) if matches!(failure.status(), Some(400 | 404)) => Ok(()),
        outcome => outcome.map(drop),
    }
}
