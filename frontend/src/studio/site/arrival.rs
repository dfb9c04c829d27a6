//! Why something did not arrive: of a server, of somebody or of a thing, what was told and heard, what was answered, and
//! what is tried next.

use gloo::events::EventListener;
use shared::api::{Explained, FederationServer, LedgerRow};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::arrival_words as words;
use super::say::Say;
use crate::api::{self, Failure, Ledger};
use crate::browser::bus::{Word, hear};
use crate::browser::page;
use crate::browser::spawn::spawn;
use crate::components::{Glyph, Loading, complaint, empty, failed, icon, use_loaded};
use crate::locale::{Locale, use_locale};
use crate::navigation::go_to;
use crate::session::use_session;
use crate::site_route::SitePage;
use crate::studio::people::pager::{pager, window};
use crate::text::addresses::{encode, query_value};
use crate::text::problems::explain;

const fn say(en: &'static str, fr: &'static str) -> Say {
    Say { en, fr }
}

const INTRO: Say = say(
    "Name a server, somebody, or the address of a video or a comment, here or elsewhere.",
    "Indiquez un serveur, quelqu’un, ou l’adresse d’une vidéo ou d’un commentaire, d’ici ou d’ailleurs.",
);
const FIELD: Say = say("Host, handle or address", "Serveur, identifiant ou adresse");
const ASK: Say = say("Why?", "Pourquoi ?");
const NOT_KNOWN: Say = say(
    "This is neither a host nor a handle, and no address of anything that was ever here.",
    "Ce n’est ni un serveur ni un identifiant, ni l’adresse de quoi que ce soit qui ait été ici.",
);
const SERVERS: Say = say("Other servers", "Autres serveurs");
const NO_SERVERS: Say =
    say("No other server was told anything yet", "Aucun autre serveur n’a encore rien appris");
const TRY: Say = say("Try now", "Essayer maintenant");
const TRIED: Say = say("It is being tried.", "L’essai est en cours.");
const NEXT_TRY: Say = say("It is tried again {}.", "Nouvel essai {}.");
const MUTED: Say = say("muted", "masqué");
const SILENT: Say = say("cannot be reached", "injoignable");
const ALL_SERVERS: Say = say("All servers", "Tous les serveurs");
const AGAIN: Say = say("Look again", "Regarder encore");
const NONE: Say = say("Nothing that is still known.", "Rien dont il reste trace.");
const BY: Say = say("by", "par");
const TO: Say = say("to", "à");
const TRIES: Say = say("Tried {} times so far.", "{} essais jusqu’ici.");
const TRIES_ONE: Say = say("Tried once so far.", "Un essai jusqu’ici.");

/// The four lists, in the order of their weight.
const LEDGERS: [(Ledger, Say); 4] = [
    (Ledger::Waiting, say("Still to be told", "Encore à dire")),
    (Ledger::Told, say("What became of what was told", "Ce qu’il est advenu de ce qui a été dit")),
    (Ledger::Arriving, say("Came, and not done yet", "Arrivé, pas encore traité")),
    (Ledger::Received, say("What became of what came", "Ce qu’il est advenu de ce qui est arrivé")),
];

/// Where it is told why something of this did not arrive.
pub fn place(about: &str) -> String {
    format!("{}?about={}", SitePage::Arrival.path(), encode(about))
}

/// What the page's address asks about.
fn asked() -> String {
    let (_, query) = page::address();
    query_value(query.strip_prefix('?').unwrap_or(&query), "about").unwrap_or_default()
}

/// The page.
#[component]
pub fn Arrival() -> Html {
    let locale = use_locale();
    let about = use_state(asked);
    use_effect_with((), {
        let about = about.setter();
        move |_| {
            let back = about.clone();
            let moved = hear(Word::Moved, move |_| about.set(asked()));
            let back = EventListener::new(&page::window(), "popstate", move |_| back.set(asked()));
            move || drop((moved, back))
        }
    });
    html! {
        <>
            <p>{ INTRO.of(&locale) }</p>
            <Ask key={format!("ask {}", *about)} about={(*about).clone()} />
            if about.is_empty() {
                <Servers />
            } else {
                <Answer key={(*about).clone()} about={AttrValue::from((*about).clone())} />
            }
        </>
    }
}

/// What [`Ask`] takes.
#[derive(Properties, PartialEq)]
struct AskProps {
    about: String,
}

#[component]
fn Ask(props: &AskProps) -> Html {
    let locale = use_locale();
    let field = use_node_ref();
    let onsubmit = {
        let field = field.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let text = field.cast::<HtmlInputElement>().map(|field| field.value()).unwrap_or_default();
            match text.trim() {
                "" => go_to(SitePage::Arrival.path()),
                text => go_to(&place(text)),
            }
        })
    };
    html! {
        <form class="sheet section-form" role="search" {onsubmit}>
            <div class="field">
                <label for="arrival-about">{ FIELD.of(&locale) }</label>
                <input ref={field} id="arrival-about" type="text" maxlength="2000" value={props.about.clone()} autocomplete="off"
                    spellcheck="false" autocapitalize="off" inputmode="url" />
            </div>
            <div class="form-acts">
                if !props.about.is_empty() {
                    <a class="button button-quiet" href={SitePage::Arrival.path()}>{ ALL_SERVERS.of(&locale) }</a>
                }
                <button type="submit" class="button button-main">{ icon(Glyph::Search) }{ ASK.of(&locale) }</button>
            </div>
        </form>
    }
}

/// Other servers, those that cannot be reached first.
#[component]
fn Servers() -> Html {
    let locale = use_locale();
    let client = use_session().client;
    let start = use_state(|| 0usize);
    let loaded = use_loaded(*start, move |start| {
        let start = *start;
        async move { api::federation_servers(&client, "", window(start)).await }
    });
    let on_start = {
        let start = start.setter();
        Callback::from(move |at: usize| start.set(at))
    };
    let body = match &loaded.state {
        Loading::Waiting => html! { <div class="sheet skeleton sheet-tall" aria-hidden="true" /> },
        Loading::Failed(failure) => failed(failure, &loaded.again, locale.words()),
        Loading::Here(found) if found.data.is_empty() => {
            empty(Glyph::Waves, NO_SERVERS.of(&locale), "", Html::default())
        }
        Loading::Here(found) => html! {
            <>
                <ul class="lines">{ for found.data.iter().map(|server| html! {
                    <li class="line" key={server.host.clone()}>
                        <div class="line-words">
                            <h3 class="row-title long"><a href={place(&server.host)}>{ &server.host }</a></h3>
                            { about_server(server, &locale) }
                        </div>
                        if 0 < server.waiting {
                            <Try host={server.host.clone()} on_tried={loaded.again.clone()} />
                        }
                    </li>
                }) }</ul>
                { pager(*start, found.total, &locale, &on_start) }
            </>
        },
    };
    html! { <section aria-labelledby="arrival-servers"><h2 id="arrival-servers">{ SERVERS.of(&locale) }</h2>{ body }</section> }
}

/// How it stands with a server.
fn about_server(server: &FederationServer, locale: &Locale) -> Html {
    let (reach, waits) = words::server(server);
    let since = server.failing_since.map(|at| locale.moment(at));
    let heard = server.heard_at.map(|at| locale.age(at));
    let reach = reach.of(locale).replacen("{}", &since.or(heard).unwrap_or_default(), 1);
    let waits = waits.of(locale).replacen("{}", &locale.number(server.waiting), 1);
    let next = server.next_at.filter(|at| page::now() < *at && 0 < server.failures);
    let next = next.map(|at| NEXT_TRY.of(locale).replacen("{}", &locale.moment(at), 1));
    html! {
        <>
            <p class="row-facts">
                if server.is_muted { <span class="chip chip-shy">{ MUTED.of(locale) }</span> }
                if 0 < server.failures { <span class="chip chip-bad">{ icon(Glyph::Alert) }{ SILENT.of(locale) }</span> }
            </p>
            <p>{ format!("{reach} {waits} {}", next.unwrap_or_default()) }</p>
        </>
    }
}

#[derive(Clone, PartialEq)]
enum Stage {
    Open,
    Sending,
    Sent,
    Refused(Failure),
}

/// What [`Try`] takes.
#[derive(Properties, PartialEq)]
struct TryProps {
    host: String,
    on_tried: Callback<()>,
}

/// Has a server told now what waits for it.
#[component]
fn Try(props: &TryProps) -> Html {
    let locale = use_locale();
    let client = use_session().client;
    let stage = use_state(|| Stage::Open);
    let onclick = {
        let (stage, host, on_tried) = (stage.setter(), props.host.clone(), props.on_tried.clone());
        Callback::from(move |_: MouseEvent| {
            stage.set(Stage::Sending);
            let (client, stage, host, on_tried) =
                (client.clone(), stage.clone(), host.clone(), on_tried.clone());
            spawn(async move {
                match api::try_server(&client, &host).await {
                    Ok(()) => {
                        stage.set(Stage::Sent);
                        on_tried.emit(());
                    }
                    Err(failure) => stage.set(Stage::Refused(failure)),
                }
            });
        })
    };
    html! {
        <div class="line-acts">
            <button type="button" class="button" {onclick} disabled={*stage == Stage::Sending}
                aria-label={format!("{}: {}", TRY.of(&locale), props.host)}>{ icon(Glyph::Waves) }{ TRY.of(&locale) }</button>
            <span class="form-note" role="status">{ if *stage == Stage::Sent { TRIED.of(&locale) } else { "" } }</span>
            if let Stage::Refused(failure) = &*stage { { complaint(explain(failure, locale.words())) } }
        </div>
    }
}

/// What [`Answer`] takes.
#[derive(Properties, PartialEq)]
struct AnswerProps {
    about: AttrValue,
}

/// What is known of what was asked about.
#[component]
fn Answer(props: &AnswerProps) -> Html {
    let locale = use_locale();
    let client = use_session().client;
    let version = use_state(|| 0u32);
    let loaded = use_loaded((props.about.clone(), *version), move |(about, _)| {
        let about = about.clone();
        async move { api::explain_arrival(&client, &about).await }
    });
    let again = {
        let version = version.clone();
        Callback::from(move |()| version.set(*version + 1))
    };
    match &loaded.state {
        Loading::Waiting => html! { <div class="sheet skeleton sheet-tall" aria-hidden="true" /> },
        Loading::Failed(failure) if failure.status() == Some(404) => complaint(NOT_KNOWN.of(&locale)),
        Loading::Failed(failure) => failed(failure, &loaded.again, locale.words()),
        Loading::Here(found) => html! {
            <>
                { summary(found, &locale, &again) }
                { for LEDGERS.iter().map(|(ledger, title)| html! {
                    <Rows key={title.en} about={props.about.clone()} ledger={*ledger} title={title.of(&locale)} version={*version} />
                }) }
            </>
        },
    }
}

fn summary(found: &Explained, locale: &Locale, again: &Callback<()>) -> Html {
    let title = found.name.clone().or_else(|| found.address.clone()).or_else(|| found.host.clone());
    let servers = found.listeners.map(|count| locale.number(count)).unwrap_or_default();
    let sentence = |say: Say| html! { <li>{ say.of(locale).replacen("{}", &servers, 1) }</li> };
    html! {
        <section class="sheet" aria-labelledby="arrival-thing">
            <h2 id="arrival-thing" class="long">{ title.unwrap_or_default() }</h2>
            if let Some(address) = &found.address { <p class="long">{ address }</p> }
            <ul>{ for words::thing(found).into_iter().map(sentence) }</ul>
            if let Some(server) = &found.server {
                <h3 class="long"><a href={place(&server.host)}>{ &server.host }</a></h3>
                { about_server(server, locale) }
            }
            <div class="form-acts">
                if let Some(server) = found.server.as_ref().filter(|server| 0 < server.waiting) {
                    <Try host={server.host.clone()} on_tried={again.clone()} />
                }
                <button type="button" class="button button-quiet" onclick={again.reform(|_: MouseEvent| ())}>{ AGAIN.of(locale) }</button>
            </div>
        </section>
    }
}

/// What [`Rows`] takes.
#[derive(Properties, PartialEq)]
struct RowsProps {
    about: AttrValue,
    ledger: Ledger,
    title: &'static str,
    version: u32,
}

/// One of the four lists.
#[component]
fn Rows(props: &RowsProps) -> Html {
    let locale = use_locale();
    let client = use_session().client;
    let start = use_state(|| 0usize);
    let ledger = props.ledger;
    let loaded = use_loaded((props.about.clone(), *start, props.version), move |(about, start, _)| {
        let (about, start) = (about.clone(), *start);
        async move { api::ledger_rows(&client, ledger, &about, window(start)).await }
    });
    let on_start = {
        let start = start.setter();
        Callback::from(move |at: usize| start.set(at))
    };
    let is_told = matches!(ledger, Ledger::Waiting | Ledger::Told);
    let body = match &loaded.state {
        Loading::Waiting => html! { <div class="sheet skeleton" aria-hidden="true" /> },
        Loading::Failed(failure) => failed(failure, &loaded.again, locale.words()),
        Loading::Here(found) if found.data.is_empty() => html! { <p>{ NONE.of(&locale) }</p> },
        Loading::Here(found) => html! {
            <>
                <ul class="lines">{ for found.data.iter().map(|row| line(row, is_told, &locale)) }</ul>
                { pager(*start, found.total, &locale, &on_start) }
            </>
        },
    };
    html! { <section aria-label={props.title}><h2>{ props.title }</h2>{ body }</section> }
}

fn line(row: &LedgerRow, is_told: bool, locale: &Locale) -> Html {
    let is_due = row.next_at.is_some_and(|at| at <= page::now());
    let mut said = vec![words::state(row, is_told).of(locale).to_owned()];
    said.extend(
        row.status.map(|status| words::status(status).of(locale).replacen("{}", &status.to_string(), 1)),
    );
    match row.attempts {
        0 => {}
        1 => said.push(TRIES_ONE.of(locale).to_owned()),
        tries => said.push(TRIES.of(locale).replacen("{}", &locale.number(u64::from(tries)), 1)),
    }
    let at = row.next_at.map(|at| locale.moment(at)).unwrap_or_default();
    said.extend(words::next(row, is_due).map(|say| say.of(locale).replacen("{}", &at, 1)));
    let tone = if words::is_wrong(row) { "row-wrong" } else { "row-facts" };
    html! {
        <li class="line">
            <div class="line-words">
                <p class="row-facts">
                    if !row.activity.is_empty() { <span class="chip">{ &row.activity }</span> }
                    <time datetime={row.at.to_string()}>{ locale.moment(row.at) }</time>
                    <span class="long">{ if is_told { format!("{} ", TO.of(locale)) } else { String::new() } }<a href={place(&row.host)}>{ &row.host }</a></span>
                </p>
                if let Some(about) = &row.about { <p class="long"><a href={place(about)}>{ about }</a></p> }
                if let Some(by) = &row.by { <p class="row-facts long">{ format!("{} {by}", BY.of(locale)) }</p> }
                <p class={tone}>if words::is_wrong(row) { { icon(Glyph::Alert) } }{ said.join(" ") }</p>
                if let Some(reason) = &row.reason { <p class="quote" lang="en">{ reason }</p> }
            </div>
        </li>
    }
}
