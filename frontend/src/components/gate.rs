//! What strangers see where one must be signed in.

use yew::prelude::*;

use super::empty::empty;
use super::icon::Glyph;
use crate::route::Route;
use crate::text::words::Words;

/// What strangers see where one must be signed in: what one could do, and the way in, which leads back to `next`.
pub fn gate(words: &'static Words, title: &'static str, next: &Route) -> Html {
    let login = Route::Login { next: Some(next.to_string()) };
    let act = html! { <a class="button button-main" href={login.to_string()}>{ words.log_in }</a> };
    empty(Glyph::Lock, title, words.gate_text, act)
}
