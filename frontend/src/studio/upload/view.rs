//! Draws the upload page.

use std::rc::Rc;

use web_sys::File;
use yew::prelude::*;

use super::drop::Drop;
use super::elsewhere::Elsewhere;
use super::ship::ShipCard;
use crate::api;
use crate::components::{Glyph, Heading, Loading, complaint, failed, icon, use_loaded};
use crate::locale::use_locale;
use crate::route::Route;
use crate::session::{Viewer, use_session};
use crate::studio::gate::gate;
use crate::studio::uploads::{Fleet, Unfit};

/// What [`Upload`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// All files on their way.
    pub fleet: Fleet,
}

/// Publishing.
#[component]
pub fn Upload(props: &Props) -> Html {
    let words = use_locale().words();
    let session = use_session();
    let unfit = use_state(Vec::<Unfit>::new);
    let client = session.client.clone();
    let instance = use_loaded((), move |()| async move { api::instance(&client).await });
    let me = match &session.viewer {
        Viewer::Person(me) => me.clone(),
        Viewer::Arriving => {
            return html! { <div class="page"><Heading title={words.publish} waiting=true /></div> };
        }
        Viewer::Stranger => {
            return html! {
                <div class="page">
                    <Heading title={words.publish} unseen=true />
                    { gate(words, words.gate_upload, &Route::Upload) }
                </div>
            };
        }
    };
    let body = match &instance.state {
        Loading::Waiting => html! { <div class="drop skeleton" aria-hidden="true" /> },
        Loading::Failed(failure) => failed(failure, &instance.again, words),
        Loading::Here(instance) => {
            let on_files = {
                let (fleet, unfit, me, instance) =
                    (props.fleet.clone(), unfit.setter(), me.clone(), instance.clone());
                Callback::from(move |files: Vec<File>| unfit.set(fleet.add(files, &me, &instance)))
            };
            let ships = props.fleet.ships();
            html! {
                <>
                    <Drop {on_files} small={!ships.is_empty()} />
                    { for unfit.iter().map(|unfit| complaint(sentence(unfit, words))) }
                    <Unfinished fleet={props.fleet.clone()} />
                    { for ships.iter().rev().map(|ship| html! {
                        <ShipCard key={ship.id} ship={Rc::new(ship.clone())} fleet={props.fleet.clone()} me={me.clone()} />
                    }) }
                    if instance.import.videos.http.enabled || instance.import.videos.torrent.enabled {
                        <Elsewhere me={me.clone()} instance={instance.clone()} />
                    }
                </>
            }
        }
    };
    html! {
        <div class="page page-upload">
            <Heading title={words.publish_title} />
            { body }
        </div>
    }
}

fn sentence(unfit: &Unfit, words: &crate::text::words::Words) -> String {
    match unfit {
        Unfit::NotAVideo(name) => words.unfit_not_a_video.replacen("{}", name, 1),
        Unfit::Empty(name) => words.unfit_empty.replacen("{}", name, 1),
    }
}

/// What [`Unfinished`] takes.
#[derive(Properties, PartialEq)]
struct UnfinishedProps {
    fleet: Fleet,
}

/// Uploads of earlier visits, until their files are chosen again.
#[component]
fn Unfinished(props: &UnfinishedProps) -> Html {
    let locale = use_locale();
    let words = locale.words();
    let seen = use_state(|| 0u32);
    let entries = props.fleet.unfinished();
    if entries.is_empty() {
        return Html::default();
    }
    html! {
        <section class="unfinished" aria-labelledby="unfinished-title">
            <h2 id="unfinished-title">{ words.unfinished }</h2>
            <p>{ words.unfinished_hint }</p>
            <ul>
                { for entries.iter().map(|entry| {
                    let percent = entry.sent.saturating_mul(100).checked_div(entry.likeness.size).unwrap_or(0);
                    let percent = u8::try_from(percent.min(100)).unwrap_or(100);
                    let onclick = {
                        let (fleet, address, seen) = (props.fleet.clone(), entry.address.clone(), seen.clone());
                        Callback::from(move |_: MouseEvent| {
                            fleet.discard(&address);
                            seen.set(*seen + 1);
                        })
                    };
                    html! {
                        <li key={entry.address.clone()}>
                            { icon(Glyph::File) }
                            <span class="unfinished-name">{ &entry.likeness.name }</span>
                            <span class="unfinished-facts">
                                { words.unfinished_facts.replacen("{}", &locale.percent(percent), 1)
                                    .replacen("{}", &locale.bytes(entry.likeness.size), 1)
                                    .replacen("{}", &locale.age(entry.began), 1) }
                            </span>
                            <button type="button" class="button button-quiet" {onclick}
                                aria-label={words.forget_upload.replacen("{}", &entry.likeness.name, 1)}>
                                { words.forget }
                            </button>
                        </li>
                    }
                }) }
            </ul>
        </section>
    }
}
