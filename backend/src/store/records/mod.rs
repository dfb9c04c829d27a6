//! Stored shapes, versioned. Never API shapes and never other people's JSON: `http::views` translates.

mod job;
mod notification;
mod person;
mod setting;
mod talk;
mod upload;
mod video;

pub use job::{Job, JobKind, JobState, Scope, TalkJob};
pub use notification::{Arrival, Notification, NotificationKind, NotificationSettings, Subject};
pub use person::{AccessToken, Account, Channel, RefreshToken, Role, User};
pub use setting::Setting;
pub use talk::{Comment, Opinion, Rating, Subscription, Tally, VideoTalk, Watched};
pub use upload::Upload;
pub use video::{
    Caption, Chapter, CommentsPolicy, Facts, Playlist, Privacy, Rendition, Source, Storyboard, Torrent,
    Video, VideoState,
};
