//! Videos offered to other people of this instance.
//!
//! Owns who may offer, how many offers wait for one person, and what accepting does: the video moves to a channel of its
//! new owner with all that was said about it. An offer that was answered is gone. A video is offered to one person at a
//! time; the last offer counts.

use shared::id::{AccountId, ChannelId, VideoId};
use shared::time::Timestamp;

use super::standing::{OFFERS_MAX, gives_anything};
use crate::domain::activity;
use crate::domain::event::{Event, Parties};
use crate::domain::makers::Makers;
use crate::domain::quota::{Over, Room, Used, weight};
use crate::domain::right::Right;
use crate::domain::video::edit::{EditError, own_channel, sight};
use crate::domain::viewer::Person;
use crate::store::records::{Deed, Offer, User};
use crate::store::tables::{
    ChannelKey, ChannelVideoKey, OfferKey, OffersTo, UserKey, VideoKey, VideoOfferKey,
};
use crate::store::{Read, StoreError, Write};

/// Why an offer was not made or answered.
#[derive(Debug, thiserror::Error)]
pub enum OwnershipError {
    /// The video or the channel cannot be used so.
    #[error(transparent)]
    Video(#[from] EditError),
    /// It is theirs already.
    #[error("a video is not offered to its owner")]
    ToOwner,
    /// Too many offers wait for this person.
    #[error("too many offers wait for this person")]
    TooMany,
    /// There is no such offer, or it is for somebody else.
    #[error("there is no such offer")]
    NoSuchOffer,
    /// The new owner's quota does not hold the video.
    #[error("the quota does not hold the video")]
    OverQuota(Over),
}

impl From<StoreError> for OwnershipError {
    fn from(error: StoreError) -> OwnershipError {
        OwnershipError::Video(error.into())
    }
}

/// Whether somebody may offer a video of `makers`. Editors may, as in PeerTube, since they may move it to a channel of
/// theirs as well.
#[must_use]
pub fn may_offer(who: &Person, makers: &Makers) -> bool {
    makers.manage(who.account) || who.has(Right::ChangeOwnership)
}

/// Offers a video to somebody, in place of whoever it was offered to before.
///
/// # Errors
/// [`OwnershipError`].
pub fn offer(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    video: VideoId,
    to: AccountId,
) -> Result<(), OwnershipError> {
    let record = write.get(&VideoKey { video })?.ok_or(EditError::NoSuchVideo)?;
    let makers = sight(write, &record)?.makers;
    let owner = makers.owner;
    // What is of another server is nobody's of this one to give.
    if !may_offer(who, &makers) || record.remote.is_some() {
        return Err(EditError::NotYours.into());
    }
    if owner == to {
        return Err(OwnershipError::ToOwner);
    }
    let key = OfferKey { to, video };
    if let Some(before) = write.get(&key)?
        && counts(write, video, &before)?
    {
        // Whoever is offered the same again and again heard of it; it counts as long as who said so last could.
        return Ok(write.insert(&key, &Offer { by: Some(who.account), ..before })?);
    }
    forget_video(write, video)?;
    if OFFERS_MAX <= write.scan(&OffersTo(to)).count() {
        return Err(OwnershipError::TooMany);
    }
    let number = write.next_number("offers")?;
    let offer = Offer { number, from: owner, by: Some(who.account), at: now };
    write.insert(&key, &offer)?;
    write.insert(&VideoOfferKey { video }, &to)?;
    write.note(Event::VideoOffered { video, offer: Parties::of_video(&offer, to) });
    Ok(activity::note_offer(write, now, who, activity::of_video(&record), Deed::Offer, to)?)
}

/// What waits for somebody's answer, last offered first.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn waiting(read: &impl Read, account: AccountId) -> Result<Vec<(VideoId, Offer)>, StoreError> {
    let mut offers = Vec::new();
    for row in read.scan(&OffersTo(account)) {
        let (OfferKey { video, .. }, offer) = row?;
        if counts(read, video, &offer)? {
            offers.push((video, offer));
        }
    }
    offers.sort_by_key(|(_, offer)| std::cmp::Reverse(offer.number));
    Ok(offers)
}

/// Whether an offer of a video still counts: whose it was then it still is, and who made it could make it again.
fn counts(read: &impl Read, video: VideoId, offer: &Offer) -> Result<bool, StoreError> {
    let Some(record) = read.get(&VideoKey { video })? else { return Ok(false) };
    let Some(channel) = read.get(&ChannelKey { channel: record.channel })? else { return Ok(false) };
    let makers = Makers::of(&channel);
    let by = offer.by.unwrap_or(offer.from);
    Ok(makers.decide(offer.from) && (makers.manage(by) || gives_anything(read, by)?))
}

/// Whether a video waits for somebody's answer, who then sees it whatever its privacy.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn is_offered_to(read: &impl Read, video: VideoId, account: AccountId) -> Result<bool, StoreError> {
    match read.get(&OfferKey { to: account, video })? {
        Some(offer) => counts(read, video, &offer),
        None => Ok(false),
    }
}

/// Takes an offered video into a channel of one's own. `used` is what one has already.
///
/// # Errors
/// [`OwnershipError`].
pub fn accept(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    number: u64,
    channel: ChannelId,
    used: Used,
) -> Result<(), OwnershipError> {
    let (id, offer) = offered(write, who, number)?;
    own_channel(write, channel, who.account)?;
    let key = VideoKey { video: id };
    let mut video = write.get(&key)?.ok_or(OwnershipError::NoSuchOffer)?;
    let user: Option<User> = write.get(&UserKey { user: who.user })?;
    // What was uploaded today counts today, whoever did it.
    let room = user.map_or(Room { total: Some(0), daily: Some(0) }, |user| Room::of(&user, used));
    room.holds(weight(&video)).map_err(OwnershipError::OverQuota)?;
    forget_video(write, id)?;
    write.remove(&ChannelVideoKey { channel: video.channel, video: id });
    write.insert(&ChannelVideoKey { channel, video: id }, &())?;
    activity::note_video(write, now, who, &video, Deed::MoveOut)?;
    video.channel = channel;
    video.updated_at = now;
    write.insert(&key, &video)?;
    activity::note_video(write, now, who, &video, Deed::MoveIn)?;
    let offer = Parties::of_video(&offer, who.account);
    write.note(Event::OfferAnswered { video: id, offer, accepted: true });
    Ok(())
}

/// Leaves an offered video with its owner.
///
/// # Errors
/// [`OwnershipError`].
pub fn refuse(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    number: u64,
) -> Result<(), OwnershipError> {
    let (video, offer) = offered(write, who, number)?;
    forget_video(write, video)?;
    let offer = Parties::of_video(&offer, who.account);
    write.note(Event::OfferAnswered { video, offer, accepted: false });
    if let Some(record) = write.get(&VideoKey { video })? {
        let target = activity::of_video(&record);
        activity::note_offer(write, now, who, target, Deed::OfferRefused, who.account)?;
    }
    Ok(())
}

fn offered(read: &impl Read, who: &Person, number: u64) -> Result<(VideoId, Offer), OwnershipError> {
    let offers = waiting(read, who.account)?;
    offers.into_iter().find(|(_, offer)| offer.number == number).ok_or(OwnershipError::NoSuchOffer)
}

/// Takes back the offer of a video, where there is one.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn forget_video(write: &mut Write<'_>, video: VideoId) -> Result<(), StoreError> {
    if let Some(to) = write.get(&VideoOfferKey { video })? {
        write.remove(&OfferKey { to, video });
        write.remove(&VideoOfferKey { video });
    }
    Ok(())
}

/// Takes back all that was offered to somebody.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn forget_account(write: &mut Write<'_>, account: AccountId) -> Result<(), StoreError> {
    let rows: Vec<_> = write.scan(&OffersTo(account)).collect::<Result<_, _>>()?;
    for (key, _) in rows {
        forget_video(write, key.video)?;
    }
    Ok(())
}
