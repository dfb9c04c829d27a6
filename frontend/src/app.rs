//! The table of contents: which page stands for which route, and what stands around all of them.

use yew::prelude::*;

use crate::browser::bus::{Word, hear};
use crate::browser::page;
use crate::components::ARRIVING;
use crate::feed::Memory;
use crate::frame::{Banner, Broadcast, Header, footer};
use crate::later::{later_notice, later_page, later_saver};
use crate::later_door::{Later, later_broken, later_place, use_later};
use crate::locale::{LocaleProvider, use_locale};
use crate::navigation::{Navigation, Visit};
use crate::pages;
use crate::route::Route;
use crate::session::{SessionProvider, Viewer, use_session};
use crate::site_route::SitePage;
use crate::studio_door::StudioDoor;
use crate::text::words::Words;
use crate::theme::ThemeProvider;

/// The whole app.
#[component]
pub fn App() -> Html {
    html! {
        <LocaleProvider>
            <ThemeProvider>
                <SessionProvider><House /></SessionProvider>
            </ThemeProvider>
        </LocaleProvider>
    }
}

/// What stands around every page, and the page.
#[component]
fn House() -> Html {
    let words = use_locale().words();
    let visit = use_state(Navigation::first);
    let memory = use_memo((), |()| Memory::default());
    let is_open = use_state_eq(|| false);
    use_effect_with((), {
        let visit = visit.setter();
        move |()| {
            let navigation = Navigation::start(Callback::from(move |next: Visit| {
                // The heading of the next page takes the focus.
                let _ = page::root().set_attribute(ARRIVING, "");
                visit.set(next);
            }));
            move || drop(navigation)
        }
    });
    let skip = Callback::from(|event: MouseEvent| {
        event.prevent_default();
        if let Some(main) = page::document().get_element_by_id("main") {
            page::focus(&main);
        }
    });
    let on_open = {
        let is_open = is_open.setter();
        Callback::from(move |()| is_open.set(true))
    };
    // The instance has another name or announcement by now.
    let version = use_state(|| 0u32);
    use_effect_with(*version, {
        let version = version.clone();
        move |_| {
            let heard = hear(Word::Site, move |_| version.set(*version + 1));
            move || drop(heard)
        }
    });
    // The bell of who is signed in is in the second part, too, and what reads an announcement's markdown.
    let is_first = matches!(visit.route, Route::Browse(_) | Route::NotFound);
    let session = use_session();
    let is_stranger = session.viewer == Viewer::Stranger;
    let said = Broadcast::present();
    let asks = session.person().is_some_and(|me| me.keeps_the_site())
        && visit.route != Route::Site(SitePage::Wizard)
        && page::meta("shoal-new").is_some();
    // A video that somebody wants to save waits for the window, which is in the second part, too.
    let saving = use_state(|| None::<u64>);
    use_effect_with((), {
        let saving = saving.setter();
        move |()| {
            let heard = hear(Word::Save, move |text| saving.set(text.parse().ok()));
            move || drop(heard)
        }
    });
    let on_saved = {
        let saving = saving.setter();
        Callback::from(move |()| saving.set(None))
    };
    let (later, again) = use_later(!is_first || !is_stranger || said.is_some());
    // The studio brings its own main and footer.
    let is_studio = *is_open && visit.route.is_studio();
    html! {
        <>
            <a class="skip" href="#main" onclick={skip}>{ words.skip }</a>
            <Header key={*version} route={visit.route.clone()} has_bell={later == Later::Here} />
            <Banner />
            if later == Later::Here {
                { later_saver(*saving, on_saved) }
                { later_notice(said, asks, words) }
            } else {
                if let Some(said) = said { { said.plain() } }
                if saving.is_some() && later == Later::Broken { { later_broken(&again, words) } }
            }
            if !is_studio {
                <main id="main" class="main" tabindex="-1">{ switch(&visit, &memory, on_open, later, &again, words) }</main>
                { footer(words) }
            }
        </>
    }
}

/// The page of a visit. Keys make a page anew where its subject changes.
fn switch(
    visit: &Visit,
    memory: &Memory,
    on_open: Callback<()>,
    later: Later,
    again: &Callback<()>,
    words: &'static Words,
) -> Html {
    let Visit { route, entry, returned } = visit.clone();
    match route {
        Route::Browse(shelf) => {
            let (key, memory) = (format!("{entry} {route}"), memory.clone());
            html! { <pages::Browse {key} {shelf} {entry} {returned} {memory} /> }
        }
        Route::NotFound => html! { <pages::NotFound /> },
        Route::Upload
        | Route::Mine
        | Route::Edit(_)
        | Route::Follows
        | Route::History
        | Route::News
        | Route::Statistics(_)
        | Route::People(_)
        | Route::Library(_)
        | Route::Order(_)
        | Route::Site(_) => html! { <StudioDoor {on_open} /> },
        Route::Search(_)
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
        | Route::Home => {
            if later == Later::Here {
                later_page(visit, memory)
            } else {
                later_place(later, again, words)
            }
        }
    }
}
