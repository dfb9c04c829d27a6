//! What other servers are told, and how far they have heard it.

use serde::{Deserialize, Serialize};
use shared::id::{AbuseId, CommentId, MirrorId, PlaylistId, PostId, Uuid, VideoId};
use shared::time::Timestamp;

use super::remote::Party;
use crate::store::Record;

/// Another server of the network, as far as we talk to it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Server {
    /// Its host, with its port where that is not the usual one, in lower case.
    pub host: String,
    /// How many deliveries wait for it.
    pub waiting: u64,
    /// Under which time it stands among the servers that are due; none while nothing waits.
    pub due: Option<Timestamp>,
    /// How often in a row it could not be reached.
    pub failures: u32,
    /// Since when it cannot; none while it can.
    pub failing_since: Option<Timestamp>,
    /// It is not asked before.
    pub not_before: Timestamp,
    /// When it last took something.
    pub heard_at: Option<Timestamp>,
    /// How many outcomes were noted of it.
    pub outcomes: u64,
    /// When we first had to do with it.
    pub created_at: Timestamp,
}

impl Record for Server {}

/// What is said. Numbers, which are put into words when they are sent: a server that was away for a day hears what is true
/// then, and nothing of what is gone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Said {
    /// `Create` of a video.
    VideoCreated(VideoId),
    /// `Update` of a video.
    VideoUpdated(VideoId),
    /// `Announce` of a video.
    VideoShared(VideoId),
    /// `Undo` of the `Announce` of a video.
    VideoUnshared(VideoId),
    /// `Delete` of a video.
    VideoDeleted(Uuid),
    /// `View` of another server's video.
    Viewed(VideoId),
    /// `View` that does not end yet: how many watch a video now. To its own server how many here; to those who hear of a video
    /// of ours how many in all.
    Watching(VideoId),
    /// `Create` of a `WatchAction`: somebody here watched another server's video.
    Watched(Box<Viewing>),
    /// `Like` of another server's video.
    Liked(VideoId),
    /// `Undo` of a `Like`.
    Unliked(VideoId),
    /// `Dislike` of another server's video.
    Disliked(VideoId),
    /// `Undo` of a `Dislike`.
    Undisliked(VideoId),
    /// `Flag` of something of another server.
    Flagged(AbuseId),
    /// `Create` of a comment.
    CommentCreated(CommentId),
    /// `Update` of a comment.
    CommentUpdated(CommentId),
    /// `ApproveReply`: another server's comment on a video of ours is seen.
    CommentApproved(CommentId),
    /// `RejectReply`: another server's comment on a video of ours, which waited, is not seen.
    CommentRejected {
        /// Which.
        comment: CommentId,
        /// About which video.
        video: Uuid,
        /// Its id.
        url: String,
        /// What it answers; none where that is the video.
        parent: Option<CommentId>,
    },
    /// `Delete` of another server's comment on a video of ours, by whose the video is.
    CommentRemoved {
        /// Which.
        comment: CommentId,
        /// About which video.
        video: Uuid,
        /// Its id.
        url: String,
    },
    /// `Delete` of a comment.
    CommentDeleted {
        /// Which.
        comment: CommentId,
        /// About which video.
        video: Uuid,
    },
    /// `Create` of a list of videos.
    PlaylistCreated(PlaylistId),
    /// `Update` of a list of videos.
    PlaylistUpdated(PlaylistId),
    /// `Delete` of a list of videos.
    PlaylistDeleted(Uuid),
    /// `Create` of a copy of another server's video.
    MirrorCreated(MirrorId),
    /// `Update` of a copy of another server's video: it stays longer.
    MirrorUpdated(MirrorId),
    /// `Undo` of the `Create` of a copy of another server's video.
    MirrorEnded {
        /// The video's name for ever.
        video: Uuid,
        /// The video's id.
        url: String,
        /// Whose it is: the account's id.
        owner: String,
        /// Until when others counted on it.
        expires_at: Option<Timestamp>,
    },
    /// `Update` of whoever says it.
    Changed,
    /// `Delete` of whoever says it, by the name in its address.
    Gone(String),
    /// Words as they are: somebody else's, passed on with their signature, or an answer to theirs.
    Words(String),
}

/// What somebody here watched of another server's video. Nothing in it says who they are.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Viewing {
    /// Which.
    pub video: VideoId,
    /// Its name for ever.
    pub name: Uuid,
    /// When they began, to the minute.
    pub from: Timestamp,
    /// When they left, to the minute.
    pub to: Timestamp,
    /// How long they watched.
    pub seconds: u64,
    /// From which second to which.
    pub sections: Vec<(u64, u64)>,
}

/// Something that other servers are told.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Post {
    /// Who says it.
    pub by: Party,
    /// What.
    pub said: Said,
    /// When.
    pub at: Timestamp,
    /// How many deliveries of it wait. It goes with the last.
    pub waiting: u64,
}

impl Record for Post {}

/// That a server has not heard something yet.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Delivery {
    /// What.
    pub post: PostId,
    /// The address it goes to.
    pub inbox: String,
    /// Of what it is the newest word, where the newest alone is wanted.
    pub about: Option<String>,
    /// How often the server answered that it could not take it.
    pub attempts: u32,
    /// When it was said.
    pub at: Timestamp,
}

impl Record for Delivery {}

/// What became of a try to deliver something.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Outcome {
    /// Who said it.
    pub by: Party,
    /// What.
    pub said: Said,
    /// The address it went to.
    pub inbox: String,
    /// When.
    pub at: Timestamp,
    /// What became of it.
    pub verdict: Verdict,
    /// When it is tried again; none where it is not.
    pub again_at: Option<Timestamp>,
}

impl Record for Outcome {}

/// What a server made of a delivery.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It took it.
    Taken,
    /// It does not want it: its HTTP status.
    Refused(u16),
    /// It could not take it now: its HTTP status.
    Busy(u16),
    /// It could not be reached, in the words of whoever tried.
    Unreachable(String),
    /// What it was to hear is gone.
    Moot,
    /// It was away for too long.
    TooLate,
}
