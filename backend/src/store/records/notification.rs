//! What people are told, and how they wish to be told.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shared::id::{
    AbuseId, AccountId, BlockId, ChannelId, CollaboratorId, CommentId, FollowId, ImportId, NotificationId,
    RegistrationId, UserId, VideoId,
};
use shared::time::Timestamp;

use crate::store::Record;

/// One person is told one thing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Notification {
    /// Its number.
    pub id: NotificationId,
    /// What kind of news it is.
    pub kind: NotificationKind,
    /// What it is about.
    pub subject: Subject,
    /// Whether it was read.
    pub read: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Record for Notification {}

/// What kind of news a notification is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotificationKind {
    /// A channel one follows has a new video.
    NewVideo,
    /// Somebody commented on one's video.
    NewComment,
    /// One's video can be watched, after one chose to wait for its renditions.
    VideoPublished,
    /// What is said in one's video was written down.
    VideoHeard,
    /// Somebody signed up.
    NewUser,
    /// Somebody follows one's channel.
    NewFollower,
    /// Somebody named one in a comment.
    Mention,
    /// Somebody reported something, which one may judge.
    NewAbuse,
    /// One's report was judged.
    AbuseJudged,
    /// Something was said about a report one made, or may judge.
    AbuseMessage,
    /// One's video was blocked.
    VideoBlocked,
    /// One's video is blocked no more.
    VideoUnblocked,
    /// A new video waits for whoever may unblock it.
    VideoAutoBlocked,
    /// Somebody asked to be let in.
    NewRegistration,
    /// Somebody offers one a video.
    VideoOffered,
    /// Somebody took a video that one offered.
    OfferAccepted,
    /// Somebody left a video that one offered.
    OfferRefused,
    /// Somebody offers one a channel.
    ChannelOffered,
    /// Somebody took a channel that one offered.
    ChannelOfferAccepted,
    /// Somebody left a channel that one offered.
    ChannelOfferRefused,
    /// A video came from elsewhere that one asked for.
    ImportDone,
    /// None came.
    ImportFailed,
    /// Somebody asks one to edit their channel.
    Invited,
    /// Somebody edits one's channel from now on.
    InvitationAccepted,
    /// Somebody does not want to edit one's channel.
    InvitationRefused,
    /// Another instance follows this one, or asks whether it may.
    NewInstanceFollower,
    /// This instance follows another because its settings say so.
    InstanceFollowing,
}

/// What a notification is about. What it names may be gone when it is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// A video.
    Video(VideoId),
    /// A comment.
    Comment(CommentId),
    /// A login.
    User(UserId),
    /// A report.
    Abuse(AbuseId),
    /// A block.
    Block {
        /// Its number.
        id: BlockId,
        /// What is blocked.
        video: VideoId,
    },
    /// Somebody who asked to be let in.
    Registration(RegistrationId),
    /// A video from elsewhere.
    Import(ImportId),
    /// An account follows a channel.
    Follow {
        /// The following's number.
        id: FollowId,
        /// Who follows.
        follower: AccountId,
        /// Whom.
        channel: ChannelId,
    },
    /// Somebody elsewhere follows an account.
    AccountFollow {
        /// The following's number.
        id: FollowId,
        /// Who follows.
        follower: AccountId,
        /// Whom.
        account: AccountId,
    },
    /// Somebody elsewhere and this instance follow each other, one way or the other.
    InstanceFollow {
        /// The following's number.
        id: FollowId,
        /// Who stands at its other end.
        other: AccountId,
    },
    /// A video that was offered to somebody. Such news were about [`Subject::Video`] once.
    VideoOffer {
        /// The offer's number.
        id: u64,
        /// Which.
        video: VideoId,
        /// Who offered it.
        by: AccountId,
        /// To whom.
        to: AccountId,
    },
    /// A channel that was offered to somebody.
    ChannelOffer {
        /// The offer's number.
        id: u64,
        /// Which.
        channel: ChannelId,
        /// Who offered it.
        by: AccountId,
        /// To whom.
        to: AccountId,
    },
    /// An account's part in another's channel.
    Collaborator {
        /// Its number.
        id: CollaboratorId,
        /// Whose.
        account: AccountId,
        /// In which channel.
        channel: ChannelId,
    },
}

/// How a kind of news arrives.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Arrival {
    /// In the pages.
    pub web: bool,
    /// By e-mail.
    pub mail: bool,
}

/// What a person chose, by the name of the setting; what is not named is as everybody begins.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NotificationSettings(pub BTreeMap<String, Arrival>);

impl Record for NotificationSettings {}
