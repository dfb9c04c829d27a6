//! Lists of videos as rows: of a channel, of an account, among what was found.

use std::rc::Rc;

use shared::api::VideoPlaylist;
use yew::prelude::*;

use crate::api;
use crate::components::{Glyph, empty, handle, icon};
use crate::listing::{Row, bones, listing_end, use_rows};
use crate::locale::{Locale, use_locale};
use crate::route::Route;
use crate::session::use_session;
use crate::text::words::shelves::ShelfWords;

impl Row for VideoPlaylist {
    fn number(&self) -> u64 {
        self.id.0
    }
}

/// Whose lists.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Whose {
    /// A channel's, by its handle: in the order it gives them.
    Channel(String),
    /// An account's, by its handle: last changed first.
    Account(String),
    /// One's own, with those of the channels one edits: last changed first.
    Own(String),
}

/// What [`Playlists`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Whose.
    pub whose: Whose,
}

/// The lists of a channel or an account.
#[component]
#[inline(never)]
pub fn Playlists(props: &Props) -> Html {
    let locale = use_locale();
    let words = ShelfWords::of(locale.language());
    let client = use_session().client;
    let whose = props.whose.clone();
    let rows = use_rows(move |window| {
        let (client, whose) = (client.clone(), whose.clone());
        async move { api::playlists(&client, &whose, window).await }
    });
    let listing = &rows.listing;
    if listing.total == Some(0) {
        return empty(Glyph::Keep, words.no_playlists, "", Html::default());
    }
    html! {
        <>
            <ul class="rows" aria-busy={listing.is_busy.to_string()}>
                if listing.total.is_none() && listing.failure.is_none() { { bones() } }
                { for listing.rows.iter().map(|playlist| playlist_row(playlist, true, false, &locale)) }
            </ul>
            { listing_end(&rows, locale.words()) }
        </>
    }
}

/// The way to play a list; `is_here` says whether this instance knows it, and not only an index elsewhere. What is not here
/// is played there.
pub fn play(playlist: &VideoPlaylist, is_here: bool) -> String {
    if !is_here {
        return playlist.url.clone();
    }
    Route::Play { list: playlist.short_uuid.clone(), position: None }.to_string()
}

/// The picture of a list, with how many videos it holds; `is_here` says whether this instance knows it.
pub fn cover(playlist: &VideoPlaylist, is_here: bool, locale: &Locale) -> Html {
    html! {
        <a class="row-picture" href={play(playlist, is_here)} tabindex="-1" aria-hidden="true">
            if let Some(picture) = playlist.thumbnail_path.as_ref().filter(|_| is_here) {
                <img src={picture.clone()} alt="" width="280" height="157" loading="lazy" decoding="async" />
            } else {
                <span class="row-nothing">{ icon(Glyph::Keep) }</span>
            }
            <span class="badge">{ locale.count(playlist.videos_length, &locale.words().videos) }</span>
        </a>
    }
}

/// A list of videos among others; `is_here` says whether this instance knows it, and not only an index elsewhere.
pub fn playlist_row(playlist: &Rc<VideoPlaylist>, is_here: bool, with_owner: bool, locale: &Locale) -> Html {
    let words = locale.words();
    let is_here = is_here || playlist.is_local;
    let owner = &playlist.owner_account;
    let owner_page = if is_here {
        Route::Account(handle(&owner.name, &owner.host, playlist.is_local)).to_string()
    } else {
        owner.url.clone()
    };
    html! {
        <li key={playlist.id.0.to_string()} class="row row-found">
            { cover(playlist, is_here, locale) }
            <div class="row-words">
                <h2 class="row-title"><a href={play(playlist, is_here)}>{ &playlist.display_name }</a></h2>
                <p class="row-facts">
                    if with_owner {
                        <a href={owner_page}>
                            { words.by.replacen("{}", &owner.display_name, 1) }
                        </a>
                    }
                    if !playlist.is_local { <span>{ &owner.host }</span> }
                    <span>{ locale.count(playlist.videos_length, &words.videos) }</span>
                    <time datetime={playlist.updated_at.to_string()} title={locale.date(playlist.updated_at)}>{ locale.age(playlist.updated_at) }</time>
                </p>
            </div>
        </li>
    }
}
