//! What else there is to watch, each with the reason why it stands there, and whether it begins by itself.

use serde::Serialize;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::upcoming::Next;
use crate::api::{self, Reason, Recommended, Window};
use crate::browser::fetch::Body;
use crate::browser::spawn::spawn;
use crate::browser::storage;
use crate::components::{Loading, failed, handle, picture, use_loaded};
use crate::locale::{Locale, use_locale};
use crate::route::Route;
use crate::session::use_session;
use crate::text::durations;
use crate::text::words::shelves::ShelfWords;

/// How many videos stand there.
const ROWS: usize = 12;
/// Where a visitor's choice is kept.
const GOES_ON: &str = "shoal.autoplay-next";

/// Whether the next video begins by itself, and how to change that.
#[derive(Clone, PartialEq)]
pub struct GoesOn {
    /// It does.
    pub is_on: bool,
    set: Callback<bool>,
}

/// The choice of who is signed in, or else of this browser.
#[hook]
pub fn use_goes_on() -> GoesOn {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Wish {
        auto_play_next_video: bool,
    }
    let session = use_session();
    let kept = use_state(|| storage::read::<bool>(GOES_ON).unwrap_or(false));
    // What was pressed counts before the instance has answered.
    let pressed = use_state(|| None::<bool>);
    let is_on = match session.person() {
        Some(me) => (*pressed).unwrap_or(me.auto_play_next_video),
        None => *kept,
    };
    let set = {
        let (kept, pressed) = (kept.setter(), pressed.setter());
        Callback::from(move |on: bool| {
            if session.person().is_none() {
                storage::write(GOES_ON, &on);
                kept.set(on);
                return;
            }
            pressed.set(Some(on));
            let (session, pressed) = (session.clone(), pressed.clone());
            spawn(async move {
                let wish = serde_json::to_string(&Wish { auto_play_next_video: on }).unwrap_or_default();
                let body = Body::Text("application/json", wish);
                match session.client.send("PUT", "/api/v1/users/me", &body).await {
                    Ok(_) => session.renew(),
                    // As it was: the box says so.
                    Err(_) => pressed.set(Some(!on)),
                }
            });
        })
    };
    GoesOn { is_on, set }
}

/// What [`Beside`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// UUID of the video one watches.
    pub video: shared::id::Uuid,
    /// Whether the next begins by itself.
    pub goes_on: GoesOn,
    /// Told which is the next.
    pub on_next: Callback<Option<Next>>,
}

/// What else there is to watch.
#[component]
#[inline(never)]
pub fn Beside(props: &Props) -> Html {
    let locale = use_locale();
    let (all, words) = (locale.words(), ShelfWords::of(locale.language()));
    let client = use_session().client;
    let loaded = use_loaded(props.video, move |video| {
        let video = video.to_string();
        async move { api::recommendations(&client, &video, Window { start: 0, count: ROWS }).await }
    });
    let first = match &loaded.state {
        Loading::Here(page) => page.data.first().map(|row| Next {
            name: row.video.card.name.clone(),
            route: Route::watch(&row.video.card.short_uuid),
        }),
        Loading::Waiting | Loading::Failed(_) => None,
    };
    use_effect_with(first, {
        let on_next = props.on_next.clone();
        move |first: &Option<Next>| on_next.emit(first.clone())
    });
    let rows = match &loaded.state {
        Loading::Waiting => return html! { <aside class="beside" /> },
        Loading::Failed(failure) => {
            return html! { <aside class="beside">{ failed(failure, &loaded.again, all) }</aside> };
        }
        Loading::Here(page) => &page.data,
    };
    let onchange = {
        let set = props.goes_on.set.clone();
        Callback::from(move |event: Event| {
            set.emit(event.target_unchecked_into::<HtmlInputElement>().checked())
        })
    };
    html! {
        <aside class="beside" aria-labelledby="beside-title">
            if !rows.is_empty() {
                <h2 id="beside-title">{ all.beside }</h2>
                <label class="option" for="goes-on"><input id="goes-on" type="checkbox" checked={props.goes_on.is_on} {onchange} />{ words.autoplay }</label>
                <ul>{ for rows.iter().map(|row| html! { <li key={row.video.card.id.0.to_string()}>{ mini(row, &locale) }</li> }) }</ul>
            }
        </aside>
    }
}

/// Why a video stands there, in a sentence.
fn because(reason: &Reason, locale: &Locale) -> String {
    let (all, words) = (locale.words(), ShelfWords::of(locale.language()));
    match reason {
        Reason::Tags { tags } => words.because_tags.replacen("{}", &tags.join(", "), 1),
        Reason::Channel => words.because_channel.to_owned(),
        Reason::Category { category } => {
            words.because_category.replacen("{}", all.category(category.id).unwrap_or(&category.label), 1)
        }
        Reason::Language { language } => {
            words.because_language.replacen("{}", &locale.language_name(&language.id, &language.label), 1)
        }
        Reason::New => words.because_new.to_owned(),
    }
}

/// A small card.
fn mini(row: &Recommended, locale: &Locale) -> Html {
    let words = locale.words();
    let (card, channel) = (&row.video.card, &row.video.channel);
    html! {
        <article class="mini">
            <div class="card-picture">
                { picture(card, false) }
                if 0 < card.duration { <span class="badge">{ durations::clock(card.duration) }</span> }
            </div>
            <div class="mini-words">
                <h3 class="mini-title"><a class="card-link" href={Route::watch(&card.short_uuid).to_string()}>{ &card.name }</a></h3>
                <p class="card-channel"><a href={Route::Channel(handle(&channel.name, &channel.host, card.is_local)).to_string()}>{ &channel.display_name }</a></p>
                <p class="card-facts"><span>{ locale.count(card.views, &words.views) }</span><span>{ locale.age(card.published_at) }</span></p>
                <p class="mini-reason">{ because(&row.reason, locale) }</p>
            </div>
        </article>
    }
}
