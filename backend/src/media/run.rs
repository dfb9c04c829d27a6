//! The only spawn: runs ffmpeg and ffprobe, and ends them.
//!
//! Owns the process: its priority, its pipes, its limits and its death. Never knows what it computes. The surprise is
//! how it dies with us: ffmpeg goes on for ever when the server is killed (it ignores a broken progress pipe), so the
//! kernel is asked to kill it together with the thread that started it.

use std::ffi::OsString;
use std::io::Read;
use std::os::fd::AsFd;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Child, ExitStatus, Stdio};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Resource, Rlimit, Signal, pidfd_open, setrlimit};
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;

/// How often a running process is looked at for a stop or a limit when it says nothing.
const TICK: Duration = Duration::from_millis(100);
/// How much of what it complained about last is kept.
const TAIL_BYTES_MAX: usize = 4 * 1024;

/// A program and its arguments.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invocation {
    /// A path, or a name to be found in `PATH`.
    pub program: PathBuf,
    /// Without the program.
    pub arguments: Vec<OsString>,
}

/// What bounds a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// How long it may take in all.
    pub time_max: Duration,
    /// How long it may say nothing; programs that report progress do so twice a second.
    pub silence_max: Duration,
    /// How much it may say.
    pub output_bytes_max: u64,
    /// How far it steps back for the server itself, 0 to 19.
    pub niceness: u8,
    /// How much memory it may ask for, and each program that it starts; none for as much as there is.
    pub memory_bytes_max: Option<u64>,
}

/// Why a run gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// It is missing or may not be run.
    #[error("could not start {}", program.display())]
    Start {
        /// Which program.
        program: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// Its pipes or its state could not be read.
    #[error("lost the process")]
    Lost(#[source] std::io::Error),
    /// It took too long, in all or without a word.
    #[error("took longer than {0:?}")]
    TimedOut(Duration),
    /// It said too much.
    #[error("wrote more than {0} bytes")]
    TooMuchOutput(u64),
    /// Somebody wanted it to end.
    #[error("was stopped")]
    Stopped,
    /// It ended on its own with a failure.
    #[error("failed ({status}): {}", .complaint.escape_debug())]
    Failed {
        /// How it ended.
        status: ExitStatus,
        /// What it complained about last. It may quote what a file holds, so it is written to no log as it is.
        complaint: String,
    },
}

/// Kills the process when the run is left early, whatever the reason.
struct Running {
    child: Child,
    ended: bool,
}

impl Running {
    fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    fn wait(
        &mut self,
        clock: &Clock,
        stop: &CancellationToken,
        deadline: Duration,
    ) -> Result<ExitStatus, RunError> {
        // Both its pipes are closed, so it is about to be gone. Its descriptor becomes readable when it is.
        let ending =
            pidfd_open(self.pid(), PidfdFlags::empty()).map_err(|error| RunError::Lost(error.into()))?;
        loop {
            if let Some(status) = self.child.try_wait().map_err(RunError::Lost)? {
                self.ended = true;
                return Ok(status);
            }
            if stop.is_cancelled() {
                return Err(RunError::Stopped);
            }
            if deadline < elapsed(clock) {
                return Err(RunError::TimedOut(deadline));
            }
            wait_readable(&mut [PollFd::new(&ending, PollFlags::IN)])?;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        // Its group is its own, see `spawn`. It may just have ended by itself.
        let _ = rustix::process::kill_process_group(self.pid(), Signal::KILL);
        let _ = self.child.wait();
    }
}

fn elapsed(clock: &Clock) -> Duration {
    clock.instant().since(shared::time::Instant::ZERO)
}

/// Runs a program to its end and gives its standard output, piece by piece, to `output`. Blocks. The program is killed
/// when a limit is reached, when `stop` is cancelled and when this process dies.
///
/// # Errors
/// [`RunError`].
pub fn run(
    invocation: &Invocation,
    limits: &Limits,
    clock: &Clock,
    stop: &CancellationToken,
    mut output: impl FnMut(&[u8]),
) -> Result<(), RunError> {
    if stop.is_cancelled() {
        return Err(RunError::Stopped);
    }
    let started = elapsed(clock);
    let deadline = started + limits.time_max;
    let mut running = Running { child: spawn(invocation, limits)?, ended: false };
    let (Some(mut stdout), Some(mut stderr)) = (running.child.stdout.take(), running.child.stderr.take())
    else {
        unreachable!("both were asked for as pipes");
    };
    let (mut stdout_open, mut stderr_open) = (true, true);
    let (mut heard, mut said) = (started, 0u64);
    let mut complaint = Tail::default();
    let mut buffer = vec![0; 64 * 1024];
    while stdout_open || stderr_open {
        let mut waiting = Vec::with_capacity(2);
        if stdout_open {
            waiting.push(PollFd::new(&stdout, PollFlags::IN));
        }
        if stderr_open {
            waiting.push(PollFd::new(&stderr, PollFlags::IN));
        }
        wait_readable(&mut waiting)?;
        let mut ready = waiting.iter().map(|fd| !fd.revents().is_empty());
        let stdout_ready = stdout_open && ready.next().unwrap_or(false);
        let stderr_ready = stderr_open && ready.next().unwrap_or(false);
        if stdout_ready {
            let bytes = read(&mut stdout, &mut buffer)?;
            stdout_open = !bytes.is_empty();
            said = said.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
            if limits.output_bytes_max < said {
                return Err(RunError::TooMuchOutput(limits.output_bytes_max));
            }
            output(bytes);
            heard = elapsed(clock);
        }
        if stderr_ready {
            let bytes = read(&mut stderr, &mut buffer)?;
            stderr_open = !bytes.is_empty();
            complaint.add(bytes);
        }
        if stop.is_cancelled() {
            return Err(RunError::Stopped);
        }
        let now = elapsed(clock);
        if deadline < now {
            return Err(RunError::TimedOut(limits.time_max));
        }
        if heard + limits.silence_max < now {
            return Err(RunError::TimedOut(limits.silence_max));
        }
    }
    let status = running.wait(clock, stop, deadline)?;
    if status.success() { Ok(()) } else { Err(RunError::Failed { status, complaint: complaint.text() }) }
}

fn spawn(invocation: &Invocation, limits: &Limits) -> Result<Child, RunError> {
    let (niceness, memory) = (limits.niceness, limits.memory_bytes_max);
    let parent = rustix::process::getpid();
    let mut command = std::process::Command::new(&invocation.program);
    command
        .args(&invocation.arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // Would make ffmpeg write a log with the file's name into the current folder.
        .env_remove("FFREPORT")
        // A group of its own, so that Ctrl-C in a terminal reaches the server alone, which then stops it in order.
        .process_group(0);
    // Programs that reach out are told their one way; none may be left to the surroundings.
    for name in ["http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy"] {
        command.env_remove(name).env_remove(name.to_ascii_uppercase());
    }
    let prepare = move || {
        rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
        // Had the server died before the call above, nobody would ever send that signal.
        if rustix::process::getppid() != Some(parent) {
            return Err(std::io::ErrorKind::BrokenPipe.into());
        }
        rustix::process::nice(i32::from(niceness))?;
        if memory.is_some() {
            setrlimit(Resource::As, Rlimit { current: memory, maximum: memory })?;
        }
        Ok(())
    };
    #[expect(
        unsafe_code,
        reason = "only the child itself can ask to die with its parent; between fork and exec nothing but four \
                  system calls is made, without locks or memory"
    )]
    // SAFETY: the closure makes system calls only, which is what is allowed between fork and exec.
    let command = unsafe { command.pre_exec(prepare) };
    command.spawn().map_err(|source| RunError::Start { program: invocation.program.clone(), source })
}

fn wait_readable(fds: &mut [PollFd<'_>]) -> Result<(), RunError> {
    let tick = Timespec { tv_sec: 0, tv_nsec: i64::from(TICK.subsec_nanos()) };
    match poll(fds, Some(&tick)) {
        Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
        Err(error) => Err(RunError::Lost(error.into())),
    }
}

fn read<'b>(pipe: &mut (impl Read + AsFd), buffer: &'b mut [u8]) -> Result<&'b [u8], RunError> {
    loop {
        match pipe.read(buffer) {
            Ok(bytes) => return Ok(buffer.get(..bytes).unwrap_or_default()),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(RunError::Lost(error)),
        }
    }
}

/// The end of what a program complains about.
#[derive(Default)]
struct Tail(Vec<u8>);

impl Tail {
    fn add(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
        let surplus = self.0.len().saturating_sub(TAIL_BYTES_MAX);
        self.0.drain(..surplus);
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0).trim().to_owned()
    }
}

impl RunError {
    /// Whether the program was killed by somebody else, such as the kernel when memory ran out: then a second try may
    /// do better.
    #[must_use]
    pub fn was_killed(&self) -> bool {
        matches!(self, RunError::Failed { status, .. } if status.signal().is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        time_max: Duration::from_secs(20),
        silence_max: Duration::from_secs(20),
        output_bytes_max: 1000,
        niceness: 3,
        memory_bytes_max: None,
    };

    fn sh(script: &str, limits: &Limits, stop: &CancellationToken) -> (Result<(), RunError>, String) {
        let invocation = Invocation { program: "sh".into(), arguments: vec!["-c".into(), script.into()] };
        let mut said = Vec::new();
        let outcome =
            run(&invocation, limits, &Clock::default(), stop, |bytes| said.extend_from_slice(bytes));
        (outcome, String::from_utf8(said).unwrap())
    }

    fn is_alive(pid: &str) -> bool {
        let state = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim()));
        // A zombie whose new parent has not looked yet is dead, too.
        state.is_ok_and(|state| !state.contains(") Z "))
    }

    fn wait_until(claim: impl Fn() -> bool) -> bool {
        let deadline = std::time::Instant::now() + Duration::from_secs(10);
        while std::time::Instant::now() < deadline {
            if claim() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        false
    }

    #[test]
    fn what_it_says_arrives_and_it_steps_back_for_others() {
        let (outcome, said) = sh("echo one; nice; echo two", &LIMITS, &CancellationToken::new());
        outcome.unwrap();
        let own: i32 = String::from_utf8(std::process::Command::new("nice").output().unwrap().stdout)
            .unwrap()
            .trim()
            .parse()
            .unwrap();
        assert_eq!(said, format!("one\n{}\ntwo\n", (own + 3).min(19)));
    }

    #[test]
    fn a_failure_brings_its_last_words() {
        let (outcome, _) = sh("seq 1 5000 >&2; echo too bad >&2; exit 7", &LIMITS, &CancellationToken::new());
        let Err(RunError::Failed { status, complaint }) = outcome else { panic!("{outcome:?}") };
        assert_eq!(status.code(), Some(7));
        assert!(complaint.ends_with("5000\ntoo bad"), "{complaint}");
        assert!(complaint.len() <= TAIL_BYTES_MAX);
    }

    #[test]
    fn limits_end_it() {
        let stop = CancellationToken::new();
        let short = Limits { time_max: Duration::from_millis(200), ..LIMITS };
        let script = "while :; do echo x; sleep 0.02; done";
        assert!(matches!(sh(script, &short, &stop).0, Err(RunError::TimedOut(_))));
        let patient = Limits { silence_max: Duration::from_millis(200), ..LIMITS };
        assert!(matches!(sh("echo x; sleep 60", &patient, &stop).0, Err(RunError::TimedOut(_))));
        assert!(matches!(sh("seq 1 100000", &LIMITS, &stop).0, Err(RunError::TooMuchOutput(1000))));
    }

    #[test]
    fn it_and_what_it_starts_get_no_more_memory_than_they_may() {
        let narrow = Limits { memory_bytes_max: Some(1024 * 1024 * 1024), ..LIMITS };
        // In KiB, as the shell counts.
        let (outcome, said) = sh("ulimit -v; sh -c 'ulimit -v'", &narrow, &CancellationToken::new());
        outcome.unwrap();
        assert_eq!(said, "1048576\n1048576\n");
    }

    #[test]
    fn a_stop_ends_it_with_all_it_started() {
        let stop = CancellationToken::new();
        let folder = tempfile::tempdir().unwrap();
        let pids = folder.path().join("pids");
        let script = format!("sleep 60 & echo $! > {0}.part; mv {0}.part {0}; wait", pids.display());
        std::thread::scope(|scope| {
            let run = scope.spawn(|| sh(&script, &LIMITS, &stop).0);
            assert!(wait_until(|| pids.exists()));
            stop.cancel();
            assert!(matches!(run.join().unwrap(), Err(RunError::Stopped)));
        });
        let child = std::fs::read_to_string(&pids).unwrap();
        assert!(wait_until(|| !is_alive(&child)));
        assert!(matches!(sh("echo never", &LIMITS, &stop).0, Err(RunError::Stopped)));
    }

    #[test]
    fn it_dies_with_the_thread_that_started_it() {
        let starter = std::thread::spawn(|| {
            let invocation = Invocation { program: "sleep".into(), arguments: vec!["60".into()] };
            spawn(&invocation, &LIMITS).unwrap()
        });
        let mut child = starter.join().unwrap();
        assert_eq!(child.wait().unwrap().signal(), Some(9));
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let invocation = Invocation { program: "/nowhere/ffmpeg".into(), arguments: Vec::new() };
        let outcome = run(&invocation, &LIMITS, &Clock::default(), &CancellationToken::new(), |_| {});
        assert_eq!(outcome.unwrap_err().to_string(), "could not start /nowhere/ffmpeg");
    }
}
