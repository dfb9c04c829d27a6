//! Those who edit a channel beside its owner.

use http::StatusCode;
use shared::api::{CollaboratorMade, Page, ProblemCode};
use shared::id::CollaboratorId;

use super::actor::{find_account, find_channel};
use super::channel::total;
use super::extract::{Ask, Body, Segment};
use super::fields::Fields;
use super::problem::Failure;
use super::respond::{Outcome, json, no_content};
use super::views;
use crate::domain::account::{changeable_channel, own_channel};
use crate::domain::collaborator::{self, CollaboratorError};
use crate::store::Durability;

/// A handle.
const INVITATION_BYTES_MAX: usize = 4 * 1024;

/// `GET /api/v1/video-channels/{name}/collaborators`: all of them, for there are few.
pub async fn list(name: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let id = find_channel(&name, &ask).await?.id;
    let channel = ask.app.read(move |store| changeable_channel(store, &who, id)).await?;
    let app = &ask.app;
    let rows = collaborator::listed(&channel);
    // Whose account is being removed is left out.
    let of = |row| Some(views::collaborator(app.url(), row, &app.catalogue().account(row.account)?));
    let data: Vec<_> = rows.iter().filter_map(of).collect();
    json(&Page { total: total(data.len()), data })
}

/// `POST /api/v1/video-channels/{name}/collaborators/invite`
pub async fn invite(name: Segment, ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let id = find_channel(&name, &ask).await?.id;
    // Before anything is said of whom they name: strangers learn nothing here.
    ask.app.read(move |store| own_channel(store, &who, id)).await?;
    let mut fields = Fields::read(&ask, body, INVITATION_BYTES_MAX).await?;
    let handle = fields.raw("accountHandle");
    let handle = fields.required("accountHandle", handle);
    fields.end()?;
    let account = find_account(&Segment(handle), &ask).await?;
    if account.remote.is_some() {
        // Nobody edits from another server.
        return Err(Failure::not_found("Account not found"));
    }
    let count_max = usize::try_from(ask.app.config().channels.collaborators_max).unwrap_or(usize::MAX);
    let of = account.id;
    let made = ask.app.write(Durability::Flushed, move |write, now| {
        collaborator::invite(write, now, &who, id, of, count_max)
    });
    json(&CollaboratorMade { collaborator: views::collaborator(ask.app.url(), &made.await?, &account) })
}

/// `POST /api/v1/video-channels/{name}/collaborators/{collaborator}/accept`
pub async fn accept(name: Segment, number: Segment, ask: Ask) -> Outcome {
    answer(&name, &number, &ask, true).await
}

/// `POST /api/v1/video-channels/{name}/collaborators/{collaborator}/reject`
pub async fn reject(name: Segment, number: Segment, ask: Ask) -> Outcome {
    answer(&name, &number, &ask, false).await
}

async fn answer(name: &Segment, number: &Segment, ask: &Ask, accepted: bool) -> Outcome {
    let who = ask.person().await?;
    let id = find_channel(name, ask).await?.id;
    let number = collaborator_id(number)?;
    let answered = ask.app.write(Durability::Flushed, move |write, now| {
        collaborator::answer(write, now, &who, id, number, accepted)
    });
    answered.await?;
    Ok(no_content())
}

/// `DELETE /api/v1/video-channels/{name}/collaborators/{collaborator}`
pub async fn remove(name: Segment, number: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let id = find_channel(&name, &ask).await?.id;
    let number = collaborator_id(&number)?;
    ask.app.write(Durability::Flushed, move |write, _| collaborator::remove(write, &who, id, number)).await?;
    Ok(no_content())
}

fn collaborator_id(number: &Segment) -> Result<CollaboratorId, Failure> {
    number.parse("collaboratorId", "Should be a number")
}

impl From<CollaboratorError> for Failure {
    fn from(error: CollaboratorError) -> Failure {
        match error {
            CollaboratorError::Channel(error) => error.into(),
            CollaboratorError::Owner => {
                Failure::bad_request("Cannot invite the account owner of the channel to collaborate")
            }
            CollaboratorError::AskedBefore => Failure::coded(
                StatusCode::CONFLICT,
                ProblemCode::Conflict,
                "This account is already a collaborator or has a pending invitation for this channel",
            ),
            CollaboratorError::TooMany(count) => {
                Failure::bad_request(format!("A channel has at most {count} collaborators"))
            }
            CollaboratorError::NoSuchCollaborator => {
                Failure::not_found("Channel collaborator does not exist")
            }
            CollaboratorError::Answered => Failure::bad_request("Collaborator is not in pending state"),
            CollaboratorError::NotAsked => Failure::bad_request("Collaborator is not the current user"),
        }
    }
}
