//! What other servers read of an instance: who is here, and documents of actors, videos, comments and lists.

use crate::makers::{Maker, bob, root, until};
use crate::rig::{Answer, Instance, instance, instance_with};
use crate::shapes::{Difference, Place, differences, unexcused};
use crate::videos::publish;
use backend::domain::federation::key;
use backend::store::records::{CommentsPolicy, Playlist, Privacy, Rendition, Video, VideoState};
use backend::store::tables::{CommentKey, VideoKey};
use backend::store::{Durability, Read, StoreError};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::id::{CommentId, FileId};

const ACTIVITY: &str = "application/activity+json";
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// A capture, the path of the same document here (as in `shapes`), and where they differ.
type Document = (&'static str, &'static str, &'static [Difference]);

const ACTORS: [Difference; 2] = [
    (".@context[].manuallyApprovesFollowers", "what the word means that is said"),
    (".manuallyApprovesFollowers", "Mastodon shows whether following takes a yes"),
];
const GROUP: [Difference; 3] =
    [ACTORS[0], ACTORS[1], (".attributedTo[].inbox", "some take what stands here for all there is to know")];
const INBOX: &str = "some take what stands here for all there is to know";
const GROUPS: &str = "Lemmy asks for the group of a post here";
const FRAMES: &str = "what the word means that is said where not everybody may frame it";
const SOURCE: &str = "the text is HTML, which everybody shows, and this is what it was made of";
const OTHERS: &str = "everybody's subscriptions are their own; how many there are is said";
const THUMBS: &str = "whose thumbs they are is nobody's business; how many there are is said";
const LAST: &str = "there is no second page here";

const DOCUMENTS: &[Document] = &[
    ("actor-account", "/accounts/root", &ACTORS),
    ("actor-channel", "/video-channels/root_channel", &GROUP),
    ("actor-instance", "/accounts/peertube", &ACTORS),
    (
        "video",
        "/videos/watch/UUID",
        &[(".attributedTo[].inbox", INBOX), (".audience", GROUPS), (".@context[].embedUrl", FRAMES)],
    ),
    (
        "video-activity",
        "/videos/watch/UUID/activity",
        &[
            (".object.attributedTo[].inbox", INBOX),
            (".object.audience", GROUPS),
            (".@context[].embedUrl", FRAMES),
        ],
    ),
    ("video-share", "/videos/watch/UUID/announces/1", &[]),
    ("video-chapters", "/videos/watch/UUID/chapters", &[]),
    ("video-announces", "/videos/watch/UUID/announces", &[]),
    ("video-announces-page1", "/videos/watch/UUID/announces?page=1", &[]),
    ("video-likes", "/videos/watch/UUID/likes", &[(".first", THUMBS)]),
    ("video-likes-page1", "/videos/watch/UUID/likes?page=1", &[]),
    ("video-comments", "/videos/watch/UUID/comments", &[]),
    ("video-comments-page1", "/videos/watch/UUID/comments?page=1", &[]),
    ("comment-note", "/videos/watch/UUID/comments/1", &[(".source", SOURCE)]),
    ("comment-reply-note", "/videos/watch/UUID/comments/2", &[(".source", SOURCE)]),
    ("comment-activity", "/videos/watch/UUID/comments/1/activity", &[(".object.source", SOURCE)]),
    (
        "approve-reply",
        "/videos/watch/UUID/comments/1/approve-reply",
        &[(".signature", "what is fetched comes from where it is; what is sent is signed")],
    ),
    ("followers-account", "/accounts/root/followers", &[]),
    ("followers-channel", "/video-channels/root_channel/followers", &[(".first", OTHERS)]),
    ("following-account", "/accounts/root/following", &[]),
    ("outbox-account", "/accounts/root/outbox", &[]),
    (
        "outbox-account-page1",
        "/accounts/root/outbox?page=1",
        &[
            (".@context[].*", "the words of the videos in it have a meaning, too"),
            (".next", LAST),
            (".orderedItems[].object", "another film; all of one is compared by itself"),
        ],
    ),
    ("outbox-channel", "/video-channels/root_channel/outbox", &[]),
    ("outbox-channel-page1", "/video-channels/root_channel/outbox?page=1", &[(".next", LAST)]),
    ("outbox-instance-page1", "/accounts/peertube/outbox?page=1", &[(".next", LAST)]),
    ("playlist", "/video-playlists/LIST", &[]),
    ("playlist-page1", "/video-playlists/LIST?page=1", &[]),
    ("playlist-element", "/video-playlists/LIST/videos/1", &[]),
    ("playlists-account", "/accounts/root/playlists", &[]),
    ("playlists-account-page1", "/accounts/root/playlists?page=1", &[]),
    ("playlists-channel-page1", "/video-channels/root_channel/playlists?page=1", &[]),
    ("wk-webfinger-account", "/.well-known/webfinger?resource=acct:root@HOST", &[]),
    ("wk-nodeinfo", "/.well-known/nodeinfo", &[]),
    ("nodeinfo-2.0", "/nodeinfo/2.0.json", &[(".metadata.peertube", "whose API this is")]),
];

fn captured(name: &str) -> Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/ap");
    let text = std::fs::read_to_string(path.join(format!("peertube-6.3-{name}.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

async fn read(instance: &Instance, path: &str) -> Answer {
    instance.get(path).header("accept", ACTIVITY).send().await
}

/// A document that is there, open to every script and apart from the page of the same address.
async fn document(instance: &Instance, path: &str) -> Value {
    let answer = read(instance, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {:?}", answer.body);
    assert_eq!(answer.header("content-type"), "application/activity+json; charset=utf-8", "{path}");
    assert_open(&answer);
    answer.json()
}

fn assert_open(answer: &Answer) {
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    let vary: Vec<&str> =
        answer.headers.get_all("vary").iter().map(|value| value.to_str().unwrap()).collect();
    assert!(vary.contains(&"Accept"), "{vary:?}");
}

async fn status(instance: &Instance, path: &str) -> u16 {
    let answer = read(instance, path).await;
    assert_open(&answer);
    answer.status.as_u16()
}

/// A film whose stream is whole.
pub fn whole(video: &mut Video) {
    let rendition = Rendition {
        file: FileId(1),
        playlist_name: "a-720.m3u8".to_owned(),
        file_name: "a-720-fragmented.mp4".to_owned(),
        width: 1280,
        height: 720,
        fps: 30,
        bytes: 5,
        bandwidth: 1,
        bandwidth_average: 1,
        codecs: "avc1.64001f".to_owned(),
        channels: 2,
        has_audio: true,
        has_video: true,
        torrent: None,
    };
    video.playlist = Some(Playlist {
        id: 1,
        master: "a-master.m3u8".to_owned(),
        digests: "a-segments-sha256.json".to_owned(),
        renditions: vec![rendition],
    });
}

async fn change(instance: &Instance, video: &Video, change: fn(&mut Video)) {
    let key = VideoKey { video: video.id };
    let app = instance.running.app();
    app.write(Durability::Relaxed, move |write, _| {
        let mut video = write.get(&key)?.unwrap();
        change(&mut video);
        write.insert(&key, &video)
    })
    .await
    .unwrap_or_else(|error: StoreError| panic!("{error}"));
}

fn id_of(document: &Value) -> &str {
    document["id"].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_captured_document_has_the_same_shape() {
    let place = Place::build().await;
    let instance = &place.instance;
    let list = instance.get(&format!("/api/v1/video-playlists/{}", place.list)).send().await.json();
    let film = instance.get(&format!("/api/v1/videos/{}", place.uuid)).send().await.json();
    let mut out = Vec::new();
    for (name, path, known) in DOCUMENTS {
        let path = path.replace("UUID", &place.uuid).replace("HOST", instance.running.url.host());
        let path = path.replace("LIST", list["uuid"].as_str().unwrap());
        let answer = read(instance, &path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {:?}", answer.body);
        assert_open(&answer);
        out.extend(unexcused(name, differences(&captured(name), &answer.json()), known));
    }
    // Somebody likes it; who does is told to nobody.
    let likes = document(instance, &format!("/videos/watch/{}/likes?page=1", place.uuid)).await;
    assert_eq!((&likes["totalItems"], &likes["orderedItems"]), (&json!(1), &json!([])));
    assert_eq!(status(instance, &format!("/accounts/bob/likes/{}", film["id"])).await, 404);
    // What is left of a comment that others answer.
    let path = format!("/api/v1/videos/{}/comments/2", place.uuid);
    let removed = instance.ask(Method::DELETE, &path).bearer(&place.root.token).send().await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    let left = document(instance, &format!("/videos/watch/{}/comments/2", place.uuid)).await;
    let known: &[Difference] = &[(".url", "who reads the place of a comment asks for it")];
    out.extend(unexcused("comment-tombstone", differences(&captured("comment-tombstone"), &left), known));
    assert!(out.is_empty(), "{} differences:\n{}", out.len(), out.join("\n"));

    // And what the film's document says is what the API says.
    let document = document(instance, &format!("/w/{}", place.short)).await;
    assert_eq!(document["uuid"], film["uuid"]);
    let stream = &document["url"][2];
    assert_eq!(stream["href"], film["streamingPlaylists"][0]["playlistUrl"]);
    let tags = stream["tag"].as_array().unwrap();
    let hrefs: Vec<&Value> = tags.iter().map(|tag| &tag["href"]).collect();
    let file = &film["streamingPlaylists"][0]["files"][0];
    for field in ["fileUrl", "metadataUrl", "torrentUrl", "magnetUri"] {
        assert!(hrefs.contains(&&file[field]), "{field} in {hrefs:?}");
    }
    // Each thing that is named can be read.
    let names = ["likes", "dislikes", "shares", "comments", "hasParts"].map(|name| &document[name]);
    let whose = document["attributedTo"].as_array().unwrap().iter().map(|who| &who["id"]);
    for address in names.into_iter().chain(whose).chain([&document["id"]]) {
        let address = address.as_str().unwrap();
        let path = address.strip_prefix(instance.running.url.as_str()).unwrap();
        assert_eq!(id_of(&self::document(instance, path).await), address);
    }
    assert!(place.bob.channel != place.root.channel);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_here_is_found_by_handle_and_by_address() {
    let instance = instance().await;
    let url = instance.running.url.clone();
    let (url, host) = (url.as_str(), url.host());
    let ask = async |resource: &str| {
        let resource = resource.replace('#', "%23");
        let answer = instance.get(&format!("/.well-known/webfinger?resource={resource}")).send().await;
        assert_open(&answer);
        answer
    };
    for (resource, actor) in [
        (format!("acct:root@{host}"), "/accounts/root"),
        (format!("acct%3Aroot%40{host}"), "/accounts/root"),
        (format!("acct:ROOT@{host}"), "/accounts/root"),
        (format!("acct:root_channel@{host}"), "/video-channels/root_channel"),
        (format!("acct:peertube@{host}"), "/accounts/peertube"),
        (format!("{url}/accounts/root"), "/accounts/root"),
        (format!("{url}/c/root_channel"), "/video-channels/root_channel"),
        (format!("{url}/"), "/accounts/peertube"),
    ] {
        let answer = ask(&resource).await;
        assert_eq!(answer.status, StatusCode::OK, "{resource}: {:?}", answer.body);
        assert_eq!(answer.header("content-type"), "application/jrd+json; charset=utf-8");
        let found = answer.json();
        assert_eq!(found["links"][0]["rel"], "self");
        assert_eq!(found["links"][0]["type"], ACTIVITY);
        assert_eq!(found["links"][0]["href"], format!("{url}{actor}"), "{resource}");
        // And back: the actor says the name that leads to it.
        let actor = document(&instance, actor).await;
        assert_eq!(actor["id"], found["links"][0]["href"]);
        let handle = format!("acct:{}@{host}", actor["preferredUsername"].as_str().unwrap());
        assert_eq!(found["subject"], handle);
    }
    for (resource, expected) in [
        (format!("acct:nobody@{host}"), 404),
        (format!("{url}/accounts/root_channel"), 404),
        ("acct:root@elsewhere.example".to_owned(), 400),
        ("acct:root".to_owned(), 400),
        ("foo".to_owned(), 400),
        (String::new(), 400),
        ("a".repeat(5000), 400),
    ] {
        let answer = ask(&resource).await;
        assert_eq!(answer.status.as_u16(), expected, "{resource}");
        assert_eq!(answer.header("content-type"), "application/problem+json; charset=utf-8");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_that_know_nothing_find_their_way() {
    let instance = instance().await;
    let url = instance.running.url.as_str();
    let meta = instance.get("/.well-known/host-meta").send().await;
    assert_eq!(
        (meta.status, meta.header("content-type")),
        (StatusCode::OK, "application/xrd+xml; charset=utf-8")
    );
    let text = String::from_utf8(meta.body.to_vec()).unwrap();
    assert!(text.contains(&format!("template=\"{url}/.well-known/webfinger?resource={{uri}}\"")), "{text}");

    let info = instance.get("/.well-known/nodeinfo").send().await;
    assert_open(&info);
    let links = info.json()["links"].clone();
    assert_eq!(links[0]["href"], format!("{url}/nodeinfo/2.0.json"));
    assert_eq!(links[1]["rel"], "https://www.w3.org/ns/activitystreams#Application");
    assert_eq!(links[1]["href"], format!("{url}/accounts/peertube"));
    for (at, version) in [(0, "2.0"), (2, "2.1")] {
        let path = links[at]["href"].as_str().unwrap().strip_prefix(url).unwrap().to_owned();
        let info = instance.get(&path).send().await;
        assert!(info.header("content-type").contains(&format!("schema/{version}#")));
        let info = info.json();
        assert_eq!((&info["version"], &info["software"]["name"]), (&json!(version), &json!("shoal")));
        assert_eq!(info["usage"]["users"]["total"], 1);
    }
    let password = instance.get("/.well-known/change-password").send().await;
    assert_eq!(
        (password.status, password.header("location")),
        (StatusCode::FOUND, "/my-account/settings/security")
    );
    assert_eq!(instance.get("/.well-known/nothing").send().await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_is_a_page_for_people_and_a_document_for_servers() {
    let instance = instance().await;
    let root = root(&instance).await;
    let video = publish(&instance, &root, "Film", whole).await;
    let said = json!({ "text": "First!" });
    let path = format!("/api/v1/videos/{}/comment-threads", video.uuid);
    let made = instance.post(&path).bearer(&root.token).json(&said).send().await.json();
    let id = format!("/videos/watch/{}", video.uuid);
    let comment = format!("{id}/comments/{}", made["comment"]["id"]);
    for (path, object) in [
        (id.clone(), id.clone()),
        (format!("/w/{}", video.uuid.short()), id.clone()),
        (format!("/w/{}", video.uuid), id.clone()),
        (format!("/videos/watch/{}", video.id), id.clone()),
        (comment.clone(), comment.clone()),
        ("/a/root".to_owned(), "/accounts/root".to_owned()),
        ("/a/root/video-channels".to_owned(), "/accounts/root".to_owned()),
        (format!("/a/root@{}", instance.running.url.host()), "/accounts/root".to_owned()),
        ("/accounts/root".to_owned(), "/accounts/root".to_owned()),
        ("/c/root_channel/videos".to_owned(), "/video-channels/root_channel".to_owned()),
        ("/video-channels/root_channel".to_owned(), "/video-channels/root_channel".to_owned()),
        ("/@root_channel".to_owned(), "/video-channels/root_channel".to_owned()),
    ] {
        let address = format!("{}{object}", instance.running.url);
        for accept in [
            ACTIVITY,
            "application/activity+json, application/ld+json",
            "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"",
        ] {
            let answer = instance.get(&path).header("accept", accept).send().await;
            assert_eq!(answer.status, StatusCode::OK, "{path} {accept}: {:?}", answer.body);
            assert_eq!(answer.header("content-type"), "application/activity+json; charset=utf-8");
            assert_eq!(id_of(&answer.json()), address, "{path}");
        }
        for accept in [BROWSER, "*/*", "application/json"] {
            let page = instance.get(&path).header("accept", accept).send().await;
            assert!(!page.header("content-type").contains("activity"), "{path} {accept}");
        }
        let page = instance.get(&path).header("accept", BROWSER).send().await;
        assert!(page.header("vary").contains("Accept"), "{path}: {:?}", page.headers);
    }
    // What no page is at gives a document to whoever does not ask for a page.
    for path in ["/accounts/root/outbox".to_owned(), format!("{id}/likes")] {
        let answer = instance.get(&path).send().await;
        assert_eq!(answer.header("content-type"), "application/activity+json; charset=utf-8", "{path}");
        let page = instance.get(&path).header("accept", BROWSER).send().await;
        assert!(!page.header("content-type").contains("activity"), "{path}");
    }
    assert_eq!(status(&instance, "/accounts/nobody").await, 404);
    assert_eq!(status(&instance, "/video-channels/root").await, 404);
    assert_eq!(status(&instance, "/accounts/root@elsewhere.example").await, 404);
    assert_eq!(status(&instance, "/w/00000000-0000-4000-8000-000000000000").await, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_made_once_and_stay() {
    let instance = instance().await;
    let key_of = async |instance: &Instance, path: &str| {
        let actor = document(instance, path).await;
        let key = actor["publicKey"].clone();
        assert_eq!(key["owner"], actor["id"]);
        assert_eq!(key["id"], format!("{}#main-key", id_of(&actor)));
        let pem = key["publicKeyPem"].as_str().unwrap().to_owned();
        assert!(pem.starts_with("-----BEGIN PUBLIC KEY-----\n"), "{pem}");
        // SPKI of 2048 bits: 294 bytes of DER.
        let letters: usize = pem.lines().filter(|line| !line.starts_with('-')).map(str::len).sum();
        assert_eq!(letters, 392);
        pem
    };
    let paths = ["/accounts/root", "/video-channels/root_channel", "/accounts/peertube"];
    let mut before = Vec::new();
    for path in paths {
        before.push(key_of(&instance, path).await);
    }
    assert!(before[0] != before[1] && before[1] != before[2]);
    // Two who ask at once for one that has none get the same.
    let bob = bob(&instance, None).await;
    let (one, other) = tokio::join!(key_of(&instance, "/accounts/bob"), key_of(&instance, "/accounts/bob"));
    assert_eq!(one, other);
    assert!(bob.channel != 0);
    let instance = instance.restart().await;
    for (path, before) in paths.iter().zip(&before) {
        // The address says another port after the restart; the key is the same.
        assert_eq!(&key_of(&instance, path).await, before, "{path}");
    }
    assert_eq!(key_of(&instance, "/accounts/bob").await, one);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_went_is_gone_and_nobody_else_gets_the_name() {
    let instance = instance().await;
    let bob = bob(&instance, None).await;
    let before = document(&instance, "/accounts/bob").await;
    let app = instance.running.app().clone();
    let kept = app.read(|store| key::of(store, "bob")).await.unwrap().key.unwrap();
    let removed = instance.ask(Method::DELETE, "/api/v1/users/me").bearer(&bob.token);
    assert_eq!(removed.send().await.status, StatusCode::NO_CONTENT);
    for (path, former) in [("/accounts/bob", "Person"), ("/video-channels/bob_channel", "Group")] {
        let answer = read(&instance, path).await;
        assert_eq!(answer.status, StatusCode::GONE, "{path}: {:?}", answer.body);
        assert_open(&answer);
        let left = answer.json();
        assert_eq!((&left["type"], &left["formerType"]), (&json!("Tombstone"), &json!(former)));
        assert!(left["deleted"].is_string() && left.get("publicKey").is_none(), "{left}");
        assert_eq!(status(&instance, &format!("{path}/outbox")).await, 410);
    }
    assert_eq!(before["id"], read(&instance, "/accounts/bob").await.json()["id"]);
    let host = instance.running.url.host();
    let found = instance.get(&format!("/.well-known/webfinger?resource=acct:bob@{host}")).send().await;
    assert_eq!(found.status, StatusCode::GONE);
    // What it signed with stays, since others are still to be told.
    assert_eq!(app.read(|store| key::of(store, "bob")).await.unwrap().key, Some(kept));
    let root = root(&instance).await;
    for name in ["bob", "bob_channel", "peertube", "ownership"] {
        let body = json!({ "name": name, "displayName": "Somebody else" });
        let again = instance.post("/api/v1/video-channels").bearer(&root.token).json(&body).send().await;
        assert_eq!(again.status, StatusCode::CONFLICT, "{name}: {:?}", again.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_for_everybody_is_not_published() {
    let instance = instance().await;
    let root = root(&instance).await;
    let video = publish(&instance, &root, "Film", whole).await;
    let id = format!("/videos/watch/{}", video.uuid);
    let places = ["", "/activity", "/announces", "/likes", "/comments", "/chapters", "/announces/1"];
    let all = async |instance: &Instance| {
        let mut found = Vec::new();
        for place in places {
            found.push(status(instance, &format!("{id}{place}")).await);
        }
        found.dedup();
        found
    };
    let in_outboxes = async |instance: &Instance| {
        let mut found = Vec::new();
        for path in ["/accounts/root", "/video-channels/root_channel", "/accounts/peertube"] {
            let page = document(instance, &format!("{path}/outbox?page=1")).await;
            let whole = document(instance, &format!("{path}/outbox")).await;
            assert_eq!(page["totalItems"], whole["totalItems"]);
            found.push(page["orderedItems"].as_array().unwrap().len());
        }
        found
    };
    assert_eq!(all(&instance).await, [200]);
    assert_eq!(in_outboxes(&instance).await, [1, 1, 1]);
    for (hide, expected) in [
        ((|video| video.privacy = Privacy::Private) as fn(&mut Video), 401),
        (|video| video.privacy = Privacy::Internal, 401),
        (|video| video.privacy = Privacy::Password, 403),
        (|video| video.privacy = Privacy::Unlisted, 404),
        (|video| video.state = VideoState::ToTranscode, 404),
        (|video| video.playlist = None, 404),
    ] {
        change(&instance, &video, hide).await;
        assert_eq!(all(&instance).await, [expected]);
        let hidden_page = instance.get(&id).header("accept", BROWSER).send().await;
        let page = String::from_utf8(hidden_page.body.to_vec()).unwrap();
        assert!(!page.contains("application/activity+json"));
        if expected != 404 {
            assert_eq!(in_outboxes(&instance).await, [0, 0, 0]);
        }
        change(&instance, &video, |video| {
            video.privacy = Privacy::Public;
            video.state = VideoState::Published;
            whole(video);
        })
        .await;
        assert_eq!(all(&instance).await, [200]);
    }
    let block = format!("/api/v1/videos/{}/blacklist", video.uuid);
    let blocked = instance.post(&block).bearer(&root.token).json(&json!({})).send().await;
    assert_eq!(blocked.status, StatusCode::NO_CONTENT, "{:?}", blocked.body);
    assert_eq!(all(&instance).await, [401]);
    assert_eq!(in_outboxes(&instance).await, [0, 0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_may_publish_what_is_in_no_list() {
    let instance = instance_with(|config| config.federation.unlisted = true).await;
    let root = root(&instance).await;
    let unlisted = |video: &mut Video| {
        whole(video);
        video.privacy = Privacy::Unlisted;
    };
    let video = publish(&instance, &root, "Film", unlisted).await;
    let id = format!("/videos/watch/{}", video.uuid);
    let found = document(&instance, &id).await;
    assert_eq!((&found["to"], &found["cc"]), (&json!([]), &json!([])));
    // Its number can be guessed, and nobody announced it.
    assert_eq!(status(&instance, &format!("/videos/watch/{}", video.id)).await, 401);
    assert_eq!(document(&instance, &format!("{id}/announces")).await["totalItems"], 0);
    assert_eq!(status(&instance, &format!("{id}/announces/1")).await, 404);
    assert_eq!(document(&instance, "/accounts/root/outbox").await["totalItems"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_went_leaves_a_trace() {
    let instance = instance().await;
    let root = root(&instance).await;
    let public = publish(&instance, &root, "Film", whole).await;
    let private = publish(&instance, &root, "Diary", |video| {
        whole(video);
        video.privacy = Privacy::Private;
    })
    .await;
    let list = json!({ "displayName": "Evenings", "privacy": 1, "videoChannelId": root.channel });
    let made = instance.post("/api/v1/video-playlists").bearer(&root.token).json(&list).send().await.json();
    let list = made["videoPlaylist"]["uuid"].as_str().unwrap().to_owned();
    let list_path = format!("/video-playlists/{list}");
    assert_eq!(document(&instance, &list_path).await["attributedTo"].as_array().unwrap().len(), 1);
    for path in [
        format!("videos/{}", public.uuid),
        format!("videos/{}", private.uuid),
        format!("video-playlists/{list}"),
    ] {
        let removed =
            instance.ask(Method::DELETE, &format!("/api/v1/{path}")).bearer(&root.token).send().await;
        assert_eq!(removed.status, StatusCode::NO_CONTENT, "{path}: {:?}", removed.body);
    }
    let left = read(&instance, &format!("/w/{}", public.uuid.short())).await;
    assert_eq!(left.status, StatusCode::GONE);
    let left = left.json();
    assert_eq!((&left["type"], &left["formerType"]), (&json!("Tombstone"), &json!("Video")));
    assert_eq!(id_of(&left), format!("{}/videos/watch/{}", instance.running.url, public.uuid));
    assert_eq!(status(&instance, &format!("/videos/watch/{}/likes", public.uuid)).await, 410);
    assert_eq!(status(&instance, &list_path).await, 410);
    // Nobody ever read this one.
    assert_eq!(status(&instance, &format!("/videos/watch/{}", private.uuid)).await, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_say_whom_they_answer_and_wait_until_they_may_be_seen() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let video = publish(&instance, &root, "Film", whole).await;
    let say = async |who: &Maker, rest: &str, text: &str| {
        let path = format!("/api/v1/videos/{}/{rest}", video.uuid);
        let made = instance.post(&path).bearer(&who.token).json(&json!({ "text": text })).send().await;
        assert_eq!(made.status, StatusCode::OK, "{:?}", made.body);
        made.json()["comment"]["id"].as_u64().unwrap()
    };
    let path = |comment: u64| format!("/videos/watch/{}/comments/{comment}", video.uuid);
    let first = say(&bob, "comment-threads", "First! <b>**bold**</b>").await;
    let reply = say(&root, &format!("comments/{first}"), "Thanks, @bob").await;
    let url = instance.running.url.clone();
    let (url, host) = (url.as_str(), url.host());

    let note = document(&instance, &path(first)).await;
    assert_eq!(note["inReplyTo"], format!("{url}/videos/watch/{}", video.uuid));
    assert_eq!(note["attributedTo"], format!("{url}/accounts/bob"));
    assert_eq!(note["content"], "<p>First! &lt;b&gt;<strong>bold</strong>&lt;/b&gt;</p>");
    assert_eq!(note["source"]["content"], "First! <b>**bold**</b>");

    let note = document(&instance, &path(reply)).await;
    assert_eq!(note["inReplyTo"], format!("{url}{}", path(first)));
    assert_eq!(
        note["tag"],
        json!([{ "type": "Mention", "href": format!("{url}/accounts/bob"), "name": format!("@bob@{host}") }])
    );
    assert!(note["cc"].as_array().unwrap().contains(&json!(format!("{url}/accounts/bob"))), "{note}");
    let link = format!("<p>Thanks, <a href=\"{url}/accounts/bob\" class=\"u-url mention\">@bob</a></p>");
    assert_eq!(note["content"], link);
    let approval = document(&instance, &format!("{}/approve-reply", path(first))).await;
    assert_eq!(
        (&approval["type"], &approval["object"]),
        (&json!("ApproveReply"), &json!(format!("{url}{}", path(first))))
    );

    change(&instance, &video, |video| video.comments_policy = CommentsPolicy::RequiresApproval).await;
    let held = say(&bob, "comment-threads", "May I?").await;
    for place in ["", "/activity", "/approve-reply"] {
        assert_eq!(status(&instance, &format!("{}{place}", path(held))).await, 404, "{place}");
    }
    let listed = document(&instance, &format!("/videos/watch/{}/comments?page=1", video.uuid)).await;
    assert_eq!(
        listed["orderedItems"],
        json!([format!("{url}{}", path(first)), format!("{url}{}", path(reply))])
    );
    assert_eq!(listed["totalItems"], 2);
    let approve = format!("/api/v1/videos/{}/comments/{held}/approve", video.uuid);
    let approved = instance.post(&approve).bearer(&root.token).send().await;
    assert_eq!(approved.status, StatusCode::NO_CONTENT);
    assert_eq!(status(&instance, &path(held)).await, 200);

    // Under another film it is nowhere.
    let other = publish(&instance, &root, "Another", whole).await;
    assert_eq!(status(&instance, &format!("/videos/watch/{}/comments/{first}", other.uuid)).await, 404);
    let app = instance.running.app().clone();
    let removed = format!("/api/v1/videos/{}/comments/{first}", video.uuid);
    let removed = instance.ask(Method::DELETE, &removed).bearer(&bob.token).send().await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    let key = CommentKey { comment: CommentId(first) };
    until(|| app.store().get(&key).unwrap().is_some_and(|comment| comment.is_deleted())).await;
    let left = document(&instance, &path(first)).await;
    assert_eq!((&left["type"], left.get("content")), (&json!("Tombstone"), None));
    assert_eq!(status(&instance, &format!("{}/activity", path(first))).await, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_read_by_pages() {
    let instance = instance().await;
    let root = root(&instance).await;
    let mut newest = String::new();
    for number in 0..12 {
        newest = publish(&instance, &root, &format!("Film {number}"), whole).await.uuid.to_string();
    }
    let url = instance.running.url.as_str();
    let outbox = format!("{url}/accounts/root/outbox");
    let list = document(&instance, "/accounts/root/outbox").await;
    assert_eq!((&list["type"], &list["totalItems"]), (&json!("OrderedCollection"), &json!(12)));
    assert_eq!(list["first"], format!("{outbox}?page=1"));
    let first = document(&instance, "/accounts/root/outbox?page=1").await;
    let rows = first["orderedItems"].as_array().unwrap();
    assert_eq!((rows.len(), &first["next"]), (10, &json!(format!("{outbox}?page=2"))));
    assert_eq!((&rows[0]["type"], &rows[0]["object"]["uuid"]), (&json!("Create"), &json!(newest)));
    assert_eq!(rows[0]["actor"], format!("{url}/accounts/root"));
    let second = document(&instance, "/accounts/root/outbox?page=2").await;
    assert_eq!(second["orderedItems"].as_array().unwrap().len(), 2);
    assert_eq!((second.get("next"), &second["prev"]), (None, &json!(format!("{outbox}?page=1"))));
    assert_eq!(document(&instance, "/accounts/root/outbox?page=3").await["orderedItems"], json!([]));
    let large = document(&instance, "/video-channels/root_channel/outbox?page=1&size=50").await;
    let rows = large["orderedItems"].as_array().unwrap();
    assert_eq!((rows.len(), &rows[0]["type"]), (12, &json!("Announce")));
    // An announcement is where it says, and by whom.
    let path = rows[0]["id"].as_str().unwrap().strip_prefix(url).unwrap();
    let announced = document(&instance, path).await;
    assert_eq!((&announced["actor"], &announced["object"]), (&rows[0]["actor"], &rows[0]["object"]));
    for wrong in ["page=0", "page=-1", "page=x", "page=1&size=51", "page=1&size=0", "page=%2B1"] {
        assert_eq!(status(&instance, &format!("/accounts/root/outbox?{wrong}")).await, 400, "{wrong}");
    }
    let far = document(&instance, "/accounts/root/outbox?page=18446744073709551615").await;
    assert_eq!((&far["orderedItems"], far.get("next")), (&json!([]), None));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_muted_here_is_in_no_list_that_others_read() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let film = publish(&instance, &root, "Film", whole).await;
    publish(&instance, &bob, "Bob's", whole).await;
    for (who, text) in [(&bob, "First!"), (&root, "Thanks")] {
        let path = format!("/api/v1/videos/{}/comment-threads", film.uuid);
        let made = instance.post(&path).bearer(&who.token).json(&json!({ "text": text })).send().await;
        assert_eq!(made.status, StatusCode::OK, "{:?}", made.body);
    }
    let rows = async |path: &str| document(&instance, path).await["orderedItems"].as_array().unwrap().len();
    let outbox = "/accounts/peertube/outbox?page=1";
    let comments = format!("/videos/watch/{}/comments?page=1", film.uuid);
    assert_eq!((rows(outbox).await, rows(&comments).await), (2, 2));
    let mute = json!({ "accountName": "bob" });
    let muted = "/api/v1/server/blocklist/accounts";
    let muted = instance.post(muted).bearer(&root.token).json(&mute).send().await;
    assert_eq!(muted.status, StatusCode::NO_CONTENT, "{:?}", muted.body);
    assert_eq!((rows(outbox).await, rows(&comments).await), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_very_much_at_once_is_told_to_wait() {
    let instance = instance().await;
    let mut last = read(&instance, "/accounts/nobody").await;
    for _ in 0..1_500 {
        assert_eq!(last.status, StatusCode::NOT_FOUND);
        last = read(&instance, "/accounts/nobody").await;
        if last.status != StatusCode::NOT_FOUND {
            break;
        }
    }
    assert_eq!(last.status, StatusCode::TOO_MANY_REQUESTS);
    assert_open(&last);
    assert!(0 < last.header("retry-after").parse::<u64>().unwrap());
    // Pages are no documents.
    let page = instance.get("/a/root").header("accept", BROWSER).send().await;
    assert_ne!(page.status, StatusCode::TOO_MANY_REQUESTS);
}
