//! `/server/following` and `/server/followers`: whom the instance follows, and who follows it.
//!
//! Owns the lists and who may change them. Whoever is to be followed is asked for in the background, so that an answer
//! waits for no other server.

use std::cmp::Ordering;

use http::StatusCode;
use shared::api::{FollowingWish, Page};
use shared::time::Timestamp;

use super::extract::{Ask, Body, Segment};
use super::failed_follow::ask_again;
use super::lookup::handle_of;
use super::problem::Failure;
use super::respond::{Outcome, json, no_content};
use super::views::{self, Reached};
use crate::app::App;
use crate::domain::federation::{Addresses, INSTANCE, key};
use crate::domain::follow::{self, Side};
use crate::domain::right::Right;
use crate::domain::wrong::Wrong;
use crate::domain::{host, mirror, work};
use crate::federation::follow::{Here, SayError, follow_by_itself, judge, named, withdraw};
use crate::store::records::{ActorKind, Follow, FollowState, JobKind, NetworkJob, Party};
use crate::store::tables::{ServerHostKey, ServerKey};
use crate::store::{Durability, Read, Store, StoreError};

/// A hundred handles.
const WISH_BYTES_MAX: usize = 64 * 1024;
/// Whom one request follows: a long list is sent in pieces.
const WISHES_MAX: usize = 100;
/// Longer than any name; a longer text only costs us time.
const SEARCH_LENGTH_MAX: usize = 200;
/// Followings that a list sorts.
const LISTED_MAX: usize = 20_000;

/// `GET /api/v1/server/following`
pub async fn following(ask: Ask) -> Outcome {
    list(ask, Side::Follower).await
}

/// `GET /api/v1/server/followers`
pub async fn followers(ask: Ask) -> Outcome {
    list(ask, Side::Followed).await
}

/// `POST /api/v1/server/following`: 204 at once; the others are asked after that.
pub async fn add(ask: Ask, body: Body) -> Outcome {
    ask.person_with(Right::ManageServerFollow).await?;
    let wish: FollowingWish = body.json(WISH_BYTES_MAX).await?;
    let jobs = wishes(&wish, ask.app.url().host())?;
    let asked = ask.app.write(Durability::Flushed, move |write, now| {
        ask_again(write, &jobs)?;
        for job in jobs {
            work::ask(write, now, JobKind::Network(job))?;
        }
        Ok::<_, StoreError>(())
    });
    asked.await?;
    Ok(no_content())
}

/// `DELETE /api/v1/server/following/{hostOrHandle}`
pub async fn remove(whom: Segment, ask: Ask) -> Outcome {
    ask.person_with(Right::ManageServerFollow).await?;
    end(&ask, whom.0, Side::Follower).await
}

/// `POST /api/v1/server/followers/{handle}/accept`
pub async fn accept(who: Segment, ask: Ask) -> Outcome {
    answer(&ask, who.0, FollowState::Accepted).await
}

/// `POST /api/v1/server/followers/{handle}/reject`
pub async fn reject(who: Segment, ask: Ask) -> Outcome {
    answer(&ask, who.0, FollowState::Rejected).await
}

/// `DELETE /api/v1/server/followers/{handle}`: who is taken out may ask again.
pub async fn remove_follower(who: Segment, ask: Ask) -> Outcome {
    ask.person_with(Right::ManageServerFollow).await?;
    end(&ask, who.0, Side::Followed).await
}

/// What is to be done so that the instance follows all of these.
fn wishes(wish: &FollowingWish, own_host: &str) -> Result<Vec<NetworkJob>, Failure> {
    if wish.hosts.is_empty() && wish.handles.is_empty() {
        return Err(Wrong::body("hosts", None, "Should name hosts or handles to follow").into());
    }
    if WISHES_MAX < wish.hosts.len() + wish.handles.len() {
        let message = format!("Should be at most {WISHES_MAX} with the handles");
        return Err(Wrong::body("hosts", None, message).into());
    }
    let mut jobs: Vec<NetworkJob> = Vec::new();
    let mut wrongs = Vec::new();
    for text in &wish.hosts {
        match host::parse(text.trim()).filter(|host| host != own_host) {
            Some(host) => jobs.push(NetworkJob::FollowHost { host, by_itself: false }),
            None => wrongs.push(Wrong::body("hosts", Some(text), "Should be hosts of other instances")),
        }
    }
    for text in &wish.handles {
        match handle_of(text.trim(), own_host) {
            Some((name, host)) => jobs.push(NetworkJob::FollowHandle { name, host }),
            None => wrongs.push(Wrong::body("handles", Some(text), "Should be names with hosts of others")),
        }
    }
    if wrongs.is_empty() {
        jobs.dedup();
        return Ok(jobs);
    }
    Err(wrongs.into())
}

async fn end(ask: &Ask, name: String, side: Side) -> Outcome {
    let row = found(ask, name, side).await?.id;
    say(ask, move |write, here| withdraw(write, here, row)).await
}

async fn answer(ask: &Ask, name: String, state: FollowState) -> Outcome {
    ask.person_with(Right::ManageServerFollow).await?;
    let row = found(ask, name, Side::Followed).await?;
    if row.state == state {
        let detail = match state {
            FollowState::Accepted => "Follow is not in pending/rejected state.",
            FollowState::Rejected | FollowState::Pending => "Follow is not in pending/accepted state.",
        };
        return Err(Failure::new(StatusCode::BAD_REQUEST, detail));
    }
    let follows_back = state == FollowState::Accepted && ask.app.config().followings.auto_follow_back;
    say(ask, move |write, here| {
        judge(write, here, row.id, state)?;
        let actor = follow::remote(write, row.follower)?;
        let is_instance = actor.is_some_and(|actor| actor.kind == ActorKind::Application);
        match row.follower {
            Party::Account(other) if follows_back && is_instance => follow_by_itself(write, here, other),
            Party::Account(_) | Party::Channel(_) | Party::Instance => Ok(()),
        }
    })
    .await
}

/// Does what is said to others, and answers 204 when it is on the disk.
pub(super) async fn say(
    ask: &Ask,
    work: impl FnOnce(&mut crate::store::Write<'_>, Here<'_>) -> Result<(), SayError> + Send + 'static,
) -> Outcome {
    let url = ask.app.url().clone();
    let said = ask.app.write(Durability::Flushed, move |write, now| {
        let root = url.to_string();
        work(write, Here { addresses: Addresses::new(&root, url.host()), now })
    });
    said.await?;
    Ok(no_content())
}

/// The following with who is named at its other end. A host alone names its instance.
async fn found(ask: &Ask, name: String, side: Side) -> Result<Follow, Failure> {
    let (kind, asked) = (if side == Side::Follower { "Follow" } else { "Follower" }, name.clone());
    let missing = move || Failure::not_found(format!("{kind} {asked} not found."));
    let row = ask
        .app
        .blocking(move |app| {
            let (handle, host) = match name.trim_start_matches('@').rsplit_once('@') {
                Some((name, host)) => (Some(name.to_lowercase()), host.to_lowercase()),
                None => (None, name.to_lowercase()),
            };
            let is_meant = |follow: &Follow| {
                let Some(other) = Other::of(app.store(), follow, side)? else { return Ok(false) };
                Ok(other.host == host
                    && match &handle {
                        Some(name) => other.name.to_lowercase() == *name,
                        None => other.kind == ActorKind::Application,
                    })
            };
            let found = follow::of_party(app.store(), (Party::Instance, side), true, &is_meant, (0, 1))?;
            Ok::<_, StoreError>(found.1.into_iter().next())
        })
        .await?;
    row.ok_or_else(missing)
}

/// Who stands at the end that is not this instance.
struct Other {
    name: String,
    host: String,
    kind: ActorKind,
}

impl Other {
    fn of(store: &Store, follow: &Follow, side: Side) -> Result<Option<Other>, StoreError> {
        let party = match side {
            Side::Follower => follow.followed,
            Side::Followed => follow.follower,
        };
        let Some(who) = named(store, party)? else { return Ok(None) };
        Ok(who.remote.map(|actor| Other { name: who.name, host: actor.host, kind: actor.kind }))
    }
}

/// What of a list is asked for.
struct Asked {
    state: Option<FollowState>,
    kind: Option<ActorKind>,
    word: String,
    order: fn(&Row, &Row) -> Ordering,
    reverse: bool,
}

struct Row {
    follow: Follow,
    failures: u32,
    /// Whether videos of the server that is followed may be copied.
    is_copied: bool,
}

async fn list(ask: Ask, side: Side) -> Outcome {
    let (page, asked) = (ask.page()?, asked(&ask)?);
    let cut = (page.start, page.count);
    let read = ask.app.blocking(move |app| {
        let since = key::of(app.store(), INSTANCE)?.key.map_or(Timestamp(0), |key| key.since);
        Ok::<_, StoreError>((since, rows(app, side, &asked, cut)?))
    });
    let (since, (total, rows)) = read.await?;
    let view = |row: &Row| {
        let reached = Reached { failures: row.failures, since, is_copied: row.is_copied };
        views::follow_across(&ask.app, &row.follow, reached)
    };
    json(&Page { total, data: rows.iter().filter_map(view).collect() })
}

fn rows(
    app: &App,
    side: Side,
    asked: &Asked,
    (start, count): (usize, usize),
) -> Result<(u64, Vec<Row>), StoreError> {
    let store = app.store();
    let holds = |follow: &Follow| {
        if asked.state.is_some_and(|state| state != follow.state) {
            return Ok(false);
        }
        if asked.word.is_empty() && asked.kind.is_none() {
            return Ok(true);
        }
        let Some(other) = Other::of(store, follow, side)? else { return Ok(false) };
        let is_meant = asked.word.is_empty()
            || format!("{}@{}", other.name, other.host).to_lowercase().contains(&asked.word);
        Ok(is_meant && asked.kind.is_none_or(|kind| kind == other.kind))
    };
    let (total, found) =
        follow::of_party(store, (Party::Instance, side), asked.reverse, &holds, (0, LISTED_MAX))?;
    let allowed = mirror::allowed(store)?;
    let mut rows = Vec::with_capacity(found.len());
    for follow in found {
        let failures = failures(store, &follow, side)?;
        let host = match side {
            Side::Follower => Other::of(store, &follow, side)?.map(|other| other.host),
            Side::Followed => None,
        };
        let is_copied = host.is_some_and(|host| allowed.contains(&host));
        rows.push(Row { follow, failures, is_copied });
    }
    rows.sort_by(|one, other| {
        let order = (asked.order)(one, other);
        if asked.reverse { order.reverse() } else { order }
    });
    Ok((total, rows.into_iter().skip(start).take(count).collect()))
}

/// How often in a row the other instance could not be reached.
fn failures(store: &Store, follow: &Follow, side: Side) -> Result<u32, StoreError> {
    let Some(other) = Other::of(store, follow, side)? else { return Ok(0) };
    let Some(server) = store.get(&ServerHostKey { host: other.host })? else { return Ok(0) };
    Ok(store.get(&ServerKey { server })?.map_or(0, |server| server.failures))
}

fn asked(ask: &Ask) -> Result<Asked, Failure> {
    let state = match ask.parameter("state").as_deref() {
        None | Some("") => None,
        Some("pending") => Some(FollowState::Pending),
        Some("accepted") => Some(FollowState::Accepted),
        Some("rejected") => Some(FollowState::Rejected),
        other => return Err(Wrong::query("state", other, "Should be pending, accepted or rejected").into()),
    };
    let kind = match ask.parameter("actorType").as_deref() {
        None | Some("") => None,
        Some("Person") => Some(ActorKind::Person),
        Some("Group") => Some(ActorKind::Group),
        Some("Application") => Some(ActorKind::Application),
        Some("Service") => Some(ActorKind::Service),
        Some("Organization") => Some(ActorKind::Organization),
        other => return Err(Wrong::query("actorType", other, "Should be a type of actor").into()),
    };
    let sort = ask.parameter("sort").filter(|sort| !sort.is_empty()).unwrap_or("-createdAt".to_owned());
    let (reverse, column) = sort.strip_prefix('-').map_or((false, &*sort), |column| (true, column));
    let order: fn(&Row, &Row) -> Ordering = match column {
        "createdAt" | "id" => |one, other| one.follow.id.cmp(&other.follow.id),
        "redundancyAllowed" => {
            |one, other| (one.is_copied, one.follow.id).cmp(&(other.is_copied, other.follow.id))
        }
        "state" => {
            |one, other| views::follow_state(one.follow.state).cmp(views::follow_state(other.follow.state))
        }
        // Who fails more often has the lower score.
        "score" => |one, other| other.failures.cmp(&one.failures),
        _ => return Err(Wrong::query("sort", Some(&sort), "Invalid value").into()),
    };
    let word = ask.parameter("search").unwrap_or_default().trim().to_lowercase();
    if SEARCH_LENGTH_MAX < word.chars().count() {
        let message = format!("Should be at most {SEARCH_LENGTH_MAX} characters long");
        return Err(Wrong::query("search", None, message).into());
    }
    Ok(Asked { state, kind, word, order, reverse })
}

impl From<SayError> for Failure {
    fn from(error: SayError) -> Failure {
        match error {
            SayError::Nobody => Failure::not_found("There is nobody to follow."),
            SayError::Ask(follow::AskError::TooMany) => Failure::new(
                StatusCode::CONFLICT,
                format!("{INSTANCE} and accounts can follow {} others at most.", follow::FOLLOWED_MAX),
            ),
            SayError::Ask(follow::AskError::Store(error)) | SayError::Store(error) => error.into(),
            SayError::Subscription(error) => error.into(),
            SayError::Words(error) => Failure::internal(&error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jobs(hosts: &[&str], handles: &[&str]) -> Option<Vec<NetworkJob>> {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        wishes(&FollowingWish { hosts: texts(hosts), handles: texts(handles) }, "films.example").ok()
    }

    #[test]
    fn hosts_and_handles_of_others_are_followed() {
        let host = |host: &str| NetworkJob::FollowHost { host: host.to_owned(), by_itself: false };
        let films = NetworkJob::FollowHandle { name: "films".to_owned(), host: "b.example".to_owned() };
        assert_eq!(
            jobs(&[" A.example:9000 "], &["@films@b.example"]),
            Some(vec![host("a.example:9000"), films])
        );
        for (hosts, handles) in [
            (&[][..], &[][..]),
            (&["films.example"], &[]),
            (&["no host"], &[]),
            (&["https://a.example"], &[]),
            (&[], &["films"]),
            (&[], &["films@films.example"]),
            (&["a.example"; 101], &[]),
        ] {
            assert_eq!(jobs(hosts, handles), None, "{hosts:?} {handles:?}");
        }
    }
}
