//! Channels offered to other people of this instance.
//!
//! Owns who may offer a channel, how many offers wait for one person, and what accepting does: the channel goes to its new
//! owner with its videos, its lists, its followers and those who edit it. A channel is offered to one person at a time,
//! and an offer that was answered is gone. What its former owner offered and asked, and nobody answered, ends with the
//! change: it is not theirs to give any more. So does what they had watched elsewhere: it would go on publishing, in the
//! name and the quota of somebody who never chose it.

use shared::id::{AccountId, ChannelId};
use shared::limits::PLAYLISTS_PER_ACCOUNT_MAX;
use shared::time::Timestamp;

use super::forget_video;
use super::standing::{OFFERS_MAX, gives_anything};
use crate::domain::account::ChannelEditError;
use crate::domain::activity;
use crate::domain::event::{Event, Parties};
use crate::domain::makers::Makers;
use crate::domain::playlist;
use crate::domain::quota::{Over, Room, Used};
use crate::domain::right::Right;
use crate::domain::sync;
use crate::domain::video::edit::room_of;
use crate::domain::viewer::Person;
use crate::store::records::{Channel, ChannelOffer, Collaborator, CollaboratorState, Deed, DeedTarget};
use crate::store::tables::{
    AccountChannelKey, AccountChannelOfferKey, ChannelKey, ChannelOfferKey, ChannelOfferNumberKey,
    ChannelOffersTo, ChannelsOf, CollaborationKey, VideosOf,
};
use crate::store::{Read, StoreError, Write};

/// Why an offer of a channel was not made or answered.
#[derive(Debug, thiserror::Error)]
pub enum ChannelOwnershipError {
    /// The channel cannot be used so.
    #[error(transparent)]
    Channel(#[from] ChannelEditError),
    /// It is theirs already.
    #[error("a channel is not offered to its owner")]
    ToOwner,
    /// It is offered to somebody who did not answer yet.
    #[error("the channel is offered already")]
    Waiting,
    /// Too many offers wait for this person.
    #[error("too many offers wait for this person")]
    TooMany,
    /// There is no such offer.
    #[error("there is no such offer")]
    NoSuchOffer,
    /// It is for somebody else to answer, or to take back.
    #[error("the offer is another's business")]
    NotYours,
    /// The new owner has as many channels as they may.
    #[error("the account has as many channels as it may")]
    TooManyChannels,
    /// The new owner has too many lists for those of the channel.
    #[error("an account has at most {PLAYLISTS_PER_ACCOUNT_MAX} playlists")]
    TooManyPlaylists,
    /// The new owner's quota does not hold the videos.
    #[error("the quota does not hold the videos")]
    OverQuota(Over),
}

impl From<StoreError> for ChannelOwnershipError {
    fn from(error: StoreError) -> ChannelOwnershipError {
        ChannelOwnershipError::Channel(error.into())
    }
}

/// What the new owner of a channel must have room for.
#[derive(Clone, Copy)]
pub struct Bounds<'b> {
    /// What they have used of their quota.
    pub used: Used,
    /// What the videos of a channel weigh.
    pub weight: &'b dyn Fn(ChannelId) -> Used,
    /// How many channels they may have.
    pub channels_max: usize,
}

/// Whether somebody may offer a channel of `makers`, and take the offer back.
#[must_use]
pub fn may_offer(who: &Person, makers: &Makers) -> bool {
    makers.decide(who.account) || who.has(Right::ChangeOwnership)
}

/// The channel, if this person may give it away.
///
/// # Errors
/// [`ChannelEditError`].
pub fn givable(read: &impl Read, who: &Person, id: ChannelId) -> Result<Channel, ChannelEditError> {
    let channel = read.get(&ChannelKey { channel: id })?.ok_or(ChannelEditError::NoSuchChannel)?;
    if may_offer(who, &Makers::of(&channel)) { Ok(channel) } else { Err(ChannelEditError::NotOwner) }
}

/// Offers a channel to somebody.
///
/// # Errors
/// [`ChannelOwnershipError`].
pub fn offer(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    id: ChannelId,
    to: AccountId,
) -> Result<(), ChannelOwnershipError> {
    let channel = givable(write, who, id)?;
    if channel.account == to {
        return Err(ChannelOwnershipError::ToOwner);
    }
    if of_channel(write, id)?.is_some() {
        return Err(ChannelOwnershipError::Waiting);
    }
    // One that counts no more leaves its place.
    forget_channel(write, id)?;
    if OFFERS_MAX <= write.scan(&ChannelOffersTo(to)).count() {
        return Err(ChannelOwnershipError::TooMany);
    }
    let number = write.next_number("offers")?;
    let offer = ChannelOffer { number, from: channel.account, by: who.account, to, at: now };
    write.insert(&ChannelOfferKey { channel: id }, &offer)?;
    write.insert(&AccountChannelOfferKey { account: to, channel: id }, &())?;
    write.insert(&ChannelOfferNumberKey { number }, &id)?;
    write.note(Event::ChannelOffered { channel: id, offer: Parties::of(&offer) });
    Ok(activity::note_offer(write, now, who, (id, DeedTarget::Channel), Deed::Offer, to)?)
}

/// The offer of a channel, where one waits.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn of_channel(read: &impl Read, channel: ChannelId) -> Result<Option<ChannelOffer>, StoreError> {
    let Some(offer) = read.get(&ChannelOfferKey { channel })? else { return Ok(None) };
    let Some(record) = read.get(&ChannelKey { channel })? else { return Ok(None) };
    let counts = record.account == offer.by || gives_anything(read, offer.by)?;
    Ok(counts.then_some(offer))
}

/// What waits for somebody's answer, and what of theirs waits for another's; last offered first.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn list(read: &impl Read, account: AccountId) -> Result<Vec<(ChannelId, ChannelOffer)>, StoreError> {
    let offered = read.scan(&ChannelOffersTo(account)).map(|row| row.map(|(key, ())| key.channel));
    let own = read.scan(&ChannelsOf(account)).map(|row| row.map(|(key, ())| key.channel));
    let channels: Vec<ChannelId> = offered.chain(own).collect::<Result<_, _>>()?;
    let mut offers = Vec::new();
    for channel in channels {
        offers.extend(of_channel(read, channel)?.map(|offer| (channel, offer)));
    }
    offers.sort_by_key(|(_, offer)| std::cmp::Reverse(offer.number));
    Ok(offers)
}

/// Who edits a channel, and goes on when this account takes it.
#[must_use]
pub fn comes_along(channel: &Channel, to: AccountId) -> Vec<AccountId> {
    let edits = channel.collaborators.iter().filter(|one| one.state == CollaboratorState::Accepted);
    edits.map(|one| one.account).filter(|account| *account != to).collect()
}

/// Takes an offered channel with all that is in it.
///
/// # Errors
/// [`ChannelOwnershipError`].
pub fn accept(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    number: u64,
    bounds: Bounds<'_>,
) -> Result<(), ChannelOwnershipError> {
    let (id, offer) = to_answer(write, who, number)?;
    let key = ChannelKey { channel: id };
    let mut channel = write.get(&key)?.ok_or(ChannelOwnershipError::NoSuchOffer)?;
    if bounds.channels_max <= write.scan(&ChannelsOf(who.account)).count() {
        return Err(ChannelOwnershipError::TooManyChannels);
    }
    let weight = (bounds.weight)(id);
    let room = room_of(write, who.account, bounds.used)?;
    // What was uploaded today counts today, whoever did it.
    let (total, daily) = (Room { daily: None, ..room }, Room { total: None, ..room });
    total.holds(weight.total).map_err(ChannelOwnershipError::OverQuota)?;
    daily.holds(weight.daily).map_err(ChannelOwnershipError::OverQuota)?;
    if !playlist::give_channel(write, id, channel.account, who.account)? {
        return Err(ChannelOwnershipError::TooManyPlaylists);
    }
    forget_channel(write, id)?;
    sync::forget_channel(write, id)?;
    let videos = write.scan(&VideosOf(id)).map(|row| row.map(|(key, ())| key.video));
    for video in videos.collect::<Result<Vec<_>, _>>()? {
        forget_video(write, video)?;
    }
    // Who edits it goes on; who was asked and did not answer was asked by somebody else. Nobody edits their own.
    let stays = |one: &Collaborator| one.account != who.account && one.state != CollaboratorState::Pending;
    for one in channel.collaborators.iter().filter(|one| !stays(one)) {
        write.remove(&CollaborationKey { account: one.account, channel: id });
    }
    channel.collaborators.retain(stays);
    write.remove(&AccountChannelKey { account: channel.account, channel: id });
    write.insert(&AccountChannelKey { account: who.account, channel: id }, &())?;
    channel.account = who.account;
    channel.updated_at = now;
    write.insert(&key, &channel)?;
    write.note(Event::ChannelOfferAnswered { channel: id, offer: Parties::of(&offer), accepted: true });
    Ok(activity::note_offer(write, now, who, (id, DeedTarget::Channel), Deed::OfferAccepted, who.account)?)
}

/// Leaves an offered channel with its owner.
///
/// # Errors
/// [`ChannelOwnershipError`].
pub fn refuse(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    number: u64,
) -> Result<(), ChannelOwnershipError> {
    let (id, offer) = to_answer(write, who, number)?;
    forget_channel(write, id)?;
    write.note(Event::ChannelOfferAnswered { channel: id, offer: Parties::of(&offer), accepted: false });
    Ok(activity::note_offer(write, now, who, (id, DeedTarget::Channel), Deed::OfferRefused, offer.to)?)
}

/// Takes an offer back, as whoever may make it may.
///
/// # Errors
/// [`ChannelOwnershipError`].
pub fn withdraw(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    number: u64,
) -> Result<(), ChannelOwnershipError> {
    let (id, offer) = numbered(write, number)?;
    givable(write, who, id)?;
    write.use_reserve();
    forget_channel(write, id)?;
    Ok(activity::note_offer(write, now, who, (id, DeedTarget::Channel), Deed::OfferWithdrawn, offer.to)?)
}

/// The offer that this person is to answer.
fn to_answer(
    read: &impl Read,
    who: &Person,
    number: u64,
) -> Result<(ChannelId, ChannelOffer), ChannelOwnershipError> {
    let found = numbered(read, number)?;
    if found.1.to == who.account { Ok(found) } else { Err(ChannelOwnershipError::NotYours) }
}

fn numbered(read: &impl Read, number: u64) -> Result<(ChannelId, ChannelOffer), ChannelOwnershipError> {
    let id = read.get(&ChannelOfferNumberKey { number })?.ok_or(ChannelOwnershipError::NoSuchOffer)?;
    let offer = of_channel(read, id)?.ok_or(ChannelOwnershipError::NoSuchOffer)?;
    Ok((id, offer))
}

/// Forgets the offer of a channel, where there is one.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn forget_channel(write: &mut Write<'_>, channel: ChannelId) -> Result<(), StoreError> {
    if let Some(offer) = write.get(&ChannelOfferKey { channel })? {
        write.remove(&ChannelOfferKey { channel });
        write.remove(&AccountChannelOfferKey { account: offer.to, channel });
        write.remove(&ChannelOfferNumberKey { number: offer.number });
    }
    Ok(())
}

/// Forgets all channels that were offered to somebody.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn forget_account(write: &mut Write<'_>, account: AccountId) -> Result<(), StoreError> {
    let rows: Vec<_> = write.scan(&ChannelOffersTo(account)).collect::<Result<_, _>>()?;
    for (key, ()) in rows {
        forget_channel(write, key.channel)?;
    }
    Ok(())
}
