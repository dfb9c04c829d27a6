//! Pages that mails lead to, and those that ask for such mails: confirming an address, choosing a new password.

use yew::prelude::*;

use super::fields::{Fields, Kind, on_submit, use_form};
use super::form::{Form, Stage};
use crate::api::{self, MailWish};
use crate::components::{Heading, Loading, Tone, alert, complaint, failed, use_loaded};
use crate::locale::{Locale, use_locale};
use crate::people_route::{PeoplePage, Whose};
use crate::route::Route;
use crate::session::{Viewer, use_session};
use crate::text::problems::explain;

/// What [`Confirm`] takes.
#[derive(Properties, PartialEq)]
pub struct ConfirmProps {
    /// Who got the mail.
    pub whose: Whose,
    /// What the mail says.
    pub proof: String,
    /// Whether it is an address that takes another's place.
    pub is_new_address: bool,
}

/// Showing that mail arrives: `/verify-account/email`.
#[component]
pub fn Confirm(props: &ConfirmProps) -> Html {
    let locale = use_locale();
    let (words, people) = (locale.words(), locale.people());
    let session = use_session();
    let client = session.client.clone();
    let is_new = props.is_new_address;
    let key = (props.whose.clone(), props.proof.clone());
    let loaded = use_loaded(key, move |(whose, proof)| {
        let (whose, proof) = (whose.clone(), proof.clone());
        async move { api::confirm(&client, &whose, &proof, is_new).await }
    });
    // A present visitor's record has another address now.
    use_effect_with(matches!(loaded.state, Loading::Here(_)), {
        let session = session.clone();
        move |is_done| {
            if *is_done && session.client.has_tokens() {
                session.renew();
            }
        }
    });
    let body = match &loaded.state {
        Loading::Waiting => html! { <p role="status">{ people.confirming }</p> },
        Loading::Failed(failure) if matches!(failure.status(), Some(400 | 403 | 404)) => html! {
            <>
                { complaint(people.mail_counts_no_more) }
                <a class="button" href={PeoplePage::AskConfirm.to_string()}>{ people.send_again }</a>
            </>
        },
        Loading::Failed(failure) => failed(failure, &loaded.again, words),
        Loading::Here(_) => {
            let next = match (&props.whose, &session.viewer) {
                (Whose::Registration(_), _) => people.then_judged,
                (Whose::User(_), Viewer::Stranger) => people.confirmed_text,
                (Whose::User(_), Viewer::Arriving | Viewer::Person(_)) => "",
            };
            html! {
                <>
                    { alert(Tone::Good, html! { <p>{ people.confirmed }</p> }) }
                    if !next.is_empty() {
                        <p>{ next }</p>
                    }
                    if matches!(props.whose, Whose::User(_)) && session.viewer == Viewer::Stranger {
                        <a class="button button-main button-wide" href={Route::Login { next: None }.to_string()}>{ words.log_in }</a>
                    }
                </>
            }
        }
    };
    html! {
        <div class="page page-form">
            <Heading title={people.confirm_title} />
            <div class="sheet">{ body }</div>
        </div>
    }
}

/// What [`AskMail`] takes.
#[derive(Properties, PartialEq)]
pub struct AskProps {
    /// Which mail.
    pub wish: MailWish,
}

/// Asking for a mail: `/reset-password` and `/verify-account/ask-send-email`.
#[component]
pub fn AskMail(props: &AskProps) -> Html {
    let locale = use_locale();
    let (words, people) = (locale.words(), locale.people());
    let client = use_session().client;
    let asking = client.clone();
    let instance = use_loaded((), move |()| async move { api::instance(&asking).await });
    let form = use_form("mail", Form::default);
    let wish = props.wish;
    let judges = matches!(&instance.state, Loading::Here(instance) if instance.signup.requires_approval);
    let onsubmit = on_submit(&form, &["email"], &[], move |form| {
        let client = client.clone();
        async move { api::ask_mail(&client, wish, form.trimmed("email"), judges).await }
    });
    let (title, text) = match wish {
        MailWish::Reset => (people.reset_title, people.reset_text),
        MailWish::Confirm => (people.confirm_title, people.ask_confirm_text),
    };
    let is_mute = matches!(&instance.state, Loading::Here(instance) if !instance.email.enabled);
    let fields = Fields { id: "mail", form: &form, locale: &locale };
    html! {
        <div class="page page-form">
            <Heading {title} />
            if is_mute {
                <div class="sheet"><p>{ people.cannot_mail }</p></div>
            } else if form.stage == Stage::Done {
                <div class="sheet" role="status">
                    <h2>{ people.mail_sent }</h2>
                    <p>{ people.mail_sent_text.replacen("{}", form.trimmed("email"), 1) }</p>
                </div>
            } else {
                <form id="mail" class="sheet" {onsubmit} novalidate=true>
                    { fields.outcome("") }
                    <p>{ text }</p>
                    { fields.text("email", people.field_email, "", Kind::Email) }
                    { fields.send(people.send_mail, "button-main button-wide") }
                </form>
            }
            <p class="after"><a href={Route::Login { next: None }.to_string()}>{ words.log_in }</a></p>
        </div>
    }
}

/// What [`Reset`] takes.
#[derive(Properties, PartialEq)]
pub struct ResetProps {
    /// Whose password.
    pub user: String,
    /// What the mail says.
    pub proof: String,
}

/// Choosing a new password by a mail: `/reset-password?userId=…`.
#[component]
pub fn Reset(props: &ResetProps) -> Html {
    let locale = use_locale();
    let (words, people) = (locale.words(), locale.people());
    let client = use_session().client;
    let form = use_form("reset", Form::default);
    let onsubmit = {
        let (user, proof) = (props.user.clone(), props.proof.clone());
        on_submit(&form, &["password"], &["password"], move |form| {
            let (client, user, proof) = (client.clone(), user.clone(), proof.clone());
            async move { api::reset_password(&client, &user, &proof, form.text("password")).await }
        })
    };
    let fields = Fields { id: "reset", form: &form, locale: &locale };
    html! {
        <div class="page page-form">
            <Heading title={people.reset_title} />
            if form.stage == Stage::Done {
                <div class="sheet">
                    { alert(Tone::Good, html! { <p>{ people.password_changed }</p> }) }
                    <a class="button button-main button-wide" href={Route::Login { next: None }.to_string()}>{ words.log_in }</a>
                </div>
            } else {
                <form id="reset" class="sheet" {onsubmit} novalidate=true>
                    { outcome(&form, &locale) }
                    { fields.text("password", people.field_new_password, people.field_password_hint, Kind::Password("new-password")) }
                    { fields.send(people.change_password, "button-main button-wide") }
                </form>
            }
        </div>
    }
}

fn outcome(form: &Form, locale: &Locale) -> Html {
    let people = locale.people();
    match form.refusal() {
        Some(failure) if matches!(failure.status(), Some(403 | 404)) => html! {
            <>
                { complaint(people.mail_counts_no_more) }
                <a class="button" href={PeoplePage::AskReset.to_string()}>{ people.send_again }</a>
            </>
        },
        Some(failure) if !form.has_wrong() => complaint(explain(failure, locale.words())),
        Some(_) | None => Html::default(),
    }
}
