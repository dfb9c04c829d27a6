//! The files that videos were made of: kept, taken away, and replaced by others.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use backend::store::Read;
use backend::store::records::{JobKind, VideoState};
use backend::store::tables::{JobKey, VideoKey};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::clips;
use crate::makers::{Maker, bob, root, until};
use crate::rig::{Answer, Instance, Part, instance, instance_with};

async fn publish(instance: &Instance, maker: &Maker) -> String {
    let channel = maker.channel.to_string();
    let parts = [
        Part::Text("name", "A clip"),
        Part::Text("channelId", &channel),
        Part::Text("privacy", "1"),
        Part::File("videofile", "clip.mp4", clips::mp4()),
    ];
    let answer = maker.single(instance, &parts).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    let video = answer.json()["video"]["uuid"].as_str().unwrap().to_owned();
    rest(instance).await;
    video
}

/// Waits until all is made that is not to wait for a while.
async fn rest(instance: &Instance) {
    let app = instance.running.app();
    until(|| {
        let mut jobs = app.store().table::<JobKey>().map(|row| row.unwrap().1.kind);
        jobs.all(|kind| matches!(kind, JobKind::RemoveSource(_) | JobKind::RemoveFormer(_)))
    })
    .await;
    let videos = app.store().table::<VideoKey>().map(|row| row.unwrap().1.state);
    assert!(videos.into_iter().all(|state| state == VideoState::Published));
}

async fn details(instance: &Instance, video: &str) -> Value {
    instance.get(&format!("/api/v1/videos/{video}")).send().await.json()
}

/// The path of an address.
fn path_of(address: &Value) -> String {
    let address = address.as_str().unwrap();
    let host = address.find("//").unwrap() + 2;
    address[host + address[host..].find('/').unwrap()..].to_owned()
}

async fn begin(instance: &Instance, who: &Maker, video: &str, body: &Value) -> Answer {
    let ask = instance.post(&format!("/api/v1/videos/{video}/source/replace-resumable")).bearer(&who.token);
    let length = clips::other().len().to_string();
    ask.header("x-upload-content-length", &length).json(body).send().await
}

/// The files of a video's streams and sources.
fn files(instance: &Instance, video: &str) -> BTreeSet<PathBuf> {
    let layout = instance.running.app().layout();
    let list = |folder: PathBuf| std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    list(layout.hls(video.parse().unwrap())).chain(list(layout.sources())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_is_kept_where_the_settings_say_so() {
    let instance = instance_with(|config| config.transcoding.keep_source = true).await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let video = publish(&instance, &bob).await;
    let path = format!("/api/v1/videos/{video}/source");
    let quota = async || {
        let used = instance.get("/api/v1/users/me/video-quota-used").bearer(&bob.token).send().await.json();
        used["videoQuotaUsed"].as_u64().unwrap()
    };
    let before = quota().await;
    // What is asked for in a minute is asked for now.
    let app = instance.running.app().clone();
    app.write(backend::store::Durability::Relaxed, |write, now| {
        let (key, _) = write.table::<VideoKey>().next().unwrap()?;
        backend::domain::work::ask(write, now, JobKind::RemoveSource(key.video))
    })
    .await
    .unwrap();
    app.wake_jobs();
    until(|| app.store().table::<VideoKey>().all(|row| row.unwrap().1.source_kept)).await;
    let source = instance.get(&path).bearer(&bob.token).send().await.json();
    let bytes = u64::try_from(clips::mp4().len()).unwrap();
    assert_eq!((quota().await - before, &source["size"]), (bytes, &json!(bytes)), "it counts");

    let address = path_of(&source["fileDownloadUrl"]);
    let bare = address.split('?').next().unwrap().to_owned();
    let taken = instance.get(&address).send().await;
    assert_eq!((taken.status, taken.body.as_ref() == clips::mp4()), (StatusCode::OK, true), "by its key");
    assert_eq!(instance.get(&bare).bearer(&bob.token).send().await.status, StatusCode::OK);
    assert_ne!(instance.get(&bare).send().await.status, StatusCode::OK, "its owner's alone");
    let key = instance.post(&format!("/api/v1/videos/{video}/token")).send().await.json();
    let viewers = format!("{bare}?videoFileToken={}", key["files"]["token"].as_str().unwrap());
    assert_ne!(instance.get(&viewers).send().await.status, StatusCode::OK, "not for viewers");
    assert_eq!(details(&instance, &video).await["files"], json!([]));

    let remove = format!("{path}/file");
    let delete =
        async |token: &str| instance.ask(Method::DELETE, &remove).bearer(token).send().await.status.as_u16();
    assert_eq!((delete(&bob.token).await, delete(&root.token).await), (204, 404));
    assert_eq!(instance.get(&bare).bearer(&bob.token).send().await.status, StatusCode::NOT_FOUND);
    assert_eq!(quota().await, before);
    let left = instance.get(&path).bearer(&bob.token).send().await.json();
    assert_eq!((&left["fileUrl"], &left["filename"]), (&Value::Null, &json!("clip.mp4")));
}

/// Has the one film that was replaced removed now, and gives how long it would have stayed.
async fn until_former(instance: &Instance) -> Duration {
    let app = instance.running.app().clone();
    let (left, folder, names) = app
        .write(backend::store::Durability::Relaxed, |write, now| {
            let (key, mut video) = write.table::<VideoKey>().next().unwrap()?;
            let former = video.former.as_mut().unwrap();
            let (left, names) = (former.until.since(now), former.names.clone());
            former.until = now;
            write.insert(&key, &video)?;
            backend::domain::work::ask(write, now, JobKind::RemoveFormer(key.video))?;
            Ok::<_, backend::store::StoreError>((left, video.uuid, names))
        })
        .await
        .unwrap();
    app.wake_jobs();
    let folder = app.layout().hls(folder);
    until(|| names.iter().all(|name| !folder.join(name).exists())).await;
    left
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_nothing_can_be_made_of_goes_and_its_maker_reads_why() {
    let instance = instance_with(|config| config.upload.replace = true).await;
    let root = root(&instance).await;
    let video = publish(&instance, &root).await;
    let quota = async || {
        let used = instance.get("/api/v1/users/me/video-quota-used").bearer(&root.token).send().await.json();
        used["videoQuotaUsed"].as_u64().unwrap()
    };
    let (before, shown) = (quota().await, details(&instance, &video).await["streamingPlaylists"].clone());
    let film = clips::other();
    let send = async || {
        let begun = begin(&instance, &root, &video, &json!({ "filename": "b.mp4" })).await;
        assert_eq!(begun.status, StatusCode::CREATED, "{:?}", begun.body);
        let path = path_of(&json!(begun.header("location")));
        let sent = root.put_piece(&instance, &path, film, 0, film.len()).await;
        assert_eq!(sent.status, StatusCode::NO_CONTENT, "{:?}", sent.body);
    };
    let rule = async |verb: &str| {
        let told = instance.post(&format!("/api/v1/jobs/{verb}")).bearer(&root.token).send().await;
        assert_eq!(told.status, StatusCode::NO_CONTENT);
    };
    rule("pause").await;
    send().await;
    assert_eq!(quota().await, before + u64::try_from(film.len()).unwrap(), "it counts while it waits");
    let sources = instance.running.app().layout().sources();
    let fresh = std::fs::read_dir(&sources).unwrap().map(|file| file.unwrap().path());
    let fresh = fresh.max_by_key(|path| path.as_os_str().len()).unwrap();
    std::fs::write(&fresh, "This is no film any more.").unwrap();
    rule("resume").await;
    let app = instance.running.app();
    until(|| app.store().table::<VideoKey>().all(|row| row.unwrap().1.replacement.is_none())).await;
    until(|| !fresh.exists()).await;
    assert_eq!(quota().await, before);
    let mine = instance.get(&format!("/api/v1/videos/{video}")).bearer(&root.token).send().await.json();
    assert_eq!(mine["processing"]["stage"], "failed", "{}", mine["processing"]);
    assert!(mine["processing"]["failure"].is_string());
    assert_eq!(
        (&details(&instance, &video).await["streamingPlaylists"], &mine["state"]["id"]),
        (&shown, &json!(1)),
        "it is shown as it was"
    );
    // The next one is welcome, and nothing more is said of the first.
    send().await;
    rest(&instance).await;
    let mine = instance.get(&format!("/api/v1/videos/{video}")).bearer(&root.token).send().await.json();
    assert_eq!((&mine["duration"], &mine["processing"]), (&json!(4), &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_replaces_another_once_all_is_made_of_it() {
    let closed = instance().await;
    let maker = root(&closed).await;
    let video = publish(&closed, &maker).await;
    assert_eq!(
        begin(&closed, &maker, &video, &json!({ "filename": "b.mp4" })).await.status,
        StatusCode::FORBIDDEN
    );

    let instance = instance_with(|config| config.upload.replace = true).await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let config = instance.get("/api/v1/config").send().await.json();
    assert_eq!(config["videoFile"]["update"]["enabled"], true);
    let video = publish(&instance, &root).await;
    let before = details(&instance, &video).await;
    let old_master = path_of(&before["streamingPlaylists"][0]["playlistUrl"]);
    let old_file = path_of(&before["streamingPlaylists"][0]["files"][0]["fileUrl"]);
    let said = instance.post(&format!("/api/v1/videos/{video}/comment-threads")).bearer(&bob.token);
    assert_eq!(said.json(&json!({ "text": "First!" })).send().await.status, StatusCode::OK);

    for (who, body, status) in [
        (&bob, json!({ "filename": "b.mp4" }), 403),
        (&root, json!({}), 400),
        (&root, json!({ "filename": 5 }), 400),
        (&root, json!({ "filename": "b.txt" }), 415),
    ] {
        assert_eq!(begin(&instance, who, &video, &body).await.status.as_u16(), status, "{body}");
    }
    let paused = instance.post("/api/v1/jobs/pause").bearer(&root.token).send().await;
    assert_eq!(paused.status, StatusCode::NO_CONTENT);
    let begun = begin(&instance, &root, &video, &json!({ "filename": "b.mp4" })).await;
    assert_eq!(begun.status, StatusCode::CREATED, "{:?}", begun.body);
    let path = path_of(&json!(begun.header("location")));
    let film = clips::other();
    // What is sent here becomes no video of its own.
    let elsewhere = path.replace(&format!("{video}/source/replace-resumable"), "upload-resumable");
    assert_eq!(root.put_piece(&instance, &elsewhere, film, 0, 10).await.status, StatusCode::NOT_FOUND);
    let half = film.len() / 2;
    assert_eq!(root.put_piece(&instance, &path, film, 0, half).await.status, StatusCode::PERMANENT_REDIRECT);
    for _ in 0..2 {
        let last = root.put_piece(&instance, &path, film, half, film.len()).await;
        assert_eq!(last.status, StatusCode::NO_CONTENT, "{:?}", last.body);
    }
    let again = begin(&instance, &root, &video, &json!({ "filename": "c.mp4" })).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "one at a time");
    assert_eq!(details(&instance, &video).await["streamingPlaylists"], before["streamingPlaylists"]);
    assert_eq!(instance.get(&old_master).send().await.status, StatusCode::OK, "the old film is shown");

    // What a crash leaves on its way is gone after the start, and what is needed is there.
    let uuid = video.parse().unwrap();
    let lost =
        instance.running.app().layout().hls(uuid).join(format!("{video}-00000000000000ff-master.m3u8"));
    let lost_source = instance.running.app().layout().sources().join(format!("{video}-00000000000000ff.mp4"));
    std::fs::write(&lost, "#EXTM3U").unwrap();
    std::fs::write(&lost_source, "x").unwrap();
    let instance = instance.restart().await;
    assert!(!lost.exists() && !lost_source.exists());
    assert_eq!(instance.get(&old_master).send().await.status, StatusCode::OK);
    let resumed = instance.post("/api/v1/jobs/resume").bearer(&root.token).send().await;
    assert_eq!(resumed.status, StatusCode::NO_CONTENT);
    rest(&instance).await;

    let after = details(&instance, &video).await;
    assert_eq!((&after["duration"], &before["duration"]), (&json!(4), &json!(2)));
    assert_eq!((&after["id"], &after["state"]), (&before["id"], &before["state"]));
    assert!(after["inputFileUpdatedAt"].is_string() && before["inputFileUpdatedAt"].is_null());
    assert_eq!(after["streamingPlaylists"][0]["id"], before["streamingPlaylists"][0]["id"]);
    assert_ne!(after["thumbnailPath"], before["thumbnailPath"], "its pictures follow");
    let threads = instance.get(&format!("/api/v1/videos/{video}/comment-threads")).send().await.json();
    assert_eq!(threads["total"], 1, "what was said stays");
    let heights: BTreeSet<u64> = after["streamingPlaylists"][0]["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["resolution"]["id"].as_u64().unwrap())
        .collect();
    assert_eq!(heights, BTreeSet::from([0, 240, 270]));
    // Whoever watched goes on, after a start as well, until there is nobody left who could have begun before.
    let instance = instance.restart().await;
    for old in [&old_master, &old_file] {
        assert_eq!(instance.get(old).send().await.status, StatusCode::OK, "{old}");
    }
    let former = until_former(&instance).await;
    let (half, hour) = (Duration::from_secs(1800), Duration::from_secs(3600));
    assert!(
        half < former && former <= hour + Duration::from_secs(3),
        "its length and an hour, of which {former:?} is left"
    );
    for old in [&old_master, &old_file] {
        assert_eq!(instance.get(old).send().await.status, StatusCode::NOT_FOUND, "{old}");
    }
    for file in after["streamingPlaylists"][0]["files"].as_array().unwrap() {
        assert_eq!(instance.get(&path_of(&file["fileUrl"])).send().await.status, StatusCode::OK);
    }
    let master = instance.get(&path_of(&after["streamingPlaylists"][0]["playlistUrl"])).send().await;
    assert_eq!(master.status, StatusCode::OK);
    let storyboards = instance.get(&format!("/api/v1/videos/{video}/storyboards")).send().await.json();
    let board = instance.get(storyboards["storyboards"][0]["storyboardPath"].as_str().unwrap()).send().await;
    assert_eq!(board.status, StatusCode::OK);
    let source = instance.get(&format!("/api/v1/videos/{video}/source")).bearer(&root.token).send().await;
    assert_eq!(source.json()["filename"], "b.mp4");
    let now = files(&instance, &video);
    assert!(now.iter().all(|path| !path.ends_with(format!("{video}.mp4"))), "the old file is gone: {now:?}");

    // Nothing is left of what was replaced, after another start neither.
    let instance = instance.restart().await;
    assert_eq!(files(&instance, &video), now);
    let last = details(&instance, &video).await;
    let master = |page: &Value| path_of(&page["streamingPlaylists"][0]["playlistUrl"]);
    assert_eq!(master(&last), master(&after));
}
