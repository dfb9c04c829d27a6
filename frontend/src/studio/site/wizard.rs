//! What a new instance is asked once: its name, who may come in, who may meet whom, what is made of videos.

use std::rc::Rc;

use serde_json::{Map, Value, json};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::fields::{HEIGHTS, MEETING, MEETING_HINT};
use super::head;
use super::say::{NOTHING, Say};
use super::settings::at;
use crate::api::{self, Failure};
use crate::browser::spawn::spawn;
use crate::components::{Heading, Loading, complaint, failed, use_loaded};
use crate::locale::use_locale;
use crate::navigation;
use crate::route::{Route, Shelf};
use crate::session::use_session;
use crate::site_route::SitePage;
use crate::text::problems::explain;

const TITLE: Say = Say { en: "Welcome to your instance", fr: "Bienvenue sur votre instance" };
const LEAD: Say = Say {
    en: "Four questions, and it is ready. All of it can be changed later.",
    fr: "Quatre questions, et elle est prête. Tout peut être changé plus tard.",
};
const NAME: Say = Say { en: "What is it called?", fr: "Comment s’appelle-t-elle ?" };
const SIGNUP: Say = Say { en: "Who may come in?", fr: "Qui peut s’inscrire ?" };
const MEET: Say =
    Say { en: "May viewers help each other?", fr: "Les spectateurs peuvent-ils s’entraider ?" };
const LADDER: Say = Say { en: "What is made of each video?", fr: "Que fait-on de chaque vidéo ?" };
const LADDER_HINT: Say = Say {
    en: "Each height below a video’s own costs time and disk, and lets people with slower lines watch.",
    fr: "Chaque hauteur en dessous de l’originale coûte du temps et du disque, et permet de regarder avec une connexion plus lente.",
};
const READY: Say = Say { en: "Ready", fr: "C’est prêt" };
const POLICIES: [(&str, Say, Say); 3] = [
    (
        "closed",
        Say { en: "Nobody", fr: "Personne" },
        Say { en: "You make each account yourself.", fr: "Vous créez chaque compte." },
    ),
    (
        "asked",
        Say { en: "Who asks, once somebody says yes", fr: "Qui le demande, après approbation" },
        NOTHING,
    ),
    ("open", Say { en: "Everybody", fr: "Tout le monde" }, NOTHING),
];

/// The questions.
#[component]
pub fn Wizard() -> Html {
    let locale = use_locale();
    let client = use_session().client;
    let loaded = use_loaded((), move |()| async move { api::custom(&client).await });
    html! {
        <>
            <Heading title={TITLE.of(&locale)} waiting={matches!(loaded.state, Loading::Waiting)} />
            <p class="lead">{ LEAD.of(&locale) }</p>
            {
                match &loaded.state {
                    Loading::Waiting => html! { <div class="sheet skeleton sheet-tall" aria-hidden="true" /> },
                    Loading::Failed(failure) => failed(failure, &loaded.again, locale.words()),
                    Loading::Here(document) => html! { <Questions document={document.clone()} /> },
                }
            }
        </>
    }
}

/// What is answered so far.
#[derive(Clone, PartialEq)]
struct Answers {
    name: String,
    policy: String,
    meeting: String,
    heights: Vec<u32>,
}

impl Answers {
    fn of(document: &Value) -> Answers {
        let text = |path: &str| at(document, path).and_then(Value::as_str).unwrap_or_default().to_owned();
        let truth = |path: &str| at(document, path).and_then(Value::as_bool).unwrap_or(false);
        let policy = match (truth("signup.enabled"), truth("signup.requiresApproval")) {
            (false, _) => "closed",
            (true, true) => "asked",
            (true, false) => "open",
        };
        let is_made = |height: &u32| truth(&format!("transcoding.resolutions.{height}p"));
        Answers {
            name: text("instance.name"),
            policy: policy.to_owned(),
            meeting: text("p2p.mode"),
            heights: HEIGHTS.into_iter().filter(is_made).collect(),
        }
    }

    fn wish(&self) -> Value {
        let heights: Map<String, Value> = HEIGHTS
            .into_iter()
            .map(|height| (format!("{height}p"), json!(self.heights.contains(&height))))
            .collect();
        json!({
            "instance": { "name": self.name.trim() },
            "signup": { "enabled": self.policy != "closed", "requiresApproval": self.policy != "open" },
            "p2p": { "mode": self.meeting },
            "transcoding": { "resolutions": heights },
            "wizard": { "done": true },
        })
    }
}

#[derive(Clone, PartialEq)]
enum Stage {
    Open,
    Sending,
    Refused(Failure),
}

/// What [`Questions`] takes.
#[derive(Properties, PartialEq)]
struct Props {
    document: Rc<Value>,
}

#[component]
fn Questions(props: &Props) -> Html {
    let locale = use_locale();
    let words = locale.words();
    let client = use_session().client;
    let answers = use_state(|| Answers::of(&props.document));
    let stage = use_state(|| Stage::Open);
    let change = |edit: fn(&mut Answers, String)| {
        let answers = answers.clone();
        move |text: String| {
            let mut next = (*answers).clone();
            edit(&mut next, text);
            answers.set(next);
        }
    };
    let radio = |group: &'static str,
                 word: &str,
                 name: Say,
                 hint: Say,
                 chosen: &str,
                 edit: fn(&mut Answers, String)| {
        let (change, value) = (change(edit), word.to_owned());
        let onchange = Callback::from(move |_: Event| change(value.clone()));
        html! {
            <label class="option option-tall">
                <input type="radio" name={group} value={word.to_owned()} checked={word == chosen} {onchange} />
                <span>{ name.of(&locale) }<small>{ hint.of(&locale) }</small></span>
            </label>
        }
    };
    let height = |height: u32| {
        let change = change(|answers, text| {
            let Ok(height) = text.parse() else { return };
            if answers.heights.contains(&height) {
                answers.heights.retain(|known| *known != height);
            } else {
                answers.heights.push(height);
            }
        });
        let onchange = Callback::from(move |_: Event| change(height.to_string()));
        let checked = answers.heights.contains(&height);
        html! { <label class="option"><input type="checkbox" name="height" value={height.to_string()} {checked} {onchange} />{ height }{ "p" }</label> }
    };
    let oninput = {
        let change = change(|answers, text| answers.name = text);
        Callback::from(move |event: InputEvent| {
            change(event.target_unchecked_into::<HtmlInputElement>().value());
        })
    };
    let onsubmit = {
        let (answers, stage) = (answers.clone(), stage.setter());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            stage.set(Stage::Sending);
            let (wish, stage, client) = (answers.wish(), stage.clone(), client.clone());
            spawn(async move {
                match api::customise(&client, &wish).await {
                    Ok(_) => {
                        head::renew().await;
                        navigation::go(&Route::Site(SitePage::Information));
                    }
                    Err(failure) => stage.set(Stage::Refused(failure)),
                }
            });
        })
    };
    html! {
        <form class="sheet section-form" {onsubmit}>
            <div class="field">
                <label for="wizard-name">{ NAME.of(&locale) }</label>
                <input id="wizard-name" type="text" maxlength="120" required=true value={answers.name.clone()} {oninput} />
            </div>
            <fieldset class="options">
                <legend>{ SIGNUP.of(&locale) }</legend>
                { for POLICIES.iter().map(|(word, name, hint)| {
                    radio("policy", word, *name, *hint, &answers.policy, |answers, word| answers.policy = word)
                }) }
            </fieldset>
            <fieldset class="options">
                <legend>{ MEET.of(&locale) }</legend>
                <p class="field-hint">{ MEETING_HINT.of(&locale) }</p>
                { for MEETING.iter().map(|(word, name)| {
                    radio("meeting", word, *name, NOTHING, &answers.meeting, |answers, word| answers.meeting = word)
                }) }
            </fieldset>
            <fieldset class="options options-beside">
                <legend>{ LADDER.of(&locale) }</legend>
                <p class="field-hint options-hint">{ LADDER_HINT.of(&locale) }</p>
                { for HEIGHTS.into_iter().map(height) }
            </fieldset>
            {
                match &*stage {
                    Stage::Refused(failure) => complaint(explain(failure, words)),
                    Stage::Open | Stage::Sending => Html::default(),
                }
            }
            <div class="form-acts">
                <a class="button button-quiet" href={Route::Browse(Shelf::Recent).to_string()}>{ words.cancel }</a>
                <button type="submit" class="button button-main" disabled={*stage == Stage::Sending}>{ READY.of(&locale) }</button>
            </div>
        </form>
    }
}
