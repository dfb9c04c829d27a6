//! Channels offered to other people.

use http::StatusCode;
use shared::api::{OWNERSHIP_ACCEPTED, OWNERSHIP_PENDING, OWNERSHIP_REJECTED, OwnershipChange, ProblemCode};
use shared::id::ChannelId;

use super::actor::find_channel;
use super::extract::{Ask, Body, Segment};
use super::fields::Fields;
use super::ownership::{OFFER_BYTES_MAX, WAITING, recipient, waiting};
use super::problem::Failure;
use super::respond::{Outcome, json, no_content};
use super::views;
use crate::domain::account::changeable_channel;
use crate::domain::ownership::channel::{self, Bounds, ChannelOwnershipError};
use crate::domain::wrong::Wrong;
use crate::store::Durability;
use crate::store::records::ChannelOffer;

/// `POST /api/v1/video-channels/{name}/give-ownership`
pub async fn give(name: Segment, ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let id = find_channel(&name, &ask).await?.id;
    // Before anything is said of whom they name: strangers learn nothing here.
    ask.app.read(move |store| channel::givable(store, &who, id)).await?;
    let mut fields = Fields::read(&ask, body, OFFER_BYTES_MAX).await?;
    let name = fields.raw("username");
    let name = fields.required("username", name);
    fields.end()?;
    let to = recipient(&ask, &name).await?;
    ask.app.write(Durability::Flushed, move |write, now| channel::offer(write, now, &who, id, to)).await?;
    Ok(no_content())
}

/// `GET /api/v1/video-channels/{name}/ownership`: the one that waits, for those who make the channel.
pub async fn of_channel(name: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let id = find_channel(&name, &ask).await?.id;
    let page = ask.page()?;
    order(&ask)?;
    let state = ask.parameter("state").filter(|state| !state.is_empty());
    let known = [OWNERSHIP_PENDING, OWNERSHIP_REJECTED, OWNERSHIP_ACCEPTED];
    let state = match state.as_deref().map(str::parse) {
        None => OWNERSHIP_PENDING,
        Some(Ok(state)) if known.contains(&state) => state,
        Some(_) => return Err(Wrong::query("state", state.as_deref(), "Should be 1, 2 or 3").into()),
    };
    ask.app.read(move |store| changeable_channel(store, &who, id)).await?;
    let found = ask.app.read(move |store| channel::of_channel(store, id)).await?;
    // What was answered is not kept.
    let found = found.filter(|_| state == OWNERSHIP_PENDING);
    json(&page.cut(found.and_then(|offer| row(&ask, id, &offer)).into_iter().collect()))
}

/// `GET /api/v1/video-channels/ownership`: what is offered to oneself, and what of one's own is offered to others.
pub async fn list(ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let page = ask.page()?;
    let descending = order(&ask)?;
    let mut offers = ask.app.read(move |store| channel::list(store, who.account)).await?;
    if !descending {
        offers.reverse();
    }
    json(&page.cut(offers.iter().filter_map(|(id, offer)| row(&ask, *id, offer)).collect()))
}

/// Whether the last made comes first.
fn order(ask: &Ask) -> Result<bool, Failure> {
    match ask.parameter("sort").as_deref() {
        None | Some("" | "-createdAt") => Ok(true),
        Some("createdAt") => Ok(false),
        other => Err(Wrong::query("sort", other, "Invalid value").into()),
    }
}

/// An offer on the wire; none once somebody of it is gone.
fn row(ask: &Ask, id: ChannelId, offer: &ChannelOffer) -> Option<OwnershipChange> {
    let app = &ask.app;
    let account = |id| app.catalogue().account(id).map(|account| views::account(app.url(), &account));
    let publisher = app.catalogue().publisher(id)?;
    let editors = channel::comes_along(&publisher.channel, offer.to);
    Some(OwnershipChange {
        id: offer.number,
        state: waiting(),
        status: WAITING.to_owned(),
        initiator_account: account(offer.by)?,
        next_owner_account: account(offer.to)?,
        video: None,
        video_channel: Some(views::channel_summary(app.url(), &publisher.channel)),
        editors: editors.into_iter().filter_map(account).collect(),
        created_at: offer.at,
    })
}

/// `POST /api/v1/video-channels/ownership/{id}/accept`
pub async fn accept(number: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let number = offer_number(&number)?;
    let app = ask.app.clone();
    let channels_max = usize::try_from(app.config().channels.per_user_max).unwrap_or(usize::MAX);
    ask.app
        .write(Durability::Flushed, move |write, now| {
            // The catalogue follows every commit under the lock this work holds, so the sums are the last word.
            let used = app.catalogue().used(who.account, now);
            let weight = |channel| app.catalogue().used_in(channel, now);
            channel::accept(write, now, &who, number, Bounds { used, weight: &weight, channels_max })
        })
        .await?;
    Ok(no_content())
}

/// `POST /api/v1/video-channels/ownership/{id}/refuse`
pub async fn refuse(number: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let number = offer_number(&number)?;
    ask.app.write(Durability::Flushed, move |write, now| channel::refuse(write, now, &who, number)).await?;
    Ok(no_content())
}

/// `DELETE /api/v1/video-channels/ownership/{id}`
pub async fn withdraw(number: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let number = offer_number(&number)?;
    ask.app.write(Durability::Flushed, move |write, now| channel::withdraw(write, now, &who, number)).await?;
    Ok(no_content())
}

fn offer_number(number: &Segment) -> Result<u64, Failure> {
    number.parse("id", "Should have an offer's number")
}

impl From<ChannelOwnershipError> for Failure {
    fn from(error: ChannelOwnershipError) -> Failure {
        let conflict = |detail: &str| Failure::coded(StatusCode::CONFLICT, ProblemCode::Conflict, detail);
        match error {
            ChannelOwnershipError::Channel(error) => error.into(),
            ChannelOwnershipError::ToOwner => {
                Wrong::body("username", None, "The channel belongs to this account already").into()
            }
            ChannelOwnershipError::Waiting => {
                Failure::bad_request("The channel is offered to somebody already")
            }
            ChannelOwnershipError::TooMany => {
                conflict("Too many channels are offered to this account already")
            }
            ChannelOwnershipError::NoSuchOffer => Failure::not_found("There is no such offer of a channel"),
            ChannelOwnershipError::NotYours => Failure::forbidden("The channel is offered to somebody else"),
            ChannelOwnershipError::TooManyChannels => Failure::bad_request("You cannot create more channels"),
            ChannelOwnershipError::TooManyPlaylists => {
                conflict("The account would have more playlists than it may")
            }
            ChannelOwnershipError::OverQuota(_) => Failure::coded(
                StatusCode::PAYLOAD_TOO_LARGE,
                ProblemCode::QuotaReached,
                "The user video quota is exceeded with the videos of this channel.",
            ),
        }
    }
}
