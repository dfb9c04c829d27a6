//! Many native viewers of one video, and what they saw together.

use std::fmt;
use std::time::Duration;

use anyhow::{Result, ensure};
use backend::seed::mirror::Address;

use super::viewer::{self, Settings, Watched};
use crate::bench::{Usage, listening_on};

/// Who comes, and what for.
#[derive(Clone, Debug)]
pub struct Crowd {
    /// The page of a video.
    pub page: Address,
    /// How many.
    pub count: u32,
    /// So long after one viewer the next begins.
    pub stagger: Duration,
    /// Each stops after so much of the film; none for all of it.
    pub stop: Option<Duration>,
    /// They carry it to each other.
    pub sharing: bool,
}

/// What a crowd saw.
#[derive(Debug)]
pub struct Seen {
    /// Those who saw it to the end.
    pub viewers: Vec<Watched>,
    /// Why others did not.
    pub failures: Vec<String>,
    /// What the instance's process did meanwhile, where it runs on this machine.
    pub instance_cpu: Option<Duration>,
}

/// Lets them all watch.
///
/// # Errors
/// When there is nobody.
pub async fn gather(crowd: Crowd) -> Result<Seen> {
    ensure!(0 < crowd.count, "a crowd of nobody");
    let pid = port_here(&crowd.page.instance).and_then(listening_on);
    let usage = || pid.and_then(|pid| Usage::of(pid).ok());
    let before = usage();
    let viewers: Vec<_> = (0..crowd.count)
        .map(|place| {
            let settings = Settings { page: crowd.page.clone(), sharing: crowd.sharing, stop: crowd.stop };
            let wait = crowd.stagger * place;
            tokio::spawn(async move {
                tokio::time::sleep(wait).await;
                viewer::watch(settings).await
            })
        })
        .collect();
    let mut seen = Seen { viewers: Vec::new(), failures: Vec::new(), instance_cpu: None };
    for viewer in viewers {
        match viewer.await? {
            Ok(watched) => seen.viewers.push(watched),
            Err(error) => seen.failures.push(format!("{error:#}")),
        }
    }
    // Of its children nothing: encoding has nothing to do with viewers.
    seen.instance_cpu = usage().zip(before).map(|(after, before)| (after - before).own);
    Ok(seen)
}

/// The port of an instance on this very machine.
fn port_here(instance: &str) -> Option<u16> {
    let uri: http::Uri = instance.parse().ok()?;
    let is_here = matches!(uri.host()?, "localhost" | "127.0.0.1" | "[::1]");
    uri.port_u16().filter(|_| is_here)
}

impl Seen {
    /// Bytes of all from peers, and from the instance.
    #[must_use]
    pub fn bytes(&self) -> (u64, u64) {
        let peers = self.viewers.iter().map(|seen| seen.stats.bytes_from_peers).sum();
        (peers, self.viewers.iter().map(|seen| seen.from_origin).sum())
    }

    /// What came from peers, in percent of all.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "bytes of a film")]
    pub fn share(&self) -> f64 {
        let (peers, origin) = self.bytes();
        100.0 * peers as f64 / ((peers + origin) as f64).max(1.0)
    }

    /// How often playback ran dry, in all.
    #[must_use]
    pub fn stalls(&self) -> u64 {
        self.viewers.iter().map(|seen| seen.stats.stalls).sum()
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut starts: Vec<Duration> =
            self.viewers.iter().filter_map(|seen| seen.stats.first_frame_after).collect();
        starts.sort();
        let stalled: Duration = self.viewers.iter().map(|seen| seen.stats.stalled).sum();
        let (peers, origin) = self.bytes();
        let mega = |bytes: u64| format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10);
        let most = self.viewers.iter().map(|seen| seen.peers_most).max().unwrap_or(0);
        writeln!(f, "viewers         {} saw it, {} did not", self.viewers.len(), self.failures.len())?;
        if let (Some(median), Some(last)) = (starts.get(starts.len() / 2), starts.last()) {
            writeln!(f, "first picture   {median:.2?} in the middle, {last:.2?} at the latest")?;
        }
        writeln!(f, "standstills     {}, {stalled:.1?} in all", self.stalls())?;
        writeln!(f, "from peers      {} ({:.1} %), {most} connections at most", mega(peers), self.share())?;
        writeln!(f, "from instance   {}", mega(origin))?;
        let forged: u64 = self.viewers.iter().map(|seen| seen.stats.bodies_forged).sum();
        writeln!(f, "forged          {forged}")?;
        if let Some(cpu) = self.instance_cpu {
            writeln!(f, "instance's CPU  {cpu:.2?}")?;
        }
        for failure in &self.failures {
            writeln!(f, "failed          {failure}")?;
        }
        Ok(())
    }
}
