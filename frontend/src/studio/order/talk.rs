//! What a reporter and moderators say to each other about a report.

use serde_json::json;
use shared::api::{AbuseMessage, Page};
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use crate::api::{Client, Failure};
use crate::browser::fetch::Body;
use crate::browser::spawn::spawn;
use crate::components::{Dialog, complaint};
use crate::locale::use_locale;
use crate::session::use_session;
use crate::text::problems::explain;
use crate::text::words::order::OrderWords;

/// What [`Talk`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The report's number.
    pub abuse: u64,
    /// Closes it.
    pub on_close: Callback<()>,
}

fn path(abuse: u64) -> String {
    format!("/api/v1/abuses/{abuse}/messages")
}

async fn load(client: &Client, abuse: u64) -> Result<Vec<AbuseMessage>, Failure> {
    let page: Page<AbuseMessage> = client.get(&path(abuse)).await?;
    Ok(page.data)
}

/// The messages about one report, and room for another.
#[component]
pub fn Talk(props: &Props) -> Html {
    let locale = use_locale();
    let words = OrderWords::of(locale.language());
    let client = use_session().client;
    let messages = use_state(|| None::<Vec<AbuseMessage>>);
    let failure = use_state(|| None::<Failure>);
    let text = use_state(String::new);
    let is_busy = use_state(|| false);
    use_effect_with(props.abuse, {
        let (client, messages, failure) = (client.clone(), messages.setter(), failure.setter());
        move |abuse| {
            let abuse = *abuse;
            spawn(async move {
                match load(&client, abuse).await {
                    Ok(rows) => messages.set(Some(rows)),
                    Err(error) => failure.set(Some(error)),
                }
            });
        }
    });
    let oninput = {
        let text = text.setter();
        Callback::from(move |event: InputEvent| {
            text.set(event.target_unchecked_into::<HtmlTextAreaElement>().value());
        })
    };
    let onsubmit = {
        let (client, abuse, said) = (client.clone(), props.abuse, (*text).clone());
        let (messages, failure, text, is_busy) =
            (messages.setter(), failure.setter(), text.setter(), is_busy.setter());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            is_busy.set(true);
            let body = Body::Text("application/json", json!({ "message": said.trim() }).to_string());
            let (client, messages, failure) = (client.clone(), messages.clone(), failure.clone());
            let (text, is_busy) = (text.clone(), is_busy.clone());
            spawn(async move {
                let sent = client.send("POST", &path(abuse), &body).await;
                let loaded = match sent {
                    Ok(_) => load(&client, abuse).await,
                    Err(error) => Err(error),
                };
                match loaded {
                    Ok(rows) => {
                        messages.set(Some(rows));
                        failure.set(None);
                        text.set(String::new());
                    }
                    Err(error) => failure.set(Some(error)),
                }
                is_busy.set(false);
            });
        })
    };
    let row = |message: &AbuseMessage| {
        let name = message.account.as_ref().map_or("", |account| account.display_name.as_str());
        let role = if message.by_moderator { words.moderator } else { words.reporter };
        html! {
            <li key={message.id.to_string()}>
                <p class="row-facts"><span class="chip">{ role }</span><span>{ name }</span><time datetime={message.created_at.to_string()}>{ locale.age(message.created_at) }</time></p>
                <p class="order-text">{ &message.message }</p>
            </li>
        }
    };
    html! {
        <Dialog title={words.messages} on_close={props.on_close.clone()}>
            <ul class="order-talk">
                { for messages.iter().flatten().map(row) }
            </ul>
            if messages.as_ref().is_some_and(Vec::is_empty) { <p>{ words.no_messages }</p> }
            if let Some(failure) = &*failure { { complaint(explain(failure, locale.words())) } }
            <form {onsubmit}>
                <div class="field">
                    <label for="talk-text">{ words.message }</label>
                    <textarea id="talk-text" rows="3" value={(*text).clone()} {oninput} />
                </div>
                <div class="dialog-acts">
                    <button type="submit" class="button button-main" disabled={*is_busy || text.trim().is_empty()}>{ words.send }</button>
                </div>
            </form>
        </Dialog>
    }
}
