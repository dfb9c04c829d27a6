//! The page around a frame drives what is in it: PeerTube's own client, unmodified, on somebody else's site, and the page
//! that instances have for trying.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use fantoccini::key::Key;
use serde_json::{Value, json};
use tests::rig::{
    Browser, Client, Clip, Driver, Finding, Framing, Instance, Parts, Upload, clip, findings, full,
};

/// For what a page does by itself.
const SOON: Duration = Duration::from_secs(60);
/// For what the server makes of a film.
const LATER: Duration = Duration::from_secs(300);
/// For what is played, which takes its time.
const PLAYED: Duration = Duration::from_secs(90);
const PASSWORD: &str = "open sesame";

/// What the stories frame.
struct Stage {
    server: Instance,
    site: Framing,
    /// Twenty seconds in two qualities, with captions in two languages: its UUID.
    film: String,
    /// Eight seconds that need a password.
    locked: String,
    /// A list of eight seconds, and of the twenty.
    list: String,
}

impl Stage {
    async fn build() -> Result<Stage> {
        let server = Instance::start().await?;
        let admin = server.admin().await?;
        let long = clip(&Clip { seconds: 20, ..Clip::default() })?;
        let brief = clip(&Clip { width: 426, height: 240, ..Clip::default() })?;
        let film = Upload::file(&admin, &json!({ "name": "A harbour", "privacy": 1 }), &long).await?;
        let first = Upload::file(&admin, &json!({ "name": "A pier", "privacy": 1 }), &brief).await?;
        let locked = json!({ "name": "Behind a door", "privacy": 5, "videoPasswords": [PASSWORD] });
        let locked = Upload::file(&admin, &locked, &brief).await?;
        for video in [&film, &first, &locked] {
            Upload::finished(&admin, video, LATER).await?;
        }
        for (language, words) in [("en", "Hello"), ("fr", "Bonjour")] {
            caption(&admin, &film, language, words).await?;
        }
        let me = admin.get("/api/v1/users/me").await?.expect(200)?.json()?;
        let channel = me.pointer("/videoChannels/0/id").context("a login has a channel")?;
        let list = json!({ "displayName": "Evenings", "privacy": 1, "videoChannelId": channel });
        let list = admin.post("/api/v1/video-playlists", &list).await?.expect(200)?.json()?;
        let list =
            list.pointer("/videoPlaylist/uuid").and_then(Value::as_str).context("a list has a name")?;
        for video in [&first, &film] {
            let path = format!("/api/v1/video-playlists/{list}/videos");
            admin.post(&path, &json!({ "videoId": video })).await?.expect(200)?;
        }
        Ok(Stage { site: Framing::open().await?, list: list.to_owned(), server, film, locked })
    }

    /// Opens the site's page with a frame of this page of ours, which the client drives.
    async fn drive(&self, browser: &Browser, path: &str, scope: &str) -> Result<()> {
        let host = self.site.host()?;
        browser.goto(&self.site.url(&host, &self.server.url(path), &[("drive", scope)])?).await
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

/// Waits for something the client says; in vain, it tells what was heard last.
async fn until(browser: &Browser, what: &str, expression: &str) -> Result<()> {
    let told = browser.wait_for(what, expression, PLAYED).await;
    if told.is_err() {
        let heard = browser.value("heard.slice(-8)").await.unwrap_or_default();
        return told.with_context(|| format!("heard last: {heard}"));
    }
    told
}

/// What a call of the client brings; a refusal as its name.
async fn call(browser: &Browser, what: &str) -> Result<Value> {
    browser
        .run(
            &format!(
                "return await film.{what}.then((value) => value ?? null, (error) => ({{ refused: error }}))"
            ),
            vec![],
        )
        .await
}

/// Whether an event of a type was heard whose value fulfils an expression of `value`.
fn heard(kind: &str, expression: &str) -> String {
    format!("heard.some(({{ type, value }}) => type === '{kind}' && ({expression}))")
}

async fn playing(browser: &Browser, stage: &Stage) -> Result<()> {
    stage.drive(browser, &format!("/videos/embed/{}?api=1", stage.film), "").await?;
    until(browser, "the frame is ready", "window.isReady").await?;
    ensure!(call(browser, "isPlaying()").await? == json!(false), "it plays already");
    call(browser, "play()").await?;
    until(browser, "it plays", "await film.isPlaying() && 0.3 < await film.getCurrentTime()").await?;
    until(browser, "`play` is heard", &heard("play", "true")).await?;
    until(browser, "its state is heard", &heard("playbackStatusChange", "value === 'playing'")).await?;
    let status = "0 < value.position && 19 < value.duration && value.duration < 21
        && value.volume === 1 && value.playbackState === 'playing'";
    until(browser, "its status is heard", &heard("playbackStatusUpdate", status)).await?;

    call(browser, "seek(10)").await?;
    until(browser, "it jumps", "10 <= await film.getCurrentTime()").await?;
    call(browser, "pause()").await?;
    until(browser, "it stands still", "!(await film.isPlaying())").await?;
    until(browser, "`pause` is heard", &heard("pause", "true")).await?;
    until(browser, "its state is heard", &heard("playbackStatusChange", "value === 'paused'")).await?;
    let picture = "(async () => {
        const picture = new Image();
        picture.src = await film.getImageDataUrl();
        await picture.decode();
        return picture.src.startsWith('data:image/jpeg;base64,') && picture.naturalWidth / picture.naturalHeight;
    })()";
    let shape = browser.value(&format!("await {picture}")).await?;
    ensure!(shape.as_f64().is_some_and(|shape| (shape - 16.0 / 9.0).abs() < 0.02), "its picture is {shape}");
    call(browser, "seek(18.5)").await?;
    call(browser, "play()").await?;
    until(browser, "its end is heard", &heard("playbackStatusChange", "value === 'ended'")).await
}

async fn sound_and_speed(browser: &Browser) -> Result<()> {
    call(browser, "setVolume(0.3)").await?;
    until(browser, "it is softer", "Math.abs(await film.getVolume() - 0.3) < 0.01").await?;
    until(browser, "that is heard", &heard("volumeChange", "Math.abs(value - 0.3) < 0.01")).await?;
    let rates = call(browser, "getPlaybackRates()").await?;
    ensure!(rates == json!([0.5, 0.75, 1, 1.25, 1.5, 2]), "the speeds are {rates}");
    call(browser, "setPlaybackRate(1.5)").await?;
    until(browser, "it is faster", "await film.getPlaybackRate() === 1.5").await?;
    for (wrong, name) in [("setVolume('loud')", "TypeError"), ("sendMessage('dance')", "method_not_found")] {
        let told = call(browser, wrong).await?;
        ensure!(told == json!({ "refused": name }), "{wrong}: {told}");
    }
    Ok(())
}

async fn qualities_and_captions(browser: &Browser) -> Result<()> {
    let offered = "(await film.getResolutions()).map(({ id, height }) => [id, height ?? null])";
    let offered = browser.value(offered).await?;
    ensure!(offered == json!([[360, 360], [240, 240], [-1, null]]), "it offers {offered}");
    ensure!(
        browser.value("(await film.getResolutions()).find(({ active }) => active).id").await? == json!(-1)
    );
    call(browser, "seek(1)").await?;
    call(browser, "play()").await?;
    call(browser, "setResolution(240)").await?;
    until(
        browser,
        "the chosen quality",
        "(await film.getResolutions()).find(({ active }) => active).id === 240",
    )
    .await?;
    let chosen = "value.some(({ id, active, width }) => id === 240 && active && 400 < width && width < 440)";
    until(browser, "that is heard", &heard("resolutionUpdate", chosen)).await?;
    let wrong = call(browser, "setResolution(999)").await?;
    ensure!(wrong == json!({ "refused": "RangeError" }), "999 lines: {wrong}");
    call(browser, "setResolution(-1)").await?;
    until(
        browser,
        "it chooses by itself again",
        "(await film.getResolutions()).find(({ active }) => active).id === -1",
    )
    .await?;

    let captions = "(await film.getCaptions()).map(({ id, mode }) => [id, mode]).sort().join(' ')";
    until(browser, "no captions are shown", &format!("{captions} === 'en,disabled fr,disabled'")).await?;
    call(browser, "setCaption('fr')").await?;
    until(browser, "French is shown", &format!("{captions} === 'en,disabled fr,showing'")).await?;
    let sources = "(await film.getCaptions()).every(({ src, label }) => label && src.startsWith('http'))";
    ensure!(browser.value(sources).await? == json!(true), "captions without a label or an address");
    call(browser, "setCaption('')").await?;
    until(browser, "none are shown", &format!("{captions} === 'en,disabled fr,disabled'")).await
}

/// Two clients of one page would hear each other without names.
async fn under_another_name(browser: &Browser, stage: &Stage) -> Result<()> {
    stage
        .drive(browser, &format!("/videos/embed/{}?api=1&scope=mine&autoplay=1", stage.film), "mine")
        .await?;
    until(browser, "it is ready and plays", "window.isReady && 0.3 < await film.getCurrentTime()").await
}

async fn a_list(browser: &Browser, stage: &Stage) -> Result<()> {
    let list = format!("/video-playlists/embed/{}", stage.list);
    stage.drive(browser, &format!("{list}?api=1&muted=1&playlistPosition=2"), "").await?;
    until(browser, "the second", "window.isReady && await film.getCurrentPosition() === 2").await?;
    call(browser, "playPreviousVideo()").await?;
    until(
        browser,
        "the first plays",
        "await film.getCurrentPosition() === 1 && 0.2 < await film.getCurrentTime()",
    )
    .await?;
    call(browser, "seek(7)").await?;
    until(
        browser,
        "the second follows by itself",
        "await film.getCurrentPosition() === 2 && 0.2 < await film.getCurrentTime() && await film.isPlaying()",
    )
    .await?;
    call(browser, "playPreviousVideo()").await?;
    until(browser, "the first again", "await film.getCurrentPosition() === 1").await?;
    call(browser, "playNextVideo()").await?;
    until(browser, "the second again", "await film.getCurrentPosition() === 2").await?;

    // By hand.
    browser.driver().enter_frame(0).await?;
    let toggle = "document.querySelector('#list [aria-expanded]')";
    browser.wait_for("where it is", &format!("{toggle}.textContent === '2 / 2'"), SOON).await?;
    let title = "document.querySelector('#title a').textContent";
    browser.wait_for("its title", &format!("{title} === 'A harbour'"), SOON).await?;
    browser.click("#list button[aria-label='Previous video']", SOON).await?;
    browser.wait_for("the first", &format!("{toggle}.textContent === '1 / 2'"), SOON).await?;
    browser.wait_for("its title", &format!("{title} === 'A pier'"), SOON).await?;
    browser.click("#list [aria-expanded]", SOON).await?;
    let here = "document.activeElement.getAttribute('aria-current') === 'true'
        && document.activeElement.textContent === '1. A pier'";
    browser.wait_for("the list opens where it is", here, SOON).await?;
    nothing_grave(browser, "the list").await?;
    browser.screenshot("embed-list").await?;
    browser.press(Key::Escape).await?;
    let closed = format!("document.querySelector('#list ol').hidden && document.activeElement === {toggle}");
    browser.wait_for("the list closes", &closed, SOON).await?;
    browser.click("#list [aria-expanded]", SOON).await?;
    browser.click("#list li:last-child button", SOON).await?;
    browser.wait_for("the second", &format!("{toggle}.textContent === '2 / 2'"), SOON).await
}

/// The page around tells the password: nobody is asked for it, and nothing is ready before.
async fn a_password_from_outside(browser: &Browser, stage: &Stage) -> Result<()> {
    let path = format!("/videos/embed/{}?api=1&waitPasswordFromEmbedAPI=1", stage.locked);
    stage.drive(browser, &path, "").await?;
    let waits = "await film.isPlaying().then(() => false, (error) => error === 'not_ready')";
    until(browser, "it waits for the password", waits).await?;
    ensure!(browser.value("window.isReady ?? null").await? == Value::Null, "it is ready before the password");
    let wrong = call(browser, "setVideoPassword('a guess')").await?;
    ensure!(wrong.get("refused").is_some(), "a wrong password is taken: {wrong}");
    ensure!(browser.value("window.isReady ?? null").await? == Value::Null, "a wrong password made it ready");
    call(browser, &format!("setVideoPassword('{PASSWORD}')")).await?;
    until(browser, "it is ready", "window.isReady").await?;
    call(browser, "play()").await?;
    until(browser, "it plays", "0.3 < await film.getCurrentTime()").await?;

    // Where viewers are asked, the page around may still know the answer.
    stage.drive(browser, &format!("/videos/embed/{}?api=1", stage.locked), "").await?;
    browser.driver().enter_frame(0).await?;
    browser.find("#lock:not([hidden])", SOON).await?;
    browser.driver().enter_parent_frame().await?;
    call(browser, &format!("setVideoPassword('{PASSWORD}')")).await?;
    until(browser, "it is ready", "window.isReady").await?;
    browser.driver().enter_frame(0).await?;
    browser.wait_for("nobody is asked any more", "document.getElementById('lock').hidden", SOON).await
}

/// Every button of the page for trying brings a line, none of them an error but where there is no list.
async fn a_page_for_trying(browser: &Browser, stage: &Stage) -> Result<()> {
    let page = format!("/videos/test-embed/{}?muted=1", stage.film);
    browser.goto(&stage.server.url(&page)).await?;
    let says = |text: &str| {
        format!(
            "[...document.querySelectorAll('#told li')].some((line) => line.textContent.startsWith({}))",
            Value::from(text)
        )
    };
    browser.wait_for("the frame is ready", &says("ready true"), PLAYED).await?;
    browser.click("[data-call=play]", SOON).await?;
    browser.wait_for("it plays", &says("playbackStatusChange \"playing\""), PLAYED).await?;
    browser.wait_for("its position", &says("playbackStatusUpdate {"), PLAYED).await?;
    let names =
        browser.value("[...document.querySelectorAll('[data-call]')].map((one) => one.dataset.call)").await?;
    let names: Vec<&str> = names.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    ensure!(names.len() == 20, "it can do {names:?}");
    for name in names.iter().filter(|name| !["play", "setVideoPassword"].contains(*name)) {
        browser.click(&format!("[data-call={name}]"), SOON).await?;
        browser.wait_for(&format!("{name} is answered"), &says(&format!("{name}() →")), PLAYED).await?;
    }
    browser.wait_for("its picture", "document.getElementById('picture').naturalWidth", PLAYED).await?;
    nothing_grave(browser, "the page for trying").await?;
    for (width, is_dark) in [(1280, false), (320, true)] {
        browser.size(width, 900).await?;
        browser.theme(is_dark).await?;
        let fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth";
        browser.wait_for(&format!("it fits {width} px"), fits, SOON).await?;
        let theme = if is_dark { "dark" } else { "light" };
        browser.screenshot(&format!("test-embed-{width}-{theme}")).await?;
    }
    Ok(())
}

async fn nothing_grave(browser: &Browser, place: &str) -> Result<()> {
    let found = findings(browser).await?;
    let grave: Vec<String> =
        found.iter().filter(|finding| Finding::is_grave(finding)).map(ToString::to_string).collect();
    ensure!(grave.is_empty(), "{place}: {grave:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_around_a_frame_drives_it_by_the_stock_client() -> Result<()> {
    let mut stage = Stage::build().await?;
    let driver = Driver::start().await?;
    let mut parts = Parts::default();
    let browser = driver.browser().await?;
    parts.note("playing", playing(&browser, &stage).await);
    parts.note("sound and speed", sound_and_speed(&browser).await);
    parts.note("qualities and captions", qualities_and_captions(&browser).await);
    parts.note("another name", under_another_name(&browser, &stage).await);
    parts.note("a list", a_list(&browser, &stage).await);
    parts.note("a password from outside", a_password_from_outside(&browser, &stage).await);
    parts.note("a page for trying", a_page_for_trying(&browser, &stage).await);
    browser.close().await?;
    stage.server.stop().await?;
    parts.end()
}
