//! `/services/oembed`: how a link to a video or a list unfolds on other sites (oEmbed 1.0), and `/services/redirect`.
//!
//! Owns which addresses are ours, which of their wishes go on to the player, and its size. Whoever asks is a stranger:
//! what they may not see is not told.

use http::header::{CACHE_CONTROL, LOCATION};
use http::{HeaderValue, StatusCode, Uri};
use serde::Serialize;
use shared::id::VideoRef;

use crate::app::App;
use crate::domain::playlist;
use crate::domain::viewer::Viewer;
use crate::domain::wrong::Wrong;
use crate::http::actor;
use crate::http::extract::{Ask, Segment};
use crate::http::pages::head::escape;
use crate::http::pages::subject::{Page, parse_page};
use crate::http::pairs::decode_pairs;
use crate::http::problem::Failure;
use crate::http::respond::{Outcome, empty, json, with_header};
use crate::http::views;
use crate::store::records::{Account, Channel, Embed};

/// Size of PeerTube's player on other sites. Pixels.
const PLAYER: (u32, u32) = (560, 315);
/// Size of a video's picture.
const PREVIEW: (u32, u32) = (850, 480);
/// Size of a list's picture.
const THUMBNAIL: (u32, u32) = (280, 157);
/// Wishes that go on to the player: moments, and the place in a list.
const WISHES: [&str; 3] = ["start", "stop", "playlistPosition"];
/// No such wish is longer: `100h59m59s`.
const WISH_BYTES_MAX: usize = 16;
/// Longer addresses are none of ours.
const URL_BYTES_MAX: usize = 2048;

/// The answer, in PeerTube's order.
#[derive(Serialize)]
struct Unfolded {
    #[serde(rename = "type")]
    kind: &'static str,
    version: &'static str,
    html: String,
    width: u32,
    height: u32,
    title: String,
    author_name: String,
    author_url: String,
    provider_name: &'static str,
    provider_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail_width: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail_height: Option<u32>,
}

/// What an address leads to.
struct Thing {
    title: String,
    author: (String, String),
    /// Path of its player.
    player: String,
    picture: Option<String>,
    picture_size: (u32, u32),
}

/// `GET /services/oembed`
pub async fn show(ask: Ask) -> Outcome {
    if ask.parameter("format").is_some_and(|format| !format.is_empty() && format != "json") {
        return Err(Failure::new(StatusCode::NOT_IMPLEMENTED, "Only the format \"json\" is there"));
    }
    let (width, height) = (bound(&ask, "maxwidth")?, bound(&ask, "maxheight")?);
    let sent = ask.parameter("url");
    let own = ask.app.url().host();
    let (path, wishes) = sent.as_deref().and_then(|url| read_address(url, own)).ok_or_else(|| {
        Wrong::query("url", sent.as_deref(), "Should be the address of a page of this instance")
    })?;
    let thing = match parse_page(&path) {
        Page::Video(name) => video(&ask.app, name)?,
        Page::Playlist(name) => list(&ask.app, &name)?,
        Page::Channel(_) | Page::Account(_) | Page::Either(_) | Page::Unknown | Page::Other => {
            return Err(Failure::not_found("There is neither a video nor a list at this address"));
        }
    };
    let url = ask.app.url();
    let size = within(PLAYER, width, height);
    let player = format!("{url}{}{wishes}", thing.player);
    let fits = within(thing.picture_size, width, height) == thing.picture_size;
    let picture = thing.picture.filter(|_| fits).map(|path| format!("{url}{path}"));
    let picture_size = picture.as_ref().map(|_| thing.picture_size);
    let answer = json(&Unfolded {
        kind: "video",
        version: "1.0",
        html: format!(
            "<iframe width=\"{}\" height=\"{}\" \
             sandbox=\"allow-same-origin allow-scripts allow-popups allow-forms\" title=\"{}\" src=\"{}\" \
             style=\"border: 0px;\" allow=\"fullscreen\" allowfullscreen></iframe>",
            size.0,
            size.1,
            escape(&thing.title),
            escape(&player)
        ),
        width: size.0,
        height: size.1,
        title: thing.title,
        author_name: thing.author.0,
        author_url: thing.author.1,
        // Programs know by it whose player this is.
        provider_name: "PeerTube",
        provider_url: url.to_string(),
        thumbnail_url: picture,
        thumbnail_width: picture_size.map(|size| size.0),
        thumbnail_height: picture_size.map(|size| size.1),
    })?;
    Ok(with_header(answer, CACHE_CONTROL, "max-age=600"))
}

/// A side that the player must not be longer than; none where it may.
fn bound(ask: &Ask, name: &'static str) -> Result<Option<u32>, Failure> {
    let Some(sent) = ask.parameter(name) else { return Ok(None) };
    let number = sent.parse().ok().filter(|&number: &u32| 0 < number);
    let number = number.ok_or_else(|| Wrong::query(name, Some(&sent), "Should be a number of pixels"))?;
    Ok(Some(number))
}

/// The path of an address of this instance, and what of its wishes goes on, as a query.
fn read_address(url: &str, own: &str) -> Option<(String, String)> {
    if URL_BYTES_MAX < url.len() {
        return None;
    }
    let uri: Uri = url.parse().ok()?;
    let is_web = uri.scheme_str().is_some_and(|scheme| ["http", "https"].contains(&scheme));
    let is_ours = uri.authority().is_some_and(|host| host.as_str().eq_ignore_ascii_case(own));
    if !is_web || !is_ours {
        return None;
    }
    let asked = decode_pairs(uri.query().unwrap_or_default());
    let mut query = String::new();
    for name in WISHES {
        let value = asked.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str());
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b':' || byte == b'.';
        let value = value.filter(|value| {
            !value.is_empty() && value.len() <= WISH_BYTES_MAX && value.bytes().all(is_plain)
        });
        if let Some(value) = value {
            let mark = if query.is_empty() { '?' } else { '&' };
            query.push_str(&format!("{mark}{name}={value}"));
        }
    }
    Some((uri.path().to_owned(), query))
}

/// The largest size of the same shape that is within these bounds, and never larger than it is.
fn within((width, height): (u32, u32), width_max: Option<u32>, height_max: Option<u32>) -> (u32, u32) {
    let scaled = |side: u32, from: u32, to: u32| -> u32 {
        let side = u64::from(side) * u64::from(to) / u64::from(from.max(1));
        u32::try_from(side).unwrap_or(u32::MAX).max(1)
    };
    let by_width =
        width_max.filter(|&max| max < width).map_or((width, height), |max| (max, scaled(height, width, max)));
    match height_max.filter(|&max| max < by_width.1) {
        Some(max) => (scaled(width, height, max).min(by_width.0), max),
        None => by_width,
    }
}

fn hidden() -> Failure {
    Failure::forbidden("This is not for everybody")
}

fn video(app: &App, name: VideoRef) -> Result<Thing, Failure> {
    let (entry, by) = app.catalogue().find(name).ok_or_else(|| Failure::not_found("Video not found"))?;
    entry.listed.sight().opens_to(&Viewer::Anonymous, by).map_err(|_| hidden())?;
    let video = &entry.listed.video;
    if video.embed == Embed::Nowhere {
        return Err(Failure::forbidden(
            "Whoever published this video does not want it to be shown elsewhere",
        ));
    }
    Ok(Thing {
        title: video.name.clone(),
        author: author_of_channel(app, &entry.publisher.channel),
        player: format!("/videos/embed/{}", video.uuid),
        picture: views::preview_path(video),
        picture_size: PREVIEW,
    })
}

fn list(app: &App, name: &str) -> Result<Thing, Failure> {
    let found = app.playlists().find(name);
    let (list, by) = found.ok_or_else(|| Failure::not_found("Video playlist not found"))?;
    playlist::opens_to(&list, None, &Viewer::Anonymous, by).map_err(|hidden_so| match hidden_so {
        playlist::Hidden::Absent => Failure::not_found("Video playlist not found"),
        playlist::Hidden::SignIn | playlist::Hidden::NotForYou => hidden(),
    })?;
    let publisher = list.channel.and_then(|channel| app.catalogue().publisher(channel));
    let author = match publisher {
        Some(publisher) => author_of_channel(app, &publisher.channel),
        None => app
            .catalogue()
            .account(list.account)
            .map(|account| author_of_account(app, &account))
            .unwrap_or_default(),
    };
    Ok(Thing {
        title: list.name.clone(),
        author,
        player: format!("/video-playlists/embed/{}", list.uuid),
        picture: views::playlist_thumbnail(app, &list),
        picture_size: THUMBNAIL,
    })
}

fn author_of_channel(app: &App, channel: &Channel) -> (String, String) {
    let name = if channel.display_name.is_empty() { &channel.name } else { &channel.display_name };
    (name.clone(), views::channel_url(app.url(), channel))
}

fn author_of_account(app: &App, account: &Account) -> (String, String) {
    let name = if account.display_name.is_empty() { &account.name } else { &account.display_name };
    (name.clone(), views::account_url(app.url(), account))
}

/// `GET /services/redirect/accounts/{name}`: where an account is known to the network.
pub async fn account(name: Segment, ask: Ask) -> Outcome {
    let account = actor::find_account(&name, &ask).await?;
    let url = views::account_url(ask.app.url(), &account);
    let mut response = empty(StatusCode::FOUND);
    let location = HeaderValue::from_str(&url).map_err(|error| Failure::internal(&error))?;
    response.headers_mut().insert(LOCATION, location);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn players_keep_their_shape() {
        for (width, height, size) in [
            (None, None, (560, 315)),
            (Some(800), Some(600), (560, 315)),
            (Some(400), Some(300), (400, 225)),
            (Some(400), Some(100), (177, 100)),
            (None, Some(90), (160, 90)),
            (Some(320), None, (320, 180)),
            (Some(1), Some(1), (1, 1)),
        ] {
            assert_eq!(within(PLAYER, width, height), size, "{width:?} x {height:?}");
        }
    }

    #[test]
    fn only_addresses_of_this_instance_unfold() {
        let read = |url: &str| read_address(url, "films.example:8443");
        let found = |path: &str, query: &str| Some((path.to_owned(), query.to_owned()));
        assert_eq!(read("https://films.example:8443/w/abc"), found("/w/abc", ""));
        assert_eq!(read("http://FILMS.example:8443/w/abc?x=1"), found("/w/abc", ""));
        assert_eq!(
            read("https://films.example:8443/w/p/abc?playlistPosition=2&stop=1:02&start=1m2s&muted=1"),
            found("/w/p/abc", "?start=1m2s&stop=1:02&playlistPosition=2")
        );
        assert_eq!(read("https://films.example:8443/w/a?start=1%22%3E&stop="), found("/w/a", ""));
        for other in [
            "",
            "/w/abc",
            "https://films.example/w/abc",
            "https://films.example:8443.evil.example/w/abc",
            "https://films.example:8443@evil.example/w/abc",
            "https://a@films.example:8443/w/abc",
            "ftp://films.example:8443/w/abc",
            "javascript:alert(1)",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
