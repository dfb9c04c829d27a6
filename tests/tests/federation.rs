//! Instances that follow each other: three of ours on one machine, as people run them.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tests::rig::{Client, Clip, Instance, Options, Sound, Upload, clip, eventually};

/// Everything a story waits for takes a few seconds on an idle machine.
const SOON: Duration = Duration::from_secs(120);
/// Who was away has everything by then.
const BACK: Duration = Duration::from_secs(5 * 60);

/// Instances that may talk to each other.
async fn network<const N: usize>() -> Result<[Instance; N]> {
    network_with(&Options::default()).await
}

async fn network_with<const N: usize>(options: &Options) -> Result<[Instance; N]> {
    let mut all = Vec::new();
    for _ in 0..N {
        all.push(Instance::start_with(options.clone().set("transcoding.heights", "240")).await?);
    }
    let hosts: Vec<String> = all.iter().map(|one| one.address().to_string()).collect();
    for one in &mut all {
        one.stop().await?;
        one.set("federation.allow_private_hosts", hosts.join(","));
    }
    for one in &mut all {
        one.restart().await?;
    }
    all.try_into().map_err(|_| anyhow::anyhow!("not as many as were started"))
}

fn host(of: &Instance) -> String {
    of.address().to_string()
}

async fn publish(admin: &Client, name: &str) -> Result<String> {
    let film = clip(&Clip { seconds: 2, width: 426, height: 240, sound: Sound::None, ..Clip::default() })?;
    let uuid = Upload::file(admin, &json!({ "name": name, "privacy": 1, "tags": ["sea"] }), &film).await?;
    Upload::finished(admin, &uuid, SOON).await?;
    Ok(uuid)
}

/// What an address gives once it gives what is looked for there.
async fn until<T>(client: &Client, path: &str, look: impl Fn(&Value) -> Option<T>) -> Result<T> {
    within(SOON, client, path, look).await
}

async fn within<T>(
    deadline: Duration,
    client: &Client,
    path: &str,
    look: impl Fn(&Value) -> Option<T>,
) -> Result<T> {
    let mut last = String::new();
    let found = eventually(path, deadline, async || {
        let answer = client.get(path).await?;
        last = answer.text();
        let said: Value = answer.json().unwrap_or_default();
        Ok(look(&said))
    });
    found.await.with_context(|| format!("{} says {last}", client.base()))
}

/// The row of a list that has this name.
fn named(said: &Value, name: &str) -> Option<Value> {
    said.pointer("/data")?.as_array()?.iter().find(|row| row.pointer("/name") == Some(&json!(name))).cloned()
}

fn text(of: &Value, pointer: &str) -> Result<String> {
    let found = of.pointer(pointer).and_then(Value::as_str);
    found.map(str::to_owned).with_context(|| format!("no {pointer} in {of}"))
}

/// Whoever is signed in follows a channel elsewhere.
async fn subscribe(client: &Client, handle: &str) -> Result<()> {
    client.post("/api/v1/users/me/subscriptions", &json!({ "uri": handle })).await?.expect(204)?;
    let path = format!("/api/v1/users/me/subscriptions/{handle}");
    until(client, &path, |said| said.pointer("/id").map(drop)).await
}

async fn followers(of: &Client, channel: &str) -> Result<u64> {
    let said = of.get(&format!("/api/v1/video-channels/{channel}")).await?.expect(200)?.json()?;
    said.pointer("/followersCount").and_then(Value::as_u64).context("no count")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_published_on_one_instance_is_watched_and_discussed_on_two_others() -> Result<()> {
    let [mut sea, mut harbour, mut town] = network::<3>().await?;
    let (at_sea, at_harbour, in_town) = (sea.admin().await?, harbour.admin().await?, town.admin().await?);
    let channel = "root_channel";
    let old = publish(&at_sea, "Before anybody listened").await?;

    // Somebody follows a channel, an instance follows an instance.
    let handle = format!("{channel}@{}", host(&sea));
    subscribe(&at_harbour, &handle).await?;
    let body = json!({ "hosts": [host(&sea)], "handles": [] });
    in_town.post("/api/v1/server/following", &body).await?.expect(204)?;
    until(&in_town, "/api/v1/server/following", |said| {
        let state = said.pointer("/data/0/state").and_then(Value::as_str);
        (state == Some("accepted")).then_some(())
    })
    .await?;
    until(&at_sea, &format!("/api/v1/video-channels/{channel}"), |said| {
        said.pointer("/followersCount").and_then(Value::as_u64).filter(|count| *count == 1)
    })
    .await?;

    // What was published before comes, too, and tells nobody.
    until(&at_harbour, "/api/v1/videos", |said| named(said, "Before anybody listened")).await?;

    // What is published now appears on both.
    let uuid = publish(&at_sea, "The tide comes in").await?;
    for client in [&at_harbour, &in_town] {
        let row = until(client, "/api/v1/videos", |said| named(said, "The tide comes in")).await?;
        assert_eq!(text(&row, "/uuid")?, uuid);
        assert_eq!(row.pointer("/isLocal"), Some(&json!(false)));
        assert_eq!(text(&row, "/channel/host")?, host(&sea));
        assert_eq!(text(&row, "/account/host")?, host(&sea));
        let video = client.get(&format!("/api/v1/videos/{uuid}")).await?.expect(200)?.json()?;
        let playlist = text(&video, "/streamingPlaylists/0/playlistUrl")?;
        assert!(playlist.starts_with(&sea.url("/")), "{playlist}");
        let picture = text(&video, "/thumbnailPath")?;
        let picture = client.get(&picture).await?.expect(200)?;
        assert_eq!(picture.header("content-type"), "image/jpeg");
    }
    until(&at_harbour, "/api/v1/users/me/subscriptions/videos", |said| named(said, "The tide comes in"))
        .await?;
    let news = until(&at_harbour, "/api/v1/users/me/notifications", |said| {
        let text = said.to_string();
        text.contains(&uuid).then_some(text)
    })
    .await?;
    assert!(!news.contains(&old), "{news}");

    // What is said about it here is read there, and the other way round.
    let threads = format!("/api/v1/videos/{uuid}/comment-threads");
    at_harbour.post(&threads, &json!({ "text": "Seen from the **harbour**" })).await?.expect(200)?;
    let thread = until(&at_sea, &threads, |said| said.pointer("/data/0").cloned()).await?;
    assert_eq!(text(&thread, "/account/host")?, host(&harbour));
    let reply = format!("/api/v1/videos/{uuid}/comments/{}", thread.pointer("/id").context("no number")?);
    at_sea.post(&reply, &json!({ "text": "And from the sea" })).await?.expect(200)?;
    for client in [&at_harbour, &in_town] {
        until(client, &threads, |said| {
            said.pointer("/data/0/totalReplies").and_then(Value::as_u64).filter(|replies| *replies == 1)
        })
        .await?;
    }
    at_harbour
        .put(&format!("/api/v1/videos/{uuid}/rate"), &json!({ "rating": "like" }))
        .await?
        .expect(204)?;
    until(&at_sea, &format!("/api/v1/videos/{uuid}"), |said| {
        said.pointer("/likes").and_then(Value::as_u64).filter(|likes| *likes == 1)
    })
    .await?;

    // While one is away, much happens.
    harbour.kill()?;
    let form = json!({ "name": "The tide goes out" });
    at_sea.put(&format!("/api/v1/videos/{uuid}"), &form).await?.expect(204)?;
    let missed = publish(&at_sea, "While you were away").await?;
    at_sea.delete(&format!("/api/v1/videos/{old}")).await?.expect(204)?;
    until(&in_town, "/api/v1/videos", |said| named(said, "The tide goes out")).await?;
    until(&in_town, "/api/v1/videos", |said| named(said, "While you were away")).await?;
    until(&in_town, "/api/v1/videos", |said| named(said, "Before anybody listened").is_none().then_some(()))
        .await?;
    harbour.restart().await?;
    let at_harbour = harbour.admin().await?;
    within(BACK, &at_harbour, "/api/v1/videos", |said| named(said, "The tide goes out")).await?;
    within(BACK, &at_harbour, "/api/v1/videos", |said| named(said, "While you were away")).await?;
    within(BACK, &at_harbour, "/api/v1/videos", |said| {
        named(said, "Before anybody listened").is_none().then_some(())
    })
    .await?;

    // What is made private goes everywhere.
    let form = json!({ "privacy": 3 });
    at_sea.put(&format!("/api/v1/videos/{missed}"), &form).await?.expect(204)?;
    for client in [&at_harbour, &in_town] {
        let path = format!("/api/v1/videos/{missed}");
        eventually("the private video to go", SOON, async || {
            Ok((client.get(&path).await?.status == 404).then_some(()))
        })
        .await?;
    }

    // Who leaves is not counted any more.
    at_harbour.delete(&format!("/api/v1/users/me/subscriptions/{handle}")).await?.expect(204)?;
    eventually("nobody to follow the channel", SOON, async || {
        Ok((followers(&at_sea, channel).await? == 0).then_some(()))
    })
    .await?;
    for server in [&mut sea, &mut harbour, &mut town] {
        server.stop().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_is_found_by_its_address_and_by_its_name() -> Result<()> {
    let [mut sea, mut harbour] = network::<2>().await?;
    let (at_sea, at_harbour) = (sea.admin().await?, harbour.admin().await?);
    let uuid = publish(&at_sea, "To be found").await?;
    let handle = format!("root_channel@{}", host(&sea));
    let path = format!("/api/v1/search/video-channels?search={handle}");
    // Nobody is asked on behalf of strangers.
    let nothing = harbour.client().get(&path).await?.expect(200)?.json()?;
    assert_eq!(nothing.pointer("/total"), Some(&json!(0)), "{nothing}");
    let address = sea.url(&format!("/videos/watch/{uuid}"));
    let found =
        at_harbour.get(&format!("/api/v1/search/videos?search={address}")).await?.expect(200)?.json()?;
    assert_eq!(text(&found, "/data/0/uuid")?, uuid, "{found}");
    let found = at_harbour.get(&path).await?.expect(200)?.json()?;
    assert_eq!(text(&found, "/data/0/host")?, host(&sea), "{found}");
    let channel = at_harbour.get(&format!("/api/v1/video-channels/{handle}")).await?.expect(200)?.json()?;
    assert_eq!(channel.pointer("/isLocal"), Some(&json!(false)));
    for server in [&mut sea, &mut harbour] {
        server.stop().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_wanted_does_not_follow() -> Result<()> {
    let [mut sea, mut harbour] = network::<2>().await?;
    let (at_sea, in_harbour) = (sea.admin().await?, harbour.admin().await?);
    sea.stop().await?;
    sea.set("followers.instance.manual_approval", "true");
    sea.restart().await?;
    let at_sea = Client::new(&sea.url("")).with_token(at_sea.token().context("no token")?);
    let body = json!({ "hosts": [host(&sea)], "handles": [] });
    in_harbour.post("/api/v1/server/following", &body).await?.expect(204)?;
    let row = until(&at_sea, "/api/v1/server/followers", |said| said.pointer("/data/0").cloned()).await?;
    assert_eq!(text(&row, "/state")?, "pending");
    let name = format!("{}@{}", text(&row, "/follower/name")?, text(&row, "/follower/host")?);
    at_sea.post(&format!("/api/v1/server/followers/{name}/accept"), &json!({})).await?.expect(204)?;
    until(&in_harbour, "/api/v1/server/following", |said| {
        let state = said.pointer("/data/0/state").and_then(Value::as_str);
        (state == Some("accepted")).then_some(())
    })
    .await?;
    at_sea.delete(&format!("/api/v1/server/followers/{name}")).await?.expect(204)?;
    until(&at_sea, "/api/v1/server/followers", |said| {
        (said.pointer("/total") == Some(&json!(0))).then_some(())
    })
    .await?;
    for server in [&mut sea, &mut harbour] {
        server.stop().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_away_for_three_days_has_everything_within_minutes() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let calendar = folder.path().join("calendar");
    std::fs::write(&calendar, "+0")?;
    let [mut sea, mut harbour, mut town] = network_with::<3>(&Options::default().dated_by(&calendar)).await?;
    let (at_sea, at_harbour) = (sea.admin().await?, harbour.admin().await?);
    let old = publish(&at_sea, "To be deleted").await?;
    let uuid = publish(&at_sea, "The long weekend").await?;
    let handle = format!("root_channel@{}", host(&sea));
    subscribe(&at_harbour, &handle).await?;
    subscribe(&town.admin().await?, &handle).await?;
    for name in ["To be deleted", "The long weekend"] {
        until(&at_harbour, "/api/v1/videos", |said| named(said, name)).await?;
    }
    harbour.kill()?;

    // A day at a time, in which the others live. Who signed in has to do it again.
    let threads = format!("/api/v1/videos/{uuid}/comment-threads");
    for day in 1..=3 {
        let before = std::fs::read_to_string(&calendar)?;
        // One write: nobody reads half of it.
        let next = folder.path().join("next");
        std::fs::write(&next, format!("+{day}d"))?;
        std::fs::rename(&next, &calendar).with_context(|| format!("after {before}"))?;
        let (at_sea, in_town) = (sea.admin().await?, town.admin().await?);
        until(&in_town, "/api/v1/videos", |said| named(said, "The long weekend")).await?;
        publish(&at_sea, &format!("Day {day}")).await?;
        until(&in_town, "/api/v1/videos", |said| named(said, &format!("Day {day}"))).await?;
        in_town.post(&threads, &json!({ "text": format!("On day {day}") })).await?.expect(200)?;
        until(&at_sea, &threads, |said| {
            said.pointer("/total").and_then(Value::as_u64).filter(|total| *total == day)
        })
        .await?;
    }
    let (at_sea, in_town) = (sea.admin().await?, town.admin().await?);
    in_town.put(&format!("/api/v1/videos/{uuid}/rate"), &json!({ "rating": "like" })).await?.expect(204)?;
    until(&at_sea, &format!("/api/v1/videos/{uuid}"), |said| {
        said.pointer("/likes").and_then(Value::as_u64).filter(|likes| *likes == 1)
    })
    .await?;
    at_sea.delete(&format!("/api/v1/videos/{old}")).await?.expect(204)?;
    until(&in_town, "/api/v1/videos", |said| named(said, "To be deleted").is_none().then_some(())).await?;

    harbour.restart().await?;
    let at_harbour = harbour.admin().await?;
    for day in 1..=3 {
        within(BACK, &at_harbour, "/api/v1/videos", |said| named(said, &format!("Day {day}"))).await?;
    }
    within(BACK, &at_harbour, "/api/v1/videos", |said| named(said, "To be deleted").is_none().then_some(()))
        .await?;
    within(BACK, &at_harbour, &threads, |said| {
        said.pointer("/total").and_then(Value::as_u64).filter(|total| *total == 3)
    })
    .await?;
    within(BACK, &at_harbour, &format!("/api/v1/videos/{uuid}"), |said| {
        said.pointer("/likes").and_then(Value::as_u64).filter(|likes| *likes == 1)
    })
    .await?;
    for server in [&mut sea, &mut harbour, &mut town] {
        server.stop().await?;
    }
    Ok(())
}
