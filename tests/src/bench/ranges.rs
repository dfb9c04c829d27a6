//! Files over HTTP, beside nginx with sendfile and its cache of open files: the same bytes from the same folder.
//!
//! The load comes from wrk, over 64 connections that are kept. Costs are the server's processor time alone, so they say
//! the same on a busy machine as on a free one.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;

use super::processes::Usage;
use super::trial::{Figure, Trial};
use crate::rig::{Client, Clip, Instance, Upload, clip, eventually};

const ROUNDS: usize = 5;
/// Long enough for tens of thousands of requests.
const TURN_SECONDS: u32 = 3;
const CONNECTIONS: u32 = 64;
const FINISH_DURATION_MAX: Duration = Duration::from_secs(120);
const START_DURATION_MAX: Duration = Duration::from_secs(10);
const NGINX: &str = "/usr/sbin/nginx";

const RANGE_BYTES: usize = 1 << 20;
/// So many ranges are asked for, by chance; the file stays in the page cache.
const RANGES: usize = 64;
/// A media playlist of twenty minutes.
const PLAYLIST_BYTES: usize = 4500;

const CPU_PER_GB: Figure = Figure::cost("CPU per GB", "s");
const SPEED: Figure = Figure::yield_of("throughput", "MB/s");
const CPU_PER_REQUEST: Figure = Figure::cost("CPU per request", "us");
const RATE: Figure = Figure::yield_of("requests", "/s");

/// Measures.
///
/// # Errors
/// When a part is missing or an answer is wrong.
pub async fn run() -> Result<()> {
    let mut server = Instance::start().await?;
    let admin = server.admin().await?;
    let uuid = Upload::file(&admin, &json!({ "name": "Ranges" }), &clip(&Clip::default())?).await?;
    // Until ffmpeg is done the machine is not ours.
    Upload::finished(&admin, &uuid, FINISH_DURATION_MAX).await?;
    let folder = server.data().join("hls").join(&uuid);
    let period: Vec<u8> = (0..251).collect();
    fs::write(folder.join("bench.mp4"), period.repeat(RANGES * RANGE_BYTES / 251 + 1))?;
    fs::write(folder.join("bench.m3u8"), "#".repeat(PLAYLIST_BYTES))?;

    let place = tempfile::tempdir()?;
    let nginx = Nginx::start(place.path(), &server.data().join("hls")).await?;
    let ours = (server.pid().context("the server does not run")?, server.address());
    let theirs = (nginx.child.id(), nginx.address);
    let path = |name: &str| format!("/static/streaming-playlists/hls/{uuid}/{name}");
    ranges(place.path(), &[ours, theirs], &path("bench.mp4")).await?;
    playlists(&[ours, theirs], &path("bench.m3u8")).await?;
    drop(nginx);
    server.stop().await?;
    Ok(())
}

type Contender = (u32, SocketAddr);

async fn ranges(place: &Path, contenders: &[Contender], path: &str) -> Result<()> {
    let script = place.join("range.lua");
    fs::write(
        &script,
        format!(
            "request = function()\n  local first = math.random(0, {}) * {RANGE_BYTES}\n  \
             wrk.headers[\"Range\"] = string.format(\"bytes=%d-%d\", first, first + {})\n  \
             return wrk.format(\"GET\", nil)\nend\n",
            RANGES - 1,
            RANGE_BYTES - 1
        ),
    )?;
    for (_, address) in contenders {
        let client = Client::new(&format!("http://{address}"));
        let answer = client.get_range(path, "bytes=251-1048826").await?;
        ensure!(
            answer.status == 206 && answer.body.len() == RANGE_BYTES,
            "{address} answers {}",
            answer.status
        );
        ensure!(answer.body.first() == Some(&0), "{address} sends other bytes");
    }
    let mut trial = Trial::new("1 MB ranges over 64 connections", &["shoal", "nginx, sendfile"], ROUNDS);
    for turn in trial.turns() {
        let (pid, address) = *contenders.get(turn.1).context("two contenders")?;
        let before = Usage::of(pid)?;
        let load = wrk(address, path, Some(&script))?;
        let cpu = (Usage::of(pid)? - before).own.as_secs_f64();
        let gigabytes = load.requests * RANGE_BYTES as f64 / 1e9;
        trial.note(turn, CPU_PER_GB, cpu / gigabytes);
        trial.note(turn, SPEED, gigabytes * 1000.0 / f64::from(TURN_SECONDS));
    }
    trial.finish()
}

async fn playlists(contenders: &[Contender], path: &str) -> Result<()> {
    for (_, address) in contenders {
        let answer = Client::new(&format!("http://{address}")).get(path).await?;
        ensure!(
            answer.status == 200 && answer.body.len() == PLAYLIST_BYTES,
            "{address} answers {}",
            answer.status
        );
    }
    let mut trial = Trial::new("4.5 kB playlist over 64 connections", &["shoal", "nginx, sendfile"], ROUNDS);
    for turn in trial.turns() {
        let (pid, address) = *contenders.get(turn.1).context("two contenders")?;
        let before = Usage::of(pid)?;
        let load = wrk(address, path, None)?;
        let cpu = (Usage::of(pid)? - before).own.as_secs_f64();
        trial.note(turn, CPU_PER_REQUEST, cpu * 1e6 / load.requests);
        trial.note(turn, RATE, load.requests / f64::from(TURN_SECONDS));
    }
    trial.finish()
}

struct Load {
    requests: f64,
}

fn wrk(address: SocketAddr, path: &str, script: Option<&Path>) -> Result<Load> {
    let mut wrk = Command::new("wrk");
    wrk.args(["-t1", &format!("-c{CONNECTIONS}"), &format!("-d{TURN_SECONDS}s")]);
    if let Some(script) = script {
        wrk.arg("-s").arg(script);
    }
    let output = wrk.arg(format!("http://{address}{path}")).output().context("could not start wrk")?;
    let said = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "wrk failed: {said}{}", String::from_utf8_lossy(&output.stderr));
    // A faster wrong answer is none.
    if said.contains("Non-2xx") || said.contains("Socket errors") {
        bail!("not every request was answered well:\n{said}");
    }
    let requests = said.lines().find_map(|line| line.trim().split_once(" requests in "));
    let requests = requests.and_then(|(count, _)| count.parse().ok()).context("wrk counts no requests")?;
    Ok(Load { requests })
}

/// nginx in one process, so that all it costs is counted.
struct Nginx {
    child: Child,
    address: SocketAddr,
}

impl Nginx {
    async fn start(place: &Path, files: &Path) -> Result<Nginx> {
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let (place, files) = (place.display(), files.display());
        let config = format!(
            "daemon off; master_process off; pid {place}/pid; error_log {place}/error.log;\n\
             events {{ worker_connections 1024; }}\n\
             http {{\n\
             access_log off; sendfile on; tcp_nopush on; tcp_nodelay on;\n\
             keepalive_timeout 75; keepalive_requests 100000000;\n\
             open_file_cache max=1000 inactive=60s; open_file_cache_valid 60s;\n\
             client_body_temp_path {place}/body; proxy_temp_path {place}/proxy; fastcgi_temp_path {place}/fastcgi;\n\
             uwsgi_temp_path {place}/uwsgi; scgi_temp_path {place}/scgi;\n\
             types {{ video/mp4 mp4; application/vnd.apple.mpegurl m3u8; }}\n\
             server {{ listen {address};\n\
             location /static/streaming-playlists/hls/ {{ alias {files}/;\n\
             add_header Access-Control-Allow-Origin *; add_header Cache-Control \"public, max-age=0\";\n\
             add_header X-Content-Type-Options nosniff; }} }} }}\n"
        );
        let file = format!("{place}/nginx.conf");
        fs::write(&file, config)?;
        let child = Command::new(NGINX)
            .args(["-c", &file, "-p", &place.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("could not start nginx")?;
        let nginx = Nginx { child, address };
        let client = Client::new(&format!("http://{address}"));
        eventually("nginx answers", START_DURATION_MAX, async || Ok(client.get("/").await.ok().map(|_| ())))
            .await?;
        Ok(nginx)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
