//! The player on a page of somebody else's: it plays, adapts, seeks, refuses what is forged, and obeys the keyboard.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tests::rig::{Browser, Clip, Driver, Network, Options, Site, Upload, VIDEO, clip};

const SOON: Duration = Duration::from_secs(60);
const LATER: Duration = Duration::from_secs(300);

/// A server with one video in several qualities, and a page that holds nothing but the player.
struct Stage {
    site: Site,
    video: Value,
    page: String,
}

async fn stage() -> Result<Stage> {
    let mut site = Site::start(Options::default().set("transcoding.heights", "240,360,720")).await?;
    let admin = site.server.admin().await?;
    let film =
        clip(&Clip { seconds: 24, width: 1280, height: 720, fps: 25, key_frames: 50, ..Clip::default() })?;
    let uuid = Upload::file(&admin, &json!({ "name": "A clip in several qualities" }), &film).await?;
    let video = Upload::finished(&admin, &uuid, LATER).await?;
    let page = site.add("story/player.html", page(&video, None)?)?;
    site.reopen().await?;
    Ok(Stage { site, video, page })
}

fn page(video: &Value, digests: Option<&str>) -> Result<String> {
    let playlist = video.pointer("/streamingPlaylists/0").context("a video without a playlist")?;
    let digests =
        digests.map_or_else(|| playlist.get("segmentsSha256Url").cloned().unwrap_or_default(), Value::from);
    let options = json!({ "src": playlist.get("playlistUrl"), "sha256": digests, "muted": true });
    Ok(format!(
        "<!doctype html><meta charset=utf-8><title>a page of somebody else's</title>
         <style>body {{ margin: 0 }}</style><div id=player></div>
         <script type=module>
           import init, {{ mount }} from '/player/shoal-player.js';
           await init();
           window.events = [];
           window.player = mount(document.getElementById('player'), {options});
           for (const type of ['ready', 'firstframe', 'play', 'pause', 'ended', 'qualitychange', 'error'])
             player.on(type, (detail) => events.push({{ type, detail: String(detail?.message ?? detail ?? '') }}));
         </script>"
    ))
}

async fn open(browser: &Browser, page: &str) -> Result<()> {
    browser.goto(page).await?;
    browser.wait_for("the player is mounted", "window.player", SOON).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_plays_seeks_ends_and_begins_again() -> Result<()> {
    let mut stage = stage().await?;
    let driver = Driver::start().await?;
    let browser = driver.browser().await?;
    open(&browser, &stage.page).await?;
    browser.run("player.play()", vec![]).await?;
    browser.wait_for("playback advances", "2 < player.currentTime()", SOON).await?;

    browser.run("player.seek(15)", vec![]).await?;
    browser
        .wait_for("it plays on after a jump", "15.5 < player.currentTime() && !player.paused()", SOON)
        .await?;
    browser.run("player.seek(22.5)", vec![]).await?;
    browser.wait_for("it comes to its end", "player.ended()", SOON).await?;
    browser.run("player.play()", vec![]).await?;
    browser
        .wait_for(
            "it begins again",
            "!player.ended() && 0.5 < player.currentTime() && player.currentTime() < 10",
            SOON,
        )
        .await?;

    let types = browser.value("events.map((event) => event.type)").await?;
    for wanted in ["firstframe", "play", "ended"] {
        ensure!(
            types.as_array().is_some_and(|types| types.contains(&json!(wanted))),
            "no {wanted} among {types}"
        );
    }
    ensure!(!types.to_string().contains("error"), "{}", browser.value("events").await?);
    browser.close().await?;
    stage.site.server.stop().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_quality_follows_the_network() -> Result<()> {
    let mut stage = stage().await?;
    let driver = Driver::start().await?;
    let browser = driver.browser().await?;
    browser.goto("about:blank").await?;
    // Enough for the lowest quality and not for the highest.
    let files =
        stage.video.pointer("/streamingPlaylists/0/files").and_then(Value::as_array).context("no files")?;
    let rate = |file: &Value| file.get("size").and_then(Value::as_u64).unwrap_or(0) / 24;
    let (lowest, highest) =
        (files.iter().map(rate).min().unwrap_or(0), files.iter().map(rate).max().unwrap_or(0));
    ensure!(
        lowest * 2 < highest,
        "the qualities are too close to tell apart: {lowest} and {highest} bytes a second"
    );
    let slow =
        Network { bytes_per_second: highest / 2, latency: Duration::from_millis(40), is_offline: false };
    browser.network(Some(slow)).await?;
    open(&browser, &stage.page).await?;
    browser.run("player.play()", vec![]).await?;
    browser.wait_for("it plays on a slow network", "3 < player.currentTime()", LATER).await?;
    let slow_height = browser.value(&format!("{VIDEO}.videoHeight")).await?.as_u64().context("no picture")?;
    ensure!(slow_height < 720, "{slow_height} lines on a network that carries half of that");

    browser.network(None).await?;
    browser
        .wait_for(
            "the quality rises with the network",
            &format!("{slow_height} < {VIDEO}.videoHeight"),
            LATER,
        )
        .await?;
    browser.close().await?;
    stage.site.server.stop().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_publisher_does_not_vouch_for_is_not_shown() -> Result<()> {
    let mut stage = stage().await?;
    let address = stage
        .video
        .pointer("/streamingPlaylists/0/segmentsSha256Url")
        .and_then(Value::as_str)
        .context("no digests")?;
    let honest = stage.site.server.client().get(address).await?.expect(200)?.json()?;
    let mut forged = honest.clone();
    for ranges in forged.as_object_mut().context("digests are an object")?.values_mut() {
        for digest in ranges.as_object_mut().context("ranges are an object")?.values_mut() {
            *digest = json!("0".repeat(64));
        }
    }
    let forged = stage.site.add("story/forged.json", forged.to_string())?;
    let forged = stage.site.add("story/forged.html", page(&stage.video, Some(&forged))?)?;
    stage.site.reopen().await?;
    let driver = Driver::start().await?;
    let browser = driver.browser().await?;
    open(&browser, &forged).await?;
    browser.run("player.play()", vec![]).await?;
    browser.wait_for("it says what is wrong", "events.some((event) => event.type === 'error')", SOON).await?;
    assert_eq!(browser.value(&format!("{VIDEO}.buffered.length")).await?, json!(0));
    browser.screenshot("player-forged").await?;

    open(&browser, &stage.page).await?;
    browser.run("player.play()", vec![]).await?;
    browser.wait_for("the honest one plays", "1 < player.currentTime()", SOON).await?;
    browser.close().await?;
    stage.site.server.stop().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_is_enough() -> Result<()> {
    let mut stage = stage().await?;
    let driver = Driver::start().await?;
    let browser = driver.browser().await?;
    open(&browser, &stage.page).await?;
    let press = async |key: &str| -> Result<()> {
        browser
            .run(
                "const find = (root) => [...root.querySelectorAll('*')].find((it) => it.shadowRoot)?.shadowRoot;
                 const player = find(document).querySelector('[tabindex]');
                 player.focus();
                 player.dispatchEvent(new KeyboardEvent('keydown', { key: a[0], bubbles: true, composed: true, cancelable: true }))",
                vec![json!(key)],
            )
            .await
            .map(|_| ())
    };
    press("k").await?;
    browser.wait_for("k plays", "!player.paused() && 0.2 < player.currentTime()", SOON).await?;
    press("k").await?;
    browser.wait_for("k pauses", "player.paused()", SOON).await?;
    let before = browser.value("player.currentTime()").await?.as_f64().context("no time")?;
    press("l").await?;
    browser.wait_for("l goes ten seconds on", &format!("{before} + 9 < player.currentTime()"), SOON).await?;
    press("5").await?;
    browser
        .wait_for(
            "5 goes to the middle",
            "Math.abs(player.currentTime() - player.duration() / 2) < 0.5",
            SOON,
        )
        .await?;
    let muted = browser.value("player.muted()").await?;
    press("m").await?;
    browser.wait_for("m turns the sound on or off", &format!("player.muted() !== {muted}"), SOON).await?;

    for (width, height, name) in [(320, 400, "player-narrow"), (1280, 800, "player-wide")] {
        browser.size(width, height).await?;
        let fits = browser.value("document.documentElement.scrollWidth <= innerWidth").await?;
        ensure!(fits == json!(true), "the player is wider than {width} pixels");
        browser.screenshot(name).await?;
    }
    browser.close().await?;
    stage.site.server.stop().await?;
    Ok(())
}
