//! One film to keep out of a stream's files, beside an ffmpeg for each who asks, which is how PeerTube makes it; and two
//! hundred who fetch at once, which must not cost memory.
//!
//! The rival writes a fragmented file, since it cannot write another one into a pipe, and knows no length before it is
//! done; ours has its length and its ranges from the first byte on.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::processes::Usage;
use super::trial::{Figure, Trial};
use crate::rig::{Clip, Instance, Options, Upload, clip, eventually_every};

const ROUNDS: usize = 5;
const SECONDS: u32 = 60;
/// Who fetches at the same time.
const AT_ONCE: usize = 200;
const SOON: Duration = Duration::from_secs(300);
const READ_BYTES: usize = 256 * 1024;

const CPU: Figure = Figure::cost("CPU per download", "ms");
const FIRST: Figure = Figure::cost("first byte after", "ms");
const WHOLE: Figure = Figure::cost("last byte after", "ms");

/// Measures.
///
/// # Errors
/// When a part is missing or an answer is wrong.
pub async fn run() -> Result<()> {
    let mut server = Instance::start_with(Options::default().set("transcoding.heights", "720")).await?;
    let admin = server.admin().await?;
    let bitrate = ["-b:v", "4M", "-minrate", "4M", "-maxrate", "4M", "-bufsize", "4M"].map(str::to_owned);
    let source = clip(&Clip {
        seconds: SECONDS,
        width: 1280,
        height: 720,
        more: bitrate.to_vec(),
        ..Clip::default()
    })?;
    let uuid = Upload::file(&admin, &json!({ "name": "A minute", "privacy": 1 }), &source).await?;
    Upload::finished(&admin, &uuid, SOON).await?;
    let video = admin.get(&format!("/api/v1/videos/{uuid}")).await?.expect(200)?.json()?;
    let files = video.pointer("/streamingPlaylists/0/files").and_then(Value::as_array).context("no files")?;
    let number = |file: &Value| file.get("id").and_then(Value::as_u64);
    let ids: Vec<String> = files.iter().filter_map(number).map(|id| format!("videoFileIds={id}")).collect();
    ensure!(!ids.is_empty(), "no files in {video}");
    let path = format!("/download/videos/generate/{uuid}?{}", ids.join("&"));
    let folder = server.data().join("hls").join(&uuid);
    let mut parts: Vec<_> = std::fs::read_dir(&folder)?.collect::<Result<Vec<_>, _>>()?;
    parts.retain(|part| part.path().extension().is_some_and(|ending| ending == "mp4"));
    let parts: Vec<_> = parts.into_iter().map(|part| part.path()).collect();

    one(&server, &path, &parts).await?;
    many(&server, &path).await?;
    server.stop().await?;
    Ok(())
}

async fn one(server: &Instance, path: &str, parts: &[std::path::PathBuf]) -> Result<()> {
    let pid = server.pid().context("the server does not run")?;
    let mut trial = Trial::new("one film out of a stream", &["shoal", "ffmpeg -c copy"], ROUNDS);
    for turn in trial.turns() {
        let begun = Instant::now();
        let (cpu, first, bytes) = if turn.1 == 0 {
            let before = Usage::of(pid)?;
            let mut stream = asked(server.address(), path).await?;
            let (first, bytes) = drain(&mut stream, begun).await?;
            (Usage::of(pid)? - before, first, bytes)
        } else {
            let this = std::process::id();
            let before = Usage::of(this)?.children;
            let (first, bytes) = rival(parts, begun).await?;
            let children = Usage::of(this)?.children.saturating_sub(before);
            (Usage { own: Duration::ZERO, children }, first, bytes)
        };
        ensure!(u64::from(SECONDS) * 100_000 < bytes, "{bytes} bytes are no film");
        trial.note(turn, CPU, cpu.total().as_secs_f64() * 1e3);
        trial.note(turn, FIRST, first.as_secs_f64() * 1e3);
        trial.note(turn, WHOLE, begun.elapsed().as_secs_f64() * 1e3);
    }
    trial.finish()
}

async fn rival(parts: &[std::path::PathBuf], begun: Instant) -> Result<(Duration, u64)> {
    let mut command = Command::new("ffmpeg");
    command.args(["-nostdin", "-v", "error"]);
    for part in parts {
        command.arg("-i").arg::<&Path>(part);
    }
    for number in 0..parts.len() {
        command.args(["-map", &number.to_string()]);
    }
    command.args(["-c", "copy", "-movflags", "frag_keyframe+empty_moov", "-f", "mp4", "pipe:1"]);
    let mut child = command.stdout(Stdio::piped()).kill_on_drop(true).spawn().context("no ffmpeg")?;
    let mut output = child.stdout.take().context("no output")?;
    let told = drain(&mut output, begun).await?;
    ensure!(child.wait().await?.success(), "ffmpeg failed");
    Ok(told)
}

async fn asked(address: SocketAddr, path: &str) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    Ok(stream)
}

/// Reads to the end: after what time the first byte was there, and how many there were.
async fn drain(from: &mut (impl AsyncReadExt + Unpin), begun: Instant) -> Result<(Duration, u64)> {
    let mut buffer = vec![0; READ_BYTES];
    let mut first = None;
    let mut bytes = 0;
    loop {
        let read = from.read(&mut buffer).await?;
        if read == 0 {
            return Ok((first.context("nothing came")?, bytes));
        }
        first.get_or_insert(begun.elapsed());
        bytes += u64::try_from(read)?;
    }
}

/// All of them hold the beginning of the film, and then read on to its end.
async fn many(server: &Instance, path: &str) -> Result<()> {
    let pid = server.pid().context("the server does not run")?;
    let before = server.resident_bytes()?;
    let cpu_before = Usage::of(pid)?;
    let together = Arc::new(Barrier::new(AT_ONCE + 1));
    let mut readers = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (address, path, together) = (server.address(), path.to_owned(), Arc::clone(&together));
        readers.spawn(async move {
            let mut stream = asked(address, &path).await?;
            let mut beginning = [0; 1024];
            stream.read_exact(&mut beginning).await?;
            ensure!(beginning.starts_with(b"HTTP/1.1 200 "), "{}", String::from_utf8_lossy(&beginning));
            together.wait().await;
            let (_, bytes) = drain(&mut stream, Instant::now()).await?;
            anyhow::Ok(bytes + u64::try_from(beginning.len())?)
        });
    }
    let begun = Instant::now();
    tokio::time::timeout(SOON, together.wait()).await.context("not all of them were answered")?;
    let held = server.resident_bytes()?;
    let (mut most, mut bytes, mut lengths) = (held, 0, Vec::new());
    let told = eventually_every(Duration::from_millis(20), "all to have it", SOON, async || {
        most = most.max(server.resident_bytes()?);
        while let Some(done) = readers.try_join_next() {
            let length = done??;
            bytes += length;
            lengths.push(length);
        }
        Ok(readers.is_empty().then_some(()))
    });
    told.await?;
    let spent = (Usage::of(pid)? - cpu_before).own;
    ensure!(lengths.iter().all(|length| Some(length) == lengths.first()), "they have not the same");
    println!("{AT_ONCE} downloads of {:.1} MB at once", bytes as f64 / AT_ONCE as f64 / 1e6);
    println!(
        "  memory: {:.1} MB before, {:.1} MB while all were answered, {:.1} MB at most",
        before as f64 / 1e6,
        held as f64 / 1e6,
        most as f64 / 1e6
    );
    println!(
        "  {:.2} s of processor time a GB, {:.0} MB/s",
        spent.as_secs_f64() / (bytes as f64 / 1e9),
        bytes as f64 / 1e6 / begun.elapsed().as_secs_f64()
    );
    Ok(())
}
