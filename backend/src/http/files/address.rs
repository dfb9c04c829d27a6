//! Which file a path names. Owns the addresses of stored files; never touches a disk.
//!
//! A path is decoded once and each name in it must be made of our own letters, so nothing a stranger writes (`..`,
//! `%2e`, `%252e`, NUL, backslash) can leave its folder. The surprise is that the two spellings of a stream, public and
//! `private/`, name one folder: who may see it is decided from memory at each request.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use shared::id::Uuid;
use shared::limits::VIDEO_EXTENSIONS;

use crate::domain::federation::cache_file::FILES_FOLDER;

/// What a path under one of our file folders names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Address<'a> {
    /// A playlist, a digest list or a rendition.
    Stream {
        /// Whose stream.
        video: Uuid,
        /// Asked for under `private/`, the way PeerTube spells streams that are not for everybody.
        hidden: bool,
        /// Name within the video's folder.
        name: Name<'a>,
    },
    /// A file of a copy of another server's video.
    Mirror {
        /// Whose copy.
        video: Uuid,
        /// Name within the copy's folder.
        name: Name<'a>,
    },
    /// A rendition to keep, offered under the video's name.
    Download {
        /// Whose rendition.
        video: Uuid,
        /// Pixels; 0 for sound.
        height: u32,
    },
    /// Pictures and sound of a quality in one file.
    Film {
        /// Whose film.
        video: Uuid,
        /// Pixels; 0 for sound.
        height: u32,
    },
    /// An uploaded file, which is for those who may change its video.
    Original {
        /// Whose file.
        video: Uuid,
        /// What the address calls it.
        name: Name<'a>,
        /// Asked for to be kept.
        to_keep: bool,
    },
    /// A picture of a video.
    Picture {
        /// Which folder.
        album: Album,
        /// Name within the folder.
        name: Name<'a>,
    },
    /// A video's words.
    Caption {
        /// Whose words.
        video: Uuid,
        /// Name within the video's folder.
        name: Name<'a>,
    },
    /// A path of ours that names nothing.
    Nothing,
}

/// Folders of pictures.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Album {
    /// 280×157.
    Thumbnails,
    /// 850×480.
    Previews,
    /// Grids of small pictures.
    Storyboards,
    /// Pictures of accounts and channels.
    Avatars,
    /// Pictures above channels' pages.
    Banners,
}

/// A file name that is safe below any folder: 1–128 letters, digits, `-`, `_` and `.`, not beginning with a dot.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Name<'a>(Cow<'a, str>);

/// As it stands at the head of names.
const UUID_LENGTH: usize = 36;
/// Ours have at most 90 letters.
const NAME_LENGTH_MAX: usize = 128;

impl<'a> Name<'a> {
    fn parse(text: Cow<'a, str>, extensions: &[&str]) -> Option<Name<'a>> {
        let letters = text.bytes().all(|letter| letter.is_ascii_alphanumeric() || b"-_.".contains(&letter));
        let extension = text
            .rsplit_once('.')
            .is_some_and(|(stem, extension)| !stem.is_empty() && extensions.contains(&extension));
        let safe = letters && extension && !text.starts_with('.') && text.len() <= NAME_LENGTH_MAX;
        safe.then_some(Name(text))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name, as its text.
    #[must_use]
    pub fn into_text(self) -> Cow<'a, str> {
        self.0
    }
}

/// Whether the file room answers for this path at all, whatever it names.
#[must_use]
pub fn is_file_path(path: &str) -> bool {
    // Torrents are made when somebody asks for one, and copies of what is of other servers are fetched, which is a
    // handler's work.
    let made = ["torrents/", "remote/"];
    let lazy = path
        .strip_prefix("/lazy-static/")
        .is_some_and(|rest| !made.iter().any(|folder| rest.starts_with(folder)));
    path.starts_with("/static/") || lazy || DOWNLOADS.iter().any(|folder| path.starts_with(folder))
}

const DOWNLOADS: &[&str] = &["/download/streaming-playlists/", "/download/web-videos/"];

/// Reads a request's path, as sent. None means the path is not of the file room.
#[must_use]
pub fn parse_address(path: &str) -> Option<Address<'_>> {
    if !is_file_path(path) {
        return None;
    }
    if !path.contains('%') {
        return Some(locate(path).unwrap_or(Address::Nothing));
    }
    // Our own addresses hold nothing that needs an escape, but a client may escape what it likes.
    let decoded = percent_decode_str(path).decode_utf8().ok();
    Some(decoded.and_then(|path| locate(&path).map(Address::into_owned)).unwrap_or(Address::Nothing))
}

fn locate(path: &str) -> Option<Address<'_>> {
    if let Some(rest) = path.strip_prefix("/static/streaming-playlists/hls/") {
        let (hidden, rest) = rest.strip_prefix("private/").map_or((false, rest), |rest| (true, rest));
        let (video, name) = rest.split_once('/')?;
        return Some(Address::Stream { video: video.parse().ok()?, hidden, name: stream_name(name)? });
    }
    if let Some((video, name)) = path.strip_prefix(FILES_FOLDER).and_then(|rest| rest.split_once('/')) {
        return Some(Address::Mirror { video: video.parse().ok()?, name: stream_name(name)? });
    }
    if let Some(name) = path.strip_prefix("/download/streaming-playlists/hls/videos/") {
        let (video, height) = quality(name.strip_suffix("-fragmented.mp4")?)?;
        return Some(Address::Download { video, height });
    }
    for (folder, to_keep) in [("/static/web-videos/private/", false), ("/download/web-videos/", true)] {
        if let Some(name) = path.strip_prefix(folder) {
            let video = name.get(..UUID_LENGTH)?.parse().ok()?;
            return Some(Address::Original { video, name: original_name(name)?, to_keep });
        }
    }
    if let Some(name) = path.strip_prefix("/static/web-videos/") {
        let (video, height) = film(name)?;
        return Some(Address::Film { video, height });
    }
    if let Some(name) = path.strip_prefix("/lazy-static/video-captions/") {
        let video = name.get(..UUID_LENGTH)?.parse().ok()?;
        return Some(Address::Caption { video, name: Name::parse(name.into(), &["vtt"])? });
    }
    let (album, name) = path.strip_prefix("/lazy-static/")?.split_once('/')?;
    let album = match album {
        "thumbnails" => Album::Thumbnails,
        "previews" => Album::Previews,
        "storyboards" => Album::Storyboards,
        "avatars" => Album::Avatars,
        "banners" => Album::Banners,
        _ => return None,
    };
    Some(Address::Picture { album, name: Name::parse(name.into(), &["jpg", "jpeg", "png", "webp"])? })
}

/// Which film a name means, without its folder: `{uuid}-{height}.mp4`.
#[must_use]
pub fn film(name: &str) -> Option<(Uuid, u32)> {
    quality(name.strip_suffix(".mp4")?)
}

/// `{uuid}-{height}`
fn quality(stem: &str) -> Option<(Uuid, u32)> {
    let (video, height) = stem.rsplit_once('-')?;
    let digits = !height.is_empty() && height.bytes().all(|digit| digit.is_ascii_digit());
    let height = digits.then(|| height.parse().ok()).flatten()?;
    Some((video.parse().ok()?, height))
}

/// Whatever people may upload.
fn original_name(name: &str) -> Option<Name<'_>> {
    let extensions: Vec<&str> =
        VIDEO_EXTENSIONS.iter().filter_map(|extension| extension.strip_prefix('.')).collect();
    Name::parse(name.into(), &extensions)
}

/// Only finished files have these extensions, so one that is still being written is never served.
fn stream_name(name: &str) -> Option<Name<'_>> {
    Name::parse(name.into(), &["m3u8", "mp4", "json"])
}

impl Address<'_> {
    fn into_owned(self) -> Address<'static> {
        let own = |name: Name<'_>| Name(Cow::Owned(name.0.into_owned()));
        match self {
            Address::Stream { video, hidden, name } => Address::Stream { video, hidden, name: own(name) },
            Address::Mirror { video, name } => Address::Mirror { video, name: own(name) },
            Address::Download { video, height } => Address::Download { video, height },
            Address::Film { video, height } => Address::Film { video, height },
            Address::Original { video, name, to_keep } => {
                Address::Original { video, name: own(name), to_keep }
            }
            Address::Picture { album, name } => Address::Picture { album, name: own(name) },
            Address::Caption { video, name } => Address::Caption { video, name: own(name) },
            Address::Nothing => Address::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "ce07d2dc-d37f-4a15-8d02-89251c07337b";

    fn uuid() -> Uuid {
        UUID.parse().unwrap()
    }

    fn name(text: &str) -> Name<'_> {
        Name(text.into())
    }

    #[test]
    fn streams_have_two_spellings() {
        let master = "45a90993-4cdb-4099-b504-03908d354fa9-master.m3u8";
        for (hidden, folder) in [(false, "hls"), (true, "hls/private")] {
            let path = format!("/static/streaming-playlists/{folder}/{UUID}/{master}");
            let expected = Address::Stream { video: uuid(), hidden, name: name(master) };
            assert_eq!(parse_address(&path), Some(expected));
        }
    }

    #[test]
    fn copies_of_others_have_a_place_of_their_own() {
        let path = format!("/static/redundancy/hls/{UUID}/a-720-fragmented.mp4");
        let expected = Address::Mirror { video: uuid(), name: name("a-720-fragmented.mp4") };
        assert_eq!(parse_address(&path), Some(expected));
        for tail in ["", "/", "/../x/a.mp4", "/..%2fa.mp4", ".part/a.mp4", "/a.part", "/a/b.mp4"] {
            let path = format!("/static/redundancy/hls/{UUID}{tail}");
            assert_eq!(parse_address(&path), Some(Address::Nothing), "{tail}");
        }
    }

    #[test]
    fn an_escape_that_is_not_needed_changes_nothing() {
        let path = format!("/static/streaming-playlists/hls/{UUID}/a%2Dmaster.m3u8");
        let expected = Address::Stream { video: uuid(), hidden: false, name: name("a-master.m3u8") };
        assert_eq!(parse_address(&path), Some(expected));
    }

    #[test]
    fn downloads_name_video_and_height() {
        let path = format!("/download/streaming-playlists/hls/videos/{UUID}-720-fragmented.mp4");
        assert_eq!(parse_address(&path), Some(Address::Download { video: uuid(), height: 720 }));
        for tail in ["720.mp4", "-fragmented.mp4", "+7-fragmented.mp4", "99999999999-fragmented.mp4"] {
            let path = format!("/download/streaming-playlists/hls/videos/{UUID}-{tail}");
            assert_eq!(parse_address(&path), Some(Address::Nothing), "{tail}");
        }
    }

    #[test]
    fn an_uploaded_file_has_an_address_to_play_and_one_to_keep() {
        let original = format!("{UUID}-720.mov");
        for (folder, to_keep) in [("/static/web-videos/private", false), ("/download/web-videos", true)] {
            let expected = Address::Original { video: uuid(), name: name(&original), to_keep };
            assert_eq!(parse_address(&format!("{folder}/{original}")), Some(expected));
            for wrong in ["a.mp4", "720.mov", &format!("{UUID}-720.html"), &format!("{UUID}/../a.mp4")] {
                assert_eq!(parse_address(&format!("{folder}/{wrong}")), Some(Address::Nothing), "{wrong}");
            }
        }
    }

    #[test]
    fn films_name_video_and_height() {
        let path = format!("/static/web-videos/{UUID}-720.mp4");
        assert_eq!(parse_address(&path), Some(Address::Film { video: uuid(), height: 720 }));
        for tail in ["", "-.mp4", "-x.mp4", "-+7.mp4", "-720.mov", "-720.mp4/", "-99999999999.mp4", "-720"] {
            let path = format!("/static/web-videos/{UUID}{tail}");
            assert_eq!(parse_address(&path), Some(Address::Nothing), "{tail}");
        }
    }

    #[test]
    fn captions_lie_with_their_video() {
        let caption = format!("{UUID}-0011-fr.vtt");
        let expected = Address::Caption { video: uuid(), name: name(&caption) };
        assert_eq!(parse_address(&format!("/lazy-static/video-captions/{caption}")), Some(expected));
        for wrong in ["fr.vtt", &format!("{UUID}-fr.html"), &format!("{UUID}/../fr.vtt"), UUID] {
            let path = format!("/lazy-static/video-captions/{wrong}");
            assert_eq!(parse_address(&path), Some(Address::Nothing), "{wrong}");
        }
    }

    #[test]
    fn pictures_lie_in_albums() {
        for (folder, album) in [
            ("thumbnails", Album::Thumbnails),
            ("previews", Album::Previews),
            ("storyboards", Album::Storyboards),
            ("avatars", Album::Avatars),
            ("banners", Album::Banners),
        ] {
            let path = format!("/lazy-static/{folder}/a.jpg");
            assert_eq!(parse_address(&path), Some(Address::Picture { album, name: name("a.jpg") }));
        }
        assert_eq!(parse_address("/lazy-static/passwords/a.jpg"), Some(Address::Nothing));
    }

    #[test]
    fn other_paths_belong_to_other_rooms() {
        for path in [
            "/",
            "",
            "/static",
            "/api/v1/videos",
            "/staticx/a",
            "static/a",
            "/download/videos/generate/1",
            "/lazy-static/torrents/a",
            "/lazy-static/remote/videos/a/b.jpg",
        ] {
            assert_eq!(parse_address(path), None, "{path}");
        }
    }

    #[test]
    fn nothing_leaves_its_folder() {
        let long = format!("{}.m3u8", "a".repeat(NAME_LENGTH_MAX));
        for tail in [
            "../../../shoal.toml",
            "..%2f..%2fshoal.toml",
            "%2e%2e/x.m3u8",
            "%2e%2e%2fx.m3u8",
            "%252e%252e%252fx.m3u8",
            "..%c0%afx.m3u8",
            "..\\x.m3u8",
            "%5c..%5cx.m3u8",
            "a%00.m3u8",
            "a.m3u8%00.mp4",
            "a.m3u8%0a",
            ".m3u8",
            "..m3u8",
            ".hidden.m3u8",
            "/etc/passwd",
            "%2fetc%2fpasswd",
            "sub/a.m3u8",
            "sub%2Fa.m3u8",
            "a.m3u8/",
            "a.m3u8.part",
            "a.txt",
            "a",
            "",
            "%",
            "%zz.m3u8",
            "%ff.m3u8",
            "a b.m3u8",
            "\u{430}.m3u8",
            &long,
        ] {
            for folder in ["hls", "hls/private"] {
                let path = format!("/static/streaming-playlists/{folder}/{UUID}/{tail}");
                assert_eq!(parse_address(&path), Some(Address::Nothing), "{path}");
            }
        }
        for path in [
            "/static/../shoal.toml",
            "/static/web-videos/a.mp4",
            "/static/streaming-playlists/hls//a.m3u8",
            "/static/streaming-playlists/hls/../a.m3u8",
            "/static/streaming-playlists/hls/private/a.m3u8",
            "/static/streaming-playlists/hls/1/a.m3u8",
            "/lazy-static/thumbnails/../../shoal.toml",
            "/lazy-static/thumbnails/..%2f..%2fshoal.jpg",
            "/lazy-static/thumbnails",
        ] {
            assert_eq!(parse_address(path), Some(Address::Nothing), "{path}");
        }
    }

    #[test]
    fn whatever_is_written_a_name_stays_one_plain_name() {
        let pieces = [
            "..", "/", "\\", "%2e", "%2f", "%25", "\0", "a", ".m3u8", ".mp4", "-", "private", "%", "é", UUID,
        ];
        let mut seed = 11u64;
        let mut roll = |sides: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(seed >> 33).unwrap() % sides
        };
        let mut named = 0;
        for _ in 0..50_000 {
            let tail: String = (0..=roll(6)).map(|_| pieces[roll(pieces.len())]).collect();
            let path = format!("/static/streaming-playlists/hls/{UUID}/{tail}");
            if let Some(Address::Stream { name, .. }) = parse_address(&path) {
                let joined = std::path::Path::new("/data").join(name.as_str());
                assert_eq!(joined.components().count(), 3, "{path}");
                assert_eq!(joined.parent(), Some(std::path::Path::new("/data")), "{path}");
                named += 1;
            }
        }
        assert!(0 < named, "the pieces must make a good name now and then");
    }
}
