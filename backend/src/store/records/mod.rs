//! Stored shapes, versioned. Never API shapes and never other people's JSON: `http::views` translates.

mod job;
mod person;
mod setting;
mod upload;
mod video;

pub use job::{Job, JobKind, JobState};
pub use person::{AccessToken, Account, Channel, RefreshToken, Role, User};
pub use setting::Setting;
pub use upload::Upload;
pub use video::{
    Caption, Chapter, CommentsPolicy, Facts, Playlist, Privacy, Rendition, Source, Storyboard, Torrent,
    Video, VideoState,
};
