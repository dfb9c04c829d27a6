//! Listens to the field, asks the instance, and draws what is suggested.

use std::cell::RefCell;
use std::rc::Rc;

use futures_util::future::join;
use gloo::events::{EventListener, EventListenerOptions};
use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, KeyboardEvent, Node};
use yew::prelude::*;

use super::state::{Act, Finder, Suggestion};
use crate::api::{self, Client, Window};
use crate::browser::page;
use crate::browser::spawn::spawn;
use crate::components::{Glyph, handle, icon};
use crate::locale::use_locale;
use crate::navigation;
use crate::route::Route;
use crate::session::use_session;
use crate::text::addresses::encode;
use crate::text::words::shelves::SearchWords;

/// A pause between two letters after which somebody waits for us: shorter ones are typing.
const TYPING_MS: u32 = 180;
/// Videos that are suggested.
const VIDEOS: usize = 6;
/// Channels that are suggested.
const CHANNELS: usize = 3;

/// What [`Suggest`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What the page one is on was found by; nothing on other pages.
    pub words: String,
}

fn field() -> Option<HtmlInputElement> {
    page::document().get_element_by_id("search")?.dyn_into().ok()
}

fn form() -> Option<Element> {
    page::document().get_element_by_id("search-form")
}

/// Listens so that the browser's own answer can be prevented.
fn listen(
    target: &web_sys::EventTarget,
    kind: &'static str,
    told: impl FnMut(&web_sys::Event) + 'static,
) -> EventListener {
    EventListener::new_with_options(target, kind, EventListenerOptions::enable_prevent_default(), told)
}

async fn ask(client: &Client, text: &str) -> Vec<Suggestion> {
    let query = format!("search={}", encode(text.trim()));
    let window = |count| Window { start: 0, count };
    let (videos, channels) = join(
        api::find_videos(client, &query, window(VIDEOS)),
        api::find_channels(client, &query, window(CHANNELS)),
    )
    .await;
    // Who gets no suggestions can still search, and is told there what is the matter.
    let videos = videos.map(|page| page.data).unwrap_or_default().into_iter().map(|found| Suggestion {
        route: Route::watch(&found.video.card.short_uuid),
        name: found.video.card.name,
        whose: found.video.channel.display_name,
        is_channel: false,
    });
    let channels = channels.map(|page| page.data).unwrap_or_default().into_iter().map(|channel| {
        let name = handle(&channel.name, &channel.host, channel.is_local);
        Suggestion {
            whose: format!("@{name}"),
            route: Route::Channel(name),
            name: channel.display_name,
            is_channel: true,
        }
    });
    videos.chain(channels).collect()
}

/// What is suggested while one types into the field of the header.
#[component]
#[inline(never)]
pub fn Suggest(props: &Props) -> Html {
    let locale = use_locale();
    let words = SearchWords::of(locale.language());
    let client = use_session().client;
    let finder = use_reducer(Finder::default);
    let is_new = use_mut_ref(|| true);
    use_effect_with(props.words.clone(), move |words| {
        let was_new = is_new.replace(false);
        // What somebody typed before this part of the program came stays.
        if let Some(field) = field().filter(|field| !was_new || field.value().is_empty()) {
            field.set_value(words);
        }
    });
    use_effect_with((), {
        let finder = finder.dispatcher();
        move |()| {
            let typing: Rc<RefCell<Option<Timeout>>> = Rc::default();
            let listeners = field().zip(form()).map(|(field, form)| {
                let typed = EventListener::new(&field, "input", {
                    let (finder, field) = (finder.clone(), field.clone());
                    move |_| {
                        let text = field.value();
                        finder.dispatch(Act::Typed(text.clone()));
                        let (finder, client) = (finder.clone(), client.clone());
                        let due = (!text.trim().is_empty()).then(|| {
                            Timeout::new(TYPING_MS, move || {
                                spawn(async move {
                                    let rows = ask(&client, &text).await;
                                    finder.dispatch(Act::Came(text, rows));
                                });
                            })
                        });
                        typing.replace(due);
                    }
                });
                // What is on its way is not wanted any more.
                let sent = EventListener::new(&form, "submit", {
                    let finder = finder.clone();
                    move |_| finder.dispatch(Act::Typed(String::new()))
                });
                let left = EventListener::new(&form, "focusout", {
                    let form = form.clone();
                    move |event| {
                        let next =
                            event.dyn_ref::<web_sys::FocusEvent>().and_then(|event| event.related_target());
                        let next = next.and_then(|next| next.dyn_into::<Node>().ok());
                        if !form.contains(next.as_ref()) {
                            finder.dispatch(Act::Close);
                        }
                    }
                });
                (typed, sent, left)
            });
            move || drop(listeners)
        }
    });
    use_effect_with((*finder).clone(), {
        let dispatcher = finder.dispatcher();
        move |finder: &Finder| {
            let finder = finder.clone();
            let listener = field().map(|field| {
                let expanded = finder.is_open.to_string();
                for (name, value) in [
                    ("role", "combobox"),
                    ("aria-autocomplete", "list"),
                    ("aria-controls", "search-list"),
                    ("aria-expanded", &expanded),
                ] {
                    let _ = field.set_attribute(name, value);
                }
                let _ = match finder.active.filter(|_| finder.is_open) {
                    Some(active) => field.set_attribute("aria-activedescendant", &option_id(active)),
                    None => field.remove_attribute("aria-activedescendant"),
                };
                listen(&field, "keydown", move |event| {
                    let Some(pressed) = event.dyn_ref::<KeyboardEvent>() else { return };
                    match (pressed.key().as_str(), finder.chosen()) {
                        ("ArrowDown", _) => dispatcher.dispatch(Act::Down),
                        ("ArrowUp", _) => dispatcher.dispatch(Act::Up),
                        ("Escape", _) if finder.is_open => dispatcher.dispatch(Act::Close),
                        ("Enter", Some(chosen)) => {
                            dispatcher.dispatch(Act::Typed(String::new()));
                            navigation::go(&chosen.route);
                        }
                        _ => return,
                    }
                    event.prevent_default();
                })
            });
            move || drop(listener)
        }
    });
    let row = |(at, suggestion): (usize, &Suggestion)| {
        let onclick = {
            let (finder, route) = (finder.dispatcher(), suggestion.route.clone());
            Callback::from(move |_: MouseEvent| {
                finder.dispatch(Act::Typed(String::new()));
                navigation::go(&route);
            })
        };
        let is_active = finder.active == Some(at);
        html! {
            <li id={option_id(at)} role="option" aria-selected={is_active.to_string()} {onclick}>
                { icon(if suggestion.is_channel { Glyph::Waves } else { Glyph::Film }) }
                <span class="suggestion-name">{ &suggestion.name }</span>
                <span class="suggestion-whose">{ &suggestion.whose }</span>
            </li>
        }
    };
    // The field keeps the focus while a line is pressed.
    let onmousedown = Callback::from(|event: MouseEvent| event.prevent_default());
    html! {
        <>
            <ul id="search-list" class="suggestions" role="listbox" aria-label={locale.words().search} hidden={!finder.is_open} {onmousedown}>
                { for finder.rows.iter().enumerate().map(row) }
            </ul>
            <p class="unseen" role="status">
                if finder.is_open {
                    { locale.count(u64::try_from(finder.rows.len()).unwrap_or_default(), &words.suggestions) }
                }
            </p>
        </>
    }
}

fn option_id(at: usize) -> String {
    format!("search-option-{at}")
}
