//! Draws the list, and fetches what `state` wants.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use web_sys::Element;
use yew::prelude::*;

use super::state::{Act, Next, ROWS, Rows};
use crate::api::{self, Client, Failure, Window};
use crate::browser::bus::{Word, hear};
use crate::browser::nearness::Nearness;
use crate::browser::page;
use crate::browser::spawn::spawn;
use crate::components::{Card, failed, skeleton_card};
use crate::locale::use_locale;
use crate::route::{Order, Shelf};
use crate::session::use_session;

/// How many lists are remembered for Back, the oldest forgotten first: each is some hundred kilobytes.
const REMEMBERED_MAX: usize = 8;
/// How far below the window the next page is fetched: about two rows of cards.
const FETCH_AHEAD: &str = "900px 0px";
/// Pictures of the first rows are wanted at once.
const EARLY_CARDS: usize = 4;

/// Where the videos come from.
#[derive(Clone, PartialEq, Debug)]
pub enum Source {
    /// A list of the instance.
    Shelf(Shelf),
    /// A channel by its handle.
    Channel(String, Order),
    /// An account by its handle.
    Account(String, Order),
    /// What the signed-in person subscribed to.
    Subscriptions,
}

impl Source {
    async fn fetch(
        &self,
        client: &Client,
        window: Window,
    ) -> Result<shared::api::Page<shared::api::Video>, Failure> {
        match self {
            Source::Shelf(shelf) => api::videos(client, *shelf, window).await,
            Source::Channel(handle, order) => api::channel_videos(client, handle, *order, window).await,
            Source::Account(handle, order) => api::account_videos(client, handle, *order, window).await,
            Source::Subscriptions => api::followed_videos(client, window).await,
        }
    }
}

/// Lists left behind, by the entry of the history they stood in.
#[derive(Clone, Default)]
pub struct Memory(Rc<RefCell<BTreeMap<u32, Rc<Rows>>>>);

impl PartialEq for Memory {
    fn eq(&self, other: &Memory) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Memory {
    fn keep(&self, entry: u32, rows: Rc<Rows>) {
        let mut lists = self.0.borrow_mut();
        lists.insert(entry, rows);
        while REMEMBERED_MAX < lists.len() {
            lists.pop_first();
        }
    }

    fn find(&self, entry: u32) -> Option<Rc<Rows>> {
        self.0.borrow().get(&entry).cloned()
    }
}

/// What [`Feed`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Where the videos come from.
    pub source: Source,
    /// The page's entry in the history.
    pub entry: u32,
    /// Whether one came back to it.
    pub returned: bool,
    /// Lists left behind.
    pub memory: Memory,
    /// Whether to say on each card whose it is.
    #[prop_or(true)]
    pub with_channel: bool,
    /// What stands there when there are none.
    pub empty: Html,
}

/// A list of videos that grows as one scrolls. Give it a `key` that changes with its source and entry.
#[component]
pub fn Feed(props: &Props) -> Html {
    let words = use_locale().words();
    let client = use_session().client;
    let rows = use_reducer(|| {
        let known = props.returned.then(|| props.memory.find(props.entry)).flatten();
        known.map_or_else(Rows::default, |known| (*known).clone())
    });
    let (list, end) = (use_node_ref(), use_node_ref());

    let want = {
        let (dispatcher, source) = (rows.dispatcher(), props.source.clone());
        use_callback((rows.next.clone(), rows.window()), move |(), (next, window)| {
            if !matches!(next, Next::More | Next::Failed(_)) {
                return;
            }
            dispatcher.dispatch(Act::Want);
            let (dispatcher, source, client, window) =
                (dispatcher.clone(), source.clone(), client.clone(), *window);
            spawn(async move {
                dispatcher.dispatch(match source.fetch(&client, window).await {
                    Ok(page) => Act::Came(window, page),
                    Err(failure) => Act::Broke(window, failure),
                });
            });
        })
    };
    // The first page is wanted whether or not the end of the list is in sight.
    use_effect_with((), {
        let (want, is_fresh) = (want.clone(), rows.videos.is_empty());
        move |()| {
            if is_fresh {
                want.emit(());
            }
        }
    });
    use_effect_with((rows.next.clone(), rows.videos.len()), {
        let (want, end) = (want.clone(), end.clone());
        move |(next, _): &(Next, usize)| {
            let near = match (next, end.cast::<Element>()) {
                (Next::More, Some(end)) => Nearness::watch(&end, FETCH_AHEAD, move || want.emit(())),
                _ => None,
            };
            move || drop(near)
        }
    });
    use_effect_with(rows.next == Next::Failed(Failure::Unreachable), {
        let want = want.clone();
        move |lost: &bool| {
            let listener = lost.then(|| hear(Word::Retry, move |_| want.emit(())));
            move || drop(listener)
        }
    });
    use_effect_with((rows.videos.len(), rows.next == Next::End), {
        let (memory, entry, rows) = (props.memory.clone(), props.entry, rows.clone());
        move |_| memory.keep(entry, Rc::new(rows.at_rest()))
    });

    if rows.is_empty() {
        return props.empty.clone();
    }
    let more = {
        let (want, list, count) = (want.clone(), list.clone(), rows.videos.len());
        Callback::from(move |_: MouseEvent| {
            want.emit(());
            // The button goes away: the focus stays with what was last read.
            let last = list
                .cast::<Element>()
                .and_then(|list| list.children().item(u32::try_from(count).unwrap_or(1) - 1));
            if let Some(link) = last.and_then(|last| last.query_selector(".card-link").ok().flatten()) {
                page::focus(&link);
            }
        })
    };
    let coming = match (&rows.next, rows.videos.is_empty()) {
        (Next::Coming | Next::More, true) => ROWS / 2,
        (Next::Coming, false) => 4,
        _ => 0,
    };
    html! {
        <>
            <ul ref={list} class="grid" aria-busy={(rows.next == Next::Coming).to_string()}>
                { for rows.videos.iter().enumerate().map(|(at, video)| html! {
                    <li key={video.card.id.0.to_string()}>
                        <Card video={video.clone()} with_channel={props.with_channel} early={at < EARLY_CARDS} />
                    </li>
                }) }
                { for (0..coming).map(|at| html! { <li key={format!("coming-{at}")}>{ skeleton_card() }</li> }) }
            </ul>
            <div ref={end} class="feed-end">
                {
                    match &rows.next {
                        Next::Failed(failure) => failed(failure, &want, words),
                        Next::More if !rows.videos.is_empty() => html! {
                            <button type="button" class="button" onclick={more}>{ words.show_more }</button>
                        },
                        Next::More | Next::Coming | Next::End => Html::default(),
                    }
                }
            </div>
            <p class="unseen" role="status">
                if rows.next == Next::Coming { { words.loading } }
            </p>
        </>
    }
}
