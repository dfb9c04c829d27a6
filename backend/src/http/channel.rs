//! `/video-channels` and `/accounts` as lists, and the making, looks and end of a channel. [`super::actor`] has the rest.

use http::StatusCode;
use shared::api::{Avatars, Banners, MadeChannel, MadeChannelId, NewChannel, Page};
use shared::limits::{CHANNEL_DESCRIPTION_LENGTH, CHANNEL_NAME_LENGTH, CHANNEL_SUPPORT_LENGTH};

use super::actor::find_channel;
use super::comment::too_many;
use super::extract::{Ask, Body, Segment};
use super::fields::Fields;
use super::picture::{self, Kind};
use super::problem::Failure;
use super::respond::{Outcome, json, no_content};
use super::views;
use crate::directory::Compare;
use crate::domain::account::{
    self, ChannelPicture, NewChannelError, Removal, changeable_channel, set_channel_picture,
};
use crate::domain::viewer::Person;
use crate::domain::wrong::Wrong;
use crate::store::Durability;
use crate::store::records::{Account, ActorPicture, Channel};

/// A channel's texts in JSON's longest spelling.
const CHANNEL_BYTES_MAX: usize = 32 * 1024;
/// What names may be made of.
pub(super) const NAME_MESSAGE: &str = "Should have 1 to 50 small letters, digits, '_' and '.'";

/// `GET /api/v1/accounts`
pub async fn accounts(ask: Ask) -> Outcome {
    ask.viewer().await?;
    let page = ask.page()?;
    let by_age = |one: &Account, other: &Account| one.id.cmp(&other.id);
    let order = order_of(&ask, &[("createdAt", &by_age), ("id", &by_age)])?;
    let cut = ask.app.directory().accounts((page.start, page.count), order.as_deref());
    let url = ask.app.url();
    let rows = cut.rows.iter().map(|row| shared::api::Account { user_id: None, ..views::account(url, row) });
    json(&Page { total: total(cut.total), data: rows.collect() })
}

/// `GET /api/v1/video-channels`
pub async fn channels(ask: Ask) -> Outcome {
    ask.viewer().await?;
    let page = ask.page()?;
    let by_age = |one: &Channel, other: &Channel| one.id.cmp(&other.id);
    let by_name = |one: &Channel, other: &Channel| one.name.cmp(&other.name);
    let by_change = |one: &Channel, other: &Channel| one.updated_at.cmp(&other.updated_at);
    let order = order_of(
        &ask,
        &[("createdAt", &by_age), ("id", &by_age), ("name", &by_name), ("updatedAt", &by_change)],
    )?;
    let directory = ask.app.directory();
    let cut = directory.channels((page.start, page.count), order.as_deref());
    let url = ask.app.url();
    let rows = cut.rows.iter().map(|row| {
        let owner = directory.account(row.account);
        views::channel(url, row, owner.as_deref())
    });
    json(&Page { total: total(cut.total), data: rows.collect() })
}

/// How many rows there are, on the wire.
pub(super) fn total(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}

/// A way to sort rows.
type Sorting<'c, T> = Box<Compare<'c, T>>;

/// The order that `sort` asks for out of those a list knows; none where it asks for none, or for last made first.
pub(super) fn order_of<'c, T>(
    ask: &Ask,
    known: &[(&str, &'c Compare<'c, T>)],
) -> Result<Option<Sorting<'c, T>>, Failure> {
    let pairs = ask.pairs();
    let sort = pairs.iter().find(|(name, _)| name == "sort").map_or("", |(_, value)| value.as_str());
    if sort.is_empty() || sort == "-createdAt" {
        return Ok(None);
    }
    let (name, descends) = sort.strip_prefix('-').map_or((sort, false), |name| (name, true));
    let found = known.iter().find(|(known, _)| *known == name);
    let (_, compare) = found.ok_or_else(|| Wrong::query("sort", Some(sort), "Invalid value"))?;
    let compare = *compare;
    Ok(Some(Box::new(move |one: &T, other: &T| {
        let order = compare(one, other);
        if descends { order.reverse() } else { order }
    })))
}

/// `POST /api/v1/video-channels`
pub async fn create(ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let mut fields = Fields::read(&ask, body, CHANNEL_BYTES_MAX).await?;
    let name = fields.parsed("name", NAME_MESSAGE, a_name);
    let display_name = fields.text("displayName", CHANNEL_NAME_LENGTH);
    let new = NewChannel {
        name: fields.required("name", name),
        display_name: fields.required("displayName", display_name),
        description: fields.text_or_null("description", CHANNEL_DESCRIPTION_LENGTH).flatten(),
        support: fields.text_or_null("support", CHANNEL_SUPPORT_LENGTH).flatten(),
    };
    fields.end()?;
    if let Err(wait) = ask.app.name_pace(who.account) {
        return Ok(too_many(wait));
    }
    let count_max = usize::try_from(ask.app.config().channels.per_user_max).unwrap_or(usize::MAX);
    let made = ask.app.write(Durability::Flushed, move |write, now| {
        account::create_channel(write, now, &who, &new, count_max)
    });
    json(&MadeChannel { video_channel: MadeChannelId { id: made.await? } })
}

/// A name as it may stand in addresses.
pub(super) fn a_name(text: &str) -> Option<String> {
    account::is_name(text).then(|| text.to_owned())
}

/// `DELETE /api/v1/video-channels/{name}`
pub async fn delete(name: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let id = find_channel(&name, &ask).await?.id;
    while ask.app.write(Durability::Flushed, move |write, _| account::remove_channel(write, &who, id)).await?
        == Removal::More
    {}
    Ok(no_content())
}

/// `POST /api/v1/video-channels/{name}/avatar/pick`
pub async fn pick_avatar(name: Segment, ask: Ask, body: Body) -> Outcome {
    let picture = pick(&name, &ask, body, Kind::Avatar, ChannelPicture::Avatar).await?;
    json(&Avatars { avatars: largest_first(views::avatars(Some(&picture))) })
}

/// `POST /api/v1/video-channels/{name}/banner/pick`
pub async fn pick_banner(name: Segment, ask: Ask, body: Body) -> Outcome {
    let picture = pick(&name, &ask, body, Kind::Banner, ChannelPicture::Banner).await?;
    json(&Banners { banners: largest_first(views::banners(Some(&picture))) })
}

/// Answers to a pick have the largest first.
pub(super) fn largest_first(mut images: Vec<shared::api::Image>) -> Vec<shared::api::Image> {
    images.reverse();
    images
}

async fn pick(
    name: &Segment,
    ask: &Ask,
    body: Body,
    kind: Kind,
    which: ChannelPicture,
) -> Result<ActorPicture, Failure> {
    let who = ask.person().await?;
    let id = find_channel(name, ask).await?.id;
    // Before the picture is taken in: a stranger's would cost as much.
    ask.app.read(move |store| changeable_channel(store, &who, id)).await?;
    let picture = picture::receive(ask, body, kind).await?;
    let stored = set(ask, who, id, which, Some(picture.clone())).await;
    if stored.is_err() {
        picture::discard(&ask.app, &picture).await;
    }
    stored.map(|()| picture)
}

async fn set(
    ask: &Ask,
    who: Person,
    id: shared::id::ChannelId,
    which: ChannelPicture,
    picture: Option<ActorPicture>,
) -> Result<(), Failure> {
    let stored = ask.app.write(Durability::Flushed, move |write, now| {
        set_channel_picture(write, now, &who, id, which, picture)
    });
    Ok(stored.await?)
}

/// `DELETE /api/v1/video-channels/{name}/avatar`
pub async fn delete_avatar(name: Segment, ask: Ask) -> Outcome {
    delete_picture(&name, &ask, ChannelPicture::Avatar).await
}

/// `DELETE /api/v1/video-channels/{name}/banner`
pub async fn delete_banner(name: Segment, ask: Ask) -> Outcome {
    delete_picture(&name, &ask, ChannelPicture::Banner).await
}

async fn delete_picture(name: &Segment, ask: &Ask, which: ChannelPicture) -> Outcome {
    let who = ask.person().await?;
    let id = find_channel(name, ask).await?.id;
    set(ask, who, id, which, None).await?;
    Ok(no_content())
}

/// 409 for a name that is taken.
fn name_taken() -> Failure {
    let detail = "Another actor (account/channel) with this name on this instance already exists or has \
                  already existed.";
    Failure::new(StatusCode::CONFLICT, detail)
}

impl From<NewChannelError> for Failure {
    fn from(error: NewChannelError) -> Failure {
        match error {
            NewChannelError::NameTaken => name_taken(),
            NewChannelError::TooMany => Failure::bad_request("You cannot create more channels"),
            NewChannelError::Store(error) => error.into(),
        }
    }
}
