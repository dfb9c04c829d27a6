//! An account: `/a/{account}` and what follows it.

use futures_util::future::join;
use shared::api::{Account as Card, Channel};
use yew::prelude::*;

use super::actor::{Props, Tab, missing, orders, said, skeleton, tabs};
use crate::api;
use crate::browser::page;
use crate::components::{
    Glyph, Heading, Loading, Report, Reported, avatar, empty, failed, open_there, use_loaded,
};
use crate::feed::{Feed, Source};
use crate::feeds::Feeds;
use crate::follow::{Follow, channel_row, uri};
use crate::locale::{Locale, use_locale};
use crate::playlist::{Playlists, Whose};
use crate::route::Route;
use crate::session::use_session;
use crate::text::addresses::encode;
use crate::text::words::Words;

/// An account: its videos, its channels, and what it says of itself.
#[component]
#[inline(never)]
pub fn Account(props: &Props) -> Html {
    let locale = use_locale();
    let words = locale.words();
    let client = use_session().client;
    let loaded = use_loaded(props.handle.clone(), move |handle: &String| {
        let handle = handle.clone();
        async move {
            let (account, channels) =
                join(api::account(&client, &handle), api::account_channels(&client, &handle)).await;
            Ok((account?, channels?.data))
        }
    });
    let head = match &loaded.state {
        Loading::Waiting => skeleton(words),
        Loading::Failed(failure) if failure.status() == Some(404) => {
            return missing(words.no_account, words.no_account_text, words);
        }
        Loading::Failed(failure) => html! {
            <><Heading title={props.handle.clone()} />{ failed(failure, &loaded.again, words) }</>
        },
        Loading::Here(found) => draw(&found.0, &found.1, &props.handle, words),
    };
    let videos = Route::Account(props.handle.clone());
    let pages = [
        (Tab::Videos, videos.clone(), words.lists),
        (Tab::Channels, Route::AccountChannels(props.handle.clone()), words.channels),
        (Tab::Playlists, Route::AccountPlaylists(props.handle.clone()), words.playlists),
        (Tab::About, Route::AccountAbout(props.handle.clone()), words.about),
    ];
    let body = match (props.tab, &loaded.state) {
        (Tab::Videos, _) => html! {
            <>
                <div class="list-head">
                    { orders(&videos, props.order, words) }
                    <Feeds kind="videos" query={format!("accountName={}", encode(&props.handle))} />
                </div>
                <Feed key={props.feed_key()} source={Source::Account(props.handle.clone(), props.order)}
                    entry={props.entry} returned={props.returned} memory={props.memory.clone()}
                    empty={empty(Glyph::Waves, words.empty_account, "", Html::default())} />
            </>
        },
        (Tab::Playlists, _) => html! { <Playlists whose={Whose::Account(props.handle.clone())} /> },
        (Tab::Channels, Loading::Here(found)) if found.1.is_empty() => {
            empty(Glyph::Waves, words.no_channels, "", Html::default())
        }
        (Tab::Channels, Loading::Here(found)) => html! {
            <ul class="channel-rows">{ for found.1.iter().map(|channel| channel_row(channel, true, &locale)) }</ul>
        },
        (Tab::About, Loading::Here(found)) => about(&found.0, &locale),
        (Tab::Channels | Tab::About, Loading::Waiting | Loading::Failed(_)) => Html::default(),
    };
    html! {
        <div class="page page-wide">
            { head }
            { tabs(&props.handle, &pages, props.tab, words) }
            { body }
        </div>
    }
}

fn draw(account: &Card, channels: &[Channel], named: &str, words: &'static Words) -> Html {
    // One of ours may be named with our host, too.
    let is_elsewhere = named.trim_start_matches('@').contains('@') && !is_here(&account.url);
    let followers = channels.iter().map(|channel| channel.followers_count).sum::<u64>();
    html! {
        <header class="actor">
            <div class="actor-row">
                { avatar(&account.display_name, &account.avatars, 96) }
                <div class="actor-words">
                    <Heading title={account.display_name.clone()} />
                    <p class="actor-facts">
                        <span>{ "@" }{ &account.name }{ "@" }{ &account.host }</span>
                        if is_elsewhere { { open_there(&account.url, &account.host, words) } }
                    </p>
                </div>
                <Follow channels={channels.iter().map(uri).collect::<Vec<_>>()} name={account.display_name.clone()} {followers} />
                <Report subject={Reported::Account(account.id.0)} />
            </div>
        </header>
    }
}

/// Whether an address is on the host the page came from.
fn is_here(url: &str) -> bool {
    let rest = url.strip_prefix(&page::origin());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn about(account: &Card, locale: &Locale) -> Html {
    let words = locale.words();
    let says_nothing = account.description.as_ref().is_none_or(|text| text.trim().is_empty());
    html! {
        <div class="about-actor">
            if says_nothing { <p>{ words.nothing_said }</p> }
            { said(words.description, account.description.as_ref()) }
            <p class="actor-facts">{ words.since.replacen("{}", &locale.date(account.created_at), 1) }</p>
        </div>
    }
}
