//! How the fields of a form are drawn, sent and complained about.
//!
//! Owns what all forms of people share. The surprise: what is wrong takes the focus once it is drawn.

use std::future::Future;

use web_sys::{HtmlElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::form::{Act, Form, ON, Stage, Wrong};
use crate::api::Failure;
use crate::browser::page;
use crate::browser::spawn::spawn;
use crate::components::{Tone, alert, complaint};
use crate::locale::Locale;
use crate::text::problems::explain;
use crate::text::words::people::PeopleWords;

/// A form, in any component.
pub type Handle = UseReducerHandle<Form>;

/// A form that begins with some texts. `id` is that of its `<form>`; the ids of its fields begin with it.
#[hook]
pub fn use_form(id: &'static str, begin: impl FnOnce() -> Form) -> Handle {
    let form = use_reducer(begin);
    use_effect_with(form.stage.clone(), move |stage| {
        if matches!(stage, Stage::Missing(_) | Stage::Refused(_)) {
            let first = page::document().query_selector(&format!("#{id} [aria-invalid=true]")).ok().flatten();
            if let Some(first) =
                first.and_then(|first| wasm_bindgen::JsCast::dyn_into::<HtmlElement>(first).ok())
            {
                let _ = first.focus();
            }
        }
    });
    form
}

/// Sends a form: `work` is done with its texts unless some of `required` are empty. Texts of `secrets` do not stay.
pub fn on_submit<F>(
    form: &Handle,
    required: &'static [&'static str],
    secrets: &'static [&'static str],
    work: impl Fn(Form) -> F + 'static,
) -> Callback<SubmitEvent>
where
    F: Future<Output = Result<(), Failure>> + 'static,
{
    let form = form.clone();
    Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        let is_ready = form.missing(required).is_empty() && !form.is_sending();
        form.dispatch(Act::Send(required));
        if is_ready {
            let (form, work) = (form.dispatcher(), work((*form).clone()));
            spawn(async move {
                form.dispatch(match work.await {
                    Ok(()) => Act::Done(secrets),
                    Err(failure) => Act::Refused(failure),
                });
            });
        }
    })
}

/// What a text is typed into.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A line; the word says what browsers may fill in (HTML's `autocomplete`).
    Line(&'static str),
    /// A name as it stands in addresses.
    Handle(&'static str),
    /// An e-mail address.
    Email,
    /// A password; the word says whether it is a new one.
    Password(&'static str),
    /// Six digits, or a word kept for the day the app is lost.
    Code,
    /// A number with a unit.
    Number,
    /// So many lines are seen at once.
    Lines(u8),
}

/// Draws the fields of one form.
#[derive(Clone, Copy)]
pub struct Fields<'f> {
    /// Begins the ids.
    pub id: &'static str,
    /// Whose fields.
    pub form: &'f Handle,
    /// In which language.
    pub locale: &'f Locale,
}

impl Fields<'_> {
    fn on_text(&self, name: &'static str) -> impl Fn(String) + 'static {
        let form = self.form.dispatcher();
        move |text| form.dispatch(Act::Type(name, text))
    }

    fn field_id(&self, name: &str) -> String {
        format!("{}-{}", self.id, name.replace('.', "-"))
    }

    /// A text. `hint` may be empty.
    pub fn text(&self, name: &'static str, label: &str, hint: &str, kind: Kind) -> Html {
        let id = self.field_id(name);
        let wrong = self.form.wrong(name).map(|wrong| sentence(name, &wrong, self.locale.people()));
        let (value, invalid) = (self.form.text(name).to_owned(), wrong.is_some().to_string());
        let described = format!("{id}-hint {id}-wrong");
        let on_text = self.on_text(name);
        let input = if let Kind::Lines(rows) = kind {
            let oninput = Callback::from(move |event: InputEvent| {
                on_text(event.target_unchecked_into::<HtmlTextAreaElement>().value());
            });
            html! {
                <textarea id={id.clone()} rows={rows.to_string()} {value} {oninput} aria-describedby={described}
                    aria-invalid={invalid} />
            }
        } else {
            let (input, autocomplete, mode) = match kind {
                Kind::Line(autocomplete) => ("text", autocomplete, None),
                Kind::Handle(autocomplete) => ("text", autocomplete, None),
                Kind::Email => ("email", "email", None),
                Kind::Password(autocomplete) => ("password", autocomplete, None),
                Kind::Code => ("text", "one-time-code", None),
                Kind::Number => ("text", "off", Some("decimal")),
                Kind::Lines(_) => ("text", "off", None),
            };
            let spelled = matches!(kind, Kind::Line(_)).to_string();
            let capitals = if matches!(kind, Kind::Line(_)) { "sentences" } else { "none" };
            let oninput = Callback::from(move |event: InputEvent| {
                on_text(event.target_unchecked_into::<HtmlInputElement>().value());
            });
            html! {
                <input id={id.clone()} type={input} {value} {oninput} {autocomplete} inputmode={mode} spellcheck={spelled}
                    autocapitalize={capitals} aria-describedby={described} aria-invalid={invalid} />
            }
        };
        html! {
            <div class="field">
                <label for={id.clone()}>{ label.to_owned() }</label>
                { input }
                <p class="field-hint" id={format!("{id}-hint")}>{ hint.to_owned() }</p>
                <p class="field-wrong" id={format!("{id}-wrong")}>{ wrong }</p>
            </div>
        }
    }

    /// A box to tick.
    pub fn check(&self, name: &'static str, label: &str, hint: &str) -> Html {
        let id = self.field_id(name);
        let wrong = self.form.wrong(name).map(|wrong| sentence(name, &wrong, self.locale.people()));
        let on_text = self.on_text(name);
        let onchange = Callback::from(move |event: Event| {
            let is_on = event.target_unchecked_into::<HtmlInputElement>().checked();
            on_text(if is_on { ON.to_owned() } else { String::new() });
        });
        html! {
            <div class="tick">
                <label class="option option-tall" for={id.clone()}>
                    <input id={id.clone()} type="checkbox" checked={self.form.is_on(name)} {onchange}
                        aria-describedby={format!("{id}-wrong")} aria-invalid={wrong.is_some().to_string()} />
                    <span>{ label.to_owned() }if !hint.is_empty() { <small>{ hint.to_owned() }</small> }</span>
                </label>
                <p class="field-wrong" id={format!("{id}-wrong")}>{ wrong }</p>
            </div>
        }
    }

    /// One of several values, each with its name.
    pub fn choice(&self, name: &'static str, label: &str, hint: &str, options: &[(String, String)]) -> Html {
        let on_text = self.on_text(name);
        choice(&self.field_id(name), label, hint, self.form.text(name), options, Callback::from(on_text))
    }

    /// Why it was sent back, or that it was taken.
    pub fn outcome(&self, done: &str) -> Html {
        let (form, words) = (self.form, self.locale.words());
        if form.has_wrong() {
            return complaint(words.form_wrong);
        }
        match &form.stage {
            Stage::Refused(failure) => complaint(explain(failure, words)),
            Stage::Done if !done.is_empty() => alert(Tone::Good, html! { <p>{ done.to_owned() }</p> }),
            Stage::Open | Stage::Missing(_) | Stage::Sending | Stage::Done => Html::default(),
        }
    }

    /// The button that sends it.
    pub fn send(&self, label: &str, class: &'static str) -> Html {
        html! {
            <button type="submit" class={classes!("button", class)} disabled={self.form.is_sending()}>
                { if self.form.is_sending() { self.locale.words().saving.to_owned() } else { label.to_owned() } }
            </button>
        }
    }
}

/// One of several values, outside of a form.
pub fn choice(
    id: &str,
    label: &str,
    hint: &str,
    value: &str,
    options: &[(String, String)],
    on_choice: Callback<String>,
) -> Html {
    let onchange = Callback::from(move |event: Event| {
        on_choice.emit(event.target_unchecked_into::<HtmlSelectElement>().value());
    });
    html! {
        <div class="field">
            <label for={id.to_owned()}>{ label.to_owned() }</label>
            <select id={id.to_owned()} {onchange} aria-describedby={format!("{id}-hint")}>
                { for options.iter().map(|(known, name)| html! {
                    <option value={known.clone()} selected={known == value}>{ name }</option>
                }) }
            </select>
            <p class="field-hint" id={format!("{id}-hint")}>{ hint.to_owned() }</p>
        </div>
    }
}

/// What is wrong with a field, in one sentence. The instance's own stands where we have none.
fn sentence(name: &str, wrong: &Wrong<'_>, people: &PeopleWords) -> String {
    let told = match wrong {
        Wrong::Missing => return people.wrong_missing.to_owned(),
        Wrong::Taken => return people.wrong_taken.to_owned(),
        Wrong::NotThePassword => return people.wrong_current_password.to_owned(),
        Wrong::Told(told) => *told,
    };
    match name {
        "username" | "channel.name" | "channelName" | "name" => people.wrong_handle.to_owned(),
        "password" => people.wrong_password.to_owned(),
        "email" => people.wrong_email.to_owned(),
        "displayName" | "channel.displayName" => people.wrong_display_name.to_owned(),
        "description" | "support" => people.wrong_description.to_owned(),
        "registrationReason" | "moderationResponse" => people.wrong_reason.to_owned(),
        "targetUrl" | "magnetUri" => people.wrong_address.to_owned(),
        "reason" => people.wrong_block_reason.to_owned(),
        "videoQuota" | "videoQuotaDaily" => people.wrong_quota.to_owned(),
        _ => told.to_owned(),
    }
}
