//! Fetches what a page shows, and draws it.

use std::rc::Rc;

use yew::prelude::*;

use super::{about, contact};
use crate::api::{self, Client, Content, Failure, Instance, Letter, Numbers, Texts};
use crate::browser::bus::{Word, hear};
use crate::browser::page;
use crate::browser::spawn::spawn;
use crate::components::{Glyph, Heading, Markdown, empty, failed};
use crate::locale::use_locale;
use crate::route::{Route, Shelf};
use crate::session::use_session;

/// Which of these pages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Page {
    /// What this instance is: `/about`.
    About,
    /// Writing to who keeps it: `/about/contact`.
    Contact,
    /// The page that administrators wrote: `/home`.
    Home,
}

/// What [`Site`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Which page.
    pub page: Page,
}

/// What is known of the instance; what a page does not show is empty.
#[derive(Default)]
pub struct Known {
    /// What it says to all programs.
    pub instance: Instance,
    /// Who keeps it, and by which rules.
    pub texts: Texts,
    /// How much there is.
    pub numbers: Numbers,
    home: Content,
}

/// What is on the page.
#[derive(Clone)]
pub enum Stage {
    /// Nothing yet.
    Waiting,
    /// Why nothing came.
    Failed(Failure),
    /// What came.
    Here(Rc<Known>),
    /// A letter is written: whether it is on its way, and why it was not taken.
    Writing(Letter, bool, Option<Failure>),
    /// It is written and sent.
    Sent,
}

/// What visitors read of the instance. Each page is a component of its own (`key`).
#[component]
pub fn Site(props: &Props) -> Html {
    let locale = use_locale();
    let words = locale.words();
    let client = use_session().client;
    let stage = use_state(|| Stage::Waiting);
    let fetch = {
        let (page, client, stage) = (props.page, client.clone(), stage.setter());
        Callback::from(move |()| {
            let (client, stage) = (client.clone(), stage.clone());
            spawn(async move {
                stage.set(match ask(page, &client).await {
                    Ok(known) if page == Page::Contact && known.instance.contact_form.enabled => {
                        Stage::Writing(Letter::default(), false, None)
                    }
                    Ok(known) => Stage::Here(known.into()),
                    Err(failure) => Stage::Failed(failure),
                });
            });
        })
    };
    use_effect_with((), {
        let (fetch, stage) = (fetch.clone(), stage.clone());
        move |()| {
            fetch.emit(());
            let heard = hear(Word::Retry, move |_| {
                if matches!(*stage, Stage::Waiting | Stage::Failed(Failure::Unreachable)) {
                    fetch.emit(());
                }
            });
            move || drop(heard)
        }
    });
    let title = match props.page {
        Page::About => words.about,
        Page::Contact => words.contact,
        Page::Home => words.home_page,
    };
    let body = match &*stage {
        Stage::Waiting => html! {
            <>
                <Heading {title} waiting=true />
                <p class="bones"><span class="bone" /><span class="bone bone-short" /></p>
            </>
        },
        Stage::Failed(failure) => html! { <><Heading {title} />{ failed(failure, &fetch, words) }</> },
        Stage::Here(known) => match props.page {
            Page::About => about::draw(known, &locale),
            Page::Contact => html! { <><Heading {title} /><p>{ words.contact_off }</p></> },
            Page::Home if known.home.content.is_empty() => {
                let to_videos = html! {
                    <a class="button" href={Route::Browse(Shelf::Recent).to_string()}>{ words.to_videos }</a>
                };
                html! {
                    <>
                        <Heading {title} unseen=true />
                        { empty(Glyph::Film, words.no_home_page, words.no_home_page_text, to_videos) }
                    </>
                }
            }
            Page::Home => html! {
                <>
                    <Heading title={page::site_name()} tab={title} />
                    <Markdown text={AttrValue::from(known.home.content.clone())} />
                </>
            },
        },
        Stage::Writing(letter, is_sending, refused) => html! {
            <>
                <Heading {title} />
                { contact::draw(letter, *is_sending, refused.as_ref(), &stage, &client, words) }
            </>
        },
        Stage::Sent => html! { <><Heading {title} />{ contact::sent(words) }</> },
    };
    html! { <div class="page page-text">{ body }</div> }
}

async fn ask(page: Page, client: &Client) -> Result<Known, Failure> {
    let mut known = Known::default();
    if page == Page::Home {
        known.home = api::homepage(client).await?;
        return Ok(known);
    }
    known.instance = api::instance(client).await?;
    if page == Page::About {
        known.texts = api::texts(client).await?;
        known.numbers = api::numbers(client).await?;
    }
    Ok(known)
}
