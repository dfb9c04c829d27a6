//! The words of the network besides those of the bundled contexts: which name means which address.
//!
//! Owns the names that a reading gives. What others call differently is read under these, since the address counts.

use super::context::PEERTUBE;

/// Names of PeerTube's own vocabulary, by the address before them.
const PEERTUBE_NAMES: &[&str] = &[
    "ApproveReply",
    "CacheFile",
    "Infohash",
    "Playlist",
    "PlaylistElement",
    "PlayerSettings",
    "RejectReply",
    "SensitiveTag",
    "aspectRatio",
    "automaticallyGenerated",
    "canReply",
    "commentsEnabled",
    "commentsPolicy",
    "downloadEnabled",
    "downloads",
    "endTimestamp",
    "fps",
    "latencyMode",
    "liveSaveReplay",
    "permanentLive",
    "playerSettings",
    "playlists",
    "position",
    "replyApproval",
    "size",
    "startTimestamp",
    "state",
    "stopTimestamp",
    "support",
    "theme",
    "tileDuration",
    "tileHeight",
    "tileWidth",
    "uuid",
    "videoChannelPosition",
    "views",
    "waitTranscoding",
    "watchSections",
];
/// schema.org's, which servers before PeerTube 6.1 wrote with `#`: the address's end, and the name where it is another.
const SCHEMA_NAMES: &[(&str, &str)] = &[
    ("DownloadAction", "DownloadAction"),
    ("InteractionCounter", "InteractionCounter"),
    ("PropertyValue", "PropertyValue"),
    ("WatchAction", "WatchAction"),
    ("actionStatus", "actionStatus"),
    ("addressCountry", "addressCountry"),
    ("addressRegion", "addressRegion"),
    ("category", "category"),
    ("datePublished", "originallyPublishedAt"),
    ("duration", "duration"),
    ("embedUrl", "embedUrl"),
    ("endOffset", "endOffset"),
    ("eventSchedule", "schedules"),
    ("expires", "expires"),
    ("hasPart", "hasPart"),
    ("hasParts", "hasParts"),
    ("identifier", "identifier"),
    ("inLanguage", "language"),
    ("interactionType", "interactionType"),
    ("isLiveBroadcast", "isLiveBroadcast"),
    ("license", "licence"),
    ("startDate", "startDate"),
    ("startOffset", "startOffset"),
    ("subtitleLanguage", "subtitleLanguage"),
    ("uploadDate", "uploadDate"),
    ("userInteractionCount", "userInteractionCount"),
    ("value", "value"),
];
/// ActivityStreams' that the context leaves out, and those of others.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("https://www.w3.org/ns/activitystreams#Hashtag", "Hashtag"),
    ("https://www.w3.org/ns/activitystreams#sensitive", "sensitive"),
    ("https://www.w3.org/ns/activitystreams#dislikes", "dislikes"),
    ("https://www.w3.org/ns/activitystreams#comments", "comments"),
    ("https://www.w3.org/ns/activitystreams#manuallyApprovesFollowers", "manuallyApprovesFollowers"),
    ("https://www.w3.org/ns/activitystreams#movedTo", "movedTo"),
    ("https://joinpeertube.org/ns#subtitleLanguage", "subtitleLanguage"),
    ("https://join-lemmy.org/ns#postingRestrictedToMods", "postingRestrictedToMods"),
    ("http://joinmastodon.org/ns#Emoji", "Emoji"),
];
const SCHEMA: &[&str] =
    &["http://schema.org/", "http://schema.org#", "https://schema.org/", "https://schema.org#"];

/// The name of an address beyond the bundled contexts. `None` when nothing here reads it.
pub(super) fn name_of(address: &str) -> Option<&'static str> {
    if let Some(name) = address.strip_prefix(PEERTUBE)
        && let Some(known) = PEERTUBE_NAMES.iter().find(|known| **known == name)
    {
        return Some(known);
    }
    if let Some(name) = SCHEMA.iter().find_map(|before| address.strip_prefix(before)) {
        return SCHEMA_NAMES.iter().find(|(known, _)| *known == name).map(|(_, name)| *name);
    }
    OTHER_NAMES.iter().find(|(known, _)| *known == address).map(|(_, name)| *name)
}

/// Whether letters of that kind are a number, or one of two truths, in schema.org's words.
pub(super) fn schema_kind(address: &str) -> Option<&str> {
    SCHEMA.iter().find_map(|before| address.strip_prefix(before))
}
