//! What stands where there is nothing to show: why, and what one can do.

use yew::prelude::*;

use super::icon::{Glyph, Icon};

/// What [`Empty`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// A drawing.
    pub glyph: Glyph,
    /// What is the matter.
    pub title: AttrValue,
    /// Why, in a sentence.
    #[prop_or_default]
    pub text: AttrValue,
    /// What one can do.
    #[prop_or_default]
    pub children: Html,
}

/// What stands where there is nothing to show.
#[component]
pub fn Empty(props: &Props) -> Html {
    html! {
        <div class="empty">
            <span class="empty-drawing"><Icon glyph={props.glyph} /></span>
            <p class="empty-title">{ &props.title }</p>
            if !props.text.is_empty() {
                <p class="empty-text">{ &props.text }</p>
            }
            <div class="empty-acts">{ props.children.clone() }</div>
        </div>
    }
}
