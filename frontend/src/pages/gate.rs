//! What strangers see where one must be signed in.

use yew::prelude::*;

use crate::components::{Empty, Glyph};
use crate::locale::use_locale;
use crate::route::Route;

/// What [`Gate`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What one could do, signed in.
    pub title: AttrValue,
    /// The page to come back to.
    pub next: Route,
}

/// What strangers see where one must be signed in.
#[component]
pub fn Gate(props: &Props) -> Html {
    let words = use_locale().words();
    let login = Route::Login { next: Some(props.next.to_string()) };
    html! {
        <Empty glyph={Glyph::Lock} title={props.title.clone()} text={words.gate_text}>
            <a class="button button-main" href={login.to_string()}>{ words.log_in }</a>
        </Empty>
    }
}
