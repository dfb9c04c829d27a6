//! A stock WebTorrent client of Node: `tests/node/fetch.mjs` over the packages that `cargo xtask fetch` installs.
//!
//! Owns the process. A client that seeds ends when it is dropped.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::time::timeout;

use super::instance::in_checkout;

/// A clip of some megabytes on a busy machine, which takes seconds on an idle one.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a client is sent for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Errand {
    /// To fetch a file from wherever it is.
    Fetch,
    /// To fetch a file from other clients alone.
    Meet,
    /// To share a file that lies in its folder.
    Seed,
}

/// A client that has done its errand.
pub struct WebTorrent {
    /// What it said of the torrent: `infoHash`, `name`, `bytes`, `wires`, `announce`.
    pub said: Value,
    /// Those that seed end when this is closed, or when they are dropped.
    _running: (Child, Option<ChildStdin>),
}

impl WebTorrent {
    /// Sends a client for `what`, a magnet link or the address of a .torrent, and waits until it has it.
    ///
    /// # Errors
    /// When it is not installed, fails, or takes too long.
    pub async fn send(errand: Errand, what: &str, folder: &Path) -> Result<WebTorrent> {
        let task = match errand {
            Errand::Fetch => "fetch",
            Errand::Meet => "meet",
            Errand::Seed => "seed",
        };
        let mut child = Command::new("node")
            .arg(script()?)
            .args([task, what])
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("could not start node: `apt-get install npm` brings it")?;
        let stdin = child.stdin.take();
        let output = child.stdout.take().context("a client without output")?;
        let mut lines = BufReader::new(output).lines();
        let line = timeout(PATIENCE, lines.next_line())
            .await
            .with_context(|| format!("the client did not {task} in {} s", PATIENCE.as_secs()))??
            .with_context(|| format!("the client ended before it could {task}"))?;
        let said = serde_json::from_str(&line).with_context(|| format!("{line} is no JSON"))?;
        if errand != Errand::Seed {
            let status = timeout(PATIENCE, child.wait()).await.context("the client does not end")??;
            ensure!(status.success(), "the client failed ({status})");
        }
        Ok(WebTorrent { said, _running: (child, stdin) })
    }
}

/// Beside its packages, where it was copied to.
fn script() -> Result<PathBuf> {
    let script = in_checkout("target/node/fetch.mjs");
    ensure!(script.is_file(), "{} is missing: `cargo xtask fetch` brings it", script.display());
    Ok(script)
}
