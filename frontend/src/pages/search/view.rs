//! Draws what was found.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use shared::api::{VideoCaptionSegment, VideoCard};
use yew::prelude::*;

use super::filters::Filters;
use super::wish::{Kind, Wish};
use crate::api::{self, FoundVideo, Snippet};
use crate::browser::page;
use crate::components::{Glyph, Heading, empty, handle, picture, watched};
use crate::follow::channel_row;
use crate::listing::{Row, Rows, bones, listing_end, use_rows};
use crate::locale::{Locale, use_locale};
use crate::playlist::playlist_row;
use crate::route::Route;
use crate::session::{Viewer, use_session};
use crate::text::durations;
use crate::text::words::shelves::SearchWords;

impl Row for FoundVideo {
    fn number(&self) -> u64 {
        self.video.card.id.0
    }
}

/// What [`Search`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What stands behind the question mark of the address.
    pub query: String,
}

/// What is found by words.
#[component]
#[inline(never)]
pub fn Search(props: &Props) -> Html {
    let locale = use_locale();
    let words = SearchWords::of(locale.language());
    // Who signs in may find more.
    let is_stranger = use_session().viewer == Viewer::Stranger;
    let wish = Wish::of(&props.query);
    let title = if wish.words.is_empty() {
        locale.words().search.to_owned()
    } else {
        words.found_for.replacen("{}", &wish.words, 1)
    };
    let tab = |kind: Kind| {
        let name = match kind {
            Kind::Videos => words.videos,
            Kind::Channels => words.channels,
            Kind::Playlists => words.playlists,
            Kind::Said => words.said,
        };
        let address = wish.of_kind(kind).route().to_string();
        html! { <li><a href={address} aria-current={(kind == wish.kind).then_some("page")}>{ name }</a></li> }
    };
    let key = format!("{is_stranger} {}", props.query);
    html! {
        <div class="page page-list search-page">
            <Heading {title} />
            { places(&wish, words) }
            <nav class="tabs" aria-label={words.kinds}><ul>{ for Kind::ALL.into_iter().filter(|kind| is_offered(*kind)).map(tab) }</ul></nav>
            if wish.kind == Kind::Videos { <Filters wish={wish.clone()} /> }
            {
                match wish.kind {
                    Kind::Videos => html! { <Videos {key} {wish} /> },
                    Kind::Channels => html! { <Channels {key} {wish} /> },
                    Kind::Playlists => html! { <Playlists {key} {wish} /> },
                    Kind::Said => html! { <Said {key} {wish} /> },
                }
            }
        </div>
    }
}

/// What is said is found where who keeps the instance wants that.
fn is_offered(kind: Kind) -> bool {
    kind != Kind::Said || page::meta_text("shoal-said").is_some()
}

/// Whether it is an index elsewhere that is asked; none where this instance knows none.
fn asks_index(wish: &Wish) -> Option<bool> {
    let first = match page::meta_text("shoal-index").as_deref() {
        Some("first") => true,
        Some("offered") => false,
        Some(_) | None => return None,
    };
    Some(wish.elsewhere.unwrap_or(first))
}

/// The way between what is here and what an index knows of other servers, where who keeps the instance offers both.
fn places(wish: &Wish, words: &SearchWords) -> Html {
    let Some(elsewhere) = asks_index(wish) else { return Html::default() };
    let place = |there: bool, name: &'static str| {
        let address = wish.at(there).route().to_string();
        html! { <li><a href={address} aria-current={(there == elsewhere).then_some("page")}>{ name }</a></li> }
    };
    html! {
        <nav class="tabs" aria-label={words.places}>
            <ul>{ place(false, words.here) }{ place(true, words.elsewhere) }</ul>
        </nav>
    }
}

/// What the lists of each kind take.
#[derive(Properties, PartialEq)]
struct FoundProps {
    wish: Wish,
}

#[component]
#[inline(never)]
fn Videos(props: &FoundProps) -> Html {
    let locale = use_locale();
    let client = use_session().client;
    let query = use_memo(props.wish.clone(), |wish| wish.asked(page::now()));
    let rows = use_rows(move |window| {
        let (client, query) = (client.clone(), query.clone());
        async move { api::find_videos(&client, &query, window).await }
    });
    let is_here = asks_index(&props.wish) != Some(true);
    found(&rows, "rows", |video| video_row(video, is_here, &locale), &locale)
}

#[component]
#[inline(never)]
fn Channels(props: &FoundProps) -> Html {
    let locale = use_locale();
    let client = use_session().client;
    let query = props.wish.asked(page::now());
    let rows = use_rows(move |window| {
        let (client, query) = (client.clone(), query.clone());
        async move { api::find_channels(&client, &query, window).await }
    });
    let is_here = asks_index(&props.wish) != Some(true);
    found(&rows, "channel-rows", |channel| channel_row(channel, is_here, &locale), &locale)
}

#[component]
#[inline(never)]
fn Playlists(props: &FoundProps) -> Html {
    let locale = use_locale();
    let client = use_session().client;
    let query = props.wish.asked(page::now());
    let rows = use_rows(move |window| {
        let (client, query) = (client.clone(), query.clone());
        async move { api::find_playlists(&client, &query, window).await }
    });
    let is_here = asks_index(&props.wish) != Some(true);
    found(&rows, "rows", |playlist| playlist_row(playlist, is_here, true, &locale), &locale)
}

#[component]
#[inline(never)]
fn Said(props: &FoundProps) -> Html {
    let locale = use_locale();
    let client = use_session().client;
    let query = props.wish.asked(page::now());
    let rows = use_rows(move |window| {
        let (client, query) = (client.clone(), query.clone());
        async move { api::find_said(&client, &query, window).await }
    });
    found(&rows, "rows", |said| said_row(said, &locale), &locale)
}

impl Row for VideoCaptionSegment {
    fn number(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.video_uuid, &self.language, self.start_ms, &self.text).hash(&mut hasher);
        hasher.finish()
    }
}

/// Something that is said, which opens where it is.
fn said_row(said: &Rc<VideoCaptionSegment>, locale: &Locale) -> Html {
    let words = SearchWords::of(locale.language());
    let second = said.start_ms / 1000;
    let start = u32::try_from(second).ok();
    let watch = Route::Watch { video: said.video_uuid.to_string(), start, stop: None, thread: None };
    html! {
        <li key={said.number().to_string()} class="row order-row">
            <div class="row-words">
                <h2 class="row-title"><a href={watch.to_string()}>{ &said.video_name }</a></h2>
                <p class="row-facts">
                    <time datetime={durations::machine(second)}>{ durations::clock(second) }</time>
                    <span>{ locale.language_name(&said.language, &said.language) }</span>
                    if said.automatically_generated { <span>{ words.by_machine }</span> }
                </p>
                <p class="found-words" lang={said.language.clone()}>{ &said.text }</p>
            </div>
        </li>
    }
}

fn found<T: Row + Clone>(
    rows: &Rows<T>,
    class: &'static str,
    draw: impl Fn(&Rc<T>) -> Html,
    locale: &Locale,
) -> Html {
    let words = SearchWords::of(locale.language());
    let listing = &rows.listing;
    let count = match listing.total {
        Some(total) => locale.count(total, &words.results),
        None if listing.failure.is_none() => locale.words().loading.to_owned(),
        None => String::new(),
    };
    html! {
        <>
            <p class="found-count" role="status">{ count }</p>
            if listing.total == Some(0) {
                { empty(Glyph::Search, words.nothing, words.nothing_text, Html::default()) }
            } else {
                <ul {class} aria-busy={listing.is_busy.to_string()}>
                    if listing.total.is_none() && listing.failure.is_none() { { bones() } }
                    { for listing.rows.iter().map(draw) }
                </ul>
            }
            { listing_end(rows, locale.words()) }
        </>
    }
}

fn video_row(found: &Rc<FoundVideo>, is_here: bool, locale: &Locale) -> Html {
    let words = locale.words();
    let (card, channel) = (&found.video.card, &found.video.channel);
    // What is not here is watched there.
    let (watch, channel_page) = if is_here || card.is_local {
        let channel_page = Route::Channel(handle(&channel.name, &channel.host, card.is_local)).to_string();
        (Route::watch(&card.short_uuid).to_string(), channel_page)
    } else {
        (card.url.clone(), channel.url.clone())
    };
    let pictured = VideoCard {
        thumbnail_path: found.thumbnail_url.clone().unwrap_or_else(|| card.thumbnail_path.clone()),
        ..card.clone()
    };
    html! {
        <li key={card.id.0.to_string()} class="row row-found">
            <a class="row-picture" href={watch.clone()} tabindex="-1" aria-hidden="true">
                { picture(&pictured, false) }
                if card.is_live {
                    <span class="badge badge-live">{ words.live }</span>
                } else if 0 < card.duration {
                    <span class="badge">{ durations::clock(card.duration) }</span>
                }
            </a>
            <div class="row-words">
                <h2 class="row-title"><a href={watch}>{ &card.name }</a></h2>
                <p class="row-facts">
                    <a href={channel_page}>{ &channel.display_name }</a>
                    if !card.is_local { <span>{ &channel.host }</span> }
                    <span>{ locale.count(card.views, &words.views) }</span>
                    <time datetime={card.published_at.to_string()} title={locale.date(card.published_at)}>{ locale.age(card.published_at) }</time>
                    if card.nsfw { <span class="chip">{ words.sensitive }</span> }
                </p>
                if let Some(snippet) = &found.snippet {
                    <p class="found-words">
                        { for parts(snippet).into_iter().map(|(is_met, text)| {
                            if is_met { html! { <mark>{ text }</mark> } } else { html! { { text } } }
                        }) }
                    </p>
                }
                { watched(card, words) }
            </div>
        </li>
    }
}

/// The pieces of a snippet, and whether each was asked for.
fn parts(snippet: &Snippet) -> Vec<(bool, String)> {
    let letters: Vec<char> = snippet.text.chars().collect();
    let piece = |from: usize, to: usize| letters.get(from..to).unwrap_or_default().iter().collect::<String>();
    let mut parts = Vec::new();
    let mut end = 0;
    for &(from, to) in &snippet.marks {
        let from = from.max(end);
        parts.extend([(false, piece(end, from)), (true, piece(from, to))]);
        end = to.max(end);
    }
    parts.push((false, piece(end, letters.len())));
    parts.retain(|(_, text)| !text.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, marks: &[(usize, usize)]) -> Vec<(bool, String)> {
        parts(&Snippet { text: text.into(), marks: marks.to_vec() })
    }

    #[test]
    fn found_words_stand_out_by_letters_not_bytes() {
        let own = |parts: &[(bool, &str)]| -> Vec<(bool, String)> {
            parts.iter().map(|(met, text)| (*met, (*text).to_owned())).collect()
        };
        assert_eq!(
            cut("à l’été, là", &[(4, 7), (9, 11)]),
            own(&[(false, "à l’"), (true, "été"), (false, ", "), (true, "là")])
        );
        assert_eq!(cut("sea <b>", &[(0, 3)]), own(&[(true, "sea"), (false, " <b>")]));
        assert_eq!(cut("sea", &[]), own(&[(false, "sea")]));
    }

    #[test]
    fn marks_that_make_no_sense_lose_no_text_before_them() {
        assert_eq!(cut("sea", &[(1, 9)]), [(false, "s".to_owned())]);
        assert_eq!(cut("sea", &[(0, 3), (1, 2)]), [(true, "sea".to_owned())]);
    }
}
