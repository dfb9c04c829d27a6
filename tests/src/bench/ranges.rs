//! Files over HTTP, beside nginx with sendfile and its cache of open files: the same bytes from the same folder.
//!
//! The load comes from wrk, over 64 connections that are kept. Costs are the server's processor time alone, so they say
//! the same on a busy machine as on a free one.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::load::{TURN, wrk};
use super::nginx::Nginx;
use super::processes::Usage;
use super::trial::{Figure, Trial};
use crate::rig::{Client, Clip, Instance, Upload, clip};

const ROUNDS: usize = 5;
const FINISH_DURATION_MAX: Duration = Duration::from_secs(120);

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
    // Whoever says nothing of it gets a private video, whose files need a token.
    let said = json!({ "name": "Ranges", "privacy": 1 });
    let uuid = Upload::file(&admin, &said, &clip(&Clip::default())?).await?;
    // Until ffmpeg is done the machine is not ours.
    Upload::finished(&admin, &uuid, FINISH_DURATION_MAX).await?;
    let folder = server.data().join("hls").join(&uuid);
    let period: Vec<u8> = (0..251).collect();
    fs::write(folder.join("bench.mp4"), period.repeat(RANGES * RANGE_BYTES / 251 + 1))?;
    fs::write(folder.join("bench.m3u8"), "#".repeat(PLAYLIST_BYTES))?;

    let place = tempfile::tempdir()?;
    let files = server.data().join("hls");
    let locations = format!(
        "location /static/streaming-playlists/hls/ {{ alias {}/;\n\
         add_header Access-Control-Allow-Origin *; add_header Cache-Control \"public, max-age=0\";\n\
         add_header X-Content-Type-Options nosniff; }}",
        files.display()
    );
    let nginx = Nginx::start(place.path(), &locations).await?;
    let ours = (server.pid().context("the server does not run")?, server.address());
    let theirs = nginx.contender();
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
        trial.note(turn, SPEED, gigabytes * 1000.0 / TURN.as_secs_f64());
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
        trial.note(turn, RATE, load.requests / TURN.as_secs_f64());
    }
    trial.finish()
}
