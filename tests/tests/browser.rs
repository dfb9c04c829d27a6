//! What a maker does with the pages, in a real browser: sign in, publish a film, watch it, stop an upload and go on.

use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::json;
use tests::rig::{
    ADMIN_PASSWORD, Browser, Clip, Driver, Instance, Network, VIDEO, big_buck_bunny, bikes, clip, eventually,
};

/// For what a page does by itself.
const SOON: Duration = Duration::from_secs(60);
/// For what the server makes of a film.
const LATER: Duration = Duration::from_secs(300);

async fn sign_in(browser: &Browser, server: &Instance) -> Result<()> {
    browser.goto(&server.url("/login")).await?;
    browser.fill("#login-name", "root", SOON).await?;
    browser.fill("#login-password", ADMIN_PASSWORD, SOON).await?;
    browser.click("form button[type=submit]", SOON).await?;
    browser.wait_for("the sign-in page is left", "location.pathname !== '/login'", SOON).await
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_publishes_a_film_and_watches_it() -> Result<()> {
    let mut server = Instance::start().await?;
    let driver = Driver::start().await?;
    let browser = driver.browser().await?;
    sign_in(&browser, &server).await?;

    browser.goto(&server.url("/videos/upload")).await?;
    browser.choose_files("#upload-files", &[big_buck_bunny()?], SOON).await?;
    browser.find(".ship", SOON).await?;
    browser.screenshot("upload").await?;
    browser.click(".ship form button[type=submit]", SOON).await?;
    browser.click(".ship a[href^='/w/']", LATER).await?;

    browser.wait_for("the watch page", "location.pathname.startsWith('/w/')", SOON).await?;
    browser.wait_for("a player", VIDEO, LATER).await?;
    browser
        .run(&format!("const video = {VIDEO}; video.muted = true; video.play().catch(() => {{}})"), vec![])
        .await?;
    browser.wait_for("playback advances", &format!("2 < {VIDEO}.currentTime"), LATER).await?;
    ensure!(browser.value("document.title").await?.as_str().unwrap_or_default().contains("bigbuckbunny"));
    let pixels = browser.value(&format!("{VIDEO}.videoWidth")).await?;
    ensure!(pixels.as_u64().is_some_and(|width| 100 < width), "no picture: {pixels}");
    browser.screenshot("watch").await?;
    browser.size(320, 700).await?;
    ensure!(
        browser.value("document.documentElement.scrollWidth <= 320").await? == json!(true),
        "the watch page is wider than a narrow screen"
    );
    browser.screenshot("watch-narrow").await?;

    browser.size(1280, 900).await?;
    browser.goto(&server.url("/videos/browse?scope=local")).await?;
    browser.find("a[href^='/w/']", SOON).await?;
    browser.screenshot("browse").await?;
    browser.close().await?;
    server.stop().await?;
    Ok(())
}

/// Bytes the page says it has sent.
const SENT: &str = "document.querySelector('.ship progress').value";

/// The button of an upload with this text.
async fn press(browser: &Browser, label: &str) -> Result<()> {
    let button = format!(
        "[...document.querySelectorAll('.ship-acts button, dialog button')].find((button) => button.textContent === '{label}')"
    );
    browser.wait_for(&format!("the button {label}"), &button, SOON).await?;
    browser.run(&format!("{button}.click()"), vec![]).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_is_stopped_left_taken_up_again_and_given_up() -> Result<()> {
    let film = clip(&Clip { seconds: 20, width: 1280, height: 720, ..Clip::default() })?;
    let size = std::fs::metadata(&film)?.len();
    // Slow enough that it cannot be through before the page is left.
    let slow = Network { bytes_per_second: size / 20, latency: Duration::ZERO, is_offline: false };
    let mut server = Instance::start().await?;
    let driver = Driver::start().await?;
    let browser = driver.browser().await?;
    sign_in(&browser, &server).await?;
    browser.goto(&server.url("/videos/upload")).await?;
    browser.network(Some(slow)).await?;
    browser.choose_files("#upload-files", std::slice::from_ref(&film), SOON).await?;
    browser.wait_for("a tenth is sent", &format!("10 <= {SENT}"), LATER).await?;

    press(&browser, "Pause").await?;
    let facts = "document.querySelector('.ship-facts').textContent";
    browser.wait_for("it is paused", &format!("{facts}.startsWith('Paused')"), SOON).await?;
    browser.screenshot("upload-paused").await?;
    // A tab that is closed asks nobody.
    let tab = browser.driver().new_window(true).await?;
    browser.driver().close_window().await?;
    browser.driver().switch_to_window(tab.handle).await?;
    browser.goto(&server.url("/videos/upload")).await?;
    browser.find(".unfinished", SOON).await?;
    browser.screenshot("upload-unfinished").await?;
    // On a quick machine the sentence is gone before anybody looks for it.
    let listen = "window.notes = []; new MutationObserver(() => { \
        const note = document.querySelector('.ship .ship-note'); if (note) notes.push(note.textContent); \
        }).observe(document.body, { subtree: true, childList: true, characterData: true })";
    browser.run(listen, vec![]).await?;
    browser.choose_files("#upload-files", &[film], SOON).await?;
    let resumed = "notes.some((note) => note.startsWith('Resumed: '))";
    browser.wait_for("it begins where it was", resumed, SOON).await?;
    browser.click(".ship form button[type=submit]", SOON).await?;
    browser.find(".ship a[href^='/w/']", LATER).await?;
    let admin = server.admin().await?;
    let mine = admin.get("/api/v1/users/me/videos").await?.expect(200)?.json()?;
    assert_eq!(mine.get("total"), Some(&json!(1)));
    press(&browser, "Remove from this list").await?;

    browser.network(Some(Network { bytes_per_second: 20_000, ..slow })).await?;
    browser.choose_files("#upload-files", &[bikes()?], SOON).await?;
    browser.wait_for("some of it is sent", &format!("2 <= {SENT}"), LATER).await?;
    press(&browser, "Pause").await?;
    browser.wait_for("it is paused, too", &format!("{facts}.startsWith('Paused')"), SOON).await?;
    press(&browser, "Resume").await?;
    browser.wait_for("it goes on", &format!("!{facts}.startsWith('Paused')"), SOON).await?;
    press(&browser, "Cancel").await?;
    browser.find("dialog[open]", SOON).await?;
    press(&browser, "Cancel the upload").await?;
    browser.wait_for("it is off the list", "!document.querySelector('.ship')", SOON).await?;
    browser.network(None).await?;
    eventually("the server forgets it", SOON, async || {
        let left = std::fs::read_dir(server.data().join("uploads"))?.count();
        Ok((left == 0).then_some(()))
    })
    .await?;

    let folder = tempfile::tempdir()?;
    let notes = folder.path().join("notes.txt");
    std::fs::write(&notes, "not a film")?;
    browser.choose_files("#upload-files", &[notes], SOON).await?;
    let refused =
        "document.querySelector('[role=alert]')?.textContent === 'notes.txt is not a video or audio file.'";
    browser.wait_for("a file that is no film is refused", refused, SOON).await?;
    browser.close().await?;
    server.stop().await?;
    Ok(())
}
