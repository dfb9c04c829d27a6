//! A page of settings: what is there, what one changes, what the instance says to that. What is saved acts at once.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Map, Value, json};
use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::fields::{self, Field, Kind};
use super::head;
use super::pictures::Pictures;
use super::reasons::reason;
use super::say::Say;
use crate::api::{self, Failure};
use crate::browser::spawn::spawn;
use crate::components::{Loading, Tone, alert, complaint, failed, use_loaded};
use crate::locale::{Locale, use_locale};
use crate::session::use_session;
use crate::site_route::SitePage;
use crate::studio::people::gigabytes;
use crate::text::problems::explain;
use crate::text::words::CATEGORIES;

/// Saved and in force.
pub const SAVED: Say =
    Say { en: "Saved. It acts from now on.", fr: "Enregistré, et en vigueur dès maintenant." };

/// What was changed and not yet saved, by path.
type Changes = BTreeMap<&'static str, Value>;

/// What [`Settings`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Which page.
    pub page: SitePage,
}

/// A page of settings.
#[component]
pub fn Settings(props: &Props) -> Html {
    let words = use_locale().words();
    let client = use_session().client;
    let loaded = use_loaded((), move |()| async move { api::custom(&client).await });
    match &loaded.state {
        Loading::Waiting => html! { <div class="sheet skeleton sheet-tall" aria-hidden="true" /> },
        Loading::Failed(failure) => failed(failure, &loaded.again, words),
        Loading::Here(document) => html! {
            <>
                <Sheet page={props.page} document={document.clone()} />
                if props.page == SitePage::Look {
                    <Pictures />
                }
            </>
        },
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
struct SheetProps {
    page: SitePage,
    document: Rc<Value>,
}

#[component]
fn Sheet(props: &SheetProps) -> Html {
    let locale = use_locale();
    let words = locale.words();
    let client = use_session().client;
    let document = use_state(|| Value::clone(&props.document));
    let changes = use_state(Changes::new);
    let stage = use_state(|| Stage::Open);
    let on_change = {
        let (changes, stage) = (changes.clone(), stage.setter());
        Callback::from(move |(path, value): (&'static str, Value)| {
            let mut next = (*changes).clone();
            next.insert(path, value);
            changes.set(next);
            stage.set(Stage::Open);
        })
    };
    let onsubmit = {
        let (document, changes, stage) = (document.setter(), changes.clone(), stage.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let wish = nested(&changes);
            stage.set(Stage::Sending);
            let (document, changes, stage, client) =
                (document.clone(), changes.setter(), stage.setter(), client.clone());
            spawn(async move {
                match api::customise(&client, &wish).await {
                    Ok(new) => {
                        document.set(new);
                        changes.set(Changes::new());
                        stage.set(Stage::Saved);
                        head::renew().await;
                    }
                    Err(failure) => stage.set(Stage::Refused(failure)),
                }
            });
        })
    };
    let wrong = |path: &str| match &*stage {
        Stage::Refused(Failure::Refused { problem, .. }) => {
            problem.invalid_params.get(path).map(|param| reason(&param.msg, &locale))
        }
        Stage::Refused(_) | Stage::Open | Stage::Sending | Stage::Saved => None,
    };
    let fields = fields::of(props.page).iter().map(|field| {
        let value =
            changes.get(field.path).or_else(|| at(&document, field.path)).cloned().unwrap_or_default();
        draw(field, &value, wrong(field.path), &on_change, &locale)
    });
    let said = match &*stage {
        Stage::Saved => alert(Tone::Good, html! { <p>{ SAVED.of(&locale) }</p> }),
        Stage::Refused(failure) => html! {
            <>
                { complaint(explain(failure, words)) }
                { for of_none(failure, props.page, &locale) }
            </>
        },
        Stage::Open | Stage::Sending => Html::default(),
    };
    let is_idle = changes.is_empty() || *stage == Stage::Sending;
    html! {
        <form class="sheet section-form" {onsubmit} novalidate=true>
            { for fields }
            { said }
            <div class="form-acts">
                <span class="form-note" role="status">{ if *stage == Stage::Sending { words.saving } else { "" } }</span>
                <button type="submit" class="button button-main" disabled={is_idle}>{ words.save }</button>
            </div>
        </form>
    }
}

/// What is wrong with no field of the page alone.
fn of_none(failure: &Failure, page: SitePage, locale: &Locale) -> Vec<Html> {
    let Failure::Refused { problem, .. } = failure else { return Vec::new() };
    let is_field = |path: &str| fields::of(page).iter().any(|field| field.path == path);
    let others = problem.invalid_params.iter().filter(|(path, _)| !is_field(path));
    others.map(|(_, param)| html! { <p class="field-wrong">{ reason(&param.msg, locale) }</p> }).collect()
}

/// The value at a path.
pub fn at<'v>(document: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(document, |value, name| value.get(name))
}

/// `{"a.b": 1}` as `{"a": {"b": 1}}`.
pub fn nested(changes: &Changes) -> Value {
    let mut whole = Value::Object(Map::new());
    for (path, value) in changes {
        let mut place = &mut whole;
        for name in path.split('.') {
            if !place.is_object() {
                *place = Value::Object(Map::new());
            }
            // Just made one where there was none.
            let Value::Object(object) = place else { break };
            place = object.entry(name).or_insert(Value::Null);
        }
        *place = value.clone();
    }
    whole
}

fn draw(
    field: &'static Field,
    value: &Value,
    wrong: Option<String>,
    on_change: &Callback<(&'static str, Value)>,
    locale: &Locale,
) -> Html {
    let id = field.path.replace('.', "-");
    let (label, hint) = (field.label.of(locale), field.hint.of(locale));
    let (path, on_change) = (field.path, on_change.clone());
    let kind = field.kind;
    if kind == Kind::Part {
        return html! { <h2 class="part">{ label }</h2> };
    }
    if kind == Kind::Categories {
        return categories(&id, label, value, move |wish| on_change.emit((path, wish)), locale);
    }
    if kind == Kind::Truth {
        let onchange = Callback::from(move |event: Event| {
            let checked = event.target_unchecked_into::<HtmlInputElement>().checked();
            on_change.emit((path, json!(checked)));
        });
        let checked = value.as_bool().unwrap_or(false);
        return html! {
            <div class="field">
                <label class="option option-tall" for={id.clone()}>
                    <input id={id.clone()} type="checkbox" {checked} {onchange} />
                    <span>{ label }<small>{ hint }</small></span>
                </label>
                <p class="field-wrong">{ wrong }</p>
            </div>
        };
    }
    let described = format!("{id}-hint {id}-wrong");
    let invalid = wrong.is_some().to_string();
    let text = text_of(kind, value);
    let input = match kind {
        Kind::Choice(options) => {
            let onchange = Callback::from(move |event: Event| {
                on_change.emit((path, json!(event.target_unchecked_into::<HtmlSelectElement>().value())));
            });
            let option = |(word, name): &(&'static str, Say)| {
                html! { <option value={*word} selected={*word == text}>{ name.of(locale) }</option> }
            };
            html! {
                <select id={id.clone()} {onchange} aria-describedby={described} aria-invalid={invalid}>
                    { for options.iter().map(option) }
                    if options.iter().all(|(word, _)| *word != text) {
                        // Another program chose it.
                        <option value={text.clone()} selected=true>{ &text }</option>
                    }
                </select>
            }
        }
        Kind::Lines(rows) => {
            let oninput = Callback::from(move |event: InputEvent| {
                on_change.emit((path, json!(event.target_unchecked_into::<HtmlTextAreaElement>().value())));
            });
            html! {
                <textarea id={id.clone()} rows={rows.to_string()} value={text} {oninput} aria-describedby={described}
                    aria-invalid={invalid} />
            }
        }
        Kind::Line
        | Kind::Truth
        | Kind::Number
        | Kind::Gigabytes
        | Kind::Codes
        | Kind::Categories
        | Kind::Part => {
            let oninput = Callback::from(move |event: InputEvent| {
                let text = event.target_unchecked_into::<HtmlInputElement>().value();
                on_change.emit((path, value_of(kind, &text)));
            });
            let mode = match kind {
                Kind::Number => "numeric",
                Kind::Gigabytes => "decimal",
                Kind::Line
                | Kind::Lines(_)
                | Kind::Truth
                | Kind::Choice(_)
                | Kind::Codes
                | Kind::Categories
                | Kind::Part => "text",
            };
            html! {
                <input id={id.clone()} type="text" inputmode={mode} value={text} {oninput} aria-describedby={described}
                    aria-invalid={invalid} />
            }
        }
    };
    html! {
        <div class="field">
            <label for={id.clone()}>{ label }</label>
            { input }
            <p class="field-hint" id={format!("{id}-hint")}>{ hint }</p>
            <p class="field-wrong" id={format!("{id}-wrong")}>{ wrong }</p>
        </div>
    }
}

/// A box for each of PeerTube's categories; those that are ticked stand in the list.
fn categories(
    id: &str,
    label: &'static str,
    value: &Value,
    on_change: impl Fn(Value) + Clone + 'static,
    locale: &Locale,
) -> Html {
    let ticked: Vec<u64> = value.as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
    let one = |category: u32| {
        let number = u64::from(category);
        let checked = ticked.contains(&number);
        let (mut next, on_change) = (ticked.clone(), on_change.clone());
        if checked {
            next.retain(|known| *known != number);
        } else {
            next.push(number);
        }
        let onchange = Callback::from(move |_: Event| on_change(json!(next)));
        html! {
            <label class="option">
                <input type="checkbox" {checked} {onchange} />{ locale.words().category(category) }
            </label>
        }
    };
    html! {
        <fieldset class="options options-beside" id={id.to_owned()}>
            <legend>{ label }</legend>
            { for CATEGORIES.into_iter().map(one) }
        </fieldset>
    }
}

/// What stands in a field. Text that is no number stays as it was typed: the instance says what is wrong with it.
fn text_of(kind: Kind, value: &Value) -> String {
    match (kind, value) {
        (Kind::Gigabytes, Value::Number(number)) => number.as_i64().map(gigabytes::text).unwrap_or_default(),
        (_, Value::Array(codes)) => codes.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
        (_, Value::String(text)) => text.clone(),
        (_, Value::Number(number)) => number.to_string(),
        (_, Value::Null | Value::Bool(_) | Value::Object(_)) => String::new(),
    }
}

fn value_of(kind: Kind, text: &str) -> Value {
    let trimmed = text.trim();
    match kind {
        Kind::Number => trimmed.parse::<i64>().map_or_else(|_| json!(text), |number| json!(number)),
        Kind::Gigabytes => gigabytes::parse(text).map_or_else(|| json!(text), |bytes| json!(bytes)),
        Kind::Codes => {
            json!(text.split(',').map(str::trim).filter(|code| !code.is_empty()).collect::<Vec<_>>())
        }
        Kind::Line | Kind::Lines(_) | Kind::Truth | Kind::Choice(_) | Kind::Categories | Kind::Part => {
            json!(text)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_changed_is_sent_as_the_document_has_it() {
        let changes = Changes::from([
            ("instance.name", json!("Reef")),
            ("instance.isNSFW", json!(true)),
            ("a.b.c", json!(1)),
        ]);
        let expected = json!({ "instance": { "name": "Reef", "isNSFW": true }, "a": { "b": { "c": 1 } } });
        assert_eq!(nested(&changes), expected);
        assert_eq!(at(&expected, "a.b.c"), Some(&json!(1)));
    }

    #[test]
    fn fields_show_what_was_typed_into_them() {
        for (kind, text, value) in [
            (Kind::Number, "12", json!(12)),
            (Kind::Gigabytes, "1.5", json!(1_500_000_000_i64)),
            (Kind::Gigabytes, "", json!(-1)),
            (Kind::Codes, "en, fr", json!(["en", "fr"])),
            (Kind::Line, "Reef ", json!("Reef ")),
            (Kind::Number, "many", json!("many")),
        ] {
            assert_eq!(value_of(kind, text), value, "{text}");
            assert_eq!(text_of(kind, &value), text, "{value}");
        }
    }
}
