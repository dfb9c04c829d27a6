//! Viewers carry a film to each other, in real browsers: ours among themselves, with viewers on a page of PeerTube, with
//! somebody who lies, and not at all.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tests::rig::{
    ADMIN_PASSWORD, Browser, Client, Clip, Driver, Film, Gate, Instance, Options, PEER, Parts, RivalTracker,
    Upload, VIDEO, Viewers, addresses, clip,
};

/// For what a page does by itself.
const SOON: Duration = Duration::from_secs(60);
/// For what the server makes of a film.
const LATER: Duration = Duration::from_secs(300);
/// For what is played, which takes its time.
const PLAYED: Duration = Duration::from_secs(120);
/// What the origin gives to all together, bytes a second: enough for one viewer, and little more.
const NARROW: u64 = 150_000;
/// So much must pass between two for them to have shared; some segments of pictures, or many of sound.
const SHARED: u64 = 300_000;
/// The controls of our player.
const CONTROLS: &str = "document.getElementById('film').firstElementChild.shadowRoot";

/// A server behind a gate, with a film of a minute in one quality. Each part has a driver of its own, so that nobody stays in
/// a swarm when a part fails.
struct Stage {
    gate: Gate,
    server: Instance,
    viewers: Viewers,
    uuid: String,
    video: Value,
    digests: String,
    film: Film,
}

impl Stage {
    async fn build() -> Result<Stage> {
        let (gate, server) = Gate::before(Options::default().set("transcoding.heights", "360")).await?;
        let viewers = Viewers::behind(&gate)?;
        let admin = Client::new(&gate.url("")).sign_in("root", ADMIN_PASSWORD).await?;
        let source = clip(&Clip { seconds: 60, ..Clip::default() })?;
        let uuid = Upload::file(&admin, &json!({ "name": "A minute", "privacy": 1 }), &source).await?;
        let video = Upload::finished(&admin, &uuid, LATER).await?;
        let digests = video.pointer("/streamingPlaylists/0/segmentsSha256Url").and_then(Value::as_str);
        let digests = admin.get(digests.context("no digests")?).await?.expect(200)?.text();
        let film = Film::of(&admin, &video).await?;
        Ok(Stage { gate, server, viewers, uuid, video, digests, film })
    }

    /// Somebody who watches with our player.
    async fn viewer(&self, driver: &Driver) -> Result<Browser> {
        self.viewers.ours(driver, &json!({ "video": self.uuid })).await
    }

    /// The same server with other settings.
    async fn restart(&mut self, settings: &[(&str, &str)]) -> Result<()> {
        self.server.stop().await?;
        for (name, value) in settings {
            self.server.set(name, value);
        }
        self.server.restart().await
    }

    /// What players of PeerTube are told about the tracker before they dial it.
    async fn has_tracker(&self) -> Result<bool> {
        let config = Client::new(&self.gate.url("")).get("/api/v1/config").await?.expect(200)?.json()?;
        let is_enabled = config.pointer("/tracker/enabled").and_then(Value::as_bool);
        is_enabled.context("nothing is said of the tracker")
    }

    /// Everything that was shown is what was published.
    async fn check_shown(&self, browser: &Browser) -> Result<()> {
        let known = "spied.shown.every((one) => one.sha256)";
        browser.wait_for("all that was shown is hashed", known, SOON).await?;
        let shown = "spied.shown.filter((one) => one.kind !== 'ftyp').map((one) => one.sha256)";
        let shown = browser.value(shown).await?;
        let shown: Vec<&str> = shown.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        ensure!(!shown.is_empty(), "nothing was shown");
        let odd: Vec<&&str> = shown.iter().filter(|digest| !self.digests.contains(**digest)).collect();
        ensure!(odd.is_empty(), "{odd:?} of {} were shown, which nobody published", shown.len());
        Ok(())
    }
}

/// Waits for something of our player; in vain, it tells the player's own figures.
async fn until(browser: &Browser, what: &str, expression: &str) -> Result<()> {
    let told = browser.wait_for(what, expression, PLAYED).await;
    if told.is_err() {
        let figures =
            "[film.currentTime(), film.statistics(), spied.sockets, spied.heard.length, window.stock]";
        let figures = browser.value(&figures.replace("film.", "window.film?.")).await?;
        return told.with_context(|| format!("the player says {figures}"));
    }
    told
}

async fn number(browser: &Browser, expression: &str) -> Result<f64> {
    let value = browser.value(expression).await?;
    value.as_f64().with_context(|| format!("{expression} is no number but {value}"))
}

/// Goes to the end as fast as it can.
async fn play_to_the_end(browser: &Browser) -> Result<()> {
    browser.run("film.setPlaybackRate(4)", Vec::new()).await?;
    until(browser, "it plays to the end", "film.ended()").await
}

/// Presses a line of the player's menu.
async fn choose(browser: &Browser, line: &str) -> Result<()> {
    // Its words are there once it has been open.
    let press = format!(
        "const settings = [...{CONTROLS}.querySelectorAll('button[aria-haspopup=menu]')].at(-1);
         settings.click();
         [...{CONTROLS}.querySelectorAll('[role^=menuitem]')].find((one) => one.textContent.includes(a[0])).click();
         if (settings.getAttribute('aria-expanded') === 'true') settings.click();"
    );
    browser.run(&press, vec![json!(line)]).await?;
    Ok(())
}

/// The second viewer gets most of what it shows from the first, and plays on when that one goes away in the middle of a
/// segment.
async fn passed_on(driver: &Driver, stage: &Stage) -> Result<()> {
    stage.gate.throttle(Some(NARROW));
    let has_much = "3 < film.currentTime() && 20 < film.statistics().bufferedAhead";
    let first = stage.viewer(driver).await?;
    until(&first, "the first has something to give", has_much).await?;
    let before = stage.gate.passed();
    let second = stage.viewer(driver).await?;
    until(&second, "the second has much in hand", has_much).await?;
    let origin = stage.gate.passed() - before;
    let peers = number(&second, "film.statistics().bytesFromPeers").await?;
    let fetched = number(&second, "film.statistics().bytesFetched").await?;
    println!(
        "the second: {peers} B from the first, {fetched} B from the origin, which gave {origin} B to both"
    );
    ensure!(fetched < peers, "the second had {fetched} B from the origin and {peers} B from the first");
    panel(&second).await?;

    first.run("spied.isLeaving = true", Vec::new()).await?;
    first.wait_for("the first leaves in the middle of a segment", "spied.hasLeft", PLAYED).await?;
    first.close().await?;
    stage.gate.throttle(None);
    play_to_the_end(&second).await?;
    ensure!(number(&second, "film.statistics().bodiesForged").await? == 0.0, "something was refused");
    stage.check_shown(&second).await?;
    second.close().await
}

/// The panel says where it came from and how to stop it.
async fn panel(browser: &Browser) -> Result<()> {
    choose(browser, "Statistics").await?;
    let text = format!("{CONTROLS}.querySelector('.statistics').textContent");
    let says = |word: &str| format!("{text}.includes({})", Value::from(word));
    until(browser, "the panel says where it came from", &says(" % viewers · 0 % instance as a peer · "))
        .await?;
    until(browser, "and how to stop it", &says("You can turn it off in the settings.")).await?;
    browser.size(1280, 900).await?;
    browser.screenshot("sharing-wide").await?;
    browser.size(360, 700).await?;
    let fits = format!(
        "((panel) => panel.scrollWidth <= panel.clientWidth)({CONTROLS}.querySelector('.statistics'))"
    );
    until(browser, "the panel fits a narrow page", &fits).await?;
    browser.screenshot("sharing-narrow").await?;
    browser.size(1280, 900).await
}

/// Whoever turns sharing off leaves everybody.
async fn turned_off(driver: &Driver, stage: &Stage) -> Result<()> {
    let viewer = stage.viewer(driver).await?;
    until(&viewer, "it is in the swarm", "spied.heard.length !== 0").await?;
    choose(&viewer, "Share with other viewers").await?;
    until(&viewer, "the tracker's socket is closed", "spied.sockets.length === spied.closed").await?;
    viewer.close().await
}

/// Somebody with the right lengths and the wrong bytes is found out, shown to nobody, and left alone.
async fn lies(driver: &Driver, stage: &Stage) -> Result<()> {
    stage.gate.throttle(None);
    let liar = driver.neighbour().await?;
    let first = stage.film.playlist.segments.first().context("no segment")?;
    let file = shared::hls::join_url(&stage.film.playlist_url, &first.uri);
    let ranges = stage.film.playlist.segments.iter().filter_map(|segment| segment.range);
    let ranges: Vec<[u64; 2]> = ranges.map(|range| [range.offset(), range.last()]).collect();
    liar.goto(&stage.gate.url("/api/v1/config")).await?;
    liar.run(&format!("{PEER}; window.peer = new Peer(); window.Peer = Peer"), vec![]).await?;
    liar.run("await peer.load(a[0], a[1]); peer.forge()", vec![json!(file), json!(ranges)]).await?;

    stage.gate.throttle(Some(NARROW));
    let viewer = stage.viewer(driver).await?;
    until(&viewer, "the viewer is in the swarm", "spied.heard.length !== 0").await?;
    let names = vec![json!(stage.film.tracker), json!(stage.film.letters())];
    liar.run("await peer.offer(a[0], a[1])", names.clone()).await?;
    liar.wait_for("a channel is open", "peer.isOpen", SOON).await?;
    liar.run("peer.announce()", vec![]).await?;
    liar.wait_for(
        "the liar was asked, and shown the door",
        "peer.served.length !== 0 && peer.isClosed",
        PLAYED,
    )
    .await?;
    until(&viewer, "the liar is shunned", "1 <= film.statistics().peersShunned").await?;
    ensure!(1.0 <= number(&viewer, "film.statistics().bodiesForged").await?, "nothing was refused");

    // Somebody else who asks the viewer for the same gets it right. The tracker has nobody else to name.
    liar.run("peer.close()", vec![]).await?;
    liar.wait_for("the liar is gone", "peer.socket.readyState === WebSocket.CLOSED", SOON).await?;
    liar.run("window.reader = new Peer(); await reader.offer(a[0], a[1])", names).await?;
    let has_it = "reader.isOpen && reader.held.includes(peer.served[0])";
    liar.wait_for("the viewer has it by now", has_it, PLAYED).await?;
    let got =
        liar.run("return { id: peer.served[0], ...(await reader.fetch(peer.served[0])) }", vec![]).await?;
    let id = got.get("id").and_then(Value::as_u64).context("no segment")?;
    let right = stage.film.digest(usize::try_from(id)?)?;
    ensure!(got.get("sha256") == Some(&json!(right)), "segment {id} was passed on as {got}, not {right}");
    liar.close().await?;

    stage.gate.throttle(None);
    play_to_the_end(&viewer).await?;
    stage.check_shown(&viewer).await?;
    viewer.close().await
}

/// Our viewer and one on a page of PeerTube are in one swarm. First ours has something to give and takes nothing; then the
/// other has all of the film, and ours plays on.
async fn mixed(driver: &Driver, stage: &Stage, tracker: &str) -> Result<()> {
    // What comes before our player shares, it does not keep to give away.
    stage.gate.throttle(Some(2 * NARROW));
    let options = addresses(&stage.video, &[tracker])?;
    let ours = stage.viewers.ours(driver, &options).await?;
    until(&ours, "ours has something to give", "20 < film.statistics().bufferedAhead").await?;
    ours.run("film.pause()", Vec::new()).await?;
    until(&ours, "ours is in the swarm", "spied.heard.length !== 0").await?;

    // So that the origin has not given everything before the two have met.
    stage.gate.throttle(Some(NARROW));
    let stock = stage.viewers.stock(driver, &options).await?;
    let taken = format!("{SHARED} < stock.fromPeers");
    until(&stock, "the other takes from ours", &taken).await?;
    stage.gate.throttle(None);
    let is_there =
        "((video) => video.duration - video.buffered.end(0) < 0.5)(document.querySelector('video'))";
    stock.run("document.querySelector('video').playbackRate = 4", Vec::new()).await?;
    until(&stock, "the other has the film", is_there).await?;

    let before = number(&ours, "film.statistics().bytesFromPeers").await?;
    ours.run("film.play()", Vec::new()).await?;
    play_to_the_end(&ours).await?;
    let taken = number(&ours, "film.statistics().bytesFromPeers").await?;
    let given = number(&ours, "film.statistics().bytesToPeers").await?;
    let figures = stock.value("stock").await?;
    println!("ours had {before} B, then {taken} B from the other, and gave {given} B; the other: {figures}");
    ensure!(SHARED as f64 <= taken - before, "ours took {before} B and then {taken} B in all");
    ensure!(number(&ours, "film.statistics().bodiesForged").await? == 0.0, "ours refused something");
    ensure!(number(&ours, "film.statistics().peersShunned").await? == 0.0, "ours shunned the other");
    ensure!(figures.get("wrong") == Some(&json!(0)), "the other had something wrong: {figures}");
    ensure!(stock.value("0 < stock.right").await? == json!(true), "the other checked nothing: {figures}");
    stage.check_shown(&ours).await?;
    stage.check_shown(&stock).await?;
    ours.close().await?;
    stock.close().await
}

/// How the links of a page came about, for whoever has to find out why they did not.
const LINKS: &str = "
    const told = [];
    for (const link of spied.connections) {
      const pairs = [...(await link.getStats()).values()].filter((one) => one.type === 'candidate-pair');
      told.push([link.connectionState, link.iceGatheringState, link.remoteDescription?.sdp ?? '',
        pairs.map((one) => [one.state, one.requestsSent, one.responsesReceived])]);
    }
    return told;";

/// When nobody else watches and the film's own bytes do not come over HTTP, the instance carries them by itself.
async fn only_the_instance(driver: &Driver, stage: &Stage) -> Result<()> {
    stage.gate.shut(true);
    let before = stage.gate.passed();
    let viewer = stage.viewers.ours(driver, &json!({ "video": stage.uuid, "language": "fr" })).await?;
    let begins = until(&viewer, "it begins", "1 < film.currentTime()").await;
    if begins.is_err() {
        let links = viewer.run(LINKS, Vec::new()).await?;
        return begins.with_context(|| format!("its links: {links}"));
    }
    choose(&viewer, "Statistiques").await?;
    let text = format!("{CONTROLS}.querySelector('.statistics').textContent");
    until(&viewer, "the panel knows the instance", &format!("{text}.includes('1, dont l’instance')")).await?;
    viewer.size(360, 700).await?;
    viewer.screenshot("instance-narrow").await?;
    viewer.size(1280, 900).await?;
    viewer.screenshot("instance-wide").await?;
    play_to_the_end(&viewer).await?;
    stage.check_shown(&viewer).await?;
    let peers = number(&viewer, "film.statistics().bytesFromPeers").await?;
    let instance = number(&viewer, "film.statistics().bytesFromInstance").await?;
    println!("alone: {instance} B from the instance as a peer, {peers} B from all peers");
    ensure!(0.0 < instance && instance == peers, "{instance} B of {peers} B came from the instance");
    ensure!(stage.gate.passed() == before, "the film came over HTTP after all");
    stage.gate.shut(false);
    viewer.close().await
}

/// Every address in descriptions that a page's socket carried.
fn addresses_in(frames: &Value) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for frame in frames.as_array().into_iter().flatten().filter_map(Value::as_str) {
        let frame: Value = serde_json::from_str(frame)?;
        let offers = frame.get("offers").and_then(Value::as_array);
        let offers = offers.into_iter().flatten().filter_map(|offer| offer.pointer("/offer/sdp"));
        let single = ["/offer/sdp", "/answer/sdp"].into_iter().filter_map(|place| frame.pointer(place));
        for sdp in offers.chain(single).filter_map(Value::as_str) {
            let candidates = sdp.lines().filter_map(|line| line.strip_prefix("a=candidate:"));
            // RFC 8839 section 5.1: foundation, component, transport, priority, address, port.
            found.extend(candidates.filter_map(|line| {
                let mut words = line.split(' ').skip(4);
                Some(format!("{}:{}", words.next()?, words.next()?))
            }));
        }
    }
    Ok(found)
}

/// Two viewers of the same film who are not to learn of each other: both get it from the instance, none is told anything
/// of the other.
async fn chosen_peers_alone(driver: &Driver, stage: &Stage) -> Result<()> {
    ensure!(stage.has_tracker().await?, "the tracker is called disabled");
    stage.gate.shut(true);
    let (first, second) = (stage.viewer(driver).await?, stage.viewer(driver).await?);
    for viewer in [&first, &second] {
        let gets = "3 < film.currentTime() && 0 < film.statistics().bytesFromInstance";
        until(viewer, "it plays from the instance", gets).await?;
    }
    for viewer in [&first, &second] {
        play_to_the_end(viewer).await?;
        stage.check_shown(viewer).await?;
        ensure!(number(viewer, "film.statistics().peers").await? <= 1.0, "it met somebody else");
        ensure!(number(viewer, "film.statistics().bytesToPeers").await? == 0.0, "it gave to somebody");
    }
    let [said, heard] = ["spied.said", "spied.heard"];
    for (one, other) in [(&first, &second), (&second, &first)] {
        let frames = one.value(heard).await?;
        let texts: Vec<&str> = frames.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        ensure!(!texts.iter().any(|text| text.contains("\"offer\"")), "an offer came: {texts:?}");
        let answers: Vec<&&str> = texts.iter().filter(|text| text.contains("\"answer\"")).collect();
        ensure!(!answers.is_empty(), "nobody answered");
        let full = answers.iter().find(|text| !text.contains("a=ice-lite"));
        ensure!(full.is_none(), "somebody answered who is no native peer: {full:?}");
        let own = addresses_in(&other.value(said).await?)?;
        let told = addresses_in(&frames)?;
        ensure!(!own.is_empty() && !told.is_empty(), "no candidates: {own:?} {told:?}");
        ensure!(own.is_disjoint(&told), "{told:?} were told, of which {own:?} are the other's");
    }
    stage.gate.shut(false);
    first.close().await?;
    second.close().await
}

/// Where nothing is shared, no tracker is asked, on the instance's own page neither.
async fn off(driver: &Driver, stage: &Stage) -> Result<()> {
    ensure!(!stage.has_tracker().await?, "a tracker that answers nobody is called enabled");
    let viewer = stage.viewer(driver).await?;
    viewer.goto(&stage.gate.url(&format!("/w/{}", stage.uuid))).await?;
    let plays = format!("const video = {VIDEO}; video.muted = true; video.play().catch(() => {{}})");
    viewer.wait_for("a player", VIDEO, SOON).await?;
    viewer.run(&plays, Vec::new()).await?;
    let is_along = format!("((video) => 5 < video.currentTime && 15 < video.buffered.end(0))({VIDEO})");
    viewer.wait_for("it plays", &is_along, PLAYED).await?;
    let sockets = viewer.value("spied.sockets").await?;
    ensure!(sockets == json!([]), "{sockets} were opened");
    viewer.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn viewers_carry_a_film_to_each_other() -> Result<()> {
    let mut stage = Stage::build().await?;
    let mut parts = Parts::default();
    stage.restart(&[("p2p.mode", "off")]).await?;
    parts.note("off", off(&Driver::start().await?, &stage).await);
    stage.restart(&[("p2p.mode", "on"), ("seed.enabled", "true")]).await?;
    parts.note("only the instance", only_the_instance(&Driver::start().await?, &stage).await);
    stage.gate.shut(false);
    stage.restart(&[("p2p.mode", "seeders")]).await?;
    parts.note("chosen peers alone", chosen_peers_alone(&Driver::start().await?, &stage).await);
    stage.gate.shut(false);
    stage.restart(&[("p2p.mode", "on"), ("seed.enabled", "false")]).await?;
    parts.note("lies", lies(&Driver::start().await?, &stage).await);
    parts.note("turned off", turned_off(&Driver::start().await?, &stage).await);
    parts.note("passed on", passed_on(&Driver::start().await?, &stage).await);
    parts.note("mixed", mixed(&Driver::start().await?, &stage, &stage.film.tracker).await);
    let elsewhere = RivalTracker::start().await?;
    let told = mixed(&Driver::start().await?, &stage, &elsewhere.url()).await;
    parts.note("mixed, by npm's tracker", told);
    stage.server.stop().await?;
    parts.end()
}
