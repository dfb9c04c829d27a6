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
        NotificationKind::ImportDone => 7,
        NotificationKind::ImportFailed => 8,
        NotificationKind::NewUser => 9,
        NotificationKind::NewFollower => 10,
        NotificationKind::Mention => 11,
        NotificationKind::NewAbuse => 3,
        NotificationKind::VideoBlocked => 4,
        NotificationKind::VideoUnblocked => 5,
        NotificationKind::VideoAutoBlocked => 12,
        NotificationKind::NewInstanceFollower => 13,
        NotificationKind::InstanceFollowing => 14,
        NotificationKind::AbuseJudged => 15,
        NotificationKind::AbuseMessage => 16,
        NotificationKind::NewRegistration => 20,
        NotificationKind::VideoHeard => 22,
        // From PeerTube 8 on.
        NotificationKind::Invited => 23,
        NotificationKind::InvitationAccepted => 24,
        NotificationKind::InvitationRefused => 25,
        // From PeerTube 8.2 on.
        NotificationKind::VideoOffered => 26,
        NotificationKind::OfferAccepted => 27,
        NotificationKind::OfferRefused => 28,
        NotificationKind::ChannelOffered => 29,
        NotificationKind::ChannelOfferAccepted => 30,
        NotificationKind::ChannelOfferRefused => 31,
    }
}

/// The name of its setting; none for what nobody can switch off.
fn setting(kind: NotificationKind) -> Option<&'static str> {
    Some(match kind {
        NotificationKind::NewVideo => "newVideoFromSubscription",
        NotificationKind::NewComment => "newCommentOnMyVideo",
        NotificationKind::VideoPublished => "myVideoPublished",
        NotificationKind::VideoHeard => "myVideoTranscriptionGenerated",
        NotificationKind::NewUser | NotificationKind::NewRegistration => "newUserRegistration",
        NotificationKind::NewAbuse => "abuseAsModerator",
        NotificationKind::VideoBlocked | NotificationKind::VideoUnblocked => "blacklistOnMyVideo",
        NotificationKind::VideoAutoBlocked => "videoAutoBlacklistAsModerator",
        NotificationKind::AbuseJudged => "abuseStateChange",
        NotificationKind::AbuseMessage => "abuseNewMessage",
        NotificationKind::ImportDone | NotificationKind::ImportFailed => "myVideoImportFinished",
        NotificationKind::NewFollower => "newFollow",
        NotificationKind::Mention => "commentMention",
        NotificationKind::NewInstanceFollower => "newInstanceFollower",
        NotificationKind::InstanceFollowing => "autoInstanceFollowing",
        // Ours: PeerTube lets nobody switch these off.
        NotificationKind::VideoOffered
        | NotificationKind::OfferAccepted
        | NotificationKind::OfferRefused
        | NotificationKind::ChannelOffered
        | NotificationKind::ChannelOfferAccepted
        | NotificationKind::ChannelOfferRefused => "videoOwnershipChange",
        // Told in every way, as PeerTube does: who was asked is to answer, and who asked waits for it.
        NotificationKind::Invited
        | NotificationKind::InvitationAccepted
        | NotificationKind::InvitationRefused => return None,
    })
}

/// Whether a kind is mailed too until somebody chooses: what keeps order should not wait for a visit.
fn is_mailed(kind: NotificationKind) -> bool {
    match kind {
        NotificationKind::NewAbuse
        | NotificationKind::AbuseJudged
        | NotificationKind::AbuseMessage
        | NotificationKind::VideoBlocked
        | NotificationKind::VideoUnblocked
        | NotificationKind::VideoAutoBlocked
        | NotificationKind::VideoOffered
        | NotificationKind::OfferAccepted
        | NotificationKind::OfferRefused
        | NotificationKind::ChannelOffered
        | NotificationKind::ChannelOfferAccepted
        | NotificationKind::ChannelOfferRefused
        | NotificationKind::Invited
        | NotificationKind::InvitationAccepted
        | NotificationKind::InvitationRefused => true,
        NotificationKind::NewVideo
        | NotificationKind::NewComment
        | NotificationKind::VideoPublished
        | NotificationKind::VideoHeard
        | NotificationKind::NewUser
        | NotificationKind::NewFollower
        | NotificationKind::Mention
        | NotificationKind::ImportDone
        | NotificationKind::ImportFailed
        | NotificationKind::NewInstanceFollower
        | NotificationKind::InstanceFollowing
        | NotificationKind::NewRegistration => false,
    }
}

/// How a kind of news arrives at somebody.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn arrival(read: &impl Read, user: UserId, kind: NotificationKind) -> Result<Arrival, StoreError> {
    let chosen = read.get(&NotificationSettingsKey { user })?.unwrap_or_default();
    let chosen = setting(kind).and_then(|name| chosen.0.get(name).copied());
    Ok(chosen.unwrap_or(Arrival { web: true, mail: is_mailed(kind) }))
}
