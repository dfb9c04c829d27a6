//! Whom the instance was to follow and could not: each with a sentence, and what one can do.

use shared::api::{FailedFollow, FollowFault};
use shared::id::JobId;
use yew::prelude::*;

use super::arrival::place;
use super::say::Say;
use crate::api::{self, Failure};
use crate::browser::spawn::spawn;
use crate::components::{Glyph, Loading, complaint, failed, icon, use_loaded};
use crate::locale::{Locale, use_locale};
use crate::session::use_session;
use crate::studio::people::pager::{pager, window};
use crate::text::problems::explain;

const fn say(en: &'static str, fr: &'static str) -> Say {
    Say { en, fr }
}

const TITLE: Say = say("Could not be followed", "Impossibles à suivre");
const RETRY: Say = say("Try again", "Réessayer");
const DISMISS: Say = say("Dismiss", "Ignorer");
const WHY: Say = say("Why?", "Pourquoi ?");

/// Why, in a sentence. `{}` is an HTTP status.
fn sentence(fault: FollowFault) -> Say {
    match fault {
        FollowFault::Unreachable => say(
            "The server is not reached, or takes too long. Is the name right?",
            "Le serveur est injoignable, ou trop lent. Le nom est-il juste ?",
        ),
        FollowFault::Answered => say(
            "The server answered {} when it was asked who that is.",
            "Le serveur a répondu {} quand cette instance a demandé qui c’est.",
        ),
        FollowFault::Nobody => say(
            "There is nobody by that name on that server, or it takes no part in the network.",
            "Personne ne porte ce nom sur ce serveur, ou il ne participe pas au réseau.",
        ),
        FollowFault::Unreadable => say(
            "What the server says of them cannot be understood.",
            "Ce que le serveur en dit est incompréhensible.",
        ),
        FollowFault::Closed => say(
            "The server is not of the open internet, so it is not asked.",
            "Le serveur n’est pas sur l’internet public : il n’est pas interrogé.",
        ),
        FollowFault::Muted => say(
            "This instance mutes the server. Unmute it first.",
            "Cette instance masque ce serveur. Affichez-le d’abord.",
        ),
        FollowFault::Full => say(
            "The instance follows as many as it may. Unfollow somebody first.",
            "L’instance suit déjà autant de monde que possible. Retirez d’abord quelqu’un.",
        ),
        FollowFault::Off => say(
            "This instance takes no part in the network (setting federation.enabled).",
            "Cette instance ne participe pas au réseau (réglage federation.enabled).",
        ),
        FollowFault::Ours => say(
            "Something on this instance failed. The log says more.",
            "Quelque chose a échoué sur cette instance. Le journal en dit plus.",
        ),
    }
}

/// What [`FailedFollows`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// That there may be more who are followed.
    pub on_retried: Callback<()>,
}

/// The list; nothing where nobody is in it.
#[component]
pub fn FailedFollows(props: &Props) -> Html {
    let locale = use_locale();
    let client = use_session().client;
    let start = use_state(|| 0usize);
    let refused = use_state(|| None::<Failure>);
    let loaded = use_loaded(*start, {
        let client = client.clone();
        move |start| {
            let start = *start;
            async move { api::failed_follows(&client, window(start)).await }
        }
    });
    let act = {
        let (again, refused, on_retried) = (loaded.again.clone(), refused.setter(), props.on_retried.clone());
        Callback::from(move |(job, is_retry): (JobId, bool)| {
            let (client, again) = (client.clone(), again.clone());
            let (refused, on_retried) = (refused.clone(), on_retried.clone());
            spawn(async move {
                refused.set(api::act_on_failed_follow(&client, job, is_retry).await.err());
                again.emit(());
                on_retried.emit(());
            });
        })
    };
    let on_start = {
        let start = start.setter();
        Callback::from(move |at: usize| start.set(at))
    };
    match &loaded.state {
        Loading::Waiting => Html::default(),
        Loading::Failed(failure) => failed(failure, &loaded.again, locale.words()),
        Loading::Here(page) if page.total == 0 => Html::default(),
        Loading::Here(page) => html! {
            <section class="sheet" aria-labelledby="failed-follows-title">
                <h2 id="failed-follows-title">{ TITLE.of(&locale) }</h2>
                if let Some(failure) = &*refused { { complaint(explain(failure, locale.words())) } }
                <ul id="failed-follows" class="lines">{ for page.data.iter().map(|row| line(row, &locale, &act)) }</ul>
                { pager(*start, page.total, &locale, &on_start) }
            </section>
        },
    }
}

fn line(row: &FailedFollow, locale: &Locale, act: &Callback<(JobId, bool)>) -> Html {
    let name = match &row.name {
        Some(name) => format!("{name}@{}", row.host),
        None => row.host.clone(),
    };
    let status = row.status.map(|status| status.to_string()).unwrap_or_default();
    let press = |is_retry: bool| {
        let job = row.id;
        act.reform(move |_: MouseEvent| (job, is_retry))
    };
    let named = |word: Say| format!("{}: {name}", word.of(locale));
    html! {
        <li class="line" key={row.id.0.to_string()}>
            <div class="line-words">
                <h3 class="row-title long">{ &name }</h3>
                <p>{ sentence(row.fault).of(locale).replacen("{}", &status, 1) }</p>
                <p class="row-facts">
                    <time datetime={row.created_at.to_string()}>{ locale.age(row.created_at) }</time>
                    <a href={place(&row.host)} aria-label={format!("{} {}", WHY.of(locale), row.host)}>{ WHY.of(locale) }</a>
                </p>
            </div>
            <div class="line-acts">
                <button type="button" class="button" onclick={press(true)} aria-label={named(RETRY)}>{ RETRY.of(locale) }</button>
                <button type="button" class="button button-quiet" onclick={press(false)} aria-label={named(DISMISS)}>{ icon(Glyph::Close) }{ DISMISS.of(locale) }</button>
            </div>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_told_where_there_is_one() {
        for (fault, has_status) in [(FollowFault::Answered, true), (FollowFault::Nobody, false)] {
            let said = sentence(fault);
            assert_eq!((said.en.contains("{}"), said.fr.contains("{}")), (has_status, has_status));
        }
    }
}
