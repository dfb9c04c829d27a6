//! Uploads: resumable and in one form, whole and broken, allowed and not.

use crate::clips;
use crate::makers::{Maker, RESUMABLE, bob, captured, root, until, without_sentences};
use crate::rig::{Answer, Instance, Part, instance, instance_with, settings};
use backend::config::ByteSize;
use backend::store::records::Upload;
use backend::store::tables::UploadKey;
use backend::store::{Durability, Read};
use backend::{Server, uploads};
use http::{Method, StatusCode};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

fn assert_arrived(answer: &Answer, range: &str) {
    assert_eq!((answer.status.as_u16(), answer.header("range")), (308, range), "{:?}", answer.body);
    assert_eq!((answer.header("content-length"), answer.header("cache-control")), ("0", "no-store"));
}

/// Every file below the folders where uploads and videos live.
fn files(instance: &Instance) -> Vec<String> {
    let mut found = Vec::new();
    for folder in ["uploads", "sources", "thumbnails", "previews", "tmp"] {
        for file in std::fs::read_dir(instance.folder.path().join(folder)).unwrap() {
            found.push(format!("{folder}/{}", file.unwrap().file_name().to_str().unwrap()));
        }
    }
    found.sort();
    found
}

/// Files that uploads left. A source is there until the pipeline, which runs meanwhile, has no more use for it.
fn left_by_uploads(instance: &Instance) -> Vec<String> {
    let is_theirs = |file: &String| file.starts_with("uploads/") || file.starts_with("sources/");
    files(instance).into_iter().filter(is_theirs).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_video_arrives_in_pieces() {
    let (instance, clip) = (instance().await, clips::mp4());
    let root = root(&instance).await;
    let path = root.begin(&instance, clip.len()).await;
    assert!(path.starts_with("/api/v1/videos/upload-resumable?upload_id="), "{path}");
    let nothing_yet = root.ask(&instance, &path, clip.len()).await;
    assert_arrived(&nothing_yet, "");

    let (third, half) = (clip.len() / 3, clip.len() / 2);
    let answer = root.put_piece(&instance, &path, clip, 0, third).await;
    assert_arrived(&answer, &format!("bytes=0-{}", third - 1));
    let answer = root.put_piece(&instance, &path, clip, third, half).await;
    assert_arrived(&answer, &format!("bytes=0-{}", half - 1));
    assert_arrived(&root.ask(&instance, &path, clip.len()).await, &format!("bytes=0-{}", half - 1));
    let gap = root.put_piece(&instance, &path, clip, half + 10, clip.len()).await;
    assert_arrived(&gap, &format!("bytes=0-{}", half - 1));
    let rewound = root.put_piece(&instance, &path, clip, 0, 1000).await;
    assert_arrived(&rewound, "bytes=0-999");

    let last = root.put_piece(&instance, &path, clip, 1000, clip.len()).await;
    assert_eq!(last.status, StatusCode::OK, "{:?}", last.body);
    let video = last.json();
    assert_eq!(video["video"]["shortUUID"].as_str().unwrap().len(), 22);
    let again = root.put_piece(&instance, &path, clip, 1000, clip.len()).await;
    assert_eq!((again.status, again.json()), (StatusCode::OK, video.clone()), "the same video, not another");
    assert_eq!(root.ask(&instance, &path, clip.len()).await.json(), video);

    let uuid = video["video"]["uuid"].as_str().unwrap();
    assert!(left_by_uploads(&instance).iter().all(|file| *file == format!("sources/{uuid}.mp4")));
    let source = std::fs::read(instance.folder.path().join(format!("sources/{uuid}.mp4"))).unwrap();
    assert!(source == clip, "every byte in its place");

    let page = instance.get(&format!("/api/v1/videos/{uuid}")).send().await.json();
    assert_eq!(page["name"], "Resumable clip");
    assert_eq!((&page["category"]["label"], &page["language"]["label"]), (&json!("Films"), &json!("French")));
    assert_eq!((&page["tags"], &page["duration"]), (&json!(["resumable", "test"]), &json!(2)));
    assert_eq!((&page["privacy"]["id"], &page["aspectRatio"]), (&json!(1), &json!(1.7778)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_file_may_come_at_once() {
    let (instance, clip) = (instance().await, clips::mp4());
    let root = root(&instance).await;
    let path = root.begin(&instance, clip.len()).await;
    let put = instance.ask(Method::PUT, &path).bearer(&root.token).bytes(clip);
    assert_eq!(put.send().await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_is_taken_back() {
    let (instance, clip) = (instance().await, clips::mp4());
    let root = root(&instance).await;
    let path = root.begin(&instance, clip.len()).await;
    root.put_piece(&instance, &path, clip, 0, 1000).await;
    let delete = || instance.ask(Method::DELETE, &path).bearer(&root.token).send();
    assert_eq!(delete().await.status, StatusCode::NO_CONTENT);
    assert_eq!(files(&instance), [""; 0]);
    let after = root.put_piece(&instance, &path, clip, 0, 1000).await;
    assert_eq!(
        (after.status, after.json()),
        (StatusCode::NOT_FOUND, captured("error-resumable-cancel-3-put-after-delete"))
    );
    assert_eq!(delete().await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_is_nobody_elses() {
    let (instance, clip) = (instance().await, clips::mp4());
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let path = root.begin(&instance, clip.len()).await;
    root.put_piece(&instance, &path, clip, 0, 1000).await;
    assert_eq!(bob.put_piece(&instance, &path, clip, 0, 10).await.status, StatusCode::NOT_FOUND);
    assert_eq!(bob.ask(&instance, &path, clip.len()).await.status, StatusCode::NOT_FOUND);
    let delete = instance.ask(Method::DELETE, &path).bearer(&bob.token).send().await;
    assert_eq!(delete.status, StatusCode::NOT_FOUND);
    let anonymous = instance.ask(Method::PUT, &path).bytes(&clip[..10]).send().await;
    assert_eq!(anonymous.status, StatusCode::UNAUTHORIZED);
    assert_arrived(&root.ask(&instance, &path, clip.len()).await, "bytes=0-999");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_as_captured() {
    let instance = instance().await;
    let root = root(&instance).await;
    let text = json!({ "channelId": root.channel, "name": "A text", "filename": "x.txt" });
    let answer = root.announce(&instance, &text, 10).send().await;
    let problem = captured("error-resumable-err-bad-type");
    assert_eq!((answer.status.as_u16(), &answer.json()["title"]), (415, &problem["title"]));
    assert_eq!(answer.header("content-type"), "application/problem+json; charset=utf-8");

    let unmeasured = instance.post(RESUMABLE).bearer(&root.token).json(&root.form()).send().await;
    let mut expected = captured("error-resumable-err-no-length");
    assert_eq!(without_sentences(unmeasured.json()), without_sentences(expected.take()));

    let anonymous = instance.post(RESUMABLE).json(&root.form()).send().await;
    assert_eq!((anonymous.status.as_u16(), &anonymous.json()["code"]), (401, &json!("unauthorized_request")));

    for (form, field) in [
        (json!({ "name": "x", "channelId": root.channel, "filename": "a.mp4" }), "name"),
        (json!({ "name": "A boat", "filename": "a.mp4" }), "channelId"),
        (json!({ "name": "A boat", "channelId": root.channel }), "filename"),
        (
            json!({ "name": "A boat", "channelId": root.channel, "filename": "a.mp4", "privacy": 9 }),
            "privacy",
        ),
    ] {
        let answer = root.announce(&instance, &form, 10).send().await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.json()["invalid-params"].get(field).is_some(), "{field}: {}", answer.json());
    }
    let path = root.begin(&instance, 100).await;
    for range in ["bytes 0-9/101", "bytes 0-100/100", "bytes x", "lines 1-2/3"] {
        let answer = root.put(&instance, &path, range, &[0; 10]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{range}");
        assert!(answer.json()["invalid-params"].get("content-range").is_some(), "{range}");
    }
    assert_arrived(&root.ask(&instance, &path, 100).await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_channel_takes_nothing() {
    let (instance, clip) = (instance().await, clips::mp4());
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let expected = captured("error-400-upload-other-channel");
    let answer = bob.announce(&instance, &root.form(), clip.len()).send().await;
    assert_eq!((answer.status, answer.json()), (StatusCode::BAD_REQUEST, expected.clone()));
    let channel = root.channel.to_string();
    let parts = [
        Part::Text("channelId", &channel),
        Part::Text("name", "not my channel"),
        Part::File("videofile", "a.mp4", clip),
    ];
    let answer = bob.single(&instance, &parts).await;
    assert_eq!((answer.status, answer.json()), (StatusCode::BAD_REQUEST, expected));
    assert_eq!(files(&instance), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_video_is_refused_and_leaves_nothing() {
    let (instance, clip) = (instance().await, clips::mp4());
    let root = root(&instance).await;
    let expected = captured("error-422-upload-not-a-video");
    let rubbish = b"this is not a video at all".repeat(10);
    for file in [&rubbish[..], &clip[..clip.len() / 2]] {
        let path = root.begin(&instance, file.len()).await;
        let answer = root.put_piece(&instance, &path, file, 0, file.len()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{:?}", answer.body);
        assert_eq!(answer.json()["error"], expected["error"]);
        assert_eq!(root.ask(&instance, &path, file.len()).await.status, StatusCode::NOT_FOUND);
    }
    let channel = root.channel.to_string();
    for (name, file) in [("a.mp4", &rubbish[..]), ("a.exe", clip), ("a.mp4", &[]), ("a.mp4", &clip[..5000])] {
        let parts = [
            Part::Text("channelId", &channel),
            Part::Text("name", "bad video file"),
            Part::File("videofile", name, file),
        ];
        let answer = root.single(&instance, &parts).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name} {:?}", answer.body);
        assert_eq!(answer.json()["title"], expected["title"]);
    }
    assert_eq!(files(&instance), [""; 0]);
    let uploads = instance.running.app().store().table::<UploadKey>().count();
    assert_eq!(uploads, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_form_takes_its_fields_in_any_order() {
    let (instance, clip) = (instance().await, clips::mp4());
    let root = root(&instance).await;
    let channel = root.channel.to_string();
    let picture = png();
    for tags in [["tags[0]", "tags[1]"], ["tags[]", "tags[]"], ["tags", "tags"]] {
        let parts = [
            Part::File("videofile", "My Clip.MP4", clip),
            Part::Text(tags[0], "sea"),
            Part::Text("name", "After the file"),
            Part::File("thumbnailfile", "t.png", &picture),
            Part::Text(tags[1], "sky"),
            Part::Text("privacy", "1"),
            Part::Text("nsfw", "true"),
            Part::Text("description", "null"),
            Part::Text("channelId", &channel),
        ];
        let answer = root.single(&instance, &parts).await;
        assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
        let uuid = answer.json()["video"]["uuid"].as_str().unwrap().to_owned();
        let page = instance.get(&format!("/api/v1/videos/{uuid}")).send().await.json();
        assert_eq!((&page["tags"], &page["nsfw"]), (&json!(["sea", "sky"]), &json!(true)));
        for (field, size) in [("thumbnailPath", (280, 157)), ("previewPath", (850, 480))] {
            let path = page[field].as_str().unwrap();
            assert!(path.contains(&uuid), "{path}");
            let picture = instance.get(path).send().await;
            assert_eq!((picture.status, picture.header("content-type")), (StatusCode::OK, "image/jpeg"));
            let jpeg = backend::files::picture::read(&picture.body).unwrap();
            assert_eq!((jpeg.width(), jpeg.height()), size);
        }
    }
    assert!(files(&instance).iter().all(|file| !file.starts_with("uploads/")));
}

/// A picture of one colour.
fn png() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(400, 300).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_form_says_what_is_missing_as_captured() {
    let (instance, clip) = (instance().await, clips::mp4());
    let root = root(&instance).await;
    let channel = root.channel.to_string();
    let (id, name) = (Part::Text("channelId", &channel), Part::Text("name", "nofile"));
    let answer = root.single(&instance, &[id, name]).await;
    assert_eq!((answer.status.as_u16(), answer.json()), (400, captured("error-400-upload-no-file")));
    let id = Part::Text("channelId", &channel);
    let answer = root.single(&instance, &[id, Part::File("videofile", "a.mp4", clip)]).await;
    assert_eq!((answer.status.as_u16(), answer.json()), (400, captured("error-400-upload-no-name")));
    let picture = Part::File("thumbnailfile", "t.jpg", b"no picture");
    let (id, name) = (Part::Text("channelId", &channel), Part::Text("name", "A boat"));
    let answer = root.single(&instance, &[id, name, picture, Part::File("videofile", "a.mp4", clip)]).await;
    assert!(answer.json()["invalid-params"].get("thumbnailfile").is_some(), "{}", answer.json());
    assert_eq!(files(&instance), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_is_refused_before_and_after() {
    let clip = clips::mp4();
    let length = u64::try_from(clip.len()).unwrap();
    let instance = instance_with(|config| config.upload.file_bytes_max = ByteSize(length + 10)).await;
    let root = root(&instance).await;
    let answer = root.announce(&instance, &root.form(), clip.len() + 11).send().await;
    assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (413, &json!("max_file_size_reached")));
    let bob = bob(&instance, Some(length + length / 2)).await;
    let answer = bob.announce(&instance, &bob.form(), clip.len() * 2).send().await;
    assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (413, &json!("max_file_size_reached")));

    // Two that fit one by one, but not together.
    let (one, other) = (bob.begin(&instance, clip.len()).await, bob.begin(&instance, clip.len()).await);
    assert_eq!(bob.put_piece(&instance, &one, clip, 0, clip.len()).await.status, StatusCode::OK);
    let second = bob.put_piece(&instance, &other, clip, 0, clip.len()).await;
    assert_eq!((second.status.as_u16(), &second.json()["code"]), (413, &json!("quota_reached")));
    let third = bob.announce(&instance, &bob.form(), clip.len()).send().await;
    assert_eq!((third.status.as_u16(), &third.json()["code"]), (413, &json!("quota_reached")));
    let channel = bob.channel.to_string();
    let parts = [
        Part::Text("channelId", &channel),
        Part::Text("name", "one more"),
        Part::File("videofile", "a.mp4", clip),
    ];
    let fourth = bob.single(&instance, &parts).await;
    assert_eq!((fourth.status.as_u16(), &fourth.json()["code"]), (413, &json!("quota_reached")));
    let left = left_by_uploads(&instance);
    assert!(left.len() <= 1 && left.iter().all(|file| file.starts_with("sources/")), "{left:?}");
    let used = instance.get("/api/v1/users/me/video-quota-used").bearer(&bob.token).send().await.json();
    assert_eq!(used["videoQuotaUsed"], length);
}

/// Sends the head of a `PUT` and part of its body, then breaks the connection.
async fn break_off(instance: &Instance, maker: &Maker, path: &str, range: &str, length: usize, bytes: &[u8]) {
    let mut stream = tokio::net::TcpStream::connect(instance.running.addr).await.unwrap();
    let head = format!(
        "PUT {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-range: {range}\r\ncontent-length: {length}\r\n\r\n",
        maker.token
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream.shutdown().await.unwrap();
    // Until the server has closed it, too, so that it has seen all.
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_arrived_before_a_broken_connection_is_kept() {
    let (instance, clip) = (instance().await, clips::mp4());
    let root = root(&instance).await;
    let path = root.begin(&instance, clip.len()).await;
    let range = format!("bytes 0-{}/{}", clip.len() - 1, clip.len());
    break_off(&instance, &root, &path, &range, clip.len(), &clip[..7777]).await;
    assert_arrived(&root.ask(&instance, &path, clip.len()).await, "bytes=0-7776");
    let rest = root.put_piece(&instance, &path, clip, 7777, clip.len()).await;
    assert_eq!(rest.status, StatusCode::OK, "{:?}", rest.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_comes_back_does_not_wait_for_its_lost_connection() {
    let instance = instance().await;
    let root = root(&instance).await;
    let file = vec![7; 1024 * 1024];
    let path = root.begin(&instance, file.len()).await;
    // A connection that stays open and says no more.
    let mut lost = tokio::net::TcpStream::connect(instance.running.addr).await.unwrap();
    let length = file.len();
    let head = format!(
        "PUT {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-range: bytes 0-{}/{length}\r\ncontent-length: {length}\r\n\r\n",
        root.token,
        length - 1,
    );
    lost.write_all(head.as_bytes()).await.unwrap();
    lost.write_all(&file[..600_000]).await.unwrap();
    let part =
        std::fs::read_dir(instance.folder.path().join("uploads")).unwrap().next().unwrap().unwrap().path();
    until(|| 0 < std::fs::metadata(&part).unwrap().len()).await;
    let answer = root.ask(&instance, &path, length).await;
    assert_arrived(&answer, "bytes=0-599999");
    let answer = root.put_piece(&instance, &path, &file, 600_000, 700_000).await;
    assert_arrived(&answer, "bytes=0-699999");
    drop(lost);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_goes_on_after_a_restart() {
    let (instance, clip) = (instance().await, clips::mp4());
    let root = root(&instance).await;
    let path = root.begin(&instance, clip.len()).await;
    root.put_piece(&instance, &path, clip, 0, 4000).await;
    let Instance { running, folder } = instance;
    running.stop().await.unwrap();
    // What requests leave that a crash cut off.
    std::fs::write(folder.path().join("uploads").join(format!("{:032x}.part", 7)), "orphan").unwrap();
    let instance = Instance { running: Server::start(settings(folder.path())).await.unwrap(), folder };
    assert_eq!(files(&instance).len(), 1, "{:?}", files(&instance));
    assert_arrived(&root.ask(&instance, &path, clip.len()).await, "bytes=0-3999");
    let rest = root.put_piece(&instance, &path, clip, 4000, clip.len()).await;
    assert_eq!(rest.status, StatusCode::OK, "{:?}", rest.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_at_the_last_moment_loses_no_byte() {
    let (instance, clip) = (instance().await, clips::mp4());
    let root = root(&instance).await;
    let path = root.begin(&instance, clip.len()).await;
    root.put_piece(&instance, &path, clip, 0, clip.len() - 1).await;
    let (_, row) = instance.running.app().store().table::<UploadKey>().next().unwrap().unwrap();
    let Instance { running, folder } = instance;
    running.stop().await.unwrap();
    // As if the file had been moved to the sources, and the power had gone before the video was written.
    let part = std::fs::read_dir(folder.path().join("uploads")).unwrap().next().unwrap().unwrap().path();
    std::fs::write(&part, clip).unwrap();
    std::fs::rename(&part, folder.path().join("sources").join(format!("{}.mp4", row.video))).unwrap();
    let instance = Instance { running: Server::start(settings(folder.path())).await.unwrap(), folder };
    let answer = root.ask(&instance, &path, clip.len()).await;
    assert_eq!(answer.status, StatusCode::OK, "all bytes are there, so the question ends the upload");
    assert_eq!(answer.json()["video"]["uuid"], row.video.to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_nobody_comes_back_for_are_swept() {
    let (instance, clip) = (instance().await, clips::mp4());
    let root = root(&instance).await;
    let (old, young) = (root.begin(&instance, clip.len()).await, root.begin(&instance, clip.len()).await);
    let id = old.rsplit_once('=').unwrap().1;
    let key = UploadKey { upload: u128::from_str_radix(id, 16).unwrap().to_be_bytes() };
    let app = instance.running.app();
    let aged = Upload { expires_at: app.clock().now(), ..app.store().get(&key).unwrap().unwrap() };
    let written = app.write(Durability::Relaxed, move |write, _| write.insert(&key, &aged)).await;
    written.unwrap();
    assert_eq!(root.ask(&instance, &old, clip.len()).await.status, StatusCode::NOT_FOUND);
    app.blocking(uploads::sweep).await;
    assert_eq!(files(&instance).len(), 1);
    assert_arrived(&root.ask(&instance, &young, clip.len()).await, "");
}
