//! What happened, in the rules' own words. Says what, never who must hear of it: that is `fanout`.

use shared::id::{Uuid, VideoId};

/// Something that happened in a unit of work. Noted with `Write::note`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// A video's file arrived whole.
    VideoArrived(VideoId),
    /// A video's torrents are not what its name and privacy ask for.
    TorrentsOutdated(VideoId),
    /// A video's captions are others than before.
    CaptionsChanged(VideoId),
    /// A video was deleted by its owner or by a moderator.
    VideoDeleted {
        /// The name its files are under.
        uuid: Uuid,
    },
}
