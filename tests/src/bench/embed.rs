//! What a frame with a video costs a viewer who watches half a minute of it, beside a page with hls.js and
//! p2p-media-loader, which is what PeerTube's frame is made of, without the rest of that frame.
//!
//! Both play the same files from the same server, alone, in a browser that has never been there, and announce themselves to
//! the same tracker. Bytes and requests are those until the first frame and all those that are no media; the main thread's
//! time and the heap are the browser's own figures.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::trial::{Figure, Trial};
use crate::rig::{Browser, Clip, Driver, Options, Site, Upload, clip, in_checkout};

const ROUNDS: usize = 3;
/// Half a minute is watched; the film goes on, so that neither has nothing left to fetch.
const WATCHED: u32 = 30;
const SECONDS: u32 = 45;
const PATIENCE: Duration = Duration::from_secs(120);

const FRAME: Figure = Figure::cost("navigation to first frame", "ms");
const BYTES: Figure = Figure::cost("loaded besides media", "kB");
const REQUESTS: Figure = Figure::cost("requests until the first frame", "");
const MAIN: Figure = Figure::cost("main thread, to the end of 30 s", "ms");
const HEAP: Figure = Figure::cost("JavaScript heap after 30 s", "MB");

/// Waits for a video element, wherever it is, and for its first frame.
const WATCH: &str = "(() => {
    performance.setResourceTimingBufferSize(5000);
    const seek = (root) => {
      const found = root.querySelector('video');
      if (found) return found;
      for (const element of root.querySelectorAll('*')) {
        const inside = element.shadowRoot && seek(element.shadowRoot);
        if (inside) return inside;
      }
    };
    const watch = () => {
      const video = document.documentElement && seek(document);
      if (!video) return requestAnimationFrame(watch);
      window.film = video;
      video.requestVideoFrameCallback((now) => { window.firstFrame = now; });
    };
    watch();
  })()";

const SEEN: &str = "
    const rows = [...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')];
    const before = rows.filter((row) => row.responseEnd <= window.firstFrame).length;
    const rest = rows.filter((row) => !/\\.mp4$/.test(new URL(row.name).pathname));
    return { frame: window.firstFrame, before, bytes: rest.reduce((sum, row) => sum + row.transferSize, 0) };";

const RIVALS: &[(&str, &str)] = &[
    ("hls.js", "hls.min.js"),
    ("core.js", "p2p-media-loader-core.es.min.js"),
    ("hlsjs.js", "p2p-media-loader-hlsjs.es.min.js"),
];

/// Measures.
///
/// # Errors
/// When a part is missing or no frame is shown.
pub async fn run() -> Result<()> {
    let mut site = Site::start(Options::default()).await?;
    let admin = site.server.admin().await?;
    let source = clip(&Clip {
        seconds: SECONDS,
        width: 1280,
        height: 720,
        fps: 30,
        key_frames: 60,
        ..Clip::default()
    })?;
    let uuid = Upload::file(&admin, &json!({ "name": "Most of a minute", "privacy": 1 }), &source).await?;
    let video = Upload::finished(&admin, &uuid, Duration::from_secs(900)).await?;
    let theirs = theirs(&site, &video)?;
    site.reopen().await?;
    let pages = [site.server.url(&format!("/videos/embed/{uuid}?autoplay=1&muted=1")), theirs];

    let driver = Driver::start().await?;
    let mut trial = Trial::new("a frame watched for 30 s", &["shoal", "hls.js + p2p-media-loader"], ROUNDS);
    for turn in trial.turns() {
        let browser = driver.browser().await?;
        browser.devtools("Performance.enable", json!({})).await?;
        browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH })).await?;
        browser.goto(pages.get(turn.1).context("a contender without a page")?).await?;
        let watched = format!("window.firstFrame !== undefined && {WATCHED} <= film.currentTime");
        browser.wait_for("half a minute is watched", &watched, PATIENCE).await?;
        let main = metric(&browser, "TaskDuration").await?;
        browser.devtools("HeapProfiler.collectGarbage", json!({})).await?;
        let heap = metric(&browser, "JSHeapUsedSize").await?;
        let seen = browser.run(SEEN, Vec::new()).await?;
        let number =
            |name: &str| seen.get(name).and_then(Value::as_f64).context("an odd answer from the page");
        trial.note(turn, FRAME, number("frame")?);
        trial.note(turn, BYTES, number("bytes")? / 1000.0);
        trial.note(turn, REQUESTS, number("before")?);
        trial.note(turn, MAIN, main * 1000.0);
        trial.note(turn, HEAP, heap / 1e6);
        browser.close().await?;
    }
    trial.finish()?;
    site.server.stop().await.map(drop)
}

async fn metric(browser: &Browser, name: &str) -> Result<f64> {
    let metrics = browser.devtools("Performance.getMetrics", json!({})).await?;
    let rows = metrics.get("metrics").and_then(Value::as_array).into_iter().flatten();
    let row = rows.into_iter().find(|row| row.get("name").and_then(Value::as_str) == Some(name));
    row.and_then(|row| row.get("value")).and_then(Value::as_f64).with_context(|| format!("no {name}"))
}

fn theirs(site: &Site, video: &Value) -> Result<String> {
    for (name, file) in RIVALS {
        // Compressed as well as ours is.
        for ending in [".br", ".gz", ""] {
            let path = in_checkout("target/npm/rivals").join(format!("{file}{ending}"));
            let code = fs::read(&path)
                .with_context(|| format!("{} is missing: `cargo xtask bench` fetches it", path.display()))?;
            site.add(&format!("bench/{name}{ending}"), code)?;
        }
    }
    let playlist = video.pointer("/streamingPlaylists/0").context("a video without a playlist")?;
    let master = playlist.get("playlistUrl").context("a playlist without an address")?;
    let trackers = playlist.get("trackerUrls").cloned().unwrap_or_else(|| json!([]));
    let page = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>hls.js with p2p-media-loader</title>
         <video muted autoplay playsinline style='width:100vw;height:100vh'></video>
         <script src=/bench/hls.js></script>
         <script type=importmap>{{ \"imports\": {{ \"p2p-media-loader-core\": \"/bench/core.js\" }} }}</script>
         <script type=module>
           import {{ HlsJsP2PEngine }} from '/bench/hlsjs.js';
           const Player = HlsJsP2PEngine.injectMixin(window.Hls);
           const hls = new Player({{ capLevelToPlayerSize: true, p2p: {{ core: {{
             announceTrackers: {trackers}, swarmId: {master}, rtcConfig: {{ iceServers: [] }} }} }} }});
           hls.loadSource({master});
           hls.attachMedia(document.querySelector('video'));
           document.querySelector('video').play().catch(() => {{}});
         </script></html>"
    );
    site.add("bench/theirs.html", page)
}
