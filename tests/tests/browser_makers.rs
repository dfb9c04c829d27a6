//! What makers say of a video that is out already, and what viewers see of that: another file, picture and owner, what is
//! not for all eyes, and where parts begin.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use fantoccini::key::Key;
use serde_json::{Value, json};
use tests::rig::{
    ADMIN_PASSWORD, Browser, Client, Driver, Elsewhere, Instance, Network, Options, Upload, VIDEO,
    big_buck_bunny, bikes, eventually, findings, in_checkout,
};

/// For what a page does by itself.
const SOON: Duration = Duration::from_secs(60);
/// For what the server makes of a film.
const LATER: Duration = Duration::from_secs(300);
/// Of everybody in this story.
const PASSWORD: &str = "a long enough password";

async fn sign_in(browser: &Browser, server: &Instance, name: &str, password: &str) -> Result<()> {
    browser.goto(&server.url("/login")).await?;
    browser.fill("#login-name", name, SOON).await?;
    browser.fill("#login-password", password, SOON).await?;
    browser.click("main form button[type=submit]", SOON).await?;
    browser.wait_for("the sign-in page is left", "location.pathname !== '/login'", SOON).await
}

/// Keeps pictures of a part of a page, narrow and wide, light and dark, and in French; finds what nobody could use.
async fn look(browser: &Browser, name: &str, part: &str) -> Result<()> {
    for (dark, theme) in [(false, "light"), (true, "dark")] {
        browser.theme(dark).await?;
        for width in [320, 1280] {
            browser.size(width, 1400).await?;
            browser.settle(SOON).await?;
            browser.run("document.querySelector(a[0]).scrollIntoView()", vec![json!(part)]).await?;
            browser.screenshot(&format!("{name}-{width}-{theme}")).await?;
            let wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
            ensure!(browser.value(wide).await?.as_f64() < Some(2.0), "{name} is wider than {width} px");
        }
        let grave: Vec<_> =
            findings(browser).await?.into_iter().filter(|finding| finding.is_grave()).collect();
        ensure!(
            grave.is_empty(),
            "{name}, {theme}: {}",
            grave.iter().map(ToString::to_string).collect::<String>()
        );
    }
    browser.theme(false).await
}

async fn details(client: &Client, film: &str) -> Result<Value> {
    client.get(&format!("/api/v1/videos/{film}")).await?.expect(200)?.json()
}

fn word(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

const FILE: &str = "[aria-labelledby=file-title]";

/// Sends another file, looks elsewhere meanwhile, and sees what was made of it.
async fn replaces_the_file(browser: &Browser, server: &Instance, film: &str) -> Result<()> {
    browser.goto(&server.url(&format!("/videos/update/{film}"))).await?;
    browser.choose_files("#replace-file", &[big_buck_bunny()?], SOON).await?;
    // It takes longer than all that is looked at meanwhile.
    let slow = Network { bytes_per_second: 20_000, latency: Duration::ZERO, is_offline: false };
    browser.network(Some(slow)).await?;
    let send = format!("{FILE} .button-main:not([disabled])");
    browser.click(&send, SOON).await?;
    browser
        .wait_for("it is on its way", &format!("0 < document.querySelector('{FILE} progress')?.value"), SOON)
        .await?;
    look(browser, "replace-underway", FILE).await?;
    // Whoever closes the tab is asked first; whoever goes to another page of the site loses nothing.
    let asks = "(() => { const event = new Event('beforeunload', { cancelable: true });
        window.dispatchEvent(event); return event.defaultPrevented })()";
    browser.wait_for("closing the tab is asked about", asks, SOON).await?;
    browser.click("a[href='/videos/browse']", SOON).await?;
    browser.find(".card-title a", SOON).await?;
    browser.driver().back().await?;
    browser.find(&format!("{FILE} progress"), SOON).await?;
    browser.network(None).await?;
    browser.find(&format!("{FILE} .alert-good"), SOON).await?;
    browser.wait_for("nothing is lost any more", &format!("!{asks}"), SOON).await?;
    browser
        .wait_for(
            "the name of the new file",
            &format!("document.querySelector('{FILE} dd').textContent === 'bigbuckbunny.mp4'"),
            LATER,
        )
        .await
        .map(drop)
}

/// Takes the uploaded file back, then has it deleted.
async fn has_the_file_back(browser: &Browser) -> Result<()> {
    let link = format!("document.querySelector('{FILE} a[download]')");
    browser.wait_for("the way to the file", &link, SOON).await?;
    let bytes =
        browser.run(&format!("return (await (await fetch(new URL({link}.href).pathname + new URL({link}.href).search)).blob()).size"), Vec::new()).await?;
    let whole = std::fs::metadata(big_buck_bunny()?)?.len();
    ensure!(bytes == json!(whole), "{bytes} bytes came back of {whole}");
    browser.click(&format!("{FILE} .button-quiet"), SOON).await?;
    browser.find("dialog[open]", SOON).await?;
    browser.screenshot("source-delete-1280-light").await?;
    browser.click("dialog .button-bad", SOON).await?;
    browser
        .wait_for("the file is kept no more", &format!("!document.querySelector('dialog') && !{link}"), SOON)
        .await
}

/// Stops the film at a moment, and makes the picture of it.
async fn takes_a_picture(browser: &Browser, owner: &Client, film: &str) -> Result<()> {
    let before = word(&details(owner, film).await?, "/previewPath");
    // Out from under the header, which stays where it is.
    let middle = "document.querySelector('details:has(video.frame)').scrollIntoView({ block: 'center' })";
    browser.run(middle, Vec::new()).await?;
    browser.click("details:has(video.frame) summary", SOON).await?;
    let frame = "document.querySelector('video.frame')";
    browser.wait_for("the film", &format!("2 <= {frame}.readyState"), SOON).await?;
    browser.run(&format!("{frame}.currentTime = 3"), Vec::new()).await?;
    browser.wait_for("the moment", &format!("!{frame}.seeking && {frame}.currentTime === 3"), SOON).await?;
    browser.click("details:has(video.frame) .button", SOON).await?;
    let shown = "document.querySelector('.picture-field img')";
    browser
        .wait_for(
            "the picture",
            &format!("{shown}.src.startsWith('blob:') && 0 < {shown}.naturalWidth"),
            SOON,
        )
        .await?;
    look(browser, "frame-taken", "details:has(video.frame)").await?;
    browser.click(".sheet > .form-acts button[type=submit]", SOON).await?;
    browser.wait_for("it is saved", "location.pathname === '/my-library/videos'", SOON).await?;
    let after = word(&details(owner, film).await?, "/previewPath");
    ensure!(before != after && !after.is_empty(), "the picture is still {before}");
    Ok(())
}

async fn offers_it(browser: &Browser, server: &Instance, film: &str) -> Result<()> {
    browser.goto(&server.url(&format!("/videos/update/{film}"))).await?;
    browser.fill("#owner-name", "nobody_of_this_name", SOON).await?;
    browser.press(Key::Enter).await?;
    browser.click("dialog .button-bad", SOON).await?;
    let owner = "[aria-labelledby=owner-title]";
    browser.find(&format!("{owner} .alert-bad"), SOON).await?;
    browser.fill("#owner-name", "ana", SOON).await?;
    browser.press(Key::Enter).await?;
    browser.find("dialog[open]", SOON).await?;
    browser.screenshot("owner-sure-1280-light").await?;
    browser.click("dialog .button-bad", SOON).await?;
    browser.find(&format!("{owner} .alert-good"), SOON).await?;
    look(browser, "owner-offered", "[aria-labelledby=owner-title]").await
}

async fn takes_it(browser: &Browser, server: &Instance) -> Result<()> {
    sign_in(browser, server, "ana", PASSWORD).await?;
    browser.goto(&server.url("/my-account/notifications")).await?;
    browser.find(".news-row", SOON).await?;
    browser.screenshot("offer-told-1280-light").await?;
    browser.goto(&server.url("/my-library/ownership")).await?;
    browser.find(".row-acts .button-main:not([disabled])", SOON).await?;
    look(browser, "offer", "main").await?;
    browser.click(".row-acts .button-main", SOON).await?;
    browser.find(".row .alert-good", SOON).await?;
    look(browser, "offer-taken", "main").await?;
    browser.goto(&server.url("/my-library/videos")).await?;
    browser
        .wait_for(
            "it is among hers",
            "document.querySelector('.row-title a')?.textContent === 'Twice filmed'",
            SOON,
        )
        .await
}

async fn makes_a_login(admin: &Client, name: &str) -> Result<()> {
    let wish = json!({ "username": name, "password": PASSWORD, "email": format!("{name}@films.example"), "role": 2,
        "videoQuota": -1, "videoQuotaDaily": -1 });
    admin.post("/api/v1/users", &wish).await?.expect(200)?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_video_gets_another_file_another_picture_and_another_owner() -> Result<()> {
    let options = Options::default()
        .set("upload.replace", true)
        .set("transcoding.keep_source", true)
        .set("transcoding.heights", "240");
    let mut server = Instance::start_with(options).await?;
    let admin = server.admin().await?;
    for name in ["ana", "ben"] {
        makes_a_login(&admin, name).await?;
    }
    let ben = server.client().sign_in("ben", PASSWORD).await?;
    let film = Upload::file(&ben, &json!({ "name": "Twice filmed", "privacy": 1 }), &bikes()?).await?;
    let before = Upload::finished(&ben, &film, LATER).await?;
    let old = word(&before, "/streamingPlaylists/0/playlistUrl");

    let driver = Driver::start().await?;
    let browser = driver.browser().await?;
    sign_in(&browser, &server, "ben", PASSWORD).await?;
    replaces_the_file(&browser, &server, &film).await?;
    look(&browser, "replace-done", FILE).await?;
    let after = details(&ben, &film).await?;
    ensure!(after.get("duration") != before.get("duration"), "it is as long as before");
    ensure!(word(&after, "/streamingPlaylists/0/playlistUrl") != old);
    let watched = "return (await fetch(a[0])).status";
    let path = old.split_once("//").and_then(|(_, rest)| rest.find('/').and_then(|at| rest.get(at..)));
    ensure!(browser.run(watched, vec![json!(path)]).await? == json!(200), "whoever watched sees no end");
    has_the_file_back(&browser).await?;
    takes_a_picture(&browser, &ben, &film).await?;
    offers_it(&browser, &server, &film).await?;
    browser.run("localStorage.setItem('shoal.language', 'fr')", Vec::new()).await?;
    browser.goto(&server.url(&format!("/videos/update/{film}"))).await?;
    browser.find("#replace-file", SOON).await?;
    look(&browser, "french-edit-file", FILE).await?;

    let hers = driver.browser().await?;
    takes_it(&hers, &server).await?;
    let owner = word(&details(&ben, &film).await?, "/account/name");
    ensure!(owner == "ana", "it is {owner}'s");
    browser.goto(&server.url(&format!("/videos/update/{film}"))).await?;
    browser.wait_for("it is not his", "document.querySelector('.empty-title')", SOON).await?;
    hers.close().await?;
    browser.close().await?;
    server.stop().await?;
    Ok(())
}

const PLAYS: &str = "0.1 < (VIDEO)?.currentTime";

async fn plays(browser: &Browser) -> Result<()> {
    browser.wait_for("playback", &PLAYS.replace("(VIDEO)", VIDEO), LATER).await
}

/// Nothing of a film was fetched by this page.
const UNTOUCHED: &str =
    "performance.getEntriesByType('resource').every((one) => !one.name.includes('/hls/'))";

/// What strangers see where an instance leaves what is not for all eyes out of its lists, and where it blurs it.
async fn is_asked_first(browser: &Browser, server: &mut Instance, film: &str) -> Result<()> {
    let cards = "document.querySelectorAll('.card-title a').length";
    browser.goto(&server.url("/videos/browse")).await?;
    browser.wait_for("the one for all eyes", &format!("{cards} === 1"), SOON).await?;
    browser.goto(&server.url(&format!("/w/{film}"))).await?;
    browser.find(".player-notice .button", SOON).await?;
    let notice = "document.querySelector('.player-notice').textContent";
    for word in ["not for everybody", "Violence", "A fight on a bridge"] {
        ensure!(
            browser.value(&format!("{notice}.includes('{word}')")).await? == json!(true),
            "{word} is not said"
        );
    }
    look(browser, "sensitive-asked", "main").await?;
    ensure!(
        browser.value(&format!("!{VIDEO} && {UNTOUCHED}")).await? == json!(true),
        "it is fetched unasked"
    );
    browser.click(".player-notice .button", SOON).await?;
    plays(browser).await?;

    browser.size(640, 360).await?;
    browser.goto(&server.url(&format!("/videos/embed/{film}"))).await?;
    browser.find("#ask:not([hidden]) button", SOON).await?;
    browser.screenshot("sensitive-embed-640").await?;
    ensure!(
        browser.value(&format!("!{VIDEO} && {UNTOUCHED}")).await? == json!(true),
        "elsewhere it is fetched unasked"
    );
    browser.click("#ask button", SOON).await?;
    plays(browser).await?;

    server.stop().await?;
    server.set("instance.nsfw_policy", "blur");
    server.restart().await?;
    browser.goto(&server.url("/videos/browse")).await?;
    browser.find(".card-picture img.blurred", SOON).await?;
    ensure!(
        browser
            .value(&format!("{cards} === 2 && document.querySelectorAll('.badge-left').length === 1"))
            .await?
            == json!(true)
    );
    look(browser, "sensitive-blurred", "main").await
}

/// What somebody chooses counts at once, in this very tab.
async fn is_as_one_likes(browser: &Browser, server: &Instance, film: &str) -> Result<()> {
    sign_in(browser, server, "ana", PASSWORD).await?;
    let choose = "const list = document.querySelector('#nsfw'); list.value = a[0];
        list.dispatchEvent(new Event('change', { bubbles: true }))";
    for (policy, cards, blurred, named) in
        [("do_not_list", 1, 0, 0), ("warn", 2, 0, 1), ("display", 2, 0, 0), ("blur", 2, 1, 1)]
    {
        browser.goto(&server.url("/my-account/settings/preferences")).await?;
        browser.find("#nsfw", SOON).await?;
        browser.run(choose, vec![json!(policy)]).await?;
        let kept = "document.querySelector('.section-form > .form-note').textContent === 'Saved.'";
        browser.wait_for("it is kept", kept, SOON).await?;
        browser.click(".brand", SOON).await?;
        let count = |selector: &str| format!("document.querySelectorAll('{selector}').length");
        let seen = format!(
            "{} === {cards} && {} === {blurred} && {} === {named}",
            count(".card-title a"),
            count(".card-picture img.blurred"),
            count(".badge-left"),
        );
        browser.wait_for(&format!("the list with {policy}"), &seen, SOON).await?;
    }
    browser.goto(&server.url("/my-account/settings/preferences")).await?;
    browser.find("#nsfw", SOON).await?;
    browser.run(choose, vec![json!("display")]).await?;
    browser.goto(&server.url(&format!("/w/{film}"))).await?;
    plays(browser).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_for_all_eyes_is_blurred_and_asked_about_as_one_likes() -> Result<()> {
    let mut server = Instance::start_with(Options::default().set("transcoding.heights", "240")).await?;
    let admin = server.admin().await?;
    makes_a_login(&admin, "ana").await?;
    let said = json!({ "name": "A fight", "privacy": 1, "nsfw": true, "nsfwFlags": 1, "nsfwSummary": "A fight on a bridge" });
    let film = Upload::file(&admin, &said, &big_buck_bunny()?).await?;
    let other = Upload::file(&admin, &json!({ "name": "Bikes", "privacy": 1 }), &bikes()?).await?;
    for film in [&film, &other] {
        Upload::finished(&admin, film, LATER).await?;
    }
    let driver = Driver::start().await?;
    let browser = driver.browser().await?;
    is_asked_first(&browser, &mut server, &film).await?;
    browser.size(1280, 1000).await?;
    is_as_one_likes(&browser, &server, &film).await?;
    browser.close().await?;
    server.stop().await?;
    Ok(())
}

/// Where the pages of a film go on by keys and by the pointer.
async fn goes_from_part_to_part(browser: &Browser, picture: &str) -> Result<()> {
    let part = |selector: &str| format!("{VIDEO}.getRootNode().querySelector('{selector}')");
    let scrub = part(".scrub");
    browser.wait_for("the player", VIDEO, LATER).await?;
    browser
        .run(
            &format!("const video = {VIDEO}; video.muted = true; await video.play(); video.pause()"),
            Vec::new(),
        )
        .await?;
    let marks = format!("{scrub}.style.getPropertyValue('--marks').includes('calc(2px +')");
    browser.wait_for("a mark", &marks, SOON).await?;
    browser.run(&format!("{VIDEO}.currentTime = 0; {scrub}.focus()"), Vec::new()).await?;
    browser
        .wait_for(
            "the beginning",
            &format!("{scrub}.getAttribute('aria-valuetext').endsWith('Asleep')"),
            SOON,
        )
        .await?;
    browser.press(Key::PageUp).await?;
    browser.wait_for("the next part", &format!("{VIDEO}.currentTime === 2"), SOON).await?;
    browser
        .wait_for(
            "its name, for ears",
            &format!("{scrub}.getAttribute('aria-valuetext').endsWith('Awake')"),
            SOON,
        )
        .await?;
    browser.press(Key::PageDown).await?;
    browser.wait_for("the part before", &format!("{VIDEO}.currentTime === 0"), SOON).await?;
    let at = browser
        .value(&format!("(() => {{ const at = {scrub}.getBoundingClientRect(); return [at.left + at.width * 0.8, at.top + at.height / 2] }})()"))
        .await?;
    let place = |index: usize| at.get(index).and_then(Value::as_f64).unwrap_or_default();
    for step in [-3.0, 0.0] {
        let event = json!({ "type": "mouseMoved", "x": place(0) + step, "y": place(1) });
        browser.devtools("Input.dispatchMouseEvent", event).await?;
    }
    let told = part(".preview-time");
    browser.wait_for("its name, for eyes", &format!("{told}.textContent.endsWith('Awake')"), SOON).await?;
    browser.screenshot(picture).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_of_a_film_stand_on_its_seek_bar_here_and_elsewhere() -> Result<()> {
    let mut server = Instance::start_with(Options::default().set("transcoding.heights", "240")).await?;
    let admin = server.admin().await?;
    let film =
        Upload::file(&admin, &json!({ "name": "A morning", "privacy": 1 }), &big_buck_bunny()?).await?;
    Upload::finished(&admin, &film, LATER).await?;
    let parts =
        json!({ "chapters": [{ "timecode": 0, "title": "Asleep" }, { "timecode": 2, "title": "Awake" }] });
    admin.put(&format!("/api/v1/videos/{film}/chapters"), &parts).await?.expect(204)?;
    let driver = Driver::start().await?;
    let browser = driver.browser().await?;
    browser.size(1280, 1000).await?;
    browser.goto(&server.url(&format!("/w/{film}"))).await?;
    goes_from_part_to_part(&browser, "chapters-1280").await?;
    browser.size(640, 360).await?;
    browser.goto(&server.url(&format!("/videos/embed/{film}"))).await?;
    goes_from_part_to_part(&browser, "chapters-embed-640").await?;
    browser.close().await?;
    server.stop().await?;
    Ok(())
}

const ELSEWHERE: &str = "#elsewhere";

/// Says where a video is, and goes to the list of what is brought.
async fn brings(browser: &Browser, server: &Instance, url: &str) -> Result<()> {
    browser.goto(&server.url("/videos/upload")).await?;
    browser.fill("#elsewhere-targetUrl", url, SOON).await?;
    browser.press(Key::Enter).await?;
    browser.find(&format!("{ELSEWHERE} .alert-good"), SOON).await?;
    browser.click(&format!("{ELSEWHERE} .alert-good a"), SOON).await?;
    browser.wait_for("the list", "location.pathname === '/my-library/video-imports'", SOON).await
}

/// Lets people bring videos, as an administrator does in the pages.
async fn lets_bring(browser: &Browser, server: &Instance) -> Result<()> {
    browser.goto(&server.url("/videos/upload")).await?;
    browser.find("#upload-files", SOON).await?;
    ensure!(
        browser.value(&format!("!document.querySelector('{ELSEWHERE}')")).await? == json!(true),
        "not allowed yet"
    );
    browser.goto(&server.url("/admin/settings/config/vod")).await?;
    let field = "#import-videos-http-enabled";
    browser.find(field, SOON).await?;
    let middle = "document.querySelector(a[0]).scrollIntoView({ block: 'center' })";
    browser.run(middle, vec![json!(field)]).await?;
    browser.click(field, SOON).await?;
    browser.find("main form button[type=submit]:not([disabled])", SOON).await?;
    browser.press(Key::Enter).await?;
    browser.find("main .alert-good", SOON).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_video_comes_from_its_address() -> Result<()> {
    let film = std::fs::read(bikes()?)?;
    let web =
        Elsewhere::answer(move |path| (path == "/A_quiet_ride.mp4").then(|| ("video/mp4", film.clone())))
            .await?;
    let options =
        Options::default().set("import.networks_allowed", "127.0.0.1,::1").set("transcoding.heights", "240");
    // Another name than the server has, which fetches nothing from itself.
    let site = web.url().replace("127.0.0.1", "localhost");
    let mut server = Instance::start_with(options).await?;
    let driver = Driver::start().await?;
    let browser = driver.browser().await?;
    sign_in(&browser, &server, "root", ADMIN_PASSWORD).await?;
    lets_bring(&browser, &server).await?;

    browser.goto(&server.url("/videos/upload")).await?;
    browser.find("#elsewhere-targetUrl", SOON).await?;
    browser.fill("#elsewhere-targetUrl", "a film of mine", SOON).await?;
    browser.press(Key::Enter).await?;
    browser.find("#elsewhere-targetUrl[aria-invalid=true]", SOON).await?;
    look(&browser, "elsewhere", ELSEWHERE).await?;
    browser.goto(&server.url("/my-library/video-imports")).await?;
    browser.find(".empty-title", SOON).await?;

    brings(&browser, &server, &format!("{site}missing.mp4")).await?;
    browser.find(".line .row-wrong", SOON).await?;
    look(&browser, "import-failed", "main").await?;
    browser.click(".line .button-quiet", SOON).await?;
    browser.find("dialog[open]", SOON).await?;
    browser.screenshot("import-forget-1280-light").await?;
    browser.click("dialog .button-bad", SOON).await?;
    browser.find(".empty-title", SOON).await?;

    brings(&browser, &server, &format!("{site}A_quiet_ride.mp4")).await?;
    browser
        .wait_for(
            "it has arrived",
            "document.querySelector('.line .row-title a')?.textContent === 'A quiet ride'",
            SOON,
        )
        .await?;
    look(&browser, "import-arrived", "main").await?;
    browser.run("localStorage.setItem('shoal.language', 'fr')", Vec::new()).await?;
    browser.goto(&server.url("/videos/upload")).await?;
    browser.find("#elsewhere-targetUrl", SOON).await?;
    look(&browser, "french-elsewhere", ELSEWHERE).await?;
    browser.goto(&server.url("/my-library/video-imports")).await?;
    browser.find(".line .row-title a", SOON).await?;
    look(&browser, "french-imports", "main").await?;
    browser.click(".line .row-title a", SOON).await?;
    plays(&browser).await?;
    browser.goto(&server.url("/my-account/notifications")).await?;
    // One of an import that was forgotten since.
    let told =
        "[...document.querySelectorAll('.news-row')].map((row) => /importée/.test(row.textContent)).join()";
    browser.wait_for("both ends are told", &format!("{told} === 'true,false'"), SOON).await?;
    browser.close().await?;
    server.stop().await?;
    Ok(())
}

/// yt-dlp as its makers publish it, as one program in a folder.
fn yt_dlp(folder: &Path) -> Result<PathBuf> {
    let packages = in_checkout("target/python");
    ensure!(packages.join("yt_dlp").is_dir(), "target/python is missing: `cargo xtask fetch` brings it");
    let (path, packages) = (folder.join("yt-dlp"), packages.canonicalize()?);
    let run = "exec python3 -m yt_dlp \"$@\"";
    let text = format!("#!/bin/sh\nPYTHONDONTWRITEBYTECODE=1 PYTHONPATH='{}' {run}\n", packages.display());
    std::fs::write(&path, text)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755))?;
    Ok(path)
}

/// A channel elsewhere: a feed of films, last published first, and the films; with its address under another name than
/// the server has, which fetches nothing from itself.
async fn channel_elsewhere(films: Arc<Mutex<Vec<&'static str>>>) -> Result<(Elsewhere, String)> {
    let film = std::fs::read(bikes()?)?;
    let site = Arc::new(OnceLock::<String>::new());
    let here = site.clone();
    let web = Elsewhere::answer(move |path| {
        let known = films.lock().map(|films| films.clone()).unwrap_or_default();
        if path == "/feed.xml" {
            let site = here.get().map_or("", String::as_str);
            let items: String = known
                .iter()
                .map(|film| format!("<item><title>{film}</title><link>{site}{film}.mp4</link></item>"))
                .collect();
            let feed = format!(
                "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Rides</title>{items}</channel></rss>"
            );
            return Some(("application/rss+xml", feed.into_bytes()));
        }
        known.iter().any(|film| path == format!("/{film}.mp4")).then(|| ("video/mp4", film.clone()))
    })
    .await?;
    let address = site.get_or_init(|| web.url().replace("127.0.0.1", "localhost")).clone();
    Ok((web, address))
}

const SYNC_ADDRESS: &str = "#sync-externalChannelUrl";

#[tokio::test(flavor = "multi_thread")]
async fn what_a_channel_elsewhere_publishes_comes_by_itself() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let films = Arc::new(Mutex::new(vec!["A_quiet_ride"]));
    let (_web, site) = channel_elsewhere(films.clone()).await?;
    let program = yt_dlp(folder.path())?;
    let options = Options::default()
        .set("import.http", true)
        .set("import.yt_dlp", program.to_str().context("an odd path")?)
        .set("import.networks_allowed", "127.0.0.1,::1")
        .set("video_channel_synchronization.enabled", true)
        .set("video_channel_synchronization.check_interval", 10)
        .set("transcoding.heights", "240");
    let mut server = Instance::start_with(options).await?;
    let driver = Driver::start().await?;
    let browser = driver.browser().await?;
    sign_in(&browser, &server, "root", ADMIN_PASSWORD).await?;
    let syncs = server.url("/my-library/video-channel-syncs");
    browser.goto(&syncs).await?;
    browser.find(".empty-title", SOON).await?;
    browser.fill(SYNC_ADDRESS, "a channel of mine", SOON).await?;
    browser.press(Key::Enter).await?;
    browser.find(&format!("{SYNC_ADDRESS}[aria-invalid=true]"), SOON).await?;
    look(&browser, "sync-wrong", "main").await?;

    browser.fill(SYNC_ADDRESS, &format!("{site}feed.xml"), SOON).await?;
    let choose = "const field = document.querySelector('#sync-existing'); field.value = 'all'; \
                  field.dispatchEvent(new Event('change', { bubbles: true }))";
    browser.run(choose, Vec::new()).await?;
    browser.click("#sync button[type=submit]", SOON).await?;
    browser.find("#sync .alert-good", SOON).await?;
    let done = "/All that was new/.test(document.querySelector('#syncs .line')?.textContent ?? '')";
    browser.wait_for("all is asked for", done, LATER).await?;
    look(&browser, "syncs", "main").await?;
    browser.goto(&server.url("/my-library/video-imports")).await?;
    let came = |name: &str| {
        format!(
            "[...document.querySelectorAll('.line .row-title a')].some((one) => one.textContent === '{name}')"
        )
    };
    browser.wait_for("what was there", &came("A quiet ride"), LATER).await?;
    if let Ok(mut films) = films.lock() {
        films.insert(0, "A_long_ride");
    }
    // Nobody asks for it: the next look finds it.
    let admin = server.admin().await?;
    eventually("the next look finds it", LATER, async || {
        let list = admin.get("/api/v1/users/me/videos/imports").await?.expect(200)?.json()?;
        let is_here = word(&list, "/data/0/video/name") == "A long ride";
        Ok(is_here.then_some(()))
    })
    .await?;
    browser.goto(&server.url("/my-library/video-imports")).await?;
    browser.wait_for("what was published since", &came("A long ride"), LATER).await?;

    browser.run("localStorage.setItem('shoal.language', 'fr')", Vec::new()).await?;
    browser.goto(&syncs).await?;
    browser.find("#syncs .line", SOON).await?;
    look(&browser, "french-syncs", "main").await?;
    browser.click("#syncs .line .line-acts .button:not(.button-quiet):not([disabled])", SOON).await?;
    browser.click("#syncs .line .button-quiet", SOON).await?;
    browser.find("dialog[open]", SOON).await?;
    look(&browser, "sync-remove", "dialog").await?;
    browser.click("dialog .button-bad", SOON).await?;
    browser.find(".empty-title", SOON).await?;
    browser.close().await?;
    server.stop().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_edits_a_channel_as_its_owner_asks_them() -> Result<()> {
    let mut server = Instance::start().await?;
    let admin = server.admin().await?;
    for name in ["ana", "ben"] {
        makes_a_login(&admin, name).await?;
    }
    let driver = Driver::start().await?;
    let browser = driver.browser().await?;
    sign_in(&browser, &server, "ben", PASSWORD).await?;
    let edit = server.url("/my-library/video-channels/update/ben_channel");
    browser.goto(&edit).await?;
    browser.find("#editors-none", SOON).await?;
    let part = "[aria-labelledby=editors-title]";
    for (name, outcome) in
        [("nobody_of_this_name", ".alert-bad"), ("ana", ".alert-good"), ("ana", ".alert-bad")]
    {
        browser.fill("#editor-name", name, SOON).await?;
        browser.press(Key::Enter).await?;
        browser.find(&format!("{part} {outcome}"), SOON).await?;
    }
    browser.find("#editors .line", SOON).await?;
    look(&browser, "editors-invited", part).await?;

    let neighbour = driver.neighbour().await?;
    sign_in(&neighbour, &server, "ana", PASSWORD).await?;
    neighbour.goto(&server.url("/my-account/notifications")).await?;
    neighbour.click(".news-page .news-words a", SOON).await?;
    neighbour.find("#invitations .button-main", SOON).await?;
    look(&neighbour, "invitation", "main").await?;
    neighbour.click("#invitations .button-main", SOON).await?;
    neighbour.find("#edited .line", SOON).await?;
    look(&neighbour, "channels-edited", "main").await?;
    let ana = server.client().sign_in("ana", PASSWORD).await?;
    let channel = ana.get("/api/v1/video-channels/ben_channel").await?.expect(200)?.json()?;
    let film = json!({ "name": "Of both", "privacy": 1, "channelId": channel.get("id") });
    let film = Upload::file(&ana, &film, &bikes()?).await?;
    neighbour.goto(&server.url("/my-library/videos")).await?;
    let is_among = "document.querySelector('.row-title a')?.textContent === 'Of both'";
    neighbour.wait_for("what she published there is among hers", is_among, SOON).await?;
    neighbour.goto(&server.url(&format!("/videos/update/{film}"))).await?;
    neighbour.find("#edit-channel", SOON).await?;

    browser.goto(&edit).await?;
    browser.click("#editors .button-quiet", SOON).await?;
    browser.find("dialog[open]", SOON).await?;
    browser.screenshot("editor-remove-1280-light").await?;
    browser.click("dialog .button-bad", SOON).await?;
    browser.find("#editors-none", SOON).await?;
    neighbour.goto(&server.url("/my-library/video-channels")).await?;
    neighbour.find(".lines-apart .line", SOON).await?;
    ensure!(neighbour.value("document.querySelector('#edited')").await?.is_null(), "she edits it still");
    browser.run("localStorage.setItem('shoal.language', 'fr')", Vec::new()).await?;
    browser.goto(&edit).await?;
    browser.find("#editors-none", SOON).await?;
    look(&browser, "editors-french", part).await?;
    browser.close().await?;
    neighbour.close().await?;
    server.stop().await?;
    Ok(())
}

/// Lists stand on the page of their channel in the order that its makers give them.
#[tokio::test(flavor = "multi_thread")]
async fn the_lists_of_a_channel_stand_in_the_order_its_editors_give_them() -> Result<()> {
    let server = Instance::start().await?;
    let admin = server.admin().await?;
    makes_a_login(&admin, "ana").await?;
    let channel = admin.get("/api/v1/video-channels/root_channel").await?.expect(200)?.json()?;
    let channel = channel.get("id").cloned().context("a channel has a number")?;
    for name in ["Alder", "Birch", "Cedar"] {
        let wish = json!({ "displayName": name, "privacy": 1, "videoChannelId": channel });
        admin.post("/api/v1/video-playlists", &wish).await?.expect(200)?;
    }
    let ana = server.client().sign_in("ana", PASSWORD).await?;
    let editors = "/api/v1/video-channels/root_channel/collaborators";
    let asked = admin
        .post(&format!("{editors}/invite"), &json!({ "accountHandle": "ana" }))
        .await?
        .expect(200)?
        .json()?;
    let number =
        asked.pointer("/collaborator/id").and_then(Value::as_u64).context("an invitation has a number")?;
    ana.post(&format!("{editors}/{number}/accept"), &json!({})).await?.expect(204)?;
    let driver = Driver::start().await?;
    let browser = &driver.browser().await?;
    sign_in(browser, &server, "ana", PASSWORD).await?;

    // An editor finds the lists of the channel among their own, and from there its order.
    browser.goto(&server.url("/my-library/video-playlists")).await?;
    browser.click(".row-facts a", SOON).await?;
    let rows = "[...document.querySelectorAll('.queue-row .row-title')].map((row) => row.textContent).join()";
    browser.wait_for("the lists", &format!("{rows} === 'Alder,Birch,Cedar'"), SOON).await?;
    look(browser, "channel-lists-order", "main").await?;
    browser.run("document.querySelector('.row-down').focus()", Vec::new()).await?;
    browser.press(Key::Enter).await?;
    browser.wait_for("a row lower", &format!("{rows} === 'Birch,Alder,Cedar'"), SOON).await?;
    let said = "document.querySelector('.queue-said').textContent === 'Alder is now 2 of 3.'";
    browser.wait_for("a word about it", said, SOON).await?;

    // Everybody sees it so.
    eventually("the instance has the order", SOON, async || {
        let path = "/api/v1/video-channels/root_channel/video-playlists?sort=videoChannelPosition";
        let page = admin.get(path).await?.expect(200)?.json()?;
        let lists = page.get("data").and_then(Value::as_array).cloned().unwrap_or_default();
        let names: Vec<_> =
            lists.iter().filter_map(|list| list.get("displayName").and_then(Value::as_str)).collect();
        Ok((names == ["Birch", "Alder", "Cedar"]).then_some(()))
    })
    .await?;
    browser.goto(&server.url("/c/root_channel/video-playlists")).await?;
    let shown = "[...document.querySelectorAll('.row-title')].map((row) => row.textContent).join()";
    browser.wait_for("the channel's page", &format!("{shown} === 'Birch,Alder,Cedar'"), SOON).await
}

const GIVE: &str = "[aria-labelledby=give-title]";

/// Offers the channel that is being edited to somebody, as a person does who first names nobody.
async fn offers_the_channel(browser: &Browser, edit: &str) -> Result<()> {
    browser.goto(edit).await?;
    browser.fill("#give-name", "nobody_of_this_name", SOON).await?;
    browser.press(Key::Enter).await?;
    browser.click("dialog .button-bad", SOON).await?;
    browser.find(&format!("{GIVE} .alert-bad"), SOON).await?;
    browser.fill("#give-name", "ben", SOON).await?;
    browser.press(Key::Enter).await?;
    browser.find("dialog[open]", SOON).await?;
    browser.screenshot("give-sure-1280-light").await?;
    browser.click("dialog .button-bad", SOON).await?;
    browser.find("#give-waits", SOON).await.map(drop)
}

/// Takes the channel that is offered, after a look at what comes with it.
async fn takes_the_channel(browser: &Browser, server: &Instance) -> Result<()> {
    browser.goto(&server.url("/my-account/notifications")).await?;
    browser.click(".news-page .news-words a", SOON).await?;
    browser.find("#offered-channels .button-main:not([disabled])", SOON).await?;
    look(browser, "channel-offer", "main").await?;
    // First the other answer, which is thought better of.
    browser.click("#offered-channels .button-quiet", SOON).await?;
    browser.find("dialog[open]", SOON).await?;
    browser.screenshot("channel-refuse-1280-light").await?;
    browser.press(Key::Escape).await?;
    browser.wait_for("nothing was said", "!document.querySelector('dialog')", SOON).await?;
    browser.click("#offered-channels .button-main", SOON).await?;
    browser.find("dialog[open]", SOON).await?;
    browser.find("#channel-take-editors", SOON).await?;
    browser.screenshot("channel-take-1280-light").await?;
    browser.click("dialog .button-main", SOON).await?;
    browser.find("#offered-channels .alert-good", SOON).await?;
    look(browser, "channel-taken", "main").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_goes_to_somebody_else_who_sees_what_was_done_in_it() -> Result<()> {
    let mut server = Instance::start().await?;
    let admin = server.admin().await?;
    for name in ["ann", "ben"] {
        makes_a_login(&admin, name).await?;
    }
    let ann = server.client().sign_in("ann", PASSWORD).await?;
    let channel = ann.get("/api/v1/video-channels/ann_channel").await?.expect(200)?.json()?;
    let list = json!({ "displayName": "Evenings", "privacy": 1, "videoChannelId": channel.get("id") });
    let list = ann.post("/api/v1/video-playlists", &list).await?.expect(200)?.json()?;
    let list = word(&list, "/videoPlaylist/uuid");
    // More than stand on the first page of what was done.
    for number in 0..25 {
        let change = json!({ "displayName": format!("Films of Ann {number}") });
        ann.put("/api/v1/video-channels/ann_channel", &change).await?.expect(204)?;
    }
    let driver = Driver::start().await?;
    let browser = driver.browser().await?;
    sign_in(&browser, &server, "ann", PASSWORD).await?;
    let edit = server.url("/my-library/video-channels/update/ann_channel");
    offers_the_channel(&browser, &edit).await?;
    look(&browser, "give-waits", GIVE).await?;
    browser.click(&format!("{GIVE} .button"), SOON).await?;
    browser.find(&format!("{GIVE} .alert-good"), SOON).await?;
    browser.find("#give-name", SOON).await?;
    offers_the_channel(&browser, &edit).await?;

    browser.goto(&edit).await?;
    let deeds = "document.querySelectorAll('#deeds .line').length";
    let part = "[aria-labelledby=deeds-title]";
    browser.wait_for("what was done last", &format!("{deeds} === 20"), SOON).await?;
    let first = "document.querySelector('#deeds .line p').textContent.includes('offered the channel to ben')";
    browser.wait_for("who offered it to whom", first, SOON).await?;
    look(&browser, "deeds", part).await?;
    browser.click(&format!("{part} .button"), SOON).await?;
    let all = format!("20 < {deeds} && !document.querySelector('{part} .button')");
    browser.wait_for("the rest of what was done", &all, SOON).await?;

    let neighbour = driver.neighbour().await?;
    sign_in(&neighbour, &server, "ben", PASSWORD).await?;
    takes_the_channel(&neighbour, &server).await?;
    neighbour.goto(&server.url("/c/ann_channel")).await?;
    let is_bens = "!!document.querySelector('main a[href=\"/a/ben\"]')";
    neighbour.wait_for("the channel's page says whose it is", is_bens, SOON).await?;
    let ben = server.client().sign_in("ben", PASSWORD).await?;
    let page = ben.get(&format!("/api/v1/video-playlists/{list}")).await?.expect(200)?.json()?;
    ensure!(word(&page, "/ownerAccount/name") == "ben", "the list stayed behind: {page}");
    neighbour.run("localStorage.setItem('shoal.language', 'fr')", Vec::new()).await?;
    neighbour.goto(&edit).await?;
    neighbour.find("#give-name", SOON).await?;
    look(&neighbour, "give-french", GIVE).await?;
    neighbour.find("#deeds .line", SOON).await?;
    look(&neighbour, "deeds-french", part).await?;

    browser.goto(&edit).await?;
    browser.wait_for("it is not hers", "document.querySelector('.empty-title')", SOON).await?;
    browser.close().await?;
    neighbour.close().await?;
    server.stop().await?;
    Ok(())
}
