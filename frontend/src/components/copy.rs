//! A text to take away.

use gloo::timers::callback::Timeout;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::icon::{Glyph, icon};
use crate::browser::clipboard;
use crate::browser::spawn::spawn;
use crate::locale::use_locale;

/// How long the button says that it has copied.
const SAID_FOR_MS: u32 = 2500;

/// What [`CopyField`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// For the label's `for`.
    pub id: AttrValue,
    /// What it is.
    pub label: AttrValue,
    /// The text.
    pub text: AttrValue,
}

/// A text in a field, and a button that copies it. Where the browser forbids copying, the text is selected instead.
#[component]
pub fn CopyField(props: &Props) -> Html {
    let words = use_locale().words();
    let field = use_node_ref();
    let copied = use_state(|| false);
    let select = {
        let field = field.clone();
        move || {
            if let Some(field) = field.cast::<HtmlInputElement>() {
                field.select();
            }
        }
    };
    let copy = {
        let (text, copied, select) = (props.text.clone(), copied.setter(), select.clone());
        Callback::from(move |_: MouseEvent| {
            let (text, copied, select) = (text.clone(), copied.clone(), select.clone());
            spawn(async move {
                if clipboard::copy(&text).await {
                    copied.set(true);
                    Timeout::new(SAID_FOR_MS, move || copied.set(false)).forget();
                } else {
                    select();
                }
            });
        })
    };
    let onfocus = Callback::from(move |_: FocusEvent| select());
    html! {
        <div class="field">
            <label for={props.id.clone()}>{ &props.label }</label>
            <div class="copy">
                <input ref={field} id={props.id.clone()} type="text" readonly=true value={props.text.clone()} {onfocus} />
                <button type="button" class="button" onclick={copy}>
                    { icon(if *copied { Glyph::Check } else { Glyph::Copy }) }
                    <span aria-live="polite">{ if *copied { words.copied } else { words.copy } }</span>
                </button>
            </div>
        </div>
    }
}
