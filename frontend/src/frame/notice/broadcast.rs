//! What administrators say, as the page's head holds it.

use yew::prelude::*;

use crate::browser::{page, storage};

/// What somebody closed, so that it stays closed until it says something else.
pub const CLOSED_AS: &str = "shoal.broadcast";

/// What administrators say above every page.
#[derive(Clone, PartialEq)]
pub struct Broadcast {
    /// Markdown.
    pub message: String,
    level: String,
    /// Whether people may close it.
    pub is_dismissable: bool,
}

impl Broadcast {
    /// What is said and was not closed.
    pub fn present() -> Option<Broadcast> {
        let tag = page::meta("shoal-broadcast")?;
        let message = tag.get_attribute("content")?;
        let is_dismissable = tag.has_attribute("data-dismissable");
        if is_dismissable && storage::read_text(CLOSED_AS).as_ref() == Some(&message) {
            return None;
        }
        Some(Broadcast {
            message,
            level: tag.get_attribute("data-level").unwrap_or_default(),
            is_dismissable,
        })
    }

    /// How grave it looks.
    pub fn class(&self) -> Classes {
        classes!("broadcast", format!("broadcast-{}", self.level))
    }

    /// As it was written.
    pub fn plain(&self) -> Html {
        html! { <div class={self.class()}><div class="prose"><p>{ &self.message }</p></div></div> }
    }
}
