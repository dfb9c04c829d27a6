//! Tells the moderators that something should not be there.

use serde_json::{Value, json};
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::alert::{Tone, alert, complaint};
use super::dialog::Dialog;
use super::icon::{Glyph, icon};
use crate::api::Failure;
use crate::browser::fetch::Body;
use crate::browser::spawn::spawn;
use crate::locale::use_locale;
use crate::session::use_session;
use crate::text::durations::parse_moment;
use crate::text::problems::explain;
use crate::text::words::order::{OrderWords, REASONS};

/// What is reported.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reported {
    /// A video by its number, or a part of it.
    Video(u64),
    /// An account by its number.
    Account(u64),
    /// A comment by its number.
    Comment(u64),
}

/// What [`Report`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is reported.
    pub subject: Reported,
    /// Who wrote it, where many buttons stand on one page.
    #[prop_or_default]
    pub author: Option<AttrValue>,
}

/// A button that opens the report, for whoever is signed in; nothing for others.
#[component]
#[inline(never)]
pub fn Report(props: &Props) -> Html {
    let words = OrderWords::of(use_locale().language());
    let is_open = use_state(|| false);
    if use_session().person().is_none() {
        return Html::default();
    }
    let open = {
        let is_open = is_open.setter();
        Callback::from(move |_: MouseEvent| is_open.set(true))
    };
    let on_close = {
        let is_open = is_open.setter();
        Callback::from(move |()| is_open.set(false))
    };
    html! {
        <>
            if let Some(author) = &props.author {
                <button type="button" class="button button-quiet" aria-label={words.report_comment_of.replacen("{}", author, 1)} onclick={open}>
                    { words.report }
                </button>
            } else {
                <button type="button" class="button report" onclick={open}>{ icon(Glyph::Alert) }{ words.report }</button>
            }
            if *is_open { <Sheet subject={props.subject} {on_close} /> }
        </>
    }
}

/// What [`Sheet`] takes.
#[derive(Properties, PartialEq)]
struct SheetProps {
    subject: Reported,
    on_close: Callback<()>,
}

#[derive(Clone, PartialEq, Default)]
struct Draft {
    reason: String,
    predefined: Vec<&'static str>,
    from: String,
    to: String,
}

impl Draft {
    fn body(&self, subject: Reported) -> Value {
        let mut body = json!({ "reason": self.reason.trim(), "predefinedReasons": self.predefined });
        let (key, about) = match subject {
            Reported::Video(id) => {
                let mut video = json!({ "id": id });
                for (key, moment) in [("startAt", &self.from), ("endAt", &self.to)] {
                    if let (Some(second), Some(video)) = (parse_moment(moment.trim()), video.as_object_mut())
                    {
                        video.insert(key.to_owned(), second.into());
                    }
                }
                ("video", video)
            }
            Reported::Account(id) => ("account", json!({ "id": id })),
            Reported::Comment(id) => ("comment", json!({ "id": id })),
        };
        if let Some(body) = body.as_object_mut() {
            body.insert(key.to_owned(), about);
        }
        body
    }
}

#[derive(Clone, PartialEq)]
enum Stage {
    Open,
    Sending,
    Refused(Failure),
    Done,
}

#[component]
#[inline(never)]
fn Sheet(props: &SheetProps) -> Html {
    let locale = use_locale();
    let words = OrderWords::of(locale.language());
    let client = use_session().client;
    let draft = use_state(Draft::default);
    let stage = use_state(|| Stage::Open);
    let onsubmit = {
        let (draft, stage, subject) = (draft.clone(), stage.setter(), props.subject);
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            stage.set(Stage::Sending);
            let body = Body::Text("application/json", draft.body(subject).to_string());
            let (client, stage) = (client.clone(), stage.clone());
            spawn(async move {
                stage.set(match client.send("POST", "/api/v1/abuses", &body).await {
                    Ok(_) => Stage::Done,
                    Err(failure) => Stage::Refused(failure),
                });
            });
        })
    };
    let pick = |reason: &'static str| {
        let (id, is_picked) = (format!("report-{reason}"), draft.predefined.contains(&reason));
        let draft = draft.clone();
        let onchange = Callback::from(move |_: Event| {
            let mut next = (*draft).clone();
            if is_picked {
                next.predefined.retain(|other| *other != reason);
            } else {
                next.predefined.push(reason);
            }
            draft.set(next);
        });
        html! {
            <label class="option" for={id.clone()}><input {id} type="checkbox" checked={is_picked} {onchange} />{ words.reason(reason) }</label>
        }
    };
    let moment = |id: &'static str, label: &'static str, value: String, change: fn(&mut Draft, String)| {
        let draft = draft.clone();
        let oninput = Callback::from(move |event: InputEvent| {
            let mut next = (*draft).clone();
            change(&mut next, event.target_unchecked_into::<HtmlInputElement>().value());
            draft.set(next);
        });
        html! { <div class="field"><label for={id}>{ label }</label><input {id} type="text" placeholder="0:00" {value} {oninput} /></div> }
    };
    let on_reason = {
        let draft = draft.clone();
        Callback::from(move |event: InputEvent| {
            let reason = event.target_unchecked_into::<HtmlTextAreaElement>().value();
            draft.set(Draft { reason, ..(*draft).clone() });
        })
    };
    let close = props.on_close.reform(|_: MouseEvent| ());
    if *stage == Stage::Done {
        return html! {
            <Dialog title={words.report_title} on_close={props.on_close.clone()}>
                { alert(Tone::Good, html! { <p>{ words.report_done }</p> }) }
                <div class="dialog-acts"><button type="button" class="button" onclick={close}>{ locale.words().close }</button></div>
            </Dialog>
        };
    }
    let is_short = draft.reason.trim().chars().count() < 2;
    html! {
        <Dialog title={words.report_title} on_close={props.on_close.clone()}>
            <form {onsubmit}>
                <fieldset class="options"><legend>{ words.report_why }</legend>{ for REASONS.into_iter().map(pick) }</fieldset>
                <div class="field">
                    <label for="report-reason">{ words.report_reason }</label>
                    <textarea id="report-reason" rows="4" maxlength="3000" required=true value={draft.reason.clone()} oninput={on_reason} />
                </div>
                if let Reported::Video(_) = props.subject {
                    <fieldset class="report-part">
                        <legend>{ words.report_part }</legend>
                        { moment("report-from", words.report_from, draft.from.clone(), |draft, text| draft.from = text) }
                        { moment("report-to", words.report_to, draft.to.clone(), |draft, text| draft.to = text) }
                    </fieldset>
                }
                if let Stage::Refused(failure) = &*stage { { complaint(explain(failure, locale.words())) } }
                <div class="dialog-acts">
                    <button type="button" class="button" onclick={close}>{ words.cancel }</button>
                    <button type="submit" class="button button-main" disabled={is_short || *stage == Stage::Sending}>{ words.send }</button>
                </div>
            </form>
        </Dialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_says_what_and_which_part() {
        let draft = Draft {
            reason: " spam ".into(),
            predefined: vec!["rights"],
            from: "1:02".into(),
            to: "nonsense".into(),
        };
        assert_eq!(
            draft.body(Reported::Video(5)),
            json!({ "reason": "spam", "predefinedReasons": ["rights"], "video": { "id": 5, "startAt": 62 } })
        );
        assert_eq!(draft.body(Reported::Account(9))["account"], json!({ "id": 9 }));
        assert_eq!(draft.body(Reported::Comment(7))["comment"], json!({ "id": 7 }));
    }
}
