//! Videos offered to other people.

use http::StatusCode;
use shared::api::{Label, OWNERSHIP_PENDING, OwnershipChange, ProblemCode};
use shared::id::{AccountId, ChannelId, Handle};

use super::extract::{Ask, Body, Segment};
use super::fields::Fields;
use super::problem::Failure;
use super::respond::{self, Outcome, no_content};
use super::video::find;
use super::views;
use crate::domain::account::account_named;
use crate::domain::ownership::{self, OwnershipError};
use crate::domain::video::edit::EditError;
use crate::domain::wrong::Wrong;
use crate::store::Durability;

/// A name or a number.
pub(super) const OFFER_BYTES_MAX: usize = 4 * 1024;
/// How programs before PeerTube 8.2 know that an offer waits.
pub(super) const WAITING: &str = "WAITING";

/// An offer that waits, as all do that are kept.
pub(super) fn waiting() -> Label<u32> {
    Label { id: OWNERSHIP_PENDING, label: "Pending".to_owned() }
}

/// `POST /api/v1/videos/{id}/give-ownership`
pub async fn give(id: Segment, ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let (entry, _) = find(&id, &ask.app)?;
    if !ownership::may_offer(&who, &entry.listed.makers) {
        return Err(EditError::NotYours.into());
    }
    let mut fields = Fields::read(&ask, body, OFFER_BYTES_MAX).await?;
    let name = fields.raw("username");
    let name = fields.required("username", name);
    fields.end()?;
    let to = recipient(&ask, &name).await?;
    let video = entry.listed.video.id;
    ask.app
        .write(Durability::Flushed, move |write, now| ownership::offer(write, now, &who, video, to))
        .await?;
    Ok(no_content())
}

/// The account to which something is to be offered.
pub(super) async fn recipient(ask: &Ask, name: &str) -> Result<AccountId, Failure> {
    let unknown = || Wrong::body("username", Some(name), "Should be the name of an account of this instance");
    let handle: Handle = name.parse().map_err(|_| unknown())?;
    if handle.host.is_some_and(|host| host != ask.app.url().host()) {
        return Err(unknown().into());
    }
    let found = ask.app.read(move |store| account_named(store, &handle.name)).await?;
    Ok(found.ok_or_else(unknown)?.id)
}

/// `GET /api/v1/videos/ownership`
pub async fn list(ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let page = ask.page()?;
    let offers = ask.app.read(move |store| ownership::waiting(store, who.account)).await?;
    let app = &ask.app;
    let account = |id| app.catalogue().account(id).map(|account| views::account(app.url(), &account));
    let rows = offers.into_iter().filter_map(|(video, offer)| {
        let entry = app.catalogue().video(video)?;
        Some(OwnershipChange {
            id: offer.number,
            state: waiting(),
            status: WAITING.to_owned(),
            initiator_account: account(offer.by.unwrap_or(offer.from))?,
            next_owner_account: account(who.account)?,
            video: Some(views::card(app.url(), &entry)),
            video_channel: None,
            editors: Vec::new(),
            created_at: offer.at,
        })
    });
    respond::json(&page.cut(rows.collect()))
}

/// `POST /api/v1/videos/ownership/{id}/accept`
pub async fn accept(number: Segment, ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let number: u64 = number.parse("id", "Should have an offer's number")?;
    let mut fields = Fields::read(&ask, body, OFFER_BYTES_MAX).await?;
    let channel = fields.number("channelId", 1..=i64::MAX);
    let channel = fields.required("channelId", channel);
    fields.end()?;
    let channel = ChannelId(u64::try_from(channel).unwrap_or(0));
    let app = ask.app.clone();
    ask.app
        .write(Durability::Flushed, move |write, now| {
            // The catalogue follows every commit under the lock this work holds, so the sum is the last word.
            let used = app.catalogue().used(who.account, now);
            ownership::accept(write, now, &who, number, channel, used)
        })
        .await?;
    Ok(no_content())
}

/// `POST /api/v1/videos/ownership/{id}/refuse`
pub async fn refuse(number: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let number: u64 = number.parse("id", "Should have an offer's number")?;
    ask.app.write(Durability::Flushed, move |write, now| ownership::refuse(write, now, &who, number)).await?;
    Ok(no_content())
}

impl From<OwnershipError> for Failure {
    fn from(error: OwnershipError) -> Failure {
        match error {
            OwnershipError::Video(error) => error.into(),
            OwnershipError::ToOwner => {
                Wrong::body("username", None, "The video belongs to this account already").into()
            }
            OwnershipError::TooMany => Failure::coded(
                StatusCode::CONFLICT,
                ProblemCode::Conflict,
                "Too many videos are offered to this account already",
            ),
            OwnershipError::NoSuchOffer => Failure::not_found("Video change ownership not found"),
            OwnershipError::OverQuota(_) => Failure::coded(
                StatusCode::PAYLOAD_TOO_LARGE,
                ProblemCode::QuotaReached,
                "The user video quota is exceeded with this video.",
            ),
        }
    }
}
