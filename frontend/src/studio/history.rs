//! What one watched: `/my-library/history/videos`.

use std::rc::Rc;

use shared::api::Video;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::follows::search_field;
use super::listing::{Act, Row, bones, listing_end, use_rows};
use crate::api::{self, Failure};
use crate::browser::spawn::spawn;
use crate::components::{Dialog, Glyph, Heading, complaint, empty, gate, handle, icon, picture, watched};
use crate::locale::{Locale, use_locale};
use crate::route::Route;
use crate::session::{Viewer, use_session};
use crate::text::durations;
use crate::text::problems::explain;

impl Row for Video {
    fn number(&self) -> u64 {
        self.card.id.0
    }
}

/// What one watched.
#[component]
pub fn History() -> Html {
    let words = use_locale().words();
    let session = use_session();
    let search = use_state_eq(String::new);
    match &session.viewer {
        Viewer::Stranger => html! {
            <div class="page">
                <Heading title={words.history} unseen=true />
                { gate(words, words.gate_history, &Route::History) }
            </div>
        },
        Viewer::Arriving => {
            html! { <div class="page"><Heading title={words.history} waiting=true /></div> }
        }
        Viewer::Person(me) => html! {
            <div class="page page-list">
                <div class="page-head"><Heading title={words.history} /></div>
                <div class="history-tools">
                    { search_field("history-search", words.history_search, search.setter()) }
                    <Keep is_kept={me.videos_history_enabled} />
                </div>
                <Videos key={(*search).clone()} search={(*search).clone()} />
            </div>
        },
    }
}

/// What [`Keep`] takes.
#[derive(Properties, PartialEq)]
struct KeepProps {
    is_kept: bool,
}

/// Whether a history is kept from now on.
#[component]
fn Keep(props: &KeepProps) -> Html {
    let words = use_locale().words();
    let client = use_session().client;
    let kept = use_state(|| props.is_kept);
    let failure = use_state(|| None::<Failure>);
    let onchange = {
        let (kept, failure) = (kept.setter(), failure.setter());
        Callback::from(move |event: Event| {
            let keep = event.target_unchecked_into::<HtmlInputElement>().checked();
            kept.set(keep);
            failure.set(None);
            let (client, kept, failure) = (client.clone(), kept.clone(), failure.clone());
            spawn(async move {
                if let Err(cause) = api::keep_history(&client, keep).await {
                    kept.set(!keep);
                    failure.set(Some(cause));
                }
            });
        })
    };
    html! {
        <div>
            <label class="option option-tall">
                <input id="history-keep" type="checkbox" checked={*kept} {onchange} />
                <span>{ words.history_keep }<small>{ words.history_keep_hint }</small></span>
            </label>
            if let Some(failure) = &*failure { { complaint(explain(failure, words)) } }
        </div>
    }
}

/// What [`Videos`] takes.
#[derive(Properties, PartialEq)]
struct Props {
    search: String,
}

#[component]
fn Videos(props: &Props) -> Html {
    let locale = use_locale();
    let words = locale.words();
    let client = use_session().client;
    let clearing = use_state(|| false);
    let failure = use_state(|| None::<Failure>);
    let rows = use_rows({
        let (client, search) = (client.clone(), props.search.clone());
        move |window| {
            let (client, search) = (client.clone(), search.clone());
            async move { api::history(&client, &search, window).await }
        }
    });
    let listing = &rows.listing;
    if listing.total == Some(0) {
        return if props.search.is_empty() {
            empty(Glyph::History, words.history_empty, words.history_empty_text, Html::default())
        } else {
            empty(Glyph::History, words.nothing_found, "", Html::default())
        };
    }
    let forget = {
        let (listing, failure, client) = (listing.dispatcher(), failure.setter(), client.clone());
        Callback::from(move |video: Rc<Video>| {
            let (listing, failure, client) = (listing.clone(), failure.clone(), client.clone());
            spawn(async move {
                match api::forget(&client, video.card.id).await {
                    Ok(()) => listing.dispatch(Act::Gone(video.number())),
                    Err(cause) => failure.set(Some(cause)),
                }
            });
        })
    };
    let clear = {
        let (listing, failure, clearing) = (listing.dispatcher(), failure.setter(), clearing.setter());
        Callback::from(move |_: MouseEvent| {
            clearing.set(false);
            let (listing, failure, client) = (listing.clone(), failure.clone(), client.clone());
            spawn(async move {
                match api::forget_all(&client).await {
                    Ok(()) => listing.dispatch(Act::Cleared),
                    Err(cause) => failure.set(Some(cause)),
                }
            });
        })
    };
    let ask = |open: bool| {
        let clearing = clearing.setter();
        Callback::from(move |()| clearing.set(open))
    };
    html! {
        <>
            if let Some(failure) = &*failure { { complaint(explain(failure, words)) } }
            <ul class="rows" aria-busy={listing.is_busy.to_string()}>
                if listing.total.is_none() && listing.failure.is_none() { { bones() } }
                { for listing.rows.iter().map(|video| row(video, &forget, &locale)) }
            </ul>
            { listing_end(&rows, words) }
            if listing.total.is_some() && props.search.is_empty() {
                <p class="history-clear">
                    <button type="button" class="button button-bad" onclick={ask(true).reform(|_: MouseEvent| ())}>{ icon(Glyph::Bin) }{ words.history_clear }</button>
                </p>
            }
            if *clearing {
                <Dialog title={words.history_clear_title} on_close={ask(false)}>
                    <p>{ words.history_clear_text }</p>
                    <div class="dialog-acts">
                        <button type="button" class="button" onclick={ask(false).reform(|_: MouseEvent| ())}>{ words.keep }</button>
                        <button type="button" class="button button-bad" onclick={clear}>{ words.history_clear_sure }</button>
                    </div>
                </Dialog>
            }
        </>
    }
}

/// One video of the history.
fn row(video: &Rc<Video>, forget: &Callback<Rc<Video>>, locale: &Locale) -> Html {
    let words = locale.words();
    let (card, channel) = (&video.card, &video.channel);
    let watch = Route::watch(&card.short_uuid).to_string();
    let channel_page = Route::Channel(handle(&channel.name, &channel.host, card.is_local)).to_string();
    let onclick = {
        let video = video.clone();
        forget.reform(move |_: MouseEvent| video.clone())
    };
    html! {
        <li key={card.id.0.to_string()} class="row">
            <a class="row-picture" href={watch.clone()} tabindex="-1" aria-hidden="true">
                { picture(card, false) }
                if 0 < card.duration { <span class="badge">{ durations::clock(card.duration) }</span> }
            </a>
            <div class="row-words">
                <h2 class="row-title"><a href={watch}>{ &card.name }</a></h2>
                <p class="row-facts">
                    <a href={channel_page}>{ &channel.display_name }</a>
                    <span>{ locale.count(card.views, &words.views) }</span>
                </p>
                { watched(card, words) }
            </div>
            <div class="row-acts">
                <button type="button" class="button button-quiet" aria-label={words.history_forget_named.replacen("{}", &card.name, 1)} {onclick}>
                    { icon(Glyph::Bin) }{ words.history_forget }
                </button>
            </div>
        </li>
    }
}
