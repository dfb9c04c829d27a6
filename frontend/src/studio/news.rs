//! What one was told: `/my-account/notifications`.

use std::rc::Rc;

use shared::api::Notification;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::listing::{Act, Row, bones, listing_end, use_rows};
use crate::api;
use crate::browser::bus::{Word, hear};
use crate::components::{Glyph, Heading, empty, gate};
use crate::locale::use_locale;
use crate::news::{news_row, read};
use crate::route::Route;
use crate::session::{Viewer, use_session};

impl Row for Notification {
    fn number(&self) -> u64 {
        self.id.0
    }
}

/// What one was told.
#[component]
pub fn News() -> Html {
    let words = use_locale().words();
    let session = use_session();
    let only_unread = use_state_eq(|| false);
    if session.viewer == Viewer::Stranger {
        return html! {
            <div class="page">
                <Heading title={words.news} unseen=true />
                { gate(words, words.gate_news, &Route::News) }
            </div>
        };
    }
    let onchange = {
        let only_unread = only_unread.setter();
        Callback::from(move |event: Event| {
            only_unread.set(event.target_unchecked_into::<HtmlInputElement>().checked());
        })
    };
    let read_all = {
        let client = session.client.clone();
        Callback::from(move |_: MouseEvent| read(&client, None))
    };
    html! {
        <div class="page page-list">
            <div class="page-head">
                <Heading title={words.news} />
                <button type="button" class="button" onclick={read_all}>{ words.news_read_all }</button>
            </div>
            <label class="option"><input id="news-unread" type="checkbox" checked={*only_unread} {onchange} />{ words.news_only_unread }</label>
            <Told key={only_unread.to_string()} only_unread={*only_unread} />
        </div>
    }
}

/// What [`Told`] takes.
#[derive(Properties, PartialEq)]
struct Props {
    only_unread: bool,
}

#[component]
fn Told(props: &Props) -> Html {
    let locale = use_locale();
    let words = locale.words();
    let client = use_session().client;
    let only_unread = props.only_unread;
    let rows = use_rows({
        let client = client.clone();
        move |window| {
            let client = client.clone();
            async move { api::notifications(&client, only_unread, window).await }
        }
    });
    let listing = &rows.listing;
    use_effect_with((), {
        let listing = listing.dispatcher();
        move |()| {
            let news = hear(Word::News, move |text| {
                if let Ok(notification) = serde_json::from_str::<Notification>(&text) {
                    listing.dispatch(Act::Put(notification));
                }
            });
            move || drop(news)
        }
    });
    use_effect_with(listing.rows.clone(), {
        let listing = listing.dispatcher();
        move |rows: &Vec<Rc<Notification>>| {
            let rows = rows.clone();
            let was_read = hear(Word::Read, move |which| {
                let which = which.parse::<u64>().ok();
                for row in rows.iter().filter(|row| which.is_none_or(|which| which == row.number())) {
                    listing.dispatch(Act::Put(Notification { read: true, ..(**row).clone() }));
                }
            });
            move || drop(was_read)
        }
    });
    if listing.total == Some(0) {
        return empty(Glyph::Bell, words.news_none, words.news_none_text, Html::default());
    }
    let row = |notification: &Rc<Notification>| {
        let onclick = {
            let (client, id) = (client.clone(), notification.id);
            Callback::from(move |_: MouseEvent| read(&client, Some(id)))
        };
        let acts = if notification.read {
            Html::default()
        } else {
            html! { <button type="button" class="button button-quiet" {onclick}>{ words.news_read }</button> }
        };
        news_row(notification, &locale, &client, acts)
    };
    html! {
        <>
            <ul class="news-rows news-page" aria-busy={listing.is_busy.to_string()}>
                if listing.total.is_none() && listing.failure.is_none() { { bones() } }
                { for listing.rows.iter().map(row) }
            </ul>
            { listing_end(&rows, words) }
        </>
    }
}
