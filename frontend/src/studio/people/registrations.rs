//! Who asked to be let in: `/admin/moderation/registrations/list`.

use shared::api::UserRegistration;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::fields::{Fields, Kind, choice, on_submit, use_form};
use super::form::Form;
use super::pager::window;
use super::users::{forbidden, rows};
use crate::api::{self, Failure, Verdict};
use crate::browser::spawn::spawn;
use crate::components::{Dialog, Glyph, Heading, Loading, complaint, empty, failed, icon, use_loaded};
use crate::locale::use_locale;
use crate::people_route::PeoplePage;
use crate::route::Route;
use crate::session::{Viewer, use_session};
use crate::studio::gate::gate;
use crate::text::problems::explain;

/// The numbers of states on the wire.
const PENDING: u32 = 1;
const REJECTED: u32 = 2;
const ACCEPTED: u32 = 3;

/// Who asked to be let in.
#[component]
pub fn Registrations() -> Html {
    let locale = use_locale();
    let (words, people) = (locale.words(), locale.people());
    let session = use_session();
    let search = use_state(String::new);
    let state = use_state(|| Some(PENDING));
    let start = use_state(|| 0usize);
    let judged = use_state(|| None::<(UserRegistration, Verdict)>);
    let refused = use_state(|| None::<Failure>);
    let client = session.client.clone();
    let role = session.person().map(|me| me.role.id);
    let key = ((*search).clone(), *state, *start, role);
    let loaded = use_loaded(key, move |(search, state, start, role)| {
        let (search, state, start, is_known) = (search.clone(), *state, *start, role.is_some());
        async move {
            if is_known {
                api::registrations(&client, &search, state, window(start)).await
            } else {
                Err(Failure::Unreadable)
            }
        }
    });
    match &session.viewer {
        Viewer::Person(me) if me.manages_people() => {}
        Viewer::Arriving => {
            return html! { <div class="page"><Heading title={words.admin_registrations} waiting=true /></div> };
        }
        Viewer::Stranger => {
            return html! {
                <div class="page">
                    <Heading title={words.admin_registrations} unseen=true />
                    { gate(words, people.gate_managing, &Route::People(PeoplePage::Registrations)) }
                </div>
            };
        }
        Viewer::Person(_) => return forbidden(words.admin_registrations, &locale),
    }
    let onsearch = {
        let (search, start) = (search.setter(), start.setter());
        Callback::from(move |event: Event| {
            start.set(0);
            search.set(event.target_unchecked_into::<HtmlInputElement>().value());
        })
    };
    let on_state = {
        let (state, start) = (state.setter(), start.setter());
        Callback::from(move |chosen: String| {
            start.set(0);
            state.set(chosen.parse().ok());
        })
    };
    let press = |request: &UserRegistration, verdict: Verdict| {
        let (judged, request) = (judged.setter(), request.clone());
        Callback::from(move |_: MouseEvent| judged.set(Some((request.clone(), verdict))))
    };
    let forget = |request: &UserRegistration| {
        let (client, again, refused, id) =
            (session.client.clone(), loaded.again.clone(), refused.setter(), request.id);
        Callback::from(move |_: MouseEvent| {
            let (client, again, refused) = (client.clone(), again.clone(), refused.clone());
            spawn(async move {
                refused.set(api::forget_registration(&client, id).await.err());
                again.emit(());
            });
        })
    };
    let row = |request: &UserRegistration| {
        let name = &request.username;
        html! {
            <li class="line" key={request.id.to_string()}>
                <div class="line-words">
                    <h2 class="row-title">{ name }</h2>
                    <p class="row-facts">
                        <span class="chip">{ match request.state.id {
                            REJECTED => people.state_rejected,
                            ACCEPTED => people.state_accepted,
                            _ => people.state_pending,
                        } }</span>
                        <span class="long">{ &request.email }</span>
                        if request.email_verified == Some(false) { <span>{ people.not_confirmed }</span> }
                        if let Some(channel) = &request.channel_handle { <span>{ "@" }{ channel }</span> }
                        <time datetime={request.created_at.to_string()}>{ locale.age(request.created_at) }</time>
                    </p>
                    <blockquote class="quote">{ &request.registration_reason }</blockquote>
                    if let Some(answer) = &request.moderation_response {
                        <p>{ people.answered }{ " " }{ answer }</p>
                    }
                </div>
                <div class="line-acts">
                    if request.state.id == PENDING {
                        <button type="button" class="button button-main" onclick={press(request, Verdict::Accept)}
                            aria-label={format!("{}: {name}", people.accept)}>{ icon(Glyph::Check) }{ people.accept }</button>
                        <button type="button" class="button" onclick={press(request, Verdict::Reject)}
                            aria-label={format!("{}: {name}", people.reject)}>{ icon(Glyph::Close) }{ people.reject }</button>
                    } else {
                        <button type="button" class="button button-quiet" onclick={forget(request)}
                            aria-label={words.delete_named.replacen("{}", name, 1)}>{ icon(Glyph::Bin) }{ words.delete }</button>
                    }
                </div>
            </li>
        }
    };
    let body = match &loaded.state {
        Loading::Waiting => html! { <div class="sheet skeleton sheet-tall" aria-hidden="true" /> },
        Loading::Failed(failure) => failed(failure, &loaded.again, words),
        Loading::Here(page) if page.data.is_empty() => {
            empty(Glyph::Person, people.nobody_asked, "", Html::default())
        }
        Loading::Here(page) => rows(page, row, *start, &locale, &start.setter()),
    };
    let states = [
        (PENDING.to_string(), people.state_pending),
        (ACCEPTED.to_string(), people.state_accepted),
        (REJECTED.to_string(), people.state_rejected),
        (String::new(), people.filter_all),
    ]
    .map(|(value, name)| (value, name.to_owned()));
    let chosen = state.map(|state| state.to_string()).unwrap_or_default();
    let on_close = {
        let (judged, again) = (judged.setter(), loaded.again.clone());
        Callback::from(move |()| {
            judged.set(None);
            again.emit(());
        })
    };
    html! {
        <div class="page page-list">
            <div class="page-head"><Heading title={words.admin_registrations} /></div>
            <div class="filters" role="search">
                <div class="field">
                    <label for="request-search">{ people.search }</label>
                    <input id="request-search" type="search" value={(*search).clone()} onchange={onsearch} autocomplete="off" />
                </div>
                { choice("request-state", people.filter, "", &chosen, &states, on_state) }
            </div>
            if let Some(refused) = &*refused {
                { complaint(explain(refused, words)) }
            }
            { body }
            if let Some((request, verdict)) = (*judged).clone() {
                <Judge {request} {verdict} {on_close} />
            }
        </div>
    }
}

/// What [`Judge`] takes.
#[derive(Properties, PartialEq)]
struct JudgeProps {
    request: UserRegistration,
    verdict: Verdict,
    on_close: Callback<()>,
}

/// Accepts or rejects somebody, with an answer.
#[component]
fn Judge(props: &JudgeProps) -> Html {
    let locale = use_locale();
    let (words, people) = (locale.words(), locale.people());
    let client = use_session().client;
    let form = use_form("judge", Form::default);
    let onsubmit = {
        let (id, verdict, on_close) = (props.request.id, props.verdict, props.on_close.clone());
        on_submit(&form, &["moderationResponse"], &[], move |form| {
            let (client, on_close) = (client.clone(), on_close.clone());
            async move {
                let (answer, is_silent) = (form.text("moderationResponse"), form.is_on("silent"));
                api::judge(&client, id, verdict, answer, is_silent).await?;
                on_close.emit(());
                Ok(())
            }
        })
    };
    let (title, act, class) = match props.verdict {
        Verdict::Accept => (people.accept_title, people.accept, "button-main"),
        Verdict::Reject => (people.reject_title, people.reject, "button-bad"),
    };
    let fields = Fields { id: "judge", form: &form, locale: &locale };
    let cancel = props.on_close.reform(|_: MouseEvent| ());
    html! {
        <Dialog title={title.replacen("{}", &props.request.username, 1)} on_close={props.on_close.clone()}>
            <blockquote class="quote">{ &props.request.registration_reason }</blockquote>
            <form id="judge" class="section-form" {onsubmit} novalidate=true>
                { fields.text("moderationResponse", people.field_answer, people.field_answer_hint, Kind::Lines(4)) }
                { fields.check("silent", people.send_no_mail, "") }
                { fields.outcome("") }
                <div class="dialog-acts">
                    <button type="button" class="button" onclick={cancel}>{ words.cancel }</button>
                    { fields.send(act, class) }
                </div>
            </form>
        </Dialog>
    }
}
