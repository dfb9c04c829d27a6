//! What keeps order: reports, blocks, mutes, watched words, and what moderators did.

use serde::{Deserialize, Serialize};
use shared::id::{
    AbuseId, AbuseMessageId, AccountId, BlockId, CommentId, Uuid, VideoId, WordListId, WordSubscriptionId,
};
use shared::time::Timestamp;

use crate::store::Record;

/// A report.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Abuse {
    /// Its number.
    pub id: AbuseId,
    /// Who reported it.
    pub reporter: AccountId,
    /// Whose it was when it was reported.
    pub flagged: AccountId,
    /// What is reported.
    pub subject: AbuseSubject,
    /// 2–3000 letters.
    pub reason: String,
    /// What the reporter picked from the closed list.
    pub predefined: Vec<AbuseReason>,
    /// What became of it.
    pub state: AbuseState,
    /// What moderators note for each other.
    pub moderation_comment: Option<String>,
    /// How much was said about it.
    pub messages: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Record for Abuse {}

/// What is reported.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AbuseSubject {
    /// The account itself.
    Account,
    /// A video.
    Video(ReportedVideo),
    /// A comment.
    Comment {
        /// Which.
        id: CommentId,
        /// The comment its thread begins with.
        thread: CommentId,
        /// What it is about.
        video: ReportedVideo,
    },
}

/// What moderators still know of a video when it is gone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReportedVideo {
    /// Its number.
    pub id: VideoId,
    /// Its name for ever.
    pub uuid: Uuid,
    /// What it was called.
    pub name: String,
    /// Not for all eyes.
    pub nsfw: bool,
    /// Second the reported part begins at.
    pub start: Option<u64>,
    /// Second the reported part ends at.
    pub end: Option<u64>,
    /// Which report of this video it is, from 1; 0 where a comment is reported.
    pub nth: u64,
}

/// The closed list of what may be wrong with something (PeerTube's `AbusePredefinedReasons`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AbuseReason {
    /// Violence, or a call for it.
    ViolentOrAbusive,
    /// Hatred of people for what they are.
    HatefulOrAbusive,
    /// Advertising, or something other than it says.
    SpamOrMisleading,
    /// Somebody's private life.
    Privacy,
    /// Somebody else's work.
    Rights,
    /// The instance's own rules.
    ServerRules,
    /// Its picture.
    Thumbnails,
    /// Its words.
    Captions,
}

/// What became of a report.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AbuseState {
    /// Nobody has judged it.
    Pending,
    /// There is nothing to do.
    Rejected,
    /// Something was done.
    Accepted,
}

/// What a reporter or a moderator says about a report.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AbuseMessage {
    /// Its number.
    pub id: AbuseMessageId,
    /// Who says so.
    pub author: AccountId,
    /// Whether it is said as a moderator.
    pub by_moderator: bool,
    /// 2–3000 letters.
    pub text: String,
    /// When it was said.
    pub created_at: Timestamp,
}

impl Record for AbuseMessage {}

/// How often an account reported and was reported, so that nobody counts them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Reports {
    /// By it.
    pub made: u64,
    /// Of it.
    pub received: u64,
    /// Of it, and found right.
    pub accepted: u64,
}

impl Record for Reports {}

/// A video is hidden from all but its owner and who keeps order. Part of the video's row.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Block {
    /// Its number.
    pub id: BlockId,
    /// Why; told to the owner.
    pub reason: Option<String>,
    /// Whether other instances are told that it is gone.
    pub unfederated: bool,
    /// Until a moderator has seen it, rather than because one has.
    pub automatic: bool,
    /// Since when.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Since when somebody is muted.
impl Record for Timestamp {}

/// A list of watched words. Its name is the tag of what holds one of them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WordList {
    /// Its number.
    pub id: WordListId,
    /// 1–100 letters.
    pub name: String,
    /// At most 500 of 1–100 letters.
    pub words: Vec<String>,
    /// The subscription that it comes from.
    #[serde(default)]
    pub subscription: Option<WordSubscriptionId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Record for WordList {}

/// The tags with which a comment waits for the video's owner.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HeldTags(pub Vec<String>);

impl Record for HeldTags {}

/// What a comment was marked with when it was made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CommentTag {
    /// Whose list it is; 0 for the instance's.
    pub by: AccountId,
    /// Its name.
    pub name: String,
}

/// What somebody did who keeps order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Audit {
    /// When.
    pub at: Timestamp,
    /// Who, by name: it stays when the login goes.
    pub user: String,
    /// To what kind of thing.
    pub domain: String,
    /// What.
    pub action: String,
    /// The address behind `/api/v1/`, which names the thing.
    pub path: String,
}

impl Record for Audit {}
