//! Whom accounts follow: following, lists both ways, and what becomes of them when an end goes.

mod follow;
mod forget;
mod list;

pub use follow::{FollowError, SUBSCRIPTIONS_MAX, follow, unfollow};
pub use forget::{forget_account, forget_channel};
pub use list::{Follower, all_followed, followed, followers, is_following};

#[cfg(test)]
mod tests;
