//! An instance copies another's videos, and a third one's viewers hear of it.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tests::rig::{Client, Clip, CommandLine, Instance, Options, Sound, Upload, clip, eventually};

/// Everything a story waits for takes a few seconds on an idle machine.
const SOON: Duration = Duration::from_secs(120);

/// The command line's file of passwords knows no blanks.
const PASSWORD: &str = "a-password-for-stories";

/// Three instances that may talk to each other, of which the second copies what is new.
async fn network() -> Result<[Instance; 3]> {
    let mut all = Vec::new();
    for _ in 0..3 {
        let options = Options::default().set("transcoding.heights", "240").set("admin_password", PASSWORD);
        all.push(Instance::start_with(options).await?);
    }
    let hosts: Vec<String> = all.iter().map(|one| one.address().to_string()).collect();
    for (place, one) in all.iter_mut().enumerate() {
        one.stop().await?;
        one.set("federation.allow_private_hosts", hosts.join(","));
        if place == 1 {
            one.set("redundancy.strategies", "recently-added:1GB:10h:0");
            one.set("redundancy.check_interval", "1");
        }
    }
    for one in &mut all {
        one.restart().await?;
    }
    all.try_into().map_err(|_| anyhow::anyhow!("not as many as were started"))
}

fn host(of: &Instance) -> String {
    of.address().to_string()
}

fn text(of: &Value, pointer: &str) -> Result<String> {
    let found = of.pointer(pointer).and_then(Value::as_str);
    found.map(str::to_owned).with_context(|| format!("no {pointer} in {of}"))
}

/// Who keeps an instance.
async fn keeper(of: &Instance) -> Result<Client> {
    of.client().sign_in("root", PASSWORD).await
}

/// What an address gives once it gives what is looked for there.
async fn until<T>(client: &Client, path: &str, look: impl Fn(&Value) -> Option<T>) -> Result<T> {
    let mut last = String::new();
    let found = eventually(path, SOON, async || {
        let answer = client.get(path).await?;
        last = answer.text();
        Ok(look(&answer.json().unwrap_or_default()))
    });
    found.await.with_context(|| format!("{} says {last}", client.base()))
}

/// An instance follows another, and is answered.
async fn follow(client: &Client, whom: &Instance) -> Result<()> {
    let body = json!({ "hosts": [host(whom)], "handles": [] });
    client.post("/api/v1/server/following", &body).await?.expect(204)?;
    until(client, "/api/v1/server/following", |said| {
        let state = said.pointer("/data/0/state").and_then(Value::as_str);
        (state == Some("accepted")).then_some(())
    })
    .await
}

/// Where copies of a video lie, as its page says.
fn folders(video: &Value) -> Vec<String> {
    let copies = video.pointer("/streamingPlaylists/0/redundancies").and_then(Value::as_array);
    let copies = copies.into_iter().flatten();
    copies.filter_map(|copy| copy.pointer("/baseUrl")?.as_str().map(str::to_owned)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_made_told_of_served_and_given_up() -> Result<()> {
    let [mut sea, mut harbour, mut town] = network().await?;
    let (at_sea, at_harbour, in_town) = (keeper(&sea).await?, keeper(&harbour).await?, keeper(&town).await?);
    follow(&at_harbour, &sea).await?;
    follow(&in_town, &sea).await?;
    let path = format!("/api/v1/server/redundancy/{}", host(&sea));
    at_harbour.put(&path, &json!({ "redundancyAllowed": true })).await?.expect(204)?;
    let row = at_harbour.get("/api/v1/server/following").await?.expect(200)?.json()?;
    assert_eq!(row.pointer("/data/0/following/hostRedundancyAllowed"), Some(&json!(true)));

    let film = clip(&Clip { seconds: 6, width: 426, height: 240, sound: Sound::None, ..Clip::default() })?;
    let form = json!({ "name": "The tide comes in", "privacy": 1 });
    let uuid = Upload::file(&at_sea, &form, &film).await?;
    Upload::finished(&at_sea, &uuid, SOON).await?;

    // The harbour copies it, the sea hears of that, and tells the town.
    let page = format!("/api/v1/videos/{uuid}");
    let folder = harbour.url(&format!("/static/redundancy/hls/{uuid}"));
    for client in [&at_harbour, &at_sea, &in_town] {
        until(client, &page, |video| folders(video).contains(&folder).then_some(())).await?;
    }
    let list = "/api/v1/server/redundancy/videos?target=";
    let ours = at_harbour.get(&format!("{list}remote-videos")).await?.expect(200)?.json()?;
    assert_eq!(text(&ours, "/data/0/redundancies/streamingPlaylists/0/strategy")?, "recently-added");
    let theirs = at_sea.get(&format!("{list}my-videos")).await?.expect(200)?.json()?;
    assert_eq!(text(&theirs, "/data/0/redundancies/streamingPlaylists/0/fileUrl")?, folder);

    // Each byte is the publisher's.
    let video = at_sea.get(&page).await?.expect(200)?.json()?;
    let playlist = video.pointer("/streamingPlaylists/0").context("no playlist")?;
    let mut files = vec![text(playlist, "/playlistUrl")?, text(playlist, "/segmentsSha256Url")?];
    for file in playlist.pointer("/files").and_then(Value::as_array).context("no files")? {
        files.push(text(file, "/fileUrl")?);
    }
    for file in files {
        let name = file.rsplit('/').next().context("no name")?;
        let path = file.strip_prefix(&sea.url("")).context("not of the sea")?;
        let original = sea.client().get(path).await?.expect(200)?;
        let copied =
            harbour.client().get(&format!("/static/redundancy/hls/{uuid}/{name}")).await?.expect(200)?;
        // Behind its last segment a film has an index that nobody asks for, and that no digest covers.
        let rest = original.body.strip_prefix(&*copied.body).with_context(|| format!("{name} differs"))?;
        assert!(rest.is_empty() || (name.ends_with(".mp4") && rest.len() < 1000), "{name} ends early");
    }
    let document = format!("/redundancy/streaming-playlists/hls/{uuid}");
    let asking = harbour.client().with_header("accept", "application/activity+json");
    let said = asking.get(&document).await?.expect(200)?.json()?;
    assert_eq!(text(&said, "/object")?, sea.url(&format!("/videos/watch/{uuid}")));

    // After a hard end it is there as before.
    harbour.kill()?;
    harbour.restart().await?;
    let at_harbour = keeper(&harbour).await?;
    until(&at_harbour, &page, |video| folders(video).contains(&folder).then_some(())).await?;

    // It is given up, and all of them hear of that.
    at_harbour.put(&path, &json!({ "redundancyAllowed": false })).await?.expect(204)?;
    for client in [&at_harbour, &at_sea, &in_town] {
        until(client, &page, |video| folders(video).is_empty().then_some(())).await?;
    }
    assert_eq!(harbour.client().get(&document).await?.status, 404);
    eventually("the files to go", SOON, async || {
        let folder = harbour.data().join("redundancy");
        Ok(std::fs::read_dir(folder)?.next().is_none().then_some(()))
    })
    .await?;

    // Somebody asks for it at a terminal, and gives it up again.
    let id = at_harbour.get(&page).await?.expect(200)?.json()?["id"].to_string();
    let terminal = CommandLine::new()?;
    terminal.sign_in(harbour.url("").trim_end_matches('/'), "root", PASSWORD).await?;
    terminal.run(&["redundancy", "add", "--video", &id]).await?;
    for client in [&at_harbour, &at_sea, &in_town] {
        until(client, &page, |video| folders(video).contains(&folder).then_some(())).await?;
    }
    let twice = terminal.run(&["redundancy", "add", "--video", &id]).await;
    let refused = twice.err().context("it was asked for twice")?.to_string();
    assert!(refused.contains("already duplicated"), "{refused}");
    let held = terminal.run(&["redundancy", "list-my-redundancies"]).await?;
    assert!(held.contains("The tide comes in") && held.contains(&host(&harbour)), "{held}");
    let elsewhere = CommandLine::new()?;
    elsewhere.sign_in(sea.url("").trim_end_matches('/'), "root", PASSWORD).await?;
    let offered = elsewhere.run(&["redundancy", "list-remote-redundancies"]).await?;
    assert!(offered.contains("The tide comes in") && offered.contains(&host(&harbour)), "{offered}");
    terminal.run(&["redundancy", "remove", "--video", &id]).await?;
    for client in [&at_harbour, &at_sea, &in_town] {
        until(client, &page, |video| folders(video).is_empty().then_some(())).await?;
    }
    for server in [&mut sea, &mut harbour, &mut town] {
        server.stop().await?;
    }
    Ok(())
}
