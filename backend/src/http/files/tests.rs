//! Who gets which file, asked of the room itself.

use shared::id::{AccountId, FileId, UserId};
use shared::time::Timestamp;

use super::answer::{Answer, Body};
use super::ask::Ask;
use super::room::FileRoom;
use super::shelf::Content;
use crate::app::App;
use crate::domain::session::{self, NewTokens};
use crate::http::sample::{self, PRIVATE, PUBLIC};
use crate::store::Durability;
use crate::store::records::{Playlist, Preferences, Rendition, Role, User, Video};
use crate::store::tables::UserKey;

struct Rig {
    app: App,
    room: FileRoom,
    _folder: tempfile::TempDir,
}

fn rendition(height: u32) -> Rendition {
    Rendition {
        file: FileId(u64::from(height)),
        playlist_name: format!("u-{height}.m3u8"),
        file_name: format!("u-{height}-fragmented.mp4"),
        width: height * 16 / 9,
        height,
        fps: 30,
        bytes: 100_000,
        bandwidth: 1,
        bandwidth_average: 1,
        codecs: String::new(),
        channels: 2,
        has_audio: true,
        has_video: height != 0,
        torrent: None,
    }
}

fn playlist() -> Option<Playlist> {
    Some(Playlist {
        id: 1,
        master: "u-master.m3u8".into(),
        digests: "u-segments-sha256.json".into(),
        renditions: vec![rendition(480), rendition(0)],
    })
}

fn video(id: u64) -> Video {
    Video { playlist: playlist(), ..sample::plain_video(id) }
}

fn rig() -> Rig {
    let folder = tempfile::tempdir().unwrap();
    let app = sample::app(folder.path());
    for (id, uuid, privacy) in [
        (1, PUBLIC, crate::store::records::Privacy::Public),
        (3, PRIVATE, crate::store::records::Privacy::Private),
    ] {
        sample::put_video(&app, &Video { uuid, privacy, name: "Été \"1\"".into(), ..video(id) });
        let hls = app.layout().hls(uuid);
        std::fs::create_dir_all(&hls).unwrap();
        std::fs::write(hls.join("u-master.m3u8"), "#EXTM3U\nu-480.m3u8\n").unwrap();
        std::fs::write(hls.join("u-480-fragmented.mp4"), vec![7; 100_000]).unwrap();
        std::fs::write(hls.join("u-480-fragmented.mp4.part"), "unfinished").unwrap();
    }
    Rig { room: FileRoom::new(app.clone()), app, _folder: folder }
}

impl Rig {
    /// Signs a new person in and gives their bearer header.
    fn sign_in(&self, id: u64) -> String {
        let tokens = NewTokens { access: format!("access{id}"), refresh: format!("refresh{id}") };
        let user = User {
            id: UserId(id),
            username: format!("user{id}"),
            email: String::new(),
            password: String::new(),
            role: Role::User,
            account: AccountId(id),
            video_quota: None,
            video_quota_daily: None,
            blocked: None,
            email_verified: None,
            pending_email: None,
            admin_flags: 0,
            preferences: Preferences::default(),
            two_factor: false,
            feed_token: None,
            last_login_at: None,
            created_at: Timestamp(0),
            updated_at: Timestamp(0),
        };
        self.app
            .write_here(Durability::Relaxed, |write, now| {
                write.insert(&UserKey { user: UserId(id) }, &user)?;
                session::log_in(write, now, UserId(id), &tokens)
            })
            .unwrap();
        format!("Bearer {}", tokens.access)
    }

    fn status(&self, path: &str, query: &str, authorization: Option<&str>) -> u16 {
        self.room.answer(&Ask { path, query, authorization, ..Ask::default() }).status
    }
}

fn text(answer: &Answer) -> String {
    match &answer.body {
        Body::Memory(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Body::Empty | Body::File { .. } => panic!("not text: {answer:?}"),
    }
}

fn fields(answer: &Answer) -> Vec<String> {
    let mut fields = Vec::new();
    answer.each_field(|name, value| fields.push(format!("{name}: {value}")));
    fields
}

#[test]
fn a_public_stream_is_for_everybody_under_both_spellings() {
    let rig = rig();
    for folder in ["hls", "hls/private"] {
        for (name, cache) in [
            ("u-master.m3u8", "cache-control: public, max-age=0"),
            ("u-480-fragmented.mp4", "cache-control: public, max-age=31536000, immutable"),
        ] {
            let path = format!("/static/streaming-playlists/{folder}/{PUBLIC}/{name}");
            let answer = rig.room.answer(&Ask { path: &path, ..Ask::default() });
            assert_eq!(answer.status, 200, "{path}");
            assert!(fields(&answer).contains(&cache.to_owned()), "{path}: {:?}", fields(&answer));
            assert!(fields(&answer).contains(&"access-control-allow-origin: *".to_owned()));
        }
    }
}

#[test]
fn what_is_not_there_or_not_finished_is_not_found() {
    let rig = rig();
    for path in [
        format!("/static/streaming-playlists/hls/{PUBLIC}/u-720-fragmented.mp4"),
        format!("/static/streaming-playlists/hls/{PUBLIC}/u-480-fragmented.mp4.part"),
        "/static/streaming-playlists/hls/00000000-0000-4000-8000-000000000000/u-master.m3u8".to_owned(),
        format!("/static/streaming-playlists/hls/{PUBLIC}/..%2f{PRIVATE}%2fu-master.m3u8"),
        "/static/web-videos/a.mp4".to_owned(),
        "/lazy-static/thumbnails/a.jpg".to_owned(),
        "/lazy-static/avatars/a.png".to_owned(),
        "/assets/none.js".to_owned(),
    ] {
        let answer = rig.room.answer(&Ask { path: &path, ..Ask::default() });
        assert_eq!(answer.status, 404, "{path}");
        assert!(text(&answer).contains("\"status\":404"));
    }
}

#[test]
fn a_folder_of_a_video_that_is_gone_is_closed() {
    let rig = rig();
    let unknown = rig.app.layout().hls(shared::id::Uuid(77));
    std::fs::create_dir_all(&unknown).unwrap();
    std::fs::write(unknown.join("u-master.m3u8"), "#EXTM3U\n").unwrap();
    let path = format!("/static/streaming-playlists/hls/{}/u-master.m3u8", shared::id::Uuid(77));
    assert_eq!(rig.status(&path, "", None), 404);
}

#[test]
fn a_private_stream_needs_a_token_that_opens_it() {
    let rig = rig();
    let (owner, stranger) = (rig.sign_in(1), rig.sign_in(2));
    let now = rig.app.clock().now();
    let key = |video, now| format!("videoFileToken={}", rig.app.file_tokens().make(video, now).0);
    let path = format!("/static/streaming-playlists/hls/private/{PRIVATE}/u-480-fragmented.mp4");
    for (query, authorization, status) in [
        (String::new(), None, 403),
        (String::new(), Some(owner.as_str()), 200),
        (String::new(), Some(stranger.as_str()), 403),
        (String::new(), Some("Bearer nonsense"), 401),
        (String::new(), Some("Basic dTpw"), 401),
        (key(PRIVATE, now), None, 200),
        (key(PRIVATE, now), Some("Bearer nonsense"), 200),
        (key(PUBLIC, now), None, 403),
        (key(PRIVATE, Timestamp(0)), None, 403),
        ("videoFileToken=".to_owned(), None, 403),
        ("videoFileToken=nonsense".to_owned(), Some(owner.as_str()), 200),
    ] {
        assert_eq!(rig.status(&path, &query, authorization), status, "{query} {authorization:?}");
    }
    let public = format!("/static/streaming-playlists/hls/{PRIVATE}/u-480-fragmented.mp4");
    assert_eq!(
        rig.status(&public, &key(PRIVATE, now), Some(&owner)),
        404,
        "its public address does not exist"
    );
    let answer = rig.room.answer(&Ask { path: &path, ..Ask::default() });
    assert!(text(&answer).contains(
        "Video password header, video file token query parameter and bearer token are all missing"
    ));
    let answer =
        rig.room.answer(&Ask { path: &path, authorization: Some("Bearer nonsense"), ..Ask::default() });
    // Word for word what the API answers, since clients treat both alike.
    expect_test::expect![[
        r#"{"type":"https://docs.joinpeertube.org/api-rest-reference.html#section/Errors/invalid_token","detail":"Token is invalid","status":401,"code":"invalid_token","error":"Token is invalid"}"#
    ]]
    .assert_eq(&text(&answer));
    let answer = rig.room.answer(&Ask { path: &path, query: &key(PRIVATE, now), ..Ask::default() });
    assert!(fields(&answer).contains(&"cache-control: private, no-cache".to_owned()));
}

#[test]
fn what_needs_the_store_is_not_answered_from_memory() {
    let rig = rig();
    let owner = rig.sign_in(1);
    let path = format!("/static/streaming-playlists/hls/private/{PRIVATE}/u-master.m3u8");
    let ask = Ask { path: &path, authorization: Some(&owner), ..Ask::default() };
    assert!(rig.room.answer_at_hand(&ask).is_none());
    assert_eq!(rig.room.answer(&ask).status, 200);
    assert!(rig.room.answer_at_hand(&ask).is_none(), "a session may end at any time");
}

#[test]
fn a_playlist_hands_its_token_on_when_asked_to() {
    let rig = rig();
    let (token, _) = rig.app.file_tokens().make(PRIVATE, rig.app.clock().now());
    let path = format!("/static/streaming-playlists/hls/private/{PRIVATE}/u-master.m3u8");
    let read = |query: String| text(&rig.room.answer(&Ask { path: &path, query: &query, ..Ask::default() }));
    assert_eq!(read(format!("videoFileToken={token}")), "#EXTM3U\nu-480.m3u8\n");
    assert_eq!(
        read(format!("videoFileToken={token}&reinjectVideoFileToken=true")),
        format!("#EXTM3U\nu-480.m3u8?videoFileToken={token}&reinjectVideoFileToken=true\n")
    );
}

#[test]
fn a_token_cannot_smuggle_text_into_a_playlist() {
    let rig = rig();
    let owner = rig.sign_in(1);
    let path = format!("/static/streaming-playlists/hls/private/{PRIVATE}/u-master.m3u8");
    let query = "videoFileToken=x\"\n#EXT-X-KEY:URI=\"http://evil.example/&reinjectVideoFileToken=true";
    let ask = Ask { path: &path, query, authorization: Some(&owner), ..Ask::default() };
    assert_eq!(text(&rig.room.answer(&ask)), "#EXTM3U\nu-480.m3u8\n");
}

#[test]
fn a_download_carries_the_videos_name() {
    let rig = rig();
    let path = format!("/download/streaming-playlists/hls/videos/{PUBLIC}-480-fragmented.mp4");
    let answer = rig.room.answer(&Ask { path: &path, range: Some("bytes=0-9"), ..Ask::default() });
    assert_eq!((answer.status, answer.length), (206, Some(10)));
    let disposition = "content-disposition: attachment; filename=\"?t? \\\"1\\\"-480p-hls.mp4\"; \
                       filename*=UTF-8''%C3%89t%C3%A9%20%221%22-480p-hls.mp4";
    assert!(fields(&answer).contains(&disposition.to_owned()), "{:?}", fields(&answer));
    for (uuid, height, status) in [(PUBLIC, 720, 404), (PRIVATE, 480, 403)] {
        let path = format!("/download/streaming-playlists/hls/videos/{uuid}-{height}-fragmented.mp4");
        assert_eq!(rig.status(&path, "", None), status, "{path}");
    }
    let owner = rig.sign_in(1);
    let path_of_private = format!("/download/streaming-playlists/hls/videos/{PRIVATE}-480-fragmented.mp4");
    assert_eq!(rig.status(&path_of_private, "", Some(&owner)), 200);
    sample::put_video(&rig.app, &Video { uuid: PUBLIC, download_enabled: false, ..video(1) });
    assert_eq!(rig.status(&path, "", None), 403, "its owner does not offer it");
}

#[test]
fn a_file_in_memory_or_open_is_the_same_file() {
    let rig = rig();
    let path = format!("/static/streaming-playlists/hls/{PUBLIC}/u-480-fragmented.mp4");
    let ask = Ask { path: &path, range: Some("bytes=99990-"), ..Ask::default() };
    let first = rig.room.answer(&ask);
    let Body::File { held, first: at, bytes } = &first.body else { panic!("large files stay on the disk") };
    assert!(matches!(held.content, Content::Disk(_)) && (*at, *bytes) == (99_990, 10));
    let again = rig.room.answer_at_hand(&ask).expect("it was just opened");
    assert_eq!(fields(&first), fields(&again));
}

#[test]
fn a_long_playlist_travels_packed_unless_a_part_of_it_is_asked_for() {
    let rig = rig();
    let name = rig.app.layout().hls(PUBLIC).join("u-480.m3u8");
    std::fs::write(name, "#EXTINF:4.0,\n#EXT-X-BYTERANGE:1@2\nu-480-fragmented.mp4\n".repeat(500)).unwrap();
    let path = format!("/static/streaming-playlists/hls/{PUBLIC}/u-480.m3u8");
    let accept_encoding = Some("gzip, br");
    let packed = rig.room.answer(&Ask { path: &path, accept_encoding, ..Ask::default() });
    assert!(fields(&packed).contains(&"content-encoding: gzip".to_owned()));
    assert!(packed.length.unwrap() < 2000);
    let plain = rig.room.answer(&Ask { path: &path, ..Ask::default() });
    let part =
        rig.room.answer(&Ask { path: &path, accept_encoding, range: Some("bytes=0-9"), ..Ask::default() });
    for answer in [&plain, &part] {
        assert!(!fields(answer).iter().any(|field| field.starts_with("content-encoding")));
    }
    assert_eq!(text(&part), "#EXTINF:4.");
    for answer in [packed, plain, part] {
        assert!(fields(&answer).contains(&"vary: accept-encoding".to_owned()));
    }
}
