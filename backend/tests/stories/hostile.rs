//! Requests that nobody sends by mistake: what they are told, what they leave, and that the instance goes on.

use http::{Method, StatusCode};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::clips;
use crate::makers::{Maker, root};
use crate::rig::{Answer, Instance, Part, instance};

/// Sends these very bytes, on which no client of ours would agree, and gives the status and all that comes back.
async fn raw(instance: &Instance, request: impl AsRef<[u8]>) -> (u16, String) {
    let mut stream = TcpStream::connect(instance.running.addr).await.unwrap();
    // It may be refused before its end.
    let _ = stream.write_all(request.as_ref()).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    (status, answer)
}

async fn get(instance: &Instance, target: &str) -> (u16, String) {
    raw(instance, format!("GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).await
}

fn assert_refused(answer: &Answer, status: u16, what: &str) {
    assert_eq!(answer.status.as_u16(), status, "{what}: {:?}", answer.body);
    assert!(answer.header("content-type").starts_with("application/problem+json"), "{what}");
}

async fn lives(instance: &Instance) {
    assert_eq!(instance.get("/api/v1/config").send().await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_spelling_of_a_path_leads_out_of_its_folder() {
    let instance = instance().await;
    std::fs::write(instance.folder.path().join("secret.jpg"), "between us").unwrap();
    let folders =
        ["/lazy-static/thumbnails/", "/static/web-videos/", "/static/streaming-playlists/hls/", "/assets/"];
    let ways_up = [
        "../secret.jpg",
        "..%2fsecret.jpg",
        "%2e%2e/secret.jpg",
        "%2e%2e%2fsecret.jpg",
        "..%5csecret.jpg",
        "..%255csecret.jpg",
        "%252e%252e%252fsecret.jpg",
        "....//secret.jpg",
        "%c0%ae%c0%ae/secret.jpg",
        "..;/secret.jpg",
        "./../secret.jpg",
        "secret.jpg%00",
        "%00../secret.jpg",
        "/secret.jpg",
    ];
    for folder in folders {
        for way in ways_up {
            let target = format!("{folder}{way}");
            let (status, answer) = get(&instance, &target).await;
            assert!((400..500).contains(&status), "{target}: {answer}");
            assert!(!answer.contains("between us"), "{target}");
        }
    }
    for target in [
        "/download/videos/generate/..%2f..%2fsecret.jpg",
        "/lazy-static/torrents/..%2fsecret.jpg",
        "/lazy-static/remote/videos/..%2f..%2fsecret/..%2fsecret.jpg",
        "/lazy-static/remote/accounts/1/..%2f..%2fsecret.jpg",
    ] {
        let (status, answer) = get(&instance, target).await;
        assert!((400..500).contains(&status) && !answer.contains("between us"), "{target}: {answer}");
    }
    let long = get(&instance, &format!("/static/{}", "a/".repeat(100_000))).await;
    assert!((400..500).contains(&long.0), "{}", long.1);
    lives(&instance).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn json_of_every_kind_of_malice_is_refused() {
    let instance = instance().await;
    let root = root(&instance).await;
    let send = async |body: Vec<u8>| {
        let post = instance.post(crate::makers::RESUMABLE).bearer(&root.token);
        let post = post.header("content-type", "application/json").header("x-upload-content-length", "5");
        post.bytes(body).send().await
    };
    let deep =
        |open: &str, close: &str| format!("{{\"name\":{}{}}}", open.repeat(40_000), close.repeat(40_000));
    for (what, body, status) in [
        ("lists within lists", deep("[", "]"), 400),
        ("objects within objects", deep("{\"a\":", "1}").replace("1}", "}"), 400),
        ("half a letter", r#"{"name":"\ud800"}"#.to_owned(), 400),
        ("a number without an end", format!("{{\"category\":1{}}}", "0".repeat(1000)), 400),
        ("a name twice", r#"{"channelId":"x","channelId":[]}"#.to_owned(), 400),
        ("no JSON", "\u{feff}{}".to_owned(), 400),
        ("more than a form has", format!("{{\"name\":\"{}\"}}", "a".repeat(300_000)), 413),
    ] {
        assert_refused(&send(body.into_bytes()).await, status, what);
    }
    assert_refused(&send(b"{\"name\":\"\xff\xfe\"}".to_vec()).await, 400, "no UTF-8");
    lives(&instance).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_an_end_holds_nothing() {
    let instance = instance().await;
    let root = root(&instance).await;
    let head = "--X7\r\ncontent-disposition: form-data; name=\"";
    for (what, begins) in [("no part", String::new()), ("a part whose head goes on", head.to_owned())] {
        let post = instance.post("/api/v1/videos/upload").bearer(&root.token);
        let post = post.header("content-type", "multipart/form-data; boundary=X7");
        let body = [begins.into_bytes(), vec![b'a'; 3 * 1024 * 1024]].concat();
        assert_refused(&post.bytes(body).send().await, 400, what);
    }
    let many: Vec<Part<'_>> = (0..300).map(|_| Part::Text("tags", "a")).collect();
    assert_refused(&root.single(&instance, &many).await, 400, "many parts");
    assert_eq!(std::fs::read_dir(instance.folder.path().join("uploads")).unwrap().count(), 0);
    lives(&instance).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_are_what_they_are_and_not_what_they_are_called() {
    let instance = instance().await;
    let root = root(&instance).await;
    // A picture of 50,000 by 50,000, as far as its header says.
    let bomb = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xc3\x50\0\0\xc3\x50\x08\x02\0\0\0\xb5\x65\x63\xd6";
    let channel = root.channel.to_string();
    for (name, picture) in [
        ("t.jpg", &b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"[..]),
        ("t.png", b"<!doctype html><script>alert(1)</script>"),
        ("t.jpg", b"GIF89a\x01\0\x01\0\0\0\0;"),
        ("t.png", bomb),
    ] {
        let parts = [
            Part::Text("name", "A clip"),
            Part::Text("channelId", &channel),
            Part::File("thumbnailfile", name, picture),
            Part::File("videofile", "clip.mp4", clips::mp4()),
        ];
        let answer = root.single(&instance, &parts).await;
        assert_refused(&answer, 400, name);
        assert!(answer.json()["invalid-params"]["thumbnailfile"].is_object(), "{:?}", answer.body);
    }
    let left = ["uploads", "sources", "thumbnails", "previews"]
        .map(|folder| std::fs::read_dir(instance.folder.path().join(folder)).unwrap().count());
    assert_eq!(left, [0; 4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_name_of_a_file_is_no_path() {
    let instance = instance().await;
    let root = root(&instance).await;
    let channel = root.channel.to_string();
    for name in ["../../out.mp4", "/tmp/out.mp4", "..\\out.mp4", "a\u{202e}4pm.mp4"] {
        let parts = [
            Part::Text("name", "A clip"),
            Part::Text("channelId", &channel),
            Part::File("videofile", name, clips::mp4()),
        ];
        let answer = root.single(&instance, &parts).await;
        assert_eq!(answer.status, StatusCode::OK, "{name}: {:?}", answer.body);
        let uuid = answer.json()["video"]["uuid"].as_str().unwrap().to_owned();
        assert!(instance.folder.path().join(format!("sources/{uuid}.mp4")).exists(), "{name}");
    }
    let around = instance.folder.path().parent().unwrap();
    assert!(!around.join("out.mp4").exists() && !instance.folder.path().join("out.mp4").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_range_moves_an_upload_but_a_true_one() {
    let (instance, clip) = (instance().await, clips::mp4());
    let root = root(&instance).await;
    let path = root.begin(&instance, clip.len()).await;
    root.put_piece(&instance, &path, clip, 0, 1000).await;
    let size = clip.len();
    for range in [
        "bytes 18446744073709551615-18446744073709551615/18446744073709551615".to_owned(),
        "bytes 0-18446744073709551614/*".to_owned(),
        "bytes 0-18446744073709551615/*".to_owned(),
        "bytes 0-99999999999999999999999/*".to_owned(),
        format!("bytes -1-5/{size}"),
        format!("bytes +0-5/{size}"),
        format!("bytes 0x0-0x5/{size}"),
        format!("bytes 1005-1000/{size}"),
        format!("bytes 1000-1005/{}", size + 1),
        format!("bytes 1000-1005,1006-1010/{size}"),
        format!("lines 1000-1005/{size}"),
        String::new(),
    ] {
        let answer = root.put(&instance, &path, &range, b"abcdef").await;
        assert_refused(&answer, 400, &range);
    }
    assert_eq!(root.ask(&instance, &path, size).await.header("range"), "bytes=0-999");
    // One that grows beyond its range on the way is cut there.
    let piece = format!(
        "PUT {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Range: bytes 1000-1003/{size}\r\n\
         Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n8\r\nabcdefgh\r\n0\r\n\r\n",
        root.token
    );
    let (status, answer) = raw(&instance, &piece).await;
    assert_eq!(status, 400, "{answer}");
    assert_eq!(root.ask(&instance, &path, size).await.header("range"), "bytes=0-1003");

    for (length, status) in [
        ("18446744073709551615", 413),
        ("-1", 400),
        ("1e9", 400),
        ("0", 400),
        ("", 400),
        ("99999999999999999999", 400),
    ] {
        let post = instance.post(crate::makers::RESUMABLE).bearer(&root.token);
        let answer = post.header("x-upload-content-length", length).json(&root.form()).send().await;
        assert_refused(&answer, status, length);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_of_uploads_are_not_guessed() {
    let instance = instance().await;
    let root = root(&instance).await;
    for id in ["", "0", "..%2f..%2fshoal.toml", &"0".repeat(32), &"a".repeat(5000), "%00", "%F0%9F%90%9F"] {
        let path = format!("{}?upload_id={id}", crate::makers::RESUMABLE);
        for method in [Method::PUT, Method::DELETE] {
            let answer = instance.ask(method, &path).bearer(&root.token).bytes("abc").send().await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id}: {:?}", answer.body);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_somebody_made_up_is_in_no_page_and_leads_nowhere() {
    let instance = instance().await;
    for target in
        ["/", "/about", "/w/nothing", "//evil.example/..", "/\\evil.example", "/login?next=//evil.example"]
    {
        let request = format!(
            "GET {target} HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\n\
             Forwarded: host=evil.example\r\nConnection: close\r\n\r\n"
        );
        let (_, answer) = raw(&instance, &request).await;
        assert!(
            !answer.contains("evil.example") && !answer.to_lowercase().contains("\r\nlocation:"),
            "{answer}"
        );
    }
    // Two of them, or one in the request line.
    let two = "GET /api/v1/config HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n";
    let full = "GET http://evil.example/api/v1/config HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    for request in [two, full] {
        let (_, answer) = raw(&instance, request).await;
        assert!(!answer.contains("evil.example"), "{answer}");
    }
    lives(&instance).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_cannot_hide_another() {
    let instance = instance().await;
    let hidden = "GET /api/v1/ping HTTP/1.1\r\nHost: x\r\n\r\n";
    for headers in [
        format!("Content-Length: {}\r\nTransfer-Encoding: chunked", hidden.len()),
        format!("Content-Length: 0\r\nContent-Length: {}", hidden.len()),
        "Transfer-Encoding: \u{b}chunked".to_owned(),
        "Transfer-Encoding: chunked, identity".to_owned(),
        "Content-Length: +5".to_owned(),
        "Content-Length : 5".to_owned(),
    ] {
        for target in ["/api/v1/config", "/lazy-static/thumbnails/none.jpg"] {
            let request =
                format!("GET {target} HTTP/1.1\r\nHost: x\r\n{headers}\r\nConnection: close\r\n\r\n{hidden}");
            let (_, answer) = raw(&instance, &request).await;
            assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{headers}: {answer}");
            assert!(!answer.contains("pong"), "{headers}: {answer}");
        }
    }
    lives(&instance).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_of_other_sites_never_act_as_somebody() {
    let instance = instance().await;
    let token = instance.token().await;
    for path in ["/api/v1/config", "/api/v1/users/me", "/api/v1/videos"] {
        let answer = instance.get(path).bearer(&token).header("origin", "https://evil.example").send().await;
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
        assert!(!answer.headers.contains_key("access-control-allow-credentials"), "{path}");
        assert!(!answer.headers.contains_key("set-cookie"), "{path}");
    }
    let cookie = instance.get("/api/v1/users/me").header("cookie", &format!("token={token}")).send().await;
    assert_eq!(cookie.status, StatusCode::UNAUTHORIZED);
    let query = instance.get(&format!("/api/v1/users/me?access_token={token}")).send().await;
    assert_eq!(query.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn guessed_tokens_open_nothing() {
    let instance = instance().await;
    let (token, client) = (instance.token().await, instance.client().await);
    let almost = |text: &str| text.get(1..).unwrap().to_owned() + "0";
    let guesses =
        [String::new(), "0".repeat(40), almost(&token), token.to_uppercase() + "x", "a".repeat(4000)];
    for guess in &guesses {
        let answer =
            instance.get("/api/v1/users/me").header("authorization", &format!("Bearer {guess}")).send().await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{guess}");
    }
    for guess in guesses.iter().filter(|guess| !guess.is_empty()) {
        let form = format!("{client}&grant_type=refresh_token&refresh_token={guess}");
        let answer = instance.post("/api/v1/users/token").form(&form).send().await;
        assert_refused(&answer, 400, guess);
        assert_eq!(answer.json()["code"], "invalid_grant");
    }
    assert_eq!(instance.get("/api/v1/users/me").bearer(&token).send().await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_of_every_kind_stay_letters() {
    let instance = instance().await;
    let root = root(&instance).await;
    let name = "\u{202e}</title><script>alert(1)</script>\u{feff}\u{200d}👩‍👩‍👧 \"'&";
    let uuid = publish(&instance, &root, name).await;
    let shown = instance.get(&format!("/api/v1/videos/{uuid}")).send().await.json();
    assert_eq!(shown["name"], name);
    let page = instance.get(&format!("/w/{uuid}")).send().await;
    let html = String::from_utf8(page.body.to_vec()).unwrap();
    assert!(html.contains("&lt;script&gt;alert(1)") && !html.contains("<script>alert(1)"), "{html}");
    let refused =
        root.announce(&instance, &json!({ "channelId": root.channel, "name": "a\0b" }), 5).send().await;
    assert_refused(&refused, 400, "a file without a name, whatever the video is called");
}

async fn publish(instance: &Instance, maker: &Maker, name: &str) -> String {
    let channel = maker.channel.to_string();
    let parts = [
        Part::Text("name", name),
        Part::Text("channelId", &channel),
        Part::Text("privacy", "1"),
        Part::File("videofile", "clip.mp4", clips::mp4()),
    ];
    let answer = maker.single(instance, &parts).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    answer.json()["video"]["uuid"].as_str().unwrap().to_owned()
}
