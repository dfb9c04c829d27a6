//! The way to the pages that are not shown first: the only place that knows their code comes in a file of its own.
//!
//! Owns its loading. The build cuts the program in two (`xtask/src/build/split.rs`) where `later` begins; until the
//! second part is here, nothing of it may be called. The page's script (`www/assets/start.js`) fetches it and joins it
//! to the first.

use gloo::timers::callback::Timeout;
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use yew::prelude::*;

use crate::browser::page;
use crate::browser::spawn::spawn;
use crate::components::{Heading, Tone, alert};
use crate::text::words::Words;

/// Once the first page has had so long to come, what the next one needs is fetched.
const FETCHED_AFTER_MS: u32 = 3000;

/// Where the second part of the program is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Later {
    /// Nobody asked for it, or it is on its way.
    Absent,
    /// What is in it may be called.
    Here,
    /// It did not come.
    Broken,
}

/// Loads the second part when it is wanted, or a while after the first page.
#[hook]
pub fn use_later(is_wanted: bool) -> (Later, Callback<()>) {
    let later = use_state_eq(|| Later::Absent);
    let is_due = use_state_eq(|| false);
    use_effect_with((), {
        let is_due = is_due.setter();
        move |()| {
            let timer = Timeout::new(FETCHED_AFTER_MS, move || is_due.set(true));
            move || drop(timer)
        }
    });
    use_effect_with(((is_wanted || *is_due), *later == Later::Absent), {
        let later = later.setter();
        move |(is_wanted, is_absent): &(bool, bool)| {
            if *is_wanted && *is_absent {
                spawn(async move {
                    later.set(if load().await.is_ok() { Later::Here } else { Later::Broken });
                });
            }
        }
    });
    let again = {
        let later = later.setter();
        Callback::from(move |()| later.set(Later::Absent))
    };
    (*later, again)
}

/// What stands where a page of the second part will.
pub fn later_place(later: Later, again: &Callback<()>, words: &'static Words) -> Html {
    if later != Later::Broken {
        return html! { <div class="page"><Heading title={words.loading} unseen=true waiting=true /></div> };
    }
    html! {
        <div class="page">
            <Heading title={words.problem_unreachable} unseen=true />
            { later_broken(again, words) }
        </div>
    }
}

/// A word that the second part did not come, and the way to try again.
pub fn later_broken(again: &Callback<()>, words: &'static Words) -> Html {
    let onclick = again.reform(|_: MouseEvent| ());
    alert(
        Tone::Bad,
        html! {
            <>
                <p>{ words.problem_unreachable }</p>
                <button type="button" class="button" {onclick}>{ words.try_again }</button>
            </>
        },
    )
}

async fn load() -> Result<(), JsValue> {
    let load: Function = Reflect::get(&page::window(), &"shoalLater".into())?.dyn_into()?;
    JsFuture::from(load.call0(&JsValue::UNDEFINED)?.dyn_into::<Promise>()?).await?;
    Ok(())
}
