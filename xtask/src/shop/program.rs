//! Running other programs so that a failure reads as a sentence.
//!
//! Owns the command line and its environment. Never runs a shell.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::retry_on_intr;
use rustix::process::{Pid, PidfdFlags, pidfd_open};

/// A program about to be run.
pub struct Program {
    command: Command,
}

impl Program {
    /// By name on `PATH`, or by path.
    pub fn new(name: impl AsRef<OsStr>) -> Program {
        Program { command: Command::new(name) }
    }

    /// The cargo that runs this workshop.
    pub fn cargo() -> Program {
        Program::new(std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")))
    }

    /// One argument.
    pub fn arg(mut self, word: impl AsRef<OsStr>) -> Program {
        self.command.arg(word);
        self
    }

    /// Several arguments.
    pub fn args<W: AsRef<OsStr>>(mut self, words: impl IntoIterator<Item = W>) -> Program {
        self.command.args(words);
        self
    }

    /// A variable of its environment.
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Program {
        self.command.env(name, value);
        self
    }

    /// Variables that it must not see.
    pub fn without_env(mut self, names: &[&str]) -> Program {
        for name in names {
            self.command.env_remove(name);
        }
        self
    }

    /// It sees no variable at all but those that are named from here on.
    pub fn without_any_env(mut self) -> Program {
        self.command.env_clear();
        self
    }

    /// Where it runs.
    pub fn within(mut self, folder: &Path) -> Program {
        self.command.current_dir(folder);
        self
    }

    /// What it is told, for a person to read and to type again.
    pub fn line(&self) -> String {
        let words = std::iter::once(self.command.get_program()).chain(self.command.get_args());
        words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
    }

    /// Runs it to its end, its output shown as it comes.
    ///
    /// # Errors
    /// When it cannot be started or ends badly.
    pub fn run(mut self) -> Result<()> {
        let status = self.command.status().with_context(|| self.not_started())?;
        self.judge(status)
    }

    /// Runs it to its end; false when it ends badly or takes longer than `limit`, and is then killed.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn run_within(mut self, limit: Duration) -> Result<bool> {
        let mut child = self.command.spawn().with_context(|| self.not_started())?;
        let ends = pidfd_open(Pid::from_child(&child), PidfdFlags::empty())?;
        let mut waited = [PollFd::new(&ends, PollFlags::IN)];
        let limit = Timespec::try_from(limit)?;
        if retry_on_intr(|| poll(&mut waited, Some(&limit)))? == 0 {
            child.kill()?;
            child.wait()?;
            return Ok(false);
        }
        Ok(child.wait()?.success())
    }

    /// Runs it to its end, hearing each line it prints to standard output.
    ///
    /// # Errors
    /// When it cannot be started or ends badly.
    pub fn run_hearing(mut self, mut hear: impl FnMut(&str)) -> Result<()> {
        self.command.stdout(Stdio::piped());
        let mut child = self.command.spawn().with_context(|| self.not_started())?;
        let output = child.stdout.take().with_context(|| self.not_started())?;
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            hear(&line);
        }
        self.judge(child.wait()?)
    }

    /// Runs it to its end and returns what it printed to standard output, without the last line break.
    ///
    /// # Errors
    /// When it cannot be started or ends badly; then what it printed to standard error is in the sentence.
    pub fn read(mut self) -> Result<String> {
        let output = self.command.stdin(Stdio::null()).output().with_context(|| self.not_started())?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            bail!("`{}` failed ({}): {}", self.line(), output.status, said.trim());
        }
        let text = String::from_utf8(output.stdout)
            .with_context(|| format!("`{}` printed what is not text", self.line()))?;
        Ok(text.trim_end().to_owned())
    }

    /// Starts it and hands it over, with standard output to be read by us.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn spawn_reading(mut self) -> Result<Child> {
        self.command.stdout(Stdio::piped());
        self.command.spawn().with_context(|| self.not_started())
    }

    /// The same with standard error.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn spawn_reading_all(mut self) -> Result<Child> {
        self.command.stdout(Stdio::piped()).stderr(Stdio::piped());
        self.command.spawn().with_context(|| self.not_started())
    }

    /// Apart from us, so that it can be ended together with all it starts.
    pub fn in_its_own_group(mut self) -> Program {
        self.command.process_group(0);
        self
    }

    fn not_started(&self) -> String {
        format!("could not start `{}`", self.line())
    }

    fn judge(&self, status: ExitStatus) -> Result<()> {
        if status.success() { Ok(()) } else { bail!("`{}` failed ({status})", self.line()) }
    }
}

/// Where a program lies, if it is on `PATH`.
pub fn find_on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    #[test]
    fn a_program_that_fails_says_which_and_why() {
        let error = Program::new("sh").args(["-c", "echo broken >&2; exit 3"]).read().unwrap_err();
        let said = format!("{error:#}");
        assert!(said.contains("exit 3") && said.contains("broken"), "{said}");
    }

    #[test]
    fn a_program_that_is_not_there_says_so() {
        let error = Program::new("no-such-program-here").read().unwrap_err();
        assert!(format!("{error:#}").contains("could not start `no-such-program-here`"));
    }

    #[test]
    fn a_program_that_takes_too_long_is_ended() {
        let begun = Instant::now();
        let in_time = Program::new("sleep").arg("60").run_within(Duration::from_millis(100)).unwrap();
        assert!(!in_time && begun.elapsed() < Duration::from_secs(30));
        assert!(Program::new("true").run_within(Duration::from_secs(30)).unwrap());
        assert!(!Program::new("false").run_within(Duration::from_secs(30)).unwrap());
    }

    #[test]
    fn what_a_program_prints_is_heard_line_by_line() {
        let mut heard = Vec::new();
        let shell = |script: &str| Program::new("sh").args(["-c", script]);
        shell("echo one; echo two").run_hearing(|line| heard.push(line.to_owned())).unwrap();
        assert_eq!(heard, ["one", "two"]);
        assert!(shell("exit 1").run_hearing(|_| ()).is_err());
    }
}
