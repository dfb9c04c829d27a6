//! Language, appearance, playback, what is shown and what is remembered: each choice acts at once.

use shared::api::MeChange;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::view::SectionProps;
use crate::api::{self, Failure};
use crate::browser::spawn::spawn;
use crate::components::complaint;
use crate::locale::{self, Language, use_locale};
use crate::session::use_session;
use crate::studio::people::fields::choice;
use crate::text::problems::explain;
use crate::theme::{self, Choice};

/// The theme of whoever leaves it to the instance.
const THEME_OF_THE_INSTANCE: &str = "instance-default";

/// Where the last choice is.
#[derive(Clone, PartialEq)]
enum Stage {
    Rest,
    Sending,
    Saved,
    Refused(Failure),
}

/// Language, appearance, playback, what is shown and what is remembered.
#[component]
pub fn Preferences(props: &SectionProps) -> Html {
    let locale = use_locale();
    let (words, people) = (locale.words(), locale.people());
    let client = use_session().client;
    let stage = use_state(|| Stage::Rest);
    let send = {
        let (client, stage, on_change) = (client, stage.setter(), props.on_change.clone());
        move |change: MeChange| {
            let (client, stage, on_change) = (client.clone(), stage.clone(), on_change.clone());
            stage.set(Stage::Sending);
            spawn(async move {
                stage.set(match api::change_me(&client, &change).await {
                    Ok(()) => Stage::Saved,
                    Err(failure) => Stage::Refused(failure),
                });
                on_change.emit(());
            });
        }
    };
    let me = &props.me;
    let check = |id: &'static str,
                 label: &'static str,
                 hint: &'static str,
                 checked: bool,
                 change: fn(bool) -> MeChange| {
        let send = send.clone();
        let onchange = Callback::from(move |event: Event| {
            send(change(event.target_unchecked_into::<HtmlInputElement>().checked()));
        });
        html! {
            <label class="option option-tall" for={id}>
                <input {id} type="checkbox" {checked} {onchange} />
                <span>{ label }if !hint.is_empty() { <small>{ hint }</small> }</span>
            </label>
        }
    };
    let on_language = {
        let send = send.clone();
        Callback::from(move |tag: String| {
            if let Some(language) = Language::spoken(&tag) {
                locale::choose(language);
            }
            let chosen = Some(tag).filter(|tag| !tag.is_empty());
            send(MeChange { language: Some(chosen), ..MeChange::default() });
        })
    };
    let on_theme = {
        let send = send.clone();
        Callback::from(move |name: String| {
            theme::choose(Choice::known(&name).unwrap_or(Choice::Auto));
            let chosen = if name == Choice::Auto.name() { THEME_OF_THE_INSTANCE.to_owned() } else { name };
            send(MeChange { theme: Some(chosen), ..MeChange::default() });
        })
    };
    let on_policy = {
        let send = send.clone();
        Callback::from(move |policy| send(MeChange { nsfw_policy: Some(policy), ..MeChange::default() }))
    };
    let languages: Vec<(String, String)> =
        std::iter::once((String::new(), people.language_of_browser.to_owned()))
            .chain(Language::ALL.map(|language| (language.tag().to_owned(), language.name().to_owned())))
            .collect();
    let themes = [
        (Choice::Auto, words.theme_auto),
        (Choice::Light, words.theme_light),
        (Choice::Dark, words.theme_dark),
    ]
    .map(|(choice, name)| (choice.name().to_owned(), name.to_owned()));
    let policies = [
        ("display", people.nsfw_display),
        ("blur", people.nsfw_blur),
        ("warn", people.nsfw_warn),
        ("do_not_list", people.nsfw_hide),
    ]
    .map(|(name, label)| (name.to_owned(), label.to_owned()));
    let theme = Choice::known(&me.theme).unwrap_or(Choice::Auto);
    html! {
        <section class="sheet section">
            <h2>{ people.section_preferences }</h2>
            <div class="section-form">
                { choice("language", words.language, people.language_hint, me.language.as_deref().unwrap_or_default(), &languages, on_language) }
                { choice("theme", words.theme, "", theme.name(), &themes, on_theme) }
                { choice("nsfw", people.field_nsfw_policy, people.nsfw_hint, &me.nsfw_policy, &policies, on_policy) }
                <fieldset class="form-part">
                    <legend>{ people.playback }</legend>
                    { check("autoplay", people.autoplay, people.autoplay_hint, me.auto_play_video,
                        |on| MeChange { auto_play_video: Some(on), ..MeChange::default() }) }
                    { check("autoplay-next", people.autoplay_next, "", me.auto_play_next_video,
                        |on| MeChange { auto_play_next_video: Some(on), ..MeChange::default() }) }
                    { check("autoplay-playlist", people.autoplay_playlist, "", me.auto_play_next_video_playlist,
                        |on| MeChange { auto_play_next_video_playlist: Some(on), ..MeChange::default() }) }
                    { check("p2p", people.p2p, people.p2p_hint, me.p2p_enabled,
                        |on| MeChange { p2p_enabled: Some(on), ..MeChange::default() }) }
                </fieldset>
                <fieldset class="form-part">
                    <legend>{ people.memory }</legend>
                    { check("history", people.history, people.history_hint, me.videos_history_enabled,
                        |on| MeChange { videos_history_enabled: Some(on), ..MeChange::default() }) }
                </fieldset>
                if let Stage::Refused(failure) = &*stage {
                    { complaint(explain(failure, words)) }
                }
                <p class="form-note" role="status">
                    { match &*stage {
                        Stage::Sending => words.saving,
                        Stage::Saved => people.saved,
                        Stage::Rest | Stage::Refused(_) => people.acts_at_once,
                    } }
                </p>
            </div>
        </section>
    }
}
