//! What people say of videos, as others read it.
//!
//! The text goes out as HTML, which everybody but PeerTube takes it for whatever it is said to be, and PeerTube shows HTML
//! too; the markdown it was made of stands beside it.

use serde::Serialize;
use shared::time::Timestamp;

use super::html::{Mentioned, html};
use super::{Addresses, Audience};

/// What is said of a comment.
#[derive(Clone, Copy, Debug)]
pub struct Said<'c> {
    /// Where it is.
    pub address: &'c str,
    /// Where what it answers is: a comment, or the video.
    pub in_reply_to: &'c str,
    /// Who wrote it, by name.
    pub author: &'c str,
    /// Markdown.
    pub text: &'c str,
    /// Who is told of it: those whom it answers, and whom it names.
    pub mentioned: &'c [Mentioned],
    /// When it was written.
    pub published: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// The id of the yes that whose the video is gave; none while nothing was said.
    pub approval: Option<&'c str>,
}

/// A comment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    /// For whom.
    #[serde(flatten)]
    pub audience: Audience,
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
    content: String,
    media_type: &'static str,
    source: Source,
    in_reply_to: String,
    updated: Timestamp,
    published: Timestamp,
    url: String,
    /// A text: PeerTube refuses anything else.
    attributed_to: String,
    reply_approval: Option<String>,
    tag: Vec<Mention>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Source {
    content: String,
    media_type: &'static str,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
struct Mention {
    #[serde(rename = "type")]
    kind: &'static str,
    href: String,
    name: String,
}

/// A comment.
#[must_use]
pub fn note(addresses: &Addresses<'_>, said: &Said<'_>) -> Note {
    let mut audience = Audience::everybody(addresses, said.author);
    audience.cc.extend(said.mentioned.iter().map(|who| who.address.clone()));
    let mention = |who: &Mentioned| Mention {
        kind: "Mention",
        href: who.address.clone(),
        name: format!("@{}", who.handle),
    };
    Note {
        audience,
        kind: "Note",
        id: said.address.to_owned(),
        content: html(said.text, addresses.host(), said.mentioned),
        media_type: "text/html",
        source: Source { content: said.text.to_owned(), media_type: "text/markdown" },
        in_reply_to: said.in_reply_to.to_owned(),
        updated: said.updated,
        published: said.published,
        url: said.address.to_owned(),
        attributed_to: addresses.account(said.author),
        reply_approval: said.approval.map(str::to_owned),
        tag: said.mentioned.iter().map(mention).collect(),
    }
}

/// The place of a comment that was deleted while others answer it. Whoever follows a thread upwards goes on from here.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EmptyPlace {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    former_type: &'static str,
    in_reply_to: String,
    published: Timestamp,
    updated: Timestamp,
    deleted: Timestamp,
    url: String,
}

impl EmptyPlace {
    /// The place of the comment at an address, which answered what is at another: when it was written and deleted.
    #[must_use]
    pub fn new(address: &str, in_reply_to: &str, published: Timestamp, deleted: Timestamp) -> EmptyPlace {
        EmptyPlace {
            id: address.to_owned(),
            kind: "Tombstone",
            former_type: "Note",
            in_reply_to: in_reply_to.to_owned(),
            published,
            updated: deleted,
            deleted,
            url: address.to_owned(),
        }
    }
}
