//! What we publish in other people's programs: ffmpeg, hls.js in a browser, yt-dlp.

use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use shared::hls::{join_url, parse_multivariant};
use tests::rig::{
    Client, Clip, Driver, Instance, Options, Site, Sound, Tunnel, Upload, big_buck_bunny, clip, in_checkout,
};

/// For what the server makes of a film.
const LATER: Duration = Duration::from_secs(300);
/// For a browser that plays it.
const PLAYED: Duration = Duration::from_secs(120);

/// Pictures that refer to later ones, as every ordinary encoder makes them, over several segments.
fn film() -> Result<std::path::PathBuf> {
    clip(&Clip { seconds: 13, width: 640, height: 360, ..Clip::default() })
}

async fn published(admin: &Client, name: &str, film: &Path) -> Result<Value> {
    let uuid = Upload::file(admin, &json!({ "name": name, "privacy": 1 }), film).await?;
    Upload::finished(admin, &uuid, LATER).await
}

fn master_of(video: &Value) -> Result<&str> {
    video.pointer("/streamingPlaylists/0/playlistUrl").and_then(Value::as_str).context("no playlist")
}

/// What a program prints, if it ends well and has nothing to complain of.
fn contented(output: Output) -> Result<String> {
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success() && said.trim().is_empty(), "{}: {said}", output.status);
    Ok(String::from_utf8(output.stdout)?)
}

/// A stream as ffmpeg decodes it from the first frame to the last.
#[derive(Debug)]
struct Read {
    kind: String,
    frames: u64,
    /// When the first is shown, in seconds.
    begins: f64,
    /// When the last has been shown.
    ends: f64,
}

fn read(url: &str) -> Result<Vec<Read>> {
    let mut ffprobe = Command::new("ffprobe");
    ffprobe.args(["-v", "warning", "-of", "json", "-count_frames"]);
    ffprobe.args(["-show_entries", "stream=index,codec_type,nb_read_frames"]);
    ffprobe.args(["-show_entries", "packet=stream_index,pts_time", url]);
    let told: Value = serde_json::from_str(&contented(ffprobe.output()?)?)?;
    let rows = |name: &str| told.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let packets = rows("packets");
    let stream = |stream: &Value| -> Result<Read> {
        let index = stream.get("index");
        let own = packets.iter().filter(|packet| packet.get("stream_index") == index);
        let shown = own.map(|packet| {
            let text = packet.get("pts_time").and_then(Value::as_str).context("a frame without a time")?;
            Ok(text.parse::<f64>()?)
        });
        let shown: Vec<f64> = shown.collect::<Result<_>>()?;
        let begins = shown.iter().copied().fold(f64::INFINITY, f64::min);
        let last = shown.iter().copied().fold(0., f64::max);
        let gaps = shown.len().saturating_sub(1).max(1);
        #[expect(clippy::cast_precision_loss, reason = "hundreds of frames")]
        let frame = (last - begins) / gaps as f64;
        Ok(Read {
            kind: stream.get("codec_type").and_then(Value::as_str).unwrap_or_default().to_owned(),
            frames: stream.get("nb_read_frames").and_then(Value::as_str).context("no frames")?.parse()?,
            begins,
            ends: last + frame,
        })
    };
    rows("streams").iter().map(stream).collect()
}

/// ffmpeg reads the same of it as of the file it was made of.
fn reads_as_its_source(read: &Read, source: &[Read], what: &str) -> Result<()> {
    let original =
        source.iter().find(|stream| stream.kind == read.kind).context("nothing to compare with")?;
    // Sound has what an encoder sets before its first sample, or has not.
    let slack = if read.kind == "audio" { 2 } else { 0 };
    ensure!(read.frames.abs_diff(original.frames) <= slack, "{what}: {read:?} of {original:?}");
    // Pictures and sound of every rendition begin at the same moment.
    ensure!(read.begins.abs() < 0.002, "{what}: {read:?} begins late");
    ensure!((read.ends - original.ends).abs() < 0.05, "{what}: {read:?} of {original:?}");
    Ok(())
}

/// It is as long as it says, its parts are those of the whole, and ffmpeg decodes it without a complaint.
async fn is_a_plain_file(server: &Instance, url: &str) -> Result<()> {
    let whole = server.client().get(url).await?.expect(200)?;
    let bytes = whole.body.clone();
    let length = whole.header("content-length").parse::<usize>()?;
    ensure!(bytes.len() == length, "{url}: {} of {length} bytes", bytes.len());
    for (first, last) in [(0, 1000), (length / 3, length / 2), (length - 1, length - 1)] {
        let part = server.client().get_range(url, &format!("bytes={first}-{last}")).await?.expect(206)?;
        ensure!(bytes.get(first..=last) == Some(&part.body[..]), "{url}: {first}-{last} differs");
    }
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("whole.mp4");
    std::fs::write(&file, &bytes)?;
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-xerror", "-i"]).arg(&file).args(["-f", "null", "-"]);
    contented(ffmpeg.output()?)?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn ffmpeg_reads_every_rendition_to_its_end() -> Result<()> {
    let server = Instance::start().await?;
    let admin = server.admin().await?;
    for film in [film()?, big_buck_bunny()?] {
        let source = read(&film.to_string_lossy())?;
        let video = published(&admin, "read by ffmpeg", &film).await?;
        let master_url = master_of(&video)?;
        let master = parse_multivariant(&server.client().get(master_url).await?.expect(200)?.text())?;
        let sounds = master.renditions.iter().filter_map(|sound| sound.uri.clone());
        let lists: Vec<String> =
            master.variants.iter().map(|variant| variant.uri.clone()).chain(sounds).collect();
        ensure!(3 <= lists.len(), "pictures in several sizes and sound: {lists:?}");
        for list in &lists {
            let streams = read(&join_url(master_url, list))?;
            ensure!(streams.len() == 1, "one list, one stream: {streams:?}");
            streams.iter().try_for_each(|stream| reads_as_its_source(stream, &source, list))?;
        }
        let all = read(master_url)?;
        ensure!(all.len() == lists.len(), "{} of {} are in {all:?}", all.len(), lists.len());
        all.iter().try_for_each(|stream| reads_as_its_source(stream, &source, "the master"))?;

        // The file that people take away, pictures and sound side by side.
        let uuid = video.get("uuid").and_then(Value::as_str).context("a video without a name")?;
        let files =
            video.pointer("/streamingPlaylists/0/files").and_then(Value::as_array).context("no files")?;
        let numbers = files.iter().filter_map(|file| file.get("id")?.as_u64());
        let asked: Vec<String> = numbers.map(|number| format!("videoFileIds={number}")).collect();
        let url = server.url(&format!("/download/videos/generate/{uuid}?{}", asked.join("&")));
        let kept = read(&url)?;
        let [one, two] = &kept[..] else { panic!("pictures and sound: {kept:?}") };
        ensure!((one.begins - two.begins).abs() < 0.002, "sound and pictures are apart: {kept:?}");
        kept.iter().try_for_each(|stream| reads_as_its_source(stream, &source, "the file to keep"))?;
        is_a_plain_file(&server, &url).await?;
        let heights = files.iter().filter_map(|file| file.pointer("/resolution/id")?.as_u64());
        for height in heights {
            let url = server.url(&format!("/static/web-videos/{uuid}-{height}.mp4"));
            let streams = read(&url)?;
            ensure!(streams.len() == if height == 0 { 1 } else { 2 }, "{height}: {streams:?}");
            streams.iter().try_for_each(|stream| reads_as_its_source(stream, &source, &url))?;
            is_a_plain_file(&server, &url).await?;
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn hls_js_plays_it_to_its_end() -> Result<()> {
    let mut site = Site::start(Options::default()).await?;
    let admin = site.server.admin().await?;
    let video = published(&admin, "played by hls.js", &film()?).await?;
    let path = in_checkout("target/npm/node_modules/hls.js/dist/hls.min.js");
    let script = std::fs::read(&path)
        .with_context(|| format!("{} is missing: `cargo xtask fetch` brings it", path.display()))?;
    site.add("story/hls.min.js", script)?;
    let master = json!(master_of(&video)?);
    let page = site.add(
        "story/hls.html",
        format!(
            "<!doctype html><meta charset=utf-8><title>hls.js</title>
             <video muted playsinline style='width:320px;height:180px'></video>
             <script src='/story/hls.min.js'></script>
             <script>
               const video = document.querySelector('video');
               window.told = {{ errors: [], played: [] }};
               // Every quality from its beginning to its end, one after the other.
               const play = (level) => {{
                 const hls = new Hls({{ startLevel: level }});
                 const seen = {{ level, fragments: [] }};
                 hls.on(Hls.Events.ERROR, (_, data) => told.errors.push(data.details));
                 hls.on(Hls.Events.MANIFEST_PARSED, (_, data) => {{
                   seen.levels = data.levels.length;
                   hls.loadLevel = level;
                   video.playbackRate = 2;
                   video.play();
                 }});
                 hls.on(Hls.Events.FRAG_CHANGED, (_, data) => seen.fragments.push(data.frag.level));
                 video.addEventListener('ended', () => {{
                   seen.ended = video.currentTime;
                   seen.stretches = video.buffered.length;
                   told.played.push(seen);
                   hls.destroy();
                   if (level + 1 < seen.levels) play(level + 1); else told.done = true;
                 }}, {{ once: true }});
                 hls.loadSource({master});
                 hls.attachMedia(video);
               }};
               play(0);
             </script>"
        ),
    )?;
    site.reopen().await?;

    let driver = Driver::start().await?;
    let browser = driver.browser().await?;
    browser.goto(&page).await?;
    browser.wait_for("hls.js has played it", "window.told.done === true", PLAYED).await?;
    let told = browser.value("window.told").await?;
    assert_eq!(told["errors"], json!([]), "{told}");
    let played = told["played"].as_array().context("nothing was played")?;
    assert_eq!(played.len(), 2, "{told}");
    for (level, seen) in played.iter().enumerate() {
        assert_eq!((&seen["levels"], &seen["stretches"]), (&json!(2), &json!(1)), "{seen}");
        assert_eq!(seen["fragments"], json!([level, level, level, level]), "{seen}");
        let ended = seen["ended"].as_f64().context("no end")?;
        assert!((ended - 13.0).abs() < 0.1, "{seen}");
    }
    browser.close().await
}

/// yt-dlp as people install it, behind a proxy that leads to our server.
fn yt_dlp(tunnel: &Tunnel, arguments: &[&str]) -> Result<String> {
    let packages = in_checkout("target/python");
    ensure!(packages.join("yt_dlp").is_dir(), "target/python is missing: `cargo xtask fetch` brings it");
    let mut command = Command::new("python3");
    command.args(["-m", "yt_dlp", "--ignore-config", "--no-cache-dir", "--no-progress", "--no-playlist"]);
    command.args(["--no-check-certificates", "--proxy", &tunnel.url()]).args(arguments);
    command.env("PYTHONPATH", packages).env("PYTHONDONTWRITEBYTECODE", "1");
    let output = command.output().context("could not start python3")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "yt-dlp ended badly: {said}");
    Ok(String::from_utf8(output.stdout)?)
}

#[tokio::test(flavor = "multi_thread")]
async fn yt_dlp_lists_and_takes_a_video_by_the_address_of_its_page() -> Result<()> {
    let server = Instance::start_with(Options::default().set("server.url", "https://video.example")).await?;
    let admin = server
        .client()
        .with_header("host", "video.example")
        .sign_in("root", tests::rig::ADMIN_PASSWORD)
        .await?;
    let film = film()?;
    let video = published(&admin, "Taken by yt-dlp", &film).await?;
    let page = format!("https://video.example/w/{}", video["shortUUID"].as_str().context("no short name")?);
    let tunnel = Tunnel::open(server.address()).await?;

    let listed: Value =
        serde_json::from_str(&tokio::task::block_in_place(|| yt_dlp(&tunnel, &["-J", &page]))?)?;
    assert_eq!(listed["extractor"], "PeerTube", "it knows what we are");
    assert_eq!((&listed["title"], &listed["duration"]), (&json!("Taken by yt-dlp"), &json!(13)));
    let formats = listed["formats"].as_array().context("no formats")?;
    let heights: Vec<u64> = formats.iter().filter_map(|format| format["height"].as_u64()).collect();
    assert!(heights.contains(&360) && heights.contains(&240), "{heights:?}");
    assert!(formats.iter().any(|format| format["vcodec"] == "none"), "sound is listed too: {formats:?}");

    // The address in an iframe says as much as that of the page.
    let frame = video["embedPath"].as_str().context("no embedPath")?;
    let frame = format!("https://video.example{frame}");
    let framed: Value =
        serde_json::from_str(&tokio::task::block_in_place(|| yt_dlp(&tunnel, &["-J", &frame]))?)?;
    for field in ["extractor", "title", "duration"] {
        assert_eq!(framed[field], listed[field], "{field}");
    }

    let folder = tempfile::tempdir()?;
    let target = folder.path().join("taken.mp4");
    let name = folder.path().join("taken.%(ext)s");
    let name = name.to_string_lossy();
    let best = "bestvideo[protocol=m3u8_native]+bestaudio[protocol=m3u8_native]";
    let wish = ["-f", best, "--merge-output-format", "mp4", "-o", &name, &page];
    let told = tokio::task::block_in_place(|| yt_dlp(&tunnel, &wish))?;
    ensure!(target.is_file(), "it put the video elsewhere: {told}");
    let source = read(&film.to_string_lossy())?;
    let taken = read(&target.to_string_lossy())?;
    assert_eq!(taken.len(), 2, "{taken:?}");
    taken.iter().try_for_each(|stream| reads_as_its_source(stream, &source, "taken by yt-dlp"))
}

/// It knows pages of lists by their host alone, so the instance goes by the name of one that it knows.
#[tokio::test(flavor = "multi_thread")]
async fn yt_dlp_lists_what_a_channel_and_an_account_published() -> Result<()> {
    const HOST: &str = "video.blender.org";
    let server =
        Instance::start_with(Options::default().set("server.url", format!("https://{HOST}"))).await?;
    let client = server.client().with_header("host", HOST);
    let admin = client.sign_in("root", tests::rig::ADMIN_PASSWORD).await?;
    let film = clip(&Clip { seconds: 1, width: 426, height: 240, sound: Sound::None, ..Clip::default() })?;
    published(&admin, "First", &film).await?;
    let last = published(&admin, "Second", &film).await?;
    Upload::file(&admin, &json!({ "name": "Nobody's business", "privacy": 3 }), &film).await?;
    let tunnel = Tunnel::open(server.address()).await?;

    for page in ["c/root_channel/videos", "a/root/videos"] {
        let wish = ["-J", "--flat-playlist", &format!("https://{HOST}/{page}")];
        let listed: Value = serde_json::from_str(&tokio::task::block_in_place(|| yt_dlp(&tunnel, &wish))?)?;
        assert_eq!((&listed["extractor"], &listed["channel"]), (&json!("PeerTube:Playlist"), &json!("root")));
        let entries = listed["entries"].as_array().context("no entries")?;
        let titles: Vec<_> = entries.iter().filter_map(|entry| entry["title"].as_str()).collect();
        assert_eq!(titles, ["Second", "First"], "{page}");
        assert_eq!(entries[0]["id"], last["shortUUID"], "{page}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn yt_dlp_lists_what_a_playlist_holds() -> Result<()> {
    const HOST: &str = "video.blender.org";
    let server =
        Instance::start_with(Options::default().set("server.url", format!("https://{HOST}"))).await?;
    let client = server.client().with_header("host", HOST);
    let admin = client.sign_in("root", tests::rig::ADMIN_PASSWORD).await?;
    let film = clip(&Clip { seconds: 1, width: 426, height: 240, sound: Sound::None, ..Clip::default() })?;
    let me = admin.get("/api/v1/users/me").await?.expect(200)?.json()?;
    let channel = me.pointer("/videoChannels/0/id").context("no channel")?;
    let wish = json!({
        "displayName": "Evenings", "description": "For long evenings", "privacy": 1, "videoChannelId": channel,
    });
    let list = admin.post("/api/v1/video-playlists", &wish).await?.expect(200)?.json()?;
    let list = list.get("videoPlaylist").context("no list")?;
    for name in ["Last", "First"] {
        let video = published(&admin, name, &film).await?;
        let path = format!("/api/v1/video-playlists/{}/videos", list["id"]);
        admin.post(&path, &json!({ "videoId": video["uuid"] })).await?.expect(200)?;
    }
    let path = format!("/api/v1/video-playlists/{}/videos/reorder", list["id"]);
    admin.post(&path, &json!({ "startPosition": 2, "insertAfterPosition": 0 })).await?.expect(204)?;
    let tunnel = Tunnel::open(server.address()).await?;

    let page = format!("https://{HOST}/w/p/{}", list["shortUUID"].as_str().context("no short name")?);
    let wish = ["-J", "--flat-playlist", &page];
    let listed: Value = serde_json::from_str(&tokio::task::block_in_place(|| yt_dlp(&tunnel, &wish))?)?;
    assert_eq!((&listed["extractor"], &listed["title"]), (&json!("PeerTube:Playlist"), &json!("Evenings")));
    assert_eq!((&listed["description"], &listed["channel"]), (&json!("For long evenings"), &json!("root")));
    let entries = listed["entries"].as_array().context("no entries")?;
    let titles: Vec<_> = entries.iter().filter_map(|entry| entry["title"].as_str()).collect();
    assert_eq!(titles, ["First", "Last"]);
    Ok(())
}

/// Pages of guarded videos tell nobody what they are pages of, as PeerTube's: it has to know the host here too.
#[tokio::test(flavor = "multi_thread")]
async fn yt_dlp_takes_a_video_that_a_password_opens() -> Result<()> {
    const HOST: &str = "video.blender.org";
    let server =
        Instance::start_with(Options::default().set("server.url", format!("https://{HOST}"))).await?;
    let client = server.client().with_header("host", HOST);
    let admin = client.sign_in("root", tests::rig::ADMIN_PASSWORD).await?;
    let film = clip(&Clip { seconds: 5, width: 426, height: 240, ..Clip::default() })?;
    let form = json!({ "name": "Between us", "privacy": 5, "videoPasswords": ["open sesame"] });
    let uuid = Upload::file(&admin, &form, &film).await?;
    let video = Upload::finished(&admin, &uuid, LATER).await?;
    let page = format!("https://{HOST}/w/{}", video["shortUUID"].as_str().context("no short name")?);
    let tunnel = Tunnel::open(server.address()).await?;
    let folder = tempfile::tempdir()?;
    let name = folder.path().join("taken.%(ext)s");
    let name = name.to_string_lossy();
    let best = "bestvideo[protocol=m3u8_native]+bestaudio[protocol=m3u8_native]";
    let take = |more: &[&str]| {
        let wish = ["-f", best, "--merge-output-format", "mp4", "-o", &name, &page];
        let wish: Vec<&str> = more.iter().copied().chain(wish).collect();
        tokio::task::block_in_place(|| yt_dlp(&tunnel, &wish))
    };
    for wrong in [&[][..], &["--video-password", "a guess"]] {
        let refused = take(wrong).err().context("it was taken without the password")?;
        ensure!(refused.to_string().contains("403"), "{refused}");
    }
    take(&["--video-password", "open sesame"])?;
    let source = read(&film.to_string_lossy())?;
    let taken = read(&folder.path().join("taken.mp4").to_string_lossy())?;
    assert_eq!(taken.len(), 2, "{taken:?}");
    taken.iter().try_for_each(|stream| reads_as_its_source(stream, &source, "taken by yt-dlp"))
}

/// Films without sound are read as well as those with it.
#[tokio::test(flavor = "multi_thread")]
async fn ffmpeg_reads_a_silent_film() -> Result<()> {
    let server = Instance::start().await?;
    let admin = server.admin().await?;
    let film = clip(&Clip { seconds: 5, width: 426, height: 240, sound: Sound::None, ..Clip::default() })?;
    let source = read(&film.to_string_lossy())?;
    let video = published(&admin, "silent", &film).await?;
    let all = read(master_of(&video)?)?;
    ensure!(all.len() == 1, "{all:?}");
    all.iter().try_for_each(|stream| reads_as_its_source(stream, &source, "the master"))
}
