//! A window over the page.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

use super::icon::{Glyph, icon};
use crate::locale::use_locale;

/// What [`Dialog`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What it is about.
    pub title: AttrValue,
    /// Escape, the cross or a click beside it.
    pub on_close: Callback<()>,
    /// What it holds.
    pub children: Html,
}

/// A modal `<dialog>`: the browser keeps the focus inside and gives it back at the end.
#[component]
#[inline(never)]
pub fn Dialog(props: &Props) -> Html {
    let words = use_locale().words();
    let dialog = use_node_ref();
    use_effect_with(dialog.clone(), |dialog| {
        let element = dialog.cast::<HtmlDialogElement>();
        if let Some(element) = &element {
            let _ = element.show_modal();
        }
        move || {
            if let Some(element) = element {
                element.close();
            }
        }
    });
    let oncancel = {
        let on_close = props.on_close.clone();
        Callback::from(move |event: Event| {
            event.prevent_default();
            on_close.emit(());
        })
    };
    let onclick = {
        let (on_close, dialog) = (props.on_close.clone(), dialog.clone());
        Callback::from(move |event: MouseEvent| {
            // Only the backdrop is the dialog itself: its content fills it.
            let beside = event.target().map(wasm_bindgen::JsValue::from)
                == dialog.get().map(wasm_bindgen::JsValue::from);
            if beside {
                on_close.emit(());
            }
        })
    };
    let close = {
        let on_close = props.on_close.clone();
        Callback::from(move |_: MouseEvent| on_close.emit(()))
    };
    html! {
        <dialog ref={dialog} class="dialog" aria-labelledby="dialog-title" {oncancel} {onclick}>
            <div class="dialog-body">
                <header class="dialog-head">
                    <h2 id="dialog-title">{ &props.title }</h2>
                    <button type="button" class="button button-quiet button-round" aria-label={words.close} onclick={close}>
                        { icon(Glyph::Close) }
                    </button>
                </header>
                { props.children.clone() }
            </div>
        </dialog>
    }
}
