//! What a person does with the pages, in a real browser: sign in, publish a film, watch it.

use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::json;
use tests::rig::{ADMIN_PASSWORD, Browser, Clip, Driver, Instance, Network, VIDEO, big_buck_bunny, clip};

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

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_told_and_nothing_is_lost() -> Result<()> {
    let mut server = Instance::start().await?;
    let driver = Driver::start().await?;
    let browser = driver.browser().await?;
    browser.goto(&server.url("/login")).await?;
    browser.fill("#login-name", "root", SOON).await?;
    browser.fill("#login-password", "not the password", SOON).await?;
    browser.click("form button[type=submit]", SOON).await?;
    browser.find("form [role=alert]", SOON).await?;
    assert_eq!(browser.value("document.querySelector('#login-name').value").await?, json!("root"));
    assert_eq!(browser.value("location.pathname").await?, json!("/login"));
    browser.screenshot("login-refused").await?;
    browser.close().await?;
    server.stop().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_goes_on_after_the_page_was_left() -> Result<()> {
    let film = clip(&Clip { seconds: 20, width: 1280, height: 720, ..Clip::default() })?;
    let size = std::fs::metadata(&film)?.len();
    let mut server = Instance::start().await?;
    let driver = Driver::start().await?;
    let browser = driver.browser().await?;
    sign_in(&browser, &server).await?;
    browser.goto(&server.url("/videos/upload")).await?;
    // Slow enough that it cannot be through before the page is left.
    let slow = Network { bytes_per_second: size / 20, latency: Duration::ZERO, is_offline: false };
    browser.network(Some(slow)).await?;
    browser.choose_files("#upload-files", std::slice::from_ref(&film), SOON).await?;
    let sent =
        "document.querySelector('.ship progress') && 10 <= document.querySelector('.ship progress').value";
    browser.wait_for("a tenth is sent", sent, LATER).await?;
    // A page with an upload asks before it is left; a tab that is closed does not answer.
    browser.run("window.onbeforeunload = null; window.addEventListener('beforeunload', (event) => event.stopImmediatePropagation(), true)", vec![]).await?;
    browser.goto("about:blank").await?;
    browser.network(None).await?;

    browser.goto(&server.url("/videos/upload")).await?;
    browser.find(".unfinished", SOON).await?;
    browser.screenshot("upload-unfinished").await?;
    browser.choose_files("#upload-files", &[film], SOON).await?;
    browser.click(".ship form button[type=submit]", SOON).await?;
    browser.find(".ship a[href^='/w/']", LATER).await?;
    let admin = server.admin().await?;
    let mine = admin.get("/api/v1/users/me/videos").await?.expect(200)?.json()?;
    assert_eq!(mine.get("total"), Some(&json!(1)));
    browser.close().await?;
    server.stop().await?;
    Ok(())
}
