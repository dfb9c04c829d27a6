//! Asks before something ends for ever: whoever means it types its name.

use std::future::Future;
use std::pin::Pin;

use yew::prelude::*;

use super::fields::{Fields, Kind, on_submit, use_form};
use super::form::Form;
use crate::api::Failure;
use crate::components::Dialog;
use crate::locale::use_locale;

/// What is done once somebody meant it.
pub type Work = Pin<Box<dyn Future<Output = Result<(), Failure>>>>;

/// As [`Farewell`] takes it.
pub fn work(work: impl Future<Output = Result<(), Failure>> + 'static) -> Work {
    Box::pin(work)
}

/// What [`Farewell`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What would end.
    pub title: AttrValue,
    /// What would be lost.
    pub text: AttrValue,
    /// What is to be typed.
    pub name: AttrValue,
    /// Ends it.
    pub act: Callback<(), Work>,
    /// It ended, or one changed one's mind.
    pub on_close: Callback<()>,
}

/// The window that asks.
#[component]
pub fn Farewell(props: &Props) -> Html {
    let locale = use_locale();
    let (words, people) = (locale.words(), locale.people());
    let form = use_form("farewell", Form::default);
    let onsubmit = {
        let (act, on_close) = (props.act.clone(), props.on_close.clone());
        on_submit(&form, &["farewell"], &[], move |_| {
            let (coming, on_close) = (act.emit(()), on_close.clone());
            async move {
                coming.await?;
                on_close.emit(());
                Ok(())
            }
        })
    };
    let keep = props.on_close.reform(|_: MouseEvent| ());
    let fields = Fields { id: "farewell", form: &form, locale: &locale };
    let is_meant = form.trimmed("farewell") == props.name.as_str();
    html! {
        <Dialog title={props.title.clone()} on_close={props.on_close.clone()}>
            <p>{ &props.text }</p>
            <form id="farewell" class="section-form" {onsubmit} novalidate=true>
                { fields.text("farewell", &people.type_to_confirm.replacen("{}", &props.name, 1), "", Kind::Handle("off")) }
                { fields.outcome("") }
                <div class="dialog-acts">
                    <button type="button" class="button" onclick={keep}>{ words.keep }</button>
                    <button type="submit" class="button button-bad" disabled={!is_meant || form.is_sending()}>
                        { if form.is_sending() { words.deleting } else { words.delete_for_ever } }
                    </button>
                </div>
            </form>
        </Dialog>
    }
}
