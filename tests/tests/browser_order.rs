//! Somebody reports a film in the pages, and a moderator judges, answers and hides it.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tests::rig::{
    ADMIN_PASSWORD, Browser, Client, Driver, Elsewhere, Instance, Options, Upload, bikes, findings,
};

/// For what a page does by itself.
const SOON: Duration = Duration::from_secs(60);
/// For what the server makes of a film.
const LATER: Duration = Duration::from_secs(300);
const BOB: &str = "bob's long password";

/// The pages of those who keep order: name, address.
const PAGES: &[(&str, &str)] = &[
    ("own-abuses", "/my-account/abuses"),
    ("own-words", "/my-account/watched-words/list"),
    ("abuses", "/admin/moderation/abuses/list"),
    ("blocks", "/admin/moderation/video-blocks/list"),
    ("comments", "/admin/overview/comments"),
    ("mutes", "/admin/moderation/blocklist/accounts"),
    ("shared-mutes", "/admin/moderation/blocklist/subscriptions"),
    ("shared-words", "/admin/moderation/watched-words/subscriptions"),
    ("jobs", "/admin/system/jobs"),
    ("logs", "/admin/system/logs"),
    ("audit", "/admin/system/audit-logs"),
];

async fn sign_in(browser: &Browser, server: &Instance, name: &str, password: &str) -> Result<()> {
    browser.goto(&server.url("/about")).await?;
    browser.run("localStorage.removeItem('shoal.session')", Vec::new()).await?;
    browser.goto(&server.url("/login")).await?;
    browser.fill("#login-name", name, SOON).await?;
    browser.fill("#login-password", password, SOON).await?;
    browser.click("form button[type=submit]", SOON).await?;
    browser.wait_for("the sign-in page is left", "location.pathname !== '/login'", SOON).await
}

/// A row that says all of this is on the page.
async fn row(browser: &Browser, words: &[&str]) -> Result<()> {
    let holds: Vec<String> =
        words.iter().map(|word| format!("row.textContent.includes({})", Value::from(*word))).collect();
    let rows = "[...document.querySelectorAll('.order-row')]";
    let found = format!("{rows}.some((row) => {})", holds.join(" && "));
    browser.wait_for(&format!("a row with {words:?}"), &found, SOON).await
}

/// Presses the first button that begins with this word.
async fn press(browser: &Browser, word: &str) -> Result<()> {
    let word = Value::from(word);
    let button = format!(
        "[...document.querySelectorAll('.main button, dialog button')].find((one) => one.textContent.trim() === {word} && !one.disabled)"
    );
    browser.wait_for(&format!("the button {word}"), &button, SOON).await?;
    browser.run(&format!("{button}.click()"), Vec::new()).await?;
    Ok(())
}

async fn report(browser: &Browser, server: &Instance, film: &str) -> Result<()> {
    sign_in(browser, server, "bob", BOB).await?;
    browser.goto(&server.url(&format!("/w/{film}"))).await?;
    browser.click("button.report", SOON).await?;
    browser.click("#report-rights", SOON).await?;
    browser.fill("#report-reason", "These are my bikes", SOON).await?;
    browser.fill("#report-from", "0:01", SOON).await?;
    look(browser, "report").await?;
    press(browser, "Send").await?;
    browser.find("dialog .alert-good", SOON).await?;
    browser.goto(&server.url("/my-account/abuses")).await?;
    row(browser, &["Bikes", "These are my bikes", "Pending", "Somebody else’s work"]).await
}

async fn moderate(browser: &Browser, server: &Instance) -> Result<()> {
    sign_in(browser, server, "root", ADMIN_PASSWORD).await?;
    browser.click("[aria-controls=menu-account]", SOON).await?;
    browser.click("a[href='/admin/moderation/abuses/list']", SOON).await?;
    row(browser, &["Bikes", "These are my bikes", "bob"]).await?;
    press(browser, "Messages").await?;
    browser.fill("#talk-text", "Can you show that?", SOON).await?;
    press(browser, "Send").await?;
    browser.wait_for("the message", "document.querySelector('.order-talk li')", SOON).await?;
    look(browser, "abuse-messages").await?;
    browser.click("dialog .button-round", SOON).await?;
    press(browser, "Accept").await?;
    row(browser, &["Bikes", "Accepted"]).await?;
    press(browser, "Block the video").await?;
    browser.fill("#deed-reason", "Not yours", SOON).await?;
    press(browser, "Confirm").await?;
    browser.wait_for("the form is gone", "!document.querySelector('dialog[open]')", SOON).await?;
    browser.goto(&server.url("/admin/moderation/video-blocks/list")).await?;
    row(browser, &["Bikes", "Not yours"]).await?;
    browser.goto(&server.url("/admin/system/audit-logs")).await?;
    row(browser, &["Created: blocked videos", "root"]).await?;
    row(browser, &["Changed: reports", "root"]).await
}

/// Nothing grave is found, nothing is wider than its window, light and dark, on a phone and a desk.
async fn look(browser: &Browser, page: &str) -> Result<()> {
    for (is_dark, theme) in [(false, "light"), (true, "dark")] {
        browser.theme(is_dark).await?;
        for (width, height) in [(360, 1100), (1280, 1000)] {
            browser.size(width, height).await?;
            browser.settle(SOON).await?;
            browser.screenshot(&format!("order-{page}-{width}-{theme}")).await?;
            let wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1";
            ensure!(browser.value(wide).await? == json!(true), "{page} is wider than {width} px");
            let grave: Vec<String> = findings(browser)
                .await?
                .into_iter()
                .filter(tests::rig::Finding::is_grave)
                .map(|finding| finding.to_string())
                .collect();
            ensure!(grave.is_empty(), "{page}, {theme}, {width} px: {grave:?}");
        }
    }
    browser.theme(false).await
}

async fn told(bob: &Client) -> Result<Vec<u64>> {
    let page = bob.get("/api/v1/users/me/notifications").await?.expect(200)?.json()?;
    let rows = page.get("data").and_then(Value::as_array).context("no notifications")?;
    Ok(rows.iter().filter_map(|row| row.get("type").and_then(Value::as_u64)).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_is_reported_judged_and_hidden_in_the_pages() -> Result<()> {
    let mut server = Instance::start().await?;
    let admin = server.admin().await?;
    let film = Upload::file(&admin, &json!({ "name": "Bikes", "privacy": 1 }), &bikes()?).await?;
    let film = Upload::finished(&admin, &film, LATER).await?;
    let film = film.get("shortUUID").and_then(Value::as_str).context("no address")?.to_owned();
    let new = json!({ "username": "bob", "password": BOB, "email": "bob@films.example", "role": 2,
        "videoQuota": -1, "videoQuotaDaily": -1 });
    admin.post("/api/v1/users", &new).await?.expect(200)?;
    let driver = Driver::start().await?;
    let browser = driver.browser().await?;

    report(&browser, &server, &film).await?;
    moderate(&browser, &server).await?;
    let bob = server.client().sign_in("bob", BOB).await?;
    ensure!(
        told(&bob).await? == [15, 16],
        "bob hears of the message and the judgement: {:?}",
        told(&bob).await?
    );
    bob.get(&format!("/api/v1/videos/{film}")).await?.expect(403)?;

    for (page, address) in PAGES {
        browser.goto(&server.url(address)).await?;
        browser.find(".main h1", SOON).await?;
        look(&browser, page).await?;
    }
    browser.run("localStorage.setItem('shoal.language', 'fr')", Vec::new()).await?;
    browser.size(360, 1100).await?;
    for (page, address) in PAGES {
        browser.goto(&server.url(address)).await?;
        browser.find(".main h1", SOON).await?;
        browser.settle(SOON).await?;
        browser.screenshot(&format!("french-order-{page}-360")).await?;
        let wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1";
        ensure!(browser.value(wide).await? == json!(true), "{page} is too wide in French");
    }
    browser.close().await?;
    server.stop().await?;
    Ok(())
}

/// Adds a list by its address, on the page of such lists.
async fn add_list(browser: &Browser, url: &str) -> Result<()> {
    press(browser, "Add a list").await?;
    browser.fill("#deed-url", url, SOON).await?;
    press(browser, "Confirm").await
}

/// Takes the only list away, which is asked about first.
async fn remove_list(browser: &Browser, warning: &str) -> Result<()> {
    press(browser, "Remove").await?;
    let warned =
        format!("document.querySelector('dialog[open]')?.textContent.includes({})", Value::from(warning));
    browser.wait_for("what goes with it", &warned, SOON).await?;
    look(browser, "list-remove").await?;
    browser.click("dialog .button-bad", SOON).await?;
    browser.wait_for("no list is left", "!document.querySelector('.order-row')", SOON).await
}

fn published(name: &str, kind: &str, what: &str, all: &[&str]) -> String {
    let actions: Vec<Value> = all
        .iter()
        .map(|one| json!({ "type": kind, what: one, "createdAt": "2024-01-02T03:04:05.000Z" }))
        .collect();
    json!({ "name": name, "actions": actions }).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_others_are_added_read_and_removed_in_the_pages() -> Result<()> {
    let mutes = published("Bad places", "block", "target", &["evil.example", "worse.example"]);
    let rude = published("Rude", "add", "word", &["fool", "ass"]);
    let web = Elsewhere::answer(move |path| match path.split('?').next() {
        Some("/mutes.json") => Some(("application/json", mutes.clone())),
        Some("/words.json") => Some(("application/json", rude.clone())),
        Some(_) | None => None,
    })
    .await?;
    // Another name than the server has, which asks nothing of itself.
    let site = web.url().replace("127.0.0.1", "localhost");
    let options = Options::default().set("import.networks_allowed", "127.0.0.1,::1");
    let mut server = Instance::start_with(options).await?;
    let driver = Driver::start().await?;
    let browser = driver.browser().await?;
    sign_in(&browser, &server, "root", ADMIN_PASSWORD).await?;

    browser.goto(&server.url("/admin/moderation/blocklist/subscriptions")).await?;
    browser.find(".empty", SOON).await?;
    add_list(&browser, &format!("{site}nothing")).await?;
    browser.find("dialog .alert", SOON).await?;
    look(&browser, "list-refused").await?;
    browser.fill("#deed-url", &format!("{site}mutes.json"), SOON).await?;
    press(&browser, "Confirm").await?;
    row(&browser, &["Bad places", "Read ", "2 servers muted", "0 accounts muted", "mutes.json"]).await?;
    look(&browser, "list-mutes").await?;
    browser.goto(&server.url("/admin/moderation/blocklist/servers")).await?;
    row(&browser, &["evil.example", "From the list Bad places"]).await?;
    look(&browser, "listed-servers").await?;
    browser.goto(&server.url("/admin/moderation/blocklist/subscriptions")).await?;
    row(&browser, &["Bad places"]).await?;
    remove_list(&browser, "heard again").await?;
    browser.goto(&server.url("/admin/moderation/blocklist/servers")).await?;
    browser.find(".empty", SOON).await?;

    for (shared, own) in [
        ("/my-account/watched-words/subscriptions", "/my-account/watched-words/list"),
        ("/admin/moderation/watched-words/subscriptions", "/admin/moderation/watched-words/list"),
    ] {
        browser.goto(&server.url(shared)).await?;
        browser.find(".empty", SOON).await?;
        add_list(&browser, &format!("{site}words.json")).await?;
        row(&browser, &["Rude", "2 words"]).await?;
        browser.goto(&server.url(own)).await?;
        row(&browser, &["Rude", "fool, ass", "From the list localhost"]).await?;
        look(&browser, "list-words").await?;
        browser.goto(&server.url(shared)).await?;
        row(&browser, &["Rude"]).await?;
        remove_list(&browser, "go with it").await?;
    }
    browser.goto(&server.url("/admin/system/audit-logs")).await?;
    row(&browser, &["Created: mutes of the site", "root"]).await?;
    row(&browser, &["Deleted: watched words", "root"]).await?;
    browser.close().await?;
    server.stop().await?;
    Ok(())
}
