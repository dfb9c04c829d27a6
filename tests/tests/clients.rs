//! What people write scripts with, as its makers publish it: libraries of Python's world, unchanged, drive an instance.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tests::rig::{Client, Clip, Instance, Options, Sound, Upload, clip, eventually, in_checkout};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio::time::timeout;

/// Half a minute on an idle machine.
const DEADLINE: Duration = Duration::from_secs(10 * 60);
/// Operations that the library cannot read, and why.
const NOT_READ: &[(&str, &str)] = &[
    ("stats_overall", "there is no date of the most viewers while nobody watched; it knows dates alone"),
    ("homepage", "the instance has no page of its own: 404"),
    ("subscription_handle", "root follows nobody: 404"),
    ("passwords", "the video has none: 400"),
    (
        "accounts_name_video_playlists",
        "one's list to watch later is in no channel; it knows lists of channels alone",
    ),
    ("video_channel_syncs", "there are none: 404"),
    ("logs.", "it does not say since when: 400"),
    ("ratings", "an account's are its own: 403"),
];

/// Runs a script, and gives what it prints.
async fn run(script: &str, words: &[&str]) -> Result<String> {
    let packages = in_checkout("target/scripts");
    ensure!(packages.join("pypeertube").is_dir(), "target/scripts is missing: `cargo xtask fetch` brings it");
    let mut command = Command::new("python3");
    command.arg(in_checkout("tests/clients").join(script)).args(words);
    command.env("PYTHONPATH", packages).env("PYTHONDONTWRITEBYTECODE", "1");
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output();
    let output = timeout(DEADLINE, output).await.with_context(|| format!("{script} does not end"))??;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{script}: {said}");
    Ok(String::from_utf8(output.stdout)?)
}

fn film() -> Result<std::path::PathBuf> {
    clip(&Clip { seconds: 2, width: 426, height: 240, sound: Sound::None, ..Clip::default() })
}

/// An instance in which everything is there once.
async fn fill(admin: &Client, film: &Path) -> Result<Value> {
    let uuid = Upload::file(admin, &json!({ "name": "A film", "privacy": 1, "tags": ["sea"] }), film).await?;
    Upload::finished(admin, &uuid, DEADLINE).await?;
    let make = async |path: &str, body: Value, pointer: &str| -> Result<Value> {
        let said = admin.post(&format!("/api/v1/{path}"), &body).await?.expect(200)?.json()?;
        said.pointer(pointer).cloned().with_context(|| format!("{path} gives no {pointer}: {said}"))
    };
    let thread =
        make(&format!("videos/{uuid}/comment-threads"), json!({ "text": "Thanks" }), "/comment/id").await?;
    let list = json!({ "displayName": "Evenings", "privacy": 1, "videoChannelId": 1 });
    let list = make("video-playlists", list, "/videoPlaylist/id").await?;
    let element = json!({ "videoId": uuid });
    make(&format!("video-playlists/{list}/videos"), element, "/videoPlaylistElement/id").await?;
    let abuse = json!({ "reason": "Not nice", "comment": { "id": thread } });
    let abuse = make("abuses", abuse, "/abuse/id").await?;
    let chapters = json!({ "chapters": [{ "timecode": 0, "title": "Beginning" }] });
    admin.put(&format!("/api/v1/videos/{uuid}/chapters"), &chapters).await?.expect(204)?;
    let me = admin.get("/api/v1/users/me").await?.expect(200)?.json()?;
    let channel = me.pointer("/videoChannels/0/name").cloned().context("no channel")?;
    let number = me.pointer("/id").cloned().context("no number")?;
    Ok(json!({
        "id": uuid, "name": "root", "channel_handle": channel, "handle": channel, "playlist_id": list,
        "thread_id": thread, "state": "completed", "search": "film", "uris": [channel], "video_ids": [1],
        "video_id": 1, "metric": "viewers", "abuse_id": abuse, "account_name": "root", "user_id": 1,
        "subscription_handle": "nobody@elsewhere.example", "host": "elsewhere.example",
        "parts": { "users": { "id": number }, "session": { "id": number } },
    }))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_whose_models_are_strict_reads_all_that_is_given() -> Result<()> {
    let mut server = Instance::start().await?;
    let admin = server.admin().await?;
    let names = fill(&admin, &film()?).await?;
    let token = admin.token().context("nobody is signed in")?;
    let told = run("read.py", &[&server.url(""), token, &names.to_string()]).await?;
    let mut read = 0;
    let mut wrong = Vec::new();
    for line in told.lines() {
        let told: Value = serde_json::from_str(line)?;
        let name = told["name"].as_str().context("no name")?;
        let is_known = NOT_READ.iter().any(|(known, _)| name.contains(known));
        let needs_other = told["unnamed"].as_array().is_some_and(|names| !names.is_empty());
        match told["status"].as_u64() {
            Some(200) => read += 1,
            _ if is_known || needs_other => {}
            _ => wrong.push(told),
        }
    }
    ensure!(wrong.is_empty(), "{wrong:#?}\n{}", server.log());
    // Each operation is there under two names.
    ensure!(100 <= read, "it read {read} alone: {told}");
    server.stop().await?;
    Ok(())
}

/// A film in which somebody says something.
fn said(folder: &Path, words: &str) -> Result<std::path::PathBuf> {
    let film = folder.join("said.mp4");
    let mut ffmpeg = std::process::Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-f", "lavfi", "-i", &format!("flite=text='{words}':voice=slt")]);
    ffmpeg.args(["-f", "lavfi", "-i", "color=c=navy:size=320x180:rate=25", "-shortest"]);
    ffmpeg.args(["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac", "-ar", "48000"]).arg(&film);
    let output = ffmpeg.output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(film)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_in_a_film_is_written_down() -> Result<()> {
    let engine = in_checkout("tests/clients/listen.py");
    let options = Options::default()
        .set("transcription.enabled", true)
        .set("transcription.engine", engine.to_str().context("an odd path")?);
    let mut server = Instance::start_with(options).await?;
    let admin = server.admin().await?;
    let place = tempfile::tempdir()?;
    let film = said(place.path(), "the weather is good today")?;

    // Who wants it at once says so with the film; others ask for it later.
    let form = |wanted: bool| json!({ "name": "Weather", "privacy": 1, "generateTranscription": wanted });
    let wanted = Upload::file(&admin, &form(true), &film).await?;
    let later = Upload::file(&admin, &form(false), &film).await?;
    let captions = async |uuid: &str| -> Result<Value> {
        admin.get(&format!("/api/v1/videos/{uuid}/captions")).await?.expect(200)?.json()
    };
    for uuid in [&wanted, &later] {
        Upload::finished(&admin, uuid, DEADLINE).await?;
    }
    assert_eq!(captions(&later).await?["total"], 0);
    let ask = format!("/api/v1/videos/{later}/captions/generate");
    admin.post(&ask, &json!({})).await?.expect(204)?;
    for uuid in [&wanted, &later] {
        let told = eventually("what is said is written down", DEADLINE, async || {
            let told = captions(uuid).await?;
            Ok((told["total"] == 1).then_some(told))
        })
        .await?;
        let caption = &told["data"][0];
        assert_eq!(
            (&caption["language"]["id"], &caption["automaticallyGenerated"]),
            (&json!("en"), &json!(true))
        );
        let path = caption["captionPath"].as_str().context("no path")?;
        let text = admin.get(path).await?.expect(200)?.text();
        ensure!(text.contains("-->") && text.contains("weather") && text.contains("today"), "{text}");
        let video = admin.get(&format!("/api/v1/videos/{uuid}")).await?.expect(200)?.json()?;
        assert_eq!(video["language"]["id"], "en", "what it heard is a language, too");
    }
    // There is something now that somebody may have looked at.
    let again = admin.post(&ask, &json!({})).await?.expect(400)?.json()?;
    assert_eq!(again["code"], "video_already_has_captions");
    server.stop().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_makes_and_changes_what_a_maker_has() -> Result<()> {
    let mut server = Instance::start().await?;
    let admin = server.admin().await?;
    let picture = in_checkout("www/icons/shoal-512.png");
    let film = film()?;
    let path = |path: &Path| path.to_str().map(str::to_owned).context("an odd path");
    let (address, picture, film) = (server.url(""), path(&picture)?, path(&film)?);
    run("make.py", &[&address, "root", tests::rig::ADMIN_PASSWORD, &film, &picture]).await?;
    eventually("what stood in the channel goes with it", DEADLINE, async || {
        let lists = admin.get("/api/v1/video-playlists").await?.expect(200)?.json()?;
        Ok((lists["total"] == 0).then_some(()))
    })
    .await?;
    server.stop().await?;
    Ok(())
}

/// What a script that reads a feed with a package of npm says of one.
async fn read_by(script: &str, package: &str, feed: String) -> Result<Value> {
    let packages = in_checkout("target/npm/node_modules");
    let is_there = packages.join(package).is_dir();
    ensure!(is_there, "target/npm is missing {package}: `cargo xtask fetch` brings it");
    let mut node = Command::new("node");
    node.arg(in_checkout("tests/clients").join(script)).env("NODE_PATH", packages);
    let mut node = node.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
    let mut input = node.stdin.take().context("no pipe")?;
    let told = async {
        input.write_all(feed.as_bytes()).await?;
        drop(input);
        Ok::<_, anyhow::Error>(node.wait_with_output().await?)
    };
    let output = timeout(DEADLINE, told).await.with_context(|| format!("{script} does not end"))??;
    ensure!(output.status.success(), "{script}: {}", output.status);
    Ok(serde_json::from_slice(&output.stdout)?)
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_and_podcast_apps_read_what_is_new() -> Result<()> {
    let mut server = Instance::start().await?;
    let admin = server.admin().await?;
    let film = clip(&Clip { seconds: 2, width: 426, height: 240, ..Clip::default() })?;
    let names = fill(&admin, &film).await?;
    let uuid = names["id"].as_str().context("no video")?.to_owned();
    let change = json!({ "name": "A film & <more>", "description": "**Bold** words", "language": "fr", "category": 15 });
    admin.put(&format!("/api/v1/videos/{uuid}"), &change).await?.expect(204)?;
    let me = admin.get("/api/v1/users/me").await?.expect(200)?.json()?;
    let channel = me.pointer("/videoChannels/0/id").context("no channel")?.clone();
    let podcast = server.url(&format!("/feeds/podcast/videos.xml?videoChannelId={channel}"));
    // Lengths that nobody waited for are found behind the first answer.
    let measured = async || {
        let feed = server.client().get(&podcast).await.ok()?.text();
        let all = feed.matches("<podcast:alternateEnclosure type=\"video").count()
            + feed.matches("<podcast:alternateEnclosure type=\"audio").count();
        (0 < all && all == feed.matches("\" length=\"").count().saturating_sub(1)).then_some(feed)
    };
    let feed = eventually("lengths are measured", DEADLINE, async || Ok(measured().await)).await?;
    let told = run(
        "feeds.py",
        &[
            &server.url("/feeds/videos.xml"),
            &server.url("/feeds/videos.atom"),
            &server.url(&format!("/feeds/video-comments.xml?videoId={uuid}")),
            &format!("podcast={podcast}"),
        ],
    )
    .await?;
    let told: Vec<Value> = told.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let [rss, atom, comments, heard] = &told[..] else { anyhow::bail!("four feeds: {told:#?}") };
    for (feed, kind) in [(rss, "rss20"), (atom, "atom10"), (comments, "rss20")] {
        ensure!(feed["wrong"].is_null() && feed["kind"] == kind && feed["unchanged"] == true, "{feed:#}");
        ensure!(feed.pointer("/items/0/dated") == Some(&json!(true)), "{feed:#}");
    }
    for feed in [rss, atom] {
        let item = feed.pointer("/items/0").context("nothing in it")?;
        ensure!(
            item["title"] == "A film & <more>" && item["html"][0] == "<p><strong>Bold</strong> words</p>",
            "{item:#}"
        );
        is_as_long_as_it_says(&server, &item["enclosures"][0]["href"], &item["enclosures"][0]["length"])
            .await?;
    }
    ensure!(rss["items"][0]["media"].as_array().is_some_and(|media| !media.is_empty()), "{rss:#}");
    ensure!(comments["items"][0]["html"][0] == "<p>Thanks</p>", "{comments:#}");

    let episode = heard.pointer("/episodes/0").context("no episode")?;
    ensure!(episode["title"] == "A film & <more>" && episode["total_time"] == 2, "{episode:#}");
    ensure!(heard.pointer("/itunes_categories/0/0") == Some(&json!("Technology")), "{heard:#}");
    is_as_long_as_it_says(&server, &episode["enclosures"][0]["url"], &episode["enclosures"][0]["file_size"])
        .await?;
    let chapters = episode["chapters_json_url"].as_str().context("no chapters")?;
    let chapters = server.client().get(chapters).await?.expect(200)?;
    ensure!(
        chapters.json()?.pointer("/chapters/0/title") == Some(&json!("Beginning")),
        "{}",
        chapters.text()
    );

    let heard = read_by("podcast.cjs", "podcast-partytime", feed).await?;
    ensure!(
        heard["medium"] == "video" && heard["guid"].as_str().is_some_and(|guid| guid.len() == 36),
        "{heard:#}"
    );
    let episode = heard.pointer("/items/0").context("no episode")?;
    let others = episode["alternativeEnclosures"].as_array().context("no other files")?;
    for other in others.iter().filter(|other| other["length"].as_u64().is_some_and(|length| 0 < length)) {
        is_as_long_as_it_says(&server, &other["source"][0]["uri"], &other["length"]).await?;
    }
    ensure!(2 <= others.len(), "pictures with sound, and sound alone: {episode:#}");
    ensure!(
        episode.pointer("/podcastChapters/type") == Some(&json!("application/json+chapters")),
        "{episode:#}"
    );
    ensure!(
        episode.pointer("/podcastSocialInteraction/0/platform") == Some(&json!("activitypub")),
        "{episode:#}"
    );
    server.stop().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_feed_is_valid() -> Result<()> {
    let mut server = Instance::start().await?;
    let admin = server.admin().await?;
    let film = clip(&Clip { seconds: 2, width: 426, height: 240, ..Clip::default() })?;
    let names = fill(&admin, &film).await?;
    let uuid = names["id"].as_str().context("no video")?.to_owned();
    let change = json!({ "name": "A film & <more>", "description": "**Bold** words", "language": "fr", "category": 15 });
    admin.put(&format!("/api/v1/videos/{uuid}"), &change).await?.expect(204)?;
    let me = admin.get("/api/v1/users/me").await?.expect(200)?.json()?;
    let of_me = |pointer: &str| {
        let found = me.pointer(pointer).with_context(|| format!("no {pointer}: {me}"))?;
        anyhow::Ok(found.as_str().map_or_else(|| found.to_string(), str::to_owned))
    };
    let (channel, host) = (of_me("/videoChannels/0/name")?, of_me("/videoChannels/0/host")?);
    let wish = json!({ "uri": format!("{channel}@{host}") });
    admin.post("/api/v1/users/me/subscriptions", &wish).await?.expect(204)?;
    let tokens = admin.get("/api/v1/users/scoped-tokens").await?.expect(200)?.json()?;
    let token = tokens["feedToken"].as_str().context("no token")?;
    let feeds = [
        ("videos", String::new()),
        ("videos", format!("?accountName={}", of_me("/account/name")?)),
        ("videos", format!("?videoChannelName={channel}")),
        ("video-comments", String::new()),
        ("video-comments", format!("?videoId={uuid}")),
        ("subscriptions", format!("?accountId={}&token={token}", of_me("/account/id")?)),
    ];
    let mut addresses = vec![
        server.url(&format!("/feeds/podcast/videos.xml?videoChannelId={}", of_me("/videoChannels/0/id")?)),
    ];
    for (name, query) in feeds {
        for ending in ["xml", "atom", "json"] {
            addresses.push(server.url(&format!("/feeds/{name}.{ending}{query}")));
        }
    }
    let told = run("judge.py", &addresses.iter().map(String::as_str).collect::<Vec<_>>()).await?;
    let told: Vec<Value> = told.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    assert_eq!(told.len(), addresses.len());
    for (address, told) in addresses.iter().zip(&told) {
        ensure!(told["items"].as_u64().is_some_and(|items| 0 < items), "{address} has nothing in it: {told}");
    }
    for address in addresses.iter().filter(|address| address.contains(".json")) {
        let feed = server.client().get(address).await?.expect(200)?.text();
        let wrong = read_by("jsonfeed.cjs", "jsonfeed-schema", feed).await?;
        ensure!(wrong == json!([]), "{address}: {wrong:#}");
    }
    server.stop().await?;
    Ok(())
}

/// What is fetched from an address in a feed is as long as the feed says.
async fn is_as_long_as_it_says(server: &Instance, url: &Value, length: &Value) -> Result<()> {
    let url = url.as_str().context("no address")?;
    let said = length.as_u64().or_else(|| length.as_str()?.parse().ok()).context("no length")?;
    let whole = server.client().get(url).await?.expect(200)?;
    ensure!(u64::try_from(whole.body.len())? == said, "{url}: {} bytes, said to be {said}", whole.body.len());
    Ok(())
}
