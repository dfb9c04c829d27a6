//! ffmpeg and ffprobe as this instance runs them.
//!
//! Owns which programs are run and within which limits. Never decides what they are asked: `command` does.

use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::probe::{self, Probe, ProbeError};
use super::run::{self, Limits, RunError};
use super::{abilities, command, whole};
use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;

/// A report reads a few seconds from the front of a file; a slow disk may need its time.
const PROBE_TIME_MAX: Duration = Duration::from_secs(60);
/// Reports are a few kilobytes: what we ask for has no free text in it.
const REPORT_BYTES_MAX: u64 = 1024 * 1024;
/// What it can do ffmpeg says at once, unless the disk it lies on sleeps.
const QUESTION_TIME_MAX: Duration = Duration::from_secs(30);

/// Why the programs are of no use.
#[derive(Debug, thiserror::Error)]
pub enum ToolsError {
    /// One of them is not there, or does not answer.
    #[error("videos need ffmpeg 5.1 or newer: install it, or set transcoding.ffmpeg and transcoding.ffprobe")]
    Run(#[from] RunError),
    /// It lacks what we ask it for.
    #[error("{} is version {}.{}, and videos need 5.1 or newer", program.display(), found.0, found.1)]
    TooOld {
        /// Which program.
        program: PathBuf,
        /// Its version.
        found: (u32, u32),
    },
    /// It was built without it.
    #[error("{} was built without the encoder {encoder}, which every video needs", program.display())]
    NoEncoder {
        /// ffmpeg.
        program: PathBuf,
        /// Which one.
        encoder: &'static str,
    },
}

/// How far ffmpeg steps back for others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Urgency {
    /// Not at all: somebody waits for it, and it is done in a second.
    Now,
    /// Half as far: somebody waits for its beginning, but it may take hours.
    Soon,
    /// As far as the settings say.
    Later,
}

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
        let report = self.ask(&command::probe(&self.ffprobe, path), PROBE_TIME_MAX, stop);
        match report {
            Ok(report) => probe::parse(&report),
            Err(RunError::Start { source, .. } | RunError::Lost(source)) => Err(ProbeError::Start(source)),
            Err(RunError::TimedOut(span)) => Err(ProbeError::TimedOut(span)),
            Err(RunError::Stopped) => Err(ProbeError::Stopped),
            Err(RunError::TooMuchOutput(_)) => Err(ProbeError::Unreadable("too much to say".to_owned())),
            Err(RunError::Failed { complaint, .. }) => Err(ProbeError::Unreadable(complaint)),
        }
    }

    /// When some packets of a stream are shown, and which are key frames: a few seconds' worth from each of the moments.
    ///
    /// # Errors
    /// [`RunError`].
    pub fn packets(
        &self,
        path: &Path,
        stream: u32,
        moments: &[Duration],
        stop: &CancellationToken,
    ) -> Result<Vec<(Duration, bool)>, RunError> {
        let list = self.ask(&command::packets(&self.ffprobe, path, stream, moments), PROBE_TIME_MAX, stop)?;
        Ok(probe::packets(&String::from_utf8_lossy(&list)).collect())
    }

    /// Whether ffmpeg can bring a high dynamic range to ordinary screens, which not every build can.
    ///
    /// # Errors
    /// [`RunError`].
    pub fn can_map_tones(&self, stop: &CancellationToken) -> Result<bool, RunError> {
        let filters = self.ask(&self.question("-filters"), QUESTION_TIME_MAX, stop)?;
        Ok(abilities::has_filters(&String::from_utf8_lossy(&filters), command::TONE_FILTERS))
    }

    /// Whether the programs are there and can do what every video needs. Blocks for a fraction of a second.
    ///
    /// # Errors
    /// [`ToolsError`], a sentence for whoever starts the instance.
    pub fn check(&self, stop: &CancellationToken) -> Result<(), ToolsError> {
        for program in [&self.ffmpeg, &self.ffprobe] {
            let version = run::Invocation { program: program.clone(), arguments: vec!["-version".into()] };
            let said = self.ask(&version, QUESTION_TIME_MAX, stop)?;
            let said = String::from_utf8_lossy(&said);
            if let Some(found) = abilities::version(&said).filter(|found| *found < abilities::VERSION_MIN) {
                return Err(ToolsError::TooOld { program: program.clone(), found });
            }
        }
        let encoders = self.ask(&self.question("-encoders"), QUESTION_TIME_MAX, stop)?;
        let encoders = String::from_utf8_lossy(&encoders);
        match abilities::missing_encoder(&encoders) {
            Some(encoder) => Err(ToolsError::NoEncoder { program: self.ffmpeg.clone(), encoder }),
            None => Ok(()),
        }
    }

    fn question(&self, about: &str) -> run::Invocation {
        let arguments = vec!["-hide_banner".into(), about.into()];
        run::Invocation { program: self.ffmpeg.clone(), arguments }
    }

    /// What a program says when somebody waits for the answer.
    fn ask(
        &self,
        invocation: &run::Invocation,
        time_max: Duration,
        stop: &CancellationToken,
    ) -> Result<Vec<u8>, RunError> {
        let output_bytes_max = REPORT_BYTES_MAX;
        let silence_max = time_max;
        let limits = Limits { time_max, silence_max, output_bytes_max, niceness: 0, memory_bytes_max: None };
        let mut said = Vec::new();
        run::run(invocation, &limits, &self.clock, stop, |bytes| said.extend_from_slice(bytes))?;
        Ok(said)
    }

    /// Runs ffmpeg and gives what it writes to its standard output.
    ///
    /// # Errors
    /// [`RunError`].
    pub fn run(
        &self,
        arguments: Vec<OsString>,
        limits: &Limits,
        urgency: Urgency,
        stop: &CancellationToken,
        output: impl FnMut(&[u8]),
    ) -> Result<(), RunError> {
        let invocation = run::Invocation { program: self.ffmpeg.clone(), arguments };
        let niceness = match urgency {
            Urgency::Now => 0,
            Urgency::Soon => self.niceness / 2,
            Urgency::Later => self.niceness,
        };
        let limits = Limits { niceness, ..*limits };
        run::run(&invocation, &limits, &self.clock, stop, output)
    }
}

/// What an uploaded file is. Blocks for a fraction of a second: call it where that is allowed.
///
/// # Errors
/// [`ProbeError`]; [`ProbeError::is_about_the_file`] tells a bad file from a bad day.
pub fn probe(app: &App, path: &Path) -> Result<Probe, ProbeError> {
    Tools::new(&app.config(), app.clock()).probe(path, app.stopping())
}
