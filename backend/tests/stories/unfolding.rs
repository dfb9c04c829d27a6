//! What the rest of the web asks for: how links unfold, what there is to find, and the small files at known places.

use backend::store::records::Privacy;
use http::{Method, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::makers::{bob, root};
use crate::rig::{Answer, Instance, instance};
use crate::videos::publish;

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.to_vec()).unwrap()
}

/// How an address of this instance unfolds.
async fn unfold(instance: &Instance, page: &str, more: &str) -> Answer {
    let url = format!("{}{page}", instance.running.url);
    let url = utf8_percent_encode(&url, NON_ALPHANUMERIC);
    instance.get(&format!("/services/oembed?url={url}{more}")).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn links_to_videos_unfold() {
    let instance = instance().await;
    let root = root(&instance).await;
    let video = publish(&instance, &root, "A \"boat\" & more", |_| ()).await.uuid;
    let url = instance.running.url.to_string();
    let src = format!("{url}/videos/embed/{video}");
    for page in [
        format!("/w/{}", video.short()),
        format!("/w/{video}"),
        format!("/videos/watch/{video}"),
        format!("/videos/watch/{}", video.short()),
        format!("/videos/embed/{video}"),
        format!("/videos/embed/{}", video.short()),
    ] {
        let answer = unfold(&instance, &page, "&format=json").await;
        assert_eq!(answer.status, StatusCode::OK, "{page}: {:?}", answer.body);
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        let told = answer.json();
        assert_eq!(
            told["html"],
            format!(
                "<iframe width=\"560\" height=\"315\" \
                 sandbox=\"allow-same-origin allow-scripts allow-popups allow-forms\" \
                 title=\"A &quot;boat&quot; &amp; more\" src=\"{src}\" style=\"border: 0px;\" \
                 allow=\"fullscreen\" allowfullscreen></iframe>"
            ),
            "{page}"
        );
        for (field, expected) in [
            ("type", json!("video")),
            ("version", json!("1.0")),
            ("width", json!(560)),
            ("height", json!(315)),
            ("title", json!("A \"boat\" & more")),
            ("author_url", json!(format!("{url}/video-channels/root_channel"))),
            ("provider_name", json!("PeerTube")),
            ("provider_url", json!(url)),
        ] {
            assert_eq!(told[field], expected, "{field}");
        }
    }
    let small = unfold(&instance, &format!("/w/{video}"), "&maxwidth=400&maxheight=300").await.json();
    assert_eq!((&small["width"], &small["height"]), (&json!(400), &json!(225)));
    assert_eq!(small["thumbnail_url"], Value::Null, "it is larger than that");
    let part = unfold(&instance, &format!("/w/{video}?start=1m2s&stop=80&muted=1"), "").await.json();
    assert!(
        part["html"].as_str().unwrap().contains(&format!("src=\"{src}?start=1m2s&amp;stop=80\"")),
        "{part}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn links_to_what_is_not_for_everybody_do_not_unfold() {
    let instance = instance().await;
    let root = root(&instance).await;
    let unlisted = publish(&instance, &root, "Unlisted", |video| video.privacy = Privacy::Unlisted).await;
    let private = publish(&instance, &root, "Private", |video| video.privacy = Privacy::Private).await;
    let nowhere = publish(&instance, &root, "Nowhere", |_| ()).await.uuid;
    let path = format!("/api/v1/videos/{nowhere}/embed-privacy");
    let wish = json!({ "policy": 4, "domains": [] });
    let done = instance.ask(Method::PUT, &path).bearer(&root.token).json(&wish).send().await;
    assert_eq!(done.status, StatusCode::NO_CONTENT);
    for (page, more, status) in [
        (format!("/w/{}", unlisted.uuid), "", 200),
        // Numbers can be guessed.
        (format!("/w/{}", unlisted.id), "", 403),
        (format!("/w/{}", private.uuid), "", 403),
        (format!("/w/{nowhere}"), "", 403),
        ("/w/nothing".to_owned(), "", 404),
        ("/w/p/nothing".to_owned(), "", 404),
        ("/about".to_owned(), "", 404),
        (format!("/w/{}", unlisted.uuid), "&format=xml", 501),
        (format!("/w/{}", unlisted.uuid), "&maxwidth=wide", 400),
        (format!("/w/{}", unlisted.uuid), "&maxheight=0", 400),
    ] {
        let answer = unfold(&instance, &page, more).await;
        assert_eq!(answer.status.as_u16(), status, "{page}{more}: {:?}", answer.body);
        if status != 200 {
            assert!(answer.header("content-type").starts_with("application/problem+json"), "{page}{more}");
            assert_eq!(answer.header("access-control-allow-origin"), "*");
            assert!(!text(&answer).contains("Private"), "{page}: {:?}", answer.body);
        }
    }
    for query in ["", "?url=", "?url=https%3A%2F%2Felsewhere.example%2Fw%2Fabc", "?url=%2Fw%2Fabc"] {
        let answer = instance.get(&format!("/services/oembed{query}")).send().await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert!(answer.json()["invalid-params"]["url"].is_object(), "{query}: {:?}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn links_to_lists_unfold_and_accounts_are_found() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let new = async |name: &str, privacy: u64| {
        let wish = json!({ "displayName": name, "privacy": privacy, "videoChannelId": root.channel });
        let asking = instance.post("/api/v1/video-playlists").bearer(&root.token).json(&wish);
        let made = asking.send().await.json();
        made["videoPlaylist"]["uuid"].as_str().unwrap().to_owned()
    };
    let (list, private) = (new("Evenings", 1).await, new("My own", 3).await);
    let url = instance.running.url.to_string();
    for page in ["/w/p/", "/videos/watch/playlist/", "/video-playlists/embed/"] {
        let told = unfold(&instance, &format!("{page}{list}?playlistPosition=2"), "").await.json();
        assert_eq!(told["title"], "Evenings", "{page}");
        assert_eq!(told["author_url"], format!("{url}/video-channels/root_channel"));
        let src = format!("src=\"{url}/video-playlists/embed/{list}?playlistPosition=2\"");
        assert!(told["html"].as_str().unwrap().contains(&src), "{told}");
    }
    assert_eq!(unfold(&instance, &format!("/w/p/{private}"), "").await.status, StatusCode::FORBIDDEN);

    let found = instance.get("/services/redirect/accounts/bob").send().await;
    assert_eq!(
        (found.status, found.header("location")),
        (StatusCode::FOUND, &*format!("{url}/accounts/bob"))
    );
    let nobody = instance.get("/services/redirect/accounts/nobody").bearer(&bob.token).send().await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn search_engines_find_what_is_for_them() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let public = publish(&instance, &root, "Fish & \"chips\" <b>", |_| ()).await;
    let hidden = [
        publish(&instance, &bob, "Unlisted", |video| video.privacy = Privacy::Unlisted).await,
        publish(&instance, &bob, "Internal", |video| video.privacy = Privacy::Internal).await,
        publish(&instance, &bob, "Not for all eyes", |video| video.nsfw = true).await,
    ];
    let url = instance.running.url.to_string();
    let answer = instance.get("/sitemap.xml").send().await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.header("content-type").starts_with("application/xml"));
    let map = text(&answer);
    for page in [
        format!("/w/{}", public.uuid.short()),
        "/c/root_channel/videos".into(),
        "/a/root/video-channels".into(),
    ] {
        assert!(map.contains(&format!("<loc>{url}{page}</loc>")), "{page} is not in {map}");
    }
    assert!(map.contains("<lastmod>") && !map.contains("<b>"), "{map}");
    for video in &hidden {
        assert!(!map.contains(&video.uuid.short()), "{} is in {map}", video.name);
    }
    assert!(!map.contains("/c/bob_channel"), "a channel with nothing to find is in {map}");
    for part in ["0", "2", "x"] {
        let answer = instance.get(&format!("/sitemap.xml?part={part}")).send().await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{part}");
    }

    let robots = text(&instance.get("/robots.txt").send().await);
    assert_eq!(robots, format!("User-agent: *\nDisallow:\n\nSitemap: {url}/sitemap.xml\n"));
    // Nobody is named, and there is no mail.
    assert_eq!(instance.get("/.well-known/security.txt").send().await.status, StatusCode::NOT_FOUND);
    let tracking = instance.get("/.well-known/dnt/").send().await;
    assert_eq!((tracking.status, tracking.json()), (StatusCode::OK, json!({ "tracking": "N" })));
}
