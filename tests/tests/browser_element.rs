//! The player as an element on other sites: as `<video>` wherever that has the same, under a strict policy, taken in and out
//! of pages, from its package, and for films that no instance stands behind.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tests::rig::{Browser, Clip, Driver, Elsewhere, Instance, Upload, clip, in_checkout};

/// For what a page does by itself.
const SOON: Duration = Duration::from_secs(60);
/// For what the server makes of a film.
const LATER: Duration = Duration::from_secs(300);
/// For what is played, which takes its time.
const PLAYED: Duration = Duration::from_secs(90);
/// A page that gives and takes so many players keeps nothing of them.
const ROUNDS: usize = 100;
/// What the browser itself may keep of a hundred players: caches of styles, of code, of shapes.
const KEPT_BYTES_MAX: f64 = 6e6;

/// An instance with a film, and who watches.
struct Stage {
    server: Instance,
    film: String,
    driver: Driver,
}

impl Stage {
    async fn build() -> Result<Stage> {
        let server = Instance::start().await?;
        let admin = server.admin().await?;
        let source = clip(&Clip { seconds: 20, width: 426, height: 240, ..Clip::default() })?;
        let film = Upload::file(&admin, &json!({ "name": "A harbour", "privacy": 1 }), &source).await?;
        Upload::finished(&admin, &film, LATER).await?;
        Ok(Stage { server, film, driver: Driver::start().await? })
    }

    /// The page of the film.
    fn page(&self) -> String {
        self.server.url(&format!("/w/{}", self.film))
    }

    fn origin(&self) -> String {
        self.server.url("").trim_end_matches('/').to_owned()
    }
}

/// A site of these pages.
async fn site(pages: &[(&'static str, String)]) -> Result<Elsewhere> {
    let pages: HashMap<String, String> =
        pages.iter().map(|(path, text)| ((*path).to_owned(), text.clone())).collect();
    Elsewhere::answer(move |asked| {
        let path = asked.split('?').next().unwrap_or_default();
        let text = pages.get(path)?.clone();
        let kind =
            if path.ends_with(".js") { "text/javascript; charset=utf-8" } else { "text/html; charset=utf-8" };
        Some((kind, text))
    })
    .await
}

async fn holds(browser: &Browser, what: &str, expression: &str) -> Result<()> {
    let told = browser.wait_for(what, expression, PLAYED).await;
    if told.is_err() {
        let seen = browser
            .value("JSON.stringify([window.heard?.slice(-12), window.broken, window.film?.error])")
            .await?;
        return told.with_context(|| format!("the page says {seen}"));
    }
    told
}

/// A page as its own script has it: everything that is not allowed is noted in `broken`.
const SCRIPT: &str = "
    window.broken = [];
    addEventListener('securitypolicyviolation', (event) => broken.push(`${event.violatedDirective} ${event.blockedURI}`));
    window.heard = [];
    window.film = document.querySelector('shoal-player');
    for (const type of ['loadedmetadata', 'durationchange', 'canplay', 'play', 'playing', 'pause', 'timeupdate', 'seeked',
        'volumechange', 'ratechange', 'ended', 'error', 'progress']) {
      film?.addEventListener(type, (event) => heard.push(event.type));
    }
";

async fn the_manners_of_a_video(browser: &Browser, stage: &Stage) -> Result<()> {
    let origin = stage.origin();
    let policy = format!(
        "default-src 'none'; script-src 'self' {origin} 'wasm-unsafe-eval'; style-src 'self'; connect-src {origin} {}; \
         img-src 'self' {origin}; media-src blob: {origin}",
        origin.replace("http", "ws")
    );
    let page = format!(
        "<!doctype html><html lang=en><meta charset=utf-8>
         <meta http-equiv=Content-Security-Policy content=\"{policy}\"><title>A strict page</title>
         <link rel=stylesheet href=/page.css>
         <script type=module src='{origin}/player/shoal-player.js'></script>
         <h1>A strict page</h1><div id=here><shoal-player src='{}#t=2' muted></shoal-player></div><div id=there></div>
         <script src=/page.js></script></html>",
        stage.page()
    );
    let styles =
        "shoal-player { width: 640px } shoal-player::part(controls) { outline: 3px solid rgb(1, 2, 3) }";
    let site = {
        let script = SCRIPT.to_owned();
        Elsewhere::answer(move |path| match path {
            "/" => Some(("text/html; charset=utf-8", page.clone())),
            "/page.js" => Some(("text/javascript; charset=utf-8", script.clone())),
            "/page.css" => Some(("text/css; charset=utf-8", styles.to_owned())),
            _ => None,
        })
        .await?
    };
    browser.goto(&site.url()).await?;
    holds(browser, "the element is known", "!!film.play && film.matches(':defined')").await?;
    let before =
        browser.value("[film.paused, film.ended, film.muted, film.volume, film.playbackRate]").await?;
    ensure!(before == json!([true, false, true, 1, 1]), "at first it says {before}");
    browser.run("film.play().then(() => { window.moved = film.currentTime; })", Vec::new()).await?;
    holds(browser, "its promise is kept", "1.9 <= window.moved && !film.paused").await?;
    holds(
        browser,
        "it says what a video says",
        "20 <= Math.round(film.duration) && 0 < film.videoWidth \
        && 2 <= film.readyState && 0 < film.buffered.length && film.currentSrc.startsWith('blob:')",
    )
    .await?;
    let said = "['loadedmetadata', 'durationchange', 'canplay', 'play', 'playing', 'timeupdate', 'progress']
        .every((type) => heard.includes(type))";
    holds(browser, "and tells what a video tells", said).await?;

    browser
        .run("film.currentTime = 10; film.volume = 0.5; film.playbackRate = 2; film.muted = true", Vec::new())
        .await?;
    holds(browser, "it goes there", "10 <= film.currentTime && heard.includes('seeked')").await?;
    let set = browser.value("[film.volume, film.playbackRate, film.muted]").await?;
    ensure!(set == json!([0.5, 2, true]), "it says {set}");
    browser.run("film.pause()", Vec::new()).await?;
    holds(browser, "it waits", "film.paused && heard.includes('pause')").await?;

    // Moved to another place of the page, it is the same player.
    browser.run("window.same = film.player; film.play(); there.append(film)", Vec::new()).await?;
    holds(browser, "it goes on over there", "film.player === same && !film.paused && 10 < film.currentTime")
        .await?;
    holds(browser, "to its end", "film.ended && heard.includes('ended')").await?;

    let bar = "getComputedStyle(film.shadowRoot.querySelector('#room > *').shadowRoot.querySelector('.bar')).outlineColor";
    let outline = browser.value(bar).await?;
    ensure!(outline == json!("rgb(1, 2, 3)"), "its controls have an outline of {outline}");
    browser.screenshot("element-strict").await?;

    // Another film, one that is not there, and none any more.
    browser.run("heard.length = 0; film.src = film.src.replace(/w\\/.*/, 'w/nothing')", Vec::new()).await?;
    holds(browser, "it says that there is none", "film.error?.code === 4 && heard.includes('error')").await?;
    browser.run(&format!("film.src = '{}'", stage.page()), Vec::new()).await?;
    holds(browser, "it begins anew", "film.error === null && 2 <= film.readyState").await?;
    browser
        .run(
            "window.end = null; film.play().catch((error) => { end = error.name; }); film.remove()",
            Vec::new(),
        )
        .await?;
    holds(browser, "whoever waits is told", "window.end === 'AbortError' && film.player === null").await?;
    let broken = browser.value("broken").await?;
    ensure!(broken == json!([]), "the page's policy was broken: {broken}");
    Ok(())
}

async fn counted(browser: &Browser) -> Result<(f64, f64, f64)> {
    // Twice: what a first round finds unused lets go of more.
    for _ in 0..2 {
        browser.devtools("HeapProfiler.collectGarbage", json!({})).await?;
    }
    let heap = browser.devtools("Runtime.getHeapUsage", json!({})).await?;
    let dom = browser.devtools("Memory.getDOMCounters", json!({})).await?;
    let number = |from: &Value, name: &str| from.get(name).and_then(Value::as_f64).context("no such count");
    Ok((number(&heap, "usedSize")?, number(&dom, "nodes")?, number(&dom, "jsEventListeners")?))
}

async fn a_hundred_come_and_go(browser: &Browser, stage: &Stage) -> Result<()> {
    let page = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>Many</title>
         <script type=module src='{}/player/shoal-player.js'></script><div id=here></div>",
        stage.origin()
    );
    let site = site(&[("/", page)]).await?;
    browser.goto(&site.url()).await?;
    browser.wait_for("the element", "customElements.get('shoal-player')", SOON).await?;
    let src = stage.page();
    // Three at once, each plays for a moment.
    let round = format!(
        "const all = [1, 2, 3].map(() => {{
            const film = document.createElement('shoal-player');
            film.src = '{src}'; film.muted = true; film.toggleAttribute('no-p2p', true);
            here.append(film);
            return film;
         }});
         await Promise.all(all.map((film) => film.play()));
         for (const film of all) film.remove();
         await new Promise((done) => setTimeout(done));"
    );
    let single = format!(
        "const film = document.createElement('shoal-player');
         film.src = '{src}'; film.muted = true; film.toggleAttribute('no-p2p', true);
         here.append(film);
         await film.play();
         film.remove();
         await new Promise((done) => setTimeout(done));"
    );
    for _ in 0..4 {
        browser.run(&round, Vec::new()).await.context("three on one page")?;
    }
    let before = counted(browser).await?;
    for number in 0..ROUNDS {
        browser.run(&single, Vec::new()).await.with_context(|| format!("round {number}"))?;
    }
    let after = counted(browser).await?;
    println!(
        "heap {:.2} MB, then {:.2} MB; nodes {}, then {}; listeners {}, then {}",
        before.0 / 1e6,
        after.0 / 1e6,
        before.1,
        after.1,
        before.2,
        after.2
    );
    ensure!(after.0 - before.0 < KEPT_BYTES_MAX, "{} bytes are kept of {ROUNDS} players", after.0 - before.0);
    ensure!(after.1 - before.1 < 500.0, "{} nodes are kept of {ROUNDS} players", after.1 - before.1);
    ensure!(after.2 - before.2 < 100.0, "{} listeners are kept of {ROUNDS} players", after.2 - before.2);
    Ok(())
}

fn folder(
    root: PathBuf,
    more: Vec<(&'static str, String)>,
) -> impl Fn(&str) -> Option<(&'static str, Vec<u8>)> + Send + Sync {
    let root = Arc::new(root);
    move |asked: &str| {
        let path = asked.split('?').next().unwrap_or_default();
        if let Some((_, text)) = more.iter().find(|(name, _)| *name == path) {
            let kind = if path.ends_with(".js") { "text/javascript" } else { "text/html; charset=utf-8" };
            return Some((kind, text.clone().into_bytes()));
        }
        let file = path.trim_start_matches('/');
        let kind = match Path::new(file).extension().and_then(|ending| ending.to_str()) {
            Some("js") => "text/javascript",
            Some("wasm") => "application/wasm",
            Some("m3u8") => "application/vnd.apple.mpegurl",
            Some("json") => "application/json",
            Some(_) | None => "video/mp4",
        };
        if file.contains("..") {
            return None;
        }
        Some((kind, fs::read(root.join(file)).ok()?))
    }
}

/// A film that no instance stands behind: playlists and pieces as ffmpeg writes them.
fn plain_film(folder: &Path) -> Result<()> {
    let source = clip(&Clip { seconds: 8, width: 426, height: 240, ..Clip::default() })?;
    let status = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-i"])
        .arg(source)
        .args(["-c", "copy", "-f", "hls", "-hls_time", "2", "-hls_playlist_type", "vod"])
        .args(["-hls_segment_type", "fmp4", "-master_pl_name", "master.m3u8"])
        .arg(folder.join("film.m3u8"))
        .status()?;
    ensure!(status.success(), "ffmpeg made no playlists");
    Ok(())
}

async fn from_its_package_without_an_instance(browser: &Browser) -> Result<()> {
    let package = in_checkout("target/player-package");
    ensure!(package.join("package.json").is_file(), "{} is missing: `cargo xtask build`", package.display());
    let place = tempfile::tempdir()?;
    plain_film(place.path())?;
    for name in ["player", "assets"] {
        std::os::unix::fs::symlink(package.join(name), place.path().join(name))?;
    }
    let page = "<!doctype html><html lang=en><meta charset=utf-8><title>No instance</title>
        <script type=module>import '/player/shoal-player.js'; window.film = document.querySelector('shoal-player');</script>
        <shoal-player src=master.m3u8 muted autoplay></shoal-player>";
    let site = Elsewhere::answer(folder(place.path().to_owned(), vec![("/", page.to_owned())])).await?;
    browser.goto(&site.url()).await?;
    holds(browser, "it plays", "1 < window.film?.currentTime").await?;
    holds(browser, "to its end", "film.ended").await
}

async fn every_example_plays(browser: &Browser, stage: &Stage) -> Result<()> {
    let read = |name: &str| {
        let path = in_checkout("www/examples").join(name);
        let text = fs::read_to_string(&path).with_context(|| format!("no {}", path.display()))?;
        Ok::<_, anyhow::Error>(
            text.replace("https://films.example", &stage.origin()).replace("VIDEO", &stage.film),
        )
    };
    let script = |path: &str| {
        let path = in_checkout("target/npm/node_modules").join(path);
        fs::read_to_string(&path)
            .with_context(|| format!("{} is missing: `cargo xtask fetch`", path.display()))
    };
    let site = site(&[
        ("/plain", read("plain.html")?),
        ("/react", read("react.html")?),
        ("/wordpress", read("wordpress.html")?),
        ("/react.js", script("react/umd/react.production.min.js")?),
        ("/react-dom.js", script("react-dom/umd/react-dom.production.min.js")?),
    ])
    .await?;
    let page = |name: &str| format!("{}{name}", site.url());
    browser.goto(&page("plain")).await?;
    let film = "document.querySelector('shoal-player')";
    browser
        .wait_for("the element", &format!("{film}.matches(':defined') && 2 <= {film}.readyState"), PLAYED)
        .await?;
    browser.run(&format!("{film}.muted = true; {film}.play()"), Vec::new()).await?;
    browser.wait_for("the plain page plays", &format!("1 < {film}.currentTime"), PLAYED).await?;
    browser.screenshot("example-plain").await?;

    browser.goto(&page("react")).await?;
    browser.click("#play", SOON).await?;
    let seconds = "0 < Number(document.getElementById('seconds').textContent)";
    browser.wait_for("React hears of it", seconds, PLAYED).await?;
    browser.click("#toggle", SOON).await?;
    browser.wait_for("React puts it away", &format!("!{film}"), SOON).await?;

    browser.goto(&page("wordpress")).await?;
    browser.driver().enter_frame(0).await?;
    browser
        .wait_for("its frame has a picture", &format!("2 <= {}.readyState", tests::rig::VIDEO), PLAYED)
        .await?;
    browser.screenshot("example-wordpress").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_element_is_at_home_on_any_page() -> Result<()> {
    let mut stage = Stage::build().await?;
    let browser = stage.driver.browser().await?;
    the_manners_of_a_video(&browser, &stage).await.context("on a strict page")?;
    from_its_package_without_an_instance(&browser).await.context("from its package")?;
    every_example_plays(&browser, &stage).await.context("in the examples")?;
    browser.close().await?;
    stage.server.stop().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_keeps_nothing_of_players_it_has_taken_away() -> Result<()> {
    let mut stage = Stage::build().await?;
    let browser = stage.driver.browser().await?;
    a_hundred_come_and_go(&browser, &stage).await?;
    browser.close().await?;
    stage.server.stop().await?;
    Ok(())
}
