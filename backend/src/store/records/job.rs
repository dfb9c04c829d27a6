//! Durable work.

use serde::{Deserialize, Serialize};
use shared::id::{
    AccountId, BlocklistSubscriptionId, ChannelId, FollowId, JobId, PlaylistId, UserId, VideoId,
};
use shared::time::Timestamp;

use super::remote::Party;
use crate::store::Record;

/// A piece of work that survives a crash. Running it twice does what running it once does.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Job {
    /// Its number.
    pub id: JobId,
    /// What to do.
    pub kind: JobKind,
    /// Where it stands.
    pub state: JobState,
    /// How often it was begun.
    pub attempts: u32,
    /// When it was made.
    pub created_at: Timestamp,
    /// Why the last try failed, told to the video's owner; none before one has.
    #[serde(default)]
    pub trouble: Option<String>,
}

/// What to do.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum JobKind {
    /// Probe the source and make it playable: pictures, and the source's own rendition.
    Package(VideoId),
    /// Make the other renditions.
    Transcode(VideoId),
    /// Make all renditions of a file that replaces another, and show them in the place of what was.
    Replace(VideoId),
    /// Make the storyboard.
    Storyboard(VideoId),
    /// Make the torrents of a video's files agree with what it is called and whom it is for.
    Torrents(VideoId),
    /// Name a video's captions in its master.
    Captions(VideoId),
    /// Write down what is said in a video.
    Transcribe(VideoId),
    /// Remove the uploaded file, of which everything was made.
    RemoveSource(VideoId),
    /// Remove the film that another replaced, once whoever watched it has seen its end.
    RemoveFormer(VideoId),
    /// Remove a deleted video's files.
    RemoveFiles(shared::id::Uuid),
    /// What people say, follow and hear of, piece by piece.
    Talk(TalkJob),
    /// What other servers are asked for, because somebody is followed.
    Network(NetworkJob),
}

/// Work that asks other servers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NetworkJob {
    /// Let the instance follow another.
    FollowHost {
        /// Its host, with its port where that is not the usual one, in lower case.
        host: String,
        /// Because the settings say so, and nobody in particular.
        by_itself: bool,
    },
    /// Let the instance follow somebody elsewhere.
    FollowHandle {
        /// Their name in addresses.
        name: String,
        /// Their server.
        host: String,
    },
    /// Let an account follow a channel elsewhere.
    Subscribe {
        /// Which account.
        account: AccountId,
        /// The channel's name in addresses.
        name: String,
        /// Its server.
        host: String,
    },
    /// Let who here follows somebody elsewhere follow who they are now.
    MoveFollowers {
        /// Whom they follow.
        from: Party,
        /// Whom they shall.
        to: Party,
    },
    /// Read which lists of videos there are of whom somebody here follows from now on.
    FindPlaylists(Party),
    /// Read what a list of videos of another server holds.
    FillPlaylist(PlaylistId),
    /// Read what was published before by whom somebody here follows from now on.
    Backfill {
        /// Which following.
        follow: FollowId,
        /// The page of the list to read next; none for the list itself.
        page: Option<String>,
        /// Pages that were read.
        pages: u32,
        /// Videos that were asked for.
        found: u32,
    },
}

/// Why somebody elsewhere could not be followed, for administrators to read in their language.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FollowFault {
    /// Their server is not reached, or takes too long.
    Unreachable,
    /// It answers with this HTTP status.
    Answered(u16),
    /// There is nobody by that name.
    Nobody,
    /// What it answers is none of the network's words, or none that can be kept.
    Unreadable,
    /// It may not be asked: not of the open internet.
    Closed,
    /// This instance mutes it.
    Muted,
    /// As many are followed as may be.
    Full,
    /// This instance takes no part in the network.
    Off,
    /// Something here failed.
    Ours,
}

impl Record for FollowFault {}

/// Work on what people say, follow and hear of. It may touch thousands of rows, so each piece is a unit of work of its
/// own.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TalkJob {
    /// Remove somebody of another server who is gone there, with their channels and videos.
    RemoveActor(Party),
    /// Remove what was said and remembered of a deleted video.
    ForgetVideo(VideoId),
    /// Remove what a deleted account said, followed and watched.
    ForgetAccount(AccountId),
    /// Remove what a deleted login was told.
    ForgetUser(UserId),
    /// Remove the followers of a deleted channel, and its lists of videos.
    ForgetChannel(ChannelId),
    /// Remove what a deleted list of videos held.
    ForgetPlaylist {
        /// The list.
        playlist: PlaylistId,
        /// Whose it was.
        account: AccountId,
    },
    /// File what lists of videos hold under their new owner, which were given away by this account.
    FileElements(AccountId),
    /// Remove the mutes of a list that the instance is not subscribed to any more.
    ForgetBlocklist(BlocklistSubscriptionId),
    /// Tell a channel's followers of a new video.
    Announce {
        /// The video.
        video: VideoId,
        /// The last follower who was told.
        after: FollowId,
    },
    /// Give up our copies of the videos of a server that may not be copied any more.
    GiveUpCopies {
        /// The server.
        host: String,
        /// Since when. What was made later was allowed or asked for anew.
        at: Timestamp,
    },
    /// Remove all comments of an account.
    RemoveComments {
        /// Who wrote them.
        author: AccountId,
        /// Where.
        scope: Scope,
    },
}

/// Whose videos something is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Everybody's.
    Instance,
    /// Those of one account.
    VideosOf(AccountId),
    /// Those of one account and of the channels it edits.
    VideosManagedBy(AccountId),
}

/// Where a job stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum JobState {
    /// May be taken from this time on.
    Due(Timestamp),
    /// A worker has it. After a restart nobody does, so it is due again.
    Leased(Timestamp),
    /// It failed for good, for this reason.
    Dead(String),
}

impl Record for Job {}
