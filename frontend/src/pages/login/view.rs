//! Draws the sign-in form and sends it.

use shared::api::ProblemCode;
use web_sys::{HtmlElement, HtmlInputElement};
use yew::prelude::*;

use super::state::{Act, Field, Form, Stage};
use crate::api;
use crate::browser::page;
use crate::browser::spawn::spawn;
use crate::components::{Glyph, Heading, Loading, complaint, icon, use_loaded};
use crate::locale::use_locale;
use crate::navigation;
use crate::people_route::PeoplePage;
use crate::route::{Route, Shelf};
use crate::session::{Viewer, use_session};
use crate::text::problems::explain;

/// What [`Login`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Path and query to go to afterwards.
    pub next: Option<String>,
}

/// Signing in.
#[component]
#[inline(never)]
pub fn Login(props: &Props) -> Html {
    let words = use_locale().words();
    let session = use_session();
    let form = use_reducer(Form::default);
    let shown = use_state(|| false);
    let (name, password, code) = (use_node_ref(), use_node_ref(), use_node_ref());
    let client = session.client.clone();
    let instance = use_loaded((), move |()| async move { api::instance(&client).await });

    // Whoever is in has nothing to do here: after signing in, or by Back.
    use_effect_with((matches!(session.viewer, Viewer::Person(_)), props.next.clone()), |(is_in, next)| {
        if *is_in {
            let next = next.as_deref().unwrap_or("/");
            let (path, query) = next.split_once('?').unwrap_or((next, ""));
            navigation::replace(&Route::parse(path, query));
        }
    });
    // What is missing or wrong takes the focus.
    use_effect_with((form.stage.clone(), form.asks_code), {
        let (name, password, code) = (name.clone(), password.clone(), code.clone());
        move |(stage, asks_code)| {
            let field = match stage {
                Stage::Incomplete(Field::Name) => &name,
                Stage::Incomplete(Field::Code) => &code,
                Stage::Refused(_) | Stage::Open if *asks_code => &code,
                Stage::Incomplete(Field::Password) | Stage::Refused(_) => &password,
                Stage::Open | Stage::Sending => return,
            };
            if let Some(field) = field.cast::<HtmlElement>() {
                let _ = field.focus();
            }
        }
    });

    let typed = |field: Field| {
        let form = form.dispatcher();
        Callback::from(move |event: InputEvent| {
            let value = event.target_unchecked_into::<HtmlInputElement>().value();
            form.dispatch(Act::Type(field, value));
        })
    };
    let onsubmit = {
        let (form, session) = (form.clone(), session.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let ready = form.missing().is_none() && form.stage != Stage::Sending;
            form.dispatch(Act::Send);
            if ready {
                let (form, session) = (form.clone(), session.clone());
                spawn(async move {
                    let (name, proof) = (form.name_to_send(), form.code_to_send());
                    match api::log_in(&session.client, name, &form.password, proof).await {
                        Ok(tokens) => session.enter(tokens),
                        Err(failure) => form.dispatch(Act::Refused(failure)),
                    }
                });
            }
        })
    };
    let toggle = {
        let shown = shown.clone();
        Callback::from(move |_: MouseEvent| shown.set(!*shown))
    };
    let sending = form.stage == Stage::Sending;
    let missing = |field: Field| form.stage == Stage::Incomplete(field);
    html! {
        <div class="page page-form">
            <Heading title={words.log_in_to.replacen("{}", &page::site_name(), 1)} />
            <form class="sheet" {onsubmit} novalidate=true>
                if let Stage::Refused(failure) = &form.stage {
                    { complaint(explain(failure, words)) }
                    if failure.code() == Some(&ProblemCode::EmailNotVerified) {
                        <a class="button" href={PeoplePage::AskConfirm.to_string()}>{ words.send_mail_again }</a>
                    }
                }
                <div class="field">
                    <label for="login-name">{ words.user_name }</label>
                    <input ref={name} id="login-name" type="text" autocomplete="username" autocapitalize="none"
                        spellcheck="false" required=true value={form.name.clone()} oninput={typed(Field::Name)}
                        aria-invalid={missing(Field::Name).to_string()} aria-describedby="login-name-missing" />
                    <p class="field-wrong" id="login-name-missing">{ if missing(Field::Name) { words.user_name_missing } else { "" } }</p>
                </div>
                <div class="field">
                    <label for="login-password">{ words.password }</label>
                    <div class="copy">
                        <input ref={password} id="login-password" type={if *shown { "text" } else { "password" }}
                            autocomplete="current-password" required=true value={form.password.clone()}
                            oninput={typed(Field::Password)} aria-invalid={missing(Field::Password).to_string()}
                            aria-describedby="login-password-missing" />
                        <button type="button" class="button" aria-pressed={shown.to_string()} aria-label={words.show_password}
                            title={words.show_password} onclick={toggle}>
                            { icon(Glyph::Eye) }
                        </button>
                    </div>
                    <p class="field-wrong" id="login-password-missing">{ if missing(Field::Password) { words.password_missing } else { "" } }</p>
                </div>
                if form.asks_code {
                    <div class="field">
                        <label for="login-code">{ words.login_code }</label>
                        <input ref={code} id="login-code" type="text" autocomplete="one-time-code" autocapitalize="none"
                            spellcheck="false" required=true value={form.code.clone()} oninput={typed(Field::Code)}
                            aria-invalid={missing(Field::Code).to_string()} aria-describedby="login-code-hint login-code-missing" />
                        <p class="field-hint" id="login-code-hint">{ words.login_code_hint }</p>
                        <p class="field-wrong" id="login-code-missing">{ if missing(Field::Code) { words.problem_missing_code } else { "" } }</p>
                    </div>
                }
                <button type="submit" class="button button-main button-wide" disabled={sending}>
                    { if sending { words.logging_in } else { words.log_in } }
                </button>
            </form>
            <p class="after">
                <a href={PeoplePage::AskReset.to_string()}>{ words.forgot_password }</a>
            </p>
            if matches!(&instance.state, Loading::Here(instance) if instance.signup.allowed) {
                <p class="after"><a class="button" href={PeoplePage::SignUp.to_string()}>{ words.sign_up }</a></p>
            }
            <p class="after"><a href={Route::Browse(Shelf::Recent).to_string()}>{ words.to_videos }</a></p>
        </div>
    }
}
