//! `/users/me/subscriptions`, and who follows a channel or an account.

use http::StatusCode;
use shared::api::{self, Page, SubscriptionWish};
use shared::id::{AccountId, ChannelId, FollowId, Handle};
use shared::time::Timestamp;

use super::comment::too_many;
use super::extract::{Ask, Body, PageAsked, Segment};
use super::problem::Failure;
use super::respond::{Outcome, json, json_text, no_content};
use super::server_follow::say;
use super::video_list::defaults;
use super::views::Reached;
use super::{actor, history, views};
use crate::app::App;
use crate::catalogue::Publisher;
use crate::domain::account::channel_named;
use crate::domain::follow::{self, Side};
use crate::domain::makers::Makers;
use crate::domain::subscription::{self, FollowError};
use crate::domain::video::query;
use crate::domain::viewer::{Person, Viewer};
use crate::domain::wrong::Wrong;
use crate::domain::{host, work};
use crate::federation::follow::{subscribe, unsubscribe};
use crate::federation::keep;
use crate::store::records::{Follow, FollowState, JobKind, NetworkJob, Party};
use crate::store::{Durability, Read, StoreError};

/// One handle.
const WISH_BYTES_MAX: usize = 4 * 1024;
/// Handles that are looked up at once: as many as a page has cards.
const URIS_MAX: usize = 100;
/// Followers that can be paged through.
const LISTED_MAX: usize = 20_000;
/// Longer than any name; a longer text only costs us time.
const SEARCH_LENGTH_MAX: usize = 200;

/// `GET /api/v1/users/me/subscriptions`
pub async fn list(ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let (page, latest_first, word) = asked(&ask)?;
    let cut = (page.start, page.count);
    let (total, channels) = ask
        .app
        .blocking(move |app| {
            let holds = |channel: ChannelId| {
                let publisher = app.catalogue().publisher(channel);
                publisher.is_some_and(|publisher| {
                    has(&publisher.channel.name, &word) || has(&publisher.channel.display_name, &word)
                })
            };
            let holds: Option<&dyn Fn(ChannelId) -> bool> = if word.is_empty() { None } else { Some(&holds) };
            subscription::followed(app.store(), who.account, latest_first, holds, cut)
        })
        .await?;
    let row = |channel: &ChannelId| ask.app.catalogue().publisher(*channel).map(|row| view(&ask.app, &row));
    json(&Page { total, data: channels.iter().filter_map(row).collect() })
}

/// `POST /api/v1/users/me/subscriptions`
pub async fn add(ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let wish: SubscriptionWish = body.json(WISH_BYTES_MAX).await?;
    let uri = wish.uri.unwrap_or_default();
    let wrong = |message: &str| Wrong::body("uri", Some(&uri), message);
    let handle = uri.parse::<Handle>().ok();
    let Some((name, host)) = handle.and_then(|handle| Some((handle.name, host::parse(&handle.host?)?)))
    else {
        return Err(wrong("Should have a valid URI to follow (username@domain)").into());
    };
    if host == ask.app.url().host() {
        let channel = actor::find_channel(&Segment(name), &ask).await?.id;
        ask.app
            .write(Durability::Flushed, move |write, now| {
                subscription::follow(write, now, who.account, channel)
            })
            .await?;
        return Ok(no_content());
    }
    if let Err(wait) = ask.app.elsewhere_pace(ask.address()) {
        return Ok(too_many(wait));
    }
    let account = who.account;
    say(&ask, move |write, here| match keep::actor_named(write, &name, &host)? {
        Some(Party::Channel(channel)) => subscribe(write, here, account, channel),
        // Whether there is such a channel is asked there, and this request does not wait for the answer.
        Some(Party::Instance | Party::Account(_)) | None => {
            let job = NetworkJob::Subscribe { account, name, host };
            work::ask(write, here.now, JobKind::Network(job))?;
            Ok(())
        }
    })
    .await
}

/// `GET /api/v1/users/me/subscriptions/exist`
pub async fn exist(ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let is_named = |name: &str| name == "uris" || name == "uris[]" || name.starts_with("uris[");
    let pairs = ask.pairs().into_iter().filter(|(name, _)| is_named(name));
    let uris: Vec<String> = pairs.map(|(_, uri)| uri).collect();
    if uris.is_empty() || URIS_MAX < uris.len() {
        let message = format!("Should have 1 to {URIS_MAX} uris");
        return Err(Wrong::query("uris", None, message).into());
    }
    let host = ask.app.url().host().to_owned();
    let text = ask
        .app
        .blocking(move |app| {
            let mut answers = serde_json::Map::new();
            for uri in uris {
                let store = app.store();
                let follows = match meant(store, &uri, &host)? {
                    Some(channel) => subscription::is_following(store, who.account, channel)?,
                    None => false,
                };
                answers.insert(uri, follows.into());
            }
            Ok::<_, FollowError>(serde_json::Value::Object(answers).to_string())
        })
        .await?;
    Ok(json_text(text))
}

/// `GET /api/v1/users/me/subscriptions/{handle}`
pub async fn show(handle: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let publisher = find(&handle, &ask, &who).await?;
    json(&view(&ask.app, &publisher))
}

/// `DELETE /api/v1/users/me/subscriptions/{handle}`
pub async fn remove(handle: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let channel = find(&handle, &ask, &who).await?.channel.id;
    say(&ask, move |write, here| unsubscribe(write, here, who.account, channel)).await
}

/// `GET /api/v1/users/me/subscriptions/videos`
pub async fn videos(ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let query = query::read(&ask.pairs(), ask.app.url().host(), defaults(&ask.app, &Viewer::Person(who)))?;
    if query.filter.needs_rights() {
        return Err(Failure::new(StatusCode::UNAUTHORIZED, "You are not allowed to see all videos."));
    }
    let skip_count = query.skip_count;
    let read = move |app: &App| {
        let mut channels = subscription::all_followed(app.store(), who.account)?;
        let muted = app.mutes().hidden_from(&Viewer::Person(who));
        if !muted.is_empty() {
            let owner = |channel| app.catalogue().publisher(channel).map(|publisher| publisher.account.id);
            channels.retain(|channel| !owner(*channel).is_some_and(|owner| muted.contains(&owner)));
        }
        Ok::<_, FollowError>(app.catalogue().feed(&channels, &query))
    };
    let page = ask.app.blocking(read).await?;
    let positions = history::positions(&ask.app, &who, &page.rows).await?;
    Ok(json_text(history::page_text(&ask.app, &page, &positions, skip_count)))
}

/// `GET /api/v1/video-channels/{name}/followers`
pub async fn of_channel(name: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let channel = actor::find_channel(&name, &ask).await?;
    if !Makers::of(&channel).manage(who.account) {
        allow(&who, channel.account)?;
    }
    followers(&ask, vec![channel.id], vec![Party::Channel(channel.id)]).await
}

/// `GET /api/v1/accounts/{name}/followers`: of all its channels.
pub async fn of_account(name: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let account = actor::find_account(&name, &ask).await?.id;
    allow(&who, account)?;
    let channels = ask.app.catalogue().channels_of(account);
    let mut parties: Vec<Party> = channels.iter().map(|channel| Party::Channel(*channel)).collect();
    parties.push(Party::Account(account));
    followers(&ask, channels, parties).await
}

fn allow(who: &Person, owner: AccountId) -> Result<(), Failure> {
    if who.account == owner || who.keeps_order() {
        return Ok(());
    }
    Err(Failure::forbidden("Only owner of this account can access this resource."))
}

/// Who follows these channels from here, and these parties from elsewhere, in one order.
async fn followers(ask: &Ask, channels: Vec<ChannelId>, parties: Vec<Party>) -> Outcome {
    let (page, latest_first, word) = asked(ask)?;
    let (start, end) = (page.start, page.start.saturating_add(page.count).min(LISTED_MAX));
    let (total, rows) = ask
        .app
        .blocking(move |app| {
            let holds = |account: AccountId| {
                let account = app.catalogue().account(account);
                account.is_some_and(|account| has(&account.name, &word) || has(&account.display_name, &word))
            };
            let of_account: Option<&dyn Fn(AccountId) -> bool> =
                if word.is_empty() { None } else { Some(&holds) };
            // All pages up to this one, since either list may fill it.
            let (here, found) =
                subscription::followers(app.store(), &channels, latest_first, of_account, (0, end))?;
            let mut rows: Vec<(FollowId, api::Follow)> =
                found.iter().filter_map(|row| Some((row.id, views::follow(app, row)?))).collect();
            let is_shown = |row: &Follow| {
                let follower = match row.follower {
                    Party::Instance => None,
                    Party::Account(account) => Some(account),
                    Party::Channel(channel) => app.catalogue().publisher(channel).map(|row| row.account.id),
                };
                let is_theirs = follower.is_some_and(|follower| word.is_empty() || holds(follower));
                Ok(row.state == FollowState::Accepted && row.told_at.is_some() && is_theirs)
            };
            // What is counted of a channel counts who follows it from elsewhere, too.
            let mut uncounted = 0;
            for party in parties {
                let across = (party, Side::Followed);
                let (total, found) =
                    follow::of_party(app.store(), across, latest_first, &is_shown, (0, end))?;
                if !word.is_empty() || matches!(party, Party::Account(_)) {
                    uncounted += total;
                }
                let reached = Reached { failures: 0, since: Timestamp(0), is_copied: false };
                rows.extend(
                    found.iter().filter_map(|row| Some((row.id, views::follow_across(app, row, reached)?))),
                );
            }
            rows.sort_by_key(|(id, _)| *id);
            if latest_first {
                rows.reverse();
            }
            Ok::<_, FollowError>((here.saturating_add(uncounted), rows))
        })
        .await?;
    json(&Page { total, data: rows.into_iter().skip(start).take(page.count).map(|(_, row)| row).collect() })
}

/// Page, direction and search word of a list of followings.
fn asked(ask: &Ask) -> Result<(PageAsked, bool, String), Failure> {
    let page = ask.page()?;
    let latest_first = match ask.parameter("sort").as_deref() {
        None | Some("" | "-createdAt" | "-id") => true,
        Some("createdAt" | "id") => false,
        other => return Err(Wrong::query("sort", other, "Invalid value").into()),
    };
    let word = ask.parameter("search").unwrap_or_default().to_lowercase();
    if SEARCH_LENGTH_MAX < word.chars().count() {
        let message = format!("Should be at most {SEARCH_LENGTH_MAX} characters long");
        return Err(Wrong::query("search", None, message).into());
    }
    Ok((page, latest_first, word))
}

fn has(text: &str, word: &str) -> bool {
    text.to_lowercase().contains(word)
}

/// The channel that a handle means: `films`, `films@` and our own host, or `films@` and another's.
fn meant(read: &impl Read, uri: &str, own_host: &str) -> Result<Option<ChannelId>, StoreError> {
    let Ok(handle) = uri.parse::<Handle>() else { return Ok(None) };
    match handle.host.filter(|host| host != own_host) {
        None => Ok(channel_named(read, &handle.name)?.map(|channel| channel.id)),
        Some(host) => Ok(match keep::actor_named(read, &handle.name, &host)? {
            Some(Party::Channel(channel)) => Some(channel),
            Some(Party::Instance | Party::Account(_)) | None => None,
        }),
    }
}

/// The channel of a path, if this person follows it.
async fn find(handle: &Segment, ask: &Ask, who: &Person) -> Result<std::sync::Arc<Publisher>, Failure> {
    let missing = || Failure::not_found(format!("Subscription {} not found.", handle.0));
    let (uri, host, account) = (handle.0.clone(), ask.app.url().host().to_owned(), who.account);
    let found = ask.app.read(move |store| {
        let Some(channel) = meant(store, &uri, &host)? else { return Ok(None) };
        let follows = subscription::is_following(store, account, channel)?;
        Ok::<_, StoreError>(follows.then_some(channel))
    });
    let channel = found.await?.ok_or_else(missing)?;
    ask.app.catalogue().publisher(channel).ok_or_else(missing)
}

fn view(app: &App, publisher: &Publisher) -> shared::api::Channel {
    views::channel(app.url(), &publisher.channel, Some(&publisher.account))
}

impl From<FollowError> for Failure {
    fn from(error: FollowError) -> Failure {
        match error {
            FollowError::NoSuchChannel => Failure::not_found("Video channel not found"),
            FollowError::TooMany => Failure::new(
                StatusCode::CONFLICT,
                format!("An account can follow {} channels at most.", subscription::SUBSCRIPTIONS_MAX),
            ),
            FollowError::NotFollowed => Failure::not_found("Subscription not found."),
            FollowError::Store(error) => error.into(),
        }
    }
}
