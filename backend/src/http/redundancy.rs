//! `/server/redundancy`: which servers' videos may be copied, our copies, and others' copies of ours.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json as value};
use shared::api::{Page, VideoCopies, VideoCopy, VideoRedundancy};
use shared::id::{MirrorId, VideoId, VideoRef};

use super::extract::{Ask, Body, Segment};
use super::fields::Fields;
use super::problem::Failure;
use super::respond::{Outcome, json, no_content};
use super::video::video_named;
use crate::app::App;
use crate::catalogue::Entry;
use crate::documents::addresses;
use crate::domain::federation::cache_file::FILES_FOLDER;
use crate::domain::host;
use crate::domain::mirror::{self, COPIES_MAX, WishError};
use crate::domain::right::Right;
use crate::domain::wrong::Wrong;
use crate::store::records::{Mirror, MirrorStrategy, Playlist, RemoteMirror};
use crate::store::tables::{MirrorKey, MirroredHostKey};
use crate::store::{Durability, Read, StoreError};

const WISH_BYTES_MAX: usize = 4 * 1024;

/// `PUT /api/v1/server/redundancy/{host}`: whether videos of a server that is followed may be copied.
pub async fn allow(host: Segment, ask: Ask, body: Body) -> Outcome {
    ask.person_with(Right::ManageServerRedundancy).await?;
    let mut fields = Fields::read(&ask, body, WISH_BYTES_MAX).await?;
    if !fields.has("redundancyAllowed") {
        fields.wrong("redundancyAllowed", "Should have a valid redundancyAllowed boolean");
    }
    let is_allowed = fields.truth("redundancyAllowed");
    fields.end()?;
    let is_allowed = is_allowed.unwrap_or_default();
    let missing = || Failure::not_found(format!("Server {} not found.", host.0));
    let host = host::parse(&host.0).ok_or_else(missing)?;
    let known = host.clone();
    let is_known = ask.app.read(move |store| {
        let is_allowed = store.get(&MirroredHostKey { host: known.clone() })?.is_some();
        Ok::<_, StoreError>(is_allowed || mirror::followed_hosts(store)?.contains(&known))
    });
    if !is_known.await? {
        return Err(Failure::not_found(format!("Server {host} not found.")));
    }
    let allowed =
        ask.app.write(Durability::Flushed, move |write, now| mirror::allow(write, now, &host, is_allowed));
    allowed.await?;
    Ok(no_content())
}

/// `GET /api/v1/server/redundancy/videos`
pub async fn list(ask: Ask) -> Outcome {
    ask.person_with(Right::ManageVideosRedundancies).await?;
    let page = ask.page()?;
    let is_ours = match ask.parameter("target").as_deref() {
        Some("my-videos") => true,
        Some("remote-videos") => false,
        other => {
            return Err(Wrong::query("target", other, "Should have a valid video redundancies target").into());
        }
    };
    let strategy = match ask.parameter("strategy").as_deref() {
        None | Some("") => None,
        Some("manual") => Some(MirrorStrategy::Manual),
        Some(text) => match text.parse::<MirrorStrategy>() {
            Ok(strategy) => Some(strategy),
            Err(()) => return Err(Wrong::query("strategy", Some(text), "Should be a strategy").into()),
        },
    };
    let sort = ask.parameter("sort").filter(|sort| !sort.is_empty()).unwrap_or("name".to_owned());
    let (is_reverse, column) = sort.strip_prefix('-').map_or((false, &*sort), |column| (true, column));
    if !["name", "createdAt"].contains(&column) {
        return Err(Wrong::query("sort", Some(&sort), "Invalid value").into());
    }
    let by_name = column == "name";
    let rows = ask.app.blocking(move |app| if is_ours { Ok(offered(app)) } else { held(app, strategy) });
    let mut rows = rows.await?;
    rows.sort_by_cached_key(|row| {
        let at = row.redundancies.streaming_playlists.first().map(|copy| copy.created_at);
        (if by_name { row.name.to_lowercase() } else { String::new() }, at, row.id)
    });
    if is_reverse {
        rows.reverse();
    }
    let total = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    json(&Page { total, data: rows.into_iter().skip(page.start).take(page.count).collect() })
}

/// `POST /api/v1/server/redundancy/videos`: a copy of one video is made, whatever rules say. 204 at once.
pub async fn add(ask: Ask, body: Body) -> Outcome {
    ask.person_with(Right::ManageVideosRedundancies).await?;
    let mut fields = Fields::read(&ask, body, WISH_BYTES_MAX).await?;
    let name = name_of(&mut fields);
    fields.end()?;
    let name = name.ok_or_else(|| Failure::bad_request("A video is missing"))?;
    let video = video_named(&ask.app, name)?.listed.video.id;
    ask.app.write(Durability::Flushed, move |write, now| mirror::wish(write, now, video)).await?;
    Ok(no_content())
}

fn name_of(fields: &mut Fields) -> Option<VideoRef> {
    const MESSAGE: &str = "Should have a valid video id (id, short UUID or UUID)";
    if fields.is_number("videoId") {
        return fields.number("videoId", 1..=i64::MAX).map(|id| VideoRef::Id(VideoId(id.unsigned_abs())));
    }
    if !fields.has("videoId") {
        fields.wrong("videoId", MESSAGE);
        return None;
    }
    fields.parsed("videoId", MESSAGE, |text| text.parse().ok())
}

/// `DELETE /api/v1/server/redundancy/videos/{redundancyId}`: a copy of ours is given up; nobody is sent to one of others.
pub async fn remove(id: Segment, ask: Ask) -> Outcome {
    ask.person_with(Right::ManageVideosRedundancies).await?;
    let id: MirrorId = id.parse("redundancyId", "Should have a valid redundancy id")?;
    let missing = || Failure::not_found("Video redundancy not found");
    // What others offer has no table of its own.
    let of = ask.app.blocking(move |app| offered_by_number(app, id)).await;
    let removed = ask.app.write(Durability::Flushed, move |write, _| match of {
        Some(video) => mirror::forget(write, video, id),
        None => mirror::end(write, id),
    });
    if removed.await? { Ok(no_content()) } else { Err(missing()) }
}

fn offered_by_number(app: &App, id: MirrorId) -> Option<VideoId> {
    let is_it = |mirror: &RemoteMirror| mirror.number == id && id != MirrorId::default();
    let has = |entry: &Arc<Entry>| entry.listed.video.mirrors.iter().any(is_it);
    app.catalogue().all().into_iter().find(has).map(|entry| entry.listed.video.id)
}

fn row(app: &App, entry: &Entry, streaming_playlists: Vec<VideoCopy>) -> VideoRedundancy {
    let video = &entry.listed.video;
    let own = || addresses(app).video(video.uuid);
    VideoRedundancy {
        id: video.id,
        name: video.name.clone(),
        url: video.remote.as_ref().map_or_else(own, |remote| remote.url.clone()),
        uuid: video.uuid,
        redundancies: VideoCopies { files: Vec::new(), streaming_playlists },
    }
}

/// Others' copies of ours.
fn offered(app: &App) -> Vec<VideoRedundancy> {
    let now = app.clock().now();
    let entries = app.catalogue().all().into_iter();
    let ours = entries.filter(|entry| entry.listed.video.remote.is_none());
    let rows = ours.filter_map(|entry| {
        let video = &entry.listed.video;
        let size = video.playlist.iter().flat_map(Playlist::whole_files).map(|file| file.bytes).sum();
        let copy = |mirror: &RemoteMirror| VideoCopy {
            id: mirror.number,
            file_url: mirror.folder().to_owned(),
            strategy: None,
            created_at: mirror.created_at.unwrap_or(video.updated_at),
            updated_at: mirror.updated_at.unwrap_or(video.updated_at),
            expires_on: mirror.expires_at,
            size,
        };
        let copies: Vec<VideoCopy> =
            video.mirrors.iter().filter(|mirror| !mirror.is_over(now)).map(copy).collect();
        (!copies.is_empty()).then(|| row(app, &entry, copies))
    });
    rows.collect()
}

/// Our copies of others'. Blocks.
fn held(app: &App, strategy: Option<MirrorStrategy>) -> Result<Vec<VideoRedundancy>, StoreError> {
    let mut rows = Vec::new();
    for found in app.store().table::<MirrorKey>().take(COPIES_MAX) {
        let (_, mirror) = found?;
        if strategy.is_some_and(|strategy| strategy != mirror.strategy) {
            continue;
        }
        if let Some(entry) = app.catalogue().video(mirror.video) {
            rows.push(row(app, &entry, vec![copy(app, &mirror)]));
        }
    }
    Ok(rows)
}

fn copy(app: &App, mirror: &Mirror) -> VideoCopy {
    VideoCopy {
        id: mirror.id,
        file_url: addresses(app).of_path(&format!("{FILES_FOLDER}{}", mirror.uuid)),
        strategy: Some(mirror.strategy.to_string()),
        created_at: mirror.created_at,
        updated_at: mirror.updated_at,
        expires_on: mirror.expires_at,
        size: mirror.bytes,
    }
}

/// How much room copies take by why they were made, for the instance's figures: each strategy that has room or copies.
/// Blocks.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn figures(app: &App) -> Result<Vec<Value>, StoreError> {
    let config = app.config();
    let strategies = [
        MirrorStrategy::MostViews,
        MirrorStrategy::Trending,
        MirrorStrategy::RecentlyAdded,
        MirrorStrategy::Manual,
    ];
    let mut sums = strategies.map(|strategy| (strategy, 0u64, 0u64, 0u64));
    for found in app.store().table::<MirrorKey>().take(COPIES_MAX) {
        let (_, mirror) = found?;
        if let Some((_, used, videos, files)) = sums.iter_mut().find(|(of, ..)| *of == mirror.strategy) {
            *used = used.saturating_add(mirror.bytes);
            *videos += 1;
            *files += u64::try_from(mirror.stream.files.len()).unwrap_or(u64::MAX);
        }
    }
    let shown = sums.into_iter().filter_map(|(strategy, used, videos, files)| {
        let rule = config.redundancy.strategies.iter().find(|rule| rule.strategy == strategy);
        (rule.is_some() || 0 < videos).then(|| {
            value!({
                "strategy": strategy.as_str(),
                "totalSize": rule.map(|rule| rule.size.0),
                "totalUsed": used,
                "totalVideos": videos,
                "totalVideoFiles": files,
            })
        })
    });
    Ok(shown.collect())
}

impl From<WishError> for Failure {
    fn from(error: WishError) -> Failure {
        match error {
            WishError::NoSuchVideo => Failure::not_found("Video not found"),
            WishError::Ours => Failure::bad_request("Cannot create a redundancy on a local video"),
            WishError::Live => Failure::bad_request("Cannot create a redundancy of a live video"),
            WishError::Nothing => Failure::bad_request("This video has no stream that can be copied"),
            WishError::There => {
                Failure::new(StatusCode::CONFLICT, "This video is already duplicated by your instance.")
            }
            WishError::TooMany => Failure::new(StatusCode::CONFLICT, "Too many copies are waited for."),
            WishError::Store(error) => error.into(),
        }
    }
}
