//! A channel: `/c/{channel}` and what follows it.

use shared::api::Channel as Card;
use yew::prelude::*;

use super::actor::{Props, Tab, missing, orders, said, skeleton, tabs};
use crate::api;
use crate::components::{Glyph, Heading, Loading, avatar, empty, failed, handle, open_there, use_loaded};
use crate::feed::{Feed, Source};
use crate::feeds::Feeds;
use crate::follow::{Follow, uri};
use crate::locale::{Locale, use_locale};
use crate::playlist::{Playlists, Whose};
use crate::route::Route;
use crate::session::use_session;
use crate::text::addresses::encode;

/// A channel: its videos, and what it says of itself.
#[component]
#[inline(never)]
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
    let videos = Route::Channel(props.handle.clone());
    let pages = [
        (Tab::Videos, videos.clone(), words.lists),
        (Tab::Playlists, Route::ChannelPlaylists(props.handle.clone()), words.playlists),
        (Tab::About, Route::ChannelAbout(props.handle.clone()), words.about),
    ];
    html! {
        <div class="page page-wide">
            { head }
            { tabs(&props.handle, &pages, props.tab, words) }
            if props.tab == Tab::Videos {
                <div class="list-head">
                    { orders(&videos, props.order, words) }
                    { feeds(props, &loaded.state) }
                </div>
                <Feed key={props.feed_key()} source={Source::Channel(props.handle.clone(), props.order)}
                    entry={props.entry} returned={props.returned} memory={props.memory.clone()} with_channel=false
                    empty={empty(Glyph::Waves, words.empty_channel, "", Html::default())} />
            } else if props.tab == Tab::Playlists {
                <Playlists whose={Whose::Channel(props.handle.clone())} />
            } else if let Loading::Here(channel) = &loaded.state {
                { about(channel, &locale) }
            }
        </div>
    }
}

/// Its feeds; a podcast is of this instance's channels alone.
fn feeds(props: &Props, loaded: &Loading<Card>) -> Html {
    let podcast = match loaded {
        Loading::Here(channel) if channel.is_local => Some(format!("videoChannelId={}", channel.id)),
        Loading::Here(_) | Loading::Waiting | Loading::Failed(_) => None,
    };
    html! {
        <Feeds kind="videos" query={format!("videoChannelName={}", encode(&props.handle))}
            podcast={podcast.map(AttrValue::from)} />
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
                        if let Some(owner) = &channel.owner_account {
                            <a href={Route::Account(handle(&owner.name, &owner.host, channel.is_local)).to_string()}>
                                { words.by.replacen("{}", &owner.display_name, 1) }
                            </a>
                        }
                        if !channel.is_local { { open_there(&channel.url, &channel.host, words) } }
                    </p>
                </div>
                <Follow channels={vec![uri(channel)]} name={channel.display_name.clone()} followers={channel.followers_count} />
            </div>
        </header>
    }
}

fn about(channel: &Card, locale: &Locale) -> Html {
    let words = locale.words();
    let parts = [channel.description.as_ref(), channel.support.as_ref()];
    let says_nothing = parts.iter().all(|text| text.is_none_or(|text| text.trim().is_empty()));
    html! {
        <div class="about-actor">
            if says_nothing { <p>{ words.nothing_said }</p> }
            { said(words.description, channel.description.as_ref()) }
            { said(words.support, channel.support.as_ref()) }
            <p class="actor-facts">{ words.since.replacen("{}", &locale.date(channel.created_at), 1) }</p>
        </div>
    }
}
