//! What else there is to watch: the channel's other videos, then the newest of the instance.

use shared::api::Video;
use yew::prelude::*;

use crate::api::{self, Client, Failure, Window};
use crate::components::{Loading, handle, use_loaded};
use crate::locale::{Locale, use_locale};
use crate::route::{Order, Route, Shelf};
use crate::session::use_session;
use crate::text::durations;

/// How many videos stand there.
const ROWS: usize = 8;

/// What [`Beside`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Handle of the channel.
    pub channel: String,
    /// UUID of the video one watches.
    pub video: shared::id::Uuid,
}

/// What else there is to watch.
#[component]
pub fn Beside(props: &Props) -> Html {
    let locale = use_locale();
    let words = locale.words();
    let client = use_session().client;
    let loaded = use_loaded((props.channel.clone(), props.video), move |(channel, video)| {
        let (channel, video) = (channel.clone(), *video);
        async move { gather(&client, &channel, video).await }
    });
    let Loading::Here(videos) = &loaded.state else { return html! { <aside class="beside" /> } };
    html! {
        <aside class="beside" aria-labelledby="beside-title">
            if !videos.is_empty() {
                <h2 id="beside-title">{ words.beside }</h2>
                <ul>{ for videos.iter().map(|video| html! { <li key={video.card.id.0.to_string()}>{ mini(video, &locale) }</li> }) }</ul>
            }
        </aside>
    }
}

async fn gather(client: &Client, channel: &str, video: shared::id::Uuid) -> Result<Vec<Video>, Failure> {
    let window = Window { start: 0, count: ROWS + 1 };
    let mut videos = api::channel_videos(client, channel, Order::Newest, window).await?.data;
    videos.retain(|other| other.card.uuid != video);
    if videos.len() < ROWS {
        for other in api::videos(client, Shelf::Recent, window).await?.data {
            if other.card.uuid != video && !videos.iter().any(|known| known.card.uuid == other.card.uuid) {
                videos.push(other);
            }
        }
    }
    videos.truncate(ROWS);
    Ok(videos)
}

/// A small card.
fn mini(video: &Video, locale: &Locale) -> Html {
    let words = locale.words();
    let (card, channel) = (&video.card, &video.channel);
    html! {
        <article class="mini">
            <div class="card-picture">
                <img src={card.thumbnail_path.clone()} alt="" width="280" height="157" loading="lazy" decoding="async" />
                if 0 < card.duration { <span class="badge">{ durations::clock(card.duration) }</span> }
            </div>
            <div class="mini-words">
                <h3 class="mini-title"><a class="card-link" href={Route::watch(&card.short_uuid).to_string()}>{ &card.name }</a></h3>
                <p class="card-channel"><a href={Route::Channel(handle(&channel.name, &channel.host, card.is_local)).to_string()}>{ &channel.display_name }</a></p>
                <p class="card-facts"><span>{ locale.count(card.views, &words.views) }</span><span>{ locale.age(card.published_at) }</span></p>
            </div>
        </article>
    }
}
