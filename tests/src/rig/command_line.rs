//! PeerTube's own command line, over the package that `cargo xtask fetch` installs, in a home of its own.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;
use tokio::process::Command;
use tokio::time::timeout;

use super::instance::in_checkout;

/// An upload of some megabytes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// Somebody at a terminal. What they are signed in to is forgotten when this is dropped.
pub struct CommandLine {
    home: TempDir,
}

impl CommandLine {
    /// Opens a home that nothing is in.
    ///
    /// # Errors
    /// When there is no place for it.
    pub fn new() -> Result<CommandLine> {
        Ok(CommandLine { home: tempfile::tempdir()? })
    }

    /// Remembers an instance and who one is there; from then on commands are for it.
    ///
    /// # Errors
    /// As [`CommandLine::run`].
    pub async fn sign_in(&self, url: &str, username: &str, password: &str) -> Result<()> {
        self.run(&["auth", "add", "-u", url, "-U", username, "-p", password, "--default"]).await?;
        Ok(())
    }

    /// Runs a command; what it said, to either output.
    ///
    /// # Errors
    /// When the package is not installed, or the command fails or takes too long.
    pub async fn run(&self, words: &[&str]) -> Result<String> {
        let script = in_checkout("target/npm/node_modules/@peertube/peertube-cli/dist/peertube.js");
        ensure!(script.is_file(), "{} is missing: `cargo xtask fetch` brings it", script.display());
        let mut command = Command::new("node");
        command.arg(script).args(words).env("HOME", self.home.path()).env_remove("XDG_CONFIG_HOME");
        let output = command.stdin(Stdio::null()).kill_on_drop(true).output();
        let output = timeout(PATIENCE, output).await.with_context(|| format!("{words:?} does not end"))??;
        let said =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        ensure!(output.status.success(), "{words:?} failed: {said}");
        Ok(said)
    }
}
