use expect_test::{Expect, expect};
use http::Request;
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use warp::reply::Response;

use super::head::{Site, Subject, VideoCard, write_head};
use crate::app::App;
use crate::http::sample::{self, PRIVATE, PUBLIC, UNLISTED};
use crate::routes::routes;
use crate::store::records::{Video, VideoState};
use shared::time::Timestamp;

const ALONE: &str = "<head><!-- head --></head><main>alone</main><noscript><!-- silent --></noscript>";

struct Rig {
    app: App,
    _folder: tempfile::TempDir,
}

fn rig() -> Rig {
    let folder = tempfile::tempdir().unwrap();
    let www = folder.path().join("www");
    std::fs::create_dir(&www).unwrap();
    std::fs::write(www.join("index.html"), "<html><head>\n<!-- head --></head></html>").unwrap();
    std::fs::write(www.join("embed.html"), ALONE).unwrap();
    std::fs::write(www.join("manifest.webmanifest"), r#"{"name":"Shoal","display":"standalone"}"#).unwrap();
    Rig { app: sample::app(folder.path()), _folder: folder }
}

impl Rig {
    async fn get(&self, path: &str) -> Response {
        let request = Request::get(path).body(http_body_util::Empty::<bytes::Bytes>::new()).unwrap();
        TowerToHyperService::new(warp::service(routes(&self.app))).call(request).await.unwrap()
    }

    /// Status and head of a page.
    async fn page(&self, path: &str) -> (u16, String) {
        let response = self.get(path).await;
        let status = response.status().as_u16();
        (status, text(response).await)
    }
}

async fn text(response: Response) -> String {
    let body = http_body_util::BodyExt::collect(response.into_body()).await.unwrap().to_bytes();
    String::from_utf8(body.to_vec()).unwrap()
}

async fn check(path: &str, expect: Expect) {
    let (status, page) = rig().page(path).await;
    let head = page.strip_prefix("<html><head>\n").unwrap().strip_suffix("</head></html>").unwrap();
    // This one is new, which its pages say to whoever sets it up.
    let head = head.replace("<meta name=\"shoal-new\">\n", "");
    expect.assert_eq(&format!("{status}\n{head}"));
}

#[tokio::test]
async fn a_videos_page_says_what_peertubes_says() {
    check(&format!("/w/{}", PUBLIC.short()), expect![[r#"
        200
        <meta property="og:platform" content="PeerTube">
        <title>Test pattern 30 s (updated) - Reference a</title>
        <meta name="description" content="A testsrc2 clip. With two paragraphs and a link https://example.org/">
        <meta property="og:type" content="video">
        <meta property="og:site_name" content="Reference a">
        <meta property="og:title" content="Test pattern 30 s (updated)">
        <meta property="og:image" content="http://localhost:9001/lazy-static/previews/37d1f0b3-1c75-469e-844c-439f215b57fe.jpg">
        <meta property="og:url" content="http://localhost:9001/w/rrBjcMzUHp9vw19EDscPnD">
        <meta property="og:description" content="A testsrc2 clip. With two paragraphs and a link https://example.org/">
        <meta property="og:video:url" content="http://localhost:9001/videos/embed/ce07d2dc-d37f-4a15-8d02-89251c07337b">
        <meta property="og:video:secure_url" content="http://localhost:9001/videos/embed/ce07d2dc-d37f-4a15-8d02-89251c07337b">
        <meta property="og:video:type" content="text/html">
        <meta property="og:video:width" content="560">
        <meta property="og:video:height" content="315">
        <meta property="name" content="Test pattern 30 s (updated)">
        <meta property="description" content="A testsrc2 clip. With two paragraphs and a link https://example.org/">
        <meta property="image" content="http://localhost:9001/lazy-static/previews/37d1f0b3-1c75-469e-844c-439f215b57fe.jpg">
        <meta property="twitter:card" content="player">
        <meta property="twitter:title" content="Test pattern 30 s (updated)">
        <meta property="twitter:description" content="A testsrc2 clip. With two paragraphs and a link https://example.org/">
        <meta property="twitter:image" content="http://localhost:9001/lazy-static/previews/37d1f0b3-1c75-469e-844c-439f215b57fe.jpg">
        <meta property="twitter:player" content="http://localhost:9001/videos/embed/ce07d2dc-d37f-4a15-8d02-89251c07337b">
        <meta property="twitter:player:width" content="560">
        <meta property="twitter:player:height" content="315">
        <link rel="alternate" type="application/json+oembed" href="http://localhost:9001/services/oembed?url=http%3A%2F%2Flocalhost%3A9001%2Fw%2FrrBjcMzUHp9vw19EDscPnD" title="Test pattern 30 s (updated)">
        <script type="application/ld+json">{"@context":"http://schema.org","@type":"VideoObject","name":"Test pattern 30 s (updated)","description":"A testsrc2 clip. With two paragraphs and a link https://example.org/","image":"http://localhost:9001/lazy-static/previews/37d1f0b3-1c75-469e-844c-439f215b57fe.jpg","url":"http://localhost:9001/w/rrBjcMzUHp9vw19EDscPnD","embedUrl":"http://localhost:9001/videos/embed/ce07d2dc-d37f-4a15-8d02-89251c07337b","uploadDate":"2026-11-21T02:01:03.778Z","duration":"PT30S","thumbnailUrl":"http://localhost:9001/lazy-static/previews/37d1f0b3-1c75-469e-844c-439f215b57fe.jpg","author":{"@type":"Person","name":"Alice Films 2","url":"http://localhost:9001/c/alice_films/videos"},"interactionStatistic":{"@type":"InteractionCounter","interactionType":{"@type":"WatchAction"},"userInteractionCount":0}}</script>
        <link rel="alternate" type="application/rss+xml" href="http://localhost:9001/feeds/video-comments.xml?videoId=ce07d2dc-d37f-4a15-8d02-89251c07337b" title="Test pattern 30 s (updated)">
        <link rel="canonical" href="http://localhost:9001/w/rrBjcMzUHp9vw19EDscPnD">
    "#]]).await;
}

#[tokio::test]
async fn a_channels_page_says_what_peertubes_says() {
    check(
        "/c/alice_films/videos",
        expect![[r##"
            200
            <meta property="og:platform" content="PeerTube">
            <title>Alice Films 2 - Reference a</title>
            <meta name="description" content="Films by Alice, updated">
            <meta property="og:type" content="website">
            <meta property="og:site_name" content="Reference a">
            <meta property="og:title" content="Alice Films 2">
            <meta property="og:url" content="http://localhost:9001/c/alice_films/videos">
            <meta property="og:description" content="Films by Alice, updated">
            <meta property="name" content="Alice Films 2">
            <meta property="description" content="Films by Alice, updated">
            <meta property="twitter:card" content="summary">
            <meta property="twitter:title" content="Alice Films 2">
            <meta property="twitter:description" content="Films by Alice, updated">
            <script type="application/ld+json">{"@context":"http://schema.org","@type":"ProfilePage","dateCreated":"2026-11-21T02:00:52.223Z","dateModified":"2026-11-21T02:44:26.921Z","mainEntity":{"@id":"#main-author","@type":"Person","name":"Alice Films 2","description":"Films by Alice, updated"}}</script>
            <link rel="alternate" type="application/rss+xml" href="http://localhost:9001/feeds/videos.xml?videoChannelName=alice_films" title="Alice Films 2">
            <link rel="alternate" type="application/rss+xml" href="http://localhost:9001/feeds/podcast/videos.xml?videoChannelId=1" title="Alice Films 2 (podcast)">
            <link rel="alternate" type="application/activity+json" href="http://localhost:9001/video-channels/alice_films">
            <link rel="canonical" href="http://localhost:9001/c/alice_films/videos">
        "##]],
    )
    .await;
}

#[tokio::test]
async fn an_accounts_page_says_what_peertubes_says() {
    check(
        "/@alice",
        expect![[r##"
            200
            <meta property="og:platform" content="PeerTube">
            <title>Alice B. - Reference a</title>
            <meta name="description" content="I am Alice, test user.">
            <meta property="og:type" content="website">
            <meta property="og:site_name" content="Reference a">
            <meta property="og:title" content="Alice B.">
            <meta property="og:url" content="http://localhost:9001/a/alice/video-channels">
            <meta property="og:description" content="I am Alice, test user.">
            <meta property="name" content="Alice B.">
            <meta property="description" content="I am Alice, test user.">
            <meta property="twitter:card" content="summary">
            <meta property="twitter:title" content="Alice B.">
            <meta property="twitter:description" content="I am Alice, test user.">
            <script type="application/ld+json">{"@context":"http://schema.org","@type":"ProfilePage","dateCreated":"2026-11-21T02:00:50.706Z","dateModified":"2026-11-21T02:13:15.598Z","mainEntity":{"@id":"#main-author","@type":"Person","name":"Alice B.","description":"I am Alice, test user."}}</script>
            <link rel="alternate" type="application/rss+xml" href="http://localhost:9001/feeds/videos.xml?accountName=alice" title="Alice B.">
            <link rel="alternate" type="application/activity+json" href="http://localhost:9001/accounts/alice">
            <link rel="canonical" href="http://localhost:9001/a/alice/video-channels">
        "##]],
    )
    .await;
}

#[tokio::test]
async fn other_pages_present_the_instance() {
    check(
        "/videos/browse",
        expect![[r#"
        200
        <meta property="og:platform" content="PeerTube">
        <title>Reference a</title>
        <meta name="description" content="Reference PeerTube instance a">
        <meta property="og:type" content="website">
        <meta property="og:site_name" content="Reference a">
        <meta property="og:title" content="Reference a">
        <meta property="og:url" content="http://localhost:9001">
        <meta property="og:description" content="Reference PeerTube instance a">
        <link rel="alternate" type="application/rss+xml" href="http://localhost:9001/feeds/videos.xml" title="Reference a">
    "#]],
    )
    .await;
}

#[tokio::test]
async fn every_way_to_a_video_has_one_canonical_address() {
    let rig = rig();
    let canonical = format!("<link rel=\"canonical\" href=\"http://localhost:9001/w/{}\">", PUBLIC.short());
    for path in [
        format!("/w/{PUBLIC}"),
        format!("/videos/watch/{PUBLIC}"),
        "/w/1".into(),
        format!("/w/{};threadId=3", PUBLIC.short()),
    ] {
        let (status, page) = rig.page(&path).await;
        assert_eq!((status, page.contains(&canonical)), (200, true), "{path}");
    }
}

#[tokio::test]
async fn what_is_hidden_looks_like_what_is_not_there() {
    let rig = rig();
    let unknown = rig.page("/w/qJ2sgTrMGFMTvzKCVweBtD").await;
    assert_eq!(unknown.0, 404);
    assert!(unknown.1.contains("<title>Reference a</title>") && unknown.1.contains("noindex"));
    // By its number an unlisted video is hidden as well, since numbers can be guessed.
    for path in [
        format!("/w/{PRIVATE}"),
        format!("/w/{}", PRIVATE.short()),
        "/w/3".into(),
        "/w/2".into(),
        "/w/nonsense".into(),
        "/w/p/eEResb7JG4SJbyqkk8n1mo".into(),
        "/c/nobody".into(),
        "/a/nobody/video-channels".into(),
        "/a/alice@elsewhere.example".into(),
    ] {
        assert_eq!(rig.page(&path).await, unknown, "{path}");
    }
}

#[tokio::test]
async fn unlisted_and_unfinished_videos_are_not_for_search_engines() {
    let rig = rig();
    let (status, page) = rig.page(&format!("/w/{UNLISTED}")).await;
    assert!(status == 200 && page.contains("<meta name=\"robots\" content=\"noindex\">"));
    assert!(!rig.page(&format!("/w/{PUBLIC}")).await.1.contains("noindex"));
    sample::put_video(
        &rig.app,
        &Video { uuid: PUBLIC, state: VideoState::ToTranscode, preview: None, ..sample::plain_video(1) },
    );
    let (_, page) = rig.page(&format!("/w/{PUBLIC}")).await;
    assert!(page.contains("noindex") && !page.contains("og:image"));
}

#[tokio::test]
async fn what_strangers_typed_stays_text() {
    let rig = rig();
    let evil = "\"><script>alert(1)</script><!--</title>'{{&amp;\u{0}</script>";
    sample::put_video(
        &rig.app,
        &Video {
            uuid: PUBLIC,
            name: evil.into(),
            description: Some(format!("```\n{evil}\n```\n{evil}")),
            preview: Some("a\"onload=\"x.jpg".into()),
            ..sample::plain_video(1)
        },
    );
    let (_, page) = rig.page(&format!("/w/{PUBLIC}")).await;
    assert_eq!(page.matches("<script").count(), 1, "only the JSON-LD's own: {page}");
    assert_eq!(page.matches("</script").count(), 1);
    assert_eq!(page.matches("<title>").count(), 1);
    assert!(!page.contains("<!--"));
    assert!(
        page.contains("content=\"http://localhost:9001/lazy-static/previews/a&quot;onload=&quot;x.jpg\"")
    );
    let json = page.split("application/ld+json\">").nth(1).unwrap().split("</script>").next().unwrap();
    let json: serde_json::Value = serde_json::from_str(json).unwrap();
    assert_eq!(json["name"], evil);
}

#[test]
fn no_text_breaks_out_of_a_tag() {
    let pieces = [
        "<",
        ">",
        "\"",
        "'",
        "&",
        "script",
        "</script>",
        "<!--",
        "-->",
        "]]>",
        "\u{0}",
        "\n",
        "=",
        "é",
        "\\",
    ];
    let site = Site { name: "s", description: "d", url: "http://h", picture: None };
    let mut seed = 5u64;
    let mut roll = |sides: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % sides
    };
    for _ in 0..2000 {
        let text: String = (0..=roll(9)).map(|_| pieces[roll(pieces.len())]).collect();
        let card = VideoCard {
            name: text.clone(),
            description: text.clone(),
            preview: Some(text.clone()),
            path: "/w/1".into(),
            embed: "/e/1".into(),
            uploaded: Timestamp(0),
            duration: 1,
            file: Some(text.clone()),
            views: 1,
            maker: (text.clone(), text.clone()),
            comments: Some(text.clone()),
            listed: true,
            document: Some(text.clone()),
            sensitive: Some(text.clone()),
            origin: Some(text.clone()),
        };
        let head = write_head(&site, &Subject::Video(card));
        // Every line is one whole tag, and inside its quotes nothing ends them.
        assert_eq!((head.matches("<script").count(), head.matches("</script").count()), (1, 1), "{text:?}");
        for line in head.split("\n<").filter(|line| line.starts_with("meta")) {
            assert_eq!(line.matches('"').count(), 4, "{text:?} in {line}");
            assert_eq!(line.matches(['<', '>']).count(), 1, "{text:?} in {line}");
        }
    }
}

#[tokio::test]
async fn pages_protect_themselves_and_are_asked_for_anew() {
    let response = rig().get("/nothing-here.xyz").await;
    let field = |name: &str| response.headers()[name].to_str().unwrap();
    assert_eq!(response.status(), 200);
    assert!(field("content-security-policy").contains("script-src 'self' 'wasm-unsafe-eval';"));
    assert!(field("content-security-policy").contains("frame-ancestors 'none'"));
    assert_eq!(field("x-frame-options"), "DENY");
    assert_eq!(field("x-content-type-options"), "nosniff");
    assert_eq!(field("cache-control"), "max-age=0, no-cache, must-revalidate");
    assert_eq!(field("content-type"), "text/html; charset=utf-8");
}

#[tokio::test]
async fn a_video_alone_may_be_framed_by_other_sites() {
    let rig = rig();
    let response = rig.get(&format!("/videos/embed/{PUBLIC}")).await;
    assert_eq!(response.status(), 200);
    let policy = response.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("frame-ancestors *") && policy.contains("form-action 'none'"), "{policy}");
    assert!(!response.headers().contains_key("x-frame-options"));
    let page = text(response).await;
    let canonical = format!("<link rel=\"canonical\" href=\"http://localhost:9001/w/{}\">", PUBLIC.short());
    assert!(page.contains(&canonical) && page.contains("alone"), "{page}");
    let hidden = rig.page(&format!("/videos/embed/{PRIVATE}")).await;
    assert!(hidden.0 == 404 && hidden.1.contains("alone") && !hidden.1.contains("canonical"), "{hidden:?}");
}

#[tokio::test]
async fn frames_know_their_wishes_and_speak_without_scripts() {
    let rig = rig();
    let wished = rig.page(&format!("/videos/embed/{PUBLIC}?start=1m2s&muted=1&foregroundColor=red;")).await.1;
    let tag = "<meta name=\"shoal-wishes\" content=\"{&quot;start&quot;:62.0,&quot;muted&quot;:true}\">";
    assert!(wished.contains(tag), "{wished}");
    let plain = rig.page(&format!("/videos/embed/{PUBLIC}")).await.1;
    assert!(!plain.contains("shoal-wishes") && !plain.contains("silent"), "{plain}");
    let hidden = rig.page(&format!("/videos/embed/{PRIVATE}")).await.1;
    assert!(hidden.contains("<noscript><p>This video is private, or not published yet.</p>"), "{hidden}");
    let missing = rig.get("/video-playlists/embed/eEResb7JG4SJbyqkk8n1mo").await;
    assert_eq!(missing.status(), 404);
    let policy = missing.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.ends_with("frame-ancestors *"), "{policy}");
}

#[tokio::test]
async fn no_other_page_is_framed() {
    let rig = rig();
    let watch = format!("/w/{PUBLIC}");
    let watch = watch.as_str();
    for path in
        ["/", "/about", "/login", "/videos/browse", "/a/alice", "/c/alice", "/w/p/none", "/nowhere", watch]
    {
        let response = rig.get(path).await;
        let field = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
        assert_eq!(field("x-frame-options"), Some("DENY"), "{path}");
        assert!(field("content-security-policy").unwrap().contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(field("set-cookie"), None, "{path}");
    }
}

#[tokio::test]
async fn the_small_files_beside_the_pages_are_there() {
    let rig = rig();
    assert_eq!(
        text(rig.get("/robots.txt").await).await,
        "User-agent: *\nDisallow:\n\nSitemap: http://localhost:9001/sitemap.xml\n"
    );
    let manifest: serde_json::Value =
        serde_json::from_str(&text(rig.get("/manifest.webmanifest").await).await).unwrap();
    assert_eq!((&manifest["name"], &manifest["display"]), (&"Reference a".into(), &"standalone".into()));
    assert_eq!(rig.get("/favicon.ico").await.headers()["location"], "/icons/shoal-192.png");
}

#[tokio::test]
async fn typos_in_addresses_for_programs_are_no_pages() {
    let rig = rig();
    for path in ["/api/v1/nothing", "/api/", "/download/nothing"] {
        let response = rig.get(path).await;
        assert!(!text(response).await.contains("<html>"), "{path}");
    }
}
