//! Copies of pictures and words of other servers: what they are called, here and in addresses.
//!
//! Owns the names. A name says whose picture it is, so that nothing has to be remembered to find where it comes from; what
//! it is a copy of is for ever, since another picture of theirs has another name.

use shared::id::{AccountId, ChannelId, Uuid};
use shared::limits::{AVATAR_WIDTHS, BANNER_SIZES};

use super::picture::{PREVIEW, Size, THUMBNAIL};
use crate::store::records::{RemoteActor, RemotePicture, RemotePlaylist, RemoteVideo};

/// Whose picture.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Owner {
    /// An account's.
    Account(AccountId),
    /// A channel's.
    Channel(ChannelId),
    /// A video's.
    Video(Uuid),
    /// A list's of videos.
    Playlist(Uuid),
}

/// What a copy is made into.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// The middle of a picture in this size.
    Middle(Size),
    /// A picture of a video in this size: one that is upright stands whole before a darker copy of itself.
    Wide(Size),
    /// A picture as large as it is: a grid of small ones is counted in its pixels.
    Whole,
}

/// A name in an address, read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Named {
    /// A picture.
    Picture {
        /// Its name.
        picture: Uuid,
        /// The width it is cut to; none where it is whole.
        width: Option<u32>,
    },
    /// Words of a video, by the name of their file.
    Words,
}

/// Longer than any of these names.
const NAME_LENGTH_MAX: usize = 128;
/// As it stands at the head of names.
const UUID_LENGTH: usize = 36;

impl Owner {
    /// Whose an address says a picture is.
    #[must_use]
    pub fn parse(kind: &str, owner: &str) -> Option<Owner> {
        match kind {
            "accounts" => owner.parse().ok().map(Owner::Account),
            "channels" => owner.parse().ok().map(Owner::Channel),
            "videos" => owner.parse().ok().map(Owner::Video),
            "playlists" => owner.parse().ok().map(Owner::Playlist),
            _ => None,
        }
    }

    /// The path at which this instance has a copy of that name.
    #[must_use]
    pub fn path(self, name: &str) -> String {
        match self {
            Owner::Account(id) => format!("/lazy-static/remote/accounts/{id}/{name}"),
            Owner::Channel(id) => format!("/lazy-static/remote/channels/{id}/{name}"),
            Owner::Video(uuid) => format!("/lazy-static/remote/videos/{uuid}/{name}"),
            Owner::Playlist(uuid) => format!("/lazy-static/remote/playlists/{uuid}/{name}"),
        }
    }
}

impl Named {
    /// What a name means. Made of letters, digits, `-`, `_` and `.` alone, so that no name leaves its folder.
    #[must_use]
    pub fn parse(name: &str) -> Option<Named> {
        let plain = name.bytes().all(|letter| letter.is_ascii_alphanumeric() || b"-_.".contains(&letter));
        if !plain || name.starts_with('.') || NAME_LENGTH_MAX < name.len() {
            return None;
        }
        let (stem, extension) = name.rsplit_once('.')?;
        match extension {
            "vtt" => Some(Named::Words),
            "jpg" | "png" => {
                let picture = stem.get(..UUID_LENGTH)?.parse().ok()?;
                let width = match stem.get(UUID_LENGTH..)? {
                    "" => None,
                    rest => Some(rest.strip_prefix('-')?.parse().ok()?),
                };
                Some(Named::Picture { picture, width })
            }
            _ => None,
        }
    }
}

/// What a copy of somebody's picture is called in one width.
#[must_use]
pub fn actor_picture_name(picture: &RemotePicture, width: u32) -> String {
    format!("{}-{width}.{}", picture.name, if may_be_clear(&picture.url) { "png" } else { "jpg" })
}

/// What a copy of the picture of a video, or of a list of them, is called in one width.
#[must_use]
pub fn video_picture_name(picture: &RemotePicture, width: u32) -> String {
    format!("{}-{width}.jpg", picture.name)
}

/// What a copy of a video's grid of small pictures is called.
#[must_use]
pub fn storyboard_name(picture: &RemotePicture) -> String {
    format!("{}.jpg", picture.name)
}

/// Whether something may be seen through in a picture of this address. It is not known before the picture is fetched, and
/// its copy has its name before.
fn may_be_clear(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    path.ends_with(".png") || path.ends_with(".webp")
}

/// The widths of copies of an avatar, smallest first. The largest of ours is for pages elsewhere, which ask its own server.
#[must_use]
pub fn avatar_sizes() -> Vec<Size> {
    let mut widths: Vec<u32> =
        AVATAR_WIDTHS.iter().copied().filter(|width| *width <= AVATAR_WIDTH_MAX).collect();
    widths.sort_unstable();
    widths.into_iter().map(|width| Size { width, height: width }).collect()
}

/// No page of ours shows a larger one.
const AVATAR_WIDTH_MAX: u32 = 600;

/// The sizes of copies of a banner, smallest first.
#[must_use]
pub fn banner_sizes() -> Vec<Size> {
    let mut sizes: Vec<Size> =
        BANNER_SIZES.iter().map(|(width, height)| Size { width: *width, height: *height }).collect();
    sizes.sort_unstable_by_key(|size| size.width);
    sizes
}

/// Where copies of an actor's picture of this name come from, and what is made of it; none where they have no such picture
/// any more.
#[must_use]
pub fn of_actor(actor: &RemoteActor, picture: Uuid) -> Option<(&RemotePicture, Vec<(String, Form)>)> {
    let find = |of: &'_ Option<RemotePicture>| of.as_ref().is_some_and(|found| found.name == picture);
    let (found, sizes) = if find(&actor.avatar) {
        (actor.avatar.as_ref()?, avatar_sizes())
    } else if find(&actor.banner) {
        (actor.banner.as_ref()?, banner_sizes())
    } else {
        return None;
    };
    let made = sizes.into_iter().map(|size| (actor_picture_name(found, size.width), Form::Middle(size)));
    Some((found, made.collect()))
}

/// Where copies of a video's picture of this name come from, and what is made of it; none where it has no such picture any
/// more.
#[must_use]
pub fn of_video(video: &RemoteVideo, picture: Uuid) -> Option<(&RemotePicture, Vec<(String, Form)>)> {
    if let Some(found) = video.storyboard.as_ref().filter(|found| found.name == picture) {
        return Some((found, vec![(storyboard_name(found), Form::Whole)]));
    }
    let found = video.pictures.iter().find(|found| found.name == picture)?;
    let made = [(video.pictures.first(), THUMBNAIL), (video.pictures.last(), PREVIEW)]
        .into_iter()
        .filter(|(shown, _)| *shown == Some(found))
        .map(|(_, size)| (video_picture_name(found, size.width), Form::Wide(size)));
    Some((found, made.collect()))
}

/// Where copies of a list's picture of this name come from, and what is made of it; none where it has no such picture any
/// more.
#[must_use]
pub fn of_playlist(
    playlist: &RemotePlaylist,
    picture: Uuid,
) -> Option<(&RemotePicture, Vec<(String, Form)>)> {
    let found = playlist.picture.as_ref().filter(|found| found.name == picture)?;
    Some((found, vec![(video_picture_name(found, THUMBNAIL.width), Form::Wide(THUMBNAIL))]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::time::Timestamp;

    fn picture(url: &str, name: u128) -> RemotePicture {
        RemotePicture { url: url.into(), name: Uuid(name), created_at: Timestamp(0) }
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        let face = picture("https://far.example/a.PNG?x=1", 5);
        for (name, width) in [
            (actor_picture_name(&face, 120), Some(120)),
            (video_picture_name(&face, 280), Some(280)),
            (storyboard_name(&face), None),
        ] {
            assert_eq!(Named::parse(&name), Some(Named::Picture { picture: Uuid(5), width }), "{name}");
        }
        assert!(actor_picture_name(&face, 120).ends_with("-120.png"));
        assert!(actor_picture_name(&picture("https://far.example/a.jpg", 5), 48).ends_with("-48.jpg"));
        assert_eq!(Named::parse("ce07d2dc-d37f-4a15-8d02-89251c07337b-fr.vtt"), Some(Named::Words));
        let uuid = Uuid(5);
        for wrong in [
            "",
            ".vtt",
            "../a.vtt",
            "a/b.vtt",
            "a.html",
            "x.jpg",
            &format!("{uuid}-.jpg"),
            &format!("{uuid}x120.jpg"),
            &format!("{uuid}-99999999999.jpg"),
            &format!("{}.vtt", "a".repeat(NAME_LENGTH_MAX)),
        ] {
            assert_eq!(Named::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn owners_are_read_as_they_are_written() {
        for owner in [
            Owner::Account(AccountId(3)),
            Owner::Channel(ChannelId(4)),
            Owner::Video(Uuid(9)),
            Owner::Playlist(Uuid(9)),
        ] {
            let path = owner.path("a.jpg");
            let parts: Vec<&str> = path.split('/').collect();
            assert_eq!(Owner::parse(parts[3], parts[4]), Some(owner), "{path}");
        }
        assert_eq!(Owner::parse("users", "3"), None);
        assert_eq!(Owner::parse("accounts", "-3"), None);
    }
}
