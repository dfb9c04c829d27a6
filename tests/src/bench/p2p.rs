//! Viewers who share: our player beside `hls.js` with p2p-media-loader, and beside itself without sharing.
//!
//! All watch the same film in one quality, each in a browser of their own, through one gate that gives to all together
//! half as much again as they need: nobody has to share to get along. A turn is over when everybody has the film to its
//! end, so that every byte has come from somewhere; without sharing that is known beforehand, and it is over with the last
//! first frame. The share of peers is of the film's bytes; where viewers come one after another, of those who came later.
//! Takes about twenty minutes.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use futures_util::future::try_join_all;
use serde_json::{Value, json};

use super::trial::{Figure, Trial};
use crate::rig::{
    ADMIN_PASSWORD, Browser, Client, Clip, Driver, Film, Gate, Options, Upload, Viewers, Watcher, addresses,
    clip, seat,
};

/// Long enough that one segment is not one part in twenty.
const SECONDS: u32 = 120;
/// Between two who come one after another: as much as our player has in hand, so that the second finds the first at work.
const STAGGER: Duration = Duration::from_secs(30);
/// What the gate gives, in percent of what all need together.
const WIDTH_PERCENT: u64 = 150;
const FINISH_DURATION_MAX: Duration = Duration::from_secs(600);

const SHARE: Figure = Figure::yield_of("share of peers", "%");
const LEAST: Figure = Figure::yield_of("least share of peers", "%");
const ORIGIN: Figure = Figure::cost("given by the origin", "films");
const FRAME: Figure = Figure::cost("navigation to first frame, the last of all", "ms");
const STALLS: Figure = Figure::cost("stalls of all", "");

/// Who plays.
const CONTENDERS: &[&str] = &["shoal", "p2p-media-loader 2.2.2", "shoal without sharing"];
/// The one of them whose film comes from the origin alone.
const ALONE: usize = 2;

/// Measures.
///
/// # Errors
/// When a part is missing or somebody never gets the film.
pub async fn run() -> Result<()> {
    let (gate, mut server) = Gate::before(Options::default().set("transcoding.heights", "360")).await?;
    let viewers = Viewers::behind(&gate)?;
    let admin = Client::new(&gate.url("")).sign_in("root", ADMIN_PASSWORD).await?;
    let source = clip(&Clip { seconds: SECONDS, ..Clip::default() })?;
    let uuid = Upload::file(&admin, &json!({ "name": "Two minutes", "privacy": 1 }), &source).await?;
    let video = Upload::finished(&admin, &uuid, FINISH_DURATION_MAX).await?;
    let film = Film::of(&admin, &video).await?;
    let bytes = bytes_of(&admin, &video).await?;
    let rate = bytes / u64::from(SECONDS);
    eprintln!("  a film of {bytes} bytes, {rate} a second");
    let stage = Stage { gate, viewers, options: addresses(&video, &[&film.tracker])?, bytes };
    for (title, count, stagger) in [
        ("two viewers, one after the other", 2, STAGGER),
        ("two viewers at once", 2, Duration::ZERO),
        ("four viewers, one after another", 4, STAGGER),
        ("four viewers at once", 4, Duration::ZERO),
    ] {
        stage.gate.throttle(Some(rate * count * WIDTH_PERCENT / 100));
        let mut trial = Trial::new(title, CONTENDERS, 1);
        for turn in trial.turns() {
            let seen = stage.watch(turn.1, count, stagger).await?;
            if turn.1 != ALONE {
                let later = seen.viewers.get(usize::from(stagger != Duration::ZERO)..).unwrap_or_default();
                let shares = later.iter().map(|viewer| viewer.share * 100.0);
                trial.note(turn, SHARE, shares.clone().sum::<f64>() / later.len() as f64);
                trial.note(turn, LEAST, shares.fold(f64::INFINITY, f64::min));
                trial.note(turn, ORIGIN, seen.origin);
                trial.note(turn, STALLS, seen.viewers.iter().map(|viewer| viewer.stalls).sum());
            }
            trial.note(turn, FRAME, seen.viewers.iter().map(|viewer| viewer.frame).fold(0.0, f64::max));
        }
        trial.finish()?;
    }
    server.stop().await.map(drop)
}

/// Of every segment, pictures and sound, by the published list of digests.
async fn bytes_of(client: &Client, video: &Value) -> Result<u64> {
    let list = video.pointer("/streamingPlaylists/0/segmentsSha256Url").and_then(Value::as_str);
    let list = client.get(list.context("no digests")?).await?.expect(200)?.text();
    let files: Value = serde_json::from_str(&list)?;
    let ranges = files.as_object().into_iter().flat_map(|files| files.values());
    let ranges = ranges.filter_map(Value::as_object).flat_map(|ranges| ranges.keys());
    let mut bytes = 0;
    for range in ranges {
        let (first, last) = range.split_once('-').context("no range")?;
        bytes += last.parse::<u64>()? - first.parse::<u64>()? + 1;
    }
    Ok(bytes)
}

struct Stage {
    gate: Gate,
    viewers: Viewers,
    options: Value,
    bytes: u64,
}

/// What a turn gave.
struct Seen {
    /// In films.
    origin: f64,
    viewers: Vec<Viewer>,
}

struct Viewer {
    /// Of 1.
    share: f64,
    /// Milliseconds.
    frame: f64,
    stalls: f64,
}

/// The page's figures, whoever plays there.
const SEEN: &str = "
    const stock = window.stock;
    const own = stock ? null : film.statistics();
    const peers = stock ? stock.fromPeers : own.bytesFromPeers;
    const origin = stock ? stock.fromOrigin : own.bytesFetched;
    return { share: peers / (peers + origin), frame: window.firstFrame, stalls: stock ? stock.stalls : own.stalls };";

/// Whether a page has all of the film, whoever plays there.
const HAS_ALL: &str = "(function seek(root) {
    const found = root.querySelector('video');
    if (found) return 0 < found.buffered.length && found.duration - found.buffered.end(found.buffered.length - 1) < 0.5;
    return [...root.querySelectorAll('*')].some((element) => element.shadowRoot && seek(element.shadowRoot));
})(document)";

impl Stage {
    /// A driver of its own for each turn, so that nobody stays in the swarm.
    async fn watch(&self, who: usize, count: u64, stagger: Duration) -> Result<Seen> {
        let driver = Driver::start().await?;
        let mut seats = Vec::new();
        for _ in 0..count {
            seats.push(seat(&driver).await?);
        }
        let before = self.gate.passed();
        let begun = Instant::now();
        let comings = seats.iter().zip(0..).map(async |(seat, number): (&Browser, u32)| {
            tokio::time::sleep_until((begun + stagger * number).into()).await;
            match who {
                0 => self.viewers.open(seat, Watcher::Ours, &self.options).await,
                ALONE => {
                    self.viewers.open(seat, Watcher::Ours, &with(&self.options, "p2p", json!(false))).await
                }
                _ => self.viewers.open(seat, Watcher::Stock, &self.options).await,
            }
        });
        try_join_all(comings).await?;
        let end = if who == ALONE { "0 < window.firstFrame" } else { HAS_ALL };
        let mut viewers = Vec::new();
        for seat in &seats {
            let told = seat.wait_for("it has the film", end, FINISH_DURATION_MAX).await;
            if told.is_err() {
                let stock = seat.value("window.stock").await?;
                told.with_context(|| format!("the page says {stock}"))?;
            }
        }
        for seat in seats {
            let seen = seat.run(SEEN, Vec::new()).await?;
            let number =
                |name: &str| seen.get(name).and_then(Value::as_f64).context("an odd answer from the page");
            viewers.push(Viewer {
                share: number("share")?,
                frame: number("frame")?,
                stalls: number("stalls")?,
            });
            seat.close().await?;
        }
        ensure!(viewers.len() as u64 == count, "somebody is missing");
        Ok(Seen { origin: (self.gate.passed() - before) as f64 / self.bytes as f64, viewers })
    }
}

fn with(options: &Value, name: &str, value: Value) -> Value {
    let mut options = options.clone();
    if let Some(fields) = options.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
    options
}
