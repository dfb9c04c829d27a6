//! Captions and chapters of a video.

use std::path::Path;
use std::time::Duration;

use backend::store::Read as _;
use backend::store::records::{Hearing, Video};
use backend::store::tables::VideoKey;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::clips;
use crate::makers::{Maker, bob, captured, root, until};
use crate::rig::{Answer, Instance, Part, instance, instance_with};

const VTT: &[u8] = b"WEBVTT\n\n00:00:00.000 --> 00:00:01.000 line:85%\n<i>Hello</i>\n";
const SRT: &str = "1\r\n00:00:00,000 --> 00:00:01,500\r\nDéjà vu, ça va très bien\r\n";

async fn publish(instance: &Instance, maker: &Maker, fields: &[(&str, &str)]) -> String {
    let channel = maker.channel.to_string();
    let mut parts = vec![Part::Text("name", "A clip"), Part::Text("channelId", &channel)];
    parts.extend(fields.iter().map(|(name, value)| Part::Text(name, value)));
    parts.push(Part::File("videofile", "clip.mp4", clips::mp4()));
    let answer = maker.single(instance, &parts).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    answer.json()["video"]["uuid"].as_str().unwrap().to_owned()
}

async fn put(instance: &Instance, maker: &Maker, video: &str, language: &str, file: &[u8]) -> Answer {
    let ask = instance.ask(Method::PUT, &format!("/api/v1/videos/{video}/captions/{language}"));
    ask.bearer(&maker.token).parts(&[Part::File("captionfile", "words.srt", file)]).send().await
}

async fn captions(instance: &Instance, maker: &Maker, video: &str) -> Value {
    let path = format!("/api/v1/videos/{video}/captions");
    instance.get(&path).bearer(&maker.token).send().await.json()
}

async fn file(instance: &Instance, caption: &Value) -> Answer {
    instance.get(caption["captionPath"].as_str().unwrap()).send().await
}

/// Waits until a file of the instance's data holds, or lacks, what it should.
async fn until_file(path: &Path, claim: impl Fn(&str) -> bool) -> String {
    let waiting = async {
        loop {
            let text = tokio::fs::read_to_string(path).await.unwrap_or_default();
            if claim(&text) {
                return text;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), waiting).await.expect("the master is rewritten in time")
}

/// A program with Whisper's command line that hears nobody, and notes in `log` that it listened.
fn deaf(folder: &Path, log: &Path) -> std::path::PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let path = folder.join("deaf");
    let text = format!(
        "#!/bin/sh\nwhile [ $# -gt 0 ]; do [ \"$1\" = --output_dir ] && out=\"$2\"; shift; done\n\
         printf 'WEBVTT\\n' > \"$out/speech.vtt\"\nprintf '{{\"language\":\"en\"}}' > \"$out/speech.json\"\n\
         echo listened >> '{}'\n",
        log.display()
    );
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_video_is_listened_to_once() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let engine = deaf(folder.path(), &log);
    let instance = instance_with(|config| {
        config.transcription.enabled = true;
        config.transcription.engine = engine;
    })
    .await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let video = publish(&instance, &bob, &[("privacy", "1")]).await;
    let app = instance.running.app().clone();
    let row = || app.store().table::<VideoKey>().map(|row| row.unwrap().1).next().unwrap();
    until(|| row().playlist.is_some_and(|playlist| !playlist.is_growing())).await;
    let path = format!("/api/v1/videos/{video}/captions/generate");
    let ask = async |who: &Maker, forced: bool| {
        let wish = json!({ "forceTranscription": forced });
        instance.post(&path).bearer(&who.token).json(&wish).send().await.status.as_u16()
    };
    let listened = || std::fs::read_to_string(&log).unwrap_or_default().lines().count();
    assert_eq!(ask(&bob, false).await, 204);
    until(|| row().hearing == Hearing::Silent).await;
    assert_eq!((ask(&bob, false).await, listened()), (400, 1), "it said nothing, and says nothing now");
    assert_eq!(ask(&bob, true).await, 403);
    assert_eq!(ask(&root, true).await, 204, "by who may");
    until(|| listened() == 2 && row().hearing == Hearing::Silent).await;
    assert_eq!(captions(&instance, &bob, &video).await["total"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn captions_come_change_and_go() {
    let instance = instance().await;
    let root = root(&instance).await;
    let video = publish(&instance, &root, &[("privacy", "1")]).await;
    assert_eq!(captions(&instance, &root, &video).await, json!({ "total": 0, "data": [] }));
    assert_eq!(put(&instance, &root, &video, "en", VTT).await.status, StatusCode::NO_CONTENT);
    let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(SRT);
    assert_eq!(put(&instance, &root, &video, "fr", &bytes).await.status, StatusCode::NO_CONTENT);

    let listed = captions(&instance, &root, &video).await;
    let keys = |row: &Value| row.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    for key in keys(&captured("captions")["data"][0]) {
        assert!(keys(&listed["data"][0]).contains(&key), "{key} in {listed}");
    }
    assert_eq!((&listed["total"], &listed["data"][1]["language"]["label"]), (&json!(2), &json!("French")));
    let french = file(&instance, &listed["data"][1]).await;
    assert_eq!(french.header("content-type"), "text/vtt; charset=UTF-8");
    let text = "WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nDéjà vu, ça va très bien\n";
    assert_eq!(std::str::from_utf8(&french.body).unwrap(), text);

    // Native players find them in the master, and what it names leads to the words.
    let folder = instance.folder.path().join("hls").join(&video);
    let master = folder.join(format!("{video}-master.m3u8"));
    let both = |text: &str| text.matches("TYPE=SUBTITLES").count() == 2 && text.contains("#EXT-X-STREAM-INF");
    until_file(&master, both).await;
    let playlist = listed["data"][1]["m3u8Url"].as_str();
    let address = format!("/static/streaming-playlists/hls/{video}/");
    let listed = captions(&instance, &root, &video).await;
    let playlist = playlist.or(listed["data"][1]["m3u8Url"].as_str()).unwrap();
    let path = playlist.get(playlist.find(&address).unwrap()..).unwrap();
    let media = String::from_utf8(instance.get(path).send().await.body.to_vec()).unwrap();
    assert!(media.contains(listed["data"][1]["captionPath"].as_str().unwrap()), "{media}");

    assert_eq!(put(&instance, &root, &video, "fr", VTT).await.status, StatusCode::NO_CONTENT);
    assert_eq!(file(&instance, &listed["data"][1]).await.status, StatusCode::NOT_FOUND, "the old words");
    let replaced = captions(&instance, &root, &video).await;
    assert_eq!(file(&instance, &replaced["data"][1]).await.body, VTT);
    for (status, language) in [(204, "fr"), (404, "fr"), (204, "en")] {
        let path = format!("/api/v1/videos/{video}/captions/{language}");
        let gone = instance.ask(Method::DELETE, &path).bearer(&root.token).send().await;
        assert_eq!(gone.status.as_u16(), status, "{language}");
    }
    assert_eq!(captions(&instance, &root, &video).await["total"], 0);
    until_file(&master, |text| !text.contains("SUBTITLES")).await;
    let is_left = || {
        let mut names = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name());
        names.any(|name| name.to_str().unwrap().ends_with("-fr.m3u8"))
    };
    until(|| !is_left()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn captions_are_refused_with_the_line_that_is_wrong() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let video = publish(&instance, &root, &[("privacy", "1")]).await;
    let backwards = b"WEBVTT\n\n00:00:05.000 --> 00:00:01.000\nA\n";
    let refused = put(&instance, &root, &video, "en", backwards).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    let message = &refused.json()["invalid-params"]["captionfile"]["msg"];
    assert_eq!(message, "Line 3: the caption ends before it begins.");
    for (language, file) in [("xx", VTT), ("en", b"<html>".as_slice()), ("en", b"")] {
        let refused = put(&instance, &root, &video, language, file).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{language} {file:?}");
    }
    let huge = vec![b'a'; 20 * 1024 * 1024 + 1];
    assert_eq!(put(&instance, &root, &video, "en", &huge).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(put(&instance, &bob, &video, "en", VTT).await.status, StatusCode::FORBIDDEN);
    assert_eq!(put(&instance, &root, "999", "en", VTT).await.status, StatusCode::NOT_FOUND);
    let path = format!("/api/v1/videos/{video}/captions/en");
    let anonymous = instance.ask(Method::PUT, &path).parts(&[Part::File("captionfile", "a.vtt", VTT)]).send();
    assert_eq!(anonymous.await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(captions(&instance, &root, &video).await["total"], 0);
    let folder = instance.folder.path().join("captions").join(&video);
    assert!(std::fs::read_dir(folder).map_or(true, |mut files| files.next().is_none()), "nothing is left");
}

#[tokio::test(flavor = "multi_thread")]
async fn captions_go_with_their_video() {
    let instance = instance().await;
    let root = root(&instance).await;
    let video = publish(&instance, &root, &[("privacy", "3")]).await;
    assert_eq!(put(&instance, &root, &video, "en", VTT).await.status, StatusCode::NO_CONTENT);
    let path = format!("/api/v1/videos/{video}/captions");
    assert_eq!(instance.get(&path).send().await.status, StatusCode::UNAUTHORIZED, "a private video's");
    let folder = instance.folder.path().join("captions").join(&video);
    assert!(folder.exists());
    let path = format!("/api/v1/videos/{video}");
    let gone = instance.ask(Method::DELETE, &path).bearer(&root.token).send().await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    until(|| !folder.exists()).await;
}

async fn chapters(instance: &Instance, video: &str) -> Value {
    let answer = instance.get(&format!("/api/v1/videos/{video}/chapters")).send().await;
    assert_eq!(answer.status, StatusCode::OK);
    answer.json()["chapters"].clone()
}

async fn put_chapters(instance: &Instance, maker: &Maker, video: &str, list: &Value) -> Answer {
    let ask = instance.ask(Method::PUT, &format!("/api/v1/videos/{video}/chapters"));
    ask.bearer(&maker.token).json(list).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn chapters_are_said_by_hand() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let video = publish(&instance, &root, &[("privacy", "1")]).await;
    assert_eq!(chapters(&instance, &video).await, json!([]));
    let list = captured("chapters");
    assert_eq!(put_chapters(&instance, &root, &video, &list).await.status, StatusCode::NO_CONTENT);
    assert_eq!(chapters(&instance, &video).await, list["chapters"]);
    assert_eq!(put_chapters(&instance, &bob, &video, &list).await.status, StatusCode::FORBIDDEN);
    for wrong in [
        json!({ "chapters": [{ "timecode": 0, "title": "" }] }),
        json!({ "chapters": [{ "timecode": 0, "title": "a" }, { "timecode": 0, "title": "b" }] }),
        json!({ "chapters": [{ "timecode": -1, "title": "a" }] }),
        json!({ "chapters": [{ "timecode": "x", "title": "a" }] }),
        json!({ "chapters": [{ "title": "a" }] }),
        json!({ "chapters": null }),
        json!({}),
        json!([]),
    ] {
        let refused = put_chapters(&instance, &root, &video, &wrong).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    assert_eq!(chapters(&instance, &video).await, list["chapters"], "nothing of it was kept");
    let none = json!({ "chapters": [] });
    assert_eq!(put_chapters(&instance, &root, &video, &none).await.status, StatusCode::NO_CONTENT);
    assert_eq!(chapters(&instance, &video).await, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn chapters_follow_the_description_until_somebody_says_others() {
    let instance = instance().await;
    let root = root(&instance).await;
    let video =
        publish(&instance, &root, &[("description", "A film.\n0:00 One\n0:01 Two"), ("privacy", "1")]).await;
    let row = |timecode: u64, title: &str| json!({ "timecode": timecode, "title": title });
    assert_eq!(chapters(&instance, &video).await, json!([row(0, "One"), row(1, "Two")]));
    let describe = async |text: &str| {
        let ask = instance.ask(Method::PUT, &format!("/api/v1/videos/{video}"));
        let answer = ask.bearer(&root.token).json(&json!({ "description": text })).send().await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
    };
    describe("A film.\n0:00 Start\n0:01 End").await;
    assert_eq!(chapters(&instance, &video).await, json!([row(0, "Start"), row(1, "End")]));
    describe("A film without any.").await;
    assert_eq!(chapters(&instance, &video).await, json!([]));
    let by_hand = json!({ "chapters": [row(1, "By hand")] });
    assert_eq!(put_chapters(&instance, &root, &video, &by_hand).await.status, StatusCode::NO_CONTENT);
    describe("A film.\n0:00 Start\n0:01 End").await;
    assert_eq!(chapters(&instance, &video).await, by_hand["chapters"]);
}

/// The same clip, which says itself where its parts begin.
fn clip_with_chapters() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let [clip, words, made] = ["clip.mp4", "words.txt", "made.mp4"].map(|name| folder.path().join(name));
    std::fs::write(&clip, clips::mp4()).unwrap();
    let chapter = |start: u32, end: u32, title: &str| {
        format!("[CHAPTER]\nTIMEBASE=1/1000\nSTART={start}\nEND={end}\ntitle={title}\n")
    };
    let text = format!(";FFMETADATA1\n{}{}", chapter(0, 1000, "Beginning"), chapter(1000, 2000, "End"));
    std::fs::write(&words, text).unwrap();
    let status = std::process::Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(&clip)
        .arg("-i")
        .arg(&words)
        .args(["-map_metadata", "1", "-map_chapters", "1", "-c", "copy"])
        .arg(&made)
        .status()
        .unwrap();
    assert!(status.success());
    std::fs::read(made).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn chapters_are_found_in_the_file() {
    let instance = instance().await;
    let root = root(&instance).await;
    let (channel, clip) = (root.channel.to_string(), clip_with_chapters());
    let parts = [
        Part::Text("name", "A clip"),
        Part::Text("channelId", &channel),
        Part::Text("privacy", "1"),
        Part::File("videofile", "clip.mp4", &clip),
    ];
    let answer = root.single(&instance, &parts).await.json();
    let video = answer["video"]["uuid"].as_str().unwrap();
    let expected = json!([{ "timecode": 0, "title": "Beginning" }, { "timecode": 1, "title": "End" }]);
    assert_eq!(chapters(&instance, video).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_of_before_captions_is_read() {
    let instance = instance().await;
    let root = root(&instance).await;
    let video = publish(&instance, &root, &[]).await;
    let path = format!("/api/v1/videos/{video}/source");
    assert_eq!(instance.get(&path).bearer(&root.token).send().await.status, StatusCode::OK);
    let (entry, _) = instance.running.app().catalogue().find(video.parse().unwrap()).unwrap();
    let mut row = serde_json::to_value(&entry.listed.video).unwrap();
    for field in ["captions", "chapters"] {
        assert_ne!(row.as_object_mut().unwrap().remove(field), None);
    }
    let read: Video = serde_json::from_value(row).unwrap();
    assert_eq!(read, entry.listed.video);
}
