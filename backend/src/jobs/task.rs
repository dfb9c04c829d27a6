//! What a running job is given, and how it may fail.

use std::io;
use std::path::{Path, PathBuf};

use shared::id::{JobId, VideoId};
use tokio_util::sync::CancellationToken;

use super::queue::Outlook;
use crate::app::App;
use crate::files::disk;
use crate::media::Tools;
use crate::media::make::{DISK_BYTES_MIN, MakeError};
use crate::media::probe::ProbeError;
use crate::media::run::RunError;
use crate::store::records::Video;
use crate::store::tables::VideoKey;
use crate::store::{Read, StoreError};

/// A running job's surroundings.
pub(super) struct Task {
    pub(super) app: App,
    pub(super) job: JobId,
    pub(super) tools: Tools,
    pub(super) stop: CancellationToken,
}

/// Why a job did not end well.
#[derive(Clone, Debug)]
pub(super) enum Failure {
    /// The server stops, or the video is gone.
    Stopped,
    /// For this reason, told to the video's owner.
    Because(String, Outlook),
}

impl Failure {
    fn disk_full(outlook: Outlook) -> Failure {
        Failure::Because("The instance's disk is full.".to_owned(), outlook)
    }
}

impl Task {
    /// The video, or the end of the job when there is none any more.
    pub(super) fn video(&self, video: VideoId) -> Result<Video, Failure> {
        self.app.store().get(&VideoKey { video })?.ok_or(Failure::Stopped)
    }

    pub(super) fn source(&self, video: &Video) -> PathBuf {
        self.app.layout().source(video.stem(), &video.source.extension)
    }

    pub(super) fn report(&self, percent: u8) {
        self.app.board().report(self.job, percent);
    }

    /// An empty folder that is gone when the job is.
    pub(super) fn scratch(&self) -> Result<Scratch, Failure> {
        let path = self.app.layout().tmp().join(format!("job-{}", self.job));
        match std::fs::remove_dir_all(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            Ok(()) | Err(_) => {}
        }
        std::fs::create_dir_all(&path)?;
        Ok(Scratch(path))
    }

    /// Where there is little room, whatever failed may have failed for want of it, which is no fault of the file's.
    pub(super) fn unless_full(&self, failure: Failure) -> Failure {
        let is_full = disk::bytes_free(self.app.layout().data()).is_ok_and(|bytes| bytes < DISK_BYTES_MIN);
        match failure {
            Failure::Because(_, Outlook::Room) | Failure::Stopped => failure,
            Failure::Because(..) if is_full => Failure::disk_full(Outlook::Better),
            Failure::Because(..) => failure,
        }
    }
}

/// A folder that is removed when it is dropped.
pub(super) struct Scratch(PathBuf);

impl Scratch {
    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            // The next start empties the folder above.
            tracing::warn!(%error, "a scratch folder could not be removed");
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        if matches!(error, StoreError::Full) {
            return Failure::disk_full(Outlook::Better);
        }
        tracing::error!(%error, "a job could not use the store");
        Failure::Because("The instance's store failed.".to_owned(), Outlook::Better)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        tracing::error!(%error, "a job could not use the disk");
        Failure::Because("The instance's disk failed.".to_owned(), Outlook::Better)
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Failure {
        let killed = error.was_killed();
        match error {
            RunError::Stopped => Failure::Stopped,
            RunError::Start { program, source } => {
                tracing::error!(program = %program.display(), %source, "a program could not be started");
                Failure::Because("The instance lacks ffmpeg.".to_owned(), Outlook::Better)
            }
            RunError::Failed { .. } if killed => {
                Failure::Because("ffmpeg was killed, perhaps for want of memory.".to_owned(), Outlook::Better)
            }
            RunError::Failed { complaint, .. } => Failure::Because(
                format!("ffmpeg could not read the file: {}", gist(&complaint)),
                Outlook::Doubtful,
            ),
            RunError::TimedOut(span) => {
                Failure::Because(format!("ffmpeg said nothing for {} s.", span.as_secs()), Outlook::Doubtful)
            }
            RunError::Lost(_) | RunError::TooMuchOutput(_) => {
                Failure::Because("ffmpeg could not be followed.".to_owned(), Outlook::Doubtful)
            }
        }
    }
}

impl From<MakeError> for Failure {
    fn from(error: MakeError) -> Failure {
        match error {
            MakeError::Run(error) => error.into(),
            MakeError::Disk(error) => error.into(),
            MakeError::NoRoom => Failure::disk_full(Outlook::Room),
            MakeError::DiskFull => Failure::disk_full(Outlook::Better),
            MakeError::Index(_) | MakeError::TooFarApart(_) => {
                Failure::Because("Nothing playable could be made of the file.".to_owned(), Outlook::Doubtful)
            }
        }
    }
}

impl From<ProbeError> for Failure {
    fn from(error: ProbeError) -> Failure {
        if matches!(error, ProbeError::Stopped) {
            return Failure::Stopped;
        }
        if error.is_about_the_file() {
            return Failure::Because("The file is unreadable.".to_owned(), Outlook::None);
        }
        tracing::error!(%error, "a file could not be probed");
        Failure::Because("The file could not be examined.".to_owned(), Outlook::Better)
    }
}

/// What ffmpeg says last says most. Where our files lie is nobody's business.
fn gist(complaint: &str) -> String {
    const LETTERS_MAX: usize = 200;
    let line = complaint.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("no reason given");
    let words = line.split_whitespace().map(|word| if word.contains('/') { "the file:" } else { word });
    words.collect::<Vec<_>>().join(" ").chars().take(LETTERS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_names_no_place_on_our_disk() {
        let complaint = "[mov @ 0x55] moov atom not found\nfile:/data/sources/x.mp4: Invalid data found\n\n";
        assert_eq!(gist(complaint), "the file: Invalid data found");
        assert_eq!(gist(""), "no reason given");
        assert!(gist(&"x".repeat(5000)).len() <= 200);
    }
}
