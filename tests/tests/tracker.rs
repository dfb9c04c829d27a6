//! The tracker of a whole server: real sockets, real clients, a video that was really published.

#![expect(clippy::indexing_slicing, reason = "a story that does not go as told fails")]

use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use shared::id::{InfoHash, OfferId, PeerId, Uuid};
use shared::swarm_name::{Protocol, Stream, SwarmName};
use shared::tracker::{
    Announce, Announced, Answer, Counts, Description, Event, FromClient, FromTracker, Offer,
};
use tests::rig::websocket::{CLOSE, Heard, PING, TEXT};
use tests::rig::{Client, Clip, Instance, Options, Upload, WebSocket, clip, eventually, in_checkout};

const PATH: &str = "/tracker/socket";
const PUBLISH_DURATION_MAX: Duration = Duration::from_secs(180);
const PATIENCE: Duration = Duration::from_secs(30);

/// A server with a video, and the page of it.
struct World {
    server: Instance,
    admin: Client,
    uuid: String,
}

impl World {
    async fn start(options: Options) -> Result<World> {
        let server = Instance::start_with(options.set("transcoding.heights", "144")).await?;
        let admin = server.admin().await?;
        let film = clip(&Clip { seconds: 4, width: 426, height: 240, ..Clip::default() })?;
        let uuid = Upload::file(&admin, &json!({ "name": "Shared film", "privacy": 1 }), &film).await?;
        Upload::finished(&admin, &uuid, PUBLISH_DURATION_MAX).await?;
        Ok(World { server, admin, uuid })
    }

    async fn page(&self) -> Result<Value> {
        Ok(serde_json::from_slice(&self.admin.get(&format!("/api/v1/videos/{}", self.uuid)).await?.body)?)
    }

    /// The swarm of the first variant, named as a released PeerTube's page names it.
    async fn swarm(&self) -> Result<InfoHash> {
        let page = self.page().await?;
        let playlist_url = page["streamingPlaylists"][0]["playlistUrl"].as_str().context("no playlist")?;
        Ok(SwarmName::Place { playlist_url, stream: Stream::Main, place: 0 }.info_hash())
    }

    fn socket(&self) -> Result<WebSocket> {
        WebSocket::open(self.server.address(), PATH)
    }

    /// How many the tracker says are in a swarm.
    async fn count(&self, info_hash: InfoHash) -> Result<u32> {
        let hash: String = info_hash.0.iter().map(|byte| format!("%{byte:02x}")).collect();
        let answer = self.server.client().get(&format!("/tracker/scrape?info_hash={hash}")).await?;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        let number = |name: &str| -> Option<u32> {
            let (_, rest) = text.split_once(&format!("{}:{name}i", name.len()))?;
            rest.split_once('e')?.0.parse().ok()
        };
        Ok(number("complete").context("no count")? + number("incomplete").context("no count")?)
    }
}

fn peer(letter: u8) -> PeerId {
    let mut bytes = *b"-XX0100-____________";
    bytes[8..].fill(letter);
    PeerId(bytes)
}

fn say(socket: &mut WebSocket, message: &FromClient<'_>) -> Result<()> {
    let mut text = String::new();
    message.encode(&mut text);
    socket.say(&text)
}

fn join(
    socket: &mut WebSocket,
    info_hash: InfoHash,
    letter: u8,
    event: Event,
    sdps: &[String],
) -> Result<()> {
    let offers = sdps.iter().zip(0u8..).map(|(json, number)| {
        let description = Description::parse(json).context("no JSON object")?;
        Ok(Offer { offer_id: OfferId([200 + number; 20]), description })
    });
    let offers = offers.collect::<Result<_>>()?;
    let announce = Announce { info_hash, peer_id: peer(letter), event, is_complete: false, offers };
    say(socket, &FromClient::Announce(announce))
}

fn hear_announced(socket: &mut WebSocket) -> Result<Counts> {
    let text = socket.text()?;
    let FromTracker::Announced(Announced { counts, interval: 120, .. }) = FromTracker::decode(&text)? else {
        anyhow::bail!("heard {text}");
    };
    Ok(counts)
}

fn hear_refusal(socket: &mut WebSocket) -> Result<(Option<InfoHash>, String)> {
    let text = socket.text()?;
    let FromTracker::Failure { info_hash, reason } = FromTracker::decode(&text)? else {
        anyhow::bail!("heard {text}");
    };
    Ok((info_hash, reason))
}

#[tokio::test(flavor = "multi_thread")]
async fn viewers_of_a_published_video_find_each_other() -> Result<()> {
    let world = World::start(Options::default()).await?;
    let page = world.page().await?;
    let address = world.server.address();
    let trackers = json!([format!("http://{address}/tracker/announce"), format!("ws://{address}{PATH}")]);
    assert_eq!(page["trackerUrls"], trackers);
    let swarm = world.swarm().await?;

    let (mut alice, mut bob) = (world.socket()?, world.socket()?);
    join(&mut alice, swarm, b'a', Event::Started, &[])?;
    assert_eq!(hear_announced(&mut alice)?, Counts { complete: 0, incomplete: 1 });
    // What no reader of ours would write: the tracker passes it on as it came.
    let sdp = "{ \"sdp\" :\"v=0\\r\\na=\\u00e9\\/x\", \"type\":\"offer\",\"more\":[1.50]}".to_owned();
    join(&mut bob, swarm, b'b', Event::Started, &[sdp.clone(), Description::offer("spare")])?;
    assert_eq!(hear_announced(&mut bob)?, Counts { complete: 0, incomplete: 2 });
    let text = alice.text()?;
    let FromTracker::Offer { peer_id, offer, .. } = FromTracker::decode(&text)? else {
        anyhow::bail!("heard {text}");
    };
    assert_eq!((peer_id, offer.description.json()), (peer(b'b'), sdp.as_str()));
    let json = Description::answer("v=0\r\n");
    let answer = Answer {
        info_hash: swarm,
        peer_id: peer(b'a'),
        to: peer_id,
        offer_id: offer.offer_id,
        description: Description::parse(&json).context("no JSON object")?,
    };
    say(&mut alice, &FromClient::Answer(answer))?;
    let text = bob.text()?;
    let FromTracker::Answer { peer_id, offer_id, description, .. } = FromTracker::decode(&text)? else {
        anyhow::bail!("heard {text}");
    };
    assert_eq!((peer_id, offer_id, description.json()), (peer(b'a'), offer.offer_id, json.as_str()));
    assert_eq!(world.count(swarm).await?, 2);
    let metrics = world.admin.get("/metrics").await?.expect(200)?.text();
    let lines = [
        "shoal_tracker_sockets 2",
        "shoal_tracker_swarms 1",
        "shoal_tracker_peers 2",
        "shoal_tracker_announces_total 2",
        "shoal_tracker_offers_total 1",
        "shoal_tracker_answers_total 1",
        "shoal_tracker_rejected_total 0",
    ];
    for line in lines {
        assert!(metrics.lines().any(|counted| counted == line), "{line} is not in\n{metrics}");
    }
    assert!(!metrics.contains("shoal_seed"), "the instance takes no part");

    // One connection, another stream, another name: p2p-media-loader 2 does so, and both leave with the socket.
    let other = SwarmName::Resolution {
        protocol: Protocol::V2,
        video: world.uuid.parse::<Uuid>()?,
        stream: Stream::Main,
        resolution: 240,
    }
    .info_hash();
    join(&mut bob, other, b'c', Event::Started, &[])?;
    assert_eq!(hear_announced(&mut bob)?, Counts { complete: 0, incomplete: 1 });
    drop(bob);
    eventually("both names of a closed socket are gone", PATIENCE, async || {
        Ok((world.count(swarm).await? == 1 && world.count(other).await? == 0).then_some(()))
    })
    .await?;
    join(&mut alice, swarm, b'a', Event::Stopped, &[])?;
    assert_eq!(hear_announced(&mut alice)?, Counts::default());

    refusals(&world, &mut alice, swarm)?;
    made_private(&world, &mut alice, swarm).await
}

/// What is wrong gets an answer that names its swarm, and the connection goes on.
fn refusals(world: &World, alice: &mut WebSocket, swarm: InfoHash) -> Result<()> {
    let unknown = InfoHash([7; 20]);
    join(alice, unknown, b'a', Event::Started, &[])?;
    let (named, reason) = hear_refusal(alice)?;
    assert_eq!((named, reason), (Some(unknown), format!("Unknown infoHash {unknown}")));
    alice.say("not json")?;
    assert_eq!(hear_refusal(alice)?, (None, "not a JSON object".to_owned()));
    alice.send(2, b"{\"action\":\"scrape\"}")?;
    assert_eq!(hear_refusal(alice)?.1, "a scrape names its swarms");
    join(alice, swarm, b'a', Event::Started, &[])?;
    assert_eq!(hear_announced(alice)?, Counts { complete: 0, incomplete: 1 });

    // A message in three frames with a question in between.
    let mut text = String::new();
    FromClient::Scrape(vec![swarm]).encode(&mut text);
    let (first, rest) = text.as_bytes().split_at(10);
    let mut bytes = Vec::new();
    for (head, part) in [(TEXT, first), (0x80 | PING, &b"?"[..]), (0x80, rest)] {
        let start = bytes.len();
        tests::rig::websocket::write_frame(&mut bytes, 0, part);
        bytes[start] = head;
    }
    alice.send_raw(&bytes)?;
    ensure!(alice.text()?.starts_with("{\"action\":\"scrape\""));

    let too_long = "x".repeat(256 * 1024 + 1);
    for (opcode, payload, code) in
        [(TEXT, too_long.as_bytes(), 1009), (TEXT, b"\xff", 1007), (3, b"", 1002), (CLOSE, b"\x03\xe8", 1000)]
    {
        let mut socket = world.socket()?;
        // The server may have closed before all of it was sent.
        let _ = socket.send(opcode, payload);
        if code != 1009 {
            assert_eq!(socket.hear()?, Heard::Close(code));
        }
        socket.ended()?;
    }
    Ok(())
}

async fn made_private(world: &World, alice: &mut WebSocket, swarm: InfoHash) -> Result<()> {
    let form = json!({ "privacy": 3 });
    let answer = world.admin.put(&format!("/api/v1/videos/{}", world.uuid), &form).await?;
    assert_eq!(answer.status, 204);
    join(alice, swarm, b'a', Event::Update, &[])?;
    assert_eq!(hear_refusal(alice)?.1, format!("Unknown infoHash {swarm}"));
    assert_eq!(world.page().await?["trackerUrls"], json!([]));
    let form = json!({ "privacy": 2 });
    assert_eq!(world.admin.put(&format!("/api/v1/videos/{}", world.uuid), &form).await?.status, 204);
    join(alice, swarm, b'a', Event::Update, &[])?;
    assert_eq!(hear_announced(alice)?, Counts { complete: 0, incomplete: 1 });
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn thousands_of_viewers_come_and_leave_nothing() -> Result<()> {
    const VIEWERS: usize = 2000;
    let world = World::start(Options::default().set("tracker.sockets_max", VIEWERS)).await?;
    let swarm = world.swarm().await?;
    for round in 0..2 {
        let mut sockets = Vec::new();
        for number in 0..VIEWERS {
            let mut socket = world.socket().with_context(|| format!("round {round}, viewer {number}"))?;
            join(&mut socket, swarm, u8::try_from(number % 100)? + 20, Event::Started, &[])?;
            sockets.push(socket);
        }
        for socket in &mut sockets {
            hear_announced(socket)?;
        }
        assert_eq!(world.count(swarm).await?, u32::try_from(VIEWERS)?);
        let refused = world.socket().err().context("there is no seat left")?.to_string();
        assert!(refused.contains(" 503 "), "{refused}");
        // Half say goodbye, half just go.
        for socket in sockets.iter_mut().step_by(2) {
            socket.send(CLOSE, b"\x03\xe8")?;
        }
        drop(sockets);
        eventually("all viewers are gone", PATIENCE, async || {
            Ok((world.count(swarm).await? == 0 && world.socket().is_ok()).then_some(()))
        })
        .await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn stock_webtorrent_clients_meet_through_our_tracker() -> Result<()> {
    let world = World::start(Options::default()).await?;
    let url = format!("ws://{}{PATH}", world.server.address());
    let told = node("pair.mjs", &[&url, &world.swarm().await?.to_string()]).await?;
    assert_eq!(told.trim(), r#"["a heard hello from b","b heard hello from a"]"#);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn bittorrent_clients_announce_over_http() -> Result<()> {
    let world = World::start(Options::default()).await?;
    let hash: String = world.swarm().await?.0.iter().map(|byte| format!("%{byte:02x}")).collect();
    let client = world.server.client();
    let ask = async |query: String| -> Result<String> {
        let answer = client.get(&format!("/tracker/announce?{query}")).await?;
        assert_eq!(answer.status, 200);
        Ok(answer.body.escape_ascii().to_string())
    };
    let announce = |port: u16, more: &str| {
        format!("info_hash={hash}&peer_id=-XX0100-abcdefghijkl&port={port}&left=0&compact=1{more}")
    };
    let first = ask(announce(1, "&event=started")).await?;
    assert_eq!(first, "d8:completei1e10:incompletei0e8:intervali120e5:peers0:e");
    let second = ask(announce(0x4142, "&event=started")).await?;
    assert_eq!(second, r"d8:completei2e10:incompletei0e8:intervali120e5:peers6:\x7f\x00\x00\x01\x00\x01e");
    ask(announce(1, "&event=stopped")).await?;
    let third = ask(announce(0x4142, "")).await?;
    assert_eq!(third, "d8:completei1e10:incompletei0e8:intervali120e5:peers0:e");
    assert_eq!(ask("info_hash=x".to_owned()).await?, "d14:failure reason17:invalid info_hashe");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_shares_nothing_has_no_tracker() -> Result<()> {
    let world = World::start(Options::default().set("p2p.mode", "off")).await?;
    assert_eq!(world.page().await?["trackerUrls"], json!([]));
    let refused = world.socket().err().context("the tracker is off")?.to_string();
    assert!(refused.contains(" 403 "), "{refused}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn where_only_seeders_are_met_a_token_admits_them() -> Result<()> {
    let options = Options::default().set("p2p.mode", "seeders").set("p2p.seeder_token", "let me in");
    let world = World::start(options).await?;
    let swarm = world.swarm().await?;
    let (mut alice, mut bob) = (world.socket()?, world.socket()?);
    let open = |token: &str| -> Result<WebSocket> {
        let address: SocketAddr = world.server.address();
        WebSocket::open_with(address, PATH, &format!("Authorization: Bearer {token}\r\n"))
    };
    let (mut stranger, mut seeder) = (open("let me in!")?, open("let me in")?);
    for (socket, letter) in [(&mut alice, b'a'), (&mut bob, b'b'), (&mut stranger, b'c')] {
        join(socket, swarm, letter, Event::Started, &[Description::offer("a viewer's address")])?;
        hear_announced(socket)?;
    }
    let offers: Vec<String> = (0..3).map(|_| Description::offer("the seeder's address")).collect();
    join(&mut seeder, swarm, b's', Event::Started, &offers)?;
    hear_announced(&mut seeder)?;
    for socket in [&mut alice, &mut bob, &mut stranger] {
        // The first word after their own announce: nothing of each other was told before.
        assert!(socket.text()?.contains("the seeder's address"));
    }
    Ok(())
}

/// One viewer of a story: it announces with one offer, and what it is told beside the counts can be asked for.
struct Viewer(WebSocket, u8);

impl Viewer {
    fn join(world: &World, path: &str, swarm: InfoHash, letter: u8) -> Result<Viewer> {
        let mut viewer = Viewer(WebSocket::open(world.server.address(), path)?, letter);
        viewer.announce(swarm, Event::Started)?;
        Ok(viewer)
    }

    /// Announces, and forgets the offers of others that came before the answer.
    fn announce(&mut self, swarm: InfoHash, event: Event) -> Result<()> {
        join(&mut self.0, swarm, self.1, event, &[Description::offer("a viewer's address")])?;
        loop {
            match FromTracker::decode(&self.0.text()?)? {
                FromTracker::Announced(_) => return Ok(()),
                FromTracker::Offer { .. } => {}
                other @ (FromTracker::Answer { .. }
                | FromTracker::Scraped { .. }
                | FromTracker::Failure { .. }) => anyhow::bail!("heard {other:?}"),
            }
        }
    }

    /// From whom an offer came by now.
    fn met(&mut self, swarm: InfoHash) -> Result<Vec<u8>> {
        let mut text = String::new();
        FromClient::Scrape(vec![swarm]).encode(&mut text);
        self.0.say(&text)?;
        let mut from = Vec::new();
        loop {
            match FromTracker::decode(&self.0.text()?)? {
                FromTracker::Offer { peer_id, .. } => from.extend(peer_id.0.last()),
                // Said after all that was asked before.
                FromTracker::Scraped { .. } => return Ok(from),
                other @ (FromTracker::Answer { .. }
                | FromTracker::Announced(_)
                | FromTracker::Failure { .. }) => anyhow::bail!("heard {other:?}"),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_meet_is_said_by_instance_channel_and_video_and_the_strictest_wins() -> Result<()> {
    let world = World::start(Options::default()).await?;
    let (swarm, client) = (world.swarm().await?, world.server.client());
    let video = format!("/api/v1/videos/{}", world.uuid);
    let page = world.page().await?;
    assert_eq!(page["sharing"], Value::Null);
    assert_eq!(page["sharingInForce"], json!({ "mode": "on", "decidedBy": "instance" }));
    let channel = page["channel"]["name"].as_str().context("no channel")?.to_owned();
    let channel = format!("/api/v1/video-channels/{channel}");
    let set = async |path: &str, sharing: Value| -> Result<()> {
        world.admin.put(path, &json!({ "sharing": sharing })).await?.expect(204)?;
        Ok(())
    };
    let in_force = async || anyhow::Ok(world.page().await?["sharingInForce"].clone());

    let mut alice = Viewer::join(&world, PATH, swarm, b'a')?;
    let mut bob = Viewer::join(&world, PATH, swarm, b'b')?;
    assert_eq!(alice.met(swarm)?, b"b");

    // The maker wants three to watch; those who are there do not meet any more.
    set(&video, json!("threshold 3")).await?;
    assert_eq!(in_force().await?, json!({ "mode": "threshold 3", "decidedBy": "video" }));
    assert_eq!(world.page().await?["sharing"], "threshold 3");
    bob.announce(swarm, Event::Update)?;
    assert_eq!(alice.met(swarm)?, b"");
    let mut carol = Viewer::join(&world, PATH, swarm, b'c')?;
    let met = [alice.met(swarm)?, bob.met(swarm)?].concat();
    assert_eq!(met, b"c", "one offer, and now there are three");

    // A viewer may be stricter than all of them.
    let mut dave = Viewer::join(&world, "/tracker/socket?meet=seeders", swarm, b'd')?;
    for viewer in [&mut alice, &mut bob, &mut carol] {
        viewer.announce(swarm, Event::Update)?;
    }
    assert_eq!(dave.met(swarm)?, b"");

    // The channel is stricter than the video, so its word counts; a freer one takes nothing away.
    set(&channel, json!("seeders")).await?;
    assert_eq!(in_force().await?, json!({ "mode": "seeders", "decidedBy": "channel" }));
    assert_eq!(client.get(&channel).await?.json()?["sharing"], "seeders");
    for viewer in [&mut alice, &mut bob, &mut carol] {
        viewer.met(swarm)?;
    }
    bob.announce(swarm, Event::Update)?;
    assert_eq!([alice.met(swarm)?, carol.met(swarm)?].concat(), b"");
    set(&video, json!("on")).await?;
    assert_eq!(in_force().await?, json!({ "mode": "seeders", "decidedBy": "channel" }));

    // Off: no address of a tracker, and the tracker knows nothing of it.
    set(&video, json!("off")).await?;
    let page = world.page().await?;
    assert_eq!(page["sharingInForce"], json!({ "mode": "off", "decidedBy": "video" }));
    assert_eq!(page["trackerUrls"], json!([]));
    join(&mut bob.0, swarm, b'b', Event::Update, &[Description::offer("a viewer's address")])?;
    assert_eq!(hear_refusal(&mut bob.0)?, (Some(swarm), format!("Unknown infoHash {swarm}")));
    assert_eq!(alice.met(swarm)?, b"");
    assert_eq!(world.count(swarm).await?, 0);

    // As it was.
    set(&video, Value::Null).await?;
    set(&channel, Value::Null).await?;
    assert_eq!(in_force().await?, json!({ "mode": "on", "decidedBy": "instance" }));
    assert_eq!(client.get(&channel).await?.json()?.get("sharing"), None);
    alice.announce(swarm, Event::Started)?;
    bob.announce(swarm, Event::Started)?;
    assert_eq!(alice.met(swarm)?, b"b");
    world.admin.put(&video, &json!({ "privacy": 3 })).await?.expect(204)?;
    assert_eq!(in_force().await?, json!({ "mode": "off", "decidedBy": "privacy" }));

    // Nonsense is refused, and nobody's but the owner's word counts.
    for sharing in ["sometimes", "threshold", "threshold 1", "threshold 10001"] {
        for path in [&video, &channel] {
            world.admin.put(path, &json!({ "sharing": sharing })).await?.expect(400)?;
        }
    }
    client.put(&channel, &json!({ "sharing": "off" })).await?.expect(401)?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_instance_forbids_no_video_allows() -> Result<()> {
    let options = Options::default().set("p2p.mode", "threshold").set("p2p.threshold", 4);
    let options = options.set("metrics.token", "numbers");
    let world = World::start(options).await?;
    let path = format!("/api/v1/videos/{}", world.uuid);
    for (asked, mode, decided_by) in [
        ("on", "threshold 4", "instance"),
        ("threshold 3", "threshold 4", "instance"),
        ("threshold 5", "threshold 5", "video"),
        ("seeders", "seeders", "video"),
    ] {
        world.admin.put(&path, &json!({ "sharing": asked })).await?.expect(204)?;
        let page = world.page().await?;
        assert_eq!(page["sharingInForce"], json!({ "mode": mode, "decidedBy": decided_by }), "{asked}");
        assert_eq!(page["sharing"], asked);
    }
    for (token, status) in [("numbers", 200), ("numbers!", 401)] {
        let answer = world.server.client().with_token(token).get("/metrics").await?;
        assert_eq!(answer.status, status, "{token}");
    }
    // A client that knows nothing of it changes nothing.
    world.admin.put(&path, &json!({ "name": "Renamed" })).await?.expect(204)?;
    assert_eq!(world.page().await?["sharing"], "seeders");
    Ok(())
}

/// Runs one of our scripts with stock npm packages.
async fn node(script: &str, arguments: &[&str]) -> Result<String> {
    let folder = in_checkout("target/node");
    ensure!(
        folder.join("node_modules").is_dir(),
        "the npm packages are missing: `cargo xtask fetch` gets them"
    );
    let mut command = Command::new("node");
    command.arg(folder.join(script)).args(arguments);
    let output = tokio::task::spawn_blocking(move || command.output()).await??;
    ensure!(output.status.success(), "{script} failed: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}
