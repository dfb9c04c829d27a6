//! Copies of videos: ours of other servers', and theirs of ours.

use shared::api::{CopiesOfStrategy, Page, VideoCopy, VideoRedundancy};
use shared::id::MirrorId;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::say::Say;
use crate::api::{self, CopyList, Failure};
use crate::browser::page;
use crate::browser::spawn::spawn;
use crate::components::{Dialog, Glyph, Loading, Tone, alert, complaint, empty, failed, icon, use_loaded};
use crate::locale::{Locale, use_locale};
use crate::route::Route;
use crate::session::use_session;
use crate::studio::people::fields::choice;
use crate::studio::people::pager::{pager, window};
use crate::text::addresses::query_value;
use crate::text::problems::explain;

const fn say(en: &'static str, fr: &'static str) -> Say {
    Say { en, fr }
}

const WHICH: Say = say("Which", "Lesquelles");
const OURS: Say = say("Copies here of videos elsewhere", "Copies ici de vidéos d’ailleurs");
const THEIRS: Say = say("Copies elsewhere of videos here", "Copies ailleurs de vidéos d’ici");
const OURS_TEXT: Say = say(
    "Viewers get these films from this instance, too. Which videos are copied by themselves stands in the settings file; \
     from which instances, under “Following”.",
    "Cette instance sert aussi ces films. Les règles de copie automatique sont dans le fichier de réglages ; les instances \
     concernées, sous « Abonnements ».",
);
const THEIRS_TEXT: Say = say(
    "Other instances help to carry these films. Viewers check every piece against what this instance published.",
    "D’autres instances aident à porter ces films. Chaque morceau est comparé à ce que cette instance a publié.",
);
const NONE: Say = say("There are no copies", "Il n’y a aucune copie");
const USED: Say = say("Room that copies take", "Place occupée par les copies");
const OF: Say = say("of", "sur");
const MANUAL: Say = say("Asked for", "Demandées");
const MOST_VIEWS: Say = say("Most viewed", "Les plus vues");
const TRENDING: Say = say("Trending", "Tendances");
const RECENT: Say = say("Recently added", "Ajoutées récemment");
const UNTIL: Say = say("stays until", "reste jusqu’au");
const STAYS: Say = say("stays until it is removed", "reste jusqu’à son retrait");
const REMOVE: Say = say("Remove", "Retirer");
const REMOVE_TITLE: Say = say("Remove this copy?", "Retirer cette copie ?");
const REMOVE_OURS: Say = say(
    "Its files go, and the video’s own instance is told. A rule may have it copied again.",
    "Ses fichiers disparaissent et l’instance de la vidéo en est avertie. Une règle peut la faire copier à nouveau.",
);
const REMOVE_THEIRS: Say = say(
    "Viewers are sent there no more. The files stay with the other instance, which may offer them again.",
    "Plus personne n’y est envoyé. Les fichiers restent chez l’autre instance, qui peut les proposer à nouveau.",
);
const ADD: Say = say("Copy a video", "Copier une vidéo");
const ADD_FIELD: Say =
    say("Address of a video on another instance", "Adresse d’une vidéo d’une autre instance");
const ADD_BUTTON: Say = say("Copy", "Copier");
const ADDED: Say = say(
    "It is being copied. It appears here once it is whole.",
    "La copie est en cours. Elle apparaît ici une fois complète.",
);
const NOT_FOUND: Say = say(
    "No video of another instance was found at this address.",
    "Aucune vidéo d’une autre instance n’a été trouvée à cette adresse.",
);

/// Both lists, one at a time.
#[component]
pub fn Copies() -> Html {
    let locale = use_locale();
    let words = locale.words();
    let session = use_session();
    let list = use_state(|| CopyList::Ours);
    let start = use_state(|| 0usize);
    let doomed = use_state(|| None::<Doomed>);
    let refused = use_state(|| None::<Failure>);
    let loaded = use_loaded((*list, *start), {
        let client = session.client.clone();
        move |(list, start)| {
            let (list, start) = (*list, *start);
            async move { api::copies(&client, list, window(start)).await }
        }
    });
    let sums = use_loaded(*list, {
        let client = session.client.clone();
        move |_| async move { api::copies_by_strategy(&client).await }
    });
    let on_sure = {
        let (client, again) = (session.client.clone(), loaded.again.clone());
        let (counted, refused, doomed) = (sums.again.clone(), refused.setter(), doomed.setter());
        Callback::from(move |id: MirrorId| {
            let (client, again, counted) = (client.clone(), again.clone(), counted.clone());
            let (refused, doomed) = (refused.clone(), doomed.clone());
            spawn(async move {
                refused.set(api::remove_copy(&client, id).await.err());
                doomed.set(None);
                again.emit(());
                counted.emit(());
            });
        })
    };
    let on_list = {
        let (list, start) = (list.setter(), start.setter());
        Callback::from(move |chosen: String| {
            start.set(0);
            list.set(if chosen == THEIRS_VALUE { CopyList::Theirs } else { CopyList::Ours });
        })
    };
    let on_start = {
        let start = start.setter();
        Callback::from(move |at: usize| start.set(at))
    };
    let on_doom = {
        let doomed = doomed.setter();
        Callback::from(move |asked: Doomed| doomed.set(Some(asked)))
    };
    let body = match &loaded.state {
        Loading::Waiting => html! { <div class="sheet skeleton sheet-tall" aria-hidden="true" /> },
        Loading::Failed(failure) => failed(failure, &loaded.again, words),
        Loading::Here(page) if page.data.is_empty() => {
            empty(Glyph::Waves, NONE.of(&locale), "", Html::default())
        }
        Loading::Here(page) => rows(page, *start, &locale, &on_doom, &on_start),
    };
    let is_ours = *list == CopyList::Ours;
    let lists = [(OURS_VALUE, OURS), (THEIRS_VALUE, THEIRS)]
        .map(|(value, name)| (value.to_owned(), name.of(&locale).to_owned()));
    let chosen = if is_ours { OURS_VALUE } else { THEIRS_VALUE };
    let text = if is_ours { OURS_TEXT } else { THEIRS_TEXT };
    html! {
        <>
            <p>{ text.of(&locale) }</p>
            if is_ours { <Add on_added={loaded.again.clone()} /> }
            if let (true, Loading::Here(sums)) = (is_ours, &sums.state) { { used(sums, &locale) } }
            <div class="filters">{ choice("copies-list", WHICH.of(&locale), "", chosen, &lists, on_list) }</div>
            if let Some(failure) = &*refused { { complaint(explain(failure, words)) } }
            { body }
            if let Some(asked) = &*doomed {
                <Doom doomed={asked.clone()} {is_ours} {on_sure} on_close={
                    let doomed = doomed.setter();
                    Callback::from(move |()| doomed.set(None))
                } />
            }
        </>
    }
}

const OURS_VALUE: &str = "ours";
const THEIRS_VALUE: &str = "theirs";

fn strategy(name: &str) -> Say {
    match name {
        "most-views" => MOST_VIEWS,
        "trending" => TRENDING,
        "recently-added" => RECENT,
        _ => MANUAL,
    }
}

/// How much room copies take, by why they were made.
fn used(sums: &[CopiesOfStrategy], locale: &Locale) -> Html {
    let row = |sum: &CopiesOfStrategy| {
        let used = locale.bytes(sum.total_used);
        let room =
            sum.total_size.map_or(String::new(), |size| format!(" {} {}", OF.of(locale), locale.bytes(size)));
        html! { <><dt>{ strategy(&sum.strategy).of(locale) }</dt><dd>{ used }{ room }</dd></> }
    };
    if sums.is_empty() {
        return Html::default();
    }
    html! { <section><h2>{ USED.of(locale) }</h2><dl class="facts">{ for sums.iter().map(row) }</dl></section> }
}

/// A copy that may go.
#[derive(Clone, PartialEq)]
struct Doomed {
    id: MirrorId,
    name: String,
}

fn rows(
    page: &Page<VideoRedundancy>,
    start: usize,
    locale: &Locale,
    on_doom: &Callback<Doomed>,
    on_start: &Callback<usize>,
) -> Html {
    let lines = page.data.iter().flat_map(|video| {
        let copies = video.redundancies.streaming_playlists.iter();
        copies.map(move |copy| row(video, copy, locale, on_doom))
    });
    html! {
        <>
            <ul id="copies" class="lines">{ for lines }</ul>
            { pager(start, page.total, locale, on_start) }
        </>
    }
}

fn row(video: &VideoRedundancy, copy: &VideoCopy, locale: &Locale, on_doom: &Callback<Doomed>) -> Html {
    let host = host_of(if copy.strategy.is_some() { &video.url } else { &copy.file_url }).to_owned();
    let onclick = {
        let asked = Doomed { id: copy.id, name: video.name.clone() };
        on_doom.reform(move |_: MouseEvent| asked.clone())
    };
    let remove = format!("{}: {}", REMOVE.of(locale), video.name);
    html! {
        <li class="line" key={copy.id.0.to_string()}>
            <div class="line-words">
                <h2 class="row-title long"><a href={Route::watch(&video.uuid.short()).to_string()}>{ &video.name }</a></h2>
                <p class="row-facts">
                    <span>{ host }</span>
                    if let Some(name) = &copy.strategy { <span class="chip">{ strategy(name).of(locale) }</span> }
                    <span>{ locale.bytes(copy.size) }</span>
                    {
                        match copy.expires_on {
                            Some(until) => html! { <span>{ UNTIL.of(locale) }{ " " }<time datetime={until.to_string()}>{ locale.moment(until) }</time></span> },
                            None => html! { <span>{ STAYS.of(locale) }</span> },
                        }
                    }
                </p>
            </div>
            <div class="line-acts">
                <button type="button" class="button button-quiet" {onclick} aria-label={remove}>{ icon(Glyph::Bin) }{ REMOVE.of(locale) }</button>
            </div>
        </li>
    }
}

/// The server of an address.
fn host_of(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

/// What [`Doom`] takes.
#[derive(Properties, PartialEq)]
struct DoomProps {
    doomed: Doomed,
    is_ours: bool,
    on_close: Callback<()>,
    on_sure: Callback<MirrorId>,
}

/// Asks whether somebody is sure.
#[component]
fn Doom(props: &DoomProps) -> Html {
    let locale = use_locale();
    let text = if props.is_ours { REMOVE_OURS } else { REMOVE_THEIRS };
    let sure = {
        let id = props.doomed.id;
        props.on_sure.reform(move |_: MouseEvent| id)
    };
    html! {
        <Dialog title={REMOVE_TITLE.of(&locale)} on_close={props.on_close.clone()}>
            <p class="long">{ &props.doomed.name }</p>
            <p>{ text.of(&locale) }</p>
            <div class="dialog-acts">
                <button type="button" class="button" onclick={props.on_close.reform(|_: MouseEvent| ())}>{ locale.words().keep }</button>
                <button type="button" class="button button-bad" onclick={sure}>{ REMOVE.of(&locale) }</button>
            </div>
        </Dialog>
    }
}

#[derive(Clone, PartialEq)]
enum Stage {
    Open,
    Sending,
    Added,
    Missing,
    Refused(Failure),
}

/// What [`Add`] takes.
#[derive(Properties, PartialEq)]
struct AddProps {
    /// That there may be more.
    on_added: Callback<()>,
}

/// Which video to copy, too.
#[component]
fn Add(props: &AddProps) -> Html {
    let locale = use_locale();
    let words = locale.words();
    let client = use_session().client;
    // The page of a video leads here with its address.
    let text =
        use_state(|| query_value(page::address().1.trim_start_matches('?'), "video").unwrap_or_default());
    let stage = use_state(|| Stage::Open);
    let oninput = {
        let (text, stage) = (text.setter(), stage.setter());
        Callback::from(move |event: InputEvent| {
            text.set(event.target_unchecked_into::<HtmlInputElement>().value());
            stage.set(Stage::Open);
        })
    };
    let onsubmit = {
        let (text, stage, on_added) = (text.clone(), stage.setter(), props.on_added.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let address = text.trim().to_owned();
            if address.is_empty() {
                return stage.set(Stage::Missing);
            }
            stage.set(Stage::Sending);
            let (client, text, stage, on_added) =
                (client.clone(), text.setter(), stage.clone(), on_added.clone());
            spawn(async move {
                stage.set(match api::copy_at(&client, &address).await {
                    Ok(true) => {
                        text.set(String::new());
                        on_added.emit(());
                        Stage::Added
                    }
                    Ok(false) => Stage::Missing,
                    Err(failure) => Stage::Refused(failure),
                });
            });
        })
    };
    html! {
        <form class="sheet section-form" {onsubmit} novalidate=true>
            <h2>{ ADD.of(&locale) }</h2>
            <div class="field">
                <label for="copy-address">{ ADD_FIELD.of(&locale) }</label>
                <input id="copy-address" type="url" value={(*text).clone()} {oninput} autocomplete="off" spellcheck="false"
                    aria-invalid={(*stage == Stage::Missing).to_string()} />
            </div>
            {
                match &*stage {
                    Stage::Added => alert(Tone::Good, html! { <p>{ ADDED.of(&locale) }</p> }),
                    Stage::Missing => complaint(NOT_FOUND.of(&locale)),
                    Stage::Refused(failure) => complaint(explain(failure, words)),
                    Stage::Open | Stage::Sending => Html::default(),
                }
            }
            <div class="form-acts">
                <button type="submit" class="button button-main" disabled={*stage == Stage::Sending}>{ icon(Glyph::Plus) }{ ADD_BUTTON.of(&locale) }</button>
            </div>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_of_an_address_is_read() {
        for (address, host) in [
            ("https://films.example/videos/watch/1", "films.example"),
            ("http://localhost:9001/static/redundancy/hls/1", "localhost:9001"),
            ("films.example", "films.example"),
        ] {
            assert_eq!(host_of(address), host);
        }
    }
}
