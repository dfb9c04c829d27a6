//! Viewers who share: our player beside `hls.js` with p2p-media-loader, and beside itself without sharing.
//!
//! All watch the same film in one quality, each in a browser of their own, through one gate that gives to all together
//! twice what one of them needs. A turn is over when everybody has the film to its end, so that every byte has come from
//! somewhere. The share of peers is of the film's bytes; where viewers come one after another, of those who came later.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::trial::{Figure, Trial};
use crate::rig::{
    ADMIN_PASSWORD, Browser, Client, Clip, Driver, Film, Gate, Options, Upload, Viewers, addresses, clip,
};

const SECONDS: u32 = 60;
/// Between two who come one after another: half of what our player has in hand, so that the second finds the first at work.
const STAGGER: Duration = Duration::from_secs(15);
const FINISH_DURATION_MAX: Duration = Duration::from_secs(600);

const SHARE: Figure = Figure::yield_of("share of peers", "%");
const LEAST: Figure = Figure::yield_of("least share of peers", "%");
const ORIGIN: Figure = Figure::cost("given by the origin", "films");
const FRAME: Figure = Figure::cost("navigation to first frame, the last of all", "ms");
const STALLS: Figure = Figure::cost("stalls of all", "");

/// Who plays.
const CONTENDERS: &[&str] = &["shoal", "p2p-media-loader 2.2.2", "shoal without sharing"];

/// Measures.
///
/// # Errors
/// When a part is missing or somebody never gets the film.
pub async fn run() -> Result<()> {
    let (gate, mut server) = Gate::before(Options::default().set("transcoding.heights", "360")).await?;
    let viewers = Viewers::behind(&gate)?;
    let admin = Client::new(&gate.url("")).sign_in("root", ADMIN_PASSWORD).await?;
    let source = clip(&Clip { seconds: SECONDS, ..Clip::default() })?;
    let uuid = Upload::file(&admin, &json!({ "name": "A minute", "privacy": 1 }), &source).await?;
    let video = Upload::finished(&admin, &uuid, FINISH_DURATION_MAX).await?;
    let film = Film::of(&admin, &video).await?;
    let bytes: u64 =
        film.playlist.segments.iter().filter_map(|segment| segment.range).map(|range| range.len()).sum();
    gate.throttle(Some(bytes / u64::from(SECONDS) * 2));
    eprintln!(
        "  a film of {bytes} bytes through a gate of {} bytes a second",
        bytes / u64::from(SECONDS) * 2
    );
    let stage = Stage { gate, viewers, options: addresses(&video, &[&film.tracker])?, bytes };
    let driver = Driver::start().await?;
    for (title, count, stagger) in [
        ("two viewers, one after the other", 2, STAGGER),
        ("two viewers at once", 2, Duration::ZERO),
        ("four viewers, one after another", 4, STAGGER),
        ("four viewers at once", 4, Duration::ZERO),
    ] {
        let mut trial = Trial::new(title, CONTENDERS, 1);
        for turn in trial.turns() {
            let seen = stage.watch(&driver, turn.1, count, stagger).await?;
            let later = seen.viewers.get(usize::from(stagger != Duration::ZERO)..).unwrap_or_default();
            let shares = later.iter().map(|viewer| viewer.share * 100.0);
            if turn.1 != 2 {
                trial.note(turn, SHARE, shares.clone().sum::<f64>() / later.len() as f64);
                trial.note(turn, LEAST, shares.fold(f64::INFINITY, f64::min));
            }
            trial.note(turn, ORIGIN, seen.origin);
            trial.note(turn, FRAME, seen.viewers.iter().map(|viewer| viewer.frame).fold(0.0, f64::max));
            trial.note(turn, STALLS, seen.viewers.iter().map(|viewer| viewer.stalls).sum());
        }
        trial.finish()?;
    }
    server.stop().await.map(drop)
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

/// The page's figures, whoever plays there; `share` is null until something came.
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
    async fn watch(&self, driver: &Driver, who: usize, count: usize, stagger: Duration) -> Result<Seen> {
        let before = self.gate.passed();
        let mut browsers: Vec<Browser> = Vec::new();
        for number in 0..count {
            if number != 0 && !stagger.is_zero() {
                tokio::time::sleep(stagger).await;
            }
            browsers.push(match who {
                0 => self.viewers.ours(driver, &self.options).await?,
                1 => self.viewers.stock(driver, &self.options).await?,
                _ => self.viewers.ours(driver, &with(&self.options, "p2p", json!(false))).await?,
            });
        }
        for browser in &browsers {
            browser.wait_for("it has the film", HAS_ALL, FINISH_DURATION_MAX).await?;
        }
        let mut viewers = Vec::new();
        for browser in browsers {
            let seen = browser.run(SEEN, Vec::new()).await?;
            let number =
                |name: &str| seen.get(name).and_then(Value::as_f64).context("an odd answer from the page");
            viewers.push(Viewer {
                share: number("share")?,
                frame: number("frame")?,
                stalls: number("stalls")?,
            });
            browser.close().await?;
        }
        ensure!(viewers.len() == count, "somebody is missing");
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
