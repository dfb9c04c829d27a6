//! Running test programs under watch: their lines are shown and counted, and one that falls silent is ended.
//!
//! Owns the patience. Without it one test that hangs would hold a machine until somebody looks.

use std::io::{BufRead as _, BufReader, Read};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::{Handle, Signals};

use super::count::Count;
use crate::shop::Program;

/// The longest story takes some minutes on a busy machine and prints nothing meanwhile; compiling all of the server does too.
pub const SILENCE_DURATION_MAX: Duration = Duration::from_secs(20 * 60);

/// Runs lanes side by side, the programs of each one after the other, and counts. What a test program says is shown when
/// it has said all, so that two lanes do not mix their lines.
///
/// # Errors
/// When one cannot be started.
pub fn run(lanes: Vec<Vec<Program>>, patience: Duration) -> Result<Count> {
    let watch = Watch { patience, groups: Arc::default() };
    let ctrl_c = end_with_us(Arc::clone(&watch.groups))?;
    let counts: Vec<Result<Count>> = thread::scope(|scope| {
        let lane = |programs| scope.spawn(|| watch.lane(programs));
        let lanes: Vec<_> = lanes.into_iter().map(lane).collect();
        lanes
            .into_iter()
            .map(|lane| lane.join().unwrap_or_else(|_| bail!("a lane of tests panicked")))
            .collect()
    });
    ctrl_c.close();
    counts.into_iter().try_fold(Count::default(), |sum, count| Ok(sum.plus(count?)))
}

/// Process groups that are running.
type Groups = Arc<Mutex<Vec<Pid>>>;

struct Watch {
    patience: Duration,
    groups: Groups,
}

impl Watch {
    fn lane(&self, programs: Vec<Program>) -> Result<Count> {
        programs.into_iter().try_fold(Count::default(), |sum, program| Ok(sum.plus(self.program(program)?)))
    }

    fn program(&self, program: Program) -> Result<Count> {
        let line = program.line();
        let mut child = program.in_its_own_group().spawn_reading_all()?;
        let group = Pid::from_child(&child);
        lock(&self.groups).push(group);
        let output = child.stdout.take().context("a test program without output")?;
        let errors = child.stderr.take().context("a test program without errors")?;
        let (sender, lines) = mpsc::channel();
        send(errors, sender.clone());
        send(output, sender);
        let mut count = Count::default();
        let mut said = Vec::new();
        loop {
            match lines.recv_timeout(self.patience) {
                Ok(line) => {
                    let before = count;
                    count.read(&line);
                    said.push(line);
                    if before != count {
                        show(&mut said);
                    }
                }
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    show(&mut said);
                    tell!("`{line}` has been silent for {} s: ended", self.patience.as_secs());
                    kill_process_group(group, Signal::KILL)?;
                    break;
                }
            }
        }
        show(&mut said);
        let status = child.wait()?;
        lock(&self.groups).retain(|running| *running != group);
        if !status.success() && count.failed == 0 {
            tell!("`{line}` failed ({status}) without a count of its own");
            count.failed = 1;
        }
        Ok(count)
    }
}

fn send(stream: impl Read + Send + 'static, sender: mpsc::Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
}

/// In one piece: one call writes all of it.
fn show(said: &mut Vec<String>) {
    if !said.is_empty() {
        say!("{}", said.join("\n"));
        said.clear();
    }
}

fn lock(groups: &Groups) -> MutexGuard<'_, Vec<Pid>> {
    groups.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Being in groups of their own, they do not hear a Ctrl-C meant for us.
fn end_with_us(groups: Groups) -> Result<Handle> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    let handle = signals.handle();
    thread::spawn(move || {
        if signals.forever().next().is_some() {
            for group in lock(&groups).iter() {
                // It may have ended by itself; either way we do.
                let _ = kill_process_group(*group, Signal::KILL);
            }
            std::process::exit(130);
        }
    });
    Ok(handle)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    const PATIENT: Duration = Duration::from_secs(60);

    fn shell(script: &str) -> Program {
        Program::new("sh").args(["-c", script])
    }

    #[test]
    fn lines_are_counted() {
        let says =
            |count: u32| shell(&format!("echo 'test result: ok. {count} passed; 0 failed; 0 ignored'"));
        let count = run(vec![vec![says(2), says(3)], vec![says(4)]], PATIENT).unwrap();
        assert_eq!(count, Count { passed: 9, failed: 0 });
    }

    #[test]
    fn a_program_that_dies_without_a_count_has_failed() {
        assert_eq!(
            run(vec![vec![shell("exit 101")], vec![]], PATIENT).unwrap(),
            Count { passed: 0, failed: 1 }
        );
    }

    #[test]
    fn a_program_that_hangs_is_ended_with_all_it_started() {
        let begun = Instant::now();
        let count = run(vec![vec![shell("sleep 600 & sleep 600")]], Duration::from_millis(200)).unwrap();
        assert!(count.failed == 1 && begun.elapsed() < PATIENT);
    }
}
