//! An instance from its first minute: what it is asked, what administrators change of it in the pages, and what visitors
//! see of that without a restart.

#[path = "../../backend/tests/stories/sink.rs"]
#[expect(dead_code, reason = "other stories refuse mails and follow their links")]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "it is written for stories that panic")]
mod sink;

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use fantoccini::key::Key;
use serde_json::{Value, json};
use sink::Sink;
use tests::rig::{ADMIN_PASSWORD, Browser, Client, Driver, Instance, Options, findings, in_checkout};

/// For what a page does by itself.
const SOON: Duration = Duration::from_secs(60);
/// More than any of these pages has places to stop at.
const TABS_MAX: usize = 80;
const BOB: &str = "bob's long password";

async fn sign_in(browser: &Browser, server: &Instance, name: &str, password: &str) -> Result<()> {
    browser.goto(&server.url("/login")).await?;
    browser.fill("#login-name", name, SOON).await?;
    browser.fill("#login-password", password, SOON).await?;
    browser.click("form button[type=submit]", SOON).await?;
    browser.wait_for("the sign-in page is left", "location.pathname !== '/login'", SOON).await
}

/// Waits for a text anywhere in what matches.
async fn reads(browser: &Browser, selector: &str, text: &str) -> Result<()> {
    let (selector, needle) = (Value::from(selector), Value::from(text));
    let expression = format!(
        "[...document.querySelectorAll({selector})].some((one) => one.textContent.includes({needle}))"
    );
    browser.wait_for(&format!("{selector} says {text}"), &expression, SOON).await
}

/// Goes on with the tabulator until the keyboard is here.
async fn tab_to(browser: &Browser, selector: &str) -> Result<()> {
    browser.find(selector, SOON).await?;
    let is_here = format!("document.activeElement.matches({})", Value::from(selector));
    for _ in 0..TABS_MAX {
        if browser.value(&is_here).await? == json!(true) {
            return Ok(());
        }
        browser.press(Key::Tab).await?;
    }
    bail!("the keyboard does not come to {selector}")
}

/// Chooses a value of a list as a person's hand does.
async fn choose(browser: &Browser, selector: &str, value: &str) -> Result<()> {
    browser.find(selector, SOON).await?;
    let body = "const list = document.querySelector(a[0]); list.value = a[1];
        list.dispatchEvent(new Event('change', { bubbles: true }))";
    browser.run(body, vec![Value::from(selector), Value::from(value)]).await?;
    Ok(())
}

/// Ticks a box, wherever on the page it is: what the driver scrolls to may lie under the header.
async fn tick(browser: &Browser, selector: &str) -> Result<()> {
    browser.find(selector, SOON).await?;
    let body = "document.querySelector(a[0]).scrollIntoView({ block: 'center' })";
    browser.run(body, vec![Value::from(selector)]).await?;
    browser.click(selector, SOON).await
}

async fn save(browser: &Browser) -> Result<()> {
    browser.click("form .form-acts .button-main:not(:disabled)", SOON).await?;
    browser.find("form .alert-good", SOON).await.map(drop)
}

async fn setting(admin: &Client, path: &str) -> Result<Value> {
    let document = admin.get("/api/v1/config/custom").await?.expect(200)?.json()?;
    document.pointer(path).cloned().with_context(|| format!("no {path}"))
}

async fn nothing_grave(browser: &Browser, place: &str) -> Result<()> {
    browser.settle(SOON).await?;
    let grave: Vec<String> = findings(browser)
        .await?
        .into_iter()
        .filter(tests::rig::Finding::is_grave)
        .map(|finding| finding.to_string())
        .collect();
    ensure!(grave.is_empty(), "{place}: {grave:?}");
    Ok(())
}

/// By keyboard alone.
async fn answer_what_a_new_instance_is_asked(browser: &Browser, admin: &Client) -> Result<()> {
    tab_to(browser, ".broadcast a[href='/admin/settings/config/wizard']").await?;
    browser.press(Key::Enter).await?;
    tab_to(browser, "#wizard-name").await?;
    browser.press_holding(&[Key::Control.into()], 'a').await?;
    browser.keys("Reef").await?;
    // From nobody over who asks to everybody.
    tab_to(browser, "input[name=policy][value=closed]").await?;
    browser.press(Key::Down).await?;
    browser.press(Key::Down).await?;
    browser.wait_for("everybody", "document.querySelector('input[value=open]').checked", SOON).await?;
    tab_to(browser, "input[name=meeting]:checked").await?;
    let meeting = "document.querySelector('input[name=meeting]:checked').value";
    while browser.value(meeting).await? != json!("threshold") {
        browser.press(Key::Down).await?;
    }
    tab_to(browser, "input[name=height][value='144']").await?;
    let was_made = browser.value("document.activeElement.checked").await? == json!(true);
    browser.press(' ').await?;
    nothing_grave(browser, "the wizard").await?;
    browser.screenshot("site-story-wizard").await?;
    tab_to(browser, "form button[type=submit]").await?;
    browser.press(Key::Enter).await?;
    browser
        .wait_for("the settings", "location.pathname === '/admin/settings/config/information'", SOON)
        .await?;
    reads(browser, ".brand-name", "Reef").await?;
    browser.wait_for("nothing is asked any more", "!document.querySelector('.broadcast')", SOON).await?;
    for (path, expected) in [
        ("/instance/name", json!("Reef")),
        ("/signup/enabled", json!(true)),
        ("/signup/requiresApproval", json!(false)),
        ("/p2p/mode", json!("threshold")),
        ("/transcoding/resolutions/144p", json!(!was_made)),
        ("/wizard/done", json!(true)),
    ] {
        let found = setting(admin, path).await?;
        ensure!(found == expected, "{path} is {found}");
    }
    Ok(())
}

async fn name_and_sign_up_change_for_visitors(
    root: &Browser,
    visitor: &Browser,
    server: &Instance,
) -> Result<()> {
    visitor.goto(&server.url("/signup")).await?;
    visitor.find("#signup-username", SOON).await?;
    root.goto(&server.url("/admin/settings/config/information")).await?;
    root.fill("#instance-name", "Films of the harbour", SOON).await?;
    root.fill("#instance-shortDescription", "What swims there.", SOON).await?;
    root.fill("#instance-administrator", "We are **three**.", SOON).await?;
    root.fill("#instance-terms", "Be kind.", SOON).await?;
    root.fill("#instance-social-mastodonLink", "mastodon", SOON).await?;
    root.click("form .form-acts .button-main:not(:disabled)", SOON).await?;
    reads(root, "#instance-social-mastodonLink-wrong", "https://").await?;
    root.fill("#instance-social-mastodonLink", "https://elsewhere.example/@harbour", SOON).await?;
    tick(root, "#instance-categories label:nth-of-type(2) input").await?;
    save(root).await?;
    reads(root, ".brand-name", "Films of the harbour").await?;
    root.goto(&server.url("/admin/settings/config/signup")).await?;
    tick(root, "#signup-enabled").await?;
    save(root).await?;

    visitor.goto(&server.url("/signup")).await?;
    visitor.find(".empty-title", SOON).await?;
    visitor.goto(&server.url("/about")).await?;
    reads(visitor, "h1", "Films of the harbour").await?;
    reads(visitor, ".lead", "What swims there.").await?;
    reads(visitor, ".prose strong", "three").await?;
    reads(visitor, ".about-said", "Be kind.").await?;
    reads(visitor, ".facts", "Films").await?;
    reads(visitor, ".facts a[href='https://elsewhere.example/@harbour']", "Mastodon").await?;
    reads(visitor, ".facts", "1 account").await?;

    // A limit that is none is named, and nothing is saved.
    root.fill("#signup-limit", "many", SOON).await?;
    root.click("form .form-acts .button-main:not(:disabled)", SOON).await?;
    root.wait_for("the wrong field", "document.querySelector('#signup-limit-wrong').textContent", SOON).await
}

async fn a_home_page_is_written(root: &Browser, visitor: &Browser, server: &Instance) -> Result<()> {
    root.goto(&server.url("/admin/settings/config/homepage")).await?;
    root.fill("#homepage-text", "## Welcome\n\nFilms of **our** harbour.", SOON).await?;
    reads(root, ".prose strong", "our").await?;
    save(root).await?;
    visitor.goto(&server.url("/videos/browse")).await?;
    visitor.click(".footer a[href='/home']", SOON).await?;
    reads(visitor, ".prose h2", "Welcome").await?;
    reads(visitor, ".prose strong", "our").await?;

    root.goto(&server.url("/admin/settings/config/customization")).await?;
    choose(root, "#instance-defaultClientRoute", "/home").await?;
    choose(root, "#theme-default", "dark").await?;
    save(root).await?;
    visitor.goto(&server.url("/")).await?;
    reads(visitor, ".prose h2", "Welcome").await?;
    visitor.wait_for("the site's theme", "document.documentElement.dataset.theme === 'dark'", SOON).await?;
    visitor.goto(&server.url("/videos/browse")).await?;
    visitor.click("a.brand", SOON).await?;
    visitor.wait_for("the first page", "location.pathname === '/home'", SOON).await
}

async fn everybody_is_told(root: &Browser, visitor: &Browser, server: &Instance) -> Result<()> {
    root.goto(&server.url("/admin/settings/config/customization")).await?;
    tick(root, "#broadcastMessage-enabled").await?;
    root.fill("#broadcastMessage-message", "No film on **Sunday**.", SOON).await?;
    choose(root, "#broadcastMessage-level", "warning").await?;
    tick(root, "#broadcastMessage-dismissable").await?;
    save(root).await?;
    // At once for who wrote it, with the next page for all others.
    reads(root, ".broadcast strong", "Sunday").await?;
    visitor.goto(&server.url("/videos/browse")).await?;
    reads(visitor, ".broadcast-warning strong", "Sunday").await?;
    visitor.click(".broadcast button", SOON).await?;
    visitor.goto(&server.url("/about")).await?;
    visitor.find("dl.facts", SOON).await?;
    ensure!(
        visitor.value("document.querySelector('.broadcast')").await? == Value::Null,
        "what was closed is back"
    );
    Ok(())
}

async fn a_picture_is_chosen(root: &Browser, visitor: &Browser, server: &Instance) -> Result<()> {
    root.goto(&server.url("/admin/settings/config/customization")).await?;
    root.choose_files("#instance-avatar", &[in_checkout("www/icons/shoal-512.png")], SOON).await?;
    root.find("dialog[open] canvas", SOON).await?;
    root.click("dialog .button-main:not(:disabled)", SOON).await?;
    root.wait_for("the picture", "document.querySelector('.face img.avatar')", SOON).await?;
    root.wait_for("it stands in the header", "document.querySelector('img.logo')", SOON).await?;
    visitor.goto(&server.url("/about")).await?;
    let shown = "document.querySelector('.actor img.avatar')?.naturalWidth && document.querySelector('img.logo')?.naturalWidth";
    visitor.wait_for("visitors see it", shown, SOON).await?;
    let icon = "document.querySelector('link[rel=icon]').getAttribute('href').startsWith('/lazy-static/')";
    ensure!(visitor.value(icon).await? == json!(true), "the tab shows another");
    root.click(".face-acts .button-quiet", SOON).await?;
    root.wait_for("it is gone", "!document.querySelector('.face img.avatar, img.logo')", SOON).await
}

async fn a_letter_arrives(visitor: &Browser, server: &Instance, sink: &Sink) -> Result<()> {
    visitor.goto(&server.url("/about")).await?;
    visitor.click("a[href='/about/contact']", SOON).await?;
    visitor.fill("#contact-name", "Erin", SOON).await?;
    visitor.fill("#contact-email", "erin@films.example", SOON).await?;
    visitor.fill("#contact-subject", "A whale", SOON).await?;
    visitor.fill("#contact-body", "I filmed a whale. May I come in?", SOON).await?;
    nothing_grave(visitor, "the letter").await?;
    visitor.click("form button[type=submit]", SOON).await?;
    visitor.find(".alert-good", SOON).await?;
    let mail = sink.mail(1).await;
    let text = mail.readable();
    ensure!(text.contains("I filmed a whale") && text.contains("erin@films.example"), "{text}");
    ensure!(mail.header("Reply-To").contains("erin@films.example"), "{}", mail.header("Reply-To"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_is_set_up_and_changed_while_people_visit() -> Result<()> {
    let sink = Sink::start().await;
    let options = Options::default()
        .set("smtp.host", sink.address.ip())
        .set("smtp.port", sink.address.port())
        .set("smtp.tls", "none")
        .set("smtp.from", "films@films.example");
    let mut server = Instance::start_with(options).await?;
    let admin = server.admin().await?;
    let driver = Driver::start().await?;
    let (root, visitor) = (driver.browser().await?, driver.browser().await?);
    sign_in(&root, &server, "root", ADMIN_PASSWORD).await?;
    answer_what_a_new_instance_is_asked(&root, &admin).await?;
    name_and_sign_up_change_for_visitors(&root, &visitor, &server).await?;
    a_home_page_is_written(&root, &visitor, &server).await?;
    everybody_is_told(&root, &visitor, &server).await?;
    a_picture_is_chosen(&root, &visitor, &server).await?;
    a_letter_arrives(&visitor, &server, &sink).await?;

    root.goto(&server.url("/admin/settings/system/statistics")).await?;
    reads(&root, "dl.facts", "Accounts").await?;
    let bob = json!({ "username": "bob", "password": BOB, "email": "bob@films.example", "role": 2,
        "videoQuota": -1, "videoQuotaDaily": -1 });
    admin.post("/api/v1/users", &bob).await?.expect(200)?;
    sign_in(&visitor, &server, "bob", BOB).await?;
    visitor.goto(&server.url("/admin/settings/config/information")).await?;
    reads(&visitor, ".empty-title", "Only administrators").await?;
    for browser in [root, visitor] {
        browser.close().await?;
    }
    server.stop().await?;
    Ok(())
}
