//! The table of contents: which page stands for which route, and what stands around all of them.

use yew::prelude::*;

use crate::browser::page;
use crate::components::ARRIVING;
use crate::feed::Memory;
use crate::frame::{Banner, Header, footer};
use crate::locale::{LocaleProvider, use_locale};
use crate::navigation::{Navigation, Visit};
use crate::pages;
use crate::route::Route;
use crate::session::SessionProvider;
use crate::studio_door::StudioDoor;
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
    // The studio brings its own main and footer.
    let is_studio = *is_open && visit.route.is_studio();
    html! {
        <>
            <a class="skip" href="#main" onclick={skip}>{ words.skip }</a>
            <Header route={visit.route.clone()} />
            <Banner />
            if !is_studio {
                <main id="main" class="main" tabindex="-1">{ switch(&visit, &memory, on_open) }</main>
                { footer(words) }
            }
        </>
    }
}

/// The page of a visit. Keys make a page anew where its subject changes.
fn switch(visit: &Visit, memory: &Memory, on_open: Callback<()>) -> Html {
    let Visit { route, entry, returned } = visit.clone();
    let key = format!("{entry} {route}");
    let memory = memory.clone();
    match route {
        Route::Browse(shelf) => html! { <pages::Browse {key} {shelf} {entry} {returned} {memory} /> },
        Route::Watch { video, start, stop } => html! { <pages::Watch {key} {video} {start} {stop} /> },
        Route::Upload | Route::Mine | Route::Edit(_) | Route::People(_) => html! { <StudioDoor {on_open} /> },
        Route::Login { next } => html! { <pages::Login {next} /> },
        Route::Channel(handle) => html! { <pages::Channel {key} {handle} {entry} {returned} {memory} /> },
        Route::Account(handle) => html! { <pages::Account {key} {handle} {entry} {returned} {memory} /> },
        Route::About => html! { <pages::About /> },
        Route::NotFound => html! { <pages::NotFound /> },
    }
}
