//! What somebody found on another server and wants to follow or to watch here: `/remote-interaction?uri=`.

use shared::api::Channel;
use yew::prelude::*;

use super::site::say::Say;
use crate::api::{self, Failure, FoundVideo, Window};
use crate::components::{Glyph, Heading, Loading, avatar, empty, failed, gate, handle, use_loaded};
use crate::follow::{Follow, uri};
use crate::locale::use_locale;
use crate::people_route::PeoplePage;
use crate::route::Route;
use crate::session::{Viewer, use_session};
use crate::text::addresses::encode;

const fn say(en: &'static str, fr: &'static str) -> Say {
    Say { en, fr }
}

const TITLE: Say = say("From another server", "Depuis un autre serveur");
const GATE: Say =
    say("Log in to follow what you found", "Connectez-vous pour suivre ce que vous avez trouvé");
const NOTHING: Say = say("Nothing was found there", "Rien n’a été trouvé là-bas");
const NOTHING_TEXT: Say = say(
    "Only channels and videos can be followed and watched here, and their server has to answer.",
    "Seules des chaînes et des vidéos peuvent être suivies et vues ici, et leur serveur doit répondre.",
);
const ASKING: Say = say("Its server is being asked…", "Son serveur est interrogé…");

/// What [`Interaction`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What was found: an address, or a handle.
    pub uri: String,
}

#[derive(PartialEq)]
struct Found {
    channels: Vec<Channel>,
    videos: Vec<FoundVideo>,
}

/// What was found, and what one does about it.
#[component]
pub fn Interaction(props: &Props) -> Html {
    let locale = use_locale();
    let words = locale.words();
    let session = use_session();
    let client = session.client.clone();
    let is_in = session.person().is_some();
    let loaded = use_loaded((props.uri.clone(), is_in), move |(uri, is_in)| {
        let (uri, is_in) = (plain(uri).to_owned(), *is_in);
        async move {
            if !is_in {
                return Err(Failure::Unreadable);
            }
            let query = format!("search={}", encode(&uri));
            let window = Window { start: 0, count: 5 };
            let channels = api::find_channels(&client, &query, window).await?.data;
            // What is a channel is no video.
            let is_video = channels.is_empty() && is_address(&uri);
            let videos =
                if is_video { api::find_videos(&client, &query, window).await?.data } else { Vec::new() };
            Ok(Found { channels, videos })
        }
    });
    let title = TITLE.of(&locale);
    let page = Route::People(PeoplePage::Interaction(props.uri.clone()));
    let body = match (&session.viewer, &loaded.state) {
        (Viewer::Stranger, _) => gate(words, GATE.of(&locale), &page),
        (Viewer::Arriving, _) | (_, Loading::Waiting) => html! {
            <p role="status">{ ASKING.of(&locale) }</p>
        },
        (Viewer::Person(_), Loading::Failed(failure)) => failed(failure, &loaded.again, words),
        (Viewer::Person(_), Loading::Here(found)) if found.channels.is_empty() && found.videos.is_empty() => {
            empty(Glyph::Waves, NOTHING.of(&locale), NOTHING_TEXT.of(&locale), Html::default())
        }
        (Viewer::Person(_), Loading::Here(found)) => html! {
            <ul class="channel-rows">
                { for found.channels.iter().map(channel) }
                { for found.videos.iter().map(video) }
            </ul>
        },
    };
    html! {
        <div class="page page-list">
            <div class="page-head"><Heading {title} /></div>
            <p class="long">{ plain(&props.uri) }</p>
            { body }
        </div>
    }
}

fn channel(channel: &Channel) -> Html {
    let name = handle(&channel.name, &channel.host, channel.is_local);
    html! {
        <li key={channel.id.0.to_string()} class="channel-row">
            { avatar(&channel.display_name, &channel.avatars, 56) }
            <div class="row-words">
                <h2 class="row-title"><a href={Route::Channel(name.clone()).to_string()}>{ &channel.display_name }</a></h2>
                <p class="row-facts"><span>{ "@" }{ name }</span></p>
            </div>
            <Follow channels={vec![uri(channel)]} name={channel.display_name.clone()} followers={channel.followers_count} />
        </li>
    }
}

fn video(found: &FoundVideo) -> Html {
    let video = &found.video;
    html! {
        <li key={format!("video-{}", video.card.id.0)} class="channel-row">
            <div class="row-words">
                <h2 class="row-title"><a href={Route::watch(&video.card.short_uuid).to_string()}>{ &video.card.name }</a></h2>
                <p class="row-facts"><span>{ &video.channel.display_name }</span></p>
            </div>
        </li>
    }
}

/// Some servers name people as WebFinger does.
fn plain(uri: &str) -> &str {
    let uri = uri.trim();
    uri.strip_prefix("acct:").unwrap_or(uri)
}

fn is_address(uri: &str) -> bool {
    ["https://", "http://"].iter().any(|scheme| uri.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_is_an_address_or_a_handle() {
        assert_eq!(plain(" acct:tides@sea.example"), "tides@sea.example");
        assert!(is_address(plain("https://sea.example/w/1")));
        assert!(!is_address(plain("@tides@sea.example")));
    }
}
