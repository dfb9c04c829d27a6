//! The way to the studio: the only place that knows it is a program of its own.
//!
//! Owns its loading. Its address stands in the page, in `<meta name="shoal-studio">`, since its name changes with its
//! content. Once it is here it draws itself, wherever the address is one of its pages.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use yew::prelude::*;

use crate::browser::page;
use crate::browser::spawn::spawn;
use crate::components::{Heading, Tone, alert};
use crate::locale::use_locale;

/// What [`StudioDoor`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Told once the studio is here.
    pub on_open: Callback<()>,
}

/// Stands where a page of the studio will, until the studio is here.
#[component]
pub fn StudioDoor(props: &Props) -> Html {
    let words = use_locale().words();
    let broken = use_state(|| false);
    use_effect_with(*broken, {
        let (broken, on_open) = (broken.setter(), props.on_open.clone());
        move |was_broken| {
            if !was_broken {
                spawn(async move {
                    match open().await {
                        Ok(()) => on_open.emit(()),
                        Err(_) => broken.set(true),
                    }
                });
            }
        }
    });
    let again = {
        let broken = broken.setter();
        Callback::from(move |_: MouseEvent| broken.set(false))
    };
    html! {
        <div class="page">
            if *broken {
                <Heading title={words.problem_unreachable} unseen=true />
                {
                    alert(Tone::Bad, html! {
                        <>
                            <p>{ words.problem_unreachable }</p>
                            <button type="button" class="button" onclick={again}>{ words.try_again }</button>
                        </>
                    })
                }
            } else {
                <p class="unseen" role="status">{ words.loading }</p>
                <div class="sheet skeleton sheet-tall" aria-hidden="true" />
            }
        </div>
    }
}

async fn open() -> Result<(), JsValue> {
    let address = page::document().query_selector("meta[name=shoal-studio]")?.ok_or(JsValue::UNDEFINED)?;
    let address = address.get_attribute("content").ok_or(JsValue::UNDEFINED)?;
    let import: Function = Reflect::get(&page::window(), &"shoalImport".into())?.dyn_into()?;
    let module =
        JsFuture::from(import.call1(&JsValue::UNDEFINED, &address.into())?.dyn_into::<Promise>()?).await?;
    let init: Function = Reflect::get(&module, &"default".into())?.dyn_into()?;
    JsFuture::from(init.call0(&JsValue::UNDEFINED)?.dyn_into::<Promise>()?).await?;
    Ok(())
}
