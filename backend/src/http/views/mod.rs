//! From records to what the API says: the only translator between `store::records` and `shared::api`.
//!
//! Owns every address on the wire. Never reads the store and never decides who may see what.

mod activity;
mod actor;
mod comment;
mod import;
mod notification;
mod order;
mod playlist;
mod subscription;
mod video;

pub use activity::activity;
pub use actor::{account, account_summary, avatars, banners, channel, channel_summary, collaborator, role};
pub use comment::{comment, comment_tree, reviewed_comment};
pub use import::import_source;
pub use notification::notification;
pub use order::{abuse, abuse_message, blocked_video, state as abuse_state};
pub use playlist::{playlist, special_playlist, thumbnail as playlist_thumbnail};
pub use subscription::{Reached, follow, follow_across, follow_state};
pub use video::{
    Reach, Reader, captions, card, chapters, description, details, file_metadata, included, mine,
    original_metadata, playlist_folder, source, storyboards,
};
