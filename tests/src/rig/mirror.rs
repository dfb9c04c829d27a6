//! `shoal seed`: a mirror of somebody's videos, as a process of its own.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use super::instance::program;

const SOON: Duration = Duration::from_secs(60);

/// A mirror that runs, and all it said so far.
pub struct Mirror {
    process: Child,
    /// What it said until it was waited for no longer.
    pub said: String,
}

impl Mirror {
    /// `shoal seed`, until it says a line that holds `until`.
    ///
    /// # Errors
    /// When it ends before that, or takes longer than a minute.
    pub async fn run(url: &str, folder: &Path, more: &[&str], until: &str) -> Result<Mirror> {
        let mut process = Command::new(program()?)
            .args(["seed", url, "--folder"])
            .arg(folder)
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .kill_on_drop(true)
            .spawn()?;
        let mut lines = BufReader::new(process.stdout.take().context("no output")?).lines();
        let mut said = String::new();
        let hearing = async {
            while let Some(line) = lines.next_line().await? {
                said.push_str(&line);
                said.push('\n');
                if line.contains(until) {
                    return Ok(());
                }
            }
            bail!("the mirror ended:\n{said}")
        };
        tokio::time::timeout(SOON, hearing).await.context("the mirror is not done in time")??;
        // A full pipe would stop it.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Mirror { process, said })
    }

    /// Ends it as a power cut would.
    ///
    /// # Errors
    /// When it has ended already.
    pub async fn kill(mut self) -> Result<()> {
        Ok(self.process.kill().await?)
    }
}
