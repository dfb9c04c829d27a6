//! What somebody types the address or the handle of, asked for at its own server.
//!
//! Owns who may have other servers asked. What is known already is not asked for, and what does not come is not there: a
//! search finds nothing then.

use std::time::Duration;

use http::StatusCode;
use shared::id::{ChannelId, Handle, PlaylistId, VideoId};

use super::extract::Ask;
use super::problem::Failure;
use crate::domain::host;
use crate::domain::mute::{INSTANCE, is_server_muted};
use crate::domain::viewer::Viewer;
use crate::federation::vocab::{host_of, is_url};
use crate::federation::{find, keep};
use crate::store::records::{Party, RemoteObject};

/// Somebody waits for the answer: then it is as if nothing was found. What was kept until then is not asked for again.
const ANSWER_DURATION_MAX: Duration = Duration::from_secs(20);

/// The video of another server that this is the address of.
///
/// # Errors
/// When the store fails.
pub async fn video(ask: &Ask, viewer: &Viewer, question: &str) -> Result<Option<VideoId>, Failure> {
    let Some(address) = elsewhere(ask, viewer, question).await? else { return Ok(None) };
    let known = address.clone();
    match ask.app.read(move |store| keep::object_of(store, &known)).await? {
        Some(RemoteObject::Video(video)) => return Ok(Some(video)),
        Some(RemoteObject::Comment(_) | RemoteObject::Playlist(_)) => return Ok(None),
        None => paced(ask)?,
    }
    let found = tokio::time::timeout(ANSWER_DURATION_MAX, find::video(&ask.app, &address)).await;
    Ok(match found {
        Ok(Ok(video)) => Some(video),
        Ok(Err(error)) => {
            tracing::debug!(address, %error, "what somebody looks for is no video");
            None
        }
        Err(_) => None,
    })
}

/// The list of videos of another server that this is the address of.
///
/// # Errors
/// When the store fails.
pub async fn playlist(ask: &Ask, viewer: &Viewer, question: &str) -> Result<Option<PlaylistId>, Failure> {
    let Some(address) = elsewhere(ask, viewer, question).await? else { return Ok(None) };
    let known = address.clone();
    if ask.app.read(move |store| keep::object_of(store, &known)).await?.is_none() {
        paced(ask)?;
    }
    let found = tokio::time::timeout(ANSWER_DURATION_MAX, find::playlist(&ask.app, &address)).await;
    Ok(match found {
        Ok(Ok(playlist)) => Some(playlist),
        Ok(Err(error)) => {
            tracing::debug!(address, %error, "what somebody looks for is no list");
            None
        }
        Err(_) => None,
    })
}

/// The channel of another server that this is the address or the handle of.
///
/// # Errors
/// When the store fails.
pub async fn channel(ask: &Ask, viewer: &Viewer, question: &str) -> Result<Option<ChannelId>, Failure> {
    let found = match handle_of(question, ask.app.url().host()) {
        Some((name, host)) => {
            if !may(ask, viewer, &host).await? {
                return Ok(None);
            }
            let (known_name, known_host) = (name.clone(), host.clone());
            let known = ask.app.read(move |store| keep::actor_named(store, &known_name, &known_host)).await?;
            if known.is_some() {
                return Ok(channel_of(known));
            }
            paced(ask)?;
            tokio::time::timeout(ANSWER_DURATION_MAX, find::actor_by_handle(&ask.app, &name, &host)).await
        }
        None => {
            let Some(address) = elsewhere(ask, viewer, question).await? else { return Ok(None) };
            let known = address.clone();
            if let Some(known) = ask.app.read(move |store| keep::actor_of(store, &known)).await? {
                return Ok(channel_of(Some(known)));
            }
            paced(ask)?;
            tokio::time::timeout(ANSWER_DURATION_MAX, find::actor_at(&ask.app, &address)).await
        }
    };
    Ok(match found {
        Ok(Ok(party)) => channel_of(Some(party)),
        Ok(Err(error)) => {
            tracing::debug!(question, %error, "what somebody looks for is no channel");
            None
        }
        Err(_) => None,
    })
}

/// Counts that another server is asked for whoever is at this address.
fn paced(ask: &Ask) -> Result<(), Failure> {
    let detail = "Too many questions to other servers. Please wait a minute.";
    let too_many = |_| Failure::new(StatusCode::TOO_MANY_REQUESTS, detail);
    ask.app.elsewhere_pace(ask.address()).map_err(too_many)
}

fn channel_of(party: Option<Party>) -> Option<ChannelId> {
    match party {
        Some(Party::Channel(channel)) => Some(channel),
        Some(Party::Instance | Party::Account(_)) | None => None,
    }
}

/// The question, where it is an address of another server that may be asked on behalf of this viewer.
async fn elsewhere(ask: &Ask, viewer: &Viewer, question: &str) -> Result<Option<String>, Failure> {
    if !is_url(question) {
        return Ok(None);
    }
    let Some(host) = host_of(question).filter(|host| host != ask.app.url().host()) else { return Ok(None) };
    Ok(may(ask, viewer, &host).await?.then(|| question.to_owned()))
}

/// Whether that server may be asked on behalf of this viewer.
async fn may(ask: &Ask, viewer: &Viewer, host: &str) -> Result<bool, Failure> {
    let search = &ask.app.config().search;
    let is_allowed = search.remote_uri_anonymous || (search.remote_uri_users && viewer.person().is_some());
    if !is_allowed {
        return Ok(false);
    }
    let host = host.to_owned();
    Ok(!ask.app.read(move |store| is_server_muted(store, INSTANCE, &host)).await?)
}

/// Name and host of a handle of another server.
pub(super) fn handle_of(question: &str, own_host: &str) -> Option<(String, String)> {
    let handle: Handle = question.parse().ok()?;
    let host = host::parse(&handle.host?).filter(|host| host != own_host)?;
    Some((handle.name, host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_of_others_are_looked_for_there() {
        let found = |text: &str| handle_of(text, "films.example");
        let tides = Some(("tides".to_owned(), "sea.example:9000".to_owned()));
        assert_eq!(found("@tides@sea.example:9000"), tides);
        assert_eq!(found("tides@SEA.example:9000"), tides);
        for text in ["tides", "tides@films.example", "a tide @ sea", "https://sea.example/c/tides"] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
