//! All lists of the signed-in person: `/my-library/video-playlists`.

use std::rc::Rc;

use shared::api::VideoPlaylist;
use yew::prelude::*;

use crate::api::{self, Failure, Person};
use crate::browser::spawn::spawn;
use crate::components::{Dialog, Glyph, Heading, complaint, empty, gate, icon};
use crate::library_route::Library;
use crate::listing::{Act, Row, bones, listing_end, use_rows};
use crate::locale::{Locale, use_locale};
use crate::playlist::{Whose, cover, play};
use crate::route::Route;
use crate::session::{Viewer, use_session};
use crate::text::problems::explain;
use crate::text::words::shelves::{ListWords, ShelfWords};

/// PeerTube's number for a list that is not the one everybody has.
const REGULAR: u32 = 1;

/// Who may see a list, by number.
pub fn privacy_name(privacy: u32, words: &'static ListWords) -> &'static str {
    match privacy {
        1 => words.public,
        2 => words.unlisted,
        _ => words.private,
    }
}

/// Whether a person keeps a list: their own, or one of a channel they edit.
pub fn keeps(me: &Person, list: &VideoPlaylist) -> bool {
    let owner = list.owner_account.id;
    list.video_channel.as_ref().map_or(me.account.id == owner, |channel| me.manages(owner, channel.id))
}

/// What a list is called: the one everybody has goes by our own word.
pub fn name_of(list: &VideoPlaylist, locale: &Locale) -> String {
    if list.kind.id == REGULAR {
        list.display_name.clone()
    } else {
        ShelfWords::of(locale.language()).watch_later.to_owned()
    }
}

/// All lists of the signed-in person.
#[component]
pub fn Lists() -> Html {
    let locale = use_locale();
    let words = ListWords::of(locale.language());
    let all = locale.words();
    let body = match use_session().viewer {
        Viewer::Stranger => gate(all, words.gate, &Route::Library(Library::Lists)),
        Viewer::Arriving => html! { <ul class="rows">{ bones() }</ul> },
        Viewer::Person(me) => html! { <Own account={me.account.name.clone()} /> },
    };
    html! {
        <div class="page page-list">
            <div class="page-head">
                <Heading title={all.playlists} />
                <a class="button button-main" href={Route::Library(Library::New).to_string()}>{ words.new_title }</a>
            </div>
            { body }
        </div>
    }
}

/// What [`Own`] takes.
#[derive(Properties, PartialEq)]
struct Props {
    account: String,
}

#[component]
fn Own(props: &Props) -> Html {
    let locale = use_locale();
    let words = ListWords::of(locale.language());
    let all = locale.words();
    let client = use_session().client;
    let doomed = use_state(|| None::<Rc<VideoPlaylist>>);
    let refused = use_state(|| None::<Failure>);
    let rows = use_rows({
        let (client, whose) = (client.clone(), Whose::Own(props.account.clone()));
        move |window| {
            let (client, whose) = (client.clone(), whose.clone());
            async move { api::playlists(&client, &whose, window).await }
        }
    });
    let listing = &rows.listing;
    if listing.total == Some(0) {
        let none = ShelfWords::of(locale.language()).no_playlists;
        return empty(Glyph::Keep, none, words.none_text, Html::default());
    }
    let spare = {
        let doomed = doomed.setter();
        Callback::from(move |()| doomed.set(None))
    };
    let row = |list: &Rc<VideoPlaylist>| {
        let (name, short) = (name_of(list, &locale), list.short_uuid.clone());
        let onclick = {
            let (doomed, list) = (doomed.setter(), list.clone());
            Callback::from(move |_: MouseEvent| doomed.set(Some(list.clone())))
        };
        let videos = Route::Library(Library::Videos(short.clone())).to_string();
        html! {
            <li key={list.id.0.to_string()} class="row">
                { cover(list, true, &locale) }
                <div class="row-words">
                    <h2 class="row-title"><a href={videos}>{ &name }</a></h2>
                    <p class="row-facts">
                        <span>{ privacy_name(list.privacy.id, words) }</span>
                        <span>{ locale.count(list.videos_length, &all.videos) }</span>
                        <span>{ locale.age(list.updated_at) }</span>
                        if let Some(channel) = &list.video_channel {
                            <a href={Route::Library(Library::Order(channel.name.clone())).to_string()}>
                                { words.order_of.replacen("{}", &channel.display_name, 1) }
                            </a>
                        }
                    </p>
                </div>
                <div class="row-acts">
                    <a class="button" href={play(list, true)} aria-label={format!("{}: {name}", words.play)}>{ icon(Glyph::Play) }{ words.play }</a>
                    if list.kind.id == REGULAR {
                        <a class="button" href={Route::Library(Library::Edit(short)).to_string()} aria-label={all.edit_named.replacen("{}", &name, 1)}>
                            { icon(Glyph::Pencil) }{ all.edit }
                        </a>
                        <button type="button" class="button button-quiet" aria-label={all.delete_named.replacen("{}", &name, 1)} {onclick}>
                            { icon(Glyph::Bin) }{ all.delete }
                        </button>
                    }
                </div>
            </li>
        }
    };
    let farewell = (*doomed).clone().map(|list| {
        let act = {
            let (client, listing, refused, spare, list) =
                (client.clone(), listing.dispatcher(), refused.setter(), spare.clone(), list.clone());
            Callback::from(move |_: MouseEvent| {
                spare.emit(());
                let (client, listing, refused, list) =
                    (client.clone(), listing.clone(), refused.clone(), list.clone());
                spawn(async move {
                    match api::delete_playlist(&client, &list.short_uuid).await {
                        Ok(()) => listing.dispatch(Act::Gone(list.number())),
                        Err(failure) => refused.set(Some(failure)),
                    }
                });
            })
        };
        html! {
            <Dialog title={words.delete_title} on_close={spare.clone()}>
                <p>{ words.delete_text.replacen("{}", &list.display_name, 1) }</p>
                <div class="dialog-acts">
                    <button type="button" class="button" onclick={spare.reform(|_: MouseEvent| ())}>{ all.keep }</button>
                    <button type="button" class="button button-bad" onclick={act}>{ all.delete_for_ever }</button>
                </div>
            </Dialog>
        }
    });
    html! {
        <>
            if let Some(refused) = &*refused { { complaint(explain(refused, all)) } }
            <ul class="rows" aria-busy={listing.is_busy.to_string()}>
                if listing.total.is_none() && listing.failure.is_none() { { bones() } }
                { for listing.rows.iter().map(row) }
            </ul>
            { listing_end(&rows, all) }
            { farewell }
        </>
    }
}
