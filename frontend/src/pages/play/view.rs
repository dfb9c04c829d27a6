//! Fetches a list and shows the video whose turn it is.

use futures_util::future::join;
use yew::prelude::*;

use crate::api::{self, Client, Failure};
use crate::components::{Glyph, Heading, Loading, empty, failed, gate, use_loaded};
use crate::locale::use_locale;
use crate::pages::Watch;
use crate::pages::watch::{Place, Queue};
use crate::route::{Route, Shelf};
use crate::session::{Viewer, use_session};
use crate::text::words::shelves::ShelfWords;

/// What [`Play`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Number, UUID or short UUID.
    pub list: String,
    /// Which of its videos, from 1 on; none for the first one.
    pub position: Option<u32>,
}

async fn gather(client: &Client, list: &str) -> Result<Queue, Failure> {
    let (playlist, elements) = join(api::playlist(client, list), api::elements(client, list)).await;
    Ok(Queue { playlist: playlist?, elements: elements? })
}

/// A list of videos, one after the other.
#[component]
#[inline(never)]
pub fn Play(props: &Props) -> Html {
    let locale = use_locale();
    let (words, all) = (ShelfWords::of(locale.language()), locale.words());
    let session = use_session();
    let client = session.client.clone();
    // Whoever signs in may see more.
    let key = (props.list.clone(), session.viewer == Viewer::Stranger);
    let loaded = use_loaded(key, move |(list, _): &(String, bool)| {
        let list = list.clone();
        async move { gather(&client, &list).await }
    });
    let page = |title: AttrValue, waiting: bool, body: Html| {
        html! { <div class="page"><Heading {title} {waiting} unseen=true />{ body }</div> }
    };
    let to_videos =
        html! { <a class="button" href={Route::Browse(Shelf::Recent).to_string()}>{ all.to_videos }</a> };
    match &loaded.state {
        Loading::Waiting => page(all.loading.into(), true, Html::default()),
        Loading::Failed(failure) if failure.status() == Some(401) => {
            let route = Route::Play { list: props.list.clone(), position: props.position };
            page(words.no_playlist.into(), false, gate(all, words.no_playlist_text, &route))
        }
        Loading::Failed(failure) if matches!(failure.status(), Some(400 | 403 | 404)) => {
            let body = empty(Glyph::Keep, words.no_playlist, words.no_playlist_text, to_videos);
            page(words.no_playlist.into(), false, body)
        }
        Loading::Failed(failure) => page(all.playlists.into(), false, failed(failure, &loaded.again, all)),
        Loading::Here(queue) => {
            let Some(at) = queue.at(props.position) else {
                let why = if queue.elements.is_empty() { words.empty_list } else { words.nothing_plays };
                let title = queue.playlist.display_name.clone();
                return page(title.into(), false, empty(Glyph::Keep, why, "", to_videos));
            };
            let place = Place { queue: queue.clone(), at };
            let (video, start, stop) = place.now();
            let key = format!("{at} {video}");
            html! { <Watch {key} {video} {start} {stop} thread={None::<u64>} place={Some(place)} /> }
        }
    }
}
