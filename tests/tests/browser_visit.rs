//! What a visitor does with the pages besides watching: scroll, come back, share, take away, delete, lose the network,
//! mistype a password, read French.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use fantoccini::key::Key;
use serde_json::{Value, json};
use tests::rig::{
    ADMIN_PASSWORD, Browser, Client, Driver, Instance, Network, Parts, Upload, VIDEO, big_buck_bunny,
    eventually,
};

/// For what a page does by itself.
const SOON: Duration = Duration::from_secs(60);
/// For what the server makes of a film.
const LATER: Duration = Duration::from_secs(300);
/// More than two pages of a list.
const LECTURES: usize = 60;
/// Cards of one page.
const ROWS: usize = 24;

/// Where the keyboard is: the label or text of what has it.
const FOCUS: &str =
    "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent.trim()";

/// A server with many videos, of which one can be watched.
async fn start() -> Result<(Instance, Client, String)> {
    let mut server = Instance::start().await?;
    server.stop().await?;
    let seeded =
        Command::new(env!("CARGO_BIN_EXE_seed")).arg(server.data()).arg(LECTURES.to_string()).status()?;
    ensure!(seeded.success(), "the store could not be filled ({seeded})");
    server.restart().await?;
    let admin = server.admin().await?;
    let film =
        Upload::file(&admin, &json!({ "name": "Big Buck Bunny", "privacy": 1 }), &big_buck_bunny()?).await?;
    Upload::finished(&admin, &film, LATER).await?;
    Ok((server, admin, film))
}

async fn sign_in(browser: &Browser, server: &Instance) -> Result<()> {
    browser.goto(&server.url("/login")).await?;
    browser.fill("#login-name", "root", SOON).await?;
    browser.fill("#login-password", ADMIN_PASSWORD, SOON).await?;
    browser.click("form button[type=submit]", SOON).await?;
    browser.wait_for("the sign-in page is left", "location.pathname !== '/login'", SOON).await
}

async fn text(browser: &Browser, expression: &str) -> Result<String> {
    let value = browser.value(expression).await?;
    Ok(value.as_str().with_context(|| format!("{expression} is no text but {value}"))?.to_owned())
}

async fn number(browser: &Browser, expression: &str) -> Result<f64> {
    let value = browser.value(expression).await?;
    value.as_f64().with_context(|| format!("{expression} is no number but {value}"))
}

async fn a_list_grows_and_keeps_its_place(browser: &Browser, server: &Instance) -> Result<()> {
    let cards = "document.querySelectorAll('.grid .card-link').length";
    let pages_asked = format!("asked.filter((one) => one.url.includes('count={ROWS}')).length");
    let bottom = "window.scrollTo(0, document.documentElement.scrollHeight)";
    browser.goto(&server.url("/videos/browse")).await?;
    browser.wait_for("the first page", &format!("{cards} === {ROWS}"), SOON).await?;
    browser.run(bottom, Vec::new()).await?;
    browser.wait_for("the second page", &format!("{cards} === {}", 2 * ROWS), SOON).await?;
    browser.run(bottom, Vec::new()).await?;
    browser.wait_for("all of it", &format!("{cards} === {}", LECTURES + 1), SOON).await?;

    let card = "document.querySelectorAll('.grid .card-link')[40]";
    browser.run(&format!("{card}.scrollIntoView({{ block: 'center' }})"), Vec::new()).await?;
    // The page hears of its scrolling with the next frame.
    browser
        .run(
            "await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))",
            Vec::new(),
        )
        .await?;
    let (place, asked) = (number(browser, "scrollY").await?, number(browser, &pages_asked).await?);
    let title = text(browser, &format!("{card}.textContent")).await?;
    ensure!(0.0 < place, "the list is not scrolled");
    browser.run(&format!("{card}.click()"), Vec::new()).await?;
    browser.wait_for("its page", "document.querySelector('h1.watch-title')", SOON).await?;
    ensure!(number(browser, "scrollY").await? == 0.0, "the watch page begins further down");

    browser.driver().back().await?;
    let is_back = format!("location.pathname === '/videos/browse' && Math.abs(scrollY - {place}) < 2");
    browser.wait_for("the list is where it was", &is_back, SOON).await?;
    let seen = "(() => { const { top, bottom } = document.querySelectorAll('.grid .card-link')[40].getBoundingClientRect();
        return 0 < top && bottom < innerHeight })()";
    ensure!(browser.value(seen).await? == json!(true), "the card is out of sight");
    ensure!(text(browser, &format!("{card}.textContent")).await? == title, "it is another card");
    ensure!(number(browser, cards).await? == 61.0, "cards were lost");
    ensure!(number(browser, &pages_asked).await? == asked, "the list was fetched again");
    Ok(())
}

async fn sharing(browser: &Browser, server: &Instance, film: &str) -> Result<()> {
    let rights = json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
    browser.devtools("Browser.grantPermissions", rights).await?;
    browser.goto(&server.url(&format!("/w/{film}"))).await?;
    browser.wait_for("playback", &format!("0.2 < {VIDEO}.currentTime"), LATER).await?;
    browser.click(".watch-acts button", SOON).await?;
    browser.find("dialog[open]", SOON).await?;
    let link = "document.querySelector('#share-link').value";
    let embed = "document.querySelector('#share-embed').value";
    let page = text(browser, link).await?;
    ensure!(page.starts_with(&server.url("/w/")) && !page.contains('?'), "{page} is no plain link");

    browser.click("#share-from", SOON).await?;
    browser.fill(".share-moment", "never", SOON).await?;
    browser.wait_for("a word about it", "document.querySelector('#share-wrong').textContent", SOON).await?;
    ensure!(text(browser, link).await? == page, "a link to a moment that is none");
    browser.fill(".share-moment", "0:03", SOON).await?;
    browser.wait_for("the link has the moment", &format!("{link} === '{page}?start=3s'"), SOON).await?;
    let code = text(browser, embed).await?;
    ensure!(code.contains(&format!("/videos/embed/{film}?start=3s\"")), "{code}");
    browser.click("dialog .copy button", SOON).await?;
    browser
        .wait_for(
            "it is copied",
            "document.querySelector('dialog .copy button').textContent === 'Copied'",
            SOON,
        )
        .await?;
    ensure!(text(browser, "await navigator.clipboard.readText()").await? == format!("{page}?start=3s"));

    browser.goto(&format!("{page}?start=3s")).await?;
    browser.wait_for("it plays", &format!("0.1 < {VIDEO}.currentTime"), LATER).await?;
    let begun = number(browser, &format!("{VIDEO}.currentTime")).await?;
    ensure!(3.0 <= begun, "it began at {begun} s");
    Ok(())
}

async fn windows_keep_the_focus(browser: &Browser, server: &Instance, film: &str) -> Result<()> {
    browser.goto(&server.url(&format!("/w/{film}"))).await?;
    for (button, label) in [(1, "Share"), (2, "Download")] {
        browser.click(&format!(".watch-acts button:nth-of-type({button})"), SOON).await?;
        browser.find("dialog[open]", SOON).await?;
        // The ring of the tab key goes through the window and the browser's own bar, where a page sees its body.
        for step in 0..10 {
            let kept =
                "document.activeElement === document.body || !!document.activeElement.closest('dialog')";
            ensure!(
                browser.value(kept).await? == json!(true),
                "{label}: after {step} tabs the keyboard is outside"
            );
            browser.press(Key::Tab).await?;
        }
        browser.press(Key::Escape).await?;
        browser.wait_for("the window is closed", "!document.querySelector('dialog')", SOON).await?;
        ensure!(text(browser, FOCUS).await? == label, "the keyboard did not come back to {label}");
    }
    Ok(())
}

async fn taking_a_film_away(browser: &Browser, server: &Instance, film: &str) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let place = json!({ "behavior": "allow", "downloadPath": folder.path() });
    browser.devtools("Browser.setDownloadBehavior", place).await?;
    browser.goto(&server.url(&format!("/w/{film}"))).await?;
    browser.click(".watch-acts button:nth-of-type(2)", SOON).await?;
    browser.click(".offer", SOON).await?;
    let file = eventually("the file is there", SOON, async || {
        let names =
            fs::read_dir(folder.path())?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
        Ok(names.into_iter().find(|path| path.extension().is_some_and(|ending| ending == "mp4")))
    })
    .await?;
    let name = file.file_name().and_then(|name| name.to_str()).context("a file without a name")?;
    ensure!(name.starts_with("Big Buck Bunny") && name.contains("720p"), "it is called {name}");
    ensure!(streams_of(&file)? == ["audio", "video"], "it holds {:?}", streams_of(&file)?);
    Ok(())
}

fn streams_of(file: &Path) -> Result<Vec<String>> {
    let probed = Command::new("ffprobe")
        .args(["-v", "error", "-show_entries", "stream=codec_type", "-of", "csv=p=0"])
        .arg(file)
        .output()?;
    let mut kinds: Vec<String> = String::from_utf8(probed.stdout)?.lines().map(str::to_owned).collect();
    kinds.sort();
    Ok(kinds)
}

async fn deleting_asks_first(browser: &Browser, server: &Instance, admin: &Client) -> Result<()> {
    browser.goto(&server.url("/my-library/videos")).await?;
    // A row with a title: what stands there until the list arrives are rows, too.
    let doomed = "[...document.querySelectorAll('.row')].filter((row) => row.querySelector('.row-title'))[1]";
    browser.wait_for("the library", doomed, SOON).await?;
    let name = text(browser, &format!("{doomed}.querySelector('.row-title').textContent")).await?;
    let address =
        text(browser, &format!("{doomed}.querySelector('.row-title a').getAttribute('href')")).await?;
    let video = format!("/api/v1/videos/{}", address.trim_start_matches("/w/"));
    let delete = format!(
        ".row:nth-child(2) .row-acts button.button-quiet[aria-label={}]",
        Value::from(format!("Delete {name}"))
    );

    browser.click(&delete, SOON).await?;
    browser.find("dialog[open]", SOON).await?;
    ensure!(
        text(browser, "document.querySelector('dialog').textContent").await?.contains(&name),
        "it names no video"
    );
    browser.press(Key::Escape).await?;
    browser.wait_for("the question is gone", "!document.querySelector('dialog')", SOON).await?;
    ensure!(text(browser, FOCUS).await? == format!("Delete {name}"), "the keyboard did not come back");
    admin.get(&video).await?.expect(200)?;

    browser.click(&delete, SOON).await?;
    browser.click("dialog .button-bad", SOON).await?;
    browser
        .wait_for(
            "it is off the list",
            &format!("!document.querySelector({})", Value::from(delete.as_str())),
            SOON,
        )
        .await?;
    admin.get(&video).await?.expect(404)?;
    Ok(())
}

async fn a_lost_network_is_told(browser: &Browser, server: &Instance) -> Result<()> {
    browser.goto(&server.url("/videos/browse")).await?;
    browser.find(".card-link", SOON).await?;
    browser.network(Some(Network { bytes_per_second: 0, latency: Duration::ZERO, is_offline: true })).await?;
    let banner = "document.querySelector('[role=status] .banner p')?.textContent";
    browser
        .wait_for(
            "the word about it",
            &format!(
                "{banner} === 'You are offline. What is here stays; we go on when the network is back.'"
            ),
            SOON,
        )
        .await?;
    ensure!(
        number(browser, "document.querySelectorAll('.card-link').length").await? == 24.0,
        "the list is gone"
    );
    browser.click(".tabs li:nth-child(2) a", SOON).await?;
    browser.find(".alert", SOON).await?;
    browser.network(None).await?;
    browser.wait_for("the word is gone", "!document.querySelector('.banner, .alert')", SOON).await?;
    browser
        .wait_for(
            "the other list came by itself",
            "document.querySelectorAll('.card-link').length === 24",
            SOON,
        )
        .await
}

async fn french(browser: &Browser, server: &Instance, film: &str) -> Result<()> {
    browser.goto(&server.url("/videos/browse")).await?;
    browser.click(".header .menu-button", SOON).await?;
    browser.click("label[lang=fr] input", SOON).await?;
    let is_french = "document.documentElement.lang === 'fr'
        && document.querySelector('.tabs a').textContent === 'Ajouts récents'";
    browser.wait_for("the page is in French", is_french, SOON).await?;
    browser.press(Key::Escape).await?;
    browser.wait_for("the menu is closed", "document.querySelector('#menu-display').hidden", SOON).await?;
    browser.goto(&server.url(&format!("/w/{film}"))).await?;
    browser
        .wait_for(
            "it is remembered",
            "document.querySelector('.watch-acts button')?.textContent === 'Partager'",
            SOON,
        )
        .await?;
    let full_screen = format!("{VIDEO}.getRootNode().querySelector('[aria-label=\"Plein écran\"]')");
    browser.wait_for("the player is in French", &full_screen, SOON).await?;
    browser.run("localStorage.removeItem('shoal.language')", Vec::new()).await?;
    Ok(())
}

/// Comes last: after it this address has to wait.
async fn a_wrong_password(browser: &Browser, server: &Instance) -> Result<()> {
    let alert = "document.querySelector('form [role=alert]')?.textContent ?? ''";
    browser.goto(&server.url("/login")).await?;
    browser.click("form button[type=submit]", SOON).await?;
    let missing = "document.querySelector('#login-name-missing').textContent === 'Enter your user name or e-mail address.'";
    browser.wait_for("the name is missed", missing, SOON).await?;
    ensure!(text(browser, "document.activeElement.id").await? == "login-name", "the keyboard is elsewhere");
    browser.fill("#login-name", "root", SOON).await?;
    browser.fill("#login-password", "not the password", SOON).await?;
    browser.click("form button[type=submit]", SOON).await?;
    browser
        .wait_for("it is refused", &format!("{alert} === 'The user name or the password is wrong.'"), SOON)
        .await?;
    ensure!(
        text(browser, "document.querySelector('#login-name').value").await? == "root",
        "the name is lost"
    );
    ensure!(
        text(browser, "document.activeElement.id").await? == "login-password",
        "the keyboard is elsewhere"
    );
    browser.screenshot("login-refused").await?;

    let too_often = format!("({alert}).startsWith('That was too often. Try again in ')");
    eventually("too many tries are slowed", SOON, async || {
        browser.click("form button[type=submit]:not([disabled])", SOON).await?;
        browser.find("form button[type=submit]:not([disabled])", SOON).await?;
        browser.find("form [role=alert]", SOON).await?;
        Ok((browser.value(&too_often).await? == json!(true)).then_some(()))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_finds_their_way() -> Result<()> {
    let (mut server, admin, film) = start().await?;
    let driver = Driver::start().await?;
    let browser = driver.browser().await?;
    browser.spy_on_fetches().await?;
    let mut parts = Parts::default();
    parts.note("the list", a_list_grows_and_keeps_its_place(&browser, &server).await);
    parts.note("sharing", sharing(&browser, &server, &film).await);
    parts.note("windows", windows_keep_the_focus(&browser, &server, &film).await);
    parts.note("download", taking_a_film_away(&browser, &server, &film).await);
    parts.note("network", a_lost_network_is_told(&browser, &server).await);
    browser.network(None).await?;
    parts.note("French", french(&browser, &server, &film).await);
    sign_in(&browser, &server).await?;
    parts.note("delete", deleting_asks_first(&browser, &server, &admin).await);
    let stranger = driver.browser().await?;
    parts.note("password", a_wrong_password(&stranger, &server).await);
    stranger.close().await?;
    browser.close().await?;
    server.stop().await?;
    parts.end()
}
