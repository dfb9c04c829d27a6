//! Lists of videos: made, shown, changed, filled, put in another order, and gone with whom they belong to.

use crate::makers::{Maker, bob, captured, root, until};
use crate::ratings::shape;
use crate::rig::{Answer, Instance, Part, instance};
use crate::videos::publish;
use backend::store::Read;
use backend::store::records::Privacy;
use backend::store::tables::{AccountElementKey, ElementKey, ElementPlaceKey, PlaylistKey, VideoElementKey};
use http::{Method, StatusCode};
use serde_json::{Value, json};

const PATH: &str = "/api/v1/video-playlists";

async fn ask(instance: &Instance, who: Option<&Maker>, method: Method, path: &str, body: &Value) -> Answer {
    let asking = instance.ask(method, &format!("/api/v1/{path}")).json(body);
    who.map_or_else(|| instance.ask(Method::GET, &format!("/api/v1/{path}")), |who| asking.bearer(&who.token))
        .send()
        .await
}

async fn get(instance: &Instance, who: Option<&Maker>, path: &str) -> Answer {
    let asking = instance.get(&format!("/api/v1/{path}"));
    match who {
        Some(who) => asking.bearer(&who.token).send().await,
        None => asking.send().await,
    }
}

async fn make(instance: &Instance, who: &Maker, body: &Value) -> Value {
    let made = ask(instance, Some(who), Method::POST, "video-playlists", body).await;
    assert_eq!(made.status, StatusCode::OK, "{:?}", made.body);
    made.json()["videoPlaylist"].clone()
}

async fn put_in(instance: &Instance, who: &Maker, list: &Value, body: &Value) -> Value {
    let path = format!("video-playlists/{}/videos", list["id"]);
    let made = ask(instance, Some(who), Method::POST, &path, body).await;
    assert_eq!(made.status, StatusCode::OK, "{:?}", made.body);
    made.json()["videoPlaylistElement"]["id"].clone()
}

/// The names in a list, which is numbered without gaps.
async fn names(instance: &Instance, who: &Maker, list: &Value) -> String {
    let page =
        get(instance, Some(who), &format!("video-playlists/{}/videos?count=100", list["id"])).await.json();
    let rows = page["data"].as_array().unwrap();
    assert_eq!(page["total"], rows.len());
    for (row, position) in rows.iter().zip(1..) {
        assert_eq!(row["position"], position);
    }
    rows.iter().map(|row| row["video"]["name"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

async fn reorder(instance: &Instance, who: &Maker, list: &Value, wish: (u64, u64, u64)) -> Answer {
    let (first, behind, count) = wish;
    let body = json!({ "startPosition": first, "insertAfterPosition": behind, "reorderLength": count });
    let path = format!("video-playlists/{}/videos/reorder", list["id"]);
    ask(instance, Some(who), Method::POST, &path, &body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_may_say_that_there_is_no_picture() {
    let instance = instance().await;
    let root = root(&instance).await;
    let send = async |picture| {
        let texts =
            [("displayName", "Made by a script"), ("description", "null"), ("thumbnailfile", picture)];
        let mut parts = texts.map(|(name, text)| Part::Text(name, text)).to_vec();
        let channel = root.channel.to_string();
        parts.extend([Part::Text("privacy", "1"), Part::Text("videoChannelId", &channel)]);
        instance.post(PATH).bearer(&root.token).parts(&parts).send().await
    };
    let made = send("null").await;
    assert_eq!(made.status, StatusCode::OK, "{:?}", made.body);
    let list =
        get(&instance, None, &format!("video-playlists/{}", made.json()["videoPlaylist"]["id"])).await.json();
    assert_eq!((&list["description"], &list["thumbnailPath"]), (&Value::Null, &Value::Null));
    // Anything else in its place is a mistake.
    let refused = send("a picture").await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.json()["invalid-params"]["thumbnailfile"].is_object(), "{:?}", refused.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_has_the_shapes_of_the_captures() {
    let instance = instance().await;
    let root = root(&instance).await;
    let video = publish(&instance, &root, "Alpha", |_| ()).await;
    let picture = include_bytes!("../../../www/icons/shoal-512.png");
    let made = instance
        .post(PATH)
        .bearer(&root.token)
        .parts(&[
            Part::Text("displayName", "My list"),
            Part::Text("privacy", "1"),
            Part::Text("description", "A playlist"),
            Part::Text("videoChannelId", &root.channel.to_string()),
            Part::File("thumbnailfile", "th.png", picture),
        ])
        .send()
        .await
        .json();
    assert_eq!(shape(&made), shape(&captured("playlist-create")));
    let list = made["videoPlaylist"].clone();
    let element = json!({ "videoId": video.uuid.to_string(), "startTimestamp": 3, "stopTimestamp": 20 });
    let path = format!("video-playlists/{}/videos", list["uuid"].as_str().unwrap());
    let added = ask(&instance, Some(&root), Method::POST, &path, &element).await.json();
    assert_eq!(shape(&added), shape(&captured("playlist-add-video")));

    // Nobody here has a picture of their own; and what was captured did not number lists yet.
    let without_pictures = |value: &Value| -> Vec<String> {
        let is_compared = |path: &String| !path.contains("avatars") && !path.contains("videoChannelPosition");
        shape(value).into_iter().filter(is_compared).collect()
    };
    for (path, capture) in [
        (format!("video-playlists/{}", list["shortUUID"].as_str().unwrap()), "video-playlist"),
        ("video-playlists".into(), "video-playlists"),
        ("accounts/root/video-playlists".into(), "video-playlists"),
        ("video-channels/root_channel/video-playlists".into(), "video-playlists"),
        (path.clone(), "video-playlist-videos"),
    ] {
        let shown = get(&instance, None, &path).await.json();
        assert_eq!(without_pictures(&shown), without_pictures(&captured(capture)), "{path}");
    }
    let shown = get(&instance, None, &format!("video-playlists/{}", list["id"])).await.json();
    assert_eq!(
        (&shown["displayName"], &shown["videosLength"], &shown["privacy"]["label"], &shown["type"]["label"]),
        (&json!("My list"), &json!(1), &json!("Public"), &json!("Regular"))
    );
    let thumbnail = instance.get(shown["thumbnailPath"].as_str().unwrap()).send().await;
    assert_eq!((thumbnail.status, thumbnail.header("content-type")), (StatusCode::OK, "image/jpeg"));
    assert_eq!(
        get(&instance, None, "video-playlists/privacies").await.json(),
        captured("video-playlists-privacies")
    );

    let path = format!("users/me/video-playlists/videos-exist?videoIds={}&videoIds=999", video.id);
    let exist = get(&instance, Some(&root), &path).await.json();
    let place = &captured("playlists-videos-exist")["1"];
    assert_eq!(shape(&exist[video.id.to_string()]), shape(place));
    assert_eq!(exist["999"], json!([]));
    let gone = get(&instance, None, "video-playlists/00000000-0000-4000-8000-000000000000").await;
    assert_eq!((gone.status, gone.json()), (StatusCode::NOT_FOUND, captured("error-404-playlist")));
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_has_a_list_of_what_to_watch_later_and_keeps_it() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let me = get(&instance, Some(&bob), "users/me").await.json();
    let special = &me["specialPlaylists"];
    assert_eq!((&special[0]["name"], &special[0]["type"]), (&json!("Watch later"), &json!(2)));
    let path = format!("video-playlists/{}", special[0]["id"]);
    for method in [Method::PUT, Method::DELETE] {
        let kept = ask(&instance, Some(&bob), method, &path, &json!({ "displayName": "x" })).await;
        assert_eq!(kept.status, StatusCode::BAD_REQUEST);
    }
    assert_eq!(get(&instance, None, &path).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(get(&instance, Some(&bob), &path).await.json()["type"]["label"], "Watch later");
    let own = get(&instance, Some(&bob), "accounts/bob/video-playlists?playlistType=2").await.json();
    assert_eq!(own["total"], 1);
    let others = get(&instance, Some(&root), "accounts/bob/video-playlists").await.json();
    assert_eq!(others["total"], 0);
    assert_eq!(get(&instance, None, "video-playlists").await.json()["total"], 0);
    // One that is older than lists of videos gets its own at the next start.
    let app = instance.running.app();
    let id = app.playlists().watch_later(shared::id::AccountId(1)).unwrap().id;
    app.write(backend::store::Durability::Flushed, move |write, _| {
        write.remove(&PlaylistKey { playlist: id });
        Ok::<_, backend::store::StoreError>(())
    })
    .await
    .unwrap();
    let instance = instance.restart().await;
    assert!(instance.running.app().playlists().watch_later(shared::id::AccountId(1)).is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_privacy_shows_a_list_to_whom_it_is_for() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let status = async |who: Option<&Maker>, name: &Value| {
        let name = name.as_str().map_or_else(|| name.to_string(), str::to_owned);
        get(&instance, who, &format!("video-playlists/{name}/videos")).await.status.as_u16()
    };
    for (privacy, by_uuid, by_number) in [
        (1, [200, 200, 200], [200, 200, 200]),
        (2, [200, 200, 200], [404, 404, 200]),
        (3, [401, 403, 200], [401, 403, 200]),
    ] {
        let body = json!({ "displayName": "list", "privacy": privacy, "videoChannelId": bob.channel });
        let list = make(&instance, &bob, &body).await;
        for (name, expected) in [("uuid", by_uuid), ("shortUUID", by_uuid), ("id", by_number)] {
            let seen = [
                status(None, &list[name]).await,
                // Who may change everything sees everything; bob's own list is seen by bob.
                if privacy == 1 { 200 } else { status_of_other(&instance, &list[name]).await },
                status(Some(&bob), &list[name]).await,
            ];
            assert_eq!(seen, expected, "{privacy} by {name}");
        }
        assert_eq!(status(Some(&root), &list["id"]).await, 200, "administrators");
        let page = instance.get(&format!("/w/p/{}", list["shortUUID"].as_str().unwrap())).send().await;
        let head = String::from_utf8(page.body.to_vec()).unwrap();
        assert_eq!(page.status.as_u16(), if privacy == 3 { 404 } else { 200 }, "its page, to strangers");
        assert_eq!(head.contains("<meta property=\"og:title\" content=\"list\">"), privacy != 3, "{head}");
        assert_eq!(head.contains("noindex"), privacy != 1, "what is not public is not listed");
    }
    assert_eq!(get(&instance, None, "video-playlists").await.json()["total"], 1);
    assert_eq!(get(&instance, None, "accounts/bob/video-playlists").await.json()["total"], 1);
    assert_eq!(get(&instance, Some(&bob), "accounts/bob/video-playlists").await.json()["total"], 4);
    assert_eq!(
        get(&instance, Some(&bob), "video-channels/bob_channel/video-playlists").await.json()["total"],
        3
    );
}

/// What somebody sees who has nothing to do with a list.
async fn status_of_other(instance: &Instance, name: &Value) -> u16 {
    use backend::domain::account::{self, NewUser};
    use backend::domain::session::{self, NewTokens};
    let app = instance.running.app();
    let random: [u8; 40] = app.dice().bytes();
    let tokens = NewTokens::from_random(random);
    let issued = tokens.clone();
    let username = format!("other{:x}", u128::from_be_bytes(app.dice().bytes()));
    app.write(backend::store::Durability::Relaxed, move |write, now| {
        let new = NewUser {
            email: format!("{username}@films.example"),
            password: String::new(),
            role: backend::store::records::Role::User,
            channel: format!("{username}_c"),
            username,
            video_quota: None,
            video_quota_daily: None,
        };
        let user = account::create(write, now, new)?;
        session::log_in(write, now, user, &issued)?;
        Ok::<_, account::CreateError>(())
    })
    .await
    .unwrap();
    let name = name.as_str().map_or_else(|| name.to_string(), str::to_owned);
    let asking = instance.get(&format!("{PATH}/{name}/videos")).bearer(&tokens.access);
    asking.send().await.status.as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_fields_are_named_and_nothing_is_stored() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let long = "x".repeat(121);
    for (body, names) in [
        (json!({}), &["displayName"][..]),
        (json!({ "displayName": "" }), &["displayName"]),
        (json!({ "displayName": long }), &["displayName"]),
        (json!({ "displayName": [1, 2] }), &["displayName"]),
        (json!({ "displayName": "x", "privacy": 4 }), &["privacy"]),
        (
            json!({ "displayName": "x", "privacy": "public", "description": "ab" }),
            &["description", "privacy"],
        ),
        (json!({ "displayName": "x", "description": "x".repeat(1001) }), &["description"]),
        (json!({ "displayName": "x", "videoChannelId": "first" }), &["videoChannelId"]),
        (json!({ "displayName": "x", "videoChannelId": { "id": 1 } }), &["videoChannelId"]),
    ] {
        let refused = ask(&instance, Some(&bob), Method::POST, "video-playlists", &body).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{body}");
        let named: Vec<String> =
            refused.json()["invalid-params"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(named, names, "{body}");
    }
    for (body, status) in [
        (json!({ "displayName": "x", "privacy": 1 }), 400),
        (json!({ "displayName": "x", "videoChannelId": 999 }), 404),
        (json!({ "displayName": "x", "videoChannelId": root.channel }), 403),
    ] {
        let refused = ask(&instance, Some(&bob), Method::POST, "video-playlists", &body).await;
        assert_eq!(refused.status.as_u16(), status, "{body}: {:?}", refused.body);
    }
    let no_picture = instance
        .post(PATH)
        .bearer(&bob.token)
        .parts(&[Part::Text("displayName", "x"), Part::File("thumbnailfile", "x.jpg", b"no picture")]);
    let refused = no_picture.send().await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.json()["invalid-params"]["thumbnailfile"].is_object());
    let all = get(&instance, Some(&bob), "accounts/bob/video-playlists").await.json();
    assert_eq!(all["total"], 1, "watch later alone");

    let list = make(&instance, &bob, &json!({ "displayName": "x", "privacy": 3 })).await;
    let path = format!("video-playlists/{}/videos", list["id"]);
    for (body, status) in [
        (json!({}), 400),
        (json!({ "videoId": "x" }), 400),
        (json!({ "videoId": [] }), 400),
        (json!({ "videoId": 999 }), 404),
        (json!({ "videoId": 1, "startTimestamp": -1 }), 400),
        (json!({ "videoId": 1, "stopTimestamp": "soon" }), 400),
    ] {
        let refused = ask(&instance, Some(&bob), Method::POST, &path, &body).await;
        assert_eq!(refused.status.as_u16(), status, "{body}: {:?}", refused.body);
    }
    for query in ["sort=likes", "count=101", "playlistType=3"] {
        let refused = get(&instance, None, &format!("video-playlists?{query}")).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{query}");
    }
    let refused = get(&instance, Some(&bob), "users/me/video-playlists/videos-exist?videoIds=x").await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn elements_are_changed_moved_and_taken_out_and_all_survives_a_restart() {
    let instance = instance().await;
    let root = root(&instance).await;
    let list = make(&instance, &root, &json!({ "displayName": "Letters", "privacy": 2 })).await;
    let mut elements = Vec::new();
    for name in ["Aaa", "Bbb", "Ccc", "Ddd", "Eee"] {
        let video = publish(&instance, &root, name, |_| ()).await;
        elements.push(put_in(&instance, &root, &list, &json!({ "videoId": video.id.0 })).await);
    }
    for ((first, behind, count), expected) in [
        ((1, 3, 1), "Bbb Ccc Aaa Ddd Eee"),
        ((4, 0, 2), "Ddd Eee Bbb Ccc Aaa"),
        ((1, 5, 2), "Bbb Ccc Aaa Ddd Eee"),
        ((2, 1, 1), "Bbb Ccc Aaa Ddd Eee"),
        ((2, 2, 3), "Bbb Ccc Aaa Ddd Eee"),
        ((3, 0, 1), "Aaa Bbb Ccc Ddd Eee"),
    ] {
        let moved = reorder(&instance, &root, &list, (first, behind, count)).await;
        assert_eq!(moved.status, StatusCode::NO_CONTENT, "{:?}", moved.body);
        assert_eq!(names(&instance, &root, &list).await, expected, "{first} {behind} {count}");
    }
    // Into the same gap again and again, until it is used up and the list is numbered anew.
    for _ in 0..20 {
        reorder(&instance, &root, &list, (5, 1, 1)).await;
        reorder(&instance, &root, &list, (5, 1, 1)).await;
        reorder(&instance, &root, &list, (5, 1, 1)).await;
        reorder(&instance, &root, &list, (5, 1, 1)).await;
    }
    assert_eq!(names(&instance, &root, &list).await, "Aaa Bbb Ccc Ddd Eee");
    for wish in [(6, 0, 1), (1, 6, 1), (4, 0, 3)] {
        assert_eq!(reorder(&instance, &root, &list, wish).await.status, StatusCode::BAD_REQUEST, "{wish:?}");
    }
    assert_eq!(reorder(&instance, &root, &list, (0, 1, 1)).await.status, StatusCode::BAD_REQUEST);

    let path = format!("video-playlists/{}/videos", list["id"]);
    let change = json!({ "startTimestamp": 5, "stopTimestamp": null });
    let changed = ask(&instance, Some(&root), Method::PUT, &format!("{path}/{}", elements[1]), &change).await;
    assert_eq!(changed.status, StatusCode::NO_CONTENT);
    let out =
        ask(&instance, Some(&root), Method::DELETE, &format!("{path}/{}", elements[0]), &json!({})).await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    for gone in [&elements[0], &json!(999), &json!("x")] {
        let gone = gone.as_str().map_or_else(|| gone.to_string(), str::to_owned);
        let answer = ask(&instance, Some(&root), Method::DELETE, &format!("{path}/{gone}"), &json!({})).await;
        assert!([400, 404].contains(&answer.status.as_u16()), "{gone}");
    }
    let instance = instance.restart().await;
    assert_eq!(names(&instance, &root, &list).await, "Bbb Ccc Ddd Eee");
    let page = get(&instance, Some(&root), &format!("{path}?start=0&count=2")).await.json();
    assert_eq!((&page["total"], &page["data"][0]["startTimestamp"]), (&json!(4), &json!(5)));
    assert_eq!(page["data"].as_array().unwrap().len(), 2);
    let page = get(&instance, Some(&root), &format!("{path}?start=3")).await.json();
    assert_eq!(page["data"][0]["position"], 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn others_private_videos_are_not_shown_and_not_added() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let secret = publish(&instance, &bob, "Secret", |video| video.privacy = Privacy::Private).await;
    let body = json!({ "displayName": "list", "privacy": 2 });
    let list = make(&instance, &bob, &body).await;
    put_in(&instance, &bob, &list, &json!({ "videoId": secret.uuid.to_string() })).await;
    let path = format!("video-playlists/{}/videos", list["uuid"].as_str().unwrap());
    let seen = get(&instance, None, &path).await.json();
    assert_eq!((&seen["data"][0]["type"], &seen["data"][0]["video"]), (&json!(2), &Value::Null));
    assert_eq!(get(&instance, Some(&bob), &path).await.json()["data"][0]["video"]["name"], "Secret");
    let shown = get(&instance, None, &format!("video-playlists/{}", list["uuid"].as_str().unwrap())).await;
    assert_eq!(shown.json()["thumbnailPath"], Value::Null, "its picture is not shown either");

    let other = publish(&instance, &root, "Root's", |video| video.privacy = Privacy::Private).await;
    let path = format!("video-playlists/{}/videos", list["id"]);
    let refused = ask(&instance, Some(&bob), Method::POST, &path, &json!({ "videoId": other.id.0 })).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_sorted_searched_changed_and_deleted() {
    let instance = instance().await;
    let root = root(&instance).await;
    let mut lists = Vec::new();
    for name in ["beta", "Alpha", "gamma"] {
        let body = json!({ "displayName": name, "privacy": 1, "videoChannelId": root.channel });
        lists.push(make(&instance, &root, &body).await);
    }
    let video = publish(&instance, &root, "Aaa", |_| ()).await;
    put_in(&instance, &root, &lists[0], &json!({ "videoId": video.id.0 })).await;
    let listed = async |path: &str| {
        let page = get(&instance, None, path).await.json();
        let name = |row: &Value| row["displayName"].as_str().unwrap().to_owned();
        page["data"].as_array().unwrap().iter().map(name).collect::<Vec<_>>()
    };
    for whose in
        ["video-playlists", "accounts/root/video-playlists", "video-channels/root_channel/video-playlists"]
    {
        for (query, expected) in [
            ("", &["gamma", "Alpha", "beta"][..]),
            ("sort=createdAt", &["beta", "Alpha", "gamma"]),
            ("sort=name", &["Alpha", "beta", "gamma"]),
            ("sort=-updatedAt&count=1", &["beta"]),
            ("sort=-name&start=1&count=1", &["beta"]),
            ("playlistType=2", &[]),
        ] {
            assert_eq!(listed(&format!("{whose}?{query}")).await, expected, "{whose} {query}");
        }
    }
    assert_eq!(listed("accounts/root/video-playlists?search=ALP").await, ["Alpha"]);

    let path = format!("video-playlists/{}", lists[1]["id"]);
    let change =
        json!({ "displayName": "Delta", "description": "What it is", "privacy": 3, "videoChannelId": null });
    assert_eq!(ask(&instance, Some(&root), Method::PUT, &path, &change).await.status, StatusCode::NO_CONTENT);
    let shown = get(&instance, Some(&root), &path).await.json();
    assert_eq!(
        (&shown["displayName"], &shown["description"], &shown["videoChannel"]),
        (&json!("Delta"), &json!("What it is"), &Value::Null)
    );
    assert_eq!(listed("video-playlists").await, ["gamma", "beta"]);
    let refused = ask(&instance, Some(&root), Method::PUT, &path, &json!({ "privacy": 1 })).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "public without a channel");

    let path = format!("video-playlists/{}", lists[0]["id"]);
    let deleted = ask(&instance, Some(&root), Method::DELETE, &path, &json!({})).await;
    assert_eq!(deleted.status, StatusCode::NO_CONTENT);
    assert_eq!(get(&instance, Some(&root), &path).await.status, StatusCode::NOT_FOUND);
    let store = instance.running.app().store();
    until(|| store.table::<ElementKey>().next().is_none()).await;
    assert!(store.table::<ElementPlaceKey>().next().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_takes_its_places_along() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let (alpha, beta) =
        (publish(&instance, &root, "Alpha", |_| ()).await, publish(&instance, &root, "Beta", |_| ()).await);
    let list = make(&instance, &bob, &json!({ "displayName": "Both" })).await;
    for video in [&alpha, &beta] {
        put_in(&instance, &bob, &list, &json!({ "videoId": video.id.0 })).await;
    }
    let shown = json!({ "displayName": "Shown", "privacy": 1, "videoChannelId": bob.channel });
    let shown = make(&instance, &bob, &shown).await;
    put_in(&instance, &bob, &shown, &json!({ "videoId": beta.id.0 })).await;
    // A video.
    let path = format!("videos/{}", alpha.uuid);
    ask(&instance, Some(&root), Method::DELETE, &path, &json!({})).await;
    let app = instance.running.app();
    until(|| {
        app.store().table::<VideoElementKey>().filter_map(Result::ok).all(|(key, _)| key.video != alpha.id)
    })
    .await;
    assert_eq!(names(&instance, &bob, &list).await, "Beta");
    // A channel.
    ask(&instance, Some(&bob), Method::DELETE, "video-channels/bob_channel", &json!({})).await;
    let found = |list: &Value| app.playlists().find(&list["id"].to_string()).is_some();
    until(|| !found(&shown)).await;
    assert!(found(&list));
    // An account.
    let user = get(&instance, Some(&bob), "users/me").await.json()["id"].clone();
    ask(&instance, Some(&root), Method::DELETE, &format!("users/{user}"), &json!({})).await;
    until(|| !found(&list) && app.store().table::<AccountElementKey>().next().is_none()).await;
    assert!(app.store().table::<ElementKey>().next().is_none());
    assert_eq!(app.store().table::<PlaylistKey>().count(), 1, "the administrator's watch later");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_a_channel_stand_in_the_order_its_owner_gives_them() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let other = instance.post("/api/v1/video-channels").bearer(&root.token);
    let other = other.json(&json!({ "name": "other", "displayName": "Other" })).send().await.json();
    let mut lists = Vec::new();
    for name in ["A", "B", "C", "D"] {
        let body = json!({ "displayName": name, "privacy": 1, "videoChannelId": root.channel });
        lists.push(make(&instance, &root, &body).await);
    }
    let order = async |channel: &str| {
        let path = format!("video-channels/{channel}/video-playlists?sort=videoChannelPosition");
        let page = get(&instance, None, &path).await.json();
        let rows = page["data"].as_array().unwrap();
        for (row, place) in rows.iter().zip(1..) {
            assert_eq!(row["videoChannelPosition"], place);
        }
        rows.iter().map(|row| row["displayName"].as_str().unwrap()).collect::<String>()
    };
    let path = "video-channels/root_channel/video-playlists/reorder";
    let reorder = async |who: &Maker, (first, behind, count): (u64, u64, u64)| {
        let body = json!({ "startPosition": first, "insertAfterPosition": behind, "reorderLength": count });
        ask(&instance, Some(who), Method::POST, path, &body).await.status
    };
    assert_eq!(order("root_channel").await, "ABCD");
    for (wish, expected) in [
        ((4, 0, 1), "DABC"),
        ((1, 3, 2), "BDAC"),
        ((2, 2, 1), "BDAC"),
        ((1, 4, 1), "DACB"),
        ((1, 4, 3), "BDAC"),
    ] {
        assert_eq!(reorder(&root, wish).await, StatusCode::NO_CONTENT);
        assert_eq!(order("root_channel").await, expected, "{wish:?}");
    }
    assert_eq!(reorder(&bob, (1, 2, 1)).await, StatusCode::FORBIDDEN);
    for wish in [(5, 0, 1), (1, 5, 1), (3, 0, 3)] {
        assert_eq!(reorder(&root, wish).await, StatusCode::BAD_REQUEST, "{wish:?}");
    }

    // Whatever goes leaves no gap, and what comes stands last.
    let change = async |method: Method, list: &Value, body: Value| {
        ask(&instance, Some(&root), method, &format!("video-playlists/{}", list["id"]), &body).await.status
    };
    let elsewhere = json!({ "videoChannelId": other["videoChannel"]["id"] });
    assert_eq!(change(Method::PUT, &lists[3], elsewhere).await, StatusCode::NO_CONTENT);
    assert_eq!(change(Method::DELETE, &lists[0], Value::Null).await, StatusCode::NO_CONTENT);
    assert_eq!((order("root_channel").await, order("other").await), ("BC".to_owned(), "D".to_owned()));
    let body = json!({ "displayName": "E", "privacy": 1, "videoChannelId": root.channel });
    make(&instance, &root, &body).await;
    let instance = instance.restart().await;
    let path = "video-channels/root_channel/video-playlists?sort=-videoChannelPosition";
    let page = get(&instance, None, path).await.json();
    let rows = page["data"].as_array().unwrap();
    let names: String = rows.iter().map(|row| row["displayName"].as_str().unwrap()).collect();
    assert_eq!(names, "ECB");
}
