//! Videos behind passwords, planned publications and sensitive content.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::time::Timestamp;

use crate::clips;
use crate::makers::{Maker, bob, captured, root};
use crate::rig::{Answer, Instance, Part, instance};

const HEADER: &str = "x-peertube-video-password";

async fn publish(instance: &Instance, maker: &Maker, fields: &[(&str, &str)]) -> String {
    let answer = try_publish(instance, maker, fields).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    answer.json()["video"]["uuid"].as_str().unwrap().to_owned()
}

async fn try_publish(instance: &Instance, maker: &Maker, fields: &[(&str, &str)]) -> Answer {
    let channel = maker.channel.to_string();
    let mut parts = vec![Part::Text("name", "A clip"), Part::Text("channelId", &channel)];
    parts.extend(fields.iter().map(|(name, value)| Part::Text(name, value)));
    parts.push(Part::File("videofile", "clip.mp4", clips::mp4()));
    maker.single(instance, &parts).await
}

async fn see(instance: &Instance, path: &str, password: Option<&str>) -> Answer {
    let mut asking = instance.get(path);
    if let Some(password) = password {
        asking = asking.header(HEADER, password);
    }
    asking.send().await
}

async fn change(instance: &Instance, maker: &Maker, video: &str, change: &Value) -> Answer {
    let path = format!("/api/v1/videos/{video}");
    instance.ask(Method::PUT, &path).bearer(&maker.token).json(change).send().await
}

async fn details(instance: &Instance, maker: &Maker, video: &str) -> Value {
    let answer = instance.get(&format!("/api/v1/videos/{video}")).bearer(&maker.token).send().await;
    assert_eq!(answer.status, StatusCode::OK);
    answer.json()
}

/// Waits until a claim about a video's page holds, for its owner.
async fn until(instance: &Instance, maker: &Maker, video: &str, claim: impl Fn(&Value) -> bool) -> Value {
    let waiting = async {
        loop {
            let page = details(instance, maker, video).await;
            if claim(&page) {
                return page;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), waiting).await.expect("it happens in time")
}

fn is_playable(page: &Value) -> bool {
    page["streamingPlaylists"][0]["files"][0].is_object()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_opens_a_video_its_words_and_its_files() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let fields = [("privacy", "5"), ("videoPasswords[]", "secret pass"), ("videoPasswords[]", "another")];
    let video = publish(&instance, &root, &fields).await;
    until(&instance, &root, &video, is_playable).await;
    let path = format!("/api/v1/videos/{video}");
    let mut missing = see(&instance, &path, None).await.json();
    missing.as_object_mut().unwrap().remove("docs");
    assert_eq!(missing, captured("error-403-password-required"));
    let mut wrong = see(&instance, &path, Some("nope")).await.json();
    wrong.as_object_mut().unwrap().remove("docs");
    assert_eq!(wrong, captured("error-403-password-wrong"));
    let other = instance.get(&path).bearer(&bob.token).send().await;
    assert_eq!(
        (other.status, other.json()["code"].clone()),
        (StatusCode::FORBIDDEN, json!("video_requires_password"))
    );

    let page = see(&instance, &path, Some("another")).await;
    assert_eq!(page.status, StatusCode::OK);
    let page = page.json();
    assert_eq!(page["privacy"], json!({ "id": 5, "label": "Password protected" }));
    assert!(!page.to_string().contains("secret pass"), "nobody reads them there");
    for part in ["captions", "chapters", "description", "storyboards", "comment-threads"] {
        let path = format!("{path}/{part}");
        assert_eq!(see(&instance, &path, None).await.status, StatusCode::FORBIDDEN, "{part}");
        assert_eq!(see(&instance, &path, Some("secret pass")).await.status, StatusCode::OK, "{part}");
    }
    for list in ["/api/v1/videos", "/api/v1/accounts/root/videos"] {
        assert_eq!(instance.get(list).bearer(&bob.token).send().await.json()["total"], 0, "{list}");
    }

    let local = |address: &Value| {
        let address = address.as_str().unwrap();
        address.get(address.find("/static/").or(address.find("/download/")).unwrap()..).unwrap().to_owned()
    };
    let playlist = &page["streamingPlaylists"][0];
    let files = [
        local(&playlist["playlistUrl"]),
        local(&playlist["files"][0]["fileUrl"]),
        local(&playlist["files"][0]["fileDownloadUrl"]),
    ];
    for file in &files {
        assert_eq!(see(&instance, file, None).await.status, StatusCode::FORBIDDEN, "{file}");
        let wrong = see(&instance, file, Some("nope")).await;
        assert_eq!(
            (wrong.status, wrong.json()["code"].clone()),
            (StatusCode::FORBIDDEN, json!("incorrect_video_password"))
        );
        assert_eq!(see(&instance, file, Some("secret pass")).await.status, StatusCode::OK, "{file}");
    }
    let token = instance.post(&format!("{path}/token")).header(HEADER, "another").send().await.json();
    let token = token["files"]["token"].as_str().unwrap();
    assert_eq!(
        see(&instance, &format!("{}?videoFileToken={token}", files[0]), None).await.status,
        StatusCode::OK
    );
    assert_eq!(instance.post(&format!("{path}/token")).send().await.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_film_is_for_its_owner_and_who_has_a_key() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let video = publish(&instance, &root, &[("privacy", "3")]).await;
    let page = until(&instance, &root, &video, is_playable).await;
    let height = page["streamingPlaylists"][0]["files"][0]["resolution"]["id"].as_u64().unwrap();
    let path = format!("/static/web-videos/private/{video}-{height}.mp4");
    let asked = instance.post(&format!("/api/v1/videos/{video}/token")).bearer(&root.token).send().await;
    let key = asked.json()["files"]["token"].as_str().unwrap().to_owned();
    let with_key = format!("{path}?videoFileToken={key}");
    for (path, token, status) in [
        (&path, None, 403),
        (&path, Some(&root.token), 200),
        (&path, Some(&bob.token), 403),
        (&path, Some(&"nonsense".to_owned()), 401),
        (&with_key, None, 200),
        (&format!("{path}?videoFileToken=nonsense"), None, 403),
        (&format!("/static/web-videos/{video}-{height}.mp4"), Some(&root.token), 404),
        (&format!("/static/web-videos/private/{video}-9.mp4"), Some(&root.token), 404),
    ] {
        let mut asking = instance.get(path);
        if let Some(token) = token {
            asking = asking.bearer(token);
        }
        assert_eq!(asking.send().await.status.as_u16(), status, "{path} {token:?}");
    }
    let part = instance.get(&with_key).header("range", "bytes=4-7").send().await;
    assert_eq!((part.status, part.body.as_ref()), (StatusCode::PARTIAL_CONTENT, &b"ftyp"[..]));
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_are_listed_added_replaced_and_removed() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    for missing in [&[("privacy", "5")][..], &[("privacy", "5"), ("videoPasswords[]", "x")]] {
        let refused = try_publish(&instance, &root, missing).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(refused.json()["invalid-params"]["videoPasswords"].is_object());
    }
    let video = publish(&instance, &root, &[("privacy", "5"), ("videoPasswords[]", "one")]).await;
    let path = format!("/api/v1/videos/{video}/passwords");
    let list = async || instance.get(&path).bearer(&root.token).send().await.json();
    let texts = |list: &Value| {
        let rows = list["data"].as_array().unwrap().iter();
        rows.map(|row| row["password"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let first = list().await;
    assert_eq!((&first["total"], texts(&first)), (&json!(1), vec!["one".to_owned()]));
    let only = first["data"][0]["id"].as_u64().unwrap();
    let send = async |method: Method, path: &str, token: &str, body: Value| {
        instance.ask(method, path).bearer(token).json(&body).send().await.status.as_u16()
    };
    assert_eq!(
        send(Method::DELETE, &format!("{path}/{only}"), &root.token, json!({})).await,
        400,
        "the last"
    );
    assert_eq!(send(Method::POST, &path, &root.token, json!({ "password": "two" })).await, 204);
    for wrong in
        [json!({ "password": "two" }), json!({ "password": "x" }), json!({ "password": 5 }), json!({})]
    {
        assert_eq!(send(Method::POST, &path, &root.token, wrong.clone()).await, 400, "{wrong}");
    }
    assert_eq!(send(Method::DELETE, &format!("{path}/{only}"), &root.token, json!({})).await, 204);
    assert_eq!(send(Method::DELETE, &format!("{path}/{only}"), &root.token, json!({})).await, 404);
    assert_eq!(texts(&list().await), ["two"]);
    assert_eq!(send(Method::PUT, &path, &root.token, json!({ "passwords": ["three", "four"] })).await, 204);
    for wrong in [
        json!({ "passwords": [] }),
        json!({ "passwords": "x" }),
        json!({ "passwords": ["aa", "aa"] }),
        json!({}),
    ] {
        assert_eq!(send(Method::PUT, &path, &root.token, wrong.clone()).await, 400, "{wrong}");
    }
    let instance_path = format!("/api/v1/videos/{video}");
    for (method, body) in [(Method::GET, json!({})), (Method::PUT, json!({ "passwords": ["five"] }))] {
        assert_eq!(send(method, &path, &bob.token, body).await, 403);
    }
    let instance = instance.restart().await;
    assert_eq!(see(&instance, &instance_path, Some("three")).await.status, StatusCode::OK);
    assert_eq!(see(&instance, &instance_path, Some("one")).await.status, StatusCode::FORBIDDEN);
    // A video that everybody may see has none, and asks for new ones.
    assert_eq!(
        change(&instance, &root, &video, &json!({ "privacy": 1 })).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(see(&instance, &instance_path, None).await.status, StatusCode::OK);
    assert_eq!(instance.get(&path).bearer(&root.token).send().await.status, StatusCode::BAD_REQUEST);
    let refused = change(&instance, &root, &video, &json!({ "privacy": 5 })).await;
    assert!(refused.json()["invalid-params"]["videoPasswords"].is_object());
    let again = json!({ "privacy": 5, "videoPasswords": ["again"] });
    assert_eq!(change(&instance, &root, &video, &again).await.status, StatusCode::NO_CONTENT);
    assert_eq!(
        change(&instance, &root, &video, &json!({ "name": "Called so" })).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(see(&instance, &instance_path, Some("again")).await.json()["name"], "Called so");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_guesses_too_often_waits_and_others_do_not() {
    let instance = instance().await;
    let root = root(&instance).await;
    let video = publish(&instance, &root, &[("privacy", "5"), ("videoPasswords[]", "open sesame")]).await;
    let path = format!("/api/v1/videos/{video}");
    for _ in 0..30 {
        assert_eq!(see(&instance, &path, Some("guess")).await.status, StatusCode::FORBIDDEN);
        assert_eq!(see(&instance, &path, None).await.status, StatusCode::FORBIDDEN, "no guess");
    }
    let waits = see(&instance, &path, Some("open sesame")).await;
    assert_eq!(
        (waits.status, waits.json()["code"].clone()),
        (StatusCode::TOO_MANY_REQUESTS, json!("too_many_requests"))
    );
    assert!(waits.header("retry-after").parse::<u64>().is_ok_and(|seconds| 0 < seconds));
    assert_eq!(details(&instance, &root, &video).await["privacy"]["id"], 5, "its owner needs none");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_planned_video_appears_when_its_time_has_come() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let channel = json!({ "uri": format!("root_channel@{}", instance.running.url.host()) });
    let follow =
        instance.post("/api/v1/users/me/subscriptions").bearer(&bob.token).json(&channel).send().await;
    assert_eq!(follow.status, StatusCode::NO_CONTENT);
    for (update_at, field) in [("soon", "scheduleUpdate.updateAt"), ("", "scheduleUpdate.updateAt")] {
        let fields = [("scheduleUpdate[updateAt]", update_at), ("scheduleUpdate[privacy]", "1")];
        let refused = try_publish(&instance, &root, &fields).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(refused.json()["invalid-params"][field].is_object(), "{:?}", refused.body);
    }
    let later = "2100-01-01T12:00:00.000Z";
    let fields = [("privacy", "3"), ("scheduleUpdate[updateAt]", later), ("scheduleUpdate[privacy]", "2")];
    let video = publish(&instance, &root, &fields).await;
    until(&instance, &root, &video, is_playable).await;
    let planned = json!({ "updateAt": later, "privacy": 2 });
    assert_eq!(details(&instance, &root, &video).await["scheduledUpdate"], planned);
    let refused = json!({ "scheduleUpdate": { "updateAt": later, "privacy": 3 } });
    assert_eq!(change(&instance, &root, &video, &refused).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        change(&instance, &root, &video, &json!({ "scheduleUpdate": null })).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(details(&instance, &root, &video).await["scheduledUpdate"], Value::Null);
    let planned = json!({ "scheduleUpdate": { "updateAt": later } });
    assert_eq!(change(&instance, &root, &video, &planned).await.status, StatusCode::NO_CONTENT);
    let instance = instance.restart().await;
    assert_eq!(
        details(&instance, &root, &video).await["scheduledUpdate"]["privacy"],
        1,
        "public, unless it says"
    );

    assert_eq!(
        see(&instance, &format!("/api/v1/videos/{video}"), None).await.status,
        StatusCode::UNAUTHORIZED
    );
    let now: Timestamp = instance.running.app().clock().now();
    let soon = json!({ "scheduleUpdate": { "updateAt": now.to_string() } });
    assert_eq!(change(&instance, &root, &video, &soon).await.status, StatusCode::NO_CONTENT);
    let page = until(&instance, &root, &video, |page| page["privacy"]["id"] == 1).await;
    assert_eq!(page["scheduledUpdate"], Value::Null);
    assert!(now <= page["publishedAt"].as_str().unwrap().parse().unwrap());
    assert_eq!(instance.get("/api/v1/videos").send().await.json()["total"], 1);
    let told = async {
        loop {
            let news = instance.get("/api/v1/users/me/notifications").bearer(&bob.token).send().await.json();
            if news["data"].as_array().unwrap().iter().any(|one| one["video"]["uuid"] == video.as_str()) {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), told).await.expect("subscribers are told of it");
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_as_much_sensitive_content_as_they_like() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let fields = [("privacy", "1"), ("nsfw", "true"), ("nsfwFlags", "1"), ("nsfwSummary", "A fight")];
    let video = publish(&instance, &root, &fields).await;
    until(&instance, &root, &video, is_playable).await;
    let page = details(&instance, &root, &video).await;
    assert_eq!(
        (&page["nsfw"], &page["nsfwFlags"], &page["nsfwSummary"]),
        (&json!(true), &json!(1), &json!("A fight"))
    );
    let count = async |query: &str, token: Option<&str>| {
        let mut asking = instance.get(&format!("/api/v1/videos{query}"));
        if let Some(token) = token {
            asking = asking.bearer(token);
        }
        asking.send().await.json()["total"].as_u64().unwrap()
    };
    let like = async |likes: Value| {
        let said = instance.ask(Method::PUT, "/api/v1/users/me").bearer(&bob.token).json(&likes).send().await;
        assert_eq!(said.status, StatusCode::NO_CONTENT, "{likes}");
    };
    let of_bob = Some(bob.token.as_str());
    assert_eq!((count("", None).await, count("", of_bob).await), (0, 0), "the instance lists none of it");
    assert_eq!((count("?nsfw=both", None).await, count("?nsfw=true", None).await), (1, 1));
    assert_eq!(
        (
            count("?nsfw=false&nsfwFlagsIncluded=1", None).await,
            count("?nsfw=both&nsfwFlagsExcluded=1", None).await
        ),
        (1, 0)
    );
    for policy in ["display", "warn", "blur"] {
        like(json!({ "nsfwPolicy": policy })).await;
        assert_eq!((count("", of_bob).await, count("", None).await), (1, 0), "{policy}");
        assert_eq!(count("?nsfw=false", of_bob).await, 0, "{policy}");
    }
    like(json!({ "nsfwFlagsHidden": 1 })).await;
    assert_eq!(count("", of_bob).await, 0, "but none of this kind");
    like(json!({ "nsfwPolicy": "do_not_list", "nsfwFlagsHidden": 0, "nsfwFlagsWarned": 1 })).await;
    assert_eq!(count("", of_bob).await, 1, "none but this kind");
    like(json!({ "nsfwFlagsWarned": 2 })).await;
    assert_eq!(count("", of_bob).await, 0);
    assert_eq!(
        change(&instance, &root, &video, &json!({ "nsfw": false })).await.status,
        StatusCode::NO_CONTENT
    );
    let page = details(&instance, &root, &video).await;
    assert_eq!((&page["nsfwFlags"], &page["nsfwSummary"]), (&Value::Null, &Value::Null));
    assert_eq!(count("", None).await, 1);
}
