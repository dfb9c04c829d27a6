//! Videos that are there: found, seen, hidden, changed, removed, watched.

use crate::makers::{Maker, bob, captured, root, until, without_sentences};
use crate::rig::{Answer, Instance, Part, instance};
use backend::domain::video::edit::{self, Arrival, Pictures};
use backend::store::records::{Facts, Playlist, Privacy, Rendition, Source, Video, VideoState};
use backend::store::tables::VideoKey;
use backend::store::{Durability, Read};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::api::NewVideo;
use shared::id::{ChannelId, Uuid};

/// Puts a video there whose pipeline is done, changed by `change`.
pub async fn publish(instance: &Instance, maker: &Maker, name: &str, change: fn(&mut Video)) -> Video {
    let uuid = instance.running.app().dice().uuid();
    publish_as(instance, maker, (uuid, name), change).await
}

/// The same, under a name of one's own choice.
pub async fn publish_as(
    instance: &Instance,
    maker: &Maker,
    (uuid, name): (Uuid, &str),
    change: fn(&mut Video),
) -> Video {
    let app = instance.running.app();
    let arrival = Arrival {
        uuid,
        channel: ChannelId(maker.channel),
        form: NewVideo { name: Some(name.to_owned()), privacy: Some(1), ..NewVideo::default() },
        source: Source {
            extension: ".mp4".into(),
            filename: "clip.mp4".into(),
            bytes: 1000,
            file: None,
            take: 0,
        },
        facts: Facts {
            duration_ms: 30_000,
            width: 1280,
            height: 720,
            fps: 30,
            has_audio: true,
            has_video: true,
        },
        chapters: Vec::new(),
        pictures: Pictures::default(),
        host: app.url().host().to_owned(),
    };
    let made = app.write(Durability::Relaxed, move |write, now| {
        let mut video = edit::create(write, now, arrival)?;
        video.state = VideoState::Published;
        change(&mut video);
        write.insert(&VideoKey { video: video.id }, &video)?;
        // No file lies behind the row: the job its arrival causes would fail and take the video back.
        drop(write.take_events());
        Ok::<_, edit::EditError>(video)
    });
    made.await.unwrap()
}

pub async fn list(instance: &Instance, query: &str) -> Vec<String> {
    names(&instance.get(&format!("/api/v1/videos?{query}")).send().await)
}

pub fn names(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    let page = answer.json();
    page["data"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
}

pub async fn page(instance: &Instance, maker: Option<&Maker>, id: &str) -> Answer {
    let get = instance.get(&format!("/api/v1/videos/{id}"));
    maker
        .map_or_else(|| instance.get(&format!("/api/v1/videos/{id}")), |maker| get.bearer(&maker.token))
        .send()
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_filtered_sorted_and_cut() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    assert_eq!(instance.get("/api/v1/videos").send().await.json(), json!({ "total": 0, "data": [] }));
    publish(&instance, &root, "Alpha", |video| (video.category, video.views) = (Some(2), 7)).await;
    publish(&instance, &bob, "beta", |video| (video.tags, video.views) = (vec!["Sea".into()], 9)).await;
    publish(&instance, &root, "Gamma", |video| (video.language, video.likes) = (Some("fr".into()), 1)).await;
    publish(&instance, &root, "Not for all eyes", |video| video.nsfw = true).await;
    publish(&instance, &root, "Hidden", |video| video.privacy = Privacy::Unlisted).await;
    publish(&instance, &root, "Waiting", |video| video.state = VideoState::ToTranscode).await;

    for (query, expected) in [
        ("", &["Gamma", "beta", "Alpha"][..]),
        ("sort=name", &["Alpha", "beta", "Gamma"]),
        ("sort=-views", &["beta", "Alpha", "Gamma"]),
        ("sort=-likes&count=1", &["Gamma"]),
        ("sort=publishedAt&start=1&count=1", &["beta"]),
        ("count=0", &[]),
        ("categoryOneOf=2&categoryOneOf=3", &["Alpha"]),
        ("categoryOneOf[]=3", &[]),
        ("languageOneOf=fr", &["Gamma"]),
        ("tagsOneOf=sea&tagsOneOf=sky", &["beta"]),
        ("tagsAllOf[]=sea&tagsAllOf[]=sky", &[]),
        ("nsfw=both&sort=-name", &["Not for all eyes", "Gamma", "beta", "Alpha"]),
        ("nsfw=true", &["Not for all eyes"]),
        ("isLocal=true&isLive=false&sort=-hot&count=1", &["Gamma"]),
        ("isLive=true", &[]),
        ("search=ALPH", &["Alpha"]),
        ("filter=local&anything=else", &["Gamma", "beta", "Alpha"]),
    ] {
        for _ in 0..2 {
            assert_eq!(list(&instance, query).await, expected, "{query}");
        }
    }
    let answer = instance.get("/api/v1/video-channels/bob_channel/videos").send().await;
    assert_eq!(names(&answer), ["beta"]);
    assert_eq!(names(&instance.get("/api/v1/accounts/root/videos").send().await), ["Gamma", "Alpha"]);
    assert_eq!(instance.get("/api/v1/accounts/nobody/videos").send().await.status, StatusCode::NOT_FOUND);
    let counted = instance.get("/api/v1/videos?count=1").send().await.json();
    assert_eq!(counted["total"], 3);
    let uncounted = instance.get("/api/v1/videos?count=1&skipCount=true").send().await.json();
    assert!(uncounted.get("total").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_never_shows_what_was_true_before() {
    let instance = instance().await;
    let root = root(&instance).await;
    let video = publish(&instance, &root, "Old name", |_| ()).await;
    assert_eq!(list(&instance, "").await, ["Old name"]);
    let path = format!("/api/v1/videos/{}", video.uuid);
    let rename = |form: Value| instance.ask(Method::PUT, &path).bearer(&root.token).json(&form).send();
    assert_eq!(rename(json!({ "name": "New name" })).await.status, StatusCode::NO_CONTENT);
    assert_eq!(list(&instance, "").await, ["New name"]);
    assert_eq!(rename(json!({ "privacy": 3 })).await.status, StatusCode::NO_CONTENT);
    assert_eq!(list(&instance, "").await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_parameters_are_named_as_captured() {
    let instance = instance().await;
    let answer = instance.get("/api/v1/videos?count=500").send().await;
    assert_eq!((answer.status.as_u16(), answer.json()), (400, captured("error-400-count-too-large")));
    let answer = instance.get("/api/v1/videos?start=-1&nsfw=maybe").send().await;
    assert_eq!((answer.status.as_u16(), answer.json()), (400, captured("error-400-bad-params")));
    let answer = instance.get("/api/v1/videos?sort=foo").send().await;
    assert_eq!((answer.status.as_u16(), answer.json()), (400, captured("error-400-bad-sort")));
    let answer = page(&instance, None, "not-a-uuid!").await;
    assert_eq!((answer.status.as_u16(), answer.json()), (400, captured("error-400-video-id")));
    let answer = page(&instance, None, "00000000-0000-4000-8000-000000000000").await;
    assert_eq!((answer.status.as_u16(), answer.json()), (404, captured("error-404-video")));
    let answer = instance.get("/api/v1/videos?include=1").send().await;
    assert_eq!((answer.status.as_u16(), answer.json()), (401, captured("error-401-include-no-auth")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_video_has_three_names_and_many_parts() {
    let instance = instance().await;
    let root = root(&instance).await;
    let video = publish(&instance, &root, "Boat", |video| video.description = Some("x".repeat(300))).await;
    let (uuid, short) = (video.uuid.to_string(), video.uuid.short());
    let by_uuid = page(&instance, None, &uuid).await.json();
    for id in [short, video.id.to_string(), format!("{uuid}/")] {
        assert_eq!(page(&instance, None, &id).await.json(), by_uuid, "{id}");
    }
    assert_eq!(by_uuid["truncatedDescription"].as_str().unwrap().len(), 250);
    let part = async |part: &str| instance.get(&format!("/api/v1/videos/{uuid}/{part}")).send().await.json();
    assert_eq!(part("description").await["description"].as_str().unwrap().len(), 300);
    assert_eq!(part("captions").await, json!({ "total": 0, "data": [] }));
    assert_eq!(part("chapters").await, json!({ "chapters": [] }));
    assert_eq!(part("storyboards").await, json!({ "storyboards": [] }));
    let source = instance.get(&format!("/api/v1/videos/{uuid}/source"));
    assert_eq!(source.send().await.status, StatusCode::UNAUTHORIZED);
    let source =
        instance.get(&format!("/api/v1/videos/{uuid}/source")).bearer(&root.token).send().await.json();
    assert_eq!((&source["filename"], &source["resolution"]["label"]), (&json!("clip.mp4"), &json!("720p")));
    let list = instance.get("/api/v1/videos").send().await.json();
    assert_eq!(list["data"][0]["description"].as_str().unwrap().len(), 250);
}

#[tokio::test(flavor = "multi_thread")]
async fn hidden_videos_are_hidden_as_captured() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let private = publish(&instance, &bob, "Private", |video| video.privacy = Privacy::Private).await;
    let id = private.uuid.to_string();
    let answer = page(&instance, None, &id).await;
    assert_eq!((answer.status.as_u16(), answer.json()), (401, captured("error-401-private-video-anon")));
    assert_eq!(page(&instance, Some(&bob), &id).await.json()["name"], "Private");
    assert_eq!(page(&instance, Some(&root), &id).await.status, StatusCode::OK, "the administrator sees all");
    let others = publish(&instance, &root, "Private too", |video| video.privacy = Privacy::Private).await;
    let answer = page(&instance, Some(&bob), &others.uuid.to_string()).await;
    assert_eq!((answer.status.as_u16(), answer.json()), (403, captured("error-403-private-video-other")));

    let internal = publish(&instance, &root, "Internal", |video| video.privacy = Privacy::Internal).await;
    assert_eq!(page(&instance, None, &internal.uuid.to_string()).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(page(&instance, Some(&bob), &internal.uuid.to_string()).await.status, StatusCode::OK);
    let unlisted = publish(&instance, &root, "Unlisted", |video| video.privacy = Privacy::Unlisted).await;
    assert_eq!(page(&instance, None, &unlisted.uuid.short()).await.status, StatusCode::OK);
    assert_eq!(page(&instance, None, &unlisted.id.to_string()).await.status, StatusCode::UNAUTHORIZED);

    assert_eq!(list(&instance, "").await, [""; 0]);
    let members = instance.get("/api/v1/videos").bearer(&bob.token).send().await;
    assert_eq!(names(&members), ["Internal"]);
    let all = instance.get("/api/v1/videos?include=1&sort=name").bearer(&root.token).send().await;
    assert_eq!(names(&all), ["Internal", "Private", "Private too", "Unlisted"]);
    let refused = instance.get("/api/v1/videos?privacyOneOf=3").bearer(&bob.token).send().await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    for part in ["description", "captions", "storyboards", "chapters"] {
        let answer = instance.get(&format!("/api/v1/videos/{id}/{part}")).send().await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{part}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_filtered_by_host_state_and_automatic_tags_and_sorted_by_what_is_said() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let words = json!({ "listName": "rude", "words": ["fool"] });
    let lists = instance.post("/api/v1/watched-words/server/lists").bearer(&root.token).json(&words);
    assert_eq!(lists.send().await.status, StatusCode::OK);
    let quiet = publish(&instance, &bob, "Quiet", |_| ()).await;
    let fool = publish(&instance, &bob, "The fool", |_| ()).await;
    publish(&instance, &bob, "Unplayable", |video| video.state = VideoState::TranscodingFailed).await;
    let edit = json!({ "description": "More at https://elsewhere.example/boats" });
    let path = format!("/api/v1/videos/{}", quiet.uuid);
    let edited = instance.ask(Method::PUT, &path).bearer(&bob.token).json(&edit).send().await;
    assert_eq!(edited.status, StatusCode::NO_CONTENT);

    for (sort, expected) in [("-comments", ["The fool", "Quiet"]), ("comments", ["Quiet", "The fool"])] {
        assert_eq!(list(&instance, &format!("sort={sort}")).await, expected, "as old as they are");
    }
    let thread = format!("/api/v1/videos/{}/comment-threads", quiet.uuid);
    let said = instance.post(&thread).bearer(&root.token).json(&json!({ "text": "Nice" })).send().await;
    assert_eq!(said.status, StatusCode::OK);
    assert_eq!(list(&instance, "sort=-comments").await, ["Quiet", "The fool"]);
    assert_eq!(page(&instance, None, &quiet.uuid.to_string()).await.json()["comments"], 1);
    let comment = said.json()["comment"]["id"].to_string();
    let gone = format!("/api/v1/videos/{}/comments/{comment}", quiet.uuid);
    let gone = instance.ask(Method::DELETE, &gone).bearer(&root.token).send().await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(list(&instance, "sort=-comments").await, ["The fool", "Quiet"]);

    let host = instance.running.app().url().host().to_owned();
    assert_eq!(
        list(&instance, &format!("host={}&sort=name", host.to_uppercase())).await,
        ["Quiet", "The fool"]
    );
    assert_eq!(list(&instance, "host=elsewhere.example").await, [""; 0]);
    let wrong = instance.get("/api/v1/videos?host=no%20host&stateOneOf=x").send().await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    let named = wrong.json()["invalid-params"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(named, ["host", "stateOneOf"]);

    for (query, expected) in [
        ("autoTagOneOf=rude", &["The fool"][..]),
        ("autoTagOneOf=rude&autoTagOneOf=external-link&sort=name", &["Quiet", "The fool"]),
        ("autoTagOneOf=nothing", &[]),
        ("stateOneOf=7", &["Unplayable"]),
        ("stateOneOf=1&sort=name", &["Quiet", "The fool"]),
        ("stateOneOf=4", &[]),
    ] {
        for whose in ["videos", "users/me/videos"] {
            let path = format!("/api/v1/{whose}?{query}");
            let refused = instance.get(&path).bearer(&bob.token).send().await;
            assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{path}");
        }
        assert_eq!(
            instance.get(&format!("/api/v1/accounts/bob/videos?{query}")).send().await.status,
            StatusCode::UNAUTHORIZED
        );
        let shown = instance.get(&format!("/api/v1/videos?{query}")).bearer(&root.token).send().await;
        assert_eq!(names(&shown), expected, "{query}");
    }
    let told = instance.get("/api/v1/videos?include=64&sort=name").bearer(&root.token).send().await.json();
    assert_eq!(told["data"][0]["automaticTags"], json!(["external-link"]));
    assert_eq!(told["data"][1]["automaticTags"], json!(["rude"]));
    let plain = instance.get("/api/v1/videos?include=1").bearer(&root.token).send().await.json();
    assert!(plain["data"][0].get("automaticTags").is_none());
    let renamed = json!({ "name": "The wise one" });
    let path = format!("/api/v1/videos/{}", fool.uuid);
    instance.ask(Method::PUT, &path).bearer(&bob.token).json(&renamed).send().await;
    let shown = instance.get("/api/v1/videos?autoTagOneOf=rude").bearer(&root.token).send().await;
    assert_eq!(names(&shown), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_for_files_is_given_to_whoever_sees_the_video() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let video = publish(&instance, &root, "Private", |video| video.privacy = Privacy::Private).await;
    let path = format!("/api/v1/videos/{}/token", video.uuid);
    assert_eq!(instance.post(&path).send().await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(instance.post(&path).bearer(&bob.token).send().await.status, StatusCode::FORBIDDEN);
    let token = instance.post(&path).bearer(&root.token).send().await.json();
    let app = instance.running.app();
    let text = token["files"]["token"].as_str().unwrap();
    assert!(app.file_tokens().check(text, video.uuid, app.clock().now()));
    let shape: Value = captured("video-file-token");
    assert_eq!(keys(&token["files"]), keys(&shape["files"]));
}

fn keys(object: &Value) -> Vec<&String> {
    object.as_object().unwrap().keys().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_changes_a_video() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let video = publish(&instance, &root, "Boat", |_| ()).await;
    let path = format!("/api/v1/videos/{}", video.uuid);
    let put = |maker: &Maker| instance.ask(Method::PUT, &path).bearer(&maker.token);
    let answer = put(&bob).json(&json!({ "name": "hijack" })).send().await;
    let mut expected = captured("error-403-delete-not-owner");
    assert_eq!((answer.status.as_u16(), answer.json()), (403, expected.take()));
    let answer = put(&root).json(&json!({ "name": "x", "tags": ["a"], "category": 99 })).send().await;
    assert_eq!(answer.json()["detail"], "Incorrect request parameters: name, category, tags");
    let form = json!({ "tags": ["test"], "category": 3, "originallyPublishedAt": "2024-01-02", "support": "Thanks" });
    assert_eq!(put(&root).json(&form).send().await.status, StatusCode::NO_CONTENT);
    let shown = page(&instance, None, &video.uuid.to_string()).await.json();
    assert_eq!((&shown["name"], &shown["tags"]), (&json!("Boat"), &json!(["test"])));
    assert_eq!(shown["originallyPublishedAt"], "2024-01-02T00:00:00.000Z");
    put(&root).json(&json!({ "category": null, "tags": null, "support": "" })).send().await;
    let shown = page(&instance, None, &video.uuid.to_string()).await.json();
    assert_eq!(
        (&shown["category"]["id"], &shown["tags"], &shown["support"]),
        (&json!(null), &json!([]), &json!(null))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thumbnail_is_replaced_and_the_old_one_removed() {
    let instance = instance().await;
    let root = root(&instance).await;
    let video = publish(&instance, &root, "Boat", |_| ()).await;
    let path = format!("/api/v1/videos/{}", video.uuid);
    let mut picture = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(40, 30).write_to(&mut picture, image::ImageFormat::Jpeg).unwrap();
    let mut seen = Vec::new();
    for name in ["One", "Two"] {
        let name = format!("Name {name}");
        let parts = [Part::Text("name", &name), Part::File("thumbnailfile", "t.jpg", picture.get_ref())];
        let answer = instance.ask(Method::PUT, &path).bearer(&root.token).parts(&parts).send().await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{:?}", answer.body);
        let shown = page(&instance, None, &video.uuid.to_string()).await.json();
        assert_eq!(shown["name"], name);
        seen.push(shown["thumbnailPath"].as_str().unwrap().to_owned());
    }
    assert_ne!(seen[0], seen[1], "pictures are cached for ever, so a new one has a new name");
    assert_eq!(instance.get(&seen[0]).send().await.status, StatusCode::NOT_FOUND);
    assert_eq!(instance.get(&seen[1]).send().await.status, StatusCode::OK);
    let thumbnails = std::fs::read_dir(instance.folder.path().join("thumbnails")).unwrap().count();
    assert_eq!(thumbnails, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_removes_a_video() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let video = publish(&instance, &root, "Boat", |_| ()).await;
    let path = format!("/api/v1/videos/{}", video.uuid);
    let delete = |maker: &Maker| instance.ask(Method::DELETE, &path).bearer(&maker.token).send();
    assert_eq!(instance.ask(Method::DELETE, &path).send().await.status, StatusCode::UNAUTHORIZED);
    let answer = delete(&bob).await;
    assert_eq!((answer.status.as_u16(), answer.json()), (403, captured("error-403-delete-not-owner")));
    assert_eq!(delete(&root).await.status, StatusCode::NO_CONTENT);
    assert_eq!(delete(&root).await.status, StatusCode::NOT_FOUND);
    assert_eq!(page(&instance, None, &video.uuid.to_string()).await.status, StatusCode::NOT_FOUND);
    assert_eq!(list(&instance, "").await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_sees_all_of_theirs() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    publish(&instance, &root, "Published", |_| ()).await;
    publish(&instance, &root, "Unplayable", |video| video.state = VideoState::TranscodingFailed).await;
    publish(&instance, &bob, "Another's", |_| ()).await;
    let mine = instance.get("/api/v1/users/me/videos").bearer(&root.token).send().await;
    assert_eq!(names(&mine), ["Unplayable", "Published"]);
    assert_eq!(mine.json()["data"][0]["state"], json!({ "id": 7, "label": "Transcoding failed" }));
    let searched = instance.get("/api/v1/users/me/videos?search=unplay").bearer(&root.token).send().await;
    assert_eq!(names(&searched), ["Unplayable"]);
    assert_eq!(instance.get("/api/v1/users/me/videos").send().await.status, StatusCode::UNAUTHORIZED);
    let rating = instance.get("/api/v1/users/me/videos/1/rating").bearer(&root.token).send().await.json();
    assert_eq!(rating, json!({ "videoId": 1, "rating": "none" }));
    assert_eq!(keys(&rating), keys(&captured("users-me-rating")));
}

#[tokio::test(flavor = "multi_thread")]
async fn eleven_seconds_make_a_view_and_nine_do_not() {
    let instance = instance().await;
    let root = root(&instance).await;
    let video = publish(&instance, &root, "Boat", |_| ()).await;
    let other = publish(&instance, &root, "Ship", |_| ()).await;
    let report = async |video: &Video, report: Value| {
        let path = format!("/api/v1/videos/{}/views", video.uuid);
        instance.post(&path).json(&report).send().await
    };
    for second in [0, 5, 9] {
        let answer = report(&other, json!({ "currentTime": second })).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
    }
    for session in ["one", "two"] {
        for second in [0, 5, 11] {
            report(&video, json!({ "currentTime": second, "sessionId": session })).await;
        }
    }
    let app = instance.running.app().clone();
    let views = |video: &Video| app.store().get(&VideoKey { video: video.id }).unwrap().unwrap().views;
    until(|| views(&video) == 2).await;
    assert_eq!(views(&other), 0);
    let shown = page(&instance, None, &video.uuid.to_string()).await.json();
    assert_eq!((&shown["views"], &shown["viewers"]), (&json!(2), &json!(2)));
    assert_eq!(list(&instance, "sort=-trending&count=1").await, ["Boat"]);

    for (wrong, field) in [
        (json!({ "currentTime": -1 }), "currentTime"),
        (json!({ "currentTime": 1, "viewEvent": "dance" }), "viewEvent"),
        (json!({ "currentTime": 1, "sessionId": "x".repeat(101) }), "sessionId"),
    ] {
        let answer = report(&video, wrong).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.json()["invalid-params"].get(field).is_some());
    }
    let path = format!("/api/v1/videos/{}/watching", video.uuid);
    let put = instance.ask(Method::PUT, &path).bearer(&root.token).json(&json!({ "currentTime": 12 }));
    assert_eq!(put.send().await.status, StatusCode::NO_CONTENT);
}

#[tokio::test(flavor = "multi_thread")]
async fn views_that_were_counted_survive_a_stop() {
    let instance = instance().await;
    let root = root(&instance).await;
    let video = publish(&instance, &root, "Boat", |_| ()).await;
    let path = format!("/api/v1/videos/{}/views", video.uuid);
    for second in [0, 11] {
        instance.post(&path).json(&json!({ "currentTime": second })).send().await;
    }
    let Instance { running, folder } = instance;
    running.stop().await.unwrap();
    let running = backend::Server::start(crate::rig::settings(folder.path())).await.unwrap();
    let instance = Instance { running, folder };
    assert_eq!(page(&instance, None, &video.uuid.to_string()).await.json()["views"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn closed_lists_are_the_captured_ones() {
    let instance = instance().await;
    for name in ["categories", "licences", "languages", "privacies"] {
        let answer = instance.get(&format!("/api/v1/videos/{name}")).send().await;
        assert_eq!(answer.json(), captured(name), "{name}");
    }
    let order = instance.get("/api/v1/videos/categories").send().await;
    assert!(order.body.starts_with(br#"{"1":"Music","2":"Films""#), "in the order people know");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_overview_samples_what_there_is_most_of() {
    let instance = instance().await;
    let root = root(&instance).await;
    for name in ["One", "Two", "Three"] {
        publish(&instance, &root, name, |video| (video.category, video.tags) = (Some(9), vec!["sea".into()]))
            .await;
    }
    let overview = instance.get("/api/v1/overviews/videos?page=1").send().await.json();
    let shape = captured("overviews-videos");
    for (kind, key) in [("categories", "category"), ("channels", "channel"), ("tags", "tag")] {
        assert_eq!(overview[kind].as_array().unwrap().len(), 1, "{kind}");
        assert_eq!(overview[kind][0]["videos"].as_array().unwrap().len(), 3);
        assert_eq!(keys(&overview[kind][0]), keys(&shape[kind][0]));
        assert_eq!(keys(&overview[kind][0]["videos"][0]), keys(&shape[kind][0]["videos"][0]));
        assert!(!overview[kind][0][key].is_null());
    }
    assert_eq!(overview["categories"][0]["category"], json!({ "id": 9, "label": "Comedy" }));
    let second = instance.get("/api/v1/overviews/videos?page=2").send().await.json();
    assert_eq!(second, json!({ "categories": [], "channels": [], "tags": [] }));
    let wrong = instance.get("/api/v1/overviews/videos?page=0").send().await;
    assert_eq!(without_sentences(wrong.json())["invalid-params"]["page"]["value"], "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_torrent_is_made_when_somebody_asks() {
    let instance = instance().await;
    let root = root(&instance).await;
    let with_file = |video: &mut Video| {
        video.playlist = Some(Playlist {
            id: 1,
            master: "x-master.m3u8".into(),
            digests: "x-segments-sha256.json".into(),
            renditions: vec![rendition()],
        });
    };
    let video = publish(&instance, &root, "Boat", with_file).await;
    let folder = instance.folder.path().join("hls").join(video.uuid.to_string());
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("x-720-fragmented.mp4"), "hello").unwrap();
    let shown = page(&instance, None, &video.uuid.to_string()).await.json();
    let file = &shown["streamingPlaylists"][0]["files"][0];
    let path = |field: &str| {
        let url = file[field].as_str().unwrap();
        url.strip_prefix(&format!("http://{}", instance.running.addr)).unwrap().to_owned()
    };
    let first = instance.get(&path("torrentUrl")).send().await;
    assert_eq!((first.status, first.header("content-type")), (StatusCode::OK, "application/x-bittorrent"));
    let text = String::from_utf8_lossy(&first.body).into_owned();
    assert!(text.contains("4:name13:Boat 720p.mp4"), "{text}");
    assert!(text.contains(file["fileUrl"].as_str().unwrap()), "{text}");
    let again = instance.get(&path("torrentDownloadUrl")).send().await;
    assert_eq!(again.body, first.body);
    assert!(again.header("content-disposition").starts_with("attachment"));

    let hide = instance.ask(Method::PUT, &format!("/api/v1/videos/{}", video.uuid)).bearer(&root.token);
    hide.json(&json!({ "privacy": 3 })).send().await;
    for wrong in
        [path("torrentUrl"), "/lazy-static/torrents/x".into(), "/lazy-static/torrents/..%2fshoal.toml".into()]
    {
        assert_eq!(instance.get(&wrong).send().await.status, StatusCode::NOT_FOUND, "{wrong}");
    }
}

fn rendition() -> Rendition {
    let text = json!({
        "file": 1, "playlist_name": "x-720.m3u8", "file_name": "x-720-fragmented.mp4", "width": 1280,
        "height": 720, "fps": 30, "bytes": 5, "bandwidth": 1, "bandwidth_average": 1, "codecs": "avc1.64001f",
        "has_audio": false, "has_video": true, "channels": 0,
    });
    serde_json::from_value(text).unwrap()
}
