//! REST bodies of PeerTube's API v1, one file a resource.
//!
//! Owns field names and their JSON shapes, as captured from PeerTube 6.3. Never holds policy defaults.
//! Every list is a [`Page`]; every error is a [`Problem`].

mod abuse;
mod activity;
mod actor;
mod block;
mod collaborator;
mod comment;
mod federation;
mod history;
mod import;
mod mirror;
mod mute;
mod notification;
mod ownership;
mod page;
mod playlist;
mod present;
mod problem;
mod rating;
mod session;
mod statistics;
mod subscription;
mod upload;
mod user;
mod video;
mod words;

pub use abuse::{
    Abuse, AbuseActor, AbuseChannel, AbuseComment, AbuseCommentVideo, AbuseMade, AbuseMadeId, AbuseMessage,
    AbuseMessageMade, AbuseVideo,
};
pub use activity::{
    ActivityAccount, ActivityChannel, ActivityDetails, ActivityPlaylist, ActivityVideo, ChannelActivity,
};
pub use actor::{
    Account, AccountSummary, Avatars, Banners, Channel, ChannelChange, ChannelSummary, DayViews, Image,
    MadeChannel, MadeChannelId, NewChannel,
};
pub use block::{BlockedVideo, VideoBlock};
pub use collaborator::{
    COLLABORATOR_ACCEPTED, COLLABORATOR_PENDING, COLLABORATOR_REJECTED, Collaborator, CollaboratorMade,
};
pub use comment::{
    Comment, CommentMade, CommentThreads, CommentTree, CommentsRemoval, NewComment, ReviewedComment,
    ReviewedVideo,
};
pub use federation::{
    Explained, ExplainedKind, FailedFollow, FederationServer, FollowFault, LedgerRow, LedgerState,
};
pub use history::{UserHistory, WatchedVideo};
pub use import::{ImportFault, ImportSync, MadeChannelSync, VideoChannelSync, VideoImport};
pub use mirror::{CopiesOfStrategy, VideoCopies, VideoCopy, VideoRedundancy};
pub use mute::{
    BlocklistStatus, BlocklistSubscription, BlocklistSubscriptionSummary, ListFault, MuteAction, MuteList,
    MutedAccount, MutedServer, MutedServerHost, StatusOfAccount, StatusOfServer,
};
pub use notification::{
    Notification, NotificationAbuse, NotificationAbuseComment, NotificationActor, NotificationBlock,
    NotificationCollaborator, NotificationComment, NotificationFollow, NotificationFollowed,
    NotificationImport, NotificationOwnership, NotificationRegistration, NotificationVideo,
    NotificationsRead, SocketToken, SocketWord,
};
pub use ownership::{OWNERSHIP_ACCEPTED, OWNERSHIP_PENDING, OWNERSHIP_REJECTED, OwnershipChange};
pub use page::Page;
pub use playlist::{
    ExistingElement, MadeElement, MadeElementId, MadePlaylist, MadePlaylistNames, PlaylistElement,
    VideoPlaylist,
};
pub use problem::{InvalidParam, Problem, ProblemCode};
pub use rating::{OwnRating, RatedVideo, RatingKind, RatingWish};
pub use session::{
    OAuthClient, OtpRequest, RecoveryCodes, ScopedTokens, TokenGrant, TokenSession, Tokens, TwoFactorRequest,
};
pub use statistics::*;
pub use subscription::{Follow, FollowActor, FollowingWish, SubscriptionWish};
pub use upload::{NewVideo, Uploaded, UploadedVideo};
pub use user::{
    IncludedVideo, MadeUser, MadeUserAccount, MadeUserId, ManagedUser, Me, MeChange, MyVideo, NewUser,
    NotificationSettings, QuotaUsed, Role, SeederToken, SeederTokenWish, Signup, SignupChannel,
    SpecialPlaylist, UserChange, UserRegistration, UserRegistrationUser,
};
pub use video::*;
pub use words::{AvailableTag, AvailableTags, CommentTagPolicies, WordList, WordListMade, WordSubscription};
