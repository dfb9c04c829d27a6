//! Running a test program under watch: its lines are shown and counted, and one that falls silent is ended.
//!
//! Owns the patience. Without it one test that hangs would hold a machine until somebody looks.

use std::io::{BufRead as _, BufReader};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process_group};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::{Handle, Signals};

use super::count::Count;
use crate::shop::Program;

/// The longest story takes some minutes on a busy machine and prints nothing meanwhile; compiling all of the server does too.
pub const SILENCE_DURATION_MAX: Duration = Duration::from_secs(20 * 60);

/// Runs it and counts.
///
/// # Errors
/// When it cannot be started.
pub fn run(program: Program, patience: Duration) -> Result<Count> {
    let line = program.line();
    let mut child = program.in_its_own_group().spawn_reading()?;
    let output = child.stdout.take().context("a test program without output")?;
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    let ctrl_c = end_with_us(Pid::from_child(&child))?;
    let mut count = Count::default();
    loop {
        match lines.recv_timeout(patience) {
            Ok(line) => {
                say!("{line}");
                count.read(&line);
            }
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                tell!("`{line}` has been silent for {} s: ended", patience.as_secs());
                kill_process_group(Pid::from_child(&child), Signal::KILL)?;
                break;
            }
        }
    }
    let status = child.wait()?;
    ctrl_c.close();
    if !status.success() && count.failed == 0 {
        tell!("`{line}` failed ({status}) without a count of its own");
        count.failed = 1;
    }
    Ok(count)
}

/// Being in a group of its own, it does not hear a Ctrl-C meant for us.
fn end_with_us(group: Pid) -> Result<Handle> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    let handle = signals.handle();
    thread::spawn(move || {
        if signals.forever().next().is_some() {
            // It may have ended by itself; either way we do.
            let _ = kill_process_group(group, Signal::KILL);
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
        let count = run(shell("echo 'test result: ok. 2 passed; 0 failed; 0 ignored'"), PATIENT).unwrap();
        assert_eq!(count, Count { passed: 2, failed: 0 });
    }

    #[test]
    fn a_program_that_dies_without_a_count_has_failed() {
        assert_eq!(run(shell("exit 101"), PATIENT).unwrap(), Count { passed: 0, failed: 1 });
    }

    #[test]
    fn a_program_that_hangs_is_ended_with_all_it_started() {
        let begun = Instant::now();
        let count = run(shell("sleep 600 & sleep 600"), Duration::from_millis(200)).unwrap();
        assert!(count.failed == 1 && begun.elapsed() < PATIENT);
    }
}
