//! What people say, and what is left of it.

use serde_json::Value;
use shared::time::Timestamp;

use super::actor::cut;
use super::read::{Elsewhere, Flaw, Thing, is_same_host, is_url};

/// Letters of a comment that are read.
const CONTENT_LENGTH_MAX: usize = 10_000;

/// Something somebody said about a video or another comment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    /// Its address.
    pub id: String,
    /// To what it answers, by its address.
    pub in_reply_to: String,
    /// Whose it is.
    pub by: String,
    /// HTML, or markdown where `is_markdown`.
    pub content: String,
    /// Whether the content is markdown.
    pub is_markdown: bool,
    /// Where people look at it.
    pub page: String,
    /// Whom it names, by their addresses.
    pub mentions: Vec<String>,
    /// Whom it is for.
    pub audience: Vec<String>,
    /// That whose talk it is lets it be shown, by the address of that (FEP-5624).
    pub approval: Option<String>,
    /// Whether its server lists answers to it.
    pub is_answered: bool,
    /// When it was said.
    pub published: Timestamp,
    /// When it last changed.
    pub updated: Option<Timestamp>,
}

/// What is left of something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Grave {
    /// Its address.
    pub id: String,
}

impl Note {
    /// Reads one.
    ///
    /// # Errors
    /// [`Flaw`].
    pub fn read(document: &Value) -> Result<Note, Flaw> {
        let thing = Thing::of(document).ok_or(Flaw::missing("type"))?;
        // Lemmy and others speak in articles and pages, too; what they answer to makes them comments.
        if !["Note", "Article", "Page", "Question"].iter().any(|kind| thing.is(kind)) {
            return Err(Flaw { field: "type", why: "is not a comment's" });
        }
        let id = thing.text("id").filter(|id| is_url(id)).ok_or(Flaw::missing("id"))?;
        let by = thing.need_url("attributedTo")?;
        if !is_same_host(by, id) {
            return Err(Flaw { field: "attributedTo", why: "is not on the same server" });
        }
        // What its author typed is better than what their server made of it.
        let source = thing.things("source").find(|source| source.text("mediaType") == Some("text/markdown"));
        let (content, is_markdown) = match source.and_then(|source| source.text("content")) {
            Some(typed) => (typed, true),
            None => (thing.need_text("content")?, thing.text("mediaType") == Some("text/markdown")),
        };
        let mut audience = thing.audience("to");
        audience.extend(thing.audience("cc"));
        let mentions = thing.things("tag").filter(|tag| tag.is("Mention")).filter_map(|tag| tag.url("href"));
        Ok(Note {
            id: id.to_owned(),
            in_reply_to: thing.need_url("inReplyTo")?.to_owned(),
            by: by.to_owned(),
            content: cut(content, CONTENT_LENGTH_MAX),
            is_markdown,
            page: thing.url("url").filter(|url| is_same_host(url, id)).unwrap_or(id).to_owned(),
            mentions: mentions.map(str::to_owned).collect(),
            audience,
            approval: thing.url("replyApproval").map(str::to_owned),
            is_answered: is_answered(thing),
            published: thing.date("published").ok_or(Flaw::missing("published"))?,
            updated: thing.date("updated"),
        })
    }

    /// Refuses something said at an address that is ours, or that anybody could have written.
    ///
    /// # Errors
    /// [`Flaw`].
    pub fn check(&self, elsewhere: Elsewhere<'_>) -> Result<(), Flaw> {
        elsewhere.check("id", &self.id)?;
        elsewhere.check("attributedTo", &self.by)
    }

    /// Whether everybody may read it.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.audience.iter().any(|name| name == super::PUBLIC)
    }
}

/// Whether there is a list of answers that has some, as far as the document says. Of a list that is but an address nothing is
/// known, and what was just said has none.
fn is_answered(thing: Thing<'_>) -> bool {
    thing.things("replies").any(|list| {
        let has_items = |list: Thing<'_>| list.all("items").chain(list.all("orderedItems")).next().is_some();
        list.number("totalItems").is_some_and(|total| 0 < total)
            || has_items(list)
            || list.things("first").any(has_items)
    })
}

impl Grave {
    /// Reads what is left of something; none where the document is alive.
    #[must_use]
    pub fn read(document: &Value) -> Option<Grave> {
        let thing = Thing::of(document).filter(|thing| thing.is("Tombstone"))?;
        Some(Grave { id: thing.text("id").filter(|id| is_url(id))?.to_owned() })
    }
}
