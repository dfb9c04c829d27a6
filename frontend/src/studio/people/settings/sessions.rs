//! Where one is logged in, and how to be it no longer.

use shared::api::TokenSession;
use yew::prelude::*;

use super::view::SectionProps;
use crate::api::{self, Failure};
use crate::browser::spawn::spawn;
use crate::components::{Loading, complaint, failed, use_loaded};
use crate::locale::use_locale;
use crate::session::use_session;
use crate::text::problems::explain;

/// Where one is logged in.
#[component]
pub fn Sessions(props: &SectionProps) -> Html {
    let locale = use_locale();
    let (words, people) = (locale.words(), locale.people());
    let client = use_session().client;
    let user = props.me.id;
    let asking = client.clone();
    let loaded = use_loaded(user, move |user| {
        let user = *user;
        async move { api::sessions(&asking, user).await }
    });
    let refused = use_state(|| None::<Failure>);
    let end = {
        let (again, refused) = (loaded.again.clone(), refused.setter());
        move |session: &TokenSession| {
            let (client, again, refused, id) = (client.clone(), again.clone(), refused.clone(), session.id);
            Callback::from(move |_: MouseEvent| {
                let (client, again, refused) = (client.clone(), again.clone(), refused.clone());
                spawn(async move {
                    refused.set(api::end_session(&client, user, id).await.err());
                    again.emit(());
                });
            })
        }
    };
    let body = match &loaded.state {
        Loading::Waiting => {
            html! { <p class="bones"><span class="bone" /><span class="bone bone-short" /></p> }
        }
        Loading::Failed(failure) => failed(failure, &loaded.again, words),
        Loading::Here(sessions) => html! {
            <ul class="lines">
                { for sessions.iter().map(|session| html! {
                    <li class="line" key={session.id.to_string()}>
                        <div class="line-words">
                            <p><strong>{ &session.last_activity_device }</strong></p>
                            <p class="row-facts">
                                <span>{ &session.last_activity_ip }</span>
                                <time datetime={session.last_activity_date.to_string()}>{ locale.age(session.last_activity_date) }</time>
                                <span>{ people.session_since.replacen("{}", &locale.date(session.login_date), 1) }</span>
                            </p>
                        </div>
                        if session.current_session {
                            <span class="chip">{ people.this_session }</span>
                        } else {
                            <button type="button" class="button" onclick={end(session)}
                                aria-label={people.end_session_of.replacen("{}", &session.last_activity_device, 1)}>
                                { words.log_out }
                            </button>
                        }
                    </li>
                }) }
            </ul>
        },
    };
    html! {
        <section class="sheet section">
            <h2>{ people.sessions }</h2>
            <p>{ people.sessions_text }</p>
            if let Some(refused) = &*refused {
                { complaint(explain(refused, words)) }
            }
            { body }
        </section>
    }
}
