//! `shoal seed`: a mirror on anybody's machine.

use std::sync::Arc;

use backend::config::Log;
use backend::lines::Lines;
use backend::private::Private;
use backend::seed::mirror::{self, Options};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::arguments::Seed;
use super::log;
use super::run::Outcome;
use super::say::say;

/// Mirrors until it is told to stop.
pub fn run(seed: Seed) -> Outcome {
    log::start(&Log::default(), Lines::default());
    let token = seed.token_file.as_ref().map(std::fs::read_to_string).transpose()?;
    let options = Options {
        addresses: seed.urls,
        folder: seed.folder,
        bytes_max: seed.max_gb,
        upload_bytes_per_second: seed.up_mbit.saturating_mul(125_000),
        listen: seed.listen,
        token: token.map(|token| Arc::new(Private(token.trim().to_owned()))),
        authorities: seed.ca.as_ref().map(std::fs::read).transpose()?.unwrap_or_default(),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(async {
        let (mut terminate, mut interrupt) =
            (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        let stop = CancellationToken::new();
        let stopping = stop.clone();
        tokio::spawn(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            stopping.cancel();
        });
        // Whoever listens no longer still wants the videos shared.
        let tell = |line: &str| drop(say(line));
        let done = mirror::run(options, stop, tell).await?;
        Ok(say(&format!("{} MB were given to {} peers.", done.bytes_sent / 1_000_000, done.peers_total))?)
    });
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    outcome
}
