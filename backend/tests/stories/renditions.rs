//! Single qualities of a video: taken away by administrators, and made again.

use std::collections::BTreeMap;

use backend::store::records::{JobKind, Rendition, Video, VideoState};
use backend::store::tables::{JobKey, VideoKey};
use backend::store::{Durability, Read};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::digests::Digests;

use crate::clips;
use crate::makers::{Maker, bob, root, until};
use crate::rig::{Answer, Instance, Part, instance};

/// A film in two qualities, with its sound beside them.
async fn publish(instance: &Instance, maker: &Maker) -> String {
    let channel = maker.channel.to_string();
    let parts = [
        Part::Text("name", "A film"),
        Part::Text("channelId", &channel),
        Part::Text("privacy", "1"),
        Part::File("videofile", "clip.mp4", clips::other()),
    ];
    let answer = maker.single(instance, &parts).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    rest(instance).await;
    answer.json()["video"]["uuid"].as_str().unwrap().to_owned()
}

/// Waits until all is made that is not to wait for a while.
async fn rest(instance: &Instance) {
    let app = instance.running.app();
    until(|| {
        let mut jobs = app.store().table::<JobKey>().map(|row| row.unwrap().1.kind);
        jobs.all(|kind| matches!(kind, JobKind::RemoveSource(_)))
    })
    .await;
}

fn record(instance: &Instance) -> Video {
    instance.running.app().store().table::<VideoKey>().next().unwrap().unwrap().1
}

/// The files of the stream: number and path by lines, and where its master is.
async fn stream(instance: &Instance, video: &str) -> (BTreeMap<u64, (u64, String)>, String) {
    let page = instance.get(&format!("/api/v1/videos/{video}")).send().await.json();
    let stream = &page["streamingPlaylists"][0];
    let path = |address: &Value| {
        let address = address.as_str().unwrap();
        let host = address.find("//").unwrap() + 2;
        address[host + address[host..].find('/').unwrap()..].to_owned()
    };
    let file = |file: &Value| {
        let lines = file["resolution"]["id"].as_u64().unwrap();
        (lines, (file["id"].as_u64().unwrap(), path(&file["fileUrl"])))
    };
    (stream["files"].as_array().unwrap().iter().map(file).collect(), path(&stream["playlistUrl"]))
}

async fn delete(instance: &Instance, who: &Maker, path: &str) -> Answer {
    instance.ask(Method::DELETE, &format!("/api/v1/videos/{path}")).bearer(&who.token).send().await
}

async fn detail(instance: &Instance, who: &Maker, path: &str) -> (u16, String) {
    let answer = delete(instance, who, path).await;
    (answer.status.as_u16(), answer.json()["detail"].as_str().unwrap().to_owned())
}

async fn transcode(instance: &Instance, who: &Maker, video: &str, body: Value) -> u16 {
    let path = format!("/api/v1/videos/{video}/transcoding");
    instance.post(&path).bearer(&who.token).json(&body).send().await.status.as_u16()
}

async fn status(instance: &Instance, path: &str) -> u16 {
    instance.get(path).send().await.status.as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quality_goes_and_comes_again_and_the_last_stays() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let video = publish(&instance, &bob).await;
    let (before, old_master) = stream(&instance, &video).await;
    assert_eq!(before.keys().copied().collect::<Vec<_>>(), [0, 240, 270]);
    let (large, large_path) = before[&270].clone();

    // The stream as a whole is all there is to play, and there are no whole files beside it.
    let said = detail(&instance, &root, &format!("{video}/hls")).await;
    let whole = "Cannot delete HLS playlist since this video does not have Web Video files";
    assert_eq!(said, (400, whole.to_owned()));
    let said = detail(&instance, &root, &format!("{video}/web-videos")).await;
    assert_eq!(said, (400, "This video does not have Web Video files".to_owned()));
    assert_eq!(detail(&instance, &root, &format!("{video}/web-videos/{large}")).await.0, 404);
    assert_eq!(detail(&instance, &root, &format!("{video}/hls/999999")).await.0, 404);
    assert_eq!(detail(&instance, &root, &format!("{video}/hls/many")).await.0, 400);
    assert_eq!(detail(&instance, &bob, &format!("{video}/hls/{large}")).await.0, 403, "not its owner's");
    let (sound, _) = before[&0];
    let said = detail(&instance, &root, &format!("{video}/hls/{sound}")).await;
    assert!(said.0 == 400 && said.1.starts_with("Cannot delete audio file"), "{said:?}");

    let gone = delete(&instance, &root, &format!("{video}/hls/{large}")).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT, "{:?}", gone.body);
    let (after, master) = stream(&instance, &video).await;
    assert_eq!(after.keys().copied().collect::<Vec<_>>(), [0, 240]);
    assert_eq!(after[&240], before[&240], "the others keep their names");
    assert_ne!(master, old_master, "a place in it means what it meant");
    assert_eq!((status(&instance, &old_master).await, status(&instance, &large_path).await), (404, 404));
    let text = String::from_utf8(instance.get(&master).send().await.body.to_vec()).unwrap();
    assert!(text.contains("240.m3u8") && !text.contains("270.m3u8"), "{text}");
    let left = record(&instance);
    let playlist = left.playlist.clone().unwrap();
    let digests = instance.running.app().layout().stream(left.uuid, &playlist.digests);
    let digests = std::fs::read_to_string(digests).unwrap();
    assert!(Digests::parse(&digests).is_ok() && !digests.contains("-270-"), "{digests}");

    // What is left keeps its last pictures.
    let (small, _) = after[&240];
    let said = detail(&instance, &root, &format!("{video}/hls/{small}")).await;
    assert!(said.0 == 400 && said.1.starts_with("Cannot delete last HLS playlist file"), "{said:?}");

    // Again from the uploaded file.
    assert_eq!(transcode(&instance, &bob, &video, json!({ "transcodingType": "hls" })).await, 403);
    assert_eq!(transcode(&instance, &root, &video, json!({})).await, 400);
    assert_eq!(transcode(&instance, &root, &video, json!({ "transcodingType": "web-video" })).await, 400);
    assert_eq!(transcode(&instance, &root, &video, json!({ "transcodingType": "hls" })).await, 204);
    rest(&instance).await;
    let (again, same) = stream(&instance, &video).await;
    assert_eq!(again.keys().copied().collect::<Vec<_>>(), [0, 240, 270]);
    assert_eq!(same, master, "what is added leaves the name alone");
    assert_ne!(again[&270].1, large_path, "other bytes under the old name would be taken for the old ones");
    assert_eq!(status(&instance, &large_path).await, 404);
    assert_eq!(status(&instance, &again[&270].1).await, 200);
    assert_eq!(record(&instance).state, VideoState::Published);
    let instance = instance.restart().await;
    assert_eq!(stream(&instance, &video).await, (again, master));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_made_of_the_best_there_is() {
    let instance = instance().await;
    let root = root(&instance).await;
    let video = publish(&instance, &root).await;
    let app = instance.running.app().clone();
    // What comes in a minute comes now.
    app.write(Durability::Relaxed, |write, now| {
        let (key, _) = write.table::<VideoKey>().next().unwrap()?;
        backend::domain::work::ask(write, now, JobKind::RemoveSource(key.video))
    })
    .await
    .unwrap();
    app.wake_jobs();
    until(|| record(&instance).source.file.is_none()).await;
    rest(&instance).await;
    let (before, _) = stream(&instance, &video).await;
    let (small, _) = before[&240].clone();
    assert_eq!(
        delete(&instance, &root, &format!("{video}/hls/{small}")).await.status,
        StatusCode::NO_CONTENT
    );

    // While it is asked for, it is asked for once.
    let pause = |what: &str| instance.post(&format!("/api/v1/jobs/{what}")).bearer(&root.token).send();
    assert_eq!(pause("pause").await.status, StatusCode::NO_CONTENT);
    let hls = json!({ "transcodingType": "hls" });
    assert_eq!(transcode(&instance, &root, &video, hls.clone()).await, 204);
    let path = format!("/api/v1/videos/{video}/transcoding");
    let twice = instance.post(&path).bearer(&root.token).json(&hls).send().await;
    assert_eq!(
        (twice.status, &twice.json()["code"]),
        (StatusCode::CONFLICT, &json!("video_already_being_transcoded"))
    );
    let forced = json!({ "transcodingType": "hls", "forceTranscoding": true });
    assert_eq!(transcode(&instance, &root, &video, forced).await, 204);
    let transcodes = app
        .store()
        .table::<JobKey>()
        .filter(|row| matches!(row.as_ref().unwrap().1.kind, JobKind::Transcode(_)));
    assert_eq!(transcodes.count(), 1);
    let (large, _) = before[&270].clone();
    assert_eq!(
        delete(&instance, &root, &format!("{video}/hls/{large}")).await.status,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(pause("resume").await.status, StatusCode::NO_CONTENT);
    rest(&instance).await;
    let (after, _) = stream(&instance, &video).await;
    assert_eq!(after.keys().copied().collect::<Vec<_>>(), [0, 240, 270]);
    let playlist = record(&instance).playlist.unwrap();
    let of = |lines: u32| playlist.renditions.iter().find(|one| one.resolution() == lines).unwrap();
    let segments = |rendition: &Rendition| {
        let text = app.layout().stream(record(&instance).uuid, &rendition.playlist_name);
        std::fs::read_to_string(text).unwrap().lines().filter(|line| line.starts_with("#EXTINF")).count()
    };
    assert_eq!(segments(of(240)), segments(of(270)), "they are cut alike");
    // Nothing is missing now: nothing is made.
    assert_eq!(transcode(&instance, &root, &video, hls).await, 204);
    rest(&instance).await;
    assert_eq!(stream(&instance, &video).await.0, after);
}
