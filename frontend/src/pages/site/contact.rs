//! Writing to who keeps the instance: `/about/contact`.

use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::view::Stage;
use crate::api::{self, Client, Failure, Letter};
use crate::browser::spawn::spawn;
use crate::components::{Tone, alert, complaint};
use crate::text::problems::explain;
use crate::text::words::Words;

/// A field of the letter.
type Part = fn(&mut Letter) -> &mut String;

/// The letter is on its way.
pub fn sent(words: &'static Words) -> Html {
    alert(Tone::Good, html! { <p>{ words.contact_sent }</p> })
}

/// The letter, as far as it is written.
pub fn draw(
    letter: &Letter,
    is_sending: bool,
    refused: Option<&Failure>,
    stage: &UseStateHandle<Stage>,
    client: &Client,
    words: &'static Words,
) -> Html {
    let write = |part: Part| {
        let (letter, stage) = (letter.clone(), stage.setter());
        move |text: String| {
            let mut next = letter.clone();
            *part(&mut next) = text;
            stage.set(Stage::Writing(next, false, None));
        }
    };
    let line = |id: &'static str, kind: &'static str, label: &'static str, part: Part| {
        let (value, write) = (part(&mut letter.clone()).clone(), write(part));
        let oninput = Callback::from(move |event: InputEvent| {
            write(event.target_unchecked_into::<HtmlInputElement>().value());
        });
        html! {
            <div class="field">
                <label for={id}>{ label }</label>
                <input {id} type={kind} required=true maxlength="120" {value} {oninput} />
            </div>
        }
    };
    let on_body = {
        let write = write(|letter| &mut letter.body);
        Callback::from(move |event: InputEvent| {
            write(event.target_unchecked_into::<HtmlTextAreaElement>().value());
        })
    };
    let onsubmit = {
        let (letter, stage, client) = (letter.clone(), stage.setter(), client.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            stage.set(Stage::Writing(letter.clone(), true, None));
            let (letter, stage, client) = (letter.clone(), stage.clone(), client.clone());
            spawn(async move {
                stage.set(match api::write_to_keeper(&client, &letter).await {
                    Ok(()) => Stage::Sent,
                    Err(failure) => Stage::Writing(letter, false, Some(failure)),
                });
            });
        })
    };
    html! {
        <form class="sheet section-form" {onsubmit}>
            { line("contact-name", "text", words.contact_name, |letter| &mut letter.from_name) }
            { line("contact-email", "email", words.contact_email, |letter| &mut letter.from_email) }
            { line("contact-subject", "text", words.contact_subject, |letter| &mut letter.subject) }
            <div class="field">
                <label for="contact-body">{ words.contact_body }</label>
                <textarea id="contact-body" rows="8" required=true minlength="3" maxlength="5000"
                    value={letter.body.clone()} oninput={on_body} />
            </div>
            if let Some(failure) = refused {
                { complaint(explain(failure, words)) }
            }
            <div class="form-acts">
                <button type="submit" class="button button-main" disabled={is_sending}>{ words.contact_send }</button>
            </div>
        </form>
    }
}
