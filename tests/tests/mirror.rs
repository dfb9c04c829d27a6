//! `shoal seed` as people run it: against instances behind TLS, over IPv6, behind a router, beside a PeerTube, with a
//! full disk, and let in by a maker.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use shared::id::{Digest, OfferId, PeerId};
use shared::tracker::{Announce, Description, Event, FromClient, Offer};
use tests::rig::{
    Client, Clip, Elsewhere, Film, Front, Instance, Mirror, NativePeer, Options, Router, Upload, WebSocket,
    clip, eventually, in_checkout,
};

const SOON: Duration = Duration::from_secs(60);
const LATER: Duration = Duration::from_secs(300);
const ALL_HERE: &str = "All that can be had is here";

/// A server with a film of one rendition.
struct World {
    server: Instance,
    admin: Client,
    uuid: String,
    video: Value,
}

impl World {
    async fn start(options: Options) -> Result<World> {
        let server = Instance::start_with(options.set("transcoding.heights", "144")).await?;
        let admin = server.admin().await?;
        let source = clip(&Clip { seconds: 20, width: 640, height: 360, ..Clip::default() })?;
        let uuid = Upload::file(&admin, &json!({ "name": "Mirrored", "privacy": 1 }), &source).await?;
        let video = Upload::finished(&admin, &uuid, LATER).await?;
        Ok(World { server, admin, uuid, video })
    }

    fn page(&self) -> String {
        self.server.url(&format!("/w/{}", self.uuid))
    }

    async fn film(&self) -> Result<Film> {
        Film::of(&self.server.client(), &self.video).await
    }
}

const HERE: [&str; 2] = ["--listen", "127.0.0.1:0"];

/// Waits until somebody is in the film's swarm.
async fn met(client: &Client, film: &Film) -> Result<()> {
    let letters: String = film.info_hash.0.iter().map(|byte| format!("%{byte:02x}")).collect();
    eventually("the mirror is in the swarm", SOON, async || {
        let answer = client.get(&format!("/tracker/scrape?info_hash={letters}")).await?.expect(200)?;
        Ok(answer.text().contains("10:incompletei1e").then_some(()))
    })
    .await
}

/// Gets every segment of a film from whoever answers.
async fn get_all(mut peer: NativePeer, film: &Film) -> Result<()> {
    for segment in 0..film.count() {
        let number = i64::try_from(segment)?;
        let (back, bytes) = tokio::task::spawn_blocking(move || {
            let bytes = peer.fetch(number);
            (peer, bytes)
        })
        .await?;
        peer = back;
        let digest = Digest(Sha256::digest(bytes?).into()).to_string();
        assert_eq!(digest, film.digest(segment)?, "segment {segment}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_behind_tls_is_mirrored_once_its_authority_is_believed() -> Result<()> {
    let mut front = Front::open().await?;
    let world = World::start(Options::default().set("server.url", front.url())).await?;
    front.lead_to(world.server.address())?;
    let page = format!("{}/w/{}", front.url(), world.uuid);
    let (place, authority) = (tempfile::tempdir()?, Front::authority());
    let authority = authority.to_str().context("an odd path")?;

    let unbelieved = Mirror::run(&page, place.path(), &HERE, ALL_HERE).await;
    let told = format!("{:#}", unbelieved.err().context("nobody vouches for it")?);
    assert!(told.contains("could not be reached"), "{told}");

    let more = [&HERE[..], &["--ca", authority]].concat();
    let mirror = Mirror::run(&page, place.path(), &more, ALL_HERE).await?;
    assert!(mirror.said.contains("segments are here"), "{}", mirror.said);
    // The film's addresses are those of the front; the rig reads them behind it.
    let inside = |text: &str| text.replace(&front.url(), &world.server.url(""));
    let tracker = world.video.pointer("/trackerUrls/1").and_then(Value::as_str).context("no tracker")?;
    assert!(tracker.starts_with("wss://localhost:"), "{tracker}");
    let mut video: Value = serde_json::from_str(&inside(&world.video.to_string()))?;
    let name = world.video.pointer("/streamingPlaylists/0/playlistUrl").context("no playlist")?.clone();
    video["trackerUrls"] = json!([format!("ws://{}/tracker/socket", world.server.address())]);
    let mut film = Film::of(&world.server.client(), &video).await?;
    film.name_after(name.as_str().context("no playlist")?);
    met(&world.server.client(), &film).await?;
    get_all(NativePeer::connect(&film.tracker, film.info_hash).await?, &film).await?;

    // Begun again, it looks at what it has and fetches none of it.
    drop(mirror);
    let whole: u64 =
        film.playlist.segments.iter().filter_map(|segment| segment.range).map(|range| range.len()).sum();
    let before = eventually("the front has counted", SOON, async || {
        Ok(Some(front.passed()).filter(|passed| whole <= *passed))
    })
    .await?;
    let mirror = Mirror::run(&page, place.path(), &more, ALL_HERE).await?;
    met(&world.server.client(), &film).await?;
    drop(mirror);
    let after = eventually("the front has counted again", SOON, async || {
        Ok(Some(front.passed()).filter(|passed| before < *passed))
    })
    .await?;
    ensure!(after - before < whole / 2, "{} bytes were fetched again", after - before);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mirror_is_reached_over_ipv6() -> Result<()> {
    if std::net::UdpSocket::bind("[::1]:0").is_err() {
        println!("this machine has no IPv6");
        return Ok(());
    }
    let world = World::start(Options::default()).await?;
    let (film, place) = (world.film().await?, tempfile::tempdir()?);
    let _mirror = Mirror::run(&world.page(), place.path(), &["--listen", "[::1]:0"], ALL_HERE).await?;
    met(&world.server.client(), &film).await?;
    let peer = NativePeer::connect_from("[::1]:0", &film.tracker, film.info_hash).await?;
    assert!(peer.answer.contains(" ::1 "), "{}", peer.answer);
    get_all(peer, &film).await
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_router_a_mirror_tells_how_others_see_it() -> Result<()> {
    // Who asks for its address over there is answered by the instance, but never given a film by it: the tracker hands
    // the offer to the mirror first.
    let outside = tokio::net::UdpSocket::bind("127.0.0.1:0").await?.local_addr()?;
    let beside = |address: std::net::SocketAddr, by: i32| {
        let port = u16::try_from(i32::from(address.port()) + by)?;
        anyhow::Ok(std::net::SocketAddr::new(address.ip(), port))
    };
    let router = Router::towards(beside(outside, 1)?).await?;
    let options = Options::default()
        .set("seed.enabled", true)
        .set("seed.listen", outside)
        .set("seed.advertise", beside(router.inner(), -1)?);
    let world = World::start(options).await?;
    let (film, place) = (world.film().await?, tempfile::tempdir()?);
    let config = world.server.client().get("/api/v1/config").await?.expect(200)?.json()?;
    let servers = json!([format!("stun:{}", router.inner())]);
    assert_eq!(config.pointer("/webrtc/stunServers"), Some(&servers));

    let _mirror = Mirror::run(&world.page(), place.path(), &HERE, ALL_HERE).await?;
    met(&world.server.client(), &film).await?;
    let seen =
        eventually("the router let it out", SOON, async || Ok(router.outer().first().copied())).await?;
    let peer = eventually("its outer address is told", SOON, async || {
        let peer = NativePeer::connect(&film.tracker, film.info_hash).await?;
        let told = format!("127.0.0.1 {} typ srflx", seen.port());
        Ok(peer.answer.contains(&told).then_some(peer))
    })
    .await?;
    get_all(peer, &film).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_video_of_a_peertube_is_mirrored_by_its_page() -> Result<()> {
    let world = World::start(Options::default()).await?;
    let film = world.film().await?;
    // What PeerTube 6.3 answers, with the addresses of a film that is there.
    let text = std::fs::read_to_string(in_checkout("tests/vectors/rest/peertube-6.3-video-get.json"))?;
    let mut page: Value = serde_json::from_str(&text)?;
    let of = |path: &str| world.video.pointer(path).cloned().context("no such field");
    page["trackerUrls"] = of("/trackerUrls")?;
    for field in ["playlistUrl", "segmentsSha256Url"] {
        page["streamingPlaylists"][0][field] = of(&format!("/streamingPlaylists/0/{field}"))?;
    }
    let uuid = page["uuid"].as_str().context("no UUID")?.to_owned();
    let answer = page.to_string();
    let path = format!("/api/v1/videos/{uuid}");
    let peertube = Elsewhere::answer(move |asked| match asked {
        "/api/v1/config" => Some(("application/json", r#"{"serverVersion":"6.3.0"}"#.to_owned())),
        asked if asked == path => Some(("application/json; charset=utf-8", answer.clone())),
        _ => None,
    })
    .await?;
    let place = tempfile::tempdir()?;
    let page = format!("{}videos/watch/{uuid}", peertube.url());
    let mirror = Mirror::run(&page, place.path(), &HERE, ALL_HERE).await?;
    assert!(mirror.said.contains("Test pattern 30 s"), "{}", mirror.said);
    met(&world.server.client(), &film).await?;
    get_all(NativePeer::connect(&film.tracker, film.info_hash).await?, &film).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mirror_keeps_what_fits_and_old_copies_make_room() -> Result<()> {
    let world = World::start(Options::default()).await?;
    let (film, place) = (world.film().await?, tempfile::tempdir()?);
    let old = place.path().join(format!("{}.mp4", "ab".repeat(20)));
    std::fs::write(&old, vec![1; 100_000])?;
    let nothing = Mirror::run(&world.page(), place.path(), &["--max-gb", "0.000001"], ALL_HERE).await;
    let told = format!("{:#}", nothing.err().context("nothing fits")?);
    assert!(told.contains("more than there is room for"), "{told}");
    assert!(old.exists(), "who keeps nothing removes nothing");

    // Room for the film and not a byte more.
    let sizes = world.video.pointer("/streamingPlaylists/0/files").and_then(Value::as_array);
    let sizes = sizes.context("no files")?.iter().filter_map(|file| file.get("size")?.as_u64());
    let bytes: u64 = sizes.sum();
    let room = format!("{}.{:09}", bytes / 1_000_000_000, bytes % 1_000_000_000);
    let more = [&HERE[..], &["--max-gb", &room]].concat();
    let mirror = Mirror::run(&world.page(), place.path(), &more, ALL_HERE).await?;
    assert!(mirror.said.contains("made room"), "{}", mirror.said);
    assert!(!old.exists());
    met(&world.server.client(), &film).await?;
    get_all(NativePeer::connect(&film.tracker, film.info_hash).await?, &film).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_maker_lets_a_mirror_in_where_viewers_must_not_meet() -> Result<()> {
    let world = World::start(Options::default().set("p2p.mode", "seeders")).await?;
    let (film, place) = (world.film().await?, tempfile::tempdir()?);
    let tokens = "/api/v1/users/me/seeder-tokens";
    world.server.client().post(tokens, &json!({})).await?.expect(401)?;
    let given = world.admin.post(tokens, &json!({})).await?.expect(200)?.json()?;
    let token = given.get("token").and_then(Value::as_str).context("no token")?;
    let word = place.path().join("token");
    std::fs::write(&word, format!("{token}\n"))?;
    let more = [&HERE[..], &["--token-file", word.to_str().context("an odd path")?]].concat();
    let mirror = Mirror::run(&world.page(), place.path(), &more, ALL_HERE).await?;
    met(&world.server.client(), &film).await?;
    get_all(NativePeer::connect(&film.tracker, film.info_hash).await?, &film).await?;
    // Taken back, it counts no more, not even on the connection it was shown on: the mirror is like any viewer, and meets
    // none.
    met(&world.server.client(), &film).await?;
    world.admin.delete(tokens).await?.expect(204)?;
    meets_nobody(&world, &film).await?;
    drop(mirror);
    eventually("the mirror is gone", SOON, async || {
        let letters: String = film.info_hash.0.iter().map(|byte| format!("%{byte:02x}")).collect();
        let answer = world.server.client().get(&format!("/tracker/scrape?info_hash={letters}")).await?;
        Ok(answer.text().contains("10:incompletei0e").then_some(()))
    })
    .await?;
    let _mirror = Mirror::run(&world.page(), place.path(), &more, ALL_HERE).await?;
    met(&world.server.client(), &film).await?;
    meets_nobody(&world, &film).await
}

/// A viewer comes, and the only other one in the swarm is not told.
async fn meets_nobody(world: &World, film: &Film) -> Result<()> {
    let offers = async || {
        let metrics = world.admin.get("/metrics").await?.expect(200)?.text();
        let count = metrics.lines().find_map(|line| line.strip_prefix("shoal_tracker_offers_total "));
        count.map(str::to_owned).context("offers are not counted")
    };
    let before = offers().await?;
    let mut viewer = WebSocket::open(world.server.address(), "/tracker/socket")?;
    let json = Description::offer("v=0");
    let description = Description::parse(&json).context("no description")?;
    let mut text = String::new();
    FromClient::Announce(Announce {
        info_hash: film.info_hash,
        peer_id: PeerId(*b"-XX0100-____________"),
        event: Event::Started,
        is_complete: false,
        offers: vec![Offer { offer_id: OfferId([1; 20]), description }],
    })
    .encode(&mut text);
    viewer.say(&text)?;
    assert!(viewer.text()?.contains("\"incomplete\":2"), "the mirror is there");
    assert_eq!(offers().await?, before, "a mirror that is not let in was offered something");
    Ok(())
}
