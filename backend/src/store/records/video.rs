//! Videos and what the pipeline made of them.

use std::fmt;

use serde::{Deserialize, Serialize};
use shared::id::{ChannelId, FileId, InfoHash, JobId, Uuid, VideoId};
use shared::meeting::Meeting;
use shared::time::Timestamp;

use super::order::Block;
use super::remote::{RemoteMirror, RemoteVideo};
use crate::store::Record;

/// What is known of a program's listening to a video.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hearing {
    /// It was not asked for.
    #[default]
    Never,
    /// It was asked for, by this job. A job that is there no more has ended.
    Asked(JobId),
    /// It heard nobody say anything in this file.
    Silent,
}

/// A video.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Video {
    /// Its number.
    pub id: VideoId,
    /// Its name for ever, and the name of its folder.
    pub uuid: Uuid,
    /// Where it is published.
    pub channel: ChannelId,
    /// 3–120 letters.
    pub name: String,
    /// Markdown.
    pub description: Option<String>,
    /// Markdown.
    pub support: Option<String>,
    /// 1–18.
    pub category: Option<u32>,
    /// 1–9.
    pub licence: Option<u32>,
    /// ISO 639 code.
    pub language: Option<String>,
    /// At most five.
    pub tags: Vec<String>,
    /// What the instance's watched words and its eye for links say of it, for who keeps order.
    #[serde(default)]
    pub automatic_tags: Vec<String>,
    /// Who may see it.
    pub privacy: Privacy,
    /// Not for all eyes.
    pub nsfw: bool,
    /// Why, in bits: 1 violence, 2 explicit sex.
    #[serde(default)]
    pub nsfw_flags: u32,
    /// Why, in its owner's words.
    #[serde(default)]
    pub nsfw_summary: Option<String>,
    /// What opens it, first set first, where its privacy is [`Privacy::Password`]; nothing otherwise.
    #[serde(default)]
    pub passwords: Vec<VideoPassword>,
    /// When it changes its privacy by itself.
    #[serde(default)]
    pub schedule: Option<Schedule>,
    /// Who may comment.
    pub comments_policy: CommentsPolicy,
    /// On which sites it may be shown in a frame.
    #[serde(default)]
    pub embed: Embed,
    /// How its player looks.
    #[serde(default)]
    pub player_theme: PlayerTheme,
    /// Whether viewers are offered the files.
    pub download_enabled: bool,
    /// Who may meet over it at most; none where that is left to channel and instance.
    #[serde(default)]
    pub sharing: Option<Meeting>,
    /// Published only when all renditions are there.
    pub wait_transcoding: bool,
    /// Whether its maker wanted what is said in it written down once it was here.
    #[serde(default)]
    pub transcribe: bool,
    /// What is known of a program's listening to it.
    #[serde(default)]
    pub hearing: Hearing,
    /// Where it is between upload and publication.
    pub state: VideoState,
    /// The uploaded file.
    pub source: Source,
    /// Whether the uploaded file stays for its owner, since all is made of it.
    #[serde(default)]
    pub source_kept: bool,
    /// What is to take the place of the source, once all is made of it.
    #[serde(default)]
    pub replacement: Option<Replacement>,
    /// How many of its renditions were ever taken away: what is made afterwards has other names.
    #[serde(default)]
    pub removals: u64,
    /// The film that was replaced last, as long as somebody may still watch it.
    #[serde(default)]
    pub former: Option<Box<Former>>,
    /// When its file was last replaced.
    #[serde(default)]
    pub replaced_at: Option<Timestamp>,
    /// Whether its pictures were taken from its file, so that they follow when that is replaced.
    #[serde(default)]
    pub pictures_made: bool,
    /// What the source turned out to be; none until it was probed.
    pub facts: Option<Facts>,
    /// File name of the 280×157 picture.
    pub thumbnail: Option<String>,
    /// File name of the 850×480 picture.
    pub preview: Option<String>,
    /// Small pictures for the scrub bar.
    pub storyboard: Option<Storyboard>,
    /// The adaptive stream; none until there is something to play.
    pub playlist: Option<Playlist>,
    /// Its words, one entry a language.
    #[serde(default)]
    pub captions: Vec<Caption>,
    /// Its parts, by when they begin.
    #[serde(default)]
    pub chapters: Vec<Chapter>,
    /// What is known of it where it is of another server; none where it is of this one.
    #[serde(default)]
    pub remote: Option<Box<RemoteVideo>>,
    /// Other servers' copies of it, where it is of this one.
    #[serde(default)]
    pub mirrors: Vec<RemoteMirror>,
    /// Hidden by a moderator; none where it is not.
    #[serde(default)]
    pub blocked: Option<Block>,
    /// Counted views.
    pub views: u64,
    /// Thumbs up.
    pub likes: u64,
    /// Thumbs down.
    pub dislikes: u64,
    /// When its row was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it became visible; when its row was made, until then.
    pub published_at: Timestamp,
    /// When it first appeared elsewhere.
    pub originally_published_at: Option<Timestamp>,
}

impl Record for Video {}

impl Video {
    /// The server it is of; none where that is this one.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        self.remote.as_ref().map(|remote| remote.host.as_str())
    }

    /// How the names of its files begin.
    #[must_use]
    pub fn stem(&self) -> Stem {
        self.source.stem(self.uuid)
    }

    /// How the names of renditions begin that are made of it now.
    #[must_use]
    pub fn rendition_stem(&self) -> Stem {
        Stem { removals: self.removals, ..self.stem() }
    }

    /// Gives back the room its lists have for more rows: one that is read from the store has room for four of each.
    pub fn shrink(&mut self) {
        self.tags.shrink_to_fit();
        self.automatic_tags.shrink_to_fit();
        self.passwords.shrink_to_fit();
        self.captions.shrink_to_fit();
        self.chapters.shrink_to_fit();
        self.mirrors.shrink_to_fit();
        if let Some(playlist) = &mut self.playlist {
            playlist.renditions.shrink_to_fit();
        }
    }
}

/// How the names of a video's files begin: with its UUID, and after that the take, where its file was replaced, and how
/// often a rendition was taken away. What was kept under old names never becomes something else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stem {
    video: Uuid,
    take: u64,
    removals: u64,
}

impl Stem {
    /// The beginning of the names of what is made of a video's file of this take.
    #[must_use]
    pub fn new(video: Uuid, take: u64) -> Stem {
        Stem { video, take, removals: 0 }
    }
}

impl fmt::Display for Stem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.take {
            0 => write!(f, "{}", self.video),
            take => write!(f, "{}-{take:016x}", self.video),
        }?;
        match self.removals {
            0 => Ok(()),
            removals => write!(f, "-e{removals}"),
        }
    }
}

/// A file that is to take the place of a video's.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Replacement {
    /// The file.
    pub source: Source,
    /// What it turned out to be.
    pub facts: Facts,
    /// When it arrived whole.
    pub since: Timestamp,
}

/// A film that another replaced.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Former {
    /// Its files, in the folder of the video's streams.
    pub names: Vec<String>,
    /// How long they stay.
    pub until: Timestamp,
}

/// Who may see a video.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Privacy {
    /// Everybody, in lists.
    Public,
    /// Everybody who has the address.
    Unlisted,
    /// Its owner.
    Private,
    /// Everybody signed in here.
    Internal,
    /// Everybody who knows one of its passwords.
    Password,
}

/// What opens a video. Kept as it was said, since its owner reads it again to hand it on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct VideoPassword {
    /// Its number among the video's, never given again.
    pub number: u64,
    /// 2–100 letters.
    pub text: String,
    /// When it was set.
    pub created_at: Timestamp,
}

/// A change that comes by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Schedule {
    /// When.
    pub at: Timestamp,
    /// For whom the video is meant from then on.
    pub privacy: Privacy,
}

/// On which sites a video may be shown in a frame.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Embed {
    /// On all.
    #[default]
    Everywhere,
    /// On these, and on the instance itself. Hosts with their ports, in lower case.
    On(Vec<String>),
    /// On none, the instance itself neither.
    Nowhere,
    /// As its own server decides, which is another: not on all.
    Theirs,
}

/// How a player looks: one of PeerTube 8's looks, or what somebody else says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlayerTheme {
    /// As the channel says; a channel that says nothing says what the instance does.
    #[default]
    ChannelDefault,
    /// As the instance says.
    InstanceDefault,
    /// The look of PeerTube 8.
    Galaxy,
    /// The look of PeerTube 7 and earlier.
    Lucide,
}

/// Who may comment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CommentsPolicy {
    /// Everybody.
    Enabled,
    /// Nobody.
    Disabled,
    /// Everybody, once the owner said yes.
    RequiresApproval,
}

/// Where a video is between upload and publication.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VideoState {
    /// Its renditions are being made.
    ToTranscode,
    /// Can be watched.
    Published,
    /// Nothing playable could be made of it.
    TranscodingFailed,
}

/// The uploaded file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Source {
    /// With the dot, lower case: `.mp4`.
    pub extension: String,
    /// Its name on the maker's disk.
    pub filename: String,
    /// How long it is.
    pub bytes: u64,
    /// The file's number as long as it is kept; none once it was removed, or is about to be.
    #[serde(default)]
    pub file: Option<FileId>,
    /// What tells it, and all that is made of it, from the file it replaced; 0 where it is the video's first.
    #[serde(default)]
    pub take: u64,
}

impl Source {
    /// How the names of what is made of it begin.
    #[must_use]
    pub fn stem(&self, video: Uuid) -> Stem {
        Stem::new(video, self.take)
    }
}

/// What a source turned out to be.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Facts {
    /// Length.
    pub duration_ms: u64,
    /// Pixels as shown, after rotation; 0 for sound alone.
    pub width: u32,
    /// Pixels as shown, after rotation; 0 for sound alone.
    pub height: u32,
    /// Frames a second, rounded; 0 for sound alone.
    pub fps: u32,
    /// Whether there is sound.
    pub has_audio: bool,
    /// Whether there are pictures.
    pub has_video: bool,
}

/// The adaptive stream. The names of master and digest file never change.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Playlist {
    /// Its number.
    pub id: u64,
    /// `{uuid}-master.m3u8`.
    pub master: String,
    /// `{uuid}-segments-sha256.json`.
    pub digests: String,
    /// In the order of the master: a rendition keeps its place for ever, new ones are appended.
    pub renditions: Vec<Rendition>,
}

impl Playlist {
    /// Whether its first renditions are still being written: they are watched from the beginning as far as they are.
    #[must_use]
    pub fn is_growing(&self) -> bool {
        self.renditions.iter().any(|rendition| rendition.bytes == 0)
    }

    /// The files that are whole, and so worth taking away.
    pub fn whole_files(&self) -> impl Iterator<Item = &Rendition> {
        self.renditions.iter().filter(|rendition| rendition.bytes != 0)
    }
}

/// One rendition: a media playlist and the fragmented file it cuts.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Rendition {
    /// The file's number.
    pub file: FileId,
    /// `{uuid}-{height}.m3u8`.
    pub playlist_name: String,
    /// `{uuid}-{height}-fragmented.mp4`.
    pub file_name: String,
    /// Pixels; 0 for sound.
    pub width: u32,
    /// Pixels; 0 for sound.
    pub height: u32,
    /// Frames a second, rounded; 0 for sound.
    pub fps: u32,
    /// Bytes of the file; 0 while it is still being written.
    pub bytes: u64,
    /// Bits a second, of the fattest segment.
    pub bandwidth: u64,
    /// Bits a second, of the whole.
    pub bandwidth_average: u64,
    /// RFC 6381, such as `avc1.64001f`.
    pub codecs: String,
    /// Channels of its sound; 0 without, or where it was not noted.
    #[serde(default)]
    pub channels: u32,
    /// Whether the file itself has sound.
    pub has_audio: bool,
    /// Whether the file has pictures.
    pub has_video: bool,
    /// What BitTorrent clients know it by; none until its pieces were hashed, and where it is not for everybody.
    #[serde(default)]
    pub torrent: Option<Torrent>,
}

/// What a file's torrent says. The digests of its pieces lie beside it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Torrent {
    /// What the file is called on somebody's disk.
    pub name: String,
    /// Bytes of every piece but the last.
    pub piece_bytes: u64,
    /// SHA-1 of name, length and pieces (BEP 3), which is what trackers and peers name the file by.
    #[serde(with = "as_text")]
    pub info_hash: InfoHash,
}

/// Values written the way people read them.
mod as_text {
    use std::borrow::Cow;
    use std::fmt::Display;
    use std::str::FromStr;

    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(value: &impl Display, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub(super) fn deserialize<'de, D, T>(deserializer: D) -> Result<T, D::Error>
    where
        D: Deserializer<'de>,
        T: FromStr<Err: Display>,
    {
        Cow::<str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl Rendition {
    /// The quality's name: the shorter side, so that an upright 1080 × 1920 is 1080p as everywhere; 0 for sound.
    #[must_use]
    pub fn resolution(&self) -> u32 {
        self.width.min(self.height)
    }
}

/// The words of a video in one language.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Caption {
    /// ISO 639 code.
    pub language: String,
    /// File name of the WebVTT, which is new each time the words are.
    pub file_name: String,
    /// Made by a machine.
    pub automatic: bool,
    /// How long the file is; 0 where that was not noted.
    #[serde(default)]
    pub bytes: u64,
    /// When it was made or replaced.
    pub updated_at: Timestamp,
}

/// A part of a video.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Chapter {
    /// Second it begins at.
    pub timecode: u64,
    /// 1–100 letters.
    pub title: String,
}

/// Small pictures in a grid.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Storyboard {
    /// File name.
    pub file_name: String,
    /// Pixels of the grid.
    pub total_width: u32,
    /// Pixels of the grid.
    pub total_height: u32,
    /// Pixels of one picture.
    pub sprite_width: u32,
    /// Pixels of one picture.
    pub sprite_height: u32,
    /// Seconds between two pictures.
    pub sprite_duration: u32,
}
