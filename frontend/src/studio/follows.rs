//! The channels one subscribed to: `/my-library/subscriptions`.

use shared::api::Channel;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::listing::{Row, bones, listing_end, use_rows};
use crate::api;
use crate::components::{Glyph, Heading, empty, gate};
use crate::follow::channel_row;
use crate::locale::use_locale;
use crate::route::Route;
use crate::session::{Viewer, use_session};

impl Row for Channel {
    fn number(&self) -> u64 {
        self.id.0
    }
}

/// The channels one subscribed to.
#[component]
pub fn Follows() -> Html {
    let words = use_locale().words();
    let viewer = use_session().viewer;
    let search = use_state_eq(String::new);
    if viewer == Viewer::Stranger {
        return html! {
            <div class="page">
                <Heading title={words.follows} unseen=true />
                { gate(words, words.gate_feed, &Route::Follows) }
            </div>
        };
    }
    html! {
        <div class="page page-list">
            <div class="page-head">
                <Heading title={words.follows} />
                <a class="button" href={Route::Subscriptions.to_string()}>{ words.feed }</a>
            </div>
            { search_field("follows-search", words.follows_search, search.setter()) }
            <Channels key={(*search).clone()} search={(*search).clone()} />
        </div>
    }
}

/// A field that tells what is to be looked for when it is left or Enter is pressed.
pub fn search_field(id: &'static str, label: &'static str, found: UseStateSetter<String>) -> Html {
    let onchange = Callback::from(move |event: Event| {
        found.set(event.target_unchecked_into::<HtmlInputElement>().value().trim().to_owned());
    });
    html! {
        <div class="field search-field">
            <label for={id}>{ label }</label>
            <input {id} type="search" autocomplete="off" maxlength="200" {onchange} />
        </div>
    }
}

/// What [`Channels`] takes.
#[derive(Properties, PartialEq)]
struct Props {
    search: String,
}

#[component]
fn Channels(props: &Props) -> Html {
    let locale = use_locale();
    let words = locale.words();
    let client = use_session().client;
    let search = props.search.clone();
    let rows = use_rows(move |window| {
        let (client, search) = (client.clone(), search.clone());
        async move { api::followed_channels(&client, &search, window).await }
    });
    let listing = &rows.listing;
    if listing.total == Some(0) {
        return if props.search.is_empty() {
            empty(Glyph::Waves, words.follows_empty, words.feed_empty_text, Html::default())
        } else {
            empty(Glyph::Waves, words.nothing_found, "", Html::default())
        };
    }
    html! {
        <>
            <ul class="channel-rows" aria-busy={listing.is_busy.to_string()}>
                if listing.total.is_none() && listing.failure.is_none() { { bones() } }
                { for listing.rows.iter().map(|channel| channel_row(channel, true, &locale)) }
            </ul>
            { listing_end(&rows, words) }
        </>
    }
}
