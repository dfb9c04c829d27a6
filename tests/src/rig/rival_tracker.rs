//! The tracker that npm has, `bittorrent-tracker`, in a process of its own.
//!
//! Owns the process, which ends with the value.

use std::io::Read as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::instance::in_checkout;
use super::wait::eventually;

/// A cold start of node on a busy machine.
const START_DURATION_MAX: Duration = Duration::from_secs(30);

/// One that runs.
pub struct RivalTracker {
    child: Child,
    address: SocketAddr,
}

impl RivalTracker {
    /// Starts it.
    ///
    /// # Errors
    /// When node or the packages are missing: `cargo xtask fetch` brings them.
    pub async fn start() -> Result<RivalTracker> {
        let mut child = Command::new("node")
            .arg(in_checkout("target/node/rival-tracker.mjs"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("node does not start")?;
        let mut out = child.stdout.take().context("its output is piped")?;
        // Ended by its own end should it not say what it must.
        let mut tracker = RivalTracker { child, address: (Ipv4Addr::LOCALHOST, 0).into() };
        let mut told = String::new();
        eventually("the rival says its port", START_DURATION_MAX, async || {
            let mut bytes = [0; 64];
            let count = out.read(&mut bytes)?;
            ensure!(0 < count, "the rival ended");
            told.push_str(&String::from_utf8_lossy(bytes.get(..count).unwrap_or_default()));
            Ok(told.ends_with('\n').then_some(()))
        })
        .await?;
        tracker.address.set_port(told.trim().parse()?);
        Ok(tracker)
    }

    /// Its port, where every path is the tracker.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// As players are told of it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("ws://{}/", self.address)
    }
}

impl Drop for RivalTracker {
    fn drop(&mut self) {
        // It has nothing to lose, and may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
