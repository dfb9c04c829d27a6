//! Somebody who uses no mouse: everything a maker does is reached with Tab, and where the keyboard is can be seen.
//!
//! Only the choice of a file is given to the page: its window belongs to the browser.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use fantoccini::key::Key;
use serde_json::{Value, json};
use tests::rig::{ADMIN_PASSWORD, Browser, Driver, Instance, VIDEO, big_buck_bunny, eventually};

/// For what a page does by itself.
const SOON: Duration = Duration::from_secs(60);
/// For what the server makes of a film.
const LATER: Duration = Duration::from_secs(300);
/// More stops than any page has.
const STOPS_MAX: usize = 150;

/// Where the keyboard is: whether that is what is looked for, what it is, and whether it is seen to be there.
const STOP: &str = "(() => {
    const whole = document.activeElement;
    let stop = whole;
    while (stop.shadowRoot?.activeElement) stop = stop.shadowRoot.activeElement;
    const box = stop.getBoundingClientRect();
    const style = getComputedStyle(stop);
    return {
        hit: whole.matches(a[0]),
        name: `${stop.tagName}#${stop.id}.${stop.className}`,
        seen: stop === document.body || stop.matches('.unseen') || stop.checkVisibility() && 0 < box.width
            && (style.outlineStyle !== 'none' && style.outlineWidth !== '0px' || style.boxShadow !== 'none'),
    };
})()";

/// Goes from stop to stop with a key until one that `selector` names.
async fn go(browser: &Browser, held: &[char], selector: &str) -> Result<()> {
    browser.find(selector, SOON).await?;
    let mut passed = Vec::new();
    for _ in 0..STOPS_MAX {
        browser.press_holding(held, Key::Tab).await?;
        let stop = browser.run(&format!("return {STOP}"), vec![json!(selector)]).await?;
        let name = stop.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
        ensure!(stop.get("seen") == Some(&json!(true)), "nobody sees that the keyboard is at {name}");
        passed.push(name);
        if stop.get("hit") == Some(&json!(true)) {
            return Ok(());
        }
    }
    anyhow::bail!("Tab does not reach {selector}, only {passed:?}")
}

/// Forth.
async fn tab(browser: &Browser, selector: &str) -> Result<()> {
    go(browser, &[], selector).await.with_context(|| format!("on the way to {selector}"))
}

/// Back.
async fn back(browser: &Browser, selector: &str) -> Result<()> {
    go(browser, &[Key::Shift.into()], selector)
        .await
        .with_context(|| format!("on the way back to {selector}"))
}

async fn press(browser: &Browser, selector: &str) -> Result<()> {
    tab(browser, selector).await?;
    browser.press(Key::Enter).await
}

/// Types in place of what stands there.
async fn write(browser: &Browser, text: &str) -> Result<()> {
    browser.press_holding(&[Key::Control.into()], 'a').await?;
    browser.keys(text).await
}

async fn at(browser: &Browser, path: &str) -> Result<()> {
    browser.wait_for(&format!("the page {path}"), &format!("location.pathname === '{path}'"), SOON).await?;
    browser.settle(SOON).await
}

async fn comes_in(browser: &Browser, server: &Instance) -> Result<()> {
    browser.goto(&server.url("/videos/browse")).await?;
    browser.settle(SOON).await?;
    press(browser, ".header a[href^='/login']").await?;
    at(browser, "/login").await?;
    tab(browser, "#login-name").await?;
    write(browser, "root").await?;
    tab(browser, "#login-password").await?;
    write(browser, ADMIN_PASSWORD).await?;
    browser.press(Key::Enter).await?;
    browser.wait_for("somebody is in", "document.querySelector('[aria-controls=menu-account]')", SOON).await
}

async fn publishes(browser: &Browser) -> Result<()> {
    press(browser, ".header a[href='/videos/upload']").await?;
    at(browser, "/videos/upload").await?;
    tab(browser, "#upload-files").await?;
    browser.choose_files("#upload-files", &[big_buck_bunny()?], SOON).await?;
    tab(browser, ".ship form input[id$=name]").await?;
    write(browser, "A hare without a mouse").await?;
    press(browser, ".ship form button[type=submit]").await?;
    browser.find(".ship a[href^='/w/']", LATER).await?;
    Ok(())
}

/// By the menu of the account and the list of one's videos.
async fn opens_the_editor(browser: &Browser) -> Result<()> {
    back(browser, "[aria-controls=menu-account]").await?;
    browser.press(Key::Enter).await?;
    press(browser, "#menu-account a[href='/my-library/videos']").await?;
    at(browser, "/my-library/videos").await?;
    press(browser, ".row-acts a[href^='/videos/update/']").await?;
    browser.find("#caption-language option", SOON).await?;
    browser.settle(SOON).await
}

async fn writes_along_the_film(browser: &Browser, server: &Instance) -> Result<String> {
    let folder = tempfile::tempdir()?;
    let words = folder.path().join("hare.vtt");
    fs::write(&words, "WEBVTT\n\n00:00.500 --> 00:02.000\nGood morning\n")?;
    tab(browser, "#caption-language").await?;
    browser.keys("Englis").await?;
    tab(browser, "#caption-file").await?;
    browser.choose_files("#caption-file", &[words], SOON).await?;
    press(browser, ".line-form button[type=submit]:not([disabled])").await?;
    browser.find(".line-list a[href$='.vtt']", SOON).await?;

    for (time, title) in [("0:00", "Asleep"), ("0:03", "Awake")] {
        press(browser, "form[aria-labelledby=chapters-title] .form-acts button[type=button]").await?;
        back(browser, "#chapters li:last-child .line-time").await?;
        write(browser, time).await?;
        tab(browser, "#chapters li:last-child .line-title").await?;
        write(browser, title).await?;
    }
    press(browser, "form[aria-labelledby=chapters-title] button[type=submit]").await?;
    let client = server.client();
    let listed = client.get("/api/v1/videos").await?.expect(200)?.json()?;
    let film = listed.pointer("/data/0/shortUUID").and_then(Value::as_str).context("no film")?.to_owned();
    eventually("the chapters are kept", SOON, async || {
        let chapters = client.get(&format!("/api/v1/videos/{film}/chapters")).await?.expect(200)?.json()?;
        let kept = json!({ "chapters": [{ "timecode": 0, "title": "Asleep" }, { "timecode": 3, "title": "Awake" }] });
        Ok((chapters == kept).then_some(()))
    })
    .await?;
    let captions = client.get(&format!("/api/v1/videos/{film}/captions")).await?.expect(200)?.json()?;
    ensure!(captions.pointer("/data/0/language/id") == Some(&json!("en")), "{captions}");
    Ok(film)
}

async fn watches_and_talks(browser: &Browser, film: &str) -> Result<()> {
    back(browser, "[aria-controls=menu-account]").await?;
    browser.press(Key::Enter).await?;
    press(browser, "#menu-account a[href='/my-library/videos']").await?;
    at(browser, "/my-library/videos").await?;
    press(browser, ".row-title a").await?;
    at(browser, &format!("/w/{film}")).await?;
    browser.wait_for("a player", VIDEO, LATER).await?;
    tab(browser, ".player-stage *").await?;
    browser.press('m').await?;
    browser.wait_for("it is silent", &format!("{VIDEO}.muted"), SOON).await?;
    browser.run(&format!("const video = {VIDEO}; window.before = video.paused"), vec![]).await?;
    browser.press('k').await?;
    browser.wait_for("it plays or pauses", &format!("{VIDEO}.paused !== window.before"), SOON).await?;
    press(browser, ".maker .follow button").await?;
    browser
        .wait_for(
            "one follows",
            "document.querySelector('.maker .follow').textContent.includes('1 follower')",
            SOON,
        )
        .await?;
    tab(browser, "#comment-new").await?;
    browser.keys("All this by hand").await?;
    browser.press_holding(&[Key::Control.into()], Key::Enter).await?;
    browser
        .wait_for(
            "it is said",
            "document.querySelector('.comment .prose')?.textContent.includes('by hand')",
            SOON,
        )
        .await
}

/// The language is a choice of radio buttons: Tab goes to the group, an arrow through it.
async fn reads_french(browser: &Browser) -> Result<()> {
    back(browser, "[aria-controls=menu-display]").await?;
    browser.press(Key::Enter).await?;
    tab(browser, "#menu-display input[name=language]").await?;
    browser.press(Key::Down).await?;
    browser.wait_for("the page is French", "document.documentElement.lang === 'fr'", SOON).await?;
    browser.press(Key::Escape).await?;
    browser
        .wait_for("the menu is shut", "document.activeElement.matches('[aria-controls=menu-display]')", SOON)
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_maker_needs_no_mouse() -> Result<()> {
    let mut server = Instance::start().await?;
    let driver = Driver::start().await?;
    let browser = driver.browser().await?;
    browser.theme(false).await?;
    comes_in(&browser, &server).await?;
    publishes(&browser).await?;
    opens_the_editor(&browser).await?;
    let film = writes_along_the_film(&browser, &server).await?;
    watches_and_talks(&browser, &film).await?;
    reads_french(&browser).await?;
    browser.screenshot("keyboard-end").await?;
    browser.close().await?;
    server.stop().await?;
    Ok(())
}
