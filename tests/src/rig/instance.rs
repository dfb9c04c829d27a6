//! A whole server: the real `shoal` program, on a free port, with its data in a temporary folder.
//!
//! Owns the process. Never looks into the data by itself; stories do. A folder outlives its server, so that the server
//! can be killed at any moment and started again on what it left. When a story fails, the end of the server's log is
//! printed and the folder is kept.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::client::Client;
use super::wait::eventually;

/// Password of `root` on every instance of ours.
pub const ADMIN_PASSWORD: &str = "a password for stories";
/// A cold start on a busy machine.
const START_DURATION_MAX: Duration = Duration::from_secs(60);
/// A server drains for 10 s at most; the rest is for a busy machine.
const STOP_DURATION_MAX: Duration = Duration::from_secs(30);
/// Another process may take a port between our finding it free and the server's taking it.
const PORT_TRIES_MAX: usize = 5;
/// A process that is told of its parent's death ends within moments.
const HELPER_END_DURATION_MAX: Duration = Duration::from_secs(10);
/// How much of a log is shown when a story fails.
const LOG_LINES_SHOWN: usize = 80;

/// How a server is started.
#[derive(Clone, Default)]
pub struct Options {
    /// Settings by name, such as `("federation.allow_private_hosts", "true")`.
    pub settings: Vec<(String, String)>,
    /// The program; the one built in release where none is named.
    pub program: Option<PathBuf>,
    /// The file that moves its date, for stories of days: see [`Options::dated_by`].
    pub calendar: Option<PathBuf>,
    /// Where its folder is made; where temporary files go if none is named.
    pub within: Option<PathBuf>,
}

impl Options {
    /// With its folder on this disk.
    #[must_use]
    pub fn on(mut self, folder: &Path) -> Options {
        self.within = Some(folder.to_owned());
        self
    }

    /// With the date that a file says, such as `+3d`, whatever is written there while it runs. Timers go on as they do.
    #[must_use]
    pub fn dated_by(mut self, file: &Path) -> Options {
        self.calendar = Some(file.to_owned());
        self
    }

    /// With one more setting.
    #[must_use]
    pub fn set(mut self, name: &str, value: impl ToString) -> Options {
        self.settings.push((name.to_owned(), value.to_string()));
        self
    }
}

/// The library that moves dates, where Debian's `faketime` has it.
fn fake_clock() -> Result<PathBuf> {
    let machine = format!("{}-linux-gnu", std::env::consts::ARCH);
    let library = Path::new("/usr/lib").join(machine).join("faketime/libfaketimeMT.so.1");
    ensure!(library.exists(), "{} is not there: install the package faketime", library.display());
    Ok(library)
}

/// A server that runs, or ran.
pub struct Instance {
    place: Option<TempDir>,
    options: Options,
    address: SocketAddr,
    child: Option<Child>,
}

impl Instance {
    /// Starts one as people get it.
    ///
    /// # Errors
    /// When the program is not built or does not start.
    pub async fn start() -> Result<Instance> {
        Instance::start_with(Options::default()).await
    }

    /// Starts one with settings.
    ///
    /// # Errors
    /// When the program is not built or does not start.
    pub async fn start_with(options: Options) -> Result<Instance> {
        let mut place = tempfile::Builder::new();
        let place = place.prefix("shoal-story-");
        let place = match &options.within {
            Some(folder) => place.tempdir_in(folder)?,
            None => place.tempdir()?,
        };
        let mut instance = Instance {
            place: Some(place),
            options,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            child: None,
        };
        for left in (0..PORT_TRIES_MAX).rev() {
            instance.address = free_address()?;
            match instance.launch().await {
                Ok(()) => break,
                Err(error) if left == 0 || !instance.log().contains("in use") => return Err(error),
                Err(_) => {}
            }
        }
        Ok(instance)
    }

    /// Starts it again on the same data and the same address.
    ///
    /// # Errors
    /// When it runs, or does not start.
    pub async fn restart(&mut self) -> Result<()> {
        ensure!(self.child.is_none(), "the server still runs");
        self.launch().await
    }

    /// One more setting, for [`Instance::restart`]. A later value of the same name takes the place of an earlier one.
    pub fn set(&mut self, name: &str, value: impl ToString) {
        self.options.settings.push((name.to_owned(), value.to_string()));
    }

    async fn launch(&mut self) -> Result<()> {
        let log = File::options().create(true).append(true).open(self.log_file())?;
        let mut command = Command::new(self.program()?);
        command.arg("serve").arg("--data").arg(self.data()).arg("--listen").arg(self.address.to_string());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("SHOAL_") {
                command.env_remove(name);
            }
        }
        command.env("SHOAL_ADMIN_PASSWORD", ADMIN_PASSWORD).env("SHOAL_WWW_DIR", in_checkout("target/www"));
        for (name, value) in &self.options.settings {
            command.env(format!("SHOAL_{}", name.replace('.', "_").to_uppercase()), value);
        }
        if let Some(calendar) = &self.options.calendar {
            // What the program `faketime` would set, without being the process that is stopped.
            command.env("LD_PRELOAD", fake_clock()?).env("FAKETIME_TIMESTAMP_FILE", calendar);
            command.env("FAKETIME_DONT_FAKE_MONOTONIC", "1").env("FAKETIME_NO_CACHE", "1");
        }
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        self.child = Some(command.spawn().context("could not start the server")?);
        self.wait_until_ready().await
    }

    async fn wait_until_ready(&mut self) -> Result<()> {
        let client = self.client();
        let log = self.log_file();
        let child = self.child.as_mut().context("the server was not started")?;
        let ready = eventually("the server answers", START_DURATION_MAX, async || {
            if let Some(status) = child.try_wait()? {
                bail!("the server ended ({status}) instead of starting:\n{}", end_of(&log));
            }
            Ok(client.get("/api/v1/config").await.ok().filter(|answer| answer.status == 200).map(|_| ()))
        })
        .await;
        if ready.is_err() {
            self.kill()?;
        }
        ready
    }

    fn program(&self) -> Result<PathBuf> {
        self.options.program.clone().map_or_else(program, Ok)
    }

    /// Somebody nobody knows yet, who talks to it.
    #[must_use]
    pub fn client(&self) -> Client {
        let client = Client::new(&self.url(""));
        // Who knows its own name gives tokens under no other.
        let named = self.options.settings.iter().rev().find(|(name, _)| name == "server.url");
        match named.and_then(|(_, url)| url.split_once("://")) {
            Some((_, host)) => client.with_header("host", host),
            None => client,
        }
    }

    /// The administrator, signed in.
    ///
    /// # Errors
    /// When signing in fails.
    pub async fn admin(&self) -> Result<Client> {
        self.client().sign_in("root", ADMIN_PASSWORD).await
    }

    /// An address on it.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its data folder.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.folder().join("data")
    }

    fn folder(&self) -> &Path {
        self.place.as_ref().expect("the folder is given up in drop alone").path()
    }

    fn log_file(&self) -> PathBuf {
        self.folder().join("server.log")
    }

    /// All it has printed.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    /// Its process number, while it runs.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// The command lines of what it has started and what runs now.
    #[must_use]
    pub fn at_work(&self) -> Vec<String> {
        let helpers = self.pid().map(children_of).unwrap_or_default();
        helpers.into_iter().filter(|helper| is_alive(*helper)).map(name_of).collect()
    }

    /// Bytes of memory it holds now.
    ///
    /// # Errors
    /// When it does not run.
    pub fn resident_bytes(&self) -> Result<u64> {
        let pid = self.pid().context("the server does not run")?;
        let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
        let line =
            status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS in its status")?;
        let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kilobytes * 1024)
    }

    /// Ends it at once, as `kill -9` does. What it had started must end by itself.
    ///
    /// # Errors
    /// When it cannot be ended, or a process it had started outlives it.
    pub fn kill(&mut self) -> Result<()> {
        let Some(mut child) = self.child.take() else { return Ok(()) };
        let helpers = children_of(child.id());
        child.kill()?;
        child.wait()?;
        let begun = Instant::now();
        while let Some(helper) = helpers.iter().find(|helper| is_alive(**helper)) {
            if HELPER_END_DURATION_MAX < begun.elapsed() {
                let name = name_of(*helper);
                for helper in &helpers {
                    // It may have ended by itself in between.
                    let _ = kill_process(*helper, Signal::KILL);
                }
                bail!("{name}, which the server had started, outlived it");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    /// Asks it to end and waits until it has.
    ///
    /// # Errors
    /// When it does not end in time.
    pub async fn stop(&mut self) -> Result<ExitStatus> {
        let mut child = self.child.take().context("the server does not run")?;
        kill_process(Pid::from_child(&child), Signal::TERM)?;
        let stopped =
            eventually("the server ends when asked", STOP_DURATION_MAX, async || Ok(child.try_wait()?)).await;
        if stopped.is_err() {
            child.kill()?;
            child.wait()?;
        }
        stopped
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        let killed = self.kill();
        if std::thread::panicking()
            && let Some(place) = self.place.take()
        {
            eprintln!("---- end of the server's log\n{}", end_of(&place.path().join("server.log")));
            eprintln!("---- all it left is in {}", place.keep().display());
        }
        if let Err(error) = killed {
            eprintln!("the server could not be ended: {error:#}");
        }
    }
}

fn end_of(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines.get(lines.len().saturating_sub(LOG_LINES_SHOWN)..).unwrap_or_default().join("\n")
}

/// Every process below `pid`.
pub(super) fn children_of(pid: u32) -> Vec<Pid> {
    let listed = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let text = listed.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    let direct: Vec<u32> = text
        .flat_map(|line| line.split_whitespace().filter_map(|word| word.parse().ok()).collect::<Vec<u32>>())
        .collect();
    let below = direct.iter().flat_map(|child| children_of(*child));
    let own = direct.iter().filter_map(|child| Pid::from_raw(i32::try_from(*child).ok()?));
    own.chain(below).collect()
}

/// Whether the process runs; one that has ended and waits to be noticed does not.
fn is_alive(pid: Pid) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).unwrap_or_default();
    let state = stat.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().next());
    state.is_some_and(|state| state != "Z" && state != "X")
}

fn name_of(pid: Pid) -> String {
    let line = fs::read(format!("/proc/{}/cmdline", pid.as_raw_nonzero())).unwrap_or_default();
    String::from_utf8_lossy(&line).replace('\0', " ")
}

/// The command lines of all processes that name a path.
///
/// # Errors
/// When the system does not say which processes there are.
pub fn processes_naming(path: &Path) -> Result<Vec<String>> {
    let path = path.to_string_lossy();
    let numbers =
        fs::read_dir("/proc")?.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let names = numbers.filter_map(Pid::from_raw).filter(|pid| is_alive(*pid)).map(name_of);
    Ok(names.filter(|name| name.contains(&*path)).collect())
}

/// The `shoal` program that stories are told with.
///
/// # Errors
/// When it is not built.
pub fn program() -> Result<PathBuf> {
    let named = std::env::var_os("SHOAL_BINARY").map(PathBuf::from);
    let program = named.unwrap_or_else(|| in_checkout("target/release/shoal"));
    ensure!(
        program.is_file(),
        "{} is missing: `cargo build --release -p backend` makes it",
        program.display()
    );
    Ok(program)
}

fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// A path inside the checkout.
#[must_use]
pub fn in_checkout(inside: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(inside)
}
