//! Where log lines go: standard error, so that standard output holds only what was asked for.

use std::io::IsTerminal;

use backend::config::{Log, LogFormat};
use tracing_subscriber::EnvFilter;

/// Begins to log.
pub fn start(settings: &Log) {
    let filter = EnvFilter::new(settings.filter.to_string());
    // A line that cannot be written would be complained of on standard error, by a macro that panics when that is closed.
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .log_internal_errors(false)
        .with_writer(std::io::stderr);
    match settings.format {
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal()).init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
}
