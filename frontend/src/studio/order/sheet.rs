//! Asks for what a deed needs, or whether it is meant.

use serde_json::Value;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::rows::{Deed, Kind};
use crate::components::Dialog;
use crate::locale::use_locale;
use crate::text::words::order::OrderWords;

/// What [`Sheet`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is to be done.
    pub deed: Deed,
    /// To what.
    pub title: AttrValue,
    /// Whether it is on its way.
    pub is_busy: bool,
    /// Why it was refused.
    pub complaint: Html,
    /// Does it, with this body.
    pub on_done: Callback<Value>,
    /// Closes it.
    pub on_close: Callback<()>,
}

/// A small form over the page.
#[component]
pub fn Sheet(props: &Props) -> Html {
    let words = OrderWords::of(use_locale().language());
    let values = use_state(|| props.deed.fields.iter().map(|field| field.value.clone()).collect::<Vec<_>>());
    let onsubmit = {
        let (deed, values, on_done) = (props.deed.clone(), values.clone(), props.on_done.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let mut body = deed.body.clone();
            if let Some(body) = body.as_object_mut() {
                for (field, value) in deed.fields.iter().zip(values.iter()) {
                    let lines = || value.lines().map(str::trim).filter(|line| !line.is_empty());
                    let value = match field.kind {
                        Kind::Line | Kind::Text => Value::from(value.trim()),
                        Kind::List => lines().map(Value::from).collect(),
                    };
                    body.insert(field.key.to_owned(), value);
                }
            }
            on_done.emit(body);
        })
    };
    let close = props.on_close.reform(|_: MouseEvent| ());
    let change = {
        let values = values.clone();
        move |at: usize, text: String| {
            let mut next = (*values).clone();
            if let Some(value) = next.get_mut(at) {
                *value = text;
            }
            values.set(next);
        }
    };
    let field = |(at, field): (usize, &super::rows::Field)| {
        let id = format!("deed-{}", field.key);
        let value = values.get(at).cloned().unwrap_or_default();
        let input = if field.kind == Kind::Line {
            let change = change.clone();
            let oninput = Callback::from(move |event: InputEvent| {
                change(at, event.target_unchecked_into::<HtmlInputElement>().value());
            });
            html! { <input id={id.clone()} type="text" autocapitalize="none" {value} {oninput} /> }
        } else {
            let change = change.clone();
            let oninput = Callback::from(move |event: InputEvent| {
                change(at, event.target_unchecked_into::<HtmlTextAreaElement>().value());
            });
            html! { <textarea id={id.clone()} rows="5" {value} {oninput} /> }
        };
        html! { <div class="field"><label for={id}>{ field.label }</label>{ input }</div> }
    };
    html! {
        <Dialog title={props.deed.label} on_close={props.on_close.clone()}>
            <form {onsubmit}>
                if !props.title.is_empty() { <p><strong>{ &props.title }</strong></p> }
                if !props.deed.warning.is_empty() { <p>{ props.deed.warning }</p> }
                else if props.deed.is_grave { <p>{ words.sure }</p> }
                { for props.deed.fields.iter().enumerate().map(field) }
                { props.complaint.clone() }
                <div class="dialog-acts">
                    <button type="button" class="button" onclick={close}>{ words.cancel }</button>
                    <button type="submit" class={if props.deed.is_grave { "button button-bad" } else { "button button-main" }} disabled={props.is_busy}>
                        { if props.deed.is_grave { props.deed.label } else { words.do_it } }
                    </button>
                </div>
            </form>
        </Dialog>
    }
}
