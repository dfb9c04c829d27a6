//! What the words of our documents mean (JSON-LD 1.1 §3.1).
//!
//! Owns every word that is neither ActivityStreams' own nor of its security vocabulary. The meanings are PeerTube's, since
//! documents that are signed as linked data are read by them, and a word without one makes such a signature worthless.
//! Two vocabularies alone are named by address: peers have them built in and fetch no third.

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

/// A document with what its words mean.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Document<T> {
    /// What its words mean.
    #[serde(rename = "@context")]
    pub context: Context,
    /// What it says.
    #[serde(flatten)]
    pub says: T,
}

impl<T> Document<T> {
    /// A document in these words.
    pub fn new(context: Context, says: T) -> Document<T> {
        Document { context, says }
    }
}

/// Words beyond the two vocabularies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Context(&'static [(&'static str, Meaning)]);

/// What a word means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Meaning {
    /// The same as this one.
    Is(&'static str),
    /// The same as the second, and its values are of the first kind.
    Typed(&'static str, &'static str),
}
use Meaning::{Is, Typed};

const PEERTUBE: (&str, Meaning) = ("pt", Is("https://joinpeertube.org/ns#"));
const SCHEMA: (&str, Meaning) = ("sc", Is("http://schema.org/"));
const UUID: (&str, Meaning) = ("uuid", Typed("sc:identifier", "pt:uuid"));
const SUPPORT: (&str, Meaning) = ("support", Typed("sc:Text", "pt:support"));

/// Collections and plain activities.
pub const PLAIN: Context = Context(&[]);

/// Actors.
pub const ACTOR: Context = Context(&[
    PEERTUBE,
    SCHEMA,
    ("playlists", Typed("@id", "pt:playlists")),
    SUPPORT,
    ("lemmy", Is("https://join-lemmy.org/ns#")),
    ("postingRestrictedToMods", Is("lemmy:postingRestrictedToMods")),
    ("icons", Is("as:icon")),
    ("manuallyApprovesFollowers", Is("as:manuallyApprovesFollowers")),
]);

/// Videos.
pub const VIDEO: Context = Context(&[
    PEERTUBE,
    SCHEMA,
    ("Hashtag", Is("as:Hashtag")),
    ("category", Is("sc:category")),
    ("licence", Is("sc:license")),
    ("subtitleLanguage", Is("sc:subtitleLanguage")),
    ("automaticallyGenerated", Is("pt:automaticallyGenerated")),
    ("sensitive", Is("as:sensitive")),
    ("language", Is("sc:inLanguage")),
    ("identifier", Is("sc:identifier")),
    ("isLiveBroadcast", Is("sc:isLiveBroadcast")),
    ("liveSaveReplay", Typed("sc:Boolean", "pt:liveSaveReplay")),
    ("permanentLive", Typed("sc:Boolean", "pt:permanentLive")),
    ("latencyMode", Typed("sc:Number", "pt:latencyMode")),
    ("Infohash", Is("pt:Infohash")),
    ("tileWidth", Typed("sc:Number", "pt:tileWidth")),
    ("tileHeight", Typed("sc:Number", "pt:tileHeight")),
    ("tileDuration", Typed("sc:Number", "pt:tileDuration")),
    ("aspectRatio", Typed("sc:Float", "pt:aspectRatio")),
    UUID,
    ("originallyPublishedAt", Is("sc:datePublished")),
    ("uploadDate", Is("sc:uploadDate")),
    ("hasParts", Is("sc:hasParts")),
    ("views", Typed("sc:Number", "pt:views")),
    ("state", Typed("sc:Number", "pt:state")),
    ("size", Typed("sc:Number", "pt:size")),
    ("fps", Typed("sc:Number", "pt:fps")),
    ("commentsEnabled", Typed("sc:Boolean", "pt:commentsEnabled")),
    ("canReply", Is("pt:canReply")),
    ("commentsPolicy", Typed("sc:Number", "pt:commentsPolicy")),
    ("downloadEnabled", Typed("sc:Boolean", "pt:downloadEnabled")),
    ("waitTranscoding", Typed("sc:Boolean", "pt:waitTranscoding")),
    SUPPORT,
    ("likes", Typed("@id", "as:likes")),
    ("dislikes", Typed("@id", "as:dislikes")),
    ("shares", Typed("@id", "as:shares")),
    ("comments", Typed("@id", "as:comments")),
    ("PropertyValue", Is("sc:PropertyValue")),
    ("value", Is("sc:value")),
    ("embedUrl", Is("sc:embedUrl")),
]);

/// What is said about videos.
pub const COMMENT: Context = Context(&[PEERTUBE, SCHEMA, ("replyApproval", Is("pt:replyApproval"))]);

/// A yes to what was said about a video.
pub const APPROVAL: Context = Context(&[PEERTUBE, SCHEMA, ("ApproveReply", Is("pt:ApproveReply"))]);

/// A no.
pub const REJECTION: Context = Context(&[PEERTUBE, SCHEMA, ("RejectReply", Is("pt:RejectReply"))]);
/// Copies of videos.
pub const CACHE_FILE: Context = Context(&[
    PEERTUBE,
    SCHEMA,
    ("expires", Is("sc:expires")),
    ("CacheFile", Is("pt:CacheFile")),
    ("size", Typed("sc:Number", "pt:size")),
    ("fps", Typed("sc:Number", "pt:fps")),
]);

/// Lists of videos.
pub const PLAYLIST: Context = Context(&[
    PEERTUBE,
    SCHEMA,
    ("Playlist", Is("pt:Playlist")),
    ("PlaylistElement", Is("pt:PlaylistElement")),
    ("position", Typed("sc:Number", "pt:position")),
    ("startTimestamp", Typed("sc:Number", "pt:startTimestamp")),
    ("stopTimestamp", Typed("sc:Number", "pt:stopTimestamp")),
    UUID,
]);

/// The parts of a video.
pub const CHAPTERS: Context = Context(&[
    PEERTUBE,
    SCHEMA,
    ("hasPart", Is("sc:hasPart")),
    ("endOffset", Is("sc:endOffset")),
    ("startOffset", Is("sc:startOffset")),
]);

/// Views.
pub const VIEW: Context = Context(&[
    PEERTUBE,
    SCHEMA,
    ("WatchAction", Is("sc:WatchAction")),
    ("InteractionCounter", Is("sc:InteractionCounter")),
    ("interactionType", Is("sc:interactionType")),
    ("userInteractionCount", Is("sc:userInteractionCount")),
]);

/// What somebody watched.
pub const WATCH: Context = Context(&[
    PEERTUBE,
    SCHEMA,
    ("WatchAction", Is("sc:WatchAction")),
    ("startTimestamp", Typed("sc:Number", "pt:startTimestamp")),
    ("endTimestamp", Typed("sc:Number", "pt:endTimestamp")),
    UUID,
    ("actionStatus", Is("sc:actionStatus")),
    ("watchSections", Typed("@id", "pt:watchSections")),
    ("addressRegion", Is("sc:addressRegion")),
    ("addressCountry", Is("sc:addressCountry")),
]);

/// How PeerTube signs documents, which others only learn from here.
const SIGNATURE: &[(&str, Meaning)] =
    &[("RsaSignature2017", Is("https://w3id.org/security#RsaSignature2017"))];

impl Serialize for Context {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut parts = serializer.serialize_seq(None)?;
        parts.serialize_element("https://www.w3.org/ns/activitystreams")?;
        parts.serialize_element("https://w3id.org/security/v1")?;
        parts.serialize_element(&Words(SIGNATURE))?;
        if !self.0.is_empty() {
            parts.serialize_element(&Words(self.0))?;
        }
        parts.end()
    }
}

struct Words(&'static [(&'static str, Meaning)]);

impl Serialize for Words {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut words = serializer.serialize_map(Some(self.0.len()))?;
        for (word, meaning) in self.0 {
            words.serialize_entry(word, meaning)?;
        }
        words.end()
    }
}

impl Serialize for Meaning {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Is(other) => serializer.serialize_str(other),
            Typed(kind, other) => {
                let mut both = serializer.serialize_map(Some(2))?;
                both.serialize_entry("@type", kind)?;
                both.serialize_entry("@id", other)?;
                both.end()
            }
        }
    }
}
