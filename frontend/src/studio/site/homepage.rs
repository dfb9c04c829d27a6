//! The editor of the home page, with the page as visitors see it beside the text.

use std::rc::Rc;

use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::head;
use super::say::Say;
use super::settings::SAVED;
use crate::api::{self, Content, Failure};
use crate::browser::spawn::spawn;
use crate::components::{Loading, Markdown, Tone, alert, complaint, failed, use_loaded};
use crate::locale::use_locale;
use crate::session::use_session;
use crate::text::problems::explain;

const TEXT: Say = Say { en: "Text of the home page", fr: "Texte de la page d’accueil" };
const HINT: Say = Say {
    en: "Markdown. An empty text takes the page away. It stands at /home.",
    fr: "Markdown. Un texte vide retire la page. Elle se trouve à /home.",
};
const PREVIEW: Say = Say { en: "As visitors see it", fr: "Comme on la verra" };

/// The editor of the home page.
#[component]
pub fn Homepage() -> Html {
    let words = use_locale().words();
    let client = use_session().client;
    let loaded = use_loaded((), move |()| async move { api::homepage(&client).await });
    match &loaded.state {
        Loading::Waiting => html! { <div class="sheet skeleton sheet-tall" aria-hidden="true" /> },
        Loading::Failed(failure) => failed(failure, &loaded.again, words),
        Loading::Here(page) => html! { <Sheet page={page.clone()} /> },
    }
}

#[derive(Clone, PartialEq)]
enum Stage {
    Open,
    Sending,
    Saved,
    Refused(Failure),
}

/// What [`Sheet`] takes.
#[derive(Properties, PartialEq)]
struct Props {
    page: Rc<Content>,
}

#[component]
fn Sheet(props: &Props) -> Html {
    let locale = use_locale();
    let words = locale.words();
    let client = use_session().client;
    let text = use_state(|| props.page.content.clone());
    let stage = use_state(|| Stage::Open);
    let oninput = {
        let (text, stage) = (text.setter(), stage.setter());
        Callback::from(move |event: InputEvent| {
            text.set(event.target_unchecked_into::<HtmlTextAreaElement>().value());
            stage.set(Stage::Open);
        })
    };
    let onsubmit = {
        let (text, stage) = (text.clone(), stage.setter());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            stage.set(Stage::Sending);
            let (content, stage, client) = ((*text).clone(), stage.clone(), client.clone());
            spawn(async move {
                match api::set_homepage(&client, &content).await {
                    Ok(()) => {
                        stage.set(Stage::Saved);
                        head::renew().await;
                    }
                    Err(failure) => stage.set(Stage::Refused(failure)),
                }
            });
        })
    };
    html! {
        <form class="sheet section-form" {onsubmit}>
            <div class="field">
                <label for="homepage-text">{ TEXT.of(&locale) }</label>
                <textarea id="homepage-text" rows="12" value={(*text).clone()} {oninput} aria-describedby="homepage-hint" />
                <p class="field-hint" id="homepage-hint">{ HINT.of(&locale) }</p>
            </div>
            if !text.trim().is_empty() {
                <h2>{ PREVIEW.of(&locale) }</h2>
                <Markdown text={AttrValue::from((*text).clone())} />
            }
            {
                match &*stage {
                    Stage::Saved => alert(Tone::Good, html! { <p>{ SAVED.of(&locale) }</p> }),
                    Stage::Refused(failure) => complaint(explain(failure, words)),
                    Stage::Open | Stage::Sending => Html::default(),
                }
            }
            <div class="form-acts">
                <button type="submit" class="button button-main" disabled={*stage == Stage::Sending}>{ words.save }</button>
            </div>
        </form>
    }
}
