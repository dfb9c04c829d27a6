use std::collections::BTreeSet;

use http::header::ACCEPT;
use http::{Request, StatusCode};
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use serde_json::{Map, Value, json};
use shared::id::{AccountId, CommentId, ElementId, FileId, InfoHash, PlaylistId, Uuid, VideoId};
use shared::time::Timestamp;

use crate::app::App;
use crate::http::sample::{self, PUBLIC, plain_video, put_video};
use crate::routes::routes;
use crate::store::Durability;
use crate::store::records::{
    Account, ActorPicture, Caption, Channel, Chapter, Comment, Element, ElementPlace, Opinion, Playlist,
    PlaylistKind, PlaylistPrivacy, Rating, Rendition, Storyboard, Torrent, Video, VideoPlaylist,
};
use crate::store::tables::{
    AccountKey, ChannelKey, CommentKey, ElementKey, ElementPlaceKey, PlaylistKey, RatingKey, VideoCommentKey,
};
use crate::store::{Read, StoreError};

/// The list that holds Alice's video.
const LIST: Uuid = Uuid(0x6eb3_67f5_5dcc_4f98_aefc_fe50_9236_5ef6);

struct Rig {
    app: App,
    _folder: tempfile::TempDir,
}

/// Alice's video with all that a video may have, in a list, liked and commented by herself.
fn rig() -> Rig {
    let folder = tempfile::tempdir().unwrap();
    let app = sample::app(folder.path());
    put_video(&app, &Video { uuid: PUBLIC, ..full_video() });
    let list = VideoPlaylist {
        id: PlaylistId(1),
        uuid: LIST,
        account: AccountId(1),
        channel: Some(full_video().channel),
        place: 1,
        kind: PlaylistKind::Regular,
        name: "My test playlist".into(),
        description: Some("A playlist".into()),
        privacy: PlaylistPrivacy::Public,
        thumbnail: Some("playlist.jpg".into()),
        videos: 1,
        first: Some(VideoId(1)),
        created_at: Timestamp(0),
        updated_at: Timestamp(0),
        remote: None,
    };
    let element = Element { id: ElementId(1), video: VideoId(1), start: Some(3), stop: Some(20) };
    app.write_here::<_, StoreError>(Durability::Relaxed, |write, _| {
        let key = AccountKey { account: AccountId(1) };
        let account = write.get(&key)?.unwrap();
        write.insert(&key, &Account { avatar: Some(picture(&[1500, 600, 120, 48])), ..account })?;
        let key = ChannelKey { channel: full_video().channel };
        let channel = write.get(&key)?.unwrap();
        let (avatar, banner) = (Some(picture(&[120, 48])), Some(picture(&[1920, 600])));
        write.insert(&key, &Channel { avatar, banner, support: Some("Please".into()), ..channel })?;
        write.insert(&PlaylistKey { playlist: PlaylistId(1) }, &list)?;
        write.insert(&ElementKey { playlist: PlaylistId(1), place: 1 }, &element)?;
        let place = ElementPlace { playlist: PlaylistId(1), place: 1 };
        write.insert(&ElementPlaceKey { element: element.id }, &place)?;
        let rating = Rating { opinion: Opinion::Like, at: Timestamp(0) };
        write.insert(&RatingKey { video: VideoId(1), account: AccountId(1) }, &rating)?;
        for (id, parent) in [(1, None), (2, Some(CommentId(1)))] {
            let comment = CommentId(id);
            write.insert(&CommentKey { comment }, &said(comment, parent))?;
            write.insert(&VideoCommentKey { video: VideoId(1), comment }, &())?;
        }
        Ok(())
    })
    .unwrap();
    Rig { app, _folder: folder }
}

fn picture(widths: &[u32]) -> ActorPicture {
    ActorPicture { name: Uuid(7), widths: widths.to_vec(), is_png: true, created_at: Timestamp(0) }
}

fn said(id: CommentId, parent: Option<CommentId>) -> Comment {
    Comment {
        id,
        video: VideoId(1),
        thread: CommentId(1),
        parent,
        author: Some(AccountId(1)),
        text: "Hello".into(),
        remote: None,
        held: false,
        tags: Vec::new(),
        created_at: Timestamp(0),
        updated_at: Timestamp(0),
        deleted_at: None,
        replies: 0,
        replies_of_owner: 0,
        children: 0,
        held_children: 0,
        approval: None,
    }
}

fn full_video() -> Video {
    let rendition = |height: u32| Rendition {
        file: FileId(u64::from(height) + 1),
        playlist_name: format!("{height}.m3u8"),
        file_name: format!("{height}-fragmented.mp4"),
        width: height * 16 / 9,
        height,
        fps: if height == 0 { 0 } else { 30 },
        bytes: 5,
        bandwidth: 1,
        bandwidth_average: 1,
        codecs: String::new(),
        channels: 2,
        has_audio: height == 0,
        has_video: height != 0,
        torrent: Some(Torrent { name: "a.mp4".into(), piece_bytes: 1, info_hash: InfoHash([7; 20]) }),
    };
    Video {
        category: Some(15),
        licence: Some(1),
        language: Some("en".into()),
        support: Some("Support text".into()),
        tags: vec!["ffmpeg".into()],
        nsfw: true,
        nsfw_summary: Some("Sea-sickness".into()),
        thumbnail: Some("small.jpg".into()),
        storyboard: Some(Storyboard {
            file_name: "board.jpg".into(),
            total_width: 1920,
            total_height: 324,
            sprite_width: 192,
            sprite_height: 108,
            sprite_duration: 1,
        }),
        playlist: Some(Playlist {
            id: 1,
            master: "master.m3u8".into(),
            digests: "segments-sha256.json".into(),
            renditions: vec![rendition(720), rendition(0)],
        }),
        captions: vec![Caption {
            language: "fr".into(),
            file_name: "fr.vtt".into(),
            automatic: false,
            bytes: 1,
            updated_at: Timestamp(0),
        }],
        chapters: [(0, "Intro"), (8, "Middle"), (20, "The end")]
            .map(|(timecode, title)| Chapter { timecode, title: title.into() })
            .to_vec(),
        likes: 1,
        ..plain_video(1)
    }
}

impl Rig {
    async fn document(&self, path: &str) -> Value {
        let request = Request::get(path).header(ACCEPT, "application/activity+json");
        let request = request.body(http_body_util::Empty::<bytes::Bytes>::new()).unwrap();
        let answer = TowerToHyperService::new(warp::service(routes(&self.app))).call(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        let body = http_body_util::BodyExt::collect(answer.into_body()).await.unwrap().to_bytes();
        serde_json::from_slice(&body).unwrap()
    }
}

/// Words of ActivityStreams 2.0 and ActivityPub, and of the security vocabulary, as far as we use them.
const KNOWN: &[&str] = &[
    // Properties.
    "actor",
    "attachment",
    "attributedTo",
    "audience",
    "cc",
    "content",
    "deleted",
    "duration",
    "endpoints",
    "first",
    "followers",
    "following",
    "formerType",
    "height",
    "href",
    "icon",
    "id",
    "image",
    "inReplyTo",
    "inbox",
    "mediaType",
    "name",
    "next",
    "object",
    "orderedItems",
    "outbox",
    "owner",
    "partOf",
    "preferredUsername",
    "prev",
    "preview",
    "publicKey",
    "publicKeyPem",
    "published",
    "rel",
    "sharedInbox",
    "source",
    "summary",
    "tag",
    "to",
    "totalItems",
    "type",
    "updated",
    "url",
    "width",
    // Types.
    "Announce",
    "Application",
    "Create",
    "Group",
    "Image",
    "Like",
    "Link",
    "Mention",
    "Note",
    "OrderedCollection",
    "OrderedCollectionPage",
    "Person",
    "Tombstone",
    "Video",
];

/// Every word that a document uses, as the name of a field or of a type.
fn words(value: &Value, out: &mut BTreeSet<String>) {
    match value {
        Value::Array(rows) => rows.iter().for_each(|row| words(row, out)),
        Value::Object(fields) => {
            for (name, value) in fields.iter().filter(|(name, _)| *name != "@context") {
                out.insert(name.clone());
                if let (true, Some(kind)) = (name == "type", value.as_str()) {
                    out.insert(kind.to_owned());
                }
                words(value, out);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn own_words(document: &Value) -> Map<String, Value> {
    let parts = document["@context"].as_array().unwrap();
    parts.iter().filter_map(Value::as_object).flat_map(Clone::clone).collect()
}

#[tokio::test]
async fn every_word_of_every_document_has_a_meaning() {
    let rig = rig();
    let video = format!("/videos/watch/{PUBLIC}");
    for path in [
        "/accounts/alice".to_owned(),
        "/video-channels/alice_films".to_owned(),
        "/accounts/peertube".to_owned(),
        "/accounts/alice/outbox?page=1".to_owned(),
        "/video-channels/alice_films/outbox?page=1".to_owned(),
        video.clone(),
        format!("{video}/activity"),
        format!("{video}/announces/1"),
        format!("{video}/announces?page=1"),
        format!("{video}/likes?page=1"),
        format!("{video}/chapters"),
        format!("{video}/comments/2"),
        format!("{video}/comments/2/activity"),
        format!("{video}/comments/2/approve-reply"),
        format!("/video-playlists/{LIST}"),
        format!("/video-playlists/{LIST}?page=1"),
        format!("/video-playlists/{LIST}/videos/1"),
    ] {
        let document = rig.document(&path).await;
        let (own, mut used) = (own_words(&document), BTreeSet::new());
        words(&document, &mut used);
        let unknown: Vec<_> =
            used.iter().filter(|word| !own.contains_key(*word) && !KNOWN.contains(&word.as_str())).collect();
        assert!(unknown.is_empty(), "{path}: {unknown:?} mean nothing");
        assert_eq!(document["@context"][0], "https://www.w3.org/ns/activitystreams");
        assert_eq!(document["@context"][1], "https://w3id.org/security/v1");
        let named = document["@context"].as_array().unwrap().iter().filter(|part| part.is_string());
        assert_eq!(named.count(), 2, "peers have two vocabularies built in, and fetch no third");
    }
}

fn captured(name: &str) -> Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/ap");
    let text = std::fs::read_to_string(path.join(format!("peertube-6.3-{name}.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[tokio::test]
async fn words_mean_what_they_mean_to_peertube() {
    let rig = rig();
    for (name, path, more) in [
        ("actor-account", "/accounts/alice", &["manuallyApprovesFollowers"][..]),
        ("video", &format!("/videos/watch/{PUBLIC}"), &["embedUrl"]),
        ("comment-note", &format!("/videos/watch/{PUBLIC}/comments/2"), &[]),
        ("approve-reply", &format!("/videos/watch/{PUBLIC}/comments/2/approve-reply"), &[]),
        ("playlist", &format!("/video-playlists/{LIST}"), &[]),
        ("video-chapters", &format!("/videos/watch/{PUBLIC}/chapters"), &[]),
        ("video-share", &format!("/videos/watch/{PUBLIC}/announces/1"), &[]),
    ] {
        let mut own = own_words(&rig.document(path).await);
        own.retain(|word, _| !more.contains(&word.as_str()));
        assert_eq!(own, own_words(&captured(name)), "{name}");
    }
}

/// A document without the fields that are another's or made anew.
fn without(mut document: Value, fields: &[&str]) -> Value {
    fields.iter().for_each(|field| drop(document.as_object_mut().unwrap().remove(*field)));
    document
}

#[tokio::test]
async fn actors_say_what_peertubes_say() {
    let rig = rig();
    let apart = [
        "@context",
        "publicKey",
        "published",
        "icon",
        "image",
        "summary",
        "name",
        "support",
        "attributedTo",
        "manuallyApprovesFollowers",
    ];
    for (name, path) in [
        ("actor-account", "/a/alice"),
        ("actor-channel", "/c/alice_films"),
        ("actor-instance", "/accounts/peertube"),
    ] {
        let ours = rig.document(path).await;
        assert_eq!(without(ours, &apart), without(captured(name), &apart), "{name}");
    }
    let channel = rig.document("/video-channels/alice_films").await;
    assert_eq!(
        channel["attributedTo"],
        json!([{
            "type": "Person",
            "id": "http://localhost:9001/accounts/alice",
            "inbox": "http://localhost:9001/accounts/alice/inbox"
        }])
    );
    assert_eq!(channel["image"][1]["width"], 1920);
}

#[tokio::test]
async fn a_video_says_what_peertubes_says() {
    let rig = rig();
    let ours = rig.document(&format!("/w/{}", PUBLIC.short())).await;
    let theirs = captured("video");
    let same = [
        "to",
        "cc",
        "type",
        "id",
        "name",
        "duration",
        "uuid",
        "category",
        "licence",
        "language",
        "state",
        "commentsEnabled",
        "canReply",
        "commentsPolicy",
        "downloadEnabled",
        "mediaType",
        "content",
        "support",
        "aspectRatio",
        "likes",
        "dislikes",
        "shares",
        "comments",
        "hasParts",
        "isLiveBroadcast",
        "liveSaveReplay",
        "permanentLive",
        "latencyMode",
    ];
    for field in same {
        assert_eq!(ours.get(field), theirs.get(field), "{field}");
    }
    assert_eq!((&ours["sensitive"], &ours["summary"]), (&json!(true), &json!("Sea-sickness")));
    let sizes: Vec<(&Value, &Value)> =
        ours["icon"].as_array().unwrap().iter().map(|icon| (&icon["width"], &icon["height"])).collect();
    assert_eq!(sizes, [(&json!(280), &json!(157)), (&json!(850), &json!(480))]);
    assert_eq!(ours["preview"][0]["url"][0]["tileDuration"], "PT1S");

    let links = ours["url"].as_array().unwrap();
    assert_eq!(links[0]["href"], format!("http://localhost:9001/w/{}", PUBLIC.short()));
    let stream = links.iter().find(|link| link["mediaType"] == "application/x-mpegURL").unwrap();
    let tags = stream["tag"].as_array().unwrap();
    let hashes: Vec<&str> = tags
        .iter()
        .filter(|tag| tag["type"] == "Infohash")
        .map(|tag| tag["name"].as_str().unwrap())
        .collect();
    assert_eq!(hashes.len(), 2);
    assert!(hashes.iter().all(|hash| hash.len() == 40), "{hashes:?}");
    let of_kind = |kind: &str| tags.iter().find(|tag| tag["mediaType"] == kind && tag.get("size").is_some());
    let (film, sound) = (of_kind("video/mp4").unwrap(), of_kind("audio/mp4").unwrap());
    assert_eq!((&film["height"], &film["width"], &film["fps"]), (&json!(720), &json!(1280), &json!(30)));
    assert_eq!((&sound["height"], &sound["width"]), (&json!(0), &json!(0)));
    // Who reads no such hints takes a file for one with sound.
    let hints = |file: &Value| -> Vec<String> {
        let hints = file["attachment"].as_array().unwrap().iter();
        hints.map(|hint| hint["value"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(
        (hints(film), hints(sound)),
        (vec!["video".into(), "fragmented".into()], vec!["audio".to_owned(), "fragmented".to_owned()])
    );
    let magnet =
        tags.iter().find(|tag| tag["mediaType"] == "application/x-bittorrent;x-scheme-handler/magnet");
    let magnet = magnet.unwrap()["href"].as_str().unwrap();
    assert!(magnet.contains(&format!("xt=urn:btih:{}", "07".repeat(20))), "{magnet}");

    let chapters = rig.document(&format!("/videos/watch/{PUBLIC}/chapters")).await;
    assert_eq!(chapters["hasPart"], captured("video-chapters")["hasPart"]);
}

#[test]
fn swarms_of_older_players_are_named_as_they_name_them() {
    // The master's address and the names that go with it, of one document.
    let theirs = captured("video");
    let stream =
        theirs["url"].as_array().unwrap().iter().find(|link| link["mediaType"] == "application/x-mpegURL");
    let stream = stream.unwrap();
    let hashes: Vec<&str> = stream["tag"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|tag| tag["type"] == "Infohash")
        .map(|tag| tag["name"].as_str().unwrap())
        .collect();
    let master = stream["href"].as_str().unwrap();
    let ours: Vec<String> =
        (0..hashes.len()).map(|place| crate::domain::federation::video::swarm(master, place)).collect();
    assert_eq!(ours, hashes);
}

#[tokio::test]
async fn lists_say_what_peertubes_say() {
    let rig = rig();
    let apart = ["@context", "published", "updated", "totalItems", "icon", "orderedItems"];
    for (name, path) in [
        ("playlist", format!("/w/p/{}", LIST.short())),
        ("playlist-page1", format!("/video-playlists/{LIST}?page=1")),
        ("playlist-element", format!("/video-playlists/{LIST}/videos/1")),
    ] {
        let ours = rig.document(&path).await;
        assert_eq!(without(ours, &apart), without(captured(name), &apart), "{name}");
    }
    let page = rig.document(&format!("/video-playlists/{LIST}?page=1")).await;
    assert_eq!(
        page["orderedItems"],
        json!([format!("http://localhost:9001/video-playlists/{LIST}/videos/1")])
    );
}
