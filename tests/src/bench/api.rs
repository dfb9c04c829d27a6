//! The two questions every visit asks: the newest of 1,000 videos, and one video, over 64 connections. Then all that is
//! asked often, of a hundred times as much (`scale`).
//!
//! The rival is nginx with the very same bytes in files: what it costs to answer without knowing anything. Costs are the
//! server's processor time alone, so they say the same on a busy machine as on a free one.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::load::{TURN, wrk};
use super::nginx::Nginx;
use super::processes::Usage;
use super::scale;
use super::trial::{Figure, Trial};
use crate::rig::{Client, Instance};

const ROUNDS: usize = 5;
const VIDEOS: u64 = 1000;
const LIST: &str = "/api/v1/videos?count=15&sort=-publishedAt";
/// Measured with the same load on two cores of another machine: what a PeerTube spends on each of the two.
const PEERTUBE: &str =
    "for scale: PeerTube 6.3.0 and its database spend 26 ms of processor time on each of these";

const RATE: Figure = Figure::yield_of("requests", "/s");
const CPU: Figure = Figure::cost("CPU per request", "ms");
const HALF: Figure = Figure::cost("half are answered within", "ms");
const MOST: Figure = Figure::cost("99 % are answered within", "ms");

type Contender = (u32, SocketAddr);

/// Measures.
///
/// # Errors
/// When a part is missing or an answer is wrong.
pub async fn run() -> Result<()> {
    let mut server = Instance::start().await?;
    server.stop().await?;
    seed(&server.data(), &[VIDEOS])?;
    server.restart().await?;
    let ours = (server.pid().context("the server does not run")?, server.address());
    let list = server.client().get(LIST).await?.expect(200)?;
    let rows = list.json()?;
    let of = |pointer: &str| rows.pointer(pointer).cloned().unwrap_or(Value::Null);
    ensure!(of("/total") == VIDEOS && of("/data/14").is_object(), "the instance was not filled: {rows}");
    let page = format!("/api/v1/videos/{}", of("/data/0/uuid").as_str().context("a video has no UUID")?);
    let video = server.client().get(&page).await?.expect(200)?;

    let place = tempfile::tempdir()?;
    fs::write(place.path().join("list.json"), &list.body)?;
    fs::write(place.path().join("video.json"), &video.body)?;
    let location = |path: &str, file: &str| {
        format!(
            "location = {path} {{ alias {}/{file}; add_header Access-Control-Allow-Origin *; }}",
            place.path().display()
        )
    };
    let locations = [location("/api/v1/videos", "list.json"), location(&page, "video.json")].join("\n");
    let nginx = Nginx::start(place.path(), &locations).await?;
    let contenders = [ours, nginx.contender()];
    compare("GET /videos, 15 of 1,000", &contenders, LIST, &list.body).await?;
    compare("GET /videos/{uuid}", &contenders, &page, &video.body).await?;
    println!("{PEERTUBE}\n");
    drop(nginx);
    server.stop().await?;
    scale::run().await
}

/// Fills the stopped instance with so many videos, people and comments; the program that does lies beside this one.
pub(super) fn seed(data: &Path, counts: &[u64]) -> Result<()> {
    let program = std::env::current_exe()?.with_file_name("seed");
    let status = Command::new(&program)
        .arg(data)
        .args(counts.iter().map(u64::to_string))
        .status()
        .with_context(|| format!("could not start {}", program.display()))?;
    ensure!(status.success(), "the instance could not be filled");
    Ok(())
}

async fn compare(title: &'static str, contenders: &[Contender], path: &str, body: &[u8]) -> Result<()> {
    for (_, address) in contenders {
        let answer = Client::new(&format!("http://{address}")).get(path).await?.expect(200)?;
        ensure!(answer.body == body, "{address} sends other bytes");
    }
    let mut trial = Trial::new(title, &["shoal", "nginx, files"], ROUNDS);
    for turn in trial.turns() {
        let (pid, address) = *contenders.get(turn.1).context("two contenders")?;
        let before = Usage::of(pid)?;
        let load = wrk(address, path, None)?;
        let cpu = (Usage::of(pid)? - before).own.as_secs_f64();
        trial.note(turn, RATE, load.requests / TURN.as_secs_f64());
        trial.note(turn, CPU, cpu * 1e3 / load.requests);
        trial.note(turn, HALF, load.half_ms);
        trial.note(turn, MOST, load.most_ms);
    }
    println!("{} bytes an answer", body.len());
    trial.finish()
}
