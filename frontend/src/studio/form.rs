//! The fields of what is said of a video, for the upload and the edit page.

use std::collections::BTreeMap;

use shared::api::{ChannelSummary, privacy};
use shared::limits::{
    IMAGE_BYTES_MAX, VIDEO_DESCRIPTION_LENGTH, VIDEO_NAME_LENGTH, VIDEO_NSFW_SUMMARY_LENGTH,
    VIDEO_PASSWORD_LENGTH, VIDEO_PASSWORDS_MAX, VIDEO_SUPPORT_LENGTH, VIDEO_TAGS_MAX,
};
use shared::meeting::Meeting;
use shared::time::Timestamp;
use web_sys::{File, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement, Url};
use yew::prelude::*;

use crate::api;
use crate::browser::page;
use crate::components::{Glyph, Loading, icon, use_loaded};
use crate::locale::{Locale, use_locale};
use crate::session::use_session;
use crate::studio::uploads::draft::{Draft, Edit, Field, Wrong};
use crate::text::words::{CATEGORIES, LICENCES, Words};

/// How many are enough not to stand out, unless a maker says otherwise: the site's own default.
const THRESHOLD: u32 = 5;

/// As many passwords as there may be, each as long as it may be, on a line of its own.
const PASSWORDS_LETTERS_MAX: usize = VIDEO_PASSWORDS_MAX * (*VIDEO_PASSWORD_LENGTH.end() + 1);

/// What [`DetailsForm`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Begins the ids of the fields: a page may hold several forms.
    pub id: AttrValue,
    /// What is said by now.
    pub draft: Draft,
    /// Told each change.
    pub on_edit: Callback<Edit>,
    /// Told of a picture, or that it is taken back.
    pub on_picture: Callback<Option<File>>,
    /// The picture the video has.
    #[prop_or_default]
    pub picture: Option<AttrValue>,
    /// Where it can be published.
    pub channels: Vec<ChannelSummary>,
    /// Whether wrong fields are shown.
    pub show_wrong: bool,
    /// Whether it may still wait for all renditions.
    #[prop_or_default]
    pub may_wait: bool,
}

/// The fields of what is said of a video.
#[component]
pub fn DetailsForm(props: &Props) -> Html {
    let locale = use_locale();
    let words = locale.words();
    let client = use_session().client;
    let languages = use_loaded((), move |()| async move { api::languages(&client).await });
    let draft = &props.draft;
    let id = |name: &str| format!("{}-{name}", props.id);
    let on_edit = |edit: fn(String) -> Edit| {
        let on_edit = props.on_edit.clone();
        Callback::from(move |text: String| on_edit.emit(edit(text)))
    };
    let check =
        |name: &str, label: &'static str, hint: &'static str, checked: bool, edit: fn(bool) -> Edit| {
            let on_edit = props.on_edit.clone();
            let onchange = Callback::from(move |event: Event| {
                on_edit.emit(edit(event.target_unchecked_into::<HtmlInputElement>().checked()));
            });
            html! {
                <label class="option option-tall" for={id(name)}>
                    <input id={id(name)} type="checkbox" {checked} {onchange} />
                    <span>{ label }<small>{ hint }</small></span>
                </label>
            }
        };
    let wrong = |field: Field| {
        let wrong = draft.wrong(field).filter(|_| props.show_wrong);
        wrong.map(|wrong| sentence(field, wrong, words))
    };
    let text =
        |name: &str, label, hint, value: &String, max, shape, field: Field, edit: fn(String) -> Edit| {
            text_field(TextField {
                id: id(name),
                label,
                hint,
                value: value.clone(),
                max,
                shape,
                wrong: wrong(field),
                on_text: on_edit(edit),
            })
        };
    let number = |value: Option<u32>| value.map(|value| value.to_string()).unwrap_or_default();
    let privacies =
        [privacy::PUBLIC, privacy::UNLISTED, privacy::INTERNAL, privacy::PASSWORD, privacy::PRIVATE];
    let privacies = privacies.map(|value| (value.to_string(), words.privacy_name(value).to_owned()));
    let channels =
        props.channels.iter().map(|channel| (channel.id.to_string(), channel.display_name.clone()));
    let channels: Vec<_> = channels.collect();
    let channel = draft.channel.map(|channel| channel.to_string()).unwrap_or_default();
    let categories = CATEGORIES.map(|id| (id.to_string(), words.category(id).unwrap_or_default().to_owned()));
    let licences = LICENCES.map(|id| (id.to_string(), words.licence(id).unwrap_or_default().to_owned()));
    let language = draft.language.as_deref().unwrap_or_default();
    let policies = [(1, words.comments_open), (3, words.comments_approved), (2, words.comments_closed)];
    let policies = policies.map(|(value, name): (u32, _)| (value.to_string(), name.to_owned()));
    html! {
        <div class="form">
            <div class="form-main">
                { text("name", words.field_name, "", &draft.name, *VIDEO_NAME_LENGTH.end(), Shape::Line, Field::Name, Edit::Name) }
                { text("description", words.field_description, words.field_description_hint, &draft.description,
                    *VIDEO_DESCRIPTION_LENGTH.end(), Shape::Lines(6), Field::Description, Edit::Description) }
                <Tags id={id("tags")} draft={draft.clone()} on_edit={props.on_edit.clone()} wrong={wrong(Field::Tags)} />
                <Picture id={id("picture")} present={props.picture.clone()} on_picture={props.on_picture.clone()} />
            </div>
            <div class="form-side">
                { choice(&id("privacy"), words.field_privacy, words.privacy_hint(draft.privacy), &draft.privacy.to_string(), &privacies,
                    on_edit(|text| Edit::Privacy(text.parse().unwrap_or(privacy::PRIVATE)))) }
                if draft.privacy == privacy::PASSWORD {
                    { text("passwords", words.field_passwords, words.field_passwords_hint, &draft.passwords, PASSWORDS_LETTERS_MAX,
                        Shape::Lines(3), Field::Passwords, Edit::Passwords) }
                }
                if draft.privacy == privacy::PRIVATE {
                    { moment(&id("schedule"), words.field_schedule, words.field_schedule_hint, draft.schedule, {
                        let on_edit = props.on_edit.clone();
                        Callback::from(move |date| on_edit.emit(Edit::Schedule(date)))
                    }) }
                }
                if 1 < channels.len() {
                    { choice(&id("channel"), words.field_channel, "", &channel, &channels,
                        on_edit(|text| Edit::Channel(text.parse().ok()))) }
                }
                { choice(&id("category"), words.field_category, "", &number(draft.category), &with_none(words, categories),
                    on_edit(|text| Edit::Category(text.parse().ok()))) }
                { choice(&id("licence"), words.field_licence, "", &number(draft.licence), &with_none(words, licences),
                    on_edit(|text| Edit::Licence(text.parse().ok()))) }
                { choice(&id("language"), words.field_language, "", language, &languages_of(&languages.state, draft, &locale),
                    on_edit(|text| Edit::Language(Some(text).filter(|text| !text.is_empty())))) }
                <details class="more">
                    <summary>{ words.more_options }</summary>
                    <div class="more-fields">
                        { check("nsfw", words.field_nsfw, words.field_nsfw_hint, draft.nsfw, Edit::Nsfw) }
                        if draft.nsfw {
                            { check("nsfw-violence", words.nsfw_violence, "", draft.nsfw_flags & 1 != 0, |on| Edit::NsfwFlag(1, on)) }
                            { check("nsfw-sex", words.nsfw_sex, "", draft.nsfw_flags & 2 != 0, |on| Edit::NsfwFlag(2, on)) }
                            { text("nsfw-summary", words.field_nsfw_summary, "", &draft.nsfw_summary,
                                *VIDEO_NSFW_SUMMARY_LENGTH.end(), Shape::Line, Field::NsfwSummary, Edit::NsfwSummary) }
                        }
                        { check("download", words.field_download, words.field_download_hint, draft.download_enabled, Edit::DownloadEnabled) }
                        if props.may_wait {
                            { check("wait", words.field_wait, words.field_wait_hint, draft.wait_transcoding, Edit::WaitTranscoding) }
                        }
                        { choice(&id("comments"), words.field_comments, "", &draft.comments_policy.to_string(), &policies,
                            on_edit(|text| Edit::CommentsPolicy(text.parse().unwrap_or(1)))) }
                        { choice(&id("sharing"), words.field_sharing, words.field_sharing_hint,
                            &draft.sharing.map(|sharing| sharing.to_string()).unwrap_or_default(), &sharings(draft.sharing, words),
                            on_edit(|text| Edit::Sharing(text.parse().ok()))) }
                        { text("date", words.field_date, words.field_date_hint, &draft.first_published, 10, Shape::Date,
                            Field::FirstPublished, Edit::FirstPublished) }
                        { text("support", words.field_support, words.field_support_hint, &draft.support,
                            *VIDEO_SUPPORT_LENGTH.end(), Shape::Lines(3), Field::Support, Edit::Support) }
                    </div>
                </details>
            </div>
        </div>
    }
}

fn sentence(field: Field, wrong: Wrong, words: &Words) -> String {
    let (template, bound) = match wrong {
        Wrong::Short(min) if field == Field::Tags => (words.wrong_tag_short, min),
        Wrong::Long(max) if field == Field::Tags => (words.wrong_tag_long, max),
        Wrong::Short(min) => (words.wrong_short, min),
        Wrong::Long(max) => (words.wrong_long, max),
        Wrong::Many(max) => (words.wrong_many, max),
        Wrong::NotADate => (words.wrong_date, 0),
        Wrong::Missing => (words.wrong_passwords, 0),
    };
    template.replacen("{}", &bound.to_string(), 1)
}

/// Ways to share, from the freest to the strictest; another threshold than ours is offered where it was chosen.
fn sharings(chosen: Option<Meeting>, words: &Words) -> Vec<(String, String)> {
    let enough = match chosen {
        Some(Meeting::Threshold(enough)) => enough,
        Some(Meeting::Off | Meeting::Seeders | Meeting::On) | None => THRESHOLD,
    };
    let many = words.sharing_many.replacen("{}", &enough.to_string(), 1);
    vec![
        (String::new(), words.sharing_as_site.to_owned()),
        (Meeting::Threshold(enough).to_string(), many),
        (Meeting::Seeders.to_string(), words.sharing_chosen.to_owned()),
        (Meeting::Off.to_string(), words.sharing_never.to_owned()),
    ]
}

fn with_none(words: &Words, options: impl IntoIterator<Item = (String, String)>) -> Vec<(String, String)> {
    std::iter::once((String::new(), words.none_chosen.to_owned())).chain(options).collect()
}

/// Names of languages, sorted as the viewer reads them. The chosen one is there even before the list is.
fn languages_of(
    loading: &Loading<BTreeMap<String, String>>,
    draft: &Draft,
    locale: &Locale,
) -> Vec<(String, String)> {
    let mut options: Vec<(String, String)> = match loading {
        Loading::Here(known) => {
            known.iter().map(|(code, label)| (code.clone(), locale.language_name(code, label))).collect()
        }
        Loading::Waiting | Loading::Failed(_) => {
            draft.language.iter().map(|code| (code.clone(), locale.language_name(code, code))).collect()
        }
    };
    locale.sort(&mut options, |(_, name)| name);
    with_none(locale.words(), options)
}

/// A text and its bound.
struct TextField {
    id: String,
    label: &'static str,
    hint: &'static str,
    value: String,
    max: usize,
    shape: Shape,
    wrong: Option<String>,
    on_text: Callback<String>,
}

/// What a text is typed into.
#[derive(Clone, Copy, PartialEq)]
enum Shape {
    Line,
    Date,
    /// So many lines are seen at once.
    Lines(u8),
}

/// A text with its bound: how much is left is told when little is.
fn text_field(field: TextField) -> Html {
    let TextField { id, label, hint, value, max, shape, wrong, on_text } = field;
    let length = value.trim().chars().count();
    let near = max * 8 / 10 < length && shape != Shape::Date;
    let described = format!("{id}-hint {id}-wrong");
    let invalid = wrong.is_some().to_string();
    let input = match shape {
        Shape::Lines(rows) => {
            let oninput = Callback::from(move |event: InputEvent| {
                on_text.emit(event.target_unchecked_into::<HtmlTextAreaElement>().value());
            });
            html! {
                <textarea id={id.clone()} rows={rows.to_string()} {value} {oninput} aria-describedby={described}
                    aria-invalid={invalid} />
            }
        }
        Shape::Line | Shape::Date => {
            let oninput = Callback::from(move |event: InputEvent| {
                on_text.emit(event.target_unchecked_into::<HtmlInputElement>().value());
            });
            let kind = if shape == Shape::Date { "date" } else { "text" };
            html! {
                <input id={id.clone()} type={kind} {value} {oninput} aria-describedby={described} aria-invalid={invalid} />
            }
        }
    };
    html! {
        <div class="field">
            <label for={id.clone()}>{ label }</label>
            { input }
            <p class="field-hint" id={format!("{id}-hint")}>
                { hint }
                if near { <span class="field-count">{ length }{ " / " }{ max }</span> }
            </p>
            <p class="field-wrong" id={format!("{id}-wrong")}>{ wrong }</p>
        </div>
    }
}

/// A date with its time, as the viewer's clock has it.
fn moment(
    id: &str,
    label: &'static str,
    hint: &'static str,
    value: Option<Timestamp>,
    on_date: Callback<Option<Timestamp>>,
) -> Html {
    let onchange = Callback::from(move |event: Event| {
        on_date.emit(page::of_local_minute(&event.target_unchecked_into::<HtmlInputElement>().value()));
    });
    html! {
        <div class="field">
            <label for={id.to_owned()}>{ label }</label>
            <input id={id.to_owned()} type="datetime-local" value={value.map(page::local_minute)} {onchange}
                aria-describedby={format!("{id}-hint")} />
            <p class="field-hint" id={format!("{id}-hint")}>{ hint }</p>
        </div>
    }
}

/// One of several values, each with its name.
fn choice(
    id: &str,
    label: &'static str,
    hint: &'static str,
    value: &str,
    options: &[(String, String)],
    on_choice: Callback<String>,
) -> Html {
    let onchange = Callback::from(move |event: Event| {
        on_choice.emit(event.target_unchecked_into::<HtmlSelectElement>().value());
    });
    html! {
        <div class="field">
            <label for={id.to_owned()}>{ label }</label>
            <select id={id.to_owned()} {onchange} aria-describedby={format!("{id}-hint")}>
                { for options.iter().map(|(known, name)| html! {
                    <option value={known.clone()} selected={known == value}>{ name }</option>
                }) }
            </select>
            <p class="field-hint" id={format!("{id}-hint")}>{ hint }</p>
        </div>
    }
}

/// What [`Tags`] takes.
#[derive(Properties, PartialEq)]
struct TagsProps {
    id: String,
    draft: Draft,
    on_edit: Callback<Edit>,
    wrong: Option<String>,
}

/// A few words, each taken away with one press.
#[component]
fn Tags(props: &TagsProps) -> Html {
    let words = use_locale().words();
    let input = use_node_ref();
    let oninput = {
        let on_edit = props.on_edit.clone();
        Callback::from(move |event: InputEvent| {
            on_edit.emit(Edit::Tag(event.target_unchecked_into::<HtmlInputElement>().value()));
        })
    };
    let onkeydown = {
        let (on_edit, is_empty, count) =
            (props.on_edit.clone(), props.draft.tag.is_empty(), props.draft.tags.len());
        Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
            "Enter" => {
                event.prevent_default();
                on_edit.emit(Edit::TagEnds);
            }
            "Backspace" if is_empty && 0 < count => on_edit.emit(Edit::TagGoes(count - 1)),
            _ => {}
        })
    };
    let onblur = {
        let on_edit = props.on_edit.clone();
        Callback::from(move |_: FocusEvent| on_edit.emit(Edit::TagEnds))
    };
    let hint = words.field_tags_hint.replacen("{}", &VIDEO_TAGS_MAX.to_string(), 1);
    html! {
        <div class="field">
            <label for={props.id.clone()}>{ words.field_tags }</label>
            <div class="tags-field">
                <ul class="tags">
                    { for props.draft.tags.iter().enumerate().map(|(at, tag)| {
                        let (on_edit, input) = (props.on_edit.clone(), input.clone());
                        let onclick = Callback::from(move |_: MouseEvent| {
                            on_edit.emit(Edit::TagGoes(at));
                            if let Some(input) = input.cast::<HtmlInputElement>() {
                                let _ = input.focus();
                            }
                        });
                        html! {
                            <li class="tag">
                                { tag }
                                <button type="button" aria-label={words.remove_tag.replacen("{}", tag, 1)} {onclick}>
                                    { icon(Glyph::Close) }
                                </button>
                            </li>
                        }
                    }) }
                </ul>
                <input ref={input} id={props.id.clone()} type="text" value={props.draft.tag.clone()} {oninput} {onkeydown} {onblur}
                    autocomplete="off" aria-describedby={format!("{0}-hint {0}-wrong", props.id)}
                    aria-invalid={props.wrong.is_some().to_string()} />
            </div>
            <p class="field-hint" id={format!("{}-hint", props.id)}>{ hint }</p>
            <p class="field-wrong" id={format!("{}-wrong", props.id)}>{ props.wrong.clone() }</p>
        </div>
    }
}

/// What [`Picture`] takes.
#[derive(Properties, PartialEq)]
struct PictureProps {
    id: String,
    present: Option<AttrValue>,
    on_picture: Callback<Option<File>>,
}

/// The picture that stands for the video in lists.
#[component]
fn Picture(props: &PictureProps) -> Html {
    let words = use_locale().words();
    let chosen = use_state(|| None::<AttrValue>);
    let wrong = use_state(|| None::<&'static str>);
    let onchange = {
        let (on_picture, chosen, wrong) = (props.on_picture.clone(), chosen.clone(), wrong.clone());
        Callback::from(move |event: Event| {
            let input = event.target_unchecked_into::<HtmlInputElement>();
            let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
            #[expect(clippy::cast_precision_loss, reason = "four million")]
            let bound = IMAGE_BYTES_MAX as f64;
            if !matches!(file.type_().as_str(), "image/jpeg" | "image/png" | "image/webp") {
                wrong.set(Some(words.wrong_picture));
            } else if bound < file.size() {
                wrong.set(Some(words.wrong_picture_size));
            } else {
                wrong.set(None);
                chosen.set(Url::create_object_url_with_blob(&file).ok().map(AttrValue::from));
                on_picture.emit(Some(file));
            }
        })
    };
    use_effect_with((*chosen).clone(), |chosen| {
        let chosen = chosen.clone();
        move || {
            if let Some(address) = chosen {
                let _ = Url::revoke_object_url(&address);
            }
        }
    });
    let shown = (*chosen).clone().or_else(|| props.present.clone());
    html! {
        <div class="field">
            <label for={props.id.clone()}>{ words.field_picture }</label>
            <div class="picture-field">
                if let Some(shown) = shown {
                    <img src={shown} alt="" width="280" height="157" />
                }
                <label class="button" for={props.id.clone()}>{ words.choose_picture }</label>
                <input class="unseen" id={props.id.clone()} type="file" accept="image/jpeg,image/png,image/webp" {onchange}
                    aria-describedby={format!("{0}-hint {0}-wrong", props.id)} aria-invalid={wrong.is_some().to_string()} />
            </div>
            <p class="field-hint" id={format!("{}-hint", props.id)}>{ words.field_picture_hint }</p>
            <p class="field-wrong" id={format!("{}-wrong", props.id)}>{ *wrong }</p>
        </div>
    }
}
