//! What is said of a video: title, channel, description, facts.

use std::rc::Rc;

use shared::api::{ChapterEntry, VideoDetails, privacy};
use shared::meeting::Meeting;
use yew::prelude::*;

use super::rates::Rates;
use super::state::{Seen, offers};
use crate::browser::bus::{Word, tell};
use crate::components::{Glyph, Heading, Markdown, Report, Reported, avatar, handle, icon, open_there};
use crate::follow::{Follow, uri};
use crate::locale::{Locale, use_locale};
use crate::route::Route;
use crate::session::{Viewer, use_session};
use crate::site_route::SitePage;
use crate::text::addresses::encode;
use crate::text::durations;
use crate::text::words::Words;

/// A description longer than this is folded at first.
const FOLDED_LETTERS: usize = 400;
/// So is one with more lines than this.
const FOLDED_LINES: usize = 6;

/// What [`Facts`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is known of the video.
    pub seen: Rc<Seen>,
    /// Told the seconds of a time in the description.
    pub on_moment: Callback<u32>,
    /// Opens the share dialog.
    pub on_share: Callback<MouseEvent>,
    /// Opens the download dialog.
    pub on_download: Callback<MouseEvent>,
}

/// What is said of a video.
#[component]
#[inline(never)]
pub fn Facts(props: &Props) -> Html {
    let locale = use_locale();
    let words = locale.words();
    let session = use_session();
    let video = &props.seen.video;
    let card = &video.card;
    let is_mine =
        session.person().is_some_and(|me| me.manages(video.account.id, video.channel.id) && card.is_local);
    let is_in = session.person().is_some();
    // Who keeps the instance may have films of others copied to it.
    let copying = session
        .person()
        .filter(|me| me.keeps_the_site() && !card.is_local && !video.streaming_playlists.is_empty())
        .map(|_| format!("{}?video={}", SitePage::Copies.path(), encode(&card.url)));
    let save = {
        let id = card.id.0;
        Callback::from(move |_: MouseEvent| tell(Word::Save, &id.to_string()))
    };
    let login = Route::Login { next: Some(Route::watch(&card.short_uuid).to_string()) };
    let has_files = !offers(&props.seen, "").is_empty();
    html! {
        <div class="facts-of">
            <Heading title={card.name.clone()} class="watch-title" />
            <div class="watch-line">
                <p class="watch-facts">
                    <span>{ locale.count(card.views, &words.views) }</span>
                    <time datetime={card.published_at.to_string()} title={locale.date(card.published_at)}>{ locale.age(card.published_at) }</time>
                    if card.privacy.id != privacy::PUBLIC {
                        <span class="chip chip-shy">{ icon(Glyph::Lock) }{ words.privacy_name(card.privacy.id) }</span>
                    }
                    if card.nsfw {
                        <span class="chip chip-shy">{ words.sensitive }</span>
                    }
                </p>
                <Rates card={card.clone()} />
                <div class="watch-acts">
                    <button type="button" class="button" onclick={props.on_share.clone()}>{ icon(Glyph::Share) }{ words.share }</button>
                    if video.download_enabled && has_files {
                        <button type="button" class="button" onclick={props.on_download.clone()}>{ icon(Glyph::Down) }{ words.download }</button>
                    }
                    if is_in {
                        <button type="button" class="button save" aria-haspopup="dialog" onclick={save}>{ icon(Glyph::Keep) }{ words.save_to }</button>
                    } else if session.viewer == Viewer::Stranger {
                        <a class="button save" href={login.to_string()}>{ icon(Glyph::Keep) }{ words.save_to }</a>
                    }
                    if !is_mine {
                        <Report subject={Reported::Video(card.id.0)} />
                    }
                    if copying.is_some() {
                        <a class="button" href={copying}>{ icon(Glyph::Copy) }{ words.copy_here }</a>
                    }
                    if is_mine {
                        <a class="button" href={Route::Edit(card.short_uuid.clone()).to_string()}>{ icon(Glyph::Pencil) }{ words.edit }</a>
                    }
                </div>
            </div>
            { maker(video, &locale) }
            <Description text={card.description.clone().unwrap_or_default()} on_moment={props.on_moment.clone()} />
            { chapters(&props.seen.chapters, &props.on_moment, words) }
            { details(video, &locale) }
        </div>
    }
}

fn maker(video: &VideoDetails, locale: &Locale) -> Html {
    let words = locale.words();
    let (channel, account) = (&video.channel, &video.account);
    let is_local = video.card.is_local;
    html! {
        <div class="maker">
            { avatar(&channel.display_name, &channel.avatars, 48) }
            <div>
                <p class="maker-name">
                    <a href={Route::Channel(handle(&channel.name, &channel.host, is_local)).to_string()}>{ &channel.display_name }</a>
                </p>
                <p class="maker-facts">
                    <a href={Route::Account(handle(&account.name, &account.host, is_local)).to_string()}>
                        { words.by.replacen("{}", &account.display_name, 1) }
                    </a>
                </p>
                if !is_local {
                    <p class="maker-facts">{ open_there(&video.card.url, &channel.host, words) }</p>
                }
            </div>
            <Follow channels={vec![uri(channel)]} name={channel.display_name.clone()} followers={channel.followers_count} />
        </div>
    }
}

/// What [`Description`] takes.
#[derive(Properties, PartialEq)]
struct DescriptionProps {
    text: String,
    on_moment: Callback<u32>,
}

/// The description, folded where it is long.
#[component]
#[inline(never)]
fn Description(props: &DescriptionProps) -> Html {
    let words = use_locale().words();
    let open = use_state(|| false);
    if props.text.trim().is_empty() {
        return Html::default();
    }
    let is_long = FOLDED_LETTERS < props.text.chars().count() || FOLDED_LINES < props.text.lines().count();
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let class = if is_long && !*open { "description description-folded" } else { "description" };
    html! {
        <section class="said" aria-label={words.description}>
            <div id="description" {class}><Markdown text={props.text.clone()} on_moment={props.on_moment.clone()} /></div>
            if is_long {
                <button type="button" class="button button-quiet" aria-expanded={open.to_string()} aria-controls="description" onclick={toggle}>
                    { if *open { words.less } else { words.more } }
                </button>
            }
        </section>
    }
}

fn chapters(chapters: &[ChapterEntry], on_moment: &Callback<u32>, words: &'static Words) -> Html {
    if chapters.is_empty() {
        return Html::default();
    }
    let row = |chapter: &ChapterEntry| {
        let seconds = u32::try_from(chapter.timecode).unwrap_or(u32::MAX);
        html! {
            <li>
                <button type="button" class="chapter" onclick={on_moment.reform(move |_: MouseEvent| seconds)}>
                    <span class="moment">{ durations::clock(chapter.timecode) }</span><span>{ &chapter.title }</span>
                </button>
            </li>
        }
    };
    html! {
        <section class="chapters" aria-labelledby="chapters-title">
            <h2 id="chapters-title">{ words.chapters }</h2>
            <ol>{ for chapters.iter().map(row) }</ol>
        </section>
    }
}

/// Who meets over the video, in a sentence.
fn shared(mode: Meeting, words: &Words) -> String {
    match mode {
        Meeting::On => words.shared_on.to_owned(),
        Meeting::Threshold(enough) => words.shared_many.replacen("{}", &enough.to_string(), 1),
        Meeting::Seeders => words.shared_chosen.to_owned(),
        Meeting::Off => words.shared_off.to_owned(),
    }
}

fn details(video: &VideoDetails, locale: &Locale) -> Html {
    let words = locale.words();
    let card = &video.card;
    let row = |name: &'static str, value: String| html! { <><dt>{ name }</dt><dd>{ value }</dd></> };
    let known = |id: Option<u32>, ours: fn(&Words, u32) -> Option<&'static str>, label: &str| {
        id.map(|id| ours(words, id).map_or_else(|| label.to_owned(), str::to_owned))
    };
    let category = known(card.category.id, Words::category, &card.category.label);
    let licence = known(card.licence.id, Words::licence, &card.licence.label);
    let language = card.language.id.as_deref().map(|code| locale.language_name(code, &card.language.label));
    html! {
        <dl class="facts">
            { row(words.published, locale.date(card.published_at)) }
            if let Some(date) = card.originally_published_at { { row(words.first_published, locale.date(date)) } }
            if let Some(category) = category { { row(words.field_category, category) } }
            if let Some(licence) = licence { { row(words.field_licence, licence) } }
            if let Some(language) = language { { row(words.field_language, language) } }
            if let Some(held) = video.sharing_in_force { { row(words.shared, shared(held.mode, words)) } }
            if !video.tags.is_empty() {
                <dt>{ words.field_tags }</dt>
                <dd><ul class="tags">{ for video.tags.iter().map(|tag| html! { <li class="tag">{ tag }</li> }) }</ul></dd>
            }
            if let Some(support) = video.support.clone().filter(|text| !text.is_empty()) {
                <dt>{ words.support }</dt><dd><Markdown text={support} /></dd>
            }
        </dl>
    }
}
