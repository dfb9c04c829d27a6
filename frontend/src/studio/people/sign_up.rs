//! Making an account: `/signup`.
//!
//! Owns the two steps (what the instance asks people to keep to, where it asks anything, then the form) and what is said
//! afterwards. The surprise: whoever needs neither a judgement nor a mail is signed in at once.

use shared::api::{Signup, SignupChannel};
use yew::prelude::*;

use super::fields::{Fields, Kind, on_submit, use_form};
use super::form::{Form, Stage};
use crate::api::{self, Client, Failure, Instance, Rules};
use crate::browser::page;
use crate::components::{Glyph, Heading, Loading, Markdown, empty, failed, use_loaded};
use crate::locale::{Locale, use_locale};
use crate::people_route::{PeoplePage, Section};
use crate::route::{Route, Shelf};
use crate::session::{Session, Viewer, use_session};

/// Making an account.
#[component]
pub fn SignUp() -> Html {
    let locale = use_locale();
    let (words, people) = (locale.words(), locale.people());
    let session = use_session();
    let client = session.client.clone();
    let loaded = use_loaded((), move |()| async move {
        let instance = api::instance(&client).await?;
        // An instance that does not say what it asks for asks for nothing.
        let rules = api::rules(&client).await.unwrap_or_default();
        Ok((instance, rules))
    });
    let agreed = use_state(|| false);
    let title = people.sign_up_at.replacen("{}", &page::site_name(), 1);
    let body = match &loaded.state {
        Loading::Waiting => html! { <div class="sheet skeleton sheet-tall" aria-hidden="true" /> },
        Loading::Failed(failure) => failed(failure, &loaded.again, words),
        Loading::Here(here) if !here.0.signup.allowed => {
            let act = html! {
                <a class="button" href={Route::Browse(Shelf::Recent).to_string()}>{ words.to_videos }</a>
            };
            empty(Glyph::Lock, people.sign_up_closed, people.sign_up_closed_text, act)
        }
        Loading::Here(here) if !*agreed && here.1 != Rules::default() => {
            let agree = {
                let agreed = agreed.setter();
                Callback::from(move |_: MouseEvent| agreed.set(true))
            };
            rules(&here.1, &agree, &locale)
        }
        Loading::Here(here) => html! { <Sheet instance={here.0.clone()} /> },
    };
    html! {
        <div class="page page-form page-form-wide">
            <Heading {title} tab={people.sign_up} />
            { body }
            <p class="after">
                { people.has_account }{ " " }
                <a href={Route::Login { next: None }.to_string()}>{ words.log_in }</a>
            </p>
        </div>
    }
}

/// What the instance asks people to keep to.
fn rules(rules: &Rules, agree: &Callback<MouseEvent>, locale: &Locale) -> Html {
    let people = locale.people();
    let part = |title: &'static str, text: &str| {
        if text.is_empty() {
            return Html::default();
        }
        html! { <section class="rules"><h2>{ title }</h2><Markdown text={text.to_owned()} /></section> }
    };
    html! {
        <div class="sheet">
            <p>{ people.rules_text }</p>
            { part(people.rules_terms, &rules.terms) }
            { part(people.rules_conduct, &rules.code_of_conduct) }
            <button type="button" class="button button-main button-wide" onclick={agree}>{ people.rules_agree }</button>
        </div>
    }
}

/// What [`Sheet`] takes.
#[derive(Properties, PartialEq)]
struct SheetProps {
    instance: Instance,
}

/// The address of the first channel where nobody typed one: beside the user name, since the two share one space.
fn channel_for(form: &Form) -> String {
    match form.trimmed("username") {
        _ if form.has("channel.name") => form.trimmed("channel.name").to_owned(),
        "" => String::new(),
        username => format!("{username}_channel"),
    }
}

/// What the form says, for the instance.
fn said(form: &Form, asks_why: bool) -> Signup {
    let username = form.trimmed("username").to_owned();
    let display_name = form.filled("displayName");
    let channel = SignupChannel {
        name: channel_for(form),
        display_name: form.filled("channel.displayName").or(display_name.clone()).unwrap_or(username.clone()),
    };
    Signup {
        username,
        password: form.text("password").to_owned(),
        email: form.trimmed("email").to_owned(),
        display_name,
        channel: Some(channel),
        registration_reason: asks_why.then(|| form.trimmed("registrationReason").to_owned()),
    }
}

/// Sends it, and lets in whoever need not wait.
async fn come_in(session: Session, form: Form, instance: Instance) -> Result<(), Failure> {
    let rules = &instance.signup;
    let said = said(&form, rules.requires_approval);
    let client: &Client = &session.client;
    api::sign_up(client, &said, rules.requires_approval).await?;
    if !rules.requires_approval && !rules.requires_email_verification {
        // The account is there, whatever becomes of this: the page then offers the way in.
        if let Ok(tokens) = api::log_in(client, &said.username, &said.password, None).await {
            session.enter(tokens);
        }
    }
    Ok(())
}

const REQUIRED: &[&str] = &["username", "email", "password"];
const REQUIRED_WITH_AGE: &[&str] = &["username", "email", "password", "age"];
const REQUIRED_WITH_REASON: &[&str] = &["registrationReason", "username", "email", "password"];
const REQUIRED_WITH_BOTH: &[&str] = &["registrationReason", "username", "email", "password", "age"];

#[component]
fn Sheet(props: &SheetProps) -> Html {
    let locale = use_locale();
    let people = locale.people();
    let session = use_session();
    let rules = &props.instance.signup;
    let form = use_form("signup", Form::default);
    let required = match (rules.requires_approval, 0 < rules.minimum_age) {
        (false, false) => REQUIRED,
        (false, true) => REQUIRED_WITH_AGE,
        (true, false) => REQUIRED_WITH_REASON,
        (true, true) => REQUIRED_WITH_BOTH,
    };
    let onsubmit = {
        let (session, instance) = (session.clone(), props.instance.clone());
        on_submit(&form, required, &["password"], move |form| {
            come_in(session.clone(), form, instance.clone())
        })
    };
    if form.stage == Stage::Done {
        return afterwards(&props.instance, form.trimmed("email"), &session, &locale);
    }
    let fields = Fields { id: "signup", form: &form, locale: &locale };
    let address = format!("{}/c/{}", page::origin(), channel_for(&form));
    html! {
        <form id="signup" class="sheet" {onsubmit} novalidate=true>
            { fields.outcome("") }
            if rules.requires_approval {
                <p>{ people.approval_text }</p>
                { fields.text("registrationReason", people.field_reason, people.field_reason_hint, Kind::Lines(3)) }
            }
            { fields.text("username", people.field_username, people.field_username_hint, Kind::Handle("username")) }
            { fields.text("displayName", people.field_display_name, people.field_display_name_hint, Kind::Line("name")) }
            { fields.text("email", people.field_email, "", Kind::Email) }
            { fields.text("password", people.field_password, people.field_password_hint, Kind::Password("new-password")) }
            <fieldset class="form-part">
                <legend>{ people.first_channel }</legend>
                <p class="form-part-text">{ people.first_channel_text }</p>
                { fields.text("channel.displayName", people.field_channel_name, "", Kind::Line("off")) }
                { fields.text("channel.name", people.field_channel_handle, &address, Kind::Handle("off")) }
            </fieldset>
            if 0 < rules.minimum_age {
                { fields.check("age", &people.field_age.replacen("{}", &rules.minimum_age.to_string(), 1), "") }
            }
            { fields.send(if rules.requires_approval { people.request_account } else { people.create_account }, "button-main button-wide") }
        </form>
    }
}

/// What happens next, in sentences.
fn afterwards(instance: &Instance, email: &str, session: &Session, locale: &Locale) -> Html {
    let (words, people) = (locale.words(), locale.people());
    let rules = &instance.signup;
    let mail = people.check_mail.replacen("{}", email, 1);
    let again = html! {
        <p><a href={PeoplePage::AskConfirm.to_string()}>{ people.no_mail_came }</a></p>
    };
    html! {
        <div class="sheet" role="status">
            if rules.requires_approval {
                <h2>{ people.request_sent }</h2>
                if rules.requires_email_verification {
                    <p>{ mail }</p><p>{ people.then_judged }</p>{ again }
                } else {
                    <p>{ people.then_judged }</p>
                }
            } else if rules.requires_email_verification {
                <h2>{ people.almost_there }</h2><p>{ mail }</p>{ again }
            } else {
                <h2>{ people.account_ready }</h2>
                if session.viewer == Viewer::Stranger {
                    <a class="button button-main" href={Route::Login { next: None }.to_string()}>{ words.log_in }</a>
                } else {
                    <p>{ people.account_ready_text }</p>
                    <div class="form-acts">
                        <a class="button" href={PeoplePage::Settings(Section::Profile).to_string()}>{ people.set_up_profile }</a>
                        <a class="button button-main" href={Route::Browse(Shelf::Recent).to_string()}>{ words.to_videos }</a>
                    </div>
                }
            }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use yew::Reducible;

    use super::super::form::Act;
    use super::*;

    fn typed(texts: &[(&'static str, &str)]) -> Rc<Form> {
        texts.iter().fold(Rc::default(), |form: Rc<Form>, (name, text)| {
            form.reduce(Act::Type(name, (*text).to_owned()))
        })
    }

    #[test]
    fn the_first_channel_is_named_after_its_maker_until_somebody_names_it() {
        let form = typed(&[("username", " carol ")]);
        assert_eq!(channel_for(&form), "carol_channel");
        let said = said(&form, false);
        let channel = said.channel.unwrap();
        assert_eq!((channel.name.as_str(), channel.display_name.as_str()), ("carol_channel", "carol"));
        assert_eq!(said.registration_reason, None);
        assert_eq!(channel_for(&typed(&[("username", "carol"), ("channel.name", "films")])), "films");
    }
}
