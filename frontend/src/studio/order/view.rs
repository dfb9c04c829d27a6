//! Draws a list of rows, and does what is asked of them.

use gloo::timers::callback::Timeout;
use serde_json::Value;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::rows::{Asked, Deed, Row, Rows, about, choices, deeds, fetch, is_searched};
use super::sheet::Sheet;
use super::talk::Talk;
use crate::api::{Failure, Window};
use crate::browser::fetch::Body;
use crate::browser::spawn::spawn;
use crate::components::{Glyph, Heading, complaint, empty, failed, icon};
use crate::desk::Desk;
use crate::locale::use_locale;
use crate::route::Route;
use crate::session::{Viewer, use_session};
use crate::studio::gate::gate;
use crate::studio::tabs::Tabs;
use crate::text::problems::explain;
use crate::text::words::order::OrderWords;

/// Rows of one page.
const ROWS: usize = 25;
/// When rows are looked at again that change by themselves: a list is read in a second, or its host is slow.
const LOOK_AGAIN_MS: u32 = 1500;
/// What the instance calls those who keep the machine, and those who keep order (PeerTube's numbers).
const ADMINISTRATOR: u32 = 0;
const MODERATOR: u32 = 1;

/// What [`Order`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Which page.
    pub desk: Desk,
}

fn title(desk: Desk, words: &'static OrderWords) -> &'static str {
    match desk {
        Desk::OwnAbuses => words.own_abuses,
        Desk::OwnMutes | Desk::Mutes => words.own_mutes,
        Desk::OwnServers | Desk::Servers => words.own_servers,
        Desk::OwnWords | Desk::Words => words.own_words,
        Desk::SharedMutes => words.shared_mutes,
        Desk::OwnSharedWords | Desk::SharedWords => words.shared_words,
        Desk::Abuses => words.abuses,
        Desk::Blocks => words.blocks,
        Desk::Comments => words.comments,
        Desk::Jobs => words.jobs,
        Desk::Logs => words.logs,
        Desk::Audit => words.audit,
    }
}

fn is_own(desk: Desk) -> bool {
    matches!(
        desk,
        Desk::OwnAbuses | Desk::OwnMutes | Desk::OwnServers | Desk::OwnWords | Desk::OwnSharedWords
    )
}

/// A page where order is kept, for whom it is meant.
#[component]
pub fn Order(props: &Props) -> Html {
    let locale = use_locale();
    let words = OrderWords::of(locale.language());
    let desk = props.desk;
    match use_session().viewer {
        Viewer::Arriving => {
            html! { <div class="page"><Heading title={title(desk, words)} waiting=true /></div> }
        }
        Viewer::Stranger => html! {
            <div class="page">
                <Heading title={title(desk, words)} unseen=true />
                { gate(locale.words(), words.gate, &Route::Order(desk)) }
            </div>
        },
        Viewer::Person(me) => {
            let role = me.role.id;
            let may = is_own(desk) || role <= MODERATOR && desk.beside(role == ADMINISTRATOR).contains(&desk);
            let tab = |other: &Desk| {
                let current = (*other == desk).then_some("page");
                html! { <li><a href={other.path()} aria-current={current}>{ title(*other, words) }</a></li> }
            };
            html! {
                <div class="page page-list">
                    if may {
                        <Tabs label={if is_own(desk) { words.own_order } else { words.order }} present={desk.path()}>
                            { for desk.beside(role == ADMINISTRATOR).iter().map(tab) }
                        </Tabs>
                        <List key={desk.path()} {desk} account={me.account.name.clone()} />
                    } else {
                        <Heading title={title(desk, words)} unseen=true />
                        { empty(Glyph::Lock, words.not_for_you, "", Html::default()) }
                    }
                </div>
            }
        }
    }
}

/// What [`List`] takes.
#[derive(Properties, PartialEq)]
struct ListProps {
    desk: Desk,
    account: String,
}

/// What stands over the page.
#[derive(Clone, PartialEq)]
enum Over {
    Nothing,
    Deed(Deed, String),
    Talk(u64),
}

#[component]
fn List(props: &ListProps) -> Html {
    let locale = use_locale();
    let words = OrderWords::of(locale.language());
    let client = use_session().client;
    let desk = props.desk;
    let choices = choices(desk, words);
    let first = choices.first().map_or("", |(_, choice)| *choice);
    let asked =
        use_state(|| Asked { desk, account: props.account.clone(), search: String::new(), choice: first });
    // How often it was looked at anew, and how many rows are wanted.
    let turn = use_state(|| (0u32, ROWS));
    let rows = use_state(|| None::<Rows>);
    let failure = use_state(|| None::<Failure>);
    let over = use_state(|| Over::Nothing);
    let refusal = use_state(|| None::<Failure>);
    let is_busy = use_state(|| false);
    use_effect_with(((*asked).clone(), *turn), {
        let (client, rows, failure, locale) =
            (client.clone(), rows.setter(), failure.setter(), locale.clone());
        move |(asked, (_, count)): &(Asked, (u32, usize))| {
            let (asked, window) = (asked.clone(), Window { start: 0, count: (*count).min(100) });
            // What was asked for before does not overwrite what was asked for after.
            let is_wanted = std::rc::Rc::new(std::cell::Cell::new(true));
            let wanted = is_wanted.clone();
            spawn(async move {
                let found = fetch(&client, &asked, window, &locale, words).await;
                if !wanted.get() {
                    return;
                }
                match found {
                    Ok(found) => {
                        rows.set(Some(found));
                        failure.set(None);
                    }
                    Err(error) => failure.set(Some(error)),
                }
            });
            move || is_wanted.set(false)
        }
    });
    let again = {
        let turn = turn.clone();
        Callback::from(move |()| turn.set((turn.0.wrapping_add(1), turn.1)))
    };
    // What is about to change by itself is looked at until it did.
    use_effect_with((*turn, rows.as_ref().is_some_and(|rows| rows.is_moving)), {
        let again = again.clone();
        move |(_, is_moving): &((u32, usize), bool)| {
            let timer = is_moving.then(|| Timeout::new(LOOK_AGAIN_MS, move || again.emit(())));
            move || drop(timer)
        }
    });
    let close = {
        let (over, refusal) = (over.setter(), refusal.setter());
        Callback::from(move |()| {
            over.set(Over::Nothing);
            refusal.set(None);
        })
    };
    let perform = {
        let (client, again, close) = (client.clone(), again.clone(), close.clone());
        let (refusal, is_busy) = (refusal.setter(), is_busy.setter());
        Callback::from(move |(deed, body): (Deed, Value)| {
            is_busy.set(true);
            let (client, again, close) = (client.clone(), again.clone(), close.clone());
            let (refusal, is_busy) = (refusal.clone(), is_busy.clone());
            spawn(async move {
                let body = Body::Text("application/json", body.to_string());
                match client.send(deed.method, &deed.path, &body).await {
                    Ok(_) => {
                        close.emit(());
                        again.emit(());
                    }
                    Err(error) => refusal.set(Some(error)),
                }
                is_busy.set(false);
            });
        })
    };
    let press = {
        let (over, perform) = (over.setter(), perform.clone());
        Callback::from(move |(deed, title): (Deed, String)| {
            if deed.fields.is_empty() && !deed.is_grave {
                let body = deed.body.clone();
                perform.emit((deed, body));
            } else {
                over.set(Over::Deed(deed, title));
            }
        })
    };
    let button = |deed: &Deed, title: &str| {
        let (press, deed, title) = (press.clone(), deed.clone(), title.to_owned());
        let class = if deed.is_grave { "button button-quiet" } else { "button" };
        let (label, glyph) = (deed.label, deed.glyph);
        let named = if title.is_empty() { label.to_owned() } else { format!("{label}: {title}") };
        let onclick = Callback::from(move |_: MouseEvent| press.emit((deed.clone(), title.clone())));
        html! { <button type="button" {class} {onclick} aria-label={named} disabled={*is_busy}>{ icon(glyph) }{ label }</button> }
    };
    let row = |row: &Row| {
        let talk = row.talk.map(|abuse| {
            let over = over.setter();
            let onclick = Callback::from(move |_: MouseEvent| over.set(Over::Talk(abuse)));
            let label = format!("{}: {}", words.messages, row.title);
            html! { <button type="button" class="button" {onclick} aria-label={label}>{ icon(Glyph::Letter) }{ words.messages }</button> }
        });
        html! {
            <li class="row order-row" key={row.key.clone()}>
                <div class="row-words">
                    <h2 class="row-title">
                        if let Some(href) = &row.href { <a href={href.clone()}>{ &row.title }</a> } else { { &row.title } }
                    </h2>
                    <p class="row-facts">{ for row.facts.iter().map(|fact| html! { <span>{ fact }</span> }) }</p>
                    if !row.text.is_empty() { <p class="order-text">{ &row.text }</p> }
                    if let Some(wrong) = &row.wrong { <p class="row-wrong">{ icon(Glyph::Alert) }{ wrong }</p> }
                </div>
                if talk.is_some() || !row.deeds.is_empty() {
                    <div class="row-acts">{ talk }{ for row.deeds.iter().map(|deed| button(deed, &row.title)) }</div>
                }
            </li>
        }
    };
    let on_search = {
        let asked = asked.clone();
        Callback::from(move |event: Event| {
            let search = event.target_unchecked_into::<HtmlInputElement>().value();
            asked.set(Asked { search, ..(*asked).clone() });
        })
    };
    let on_choice = {
        let (asked, choices) = (asked.clone(), choices.clone());
        Callback::from(move |event: Event| {
            let value = event.target_unchecked_into::<HtmlSelectElement>().value();
            if let Some((_, choice)) = choices.iter().find(|(_, choice)| *choice == value) {
                asked.set(Asked { choice, ..(*asked).clone() });
            }
        })
    };
    let more = {
        let turn = turn.clone();
        Callback::from(move |_: MouseEvent| turn.set((turn.0, turn.1 + ROWS)))
    };
    let here = rows.as_ref().map_or(0, |rows| rows.rows.len());
    let total = rows.as_ref().map_or(0, |rows| rows.total);
    let has_more = u64::try_from(here).unwrap_or(u64::MAX) < total && turn.1 < 100;
    let refused = || refusal.as_ref().map(|failure| complaint(explain(failure, locale.words())));
    html! {
        <>
            <div class="page-head">
                <Heading title={title(desk, words)} />
                { for deeds(desk, &props.account, words).iter().map(|deed| button(deed, "")) }
            </div>
            if let Some(about) = about(desk, words) { <p class="order-about">{ about }</p> }
            if is_searched(desk) || !choices.is_empty() {
                <div class="order-filters">
                    if !choices.is_empty() {
                        <div class="field">
                            <label for="order-choice">{ words.narrow }</label>
                            <select id="order-choice" onchange={on_choice}>
                                { for choices.iter().map(|(name, choice)| html! { <option value={*choice} selected={*choice == asked.choice}>{ name }</option> }) }
                            </select>
                        </div>
                    }
                    if is_searched(desk) {
                        <div class="field">
                            <label for="order-search">{ words.search }</label>
                            <input id="order-search" type="search" maxlength="200" onchange={on_search} />
                        </div>
                    }
                </div>
            }
            if *over == Over::Nothing { { for refused() } }
            if let Some(failure) = &*failure {
                { failed(failure, &again, locale.words()) }
            } else if rows.is_some() && here == 0 {
                { empty(Glyph::Check, words.nothing, "", Html::default()) }
            } else {
                <ul class="rows order-rows" aria-busy={rows.is_none().to_string()}>
                    { for rows.iter().flat_map(|rows| &rows.rows).map(row) }
                </ul>
            }
            if has_more {
                <div class="feed-end"><button type="button" class="button" onclick={more}>{ locale.words().show_more }</button></div>
            }
            { match &*over {
                Over::Nothing => Html::default(),
                Over::Talk(abuse) => html! { <Talk abuse={*abuse} on_close={close} /> },
                Over::Deed(deed, title) => {
                    let (perform, sent) = (perform.clone(), deed.clone());
                    let on_done = Callback::from(move |body| perform.emit((sent.clone(), body)));
                    let complaint: Html = refused().unwrap_or_default();
                    html! { <Sheet deed={deed.clone()} title={title.clone()} is_busy={*is_busy} {complaint} {on_done} on_close={close} /> }
                }
            } }
        </>
    }
}
