//! Where a program works that reads what strangers wrote: a folder, the one door, and bounds.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use shared::api::ImportFault;
use tokio_util::sync::CancellationToken;

use super::guard::Guard;
use super::proxy::Proxy;
use super::reason::{Trouble, plain, quoted};
use crate::app::App;
use crate::domain::import::Reason;
use crate::media::run::{Invocation, Limits, RunError};

/// A program that says nothing for so long waits for a line that is dead.
const SILENCE_MAX: Duration = Duration::from_secs(5 * 60);
/// Progress is a line twice a second; what is said of a thousand films is a few hundred bytes each.
const WORDS_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// What a program that reads strangers' words may ask for, with each that it starts. A page or a torrent made to be endless
/// ends the program and not the server; the largest pages of films there are take a tenth of it.
const MEMORY_BYTES_MAX: u64 = 2 * 1024 * 1024 * 1024;

/// What a program works with, and who may end it.
pub(super) struct Bench {
    app: App,
    scratch: Arc<Scratch>,
    proxy: Proxy,
    stop: CancellationToken,
}

/// A program, and how its end is understood.
pub(super) struct Work {
    /// What people call it.
    pub name: &'static str,
    /// That it is not there.
    pub missing: ImportFault,
    /// What is run.
    pub invocation: Invocation,
    /// Why it brought nothing, out of its complaint.
    pub reason: fn(&str) -> Reason,
}

impl Bench {
    /// Makes a folder of this name and opens a door beside it.
    pub(super) async fn open(
        app: &App,
        name: &str,
        guard: Guard,
        stop: &CancellationToken,
    ) -> Result<Bench, Trouble> {
        let proxy = Proxy::open(guard, app.dice().bytes()).await?;
        let folder = app.layout().tmp().join(name);
        let scratch = Arc::new(Scratch(folder.clone()));
        let made =
            app.blocking(move |_| remove_folder(&folder).and_then(|()| std::fs::create_dir_all(&folder)));
        made.await?;
        Ok(Bench { app: app.clone(), scratch, proxy, stop: stop.clone() })
    }

    /// Where its files go.
    pub(super) fn folder(&self) -> &Path {
        &self.scratch.0
    }

    /// The only way out.
    pub(super) fn door(&self) -> String {
        self.proxy.url()
    }

    /// Runs a program to its end. `hear` is given what it says with the folder it works in, and may give a reason to end
    /// it.
    pub(super) async fn run(
        &self,
        work: Work,
        mut hear: impl FnMut(&[u8], &Path) -> Option<Reason> + Send + 'static,
    ) -> Result<(), Trouble> {
        let (scratch, halt) = (self.scratch.clone(), self.stop.child_token());
        let enough = Arc::new(Mutex::new(None));
        let (why, end, invocation) = (enough.clone(), halt.clone(), work.invocation);
        // The folder goes once nobody writes into it any more, whoever still waits for that.
        let ran = self.app.blocking(move |app| {
            let config = app.config();
            let limits = Limits {
                time_max: Duration::from_secs(u64::from(config.import.time_max)),
                silence_max: SILENCE_MAX,
                output_bytes_max: WORDS_BYTES_MAX,
                niceness: u8::try_from(config.transcoding.niceness).unwrap_or(19),
                memory_bytes_max: Some(MEMORY_BYTES_MAX),
            };
            let ended = crate::media::run::run(&invocation, &limits, app.clock(), &halt, |said| {
                if let Some(reason) = hear(said, &scratch.0) {
                    why.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(reason);
                    end.cancel();
                }
            });
            drop(scratch);
            ended
        });
        let ended = ran.await;
        // A program that ended before it could be ended said it, too.
        if let Some(reason) = enough.lock().unwrap_or_else(PoisonError::into_inner).take() {
            return Err(Trouble::Because(reason));
        }
        ended.map_err(|error| match error {
            RunError::Stopped => Trouble::BrokenOff,
            RunError::Failed { complaint, .. } => Trouble::Because((work.reason)(&complaint)),
            RunError::Start { .. } => Trouble::Because(plain(work.missing)),
            error @ (RunError::Lost(_) | RunError::TimedOut(_) | RunError::TooMuchOutput(_)) => {
                let (about, name) = (error.to_string(), work.name);
                let text = format!("The {name} {about}.");
                Trouble::Because(quoted(ImportFault::ProgramFailed, about, text))
            }
        })
    }
}

fn remove_folder(folder: &Path) -> std::io::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// A folder that goes when it is not needed any more; what a crash leaves the next start removes.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = remove_folder(&self.0) {
            tracing::warn!(%error, "what is left of an import could not be removed");
        }
    }
}
