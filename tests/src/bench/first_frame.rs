//! From navigation to the first frame of a video in Chromium, and the bytes that took, beside hls.js.
//!
//! Both play the same files from the same server, each from a page that holds nothing but a place for it, in a browser
//! that has never been there. A frame counts when the browser says it was shown (`requestVideoFrameCallback`), counted
//! from the beginning of the navigation.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::trial::{Figure, Trial};
use crate::rig::{Clip, Driver, Network, Options, Site, Upload, clip, in_checkout};

const ROUNDS: usize = 7;
/// A browser on a busy machine.
const FRAME_DURATION_MAX: Duration = Duration::from_secs(60);
const FRAME: Figure = Figure::cost("navigation to first frame", "ms");
const LOADED: Figure = Figure::cost("loaded until then", "kB");
const SCRIPT: Figure = Figure::cost("main thread until then", "ms");

/// Both pages end with this: it waits for a video element, wherever it is, and for its first frame.
const WAIT: &str = "
<script>
  const seek = (root) => {
    const found = root.querySelector('video');
    if (found) return found;
    for (const element of root.querySelectorAll('*')) {
      const inside = element.shadowRoot && seek(element.shadowRoot);
      if (inside) return inside;
    }
  };
  const watch = () => {
    const video = seek(document);
    if (!video) return requestAnimationFrame(watch);
    video.requestVideoFrameCallback((now) => { window.firstFrame = now; });
  };
  watch();
</script>";

/// Measures.
///
/// # Errors
/// When a part is missing or no frame is shown.
pub async fn run() -> Result<()> {
    let mut site = Site::start(Options::default()).await?;
    let admin = site.server.admin().await?;
    let source =
        clip(&Clip { seconds: 30, width: 1280, height: 720, fps: 30, key_frames: 60, ..Clip::default() })?;
    // For everybody: neither player has a key.
    let uuid = Upload::file(&admin, &json!({ "name": "Half a minute", "privacy": 1 }), &source).await?;
    let video = Upload::finished(&admin, &uuid, Duration::from_secs(900)).await?;
    let pages = [
        site.add("bench/ours.html", ours(&video)?)?,
        theirs(&site, &video, "hls.min.js")?,
        theirs(&site, &video, "hls.light.min.js")?,
    ];

    site.reopen().await?;

    let driver = Driver::start().await?;
    measure(&driver, &pages, "first frame in Chromium", None).await?;
    let home = Network { bytes_per_second: 1_250_000, latency: Duration::from_millis(50), is_offline: false };
    measure(&driver, &pages, "first frame in Chromium at 10 Mbit/s and 50 ms", Some(home)).await?;
    site.server.stop().await.map(drop)
}

async fn measure(
    driver: &Driver,
    pages: &[String; 3],
    title: &'static str,
    network: Option<Network>,
) -> Result<()> {
    let mut trial = Trial::new(title, &["shoal", "hls.js", "hls.js light"], ROUNDS);
    for turn in trial.turns() {
        let browser = driver.browser().await?;
        browser.devtools("Performance.enable", json!({})).await?;
        if network.is_some() {
            browser.network(network).await?;
        }
        browser.goto(pages.get(turn.1).context("a contender without a page")?).await?;
        browser
            .wait_for("the first frame is shown", "window.firstFrame !== undefined", FRAME_DURATION_MAX)
            .await?;
        let seen = browser.run(SEEN, Vec::new()).await?;
        let number =
            |name: &str| seen.get(name).and_then(Value::as_f64).context("an odd answer from the page");
        trial.note(turn, FRAME, number("frame")?);
        trial.note(turn, LOADED, number("bytes")? / 1000.0);
        let metrics = browser.devtools("Performance.getMetrics", json!({})).await?;
        let script = metrics.get("metrics").and_then(Value::as_array).into_iter().flatten();
        let script = script.filter(|row| row.get("name").and_then(Value::as_str) == Some("ScriptDuration"));
        let script: f64 = script.filter_map(|row| row.get("value").and_then(Value::as_f64)).sum();
        trial.note(turn, SCRIPT, script * 1000.0);
        browser.close().await?;
    }
    trial.finish()
}

/// What had arrived when the frame was shown; a file that was still on its way does not count.
const SEEN: &str = "
    const rows = [...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')];
    const before = rows.filter((row) => row.responseEnd <= window.firstFrame);
    return { frame: window.firstFrame, bytes: before.reduce((sum, row) => sum + row.transferSize, 0) };";

fn ours(video: &Value) -> Result<String> {
    let playlist = playlist(video)?;
    let options = json!({
        "src": playlist.get("playlistUrl"),
        "sha256": playlist.get("segmentsSha256Url"),
        "autoplay": true,
        "muted": true,
    });
    Ok(format!(
        "<!doctype html><meta charset=utf-8><title>ours</title><div id=player style='width:640px;height:360px'></div>
         <script type=module>
           import init, {{ mount }} from '/player/door.js';
           await init();
           mount(document.getElementById('player'), {options});
         </script>{WAIT}"
    ))
}

fn theirs(site: &Site, video: &Value, script: &str) -> Result<String> {
    // Compressed as well as ours is.
    for ending in [".br", ".gz", ""] {
        let path = in_checkout("target/npm/rivals").join(format!("{script}{ending}"));
        let code = fs::read(&path)
            .with_context(|| format!("{} is missing: `cargo xtask bench` fetches it", path.display()))?;
        site.add(&format!("bench/{script}{ending}"), code)?;
    }
    let master = playlist(video)?.get("playlistUrl").cloned().unwrap_or_default();
    ensure!(master.is_string(), "a video without a playlist");
    let page = format!(
        "<!doctype html><meta charset=utf-8><title>hls.js</title>
         <video id=player muted autoplay playsinline style='width:640px;height:360px'></video>
         <script src='/bench/{script}'></script>
         <script>
           const hls = new Hls();
           hls.loadSource({master});
           hls.attachMedia(document.getElementById('player'));
           document.getElementById('player').play().catch(() => {{}});
         </script>{WAIT}"
    );
    site.add(&format!("bench/{script}.html"), page)
}

fn playlist(video: &Value) -> Result<&Value> {
    video.pointer("/streamingPlaylists/0").context("a video without a playlist")
}
