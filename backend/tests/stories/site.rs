//! The instance itself: settings that act at once, home page, pictures, look, letters to who keeps it.

use crate::makers::{bob, captured, root};
use crate::profiles::png;
use crate::rig::{Answer, Instance, Part, instance, instance_with, settings};
use crate::signup::mailing;
use crate::sink::Sink;
use crate::videos::publish;
use backend::Server;
use http::{Method, StatusCode};
use serde_json::{Value, json};

const CUSTOM: &str = "/api/v1/config/custom";
const HOMEPAGE: &str = "/api/v1/custom-pages/homepage/instance";

async fn get(instance: &Instance, path: &str) -> Value {
    instance.get(path).send().await.json()
}

async fn put(instance: &Instance, token: &str, change: &Value) -> Answer {
    instance.ask(Method::PUT, CUSTOM).bearer(token).json(change).send().await
}

/// The paths of all that is no object, with the kind of what is there.
fn leaves(value: &Value, path: &str, found: &mut Vec<(String, &'static str)>) {
    let kind = match value {
        Value::Object(object) => {
            for (name, value) in object {
                leaves(value, &format!("{path}.{name}"), found);
            }
            return;
        }
        Value::Null => "null",
        Value::Bool(_) => "truth",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
    };
    found.push((path.to_owned(), kind));
}

fn shape(value: &Value) -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    leaves(value, "", &mut found);
    found.sort();
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_change_at_once_and_are_there_after_a_restart() {
    let instance = instance_with(|config| config.instance.name = "Films".into()).await;
    let root = root(&instance).await;
    let before = instance.get(CUSTOM).bearer(&root.token).send().await.json();
    // What is ours beside PeerTube's.
    let mut theirs = before.clone();
    theirs
        .as_object_mut()
        .unwrap()
        .retain(|name, _| !["p2p", "wizard", "defaults", "blocklist"].contains(&name.as_str()));
    // What later PeerTubes have.
    let later = ["serverCountry", "support", "social"];
    theirs["search"].as_object_mut().unwrap().remove("captionSearch");
    theirs["followers"].as_object_mut().unwrap().remove("channels");
    theirs["signup"].as_object_mut().unwrap().remove("filters");
    theirs["videoChannels"].as_object_mut().unwrap().remove("maxCollaboratorsPerChannel");
    theirs["instance"].as_object_mut().unwrap().retain(|name, _| !later.contains(&name.as_str()));
    assert_eq!(shape(&theirs), shape(&captured("config-custom-admin")));

    // A program that sends all of it back changes nothing.
    let same = put(&instance, &root.token, &before).await;
    assert_eq!((same.status, same.json()), (StatusCode::OK, before.clone()));

    let change = json!({
        "instance": {
            "name": "Other films", "description": "*Ours*", "categories": [2, 1], "languages": ["fr"],
            "defaultNSFWPolicy": "display", "customizations": { "css": "body { color: red }" },
            "serverCountry": "France", "support": { "text": "Bring *bread*" },
            "social": { "mastodonLink": "https://elsewhere.example/@films" }, "defaultClientRoute": "/home",
        },
        "theme": { "default": "dark" },
        "autoBlacklist": { "videos": { "ofUsers": { "enabled": true } } },
        "signup": { "enabled": true, "limit": -1, "requiresApproval": false, "minimumAge": 18 },
        "user": { "videoQuota": 1000, "defaultChannelName": "Films of $1", "history": { "videos": { "enabled": false } } },
        "videoChannels": { "maxPerUser": 1 },
        "transcoding": { "resolutions": { "1080p": false, "144p": true } },
        "broadcastMessage": { "enabled": true, "message": "Hello", "level": "warning" },
        "services": { "twitter": { "username": "@films" } },
        "p2p": { "mode": "off" },
        "wizard": { "done": true },
    });
    let answer = put(&instance, &root.token, &change).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    let after = answer.json();
    assert_eq!(after["services"]["twitter"]["username"], "@films", "which nothing here uses");
    assert_eq!((&after["wizard"]["done"], &after["signup"]["limit"]), (&json!(true), &json!(-1)));
    assert_eq!(after["instance"]["terms"], before["instance"]["terms"], "which was not sent");

    let config = get(&instance, "/api/v1/config").await;
    assert_eq!(config["instance"]["name"], "Other films");
    assert_eq!(config["instance"]["support"]["text"], "Bring *bread*");
    assert_eq!(config["instance"]["social"]["mastodonLink"], "https://elsewhere.example/@films");
    assert_eq!(config["autoBlacklist"]["videos"]["ofUsers"]["enabled"], true);
    assert_eq!(config["transcoding"]["enabledResolutions"], json!([144, 240, 360, 480, 720]));
    assert_eq!(config["defaults"]["p2p"]["webapp"]["enabled"], false);
    assert_eq!(config["broadcastMessage"]["message"], "Hello");
    let signup = &config["signup"];
    assert_eq!((&signup["allowed"], &signup["minimumAge"]), (&json!(true), &json!(18)));
    let about = get(&instance, "/api/v1/config/about").await;
    assert_eq!(about["instance"]["categories"], json!([2, 1]));
    assert_eq!(shape(&about).len(), shape(&captured("config-about")).len());

    // The whole program goes by it.
    let carol = json!({ "username": "carol", "password": "carolpass", "email": "carol@films.example" });
    let registered = instance.post("/api/v1/users/register").json(&carol).send().await;
    assert_eq!(registered.status, StatusCode::NO_CONTENT);
    let token =
        instance.log_in("carol", "carolpass").await.json()["access_token"].as_str().unwrap().to_owned();
    let me = instance.get("/api/v1/users/me").bearer(&token).send().await.json();
    assert_eq!(me["videoChannels"][0]["displayName"], "Films of carol");
    assert_eq!((&me["videoQuota"], &me["videosHistoryEnabled"]), (&json!(1000), &json!(false)));
    assert_eq!(me["nsfwPolicy"], "display");
    let second = json!({ "name": "second", "displayName": "Second" });
    let refused = instance.post("/api/v1/video-channels").bearer(&token).json(&second).send().await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    let page = instance.get("/about").send().await;
    let html = String::from_utf8_lossy(&page.body).into_owned();
    let (_, link) = html.split_once("<link rel=\"stylesheet\" href=\"/custom.css").unwrap();
    let css = instance.get(&format!("/custom.css{}", link.split('"').next().unwrap())).send().await;
    assert_eq!(
        (css.header("content-type"), &css.body[..]),
        ("text/css; charset=utf-8", &b"body { color: red }"[..])
    );
    assert!(html.contains("<title>Other films"), "{html}");
    assert!(html.contains("<meta name=\"shoal-first\" content=\"/home\">"), "{html}");
    let bare = instance.get("/").send().await;
    assert_eq!((bare.status, bare.header("location")), (StatusCode::FOUND, "/home"));

    // What stands below is the file, whoever changes it.
    let Instance { running, folder } = instance;
    running.stop().await.unwrap();
    let mut config = settings(folder.path());
    config.instance.name = "Films after all".into();
    config.instance.terms = "Be kind".into();
    let instance = Instance { running: Server::start(config).await.unwrap(), folder };
    let now = instance.get(CUSTOM).bearer(&root.token).send().await.json();
    assert_eq!(
        (&now["instance"]["name"], &now["instance"]["terms"]),
        (&json!("Other films"), &json!("Be kind"))
    );
    let taken_back = instance.ask(Method::DELETE, CUSTOM).bearer(&root.token).send().await;
    assert_eq!(
        (taken_back.status, &taken_back.json()["instance"]["name"]),
        (StatusCode::OK, &json!("Films after all"))
    );
    assert_eq!(get(&instance, "/api/v1/config").await["defaults"]["p2p"]["webapp"]["enabled"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_setting_is_named_and_nothing_is_changed() {
    let instance = instance().await;
    let root = root(&instance).await;
    let wrong = json!({
        "instance": {
            "name": "", "shortDescription": "x".repeat(251), "isNSFW": "perhaps", "languages": ["xx"],
            "categories": [99], "defaultNSFWPolicy": "hide", "defaultClientRoute": "https://elsewhere.example",
            "customizations": { "javascript": "alert(1)" }, "terms": null,
            "social": { "externalLink": "javascript:alert(1)", "xLink": "x".repeat(2001) },
        },
        "signup": { "limit": -2, "requiresEmailVerification": true },
        "transcoding": 5,
        "admin": { "email": "nobody" },
        "trending": { "videos": { "algorithms": { "enabled": ["odd"] } } },
        "user": { "videoQuota": 1.5 },
    });
    let answer = put(&instance, &root.token, &wrong).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let body = answer.json();
    let mut named: Vec<&str> =
        body["invalid-params"].as_object().unwrap().keys().map(String::as_str).collect();
    named.sort_unstable();
    assert_eq!(
        named,
        [
            "admin.email",
            "instance.categories",
            "instance.customizations.javascript",
            "instance.defaultClientRoute",
            "instance.defaultNSFWPolicy",
            "instance.isNSFW",
            "instance.languages",
            "instance.name",
            "instance.shortDescription",
            "instance.social.externalLink",
            "instance.social.xLink",
            "instance.terms",
            "signup.limit",
            "signup.requiresEmailVerification",
            "transcoding",
            "trending.videos.algorithms.enabled",
            "user.videoQuota",
        ]
    );
    let none: serde_json::Map<String, Value> =
        ["144p", "240p", "360p", "480p", "720p", "1080p", "1440p", "2160p"]
            .map(|name| (name.to_owned(), json!(false)))
            .into_iter()
            .collect();
    let nothing =
        json!({ "transcoding": { "alwaysTranscodeOriginalResolution": false, "resolutions": none } });
    assert_eq!(put(&instance, &root.token, &nothing).await.status, StatusCode::BAD_REQUEST);
    let shown = instance.get(CUSTOM).bearer(&root.token).send().await.json();
    assert_eq!((&shown["instance"]["name"], &shown["admin"]["email"]), (&json!("Shoal"), &json!("")));
    let bob = bob(&instance, None).await;
    assert_eq!(put(&instance, &bob.token, &json!({})).await.status, StatusCode::FORBIDDEN);
    let long = json!({ "instance": { "terms": "x".repeat(9_000_000) } });
    assert_eq!(put(&instance, &root.token, &long).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_of_administrators_run_where_the_file_says_so() {
    let instance = instance_with(|config| config.www.custom_javascript = true).await;
    let root = root(&instance).await;
    let change = json!({ "instance": { "customizations": { "javascript": "document.title = 'x'" } } });
    assert_eq!(put(&instance, &root.token, &change).await.status, StatusCode::OK);
    let page = instance.get("/about").send().await;
    assert!(String::from_utf8_lossy(&page.body).contains("src=\"/custom.js?v="));
    let script = instance.get("/custom.js").send().await;
    assert_eq!(&script.body[..], b"document.title = 'x'");
    let embed = instance.get("/videos/embed/x").send().await;
    assert!(!String::from_utf8_lossy(&embed.body).contains("custom.js"));
    // Where the file does not, they are kept and not run.
    let instance = instance.restart().await;
    assert_eq!(instance.get("/custom.js").send().await.status, StatusCode::NOT_FOUND);
    assert!(!String::from_utf8_lossy(&instance.get("/about").send().await.body).contains("custom.js"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_has_a_home_page_and_pictures() {
    let instance = instance().await;
    let root = root(&instance).await;
    let none = instance.get(HOMEPAGE).send().await;
    assert_eq!((none.status, none.json()), (StatusCode::NOT_FOUND, captured("custom-homepage")));
    let write =
        |content: Value| instance.ask(Method::PUT, HOMEPAGE).bearer(&root.token).json(&content).send();
    assert_eq!(write(json!({ "content": "x".repeat(100_001) })).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(write(json!({})).await.json()["invalid-params"]["content"]["location"], "body");
    assert_eq!(write(json!({ "content": "# Welcome" })).await.status, StatusCode::NO_CONTENT);
    assert_eq!(get(&instance, HOMEPAGE).await, json!({ "content": "# Welcome" }));
    assert_eq!(get(&instance, "/api/v1/config").await["homepage"]["enabled"], true);

    for (name, field, list) in [("avatar", "avatarfile", "avatars"), ("banner", "bannerfile", "banners")] {
        let path = format!("/api/v1/config/instance-{name}");
        let pick = |bytes: Vec<u8>| {
            let asking = instance.post(&format!("{path}/pick")).bearer(&root.token);
            let asking = asking.parts(&[Part::File(field, "a.png", &bytes)]);
            asking.send()
        };
        assert_eq!(pick(b"no picture".to_vec()).await.status, StatusCode::BAD_REQUEST);
        assert_eq!(pick(png(300, 200)).await.status, StatusCode::NO_CONTENT);
        let first = get(&instance, "/api/v1/config").await["instance"][list].clone();
        assert_eq!(get(&instance, "/api/v1/config/about").await["instance"][list], first);
        let file = instance.get(first[0]["path"].as_str().unwrap()).send().await;
        assert_eq!(file.status, StatusCode::OK);
        assert_eq!(pick(png(400, 300)).await.status, StatusCode::NO_CONTENT);
        assert_ne!(get(&instance, "/api/v1/config").await["instance"][list], first);
    }
    let page = async || String::from_utf8_lossy(&instance.get("/about").send().await.body).into_owned();
    let icon = instance.get("/favicon.ico").send().await.header("location").to_owned();
    let html = page().await;
    assert!(icon.starts_with("/lazy-static/avatars/"), "{icon}");
    assert!(
        html.contains("<meta name=\"shoal-home\">") && html.contains("<meta name=\"shoal-logo\""),
        "{html}"
    );
    assert!(html.contains("<meta property=\"og:image\" content=\""), "{html}");
    let instance = instance.restart().await;
    let config = get(&instance, "/api/v1/config").await;
    assert!(!config["instance"]["avatars"].as_array().unwrap().is_empty());
    assert_eq!(config["homepage"]["enabled"], true);
    for name in ["avatar", "banner"] {
        let path = format!("/api/v1/config/instance-{name}");
        let gone = instance.ask(Method::DELETE, &path).bearer(&root.token).send().await;
        assert_eq!(gone.status, StatusCode::NO_CONTENT);
    }
    assert_eq!(get(&instance, "/api/v1/config").await["instance"]["avatars"], json!([]));
    let empty = instance.ask(Method::PUT, HOMEPAGE).bearer(&root.token).json(&json!({ "content": " " }));
    assert_eq!(empty.send().await.status, StatusCode::NO_CONTENT);
    assert_eq!(instance.get(HOMEPAGE).send().await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn places_of_an_instance_have_pictures_of_their_own() {
    let instance = instance().await;
    let root = root(&instance).await;
    let told = async |instance: &Instance, place: &str| -> Vec<Value> {
        let config = get(instance, "/api/v1/config").await;
        let all = config["instance"]["logo"].as_array().unwrap().clone();
        all.into_iter().filter(|logo| logo["type"] == place).collect()
    };
    let pick = |instance: &Instance, place: &str, field: &str, bytes: Vec<u8>| {
        let asking = instance.post(&format!("/api/v1/config/instance-logo/{place}/pick"));
        asking.bearer(&root.token).parts(&[Part::File(field, "a.png", &bytes)]).send()
    };
    assert!(told(&instance, "opengraph").await.is_empty());
    assert_eq!(told(&instance, "favicon").await[0]["isFallback"], true);
    let places = [
        ("favicon", &[(32, 32)][..]),
        ("header-wide", &[(258, 48), (774, 144)]),
        ("header-square", &[(48, 48), (144, 144)]),
        ("opengraph", &[(1200, 650)]),
    ];
    for (place, sizes) in places {
        assert_eq!(
            pick(&instance, place, "logofile", b"no picture".to_vec()).await.status,
            StatusCode::BAD_REQUEST
        );
        assert_eq!(pick(&instance, place, "avatarfile", png(300, 200)).await.status, StatusCode::BAD_REQUEST);
        assert_eq!(pick(&instance, place, "logofile", png(300, 200)).await.status, StatusCode::NO_CONTENT);
        let logos = told(&instance, place).await;
        assert_eq!(logos.len(), sizes.len(), "{logos:?}");
        for (logo, (width, height)) in logos.iter().zip(sizes) {
            assert_eq!((&logo["width"], &logo["height"]), (&json!(width), &json!(height)), "{place}");
            assert_eq!(logo["isFallback"], false);
            let address = logo["fileUrl"].as_str().unwrap();
            let path = &address[address.find("/lazy-static/").unwrap()..];
            assert_eq!(instance.get(path).send().await.status, StatusCode::OK, "{address}");
        }
    }
    let unknown = pick(&instance, "footer", "logofile", png(300, 200)).await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
    assert!(unknown.json()["invalid-params"].get("logoType").is_some());

    let instance = instance.restart().await;
    let path_of = async |place: &str| {
        let logos = told(&instance, place).await;
        let address = logos.last().unwrap()["fileUrl"].as_str().unwrap().to_owned();
        address[address.find("/lazy-static/").unwrap()..].to_owned()
    };
    let html = String::from_utf8_lossy(&instance.get("/about").send().await.body).into_owned();
    for (tag, place) in [
        ("<meta name=\"shoal-logo-wide\" content=\"", "header-wide"),
        ("<meta name=\"shoal-logo\" content=\"", "header-square"),
    ] {
        let expected = format!("{tag}{}", path_of(place).await);
        assert!(html.contains(&expected), "{expected} in {html}");
    }
    let shared = path_of("opengraph").await;
    assert!(html.contains("property=\"og:image\"") && html.contains(&shared), "{html}");
    let icon = instance.get("/favicon.ico").send().await.header("location").to_owned();
    assert_eq!(icon, path_of("favicon").await);

    for (place, _) in places {
        let path = format!("/api/v1/config/instance-logo/{place}");
        let gone = instance.ask(Method::DELETE, &path).bearer(&root.token).send().await;
        assert_eq!(gone.status, StatusCode::NO_CONTENT);
    }
    assert!(told(&instance, "opengraph").await.is_empty());
    let html = String::from_utf8_lossy(&instance.get("/about").send().await.body).into_owned();
    assert!(!html.contains("shoal-logo"), "{html}");
}

#[tokio::test(flavor = "multi_thread")]
async fn visitors_write_to_who_keeps_the_instance() {
    let letter = json!({
        "fromName": "Dave", "fromEmail": "dave@elsewhere.example", "subject": "A question\r\nBcc: x@y.z",
        "body": "Who are you?\n<b>Really</b>",
    });
    let send =
        |instance: &Instance, letter: &Value| instance.post("/api/v1/server/contact").json(letter).send();
    let mute = instance().await;
    assert_eq!(send(&mute, &letter).await.status, StatusCode::CONFLICT);
    assert_eq!(get(&mute, "/api/v1/config").await["contactForm"]["enabled"], false);

    let sink = Sink::start().await;
    let address = sink.address;
    let instance = instance_with(|config| mailing(config, address)).await;
    let root = root(&instance).await;
    let bad = send(&instance, &json!({ "fromEmail": "dave", "body": "x" })).await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);
    for name in ["fromName", "fromEmail", "body"] {
        assert!(bad.json()["invalid-params"][name].is_object(), "{name}");
    }
    let keeper = json!({ "admin": { "email": "keeper@films.example" } });
    assert_eq!(put(&instance, &root.token, &keeper).await.status, StatusCode::OK);
    let sent = send(&instance, &letter).await;
    assert_eq!((sent.status, sent.header("x-ratelimit-remaining")), (StatusCode::NO_CONTENT, "1"));
    let mail = sink.mail(1).await;
    assert_eq!(mail.to, "keeper@films.example");
    assert_eq!(mail.header("Reply-To"), "dave@elsewhere.example");
    let text = mail.readable();
    assert!(text.contains("Who are you?") && text.contains("&lt;b&gt;Really"), "{text}");
    assert!(!text.contains("\nBcc:"), "{text}");
    assert_eq!(send(&instance, &letter).await.status, StatusCode::NO_CONTENT);
    let third = send(&instance, &letter).await;
    assert_eq!(third.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!third.header("retry-after").is_empty());
    let off = json!({ "contactForm": { "enabled": false } });
    assert_eq!(put(&instance, &root.token, &off).await.status, StatusCode::OK);
    assert_eq!(send(&instance, &letter).await.status, StatusCode::CONFLICT);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_numbers_of_an_instance_have_the_names_peertube_gives_them() {
    let instance = instance().await;
    let root = root(&instance).await;
    let stats = get(&instance, "/api/v1/server/stats").await;
    for (name, _) in captured("server-stats").as_object().unwrap() {
        assert!(stats.get(name).is_some(), "{name}");
    }
    let debug = instance.get("/api/v1/server/debug").bearer(&root.token).send().await.json();
    assert_eq!(debug, captured("server-debug"));
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_have_done_at_once_what_comes_by_itself() {
    let mute = instance().await;
    let keeper = root(&mute).await;
    let run = async |instance: &Instance, token: &str, body: Value| {
        let path = "/api/v1/server/debug/run-command";
        instance.post(path).bearer(token).json(&body).send().await
    };
    let no_mail = json!({ "command": "test-emails", "email": "x@films.example" });
    assert_eq!(run(&mute, &keeper.token, no_mail).await.status, StatusCode::CONFLICT);

    let sink = Sink::start().await;
    let address = sink.address;
    let instance = instance_with(|config| mailing(config, address)).await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    for body in [json!({}), json!({ "command": "format-disks" }), json!({ "command": "test-emails" })] {
        assert_eq!(run(&instance, &root.token, body).await.status, StatusCode::BAD_REQUEST);
    }
    let sweep = json!({ "command": "remove-dandling-resumable-uploads" });
    assert_eq!(run(&instance, &bob.token, sweep.clone()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(run(&instance, &root.token, sweep).await.status, StatusCode::NO_CONTENT);
    let test = json!({ "command": "test-emails", "email": "keeper@films.example" });
    assert_eq!(run(&instance, &root.token, test).await.status, StatusCode::NO_CONTENT);
    let mail = sink.mail(1).await;
    assert_eq!(mail.to, "keeper@films.example");
    assert!(mail.readable().contains("It arrived"), "{}", mail.readable());

    // Views that would be written within seconds, and are when somebody asks.
    let video = publish(&instance, &bob, "Alpha", |_| ()).await.uuid;
    let views = format!("/api/v1/videos/{video}/views");
    for seconds in [0, 6, 12] {
        let report = json!({ "currentTime": seconds, "sessionId": "one" });
        assert_eq!(instance.post(&views).json(&report).send().await.status, StatusCode::NO_CONTENT);
    }
    for command in ["process-video-views-buffer", "process-video-viewers", "process-remove-old-views"] {
        let done = run(&instance, &root.token, json!({ "command": command })).await;
        assert_eq!(done.status, StatusCode::NO_CONTENT, "{command}");
    }
    let path = "/api/v1/accounts/bob/video-channels?withStats=true";
    let channel = instance.get(path).bearer(&bob.token).send().await.json()["data"][0].clone();
    assert_eq!((&channel["videosCount"], &channel["totalViews"]), (&json!(1), &json!(1)));
    let days = channel["viewsPerDay"].as_array().unwrap();
    assert_eq!((days.len(), &days[30]["views"], &days[29]["views"]), (31, &json!(1), &json!(0)));
    let plain = instance.get("/api/v1/accounts/bob/video-channels").send().await.json();
    assert!(plain["data"][0]["viewsPerDay"].is_null(), "who does not ask is not told");
    let wrong = instance.get("/api/v1/accounts/bob/video-channels?withStats=perhaps").send().await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    let instance = instance.restart().await;
    let after = instance.get(path).send().await.json()["data"][0].clone();
    assert_eq!((&after["viewsPerDay"], &after["totalViews"]), (&channel["viewsPerDay"], &json!(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn players_tell_how_it_went_and_administrators_read_the_sums() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let video = publish(&instance, &bob, "Alpha", |_| ()).await.uuid.to_string();
    let report = json!({
        "videoId": video, "playerMode": "p2p-media-loader", "p2pEnabled": true, "p2pPeers": 3, "resolution": 720,
        "fps": 25, "resolutionChanges": 1, "errors": 0, "bufferStalled": 2, "downloadedBytesP2P": 1000,
        "downloadedBytesHTTP": 500, "uploadedBytesP2P": 700,
    });
    let send = async |report: &Value| {
        instance.post("/api/v1/metrics/playback").json(report).send().await.status.as_u16()
    };
    assert_eq!((send(&report).await, send(&report).await), (204, 204));
    let with = |name: &str, value: Value| {
        let mut other = report.clone();
        other[name] = value;
        other
    };
    assert_eq!(send(&with("videoId", json!("00000000-0000-4000-8000-000000000000"))).await, 404);
    for (name, value) in
        [("playerMode", json!("vlc")), ("errors", json!(-1)), ("downloadedBytesP2P", json!(1_u64 << 60))]
    {
        assert_eq!(send(&with(name, value)).await, 400, "{name}");
    }
    let text = instance.get("/metrics").bearer(&root.token).exchange().await.unwrap();
    let text = String::from_utf8(text.body.to_vec()).unwrap();
    for line in [
        "shoal_playback_reports_total 2",
        "shoal_playback_stalls_total 4",
        "shoal_playback_peer_received_bytes_total 2000",
        "shoal_playback_peer_sent_bytes_total 1400",
        "shoal_playback_http_bytes_total 1000",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} in {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn news_of_the_pages_are_dismissed_one_by_one() {
    let instance = instance().await;
    let bob = bob(&instance, None).await;
    let read = async |body: Value| {
        let path = "/api/v1/users/me/new-feature-info/read";
        instance.post(path).bearer(&bob.token).json(&body).send().await.status.as_u16()
    };
    let seen = async || {
        let me = instance.get("/api/v1/users/me").bearer(&bob.token).send().await.json();
        me["newFeaturesInfoRead"].as_u64().unwrap()
    };
    assert_eq!((seen().await, read(json!({})).await, read(json!({ "feature": 0 })).await), (0, 400, 400));
    assert_eq!((read(json!({ "feature": 1 })).await, read(json!({ "feature": 4 })).await), (204, 204));
    assert_eq!((seen().await, read(json!({ "feature": 1 })).await, seen().await), (5, 204, 5));
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_that_were_asked_for_follow_what_the_instance_wants_left_out() {
    let instance = instance().await;
    let root = root(&instance).await;
    publish(&instance, &root, "For all", |_| ()).await;
    publish(&instance, &root, "Not for all eyes", |video| video.nsfw = true).await;
    for (policy, total) in [("do_not_list", 1), ("blur", 2), ("do_not_list", 1), ("display", 2)] {
        let change = json!({ "instance": { "defaultNSFWPolicy": policy } });
        assert_eq!(put(&instance, &root.token, &change).await.status, StatusCode::OK, "{policy}");
        // Twice: the second answer is one that was kept.
        for _ in 0..2 {
            assert_eq!(get(&instance, "/api/v1/videos?count=5").await["total"], total, "{policy}");
        }
    }
}
