//! The lists of videos: `/videos/browse`.

use yew::prelude::*;

use crate::components::{Glyph, Heading, empty, icon};
use crate::feed::{Feed, Memory, Source};
use crate::locale::use_locale;
use crate::route::{Route, Shelf};
use crate::session::{Viewer, use_session};

/// What [`Browse`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Which list.
    pub shelf: Shelf,
    /// The page's entry in the history.
    pub entry: u32,
    /// Whether one came back to it.
    pub returned: bool,
    /// Lists left behind.
    pub memory: Memory,
}

/// The feed of a list.
fn feed(shelf: Shelf) -> &'static str {
    match shelf {
        Shelf::Recent => "/feeds/videos.xml",
        Shelf::Trending => "/feeds/videos.xml?sort=-trending",
        Shelf::Local => "/feeds/videos.xml?isLocal=true",
    }
}

/// The lists of videos.
#[component]
pub fn Browse(props: &Props) -> Html {
    let words = use_locale().words();
    let is_in = use_session().viewer != Viewer::Stranger;
    let name = |shelf: Shelf| match shelf {
        Shelf::Recent => words.recent,
        Shelf::Trending => words.trending,
        Shelf::Local => words.local,
    };
    let tab = |shelf: Shelf| {
        html! {
            <li>
                <a href={Route::Browse(shelf).to_string()} aria-current={(shelf == props.shelf).then_some("page")}>
                    { name(shelf) }
                </a>
            </li>
        }
    };
    let empty = html! {
        { empty(Glyph::Waves, words.empty_title, words.empty_text, html! { <><a class="button button-main" href={Route::Upload.to_string()}>
                { icon(Glyph::Up) }{ words.publish_first }
            </a></> }) }
    };
    html! {
        <div class="page page-wide">
            <Heading title={name(props.shelf)} unseen=true />
            <nav class="tabs" aria-label={words.lists}>
                <ul>
                    { for [Shelf::Recent, Shelf::Trending, Shelf::Local].into_iter().map(tab) }
                    if is_in {
                        <li><a href={Route::Subscriptions.to_string()}>{ words.feed }</a></li>
                    }
                    // The first page is small: a plain link, in the one word all languages have for it.
                    <li class="tabs-end"><a href={feed(props.shelf)} type="application/rss+xml">{ "RSS" }</a></li>
                </ul>
            </nav>
            <Feed source={Source::Shelf(props.shelf)} entry={props.entry} returned={props.returned}
                memory={props.memory.clone()} {empty} />
        </div>
    }
}
