//! On which sites a video may be shown in a frame: a sheet of the page that changes a video.

use std::rc::Rc;

use shared::api::{EmbedPrivacy, EmbedWish};
use web_sys::{HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

use crate::api::{self, Failure};
use crate::browser::spawn::spawn;
use crate::components::{Loading, Tone, alert, complaint, failed, use_loaded};
use crate::locale::use_locale;
use crate::session::use_session;
use crate::text::problems::explain;
use crate::text::words::makers::MakerWords;

/// Only the sites that are named.
const ON: u32 = 2;

/// What [`EmbedSheet`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// UUID.
    pub video: String,
}

/// On which sites a video may be shown.
#[component]
pub fn EmbedSheet(props: &Props) -> Html {
    let locale = use_locale();
    let (words, makers) = (locale.words(), MakerWords::of(locale.language()));
    let client = use_session().client;
    let loaded = use_loaded(props.video.clone(), move |video: &String| {
        let (client, video) = (client.clone(), video.clone());
        async move { api::embed_privacy(&client, &video).await }
    });
    let body = match &loaded.state {
        Loading::Waiting => html! { <span class="bone" aria-hidden="true" /> },
        Loading::Failed(failure) => failed(failure, &loaded.again, words),
        Loading::Here(kept) => html! { <Choice video={props.video.clone()} kept={kept.clone()} /> },
    };
    html! {
        <section class="sheet stack" aria-labelledby="embed-title">
            <h2 id="embed-title">{ makers.embed }</h2>
            <p>{ makers.embed_text }</p>
            { body }
        </section>
    }
}

/// Where a change is.
#[derive(Clone, PartialEq)]
enum Stage {
    Open,
    Sending,
    Done,
    Refused(Failure),
}

/// What [`Choice`] takes.
#[derive(Properties, PartialEq)]
struct ChoiceProps {
    video: String,
    kept: Rc<EmbedPrivacy>,
}

#[component]
fn Choice(props: &ChoiceProps) -> Html {
    let locale = use_locale();
    let (words, makers) = (locale.words(), MakerWords::of(locale.language()));
    let client = use_session().client;
    let policy = use_state(|| props.kept.policy.id);
    let domains = use_state(|| props.kept.domains.join("\n"));
    let stage = use_state(|| Stage::Open);
    let onpolicy = {
        let (policy, stage) = (policy.setter(), stage.setter());
        Callback::from(move |event: Event| {
            if let Ok(chosen) = event.target_unchecked_into::<HtmlSelectElement>().value().parse() {
                policy.set(chosen);
                stage.set(Stage::Open);
            }
        })
    };
    let ondomains = {
        let (domains, stage) = (domains.setter(), stage.setter());
        Callback::from(move |event: InputEvent| {
            domains.set(event.target_unchecked_into::<HtmlTextAreaElement>().value());
            stage.set(Stage::Open);
        })
    };
    let onsubmit = {
        let (client, video) = (client.clone(), props.video.clone());
        let (policy, domains, stage) = (policy.clone(), domains.clone(), stage.setter());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            stage.set(Stage::Sending);
            let named = if *policy == ON { hosts(&domains) } else { Vec::new() };
            let wish = EmbedWish { policy: *policy, domains: named };
            let (client, video, stage) = (client.clone(), video.clone(), stage.clone());
            spawn(async move {
                stage.set(match api::set_embed_privacy(&client, &video, &wish).await {
                    Ok(()) => Stage::Done,
                    Err(failure) => Stage::Refused(failure),
                });
            });
        })
    };
    let choices = [(1, makers.embed_everywhere), (ON, makers.embed_on), (4, makers.embed_nowhere)];
    html! {
        <form {onsubmit} novalidate=true>
            <div class="field">
                <label for="embed-policy">{ makers.embed_where }</label>
                <select id="embed-policy" onchange={onpolicy}>
                    { for choices.iter().map(|(number, name)| html! {
                        <option value={number.to_string()} selected={*number == *policy}>{ *name }</option>
                    }) }
                </select>
            </div>
            if *policy == ON {
                <div class="field">
                    <label for="embed-domains">{ makers.embed_domains }</label>
                    <textarea id="embed-domains" rows="4" autocapitalize="none" spellcheck="false"
                        aria-describedby="embed-domains-hint" value={(*domains).clone()} oninput={ondomains} />
                    <p class="field-hint" id="embed-domains-hint">{ makers.embed_domains_hint }</p>
                </div>
            }
            {
                match &*stage {
                    Stage::Done => alert(Tone::Good, html! { <p>{ makers.embed_saved }</p> }),
                    // The one field that can be wrong.
                    Stage::Refused(failure) if failure.status() == Some(400) => complaint(makers.embed_wrong),
                    Stage::Refused(failure) => complaint(explain(failure, words)),
                    Stage::Open | Stage::Sending => Html::default(),
                }
            }
            <div class="form-acts">
                <button type="submit" class="button" disabled={*stage == Stage::Sending}>{ makers.embed_save }</button>
            </div>
        </form>
    }
}

/// The hosts that somebody wrote, one a line or with commas between them; of a whole address its host.
fn hosts(text: &str) -> Vec<String> {
    let words = text.split(|letter: char| letter.is_whitespace() || letter == ',');
    let host = |word: &str| {
        let rest = word.split_once("://").map_or(word, |(_, rest)| rest);
        rest.split('/').next().unwrap_or_default().to_lowercase()
    };
    words.map(host).filter(|host| !host.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_read_as_people_write_them() {
        assert_eq!(
            hosts("Blog.example\n  https://school.example:8443/page, other.example\n\n"),
            ["blog.example", "school.example:8443", "other.example"]
        );
        assert!(hosts(" \n").is_empty());
    }
}
