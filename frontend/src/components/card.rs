//! A video in a list.

use shared::api::{Video, VideoCard, privacy};
use std::rc::Rc;
use yew::prelude::*;

use super::avatar::avatar;
use super::icon::{Glyph, icon};
use super::picture::picture;
use crate::browser::bus::{Word, tell};
use crate::locale::use_locale;
use crate::route::Route;
use crate::session::use_session;
use crate::text::durations;
use crate::text::words::Words;

/// What [`Card`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The video.
    pub video: Rc<Video>,
    /// Whether to say whose it is: not on a channel's own page.
    #[prop_or(true)]
    pub with_channel: bool,
    /// Among the first of the page, so that its picture is wanted at once.
    #[prop_or_default]
    pub early: bool,
}

/// A video in a list: picture, length, title, channel, views, age.
#[component]
pub fn Card(props: &Props) -> Html {
    let locale = use_locale();
    let words = locale.words();
    let is_in = use_session().person().is_some();
    let card = &props.video.card;
    let channel = &props.video.channel;
    let watch = Route::watch(&card.short_uuid).to_string();
    let handle = handle(&channel.name, &channel.host, card.is_local);
    html! {
        <article class="card">
            <div class="card-picture">
                { picture(card, props.early) }
                if card.is_live {
                    <span class="badge badge-live">{ words.live }</span>
                } else if 0 < card.duration {
                    <time class="badge" datetime={durations::machine(card.duration)}>
                        <span class="unseen">{ words.duration }{ " " }</span>{ durations::clock(card.duration) }
                    </time>
                }
                { watched(card, words) }
                if card.privacy.id != privacy::PUBLIC {
                    <span class="badge badge-top">{ icon(Glyph::Lock) }{ words.privacy_name(card.privacy.id) }</span>
                }
            </div>
            if is_in { { save(card, words) } }
            <div class="card-text">
                if props.with_channel {
                    { avatar(&channel.display_name, &channel.avatars, 36) }
                }
                <div class="card-words">
                    <h2 class="card-title"><a href={watch} class="card-link">{ &card.name }</a></h2>
                    if props.with_channel {
                        <p class="card-channel">
                            <a href={Route::Channel(handle).to_string()}>{ &channel.display_name }</a>
                        </p>
                    }
                    <p class="card-facts">
                        if !card.is_local { <span>{ &channel.host }</span> }
                        <span>{ locale.count(card.views, &words.views) }</span>
                        <time datetime={card.published_at.to_string()} title={locale.date(card.published_at)}>
                            { locale.age(card.published_at) }
                        </time>
                    </p>
                </div>
            </div>
        </article>
    }
}

/// The way to save a video to lists.
fn save(card: &VideoCard, words: &'static Words) -> Html {
    let id = card.id.0;
    let onclick = Callback::from(move |_: MouseEvent| tell(Word::Save, &id.to_string()));
    let label = words.save_to_named.replacen("{}", &card.name, 1);
    html! {
        <button type="button" class="card-save" aria-haspopup="dialog" aria-label={label} title={words.save_to} {onclick}>
            { icon(Glyph::Keep) }
        </button>
    }
}

/// How far its viewer is in a video, under its picture; nothing where they have not watched it.
pub fn watched(card: &VideoCard, words: &'static Words) -> Html {
    let Some(position) = card.user_history.map(|history| history.current_time).filter(|_| 0 < card.duration)
    else {
        return Html::default();
    };
    let label = words.watched_to.replacen("{}", &durations::clock(position), 1);
    html! { <progress class="watched" max={card.duration.to_string()} value={position.to_string()} aria-label={label} /> }
}

/// How an actor is named in addresses here: with its host where it is not ours.
pub fn handle(name: &str, host: &str, is_local: bool) -> String {
    if is_local { name.to_owned() } else { format!("{name}@{host}") }
}

/// The way to where something of another server is at home, which says which that is; nothing where the address is none of
/// the web.
pub fn open_there(url: &str, host: &str, words: &'static Words) -> Html {
    if !url.starts_with("https://") && !url.starts_with("http://") {
        return Html::default();
    }
    html! {
        <a class="open-there" href={url.to_owned()} target="_blank" rel="noopener noreferrer">
            { icon(Glyph::Leave) }{ words.open_there.replacen("{}", host, 1) }<span class="unseen">{ " " }{ words.new_tab }</span>
        </a>
    }
}

/// The place of a card that is on its way.
pub fn skeleton_card() -> Html {
    html! {
        <div class="card skeleton" aria-hidden="true">
            <div class="card-picture" />
            <div class="card-text">
                <span class="avatar" />
                <div class="card-words"><span class="bone" /><span class="bone bone-short" /></div>
            </div>
        </div>
    }
}
