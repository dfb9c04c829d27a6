//! A film of one instance, watched on another: in real browsers, in one swarm.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tests::rig::{
    ADMIN_PASSWORD, Browser, Client, Clip, Driver, Gate, Instance, Options, Upload, VIDEO, Viewers, clip,
    eventually,
};

/// For what a page does by itself.
const SOON: Duration = Duration::from_secs(60);
/// For what the server makes of a film.
const LATER: Duration = Duration::from_secs(300);
/// For what is played, which takes its time.
const PLAYED: Duration = Duration::from_secs(120);

/// Waits for something of our player; in vain, it tells the player's own figures.
async fn until(browser: &Browser, what: &str, expression: &str) -> Result<()> {
    let told = browser.wait_for(what, expression, PLAYED).await;
    if told.is_err() {
        let figures = browser.value("[window.film?.currentTime(), window.film?.statistics()]").await?;
        return told.with_context(|| format!("the player says {figures}"));
    }
    told
}

async fn number(browser: &Browser, expression: &str) -> Result<f64> {
    let value = browser.value(expression).await?;
    value.as_f64().with_context(|| format!("{expression} is no number but {value}"))
}

/// One instance with a film of a minute, behind a gate, and another that knows it.
async fn stage() -> Result<(Gate, Instance, Instance, String)> {
    let (gate, sea) = Gate::before(Options::default().set("transcoding.heights", "360")).await?;
    let host = gate.url("").trim_start_matches("http://").trim_end_matches('/').to_owned();
    let harbour =
        Instance::start_with(Options::default().set("federation.allow_private_hosts", host)).await?;
    let at_sea = Client::new(&gate.url("")).sign_in("root", ADMIN_PASSWORD).await?;
    let source = clip(&Clip { seconds: 60, ..Clip::default() })?;
    let metadata = json!({ "name": "A minute at sea", "privacy": 1 });
    let uuid = Upload::file(&at_sea, &metadata, &source).await?;
    Upload::finished(&at_sea, &uuid, LATER).await?;
    let admin = harbour.admin().await?;
    let address = gate.url(&format!("/videos/watch/{uuid}"));
    let found = admin.get(&format!("/api/v1/search/videos?search={address}")).await?.expect(200)?.json()?;
    ensure!(found.pointer("/data/0/uuid") == Some(&json!(uuid)), "{found}");
    Ok((gate, sea, harbour, uuid))
}

#[tokio::test(flavor = "multi_thread")]
async fn viewers_on_two_instances_share_one_swarm_and_need_no_origin_then() -> Result<()> {
    let (gate, mut sea, mut harbour, uuid) = stage().await?;
    let driver = Driver::start().await?;
    let viewers = Viewers::behind(&gate)?;
    let first = viewers.ours(&driver, &json!({ "video": uuid })).await?;
    until(&first, "the first begins", "1 < film.currentTime()").await?;
    first.run("film.setPlaybackRate(4)", Vec::new()).await?;
    until(&first, "the first has seen it all", "film.ended()").await?;

    let elsewhere = json!({ "video": harbour.url(&format!("/w/{uuid}")) });
    gate.throttle(Some(150_000));
    let second = viewers.ours(&driver, &elsewhere).await?;
    until(&second, "the second begins", "1 < film.currentTime()").await?;
    until(&second, "the two have met", "0 < film.statistics().bytesFromPeers").await?;
    gate.shut(true);
    second.run("film.setPlaybackRate(4)", Vec::new()).await?;
    until(&second, "the second has seen it all", "film.ended()").await?;
    let peers = number(&second, "film.statistics().bytesFromPeers").await?;
    let fetched = number(&second, "film.statistics().bytesFetched").await?;
    println!("the second: {peers} B from viewers of the other instance, {fetched} B from the origin");
    ensure!(fetched < peers, "the second had {fetched} B from the origin and {peers} B from viewers");
    ensure!(number(&second, "film.statistics().bodiesForged").await? == 0.0, "something was refused");
    gate.shut(false);
    first.close().await?;
    second.close().await?;
    sea.stop().await?;
    harbour.stop().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_of_elsewhere_is_watched_on_a_page_of_here() -> Result<()> {
    let (gate, mut sea, mut harbour, uuid) = stage().await?;
    let driver = Driver::start().await?;
    let browser = driver.neighbour().await?;
    browser.goto(&harbour.url(&format!("/w/{uuid}"))).await?;
    let plays = format!("(() => {{ const video = {VIDEO}; return 1 < (video?.currentTime ?? 0); }})()");
    let begins = browser.wait_for("the film plays", &plays, PLAYED).await;
    if begins.is_err() {
        browser.screenshot("elsewhere-broken").await?;
        let text = browser.value("document.body.innerText").await?;
        return begins.with_context(|| format!("the page says {text}"));
    }
    let says = |word: &str| format!("document.body.innerText.includes({})", Value::from(word));
    browser.wait_for("its name is there", &says("A minute at sea"), SOON).await?;
    browser.wait_for("and its instance", &says(gate.url("").trim_start_matches("http://")), SOON).await?;
    for (width, height) in [(1280, 900), (360, 740)] {
        browser.size(width, height).await?;
        browser.screenshot(&format!("elsewhere-{width}")).await?;
    }
    browser.close().await?;
    sea.stop().await?;
    harbour.stop().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_carries_the_film_on_when_its_origin_falls_silent() -> Result<()> {
    let (gate, mut sea, mut harbour, uuid) = stage().await?;
    sea.stop().await?;
    sea.set("federation.allow_private_hosts", harbour.address().to_string());
    sea.restart().await?;
    let (at_sea, at_harbour) =
        (Client::new(&gate.url("")).sign_in("root", ADMIN_PASSWORD).await?, harbour.admin().await?);
    let wish = json!({ "videoId": uuid });
    at_harbour.post("/api/v1/server/redundancy/videos", &wish).await?.expect(204)?;
    let page = format!("/api/v1/videos/{uuid}");
    eventually("the sea to hear of the copy", LATER, async || {
        let video = at_sea.get(&page).await?.expect(200)?.json()?;
        let copies = video.pointer("/streamingPlaylists/0/redundancies").and_then(Value::as_array);
        Ok(copies.is_some_and(|copies| !copies.is_empty()).then_some(()))
    })
    .await?;

    // Nobody else watches, and the bytes of the sea come slowly: what is played to the end is not all from there.
    let driver = Driver::start().await?;
    gate.throttle(Some(150_000));
    let viewer = Viewers::behind(&gate)?.ours(&driver, &json!({ "video": uuid, "p2p": false })).await?;
    until(&viewer, "the film begins", "1 < film.currentTime()").await?;
    gate.shut(true);
    let passed = gate.passed();
    viewer.run("film.setPlaybackRate(4)", Vec::new()).await?;
    until(&viewer, "it goes on to its end", "film.ended()").await?;
    let (fetched, after) = (number(&viewer, "film.statistics().bytesFetched").await?, gate.passed() - passed);
    println!(
        "{fetched} B fetched, {passed} B of them from the sea before it fell silent, and {after} B after"
    );
    ensure!(number(&viewer, "film.statistics().bodiesForged").await? == 0.0, "something was refused");
    viewer.close().await?;
    sea.stop().await?;
    harbour.stop().await?;
    Ok(())
}
