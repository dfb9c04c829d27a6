//! An account: `/a/{account}`.

use yew::prelude::*;

use super::channel::{Props, missing, skeleton};
use crate::api;
use crate::components::{Glyph, Heading, Loading, Markdown, avatar, empty, failed, use_loaded};
use crate::feed::{Feed, Source};
use crate::locale::use_locale;
use crate::session::use_session;

/// An account and its videos.
#[component]
pub fn Account(props: &Props) -> Html {
    let locale = use_locale();
    let words = locale.words();
    let client = use_session().client;
    let loaded = use_loaded(props.handle.clone(), move |handle: &String| {
        let handle = handle.clone();
        async move { api::account(&client, &handle).await }
    });
    let head = match &loaded.state {
        Loading::Waiting => skeleton(words),
        Loading::Failed(failure) if failure.status() == Some(404) => {
            return missing(words.no_account, words.no_account_text, words);
        }
        Loading::Failed(failure) => html! {
            <><Heading title={props.handle.clone()} />{ failed(failure, &loaded.again, words) }</>
        },
        Loading::Here(account) => html! {
            <header class="actor">
                <div class="actor-row">
                    { avatar(&account.display_name, &account.avatars, 96) }
                    <div class="actor-words">
                        <Heading title={account.display_name.clone()} />
                        <p class="actor-facts">
                            <span>{ "@" }{ &account.name }{ "@" }{ &account.host }</span>
                            <span>{ words.since.replacen("{}", &locale.date(account.created_at), 1) }</span>
                        </p>
                    </div>
                </div>
                if let Some(description) = account.description.clone().filter(|text| !text.is_empty()) {
                    <Markdown text={description} />
                }
            </header>
        },
    };
    html! {
        <div class="page page-wide">
            { head }
            <Feed source={Source::Account(props.handle.clone())} entry={props.entry} returned={props.returned}
                memory={props.memory.clone()}
                empty={empty(Glyph::Waves, words.empty_account, "", Html::default())} />
        </div>
    }
}
