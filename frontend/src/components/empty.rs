//! What stands where there is nothing to show: why, and what one can do.

use yew::prelude::*;

use super::icon::{Glyph, icon};

/// A drawing, what is the matter, why (may be empty), and what one can do.
pub fn empty(glyph: Glyph, title: &'static str, text: &'static str, acts: Html) -> Html {
    html! {
        <div class="empty">
            <span class="empty-drawing">{ icon(glyph) }</span>
            <p class="empty-title">{ title }</p>
            if !text.is_empty() {
                <p class="empty-text">{ text }</p>
            }
            <div class="empty-acts">{ acts }</div>
        </div>
    }
}
