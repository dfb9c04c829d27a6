//! What is kept of other servers' people, channels, videos and comments, and who follows whom across servers.
//!
//! Somebody elsewhere has a row in the same tables as somebody here; what only they have is in its `remote`. The surprise:
//! an instance's own actor, whoever's it is, is an account.

use serde::{Deserialize, Serialize};
use shared::id::{AccountId, ChannelId, CommentId, FollowId, MirrorId, PlaylistId, Uuid, VideoId};
use shared::time::Timestamp;

use crate::store::Record;

/// Who acts on the network.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Party {
    /// This instance. Another's is an account.
    Instance,
    /// An account, local or remote.
    Account(AccountId),
    /// A channel, local or remote.
    Channel(ChannelId),
}

impl Record for Party {}

/// What an actor of another server is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActorKind {
    /// Somebody.
    Person,
    /// A channel, or what others call a community.
    Group,
    /// An instance, or a program.
    Application,
    /// A program.
    Service,
    /// Many.
    Organization,
}

/// What is known of an actor of another server, beside what everybody has.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RemoteActor {
    /// Its id, by which the network knows it.
    pub url: String,
    /// Its server: host, with its port where that is not the usual one, in lower case.
    pub host: String,
    /// What it is.
    pub kind: ActorKind,
    /// Where people look at it; none where it does not say.
    pub page: Option<String>,
    /// Where it alone is told something.
    pub inbox: String,
    /// Where its whole server is told something; none where it does not say.
    pub shared_inbox: Option<String>,
    /// What it said.
    pub outbox: Option<String>,
    /// Who follows it.
    pub followers_url: Option<String>,
    /// Its lists of videos.
    pub playlists_url: Option<String>,
    /// Whether who follows it waits for an answer, as it says.
    #[serde(default)]
    pub approves_followers: bool,
    /// What it signs with: at most [`KEYS_MAX`].
    pub keys: Vec<RemoteKey>,
    /// Its picture there.
    pub avatar: Option<RemotePicture>,
    /// The picture above its page there.
    pub banner: Option<RemotePicture>,
    /// Other ids it says it has.
    #[serde(default)]
    pub also_known_as: Vec<String>,
    /// How many follow it, as its server says.
    #[serde(default)]
    pub followers: u64,
    /// How many it follows, as its server says.
    #[serde(default)]
    pub following: u64,
    /// When its document was read last.
    pub fetched_at: Timestamp,
}

/// Keys that are kept of one actor.
pub const KEYS_MAX: usize = 4;

impl RemoteActor {
    /// One of whom nothing is known but who it is. It is told things below its id, as PeerTube's are.
    #[must_use]
    pub fn new(url: String, host: &str, kind: ActorKind, fetched_at: Timestamp) -> RemoteActor {
        RemoteActor {
            inbox: format!("{url}/inbox"),
            url,
            host: host.to_owned(),
            kind,
            page: None,
            shared_inbox: None,
            outbox: None,
            followers_url: None,
            playlists_url: None,
            approves_followers: false,
            keys: Vec::new(),
            avatar: None,
            banner: None,
            also_known_as: Vec::new(),
            followers: 0,
            following: 0,
            fetched_at,
        }
    }

    /// Where its server is told what is for everybody.
    #[must_use]
    pub fn common_inbox(&self) -> &str {
        self.shared_inbox.as_deref().unwrap_or(&self.inbox)
    }
}

/// What an actor signs with.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RemoteKey {
    /// Its id.
    pub id: String,
    /// SPKI, as PEM.
    pub pem: String,
}

/// A picture on another server. It is fetched when somebody looks at it for the first time.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RemotePicture {
    /// Its address there.
    pub url: String,
    /// Its name here, for ever: another picture has another.
    pub name: Uuid,
    /// When it was first heard of.
    pub created_at: Timestamp,
}

/// What is known of a video of another server, beside what every video has.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RemoteVideo {
    /// Its id, by which the network knows it.
    pub url: String,
    /// Its server: host, with its port where that is not the usual one, in lower case.
    pub host: String,
    /// Where people watch it.
    pub page: String,
    /// Where it is watched in a frame; none where it does not say.
    pub embed: Option<String>,
    /// Its miniature and its large picture there, smaller first.
    pub pictures: Vec<RemotePicture>,
    /// Its small pictures for the scrub bar there.
    pub storyboard: Option<RemotePicture>,
    /// Its adaptive streams; PeerTube has one at most.
    pub streams: Vec<RemoteStream>,
    /// Its files that are watched as they are.
    pub files: Vec<RemoteFile>,
    /// Addresses of its trackers.
    pub trackers: Vec<String>,
    /// Its captions there, in the order of the video's own.
    pub captions: Vec<RemoteCaption>,
    /// Where its chapters are told; none where it has none.
    pub chapters_url: Option<String>,
    /// Who likes it.
    pub likes_url: Option<String>,
    /// Who does not.
    pub dislikes_url: Option<String>,
    /// Who shares it.
    pub shares_url: Option<String>,
    /// What is said about it.
    pub comments_url: Option<String>,
    /// Whether it is a live stream.
    pub is_live: bool,
    /// Other places it can be had from.
    #[serde(default)]
    pub mirrors: Vec<RemoteMirror>,
    /// What its document is known by, to ask whether it changed.
    #[serde(default)]
    pub etag: Option<String>,
    /// When its document was read last.
    pub fetched_at: Timestamp,
}

impl RemoteVideo {
    /// One of which nothing is known but where it is.
    #[must_use]
    pub fn new(url: String, host: &str, page: String, fetched_at: Timestamp) -> RemoteVideo {
        RemoteVideo {
            url,
            host: host.to_owned(),
            page,
            embed: None,
            pictures: Vec::new(),
            storyboard: None,
            streams: Vec::new(),
            files: Vec::new(),
            trackers: Vec::new(),
            captions: Vec::new(),
            chapters_url: None,
            likes_url: None,
            dislikes_url: None,
            shares_url: None,
            comments_url: None,
            is_live: false,
            mirrors: Vec::new(),
            etag: None,
            fetched_at,
        }
    }
}

/// An adaptive stream of another server.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RemoteStream {
    /// Its multivariant playlist.
    pub url: String,
    /// The digests of its segments; none where it has none.
    pub digests_url: Option<String>,
    /// Info hashes of its swarms, as its server says.
    pub info_hashes: Vec<String>,
    /// Its files.
    pub files: Vec<RemoteFile>,
}

/// A file of another server.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RemoteFile {
    /// Its address.
    pub url: String,
    /// `video/mp4` and the like.
    pub media_type: String,
    /// The shorter side in pixels; 0 for sound.
    pub resolution: u32,
    /// Pixels; 0 where it does not say.
    pub width: u32,
    /// Pixels; 0 where it does not say.
    pub height: u32,
    /// Frames a second; 0 where it does not say.
    pub fps: u32,
    /// Bytes.
    pub bytes: u64,
    /// Its torrent; none where it has none.
    pub torrent_url: Option<String>,
    /// Its magnet address; none where it has none.
    pub magnet: Option<String>,
    /// Where PeerTube tells more of it.
    pub metadata_url: Option<String>,
}

/// Words of a video of another server.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RemoteCaption {
    /// ISO 639 code.
    pub language: String,
    /// Where the WebVTT lies.
    pub url: String,
}

/// Another place a video can be had from (`CacheFile`).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RemoteMirror {
    /// Its id.
    pub url: String,
    /// Whose: the actor's id.
    pub by: String,
    /// Its number here; 0 where it was heard of before copies had any.
    #[serde(default)]
    pub number: MirrorId,
    /// Where its files lie, as its server says: PeerTube names the folder, others may name the multivariant playlist in it.
    pub playlist_url: String,
    /// How long; none for as long as nobody says otherwise.
    pub expires_at: Option<Timestamp>,
    /// When it was first heard of.
    #[serde(default)]
    pub created_at: Option<Timestamp>,
    /// When it was last heard of.
    #[serde(default)]
    pub updated_at: Option<Timestamp>,
}

impl RemoteMirror {
    /// The folder its files lie in, without a slash at its end.
    #[must_use]
    pub fn folder(&self) -> &str {
        let folder = match self.playlist_url.rsplit_once('/') {
            Some((folder, name)) if name.ends_with(".m3u8") => folder,
            Some(_) | None => &self.playlist_url,
        };
        folder.trim_end_matches('/')
    }

    /// Whether it is there no more.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|until| until <= now)
    }
}

/// What is known of a comment of another server, beside what every comment has.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RemoteComment {
    /// Its id.
    pub url: String,
    /// Where people read it.
    pub page: Option<String>,
    /// When its document was read last.
    pub fetched_at: Timestamp,
}

/// What is known of a list of videos of another server, beside what every list has.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RemotePlaylist {
    /// Its id, by which the network knows it.
    pub url: String,
    /// Its server: host, with its port where that is not the usual one, in lower case.
    pub host: String,
    /// Its picture there.
    pub picture: Option<RemotePicture>,
    /// Whether a job is to read what it holds that has not begun to.
    pub is_awaited: bool,
    /// When its document was read last.
    pub fetched_at: Timestamp,
}

/// Something of another server that has a row here, by its id.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RemoteObject {
    /// A video.
    Video(VideoId),
    /// A comment.
    Comment(CommentId),
    /// A list of videos.
    Playlist(PlaylistId),
}

impl Record for RemoteObject {}

/// Somebody follows somebody, one of them on another server.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Follow {
    /// Its number.
    pub id: FollowId,
    /// Who.
    pub follower: Party,
    /// Whom.
    pub followed: Party,
    /// What was answered.
    pub state: FollowState,
    /// The id of the `Follow`, whoever said it.
    pub url: String,
    /// Under which inbox a follower of another server is counted among who is told something; none while it is not.
    #[serde(default)]
    pub told_at: Option<String>,
    /// When it was asked.
    pub created_at: Timestamp,
    /// When it was answered; until then, when it was asked.
    pub updated_at: Timestamp,
}

impl Record for Follow {}

/// What was answered to who wants to follow.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FollowState {
    /// Nothing yet.
    Pending,
    /// They follow.
    Accepted,
    /// They may not.
    Rejected,
}

/// That somebody shares a video.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Share {
    /// The id of the `Announce`.
    pub url: String,
    /// When it was said.
    pub at: Timestamp,
}

impl Record for Share {}

/// An activity that came and was not done yet. What it says is believed to be from `signer`; what of it is to be believed
/// is decided when it is done.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Arrived {
    /// Its id; none where it has none.
    pub id: Option<String>,
    /// Its type, as it says.
    pub kind: String,
    /// The actor whose key signed the request.
    pub signer: String,
    /// Whose inbox it came to; none for that of all.
    pub inbox: Option<Party>,
    /// What it says, as it came.
    pub body: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it came.
    pub at: Timestamp,
}

impl Record for Arrived {}

/// What became of an activity that came, for who asks why something did not arrive.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Received {
    /// Its id; none where it has none.
    pub id: Option<String>,
    /// Its type, as it says.
    pub kind: String,
    /// The actor whose key signed the request.
    pub signer: String,
    /// What it is about, as far as it was understood: an id.
    pub about: Option<String>,
    /// What that belongs to: what a comment answers, which list a place is in.
    #[serde(default)]
    pub within: Option<String>,
    /// What became of it.
    pub fate: Fate,
    /// When it came.
    pub at: Timestamp,
}

impl Record for Received {}

/// What became of an activity that came.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It was done.
    Done,
    /// Nothing was to be done.
    Nothing,
    /// It was refused, and why.
    Refused(String),
    /// It could not be done, and why.
    Failed(String),
}
