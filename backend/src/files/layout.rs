//! Where every file lies. Owns all paths, as pure functions of names of ours; a user's file name never becomes part
//! of a path.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use shared::id::Uuid;

/// How the name of a folder ends that is not whole yet.
const PART: &str = ".part";

/// The instance's folder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Layout {
    data: PathBuf,
}

impl Layout {
    /// The layout under one data folder.
    #[must_use]
    pub fn new(data: &Path) -> Layout {
        Layout { data: data.to_owned() }
    }

    /// The folder of everything.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Folders that must exist before the server answers.
    #[must_use]
    pub fn folders(&self) -> Vec<PathBuf> {
        [
            "uploads",
            "sources",
            "hls",
            "thumbnails",
            "previews",
            "storyboards",
            "captions",
            "torrents",
            "avatars",
            "banners",
            "remote",
            "redundancy",
            "tmp",
        ]
        .iter()
        .map(|name| self.data.join(name))
        .collect()
    }

    /// Settings.
    #[must_use]
    pub fn config(&self) -> PathBuf {
        self.data.join("shoal.toml")
    }

    /// Where commands reach a running instance.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.data.join("shoal.sock")
    }

    /// The certificate that the instance shows other peers, and its key.
    #[must_use]
    pub fn seed_certificate(&self) -> PathBuf {
        self.data.join("seed.pem")
    }

    /// Folders of what a backup of the store does not hold.
    #[must_use]
    pub fn media_folders(&self) -> Vec<PathBuf> {
        ["sources", "hls", "thumbnails", "previews", "storyboards", "captions", "avatars", "banners"]
            .iter()
            .map(|name| self.data.join(name))
            .collect()
    }

    /// The store's folder.
    #[must_use]
    pub fn store(&self) -> PathBuf {
        self.data.join("store")
    }

    /// The folder of the search index, which can be made anew from the store.
    #[must_use]
    pub fn search(&self) -> PathBuf {
        self.data.join("search")
    }

    /// The folder of the index of what is said in videos, which can be made anew from their captions.
    #[must_use]
    pub fn hearing(&self) -> PathBuf {
        self.data.join("hearing")
    }

    /// The folder of what has not arrived whole.
    #[must_use]
    pub fn uploads(&self) -> PathBuf {
        self.data.join("uploads")
    }

    /// Bytes of an upload that have arrived.
    #[must_use]
    pub fn upload(&self, upload: &[u8; 16]) -> PathBuf {
        self.uploads().join(format!("{:032x}.part", u128::from_be_bytes(*upload)))
    }

    /// The thumbnail that waits for its upload.
    #[must_use]
    pub fn upload_thumbnail(&self, upload: &[u8; 16]) -> PathBuf {
        self.uploads().join(format!("{:032x}.thumbnail.jpg", u128::from_be_bytes(*upload)))
    }

    /// The preview that waits for its upload.
    #[must_use]
    pub fn upload_preview(&self, upload: &[u8; 16]) -> PathBuf {
        self.uploads().join(format!("{:032x}.preview.jpg", u128::from_be_bytes(*upload)))
    }

    /// The upload a file of [`Layout::uploads`] belongs to, by its name.
    #[must_use]
    pub fn upload_of(name: &str) -> Option<[u8; 16]> {
        let digits = name.get(..32).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
        let kind = name.get(32..)?;
        let ours = [".part", ".thumbnail.jpg", ".preview.jpg"].contains(&kind);
        u128::from_str_radix(digits, 16).ok().filter(|_| ours).map(u128::to_be_bytes)
    }

    /// An uploaded file, kept until its renditions are made; `stem` is its video's UUID, and where that had a file
    /// before, what tells them apart. `extension` comes from our own closed list.
    #[must_use]
    pub fn source(&self, stem: impl Display, extension: &str) -> PathBuf {
        self.sources().join(format!("{stem}{extension}"))
    }

    /// A video's streams.
    #[must_use]
    pub fn hls(&self, video: Uuid) -> PathBuf {
        self.data.join("hls").join(video.to_string())
    }

    /// The folder of uploaded files.
    #[must_use]
    pub fn sources(&self) -> PathBuf {
        self.data.join("sources")
    }

    /// One file of a video's streams, by a name that [`master_name`] and its like gave.
    #[must_use]
    pub fn stream(&self, video: Uuid, name: &str) -> PathBuf {
        self.hls(video).join(name)
    }

    /// A 280×157 picture.
    #[must_use]
    pub fn thumbnail(&self, name: &str) -> PathBuf {
        self.data.join("thumbnails").join(name)
    }

    /// An 850×480 picture.
    #[must_use]
    pub fn preview(&self, name: &str) -> PathBuf {
        self.data.join("previews").join(name)
    }

    /// The picture of an account or a channel in one size.
    #[must_use]
    pub fn avatar(&self, name: &str) -> PathBuf {
        self.data.join("avatars").join(name)
    }

    /// The picture above a channel's page in one size.
    #[must_use]
    pub fn banner(&self, name: &str) -> PathBuf {
        self.data.join("banners").join(name)
    }

    /// A grid of small pictures.
    #[must_use]
    pub fn storyboard(&self, name: &str) -> PathBuf {
        self.data.join("storyboards").join(name)
    }

    /// The folder of a video's captions.
    #[must_use]
    pub fn captions(&self, video: Uuid) -> PathBuf {
        self.data.join("captions").join(video.to_string())
    }

    /// The digests that go into a torrent.
    #[must_use]
    pub fn torrent(&self, name: &str) -> PathBuf {
        self.data.join("torrents").join(name)
    }

    /// The folder of copies of pictures and words of other servers, which can be fetched again.
    #[must_use]
    pub fn copies(&self) -> PathBuf {
        self.data.join("remote")
    }

    /// A copy of a picture or of words of another server.
    #[must_use]
    pub fn copy(&self, name: &str) -> PathBuf {
        self.copies().join(name)
    }

    /// The folder of whole copies of videos of other servers, and of those that are being made.
    #[must_use]
    pub fn mirrors(&self) -> PathBuf {
        self.data.join("redundancy")
    }

    /// A whole copy of a video of another server.
    #[must_use]
    pub fn mirror(&self, video: Uuid) -> PathBuf {
        self.mirrors().join(video.to_string())
    }

    /// One that is being made.
    #[must_use]
    pub fn mirror_part(&self, video: Uuid) -> PathBuf {
        self.mirrors().join(format!("{video}{PART}"))
    }

    /// Whose copy a folder of [`Layout::mirrors`] is, by its name, and whether it is whole.
    #[must_use]
    pub fn mirror_of(name: &str) -> Option<(Uuid, bool)> {
        let (video, is_whole) = name.strip_suffix(PART).map_or((name, true), |video| (video, false));
        video.parse().ok().map(|video| (video, is_whole))
    }

    /// Scratch, emptied at every start.
    #[must_use]
    pub fn tmp(&self) -> PathBuf {
        self.data.join("tmp")
    }
}

/// The playlist of playlists of a video; `stem` here and below is as in [`Layout::source`]. Swarms are named
/// after it, so that it changes when a rendition is taken away, and only then.
#[must_use]
pub fn master_name(stem: impl Display) -> String {
    format!("{stem}-master.m3u8")
}

/// The digests of a video's segments.
#[must_use]
pub fn digests_name(stem: impl Display) -> String {
    format!("{stem}-segments-sha256.json")
}

/// The media playlist of a rendition; 0 is sound alone.
#[must_use]
pub fn playlist_name(stem: impl Display, resolution: u32) -> String {
    format!("{stem}-{resolution}.m3u8")
}

/// The file of a rendition; 0 is sound alone.
#[must_use]
pub fn rendition_name(stem: impl Display, resolution: u32) -> String {
    format!("{stem}-{resolution}-fragmented.mp4")
}

/// The torrent of a rendition, in addresses alone.
#[must_use]
pub fn torrent_name(video: Uuid, resolution: u32) -> String {
    format!("{video}-{resolution}-hls.torrent")
}

/// The SHA-1 digests of a rendition's pieces, of which its torrent is made.
#[must_use]
pub fn pieces_name(stem: impl Display, resolution: u32) -> String {
    format!("{stem}-{resolution}-hls.sha1")
}

/// An uploaded file in addresses; `extension` comes from our own closed list.
#[must_use]
pub fn original_name(stem: impl Display, resolution: u32, extension: &str) -> String {
    format!("{stem}-{resolution}{extension}")
}

/// A caption's file. Whoever knows the name may read it, as in PeerTube, so it cannot be guessed; `language` comes from
/// our own closed list.
#[must_use]
pub fn caption_name(video: Uuid, salt: [u8; 16], language: &str) -> String {
    format!("{video}-{:032x}-{language}.vtt", u128::from_be_bytes(salt))
}

/// The media playlist that leads native players to a caption, by its file's name.
#[must_use]
pub fn caption_playlist_name(caption: &str) -> String {
    format!("{}.m3u8", caption.strip_suffix(".vtt").unwrap_or(caption))
}
