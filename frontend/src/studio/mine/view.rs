//! Draws the library, and looks again while the instance is at work.

use std::rc::Rc;

use gloo::timers::callback::Timeout;
use shared::api::{MyVideo, Stage, privacy, state};
use yew::prelude::*;

use super::state::{Act, End, Library};
use crate::api::{self, Client, Window};
use crate::browser::spawn::spawn;
use crate::components::{ASK_EVERY_MS, Dialog, Glyph, Heading, complaint, empty, failed, icon, stage_name};
use crate::locale::{Locale, use_locale};
use crate::people_route::PeoplePage;
use crate::route::Route;
use crate::session::{Viewer, use_session};
use crate::studio::gate::gate;
use crate::studio::site::say::Say;
use crate::studio::site::why_place;
use crate::text::durations;
use crate::text::problems::explain;
use crate::text::words::makers::MakerWords;

/// What the signed-in person published.
#[component]
pub fn Mine() -> Html {
    let words = use_locale().words();
    match use_session().viewer {
        Viewer::Person(_) => html! { <Shelves /> },
        Viewer::Arriving => {
            html! { <div class="page"><Heading title={words.my_videos} waiting=true /></div> }
        }
        Viewer::Stranger => html! {
            <div class="page">
                <Heading title={words.my_videos} unseen=true />
                { gate(words, words.gate_mine, &Route::Mine) }
            </div>
        },
    }
}

fn fetch(library: &UseReducerDispatcher<Library>, client: &Client, window: Window) {
    library.dispatch(Act::Asked);
    let (library, client) = (library.clone(), client.clone());
    spawn(async move {
        library.dispatch(match api::my_videos(&client, window).await {
            Ok(page) => Act::Came(window, page),
            Err(failure) => Act::Broke(failure),
        });
    });
}

#[component]
fn Shelves() -> Html {
    let locale = use_locale();
    let words = locale.words();
    let client = use_session().client;
    let library = use_reducer(Library::default);
    use_effect_with((), {
        let (dispatcher, client, window) = (library.dispatcher(), client.clone(), library.next());
        move |()| fetch(&dispatcher, &client, window)
    });
    use_effect_with((library.is_moving(), library.videos.clone(), library.is_busy), {
        let (dispatcher, client, window) = (library.dispatcher(), client.clone(), library.present());
        move |(moving, _, busy): &(bool, Vec<Rc<MyVideo>>, bool)| {
            let timer = (*moving && !*busy)
                .then(|| Timeout::new(ASK_EVERY_MS, move || fetch(&dispatcher, &client, window)));
            move || drop(timer)
        }
    });
    let again = {
        let (dispatcher, client, window) = (library.dispatcher(), client.clone(), library.present());
        Callback::from(move |()| fetch(&dispatcher, &client, window))
    };
    let more = {
        let (dispatcher, client, window) = (library.dispatcher(), client.clone(), library.next());
        Callback::from(move |_: MouseEvent| fetch(&dispatcher, &client, window))
    };
    let spare = {
        let dispatcher = library.dispatcher();
        Callback::from(move |()| dispatcher.dispatch(Act::Spare))
    };
    let on_doom = {
        let dispatcher = library.dispatcher();
        Callback::from(move |video| dispatcher.dispatch(Act::Doom(video)))
    };
    html! {
        <div class="page page-list">
            <div class="page-head">
                <Heading title={words.my_videos} />
                if let Some(total) = library.total {
                    <span class="page-count">{ locale.count(total, &words.videos) }</span>
                }
                <a class="button button-quiet" href={PeoplePage::Imports.to_string()}>{ MakerWords::of(locale.language()).imports }</a>
                <a class="button button-quiet" href={PeoplePage::Offers.to_string()}>{ MakerWords::of(locale.language()).offers }</a>
            </div>
            if library.total == Some(0) {
                { empty(Glyph::Film, words.mine_empty, words.mine_empty_text, Html::default()) }
            } else {
                <ul class="rows" aria-busy={library.total.is_none().to_string()}>
                    if library.total.is_none() && library.failure.is_none() {
                        { for (0..4).map(|at| html! { <li key={at} class="row skeleton" aria-hidden="true"><span class="row-picture" /><div class="row-words"><span class="bone" /><span class="bone bone-short" /></div></li> }) }
                    }
                    { for library.videos.iter().map(|video| html! {
                        <Row key={video.video.card.id.0.to_string()} video={video.clone()} on_doom={on_doom.clone()} />
                    }) }
                </ul>
            }
            if let Some(failure) = &library.failure {
                { failed(failure, &again, words) }
            } else if library.has_more() {
                <div class="feed-end">
                    <button type="button" class="button" disabled={library.is_busy} onclick={more}>{ words.show_more }</button>
                </div>
            }
            if let Some(doomed) = &library.doomed {
                <Delete video={doomed.clone()} end={library.end.clone()} dispatcher={Dispatch(library.dispatcher())} on_close={spare} />
            }
        </div>
    }
}

/// A dispatcher as a property: they are all the same.
#[derive(Clone)]
struct Dispatch(UseReducerDispatcher<Library>);

impl PartialEq for Dispatch {
    fn eq(&self, other: &Dispatch) -> bool {
        self.0 == other.0
    }
}

/// Where whoever keeps the instance sees which servers heard of a video.
const HEARD: Say = Say { en: "What others heard", fr: "Ce que d’autres ont reçu" };

/// What [`Row`] takes.
#[derive(Properties, PartialEq)]
struct RowProps {
    video: Rc<MyVideo>,
    on_doom: Callback<Rc<MyVideo>>,
}

/// One video of the library.
#[component]
fn Row(props: &RowProps) -> Html {
    let locale = use_locale();
    let words = locale.words();
    let card = &props.video.video.card;
    let onclick = {
        let (video, on_doom) = (props.video.clone(), props.on_doom.clone());
        Callback::from(move |_: MouseEvent| on_doom.emit(video.clone()))
    };
    let watch = Route::watch(&card.short_uuid).to_string();
    let keeps_the_site = use_session().person().is_some_and(|me| me.keeps_the_site());
    html! {
        <li class="row">
            <a class="row-picture" href={watch.clone()} tabindex="-1" aria-hidden="true">
                <img src={card.thumbnail_path.clone()} alt="" width="280" height="157" loading="lazy" decoding="async" />
                if 0 < card.duration {
                    <span class="badge">{ durations::clock(card.duration) }</span>
                }
            </a>
            <div class="row-words">
                <h2 class="row-title"><a href={watch}>{ &card.name }</a></h2>
                <p class="row-facts">
                    <span class={if card.privacy.id == privacy::PUBLIC { "chip" } else { "chip chip-shy" }}>
                        if card.privacy.id != privacy::PUBLIC { { icon(Glyph::Lock) } }
                        { words.privacy_name(card.privacy.id) }
                    </span>
                    <span>{ locale.count(card.views, &words.views) }</span>
                    <time datetime={card.created_at.to_string()}>{ locale.age(card.created_at) }</time>
                </p>
                { pipeline(&props.video, &locale) }
            </div>
            <div class="row-acts">
                <a class="button" href={Route::Edit(card.short_uuid.clone()).to_string()}
                    aria-label={words.edit_named.replacen("{}", &card.name, 1)}>
                    { icon(Glyph::Pencil) }{ words.edit }
                </a>
                <a class="button button-quiet" href={Route::Statistics(card.short_uuid.clone()).to_string()}
                    aria-label={words.statistics_named.replacen("{}", &card.name, 1)}>
                    { icon(Glyph::Chart) }{ words.statistics }
                </a>
                if keeps_the_site {
                    <a class="button button-quiet" href={why_place(&card.url)} aria-label={format!("{}: {}", HEARD.of(&locale), card.name)}>
                        { icon(Glyph::Waves) }{ HEARD.of(&locale) }
                    </a>
                }
                <button type="button" class="button button-quiet" {onclick} aria-label={words.delete_named.replacen("{}", &card.name, 1)}>
                    { icon(Glyph::Bin) }{ words.delete }
                </button>
            </div>
        </li>
    }
}

fn pipeline(video: &MyVideo, locale: &Locale) -> Html {
    let words = locale.words();
    match &video.processing {
        Some(processing) if processing.stage == Stage::Failed => html! {
            <p class="row-wrong">{ icon(Glyph::Alert) }{ processing.failure.clone().unwrap_or_else(|| words.processing_failed.to_owned()) }</p>
        },
        Some(processing) => html! {
            <div class="row-progress">
                <progress class="progress" max="100" value={processing.percent.to_string()} aria-label={stage_name(processing.stage, locale)} />
                <span>{ stage_name(processing.stage, locale) }{ " " }{ locale.percent(processing.percent) }</span>
            </div>
        },
        None if video.state.id == state::TRANSCODING_FAILED => html! {
            <p class="row-wrong">{ icon(Glyph::Alert) }{ words.processing_failed }</p>
        },
        None => Html::default(),
    }
}

/// What [`Delete`] takes.
#[derive(Properties, PartialEq)]
struct DeleteProps {
    video: Rc<MyVideo>,
    end: End,
    dispatcher: Dispatch,
    on_close: Callback<()>,
}

/// Asks before a video is deleted for ever.
#[component]
fn Delete(props: &DeleteProps) -> Html {
    let words = use_locale().words();
    let client = use_session().client;
    let card = &props.video.video.card;
    let spare = props.on_close.reform(|_: MouseEvent| ());
    let delete = {
        let (dispatcher, client, id, uuid) =
            (props.dispatcher.0.clone(), client, card.id, card.uuid.to_string());
        Callback::from(move |_: MouseEvent| {
            dispatcher.dispatch(Act::End);
            let (dispatcher, client, uuid) = (dispatcher.clone(), client.clone(), uuid.clone());
            spawn(async move {
                dispatcher.dispatch(match api::delete(&client, &uuid).await {
                    Ok(()) => Act::Gone(id),
                    // Deleted in another tab: it is gone all the same.
                    Err(failure) if failure.status() == Some(404) => Act::Gone(id),
                    Err(failure) => Act::EndRefused(failure),
                });
            });
        })
    };
    let sent = props.end == End::Sent;
    html! {
        <Dialog title={words.delete_title} on_close={props.on_close.clone()}>
            <p>{ words.delete_text.replacen("{}", &card.name, 1) }</p>
            if let End::Refused(failure) = &props.end {
                { complaint(explain(failure, words)) }
            }
            <div class="dialog-acts">
                <button type="button" class="button" onclick={spare}>{ words.keep }</button>
                <button type="button" class="button button-bad" disabled={sent} onclick={delete}>
                    { if sent { words.deleting } else { words.delete_for_ever } }
                </button>
            </div>
        </Dialog>
    }
}
