//! ffmpeg and ffprobe as this instance runs them.
//!
//! Owns which programs are run and within which limits. Never decides what they are asked: `command` does.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::probe::{self, Probe, ProbeError};
use super::run::{self, Limits, RunError};
use super::{command, whole};
use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;

/// A report reads a few seconds from the front of a file; a slow disk may need its time.
const PROBE_TIME_MAX: Duration = Duration::from_secs(60);
/// Reports are a few kilobytes: what we ask for has no free text in it.
const REPORT_BYTES_MAX: u64 = 1024 * 1024;

/// The programs. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Tools {
    ffmpeg: PathBuf,
    ffprobe: PathBuf,
    niceness: u8,
    clock: Clock,
}

impl Tools {
    /// The programs named in the settings.
    #[must_use]
    pub fn new(config: &Config, clock: &Clock) -> Tools {
        Tools {
            ffmpeg: config.transcoding.ffmpeg.clone(),
            ffprobe: config.transcoding.ffprobe.clone(),
            niceness: u8::try_from(config.transcoding.niceness.min(19)).unwrap_or(19),
            clock: clock.clone(),
        }
    }

    /// ffmpeg's path, or its name.
    #[must_use]
    pub fn ffmpeg(&self) -> &Path {
        &self.ffmpeg
    }

    /// What the file is. Blocks for a fraction of a second.
    ///
    /// # Errors
    /// [`ProbeError`].
    pub fn probe(&self, path: &Path, stop: &CancellationToken) -> Result<Probe, ProbeError> {
        let file = File::open(path).map_err(ProbeError::Read)?;
        if !whole::is_whole(&file).map_err(ProbeError::Read)? {
            return Err(ProbeError::Truncated);
        }
        let limits = Limits {
            time_max: PROBE_TIME_MAX,
            silence_max: PROBE_TIME_MAX,
            output_bytes_max: REPORT_BYTES_MAX,
            // Somebody waits for the answer.
            niceness: 0,
        };
        let mut report = Vec::new();
        let invocation = command::probe(&self.ffprobe, path);
        let outcome =
            run::run(&invocation, &limits, &self.clock, stop, |bytes| report.extend_from_slice(bytes));
        match outcome {
            Ok(()) => probe::parse(&report),
            Err(RunError::Start { source, .. } | RunError::Lost(source)) => Err(ProbeError::Start(source)),
            Err(RunError::TimedOut(span)) => Err(ProbeError::TimedOut(span)),
            Err(RunError::Stopped) => Err(ProbeError::Stopped),
            Err(RunError::TooMuchOutput(_)) => Err(ProbeError::Unreadable("too much to say".to_owned())),
            Err(RunError::Failed { complaint, .. }) => Err(ProbeError::Unreadable(complaint)),
        }
    }

    /// Runs ffmpeg, niced, and gives what it writes to its standard output.
    ///
    /// # Errors
    /// [`RunError`].
    pub fn run(
        &self,
        arguments: Vec<std::ffi::OsString>,
        limits: &Limits,
        stop: &CancellationToken,
        output: impl FnMut(&[u8]),
    ) -> Result<(), RunError> {
        let invocation = run::Invocation { program: self.ffmpeg.clone(), arguments };
        let limits = Limits { niceness: self.niceness, ..*limits };
        run::run(&invocation, &limits, &self.clock, stop, output)
    }
}

/// What an uploaded file is. Blocks for a fraction of a second: call it where that is allowed.
///
/// # Errors
/// [`ProbeError`]; [`ProbeError::is_about_the_file`] tells a bad file from a bad day.
pub fn probe(app: &App, path: &Path) -> Result<Probe, ProbeError> {
    Tools::new(app.config(), app.clock()).probe(path, app.stopping())
}
