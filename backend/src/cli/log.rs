//! Where log lines go: standard error, so that standard output holds only what was asked for.

use std::io::IsTerminal;

use backend::config::{Log, LogFormat};
use tracing_subscriber::EnvFilter;

/// Begins to log.
pub fn start(settings: &Log) {
    let filter = EnvFilter::new(settings.filter.to_string());
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match settings.format {
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal()).init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
}
