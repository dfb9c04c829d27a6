//! The word when the instance cannot be reached, and the tries to reach it again.

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use yew::prelude::*;

use crate::api;
use crate::browser::bus::{Word, hear, tell};
use crate::browser::page;
use crate::browser::spawn::spawn;
use crate::components::{Glyph, icon};
use crate::locale::use_locale;
use crate::session::use_session;

/// Seconds until the instance is asked again; the last is repeated.
const TRY_AFTER_SECONDS: [u32; 5] = [2, 4, 8, 15, 30];

/// Says that the instance cannot be reached, and asks for it until it can.
#[component]
pub fn Banner() -> Html {
    let words = use_locale().words();
    let client = use_session().client;
    let tries = use_state(|| 0usize);
    let online = use_state(page::is_online);
    let reached = use_state_eq(|| true);
    use_effect_with((), {
        let reached = reached.setter();
        move |()| {
            let mut before = true;
            let heard = hear(Word::Reached, move |now| {
                let now = now == "true";
                reached.set(now);
                if now && !std::mem::replace(&mut before, now) {
                    tell(Word::Retry, "");
                }
                before = now;
            });
            move || drop(heard)
        }
    });

    let ask = {
        let (client, tries, now) = (client.clone(), tries.setter(), *tries);
        Callback::from(move |()| {
            let (client, tries) = (client.clone(), tries.clone());
            spawn(async move {
                // Any answer at all tells the app through the client that the instance is there.
                let reached = api::instance(&client).await.is_ok();
                tries.set(if reached { 0 } else { now + 1 });
            });
        })
    };
    use_effect_with((), {
        let (online, client) = (online.setter(), client.clone());
        move |()| {
            let listeners = ["online", "offline"].map(|kind| {
                let (online, client) = (online.clone(), client.clone());
                EventListener::new(&page::window(), kind, move |_| {
                    let is_online = page::is_online();
                    online.set(is_online);
                    if is_online {
                        let client = client.clone();
                        spawn(async move { drop(api::instance(&client).await) });
                    } else {
                        client.reached(false);
                    }
                })
            });
            move || drop(listeners)
        }
    });
    use_effect_with((*reached, *tries, *online), {
        let ask = ask.clone();
        move |(reached, tries, online): &(bool, usize, bool)| {
            let wait = TRY_AFTER_SECONDS.get(*tries).or(TRY_AFTER_SECONDS.last()).copied().unwrap_or(30);
            let timer = (!*reached && *online).then(|| Timeout::new(wait * 1000, move || ask.emit(())));
            move || drop(timer)
        }
    });
    let onclick = Callback::from(move |_: MouseEvent| ask.emit(()));
    html! {
        <div role="status">
            if !*reached {
                <div class="banner">
                    { icon(Glyph::Alert) }
                    <p>{ if *online { words.unreachable } else { words.offline } }</p>
                    <button type="button" class="button" {onclick}>{ words.try_again }</button>
                </div>
            }
        </div>
    }
}
