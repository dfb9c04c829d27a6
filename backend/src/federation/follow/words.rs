//! The words. Not signed: whoever sends them does that.

use serde::Serialize;

use crate::domain::federation::{Document, context};

/// Somebody wants to follow somebody.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Follow<'w> {
    #[serde(rename = "type")]
    kind: &'static str,
    id: &'w str,
    actor: &'w str,
    object: &'w str,
}

impl<'w> Follow<'w> {
    /// The wish with this id, of `follower` to follow `followed`.
    #[must_use]
    pub fn new(id: &'w str, follower: &'w str, followed: &'w str) -> Follow<'w> {
        Follow { kind: "Follow", id, actor: follower, object: followed }
    }

    /// As it is sent.
    ///
    /// # Errors
    /// `serde_json::Error`, which no texts give.
    pub fn write(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&Document::new(context::PLAIN, self))
    }

    /// Said again by whoever answers it, or takes it back: the wish stands in it word for word, since many servers look for
    /// it by its id, and some by whose it is.
    ///
    /// # Errors
    /// `serde_json::Error`, which no texts give.
    pub fn told_back(&self, kind: &'static str, id: &str, by: &str) -> Result<String, serde_json::Error> {
        let says = ToldBack { kind, id, actor: by, object: self };
        serde_json::to_string(&Document::new(context::PLAIN, says))
    }
}

#[derive(Serialize)]
struct ToldBack<'w> {
    #[serde(rename = "type")]
    kind: &'static str,
    id: &'w str,
    actor: &'w str,
    object: &'w Follow<'w>,
}
