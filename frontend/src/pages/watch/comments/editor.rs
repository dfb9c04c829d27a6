//! Where one writes a comment.

use shared::api::Comment;
use shared::id::CommentId;
use shared::limits::COMMENT_LENGTH;
use web_sys::{HtmlElement, HtmlTextAreaElement};
use yew::prelude::*;

use crate::api::{self, Failure};
use crate::browser::spawn::spawn;
use crate::components::complaint;
use crate::locale::use_locale;
use crate::session::use_session;
use crate::text::problems::explain;

/// What [`Editor`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// For the label's `for`: a page may hold two.
    pub id: AttrValue,
    /// What one writes.
    pub label: AttrValue,
    /// About which video.
    pub video: String,
    /// In answer to what.
    #[prop_or_default]
    pub parent: Option<CommentId>,
    /// Told what was said.
    pub on_said: Callback<Comment>,
    /// Told that one writes no answer after all.
    pub on_cancel: Callback<()>,
}

/// Where what one writes is.
#[derive(Clone, PartialEq)]
enum Stage {
    Open,
    Sending,
    Refused(Failure),
}

/// Where one writes a comment or an answer. What was refused stays, to be sent again.
#[component]
#[inline(never)]
pub fn Editor(props: &Props) -> Html {
    let locale = use_locale();
    let words = locale.words();
    let client = use_session().client;
    let text = use_state(String::new);
    let stage = use_state(|| Stage::Open);
    let field = use_node_ref();
    let is_answer = props.parent.is_some();
    use_effect_with(field.clone(), move |field| {
        // Who asked to answer wants to write now.
        if let Some(field) = field.cast::<HtmlElement>().filter(|_| is_answer) {
            let _ = field.focus();
        }
    });
    let length = text.trim().chars().count();
    let is_long = *COMMENT_LENGTH.end() < length;
    let is_ready = COMMENT_LENGTH.contains(&length) && *stage != Stage::Sending;
    let send = {
        let (text, stage, video, parent) = (text.clone(), stage.clone(), props.video.clone(), props.parent);
        let on_said = props.on_said.clone();
        Callback::from(move |()| {
            if !is_ready {
                return;
            }
            stage.set(Stage::Sending);
            let (client, video, said) = (client.clone(), video.clone(), text.trim().to_owned());
            let (text, stage, on_said) = (text.setter(), stage.setter(), on_said.clone());
            spawn(async move {
                match api::say(&client, &video, parent, &said).await {
                    Ok(comment) => {
                        text.set(String::new());
                        stage.set(Stage::Open);
                        on_said.emit(comment);
                    }
                    Err(failure) => stage.set(Stage::Refused(failure)),
                }
            });
        })
    };
    let oninput = {
        let text = text.setter();
        Callback::from(move |event: InputEvent| {
            text.set(event.target_unchecked_into::<HtmlTextAreaElement>().value());
        })
    };
    let onkeydown = {
        let send = send.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                event.prevent_default();
                send.emit(());
            }
        })
    };
    let onsubmit = Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        send.emit(());
    });
    let cancel = props.on_cancel.reform(|_: MouseEvent| ());
    let note = format!("{}-note", props.id);
    let sending = *stage == Stage::Sending;
    html! {
        <form class="editor" {onsubmit}>
            <div class="field">
                <label for={props.id.clone()}>{ &props.label }</label>
                <textarea ref={field} id={props.id.clone()} rows="3" value={(*text).clone()} {oninput} {onkeydown}
                    aria-invalid={is_long.to_string()} aria-describedby={note.clone()} />
                <p id={note} class={if is_long { "field-wrong" } else { "field-hint" }}>
                    if is_long {
                        { words.wrong_long.replacen("{}", &locale.number(10_000), 1) }
                    } else {
                        { words.comment_hint }
                    }
                </p>
            </div>
            if let Stage::Refused(failure) = &*stage { { complaint(explain(failure, words)) } }
            <div class="editor-acts">
                if is_answer {
                    <button type="button" class="button" onclick={cancel}>{ words.cancel }</button>
                }
                <button type="submit" class="button button-main" aria-disabled={(!is_ready).to_string()}>
                    { match (sending, is_answer) {
                        (true, _) => words.comment_sending,
                        (false, true) => words.reply,
                        (false, false) => words.comment_send,
                    } }
                </button>
            </div>
        </form>
    }
}
