//! A channel: `/c/{channel}`.

use shared::api::Channel as Card;
use yew::prelude::*;

use crate::api;
use crate::components::{Glyph, Heading, Loading, Markdown, avatar, empty, failed, handle, use_loaded};
use crate::feed::{Feed, Memory, Source};
use crate::locale::{Locale, use_locale};
use crate::route::{Route, Shelf};
use crate::session::use_session;
use crate::text::words::Words;

/// What [`Channel`] and the account's page take.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Name, with a host where it is not ours.
    pub handle: String,
    /// The page's entry in the history.
    pub entry: u32,
    /// Whether one came back to it.
    pub returned: bool,
    /// Lists left behind.
    pub memory: Memory,
}

/// A channel and its videos.
#[component]
pub fn Channel(props: &Props) -> Html {
    let locale = use_locale();
    let words = locale.words();
    let client = use_session().client;
    let loaded = use_loaded(props.handle.clone(), move |handle: &String| {
        let handle = handle.clone();
        async move { api::channel(&client, &handle).await }
    });
    let head = match &loaded.state {
        Loading::Waiting => skeleton(words),
        Loading::Failed(failure) if failure.status() == Some(404) => {
            return missing(words.no_channel, words.no_channel_text, words);
        }
        Loading::Failed(failure) => html! {
            <><Heading title={props.handle.clone()} />{ failed(failure, &loaded.again, words) }</>
        },
        Loading::Here(channel) => draw(channel, &locale),
    };
    html! {
        <div class="page page-wide">
            { head }
            <Feed source={Source::Channel(props.handle.clone())} entry={props.entry} returned={props.returned}
                memory={props.memory.clone()} with_channel=false
                empty={empty(Glyph::Waves, words.empty_channel, "", Html::default())} />
        </div>
    }
}

fn draw(channel: &Card, locale: &Locale) -> Html {
    let words = locale.words();
    html! {
        <header class="actor">
            if let Some(banner) = channel.banners.iter().max_by_key(|banner| banner.width) {
                <img class="actor-banner" src={banner.path.clone()} alt="" width="1920" height="317" />
            }
            <div class="actor-row">
                { avatar(&channel.display_name, &channel.avatars, 96) }
                <div class="actor-words">
                    <Heading title={channel.display_name.clone()} />
                    <p class="actor-facts">
                        <span>{ "@" }{ &channel.name }{ "@" }{ &channel.host }</span>
                        <span>{ locale.count(channel.followers_count, &words.followers) }</span>
                        if let Some(owner) = &channel.owner_account {
                            <a href={Route::Account(handle(&owner.name, &owner.host, channel.is_local)).to_string()}>
                                { words.by.replacen("{}", &owner.display_name, 1) }
                            </a>
                        }
                    </p>
                </div>
            </div>
            if let Some(description) = channel.description.clone().filter(|text| !text.is_empty()) {
                <Markdown text={description} />
            }
            if let Some(support) = channel.support.clone().filter(|text| !text.is_empty()) {
                <details class="more">
                    <summary>{ words.support }</summary>
                    <Markdown text={support} />
                </details>
            }
        </header>
    }
}

/// The place of a head that is on its way.
pub fn skeleton(words: &'static Words) -> Html {
    html! {
        <div class="actor skeleton">
            <Heading title={words.loading} unseen=true waiting=true />
            <div class="actor-row" aria-hidden="true">
                <span class="avatar" />
                <div class="actor-words"><span class="bone" /><span class="bone bone-short" /></div>
            </div>
        </div>
    }
}

/// What stands there where nobody has that name.
pub fn missing(title: &'static str, text: &'static str, words: &'static Words) -> Html {
    let to_videos =
        html! { <a class="button" href={Route::Browse(Shelf::Recent).to_string()}>{ words.to_videos }</a> };
    html! {
        <div class="page">
            <Heading {title} unseen=true />
            { empty(Glyph::Waves, title, text, to_videos) }
        </div>
    }
}
