//! `shoal serve`: from settings to a server, and to its end.

use backend::Server;
use backend::lines::Lines;
use tokio::signal::unix::{SignalKind, signal};

use super::arguments::{Place, Serve};
use super::log;
use super::run::Outcome;
use super::say::say;

/// Runs an instance until it is told to stop.
pub fn run(serve: &Serve) -> Outcome {
    let config = serve.settings()?;
    let lines = Lines::default();
    log::start(&config.log, lines.clone());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(async {
        let (mut terminate, mut interrupt) =
            (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        let mut running = Server::start_with(config, lines).await?;
        if let Some(password) = &running.new_password {
            announce(&format!("The administrator is root, with the password {}", password.reveal()));
        }
        // The last line of a start, whoever waits for it.
        announce(&format!("Shoal listens on {}", running.url));
        tracing::info!(address = %running.addr, url = %running.url, "listening");
        let private = &running.app().config().federation.allow_private_hosts;
        if !private.is_empty() {
            tracing::warn!(hosts = ?private, "these servers are asked though they are not of the open internet");
        }
        let failure = tokio::select! {
            _ = terminate.recv() => None,
            _ = interrupt.recv() => None,
            error = running.failed() => Some(error),
        };
        tracing::info!("stopping");
        running.stop().await?;
        tracing::info!("stopped");
        failure.map_or(Ok(()), |error| Err(error.into()))
    });
    // What still blocks, such as a slow disk, must not keep the process alive.
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    outcome
}

/// An instance runs on whether anybody reads what it prints or not; a lost password can be reset.
fn announce(line: &str) {
    if let Err(error) = say(line) {
        tracing::warn!(%error, "nobody could be told where the instance is");
    }
}

/// Prints the settings in force.
pub fn print_settings(place: &Place) -> Outcome {
    Ok(say(place.settings()?.to_toml().trim_end())?)
}
