//! What the pages of a channel and of an account share: their tabs, and how their videos are sorted.

use yew::prelude::*;

use crate::components::{Glyph, Heading, Markdown, avatar, empty};
use crate::feed::Memory;
use crate::route::{Order, Route, Shelf};
use crate::text::words::Words;

/// Which page of a channel or an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tab {
    /// What was published.
    Videos,
    /// Its channels: an account's alone.
    Channels,
    /// Lists of videos.
    Playlists,
    /// What it says of itself.
    About,
}

/// What a channel's and an account's page take.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Name, with a host where it is not ours.
    pub handle: String,
    /// Which of its pages.
    pub tab: Tab,
    /// How its videos are sorted.
    pub order: Order,
    /// The page's entry in the history.
    pub entry: u32,
    /// Whether one came back to it.
    pub returned: bool,
    /// Lists left behind.
    pub memory: Memory,
}

impl Props {
    /// For the list of videos, which is another for each visit.
    pub fn feed_key(&self) -> String {
        format!("{} {}", self.entry, self.order.sort())
    }
}

/// The way to each page of an actor; `present` is the one that is shown.
pub fn tabs(name: &str, pages: &[(Tab, Route, &'static str)], present: Tab, words: &'static Words) -> Html {
    html! {
        <nav class="tabs" aria-label={words.pages_of.replacen("{}", name, 1)}>
            <ul>{ for pages.iter().map(|(tab, route, label)| html! {
                <li><a href={route.to_string()} aria-current={(*tab == present).then_some("page")}>{ *label }</a></li>
            }) }</ul>
        </nav>
    }
}

/// The ways to sort the videos of a page.
pub fn orders(page: &Route, present: Order, words: &'static Words) -> Html {
    let row = |order: Order| {
        let label = match order {
            Order::Newest => words.order_newest,
            Order::Oldest => words.order_oldest,
            Order::Viewed => words.order_viewed,
            Order::Liked => words.order_liked,
        };
        let address =
            if order == Order::Newest { page.to_string() } else { format!("{page}?sort={}", order.sort()) };
        html! { <li><a href={address} aria-current={(order == present).then_some("true")}>{ label }</a></li> }
    };
    html! {
        <nav class="orders" aria-label={words.sort_by}>
            <span aria-hidden="true">{ words.sort_by }</span>
            <ul>{ for Order::ALL.into_iter().map(row) }</ul>
        </nav>
    }
}

/// A text of the actor's own under a heading; nothing where there is none.
pub fn said(title: &'static str, text: Option<&String>) -> Html {
    match text.filter(|text| !text.trim().is_empty()) {
        Some(text) => {
            html! { <section class="about-said"><h2>{ title }</h2><Markdown text={text.clone()} /></section> }
        }
        None => Html::default(),
    }
}

/// The place of a head that is on its way.
pub fn skeleton(words: &'static Words) -> Html {
    html! {
        <div class="actor skeleton">
            <Heading title={words.loading} unseen=true waiting=true />
            <div class="actor-row" aria-hidden="true">
                { avatar("", &[], 96) }
                <div class="actor-words"><span class="bone" /><span class="bone bone-short" /></div>
            </div>
        </div>
    }
}

/// What stands there where nobody has that name.
pub fn missing(title: &'static str, text: &'static str, words: &'static Words) -> Html {
    let to_videos =
        html! { <a class="button" href={Route::Browse(Shelf::Recent).to_string()}>{ words.to_videos }</a> };
    html! {
        <div class="page">
            <Heading {title} unseen=true />
            { empty(Glyph::Waves, title, text, to_videos) }
        </div>
    }
}
