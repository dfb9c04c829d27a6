//! Who acts: accounts as persons, channels as groups, the instance as an application.
//!
//! Owns the shape that PeerTube 6.3 gives and takes. The surprise is the order of pictures: some servers show the first,
//! some the last, and PeerTube keeps one of each width, so the first and the last are of sizes that suit a page.

use serde::Serialize;
use shared::limits::{AVATAR_WIDTHS, BANNER_SIZES};
use shared::time::Timestamp;

use super::{Addresses, INSTANCE};
use crate::store::records::{Account, ActorPicture, Channel};

/// Texts shorter than this are refused by others with all that is around them.
const SUMMARY_LETTERS_MIN: usize = 3;
/// Wider than this no server shows somebody's picture beside what they say.
const FIRST_WIDTH_MAX: u32 = 600;

/// An actor.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Actor {
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
    following: String,
    followers: String,
    playlists: String,
    inbox: String,
    outbox: String,
    preferred_username: String,
    /// A text: PeerTube 6 does not read links here.
    url: String,
    name: String,
    endpoints: Endpoints,
    public_key: PublicKey,
    published: Timestamp,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    icon: Vec<Image>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    image: Vec<Image>,
    summary: Option<String>,
    manually_approves_followers: bool,
    #[serde(flatten)]
    group: Option<Group>,
}

/// What channels have besides.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Group {
    support: Option<String>,
    posting_restricted_to_mods: bool,
    attributed_to: Vec<Attribution>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Endpoints {
    shared_inbox: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PublicKey {
    id: String,
    owner: String,
    public_key_pem: String,
}

/// A picture.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Image {
    #[serde(rename = "type")]
    kind: &'static str,
    media_type: &'static str,
    height: u32,
    width: u32,
    url: String,
}

impl Image {
    /// The picture at an address. Its name says what it is.
    #[must_use]
    pub fn new(url: String, (width, height): (u32, u32)) -> Image {
        let media_type = match url.rsplit_once('.') {
            Some((_, "png")) => "image/png",
            Some((_, "webp")) => "image/webp",
            Some(_) | None => "image/jpeg",
        };
        Image { kind: "Image", media_type, height, width, url }
    }
}

/// Whose something is. With the inbox, since some take what stands here for all there is to know.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Attribution {
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
    inbox: String,
}

impl Attribution {
    /// An account.
    #[must_use]
    pub fn person(addresses: &Addresses<'_>, name: &str) -> Attribution {
        let id = addresses.account(name);
        Attribution { kind: "Person", inbox: format!("{id}/inbox"), id }
    }

    /// A channel.
    #[must_use]
    pub fn group(addresses: &Addresses<'_>, name: &str) -> Attribution {
        let id = addresses.channel(name);
        Attribution { kind: "Group", inbox: format!("{id}/inbox"), id }
    }
}

/// What an instance says of itself as an actor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Instance<'i> {
    /// Its name.
    pub name: &'i str,
    /// One sentence.
    pub description: &'i str,
    /// Its picture.
    pub avatar: Option<&'i ActorPicture>,
    /// The picture above its pages.
    pub banner: Option<&'i ActorPicture>,
    /// Whether who follows it waits for an administrator.
    pub approves_followers: bool,
    /// Since when it has a key.
    pub since: Timestamp,
}

/// An account. `key` is the public one, in PEM.
#[must_use]
pub fn person(addresses: &Addresses<'_>, account: &Account, key: &str) -> Actor {
    let names = (account.name.as_str(), account.display_name.as_str());
    let actor = Actor::new(addresses, "Person", addresses.account(&account.name), names, key);
    Actor {
        published: account.created_at,
        icon: icons(addresses, account.avatar.as_ref()),
        summary: summary(account.description.as_deref()),
        ..actor
    }
}

/// A channel of the account that is called `owner`.
#[must_use]
pub fn group(addresses: &Addresses<'_>, channel: &Channel, owner: &str, key: &str) -> Actor {
    let names = (channel.name.as_str(), channel.display_name.as_str());
    let actor = Actor::new(addresses, "Group", addresses.channel(&channel.name), names, key);
    Actor {
        published: channel.created_at,
        icon: icons(addresses, channel.avatar.as_ref()),
        image: banners(addresses, channel.banner.as_ref()),
        summary: summary(channel.description.as_deref()),
        group: Some(Group {
            support: channel.support.clone(),
            // Lemmy's people could post to a channel otherwise.
            posting_restricted_to_mods: true,
            attributed_to: vec![Attribution::person(addresses, owner)],
        }),
        ..actor
    }
}

/// The instance.
#[must_use]
pub fn application(addresses: &Addresses<'_>, instance: &Instance<'_>, key: &str) -> Actor {
    let actor = Actor::new(addresses, "Application", addresses.instance(), (INSTANCE, instance.name), key);
    Actor {
        published: instance.since,
        icon: icons(addresses, instance.avatar),
        image: banners(addresses, instance.banner),
        summary: summary(Some(instance.description)),
        manually_approves_followers: instance.approves_followers,
        ..actor
    }
}

impl Actor {
    fn new(
        addresses: &Addresses<'_>,
        kind: &'static str,
        id: String,
        (name, display_name): (&str, &str),
        key: &str,
    ) -> Actor {
        let below = |path: &str| format!("{id}/{path}");
        Actor {
            kind,
            following: below("following"),
            followers: below("followers"),
            playlists: below("playlists"),
            inbox: below("inbox"),
            outbox: below("outbox"),
            preferred_username: name.to_owned(),
            url: id.clone(),
            name: if display_name.is_empty() { name.to_owned() } else { display_name.to_owned() },
            endpoints: Endpoints { shared_inbox: addresses.shared_inbox() },
            public_key: PublicKey {
                id: format!("{id}#main-key"),
                owner: id.clone(),
                public_key_pem: key.to_owned(),
            },
            published: Timestamp(0),
            icon: Vec::new(),
            image: Vec::new(),
            summary: None,
            manually_approves_followers: false,
            group: None,
            id,
        }
    }
}

fn summary(text: Option<&str>) -> Option<String> {
    text.filter(|text| SUMMARY_LETTERS_MIN <= text.trim().chars().count()).map(str::to_owned)
}

/// Some show the first, some the last: the first is as large as anybody shows, the last is a small one.
fn icons(addresses: &Addresses<'_>, picture: Option<&ActorPicture>) -> Vec<Image> {
    let Some(picture) = picture else { return Vec::new() };
    let mut widths: Vec<u32> =
        picture.widths.iter().copied().filter(|width| AVATAR_WIDTHS.contains(width)).collect();
    widths.sort_unstable();
    let first = widths.iter().rposition(|width| *width <= FIRST_WIDTH_MAX).unwrap_or(0);
    let (mut order, small) = match widths.split_at_checked(first) {
        Some((small, large)) => (large.to_vec(), small),
        None => (Vec::new(), widths.as_slice()),
    };
    order.extend(small);
    let image = |width: u32| {
        Image::new(
            addresses.of_path(&format!("/lazy-static/avatars/{}", picture.file(width))),
            (width, width),
        )
    };
    order.into_iter().map(image).collect()
}

fn banners(addresses: &Addresses<'_>, picture: Option<&ActorPicture>) -> Vec<Image> {
    let Some(picture) = picture else { return Vec::new() };
    let has = |size: &&(u32, u32)| picture.widths.contains(&size.0);
    let image = |size: &(u32, u32)| {
        Image::new(addresses.of_path(&format!("/lazy-static/banners/{}", picture.file(size.0))), *size)
    };
    BANNER_SIZES.iter().rev().filter(has).map(image).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::id::Uuid;

    fn picture(widths: &[u32]) -> ActorPicture {
        ActorPicture { name: Uuid(7), widths: widths.to_vec(), is_png: true, created_at: Timestamp(0) }
    }

    #[test]
    fn pictures_begin_with_one_to_look_at_and_end_with_a_small_one() {
        let addresses = Addresses::new("https://films.example", "films.example");
        let widths = |picture: &ActorPicture| -> Vec<u32> {
            icons(&addresses, Some(picture)).iter().map(|image| image.width).collect()
        };
        assert_eq!(widths(&picture(&[1500, 600, 120, 48])), [600, 1500, 48, 120]);
        assert_eq!(widths(&picture(&[120, 48])), [120, 48]);
        assert_eq!(widths(&picture(&[1500])), [1500]);
        assert!(icons(&addresses, None).is_empty());
        let banner = &banners(&addresses, Some(&picture(&[1920, 600])))[1];
        assert_eq!((banner.width, banner.height, banner.media_type), (1920, 317, "image/png"));
    }

    #[test]
    fn texts_that_others_refuse_are_left_out() {
        assert_eq!(summary(Some("no")), None);
        assert_eq!(summary(Some(" a ")), None);
        assert_eq!(summary(Some("yes")).as_deref(), Some("yes"));
        assert_eq!(summary(None), None);
    }
}
