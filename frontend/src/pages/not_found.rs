//! No page of ours.

use yew::prelude::*;

use crate::components::{Glyph, Heading, empty};
use crate::locale::use_locale;
use crate::route::{Route, Shelf};

/// No page of ours.
#[component]
pub fn NotFound() -> Html {
    let words = use_locale().words();
    html! {
        <div class="page">
            <Heading title={words.not_found} unseen=true />
            { empty(Glyph::Waves, words.not_found, words.not_found_text, html! { <><a class="button button-main" href={Route::Browse(Shelf::Recent).to_string()}>{ words.to_videos }</a></> }) }
        </div>
    }
}
