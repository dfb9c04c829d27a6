//! The player in a real browser: it follows the network, seeks, obeys the keyboard, plays on other people's sites, and
//! refuses what is not what was published.

use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use fantoccini::key::Key;
use serde_json::{Value, json};
use tests::rig::{Browser, Clip, Driver, Elsewhere, Instance, Network, Parts, Upload, VIDEO, bikes, clip};

/// For what a page does by itself.
const SOON: Duration = Duration::from_secs(60);
/// For what the server makes of a film.
const LATER: Duration = Duration::from_secs(300);
/// For what is played, which takes its time.
const PLAYED: Duration = Duration::from_secs(90);

/// Enough for every quality of the film.
const FAST: Network =
    Network { bytes_per_second: 2_000_000, latency: Duration::from_millis(20), is_offline: false };
/// Enough for its lowest quality and sound, not for its highest.
const SLOW: Network =
    Network { bytes_per_second: 75_000, latency: Duration::from_millis(20), is_offline: false };
const NONE: Network = Network { bytes_per_second: 0, latency: Duration::ZERO, is_offline: true };

/// What the stories play.
struct Stage {
    server: Instance,
    /// A minute with sound in four qualities: its UUID.
    film: String,
    /// Ten seconds in two qualities: its UUID.
    bikes: String,
}

impl Stage {
    async fn build() -> Result<Stage> {
        let server = Instance::start().await?;
        let admin = server.admin().await?;
        let minute = clip(&Clip { seconds: 60, width: 1280, height: 720, ..Clip::default() })?;
        let film = Upload::file(&admin, &json!({ "name": "A minute", "privacy": 1 }), &minute).await?;
        let bikes = Upload::file(&admin, &json!({ "name": "Bikes", "privacy": 1 }), &bikes()?).await?;
        Upload::finished(&admin, &film, LATER).await?;
        Upload::finished(&admin, &bikes, LATER).await?;
        Ok(Stage { server, film, bikes })
    }

    /// Somebody else's page that shows a video of ours.
    async fn page_elsewhere(&self, video: &str) -> Result<Elsewhere> {
        let ours = self.server.url("");
        let page = format!(
            "<!doctype html><html lang=en><meta charset=utf-8><title>Somebody's own page</title>
            <style>#film {{ width: 1200px }} #mounted {{ width: 400px }}</style>
            <h1>My films</h1><p><label>Name <input id=name></label> <button id=mine>Mine</button></p>
            <shoal-player id=film video='{ours}/w/{video}' muted></shoal-player>
            <div id=mounted></div>
            <script type=module>
              import init, {{ mount }} from '{ours}/player/shoal-player.js';
              await init();
              window.mountIt = (options) => mount(document.getElementById('mounted'), {{ video: '{ours}/w/{video}', ...options }});
              window.film = document.getElementById('film').player;
            </script>"
        );
        Elsewhere::open(&page).await
    }
}

/// Waits for something of the player `film`; in vain, it tells the player's own figures.
async fn until(browser: &Browser, what: &str, expression: &str) -> Result<()> {
    let told = browser.wait_for(what, expression, PLAYED).await;
    if told.is_err() {
        let figures = browser.value("[film.currentTime(), film.statistics(), asked.slice(-12)]").await?;
        return told.with_context(|| format!("the player says {figures}"));
    }
    told
}

async fn number(browser: &Browser, expression: &str) -> Result<f64> {
    let value = browser.value(expression).await?;
    value.as_f64().with_context(|| format!("{expression} is no number but {value}"))
}

/// Heights of the renditions whose segments were asked for since the page had asked `since` times.
async fn heights(browser: &Browser, since: f64) -> Result<Vec<u64>> {
    let asked = format!(
        "asked.slice({since}).filter((one) => one.range && !one.range.startsWith('bytes=0-'))
            .map((one) => Number(/-(\\d+)-fragmented/.exec(one.url)[1])).filter((height) => 0 < height)"
    );
    let list = browser.value(&asked).await?;
    Ok(list.as_array().into_iter().flatten().filter_map(Value::as_u64).collect())
}

async fn qualities_follow_the_network(browser: &Browser, stage: &Stage) -> Result<()> {
    let page = stage.page_elsewhere(&stage.film).await?;
    browser.size(1280, 900).await?;
    browser.network(Some(SLOW)).await?;
    browser.goto(&page.url()).await?;
    browser.wait_for("the player", "window.film", SOON).await?;
    browser.run("film.play()", Vec::new()).await?;
    let is_low = "3 < film.currentTime() && film.statistics().height <= 360";
    until(browser, "a low picture that plays", is_low).await?;
    let slow = heights(browser, 0.0).await?;

    // Each jump goes where nothing is buffered yet.
    browser.network(Some(FAST)).await?;
    let since = number(browser, "asked.length").await?;
    browser.run("film.seek(36)", Vec::new()).await?;
    let is_tall = "37 < film.currentTime() && 480 <= film.statistics().height";
    until(browser, "a tall picture", is_tall).await?;
    let fast = heights(browser, since).await?;

    browser.network(Some(SLOW)).await?;
    let since = number(browser, "asked.length").await?;
    browser.run("film.seek(20)", Vec::new()).await?;
    let is_low = "22 < film.currentTime() && film.currentTime() < 36 && film.statistics().height <= 360";
    until(browser, "a low picture again that plays", is_low).await?;
    let slow_again = heights(browser, since).await?;
    browser.network(None).await?;

    let told = format!("fetched {slow:?} on a slow network, {fast:?} on a fast one, then {slow_again:?}");
    ensure!(slow.iter().max() < fast.iter().max() && slow_again.iter().min() < fast.iter().max(), "{told}");
    Ok(())
}

async fn seeks(browser: &Browser, stage: &Stage) -> Result<()> {
    let page = stage.page_elsewhere(&stage.film).await?;
    browser.goto(&page.url()).await?;
    browser.wait_for("the player", "window.film", SOON).await?;
    browser.run("film.play()", Vec::new()).await?;
    let is_ahead = "0.5 < film.currentTime() && 20 < film.statistics().bufferedAhead";
    until(browser, "much is buffered", is_ahead).await?;

    // Without a network nothing but the buffer can play.
    browser.network(Some(NONE)).await?;
    browser.run("film.seek(film.currentTime() + 12); window.inside = film.currentTime()", Vec::new()).await?;
    until(browser, "it plays on inside the buffer", "inside + 2 < film.currentTime()").await?;
    ensure!(12.0 < number(browser, "inside").await?, "it did not jump");
    browser.network(None).await?;

    let since = number(browser, "asked.length").await?;
    browser.run("film.seek(52)", Vec::new()).await?;
    until(browser, "it plays on outside of the buffer", "53.5 < film.currentTime()").await?;
    ensure!(!heights(browser, since).await?.is_empty(), "nothing was fetched for it");
    until(browser, "it ends", "film.ended()").await?;
    browser.run("film.play()", Vec::new()).await?;
    browser
        .wait_for(
            "it plays again",
            "!film.paused() && 0.5 < film.currentTime() && film.currentTime() < 30",
            SOON,
        )
        .await
}

/// A key, and what is true once it was pressed.
async fn press(browser: &Browser, key: impl Into<char>, what: &str, then: &str) -> Result<()> {
    let key = key.into();
    browser.press(key).await?;
    browser.wait_for(&format!("{key:?}: {what}"), then, SOON).await
}

/// Every key of the help, wherever the focus of the page is.
async fn keys_on_the_watch_page(browser: &Browser, stage: &Stage) -> Result<()> {
    browser.goto(&stage.server.url("/videos/browse")).await?;
    browser.size(1280, 900).await?;
    // By a link, so that the page's heading has the focus, as it has for whoever uses the pages.
    let film = format!("a.card-link[href^='/w/'][href$={}]", Value::from(short(stage).await?));
    browser.click(&film, SOON).await?;
    browser.wait_for("playback", &format!("0.5 < {VIDEO}.currentTime"), PLAYED).await?;
    ensure!(
        browser.value("document.activeElement.tagName").await? == json!("H1"),
        "the heading has no focus"
    );
    let at = |seconds: f64| format!("Math.abs({VIDEO}.currentTime - {seconds}) < 0.02");
    let is = |claim: &str| format!("{VIDEO}.{claim}");

    press(browser, 'k', "it stands still", &is("paused")).await?;
    press(browser, 'k', "it plays", &format!("!{VIDEO}.paused")).await?;
    press(browser, ' ', "it stands still", &is("paused")).await?;
    press(browser, '5', "half of it", &at(30.0)).await?;
    press(browser, Key::Left, "five seconds back", &at(25.0)).await?;
    press(browser, Key::Right, "five seconds on", &at(30.0)).await?;
    press(browser, 'j', "ten seconds back", &at(20.0)).await?;
    press(browser, 'l', "ten seconds on", &at(30.0)).await?;
    press(browser, '.', "a frame on", &at(30.04)).await?;
    press(browser, ',', "a frame back", &at(30.0)).await?;
    press(browser, '0', "the start", &at(0.0)).await?;
    press(browser, '9', "nine tenths", &at(54.0)).await?;
    press(browser, 'm', "silence", &is("muted")).await?;
    press(browser, 'm', "sound", &format!("!{VIDEO}.muted")).await?;
    press(browser, '>', "faster", &is("playbackRate === 1.25")).await?;
    press(browser, '<', "as it was", &is("playbackRate === 1")).await?;
    press(browser, 't', "theatre", "document.querySelector('.watch-theater')").await?;
    press(browser, 't', "no theatre", "!document.querySelector('.watch-theater')").await?;
    press(browser, 'f', "full screen", "document.fullscreenElement").await?;
    press(browser, 'f', "no full screen", "!document.fullscreenElement").await?;
    let help = format!("{VIDEO}.getRootNode().querySelector('[role=dialog]')");
    press(
        browser,
        '?',
        "the help",
        &format!("!{help}.hidden && {help}.textContent.includes('Theatre mode')"),
    )
    .await?;
    press(browser, Key::Escape, "no help", &format!("{help}.hidden")).await?;
    // The help gave the focus to the player, where the arrows are the volume's.
    press(browser, Key::Down, "softer", &is("volume === 0.95")).await?;
    press(browser, Key::Up, "louder", &is("volume === 1")).await?;
    press(browser, Key::Home, "the start", &at(0.0)).await?;
    press(browser, Key::End, "the end", &format!("59 < {VIDEO}.currentTime")).await?;
    press(browser, '2', "a fifth", &at(12.0)).await?;

    // A link has the focus: letters are the player's, space and enter are its own.
    browser.run("document.querySelector('.maker-name a').focus()", Vec::new()).await?;
    press(browser, 't', "theatre", "document.querySelector('.watch-theater')").await?;
    press(browser, 't', "no theatre", "!document.querySelector('.watch-theater')").await?;
    browser.run("document.querySelector('.watch-acts button').focus()", Vec::new()).await?;
    press(browser, 'm', "silence", &is("muted")).await?;
    press(browser, ' ', "the button is pressed", "document.querySelector('dialog[open]')").await?;
    ensure!(browser.value(&is("paused")).await? == json!(true), "space played the film under the window");
    // In a window over the page, and in a field of it, keys are nobody else's.
    let untouched = format!(
        "{VIDEO}.paused && {VIDEO}.muted && {} && !document.querySelector('.watch-theater')",
        at(12.0)
    );
    for field in ["dialog .button-round", "#share-from", "#share-link"] {
        browser.run("document.querySelector(a[0]).focus()", vec![json!(field)]).await?;
        for key in ['t', 'k', 'm', '7'] {
            browser.press(key).await?;
            ensure!(browser.value(&untouched).await? == json!(true), "{key} in {field} reached the player");
        }
    }
    Ok(())
}

async fn short(stage: &Stage) -> Result<String> {
    let video =
        stage.server.client().get(&format!("/api/v1/videos/{}", stage.film)).await?.expect(200)?.json()?;
    Ok(video.get("shortUUID").and_then(Value::as_str).context("a video without a short name")?.to_owned())
}

/// On a page of one's own the player takes keys only while it has the focus.
async fn keys_elsewhere(browser: &Browser, stage: &Stage) -> Result<()> {
    let page = stage.page_elsewhere(&stage.film).await?;
    browser.goto(&page.url()).await?;
    browser.wait_for("the player", "window.film", SOON).await?;
    browser.run("film.play()", Vec::new()).await?;
    until(browser, "playback", "0.5 < film.currentTime()").await?;
    browser.click("#name", SOON).await?;
    browser.keys("kkm5?").await?;
    ensure!(browser.value("document.querySelector('#name').value").await? == json!("kkm5?"));
    browser.run("document.activeElement.blur()", Vec::new()).await?;
    browser.press('k').await?;
    ensure!(browser.value("film.paused()").await? == json!(false), "a key of the page paused the film");

    browser.click("#film", SOON).await?;
    until(browser, "a click on the picture stops it", "film.paused()").await?;
    press(browser, ' ', "it plays", "!film.paused()").await?;
    press(browser, 'k', "it stands still", "film.paused()").await?;
    press(browser, '5', "half of it", "film.currentTime() === 30").await?;
    press(browser, Key::Left, "five seconds back", "film.currentTime() === 25").await?;
    press(browser, Key::Up, "sound", "!film.muted() && film.volume() === 0.05").await?;
    // The tab key goes through the controls in the order one sees them.
    let focus =
        "document.getElementById('film').media.getRootNode().activeElement?.getAttribute('aria-label')";
    let mut order = Vec::new();
    while order.last() != Some(&json!("Full screen")) && order.len() < 10 {
        browser.press(Key::Tab).await?;
        order.push(browser.value(focus).await?);
    }
    // The big button comes first where fingers are the only pointer, as this browser may believe.
    let order: Vec<&str> =
        order.iter().filter_map(Value::as_str).skip_while(|label| *label == "Play").collect();
    let expected = ["Seek", "Play", "Mute", "Volume", "Settings", "Picture in picture", "Full screen"];
    ensure!(order == expected, "the tab key goes {order:?}");
    browser.press_holding(&[Key::Shift.into()], Key::Tab).await?;
    press(browser, 'f', "full screen", "document.fullscreenElement").await?;
    press(browser, 'f', "no full screen", "!document.fullscreenElement").await
}

async fn plays_on_another_origin(browser: &Browser, stage: &Stage) -> Result<()> {
    let page = stage.page_elsewhere(&stage.film).await?;
    browser.goto(&page.url()).await?;
    browser.wait_for("the element's player", "window.film", SOON).await?;
    browser
        .run("window.told = []; document.getElementById('film').addEventListener('playing', () => told.push('element'))", Vec::new())
        .await?;
    browser.run("film.play()", Vec::new()).await?;
    browser
        .wait_for("the element plays", "1 < film.currentTime() && told.includes('element')", PLAYED)
        .await?;
    browser.run("film.pause()", Vec::new()).await?;
    until(browser, "it stands still", "film.paused()").await?;

    let ready = "window.own = mountIt({ muted: true, autoplay: true, start: 20 });
        for (const event of ['ready', 'firstframe', 'play', 'qualitychange', 'timeupdate']) own.on(event, () => told.push(event))";
    browser.run(ready, Vec::new()).await?;
    browser.wait_for("the mounted one plays from its start", "21 < own.currentTime()", PLAYED).await?;
    for event in ["ready", "firstframe", "play", "qualitychange", "timeupdate"] {
        let told = browser.value(&format!("told.includes('{event}')")).await?;
        ensure!(told == json!(true), "`{event}` was not told");
    }
    browser.run("own.setQuality(240); own.setVolume(0.3); own.setPlaybackRate(2)", Vec::new()).await?;
    browser
        .wait_for(
            "it obeys",
            "own.quality() === 240 && own.volume() === 0.3 && own.playbackRate() === 2",
            SOON,
        )
        .await?;
    browser.wait_for("it shows the chosen quality", "own.statistics().height === 240", PLAYED).await?;
    ensure!(browser.value("own.qualities().map((one) => one.height)").await? == json!([720, 480, 360, 240]));
    browser.run("own.destroy()", Vec::new()).await?;
    ensure!(browser.value("document.getElementById('mounted').childElementCount").await? == json!(0));

    let frame = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>A frame</title><iframe title=film width=560 height=315
            src='{}' allow='autoplay; fullscreen' allowfullscreen sandbox='allow-same-origin allow-scripts allow-popups allow-forms'></iframe>",
        stage.server.url(&format!("/videos/embed/{}?start=12s&autoplay=1&muted=1", stage.film))
    );
    let framed = Elsewhere::open(&frame).await?;
    browser.goto(&framed.url()).await?;
    browser.driver().enter_frame(0).await?;
    browser
        .wait_for(
            "the frame plays from its start",
            &format!("13 < {VIDEO}.currentTime && !{VIDEO}.paused"),
            LATER,
        )
        .await?;
    let title = browser.value("document.querySelector('#title a').textContent").await?;
    ensure!(title == json!("A minute"), "the frame's title is {title}");
    browser.screenshot("frame").await?;
    browser.driver().enter_parent_frame().await?;
    Ok(())
}

/// Somebody else's page that plays the film by itself. It notes what is dialled, and at each request for the code for
/// sharing how many frames there were before.
async fn page_that_plays(stage: &Stage, options: &Value) -> Result<Elsewhere> {
    let (ours, film) = (stage.server.url(""), &stage.film);
    let page = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>A film</title><div id=place style='width: 400px'></div>
        <script type=module>
          window.dialled = [];
          window.frames_before = [];
          const Socket = WebSocket;
          window.WebSocket = class extends Socket {{
            constructor(url) {{ super(url); dialled.push(url); }}
          }};
          const fetch_it = window.fetch;
          window.fetch = (what, how) => {{
            if (String(what.url ?? what).includes('_sharing')) {{
              frames_before.push({VIDEO}.getVideoPlaybackQuality().totalVideoFrames);
            }}
            return fetch_it(what, how);
          }};
          import init, {{ mount }} from '{ours}/player/shoal-player.js';
          await init();
          const options = {{ video: '{ours}/w/{film}', muted: true, autoplay: true, ...{options} }};
          window.film = mount(document.getElementById('place'), options);
        </script>"
    );
    Elsewhere::open(&page).await
}

async fn code_for_sharing_comes_late_or_not_at_all(browser: &Browser, stage: &Stage) -> Result<()> {
    let requests = "frames_before.length";
    let lines = format!("[...{VIDEO}.getRootNode().querySelectorAll('[role^=menuitem]')]");
    let switch = format!("{lines}.find((line) => line.textContent.includes('Share with other viewers'))");
    let settings = format!("{VIDEO}.getRootNode().querySelector('button[aria-label=Settings]')");

    let page = page_that_plays(stage, &json!({ "p2p": false })).await?;
    browser.goto(&page.url()).await?;
    until(browser, "a page that shares nothing plays", "2 < film.currentTime()").await?;
    ensure!(number(browser, requests).await? == 0.0, "it loaded the code for sharing");

    let page = page_that_plays(stage, &json!({})).await?;
    browser.goto(&page.url()).await?;
    until(browser, "the tracker is dialled", "dialled.length").await?;
    until(browser, "a page that shares plays", "2 < film.currentTime()").await?;
    ensure!(number(browser, requests).await? == 1.0, "the code was not loaded once");
    ensure!(0.0 < number(browser, "frames_before[0]").await?, "it was loaded before the first frame");

    browser.run("localStorage.setItem('shoal-player.sharing', 'off')", Vec::new()).await?;
    browser.goto(&page.url()).await?;
    until(browser, "a viewer who does not share watches", "2 < film.currentTime()").await?;
    ensure!(number(browser, requests).await? == 0.0, "it was loaded for somebody who does not share");
    browser.wait_for("the settings", &settings, SOON).await?;
    browser.run(&format!("{settings}.click()"), Vec::new()).await?;
    browser.wait_for("the menu", &switch, SOON).await?;
    browser.run(&format!("{switch}.click()"), Vec::new()).await?;
    until(browser, "who changes their mind shares", "dialled.length").await?;
    ensure!(number(browser, requests).await? == 1.0, "the code was not loaded once");

    browser.devtools("Network.setBlockedURLs", json!({ "urls": ["*_sharing*"] })).await?;
    browser.goto(&page.url()).await?;
    until(browser, "the code was asked for in vain", requests).await?;
    let asked = number(browser, "film.currentTime()").await?;
    until(browser, "the film plays on without", &format!("{asked} + 2 < film.currentTime()")).await?;
    browser.wait_for("the settings", &settings, SOON).await?;
    browser.run(&format!("{settings}.click()"), Vec::new()).await?;
    browser.wait_for("a menu without it", &format!("{lines}.length && !{switch}"), SOON).await?;
    ensure!(number(browser, "dialled.length").await? == 0.0, "a tracker was dialled");
    browser.devtools("Network.setBlockedURLs", json!({ "urls": [] })).await?;
    Ok(())
}

/// Bytes of a segment that were changed on the disk, and what stood there.
struct Forgery {
    file: PathBuf,
    place: u64,
    bytes: Vec<u8>,
}

impl Forgery {
    /// Changes some bytes in the middle of the so-manieth segment that a playlist lists.
    fn commit(playlist: &Path, segment: usize) -> Result<Forgery> {
        let text = fs::read_to_string(playlist)?;
        let range = text.lines().filter_map(|line| line.strip_prefix("#EXT-X-BYTERANGE:")).nth(segment);
        let (length, offset) = range.and_then(|range| range.split_once('@')).context("no such segment")?;
        let place = offset.parse::<u64>()? + length.parse::<u64>()? / 2;
        let file =
            PathBuf::from(playlist.to_str().context("an odd name")?.replace(".m3u8", "-fragmented.mp4"));
        let mut bytes = vec![0; 64];
        let disk = File::options().read(true).write(true).open(&file)?;
        disk.read_exact_at(&mut bytes, place)?;
        let forged: Vec<u8> = bytes.iter().map(|byte| !byte).collect();
        disk.write_all_at(&forged, place)?;
        Ok(Forgery { file, place, bytes })
    }

    fn undo(self) -> Result<()> {
        let disk = File::options().write(true).open(&self.file)?;
        Ok(disk.write_all_at(&self.bytes, self.place)?)
    }
}

/// The playlists of a video's renditions, tallest first.
fn playlists(stage: &Stage, video: &str) -> Result<Vec<PathBuf>> {
    let folder = stage.server.data().join("hls").join(video);
    let height = |path: &PathBuf| {
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        stem.rsplit_once('-').and_then(|(_, height)| height.parse::<u32>().ok())
    };
    let mut lists: Vec<PathBuf> =
        fs::read_dir(&folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    lists.retain(|path| path.extension().is_some_and(|ending| ending == "m3u8") && height(path).is_some());
    lists.sort_by_key(|path| std::cmp::Reverse(height(path)));
    Ok(lists)
}

/// What does not match its published digest is not shown: another rendition takes its place, and where all are forged
/// the viewer is told.
async fn forged_segments(browser: &Browser, stage: &Stage) -> Result<()> {
    let lists = playlists(stage, &stage.bikes)?;
    ensure!(1 < lists.len(), "too few renditions: {lists:?}");
    let (lowest, others) = lists.split_last().context("no renditions")?;
    let mut forgeries = others.iter().map(|list| Forgery::commit(list, 1)).collect::<Result<Vec<_>>>()?;
    let page = stage.page_elsewhere(&stage.bikes).await?;
    browser.goto(&page.url()).await?;
    browser.wait_for("the player", "window.film", SOON).await?;
    browser.run("film.play()", Vec::new()).await?;
    until(browser, "the film goes on in another quality", "8.5 < film.currentTime()").await?;
    let refused = number(browser, "film.statistics().bodiesForged").await?;
    ensure!(1.0 <= refused, "nothing was refused");
    ensure!(browser.value("film.statistics().verified").await? == json!(true));

    forgeries.push(Forgery::commit(lowest, 1)?);
    browser.goto(&stage.server.url(&format!("/w/{}", stage.bikes))).await?;
    let message = format!("{VIDEO}.getRootNode().querySelector('.message[data-shown]:not([data-light]) p')");
    browser.wait_for("a sentence", &message, PLAYED).await?;
    let sentence = browser.value(&format!("{message}.textContent")).await?;
    ensure!(
        sentence == json!("The server sent something other than what was published, so it is not shown."),
        "the viewer is told {sentence}"
    );
    browser.screenshot("forged").await?;
    let end =
        number(browser, &format!("(({{ buffered }}) => buffered.end(buffered.length - 1))({VIDEO})")).await?;
    ensure!(end < 6.0, "buffered up to {end} s, where the second segment is forged");

    for forgery in forgeries {
        forgery.undo()?;
    }
    browser.run(&format!("{message}.nextElementSibling.click()"), Vec::new()).await?;
    browser
        .wait_for("it plays once the file is right again", &format!("6 < {VIDEO}.currentTime"), PLAYED)
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_player_plays_what_was_published_wherever_it_is() -> Result<()> {
    let mut stage = Stage::build().await?;
    let driver = Driver::start().await?;
    let mut parts = Parts::default();
    let browser = driver.browser().await?;
    browser.spy_on_fetches().await?;
    // What was fetched in one part must not be there in the next.
    browser.devtools("Network.enable", json!({})).await?;
    browser.devtools("Network.setCacheDisabled", json!({ "cacheDisabled": true })).await?;
    parts.note("qualities", qualities_follow_the_network(&browser, &stage).await);
    browser.network(None).await?;
    parts.note("seeks", seeks(&browser, &stage).await);
    browser.network(None).await?;
    parts.note("keys elsewhere", keys_elsewhere(&browser, &stage).await);
    parts.note("another origin", plays_on_another_origin(&browser, &stage).await);
    parts.note("code for sharing", code_for_sharing_comes_late_or_not_at_all(&browser, &stage).await);
    parts.note("keys on the watch page", keys_on_the_watch_page(&browser, &stage).await);
    parts.note("forged segments", forged_segments(&browser, &stage).await);
    browser.close().await?;
    stage.server.stop().await?;
    parts.end()
}
