//! What people do with their accounts in the pages: come in by mail, prove themselves twice, make channels, read French,
//! leave; and what those do who let others in.

#[path = "../../backend/tests/stories/sink.rs"]
#[expect(dead_code, reason = "other stories refuse mails and read their headers")]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "it is written for stories that panic")]
mod sink;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use backend::domain::session::totp::{SECRET_BYTES, base32, code, step_at};
use fantoccini::key::Key;
use serde_json::{Value, json};
use shared::time::Timestamp;
use sink::Sink;
use tests::rig::{ADMIN_PASSWORD, Browser, Driver, Instance, Options, findings, in_checkout};

/// For what a page does by itself.
const SOON: Duration = Duration::from_secs(60);
/// Of everybody in these stories but root.
const PASSWORD: &str = "a password of hers";

async fn sign_in(browser: &Browser, server: &Instance, name: &str, password: &str) -> Result<()> {
    browser.goto(&server.url("/login")).await?;
    browser.fill("#login-name", name, SOON).await?;
    browser.fill("#login-password", password, SOON).await?;
    browser.click("form button[type=submit]", SOON).await
}

async fn signed_in(browser: &Browser) -> Result<()> {
    browser
        .wait_for("the menu of who is in", "document.querySelector('[aria-controls=menu-account]')", SOON)
        .await
}

async fn log_out(browser: &Browser) -> Result<()> {
    browser.click("[aria-controls=menu-account]", SOON).await?;
    browser.click("#menu-account button.menu-item", SOON).await?;
    browser.wait_for("the way in", "document.querySelector('.header a[href^=\"/login\"]')", SOON).await
}

/// Waits for a text anywhere in what matches.
async fn reads(browser: &Browser, selector: &str, text: &str) -> Result<()> {
    let (selector, needle) = (Value::from(selector), Value::from(text));
    let expression = format!(
        "[...document.querySelectorAll({selector})].some((one) => one.textContent.includes({needle}))"
    );
    browser.wait_for(&format!("{selector} says {text}"), &expression, SOON).await
}

async fn text(browser: &Browser, expression: &str) -> Result<String> {
    let value = browser.value(expression).await?;
    Ok(value.as_str().with_context(|| format!("{expression} is no text but {value}"))?.to_owned())
}

/// Chooses a value of a list as a person's hand does.
async fn choose(browser: &Browser, selector: &str, value: &str) -> Result<()> {
    browser.find(selector, SOON).await?;
    let body = "const list = document.querySelector(a[0]); list.value = a[1];
        list.dispatchEvent(new Event('change', { bubbles: true }))";
    browser.run(body, vec![selector.into(), value.into()]).await?;
    Ok(())
}

async fn nothing_grave(browser: &Browser, place: &str) -> Result<()> {
    browser.settle(SOON).await?;
    let grave: Vec<String> = findings(browser)
        .await?
        .into_iter()
        .filter(|finding| finding.is_grave())
        .map(|finding| finding.to_string())
        .collect();
    ensure!(grave.is_empty(), "{place}: {}", grave.join("\n"));
    Ok(())
}

/// What an app knows that was shown `secret`: the code of so many half minutes from now.
fn code_of(secret: &str, ahead: i64) -> Result<String> {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut bytes, mut bits, mut kept) = (Vec::new(), 0u32, 0u32);
    for letter in secret.chars() {
        let five = LETTERS.find(letter).with_context(|| format!("{letter} is not base32"))?;
        kept = (kept << 5 | u32::try_from(five)?) & 0xfff;
        bits += 5;
        if 8 <= bits {
            bits -= 8;
            bytes.push(u8::try_from(kept >> bits & 0xff)?);
        }
    }
    ensure!(base32(&bytes) == secret, "the secret was misread");
    let bytes: [u8; SECRET_BYTES] = bytes.try_into().ok().context("a secret of another length")?;
    let now = Timestamp(i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?);
    Ok(code(&bytes, step_at(now) + ahead))
}

async fn come_in_by_mail(browser: &Browser, server: &Instance, sink: &Sink) -> Result<()> {
    browser.goto(&server.url("/login")).await?;
    browser.click(".after a[href='/signup']", SOON).await?;
    reads(browser, ".rules strong", "kind").await?;
    nothing_grave(browser, "the rules").await?;
    browser.click(".sheet .button-main", SOON).await?;
    browser.find("#signup-username", SOON).await?;

    // Nothing typed: each field that is needed says so, and the first has the focus.
    browser.click("#signup button[type=submit]", SOON).await?;
    browser
        .wait_for("what is missing", "document.querySelector('#signup-username-wrong').textContent", SOON)
        .await?;
    let focus = "document.activeElement.id";
    ensure!(
        text(browser, focus).await? == "signup-username",
        "the focus is at {}",
        text(browser, focus).await?
    );
    nothing_grave(browser, "the form sent back").await?;

    // What only the instance knows stands beside its field too.
    browser.fill("#signup-username", "C A", SOON).await?;
    browser.fill("#signup-email", "carol@films.example", SOON).await?;
    browser.fill("#signup-password", "short", SOON).await?;
    browser.click("#signup-age", SOON).await?;
    browser.click("#signup button[type=submit]", SOON).await?;
    reads(browser, "#signup-username-wrong", "small letters").await?;
    reads(browser, "#signup-password-wrong", "6 to 255").await?;
    browser.fill("#signup-username", "root", SOON).await?;
    browser.fill("#signup-password", PASSWORD, SOON).await?;
    browser.click("#signup button[type=submit]", SOON).await?;
    reads(browser, "#signup-username-wrong", "already").await?;

    browser.fill("#signup-username", "carol", SOON).await?;
    browser.fill("#signup-displayName", "Carol", SOON).await?;
    reads(browser, "#signup-channel-name-hint", "/c/carol_channel").await?;
    browser.click("#signup button[type=submit]", SOON).await?;
    reads(browser, ".sheet[role=status]", "carol@films.example").await?;

    // Before the mail is opened, the way in says what is missing.
    sign_in(browser, server, "carol", PASSWORD).await?;
    reads(browser, ".alert", "Open the link").await?;
    let mail = sink.mail(1).await;
    ensure!(mail.to == "carol@films.example", "the mail went to {}", mail.to);
    let link = mail.link(&server.url("/verify-account/email"));
    browser.goto(&link).await?;
    reads(browser, ".alert-good", "confirmed").await?;
    sign_in(browser, server, "carol", PASSWORD).await?;
    signed_in(browser).await
}

/// Gives what is to be kept for the day the app is lost, and the secret.
async fn a_second_proof(browser: &Browser, server: &Instance) -> Result<(Vec<String>, String)> {
    browser.goto(&server.url("/my-account/settings/security")).await?;
    browser.fill("#proof-currentPassword", "not this", SOON).await?;
    browser.click("#proof button[type=submit]", SOON).await?;
    reads(browser, "#proof-currentPassword-wrong", "not your current password").await?;
    browser.fill("#proof-currentPassword", PASSWORD, SOON).await?;
    browser.click("#proof button[type=submit]", SOON).await?;
    browser.find("svg.qr path", SOON).await?;
    let secret = text(browser, "document.querySelector('#otp-secret').value").await?;
    nothing_grave(browser, "the secret").await?;
    browser.screenshot("two-factor-secret").await?;
    browser.fill("#first-code-otpToken", "000000", SOON).await?;
    browser.click("#first-code button[type=submit]", SOON).await?;
    reads(browser, "#two-factor .alert-bad", "wrong").await?;
    browser.fill("#first-code-otpToken", &code_of(&secret, 0)?, SOON).await?;
    browser.click("#first-code button[type=submit]", SOON).await?;
    browser.find(".recovery code", SOON).await?;
    browser.screenshot("two-factor-codes").await?;
    let words = browser
        .value("[...document.querySelectorAll('.recovery code')].map((one) => one.textContent)")
        .await?;
    let words: Vec<String> = serde_json::from_value(words)?;
    ensure!(8 <= words.len(), "only {} words", words.len());
    Ok((words, secret))
}

async fn log_in_twice_proven(browser: &Browser, server: &Instance, proof: &str) -> Result<()> {
    log_out(browser).await?;
    sign_in(browser, server, "carol", PASSWORD).await?;
    browser.find("#login-code", SOON).await?;
    ensure!(text(browser, "document.activeElement.id").await? == "login-code", "the code has not the focus");
    browser.screenshot("login-code").await?;
    browser.fill("#login-code", "1234-1234-1234-1234", SOON).await?;
    browser.press(Key::Enter).await?;
    reads(browser, ".alert", "no longer counts").await?;
    browser.fill("#login-code", proof, SOON).await?;
    browser.press(Key::Enter).await?;
    signed_in(browser).await
}

async fn a_channel_of_hers(browser: &Browser, server: &Instance) -> Result<()> {
    browser.click("[aria-controls=menu-account]", SOON).await?;
    browser.click("#menu-account a[href='/my-library/video-channels']", SOON).await?;
    reads(browser, ".line .row-title", "Carol").await?;
    browser.click(".page-head .button-main", SOON).await?;
    browser.fill("#channel-displayName", "Bicycles", SOON).await?;
    browser.fill("#channel-name", "carol", SOON).await?;
    browser.click("#channel button[type=submit]", SOON).await?;
    reads(browser, "#channel-name-wrong", "already").await?;
    browser.fill("#channel-name", "bicycles", SOON).await?;
    browser.fill("#channel-description", "Everything on **two wheels**.", SOON).await?;
    browser.click("#channel button[type=submit]", SOON).await?;

    // Her picture, by keyboard: nearer, and a little to the right.
    browser.find("#channel-face", SOON).await?;
    browser.choose_files("#channel-face", &[in_checkout("www/icons/shoal-512.png")], SOON).await?;
    browser
        .wait_for(
            "the window of the picture",
            "!document.querySelector('dialog .button-main').disabled",
            SOON,
        )
        .await?;
    nothing_grave(browser, "the window of the picture").await?;
    browser.screenshot("crop").await?;
    let drawn = "document.querySelector('canvas.crop').toDataURL()";
    let before = text(browser, drawn).await?;
    browser.run("document.querySelector('canvas.crop').focus()", Vec::new()).await?;
    browser.press('+').await?;
    browser.press('+').await?;
    browser.press(Key::Right).await?;
    browser.wait_for("another part", &format!("{drawn} !== {}", Value::from(before)), SOON).await?;
    browser.click("dialog .button-main", SOON).await?;
    browser.wait_for("her picture", "document.querySelector('.face img.avatar')", SOON).await?;
    browser.goto(&server.url("/c/bicycles/about")).await?;
    reads(browser, ".about-actor strong", "two wheels").await?;

    // And its end, which asks for its name.
    browser.goto(&server.url("/my-library/video-channels")).await?;
    browser.click("button[aria-label='Delete Bicycles']", SOON).await?;
    browser.fill("#farewell-farewell", "bicycle", SOON).await?;
    let is_shut = "document.querySelector('dialog .button-bad').disabled";
    ensure!(browser.value(is_shut).await? == json!(true), "half a name is enough");
    browser.fill("#farewell-farewell", "bicycles", SOON).await?;
    browser.click("dialog .button-bad", SOON).await?;
    browser.wait_for("one channel is left", "document.querySelectorAll('.line').length === 1", SOON).await
}

async fn what_she_prefers(browser: &Browser, server: &Instance) -> Result<()> {
    browser.goto(&server.url("/my-account/settings/preferences")).await?;
    browser.click("#history", SOON).await?;
    reads(browser, ".section [role=status]", "Saved").await?;
    choose(browser, "#theme", "dark").await?;
    browser.wait_for("it is dark", "document.documentElement.dataset.theme === 'dark'", SOON).await?;
    choose(browser, "#language", "fr").await?;
    browser
        .wait_for("it is French", "document.documentElement.lang === 'fr' && document.querySelector('h1').textContent === 'Réglages'", SOON)
        .await?;
    // The instance knows it, for mails and other devices; this browser forgets it.
    let me = "(await (await fetch('/api/v1/users/me', { headers: {
        Authorization: `Bearer ${JSON.parse(localStorage.getItem('shoal.session')).access}` } })).json())";
    browser.wait_for("the instance knows her language", &format!("{me}.language === 'fr'"), SOON).await?;
    let kept = browser.value(&format!("[{me}.theme, {me}.videosHistoryEnabled]")).await?;
    ensure!(kept == json!(["dark", false]), "the instance kept {kept}");
    let forget = "localStorage.removeItem('shoal.language'); localStorage.removeItem('shoal.theme')";
    browser.run(forget, Vec::new()).await?;
    browser.goto(&server.url("/my-account/settings/notifications")).await?;
    browser.find(".news tbody tr", SOON).await?;
    let by_mail = "document.querySelectorAll('.news tbody tr:first-child input')[1]";
    browser.run(&format!("{by_mail}.click()"), Vec::new()).await?;
    reads(browser, ".section [role=status]", "Saved").await?;
    browser.goto(&server.url("/my-account/settings/notifications")).await?;
    browser.wait_for("the choice was kept", &format!("{by_mail}?.checked"), SOON).await
}

async fn a_forgotten_password(browser: &Browser, server: &Instance, sink: &Sink) -> Result<()> {
    log_out(browser).await?;
    browser.goto(&server.url("/login")).await?;
    browser.click(".after a[href='/reset-password']", SOON).await?;
    browser.fill("#mail-email", "carol@films.example", SOON).await?;
    browser.click("#mail button[type=submit]", SOON).await?;
    browser.find(".sheet[role=status]", SOON).await?;
    let link = sink.mail(2).await.link(&server.url("/reset-password"));
    browser.goto(&link).await?;
    browser.fill("#reset-password", "another password of hers", SOON).await?;
    browser.click("#reset button[type=submit]", SOON).await?;
    browser.find(".alert-good", SOON).await?;
    // It serves once.
    browser.goto(&link).await?;
    browser.fill("#reset-password", "a third password of hers", SOON).await?;
    browser.click("#reset button[type=submit]", SOON).await?;
    browser.find(".alert-bad", SOON).await?;
    let refused = server.client().try_sign_in("carol", PASSWORD).await?;
    ensure!(refused.status == 400, "the old password still counts: {}", refused.status);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_comes_in_by_mail_and_proves_herself_twice() -> Result<()> {
    let sink = Sink::start().await;
    let options = Options::default()
        .set("smtp.host", sink.address.ip())
        .set("smtp.port", sink.address.port())
        .set("smtp.tls", "none")
        .set("smtp.from", "films@films.example")
        .set("signup.enabled", true)
        .set("signup.requires_approval", false)
        .set("signup.requires_email_verification", true)
        .set("signup.per_address_max", 20)
        .set("instance.terms", "Be **kind**.");
    let mut server = Instance::start_with(options).await?;
    let driver = Driver::start().await?;
    let browser = driver.browser().await?;
    come_in_by_mail(&browser, &server, &sink).await?;
    let (words, secret) = a_second_proof(&browser, &server).await?;
    log_in_twice_proven(&browser, &server, words.first().context("no word")?).await?;
    // The code of this half minute was used to set it up.
    log_in_twice_proven(&browser, &server, &code_of(&secret, 1)?).await?;
    a_channel_of_hers(&browser, &server).await?;
    what_she_prefers(&browser, &server).await?;
    log_in_twice_proven(&browser, &server, words.get(1).context("one word alone")?).await?;
    let adopted =
        "document.documentElement.lang === 'fr' && document.documentElement.dataset.theme === 'dark'";
    browser.wait_for("what she chose elsewhere", adopted, SOON).await?;
    a_forgotten_password(&browser, &server, &sink).await?;
    browser.close().await?;
    server.stop().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_is_let_in_kept_out_and_deleted() -> Result<()> {
    let options = Options::default()
        .set("signup.enabled", true)
        .set("signup.requires_approval", true)
        .set("signup.minimum_age", 0);
    let mut server = Instance::start_with(options).await?;
    let driver = Driver::start().await?;
    let browser = driver.browser().await?;
    browser.goto(&server.url("/signup")).await?;
    browser.fill("#signup-registrationReason", "I film bicycles.", SOON).await?;
    browser.fill("#signup-username", "dave", SOON).await?;
    browser.fill("#signup-email", "dave@films.example", SOON).await?;
    browser.fill("#signup-password", PASSWORD, SOON).await?;
    browser.click("#signup button[type=submit]", SOON).await?;
    reads(&browser, ".sheet[role=status]", "moderator").await?;
    sign_in(&browser, &server, "dave", PASSWORD).await?;
    reads(&browser, ".alert", "yet to look").await?;

    sign_in(&browser, &server, "root", ADMIN_PASSWORD).await?;
    signed_in(&browser).await?;
    browser.click("[aria-controls=menu-account]", SOON).await?;
    browser.click("#menu-account a[href='/admin/moderation/registrations/list']", SOON).await?;
    reads(&browser, ".quote", "I film bicycles.").await?;
    nothing_grave(&browser, "requests").await?;
    browser.click(".line .button-main", SOON).await?;
    browser.click("#judge button[type=submit]", SOON).await?;
    browser
        .wait_for(
            "an answer is needed",
            "document.querySelector('#judge-moderationResponse-wrong').textContent",
            SOON,
        )
        .await?;
    browser.fill("#judge-moderationResponse", "Welcome, Dave.", SOON).await?;
    browser.click("#judge button[type=submit]", SOON).await?;
    browser.find(".empty-title", SOON).await?;
    server.client().sign_in("dave", PASSWORD).await.context("who was let in gets in")?;

    browser.goto(&server.url("/admin/overview/users")).await?;
    browser.fill("#user-search", "dav", SOON).await?;
    browser.press(Key::Enter).await?;
    browser.wait_for("dave alone", "document.querySelectorAll('.line').length === 1", SOON).await?;
    browser.click("button[aria-label='Edit dave']", SOON).await?;
    browser.fill("#edit-user-videoQuota", "much", SOON).await?;
    browser.click("#edit-user button[type=submit]", SOON).await?;
    reads(&browser, "dialog .alert-bad", "gigabytes").await?;
    browser.fill("#edit-user-videoQuota", "1.5", SOON).await?;
    browser.click("#edit-user button[type=submit]", SOON).await?;
    reads(&browser, ".line .row-facts", "1.5 GB").await?;
    browser.click("button[aria-label='Block: dave']", SOON).await?;
    browser.fill("#block-user-reason", "He rings his bell at night.", SOON).await?;
    browser.click("#block-user button[type=submit]", SOON).await?;
    reads(&browser, ".line .quote", "at night").await?;
    let kept_out = server.client().try_sign_in("dave", PASSWORD).await?;
    ensure!(kept_out.problem()?["code"] == json!("account_blocked"), "{}", kept_out.text());
    browser.click("button[aria-label='Unblock: dave']", SOON).await?;
    browser.find("button[aria-label='Block: dave']", SOON).await?;
    browser.click("button[aria-label='Delete dave']", SOON).await?;
    browser.fill("#farewell-farewell", "dave", SOON).await?;
    browser.click("dialog .button-bad", SOON).await?;
    browser.find(".empty-title", SOON).await?;
    ensure!(server.client().try_sign_in("dave", PASSWORD).await?.status == 400, "he is still there");
    browser.close().await?;
    server.stop().await?;
    Ok(())
}
