//! What was published before by whom somebody here follows from now on.
//!
//! Owns how far it is read, and where it goes on after a crash. The surprise is that nothing in the list is believed: each
//! video is asked for at its own address.

use std::collections::HashSet;
use std::time::Duration;

use serde_json::Value;
use shared::id::{FollowId, JobId};
use shared::time::Instant;

use super::run::Trouble;
use crate::app::App;
use crate::domain::follow;
use crate::federation::vocab::{Activity, Collection, CollectionPage, Deed, Thing, is_same_host, url_of};
use crate::federation::{fetch, find, keep};
use crate::store::records::{FollowFault, FollowState, JobKind, NetworkJob};
use crate::store::tables::JobKey;
use crate::store::{Durability, Read, StoreError};

/// Videos that are asked for: as many as anybody looks through, newest first.
const VIDEOS_MAX: u32 = 200;
/// Pages of the list that are read, the list itself among them: of ten entries each with most servers.
const PAGES_MAX: u32 = 30;
/// Videos in a row that could not be had before the server is left alone for a while.
const MISSES_MAX: u32 = 5;

/// How long one try may take: a server that answers each question slowly does not hold up what is to be read of others.
/// What was found is kept, and the next try, of as many as a job has, begins after the last page that was read.
const TRY_MAX: Duration = Duration::from_secs(10 * 60);

/// How far it was read.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Progress {
    /// The page to read next; none for the list itself.
    pub page: Option<String>,
    /// Pages that were read.
    pub pages: u32,
    /// Videos that were asked for.
    pub found: u32,
}

/// What a try that took too long ends with.
fn late() -> Trouble {
    let why = "Another server answers slowly: what it published before is read on later.".to_owned();
    Trouble { why, fault: FollowFault::Unreachable, may_pass: true }
}

/// Reads what somebody published, from where it was left.
///
/// # Errors
/// [`Trouble`].
pub(super) async fn run(app: &App, job: JobId, id: FollowId, mut progress: Progress) -> Result<(), Trouble> {
    let looking = app.read(move |store| {
        let row = follow::get(store, id)?.filter(|row| row.state == FollowState::Accepted);
        let Some(row) = row else { return Ok::<_, StoreError>(None) };
        Ok(follow::remote(store, row.followed)?.and_then(|actor| actor.outbox))
    });
    // Nobody follows any more, or nothing is told of what was published.
    let Some(outbox) = looking.await? else { return Ok(()) };
    let mut read = HashSet::new();
    let end = app.clock().instant() + TRY_MAX;
    while progress.pages < PAGES_MAX && progress.found < VIDEOS_MAX {
        let address = progress.page.clone().unwrap_or_else(|| outbox.clone());
        // Lists that lead back to themselves are read once.
        if !is_same_host(&address, &outbox) || !read.insert(address.clone()) {
            return Ok(());
        }
        in_time(app.clock().instant(), end)?;
        let document = fetch::document(app, &address).await?.value;
        let (items, next) = if progress.page.is_none() {
            let Ok(list) = Collection::read(&document, &address) else { return Ok(()) };
            let next = if list.items.is_empty() { list.first } else { list.next };
            (list.items, next)
        } else {
            let Ok(page) = CollectionPage::read(&document, &address) else { return Ok(()) };
            (page.items, page.next)
        };
        progress.found = take(app, &outbox, &items, (progress.found, end)).await?;
        progress.pages += 1;
        let Some(next) = next else { return Ok(()) };
        progress.page = Some(next);
        note(app, job, id, progress.clone()).await?;
    }
    Ok(())
}

fn in_time(now: Instant, end: Instant) -> Result<(), Trouble> {
    if now < end { Ok(()) } else { Err(late()) }
}

/// Asks for the videos of a page. Gives how many were asked for with those before.
async fn take(
    app: &App,
    outbox: &str,
    items: &[Value],
    (mut found, end): (u32, Instant),
) -> Result<u32, Trouble> {
    let mut misses = 0;
    for video in items.iter().filter_map(|item| video_of(item, outbox)) {
        if VIDEOS_MAX <= found {
            break;
        }
        let known = video.clone();
        if app.read(move |store| keep::object_of(store, &known)).await?.is_some() {
            continue;
        }
        in_time(app.clock().instant(), end)?;
        found += 1;
        match find::video_of_before(app, &video).await {
            Ok(_) => misses = 0,
            Err(error) if error.may_pass() => {
                misses += 1;
                if MISSES_MAX <= misses {
                    return Err(error.into());
                }
            }
            Err(error) => tracing::debug!(video, %error, "a video of before is left out"),
        }
    }
    Ok(found)
}

/// The video that an entry of the list is about; none where it is about something else, or somebody else's.
fn video_of(item: &Value, outbox: &str) -> Option<String> {
    let activity = Activity::read(Thing::of(item)?).ok()?;
    if !is_same_host(&activity.actor, outbox) {
        return None;
    }
    match activity.deed {
        Deed::Announce(object) => Some(object),
        Deed::Create(object) => {
            let is_video = Thing::of(&object).is_some_and(|object| object.is("Video"));
            url_of(&object).filter(|_| is_video).map(str::to_owned)
        }
        Deed::Update(_)
        | Deed::Delete(_)
        | Deed::Follow(_)
        | Deed::Accept(_)
        | Deed::Reject(_)
        | Deed::Like(_)
        | Deed::Dislike(_)
        | Deed::Undo(_)
        | Deed::View(_)
        | Deed::Flag(_)
        | Deed::ApproveReply(_)
        | Deed::RejectReply(_)
        | Deed::Move(_)
        | Deed::Other(_) => None,
    }
}

/// Notes how far it was read, so that it goes on from there.
async fn note(app: &App, job: JobId, follow: FollowId, progress: Progress) -> Result<(), StoreError> {
    app.write(Durability::Relaxed, move |write, _| {
        let key = JobKey { job };
        if let Some(mut row) = write.get(&key)? {
            let Progress { page, pages, found } = progress;
            row.kind = JobKind::Network(NetworkJob::Backfill { follow, page, pages, found });
            write.insert(&key, &row)?;
        }
        Ok(())
    })
    .await
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_try_that_took_its_time_is_made_again() {
        let end = Instant::ZERO + TRY_MAX;
        assert!(in_time(Instant::ZERO, end).is_ok());
        assert!(in_time(end, end).unwrap_err().may_pass);
    }

    #[test]
    fn videos_are_found_in_what_somebody_said() {
        let outbox = "https://sea.example/video-channels/films/outbox";
        let item = |kind: &str, actor: &str, object: Value| {
            let said = json!({ "type": kind, "actor": actor, "object": object });
            video_of(&said, outbox)
        };
        let (video, own) = ("https://sea.example/videos/watch/1", "https://sea.example/video-channels/films");
        let whole = json!({ "type": "Video", "id": video });
        assert_eq!(item("Announce", own, json!(video)).as_deref(), Some(video));
        assert_eq!(item("Create", own, whole).as_deref(), Some(video));
        assert_eq!(item("Create", own, json!({ "type": "Note", "id": video })), None);
        assert_eq!(item("Announce", "https://evil.example/x", json!(video)), None);
        assert_eq!(item("Like", own, json!(video)), None);
        assert_eq!(video_of(&json!("https://sea.example/activity"), outbox), None);
    }
}
