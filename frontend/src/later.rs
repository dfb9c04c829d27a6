//! What is not shown first: all pages but the lists of videos, the bell, announcements, and what the search field
//! suggests.
//!
//! Owns the ways into the second part of the program (`later_door` loads it). The build knows these modules by name
//! (`LATER_PAGES` in `xtask/src/build/wasm.rs`): a page that joins them is named there too. None of its functions may be
//! called before that part is here.

use yew::prelude::*;

use crate::browser::page;
use crate::feed::Memory;
use crate::frame::{Bell, Broadcast, Suggest, notice};
use crate::navigation::Visit;
use crate::pages::{self, AboutPage, Tab};
use crate::route::{Order, Route};
use crate::saver::Saver;
use crate::text::addresses::query_value;
use crate::text::words::Words;

/// The page of a visit. Keys make a page anew where its subject changes.
#[inline(never)]
pub fn later_page(visit: &Visit, memory: &Memory) -> Html {
    let Visit { route, entry, returned } = visit.clone();
    let key = format!("{entry} {route}");
    let memory = memory.clone();
    let order = Order::of(&page::address().1);
    let channel = |handle: String, tab: Tab| {
        let (memory, key) = (memory.clone(), handle.clone());
        html! { <pages::Channel {key} {handle} {tab} {order} {entry} {returned} {memory} /> }
    };
    let account = |handle: String, tab: Tab| {
        let (memory, key) = (memory.clone(), handle.clone());
        html! { <pages::Account {key} {handle} {tab} {order} {entry} {returned} {memory} /> }
    };
    match route {
        Route::Watch { video, start, stop, thread } => {
            html! { <pages::Watch {key} {video} {start} {stop} {thread} /> }
        }
        // Its words and filters change under it.
        Route::Search(query) => html! { <pages::Search key="search" {query} /> },
        Route::Subscriptions => html! { <pages::Subscriptions {key} {entry} {returned} {memory} /> },
        Route::Login { next } => html! { <pages::Login {next} /> },
        // Their tabs share what stands above them, which stays while one goes from one to another.
        Route::Channel(handle) => channel(handle, Tab::Videos),
        Route::ChannelPlaylists(handle) => channel(handle, Tab::Playlists),
        Route::AccountPlaylists(handle) => account(handle, Tab::Playlists),
        // The list stays while its videos change.
        Route::Play { list, position } => {
            let key = list.clone();
            html! { <pages::Play {key} {list} {position} /> }
        }
        Route::ChannelAbout(handle) => channel(handle, Tab::About),
        Route::Account(handle) => account(handle, Tab::Videos),
        Route::AccountChannels(handle) => account(handle, Tab::Channels),
        Route::AccountAbout(handle) => account(handle, Tab::About),
        Route::About => html! { <pages::Site {key} page={AboutPage::About} /> },
        Route::Contact => html! { <pages::Site {key} page={AboutPage::Contact} /> },
        Route::Home => html! { <pages::Site {key} page={AboutPage::Home} /> },
        Route::Browse(_)
        | Route::NotFound
        | Route::Upload
        | Route::Mine
        | Route::Edit(_)
        | Route::Statistics(_)
        | Route::People(_)
        | Route::Order(_)
        | Route::Library(_)
        | Route::Site(_)
        | Route::Follows
        | Route::History
        | Route::News => Html::default(),
    }
}

/// The window in which one saves a video to lists.
#[inline(never)]
pub fn later_saver(video: Option<u64>, on_close: Callback<()>) -> Html {
    html! { <Saver {video} {on_close} /> }
}

/// What stands above every page.
#[inline(never)]
pub fn later_notice(said: Option<Broadcast>, asks: bool, words: &'static Words) -> Html {
    notice(said, asks, words)
}

/// The bell of the header.
#[inline(never)]
pub fn later_bell() -> Html {
    html! { <Bell /> }
}

/// What helps whoever types into the search field of the header.
#[inline(never)]
pub fn later_suggestions(route: &Route) -> Html {
    let words = if let Route::Search(query) = route { query_value(query, "search") } else { None };
    let words = words.unwrap_or_default();
    html! { <Suggest {words} /> }
}
