//! From what was said to the bytes that are sent.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::Serialize;
use serde_json::{Map, Value};
use shared::id::PostId;
use shared::time::Timestamp;

use super::speaker::{Speaker, speaker};
use super::{actor, comment, elsewhere, mirror, playlist, video};
use crate::app::App;
use crate::documents::addresses;
use crate::domain::federation::Document;
use crate::domain::federation::cache_file::Copied;
use crate::domain::federation::context::Context;
use crate::federation::sign::PrivateKey;
use crate::federation::sign::linked::{self, Contexts};
use crate::keys::{KeyError, key_of};
use crate::store::StoreError;
use crate::store::records::{ActorKey, Opinion, Post, Said};

/// Why something could not be put into words.
#[derive(Debug, thiserror::Error)]
pub enum WordsError {
    /// The disk fails, or a row is damaged.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Whoever says it has no key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// It has no JSON form.
    #[error("it has no form")]
    Form(#[from] serde_json::Error),
}

/// What is said of something, as it is put into words.
pub(super) enum Says {
    /// An activity, to be signed.
    Activity(Map<String, Value>),
    /// An activity that is signed by nobody but whoever sends it: it holds words that have no meaning to others.
    Plain(Map<String, Value>),
    /// Bytes that were signed by somebody else.
    AsItIs(String),
}

/// An activity in words with a meaning.
pub(super) fn activity(context: Context, says: impl Serialize) -> Result<Map<String, Value>, WordsError> {
    match serde_json::to_value(Document::new(context, says))? {
        Value::Object(activity) => Ok(activity),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Err(WordsError::Form(serde::ser::Error::custom("an activity is an object")))
        }
    }
}

/// What something says now, signed by whoever says it; none where it is gone, or no longer for others.
///
/// # Errors
/// [`WordsError`].
pub async fn words(
    app: &App,
    contexts: Arc<Contexts>,
    (id, post): (PostId, Post),
) -> Result<Option<Bytes>, WordsError> {
    let (by, said) = (post.by, post.said.clone());
    let who = app.blocking(move |app| speaker(app.store(), &addresses(app), (by, &said))).await?;
    let Some(who) = who else { return Ok(None) };
    let key = key_of(app, &who.name).await?;
    app.blocking(move |app| {
        let Some(says) = say(app, (id, &post), &who, &key)? else { return Ok(None) };
        let bytes = match says {
            Says::Activity(activity) => {
                serde_json::to_vec(&signed(activity, &who.address, post.at, &key, &contexts))?
            }
            Says::Plain(activity) => serde_json::to_vec(&activity)?,
            Says::AsItIs(text) => text.into_bytes(),
        };
        Ok(Some(bytes.into()))
    })
    .await
}

/// What something says now.
fn say(
    app: &App,
    (id, post): (PostId, &Post),
    who: &Speaker,
    key: &ActorKey,
) -> Result<Option<Says>, WordsError> {
    let activity = match &post.said {
        Said::VideoCreated(video) => video::created(app, who, *video)?,
        Said::VideoUpdated(video) => video::updated(app, who, *video, post.at)?,
        Said::VideoShared(video) => video::shared(app, post.by, *video)?,
        Said::VideoUnshared(video) => video::unshared(app, post.by, *video)?,
        Said::VideoDeleted(uuid) => video::deleted(app, who, *uuid)?,
        Said::Viewed(video) => elsewhere::viewed(app, *video, id)?,
        Said::Watching(video) => elsewhere::watching(app, *video, post.at)?,
        Said::Watched(viewing) => elsewhere::watched(app, viewing)?,
        Said::Liked(video) => elsewhere::rated(app, who, post.by, (*video, Opinion::Like, true))?,
        Said::Unliked(video) => elsewhere::rated(app, who, post.by, (*video, Opinion::Like, false))?,
        Said::Disliked(video) => elsewhere::rated(app, who, post.by, (*video, Opinion::Dislike, true))?,
        Said::Undisliked(video) => elsewhere::rated(app, who, post.by, (*video, Opinion::Dislike, false))?,
        Said::Flagged(abuse) => return Ok(elsewhere::flagged(app, who, *abuse)?.map(Says::Plain)),
        Said::CommentCreated(id) => comment::created(app, who, *id)?,
        Said::CommentUpdated(id) => comment::updated(app, who, *id, post.at)?,
        Said::CommentApproved(id) => comment::approved(app, who, *id)?,
        Said::CommentRejected { comment, video, url, parent } => {
            Some(comment::rejected(app, who, (*video, *comment), (url.as_str(), *parent))?)
        }
        Said::CommentRemoved { comment, video, url } => {
            Some(comment::removed(app, who, (*video, *comment), url)?)
        }
        Said::CommentDeleted { comment, video } => Some(comment::deleted(app, who, (*video, *comment))?),
        Said::PlaylistCreated(id) => playlist::created(app, who, *id)?,
        Said::PlaylistUpdated(id) => playlist::updated(app, who, *id, post.at)?,
        Said::PlaylistDeleted(uuid) => Some(playlist::deleted(app, who, *uuid)?),
        Said::MirrorCreated(id) => mirror::created(app, *id)?,
        Said::MirrorUpdated(id) => mirror::updated(app, *id, post.at)?,
        Said::MirrorEnded { video, url, owner, expires_at } => {
            Some(mirror::ended(app, owner, &Copied { video: *video, url, expires_at: *expires_at })?)
        }
        Said::Changed => actor::changed(app, who, post, key)?,
        Said::Gone(_) => Some(actor::gone(who)?),
        Said::Words(text) => return Ok(Some(as_said(text, who))),
    };
    Ok(activity.map(Says::Activity))
}

/// Words that were said before: ours without a signature are signed, and everybody else's stay as they are.
fn as_said(text: &str, who: &Speaker) -> Says {
    let is_unsigned_ours = |activity: &Map<String, Value>| {
        activity.get("actor").and_then(Value::as_str) == Some(&who.address)
            && !activity.contains_key("signature")
            && activity.contains_key("@context")
    };
    match serde_json::from_str::<Map<String, Value>>(text) {
        Ok(activity) if is_unsigned_ours(&activity) => Says::Activity(activity),
        Ok(_) | Err(_) => Says::AsItIs(text.to_owned()),
    }
}

/// The same, signed. What cannot be signed so goes without: the request that carries it is signed by the same key.
fn signed(
    activity: Map<String, Value>,
    creator: &str,
    at: Timestamp,
    key: &ActorKey,
    contexts: &Contexts,
) -> Map<String, Value> {
    let private = STANDARD.decode(&key.private).ok().and_then(|der| PrivateKey::from_pkcs8(&der).ok());
    let Some(private) = private else {
        tracing::error!(creator, "a key cannot be read, and signs nothing");
        return activity;
    };
    match linked::sign(activity.clone(), creator, at, &private, contexts) {
        Ok(signed) => signed,
        Err(error) => {
            tracing::error!(creator, %error, "an activity cannot be passed on by others");
            activity
        }
    }
}
