//! Which page of the studio stands for which route, and the uploads under way.

use gloo::events::EventListener;
use yew::prelude::*;

use super::edit::Edit;
use super::follows::Follows;
use super::history::History;
use super::mine::Mine;
use super::news::News;
use super::order::Order;
use super::people::people_page;
use super::playlists::playlist_page;
use super::site::Site;
use super::statistics::Statistics;
use super::upload::Upload;
use super::uploads::{use_fleet, use_replacing};
use crate::browser::bus::{Word, hear, tell};
use crate::browser::page;
use crate::frame::footer;
use crate::locale::{LocaleProvider, use_locale};
use crate::route::Route;
use crate::session::{SessionProvider, use_session};

/// The whole studio.
#[component]
pub fn Studio() -> Html {
    html! { <LocaleProvider><SessionProvider><Yard /></SessionProvider></LocaleProvider> }
}

/// The page of the present address, if it is one of the studio's.
#[component]
fn Yard() -> Html {
    let words = use_locale().words();
    let client = use_session().client;
    let route = use_state(present);
    let fleet = use_fleet(client.clone());
    let replacing = use_replacing(client);
    use_effect_with((), {
        let route = route.setter();
        move |()| {
            let back = route.clone();
            let moved = hear(Word::Moved, move |_| route.set(present()));
            let returned = EventListener::new(&page::window(), "popstate", move |_| back.set(present()));
            move || drop((moved, returned))
        }
    });
    use_effect_with(fleet.underway(), |percent| {
        tell(Word::Uploading, &percent.map(|percent| percent.to_string()).unwrap_or_default());
    });
    let page = match &*route {
        Route::Upload => html! { <Upload {fleet} /> },
        Route::Mine => html! { <Mine /> },
        Route::People(page) => people_page(page),
        Route::Order(desk) => html! { <Order key={desk.path()} desk={*desk} /> },
        Route::Library(page) => playlist_page(page),
        Route::Site(page) => html! { <Site page={*page} /> },
        Route::Edit(video) => html! { <Edit key={video.clone()} video={video.clone()} {replacing} /> },
        Route::Follows => html! { <Follows /> },
        Route::History => html! { <History /> },
        Route::News => html! { <News /> },
        Route::Statistics(video) => html! { <Statistics key={video.clone()} video={video.clone()} /> },
        Route::Browse(_)
        | Route::Search(_)
        | Route::Play { .. }
        | Route::ChannelPlaylists(_)
        | Route::AccountPlaylists(_)
        | Route::Watch { .. }
        | Route::Login { .. }
        | Route::Channel(_)
        | Route::ChannelAbout(_)
        | Route::Account(_)
        | Route::AccountChannels(_)
        | Route::AccountAbout(_)
        | Route::Subscriptions
        | Route::About
        | Route::Contact
        | Route::Home
        | Route::NotFound => return Html::default(),
    };
    html! {
        <>
            <main id="main" class="main" tabindex="-1">{ page }</main>
            { footer(words) }
        </>
    }
}

fn present() -> Route {
    let (path, query) = page::address();
    Route::parse(&path, &query)
}
