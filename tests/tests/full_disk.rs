//! An instance whose disk is full: what it refuses, what it keeps, and how it goes on when there is room again.

use std::time::Duration;

use anyhow::{Context, Result};
use bytes::Bytes;
use serde_json::{Value, json};
use tests::rig::{
    ADMIN_PASSWORD, Answer, Client, Clip, Instance, Options, SmallDisk, Upload, clip, eventually, leftovers,
    multipart,
};

const MIB: u64 = 1024 * 1024;
/// What one of these needs when nothing is in its way.
const DISK_BYTES: u64 = 700 * MIB;
/// Enough for uploads, which leave 256 MiB, and for work, which leaves 128 MiB.
const PLENTY: u64 = 400 * MIB;
const SOON: Duration = Duration::from_secs(60);
/// Room is looked for twice a minute, and then there is work to do.
const LATER: Duration = Duration::from_secs(300);

fn film() -> Result<std::path::PathBuf> {
    clip(&Clip { seconds: 4, width: 426, height: 240, ..Clip::default() })
}

fn refused_for_want_of_room(answer: &Answer) -> Result<()> {
    let problem = answer.problem()?;
    let detail = "The disk of this instance is full.";
    assert_eq!(problem, json!({ "status": 507, "code": "no_space_left", "detail": detail }));
    Ok(())
}

async fn published(admin: &Client, name: &str) -> Result<String> {
    let uuid = Upload::file(admin, &json!({ "name": name, "privacy": 1 }), &film()?).await?;
    Upload::finished(admin, &uuid, LATER).await?;
    Ok(uuid)
}

async fn name_of(client: &Client, uuid: &str) -> Result<Value> {
    let video = client.get(&format!("/api/v1/videos/{uuid}")).await?.expect(200)?.json()?;
    video.get("name").cloned().context("a video without a name")
}

/// The first bytes of a video, as players ask for them.
async fn plays(server: &Instance, uuid: &str) -> Result<()> {
    let client = server.client();
    let video = client.get(&format!("/api/v1/videos/{uuid}")).await?.expect(200)?.json()?;
    let master = video.pointer("/streamingPlaylists/0/playlistUrl").and_then(Value::as_str);
    let master = master.context("no playlist")?;
    client.get(master).await?.expect(200)?;
    let file = format!("/static/streaming-playlists/hls/{uuid}/{uuid}-240-fragmented.mp4");
    client.get_range(&file, "bytes=0-99").await?.expect(206)?;
    client.get("/").await?.expect(200).map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_does_not_fit_is_refused_and_leaves_nothing() -> Result<()> {
    let Some(disk) = SmallDisk::mount(DISK_BYTES)? else { return Ok(()) };
    let server = Instance::start_with(Options::default().on(disk.path())).await?;
    let admin = server.admin().await?;
    let uuid = published(&admin, "there before").await?;

    disk.leave((256 + 20) * MIB)?;
    let announced = Upload::try_begin(&admin, &json!({ "name": "large" }), "large.mp4", 50 * MIB).await?;
    refused_for_want_of_room(&announced)?;
    // Its length alone is no reason yet, since nobody knows how much of it is the form.
    let body = vec![0; usize::try_from(22 * MIB)?];
    let sent = multipart(&admin, &[("name", "large"), ("channelId", "1")], "large.mp4", &body).await?;
    refused_for_want_of_room(&sent)?;
    let left = leftovers(&admin, &server.data()).await?;
    assert!(left.is_empty(), "{left:?}");

    // The room is gone while bytes arrive: what came is kept for the one who sends it, until it is taken back.
    let bytes = Bytes::from(std::fs::read(film()?)?);
    let upload = Upload::begin(&admin, &json!({ "name": "small" }), "small.mp4", bytes.len() as u64).await?;
    upload.put(&admin, 0, bytes.slice(..1000)).await?.expect(308)?;
    disk.leave(0)?;
    let piece = upload.put(&admin, 1000, bytes.slice(1000..)).await?;
    refused_for_want_of_room(&piece)?;
    plays(&server, &uuid).await?;
    disk.leave(PLENTY)?;
    let received = upload.received(&admin).await?.context("it is still there")?;
    let video = upload.send_from(&admin, received, &bytes).await?;
    let small = video.get("uuid").and_then(Value::as_str).context("it is a video")?.to_owned();
    Upload::finished(&admin, &small, LATER).await?;
    let left = leftovers(&admin, &server.data()).await?;
    assert!(left.is_empty(), "{left:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn work_waits_for_room_and_its_owner_reads_why() -> Result<()> {
    let Some(disk) = SmallDisk::mount(DISK_BYTES)? else { return Ok(()) };
    let server = Instance::start_with(Options::default().on(disk.path())).await?;
    let admin = server.admin().await?;
    let bytes = Bytes::from(std::fs::read(film()?)?);
    let form = json!({ "name": "in need of room", "privacy": 1 });
    let upload = Upload::begin(&admin, &form, "film.mp4", bytes.len() as u64).await?;
    let half = bytes.len() / 2;
    upload.put(&admin, 0, bytes.slice(..half)).await?.expect(308)?;
    disk.leave(100 * MIB)?;
    let video = upload.send_from(&admin, half as u64, &bytes).await?;
    let uuid = video.get("uuid").and_then(Value::as_str).context("it is a video")?.to_owned();

    let delay = async |path: &str, pointer: &str| {
        eventually("its owner reads why it waits", SOON, async || {
            let told = admin.get(path).await?.expect(200)?.json()?;
            assert_eq!(told.pointer(&format!("{pointer}/failure")), None, "it is not given up");
            Ok(told.pointer(&format!("{pointer}/delay")).and_then(Value::as_str).map(str::to_owned))
        })
        .await
    };
    let reason = "The instance's disk is full.";
    assert_eq!(delay(&format!("/api/v1/videos/{uuid}"), "/processing").await?, reason);
    assert_eq!(delay("/api/v1/users/me/videos", "/data/0/processing").await?, reason);

    disk.leave(PLENTY)?;
    Upload::finished(&admin, &uuid, LATER).await?;
    plays(&server, &uuid).await?;
    let left = leftovers(&admin, &server.data()).await?;
    assert!(left.is_empty(), "{left:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_outlives_a_full_disk() -> Result<()> {
    let Some(disk) = SmallDisk::mount(DISK_BYTES)? else { return Ok(()) };
    let mut server = Instance::start_with(Options::default().on(disk.path())).await?;
    let admin = server.admin().await?;
    let uuid = published(&admin, "as it was").await?;
    let other = published(&admin, "to be deleted").await?;
    let path = format!("/api/v1/videos/{uuid}");
    let rename = async |admin: &Client, name: &str| admin.put(&path, &json!({ "name": name })).await;
    rename(&admin, "renamed").await?.expect(204)?;

    disk.leave(20 * MIB)?;
    refused_for_want_of_room(&rename(&admin, "refused").await?)?;
    assert_eq!(name_of(&server.client(), &uuid).await?, "renamed");
    plays(&server, &uuid).await?;
    // Somebody must be able to come in and make room.
    let admin = server.admin().await?;
    admin.delete(&format!("/api/v1/videos/{other}")).await?.expect(204)?;
    eventually("its files go", SOON, async || {
        Ok((!server.data().join("hls").join(&other).exists()).then_some(()))
    })
    .await?;

    disk.leave(MIB)?;
    let answer = server.client().try_sign_in("root", ADMIN_PASSWORD).await?;
    refused_for_want_of_room(&answer)?;
    refused_for_want_of_room(&rename(&admin, "refused again").await?)?;
    server.stop().await?;
    server.restart().await?;
    assert_eq!(name_of(&server.client(), &uuid).await?, "renamed");

    disk.leave(PLENTY)?;
    rename(&admin, "room again").await?.expect(204)?;
    server.kill()?;
    server.restart().await?;
    assert_eq!(name_of(&server.client(), &uuid).await?, "room again");
    server.client().get(&format!("/api/v1/videos/{other}")).await?.expect(404)?;
    plays(&server, &uuid).await
}
