//! A video in a frame on somebody else's site: every wish of its address, what is not for everybody, sandboxes, browsers
//! without scripts, and what it keeps of its viewers.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use fantoccini::key::Key;
use serde_json::{Value, json};
use tests::rig::{
    Browser, Client, Clip, Driver, Finding, Framing, Instance, Parts, Upload, VIDEO, clip, eventually,
    findings, full,
};

/// For what a page does by itself.
const SOON: Duration = Duration::from_secs(60);
/// For what the server makes of a film.
const LATER: Duration = Duration::from_secs(300);
/// For what is played, which takes its time.
const PLAYED: Duration = Duration::from_secs(90);
const PASSWORD: &str = "open sesame";

/// Frames on web pages: the smallest that is offered, PeerTube's own, and a wall.
const SIZES: [(u32, u32); 3] = [(200, 120), (560, 315), (3840, 2160)];

/// What the stories frame.
struct Stage {
    server: Instance,
    admin: Client,
    site: Framing,
    /// Twenty seconds with sound and captions in two languages: its UUID.
    film: String,
    /// Its name on pages.
    short: String,
    /// Eight seconds that need a password.
    locked: String,
    /// Eight seconds that come out in a hundred years.
    planned: String,
}

impl Stage {
    async fn build() -> Result<Stage> {
        let server = Instance::start().await?;
        let admin = server.admin().await?;
        let long = clip(&Clip { seconds: 20, ..Clip::default() })?;
        let brief = clip(&Clip { width: 426, height: 240, ..Clip::default() })?;
        let film = Upload::file(&admin, &json!({ "name": "A harbour", "privacy": 1 }), &long).await?;
        let locked = json!({ "name": "Behind a door", "privacy": 5, "videoPasswords": [PASSWORD] });
        let locked = Upload::file(&admin, &locked, &brief).await?;
        let planned = json!({ "name": "Of tomorrow", "privacy": 3,
            "scheduleUpdate": { "updateAt": "2100-01-01T12:00:00.000Z", "privacy": 1 } });
        let planned = Upload::file(&admin, &planned, &brief).await?;
        for video in [&film, &locked, &planned] {
            Upload::finished(&admin, video, LATER).await?;
        }
        for (language, words) in [("en", "Hello"), ("fr", "Bonjour")] {
            caption(&admin, &film, language, words).await?;
        }
        let video = admin.get(&format!("/api/v1/videos/{film}")).await?.expect(200)?.json()?;
        let short = video.get("shortUUID").and_then(Value::as_str).context("a video without a short name")?;
        let short = short.to_owned();
        Ok(Stage { site: Framing::open().await?, server, admin, film, short, locked, planned })
    }

    /// The page of the film in a frame, with these wishes.
    fn film(&self, wishes: &str) -> String {
        self.server.url(&format!("/videos/embed/{}?{wishes}", self.film))
    }

    /// Opens the site's page, and goes into its frame.
    async fn enter(&self, browser: &Browser, src: &str, more: &[(&str, &str)]) -> Result<()> {
        browser.goto(&self.site.url(&self.site.host()?, src, more)?).await?;
        Ok(browser.driver().enter_frame(0).await?)
    }
}

async fn caption(client: &Client, video: &str, language: &str, words: &str) -> Result<()> {
    let text = format!(
        "--b\r\nContent-Disposition: form-data; name=\"captionfile\"; filename=\"a.vtt\"\r\n\r\n\
         WEBVTT\n\n00:00.000 --> 00:20.000\n{words}\n\r\n--b--\r\n"
    );
    let path = format!("/api/v1/videos/{video}/captions/{language}");
    let kind = [("content-type", "multipart/form-data; boundary=b")];
    client.send(http::Method::PUT, &path, &kind, full(text)).await?.expect(204)?;
    Ok(())
}

/// An element of the player.
fn part(selector: &str) -> String {
    format!("{VIDEO}.getRootNode().querySelector({})", Value::from(selector))
}

/// One wish of the address: what is true some time after the frame has opened.
async fn wish(browser: &Browser, stage: &Stage, wishes: &str, what: &str, expression: &str) -> Result<()> {
    stage.enter(browser, &stage.film(wishes), &[]).await?;
    let told = browser.wait_for(&format!("{wishes}: {what}"), expression, PLAYED).await;
    if told.is_err() {
        let state = format!(
            "(({{ currentTime, paused, muted, readyState, playbackRate }}) =>
                ({{ currentTime, paused, muted, readyState, playbackRate }}))({VIDEO})"
        );
        let state = browser.value(&state).await.unwrap_or_default();
        return told.with_context(|| format!("the picture says {state}"));
    }
    told
}

async fn moments(browser: &Browser, stage: &Stage) -> Result<()> {
    let from = format!("12 <= {VIDEO}.currentTime && !{VIDEO}.paused");
    for start in ["12", "12s", "0m12s", "0:12"] {
        wish(browser, stage, &format!("start={start}&autoplay=1"), "it begins there", &from).await?;
    }
    let between = format!("{VIDEO}.paused && 4.5 < {VIDEO}.currentTime && {VIDEO}.currentTime < 6");
    wish(browser, stage, "start=3&stop=5&autoplay=1", "it stops there", &between).await?;
    // It goes on from there when it is asked to.
    browser.run(&format!("{VIDEO}.play()"), Vec::new()).await?;
    browser.wait_for("it plays on", &format!("6.5 < {VIDEO}.currentTime"), PLAYED).await
}

async fn beginnings(browser: &Browser, stage: &Stage) -> Result<()> {
    let stands = format!("{VIDEO}.paused && 2 <= {VIDEO}.readyState && {VIDEO}.currentTime < 0.2");
    wish(browser, stage, "", "it waits to be started", &stands).await?;
    let begun = browser.value(&format!("[{VIDEO}.muted, {VIDEO}.playbackRate]")).await?;
    ensure!(begun == json!([false, 1]), "without a wish it is muted, at a speed: {begun}");
    let plays = format!("!{VIDEO}.paused && 0.5 < {VIDEO}.currentTime");
    wish(browser, stage, "autoplay=1", "it begins by itself", &plays).await?;
    wish(browser, stage, "autoplay=1&muted=1", "without sound", &format!("{plays} && {VIDEO}.muted")).await?;
    wish(
        browser,
        stage,
        "playbackRate=1.5&autoplay=1",
        "faster",
        &format!("{plays} && {VIDEO}.playbackRate === 1.5"),
    )
    .await?;
    wish(browser, stage, "warningTitle=0&autoplay=1", "as ever", &plays).await?;
    // It begins near its end and is soon before that.
    stage.enter(browser, &stage.film("loop=1&start=18&autoplay=1"), &[]).await?;
    let again = format!("!{VIDEO}.paused && 0.2 < {VIDEO}.currentTime && {VIDEO}.currentTime < 15");
    browser.wait_for("loop=1: it begins anew", &again, PLAYED).await
}

async fn looks(browser: &Browser, stage: &Stage) -> Result<()> {
    let there = format!("2 <= {VIDEO}.readyState");
    let bar = part(".bar");
    let style = |part: &str, property: &str| format!("getComputedStyle({part}).{property}");
    let big = part(".big-play");
    let both = format!("{there} && {} !== 'none' && !{big}.hidden", style(&bar, "display"));
    wish(browser, stage, "", "a bar and the big button", &both).await?;
    let bare = format!(
        "{there} && {}.hasAttribute('data-bare') && {} === '0'",
        part(".player"),
        style(&bar, "opacity")
    );
    wish(browser, stage, "controls=0", "nothing to work it by", &bare).await?;
    let no_bar = format!("{there} && {} === 'none' && !{big}.hidden", style(&bar, "display"));
    wish(browser, stage, "controlBar=0", "no bar, the big button", &no_bar).await?;
    browser.run(&format!("{big}.click()"), Vec::new()).await?;
    browser.wait_for("the big button starts it", &format!("0.3 < {VIDEO}.currentTime"), PLAYED).await?;
    let red = format!("{} === 'rgb(255, 0, 0)'", style(&big, "backgroundColor"));
    wish(browser, stage, "bigPlayBackgroundColor=%23ff0000", "a red button", &red).await?;
    let green = format!("{} === 'rgb(0, 128, 0)'", style(&part(".player"), "color"));
    wish(browser, stage, "foregroundColor=green", "green signs", &green).await
}

async fn titles(browser: &Browser, stage: &Stage) -> Result<()> {
    let title = "document.getElementById('title')";
    let link = format!("{title}.firstElementChild");
    let named = format!("!{title}.hidden && {link}.textContent === 'A harbour'");
    let leads = format!("{named} && {link}.getAttribute('href') === '/w/{}'", stage.short);
    wish(browser, stage, "", "the title leads to the page", &leads).await?;
    let plain = format!("{named} && !{link}.hasAttribute('href')");
    wish(browser, stage, "peertubeLink=0", "the title leads nowhere", &plain).await?;
    let none = format!("2 <= {VIDEO}.readyState && {title}.hidden");
    wish(browser, stage, "title=0", "there is no title", &none).await
}

async fn captions(browser: &Browser, stage: &Stage) -> Result<()> {
    let cue = format!("{}?.textContent ?? ''", part(".cue"));
    let bonjour = format!("({cue}).includes('Bonjour')");
    wish(browser, stage, "subtitle=fr&autoplay=1", "French captions", &bonjour).await?;
    // An address decides nothing for the next frame.
    let none = format!("1 < {VIDEO}.currentTime && ({cue}) === ''");
    wish(browser, stage, "autoplay=1", "no captions", &none).await
}

/// The code for sharing is loaded where viewers may share, and nowhere else.
async fn sharing(browser: &Browser, stage: &Stage) -> Result<()> {
    let code =
        "performance.getEntriesByType('resource').filter((one) => one.name.includes('_sharing')).length";
    let plays = format!("2 < {VIDEO}.currentTime");
    for wishes in ["p2p=0&autoplay=1", "mode=web-video&autoplay=1"] {
        wish(browser, stage, wishes, "it plays", &plays).await?;
        ensure!(browser.value(code).await? == json!(0), "{wishes}: the code for sharing was loaded");
    }
    for wishes in ["p2p=1&autoplay=1", "mode=p2p-media-loader&autoplay=1"] {
        let both = format!("{plays} && 0 < {code}");
        wish(browser, stage, wishes, "it plays, with the code for sharing", &both).await?;
    }
    Ok(())
}

/// Nothing but scripts is allowed: the frame has no origin, no storage, no forms.
async fn in_a_sandbox(browser: &Browser, stage: &Stage) -> Result<()> {
    let host = stage.site.host_far()?;
    let more = [("sandbox", "allow-scripts"), ("drive", "")];
    browser.goto(&stage.site.url(&host, &stage.film("api=1&muted=1"), &more)?).await?;
    browser.wait_for("the sandboxed frame is ready", "window.isReady", PLAYED).await?;
    browser.run("film.play()", Vec::new()).await?;
    browser.wait_for("it plays in its sandbox", "1 < await film.getCurrentTime()", PLAYED).await?;
    let picture = browser.run("return (await film.getImageDataUrl()).slice(0, 23)", Vec::new()).await?;
    ensure!(picture == json!("data:image/jpeg;base64,"), "its picture is {picture}");

    let locked = stage.server.url(&format!("/videos/embed/{}", stage.locked));
    stage.enter(browser, &locked, &[("sandbox", "allow-scripts")]).await?;
    browser.fill("#lock-password", PASSWORD, SOON).await?;
    browser.click("#lock button", SOON).await?;
    let plays = format!("0.3 < {VIDEO}.currentTime");
    browser.wait_for("a password opens it in a sandbox", &plays, PLAYED).await
}

/// By hand, by keyboard, and with a wrong word first.
async fn behind_a_password(browser: &Browser, stage: &Stage) -> Result<()> {
    let locked = stage.server.url(&format!("/videos/embed/{}", stage.locked));
    stage.enter(browser, &locked, &[]).await?;
    browser.find("#lock:not([hidden]) #lock-password", SOON).await?;
    let told = browser.value("document.documentElement.outerHTML.includes('Behind a door')").await?;
    ensure!(told == json!(false), "the page tells its name before the password");
    let label = browser.value("document.querySelector('label[for=lock-password]').textContent").await?;
    ensure!(label == json!("This video is protected by a password"), "the field is called {label}");
    nothing_grave(browser, "the form").await?;
    browser.screenshot("embed-password").await?;
    browser.fill("#lock-password", "a guess", SOON).await?;
    browser.press(Key::Enter).await?;
    let wrong = "document.getElementById('lock-wrong').textContent === 'That is not the password.'
        && document.activeElement.id === 'lock-password'";
    browser.wait_for("a wrong word is named", wrong, SOON).await?;
    browser.fill("#lock-password", PASSWORD, SOON).await?;
    browser.press(Key::Tab).await?;
    browser.press(Key::Enter).await?;
    let plays = format!("0.5 < {VIDEO}.currentTime && document.getElementById('lock').hidden");
    browser.wait_for("the right one opens it", &plays, PLAYED).await?;
    let title = browser.value("document.querySelector('#title a').textContent").await?;
    ensure!(title == json!("Behind a door"), "its title is {title}");
    Ok(())
}

async fn not_out_yet(browser: &Browser, stage: &Stage) -> Result<()> {
    let planned = stage.server.url(&format!("/videos/embed/{}", stage.planned));
    stage.enter(browser, &planned, &[]).await?;
    let message = part(".message[data-shown] p");
    browser.wait_for("a sentence", &format!("{message}?.textContent.includes('private')"), SOON).await?;
    let told = browser.value("document.documentElement.outerHTML.includes('Of tomorrow')").await?;
    ensure!(told == json!(false), "the page tells the name of what is not out yet");
    Ok(())
}

/// What the frame shows where the browser let nothing of ours in.
const REFUSED: &str = "location.protocol === 'chrome-error:'";

/// A maker names the sites; browsers and the frame itself keep to it. Other pages are framed by nobody.
async fn only_where_its_maker_wants(browser: &Browser, stage: &Stage) -> Result<()> {
    let path = format!("/api/v1/videos/{}/embed-privacy", stage.film);
    let (near, far) = (stage.site.host()?, stage.site.host_far()?);
    stage.admin.put(&path, &json!({ "policy": 2, "domains": [far] })).await?.expect(204)?;
    let asked = stage.film("api=1&autoplay=1&muted=1");
    browser.goto(&stage.site.url(&far, &asked, &[("drive", "")])?).await?;
    browser
        .wait_for("it plays where it may", "window.isReady && 0.3 < await film.getCurrentTime()", PLAYED)
        .await?;

    browser.goto(&stage.site.url(&near, &asked, &[])?).await?;
    browser.driver().enter_frame(0).await?;
    let sentence = "document.body.textContent.includes('does not want it to be shown on this site')";
    browser.wait_for("a sentence where it may not", sentence, SOON).await?;
    ensure!(browser.value("document.scripts.length").await? == json!(0), "the sentence comes with scripts");
    browser.screenshot("embed-refused").await?;
    // A page that does not say who it is gets the frame, which no browser shows there.
    browser.goto(&stage.site.url(&near, &asked, &[("referrerpolicy", "no-referrer")])?).await?;
    browser.driver().enter_frame(0).await?;
    browser.wait_for("the browser shows nothing of it", REFUSED, SOON).await?;
    stage.admin.put(&path, &json!({ "policy": 1, "domains": [] })).await?.expect(204)?;

    for page in [format!("/w/{}", stage.short), "/login".to_owned(), "/videos/browse".to_owned()] {
        browser.goto(&stage.site.url(&near, &stage.server.url(&page), &[])?).await?;
        browser.driver().enter_frame(0).await?;
        browser.wait_for(&format!("{page} is not framed"), REFUSED, SOON).await?;
    }
    Ok(())
}

/// Whoever only watches leaves nothing behind and is sent nowhere else.
async fn keeps_nothing(browser: &Browser, stage: &Stage) -> Result<()> {
    let answer = stage.server.client().get(&format!("/videos/embed/{}", stage.film)).await?.expect(200)?;
    ensure!(answer.header("set-cookie").is_empty(), "the page sets {}", answer.header("set-cookie"));
    let asked = stage.film("api=1&autoplay=1&muted=1&subtitle=fr");
    browser.goto(&stage.site.url(&stage.site.host_far()?, &asked, &[("drive", "")])?).await?;
    browser.wait_for("it plays", "3 < await film.getCurrentTime()", PLAYED).await?;
    browser.run("await film.setVolume(0.4); await film.setPlaybackRate(2)", Vec::new()).await?;
    browser.driver().enter_frame(0).await?;
    let kept = "({
        cookies: document.cookie,
        local: localStorage.length,
        session: Object.keys(sessionStorage),
        databases: (await indexedDB.databases()).map(({ name }) => name),
        caches: (globalThis.caches && await caches.keys()) ?? [],
        workers: (await navigator.serviceWorker?.getRegistrations() ?? []).length,
    })";
    let kept = browser.value(kept).await?;
    let nothing =
        json!({ "cookies": "", "local": 0, "session": [], "databases": [], "caches": [], "workers": 0 });
    ensure!(kept == nothing, "a viewer who did nothing leaves {kept}");
    let others = "performance.getEntriesByType('resource').map(({ name }) => new URL(name))
        .filter(({ protocol, host }) => protocol !== 'blob:' && protocol !== 'data:' && host !== location.host)
        .map(({ href }) => href)";
    let others = browser.value(others).await?;
    ensure!(others == json!([]), "it asked others: {others}");
    Ok(())
}

/// The value of an expression in a page whose own scripts do not run.
async fn ask_silently(browser: &Browser, expression: &str) -> Result<Value> {
    let asking = json!({ "expression": expression, "returnByValue": true, "userGesture": true });
    let answer = browser.devtools("Runtime.evaluate", asking).await?;
    Ok(answer.pointer("/result/value").cloned().unwrap_or_default())
}

/// The first element of a kind in a tree of the DevTools, as its attributes, name and value by turns.
fn first<'a>(tree: &'a Value, kind: &str) -> Option<&'a Value> {
    if tree.get("nodeName").and_then(Value::as_str) == Some(kind) {
        return tree.get("attributes");
    }
    tree.get("children")?.as_array()?.iter().find_map(|child| first(child, kind))
}

fn attribute<'a>(attributes: &'a Value, name: &str) -> Option<&'a str> {
    let list = attributes.as_array()?;
    let at = list.iter().step_by(2).position(|one| one.as_str() == Some(name))?;
    list.get(at * 2 + 1)?.as_str()
}

/// The browser's own player has a file that comes in ranges, and plays it.
async fn without_scripts(browser: &Browser, stage: &Stage) -> Result<()> {
    browser.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await?;
    browser.goto(&stage.film("")).await?;
    let tree = browser.devtools("DOM.getDocument", json!({ "depth": -1 })).await?;
    let root = tree.get("root").context("no document")?;
    let source = first(root, "SOURCE").context("there is no source for the browser's own player")?;
    let (path, kind) = (attribute(source, "src"), attribute(source, "type"));
    ensure!(kind == Some("video/mp4"), "its first source is {source}");
    let path = path.context("a source without an address")?;
    let answer = stage.server.client().get_range(path, "bytes=0-99").await?.expect(206)?;
    ensure!(answer.header("content-type") == "video/mp4", "its type is {}", answer.header("content-type"));
    let video = first(root, "VIDEO").context("no player")?;
    ensure!(attribute(video, "controls").is_some(), "nothing to work it by: {video}");
    ensure!(attribute(video, "aria-label") == Some("A harbour"), "its name is {video}");
    ask_silently(browser, "document.querySelector('video').play(); true").await?;
    eventually("it plays without scripts", PLAYED, async || {
        let at = ask_silently(browser, "document.querySelector('video').currentTime").await?;
        Ok(at.as_f64().is_some_and(|at| 0.5 < at).then_some(()))
    })
    .await?;
    browser.screenshot("embed-without-scripts").await?;

    browser.goto(&stage.server.url(&format!("/videos/embed/{}", stage.locked))).await?;
    let text = ask_silently(browser, "document.querySelector('noscript').textContent").await?;
    ensure!(text.as_str().is_some_and(|text| text.contains("protected by a password")), "it says {text}");
    Ok(())
}

async fn nothing_grave(browser: &Browser, place: &str) -> Result<()> {
    let found = findings(browser).await?;
    let grave: Vec<String> =
        found.iter().filter(|finding| Finding::is_grave(finding)).map(ToString::to_string).collect();
    ensure!(grave.is_empty(), "{place}: {grave:?}");
    Ok(())
}

/// At every size, light and dark; the judge looks at the usual one.
async fn pictures(browser: &Browser, stage: &Stage) -> Result<()> {
    for (width, height) in SIZES {
        browser.size(width, height).await?;
        let (wide, high) = (width.to_string(), height.to_string());
        for is_dark in [false, true] {
            browser.theme(is_dark).await?;
            stage
                .enter(
                    browser,
                    &stage.film("start=5"),
                    &[("width", wide.as_str()), ("height", high.as_str())],
                )
                .await?;
            let still = format!("2 <= {VIDEO}.readyState && !{}.hidden", part(".big-play"));
            browser.wait_for("the first picture", &still, PLAYED).await?;
            let out = "[...document.querySelectorAll('h1, h1 a, #player > *')]
                .map((element) => element.getBoundingClientRect())
                .filter(({ left, top, right, bottom }) =>
                    left < -1 || top < -1 || innerWidth + 1 < right || innerHeight + 1 < bottom).length";
            ensure!(
                browser.value(out).await? == json!(0),
                "something ends outside of the frame of {width} x {height}"
            );
            if width == 560 {
                nothing_grave(browser, "the frame").await?;
            }
            let theme = if is_dark { "dark" } else { "light" };
            browser.screenshot(&format!("embed-{width}x{height}-{theme}")).await?;
        }
    }
    browser.size(1280, 900).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_shows_a_video_as_its_address_and_its_maker_want_it() -> Result<()> {
    let mut stage = Stage::build().await?;
    let driver = Driver::start().await?;
    let mut parts = Parts::default();
    let browser = driver.browser().await?;
    parts.note("moments", moments(&browser, &stage).await);
    parts.note("beginnings", beginnings(&browser, &stage).await);
    parts.note("looks", looks(&browser, &stage).await);
    parts.note("titles", titles(&browser, &stage).await);
    parts.note("captions", captions(&browser, &stage).await);
    parts.note("sharing", sharing(&browser, &stage).await);
    parts.note("a password", behind_a_password(&browser, &stage).await);
    parts.note("not out yet", not_out_yet(&browser, &stage).await);
    parts.note("who may frame", only_where_its_maker_wants(&browser, &stage).await);
    parts.note("pictures", pictures(&browser, &stage).await);
    parts.note("a sandbox", in_a_sandbox(&browser, &stage).await);
    browser.close().await?;
    // Who never was here before.
    let stranger = driver.browser().await?;
    parts.note("what is kept", keeps_nothing(&stranger, &stage).await);
    stranger.close().await?;
    let silent = driver.browser().await?;
    parts.note("without scripts", without_scripts(&silent, &stage).await);
    silent.close().await?;
    stage.server.stop().await?;
    parts.end()
}
