//! Why a list of videos is not made, changed or shown.

use shared::limits::{PLAYLIST_ELEMENTS_MAX, PLAYLISTS_PER_ACCOUNT_MAX};

use crate::store::StoreError;

/// Why a list is not made, changed or shown.
#[derive(Debug, thiserror::Error)]
pub enum PlaylistError {
    /// There is no such list.
    #[error("there is no such playlist")]
    NoSuchPlaylist,
    /// It is somebody else's.
    #[error("the playlist is another's")]
    NotYours,
    /// There is no such channel.
    #[error("there is no such channel")]
    NoSuchChannel,
    /// The channel is somebody else's.
    #[error("the channel is another's")]
    ChannelNotYours,
    /// A list for everybody is shown in a channel.
    #[error("a public playlist needs a channel")]
    PublicWithoutChannel,
    /// Everybody's list of what to watch later stays as it is.
    #[error("the list of what to watch later stays as it is")]
    WatchLater,
    /// The account has as many as it may.
    #[error("an account has at most {PLAYLISTS_PER_ACCOUNT_MAX} playlists")]
    TooMany,
    /// The list holds as many as it may.
    #[error("a playlist holds at most {PLAYLIST_ELEMENTS_MAX} videos")]
    Full,
    /// There is no such element in this list.
    #[error("there is no such element")]
    NoSuchElement,
    /// A position is behind the end; the last one is given.
    #[error("the playlist ends at position {0}")]
    BehindTheEnd(u64),
    /// More is to be moved than there is; as much as there is is given.
    #[error("only {0} elements can be moved")]
    TooLong(u64),
    /// The store failed.
    #[error("the playlist could not be stored")]
    Store(#[from] StoreError),
}
