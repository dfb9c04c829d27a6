//! Finding a video by words and by keyboard, keeping lists of videos, and watching one after the other.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use fantoccini::key::Key;
use serde_json::{Value, json};
use tests::rig::{ADMIN_PASSWORD, Browser, Client, Driver, Instance, Upload, VIDEO, bikes, eventually};

/// For what a page does by itself.
const SOON: Duration = Duration::from_secs(60);
/// For what the server makes of a film.
const LATER: Duration = Duration::from_secs(300);

async fn text(browser: &Browser, expression: &str) -> Result<String> {
    let value = browser.value(expression).await?;
    Ok(value.as_str().with_context(|| format!("{expression} is no text but {value}"))?.to_owned())
}

/// Publishes a short film and waits until it can be watched.
async fn publish(admin: &Client, said: &Value) -> Result<Value> {
    let film = Upload::file(admin, said, &bikes()?).await?;
    Upload::finished(admin, &film, LATER).await
}

/// The index follows the store a moment later.
async fn is_found(admin: &Client, query: &str, count: u64) -> Result<()> {
    eventually("the index has it", SOON, async || {
        let found = admin.get(&format!("/api/v1/search/videos?{query}")).await?.expect(200)?.json()?;
        Ok((found.get("total") == Some(&json!(count))).then_some(()))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_video_is_found_by_a_mistyped_word_and_the_keyboard() -> Result<()> {
    let server = Instance::start().await?;
    let admin = server.admin().await?;
    let said = json!({
        "name": "Bicycles in the rain", "privacy": 1, "category": 2, "language": "fr", "tags": ["wheels", "rain"],
        "description": "Nobody rides <b>slowly</b> when umbrellas are sold out.",
    });
    let film = publish(&admin, &said).await?;
    let watch = format!("/w/{}", film.get("shortUUID").and_then(Value::as_str).unwrap_or_default());
    is_found(&admin, "search=bicycles", 1).await?;
    let driver = Driver::start().await?;
    let browser = driver.browser().await?;

    // What is typed suggests, arrows choose, Escape closes, Enter goes there.
    browser.goto(&server.url("/videos/browse")).await?;
    let ready = "document.querySelector('#search').getAttribute('role') === 'combobox'";
    browser.wait_for("the field suggests", ready, SOON).await?;
    browser.click("#search", SOON).await?;
    browser.keys("bycicles").await?;
    let option = "document.querySelector('#search-list:not([hidden]) [role=option]')";
    browser
        .wait_for("a suggestion", &format!("{option}?.textContent.includes('Bicycles in the rain')"), SOON)
        .await?;
    browser.press(Key::Escape).await?;
    browser.wait_for("the list is closed", "document.querySelector('#search-list').hidden", SOON).await?;
    ensure!(
        text(&browser, "document.querySelector('#search').value").await? == "bycicles",
        "the words are gone"
    );
    browser.press(Key::Down).await?;
    let active = "document.querySelector('#search').getAttribute('aria-activedescendant')";
    browser.wait_for("a line is chosen", &format!("{active} === {option}?.id"), SOON).await?;
    browser.press(Key::Enter).await?;
    browser.wait_for("its page", &format!("location.pathname === '{watch}'"), SOON).await?;

    // Enter in the field leads to all that was found.
    browser.fill("#search", "umbrelas", SOON).await?;
    browser.press(Key::Enter).await?;
    browser.wait_for("what was found", "document.querySelector('.row-found .row-title a')", SOON).await?;
    ensure!(text(&browser, "document.querySelector('h1').textContent").await? == "Results for “umbrelas”");
    let snippet = "document.querySelector('.found-words')";
    ensure!(text(&browser, &format!("{snippet}.querySelector('mark').textContent")).await? == "umbrellas");
    ensure!(
        text(&browser, &format!("{snippet}.textContent")).await?
            == "Nobody rides <b>slowly</b> when umbrellas are sold out."
    );
    ensure!(browser.value(&format!("{snippet}.querySelector('b') === null")).await? == json!(true));

    // Filters stand in the address; Back takes one back.
    browser.click(".filters summary", SOON).await?;
    let choose = |field: &str, value: &str| {
        format!(
            "const field = document.querySelector('#found-{field}'); field.value = '{value}';
             field.dispatchEvent(new Event('change', {{ bubbles: true }}))"
        )
    };
    let rows = "document.querySelectorAll('.row-found').length";
    browser.run(&choose("categoryOneOf", "2"), Vec::new()).await?;
    browser.wait_for("the filter's address", "location.search.includes('categoryOneOf=2')", SOON).await?;
    browser.wait_for("it is still found", &format!("{rows} === 1"), SOON).await?;
    browser.run(&choose("duration", "long"), Vec::new()).await?;
    browser.wait_for("a word that nothing was found", "document.querySelector('.empty-title')", SOON).await?;
    ensure!(text(&browser, "location.search").await? == "?search=umbrelas&duration=long&categoryOneOf=2");
    browser.driver().back().await?;
    browser.wait_for("it is found again", &format!("{rows} === 1"), SOON).await?;
    browser.driver().forward().await?;
    browser.wait_for("and not again", "document.querySelector('.empty-title')", SOON).await?;
    browser.click(".filters p a", SOON).await?;
    browser.wait_for("without filters", &format!("{rows} === 1"), SOON).await?;
    ensure!(text(&browser, "location.search").await? == "?search=umbrelas");

    browser.goto(&server.url("/search?search=root&resultType=channels")).await?;
    browser.wait_for("a channel", "document.querySelector('.channel-row')", SOON).await?;
    ensure!(text(&browser, "document.querySelector('#search').value").await? == "root");

    // On a phone the field comes when it is asked for.
    browser.size(360, 800).await?;
    browser.goto(&server.url("/videos/browse")).await?;
    browser.click(".search-opener", SOON).await?;
    browser.wait_for("the field has the keyboard", "document.activeElement.id === 'search'", SOON).await?;
    browser.keys("rain").await?;
    browser.press(Key::Enter).await?;
    browser
        .wait_for("found on a phone", &format!("{rows} === 1 && location.search === '?search=rain'"), SOON)
        .await
}

async fn sign_in(browser: &Browser, server: &Instance) -> Result<()> {
    browser.goto(&server.url("/login")).await?;
    browser.fill("#login-name", "root", SOON).await?;
    browser.fill("#login-password", ADMIN_PASSWORD, SOON).await?;
    browser.click("main form button[type=submit]", SOON).await?;
    browser.wait_for("the sign-in page is left", "location.pathname !== '/login'", SOON).await
}

fn name_of(film: &Value, name: &str) -> String {
    film.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The names in a list, as the instance has them.
async fn order(admin: &Client, list: &str, expected: &[&str]) -> Result<()> {
    eventually("the instance has the order", SOON, async || {
        let page = admin.get(&format!("/api/v1/video-playlists/{list}/videos")).await?.expect(200)?.json()?;
        let rows = page.get("data").and_then(Value::as_array).cloned().unwrap_or_default();
        let names: Vec<_> =
            rows.iter().filter_map(|row| row.pointer("/video/name").and_then(Value::as_str)).collect();
        Ok((names == expected).then_some(()))
    })
    .await
}

/// Presses, moves and lets go, as a hand does.
async fn drag(browser: &Browser, from: &str, to: &str) -> Result<()> {
    let middle = |element: &str| {
        format!(
            "(() => {{ const at = {element}.getBoundingClientRect();
              return [at.left + at.width / 2, at.top + at.height / 2] }})()"
        )
    };
    let (from, to) = (browser.value(&middle(from)).await?, browser.value(&middle(to)).await?);
    let place = |of: &Value, at: usize| of.get(at).and_then(Value::as_f64).unwrap_or_default();
    for (kind, at, buttons) in [
        ("mouseMoved", &from, 0),
        ("mousePressed", &from, 1),
        ("mouseMoved", &to, 1),
        ("mouseReleased", &to, 0),
    ] {
        let event = json!({
            "type": kind, "x": place(at, 0), "y": place(at, 1), "button": "left", "buttons": buttons, "clickCount": 1,
        });
        browser.devtools("Input.dispatchMouseEvent", event).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_built_sorted_and_played_through() -> Result<()> {
    let server = Instance::start().await?;
    let admin = server.admin().await?;
    let mut films = Vec::new();
    for name in ["Alder", "Birch", "Cedar"] {
        films.push(publish(&admin, &json!({ "name": name, "privacy": 1 })).await?);
    }
    let alder = films.first().map(|film| name_of(film, "shortUUID")).unwrap_or_default();
    let driver = Driver::start().await?;
    let browser = driver.browser().await?;
    sign_in(&browser, &server).await?;

    // A new list from the page of a video.
    browser.goto(&server.url(&format!("/w/{alder}"))).await?;
    browser.click(".watch-acts .save", SOON).await?;
    browser.wait_for("the lists", "document.querySelector('.saver-lists input')", SOON).await?;
    ensure!(
        text(&browser, "document.querySelector('.saver-lists label').textContent").await? == "Watch later"
    );
    browser.fill("#save-new", "Trees", SOON).await?;
    browser.press(Key::Enter).await?;
    let said = |sentence: &str| {
        format!("document.querySelector('dialog .form-note').textContent === {}", Value::from(sentence))
    };
    browser.wait_for("it is saved", &said("Saved in Trees"), SOON).await?;

    // More from the cards of other videos, by keyboard.
    browser.goto(&server.url("/videos/browse")).await?;
    for name in ["Birch", "Cedar"] {
        let way = format!("document.querySelector('.card-save[aria-label=\"Save {name} to…\"]')");
        browser.wait_for("the way to save", &way, SOON).await?;
        browser.run(&format!("{way}.focus()"), Vec::new()).await?;
        browser.press(Key::Enter).await?;
        let trees =
            "[...document.querySelectorAll('.saver-lists label')].find((row) => row.textContent === 'Trees')";
        browser.wait_for("the list", trees, SOON).await?;
        browser.run(&format!("{trees}.querySelector('input').focus()"), Vec::new()).await?;
        browser.press(' ').await?;
        browser.wait_for("it is saved", &said("Saved in Trees"), SOON).await?;
        browser.wait_for("it is ticked", &format!("{trees}.querySelector('input').checked"), SOON).await?;
        browser.press(Key::Escape).await?;
        browser.wait_for("the window is closed", "!document.querySelector('dialog')", SOON).await?;
    }

    // Sorted by keyboard, then by hand.
    browser.goto(&server.url("/my-library/video-playlists")).await?;
    let trees = "[...document.querySelectorAll('.row-title a')].find((row) => row.textContent === 'Trees')";
    browser.wait_for("the list among one's lists", trees, SOON).await?;
    browser.run(&format!("{trees}.click()"), Vec::new()).await?;
    let rows = "[...document.querySelectorAll('.queue-row .row-title')].map((row) => row.textContent).join()";
    browser.wait_for("its videos", &format!("{rows} === 'Alder,Birch,Cedar'"), SOON).await?;
    let list = text(&browser, "location.pathname.split('/').pop()").await?;
    browser.run("document.querySelector('.row-down').focus()", Vec::new()).await?;
    browser.press(Key::Enter).await?;
    browser.wait_for("a row lower", &format!("{rows} === 'Birch,Alder,Cedar'"), SOON).await?;
    ensure!(
        text(&browser, "document.querySelector('.queue-said').textContent").await? == "Alder is now 2 of 3."
    );
    ensure!(
        text(&browser, "document.activeElement.getAttribute('aria-label')").await? == "Move Alder down",
        "the keyboard goes with the row"
    );
    order(&admin, &list, &["Birch", "Alder", "Cedar"]).await?;
    let row = |at: usize, part: &str| format!("document.querySelector('.queue-row:nth-child({at}) {part}')");
    drag(&browser, &row(3, ".grip"), &row(1, ".row-title")).await?;
    browser.wait_for("the first row", &format!("{rows} === 'Cedar,Birch,Alder'"), SOON).await?;
    order(&admin, &list, &["Cedar", "Birch", "Alder"]).await?;
    let part = format!(
        "const field = {}; field.value = '0:01'; field.dispatchEvent(new Event('change', {{ bubbles: true }}))",
        row(2, ".row-times input")
    );
    browser.run(&part, Vec::new()).await?;
    browser.click(".queue-row:nth-child(3) .row-out", SOON).await?;
    browser.wait_for("a row less", &format!("{rows} === 'Cedar,Birch'"), SOON).await?;
    order(&admin, &list, &["Cedar", "Birch"]).await?;

    // Played through: the second follows the first by itself.
    browser.click(".page-head .button-main", SOON).await?;
    browser.wait_for("the first plays", &format!("0.1 < {VIDEO}?.currentTime"), LATER).await?;
    let now = "document.querySelector('.queue-now .mini-title').textContent";
    ensure!(text(&browser, now).await? == "Cedar");
    browser.run(&format!("{VIDEO}.currentTime = {VIDEO}.duration - 0.2"), Vec::new()).await?;
    browser.find(".player-next", SOON).await?;
    browser.wait_for("the second's address", "location.search === '?playlistPosition=2'", SOON).await?;
    browser
        .wait_for("the second plays", &format!("{now} === 'Birch' && 1.1 < {VIDEO}?.currentTime"), LATER)
        .await?;
    browser.click(".queue-previous", SOON).await?;
    browser.wait_for("back to the first", &format!("{now} === 'Cedar'"), SOON).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_beside_a_video_says_why_and_comes_next() -> Result<()> {
    let server = Instance::start().await?;
    let admin = server.admin().await?;
    let first =
        publish(&admin, &json!({ "name": "Alder", "privacy": 1, "tags": ["leaves", "bark"] })).await?;
    publish(&admin, &json!({ "name": "Birch", "privacy": 1, "tags": ["bark"] })).await?;
    let driver = Driver::start().await?;
    let browser = driver.browser().await?;
    let watch = server.url(&format!("/w/{}", name_of(&first, "shortUUID")));
    browser.goto(&watch).await?;
    browser.wait_for("playback", &format!("0.1 < {VIDEO}?.currentTime"), LATER).await?;
    browser.wait_for("a reason", "document.querySelector('.mini-reason')", SOON).await?;
    let reason = text(&browser, "document.querySelector('.mini-reason').textContent").await?;
    ensure!(["Same tags: bark", "From the same channel"].contains(&reason.as_str()), "because of {reason}");

    // Nothing follows unless one wants it; one can say no; then it follows.
    let end = format!("{VIDEO}.currentTime = {VIDEO}.duration - 0.2; await {VIDEO}.play()");
    browser.run(&end, Vec::new()).await?;
    browser.wait_for("the end", &format!("{VIDEO}.ended"), SOON).await?;
    ensure!(browser.value("document.querySelector('.player-next') === null").await? == json!(true));
    browser.click("#goes-on", SOON).await?;
    browser.find(".player-next", SOON).await?;
    browser.click(".player-next-acts .button:last-child", SOON).await?;
    browser.wait_for("it stays", "!document.querySelector('.player-next')", SOON).await?;
    browser.goto(&watch).await?;
    browser.wait_for("the choice is kept", "document.querySelector('#goes-on')?.checked", SOON).await?;
    browser.wait_for("playback", &format!("0.1 < {VIDEO}?.currentTime"), LATER).await?;
    browser.run(&end, Vec::new()).await?;
    browser.click(".player-next .button-main", SOON).await?;
    let next = format!("document.querySelector('h1').textContent === 'Birch' && 0.1 < {VIDEO}?.currentTime");
    browser.wait_for("the next plays", &next, LATER).await?;

    // Whoever chose that nothing plays by itself presses play.
    let wish = json!({ "autoPlayVideo": false, "p2pEnabled": false });
    admin.put("/api/v1/users/me", &wish).await?.expect(204)?;
    sign_in(&browser, &server).await?;
    browser.goto(&watch).await?;
    browser.wait_for("the player", &format!("{VIDEO} && {VIDEO}.paused"), SOON).await?;
    browser.find(".beside .card-link", SOON).await?;
    ensure!(browser.value(&format!("{VIDEO}.paused && {VIDEO}.currentTime === 0")).await? == json!(true));
    Ok(())
}
