//! Every page, for every eye and width: axe-core finds nothing grave, nothing is wider than its window, and a picture of
//! each is kept in `target/screenshots`.

use std::time::Duration;

use anyhow::{Result, ensure};
use fantoccini::key::Key;
use serde_json::{Value, json};
use tests::rig::{
    ADMIN_PASSWORD, Browser, Clip, Driver, Instance, Network, Options, Sound, Upload, VIDEO, big_buck_bunny,
    bikes, clip, eventually, findings,
};

/// For what a page does by itself.
const SOON: Duration = Duration::from_secs(60);
/// For what the server makes of a film.
const LATER: Duration = Duration::from_secs(300);

/// The narrowest phone, a usual one, and a desk. Tall, so that a picture shows most of a page.
const SIZES: [(u32, u32); 3] = [(320, 1100), (360, 1100), (1280, 1000)];
/// The judge finds the same at 320 px as at 360 px.
const JUDGED_FROM: u32 = 360;

/// Pages of strangers: name, address, and what tells that they are there.
const OPEN_PAGES: &[(&str, &str, &str)] = &[
    ("browse-recent", "/videos/browse", ".card-title a"),
    ("browse-trending", "/videos/browse?sort=-trending", ".card-title a"),
    ("browse-local", "/videos/browse?scope=local", ".card-title a"),
    ("channel", "/c/root_channel", ".actor .card-title a, .actor ~ .grid .card-title a"),
    ("channel-about", "/c/root_channel/about", ".about-actor"),
    ("account", "/a/root", ".actor ~ .grid .card-title a"),
    ("account-channels", "/a/root/video-channels", ".channel-row"),
    ("account-about", "/a/root/about", ".about-actor"),
    ("about", "/about", "dl.facts"),
    ("login", "/login", "#login-name"),
    ("not-found", "/nothing/here", ".empty-title"),
    ("no-video", "/w/nothing", ".empty-title"),
    ("no-channel", "/c/nobody", ".empty-title"),
    ("publish-signed-out", "/videos/upload", ".empty-title"),
    ("subscriptions-signed-out", "/videos/subscriptions", ".empty-title"),
    ("history-signed-out", "/my-library/history/videos", ".empty-title"),
];

/// Pages of who is signed in, about what they watch and hear.
const PEOPLE_PAGES: &[(&str, &str, &str)] = &[
    ("subscriptions", "/videos/subscriptions", ".grid .card-title a"),
    ("follows", "/my-library/subscriptions", ".channel-row"),
    ("history", "/my-library/history/videos", ".row-title"),
    ("notifications", "/my-account/notifications", ".news-row"),
];

/// What is wrong, page by page.
#[derive(Default)]
struct Inspection {
    wrong: Vec<String>,
}

impl Inspection {
    /// Looks at the page as it stands, light and dark, at every size.
    async fn look(&mut self, browser: &Browser, page: &str) -> Result<()> {
        for (is_dark, theme) in [(false, "light"), (true, "dark")] {
            browser.theme(is_dark).await?;
            for (width, height) in SIZES {
                browser.size(width, height).await?;
                browser.settle(SOON).await?;
                browser.screenshot(&format!("{page}-{width}-{theme}")).await?;
                let place = format!("{page}, {theme}, {width} px");
                self.measure(browser, &place).await?;
                if JUDGED_FROM <= width {
                    let grave = findings(browser).await?.into_iter().filter(|finding| finding.is_grave());
                    self.wrong.extend(grave.map(|finding| format!("{place}: {finding}")));
                }
            }
        }
        Ok(())
    }

    /// In French, words are longer: the narrowest window tells.
    async fn look_in_french(&mut self, browser: &Browser, page: &str) -> Result<()> {
        browser.theme(false).await?;
        let (width, height) = SIZES[0];
        browser.size(width, height).await?;
        browser.settle(SOON).await?;
        browser.screenshot(&format!("french-{page}-{width}")).await?;
        self.measure(browser, &format!("{page}, French, {width} px")).await?;
        ensure!(
            browser.value("document.documentElement.lang").await? == json!("fr"),
            "{page} is not in French"
        );
        Ok(())
    }

    async fn measure(&mut self, browser: &Browser, place: &str) -> Result<()> {
        let wide = browser.value(WIDER_THAN_THE_WINDOW).await?;
        if wide.as_array().is_some_and(|elements| !elements.is_empty()) {
            self.wrong.push(format!("{place}: wider than the window: {wide}"));
        }
        Ok(())
    }
}

/// Elements that make the page wider than its window, or buttons that end outside of it.
const WIDER_THAN_THE_WINDOW: &str = "(() => {
    const width = document.documentElement.clientWidth;
    const name = (element) => `${element.tagName}.${element.className} ends at ${element.getBoundingClientRect().right}`;
    const out = (element) => width + 1 < element.getBoundingClientRect().right || element.getBoundingClientRect().left < -1;
    const all = [...document.querySelectorAll('body *')].filter((element) => element.checkVisibility());
    const page = document.documentElement.scrollWidth <= width + 1 ? [] : all.filter(out);
    const buttons = all.filter((element) => element.matches('.button, .menu-panel, .dialog, input, select') && out(element)
        && !element.closest('.unseen, .tabs'));
    return [...page, ...buttons].slice(0, 5).map(name);
})()";

/// The button of the player with this label, or the line of its menu.
fn in_player(label: &str) -> String {
    let label = Value::from(label);
    format!(
        "[...{VIDEO}.getRootNode().querySelectorAll('button')].find((button) =>
            button.getAttribute('aria-label') === {label} || button.textContent.startsWith({label}))"
    )
}

async fn press_in_player(browser: &Browser, label: &str) -> Result<()> {
    let button = in_player(label);
    browser.wait_for(&format!("{label} in the player"), &button, SOON).await?;
    browser.run(&format!("{button}.click()"), Vec::new()).await?;
    Ok(())
}

async fn sign_in(browser: &Browser, server: &Instance) -> Result<()> {
    browser.goto(&server.url("/login")).await?;
    browser.fill("#login-name", "root", SOON).await?;
    browser.fill("#login-password", ADMIN_PASSWORD, SOON).await?;
    browser.click("main form button[type=submit]", SOON).await?;
    browser.wait_for("the sign-in page is left", "location.pathname !== '/login'", SOON).await
}

/// A film with everything a maker can say.
async fn publish_films(server: &Instance) -> Result<String> {
    let admin = server.admin().await?;
    let said = json!({
        "name": "A rabbit who would rather have slept on, and what became of it before the sun had set that day",
        "description": format!(
            "# A rabbit\n\nAt 0:02 he *wakes* and **stretches**, see https://example.org/\n\n- one\n- two\n\n> So?\n\n`code`\n\n{}",
            "Words and more words. ".repeat(30)
        ),
        "tags": ["rabbits", "a quiet morning"], "category": 2, "licence": 1, "language": "en", "privacy": 1,
        "support": "Send **carrots**.",
    });
    let film = Upload::file(&admin, &said, &big_buck_bunny()?).await?;
    let other = Upload::file(&admin, &json!({ "name": "Bikes", "privacy": 1 }), &bikes()?).await?;
    let private = Upload::file(&admin, &json!({ "name": "For me alone", "privacy": 3 }), &bikes()?).await?;
    for uuid in [&other, &private] {
        Upload::finished(&admin, uuid, LATER).await?;
    }
    let film = Upload::finished(&admin, &film, LATER).await?;
    let path = |rest: &str| {
        let uuid = film.get("uuid").and_then(Value::as_str).unwrap_or_default();
        format!("/api/v1/videos/{uuid}{rest}")
    };
    let wish = json!({
        "username": "ana_with_a_long_name", "password": "a long enough password", "email": "ana@example.org",
        "role": 2, "videoQuota": -1, "videoQuotaDaily": -1,
    });
    admin.post("/api/v1/users", &wish).await?.expect(200)?;
    let ana = server.client().sign_in("ana_with_a_long_name", "a long enough password").await?;
    let chapters = json!({ "chapters": [
        { "timecode": 0, "title": "Sleep" },
        { "timecode": 2, "title": "A title of a chapter that goes on for longer than a telephone is wide" },
    ] });
    admin.put(&path("/chapters"), &chapters).await?.expect(204)?;
    let mut parent = String::new();
    for (who, text) in
        [(&ana, "What a **film**! At 0:02 I laughed."), (&admin, "Thank you"), (&ana, "Welcome")]
    {
        let to =
            if parent.is_empty() { path("/comment-threads") } else { path(&format!("/comments/{parent}")) };
        let made = who.post(&to, &json!({ "text": text })).await?.expect(200)?.json()?;
        parent = made.pointer("/comment/id").map(Value::to_string).unwrap_or_default();
    }
    let words = "Words without an end, ".repeat(30);
    ana.post(&path("/comment-threads"), &json!({ "text": words })).await?.expect(200)?;
    let channel = admin.get("/api/v1/video-channels/root_channel").await?.expect(200)?.json()?;
    let host = channel.get("host").and_then(Value::as_str).unwrap_or_default();
    let channel = format!("root_channel@{host}");
    for who in [&ana, &admin] {
        who.post("/api/v1/users/me/subscriptions", &json!({ "uri": channel })).await?.expect(204)?;
    }
    ana.put(&path("/rate"), &json!({ "rating": "like" })).await?.expect(204)?;
    admin.post(&path("/views"), &json!({ "currentTime": 2 })).await?.expect(204)?;
    Ok(film.get("shortUUID").and_then(Value::as_str).unwrap_or_default().to_owned())
}

async fn look_at_the_watch_page(browser: &Browser, seen: &mut Inspection) -> Result<()> {
    browser.wait_for("playback", &format!("0.3 < {VIDEO}.currentTime"), LATER).await?;
    browser.run(&format!("{VIDEO}.pause()"), Vec::new()).await?;
    browser.find(".beside .card-link", SOON).await?;
    seen.look(browser, "watch").await?;
    press_in_player(browser, "Settings").await?;
    seen.look(browser, "player-menu").await?;
    press_in_player(browser, "Quality").await?;
    seen.look(browser, "player-qualities").await?;
    press_in_player(browser, "Settings").await?;
    press_in_player(browser, "Settings").await?;
    press_in_player(browser, "Statistics").await?;
    seen.look(browser, "player-statistics").await?;
    press_in_player(browser, "Settings").await?;
    press_in_player(browser, "Statistics").await?;
    press_in_player(browser, "Settings").await?;
    press_in_player(browser, "Keyboard shortcuts").await?;
    seen.look(browser, "player-keys").await?;
    press_in_player(browser, "Close").await?;
    for (page, button) in [("share", ".watch-acts button"), ("download", ".watch-acts button:nth-of-type(2)")]
    {
        browser.click(button, SOON).await?;
        browser.find("dialog[open]", SOON).await?;
        seen.look(browser, page).await?;
        browser.click("dialog .button-round", SOON).await?;
    }
    browser.click(".header .menu-button", SOON).await?;
    seen.look(browser, "menu-display").await?;
    browser.click(".header .menu-button", SOON).await
}

/// Of who is signed in, with an answer begun and an end asked about.
async fn look_at_comments(browser: &Browser, seen: &mut Inspection) -> Result<()> {
    browser.run("document.querySelector('.comments').scrollIntoView()", Vec::new()).await?;
    browser.click(".comment-fold", SOON).await?;
    browser.find(".comment-replies .comment-replies", SOON).await?;
    browser.click(".comment-acts button", SOON).await?;
    browser.find("textarea[id^=answer-]", SOON).await?;
    browser.run("document.querySelector('.comments').scrollIntoView()", Vec::new()).await?;
    seen.look(browser, "comments").await?;
    browser.click(".comment-acts [aria-label^=Delete]", SOON).await?;
    browser.find("dialog[open]", SOON).await?;
    seen.look(browser, "comment-delete").await?;
    browser.click("dialog .dialog-acts .button", SOON).await
}

async fn look_at_the_studio(
    browser: &Browser,
    seen: &mut Inspection,
    film: &str,
    server: &Instance,
) -> Result<()> {
    browser.goto(&server.url("/my-library/videos")).await?;
    browser.find(".row-title", SOON).await?;
    seen.look(browser, "my-videos").await?;
    browser.click(".row-acts button.button-quiet", SOON).await?;
    browser.find("dialog[open]", SOON).await?;
    seen.look(browser, "delete").await?;
    browser.click("dialog .dialog-acts .button", SOON).await?;
    browser.click("[aria-controls=menu-account]", SOON).await?;
    seen.look(browser, "menu-account").await?;
    browser.click("[aria-controls=menu-account]", SOON).await?;
    browser.click("[aria-controls=menu-news]", SOON).await?;
    browser.find("#menu-news .news-row", SOON).await?;
    seen.look(browser, "menu-news").await?;
    for (page, address, sign) in PEOPLE_PAGES {
        browser.goto(&server.url(address)).await?;
        browser.find(sign, SOON).await?;
        seen.look(browser, page).await?;
    }
    browser.goto(&server.url(&format!("/w/{film}"))).await?;
    browser.wait_for("playback", &format!("0.3 < {VIDEO}.currentTime"), LATER).await?;
    browser.run(&format!("{VIDEO}.pause()"), Vec::new()).await?;
    look_at_comments(browser, seen).await?;
    browser.goto(&server.url(&format!("/videos/update/{film}"))).await?;
    browser.click("details.more summary", SOON).await?;
    seen.look(browser, "edit").await?;
    let telephone = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36";
    let viewer = server.client().with_header("user-agent", telephone);
    for (session, second) in [("one", 0), ("one", 4), ("another", 0), ("another", 2)] {
        let report = json!({ "currentTime": second, "sessionId": session });
        viewer.post(&format!("/api/v1/videos/{film}/views"), &report).await?.expect(204)?;
    }
    browser.goto(&server.url(&format!("/stats/videos/{film}"))).await?;
    browser.find(".share tr", SOON).await?;
    seen.look(browser, "statistics").await?;
    browser.goto(&server.url("/videos/upload")).await?;
    browser.find("#upload-files", SOON).await?;
    seen.look(browser, "upload").await?;
    browser.choose_files("#upload-files", &[bikes()?], SOON).await?;
    browser.find(".ship form", SOON).await?;
    browser
        .wait_for("the draft's video is made", "document.querySelector('.ship .ship-note')", LATER)
        .await?;
    seen.look(browser, "upload-draft").await
}

async fn look_offline(browser: &Browser, seen: &mut Inspection, server: &Instance) -> Result<()> {
    browser.goto(&server.url("/videos/browse")).await?;
    browser.find(".card-title a", SOON).await?;
    let none = Network { bytes_per_second: 0, latency: Duration::ZERO, is_offline: true };
    browser.network(Some(none)).await?;
    browser.click(".tabs li:nth-child(2) a", SOON).await?;
    browser.find(".banner", SOON).await?;
    browser.find(".alert", SOON).await?;
    seen.look(browser, "offline").await?;
    browser.network(None).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_suits_every_eye_and_width() -> Result<()> {
    let mut server = Instance::start().await?;
    let film = publish_films(&server).await?;
    let driver = Driver::start().await?;
    let browser = driver.browser().await?;
    let mut seen = Inspection::default();

    for (page, address, sign) in OPEN_PAGES {
        browser.goto(&server.url(address)).await?;
        browser.find(sign, SOON).await?;
        seen.look(&browser, page).await?;
    }
    let watch = format!("/w/{film}");
    browser.goto(&server.url(&watch)).await?;
    look_at_the_watch_page(&browser, &mut seen).await?;
    browser.goto(&server.url(&format!("/videos/embed/{film}"))).await?;
    browser.find("#title:not([hidden])", SOON).await?;
    browser.wait_for("the big button", &in_player("Play"), SOON).await?;
    seen.look(&browser, "embed").await?;
    look_offline(&browser, &mut seen, &server).await?;
    sign_in(&browser, &server).await?;
    look_at_the_studio(&browser, &mut seen, &film, &server).await?;

    browser.run("localStorage.setItem('shoal.language', 'fr')", Vec::new()).await?;
    let edit = format!("/videos/update/{film}");
    let statistics = format!("/stats/videos/{film}");
    let closed_pages = [
        ("my-videos", "/my-library/videos", ".row-title"),
        ("upload", "/videos/upload", "#upload-files"),
        ("edit", edit.as_str(), "#edit-name"),
        ("statistics", statistics.as_str(), ".plot"),
        ("watch", watch.as_str(), ".beside .card-link"),
    ];
    // Who is signed in does not get to see these.
    let open_pages =
        OPEN_PAGES.iter().copied().filter(|page| page.0 != "login" && !page.0.ends_with("-signed-out"));
    for (page, address, sign) in open_pages.chain(closed_pages).chain(PEOPLE_PAGES.iter().copied()) {
        browser.goto(&server.url(address)).await?;
        browser.find(sign, SOON).await?;
        seen.look_in_french(&browser, page).await?;
    }

    ensure!(seen.wrong.is_empty(), "{} things are wrong:\n{}", seen.wrong.len(), seen.wrong.join("\n"));
    browser.close().await?;
    server.stop().await?;
    Ok(())
}

/// Pages of those who come in.
const PAGES_OF_ARRIVAL: &[(&str, &str, &str)] = &[
    ("sign-up", "/signup", "#signup-username"),
    ("ask-reset", "/reset-password", ".page-form .sheet"),
    ("reset", "/reset-password?userId=1&verificationString=x", "#reset-password"),
    ("confirm", "/verify-account/email?userId=1&verificationString=x", ".alert-bad"),
    ("settings-signed-out", "/my-account/settings", ".empty-title"),
];

/// Pages of people and their settings.
const PAGES_OF_PEOPLE: &[(&str, &str, &str)] = &[
    ("settings-profile", "/my-account/settings", "#profile-displayName"),
    ("settings-preferences", "/my-account/settings/preferences", "#theme"),
    ("settings-notifications", "/my-account/settings/notifications", ".news tbody tr"),
    ("settings-security", "/my-account/settings/security", "#proof-currentPassword"),
    ("my-channels", "/my-library/video-channels", "#invitations .line"),
    ("new-channel", "/my-library/video-channels/create", "#channel-name"),
    ("ownership", "/my-library/ownership", ".empty-title"),
    ("imports", "/my-library/video-imports", ".empty-title"),
    ("syncs", "/my-library/video-channel-syncs", ".empty-title"),
    ("publish-from-elsewhere", "/videos/upload", "#elsewhere-targetUrl"),
    ("edit-channel", "/my-library/video-channels/update/root_channel", "#editors .line"),
    ("admin-users", "/admin/overview/users", ".line"),
    ("admin-registrations", "/admin/moderation/registrations/list", ".line"),
];

async fn look_at_windows_of_people(
    browser: &Browser,
    seen: &mut Inspection,
    server: &Instance,
) -> Result<()> {
    browser.goto(&server.url("/admin/overview/users")).await?;
    for (page, button) in [("edit-user", "1"), ("block-user", "2"), ("delete-user", "3")] {
        browser.click(&format!(".line .line-acts button:nth-of-type({button})"), SOON).await?;
        browser.find("dialog[open]", SOON).await?;
        seen.look(browser, page).await?;
        browser.click("dialog .button-round", SOON).await?;
        browser.find(".line", SOON).await?;
    }
    browser.click(".page-head .button-main", SOON).await?;
    browser.find("dialog[open]", SOON).await?;
    seen.look(browser, "create-user").await?;
    browser.goto(&server.url("/admin/moderation/registrations/list")).await?;
    browser.click(".line .button-main", SOON).await?;
    browser.find("dialog[open]", SOON).await?;
    seen.look(browser, "judge").await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_people_suits_every_eye_and_width() -> Result<()> {
    let options = Options::default()
        .set("signup.enabled", true)
        .set("signup.requires_approval", true)
        .set("import.http", true);
    let mut server = Instance::start_with(options).await?;
    let admin = server.admin().await?;
    let someone = json!({ "username": "a_person_with_a_long_name", "password": "a password", "email": "a.person.with.a.long.name@films.example", "role": 2 });
    admin.post("/api/v1/users", &someone).await?.expect(200)?;
    let stranger = json!({ "username": "erin", "password": "a password", "email": "erin@films.example",
        "registrationReason": "I film what swims.\nFish, mostly." });
    admin.post("/api/v1/users/registrations/request", &stranger).await?.expect(200)?;
    share_channels(&server).await?;
    let driver = Driver::start().await?;
    let browser = driver.browser().await?;
    let mut seen = Inspection::default();
    for (page, address, sign) in PAGES_OF_ARRIVAL {
        browser.goto(&server.url(address)).await?;
        browser.find(sign, SOON).await?;
        seen.look(&browser, page).await?;
    }
    sign_in(&browser, &server).await?;
    for (page, address, sign) in PAGES_OF_PEOPLE {
        browser.goto(&server.url(address)).await?;
        browser.find(sign, SOON).await?;
        seen.look(&browser, page).await?;
    }
    look_at_windows_of_people(&browser, &mut seen, &server).await?;
    browser.run("localStorage.setItem('shoal.language', 'fr')", Vec::new()).await?;
    let arrival = PAGES_OF_ARRIVAL.iter().filter(|page| page.0 != "settings-signed-out");
    for (page, address, sign) in arrival.chain(PAGES_OF_PEOPLE) {
        browser.goto(&server.url(address)).await?;
        browser.find(sign, SOON).await?;
        seen.look_in_french(&browser, page).await?;
    }
    ensure!(seen.wrong.is_empty(), "{} things are wrong:\n{}", seen.wrong.len(), seen.wrong.join("\n"));
    browser.close().await?;
    server.stop().await?;
    Ok(())
}

/// A channel that the administrator edits, one that they are asked to edit, and one of theirs that somebody is asked to.
async fn share_channels(server: &Instance) -> Result<()> {
    let name = "a_person_with_a_long_name";
    let admin = server.admin().await?;
    let person = server.client().sign_in(name, "a password").await?;
    let second =
        json!({ "name": "a_second_channel", "displayName": "A second channel, which has a longer name" });
    person.post("/api/v1/video-channels", &second).await?.expect(200)?;
    let to_root = json!({ "accountHandle": "root" });
    let first = format!("/api/v1/video-channels/{name}_channel/collaborators");
    let made = person.post(&format!("{first}/invite"), &to_root).await?.expect(200)?.json()?;
    let id = made.pointer("/collaborator/id").and_then(Value::as_u64).unwrap_or_default();
    admin.post(&format!("{first}/{id}/accept"), &json!({})).await?.expect(204)?;
    let second = "/api/v1/video-channels/a_second_channel/collaborators/invite";
    person.post(second, &to_root).await?.expect(200)?;
    let own = "/api/v1/video-channels/root_channel/collaborators/invite";
    admin.post(own, &json!({ "accountHandle": name })).await?.expect(200)?;
    Ok(())
}

/// A list of all videos, shown in a channel.
async fn keep_a_list(server: &Instance) -> Result<String> {
    let admin = server.admin().await?;
    let channel = admin.get("/api/v1/video-channels/root_channel").await?.expect(200)?.json()?;
    let said = json!({
        "displayName": "Films for the evening, when it is late and nobody wants to choose", "privacy": 1,
        "description": "Short ones.", "videoChannelId": channel.get("id"),
    });
    let made = admin.post("/api/v1/video-playlists", &said).await?.expect(200)?.json()?;
    let list =
        made.pointer("/videoPlaylist/shortUUID").and_then(Value::as_str).unwrap_or_default().to_owned();
    let videos = admin.get("/api/v1/users/me/videos").await?.expect(200)?.json()?;
    for video in videos.get("data").and_then(Value::as_array).into_iter().flatten() {
        let wish = json!({ "videoId": video.get("id"), "startTimestamp": 1 });
        admin.post(&format!("/api/v1/video-playlists/{list}/videos"), &wish).await?.expect(200)?;
    }
    Ok(list)
}

/// Pages of what is found.
const PAGES_OF_FINDING: &[(&str, &str, &str)] = &[
    ("search", "/search?search=rabit&sort=-publishedAt&categoryOneOf=2", ".row-found"),
    ("search-channels", "/search?search=root&resultType=channels", ".channel-row"),
    ("search-nothing", "/search?search=zzzzzzzz", ".empty-title"),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_shelves_suits_every_eye_and_width() -> Result<()> {
    let mut server = Instance::start().await?;
    let film = publish_films(&server).await?;
    let list = keep_a_list(&server).await?;
    let driver = Driver::start().await?;
    let browser = driver.browser().await?;
    let mut seen = Inspection::default();
    for (page, address, sign) in PAGES_OF_FINDING {
        browser.goto(&server.url(address)).await?;
        browser.find(sign, SOON).await?;
        seen.look(&browser, page).await?;
    }
    look_at_suggestions(&browser, &mut seen, &server).await?;
    sign_in(&browser, &server).await?;
    let lists = pages_of_lists(&list);
    for (page, address, sign) in &lists {
        browser.goto(&server.url(address)).await?;
        browser.find(sign, SOON).await?;
        seen.look(&browser, page).await?;
    }
    browser.goto(&server.url(&format!("/w/{film}"))).await?;
    browser.click(".watch-acts .save", SOON).await?;
    browser.find(".saver-lists input", SOON).await?;
    seen.look(&browser, "save-to").await?;
    browser.run("localStorage.setItem('shoal.language', 'fr')", Vec::new()).await?;
    for (page, address, sign) in PAGES_OF_FINDING {
        browser.goto(&server.url(address)).await?;
        browser.find(sign, SOON).await?;
        seen.look_in_french(&browser, page).await?;
    }
    for (page, address, sign) in &lists {
        browser.goto(&server.url(address)).await?;
        browser.find(sign, SOON).await?;
        seen.look_in_french(&browser, page).await?;
    }
    ensure!(seen.wrong.is_empty(), "{} things are wrong:\n{}", seen.wrong.len(), seen.wrong.join("\n"));
    browser.close().await?;
    server.stop().await?;
    Ok(())
}

/// Pages of a list of videos: name, address, and what tells that they are there.
fn pages_of_lists(list: &str) -> Vec<(&'static str, String, &'static str)> {
    let own = "/my-library/video-playlists";
    vec![
        ("playlists", own.to_owned(), ".row-acts .button-quiet"),
        ("playlist-new", format!("{own}/create"), "#playlist-displayName"),
        ("playlist-edit", format!("{own}/update/{list}"), "#playlist-displayName"),
        ("playlist-videos", format!("{own}/{list}"), ".queue-row"),
        ("playlist-play", format!("/w/p/{list}"), ".queue-now"),
        ("playlist-missing", "/w/p/nothing".to_owned(), ".empty-title"),
        ("channel-playlists", "/c/root_channel/video-playlists".to_owned(), ".row-title"),
        ("account-playlists", "/a/root/video-playlists".to_owned(), ".row-title"),
    ]
}

async fn look_at_suggestions(browser: &Browser, seen: &mut Inspection, server: &Instance) -> Result<()> {
    browser.size(1280, 1000).await?;
    browser.goto(&server.url("/videos/browse")).await?;
    let ready = "document.querySelector('#search').getAttribute('role') === 'combobox'";
    browser.wait_for("the field suggests", ready, SOON).await?;
    browser.click("#search", SOON).await?;
    browser.keys("rabit").await?;
    browser.find("#search-list [role=option]", SOON).await?;
    browser.press(Key::Down).await?;
    browser.screenshot("search-suggestions-1280-light").await?;
    let grave = findings(browser).await?.into_iter().filter(|finding| finding.is_grave());
    seen.wrong.extend(grave.map(|finding| format!("suggestions: {finding}")));
    browser.size(320, 700).await?;
    browser.goto(&server.url("/videos/browse")).await?;
    browser.wait_for("the field suggests", ready, SOON).await?;
    browser.click(".search-opener", SOON).await?;
    browser.keys("rabit").await?;
    browser.find("#search-list [role=option]", SOON).await?;
    seen.measure(browser, "suggestions, 320 px").await?;
    browser.screenshot("search-suggestions-320-light").await.map(drop)
}

/// What visitors read of the instance.
const PAGES_ABOUT_THE_INSTANCE: &[(&str, &str, &str)] = &[
    ("about-in-full", "/about", "dl.facts"),
    ("contact", "/about/contact", "#contact-name"),
    ("home", "/home", ".prose h2"),
    ("announcement", "/videos/browse", ".broadcast strong"),
];

/// The instance itself, for administrators.
const PAGES_OF_THE_INSTANCE: &[(&str, &str, &str)] = &[
    ("site-information", "/admin/settings/config/information", "#instance-name"),
    ("site-signup", "/admin/settings/config/signup", "#signup-limit"),
    ("site-videos", "/admin/settings/config/vod", "#p2p-mode"),
    ("site-look", "/admin/settings/config/customization", "#instance-banner"),
    ("site-homepage", "/admin/settings/config/homepage", "#homepage-text"),
    ("site-statistics", "/admin/settings/system/statistics", "dl.facts"),
    ("site-wizard", "/admin/settings/config/wizard", "#wizard-name"),
];

/// An instance that says all it can say.
async fn say_everything(server: &Instance) -> Result<()> {
    let admin = server.admin().await?;
    let words = "Words and more words, as people write them. ".repeat(8);
    let text = format!("{words}\n\n- one\n- **two**\n\nSee https://films.example/rules");
    let address = "https://elsewhere.example/@films";
    let wish = json!({
        "instance": {
            "name": "Films of the harbour and of the sea behind it", "shortDescription": words.get(..200),
            "description": text, "terms": text, "codeOfConduct": text, "moderationInformation": text,
            "administrator": text, "creationReason": text, "maintenanceLifetime": text, "businessModel": text,
            "hardwareInformation": text, "languages": ["fr", "en"], "categories": [2, 13], "serverCountry": "France",
            "support": { "text": text },
            "social": { "externalLink": address, "mastodonLink": address, "blueskyLink": address, "xLink": address },
        },
        "broadcastMessage": { "enabled": true, "message": "On Sunday there will be **no film** until noon: the machine moves to another harbour.",
            "level": "warning", "dismissable": true },
    });
    admin.put("/api/v1/config/custom", &wish).await?.expect(200)?;
    let page = json!({ "content": format!("## Welcome\n\n{text}\n\n> So?") });
    admin.put("/api/v1/custom-pages/homepage/instance", &page).await?.expect(204)?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_the_instance_suits_every_eye_and_width() -> Result<()> {
    // Nobody writes in this story: where mail goes need not be there.
    let options = Options::default()
        .set("smtp.host", "127.0.0.1")
        .set("smtp.tls", "none")
        .set("smtp.from", "films@films.example");
    let mut server = Instance::start_with(options).await?;
    let driver = Driver::start().await?;
    let browser = driver.browser().await?;
    let mut seen = Inspection::default();
    for (page, address, sign) in [
        ("about-in-short", "/about", "dl.facts"),
        ("no-home", "/home", ".empty-title"),
        ("site-signed-out", "/admin/settings/config/information", ".empty-title"),
    ] {
        browser.goto(&server.url(address)).await?;
        browser.find(sign, SOON).await?;
        seen.look(&browser, page).await?;
    }
    say_everything(&server).await?;
    for (page, address, sign) in PAGES_ABOUT_THE_INSTANCE {
        browser.goto(&server.url(address)).await?;
        browser.find(sign, SOON).await?;
        seen.look(&browser, page).await?;
    }
    sign_in(&browser, &server).await?;
    for (page, address, sign) in PAGES_OF_THE_INSTANCE {
        browser.goto(&server.url(address)).await?;
        browser.find(sign, SOON).await?;
        seen.look(&browser, page).await?;
    }
    browser.run("localStorage.setItem('shoal.language', 'fr')", Vec::new()).await?;
    for (page, address, sign) in PAGES_ABOUT_THE_INSTANCE.iter().chain(PAGES_OF_THE_INSTANCE) {
        browser.goto(&server.url(address)).await?;
        browser.find(sign, SOON).await?;
        seen.look_in_french(&browser, page).await?;
    }
    ensure!(seen.wrong.is_empty(), "{} things are wrong:\n{}", seen.wrong.len(), seen.wrong.join("\n"));
    browser.close().await?;
    server.stop().await?;
    Ok(())
}

/// Other instances, for administrators. Below each, what tells that its rows are there.
const PAGES_OF_THE_NETWORK: &[(&str, &str, &str)] = &[
    ("network-config", "/admin/settings/config/network", "main form"),
    ("network-followers", "/admin/settings/follows/followers-list", ".line"),
    ("network-following", "/admin/settings/follows/following-list", ".line"),
    ("network-copies", "/admin/settings/follows/video-redundancies-list", "#copies .line"),
    ("network-servers", "/admin/settings/system/federation", ".line .chip-bad"),
];

/// A harbour that copies a film of the sea, and cannot reach it any more.
async fn harbour_and_sea() -> Result<(Instance, String)> {
    let options = || Options::default().set("transcoding.heights", "240");
    let (mut sea, mut harbour) =
        (Instance::start_with(options()).await?, Instance::start_with(options()).await?);
    let hosts = [&sea, &harbour].map(|one| one.address().to_string());
    for one in [&mut sea, &mut harbour] {
        one.stop().await?;
        one.set("federation.allow_private_hosts", hosts.join(","));
        one.restart().await?;
    }
    let (at_sea, at_harbour) = (sea.admin().await?, harbour.admin().await?);
    for (client, host) in [(&at_sea, &hosts[1]), (&at_harbour, &hosts[0])] {
        let wish = json!({ "hosts": [host], "handles": [] });
        client.post("/api/v1/server/following", &wish).await?.expect(204)?;
        eventually("the follow to be accepted", SOON, async || {
            let rows = client.get("/api/v1/server/following").await?.expect(200)?.json()?;
            Ok((rows.pointer("/data/0/state") == Some(&json!("accepted"))).then_some(()))
        })
        .await?;
    }
    let film = clip(&Clip { seconds: 2, width: 426, height: 240, sound: Sound::None, ..Clip::default() })?;
    let metadata = json!({ "name": "The tide comes in over the long flat sands", "privacy": 1 });
    let uuid = Upload::file(&at_sea, &metadata, &film).await?;
    Upload::finished(&at_sea, &uuid, LATER).await?;
    let page = format!("/api/v1/videos/{uuid}");
    eventually("the film to arrive", SOON, async || {
        Ok((at_harbour.get(&page).await?.status == 200).then_some(()))
    })
    .await?;
    let wish = json!({ "videoId": uuid });
    at_harbour.post("/api/v1/server/redundancy/videos", &wish).await?.expect(204)?;
    eventually("the copy", LATER, async || {
        let path = "/api/v1/server/redundancy/videos?target=remote-videos";
        let rows = at_harbour.get(path).await?.expect(200)?.json()?;
        Ok((rows.get("total") == Some(&json!(1))).then_some(()))
    })
    .await?;
    sea.stop().await?;
    let threads = format!("{page}/comment-threads");
    at_harbour.post(&threads, &json!({ "text": "Does anybody hear?" })).await?.expect(200)?;
    eventually("it to be tried in vain", SOON, async || {
        let rows = at_harbour.get("/api/v1/server/federation/servers").await?.expect(200)?.json()?;
        let failed = rows.pointer("/data/0/failures").and_then(Value::as_u64);
        Ok(failed.is_some_and(|count| 0 < count).then_some(()))
    })
    .await?;
    Ok((harbour, hosts[0].clone()))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_the_network_suits_every_eye_and_width() -> Result<()> {
    let (mut harbour, sea) = harbour_and_sea().await?;
    let driver = Driver::start().await?;
    let browser = driver.browser().await?;
    let mut seen = Inspection::default();
    sign_in(&browser, &harbour).await?;
    let about = format!("/admin/settings/system/federation?about={sea}");
    let why = [("network-why", about.as_str(), "main .row-wrong")];
    let pages = || PAGES_OF_THE_NETWORK.iter().chain(&why);
    for (page, address, sign) in pages() {
        browser.goto(&harbour.url(address)).await?;
        browser.find(sign, SOON).await?;
        seen.look(&browser, page).await?;
    }
    browser.run("localStorage.setItem('shoal.language', 'fr')", Vec::new()).await?;
    for (page, address, sign) in pages() {
        browser.goto(&harbour.url(address)).await?;
        browser.find(sign, SOON).await?;
        seen.look_in_french(&browser, page).await?;
    }
    ensure!(seen.wrong.is_empty(), "{} things are wrong:\n{}", seen.wrong.len(), seen.wrong.join("\n"));
    browser.close().await?;
    harbour.stop().await?;
    Ok(())
}
