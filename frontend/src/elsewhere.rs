//! Subscribing with an account on another server: where one does that is asked there (RFC 7033), and one goes there.

use serde::Deserialize;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::browser::fetch::{Asked, Body, fetch};
use crate::browser::page;
use crate::browser::spawn::spawn;
use crate::components::{Dialog, complaint};
use crate::locale::use_locale;
use crate::text::addresses::encode;

/// The relation by which servers say where one subscribes.
const SUBSCRIBE: &str = "http://ostatus.org/schema/1.0/subscribe";

#[derive(Deserialize)]
struct Finger {
    #[serde(default)]
    links: Vec<Link>,
}

#[derive(Deserialize)]
struct Link {
    #[serde(default)]
    rel: String,
    #[serde(default)]
    template: Option<String>,
}

/// Somebody's name and server, as they typed it: `you@server.example`.
fn read(text: &str) -> Option<(&str, &str)> {
    let (name, host) = text.trim().trim_start_matches('@').split_once('@')?;
    let is_made_of = |text: &str, extra: &str| {
        !text.is_empty() && text.chars().all(|letter| letter.is_alphanumeric() || extra.contains(letter))
    };
    (is_made_of(name, "-_.") && is_made_of(host, "-.:") && (host.contains('.') || host.contains(':')))
        .then_some((name, host))
}

/// Where one goes to subscribe to `uri`, from what a server says of somebody; none where it says nothing of it, or leads
/// elsewhere than to a page of the web.
fn there(finger: &str, uri: &str) -> Option<String> {
    let finger: Finger = serde_json::from_str(finger).ok()?;
    let link = finger.links.into_iter().find(|link| link.rel == SUBSCRIBE)?;
    let template = link.template.filter(|template| template.contains("{uri}"))?;
    let is_web = ["https://", "http://"].iter().any(|scheme| template.starts_with(scheme));
    is_web.then(|| template.replace("{uri}", &encode(uri)))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Open,
    Asking,
    Wrong,
    Silent,
}

/// What [`Elsewhere`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The channel, with its host.
    pub uri: AttrValue,
    /// That nobody wants to any more.
    pub on_close: Callback<()>,
}

/// Asks who somebody is elsewhere, and leads there.
#[component]
#[inline(never)]
pub fn Elsewhere(props: &Props) -> Html {
    let words = use_locale().words();
    let text = use_state(String::new);
    let stage = use_state(|| Stage::Open);
    let oninput = {
        let (text, stage) = (text.setter(), stage.setter());
        Callback::from(move |event: InputEvent| {
            text.set(event.target_unchecked_into::<HtmlInputElement>().value());
            stage.set(Stage::Open);
        })
    };
    let onsubmit = {
        let (text, stage, uri) = (text.clone(), stage.setter(), props.uri.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let Some((name, host)) = read(&text) else { return stage.set(Stage::Wrong) };
            let account = encode(&format!("acct:{name}@{host}"));
            let path = format!("https://{host}/.well-known/webfinger?resource={account}");
            let (stage, uri) = (stage.clone(), uri.clone());
            stage.set(Stage::Asking);
            spawn(async move {
                let asked =
                    Asked { method: "GET", path: &path, body: &Body::Nothing, bearer: None, header: None };
                let answer = fetch(asked).await.ok().filter(|answer| answer.status == 200);
                match answer.and_then(|answer| there(&answer.text, &uri)) {
                    Some(address) => {
                        let _ = page::window().location().set_href(&address);
                    }
                    None => stage.set(Stage::Silent),
                }
            });
        })
    };
    let is_wrong = matches!(*stage, Stage::Wrong | Stage::Silent);
    html! {
        <Dialog title={words.elsewhere} on_close={props.on_close.clone()}>
            <form class="section-form" {onsubmit} novalidate=true>
                <p>{ words.elsewhere_text }</p>
                <div class="field">
                    <label for="elsewhere-handle">{ words.elsewhere_handle }</label>
                    <input id="elsewhere-handle" type="text" inputmode="email" autocapitalize="off" spellcheck="false" maxlength="200"
                        value={(*text).clone()} {oninput} aria-invalid={is_wrong.to_string()} />
                </div>
                {
                    match *stage {
                        Stage::Wrong => complaint(words.elsewhere_wrong),
                        Stage::Silent => complaint(words.elsewhere_silent.replacen("{}", &format!("@{}", props.uri), 1)),
                        Stage::Open | Stage::Asking => Html::default(),
                    }
                }
                <div class="dialog-acts">
                    <button type="submit" class="button button-main" disabled={*stage == Stage::Asking}>{ words.elsewhere_go }</button>
                </div>
            </form>
        </Dialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_elsewhere_are_read_as_they_write_themselves() {
        assert_eq!(read(" @you@server.example "), Some(("you", "server.example")));
        assert_eq!(read("you@127.0.0.1:9000"), Some(("you", "127.0.0.1:9000")));
        for text in
            ["you", "you@", "@server.example", "you@server", "you@server.example/x", "a b@server.example"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn one_goes_where_the_server_says() {
        let finger = |template: &str| {
            format!(
                r#"{{"links":[{{"rel":"self","href":"x"}},{{"rel":"{SUBSCRIBE}","template":"{template}"}}]}}"#
            )
        };
        let found = there(&finger("https://server.example/follow?uri={uri}"), "films@films.example");
        assert_eq!(found.as_deref(), Some("https://server.example/follow?uri=films@films.example"));
        assert_eq!(there(&finger("javascript:alert(1)//{uri}"), "films@films.example"), None);
        assert_eq!(there(&finger("https://server.example/"), "films@films.example"), None);
        assert_eq!(there("{}", "films@films.example"), None);
    }
}
