//! Stored shapes, versioned. Never API shapes and never other people's JSON: `http::views` translates.

mod activity;
mod actor;
mod delivery;
mod import;
mod job;
mod listed;
mod mail;
mod mirror;
mod notification;
mod offer;
mod order;
mod person;
mod playlist;
mod registration;
mod remote;
mod repair;
mod setting;
mod site;
mod statistics;
mod sync;
mod talk;
mod upload;
mod video;

pub use activity::{Activity, Deed, DeedAccount, DeedTarget};
pub use actor::{Actor, ActorKey, Trace, TraceKind};
pub use delivery::{Delivery, Outcome, Post, Said, Server, Verdict, Viewing};
pub use import::{Attempt, Import, ImportSource, ImportState, SentPictures, SentTorrent};
pub use job::{FollowFault, Job, JobKind, JobState, NetworkJob, Scope, TalkJob};
pub use listed::{BlocklistSubscription, MuteDeed, MuteOrigin, Reading, ReadingState, WordSubscription};
pub use mail::{Letter, LetterPart, Mail, Says};
pub use mirror::{Mirror, MirrorStrategy, MirrorWish};
pub use notification::{Arrival, Notification, NotificationKind, NotificationSettings, Subject};
pub use offer::{ChannelOffer, Offer};
pub use order::{
    Abuse, AbuseMessage, AbuseReason, AbuseState, AbuseSubject, Audit, Block, CommentTag, HeldTags,
    ReportedVideo, Reports, WordList,
};
pub use person::{
    AccessToken, Account, ActorPicture, Channel, Collaborator, CollaboratorState, Preferences, Presence,
    RefreshToken, Role, Sensitive, Session, TwoFactor, TwoFactorRequest, User,
};
pub use playlist::{Element, ElementPlace, PlaylistKind, PlaylistPrivacy, VideoPlaylist};
pub use registration::{Registration, RegistrationState};
pub use remote::{
    ActorKind, Arrived, Fate, Follow, FollowState, KEYS_MAX, Party, Received, RemoteActor, RemoteCaption,
    RemoteComment, RemoteFile, RemoteKey, RemoteMirror, RemoteObject, RemotePicture, RemotePlaylist,
    RemoteStream, RemoteVideo, Share,
};
pub use repair::{Repair, RepairTarget};
pub use setting::Setting;
pub use site::{Custom, SitePage};
pub use statistics::{WatchDay, WatchHour, WatchTotal, WatchedWith};
pub use sync::{ChannelSync, KnownAddress, Look, SyncState};
pub use talk::{Comment, Opinion, Rating, Subscription, Tally, VideoTalk, Watched, Withheld};
pub use upload::Upload;
pub use video::{
    Caption, Chapter, CommentsPolicy, Embed, Facts, Former, Hearing, PlayerTheme, Playlist, Privacy,
    Rendition, Replacement, Schedule, Source, Stem, Storyboard, Torrent, Video, VideoPassword, VideoState,
};
