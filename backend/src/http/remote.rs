//! `/lazy-static/remote/…`: pictures and words of other servers, as this one keeps them. Whoever looks at them asks nobody
//! else.
//!
//! Owns who may have which, and how long they are kept by others. Never answers with an address of another server.

use bytes::Bytes;
use http::StatusCode;
use http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, ETAG, HeaderName, HeaderValue, IF_NONE_MATCH,
    X_CONTENT_TYPE_OPTIONS,
};
use shared::id::{Uuid, VideoRef};
use warp::reply::Response;

use super::extract::{Ask, Segment};
use super::media_type::media_type;
use super::problem::Failure;
use super::respond::{Outcome, empty, text_of, with_header};
use crate::app::App;
use crate::copies::{self, CopyError, Makes, Origin};
use crate::files::cached::{self, Form, Named, Owner};
use crate::store::records::{RemotePicture, RepairTarget};

/// `GET /lazy-static/remote/{kind}/{owner}/{name}`
pub async fn show(kind: Segment, owner: Segment, name: Segment, ask: Ask) -> Outcome {
    let absent = || Failure::not_found("File not found");
    let owner = Owner::parse(&kind.0, &owner.0).ok_or_else(absent)?;
    let named = Named::parse(&name.0).ok_or_else(absent)?;
    let Wanted { file, origin } = wanted(&ask.app, owner, named, &name.0).ok_or_else(absent)?;
    let tag = format!("\"{}\"", name.0);
    // Other bytes have another name.
    if ask.header(IF_NONE_MATCH).is_some_and(|known| known.contains(&tag)) {
        return Ok(with_terms(empty(StatusCode::NOT_MODIFIED), &tag));
    }
    let bytes: Bytes = copies::get(&ask.app, &file, &origin).await?;
    Ok(with_terms(text_of(media_type(&name.0), bytes), &tag))
}

fn with_terms(response: Response, tag: &str) -> Response {
    // As long as PeerTube has pictures kept.
    let response = with_header(response, CACHE_CONTROL, "public, max-age=172800");
    let response = with_header(response, X_CONTENT_TYPE_OPTIONS, "nosniff");
    // Players on other sites show words and pictures, too.
    let response = with_header(response, ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    let mut response =
        with_header(response, HeaderName::from_static("cross-origin-resource-policy"), "cross-origin");
    if let Ok(tag) = HeaderValue::from_str(tag) {
        response.headers_mut().insert(ETAG, tag);
    }
    response
}

/// A file that is to be had.
struct Wanted {
    /// Its name among the copies.
    file: String,
    origin: Origin,
}

/// What an address means, as far as a row names it: nothing else is ever fetched.
fn wanted(app: &App, owner: Owner, named: Named, name: &str) -> Option<Wanted> {
    match (owner, named) {
        (Owner::Account(id), Named::Picture { picture, .. }) => {
            let account = app.directory().account(id)?;
            let of = RepairTarget::Account(account.id);
            picture_of(cached::of_actor(account.remote.as_deref()?, picture)?, of, name)
        }
        (Owner::Channel(id), Named::Picture { picture, .. }) => {
            let channel = app.directory().channel(id)?;
            let of = RepairTarget::Channel(channel.id);
            picture_of(cached::of_actor(channel.remote.as_deref()?, picture)?, of, name)
        }
        (Owner::Video(uuid), Named::Picture { picture, .. }) => {
            let (entry, _) = app.catalogue().find(VideoRef::Uuid(uuid))?;
            let video = &entry.listed.video;
            let of = RepairTarget::Video(video.id);
            picture_of(cached::of_video(video.remote.as_deref()?, picture)?, of, name)
        }
        (Owner::Playlist(uuid), Named::Picture { picture, .. }) => {
            let playlist = app.playlists().get(app.playlists().holder(uuid)?)?;
            let of = RepairTarget::Account(playlist.account);
            picture_of(cached::of_playlist(playlist.remote.as_deref()?, picture)?, of, name)
        }
        (Owner::Video(uuid), Named::Words) => words_of(app, uuid, name),
        (Owner::Account(_) | Owner::Channel(_) | Owner::Playlist(_), Named::Words) => None,
    }
}

fn picture_of(
    (picture, forms): (&RemotePicture, Vec<(String, Form)>),
    of: RepairTarget,
    name: &str,
) -> Option<Wanted> {
    forms.iter().any(|(file, _)| file == name).then(|| Wanted {
        file: name.to_owned(),
        origin: Origin { url: picture.url.clone(), of, makes: Makes::Pictures(forms) },
    })
}

fn words_of(app: &App, uuid: Uuid, name: &str) -> Option<Wanted> {
    let (entry, _) = app.catalogue().find(VideoRef::Uuid(uuid))?;
    let video = &entry.listed.video;
    let remote = video.remote.as_deref()?;
    let found = video.captions.iter().zip(&remote.captions).find(|(caption, _)| caption.file_name == name);
    let (caption, there) = found?;
    debug_assert_eq!(
        caption.language, there.language,
        "captions of other servers stand in the order of ours"
    );
    let file = name.to_owned();
    let of = RepairTarget::Video(video.id);
    Some(Wanted { origin: Origin { url: there.url.clone(), of, makes: Makes::Words(file.clone()) }, file })
}

impl From<CopyError> for Failure {
    fn from(error: CopyError) -> Failure {
        match error {
            CopyError::Fetch(_)
            | CopyError::Failed
            | CopyError::NotAPicture(_)
            | CopyError::NotWords(_)
            | CopyError::OtherName => Failure::not_found("The file is not to be had from its server"),
            CopyError::Busy => Failure::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "Too many files of other servers are waited for. Try again in a moment.",
            ),
            CopyError::Disk(error) => Failure::internal(&error),
        }
    }
}

#[cfg(test)]
#[path = "remote_tests.rs"]
mod tests;
