//! E-mail address and password: to change either, one shows the password as it is.

use shared::api::MeChange;
use yew::prelude::*;

use super::view::SectionProps;
use crate::api;
use crate::components::{Tone, alert};
use crate::locale::use_locale;
use crate::session::use_session;
use crate::studio::people::fields::{Fields, Kind, on_submit, use_form};
use crate::studio::people::form::Form;

/// Another e-mail address.
#[component]
pub fn Address(props: &SectionProps) -> Html {
    let locale = use_locale();
    let people = locale.people();
    let client = use_session().client;
    let form = use_form("address", Form::default);
    let onsubmit = {
        let on_change = props.on_change.clone();
        on_submit(&form, &["email", "currentPassword"], &["email", "currentPassword"], move |form| {
            let (client, on_change) = (client.clone(), on_change.clone());
            async move {
                let change = MeChange {
                    email: Some(form.trimmed("email").to_owned()),
                    current_password: Some(form.text("currentPassword").to_owned()),
                    ..MeChange::default()
                };
                api::change_me(&client, &change).await?;
                on_change.emit(());
                Ok(())
            }
        })
    };
    let fields = Fields { id: "address", form: &form, locale: &locale };
    html! {
        <section class="sheet section">
            <h2>{ people.field_email }</h2>
            <p>{ people.present_address }{ " " }<strong>{ &props.me.email }</strong></p>
            if let Some(pending) = &props.me.pending_email {
                { alert(Tone::Good, html! { <p>{ people.pending_address.replacen("{}", pending, 1) }</p> }) }
            }
            <form id="address" class="section-form" {onsubmit} novalidate=true>
                { fields.text("email", people.field_new_email, "", Kind::Email) }
                { fields.text("currentPassword", people.field_current_password, "", Kind::Password("current-password")) }
                { fields.outcome(if props.me.pending_email.is_some() { "" } else { people.saved }) }
                <div class="form-acts">{ fields.send(people.change_address, "") }</div>
            </form>
        </section>
    }
}

/// Another password.
#[component]
pub fn Password(props: &SectionProps) -> Html {
    let locale = use_locale();
    let people = locale.people();
    let client = use_session().client;
    let form = use_form("change-password", Form::default);
    let onsubmit = {
        let on_change = props.on_change.clone();
        on_submit(&form, &["currentPassword", "password"], &["currentPassword", "password"], move |form| {
            let (client, on_change) = (client.clone(), on_change.clone());
            async move {
                let change = MeChange {
                    password: Some(form.text("password").to_owned()),
                    current_password: Some(form.text("currentPassword").to_owned()),
                    ..MeChange::default()
                };
                api::change_me(&client, &change).await?;
                on_change.emit(());
                Ok(())
            }
        })
    };
    let fields = Fields { id: "change-password", form: &form, locale: &locale };
    html! {
        <section class="sheet section">
            <h2>{ people.field_password }</h2>
            <p>{ people.password_ends_sessions }</p>
            <form id="change-password" class="section-form" {onsubmit} novalidate=true>
                // For programs that keep passwords: whose it is.
                <input type="text" class="unseen" tabindex="-1" aria-hidden="true" autocomplete="username" readonly=true
                    value={props.me.username.clone()} />
                { fields.text("currentPassword", people.field_current_password, "", Kind::Password("current-password")) }
                { fields.text("password", people.field_new_password, people.field_password_hint, Kind::Password("new-password")) }
                { fields.outcome(people.password_changed) }
                <div class="form-acts">{ fields.send(people.change_password, "") }</div>
            </form>
        </section>
    }
}
