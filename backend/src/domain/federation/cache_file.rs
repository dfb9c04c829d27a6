//! Copies of videos of other servers as others read of them (`CacheFile`).
//!
//! The surprise is that what has its address is the video's: a server has one copy of a stream at most.

use serde::Serialize;
use shared::id::Uuid;
use shared::time::Timestamp;

use super::activity::Create;
use super::{Addresses, Audience, INSTANCE};
use crate::store::records::Mirror;

/// How the path begins at which a copy's document is.
pub const DOCUMENT_FOLDER: &str = "/redundancy/streaming-playlists/hls/";
/// How the path begins at which a copy's files are.
pub const FILES_FOLDER: &str = "/static/redundancy/hls/";

/// Which copy is spoken of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Copied<'c> {
    /// The video's name for ever.
    pub video: Uuid,
    /// The video's id.
    pub url: &'c str,
    /// Until when others may count on it.
    pub expires_at: Option<Timestamp>,
}

impl<'c> Copied<'c> {
    /// That of a row.
    #[must_use]
    pub fn of(mirror: &'c Mirror) -> Copied<'c> {
        Copied { video: mirror.uuid, url: &mirror.url, expires_at: mirror.expires_at }
    }
}

/// A copy.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct CacheFile {
    #[serde(flatten)]
    audience: Audience,
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    object: String,
    expires: Option<Timestamp>,
    url: Link,
}

/// Where its files are: PeerTube's readers put a slash and a name behind it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Link {
    #[serde(rename = "type")]
    kind: &'static str,
    media_type: &'static str,
    href: String,
}

impl CacheFile {
    /// The copy, for some.
    #[must_use]
    pub fn new(addresses: &Addresses<'_>, audience: Audience, copied: &Copied<'_>) -> CacheFile {
        let href = addresses.of_path(&format!("{FILES_FOLDER}{}", copied.video));
        CacheFile {
            audience,
            id: address(addresses, copied.video),
            kind: "CacheFile",
            object: copied.url.to_owned(),
            expires: copied.expires_at,
            url: Link { kind: "Link", media_type: "application/x-mpegURL", href },
        }
    }

    /// The copy as everybody reads it.
    #[must_use]
    pub fn open(addresses: &Addresses<'_>, copied: &Copied<'_>) -> CacheFile {
        CacheFile::new(addresses, Audience::everybody(addresses, INSTANCE), copied)
    }
}

/// Where the document of a copy is.
#[must_use]
pub fn address(addresses: &Addresses<'_>, video: Uuid) -> String {
    addresses.of_path(&format!("{DOCUMENT_FOLDER}{video}"))
}

/// A copy is offered no more. What was said when it was stands here whole, as PeerTube wants it.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Withdrawal {
    #[serde(flatten)]
    audience: Audience,
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
    actor: String,
    object: Create<CacheFile>,
}

impl Withdrawal {
    /// The end of a copy, for some.
    #[must_use]
    pub fn new(addresses: &Addresses<'_>, audience: Audience, copied: &Copied<'_>) -> Withdrawal {
        let address = address(addresses, copied.video);
        let actor = addresses.instance();
        let everybody = Audience::everybody(addresses, INSTANCE);
        let file = CacheFile::open(addresses, copied);
        Withdrawal {
            audience,
            kind: "Undo",
            id: format!("{address}/undo"),
            actor: actor.clone(),
            object: Create::new(everybody, &address, actor, file),
        }
    }
}
