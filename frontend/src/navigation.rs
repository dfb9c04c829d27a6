//! Moving between pages without loading the document again.
//!
//! Owns the browser's history, clicks on links and how far each visited page was scrolled. Never parses addresses:
//! that is `route`. The surprises: links are plain `<a href>` everywhere, and one listener on the document turns
//! clicks on our own pages into visits; each visit has a number in the history, so that Back finds what it left.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use gloo::timers::callback::Interval;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlAnchorElement, MouseEvent, ScrollRestoration, Url};
use yew::Callback;

use crate::browser::bus::{Word, hear, tell};
use crate::browser::page;
use crate::browser::spawn::spawn;
use crate::route::Route;

/// How long Back waits for a page to grow before it gives up its place.
const RESTORE_TRIES: u32 = 60;
/// How often it looks.
const RESTORE_EVERY_MS: u32 = 50;

/// One entry of the history.
#[derive(Clone, PartialEq, Debug)]
pub struct Visit {
    /// The page.
    pub route: Route,
    /// Its number in this tab's history.
    pub entry: u32,
    /// Whether one came by Back or Forward.
    pub returned: bool,
}

/// Goes to a page.
pub fn go(route: &Route) {
    push(&route.to_string(), false);
}

/// Goes to a page, in place of the present one in the history.
pub fn replace(route: &Route) {
    push(&route.to_string(), true);
}

/// Goes to a page by its address, with a query that is the page's own.
pub fn go_to(address: &str) {
    push(address, false);
}

fn push(address: &str, replace: bool) {
    let Ok(history) = page::window().history() else { return };
    let entry = present_entry();
    let _ = if replace {
        history.replace_state_with_url(&entry.into(), "", Some(address))
    } else {
        history.push_state_with_url(&(entry + 1).into(), "", Some(address))
    };
    tell(Word::Moved, "");
}

fn present_entry() -> u32 {
    let state = page::window().history().ok().and_then(|history| history.state().ok());
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "we wrote it as a u32")]
    state.and_then(|state| state.as_f64()).map_or(0, |entry| entry as u32)
}

fn visit(returned: bool) -> Visit {
    let (path, query) = page::address();
    Visit { route: Route::parse(&path, &query), entry: present_entry(), returned }
}

/// The listeners of the app's lifetime.
pub struct Navigation {
    _listeners: Vec<EventListener>,
    _restoring: Rc<RefCell<Option<Interval>>>,
}

impl Navigation {
    /// Where the document was opened.
    pub fn first() -> Visit {
        visit(false)
    }

    /// Tells of every visit from now on.
    pub fn start(visited: Callback<Visit>) -> Navigation {
        if let Ok(history) = page::window().history() {
            // The browser would scroll before the page has grown.
            let _ = history.set_scroll_restoration(ScrollRestoration::Manual);
            let _ = history.replace_state(&present_entry().into(), "");
        }
        let places: Rc<RefCell<BTreeMap<u32, f64>>> = Rc::default();
        let present = Rc::new(RefCell::new(present_entry()));
        let restoring: Rc<RefCell<Option<Interval>>> = Rc::default();
        let window = page::window();

        let scrolled = EventListener::new(&window, "scroll", {
            let (places, present) = (places.clone(), present.clone());
            move |_| {
                places.borrow_mut().insert(*present.borrow(), page::scroll_top());
            }
        });
        let moved = hear(Word::Moved, {
            let (visited, present, restoring, places) =
                (visited.clone(), present.clone(), restoring.clone(), places.clone());
            move |_| {
                restoring.replace(None);
                let visit = visit(false);
                // Entries after this one can never be reached again.
                places.borrow_mut().retain(|entry, _| *entry < visit.entry);
                present.replace(visit.entry);
                visited.emit(visit);
                page::scroll_to(0.0);
            }
        });
        let returned = EventListener::new(&window, "popstate", {
            let (present, restoring) = (present.clone(), restoring.clone());
            move |_| {
                let visit = visit(true);
                present.replace(visit.entry);
                let place = places.borrow().get(&visit.entry).copied().unwrap_or(0.0);
                visited.emit(visit);
                restore(place, &restoring);
            }
        });
        // Whoever scrolls by hand does not want to be moved.
        let touched = ["wheel", "touchstart", "keydown", "pointerdown"].map(|kind| {
            let restoring = restoring.clone();
            EventListener::new_with_options(
                &window,
                kind,
                EventListenerOptions::run_in_capture_phase(),
                move |_| {
                    restoring.replace(None);
                },
            )
        });
        let clicked = EventListener::new_with_options(
            &page::document(),
            "click",
            EventListenerOptions::enable_prevent_default(),
            follow,
        );
        let mut listeners = vec![scrolled, moved, returned, clicked];
        listeners.extend(touched);
        Navigation { _listeners: listeners, _restoring: restoring }
    }
}

fn restore(place: f64, restoring: &Rc<RefCell<Option<Interval>>>) {
    page::scroll_to(place);
    let mut tries = 0;
    let done = restoring.clone();
    restoring.replace(Some(Interval::new(RESTORE_EVERY_MS, move || {
        tries += 1;
        let reached = place <= page::scroll_bottom();
        page::scroll_to(place);
        if reached || RESTORE_TRIES <= tries {
            // Not dropped while it runs.
            let done = done.clone();
            spawn(async move { drop(done.take()) });
        }
    })));
}

/// Turns a plain click on a link to a page of ours into a visit.
fn follow(event: &Event) {
    let Some(click) = event.dyn_ref::<MouseEvent>() else { return };
    if event.default_prevented()
        || click.button() != 0
        || click.meta_key()
        || click.ctrl_key()
        || click.shift_key()
        || click.alt_key()
    {
        return;
    }
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let link = target.and_then(|target| target.closest("a[href]").ok().flatten());
    let Some(link) = link.and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok()) else { return };
    if !link.target().is_empty() || link.has_attribute("download") {
        return;
    }
    let Ok(url) = Url::new(&link.href()) else { return };
    if url.origin() != page::origin() || !url.hash().is_empty() {
        return;
    }
    if Route::parse(&url.pathname(), &url.search()) == Route::NotFound {
        return;
    }
    event.prevent_default();
    let address = format!("{}{}", url.pathname(), url.search());
    let (path, query) = page::address();
    push(&address, address == format!("{path}{query}"));
}
