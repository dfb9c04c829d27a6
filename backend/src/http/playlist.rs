//! `/video-playlists`, and the lists of videos of accounts, channels and oneself.

use std::fmt::Write as _;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use http::StatusCode;
use serde_json::json;
use shared::api::{
    ExistingElement, MadeElement, MadeElementId, MadePlaylist, MadePlaylistNames, Page, VideoPlaylist,
};
use shared::id::{ElementId, Uuid, VideoId, VideoRef};
use shared::limits::{PLAYLIST_ELEMENTS_MAX, PLAYLISTS_PER_ACCOUNT_MAX};

use super::channel::total;
use super::comment::too_many;
use super::extract::{Ask, Body, PageAsked, Segment};
use super::fields::Fields;
use super::problem::Failure;
use super::respond::{Outcome, json, json_text, no_content};
use super::{actor, form, video_list, views};
use crate::app::App;
use crate::directory::Cut;
use crate::domain::makers::Makers;
use crate::domain::playlist::form::{PRIVACIES, read_change, read_new};
use crate::domain::playlist::{self, Hidden, Move, NewElement, PlaylistError};
use crate::domain::video::edit::EditError;
use crate::domain::video::sight::Address;
use crate::domain::viewer::Viewer;
use crate::domain::wrong::Wrong;
use crate::files::disk;
use crate::files::remove::picture_name;
use crate::playlists::{By, Order, Whose};
use crate::store::records::{Element, PlaylistKind, PlaylistPrivacy, VideoPlaylist as Record};
use crate::store::{Durability, StoreError};
use crate::uploads::{SentPictures, UploadError, cut_pictures};

/// Three numbers.
const ELEMENT_BYTES_MAX: usize = 4 * 1024;
/// Videos that are looked up at once: as many as a page has cards.
const VIDEOS_MAX: usize = 100;
/// Longer than any name; a longer text only costs us time.
const SEARCH_LENGTH_MAX: usize = 200;
/// Seconds into a video: more than a year of it is a mistake.
const SECONDS_MAX: u64 = 366 * 24 * 60 * 60;

/// `GET /api/v1/video-playlists`
pub async fn list(ask: Ask) -> Outcome {
    let viewer = ask.viewer().await?;
    let asked = asked(&ask)?;
    if asked.kind == Some(PlaylistKind::WatchLater) {
        // Nobody's is for everybody.
        return json(&Page::<VideoPlaylist>::default());
    }
    let hidden = ask.app.mutes().hidden_from(&viewer);
    rows(&ask, &ask.app.playlists().public((asked.page.start, asked.page.count), asked.order, &hidden))
}

/// `GET /api/v1/accounts/{name}/video-playlists`: all of them to their owner, the public ones to others. Their owner may
/// ask for those of the channels they edit, too.
pub async fn of_account(name: Segment, ask: Ask) -> Outcome {
    let viewer = ask.viewer().await?;
    let account = actor::find_account(&name, &ask).await?.id;
    let is_own = viewer.person().is_some_and(|who| who.account == account);
    let edited = if ask.truth("includeCollaborations")? == Some(true) && is_own {
        ask.app.catalogue().edited_by(account).iter().map(|publisher| publisher.channel.id).collect()
    } else {
        Vec::new()
    };
    of(&ask, Whose::Account { account, edited }, is_own).await
}

/// `GET /api/v1/video-channels/{name}/video-playlists`: all of them to who manages it, the public ones to others.
pub async fn of_channel(name: Segment, ask: Ask) -> Outcome {
    let viewer = ask.viewer().await?;
    let channel = actor::find_channel(&name, &ask).await?;
    let is_own = viewer.person().is_some_and(|who| Makers::of(&channel).manage(who.account));
    of(&ask, Whose::Channel(channel.id), is_own).await
}

async fn of(ask: &Ask, whose: Whose, is_own: bool) -> Outcome {
    let asked = asked(ask)?;
    let channels = actor::named_channels(ask).await?;
    let wanted = |playlist: &Record| {
        (is_own || playlist.privacy == PlaylistPrivacy::Public)
            && channels.as_ref().is_none_or(|all| playlist.channel.is_some_and(|one| all.contains(&one)))
            && asked.kind.is_none_or(|kind| playlist.kind == kind)
            && (asked.word.is_empty() || playlist.name.to_lowercase().contains(&asked.word))
    };
    let page = (asked.page.start, asked.page.count);
    rows(ask, &ask.app.playlists().of(&whose, page, wanted, asked.order))
}

fn rows(ask: &Ask, cut: &Cut<Record>) -> Outcome {
    let data = cut.rows.iter().filter_map(|playlist| views::playlist(&ask.app, playlist)).collect();
    json(&Page { total: total(cut.total), data })
}

struct Asked {
    page: PageAsked,
    order: Order,
    kind: Option<PlaylistKind>,
    word: String,
}

fn asked(ask: &Ask) -> Result<Asked, Failure> {
    let page = ask.page()?;
    let sort = ask.parameter("sort").filter(|sort| !sort.is_empty());
    let sort = sort.unwrap_or_else(|| "-createdAt".to_owned());
    let (name, descending) = sort.strip_prefix('-').map_or((sort.as_str(), false), |name| (name, true));
    let by = match name {
        "createdAt" | "id" => By::Created,
        "updatedAt" => By::Updated,
        "name" | "displayName" => By::Name,
        "videoChannelPosition" => By::Place,
        _ => return Err(Wrong::query("sort", Some(&sort), "Invalid value").into()),
    };
    let kind = match ask.parameter("playlistType").as_deref() {
        None | Some("") => None,
        Some("1") => Some(PlaylistKind::Regular),
        Some("2") => Some(PlaylistKind::WatchLater),
        kind => return Err(Wrong::query("playlistType", kind, "Should be 1 or 2").into()),
    };
    let word = ask.parameter("search").unwrap_or_default().to_lowercase();
    if SEARCH_LENGTH_MAX < word.chars().count() {
        let message = format!("Should be at most {SEARCH_LENGTH_MAX} characters long");
        return Err(Wrong::query("search", None, message).into());
    }
    Ok(Asked { page, order: Order { by, descending }, kind, word })
}

/// `GET /api/v1/video-playlists/privacies`
pub async fn privacies() -> Outcome {
    let pairs: Vec<String> = PRIVACIES.iter().map(|(id, name)| format!("\"{id}\":{}", json!(name))).collect();
    Ok(json_text(format!("{{{}}}", pairs.join(","))))
}

/// `GET /api/v1/video-playlists/{id}`
pub async fn show(id: Segment, ask: Ask) -> Outcome {
    let (playlist, _) = visible(&id, &ask).await?;
    json(&views::playlist(&ask.app, &playlist).ok_or(PlaylistError::NoSuchPlaylist)?)
}

/// `POST /api/v1/video-playlists`
pub async fn create(ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let sent = form::form(&ask, body).await?;
    let wish = read_new(&sent.fields)?;
    if let Err(wait) = ask.app.name_pace(who.account) {
        return Ok(too_many(wait));
    }
    let uuid = ask.app.dice().uuid();
    let thumbnail = put_thumbnail(&ask.app, uuid, sent.pictures).await?;
    let shown = thumbnail.clone();
    let made = ask
        .app
        .write(Durability::Flushed, move |write, now| playlist::create(write, now, &who, uuid, wish, shown))
        .await;
    if made.is_err() {
        remove_thumbnail(&ask.app, thumbnail).await?;
    }
    let id = made?.id;
    json(&MadePlaylist { video_playlist: MadePlaylistNames { id, short_uuid: uuid.short(), uuid } })
}

/// `PUT /api/v1/video-playlists/{id}`
pub async fn update(id: Segment, ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let (found, _) = find(&id, &ask.app)?;
    let (id, uuid) = (found.id, found.uuid);
    // Before a picture is taken in: a stranger's would cost as much.
    ask.app.read(move |store| playlist::changeable(store, &who, id)).await?;
    let sent = form::form(&ask, body).await?;
    let wish = read_change(&sent.fields)?;
    let thumbnail = put_thumbnail(&ask.app, uuid, sent.pictures).await?;
    let shown = thumbnail.clone();
    let updated = ask
        .app
        .write(Durability::Flushed, move |write, now| playlist::update(write, now, &who, id, wish, shown))
        .await;
    // What the record names no more, or never came to name.
    let unused = updated.as_ref().map_or(thumbnail, Clone::clone);
    remove_thumbnail(&ask.app, unused).await?;
    updated?;
    Ok(no_content())
}

/// `DELETE /api/v1/video-playlists/{id}`
pub async fn delete(id: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let id = find(&id, &ask.app)?.0.id;
    ask.app.write(Durability::Flushed, move |write, now| playlist::delete(write, now, &who, id)).await?;
    Ok(no_content())
}

/// `GET /api/v1/video-playlists/{id}/videos`
pub async fn elements(id: Segment, ask: Ask) -> Outcome {
    let (playlist, viewer) = visible(&id, &ask).await?;
    let page = ask.page()?;
    let (id, cut) = (playlist.id, (page.start, page.count));
    let rows = ask.app.read(move |store| playlist::elements(store, id, cut)).await?;
    let mut text = String::new();
    let mut out = BytesMut::new();
    out.extend_from_slice(format!("{{\"total\":{},\"data\":[", playlist.videos).as_bytes());
    for (at, (position, element)) in rows.iter().enumerate() {
        text.clear();
        let (kind, video) = shown(&ask.app, &viewer, element.video);
        let number = |number: Option<u64>| number.map_or_else(|| "null".to_owned(), |n| n.to_string());
        // A text in memory takes all that is written.
        let _ = write!(
            text,
            "{}{{\"id\":{},\"position\":{position},\"startTimestamp\":{},\"stopTimestamp\":{},\"type\":{kind},\
             \"video\":",
            if at == 0 { "" } else { "," },
            element.id,
            number(element.start),
            number(element.stop),
        );
        out.extend_from_slice(text.as_bytes());
        out.extend_from_slice(&video);
        out.extend_from_slice(b"}");
    }
    out.extend_from_slice(b"]}");
    Ok(json_text(out.freeze()))
}

/// A video for a reader of a list, with PeerTube's number for what became of it.
fn shown(app: &App, viewer: &Viewer, video: VideoId) -> (u32, Bytes) {
    const REGULAR: u32 = 0;
    const DELETED: u32 = 1;
    const PRIVATE: u32 = 2;
    const UNAVAILABLE: u32 = 3;
    let null = Bytes::from_static(b"null");
    // One that is being removed is still in the list for a moment.
    let Some(entry) = app.catalogue().video(video) else { return (DELETED, null) };
    match entry.listed.sight().opens_to(viewer, Address::Uuid) {
        Ok(()) => (REGULAR, video_list::card(app, &entry)),
        Err(_) if entry.listed.sight().is_blocked => (UNAVAILABLE, null),
        Err(_) => (PRIVATE, null),
    }
}

/// `POST /api/v1/video-playlists/{id}/videos`
pub async fn add(id: Segment, ask: Ask, body: Body) -> Outcome {
    let viewer = ask.viewer().await?;
    let who = ask.person().await?;
    let (found, _) = find(&id, &ask.app)?;
    let id = found.id;
    ask.app.read(move |store| playlist::changeable(store, &who, id)).await?;
    let mut fields = Fields::read(&ask, body, ELEMENT_BYTES_MAX).await?;
    let name = video_name(&mut fields);
    let (start, stop) = (seconds(&mut fields, "startTimestamp"), seconds(&mut fields, "stopTimestamp"));
    fields.end()?;
    let missing = EditError::NoSuchVideo;
    let (entry, by) = name.and_then(|name| ask.app.catalogue().find(name)).ok_or(missing)?;
    entry.listed.sight().opens_to(&viewer, by)?;
    let new = NewElement { video: entry.listed.video.id, start: start.flatten(), stop: stop.flatten() };
    let made = ask.app.write(Durability::Flushed, move |write, now| playlist::add(write, now, &who, id, new));
    json(&MadeElement { video_playlist_element: MadeElementId { id: made.await? } })
}

fn video_name(fields: &mut Fields) -> Option<VideoRef> {
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

/// A second, or `null` for none; none where the field is absent.
fn seconds(fields: &mut Fields, path: &str) -> Option<Option<u64>> {
    if fields.is_null(path) {
        return Some(None);
    }
    fields.number(path, 0..=SECONDS_MAX).map(Some)
}

/// `PUT /api/v1/video-playlists/{id}/videos/{element}`
pub async fn change(id: Segment, element: Segment, ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let id = find(&id, &ask.app)?.0.id;
    ask.app.read(move |store| playlist::changeable(store, &who, id)).await?;
    let element = element_of(&element)?;
    let mut fields = Fields::read(&ask, body, ELEMENT_BYTES_MAX).await?;
    let (start, stop) = (seconds(&mut fields, "startTimestamp"), seconds(&mut fields, "stopTimestamp"));
    fields.end()?;
    let changed = ask.app.write(Durability::Flushed, move |write, now| {
        playlist::change(write, now, &who, (id, element), start, stop)
    });
    changed.await?;
    Ok(no_content())
}

/// `DELETE /api/v1/video-playlists/{id}/videos/{element}`
pub async fn remove(id: Segment, element: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let id = find(&id, &ask.app)?.0.id;
    ask.app.read(move |store| playlist::changeable(store, &who, id)).await?;
    let element = element_of(&element)?;
    let removed = ask
        .app
        .write(Durability::Flushed, move |write, now| playlist::remove(write, now, &who, (id, element)));
    removed.await?;
    Ok(no_content())
}

fn element_of(element: &Segment) -> Result<ElementId, Failure> {
    element.parse("playlistElementId", "Should have an element id/uuid")
}

/// Reads what is moved where.
async fn read_move(ask: &Ask, body: Body) -> Result<Move, Failure> {
    let mut fields = Fields::read(ask, body, ELEMENT_BYTES_MAX).await?;
    let first = fields.number("startPosition", 1..=PLAYLIST_ELEMENTS_MAX);
    let behind = fields.number("insertAfterPosition", 0..=PLAYLIST_ELEMENTS_MAX);
    let count = fields.number("reorderLength", 1..=PLAYLIST_ELEMENTS_MAX);
    let wish = Move {
        first: fields.required("startPosition", first),
        behind: fields.required("insertAfterPosition", behind),
        count: count.unwrap_or(1),
    };
    fields.end()?;
    Ok(wish)
}

/// `POST /api/v1/video-channels/{name}/video-playlists/reorder`
pub async fn reorder_channel(name: Segment, ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let channel = actor::find_channel(&name, &ask).await?.id;
    ask.app.read(move |store| playlist::check_order(store, &who, channel)).await?;
    let wish = read_move(&ask, body).await?;
    ask.app
        .write(Durability::Flushed, move |write, _| playlist::reorder_channel(write, &who, channel, wish))
        .await?;
    Ok(no_content())
}

/// `POST /api/v1/video-playlists/{id}/videos/reorder`
pub async fn reorder(id: Segment, ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let id = find(&id, &ask.app)?.0.id;
    ask.app.read(move |store| playlist::changeable(store, &who, id)).await?;
    let wish = read_move(&ask, body).await?;
    let moved =
        ask.app.write(Durability::Flushed, move |write, now| playlist::reorder(write, now, &who, id, wish));
    moved.await?;
    Ok(no_content())
}

/// `GET /api/v1/users/me/video-playlists/videos-exist`
pub async fn exist(ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let wrong = || {
        let message = format!("Should have 1 to {VIDEOS_MAX} video ids");
        Failure::from(Wrong::query("videoIds", None, message))
    };
    let pairs = ask.pairs();
    let asked = pairs.iter().filter(|(name, _)| name == "videoIds" || name.starts_with("videoIds["));
    let videos: Vec<VideoId> =
        asked.map(|(_, id)| id.parse()).collect::<Result<_, _>>().map_err(|_| wrong())?;
    if videos.is_empty() || VIDEOS_MAX < videos.len() {
        return Err(wrong());
    }
    let found = ask.app.read(move |store| {
        let places = |video: VideoId| Ok((video, playlist::existing(store, who.account, video)?));
        videos.into_iter().map(places).collect::<Result<Vec<_>, StoreError>>()
    });
    let place = |(playlist, element): &(Record, Element)| ExistingElement {
        playlist_element_id: element.id,
        playlist_id: playlist.id,
        playlist_display_name: playlist.name.clone(),
        playlist_short_uuid: playlist.uuid.short(),
        start_timestamp: element.start,
        stop_timestamp: element.stop,
    };
    let mut answer = serde_json::Map::new();
    for (video, places) in found.await? {
        let places: Vec<_> = places.iter().map(place).collect();
        answer.insert(video.to_string(), json!(places));
    }
    json(&answer)
}

/// The list of a path, if there is one.
fn find(id: &Segment, app: &App) -> Result<(Arc<Record>, Address), Failure> {
    Ok(app.playlists().find(&id.0).ok_or(PlaylistError::NoSuchPlaylist)?)
}

/// The list of a path, if whoever asks may see it.
async fn visible(id: &Segment, ask: &Ask) -> Result<(Arc<Record>, Viewer), Failure> {
    let viewer = ask.viewer().await?;
    let (playlist, by) = find(id, &ask.app)?;
    let publisher = playlist.channel.and_then(|channel| ask.app.catalogue().publisher(channel));
    let makers = publisher.as_ref().map(|publisher| &publisher.makers);
    playlist::opens_to(&playlist, makers, &viewer, by)?;
    Ok((playlist, viewer))
}

async fn put_thumbnail(app: &App, uuid: Uuid, sent: SentPictures) -> Result<Option<String>, Failure> {
    let sent = SentPictures { preview: None, ..sent };
    let Some(jpeg) = cut_pictures(app, sent).await?.thumbnail else { return Ok(None) };
    let written = app.blocking(move |app| {
        let name = picture_name(uuid, app.dice().bytes());
        disk::write_whole(&app.layout().thumbnail(&name), &app.layout().tmp().join(&name), &jpeg)?;
        Ok::<_, UploadError>(name)
    });
    Ok(Some(written.await?))
}

async fn remove_thumbnail(app: &App, name: Option<String>) -> Result<(), Failure> {
    let Some(name) = name else { return Ok(()) };
    let removed = app.blocking(move |app| disk::remove_if_there(&app.layout().thumbnail(&name)));
    Ok(removed.await.map_err(UploadError::from)?)
}

impl From<Hidden> for Failure {
    fn from(hidden: Hidden) -> Failure {
        match hidden {
            Hidden::Absent => PlaylistError::NoSuchPlaylist.into(),
            Hidden::SignIn => Failure::new(StatusCode::UNAUTHORIZED, "Not authenticated"),
            Hidden::NotForYou => Failure::forbidden("Cannot get this private video playlist."),
        }
    }
}

impl From<PlaylistError> for Failure {
    fn from(error: PlaylistError) -> Failure {
        match error {
            PlaylistError::NoSuchPlaylist => Failure::not_found("Video playlist not found"),
            PlaylistError::NotYours => Failure::forbidden("Cannot manage video playlist of another user."),
            PlaylistError::NoSuchChannel => Failure::not_found("Video channel not found"),
            PlaylistError::ChannelNotYours => {
                Failure::forbidden("Cannot show a playlist in a channel of another user.")
            }
            PlaylistError::PublicWithoutChannel => {
                Failure::bad_request("Cannot set as public a playlist that is not assigned to a channel.")
            }
            PlaylistError::WatchLater => {
                Failure::bad_request("Cannot update or delete a watch later playlist.")
            }
            PlaylistError::TooMany => Failure::bad_request(format!(
                "You cannot have more than {PLAYLISTS_PER_ACCOUNT_MAX} playlists"
            )),
            PlaylistError::Full => Failure::bad_request(format!(
                "A playlist cannot hold more than {PLAYLIST_ELEMENTS_MAX} videos"
            )),
            PlaylistError::NoSuchElement => Failure::not_found("Video playlist element not found"),
            PlaylistError::BehindTheEnd(max) => Failure::bad_request(format!(
                "Start position or insert after position exceed the playlist limits (max: {max})"
            )),
            PlaylistError::TooLong(max) => Failure::bad_request(format!(
                "Reorder length with this start position exceeds the playlist limits (max: {max})"
            )),
            PlaylistError::Store(error) => error.into(),
        }
    }
}
