//! Which way a video is played: piece by piece by us, or whole by the browser.
//!
//! Owns that choice and the plain way. Plain playback has no choice of quality and no digests: it is for browsers
//! without MediaSource, and for plain files.

use wasm_bindgen::JsValue;
use web_sys::HtmlVideoElement;

use crate::js;
use crate::options::Options;
use crate::resolve::{self, Resolved};

/// How to play.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Way {
    /// Master playlist and digests, by our own engine.
    Stream { playlist: String, sha256: Option<String> },
    /// An address the media element takes as it is; its sound may be elsewhere, out of reach.
    Plain { url: String, is_mute: bool },
}

/// What a browser can do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Skills {
    pub media_source: bool,
    /// Plays playlists by itself.
    pub native_hls: bool,
}

/// Chooses; none where this browser can play nothing of it.
pub fn choose_way(found: &Resolved, skills: Skills) -> Option<Way> {
    let file = found.files.first().map(|url| Way::Plain { url: url.clone(), is_mute: found.is_mute });
    match &found.playlist {
        Some(playlist) if skills.media_source => {
            Some(Way::Stream { playlist: playlist.clone(), sha256: found.sha256.clone() })
        }
        Some(playlist) if skills.native_hls => {
            Some(Way::Plain { url: native(playlist, found), is_mute: false })
        }
        Some(_) | None => file,
    }
}

/// What the options alone lead to, when they name a source rather than a video of an instance.
pub fn from_options(options: &Options) -> Option<Resolved> {
    let src = options.src.clone()?;
    let mut found = Resolved {
        sha256: options.sha256.clone(),
        file_token: options.file_token.clone(),
        trackers: resolve::sockets(options.trackers.clone()),
        sharing: options.sharing.clone(),
        ..Resolved::default()
    };
    if is_playlist(&src) {
        found.playlist = Some(src);
    } else {
        found.files.push(src);
    }
    Some(found)
}

/// What this browser can do.
pub fn skills(video: &HtmlVideoElement) -> Skills {
    let media_source = crate::source::is_supported();
    let plays = |mime: &str| {
        let answer = js::call(video, "canPlayType", &[&mime.into()]);
        answer.ok().as_ref().and_then(JsValue::as_string).is_some_and(|answer| !answer.is_empty())
    };
    // Only asked where it matters: the answer takes a while.
    Skills { media_source, native_hls: !media_source && plays("application/vnd.apple.mpegurl") }
}

/// Whether an address names a playlist.
pub fn is_playlist(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or("");
    path.ends_with(".m3u8")
}

/// An address with the token of a private file.
pub fn with_token(url: &str, token: Option<&str>) -> String {
    let Some(token) = token else { return url.to_owned() };
    let mark = if url.contains('?') { "&" } else { "?" };
    let token = String::from(js_sys::encode_uri_component(token));
    [url, mark, "videoFileToken=", &token].concat()
}

/// The browser fetches the other playlists itself, so the server has to put the token into their addresses.
fn native(playlist: &str, found: &Resolved) -> String {
    match &found.file_token {
        Some(_) => {
            let mark = if playlist.contains('?') { "&" } else { "?" };
            [playlist, mark, "reinjectVideoFileToken=true"].concat()
        }
        None => playlist.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODERN: Skills = Skills { media_source: true, native_hls: false };
    const PHONE: Skills = Skills { media_source: false, native_hls: true };
    const OLD: Skills = Skills { media_source: false, native_hls: false };

    fn check(found: &Resolved, skills: Skills, plain: Option<&str>) {
        let plain = plain.map(|url| Way::Plain { url: url.to_owned(), is_mute: false });
        assert_eq!(choose_way(found, skills), plain);
    }

    #[test]
    fn a_stream_is_ours_where_we_can_feed_it() {
        let found = Resolved {
            playlist: Some("https://a/m.m3u8".into()),
            sha256: Some("https://a/d.json".into()),
            files: vec!["https://a/720.mp4".into()],
            ..Resolved::default()
        };
        let stream =
            Way::Stream { playlist: "https://a/m.m3u8".into(), sha256: Some("https://a/d.json".into()) };
        assert_eq!(choose_way(&found, MODERN), Some(stream));
        check(&found, PHONE, Some("https://a/m.m3u8"));
        check(&found, OLD, Some("https://a/720.mp4"));
        let private = Resolved { file_token: Some("t".into()), ..found };
        check(&private, PHONE, Some("https://a/m.m3u8?reinjectVideoFileToken=true"));
    }

    #[test]
    fn a_file_is_played_by_the_browser() {
        let found = Resolved { files: vec!["https://a/720.mp4".into()], ..Resolved::default() };
        for skills in [MODERN, PHONE, OLD] {
            check(&found, skills, Some("https://a/720.mp4"));
        }
        check(&Resolved::default(), MODERN, None);
    }

    #[test]
    fn a_file_without_its_sound_is_the_last_resort_and_known_for_it() {
        let found = Resolved {
            playlist: Some("https://a/m.m3u8".into()),
            files: vec!["https://a/720.mp4".into()],
            is_mute: true,
            ..Resolved::default()
        };
        check(&found, PHONE, Some("https://a/m.m3u8"));
        let file = Way::Plain { url: "https://a/720.mp4".into(), is_mute: true };
        assert_eq!(choose_way(&found, OLD), Some(file));
    }

    #[test]
    fn playlists_are_known_by_their_name() {
        for url in ["https://a/b.m3u8", "b.m3u8?x=1", "b.m3u8#t=3"] {
            assert!(is_playlist(url), "{url}");
        }
        for url in ["https://a/b.mp4", "https://a/m3u8/b", "b.mp4?x=.m3u8", ""] {
            assert!(!is_playlist(url), "{url}");
        }
    }
}
