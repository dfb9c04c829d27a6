//! The `shoal` command as a process of its own: what it prints, what it keeps, and how it ends.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use http::StatusCode;
use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process, setrlimit};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::rig::{Door, PASSWORD};

fn shoal_alone(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shoal"));
    command.args(arguments);
    command
}

fn shoal(data: &Path, arguments: &[&str]) -> Command {
    let mut command = shoal_alone(arguments);
    command.arg("--data").arg(data).env("SHOAL_SERVER_LISTEN", "127.0.0.1:0");
    command
}

/// What a command that ends printed: standard output when it succeeded, its sentence when it did not.
fn run(mut command: Command) -> Result<String, String> {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    if status.success() { Ok(text(stdout)) } else { Err(text(stderr)) }
}

/// A running `shoal serve`; killed when it goes.
struct Process {
    child: Child,
    door: Door,
    /// What it printed before it listened.
    lines: Vec<String>,
}

impl Process {
    fn start(data: &Path) -> Process {
        Process::start_with(shoal(data, &["serve"]).env("SHOAL_ADMIN_PASSWORD", PASSWORD))
    }

    fn start_with(command: &mut Command) -> Process {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut printed = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut lines = Vec::new();
        let address = loop {
            let line = printed.next().expect("the server starts");
            match line.strip_prefix("Shoal listens on http://") {
                Some(address) => break address.parse().unwrap(),
                None => lines.push(line),
            }
        };
        let door = Door(address);
        Process { child, door, lines }
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Waits for the end, at most ten seconds.
    fn ended(&mut self) -> std::process::ExitStatus {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < deadline, "the server ends within ten seconds");
            std::thread::park_timeout(Duration::from_millis(10));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Already gone in most stories.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn me(door: Door, token: &str) -> StatusCode {
    door.get("/api/v1/users/me").bearer(token).send().await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_start_prints_where_it_is_and_a_password_that_works() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start_with(&mut shoal(folder.path(), &["serve"]));
    let password = process.lines[0].strip_prefix("The administrator is root, with the password ").unwrap();
    assert_eq!(process.door.log_in("root", password).await.status, StatusCode::OK);
}

#[test]
fn a_reader_that_has_gone_stops_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let gone = || Stdio::from(std::io::pipe().unwrap().1);
    let mut settings = shoal(folder.path(), &["settings"]);
    let Output { status, stderr, .. } =
        settings.stdout(gone()).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap();
    assert_eq!((status.success(), String::from_utf8(stderr).unwrap().as_str()), (true, ""));

    let file = folder.path().join("backup");
    drop(Process::start(folder.path()));
    let mut backup = shoal(folder.path(), &["backup", file.to_str().unwrap()]);
    assert!(backup.stdout(gone()).status().unwrap().success());
    assert!(file.exists());

    // Whoever gives a full disk to write to learns of it.
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let Output { status, stderr, .. } =
        shoal(folder.path(), &["settings"]).stdout(full).stderr(Stdio::piped()).output().unwrap();
    assert!(!status.success());
    assert!(String::from_utf8(stderr).unwrap().starts_with("shoal: standard output takes nothing: "));
    let mut nowhere = shoal(folder.path(), &["backup", file.to_str().unwrap()]);
    let failed = nowhere.stdout(gone()).stderr(gone()).status().unwrap();
    assert_eq!(failed.code(), Some(1), "it is there already, and nobody hears of it");
}

#[test]
fn an_instance_nobody_listens_to_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let (log, writer) = std::io::pipe().unwrap();
    let mut command = shoal(folder.path(), &["serve"]);
    let nobody = Stdio::from(std::io::pipe().unwrap().1);
    let child = command.stdout(nobody).stderr(writer).spawn().unwrap();
    // What is left of the command would hold the log open.
    drop(command);
    let listens = BufReader::new(log).lines().map(Result::unwrap).find(|line| line.contains("listening"));
    let address = listens.unwrap().split("address=").nth(1).unwrap().split(' ').next().unwrap().parse();
    let mut process = Process { child, door: Door(address.unwrap()), lines: Vec::new() };
    // The log's reader has gone too, and the end is logged.
    process.signal(Signal::TERM);
    assert_eq!(process.ended().code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn thousands_that_say_nothing_cost_little_and_stop_nobody() {
    // Both ends need a descriptor, and the instance keeps some for other things.
    let most = getrlimit(Resource::Nofile).maximum;
    setrlimit(Resource::Nofile, Rlimit { current: most, maximum: most }).unwrap();
    let count = most.map_or(5000, |most| (most.saturating_sub(3000) / 2).min(5000));
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path());
    let memory = || {
        let status = std::fs::read_to_string(format!("/proc/{}/status", process.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().strip_suffix(" kB").unwrap().parse::<u64>().unwrap() * 1024
    };
    assert_eq!(process.door.get("/api/v1/ping").send().await.status, StatusCode::OK);
    let before = memory();
    let mut idle = Vec::new();
    for number in 0..count {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(([127, 0, 0, 2], 0).into()).unwrap();
        let mut stream = socket.connect(process.door.0).await.unwrap();
        // Some say nothing at all, the others were answered once.
        if number % 2 == 0 {
            stream.write_all(b"GET /api/v1/ping HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
            assert!(stream.read(&mut [0; 4096]).await.unwrap() != 0);
        }
        idle.push(stream);
    }
    assert_eq!(process.door.get("/api/v1/ping").send().await.status, StatusCode::OK);
    let each = memory().saturating_sub(before) / count;
    println!("{count} idle connections cost {each} bytes each");
    assert!(each < 32 * 1024, "{each} bytes each");
}

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_lets_answers_finish_and_ends_it() {
    let folder = tempfile::tempdir().unwrap();
    for signal in [Signal::TERM, Signal::INT] {
        let mut process = Process::start(folder.path());
        // A browser that holds its connection open does not hold up the end.
        let idle = tokio::net::TcpStream::connect(process.door.0).await.unwrap();
        process.signal(signal);
        assert!(process.ended().success());
        drop(idle);
    }
    assert!(folder.path().join("store/clean").exists(), "the store was closed in order");
    assert!(!folder.path().join("shoal.sock").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged: Vec<String> = Vec::new();
    for _ in 0..5 {
        let mut process = Process::start(folder.path());
        for token in &acknowledged {
            assert_eq!(me(process.door, token).await, StatusCode::OK);
        }
        // Killed while logins are under way; those that were answered count.
        let (door, pid) = (process.door, Pid::from_child(&process.child));
        let logins = tokio::spawn(async move {
            let mut tokens: Vec<String> = Vec::new();
            while let Some(token) = door.try_token().await {
                tokens.push(token);
                if tokens.len() == 3 {
                    let _ = kill_process(pid, Signal::KILL);
                }
            }
            tokens
        });
        acknowledged.extend(logins.await.unwrap());
        process.ended();
    }
    assert!(15 <= acknowledged.len());
    let process = Process::start(folder.path());
    for token in &acknowledged {
        assert_eq!(me(process.door, token).await, StatusCode::OK);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_running_instance_is_restored_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path());
    let token = process.door.token().await;
    let file = folder.path().join("backup");
    let name = file.to_str().unwrap();
    let printed = run(shoal(folder.path(), &["backup", name])).unwrap();
    assert!(printed.contains("The files of videos are not in it"), "{printed}");
    assert!(printed.contains(folder.path().join("hls").to_str().unwrap()), "{printed}");
    let again = run(shoal(folder.path(), &["backup", name])).unwrap_err();
    assert!(again.contains("is there already"), "{again}");
    let late = process.door.token().await;
    drop(process);

    let elsewhere = tempfile::tempdir().unwrap();
    std::fs::write(elsewhere.path().join("shoal.toml"), "[instance]\nname = \"Elsewhere\"\n").unwrap();
    run(shoal(elsewhere.path(), &["restore", name])).unwrap();
    let restored = Process::start(elsewhere.path());
    assert_eq!(
        (me(restored.door, &token).await, me(restored.door, &late).await),
        (StatusCode::OK, StatusCode::UNAUTHORIZED)
    );
    let occupied = run(shoal(elsewhere.path(), &["restore", name])).unwrap_err();
    assert!(occupied.contains("is not empty"), "{occupied}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_between_two_servers_is_explained_while_it_runs_and_at_rest() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path());
    let explain = |about: &str| run(shoal(folder.path(), &["federation", "explain", about]));
    let running = explain("Clips.example").unwrap();
    assert!(running.starts_with("clips.example was never told anything"), "{running}");
    assert!(explain("no host").unwrap_err().contains("neither a host nor an address"));
    drop(process);
    assert_eq!(explain("https://clips.example/accounts/bob").unwrap(), running);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_at_rest_is_backed_up_too_and_a_broken_backup_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let none = run(shoal(folder.path(), &["backup", folder.path().join("b").to_str().unwrap()])).unwrap_err();
    assert!(none.contains("there is no instance in"), "{none}");
    let mut process = Process::start(folder.path());
    process.signal(Signal::TERM);
    process.ended();
    let file = folder.path().join("backup");
    run(shoal(folder.path(), &["backup", file.to_str().unwrap()])).unwrap();

    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let refused = run(shoal(elsewhere.path(), &["restore", file.to_str().unwrap()])).unwrap_err();
    assert!(refused.contains("cannot be used: the backup is damaged"), "{refused}");
    assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_reset_whether_the_instance_runs_or_not() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path());
    let token = process.door.token().await;
    let printed = run(shoal(folder.path(), &["user", "reset-password", "root"])).unwrap();
    let password = printed.strip_prefix("The new password of root is ").unwrap().split(' ').next().unwrap();
    assert_eq!(me(process.door, &token).await, StatusCode::UNAUTHORIZED, "sessions end");
    assert_eq!(process.door.log_in("root", password).await.status, StatusCode::OK);
    assert_eq!(
        process.door.log_in("root", &PASSWORD.replace(' ', "+")).await.status,
        StatusCode::BAD_REQUEST
    );
    let nobody = run(shoal(folder.path(), &["user", "reset-password", "nobody"])).unwrap_err();
    assert!(nobody.contains("there is no user nobody"), "{nobody}");
    drop(process);

    let mut command = shoal(folder.path(), &["user", "reset-password", "root", "--stdin"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"typed-by-hand\n").unwrap();
    assert!(child.wait().unwrap().success());
    let process = Process::start(folder.path());
    assert_eq!(process.door.log_in("root", "typed-by-hand").await.status, StatusCode::OK);
}

#[test]
fn what_is_wrong_is_one_sentence_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let sentence = |change: &dyn Fn(&mut Command)| {
        let mut command = shoal(folder.path(), &["serve"]);
        change(&mut command);
        let printed = run(command).unwrap_err();
        // Log lines may come before it.
        let last = printed.lines().last().unwrap().to_owned();
        assert!(last.starts_with("shoal: "), "{printed}");
        last
    };
    let wrong = sentence(&|command| {
        command.env("SHOAL_LOGIN_FAILURES_PER_ADDRESS_MAX", "many");
    });
    assert!(
        wrong.contains("login.failures_per_address_max is wrong (in the variable SHOAL_LOGIN"),
        "{wrong}"
    );
    let flag = sentence(&|command| {
        command.args(["--url", "films.example"]);
    });
    assert!(flag.contains("server.url is wrong (after --url)"), "{flag}");
    let short = sentence(&|command| {
        command.env("SHOAL_ADMIN_PASSWORD", "12345");
    });
    assert!(short.contains("SHOAL_ADMIN_PASSWORD is wrong: a password has 6 to 255 letters"), "{short}");
    std::fs::write(folder.path().join("store/format"), "shoal store 7\n").unwrap();
    let newer = sentence(&|_| {});
    assert!(newer.contains("has format 7"), "{newer}");
    std::fs::write(folder.path().join("store/format"), "").unwrap();
    let damaged = sentence(&|_| {});
    assert!(damaged.contains("is damaged (its format file is not one of ours)"), "{damaged}");
}

#[test]
fn the_settings_are_printed_with_their_meaning() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = shoal(folder.path(), &["settings"]);
    command.env("SHOAL_INSTANCE_NAME", "Films");
    let printed = run(command).unwrap();
    assert!(printed.contains("# Its name, in titles and in the network.\nname = \"Films\"\n"), "{printed}");
    assert!(printed.parse::<toml::Table>().is_ok());
    let version = run(shoal_alone(&["--version"])).unwrap();
    assert_eq!(version, concat!("shoal ", env!("CARGO_PKG_VERSION"), "\n"));
}
