//! Finding videos, channels and lists of videos by words.

use crate::makers::{Maker, bob, captured, once, root};
use crate::ratings::shape;
use crate::rig::{Answer, Instance, instance, instance_with};
use crate::videos::{names, publish};
use backend::store::records::{Privacy, VideoState};
use backend::store::tables::VideoKey;
use backend::store::{Durability, Read, StoreError};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::time::Timestamp;

async fn ask(instance: &Instance, who: Option<&Maker>, path: &str) -> Answer {
    let asking = instance.get(&format!("/api/v1/search/{path}"));
    match who {
        Some(who) => asking.bearer(&who.token).send().await,
        None => asking.send().await,
    }
}

/// Asks until the answer is the expected one: the index follows the store a moment later.
async fn finds(instance: &Instance, who: Option<&Maker>, query: &str, expected: &[&str]) {
    let asked = async || {
        let answer = ask(instance, who, &format!("videos?{query}")).await;
        (answer.status == StatusCode::OK).then(|| names(&answer))
    };
    once(asked, |found| found.as_ref().is_some_and(|found| *found == expected)).await;
}

async fn library(instance: &Instance, root: &Maker, bob: &Maker) {
    publish(instance, root, "L'été à la mer", |video| {
        video.description = Some("Deux semaines de vagues et de **soleil**.".into());
        video.language = Some("fr".into());
        video.views = 7;
    })
    .await;
    publish(instance, root, "Documentary about boats", |video| {
        video.tags = vec!["Sea".into(), "boat".into()];
        video.category = Some(3);
        video.licence = Some(2);
        video.published_at = Timestamp(1_700_000_000_000);
        video.originally_published_at = Some(Timestamp(1_000_000_000_000));
        video.likes = 3;
    })
    .await;
    publish(instance, bob, "Boats of the north", |video| {
        video.facts.as_mut().unwrap().duration_ms = 600_000;
        video.tags = vec!["boat".into()];
    })
    .await;
    publish(instance, bob, "Boats for members", |video| video.privacy = Privacy::Internal).await;
    publish(instance, bob, "Boats in secret", |video| video.privacy = Privacy::Private).await;
    publish(instance, bob, "Boats unlisted", |video| video.privacy = Privacy::Unlisted).await;
    publish(instance, bob, "Boats to come", |video| video.state = VideoState::ToTranscode).await;
    publish(instance, bob, "Boats not for all eyes", |video| video.nsfw = true).await;
    // They are written in the order they came in: after the last one, all are there.
    finds(instance, None, "search=boats&nsfw=true", &["Boats not for all eyes"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn videos_are_found_as_lists_show_them() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    library(&instance, &root, &bob).await;
    let both = ["Boats of the north", "Documentary about boats"];
    finds(&instance, None, "search=boats&sort=-publishedAt", &both).await;
    for (query, expected) in [
        ("search=%C3%A9t%C3%A9", &["L'été à la mer"][..]),
        ("search=ete%20mer", &["L'été à la mer"]),
        ("search=documantery", &["Documentary about boats"]),
        ("search=docu", &["Documentary about boats"]),
        ("search=vagues", &["L'été à la mer"]),
        ("search=nothing", &[]),
        ("search=boats&sort=name", &both),
        ("search=boats&sort=-name", &["Documentary about boats", "Boats of the north"]),
        ("search=boats&sort=-likes", &["Documentary about boats", "Boats of the north"]),
        ("search=boats&sort=name&start=1&count=1", &["Documentary about boats"]),
        ("search=boats&tagsAllOf=sea&tagsAllOf=BOAT", &["Documentary about boats"]),
        ("search=boats&tagsOneOf=sea&tagsOneOf=x", &["Documentary about boats"]),
        ("search=boats&categoryOneOf=3", &["Documentary about boats"]),
        ("search=boats&licenceOneOf=2", &["Documentary about boats"]),
        ("search=mer&languageOneOf=fr", &["L'été à la mer"]),
        ("search=mer&languageOneOf=en", &[]),
        ("search=boats&durationMin=500", &["Boats of the north"]),
        ("search=boats&durationMax=500", &["Documentary about boats"]),
        (
            "search=boats&startDate=2020-01-01T00:00:00.000Z&endDate=2024-01-01T00:00:00.000Z",
            &["Documentary about boats"],
        ),
        ("search=boats&originallyPublishedEndDate=2010-01-01T00:00:00.000Z", &["Documentary about boats"]),
        ("search=boats&host=elsewhere.example", &[]),
        ("search=boats&nsfw=true", &["Boats not for all eyes"]),
        ("search=boats&isLive=true", &[]),
        ("tagsOneOf=sea&sort=-createdAt", &["Documentary about boats"]),
        ("durationMin=500", &["Boats of the north"]),
        ("search=boats&filter=local&sort=name", &both),
    ] {
        assert_eq!(names(&ask(&instance, None, &format!("videos?{query}")).await), expected, "{query}");
    }
    let members = ["Boats for members", "Boats of the north", "Documentary about boats"];
    assert_eq!(names(&ask(&instance, Some(&bob), "videos?search=boats&sort=name").await), members);
    let listed = instance.get("/api/v1/videos?sort=name&search=boats").send().await;
    assert_eq!(names(&listed), both, "the same as a list shows");
    let total = ask(&instance, None, "videos?search=boats&count=1").await.json()["total"].clone();
    assert_eq!(total, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_have_the_shapes_of_the_captures_and_snippets() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    library(&instance, &root, &bob).await;
    finds(&instance, None, "search=vagues", &["L'été à la mer"]).await;
    // Nobody here has a picture of their own, and not everything is said of every channel.
    let compared = |value: &Value| -> Vec<String> {
        let own = |path: &String| {
            !path.contains("avatars") && !path.contains("banners") && !path.contains("snippet")
        };
        shape(value).into_iter().filter(own).collect()
    };
    let page = ask(&instance, None, "videos?search=vagues").await.json();
    assert_eq!(compared(&page), compared(&captured("search-videos")));
    let snippet = &page["data"][0]["snippet"];
    assert_eq!(snippet["text"], "Deux semaines de vagues et de **soleil**.");
    assert_eq!(snippet["marks"], json!([[17, 23]]));
    let channels = ask(&instance, None, "video-channels?search=bob").await.json();
    assert_eq!(compared(&channels), compared(&captured("search-channels")));
    assert_eq!((&channels["total"], &channels["data"][0]["name"]), (&json!(1), &json!("bob_channel")));
    let host = instance.running.url.host().to_owned();
    for (query, count) in [
        (format!("search=@root_channel@{host}"), 1),
        (format!("search=root_channel@{host}"), 1),
        ("search=root_channel@elsewhere.example".into(), 0),
        ("handles=bob_channel&handles=nobody".into(), 1),
        ("search=channel&sort=-createdAt".into(), 2),
        ("search=channel&host=elsewhere.example".into(), 0),
        (String::new(), 2),
    ] {
        let found = ask(&instance, None, &format!("video-channels?{query}")).await.json();
        assert_eq!(found["total"], count, "{query}");
    }
    let wrong = ask(&instance, None, "videos?search=x&startDate=foo").await;
    let mut problem = wrong.json();
    problem.as_object_mut().unwrap().remove("docs");
    assert_eq!((wrong.status, problem), (StatusCode::BAD_REQUEST, captured("error-400-search")));
    for path in [
        "videos?search=x&sort=foo",
        "videos?search=x&durationMin=long",
        "videos?search=x&uuids=1",
        "videos?search=x&count=101",
        "video-channels?search=x&sort=likes",
        "video-channels?handles=a%20b",
        "video-playlists?search=x&sort=likes",
    ] {
        assert_eq!(ask(&instance, None, path).await.status, StatusCode::BAD_REQUEST, "{path}");
    }
    let long = "x".repeat(201);
    for kind in ["videos", "video-channels", "video-playlists"] {
        let refused = ask(&instance, None, &format!("{kind}?search={long}")).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    }
    assert_eq!(ask(&instance, None, "videos?search=x&privacyOneOf=3").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_is_found_anew_and_what_goes_is_not() {
    let instance = instance().await;
    let root = root(&instance).await;
    let video = publish(&instance, &root, "Alpha", |_| ()).await;
    finds(&instance, None, "search=alpha", &["Alpha"]).await;
    let url = format!("{}/w/{}", instance.running.url, video.uuid.short());
    finds(&instance, None, &format!("search={}", url.replace(':', "%3A").replace('/', "%2F")), &["Alpha"])
        .await;
    finds(&instance, None, &format!("uuids={}", video.uuid), &["Alpha"]).await;
    let path = format!("/api/v1/videos/{}", video.uuid);
    let change = instance.ask(Method::PUT, &path).bearer(&root.token).json(&json!({ "name": "Omega" }));
    assert_eq!(change.send().await.status, StatusCode::NO_CONTENT);
    finds(&instance, None, "search=omega", &["Omega"]).await;
    finds(&instance, None, "search=alpha", &[]).await;
    let hide = instance.ask(Method::PUT, &path).bearer(&root.token).json(&json!({ "privacy": 3 }));
    hide.send().await;
    // Hidden at once, whatever the index still says.
    assert!(names(&ask(&instance, None, "videos?search=omega").await).is_empty());
    let show = instance.ask(Method::PUT, &path).bearer(&root.token).json(&json!({ "privacy": 1 }));
    show.send().await;
    finds(&instance, None, "search=omega", &["Omega"]).await;
    instance.ask(Method::DELETE, &path).bearer(&root.token).send().await;
    assert!(names(&ask(&instance, None, "videos?search=omega").await).is_empty());

    let body = json!({ "displayName": "Slow films", "privacy": 1, "videoChannelId": root.channel });
    let made = instance.post("/api/v1/video-playlists").bearer(&root.token).json(&body).send().await.json();
    let list = &made["videoPlaylist"];
    let count = async || ask(&instance, None, "video-playlists?search=slow").await.json()["total"].clone();
    assert_eq!(count().await, 0, "empty lists are not found");
    let video = publish(&instance, &root, "Beta", |_| ()).await;
    let path = format!("/api/v1/video-playlists/{}/videos", list["id"]);
    instance.post(&path).bearer(&root.token).json(&json!({ "videoId": video.id.0 })).send().await;
    once(count, |count| *count == 1).await;
    let found = ask(&instance, None, "video-playlists?search=slow&sort=-createdAt").await.json();
    let own = |path: &String| !path.contains("avatars") && !path.contains("videoChannelPosition");
    let shapes = [&found, &captured("search-playlists")]
        .map(|value| shape(value).into_iter().filter(own).collect::<Vec<_>>());
    assert_eq!(shapes[0], shapes[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_index_is_compared_with_the_store_at_every_start() {
    let instance = instance().await;
    let root = root(&instance).await;
    publish(&instance, &root, "Alpha", |_| ()).await;
    let gone = publish(&instance, &root, "Beta", |_| ()).await;
    finds(&instance, None, "search=beta", &["Beta"]).await;
    // It came back to life without the index, as after a crash or a restored backup.
    let crate::rig::Instance { running, folder } = instance;
    running.stop().await.unwrap();
    {
        let store = backend::store::Store::open(&folder.path().join("store")).unwrap();
        store
            .write::<_, StoreError>(Durability::Flushed, |write| {
                let mut video = write.get(&VideoKey { video: gone.id })?.unwrap();
                video.name = "Gamma".into();
                write.insert(&VideoKey { video: gone.id }, &video)
            })
            .unwrap();
        store.flush().unwrap();
    }
    let running = backend::Server::start(crate::rig::settings(folder.path())).await.unwrap();
    let instance = Instance { running, folder };
    finds(&instance, None, "search=gamma", &["Gamma"]).await;
    finds(&instance, None, "search=beta", &[]).await;
    finds(&instance, None, "search=alpha", &["Alpha"]).await;
    let Instance { running, folder } = instance;
    running.stop().await.unwrap();
    std::fs::remove_dir_all(folder.path().join("search")).unwrap();
    let running = backend::Server::start(crate::rig::settings(folder.path())).await.unwrap();
    let instance = Instance { running, folder };
    finds(&instance, None, "search=gamma", &["Gamma"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_leaves_out_what_its_reader_does_not_want_to_see() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    library(&instance, &root, &bob).await;
    let all =
        ["Boats for members", "Boats not for all eyes", "Boats of the north", "Documentary about boats"];
    let usual = ["Boats for members", "Boats of the north", "Documentary about boats"];
    finds(&instance, Some(&root), "search=boats&sort=name", &usual).await;
    let wish = |policy: &str| json!({ "nsfwPolicy": policy });
    for (policy, expected) in [("display", &all[..]), ("blur", &all), ("do_not_list", &usual)] {
        let change = instance
            .ask(Method::PUT, "/api/v1/users/me")
            .bearer(&root.token)
            .json(&wish(policy))
            .send()
            .await;
        assert_eq!(change.status, StatusCode::NO_CONTENT);
        let found = ask(&instance, Some(&root), "videos?search=boats&sort=name").await;
        assert_eq!(names(&found), expected, "{policy}");
    }
    assert_eq!(names(&ask(&instance, Some(&bob), "videos?search=boats&sort=name").await), usual);

    let mute = instance.post("/api/v1/users/me/blocklist/accounts").bearer(&root.token);
    let muted = mute.json(&json!({ "accountName": "bob" })).send().await;
    assert_eq!(muted.status, StatusCode::NO_CONTENT);
    let found = ask(&instance, Some(&root), "videos?search=boats&sort=name").await;
    assert_eq!(names(&found), ["Documentary about boats"]);
    assert_eq!(ask(&instance, Some(&root), "video-channels?search=bob").await.json()["total"], 0);
    assert_eq!(ask(&instance, None, "video-channels?search=bob").await.json()["total"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_elsewhere_answers_where_who_keeps_the_instance_chose_one() {
    let index = instance().await;
    let maker = root(&index).await;
    for name in ["A boat far away", "Another boat"] {
        publish(&index, &maker, name, |_| ()).await;
    }
    finds(&index, None, "search=boat&sort=name", &["A boat far away", "Another boat"]).await;
    let loopback = ["127.0.0.1", "::1"].map(|network| network.parse().unwrap()).to_vec();
    let here = instance_with(|config| config.import.networks_allowed = loopback).await;
    let keeper = root(&here).await;
    publish(&here, &keeper, "A boat here", |_| ()).await;
    finds(&here, None, "search=boat", &["A boat here"]).await;
    // Nobody else is asked until somebody is named.
    assert_eq!(
        ask(&here, None, "videos?search=boat&searchTarget=search-index").await.status,
        StatusCode::BAD_REQUEST
    );

    let address = format!("http://localhost:{}", index.port());
    let set = async |change: Value| {
        let body = json!({ "search": { "searchIndex": change } });
        let asking = here.ask(Method::PUT, "/api/v1/config/custom").bearer(&keeper.token);
        assert_eq!(asking.json(&body).send().await.status, StatusCode::OK);
    };
    set(json!({ "enabled": true, "url": address })).await;
    let told = here.get("/api/v1/config").send().await.json();
    assert_eq!(
        (&told["search"]["searchIndex"]["enabled"], &told["search"]["searchIndex"]["url"]),
        (&json!(true), &json!(address))
    );
    finds(&here, None, "search=boat", &["A boat here"]).await;
    let far = "search=boat&sort=name&searchTarget=search-index";
    finds(&here, None, far, &["A boat far away", "Another boat"]).await;
    let row = ask(&here, None, &format!("videos?{far}&count=1&start=1")).await.json();
    assert_eq!((&row["total"], row["data"].as_array().unwrap().len()), (&json!(2), 1));
    assert_eq!(
        (&row["data"][0]["name"], &row["data"][0]["isLocal"]),
        (&json!("Another boat"), &json!(false))
    );
    let channels = ask(&here, None, "video-channels?search=root&searchTarget=search-index").await.json();
    assert_eq!(channels["data"][0]["name"], "root_channel");

    // What stands first is for who keeps the instance to say, and whether there is another place at all.
    set(json!({ "isDefaultSearch": true })).await;
    finds(&here, None, "search=boat&sort=name", &["A boat far away", "Another boat"]).await;
    finds(&here, None, "search=boat&searchTarget=local", &["A boat here"]).await;
    set(json!({ "disableLocalSearch": true })).await;
    finds(&here, None, "search=boat&sort=name&searchTarget=local", &["A boat far away", "Another boat"])
        .await;

    // Nobody answers any more, and a reader learns that nothing is broken here.
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    set(json!({ "url": format!("http://localhost:{}", gone.port()) })).await;
    let refused = ask(&here, None, &format!("videos?{far}")).await;
    assert_eq!(refused.status, StatusCode::BAD_GATEWAY);
    // Nor is a network asked that is not of the open internet, unless it is named.
    let strict = instance().await;
    let keeper = root(&strict).await;
    let body = json!({ "search": { "searchIndex": { "enabled": true, "url": address } } });
    let asking = strict.ask(Method::PUT, "/api/v1/config/custom").bearer(&keeper.token);
    assert_eq!(asking.json(&body).send().await.status, StatusCode::OK);
    assert_eq!(ask(&strict, None, &format!("videos?{far}")).await.status, StatusCode::BAD_GATEWAY);
}

/// Asks until what is said is found, or is not any more: the index follows the store a moment later.
async fn said(instance: &Instance, query: &str, expected: &[&str]) -> Value {
    let asked = async || {
        let answer = ask(instance, None, &format!("video-caption-segments?{query}")).await;
        if answer.status == StatusCode::OK { answer.json() } else { Value::Null }
    };
    let is_expected = |found: &Value| {
        found["data"].as_array().is_some_and(|rows| {
            rows.iter().map(|row| row["text"].as_str().unwrap()).collect::<Vec<_>>() == expected
        })
    };
    once(asked, is_expected).await
}

/// Gives a video captions in a language; none takes them away.
async fn caption(instance: &Instance, who: &Maker, video: &str, language: &str, text: Option<&str>) {
    let path = format!("/api/v1/videos/{video}/captions/{language}");
    let answer = match text {
        Some(text) => {
            let part = crate::rig::Part::File("captionfile", "words.vtt", text.as_bytes());
            instance.ask(Method::PUT, &path).bearer(&who.token).parts(&[part]).send().await
        }
        None => instance.ask(Method::DELETE, &path).bearer(&who.token).send().await,
    };
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{:?}", answer.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_in_public_videos_is_found_with_its_time() {
    let closed = instance().await;
    assert_eq!(ask(&closed, None, "video-caption-segments?search=a").await.status, StatusCode::CONFLICT);

    let instance = instance_with(|config| config.search.captions = true).await;
    let root = root(&instance).await;
    let video = publish(&instance, &root, "A film", |_| ()).await.uuid.to_string();
    said(&instance, "search=stomach", &[]).await;
    let words = "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\nNever drink liquid nitrogen.\n\n\
                 00:00:05.000 --> 00:00:09.000\n<v Ana>It will perforate your stomach.\n";
    caption(&instance, &root, &video, "en", Some(words)).await;
    let found = said(&instance, "search=perforate", &["It will perforate your stomach."]).await;
    let row = &found["data"][0];
    assert_eq!(
        (&found["total"], &row["videoUUID"], &row["videoName"]),
        (&json!(1), &json!(video), &json!("A film"))
    );
    assert_eq!((&row["startMs"], &row["endMs"]), (&json!(5000), &json!(9000)));
    assert_eq!((&row["language"], &row["automaticallyGenerated"]), (&json!("en"), &json!(false)));
    caption(&instance, &root, &video, "fr", Some("WEBVTT\n\n00:01:00.000 --> 00:01:02.000\nL’été perforé\n"))
        .await;
    let both = ["L’été perforé", "It will perforate your stomach."];
    for (query, expected) in [
        ("search=perfor&languageOneOf=fr", &both[..1]),
        ("search=perfor&sort=match", &both[..]),
        ("search=PERFORATE&languageOneOf=fr", &[]),
        ("search=ete", &both[..1]),
        ("search=drink+stomach", &[]),
        ("search=drink+nitrogen", &["Never drink liquid nitrogen."]),
        ("search=", &[]),
        ("search=perfor&start=5", &[]),
    ] {
        if query.ends_with("sort=match") {
            let found = ask(&instance, None, &format!("video-caption-segments?{query}")).await.json();
            assert_eq!(found["total"], 2, "{query}");
        } else {
            said(&instance, query, expected).await;
        }
    }
    for query in ["search=a&sort=name", "search=a&start=x"] {
        let refused = ask(&instance, None, &format!("video-caption-segments?{query}")).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{query}");
    }

    // What is not for everybody is found by nobody, at once.
    let change = json!({ "privacy": 3 });
    let path = format!("/api/v1/videos/{video}");
    let put = async |change: &Value| {
        let changed = instance.ask(Method::PUT, &path).bearer(&root.token).json(change).send().await;
        assert_eq!(changed.status, StatusCode::NO_CONTENT, "{:?}", changed.body);
    };
    put(&change).await;
    let hidden = ask(&instance, None, "video-caption-segments?search=perforate").await.json();
    assert_eq!(hidden["total"], 0, "{hidden}");
    put(&json!({ "privacy": 1 })).await;
    caption(&instance, &root, &video, "en", Some("WEBVTT\n\n00:00:01.000 --> 00:00:04.000\nOther words.\n"))
        .await;
    said(&instance, "search=other", &["Other words."]).await;
    said(&instance, "search=perforate", &[]).await;
    caption(&instance, &root, &video, "fr", None).await;
    said(&instance, "search=ete", &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_is_found_from_when_its_keeper_wants_that_until_it_is_gone() {
    let instance = instance().await;
    let root = root(&instance).await;
    let video = publish(&instance, &root, "A film", |_| ()).await.uuid.to_string();
    caption(&instance, &root, &video, "en", Some("WEBVTT\n\n00:00:01.000 --> 00:00:04.000\nSome words.\n"))
        .await;
    let set = async |instance: &Instance, is_on: bool| {
        let body = json!({ "search": { "captionSearch": { "enabled": is_on } } });
        let asking = instance.ask(Method::PUT, "/api/v1/config/custom").bearer(&root.token);
        assert_eq!(asking.json(&body).send().await.status, StatusCode::OK);
    };
    set(&instance, true).await;
    let config = instance.get("/api/v1/config").send().await.json();
    assert_eq!(config["search"]["captionSearch"]["enabled"], true);
    said(&instance, "search=some", &["Some words."]).await;
    let instance = instance.restart().await;
    said(&instance, "search=some", &["Some words."]).await;
    set(&instance, false).await;
    let refused = ask(&instance, None, "video-caption-segments?search=some").await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    set(&instance, true).await;
    said(&instance, "search=some", &["Some words."]).await;
    let path = format!("/api/v1/videos/{video}");
    let gone = instance.ask(Method::DELETE, &path).bearer(&root.token).send().await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    said(&instance, "search=some", &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_few_may_read_takes_nobodys_place_among_what_is_found() {
    let instance = instance_with(|config| config.search.captions = true).await;
    let root = root(&instance).await;
    let cues = |text: &str, count: usize| {
        let cue = |at: usize| format!("00:{:02}:{:02}.000 --> 00:59:59.000\n{text}\n\n", at / 60, at % 60);
        format!("WEBVTT\n\n{}", (0..count).map(cue).collect::<String>())
    };
    let open = publish(&instance, &root, "For everybody", |_| ()).await.uuid.to_string();
    caption(&instance, &root, &open, "en", Some(&cues("A lighthouse.", 1))).await;
    // More than is looked at, written later, and nobody's to read.
    let closed = publish(&instance, &root, "For one", |_| ()).await.uuid.to_string();
    let set = async |video: &str, privacy: u32| {
        let change = json!({ "privacy": privacy });
        let asking = instance.ask(Method::PUT, &format!("/api/v1/videos/{video}")).bearer(&root.token);
        assert_eq!(asking.json(&change).send().await.status, StatusCode::NO_CONTENT);
    };
    set(&closed, 3).await;
    caption(&instance, &root, &closed, "en", Some(&cues("A lighthouse, too.", 600))).await;
    let last = publish(&instance, &root, "The last", |_| ()).await.uuid.to_string();
    caption(&instance, &root, &last, "en", Some(&cues("All is written.", 1))).await;
    said(&instance, "search=written", &["All is written."]).await;
    said(&instance, "search=lighthouse", &["A lighthouse."]).await;
    // What everybody may read from now on is found from now on, and no longer than that.
    set(&last, 2).await;
    said(&instance, "search=written", &[]).await;
    set(&last, 1).await;
    said(&instance, "search=written", &["All is written."]).await;
}
