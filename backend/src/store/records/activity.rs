//! What was done in a channel.

use serde::{Deserialize, Serialize};
use shared::id::{AccountId, PlaylistId, Uuid, VideoId};
use shared::time::Timestamp;

use crate::store::Record;

/// One thing that somebody did.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Activity {
    /// Who.
    pub account: AccountId,
    /// Their name then, in addresses.
    pub by: String,
    /// What they did.
    pub deed: Deed,
    /// To what.
    pub target: DeedTarget,
    /// To whom it was offered, where it was.
    #[serde(default)]
    pub to: Option<DeedAccount>,
    /// When.
    pub at: Timestamp,
}

impl Record for Activity {}

/// What somebody did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deed {
    /// Made it.
    Create,
    /// Changed what it says of itself.
    Update,
    /// Deleted it.
    Delete,
    /// Added, replaced or removed a caption.
    Captions,
    /// Changed its chapters.
    Chapters,
    /// Changed its passwords.
    Passwords,
    /// Put another file in its place.
    Source,
    /// Changed what a list holds.
    Elements,
    /// Moved it out of the channel.
    MoveOut,
    /// Moved it into the channel.
    MoveIn,
    /// Offered it to somebody.
    Offer,
    /// Took it when it was offered.
    OfferAccepted,
    /// Left it when it was offered.
    OfferRefused,
    /// Took back what was offered.
    OfferWithdrawn,
}

/// Somebody to whom something was offered, as they were called then.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DeedAccount {
    /// Who.
    pub account: AccountId,
    /// Their name then, in addresses.
    pub name: String,
}

/// What something was done to, as it was called then.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeedTarget {
    /// The channel itself.
    Channel,
    /// A video of it.
    Video {
        /// Its number.
        id: VideoId,
        /// For ever.
        uuid: Uuid,
        /// Its name.
        name: String,
    },
    /// A list of videos that it shows.
    Playlist {
        /// Its number.
        id: PlaylistId,
        /// For ever.
        uuid: Uuid,
        /// Its name.
        name: String,
    },
}
