//! The kinds of news: how each is numbered on the wire, what its setting is called, and how it arrives until somebody
//! chooses (PeerTube's `UserNotificationType` and capture `rest/users-me`).

use shared::id::UserId;

use crate::store::records::{Arrival, NotificationKind};
use crate::store::tables::NotificationSettingsKey;
use crate::store::{Read, StoreError};

/// The number of a kind on the wire.
#[must_use]
pub fn number(kind: NotificationKind) -> u32 {
    match kind {
        NotificationKind::NewVideo => 1,
        NotificationKind::NewComment => 2,
        NotificationKind::VideoPublished => 6,
        NotificationKind::NewUser => 9,
        NotificationKind::NewFollower => 10,
        NotificationKind::Mention => 11,
    }
}

/// The name of its setting.
fn setting(kind: NotificationKind) -> &'static str {
    match kind {
        NotificationKind::NewVideo => "newVideoFromSubscription",
        NotificationKind::NewComment => "newCommentOnMyVideo",
        NotificationKind::VideoPublished => "myVideoPublished",
        NotificationKind::NewUser => "newUserRegistration",
        NotificationKind::NewFollower => "newFollow",
        NotificationKind::Mention => "commentMention",
    }
}

/// How a kind of news arrives at somebody.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn arrival(read: &impl Read, user: UserId, kind: NotificationKind) -> Result<Arrival, StoreError> {
    let chosen = read.get(&NotificationSettingsKey { user })?.unwrap_or_default();
    // All of these arrive in the pages alone until somebody chooses.
    Ok(chosen.0.get(setting(kind)).copied().unwrap_or(Arrival { web: true, mail: false }))
}
