//! What is in a list: its order, and which part of each video is played.
//!
//! The surprise: a row that moves is moved at once, and moved back when the instance refuses.

use std::rc::Rc;

use shared::api::{PlaylistElement, VideoPlaylist};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::list::{keeps, name_of, privacy_name};
use super::order::{asked, moved};
use super::sort::{now_at, use_sorting};
use crate::api::{self, Client, Failure};
use crate::browser::spawn::spawn;
use crate::components::{Glyph, Heading, Loading, complaint, empty, failed, gate, icon, picture, use_loaded};
use crate::library_route::Library;
use crate::locale::{Locale, use_locale};
use crate::playlist::play;
use crate::route::Route;
use crate::session::{Viewer, use_session};
use crate::text::durations::{clock, parse_moment};
use crate::text::problems::explain;
use crate::text::words::shelves::ListWords;

/// What [`Videos`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Number, UUID or short UUID of the list.
    pub list: String,
}

/// A list and what is in it.
#[derive(Clone, PartialEq)]
struct Held {
    list: VideoPlaylist,
    elements: Vec<PlaylistElement>,
}

async fn gather(client: &Client, list: &str) -> Result<Held, Failure> {
    let (playlist, elements) =
        futures_util::future::join(api::playlist(client, list), api::elements(client, list)).await;
    Ok(Held { list: playlist?, elements: elements? })
}

/// What is in a list.
#[component]
pub fn Videos(props: &Props) -> Html {
    let locale = use_locale();
    let words = ListWords::of(locale.language());
    let all = locale.words();
    let session = use_session();
    let client = session.client.clone();
    let loaded = use_loaded(props.list.clone(), move |list: &String| {
        let list = list.clone();
        async move { gather(&client, &list).await }
    });
    let page = |title: AttrValue, body: Html| {
        html! { <div class="page page-list"><div class="page-head"><Heading {title} /></div>{ body }</div> }
    };
    match (&session.viewer, &loaded.state) {
        (Viewer::Stranger, _) => {
            let route = Route::Library(Library::Videos(props.list.clone()));
            page(all.playlists.into(), gate(all, words.gate, &route))
        }
        (Viewer::Arriving, _) | (_, Loading::Waiting) => {
            html! { <div class="page page-list"><Heading title={all.loading} waiting=true unseen=true /></div> }
        }
        (Viewer::Person(_), Loading::Failed(failure)) => {
            page(all.playlists.into(), failed(failure, &loaded.again, all))
        }
        (Viewer::Person(me), Loading::Here(held)) if !keeps(me, &held.list) => {
            page(all.playlists.into(), empty(Glyph::Lock, words.not_yours, "", Html::default()))
        }
        (Viewer::Person(_), Loading::Here(held)) => html! {
            <div class="page page-list">
                <div class="page-head">
                    <Heading title={name_of(&held.list, &locale)} />
                    <div class="row-acts">
                        <a class="button button-main" href={play(&held.list, true)}>{ icon(Glyph::Play) }{ words.play }</a>
                        if held.list.kind.id == 1 {
                            <a class="button" href={Route::Library(Library::Edit(held.list.short_uuid.clone())).to_string()}>{ icon(Glyph::Pencil) }{ all.edit }</a>
                        }
                    </div>
                </div>
                <p class="row-facts">
                    <span>{ privacy_name(held.list.privacy.id, words) }</span>
                    if let Some(channel) = &held.list.video_channel { <span>{ &channel.display_name }</span> }
                </p>
                <Rows held={held.clone()} put={loaded.put.clone()} again={loaded.again.clone()} />
            </div>
        },
    }
}

/// What [`Rows`] takes.
#[derive(Properties, PartialEq)]
struct RowsProps {
    held: Rc<Held>,
    put: Callback<Rc<Held>>,
    again: Callback<()>,
}

#[component]
fn Rows(props: &RowsProps) -> Html {
    let locale = use_locale();
    let words = ListWords::of(locale.language());
    let client = use_session().client;
    let refused = use_state(|| None::<Failure>);
    let said = use_state(String::new);
    let held = &props.held;
    let list = held.list.id.0;
    let act = {
        let (refused, again) = (refused.setter(), props.again.clone());
        move |work: std::pin::Pin<Box<dyn Future<Output = Result<(), Failure>>>>| {
            let (refused, again) = (refused.clone(), again.clone());
            spawn(async move {
                match work.await {
                    Ok(()) => refused.set(None),
                    Err(failure) => {
                        refused.set(Some(failure));
                        again.emit(());
                    }
                }
            });
        }
    };
    let go = {
        let (act, client, said, put, held, locale) =
            (act.clone(), client.clone(), said.setter(), props.put.clone(), held.clone(), locale.clone());
        Callback::from(move |(from, to): (usize, usize)| {
            if from == to || held.elements.len() <= to.max(from) {
                return;
            }
            let elements = moved(&held.elements, from, to);
            let name = held.elements.get(from).map(|element| title(element, &locale)).unwrap_or_default();
            said.set(now_at(&name, to, elements.len(), &locale));
            put.emit(Rc::new(Held { elements, list: held.list.clone() }));
            let (client, (position, behind)) = (client.clone(), asked(from, to));
            act(Box::pin(async move { api::move_element(&client, list, position, behind).await }));
        })
    };
    let drop_row = {
        let (act, client, said, put, held, locale) =
            (act.clone(), client.clone(), said.setter(), props.put.clone(), held.clone(), locale.clone());
        Callback::from(move |at: usize| {
            let Some(element) = held.elements.get(at) else { return };
            said.set(ListWords::of(locale.language()).taken_out.replacen("{}", &title(element, &locale), 1));
            let mut elements = held.elements.clone();
            elements.remove(at);
            put.emit(Rc::new(Held { elements, list: held.list.clone() }));
            let (client, id) = (client.clone(), element.id);
            act(Box::pin(async move { api::take_out(&client, list, id).await }));
        })
    };
    let part = {
        let (act, client, said, put, held) =
            (act.clone(), client.clone(), said.setter(), props.put.clone(), held.clone());
        Callback::from(move |(at, start, stop): (usize, Option<u64>, Option<u64>)| {
            let mut elements = held.elements.clone();
            let Some(element) = elements.get_mut(at) else { return };
            (element.start_timestamp, element.stop_timestamp) = (start, stop);
            let id = element.id;
            put.emit(Rc::new(Held { elements, list: held.list.clone() }));
            said.set(words.saved.to_owned());
            let client = client.clone();
            act(Box::pin(async move { api::set_part(&client, list, id, start, stop).await }));
        })
    };
    let sorting = use_sorting(held.elements.len(), &go);
    let row = |(at, element): (usize, &PlaylistElement)| {
        let name = title(element, &locale);
        let out = drop_row.reform(move |_: MouseEvent| at);
        html! {
            <li key={element.id.0.to_string()} class={sorting.class(at)}>
                { sorting.grip(at, words) }
                <span class="row-picture">
                    if let Some(video) = &element.video {
                        { picture(&video.card, false) }
                        <span class="badge">{ clock(video.card.duration) }</span>
                    }
                </span>
                <div class="row-words">
                    <h2 class="row-title">
                        {
                            match &element.video {
                                Some(video) => html! { <a href={Route::watch(&video.card.short_uuid).to_string()}>{ &name }</a> },
                                None => html! { { &name } },
                            }
                        }
                    </h2>
                    if element.video.is_some() { { times(at, element, &name, &part, words) } }
                </div>
                <div class="row-acts">
                    { sorting.steps(at, &name, words) }
                    <button type="button" class="button button-quiet button-round row-out" aria-label={words.take_out.replacen("{}", &name, 1)} onclick={out}>
                        { icon(Glyph::Bin) }
                    </button>
                </div>
            </li>
        }
    };
    html! {
        <>
            if let Some(refused) = &*refused { { complaint(explain(refused, locale.words())) } }
            if held.elements.is_empty() {
                { empty(Glyph::Keep, words.empty, words.none_text, Html::default()) }
            } else {
                <ol ref={sorting.list()} class="rows" aria-label={words.order}>{ for held.elements.iter().enumerate().map(row) }</ol>
            }
            <p class="unseen queue-said" role="status">{ &*said }</p>
        </>
    }
}

fn title(element: &PlaylistElement, locale: &Locale) -> String {
    match &element.video {
        Some(video) => video.card.name.clone(),
        None => ListWords::of(locale.language()).gone.to_owned(),
    }
}

/// From which second to which a video is played.
fn times(
    at: usize,
    element: &PlaylistElement,
    name: &str,
    part: &Callback<(usize, Option<u64>, Option<u64>)>,
    words: &'static ListWords,
) -> Html {
    let (start, stop) = (element.start_timestamp, element.stop_timestamp);
    let field = |label: &'static str, short: &'static str, value: Option<u64>, is_start: bool| {
        let part = part.clone();
        let onchange = Callback::from(move |event: Event| {
            let text = event.target_unchecked_into::<HtmlInputElement>().value();
            let moment = parse_moment(text.trim()).map(u64::from);
            part.emit(if is_start { (at, moment, stop) } else { (at, start, moment) });
        });
        html! {
            <label>
                <span aria-hidden="true">{ short }</span>
                <input type="text" inputmode="numeric" placeholder="0:00" size="6" aria-label={label.replacen("{}", name, 1)}
                    value={value.map(clock).unwrap_or_default()} {onchange} />
            </label>
        }
    };
    html! {
        <p class="row-times">
            { field(words.from, words.from_short, start, true) }
            { field(words.to, words.to_short, stop, false) }
        </p>
    }
}
