//! Where log lines go: standard error, so that standard output holds only what was asked for; and the last of them to
//! memory, where administrators read them.

use std::fmt::{Debug, Write};
use std::io::IsTerminal;

use backend::clock::Clock;
use backend::config::{Log, LogFormat};
use backend::lines::{Level, Line, Lines};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, fmt};

/// Begins to log.
pub fn start(settings: &Log, lines: Lines) {
    let filter = EnvFilter::new(settings.filter.to_string());
    let keeper = Keeper { lines, clock: Clock::default() };
    // A line that cannot be written would be complained of on standard error, by a macro that panics when that is closed.
    let written = fmt::layer().log_internal_errors(false).with_writer(std::io::stderr);
    match settings.format {
        LogFormat::Text => {
            let written = written.with_ansi(std::io::stderr().is_terminal());
            tracing_subscriber::registry().with(filter).with(keeper).with(written).init();
        }
        LogFormat::Json => {
            let written = written.json().flatten_event(true);
            tracing_subscriber::registry().with(filter).with(keeper).with(written).init();
        }
    }
}

/// Keeps the last lines.
struct Keeper {
    lines: Lines,
    clock: Clock,
}

impl<S: Subscriber> Layer<S> for Keeper {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut words = Words(String::new());
        event.record(&mut words);
        let level = match *event.metadata().level() {
            tracing::Level::ERROR => Level::Error,
            tracing::Level::WARN => Level::Warn,
            tracing::Level::INFO => Level::Info,
            tracing::Level::DEBUG | tracing::Level::TRACE => Level::Debug,
        };
        let part = event.metadata().target().to_owned();
        self.lines.push(Line { at: self.clock.now(), level, part, text: words.0 });
    }
}

/// What a line says: its message first, as tracing gives it, then each field with its name.
struct Words(String);

impl Visit for Words {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let space = if self.0.is_empty() { "" } else { " " };
        // Writing to a text does not fail.
        // What a library logs by the crate `log` tells its place in fields, files of whoever built it among them.
        if field.name().starts_with("log.") {
            return;
        }
        let _ = if field.name() == "message" {
            let rest = std::mem::take(&mut self.0);
            let space = if rest.is_empty() { "" } else { " " };
            write!(self.0, "{value:?}{space}{rest}")
        } else {
            write!(self.0, "{space}{}={value:?}", field.name())
        };
    }
}
