//! The table of contents: which page stands for which route, and what stands around all of them.

use yew::prelude::*;

use crate::browser::page;
use crate::components::{ARRIVING, REACHED};
use crate::feed::Memory;
use crate::frame::{Banner, Header, footer};
use crate::locale::{LocaleProvider, use_locale};
use crate::navigation::{Navigation, Visit};
use crate::pages;
use crate::route::Route;
use crate::session::{SessionProvider, use_session};
use crate::theme::ThemeProvider;
use crate::uploads::{Fleet, use_fleet};

/// The whole app.
#[component]
pub fn App() -> Html {
    let reached = use_state(|| true);
    let tell = {
        let (reached, known) = (reached.setter(), use_mut_ref(|| true));
        use_callback((), move |now: bool, ()| {
            let before = known.replace(now);
            if before != now {
                reached.set(now);
                if now && let Ok(event) = web_sys::Event::new(REACHED) {
                    let _ = page::window().dispatch_event(&event);
                }
            }
        })
    };
    html! {
        <LocaleProvider>
            <ThemeProvider>
                <SessionProvider reached={tell}><House reached={*reached} /></SessionProvider>
            </ThemeProvider>
        </LocaleProvider>
    }
}

/// What [`House`] takes.
#[derive(Properties, PartialEq)]
struct Props {
    /// Whether the last request was answered.
    reached: bool,
}

/// What stands around every page, and the page.
#[component]
fn House(props: &Props) -> Html {
    let words = use_locale().words();
    let client = use_session().client;
    let visit = use_state(Navigation::first);
    let memory = use_memo((), |()| Memory::default());
    let fleet = use_fleet(client);
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
    html! {
        <>
            <a class="skip" href="#main" onclick={skip}>{ words.skip }</a>
            <Header route={visit.route.clone()} fleet={fleet.clone()} />
            <Banner reached={props.reached} />
            <main id="main" class="main" tabindex="-1">{ switch(&visit, &memory, &fleet) }</main>
            { footer(words) }
        </>
    }
}

/// The page of a visit. Keys make a page anew where its subject changes.
fn switch(visit: &Visit, memory: &Memory, fleet: &Fleet) -> Html {
    let Visit { route, entry, returned } = visit.clone();
    let key = format!("{entry} {route}");
    let memory = memory.clone();
    match route {
        Route::Browse(shelf) => html! { <pages::Browse {key} {shelf} {entry} {returned} {memory} /> },
        Route::Watch { video, start, stop } => html! { <pages::Watch {key} {video} {start} {stop} /> },
        Route::Upload => html! { <pages::Upload fleet={fleet.clone()} /> },
        Route::Mine => html! { <pages::Mine /> },
        Route::Edit(video) => html! { <pages::Edit {key} {video} /> },
        Route::Login { next } => html! { <pages::Login {next} /> },
        Route::Channel(handle) => html! { <pages::Channel {key} {handle} {entry} {returned} {memory} /> },
        Route::Account(handle) => html! { <pages::Account {key} {handle} {entry} {returned} {memory} /> },
        Route::About => html! { <pages::About /> },
        Route::NotFound => html! { <pages::NotFound /> },
    }
}
