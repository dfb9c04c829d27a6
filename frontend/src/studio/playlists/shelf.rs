//! In which order the lists of a channel stand on its page.
//!
//! The surprise: a row that moves is moved at once, and moved back when the instance refuses.

use std::rc::Rc;

use shared::api::VideoPlaylist;
use yew::prelude::*;

use super::list::privacy_name;
use super::order::{asked, moved};
use super::sort::{now_at, use_sorting};
use crate::api::{self, Failure};
use crate::browser::spawn::spawn;
use crate::components::{Glyph, Heading, Loading, complaint, empty, failed, gate, use_loaded};
use crate::library_route::Library;
use crate::locale::use_locale;
use crate::playlist::{Whose, cover};
use crate::route::Route;
use crate::session::{Viewer, use_session};
use crate::text::problems::explain;
use crate::text::words::shelves::{ListWords, ShelfWords};

/// What [`Shelf`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Handle of the channel.
    pub channel: String,
}

/// In which order the lists of a channel stand on its page.
#[component]
pub fn Shelf(props: &Props) -> Html {
    let locale = use_locale();
    let words = ListWords::of(locale.language());
    let all = locale.words();
    let session = use_session();
    let client = session.client.clone();
    let loaded = use_loaded(props.channel.clone(), move |channel: &String| {
        let whose = Whose::Channel(channel.clone());
        async move { api::all_playlists(&client, &whose).await }
    });
    let channel =
        session.person().and_then(|me| me.channels().into_iter().find(|one| one.name == props.channel));
    let title = channel.as_ref().map_or_else(
        || all.playlists.to_owned(),
        |channel| words.order_of.replacen("{}", &channel.display_name, 1),
    );
    let body = match (&session.viewer, &loaded.state) {
        (Viewer::Stranger, _) => {
            gate(all, words.gate, &Route::Library(Library::Order(props.channel.clone())))
        }
        (Viewer::Person(_), _) if channel.is_none() => {
            empty(Glyph::Lock, words.channel_not_yours, "", Html::default())
        }
        (Viewer::Arriving, _) | (_, Loading::Waiting) => html! {
            <div class="sheet skeleton sheet-tall" aria-hidden="true" />
        },
        (Viewer::Person(_), Loading::Failed(failure)) => failed(failure, &loaded.again, all),
        (Viewer::Person(_), Loading::Here(lists)) if lists.is_empty() => empty(
            Glyph::Keep,
            ShelfWords::of(locale.language()).no_playlists,
            words.none_shown,
            Html::default(),
        ),
        (Viewer::Person(_), Loading::Here(lists)) => html! {
            <>
                <p class="form-hint">{ words.order_hint }</p>
                <Rows channel={props.channel.clone()} lists={lists.clone()} put={loaded.put.clone()} again={loaded.again.clone()} />
            </>
        },
    };
    html! {
        <div class="page page-list">
            <div class="page-head"><Heading {title} /></div>
            { body }
        </div>
    }
}

/// What [`Rows`] takes.
#[derive(Properties, PartialEq)]
struct RowsProps {
    channel: String,
    lists: Rc<Vec<VideoPlaylist>>,
    put: Callback<Rc<Vec<VideoPlaylist>>>,
    again: Callback<()>,
}

#[component]
fn Rows(props: &RowsProps) -> Html {
    let locale = use_locale();
    let words = ListWords::of(locale.language());
    let client = use_session().client;
    let refused = use_state(|| None::<Failure>);
    let said = use_state(String::new);
    let lists = &props.lists;
    let go = {
        let (refused, said, locale) = (refused.setter(), said.setter(), locale.clone());
        let (channel, lists, put, again) =
            (props.channel.clone(), lists.clone(), props.put.clone(), props.again.clone());
        Callback::from(move |(from, to): (usize, usize)| {
            if from == to || lists.len() <= to.max(from) {
                return;
            }
            let name = lists.get(from).map(|list| list.display_name.clone()).unwrap_or_default();
            said.set(now_at(&name, to, lists.len(), &locale));
            put.emit(Rc::new(moved(&lists, from, to)));
            let (client, channel, refused, again) =
                (client.clone(), channel.clone(), refused.clone(), again.clone());
            let (position, behind) = asked(from, to);
            spawn(async move {
                match api::move_playlist(&client, &channel, position, behind).await {
                    Ok(()) => refused.set(None),
                    Err(failure) => {
                        refused.set(Some(failure));
                        again.emit(());
                    }
                }
            });
        })
    };
    let sorting = use_sorting(lists.len(), &go);
    let row = |(at, list): (usize, &VideoPlaylist)| {
        html! {
            <li key={list.id.0.to_string()} class={sorting.class(at)}>
                { sorting.grip(at, words) }
                { cover(list, true, &locale) }
                <div class="row-words">
                    <h2 class="row-title">
                        <a href={Route::Library(Library::Videos(list.short_uuid.clone())).to_string()}>{ &list.display_name }</a>
                    </h2>
                    <p class="row-facts">
                        <span>{ privacy_name(list.privacy.id, words) }</span>
                        <span>{ locale.count(list.videos_length, &locale.words().videos) }</span>
                    </p>
                </div>
                <div class="row-acts">{ sorting.steps(at, &list.display_name, words) }</div>
            </li>
        }
    };
    html! {
        <>
            if let Some(refused) = &*refused { { complaint(explain(refused, locale.words())) } }
            <ol ref={sorting.list()} class="rows" aria-label={locale.words().playlists}>{ for lists.iter().enumerate().map(row) }</ol>
            <p class="unseen queue-said" role="status">{ &*said }</p>
        </>
    }
}
