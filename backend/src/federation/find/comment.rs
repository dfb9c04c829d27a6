//! What is said elsewhere about videos, here or there.
//!
//! Owns the climb from an answer to what it answers, up to a video. A thread is kept from its beginning on: nothing is kept
//! whose place is not known.

use shared::id::{CommentId, VideoId};

use super::actor::{actor_within, is_muted};
use super::budget::Budget;
use super::flights::Kind;
use super::ours::{Talk, talk};
use super::replies::replies;
use super::video::{Wish, put, video_within};
use super::{FRESH_DURATION, FindError, elsewhere};
use crate::app::App;
use crate::domain::repair;
use crate::federation::fetch::FetchError;
use crate::federation::keep;
use crate::federation::keep::{Intake, KeepError, Place};
use crate::federation::vocab::{Note, Thing, host_of};
use crate::store::records::{Party, RepairTarget};
use crate::store::tables::CommentKey;
use crate::store::{Durability, Read, StoreError};

/// Answers to answers that are climbed.
pub(super) const CLIMB_MAX: usize = 30;

/// The comment with this id: as it is known, and else as its server has it, with all it answers.
///
/// # Errors
/// [`FindError`].
pub async fn comment(app: &App, id: &str) -> Result<CommentId, FindError> {
    comment_within(app, &mut Budget::new(), id).await
}

/// The same, out of a budget.
///
/// # Errors
/// [`FindError`].
pub async fn comment_within(app: &App, budget: &mut Budget, id: &str) -> Result<CommentId, FindError> {
    if let Some(known) = known(app, id).await? {
        return of_comment(known);
    }
    let _flight = app.flights().take(Kind::Comment, id).await;
    if let Some(known) = known(app, id).await? {
        return of_comment(known);
    }
    let (mut place, notes) = climb(app, budget, id).await?;
    if notes.is_empty() {
        // It is known by another address.
        return of_comment(place);
    }
    let mut last = None;
    for note in notes.into_iter().rev() {
        let kept = keep(app, budget, note, place).await?;
        let (Talk::Video(video) | Talk::Comment(video, _)) = place;
        place = Talk::Comment(video, kept);
        last = Some(kept);
    }
    last.ok_or(FindError::Kind)
}

/// Reads a comment that is known as its server has it now, with what answers it: its text may have changed, and it may be
/// gone.
///
/// # Errors
/// [`FindError`].
pub async fn comment_anew(app: &App, comment: CommentId) -> Result<(), FindError> {
    let row = app.read(move |store| store.get(&CommentKey { comment })).await?;
    let Some(row) = row.filter(|row| !row.is_deleted()) else { return Ok(()) };
    let (Some(remote), Some(author)) = (row.remote, row.author) else { return Ok(()) };
    if is_muted(app, host_of(&remote.url).ok_or(FetchError::Address)?).await? {
        return Err(FindError::Muted);
    }
    let mut budget = Budget::new();
    let found = budget.document(app, &remote.url).await;
    let target = RepairTarget::Comment(comment);
    let found = match found {
        Ok(found) => found,
        Err(error) if error.is_gone() => {
            let is_sure = error.is_gone_for_good();
            let removing = app.write(Durability::Flushed, move |write, now| {
                if repair::is_lost(write, now, target, is_sure)? {
                    keep::remove::comment(write, now, comment)?;
                }
                Ok::<_, FindError>(())
            });
            removing.await?;
            return Err(error);
        }
        Err(error) => return Err(error),
    };
    let note = Note::read(&found.value)?;
    let config = app.config();
    note.check(elsewhere(app, &config))?;
    if note.id != remote.url || found.url != remote.url {
        return Err(FetchError::Elsewhere.into());
    }
    let place = Place { video: row.video, parent: row.parent, author };
    let (dice, host) = (app.dice(), app.url().host().to_owned());
    app.write(Durability::Relaxed, move |write, now| {
        repair::found(write, target)?;
        keep::comment_read(write, now, comment)?;
        let name = || dice.uuid();
        let intake = Intake { host: &host, name: &name, is_backfill: true };
        keep::comment(write, now, &note, place, intake)?;
        Ok::<_, FindError>(())
    })
    .await?;
    replies(app, &mut budget, &found.value).await
}

fn of_comment(known: Talk) -> Result<CommentId, FindError> {
    match known {
        Talk::Comment(_, comment) => Ok(comment),
        Talk::Video(_) => Err(FindError::Kind),
    }
}

/// What is not known yet from this comment up to what is, the lowest first.
async fn climb(app: &App, budget: &mut Budget, id: &str) -> Result<(Talk, Vec<Note>), FindError> {
    let mut notes: Vec<Note> = Vec::new();
    let mut at = id.to_owned();
    loop {
        if let Some(known) = known(app, &at).await? {
            return Ok((fresh(app, budget, &at, known).await?, notes));
        }
        if CLIMB_MAX <= notes.len() {
            return Err(FindError::Budget);
        }
        if is_muted(app, host_of(&at).ok_or(FetchError::Address)?).await? {
            return Err(FindError::Muted);
        }
        let found = budget.document(app, &at).await?;
        if Thing::of(&found.value).is_some_and(|thing| thing.is("Video")) {
            if notes.is_empty() {
                return Err(FindError::Kind);
            }
            let _flight = app.flights().take(Kind::Video, &found.url).await;
            return Ok((Talk::Video(put(app, budget, found, false).await?), notes));
        }
        let note = Note::read(&found.value)?;
        let config = app.config();
        note.check(elsewhere(app, &config))?;
        if note.id != found.url {
            return Err(FetchError::Elsewhere.into());
        }
        // A thread that bites its own tail has no beginning.
        if notes.iter().any(|earlier| earlier.id == note.id) {
            return Err(FindError::Budget);
        }
        if !note.is_public() {
            return Err(KeepError::NotPublic.into());
        }
        at.clone_from(&note.in_reply_to);
        let is_known = note.id != id && known(app, &note.id).await?.is_some();
        if is_known {
            at = note.id;
        } else {
            notes.push(note);
        }
    }
}

/// What a thread is about, asked for again where that was long ago.
async fn fresh(app: &App, budget: &mut Budget, at: &str, known: Talk) -> Result<Talk, FindError> {
    match known {
        Talk::Comment(..) => Ok(known),
        Talk::Video(_) if host_of(at).as_deref() == Some(app.url().host()) => Ok(known),
        Talk::Video(_) => video_within(app, budget, at, Wish::USUAL).await.map(Talk::Video),
    }
}

async fn keep(app: &App, budget: &mut Budget, note: Note, at: Talk) -> Result<CommentId, FindError> {
    let Party::Account(author) = actor_within(app, budget, &note.by, FRESH_DURATION).await? else {
        return Err(FindError::Kind);
    };
    let (video, parent): (VideoId, Option<CommentId>) = match at {
        Talk::Video(video) => (video, None),
        Talk::Comment(video, comment) => (video, Some(comment)),
    };
    let place = Place { video, parent, author };
    let (dice, host) = (app.dice(), app.url().host().to_owned());
    app.write(Durability::Flushed, move |write, now| {
        let name = || dice.uuid();
        let intake = Intake { host: &host, name: &name, is_backfill: false };
        keep::comment(write, now, &note, place, intake).map_err(FindError::from)
    })
    .await
}

async fn known(app: &App, address: &str) -> Result<Option<Talk>, StoreError> {
    let (own, address) = (app.url().as_str().to_owned(), address.to_owned());
    app.read(move |store| talk(store, &own, &address)).await
}
