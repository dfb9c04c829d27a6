//! Viewers that share: pages with our player, and with the one that PeerTube 7 and 8 have.
//!
//! Owns the pages and the spy that watches them. The reference is `hls.js` with `p2p-media-loader`, as npm has them.

use std::fs;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::browser::{Browser, Driver};
use super::gate::Gate;
use super::instance::in_checkout;

/// Has pages note in `spied` which sockets they open, what they say and hear there, and what they show.
const SPY: &str = include_str!("viewers/spy.js");
const OURS: &str = include_str!("viewers/ours.html");
const STOCK: &str = include_str!("viewers/stock.html");

/// The reference's scripts as npm brings them, and where the page looks for them.
const SCRIPTS: &[(&str, &str)] = &[
    ("/story/hls.min.js", "hls.js/dist/hls.min.js"),
    ("/story/core.js", "p2p-media-loader-core/dist/p2p-media-loader-core.es.min.js"),
    ("/story/hlsjs.js", "p2p-media-loader-hlsjs/dist/p2p-media-loader-hlsjs.es.min.js"),
];

/// The pages behind a gate.
pub struct Viewers {
    ours: String,
    stock: String,
}

impl Viewers {
    /// Puts them there.
    ///
    /// # Errors
    /// When the reference is not installed.
    pub fn behind(gate: &Gate) -> Result<Viewers> {
        for (name, file) in SCRIPTS {
            let path = in_checkout("target/npm/node_modules").join(file);
            let script = fs::read(&path)
                .with_context(|| format!("{} is missing: `cargo xtask fetch` brings it", path.display()))?;
            gate.add(name, script);
        }
        Ok(Viewers { ours: gate.add("/story/ours", OURS), stock: gate.add("/story/stock", STOCK) })
    }

    /// Somebody who watches with our player, in a browser of their own; `film` is the player's handle there.
    ///
    /// # Errors
    /// When the browser does not start or the page does not open.
    pub async fn ours(&self, driver: &Driver, options: &Value) -> Result<Browser> {
        let browser = seat(driver).await?;
        self.open(&browser, Watcher::Ours, options).await?;
        Ok(browser)
    }

    /// Somebody who watches as on a page of PeerTube; `stock` counts there. Options: `src`, `sha256`, `trackers`,
    /// `p2p`, and `isNew` for who has never been there.
    ///
    /// # Errors
    /// As [`Viewers::ours`].
    pub async fn stock(&self, driver: &Driver, options: &Value) -> Result<Browser> {
        let browser = seat(driver).await?;
        self.open(&browser, Watcher::Stock, options).await?;
        Ok(browser)
    }

    /// Opens a page in a browser that [`seat`] gave.
    ///
    /// # Errors
    /// When it does not open.
    pub async fn open(&self, browser: &Browser, who: Watcher, options: &Value) -> Result<()> {
        let page = match who {
            Watcher::Ours => &self.ours,
            Watcher::Stock => &self.stock,
        };
        let options: String = url::form_urlencoded::byte_serialize(options.to_string().as_bytes()).collect();
        browser.goto(&format!("{page}#{}", options.replace('+', "%20"))).await
    }
}

/// With which player somebody watches.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Watcher {
    /// Ours.
    Ours,
    /// `hls.js` with `p2p-media-loader`.
    Stock,
}

/// A browser for somebody who is about to watch.
///
/// # Errors
/// When it does not start.
pub async fn seat(driver: &Driver) -> Result<Browser> {
    let browser = driver.neighbour().await?;
    browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": SPY })).await?;
    Ok(browser)
}

/// What a page of either kind is told of a video, for a tracker of the story's choice.
///
/// # Errors
/// When the video has no playlist.
pub fn addresses(video: &Value, trackers: &[&str]) -> Result<Value> {
    let playlist = video.pointer("/streamingPlaylists/0").context("a video without a playlist")?;
    Ok(json!({
        "src": playlist.get("playlistUrl"),
        "sha256": playlist.get("segmentsSha256Url"),
        "trackers": trackers,
    }))
}
