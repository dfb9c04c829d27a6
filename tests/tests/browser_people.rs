//! What people do with videos and with each other, in real browsers: thumbs, subscriptions, comments, the bell, the
//! history.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use fantoccini::key::Key;
use serde_json::{Value, json};
use tests::rig::{
    ADMIN_PASSWORD, Browser, Client, Driver, Instance, Parts, Upload, VIDEO, bikes, eventually,
};

/// For what a page does by itself.
const SOON: Duration = Duration::from_secs(60);
/// For what the server makes of a film.
const LATER: Duration = Duration::from_secs(300);
/// Of the one who watches.
const PASSWORD: &str = "a long enough password";

/// A film of ten seconds, its owner, and somebody who comes to watch it.
struct Stage {
    server: Instance,
    owner: Client,
    ana: Client,
    film: String,
}

async fn set_the_stage() -> Result<Stage> {
    let server = Instance::start().await?;
    let owner = server.admin().await?;
    let film = Upload::file(&owner, &json!({ "name": "A street", "privacy": 1 }), &bikes()?).await?;
    Upload::finished(&owner, &film, LATER).await?;
    let wish = json!({
        "username": "ana", "password": PASSWORD, "email": "ana@example.org", "role": 2,
        "videoQuota": -1, "videoQuotaDaily": -1,
    });
    owner.post("/api/v1/users", &wish).await?.expect(200)?;
    let ana = server.client().sign_in("ana", PASSWORD).await?;
    Ok(Stage { server, owner, ana, film })
}

impl Stage {
    fn watch(&self) -> String {
        self.server.url(&format!("/w/{}", self.film))
    }

    fn video(&self, rest: &str) -> String {
        format!("/api/v1/videos/{}{rest}", self.film)
    }

    async fn change(&self, said: &Value) -> Result<()> {
        self.owner.put(&self.video(""), said).await?.expect(204)?;
        Ok(())
    }
}

async fn fill_in_the_login(browser: &Browser, name: &str, password: &str) -> Result<()> {
    browser.fill("#login-name", name, SOON).await?;
    browser.fill("#login-password", password, SOON).await?;
    browser.click("form button[type=submit]", SOON).await?;
    browser.wait_for("the sign-in page is left", "location.pathname !== '/login'", SOON).await
}

async fn says(browser: &Browser, what: &str, selector: &str, text: &str) -> Result<()> {
    let (selector, text) = (Value::from(selector), Value::from(text));
    let expression =
        format!("[...document.querySelectorAll({selector})].some((one) => one.textContent.includes({text}))");
    browser.wait_for(what, &expression, SOON).await
}

/// Puts the keyboard on an element, once it is there.
async fn focus(browser: &Browser, selector: &str) -> Result<()> {
    browser.find(selector, SOON).await?;
    browser.run("document.querySelector(a[0]).focus()", vec![Value::from(selector)]).await?;
    Ok(())
}

async fn strangers_are_led_to_the_login_and_back(browser: &Browser, stage: &Stage) -> Result<()> {
    browser.goto(&stage.watch()).await?;
    ensure!(
        browser.find(".comments a.button", SOON).await?.text().await? == "Log in to comment",
        "a stranger is offered something else"
    );
    browser.click(".rates a", SOON).await?;
    browser.wait_for("the login", "location.pathname === '/login'", SOON).await?;
    fill_in_the_login(browser, "ana", PASSWORD).await?;
    browser.wait_for("the film again", "location.pathname.startsWith('/w/')", SOON).await
}

/// By keyboard alone.
async fn a_thumb(browser: &Browser, stage: &Stage) -> Result<()> {
    browser.goto(&stage.watch()).await?;
    let thumb = "document.querySelector('.rates button')";
    focus(browser, ".rates button:not([aria-disabled=true])").await?;
    browser.press(Key::Enter).await?;
    browser.wait_for("the thumb is up", &format!("{thumb}.ariaPressed === 'true'"), SOON).await?;
    says(browser, "it is counted", ".rates button", "1").await?;
    let likes = async || {
        let video = stage.ana.get(&stage.video("")).await?.expect(200)?.json()?;
        Ok::<_, anyhow::Error>(video.get("likes").cloned())
    };
    eventually("it is noted", SOON, async || Ok((likes().await? == Some(json!(1))).then_some(()))).await?;
    browser.press(Key::Enter).await?;
    browser.wait_for("it is taken back", &format!("{thumb}.ariaPressed === 'false'"), SOON).await?;
    eventually("so it is noted", SOON, async || Ok((likes().await? == Some(json!(0))).then_some(()))).await
}

async fn subscribing(browser: &Browser, stage: &Stage) -> Result<()> {
    browser.goto(&stage.watch()).await?;
    browser.click(".maker .follow button:not([aria-disabled=true])", SOON).await?;
    says(browser, "it has a follower", ".maker .follow-count", "1 follower").await?;
    says(browser, "one can leave", ".maker .follow button", "Unsubscribe").await?;
    browser.goto(&stage.server.url("/videos/subscriptions")).await?;
    says(browser, "the film is in the feed", ".card-title", "A street").await?;
    browser.goto(&stage.server.url("/my-library/subscriptions")).await?;
    says(browser, "the channel is listed", ".channel-row .row-title", "Main root channel").await?;
    browser.goto(&stage.server.url("/a/root/video-channels")).await?;
    says(browser, "the account shows it", ".channel-row .follow", "1 follower").await?;
    browser.goto(&stage.server.url("/c/root_channel")).await?;
    browser.click(".actor .follow button:not([aria-disabled=true])", SOON).await?;
    says(browser, "nobody follows", ".actor .follow-count", "0 followers").await?;
    browser.click(".actor .follow button", SOON).await?;
    says(browser, "somebody follows again", ".actor .follow-count", "1 follower").await
}

async fn address_in(browser: &Browser, field: &str) -> Result<String> {
    browser.find(field, SOON).await?;
    let value = browser.value(&format!("document.querySelector('{field}').value")).await?;
    Ok(value.as_str().context("no address")?.to_owned())
}

/// Addresses for readers and podcast apps, those of everybody and one's own.
async fn feeds(browser: &Browser, stage: &Stage) -> Result<()> {
    let reader = stage.server.client();
    browser.goto(&stage.server.url("/c/root_channel")).await?;
    browser.find(".actor h1", SOON).await?;
    focus(browser, ".list-head button").await?;
    browser.press(Key::Enter).await?;
    for field in ["#feed-rss", "#feed-atom", "#feed-podcast"] {
        let address = address_in(browser, field).await?;
        let feed = reader.get(&address).await?.expect(200)?.text();
        ensure!(feed.contains("A street"), "{address}: {feed}");
    }
    browser.size(320, 640).await?;
    let is_narrow = "document.documentElement.scrollWidth <= innerWidth
        && document.querySelector('dialog').scrollWidth <= innerWidth";
    ensure!(browser.value(is_narrow).await? == json!(true), "the window is too wide for a telephone");
    browser.press(Key::Escape).await?;
    let is_back = "!document.querySelector('dialog') && document.activeElement.matches('.list-head button')";
    browser.wait_for("the keyboard is where it was", is_back, SOON).await?;
    browser.size(1280, 800).await?;

    browser.goto(&stage.watch()).await?;
    browser.click(".comments-head button", SOON).await?;
    let address = address_in(browser, "#feed-rss").await?;
    ensure!(address.contains("/feeds/video-comments.xml?videoId="), "{address}");
    reader.get(&address).await?.expect(200)?;

    browser.goto(&stage.server.url("/videos/subscriptions")).await?;
    browser.click(".page-head button", SOON).await?;
    let first = address_in(browser, "#feed-rss").await?;
    ensure!(reader.get(&first).await?.expect(200)?.text().contains("A street"), "it is not in {first}");
    browser.click("dialog .dialog-acts button", SOON).await?;
    browser.click("dialog .button-bad", SOON).await?;
    let is_other = format!("document.querySelector('#feed-rss').value !== {}", Value::from(first.as_str()));
    browser.wait_for("there is another address", &is_other, SOON).await?;
    reader.get(&first).await?.expect(403)?;
    reader.get(&address_in(browser, "#feed-rss").await?).await?.expect(200)?;
    Ok(())
}

/// By keyboard alone: a comment, the answer of the owner, an answer to that, and its end.
async fn a_conversation(browser: &Browser, stage: &Stage) -> Result<()> {
    browser.goto(&stage.watch()).await?;
    focus(browser, "#comment-new").await?;
    browser.keys("What a **street**! <b>Look</b> at 0:04").await?;
    browser.press_holding(&[Key::Control.into()], Key::Enter).await?;
    says(browser, "it is there", ".comment .prose strong", "street").await?;
    says(browser, "tags of strangers are words", ".comment .prose", "<b>Look</b>").await?;
    let arrived =
        "document.activeElement.id.startsWith('comment-') && document.activeElement.id !== 'comment-new'";
    browser.wait_for("the keyboard is at it", arrived, SOON).await?;

    let threads = stage.owner.get(&stage.video("/comment-threads")).await?.expect(200)?.json()?;
    let thread = threads.pointer("/data/0/id").and_then(Value::as_u64).context("there is no thread")?;
    let reply = stage.video(&format!("/comments/{thread}"));
    stage.owner.post(&reply, &json!({ "text": "Thank you" })).await?.expect(200)?;
    browser.goto(&stage.watch()).await?;
    focus(browser, ".comment-fold").await?;
    says(browser, "a reply waits", ".comment-fold", "Show 1 reply").await?;
    browser.press(Key::Enter).await?;
    says(browser, "it is the owner's", ".comment-replies .chip", "Video’s owner").await?;

    focus(browser, ".comment-replies [aria-label^='Reply to']").await?;
    browser.press(Key::Enter).await?;
    browser.wait_for("the editor", "document.activeElement.matches('textarea[id^=answer-]')", SOON).await?;
    browser.keys("You are welcome").await?;
    browser.press_holding(&[Key::Control.into()], Key::Enter).await?;
    says(browser, "the answer", ".comment-replies .comment-replies .prose", "You are welcome").await?;
    browser.wait_for("the editor is gone", "!document.querySelector('[id^=answer-]')", SOON).await?;

    focus(browser, ".comment-acts [aria-label^='Delete']").await?;
    browser.press(Key::Enter).await?;
    browser.find("dialog[open]", SOON).await?;
    focus(browser, "dialog .button-bad").await?;
    browser.press(Key::Enter).await?;
    says(browser, "its place stays", ".comment-gone", "This comment was deleted.").await?;
    browser.wait_for("the question is gone", "!document.querySelector('dialog')", SOON).await?;
    says(browser, "the answers stay", ".comment .prose", "Thank you").await
}

async fn comments_after_approval_and_none(ana: &Browser, owner: &Browser, stage: &Stage) -> Result<()> {
    stage.change(&json!({ "commentsPolicy": 3 })).await?;
    ana.goto(&stage.watch()).await?;
    says(ana, "one is told", ".comments-note", "once the video’s owner has approved them").await?;
    ana.fill("#comment-new", "May I?", SOON).await?;
    ana.click(".editor button[type=submit]", SOON).await?;
    says(ana, "it waits", ".comment .chip", "Waits for approval").await?;
    let anonymous = stage.server.client();
    let seen = anonymous.get(&stage.video("/comment-threads")).await?.expect(200)?.text();
    ensure!(!seen.contains("May I?"), "strangers see what waits");
    owner.goto(&stage.watch()).await?;
    owner.click("[aria-label^='Approve the comment']", SOON).await?;
    owner.wait_for("it is approved", "!document.querySelector(\"[aria-label^='Approve']\")", SOON).await?;
    let seen = anonymous.get(&stage.video("/comment-threads")).await?.expect(200)?.text();
    ensure!(seen.contains("May I?"), "strangers do not see what was approved");

    stage.change(&json!({ "commentsPolicy": 2 })).await?;
    ana.goto(&stage.watch()).await?;
    says(ana, "one is told", ".comments-none", "Comments are closed for this video.").await?;
    stage.change(&json!({ "commentsPolicy": 1 })).await
}

async fn the_bell(owner: &Browser, stage: &mut Stage) -> Result<()> {
    owner.goto(&stage.server.url("/my-account/notifications")).await?;
    owner.find(".news-row", SOON).await?;
    owner.click(".page-head button", SOON).await?;
    owner.wait_for("nothing is unread", "!document.querySelector('.bell-count, .news-dot')", SOON).await?;

    let say = async |stage: &Stage, text: &str| {
        stage.ana.post(&stage.video("/comment-threads"), &json!({ "text": text })).await?.expect(200)
    };
    say(stage, "Ring").await?;
    says(owner, "the bell rings", ".bell-count", "1").await?;
    says(owner, "the page tells it", ".news-unread a", "commented on “A street”").await?;

    stage.server.stop().await?;
    stage.server.restart().await?;
    stage.ana = stage.server.client().sign_in("ana", PASSWORD).await?;
    say(stage, "Ring again").await?;
    says(owner, "the line was opened again", ".bell-count", "2").await?;

    owner.goto(&stage.server.url("/videos/browse")).await?;
    says(owner, "it is counted", ".bell-count", "2").await?;
    owner.click("[aria-controls=menu-news]", SOON).await?;
    owner.click("#menu-news .news-row a", SOON).await?;
    owner.wait_for("its thread", "location.pathname.includes(';threadId=')", SOON).await?;
    says(owner, "the comment", ".comment .prose", "Ring again").await?;
    says(owner, "one is left", ".bell-count", "1").await
}

async fn chapters_and_going_on(browser: &Browser, stage: &Stage) -> Result<()> {
    let chapters =
        json!({ "chapters": [{ "timecode": 0, "title": "Left" }, { "timecode": 6, "title": "Right" }] });
    stage.owner.put(&stage.video("/chapters"), &chapters).await?.expect(204)?;
    stage.ana.post(&stage.video("/views"), &json!({ "currentTime": 7 })).await?.expect(204)?;
    browser.goto(&stage.watch()).await?;
    says(browser, "one is told", ".resumed", "You stopped at 0:07 last time.").await?;
    browser.wait_for("it goes on there", &format!("7 <= {VIDEO}.currentTime"), LATER).await?;
    browser.click(".resumed button", SOON).await?;
    browser.wait_for("it begins anew", &format!("{VIDEO}.currentTime < 5"), SOON).await?;
    browser.wait_for("the word is gone", "!document.querySelector('.resumed')", SOON).await?;
    says(browser, "the chapters", ".chapters", "0:06Right").await?;
    browser.click(".chapters li:nth-child(2) button", SOON).await?;
    browser.wait_for("it jumps", &format!("6 <= {VIDEO}.currentTime"), SOON).await
}

async fn the_history(browser: &Browser, stage: &Stage) -> Result<()> {
    browser.goto(&stage.server.url("/my-library/history/videos")).await?;
    says(browser, "it was watched", ".row-title", "A street").await?;
    browser.find(".row .watched", SOON).await?;
    browser.fill("#history-search", "harbour", SOON).await?;
    browser.press(Key::Enter).await?;
    says(browser, "there is no such", ".empty-title", "Nothing found").await?;
    browser.fill("#history-search", "STREET", SOON).await?;
    browser.press(Key::Enter).await?;
    says(browser, "it is found", ".row-title", "A street").await?;

    browser.click("#history-keep", SOON).await?;
    let kept = async || {
        let me = stage.ana.get("/api/v1/users/me").await?.expect(200)?.json()?;
        Ok::<_, anyhow::Error>(me.get("videosHistoryEnabled").cloned())
    };
    eventually("it is paused", SOON, async || Ok((kept().await? == Some(json!(false))).then_some(())))
        .await?;

    browser.goto(&stage.server.url("/my-library/history/videos")).await?;
    browser
        .wait_for("it is remembered", "document.querySelector('#history-keep')?.checked === false", SOON)
        .await?;
    browser.click(".history-clear button", SOON).await?;
    browser.click("dialog .button-bad", SOON).await?;
    says(browser, "it is empty", ".empty-title", "You have not watched anything yet").await?;
    let left = stage.ana.get("/api/v1/users/me/history/videos").await?.expect(200)?.json()?;
    ensure!(left.get("total") == Some(&json!(0)), "the instance still has {left}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn people_meet_over_a_film() -> Result<()> {
    let mut stage = set_the_stage().await?;
    let driver = Driver::start().await?;
    let (ana, owner) = (driver.browser().await?, driver.browser().await?);
    strangers_are_led_to_the_login_and_back(&ana, &stage).await?;
    owner.goto(&stage.server.url("/login")).await?;
    fill_in_the_login(&owner, "root", ADMIN_PASSWORD).await?;
    let mut parts = Parts::default();
    parts.note("thumbs", a_thumb(&ana, &stage).await);
    parts.note("subscribing", subscribing(&ana, &stage).await);
    parts.note("feeds", feeds(&ana, &stage).await);
    parts.note("a conversation", a_conversation(&ana, &stage).await);
    parts.note("approval", comments_after_approval_and_none(&ana, &owner, &stage).await);
    parts.note("the bell", the_bell(&owner, &mut stage).await);
    parts.note("chapters", chapters_and_going_on(&ana, &stage).await);
    parts.note("the history", the_history(&ana, &stage).await);
    ana.close().await?;
    owner.close().await?;
    stage.server.stop().await?;
    parts.end()
}
