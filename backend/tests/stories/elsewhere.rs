//! Videos of other servers, as they are watched here: whom viewers meet, and what can be framed.

use backend::federation::find;
use http::StatusCode;
use serde_json::{Value, json};
use shared::id::InfoHash;
use shared::swarm_name::{Stream, SwarmName};

use crate::rig::Instance;
use crate::stranger::{Stranger, neighbour};

const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";
const UUID: &str = "6eb367f5-5dcc-4f98-aefc-fe5092365ef6";

/// A film with a stream, as a PeerTube shows it, with more words where there are some. Gives its id.
fn show_film(stranger: &Stranger, more: &[(&str, Value)]) -> String {
    let at = |path: &str| stranger.url(path);
    let ann = stranger.person("ann");
    let mut channel = stranger.actor("tide", "Group");
    channel["attributedTo"] = json!([{ "type": "Person", "id": ann }]);
    stranger.show("/users/tide", &channel);
    let file = |height: u32| {
        json!({ "type": "Link", "mediaType": "video/mp4", "href": at(&format!("/hls/{height}-fragmented.mp4")),
            "height": height, "width": height * 2, "fps": 30, "size": 1000 })
    };
    let digests = json!({ "type": "Link", "name": "sha256", "mediaType": "application/json", "href": at("/hls/sha.json") });
    let mut film = json!({
        "@context": "https://www.w3.org/ns/activitystreams",
        "type": "Video", "id": at("/videos/1"), "uuid": UUID, "name": "Low tide", "duration": "PT90S", "state": 1,
        "views": 0, "commentsPolicy": 1, "to": [PUBLIC], "cc": [],
        "published": "2026-11-21T02:03:26.618Z", "updated": "2026-11-21T02:03:26.618Z",
        "url": [
            { "type": "Link", "mediaType": "text/html", "href": at("/w/1") },
            { "type": "Link", "mediaType": "application/x-mpegURL", "href": at("/hls/master.m3u8"),
              "tag": [digests, file(720), file(480)] },
            { "type": "Link", "name": "tracker-ws", "rel": ["tracker", "websocket"],
              "href": format!("ws://{}/tracker/socket", stranger.host()) },
        ],
        "icon": [{ "type": "Image", "mediaType": "image/jpeg", "url": at("/1.jpg"), "width": 280, "height": 157 }],
        "attributedTo": [{ "type": "Person", "id": ann }, { "type": "Group", "id": at("/users/tide") }],
    });
    for (name, value) in more {
        film[*name] = value.clone();
    }
    stranger.show("/videos/1", &film);
    at("/videos/1")
}

/// What the tracker says to a viewer who comes.
async fn announce(instance: &Instance, info_hash: InfoHash) -> String {
    let escaped: String = info_hash.0.iter().map(|byte| format!("%{byte:02x}")).collect();
    let peer: String = [7u8; 20].iter().map(|byte| format!("%{byte:02x}")).collect();
    let query =
        format!("info_hash={escaped}&peer_id={peer}&port=6881&uploaded=0&downloaded=0&left=1&compact=1");
    let answer = instance.get(&format!("/tracker/announce?{query}")).send().await;
    String::from_utf8_lossy(&answer.body).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_watches_a_video_elsewhere_meets_others_there_and_here() {
    let stranger = Stranger::start().await;
    let instance = neighbour(&[&stranger]).await;
    let film = show_film(&stranger, &[]);
    find::video(instance.running.app(), &film).await.unwrap();
    let playlist = stranger.url("/hls/master.m3u8");
    let name = |place| SwarmName::Place { playlist_url: &playlist, stream: Stream::Main, place }.info_hash();
    assert!(announce(&instance, name(0)).await.contains("failure reason"), "nobody looked at it yet");

    let page = instance.get(&format!("/api/v1/videos/{UUID}")).send().await;
    assert_eq!(page.status, StatusCode::OK);
    let page: Value = page.json();
    assert_eq!(page["streamingPlaylists"][0]["playlistUrl"], playlist, "swarms are named after it");
    let host = instance.running.url.host();
    let expected = [
        format!("ws://{}/tracker/socket", stranger.host()),
        format!("http://{host}/tracker/announce"),
        format!("ws://{host}/tracker/socket"),
    ];
    assert_eq!(page["trackerUrls"], json!(expected), "everybody else is there, so there first");
    for place in 0..2 {
        assert!(!announce(&instance, name(place)).await.contains("failure reason"), "{place}");
    }
    for unknown in [name(2), InfoHash([9; 20])] {
        assert!(announce(&instance, unknown).await.contains("failure reason"));
    }

    // After a restart whoever watches on says so, and is let in again.
    let instance = instance.restart().await;
    assert!(announce(&instance, name(0)).await.contains("failure reason"));
    let view = instance.post(&format!("/api/v1/videos/{UUID}/views")).json(&json!({ "currentTime": 3 }));
    assert_eq!(view.send().await.status, StatusCode::NO_CONTENT);
    assert!(!announce(&instance, name(0)).await.contains("failure reason"));
    instance.running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_video_elsewhere_may_be_framed_is_its_own_servers_word() {
    for (more, policy, ancestors) in [
        (vec![], 1, "*"),
        (vec![("embedUrl", json!("https://films.example/videos/embed/1"))], 1, "*"),
        (vec![("embedUrl", Value::Null)], 3, "'self'"),
    ] {
        let stranger = Stranger::start().await;
        let instance = neighbour(&[&stranger]).await;
        let film = show_film(&stranger, &more);
        find::video(instance.running.app(), &film).await.unwrap();
        let page = instance.get(&format!("/api/v1/videos/{UUID}")).send().await.json();
        assert_eq!(page["embedPrivacyPolicy"]["id"], policy, "{more:?}");
        let path = format!("/api/v1/videos/{UUID}/embed-privacy/allowed?domain=blog.example");
        let allowed = instance.get(&path).send().await.json();
        assert_eq!(allowed["domainAllowed"], policy == 1, "{more:?}");
        let frame = instance.get(&format!("/videos/embed/{UUID}")).send().await;
        let says = frame.header("content-security-policy");
        assert!(says.contains(&format!("frame-ancestors {ancestors}")), "{more:?}: {says}");
        instance.running.stop().await.unwrap();
    }
}
