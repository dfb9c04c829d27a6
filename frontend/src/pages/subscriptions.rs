//! New videos of what one subscribed to: `/videos/subscriptions`.

use yew::prelude::*;

use crate::components::{Glyph, Heading, empty, gate};
use crate::feed::{Feed, Memory, Source};
use crate::feeds::OwnFeed;
use crate::locale::use_locale;
use crate::route::{Route, Shelf};
use crate::session::{Viewer, use_session};

/// What [`Subscriptions`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The page's entry in the history.
    pub entry: u32,
    /// Whether one came back to it.
    pub returned: bool,
    /// Lists left behind.
    pub memory: Memory,
}

/// New videos of what one subscribed to.
#[component]
#[inline(never)]
pub fn Subscriptions(props: &Props) -> Html {
    let words = use_locale().words();
    if use_session().viewer == Viewer::Stranger {
        return html! {
            <div class="page">
                <Heading title={words.feed} unseen=true />
                { gate(words, words.gate_feed, &Route::Subscriptions) }
            </div>
        };
    }
    let to_videos =
        html! { <a class="button" href={Route::Browse(Shelf::Recent).to_string()}>{ words.to_videos }</a> };
    html! {
        <div class="page page-wide">
            <div class="page-head">
                <Heading title={words.feed} />
                <OwnFeed />
                <a class="button" href={Route::Follows.to_string()}>{ words.follows_manage }</a>
            </div>
            <Feed source={Source::Subscriptions} entry={props.entry} returned={props.returned}
                memory={props.memory.clone()}
                empty={empty(Glyph::Waves, words.feed_empty, words.feed_empty_text, to_videos)} />
        </div>
    }
}
