//! Segments over WebRTC: from the instance's own peer to Chromium and to a native viewer, beside Chromium to Chromium.
//!
//! Everybody sends the same segments through the same protocol on one machine. What counts is the sender's processor
//! time: a viewer's computer has one stream to give, an instance many.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::processes::{Usage, tree_of};
use super::trial::{Figure, Trial};
use crate::rig::{Browser, Clip, Driver, Film, Instance, NativePeer, Options, PEER, Upload, clip};

const ROUNDS: usize = 3;
/// Enough that a start is nothing beside it.
const TURN_BYTES: f64 = 40e6;
const FINISH_DURATION_MAX: Duration = Duration::from_secs(600);
const OPEN_DURATION_MAX: Duration = Duration::from_secs(60);

const SPEED: Figure = Figure::yield_of("throughput", "MB/s");
const CPU_PER_GB: Figure = Figure::cost("sender's CPU per GB", "s");

/// Measures.
///
/// # Errors
/// When a part is missing or bytes are lost.
pub async fn run() -> Result<()> {
    let options = ["seed.rate", "seed.peer_rate"]
        .into_iter()
        // One rendition is enough, and the machine is ours the sooner.
        .fold(
            Options::default().set("seed.enabled", true).set("transcoding.heights", "144"),
            |options, name| options.set(name, "1 GB"),
        );
    let mut server = Instance::start_with(options).await?;
    let admin = server.admin().await?;
    let more =
        ["-b:v", "8M", "-minrate", "8M", "-maxrate", "8M", "-bufsize", "8M"].map(str::to_owned).to_vec();
    let source = clip(&Clip { seconds: 20, width: 1280, height: 720, more, ..Clip::default() })?;
    let uuid = Upload::file(&admin, &json!({ "name": "Seed", "privacy": 1 }), &source).await?;
    let video = Upload::finished(&admin, &uuid, FINISH_DURATION_MAX).await?;
    let film = Film::of(&server.client(), &video).await?;
    let pid = server.pid().context("the server does not run")?;

    let (one, other) = (Driver::start().await?, Driver::start().await?);
    let (sender, receiver) = (one.browser().await?, other.browser().await?);
    let mut trial = Trial::new(
        "segments over WebRTC",
        &["instance to Chromium", "Chromium to Chromium", "instance to native"],
        ROUNDS,
    );
    for turn in trial.turns() {
        let (bytes, took, cpu) = match turn.1 {
            0 => from_instance(&receiver, &server, &film, pid).await?,
            1 => between_browsers(&sender, &receiver, &server, &film, &one).await?,
            _ => to_native(&film, pid).await?,
        };
        let gigabytes = bytes / 1e9;
        trial.note(turn, SPEED, gigabytes * 1000.0 / took.as_secs_f64());
        trial.note(turn, CPU_PER_GB, cpu.as_secs_f64() / gigabytes);
    }
    sender.close().await?;
    receiver.close().await?;
    server.stop().await?;
    trial.finish()
}

/// Bytes, how long they took, and what they cost the sender.
type Turn = (f64, Duration, Duration);

/// Asks for one segment after the other until enough came, and says how much and how long it took.
const PULL: &str = "
    const peer = window.peer;
    const begun = performance.now();
    let bytes = 0;
    for (let at = 0; bytes < a[0]; at = (at + 1) % a[1]) {
      const { parts, size } = await peer.ask(at);
      const got = parts.reduce((sum, part) => sum + part.length, 0);
      if (got !== size) throw new Error(`${got} of ${size} bytes`);
      bytes += got;
    }
    const took = performance.now() - begun;
    peer.close();
    return { bytes, took };";

async fn pull(browser: &Browser, film: &Film) -> Result<(f64, Duration)> {
    browser.wait_for("a channel is open", "window.peer.isOpen", OPEN_DURATION_MAX).await?;
    let done = browser.run(PULL, vec![json!(TURN_BYTES), json!(film.count())]).await?;
    let number = |name: &str| done.get(name).and_then(Value::as_f64).context("an odd answer from the page");
    Ok((number("bytes")?, Duration::from_secs_f64(number("took")? / 1000.0)))
}

async fn fresh(browser: &Browser, server: &Instance) -> Result<()> {
    browser.goto(&server.url("/api/v1/config")).await?;
    browser.run(&format!("{PEER}; window.peer = new Peer()"), vec![]).await?;
    Ok(())
}

async fn from_instance(receiver: &Browser, server: &Instance, film: &Film, pid: u32) -> Result<Turn> {
    fresh(receiver, server).await?;
    let before = Usage::of(pid)?;
    receiver
        .run("await window.peer.offer(a[0], a[1])", vec![json!(film.tracker), json!(film.letters())])
        .await?;
    let (bytes, took) = pull(receiver, film).await?;
    Ok((bytes, took, (Usage::of(pid)? - before).own))
}

async fn to_native(film: &Film, pid: u32) -> Result<Turn> {
    let before = Usage::of(pid)?;
    let mut peer = NativePeer::connect(&film.tracker, film.info_hash).await?;
    let count = film.count();
    let pulling = tokio::task::spawn_blocking(move || {
        let (mut bytes, begun) = (0.0, Instant::now());
        for at in (0..count).cycle() {
            bytes += peer.fetch(i64::try_from(at)?)?.len() as f64;
            if TURN_BYTES <= bytes {
                break;
            }
        }
        anyhow::Ok((bytes, begun.elapsed()))
    });
    let (bytes, took) = pulling.await??;
    Ok((bytes, took, (Usage::of(pid)? - before).own))
}

async fn between_browsers(
    sender: &Browser,
    receiver: &Browser,
    server: &Instance,
    film: &Film,
    driver: &Driver,
) -> Result<Turn> {
    fresh(sender, server).await?;
    fresh(receiver, server).await?;
    let first = film.playlist.segments.first().context("no segment")?;
    let file = shared::hls::join_url(&film.playlist_url, &first.uri);
    let ranges: Vec<[u64; 2]> = film
        .playlist
        .segments
        .iter()
        .filter_map(|segment| segment.range)
        .map(|range| [range.offset(), range.last()])
        .collect();
    ensure!(ranges.len() == film.count(), "a segment without a range");
    sender.run("await window.peer.load(a[0], a[1])", vec![json!(file), json!(ranges)]).await?;
    let before = cost_of(driver)?;
    let offer = receiver.run("return await window.peer.describe()", vec![]).await?;
    let answer = sender.run("return await window.peer.answerTo(a[0])", vec![offer]).await?;
    receiver.run("await window.peer.connection.setRemoteDescription(a[0])", vec![answer]).await?;
    let (bytes, took) = pull(receiver, film).await?;
    Ok((bytes, took, cost_of(driver)?.saturating_sub(before)))
}

/// All processes of a browser.
fn cost_of(driver: &Driver) -> Result<Duration> {
    let pid = driver.pid().context("chromedriver is gone")?;
    // One that ended meanwhile had nothing to do with it.
    Ok(tree_of(pid).into_iter().filter_map(|pid| Usage::of(pid).ok()).map(|usage| usage.own).sum())
}
