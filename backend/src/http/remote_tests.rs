//! What is shown of other servers' people and videos, asked through all routes.

use http::header::{ACCEPT, LOCATION};
use http::{Request, StatusCode};
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use serde_json::{Value, json};
use shared::id::{AccountId, ChannelId, CommentId};
use shared::time::Timestamp;

use super::*;
use crate::http::problem::Failure;
use crate::http::sample;
use crate::routes::routes;
use crate::store::records::{Comment, RemoteComment};
use crate::store::tables::{CommentKey, VideoCommentKey};
use crate::store::{Durability, StoreError};

#[test]
fn nothing_is_fetched_that_no_row_names() {
    let folder = tempfile::tempdir().unwrap();
    let app = sample::app(folder.path());
    sample::put_elsewhere(&app);
    let entry = app.catalogue().video(sample::FAR_VIDEO).unwrap();
    let video = &entry.listed.video;
    let remote = video.remote.as_deref().unwrap();
    let ask = |owner, name: &str| wanted(&app, owner, Named::parse(name).unwrap(), name);
    let here = Owner::Video(video.uuid);
    let small = cached::video_picture_name(&remote.pictures[0], 280);
    let origin = ask(here, &small).unwrap().origin;
    assert_eq!(origin.url, remote.pictures[0].url);
    assert_eq!(origin.makes, Makes::Pictures(vec![(small, Form::Wide(crate::files::picture::THUMBNAIL))]));
    let large = cached::video_picture_name(&remote.pictures[0], 850);
    assert!(ask(here, &large).is_none(), "the large one is made of the other picture");
    let stranger =
        RemotePicture { name: Uuid(77), url: "https://x.example/".into(), created_at: Timestamp(0) };
    assert!(ask(here, &cached::video_picture_name(&stranger, 280)).is_none());
    let words = &video.captions[0].file_name;
    assert_eq!(ask(here, words).unwrap().origin.url, remote.captions[0].url);
    assert!(ask(Owner::Video(sample::PUBLIC), words).is_none(), "another video's");
    assert!(ask(Owner::Account(AccountId(1)), words).is_none());
    let face = remote_avatar(&app);
    let name = cached::actor_picture_name(&face, 120);
    assert_eq!(ask(Owner::Channel(sample::FAR_CHANNEL), &name).unwrap().origin.url, face.url);
    assert!(ask(Owner::Channel(ChannelId(1)), &name).is_none(), "one of ours has its own");
    let odd = cached::actor_picture_name(&face, 121);
    assert!(ask(Owner::Channel(sample::FAR_CHANNEL), &odd).is_none(), "no other size");
}

fn remote_avatar(app: &App) -> RemotePicture {
    let channel = app.directory().channel(sample::FAR_CHANNEL).unwrap();
    channel.remote.as_ref().unwrap().avatar.clone().unwrap()
}

async fn asked(app: &App, path: &str, accept: &str) -> Response {
    let request = Request::get(path).header(ACCEPT, accept);
    let request = request.body(http_body_util::Empty::<Bytes>::new()).unwrap();
    TowerToHyperService::new(warp::service(routes(app))).call(request).await.unwrap()
}

/// What the API answers, where it answers 200.
async fn found(app: &App, path: &str) -> Value {
    let answer = asked(app, &format!("/api/v1{path}"), "application/json").await;
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    let body = http_body_util::BodyExt::collect(answer.into_body()).await.unwrap().to_bytes();
    serde_json::from_slice(&body).unwrap()
}

fn rig() -> (tempfile::TempDir, App) {
    let folder = tempfile::tempdir().unwrap();
    let app = sample::app(folder.path());
    sample::put_elsewhere(&app);
    (folder, app)
}

fn names(list: &Value) -> Vec<&str> {
    let mut names: Vec<&str> =
        list["data"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn lists_tell_ours_from_others() {
    let (_folder, app) = rig();
    let (ours, far) = ("Test pattern 30 s (updated)", "A far boat");
    for (query, expected) in [
        ("", vec![far, ours]),
        ("?isLocal=true", vec![ours]),
        ("?isLocal=false", vec![far]),
        ("?host=far.example", vec![far]),
        ("?host=FAR.example&isLocal=false", vec![far]),
        ("?host=far.example&isLocal=true", vec![]),
        ("?host=localhost:9001", vec![ours]),
        ("?host=other.example", vec![]),
        ("?hasHLSFiles=true", vec![far]),
        ("?hasWebVideoFiles=true", vec![]),
    ] {
        assert_eq!(names(&found(&app, &format!("/videos{query}")).await), expected, "{query}");
    }
    let stats = found(&app, "/server/stats").await;
    assert_eq!((&stats["totalVideos"], &stats["totalLocalVideos"]), (&json!(2), &json!(1)));
    assert_eq!(stats["totalLocalVideoChannels"], 1);
}

#[tokio::test]
async fn people_of_other_servers_are_found_by_name_and_host() {
    let (_folder, app) = rig();
    for name in ["bob@far.example", "@bob@far.example", "BOB@Far.Example"] {
        let account = found(&app, &format!("/accounts/{name}")).await;
        assert_eq!((&account["host"], &account["id"]), (&json!("far.example"), &json!(30)), "{name}");
    }
    let channel = found(&app, "/video-channels/bob_films@far.example").await;
    assert_eq!((&channel["isLocal"], &channel["ownerAccount"]["name"]), (&json!(false), &json!("bob")));
    for path in [
        "/video-channels/bob_films@far.example/videos",
        "/accounts/bob@far.example/videos",
        "/search/videos?search=https://far.example/w/fV8hdLdGE5m8jXTa9ZxVzS",
    ] {
        assert_eq!(names(&found(&app, path).await), ["A far boat"], "{path}");
    }
    let channels = found(&app, "/accounts/bob@far.example/video-channels").await;
    assert_eq!(names(&channels), ["Bob_Films"]);
    assert_eq!(names(&found(&app, "/video-channels/bob_films@far.example/video-playlists").await), [""; 0]);
    for path in ["/accounts/bob", "/video-channels/bob_films", "/accounts/bob@other.example"] {
        let answer = asked(&app, &format!("/api/v1{path}"), "application/json").await;
        // What fails rides on an empty answer until the front writes it.
        assert!(answer.extensions().get::<Failure>().is_some(), "{path}");
    }
    // Everybody who is known is in the list of accounts, as in PeerTube.
    assert_eq!(names(&found(&app, "/accounts").await), ["alice", "bob"]);
}

#[tokio::test]
async fn documents_of_others_are_read_where_they_are() {
    let (_folder, app) = rig();
    let video = sample::far_video();
    let far = "https://far.example";
    let said = |id: u64, remote: Option<RemoteComment>| Comment {
        id: CommentId(id),
        video: video.id,
        thread: CommentId(id),
        parent: None,
        author: Some(AccountId(if remote.is_some() { 30 } else { 1 })),
        text: "Hello".into(),
        remote: remote.map(Box::new),
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
    };
    let theirs = RemoteComment { url: format!("{far}/comments/9"), page: None, fetched_at: Timestamp(0) };
    app.write_here::<_, StoreError>(Durability::Relaxed, |write, _| {
        for comment in [said(1, None), said(2, Some(theirs))] {
            write.insert(&VideoCommentKey { video: video.id, comment: comment.id }, &())?;
            write.insert(&CommentKey { comment: comment.id }, &comment)?;
        }
        Ok(())
    })
    .unwrap();
    let document = "application/activity+json";
    let watch = format!("/videos/watch/{}", video.uuid);
    for (path, location) in [
        (watch.clone(), format!("{far}{watch}")),
        (format!("/w/{}", video.uuid.short()), format!("{far}{watch}")),
        (format!("{watch}/likes"), format!("{far}{watch}")),
        ("/accounts/bob@far.example".to_owned(), format!("{far}/accounts/bob")),
        ("/video-channels/bob_films@far.example".to_owned(), format!("{far}/video-channels/Bob_Films")),
        ("/@bob_films@far.example".to_owned(), format!("{far}/video-channels/Bob_Films")),
        (format!("{watch}/comments/2"), format!("{far}/comments/9")),
    ] {
        let answer = asked(&app, &path, document).await;
        assert_eq!(answer.status(), StatusCode::FOUND, "{path}");
        assert_eq!(answer.headers()[LOCATION], location.as_str(), "{path}");
    }
    // What somebody here said of it is here.
    let answer = asked(&app, &format!("{watch}/comments/1"), document).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let body = http_body_util::BodyExt::collect(answer.into_body()).await.unwrap().to_bytes();
    let note: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(note["inReplyTo"], format!("{far}{watch}"));
    assert_eq!(note["id"], format!("http://localhost:9001{watch}/comments/1"));
    // Nothing of others is in what the instance says of itself.
    let answer = asked(&app, "/accounts/peertube/outbox", document).await;
    let body = http_body_util::BodyExt::collect(answer.into_body()).await.unwrap().to_bytes();
    let outbox: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(outbox["totalItems"], 1);
    let asked_for = "/.well-known/webfinger?resource=acct:bob@far.example";
    assert!(asked(&app, asked_for, "application/json").await.extensions().get::<Failure>().is_some());
}
