//! Lists that others page through.
//!
//! The surprise is who follows whom: how many do is said, and of the people of this instance not who, since nothing else
//! here tells strangers what somebody follows.

use std::sync::Arc;

use serde::Serialize;
use shared::id::VideoRef;

use super::actor::{Found, find_named, nobody};
use super::answer::{addresses, answer, gone};
use super::path::Whose;
use super::video::{Published, announced, announcers, audience, find, making};
use crate::app::App;
use crate::catalogue::{Entry, Scope};
use crate::domain::federation::Document;
use crate::domain::federation::address::Announcer;
use crate::domain::federation::collection::{
    Collection, PAGE_SIZE, PAGE_SIZE_MAX, Page, PageAsked, REACHED_MAX,
};
use crate::domain::federation::context::{Context, PLAIN, VIDEO};
use crate::domain::federation::playlist::is_published;
use crate::domain::follow::{self, Side};
use crate::domain::video::order::{Order, Sort};
use crate::domain::video::query::{Filter, Query};
use crate::domain::wrong::Wrong;
use crate::http::extract::Ask;
use crate::http::problem::Failure;
use crate::http::respond::Outcome;
use crate::playlists;
use crate::store::records::{Follow, FollowState, Opinion, Party};
use crate::store::tables::{AccountKey, CommentKey, CommentsOf, RatingsOf, VideoTalkKey};
use crate::store::{Read, Store, StoreError};

/// The page that is asked for; none where the list itself is.
pub(super) fn page_asked(ask: &Ask) -> Result<Option<PageAsked>, Failure> {
    let number = |name: &str, max: usize| match ask.parameter(name) {
        None => Ok(None),
        Some(text) => match text.parse() {
            Ok(number) if (1..=max).contains(&number) && !text.starts_with('+') => Ok(Some(number)),
            Ok(_) | Err(_) => Err(Wrong::query(name, Some(&text), "Invalid value")),
        },
    };
    let (page, size) = (number("page", usize::MAX)?, number("size", PAGE_SIZE_MAX)?);
    Ok(page.map(|number| PageAsked { number, size: size.unwrap_or(PAGE_SIZE) }))
}

/// The list, or the page of it that is asked for.
async fn pages<T, F>(ask: &Ask, context: Context, list: String, total: u64, read: F) -> Outcome
where
    T: Serialize + Send + 'static,
    F: FnOnce(&App, PageAsked) -> Result<Vec<T>, StoreError> + Send + 'static,
{
    let total = usize::try_from(total).unwrap_or(usize::MAX);
    match page_asked(ask)? {
        None => answer(&Document::new(PLAIN, Collection::paged(list, total))),
        Some(asked) => {
            let items = if asked.is_within_reach() {
                ask.app.blocking(move |app| read(app, asked)).await?
            } else {
                Vec::new()
            };
            answer(&Document::new(context, Page::new(list, total, asked, items)))
        }
    }
}

/// A list that says how long it is and not what it holds.
fn counted(ask: &Ask, list: String, total: u64) -> Outcome {
    let total = usize::try_from(total).unwrap_or(usize::MAX);
    match page_asked(ask)? {
        None => answer(&Document::new(PLAIN, Collection::counted(list, total))),
        Some(asked) => answer(&Document::new(PLAIN, Page::blank(list, total, asked))),
    }
}

/// What is in an outbox: who published it, and how.
#[derive(Clone, Copy)]
enum Outbox {
    /// The making of an account's videos.
    Made(Scope),
    /// Announcements of videos.
    Announced(Scope, Announcer),
}

/// `…/outbox`: an account's videos, or what a channel or the instance announced, last first. Whoever begins to follow
/// learns from it what there is.
pub(super) async fn outbox(ask: &Ask, whose: Whose) -> Outcome {
    let app = &ask.app;
    let addresses = addresses(app);
    let (actor, outbox) = match find_named(app, whose).await? {
        Found::Instance => (addresses.instance(), Outbox::Announced(Scope::Public, Announcer::Instance)),
        Found::Account(account) => {
            (addresses.account(&account.name), Outbox::Made(Scope::Account(account.id)))
        }
        Found::Channel(channel, _) => {
            let by = Announcer::Channel(channel.id);
            (addresses.channel(&channel.name), Outbox::Announced(Scope::Channel(channel.id), by))
        }
        Found::Gone { id, former_type, removed_at } => return gone(id, former_type, removed_at),
        Found::Nobody => return Err(nobody()),
    };
    let list = format!("{actor}/outbox");
    let (context, scope) = match outbox {
        Outbox::Made(scope) => (VIDEO, scope),
        Outbox::Announced(scope, _) => (PLAIN, scope),
    };
    let total = videos(app, scope, PageAsked { number: 1, size: 0 }).0;
    pages(ask, context, list, total, move |app, asked| {
        let entries = videos(app, scope, asked).1;
        // One that is still growing comes when it is whole.
        let published = entries.iter().filter_map(|entry| Some((entry, audience(app, entry)?)));
        let made = published.map(|(entry, audience)| match outbox {
            Outbox::Made(_) => serde_json::to_value(making(app, entry, audience)),
            Outbox::Announced(_, by) => {
                serde_json::to_value(announced(entry).in_outbox(&super::answer::addresses(app), by))
            }
        });
        Ok(made.filter_map(Result::ok).collect())
    })
    .await
}

/// How many videos everybody finds there, and those of a page, last published first.
fn videos(app: &App, scope: Scope, asked: PageAsked) -> (u64, Vec<Arc<Entry>>) {
    let query = Query {
        start: asked.start(),
        count: asked.size,
        order: Order { sort: Sort::PublishedAt, descending: true },
        filter: Filter::default(),
        skip_count: false,
    };
    let page = app.catalogue().list(scope, &query);
    (u64::try_from(page.total).unwrap_or(u64::MAX), page.rows)
}

/// `…/followers`
pub(super) async fn followers(ask: &Ask, whose: Whose) -> Outcome {
    let addresses = addresses(&ask.app);
    let (actor, total) = match find_named(&ask.app, whose).await? {
        Found::Instance => (addresses.instance(), across(ask, Party::Instance, Side::Followed).await?),
        // Nobody follows accounts from here.
        Found::Account(account) => {
            let total = across(ask, Party::Account(account.id), Side::Followed).await?;
            (addresses.account(&account.name), total)
        }
        Found::Channel(channel, _) => (addresses.channel(&channel.name), channel.followers),
        Found::Gone { id, former_type, removed_at } => return gone(id, former_type, removed_at),
        Found::Nobody => return Err(nobody()),
    };
    counted(ask, format!("{actor}/followers"), total)
}

/// How many accepted followings across servers somebody stands in.
async fn across(ask: &Ask, party: Party, side: Side) -> Result<u64, Failure> {
    let is_accepted = |follow: &Follow| Ok(follow.state == FollowState::Accepted);
    let counted =
        ask.app.read(move |store| follow::of_party(store, (party, side), true, &is_accepted, (0, 0)));
    Ok(counted.await?.0)
}

/// `…/following`
pub(super) async fn following(ask: &Ask, whose: Whose) -> Outcome {
    let addresses = addresses(&ask.app);
    let (actor, total) = match find_named(&ask.app, whose).await? {
        Found::Instance => (addresses.instance(), across(ask, Party::Instance, Side::Follower).await?),
        Found::Account(account) => (addresses.account(&account.name), account.following),
        Found::Channel(channel, _) => (addresses.channel(&channel.name), 0),
        Found::Gone { id, former_type, removed_at } => return gone(id, former_type, removed_at),
        Found::Nobody => return Err(nobody()),
    };
    counted(ask, format!("{actor}/following"), total)
}

/// `…/playlists`
pub(super) async fn playlists(ask: &Ask, whose: Whose) -> Outcome {
    let app = &ask.app;
    let addresses = addresses(app);
    let (actor, of) = match find_named(app, whose).await? {
        Found::Instance => (addresses.instance(), None),
        Found::Account(account) => {
            let of = playlists::Whose::Account { account: account.id, edited: Vec::new() };
            (addresses.account(&account.name), Some(of))
        }
        Found::Channel(channel, _) => {
            (addresses.channel(&channel.name), Some(playlists::Whose::Channel(channel.id)))
        }
        Found::Gone { id, former_type, removed_at } => return gone(id, former_type, removed_at),
        Found::Nobody => return Err(nobody()),
    };
    let rows = of.map_or_else(Vec::new, |of| {
        let order = playlists::Order { by: playlists::By::Created, descending: false };
        app.playlists().of(&of, (0, REACHED_MAX), is_published, order).rows
    });
    let total = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    pages(ask, PLAIN, format!("{actor}/playlists"), total, move |app, asked| {
        let addresses = super::answer::addresses(app);
        let page = rows.iter().skip(asked.start()).take(asked.size);
        Ok(page.map(|playlist| addresses.playlist(playlist.uuid)).collect())
    })
    .await
}

/// `/videos/watch/{id}/announces`
pub(super) async fn announces(ask: &Ask, name: VideoRef) -> Outcome {
    let app = &ask.app;
    let entry = match find(app, name).await {
        Ok(Published { entry, .. }) => entry,
        Err(why) => return *why,
    };
    let list = format!("{}/announces", addresses(app).video(entry.listed.video.uuid));
    let total = u64::try_from(announcers(&entry).len()).unwrap_or(u64::MAX);
    pages(ask, PLAIN, list, total, move |app, asked| {
        let addresses = addresses(app);
        let page = announcers(&entry).into_iter().skip(asked.start()).take(asked.size);
        Ok(page.map(|by| announced(&entry).address(&addresses, by)).collect())
    })
    .await
}

/// `/videos/watch/{id}/likes` and `…/dislikes`
pub(super) async fn rates(ask: &Ask, name: VideoRef, opinion: Opinion) -> Outcome {
    let app = &ask.app;
    let entry = match find(app, name).await {
        Ok(Published { entry, .. }) => entry,
        Err(why) => return *why,
    };
    let video = &entry.listed.video;
    let (thumbs, total) = match opinion {
        Opinion::Like => ("likes", video.likes),
        Opinion::Dislike => ("dislikes", video.dislikes),
    };
    let list = format!("{}/{thumbs}", addresses(app).video(video.uuid));
    let id = video.id;
    pages(ask, PLAIN, list, total, move |app, asked| {
        let addresses = addresses(app);
        let rows = app.store().scan(&RatingsOf(id));
        let rows = rows.filter(|row| row.as_ref().map_or(true, |(_, rating)| rating.opinion == opinion));
        let mut items = Vec::new();
        for row in rows.skip(asked.start()).take(asked.size) {
            let (key, _) = row?;
            // Of somebody who is being removed nothing is told.
            let account = app.store().get(&AccountKey { account: key.account })?;
            items.extend(account.map(|account| addresses.rate(&account.name, opinion, id)));
        }
        Ok(items)
    })
    .await
}

/// `/videos/watch/{id}/comments`: what everybody sees, first said first.
pub(super) async fn comments(ask: &Ask, name: VideoRef) -> Outcome {
    let app = &ask.app;
    let entry = match find(app, name).await {
        Ok(Published { entry, .. }) => entry,
        Err(why) => return *why,
    };
    let (video, uuid) = (entry.listed.video.id, entry.listed.video.uuid);
    let list = format!("{}/comments", addresses(app).video(uuid));
    let talk = app.read(move |store: &Store| store.get(&VideoTalkKey { video })).await?.unwrap_or_default();
    pages(ask, PLAIN, list, talk.comments, move |app, asked| {
        let addresses = addresses(app);
        let (mut skipped, mut items) = (0, Vec::new());
        for row in app.store().scan(&CommentsOf(video)) {
            let (key, ()) = row?;
            let comment = app.store().get(&CommentKey { comment: key.comment })?;
            if comment.is_none_or(|comment| comment.held || comment.is_deleted()) {
                continue;
            }
            if skipped < asked.start() {
                skipped += 1;
                continue;
            }
            items.push(addresses.comment(uuid, key.comment));
            if asked.size <= items.len() {
                break;
            }
        }
        Ok(items)
    })
    .await
}
