//! What a list of another server holds.
//!
//! Begins anew after a crash: the videos that were found by then are known, and are not asked for again.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;
use shared::id::{PlaylistId, VideoId};

use super::pages::entries;
use crate::app::App;
use crate::domain::playlist::{ELSEWHERE_ELEMENTS_MAX, NewElement, fill_elsewhere};
use crate::federation::fetch::{self, FetchError};
use crate::federation::find::Budget;
use crate::federation::follow::Trouble;
use crate::federation::gather::{GatherError, gather};
use crate::federation::keep;
use crate::federation::receive::{Fact, Need};
use crate::federation::vocab::{Element, Thing, host_of, is_same_host, url_of};
use crate::store::records::FollowFault;
use crate::store::tables::PlaylistKey;
use crate::store::{Durability, Read, StoreError};

/// Videos of one list that are asked for because nobody here knew them: as many as of a channel that is followed.
const VIDEOS_MAX: usize = 200;
/// Servers that are asked for videos of one list. Most lists lead to one, and who leads to many leads us around.
const HOSTS_MAX: usize = 10;
/// How long places and videos of one list are asked for: what is there by then is what it holds, until it is read again.
const FILLING_MAX: Duration = Duration::from_secs(10 * 60);
/// Questions in a row that were not answered before the rest is left for another time.
const MISSES_MAX: usize = 5;

/// Reads what a list holds, and keeps it in the place of what it held. Its row may be gone by now: then nothing is asked.
///
/// # Errors
/// [`Trouble`].
pub async fn fill(app: &App, id: PlaylistId) -> Result<(), Trouble> {
    let Some(url) = begin(app, id).await? else { return Ok(()) };
    let items = match entries(app, &url, ELSEWHERE_ELEMENTS_MAX).await {
        Ok(items) => items,
        Err(error) if error.is_gone() => {
            app.write(Durability::Relaxed, move |write, _| keep::remove::playlist(write, id)).await.map_err(
                |error| Trouble { why: error.to_string(), fault: FollowFault::Ours, may_pass: false },
            )?;
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    };
    let mut asked = Asked::default();
    let (mut misses, mut missed) = (0, None);
    let mut found: Vec<(u64, NewElement)> = Vec::new();
    let begun_at = app.clock().instant();
    for item in &items {
        if FILLING_MAX <= app.clock().instant().since(begun_at) {
            tracing::info!(list = url, "the rest of a list elsewhere is left out, since its server is slow");
            break;
        }
        match place(app, &url, item, &mut asked).await {
            Ok(Some(place)) => {
                misses = 0;
                found.push(place);
            }
            Ok(None) => misses = 0,
            Err(trouble) if trouble.may_pass => {
                misses += 1;
                if MISSES_MAX <= misses {
                    return Err(trouble);
                }
                missed = Some(trouble);
            }
            Err(Trouble { why, .. }) => tracing::debug!(list = url, why, "a place in a list is left out"),
        }
    }
    // As they stand where they are of one position, or of none that makes sense.
    found.sort_by_key(|(position, _)| *position);
    let elements: Vec<NewElement> = found.into_iter().map(|(_, element)| element).collect();
    app.write(Durability::Relaxed, move |write, _| fill_elsewhere(write, id, &elements)).await?;
    // What is there is shown; what was not to be had now is asked for again.
    missed.map_or(Ok(()), Err)
}

/// Notes that what the list holds is being read: what is said of it from now on is read by another job. Gives its address.
async fn begin(app: &App, id: PlaylistId) -> Result<Option<String>, StoreError> {
    app.write(Durability::Relaxed, move |write, _| {
        let key = PlaylistKey { playlist: id };
        let Some(mut row) = write.get(&key)? else { return Ok(None) };
        let Some(remote) = &mut row.remote else { return Ok(None) };
        let url = remote.url.clone();
        if remote.is_awaited {
            remote.is_awaited = false;
            write.insert(&key, &row)?;
        }
        Ok(Some(url))
    })
    .await
}

/// What was asked for because of one list.
#[derive(Default)]
struct Asked {
    videos: usize,
    hosts: BTreeSet<String>,
}

impl Asked {
    /// Whether a video that nobody here knows may be asked for, too.
    fn may(&mut self, url: &str) -> bool {
        let Some(host) = host_of(url) else { return false };
        let is_one_more = !self.hosts.contains(&host);
        if VIDEOS_MAX <= self.videos || (is_one_more && HOSTS_MAX <= self.hosts.len()) {
            return false;
        }
        self.videos += 1;
        self.hosts.insert(host);
        true
    }
}

/// A place in a list, with its position; none where it leads nowhere that everybody may go.
async fn place(
    app: &App,
    list: &str,
    item: &Value,
    asked: &mut Asked,
) -> Result<Option<(u64, NewElement)>, Trouble> {
    let Some(url) = url_of(item).filter(|url| is_same_host(url, list)) else { return Ok(None) };
    // It came with the page, which is the list's own server's.
    let is_whole = Thing::of(item).is_some_and(|thing| thing.is("PlaylistElement"));
    let element = if is_whole { Element::read(item) } else { Element::read(&its_own(app, url).await?) };
    let Ok(element) = element else { return Ok(None) };
    let Some(video) = video(app, &element.video, asked).await? else { return Ok(None) };
    let Element { position, start, stop, .. } = element;
    Ok(Some((position, NewElement { video, start: seconds(start), stop: seconds(stop) })))
}

/// What a server says of a place in a list of its own.
async fn its_own(app: &App, url: &str) -> Result<Value, Trouble> {
    let found = fetch::document(app, url).await?;
    if found.url == url { Ok(found.value) } else { Err(FetchError::Elsewhere.into()) }
}

/// A second of a video; none where nobody makes videos as long.
fn seconds(at: Option<u64>) -> Option<u64> {
    const SECONDS_MAX: u64 = 366 * 24 * 60 * 60;
    at.filter(|at| *at <= SECONDS_MAX)
}

/// The video at an address, of here or elsewhere, that everybody may see; none where there is none.
async fn video(app: &App, url: &str, asked: &mut Asked) -> Result<Option<VideoId>, Trouble> {
    let mut budget = Budget::new();
    let mut fact = gather(app, &mut budget, &Need::Known(url.to_owned())).await?;
    if fact == Fact::Nothing && host_of(url).as_deref() != Some(app.url().host()) && asked.may(url) {
        fact = gather(app, &mut budget, &Need::Video(url.to_owned())).await?;
    }
    Ok(match fact {
        Fact::Video(video) if video.is_open => Some(video.id),
        Fact::Video(_)
        | Fact::Actor(_)
        | Fact::Comment(_)
        | Fact::Playlist(_)
        | Fact::Document(_)
        | Fact::Nothing
        | Fact::Gone
        | Fact::Failed(_) => None,
    })
}

impl From<GatherError> for Trouble {
    fn from(error: GatherError) -> Trouble {
        match error {
            GatherError::Later(why) => Trouble {
                why: format!("Another server cannot be asked: {why}."),
                fault: FollowFault::Unreachable,
                may_pass: true,
            },
            GatherError::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_leads_to_so_many_servers_and_videos_and_no_more() {
        let mut asked = Asked::default();
        let reached = (0..50).filter(|number| asked.may(&format!("https://{number}.example/v")));
        assert_eq!(reached.count(), HOSTS_MAX);
        assert!(asked.may("https://3.example/v/2"), "one that was asked already is asked again");
        let more = (0..1000).filter(|number| asked.may(&format!("https://3.example/w/{number}")));
        assert_eq!(more.count(), VIDEOS_MAX - HOSTS_MAX - 1);
        for odd in ["", "file:///etc/passwd", "gopher://a.example/1", "nothing"] {
            assert!(!Asked::default().may(odd), "{odd}");
        }
    }
}
