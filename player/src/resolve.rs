//! From a video's name to what plays it: the instance's API, asked.
//!
//! Owns the few fields read of each answer. Fields are read one by one and leniently, so that instances of PeerTube
//! older and newer than ours resolve too. Captions, storyboard and chapters are asked for beside the video
//! and never hold it up.

use wasm_bindgen::JsValue;

use crate::http::{Failure, Http};
use crate::js;
use crate::options::{Options, ratio, sheet};
use crate::sharing::texts;
use crate::ui::{Caption, Sheet, Trouble};

/// PeerTube's `state` of a video whose renditions are being made.
const STATE_TO_TRANSCODE: f64 = 2.0;
/// PeerTube's `privacy` values whose files need a token.
const PRIVACIES_WITH_TOKEN: [f64; 3] = [3.0, 4.0, 5.0];

/// What plays a video.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Resolved {
    /// The part of the API's paths that names the video.
    pub id: String,
    /// The master playlist, if there is one.
    pub playlist: Option<String>,
    /// Its digests.
    pub sha256: Option<String>,
    /// WebSocket addresses of its trackers.
    pub trackers: Vec<String>,
    /// Who may meet there, in the instance's word; none of other software.
    pub sharing: Option<String>,
    /// Plain files with a picture, best first: those with sound before those without, then the tallest.
    pub files: Vec<String>,
    /// Whether the video has sound and none of these has it.
    pub is_mute: bool,
    pub title: Option<String>,
    pub poster: Option<String>,
    pub duration: Option<f64>,
    pub aspect_ratio: Option<f64>,
    pub file_token: Option<String>,
    /// The channel's name, for the media session.
    pub channel: Option<String>,
}

/// Which video of which instance a name means: an address of a page names both, anything else is a video of ours.
pub fn name(video: &str, instance: &str) -> (String, String) {
    let address = video.split_once(':').and_then(|(scheme, rest)| Some((scheme, rest.strip_prefix("//")?)));
    let Some((scheme, rest)) = address else { return (instance.to_owned(), video.to_owned()) };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let base = [scheme, "://", host].concat();
    let path = path.split(['?', '#']).next().unwrap_or("").trim_end_matches('/');
    let id = path.rsplit('/').next().unwrap_or("");
    (base, id.to_owned())
}

/// Asks the instance for a video.
pub async fn resolve(http: &Http, instance: &str, id: &str, options: &Options) -> Result<Resolved, Trouble> {
    let base = [instance, "/api/v1/videos/", &encode(id)].concat();
    let answer = http.json(&base, options.access_token.as_deref()).await;
    let video = answer.map_err(|failure| trouble(&failure))?;
    let mut resolved = read(&video, instance);
    let token = options.file_token.clone();
    resolved.file_token = match token {
        Some(token) => Some(token),
        None if needs_token(&video) && options.access_token.is_some() => {
            let answer = http.post(&[&base, "/token"].concat(), options.access_token.as_deref(), None).await;
            answer.ok().and_then(|answer| js::text(&js::get(&answer, "files"), "token"))
        }
        None => None,
    };
    if resolved.playlist.is_none() && resolved.files.is_empty() {
        let state = js::number(&js::get(&video, "state"), "id");
        return Err(if state == Some(STATE_TO_TRANSCODE) {
            Trouble::Processing
        } else {
            Trouble::Unsupported
        });
    }
    Ok(resolved)
}

/// Asks for one of the lists beside a video: `/captions`, `/storyboards`, `/chapters`. Undefined where it cannot be had.
pub async fn beside(http: &Http, instance: &str, id: &str, what: &str, options: &Options) -> JsValue {
    let url = [instance, "/api/v1/videos/", &encode(id), what].concat();
    http.json(&url, options.access_token.as_deref()).await.unwrap_or_default()
}

/// The captions of an answer, if it has any.
pub fn captions(answer: &JsValue, instance: &str) -> Vec<Caption> {
    js::list(answer, "data").iter().filter_map(|row| caption(&row, instance)).collect()
}

/// The small pictures of an answer, if it has any.
pub fn storyboard(answer: &JsValue, instance: &str) -> Option<Sheet> {
    sheet(&js::list(answer, "storyboards").get(0), instance)
}

/// Where views of a video are reported.
pub fn views_url(instance: &str, id: &str) -> String {
    [instance, "/api/v1/videos/", &encode(id), "/views"].concat()
}

fn read(video: &JsValue, instance: &str) -> Resolved {
    let playlist = js::list(video, "streamingPlaylists").get(0);
    let poster = js::text(video, "previewPath").map(|path| [instance, &path].concat());
    // A rendition's fragmented file plays from beginning to end like any other, where nothing better is left.
    let lists = [js::list(video, "files"), js::list(&playlist, "files")];
    let rows: Vec<JsValue> = lists.iter().flat_map(|list| list.iter().collect::<Vec<_>>()).collect();
    let is_not = |row: &JsValue, name| js::get(row, name).as_bool() == Some(false);
    let (silent, whole): (Vec<_>, Vec<_>) =
        rows.iter().filter(|row| !is_not(row, "hasVideo")).partition(|row| is_not(row, "hasAudio"));
    let has_sound = rows.iter().any(|row| js::get(row, "hasAudio").as_bool() == Some(true));
    Resolved {
        is_mute: whole.is_empty() && has_sound,
        id: js::text(video, "uuid").unwrap_or_default(),
        playlist: js::text(&playlist, "playlistUrl"),
        sha256: js::text(&playlist, "segmentsSha256Url"),
        trackers: sockets(texts(video, "trackerUrls")),
        sharing: js::text(&js::get(video, "sharingInForce"), "mode"),
        files: whole.into_iter().chain(silent).filter_map(|row| js::text(row, "fileUrl")).collect(),
        title: js::text(video, "name"),
        poster,
        duration: js::number(video, "duration").filter(|&seconds| 0.0 < seconds),
        aspect_ratio: ratio(js::number(video, "aspectRatio")),
        file_token: None,
        channel: js::text(&js::get(video, "channel"), "displayName"),
    }
}

/// Those a browser can speak to.
pub fn sockets(mut trackers: Vec<String>) -> Vec<String> {
    trackers.retain(|url| url.starts_with("ws:") || url.starts_with("wss:"));
    trackers
}

fn needs_token(video: &JsValue) -> bool {
    let privacy = js::number(&js::get(video, "privacy"), "id");
    privacy.is_some_and(|privacy| PRIVACIES_WITH_TOKEN.contains(&privacy))
}

fn caption(row: &JsValue, instance: &str) -> Option<Caption> {
    let language = js::get(row, "language");
    let url = js::text(row, "fileUrl")
        .or_else(|| js::text(row, "captionPath").map(|path| [instance, &path].concat()))?;
    let id = js::text(&language, "id")?;
    let label = js::text(&language, "label").unwrap_or_else(|| id.clone());
    Some(Caption { language: id, label, url })
}

/// What an answer that is no video means to a viewer.
fn trouble(failure: &Failure) -> Trouble {
    match failure {
        Failure::Network => Trouble::Network,
        Failure::Status { status, problem } => match status {
            401 => Trouble::Private,
            403 if problem.as_deref() == Some("video_requires_password")
                || problem.as_deref() == Some("incorrect_video_password") =>
            {
                Trouble::Password
            }
            403 => Trouble::Private,
            400 | 404 => Trouble::NotFound,
            410 => Trouble::Gone,
            _ => Trouble::Network,
        },
    }
}

/// Keeps a name inside its place in a path.
fn encode(id: &str) -> String {
    String::from(js_sys::encode_uri_component(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_video_is_named_by_its_id_or_by_its_page() {
        let here = "https://here.example";
        let cases = [
            ("rrBjcMzUHp9vw19EDscPnD", here, "rrBjcMzUHp9vw19EDscPnD"),
            (
                "https://films.example/w/rrBjcMzUHp9vw19EDscPnD",
                "https://films.example",
                "rrBjcMzUHp9vw19EDscPnD",
            ),
            ("https://films.example/videos/watch/ce07?start=3#x", "https://films.example", "ce07"),
            ("http://127.0.0.1:9001/w/ce07/", "http://127.0.0.1:9001", "ce07"),
            ("https://films.example", "https://films.example", ""),
        ];
        for (video, instance, id) in cases {
            assert_eq!(name(video, here), (instance.to_owned(), id.to_owned()), "{video}");
        }
    }

    #[test]
    fn refusals_become_sentences_for_viewers() {
        let status = |status, problem: Option<&str>| {
            trouble(&Failure::Status { status, problem: problem.map(str::to_owned) })
        };
        assert_eq!(status(401, None), Trouble::Private);
        assert_eq!(status(403, None), Trouble::Private);
        assert_eq!(status(403, Some("video_requires_password")), Trouble::Password);
        assert_eq!(status(404, None), Trouble::NotFound);
        assert_eq!(status(410, None), Trouble::Gone);
        assert_eq!(status(502, None), Trouble::Network);
        assert_eq!(trouble(&Failure::Network), Trouble::Network);
    }
}
