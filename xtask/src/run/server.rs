//! The server's process while `run` lasts.
//!
//! Owns its start, its end and what it prints; signals that reach us are passed on, and we end when it has. The surprise
//! is that its output goes through our hands: on the first start it tells the administrator's password, once.

use std::io::{BufRead as _, BufReader};
use std::process::Child;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::publish::answers;
use crate::shop::{Program, Root};

/// A large store takes a while to be read.
const START_DURATION_MAX: Duration = Duration::from_secs(60);
/// How the line that tells the password goes on to it.
const PASSWORD_LINE: &str = "with the password ";
/// How the last line of a start begins.
const LISTEN_LINE: &str = "Shoal listens on ";

/// What the server told us.
#[derive(Clone)]
pub struct Told {
    /// Where it is, as people type it.
    pub address: String,
    /// On the first start, unless the person chose it.
    pub password: Option<String>,
}

/// A server that answers.
pub struct Server {
    child: Child,
    told: Told,
}

impl Server {
    /// Starts it with its data in `data/` and waits until it listens.
    ///
    /// # Errors
    /// When it ends instead, or something else listens there.
    pub fn start(root: &Root, listen: &str, more: &[String]) -> Result<Server> {
        if answers(&format!("http://{listen}")) {
            bail!(
                "another instance already answers on http://{listen}: stop it, or choose another port with \
                 `cargo xtask run -- --listen 127.0.0.1:PORT`"
            );
        }
        let has = |flag: &str| more.iter().any(|word| word == flag || word.starts_with(&format!("{flag}=")));
        let mut program = Program::new(root.target("release/shoal")).arg("serve").within(root.path());
        if !has("--data") {
            program = program.args(["--data", "./data"]);
        }
        if !has("--listen") {
            program = program.args(["--listen", listen]);
        }
        Server::of(program.args(more).env("SHOAL_WWW_DIR", root.target("www")))
    }

    /// Starts a program of ours and waits until it listens.
    ///
    /// # Errors
    /// When it ends instead.
    pub fn of(program: Program) -> Result<Server> {
        let mut child = program.spawn_reading()?;
        pass_signals_on(&child)?;
        match show_output(&mut child)?.recv_timeout(START_DURATION_MAX) {
            Ok(told) => Ok(Server { child, told }),
            Err(RecvTimeoutError::Disconnected) => bail!("it ended ({}) instead of starting", child.wait()?),
            Err(RecvTimeoutError::Timeout) => {
                child.kill()?;
                bail!("it did not listen within {} s", START_DURATION_MAX.as_secs())
            }
        }
    }

    /// What it has told so far.
    pub fn told(&self) -> &Told {
        &self.told
    }

    /// Waits until it ends.
    ///
    /// # Errors
    /// When it ends badly.
    pub fn wait(mut self) -> Result<()> {
        let status = self.child.wait()?;
        if status.success() { Ok(()) } else { bail!("the instance ended badly ({status})") }
    }

    /// Asks it to end and waits until it has.
    ///
    /// # Errors
    /// When it ends badly.
    pub fn stop(self) -> Result<()> {
        kill_process(Pid::from_child(&self.child), Signal::TERM)?;
        self.wait()
    }
}

/// A terminal's Ctrl-C reaches the server by itself; other ways of ending us do not.
fn pass_signals_on(child: &Child) -> Result<()> {
    let pid = Pid::from_child(child);
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    thread::spawn(move || {
        for _ in signals.forever() {
            // It may have ended already, and then nothing is left to do.
            let _ = kill_process(pid, Signal::TERM);
        }
    });
    Ok(())
}

/// Shows all it prints, and gives what it tells when it has told it.
fn show_output(child: &mut Child) -> Result<Receiver<Told>> {
    let output = child.stdout.take().context("the server has no output")?;
    let (sender, receiver) = mpsc::channel();
    let mut sender = Some(sender);
    thread::spawn(move || {
        let mut password = None;
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            say!("{line}");
            if let Some((_, word)) = line.split_once(PASSWORD_LINE) {
                password = Some(word.trim().to_owned());
            }
            if let Some(address) = line.strip_prefix(LISTEN_LINE)
                && let Some(sender) = sender.take()
            {
                // Whoever waited may have given up.
                let _ = sender.send(Told {
                    address: address.trim_end_matches('/').to_owned(),
                    password: password.take(),
                });
            }
        }
    });
    Ok(receiver)
}
