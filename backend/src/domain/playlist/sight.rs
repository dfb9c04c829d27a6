//! Who may see a list of videos.

use crate::domain::makers::Makers;
use crate::domain::right::Right;
use crate::domain::video::sight::Address;
use crate::domain::viewer::{Person, Viewer};
use crate::store::records::{PlaylistPrivacy, VideoPlaylist};

/// Why a list stays hidden.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hidden {
    /// There is nothing to be known of it.
    Absent,
    /// Somebody signed in might see it.
    SignIn,
    /// This person may not.
    NotForYou,
}

/// Whether a reader may see a list that they know by this address. `makers` are those of the channel it is shown in.
///
/// # Errors
/// Why not.
pub fn opens_to(
    playlist: &VideoPlaylist,
    makers: Option<&Makers>,
    viewer: &Viewer,
    by: Address,
) -> Result<(), Hidden> {
    let is_keeper = viewer.person().is_some_and(|person| is_keeper(playlist, makers, person));
    match (playlist.privacy, by) {
        (PlaylistPrivacy::Public, _) | (PlaylistPrivacy::Unlisted, Address::Uuid) => Ok(()),
        _ if is_keeper => Ok(()),
        // Numbers can be guessed.
        (PlaylistPrivacy::Unlisted, Address::Number) => Err(Hidden::Absent),
        (PlaylistPrivacy::Private, _) if viewer.person().is_none() => Err(Hidden::SignIn),
        (PlaylistPrivacy::Private, _) => Err(Hidden::NotForYou),
    }
}

/// Whether a list is this person's, or shown in a channel they edit, or they may change anybody's. Those of other servers
/// are nobody's here.
pub(super) fn is_keeper(playlist: &VideoPlaylist, makers: Option<&Makers>, person: &Person) -> bool {
    let is_theirs = || {
        playlist.account == person.account
            || makers.is_some_and(|makers| makers.manage(person.account))
            || person.has(Right::UpdateAnyVideoPlaylist)
    };
    playlist.remote.is_none() && is_theirs()
}
