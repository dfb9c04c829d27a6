//! The server's process while `run` lasts.
//!
//! Owns its start, its end and what it prints; signals that reach us are passed on, and we end when it has. The surprise
//! is that its output goes through our hands: on the first start it tells the administrator's password, once.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Child;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::publish::answers;
use crate::shop::{Program, Root};

/// A large store takes a while to be read.
const START_DURATION_MAX: Duration = Duration::from_secs(60);
/// How often a starting server is asked whether it is there.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// What the line that tells the password begins with.
const PASSWORD_LINE: &str = "administrator's password: ";

/// What the server told us.
#[derive(Default)]
pub struct Told {
    /// On the first start, unless the person chose it.
    pub password: Option<String>,
}

/// A server that answers.
pub struct Server {
    child: Child,
    told: Told,
    passwords: Receiver<String>,
}

impl Server {
    /// Starts it with its data in `data/` and waits until it answers.
    ///
    /// # Errors
    /// When it ends instead, or something else listens there.
    pub fn start(root: &Root, listen: &str, more: &[String]) -> Result<Server> {
        let address = format!("http://{listen}");
        if answers(&address) {
            bail!(
                "something already answers on {address}: stop it, or choose another port with `-- --listen 127.0.0.1:PORT`"
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
        let mut child = program.args(more).env("SHOAL_WWW_DIR", root.target("www")).spawn_reading()?;
        pass_signals_on(&child)?;
        let passwords = show_output(&mut child)?;

        let begun = Instant::now();
        while !answers(&address) {
            if let Some(status) = child.try_wait()? {
                bail!("it ended ({status}) instead of starting");
            }
            if START_DURATION_MAX < begun.elapsed() {
                child.kill()?;
                bail!("it did not answer on {address} within {} s", START_DURATION_MAX.as_secs());
            }
            thread::sleep(LOOK_EVERY);
        }
        // The password is printed before the port is opened, so it is here by now if there is one.
        let told = Told { password: passwords.try_recv().ok() };
        Ok(Server { child, told, passwords })
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
        drop(self.passwords);
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

fn show_output(child: &mut Child) -> Result<Receiver<String>> {
    let output = child.stdout.take().context("the server has no output")?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some((_, password)) = line.split_once(PASSWORD_LINE) {
                // Nobody listens once the start is over; the line is shown all the same.
                let _ = sender.send(password.trim().to_owned());
            }
            let mut out = std::io::stdout().lock();
            // A closed terminal must not end the server's reader.
            let _ = writeln!(out, "{line}").and_then(|()| out.flush());
        }
    });
    Ok(receiver)
}
