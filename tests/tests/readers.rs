//! What others make of our streams: ffmpeg reads all of it, and hls.js plays it in Chromium, also while it grows.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use shared::digests::Digests;
use shared::hls::{join_url, parse_media, parse_multivariant};
use tests::rig::{Client, Driver, Options, Site, Upload, file_of, in_checkout};

const DEADLINE: Duration = Duration::from_secs(180);
const SECONDS: u32 = 24;

/// In a codec that no browser shows, so that it is encoded from the first segment on.
fn odd_film() -> Result<PathBuf> {
    file_of("readers-odd.mkv", |target| {
        let pictures = format!("testsrc2=s=1280x720:r=30:d={SECONDS}");
        let status = Command::new("ffmpeg")
            .args(["-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", &pictures])
            .args(["-f", "lavfi", "-i", &format!("sine=440:d={SECONDS}"), "-c:v", "mpeg4", "-q:v", "5"])
            .args(["-c:a", "flac", "-f", "matroska"])
            .arg(target)
            .stdin(Stdio::null())
            .status()?;
        ensure!(status.success(), "ffmpeg could not make an odd film");
        Ok(())
    })
}

const PAGE: &str = "<!doctype html><meta charset=utf-8><title>hls.js</title>
    <video id=player muted playsinline style='width:640px;height:360px'></video>
    <script src='/readers/hls.min.js'></script>
    <script>
      const video = document.getElementById('player');
      const hls = new Hls();
      window.faults = [];
      hls.on(Hls.Events.ERROR, (_, data) => { if (data.fatal) window.faults.push(data.details); });
      hls.on(Hls.Events.LEVEL_LOADED, (_, data) => { window.wasLive ||= data.details.live; });
      video.addEventListener('playing', () => { window.began ??= video.currentTime; });
      hls.loadSource(new URLSearchParams(location.search).get('src'));
      hls.attachMedia(video);
      video.play().catch(() => {});
    </script>";

#[tokio::test(flavor = "multi_thread")]
async fn hls_js_plays_a_film_in_the_making_from_its_beginning_to_its_end() -> Result<()> {
    let mut site = Site::start(Options::default()).await?;
    let script = std::fs::read(in_checkout("target/npm/node_modules/hls.js/dist/hls.min.js"))
        .context("hls.js is missing: `cargo xtask fetch` brings it")?;
    site.add("readers/hls.min.js", script)?;
    let page = site.add("readers/page.html", PAGE)?;
    site.reopen().await?;
    let admin = site.server.admin().await?;
    let driver = Driver::start().await?;
    let browser = driver.browser().await?;

    let uuid = Upload::file(&admin, &json!({ "name": "An odd film" }), &odd_film()?).await?;
    let video = Upload::published(&admin, &uuid, DEADLINE).await?;
    let master = text(&video, "/streamingPlaylists/0/playlistUrl")?;
    browser.goto(&format!("{page}?src={master}")).await?;
    browser.wait_for("it plays", "window.began !== undefined && 1 < video.currentTime", DEADLINE).await?;
    ensure!(browser.value("window.wasLive").await? == json!(true), "the film was made before it was watched");
    let began = browser.value("window.began").await?.as_f64().context("it began somewhere")?;
    ensure!(began < 0.5, "it began at {began} s");
    let at_end = format!("video.ended && {SECONDS} - 0.3 < video.currentTime");
    browser.wait_for("it plays to its end", &at_end, DEADLINE).await?;
    let faults = browser.value("window.faults").await?;
    ensure!(faults == json!([]), "hls.js gave up: {faults}");
    browser.close().await?;

    let video = Upload::finished(&admin, &uuid, DEADLINE).await?;
    let named = text(&video, "/streamingPlaylists/0/playlistUrl")?;
    ensure!(named == master, "its address has changed");
    site.server.stop().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn ffmpeg_reads_every_rendition_to_its_end() -> Result<()> {
    let mut server = tests::rig::Instance::start().await?;
    let admin = server.admin().await?;
    let uuid = Upload::file(&admin, &json!({ "name": "An odd film" }), &odd_film()?).await?;
    let video = Upload::finished(&admin, &uuid, DEADLINE).await?;
    let master = text(&video, "/streamingPlaylists/0/playlistUrl")?;
    let digests = admin.get(&text(&video, "/streamingPlaylists/0/segmentsSha256Url")?).await?.expect(200)?;
    let digests = Digests::parse(&digests.text())?;

    let listed = parse_multivariant(&admin.get(&master).await?.expect(200)?.text())?;
    ensure!(listed.variants.len() == 4, "{listed:?}");
    let sounds = listed.renditions.iter().filter_map(|sound| sound.uri.clone());
    let mut keys = Vec::new();
    for uri in listed.variants.iter().map(|variant| variant.uri.clone()).chain(sounds) {
        let url = join_url(&master, &uri);
        let starts = check_bytes(&admin, &url, &digests).await?;
        let said = ffmpeg(&["-v", "warning", "-xerror", "-i", &url, "-f", "null", "-"])?;
        ensure!(said.is_empty(), "ffmpeg says of {uri}: {said}");
        let found = key_frames(&url)?;
        if !found.is_empty() {
            ensure!(found.len() == starts.len(), "{uri}: {found:?} for segments at {starts:?}");
            keys.push(found);
        }
    }
    let first = keys.first().context("there are pictures")?;
    for other in &keys {
        let same = other.iter().zip(first).all(|(one, other)| (one - other).abs() < 0.001);
        ensure!(same && other.len() == first.len(), "key frames at {other:?} and at {first:?}");
    }
    // The whole of it at once, as a player that changes between all of it.
    let said = ffmpeg(&["-v", "warning", "-xerror", "-i", &master, "-map", "0", "-f", "null", "-"])?;
    ensure!(said.is_empty(), "ffmpeg says of the master: {said}");
    server.stop().await?;
    Ok(())
}

/// Every range a list names has its digest. When its segments begin, in seconds.
async fn check_bytes(client: &Client, url: &str, digests: &Digests) -> Result<Vec<f64>> {
    let media = parse_media(&client.get(url).await?.expect(200)?.text())?;
    let mut starts = Vec::new();
    let mut at = 0.0;
    for segment in &media.segments {
        let range = segment.range.context("a segment has a range")?;
        let asked = format!("bytes={}-{}", range.offset(), range.end() - 1);
        let answer = client.get_range(&join_url(url, &segment.uri), &asked).await?.expect(206)?;
        let found: [u8; 32] = Sha256::digest(&answer.body).into();
        let published = digests.get(&segment.uri, range).context("a segment has a digest")?;
        ensure!(found == published.0, "{asked} of {} is not what its digest says", segment.uri);
        starts.push(at);
        at += segment.duration.as_secs_f64();
    }
    ensure!(media.ended, "{url} says that more follows");
    Ok(starts)
}

fn key_frames(url: &str) -> Result<Vec<f64>> {
    let entries = ["-select_streams", "v", "-show_entries", "packet=pts_time,flags", "-of", "csv=p=0"];
    let output = Command::new("ffprobe").args(["-v", "error"]).args(entries).arg(url).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout)?;
    let keys =
        lines.lines().filter_map(|line| line.split_once(',')).filter(|(_, flags)| flags.starts_with('K'));
    keys.map(|(time, _)| Ok(time.parse()?)).collect()
}

fn ffmpeg(arguments: &[&str]) -> Result<String> {
    let output = Command::new("ffmpeg").args(["-nostdin", "-hide_banner"]).args(arguments).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stderr)?)
}

fn text(video: &Value, pointer: &str) -> Result<String> {
    Ok(video.pointer(pointer).and_then(Value::as_str).with_context(|| format!("no {pointer}"))?.to_owned())
}
