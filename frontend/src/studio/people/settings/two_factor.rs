//! The second proof at login: a code of an app, and words kept for the day that app is lost.
//!
//! Owns the steps. Secrets stand in this page's state alone and go with it.

use shared::api::OtpRequest;
use yew::prelude::*;

use super::qr;
use super::view::SectionProps;
use crate::api::{self, Failure};
use crate::components::{CopyField, Tone, alert, complaint};
use crate::locale::use_locale;
use crate::session::use_session;
use crate::studio::people::fields::{Fields, Kind, on_submit, use_form};
use crate::studio::people::form::Form;

/// Which step one is at.
#[derive(Clone, PartialEq)]
enum Step {
    /// Nothing was begun.
    Rest,
    /// The app is to learn the secret.
    Secret(Begun),
    /// These are to be kept; each lets in once.
    Codes(Vec<String>),
}

/// A secret for an app.
#[derive(Clone, PartialEq)]
struct Begun {
    request: OtpRequest,
    /// Shown again for the words that are made at the end.
    password: String,
}

/// What is done with a password.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wish {
    Begin,
    Codes,
    End,
}

/// The second proof at login.
#[component]
pub fn TwoFactor(props: &SectionProps) -> Html {
    let locale = use_locale();
    let people = locale.people();
    let client = use_session().client;
    let user = props.me.id;
    let step = use_state(|| Step::Rest);
    let wish = use_mut_ref(|| Wish::Begin);
    let shown = use_form("proof", Form::default);
    let code = use_form("first-code", Form::default);
    let is_on = props.me.two_factor_enabled;
    let onsubmit = {
        let (client, step, on_change, wish) =
            (client.clone(), step.setter(), props.on_change.clone(), wish.clone());
        on_submit(&shown, &["currentPassword"], &["currentPassword"], move |form| {
            let (client, step, on_change) = (client.clone(), step.clone(), on_change.clone());
            let wish = *wish.borrow();
            async move {
                let password = form.text("currentPassword");
                match wish {
                    Wish::Begin => {
                        let request = api::begin_two_factor(&client, user, password).await?;
                        step.set(Step::Secret(Begun { request, password: password.to_owned() }));
                    }
                    Wish::Codes => {
                        step.set(Step::Codes(api::recovery_codes(&client, user, password).await?));
                    }
                    Wish::End => {
                        api::end_two_factor(&client, user, password).await?;
                        step.set(Step::Rest);
                        on_change.emit(());
                    }
                }
                Ok::<_, Failure>(())
            }
        })
    };
    let on_code = {
        let (step, on_change, client) = (step.clone(), props.on_change.clone(), client);
        on_submit(&code, &["otpToken"], &["otpToken"], move |form| {
            let (step, on_change, client) = (step.clone(), on_change.clone(), client.clone());
            async move {
                let Step::Secret(begun) = (*step).clone() else { return Ok(()) };
                let token = &begun.request.request_token;
                api::confirm_two_factor(&client, user, token, form.trimmed("otpToken")).await?;
                // It counts from now on; whoever gets no words here asks for them below.
                let codes = api::recovery_codes(&client, user, &begun.password).await;
                step.set(codes.map_or(Step::Rest, Step::Codes));
                on_change.emit(());
                Ok(())
            }
        })
    };
    let press = |chosen: Wish| {
        let wish = wish.clone();
        Callback::from(move |_: MouseEvent| {
            wish.replace(chosen);
        })
    };
    let fields = Fields { id: "proof", form: &shown, locale: &locale };
    let body = match &*step {
        Step::Rest => html! {
            <>
                if is_on {
                    { alert(Tone::Good, html! { <p>{ people.two_factor_is_on }</p> }) }
                } else {
                    <p>{ people.two_factor_text }</p>
                }
                <form id="proof" class="section-form" {onsubmit} novalidate=true>
                    { fields.text("currentPassword", people.field_current_password, "", Kind::Password("current-password")) }
                    { fields.outcome("") }
                    <div class="form-acts">
                        if is_on {
                            <button type="submit" class="button" disabled={shown.is_sending()} onclick={press(Wish::Codes)}>
                                { people.new_recovery_codes }
                            </button>
                            <button type="submit" class="button button-bad" disabled={shown.is_sending()} onclick={press(Wish::End)}>
                                { people.two_factor_end }
                            </button>
                        } else {
                            <button type="submit" class="button" disabled={shown.is_sending()} onclick={press(Wish::Begin)}>
                                { people.two_factor_begin }
                            </button>
                        }
                    </div>
                </form>
            </>
        },
        Step::Secret(begun) => {
            let fields = Fields { id: "first-code", form: &code, locale: &locale };
            let cancel = {
                let step = step.setter();
                Callback::from(move |_: MouseEvent| step.set(Step::Rest))
            };
            html! {
                <>
                    <p>{ people.two_factor_scan }</p>
                    if let Some(drawing) = qr::draw(&begun.request.uri) {
                        <svg class="qr" viewBox={format!("0 0 {0} {0}", drawing.side)} role="img" aria-label={people.qr_label}>
                            <path d={drawing.path} />
                        </svg>
                    }
                    <CopyField id="otp-secret" label={people.two_factor_secret} text={begun.request.secret.clone()} />
                    <form id="first-code" class="section-form" onsubmit={on_code} novalidate=true>
                        { fields.text("otpToken", people.field_first_code, people.field_first_code_hint, Kind::Code) }
                        if code.refusal().is_some_and(|failure| failure.status() == Some(403)) {
                            { complaint(locale.words().problem_invalid_code) }
                        } else {
                            { fields.outcome("") }
                        }
                        <div class="form-acts">
                            <button type="button" class="button" onclick={cancel}>{ locale.words().cancel }</button>
                            { fields.send(people.two_factor_confirm, "button-main") }
                        </div>
                    </form>
                </>
            }
        }
        Step::Codes(codes) => {
            let done = {
                let step = step.setter();
                Callback::from(move |_: MouseEvent| step.set(Step::Rest))
            };
            html! {
                <>
                    { alert(Tone::Good, html! { <p>{ people.two_factor_is_on }</p> }) }
                    <p>{ people.recovery_text }</p>
                    <ul class="recovery">{ for codes.iter().map(|code| html! { <li><code>{ code }</code></li> }) }</ul>
                    <CopyField id="recovery" label={people.recovery_codes} text={codes.join(" ")} />
                    <div class="form-acts">
                        <button type="button" class="button button-main" onclick={done}>{ people.recovery_kept }</button>
                    </div>
                </>
            }
        }
    };
    html! { <section class="sheet section" id="two-factor"><h2>{ people.two_factor }</h2>{ body }</section> }
}
