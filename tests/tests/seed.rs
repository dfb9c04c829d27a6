//! The instance, and a mirror elsewhere, as peers: somebody who has nothing but the tracker gets a film from them.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use http::Method;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use shared::id::Digest;
use tests::rig::{
    Browser, Clip, Driver, Film, Instance, Mirror, NativePeer, Options, PEER, Upload, clip, eventually, full,
};

const SOON: Duration = Duration::from_secs(60);
const LATER: Duration = Duration::from_secs(300);

async fn publish(server: &Instance) -> Result<(String, Value)> {
    let admin = server.admin().await?;
    let source = clip(&Clip { seconds: 20, width: 640, height: 360, ..Clip::default() })?;
    let uuid = Upload::file(&admin, &json!({ "name": "From a peer", "privacy": 1 }), &source).await?;
    let video = Upload::finished(&admin, &uuid, LATER).await?;
    Ok((uuid, video))
}

fn digest_of(bytes: &[u8]) -> String {
    Digest(Sha256::digest(bytes).into()).to_string()
}

/// A page with a peer that has found somebody.
async fn meet(browser: &Browser, server: &Instance, film: &Film) -> Result<()> {
    browser.goto(&server.url("/api/v1/config")).await?;
    browser.run(&format!("{PEER}; window.peer = new Peer()"), vec![]).await?;
    let arguments = vec![json!(film.tracker), json!(film.letters())];
    browser.run("await window.peer.offer(a[0], a[1])", arguments).await?;
    browser.wait_for("a channel is open", "window.peer.isOpen", SOON).await
}

async fn get_all(browser: &Browser, film: &Film) -> Result<()> {
    let all: Vec<usize> = (0..film.count()).collect();
    browser
        .wait_for("it says what it has", &format!("window.peer.held.length === {}", all.len()), SOON)
        .await?;
    assert_eq!(browser.value("window.peer.held").await?, json!(all));
    for segment in all {
        let got = browser.run("return await window.peer.fetch(a[0])", vec![json!(segment)]).await?;
        assert_eq!(got.get("sha256"), Some(&json!(film.digest(segment)?)), "segment {segment}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_gets_a_film_from_the_instance_as_from_any_peer() -> Result<()> {
    let mut server = Instance::start_with(Options::default().set("seed.enabled", true)).await?;
    let (uuid, video) = publish(&server).await?;
    let film = Film::of(&server.client(), &video).await?;
    ensure!(2 < film.count(), "a film of several segments");

    let driver = Driver::start().await?;
    let browser = driver.browser().await?;
    meet(&browser, &server, &film).await?;
    let answer = browser.value("window.peer.answer").await?;
    let answer = answer.as_str().context("no answer")?;
    assert!(answer.contains("a=ice-lite"), "{answer}");
    get_all(&browser, &film).await?;
    let rest = browser.run("return await window.peer.fetch(1, 1000)", vec![]).await?;
    let length = film.playlist.segments.get(1).and_then(|segment| segment.range).context("no range")?.len();
    assert_eq!(rest.get("bytes"), Some(&json!(length - 1000)), "a segment that was begun elsewhere");

    // The administrator's machine counts it.
    let admin = server.admin().await?;
    server.client().get("/metrics").await?.expect(401)?;
    let metrics = admin.get("/metrics").await?.expect(200)?.text();
    for line in ["shoal_seed_peers 1", "shoal_seed_swarms 1", "shoal_tracker_peers 1"] {
        assert!(metrics.lines().any(|counted| counted == line), "{line} is not in\n{metrics}");
    }
    let sent = metrics.lines().find_map(|line| line.strip_prefix("shoal_seed_sent_bytes_total "));
    let whole: u64 =
        film.playlist.segments.iter().filter_map(|segment| segment.range).map(|range| range.len()).sum();
    assert_eq!(sent, Some((whole + length - 1000).to_string().as_str()), "{metrics}");

    // From now on it is nobody's but its owner's.
    let body = json!({ "privacy": 3 }).to_string();
    let headers = [("content-type", "application/json")];
    admin.send(Method::PUT, &format!("/api/v1/videos/{uuid}"), &headers, full(body)).await?.expect(204)?;
    let refused = browser.run("return await window.peer.fetch(0)", vec![]).await;
    assert!(refused.is_err(), "a private film was given: {refused:?}");
    browser.wait_for("the channel is closed", "window.peer.isClosed", SOON).await?;
    browser.close().await?;
    server.stop().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_native_viewer_gets_a_segment_right_and_the_next_instance_has_the_same_face() -> Result<()> {
    let mut server = Instance::start_with(Options::default().set("seed.enabled", true)).await?;
    let (_, video) = publish(&server).await?;
    let film = Film::of(&server.client(), &video).await?;
    let mut peer = NativePeer::connect(&film.tracker, film.info_hash).await?;
    let bytes = tokio::task::spawn_blocking(move || peer.fetch(1)).await??;
    assert_eq!(digest_of(&bytes), film.digest(1)?);

    let face = std::fs::read(server.data().join("seed.pem"))?;
    server.stop().await?;
    server.restart().await?;
    assert_eq!(std::fs::read(server.data().join("seed.pem"))?, face);
    let mut peer = NativePeer::connect(&film.tracker, film.info_hash).await?;
    let bytes = tokio::task::spawn_blocking(move || peer.fetch(0)).await??;
    assert_eq!(digest_of(&bytes), film.digest(0)?);
    server.stop().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_does_not_take_part_opens_no_port() -> Result<()> {
    let mut server = Instance::start_with(Options::default().set("seed.enabled", false)).await?;
    let pid = server.pid().context("it does not run")?;
    let sockets = std::fs::read_to_string(format!("/proc/{pid}/net/udp"))?;
    let port = format!(":{:04X} ", server.address().port());
    ensure!(!sockets.contains(&port), "a UDP port is open: {sockets}");
    ensure!(!server.data().join("seed.pem").exists(), "a certificate was made");
    server.stop().await?;
    Ok(())
}

const HERE: [&str; 2] = ["--listen", "127.0.0.1:0"];
const ALL_HERE: &str = "All that can be had is here";

#[tokio::test(flavor = "multi_thread")]
async fn a_mirror_shares_what_it_has_checked_and_mends_what_rotted() -> Result<()> {
    let mut server = Instance::start_with(Options::default().set("seed.enabled", false)).await?;
    let (uuid, video) = publish(&server).await?;
    let film = Film::of(&server.client(), &video).await?;
    let place = tempfile::tempdir()?;
    let page = server.url(&format!("/w/{uuid}"));
    let mirror = Mirror::run(&page, place.path(), &HERE, ALL_HERE).await?;
    mirror.kill().await?;

    // Somebody's disk turns a bit of the first segment.
    let copy = place.path().join(format!("{}.mp4", film.info_hash));
    let mut bytes = std::fs::read(&copy)?;
    let range = film.playlist.segments.first().and_then(|segment| segment.range).context("no range")?;
    *bytes.get_mut(usize::try_from(range.offset())? + 10).context("a short copy")? ^= 1;
    std::fs::write(&copy, bytes)?;

    let mirror = Mirror::run(&page, place.path(), &HERE, ALL_HERE).await?;
    let letters: String = film.info_hash.0.iter().map(|byte| format!("%{byte:02x}")).collect();
    let client = server.client();
    eventually("the mirror is in the swarm", SOON, async || {
        let answer = client.get(&format!("/tracker/scrape?info_hash={letters}")).await?.expect(200)?;
        Ok(answer.text().contains("10:incompletei1e").then_some(()))
    })
    .await?;
    let driver = Driver::start().await?;
    let browser = driver.browser().await?;
    meet(&browser, &server, &film).await?;
    get_all(&browser, &film).await?;
    browser.close().await?;
    mirror.kill().await?;
    server.stop().await?;
    Ok(())
}
