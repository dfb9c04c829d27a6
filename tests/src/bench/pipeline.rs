//! From the last byte of an upload to a video that can be watched, and to all its renditions, beside bare ffmpeg.
//!
//! The rival does the same work without a server: one copy into HLS, then one process a rendition, as PeerTube runs them,
//! with the heights that ours has made. A second rival makes all renditions in one process that decodes once, which is
//! about what the machine can do at all.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::processes::Usage;
use super::trial::{Figure, Trial};
use crate::rig::{Clip, Instance, Upload, clip, file_of};

const ROUNDS: usize = 3;
/// Full HD, a minute, takes this long where nothing else runs, and much longer where it does.
const FINISH_DURATION_MAX: Duration = Duration::from_secs(1200);
const PLAYABLE: Figure = Figure::cost("upload sent to playable", "s");
const FINISHED: Figure = Figure::cost("upload sent to all renditions", "s");
const CPU: Figure = Figure::cost("CPU for all renditions", "s");

/// Measures.
///
/// # Errors
/// When a part is missing or a video fails.
pub async fn run() -> Result<()> {
    let source = clip(&Clip {
        seconds: 60,
        width: 1920,
        height: 1080,
        fps: 30,
        key_frames: 60,
        more: ["-b:v", "5M", "-maxrate", "6M", "-bufsize", "10M"].map(str::to_owned).to_vec(),
        ..Clip::default()
    })?;
    race("60 s of 1080p H.264, uploaded", &source, First { height: 1080, arguments: copy }).await?;
    race("60 s of 1080p VP9, uploaded", &vp9()?, First { height: 360, arguments: small }).await
}

/// What nobody can copy into HLS.
fn vp9() -> Result<PathBuf> {
    file_of("bench-minute.webm", |target| {
        let status = Command::new("ffmpeg")
            .args(["-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=s=1920x1080:r=30:d=60"])
            .args([
                "-f",
                "lavfi",
                "-i",
                "sine=440:d=60:r=48000",
                "-c:v",
                "libvpx-vp9",
                "-deadline",
                "realtime",
            ])
            .args(["-cpu-used", "8", "-row-mt", "1", "-b:v", "4M", "-g", "150", "-pix_fmt", "yuv420p"])
            .args(["-c:a", "libopus", "-f", "webm"])
            .arg(target)
            .stdin(Stdio::null())
            .status()?;
        ensure!(status.success(), "ffmpeg could not make a minute of VP9");
        Ok(())
    })
}

/// `first` is what the rivals make first, so that something plays.
async fn race(title: &'static str, source: &Path, first: First) -> Result<()> {
    let mut trial =
        Trial::new(title, &["shoal", "bare ffmpeg, a process each", "bare ffmpeg, one process"], ROUNDS);
    let mut heights = Vec::new();
    for turn in trial.turns() {
        match turn.1 {
            0 => heights = ours(&mut trial, turn, source).await?,
            1 => theirs(&mut trial, turn, source, &heights_or_usual(&heights), (first, each_its_process))?,
            _ => theirs(&mut trial, turn, source, &heights_or_usual(&heights), (first, all_in_one))?,
        }
    }
    trial.finish()
}

/// The first round's order may put a rival before us.
fn heights_or_usual(heights: &[u64]) -> Vec<u64> {
    if heights.is_empty() { vec![1080, 720, 480, 360, 240] } else { heights.to_vec() }
}

/// The heights that were made.
async fn ours(trial: &mut Trial, turn: (usize, usize), source: &Path) -> Result<Vec<u64>> {
    let mut server = Instance::start().await?;
    let admin = server.admin().await?;
    let pid = server.pid().context("the server does not run")?;
    let before = Usage::of(pid)?;
    let uuid = Upload::file(&admin, &json!({ "name": "A minute" }), source).await?;
    let begun = Instant::now();
    Upload::published(&admin, &uuid, FINISH_DURATION_MAX).await?;
    trial.note(turn, PLAYABLE, begun.elapsed().as_secs_f64());
    let video = Upload::finished(&admin, &uuid, FINISH_DURATION_MAX).await?;
    trial.note(turn, FINISHED, begun.elapsed().as_secs_f64());
    trial.note(turn, CPU, (Usage::of(pid)? - before).total().as_secs_f64());
    server.stop().await?;
    let files = video.pointer("/streamingPlaylists/0/files").and_then(Value::as_array).context("no files")?;
    let heights = files.iter().filter_map(|file| file.pointer("/resolution/id").and_then(Value::as_u64));
    let heights: Vec<u64> = heights.filter(|height| *height != 0).collect();
    ensure!(1 < heights.len(), "no rendition was made: {video}");
    Ok(heights)
}

/// What the rivals make first.
#[derive(Clone, Copy)]
struct First {
    height: u64,
    arguments: fn(&Path, &Path) -> Vec<String>,
}

type Encode = fn(&Path, &Path, &[u64]) -> Vec<Vec<String>>;

fn theirs(
    trial: &mut Trial,
    turn: (usize, usize),
    source: &Path,
    heights: &[u64],
    (first, encode): (First, Encode),
) -> Result<()> {
    let others: Vec<u64> = heights.iter().copied().filter(|height| *height != first.height).collect();
    let place = tempfile::tempdir()?;
    let begun = Instant::now();
    let mut cpu = ffmpeg(&(first.arguments)(source, place.path()))?;
    trial.note(turn, PLAYABLE, begun.elapsed().as_secs_f64());
    for arguments in encode(source, place.path(), &others) {
        cpu += ffmpeg(&arguments)?;
    }
    trial.note(turn, FINISHED, begun.elapsed().as_secs_f64());
    trial.note(turn, CPU, cpu.as_secs_f64());
    let made = fs::read_dir(place.path())?.filter_map(Result::ok).map(|entry| entry.path());
    let made: Vec<PathBuf> =
        made.filter(|path| path.extension().is_some_and(|ending| ending == "m3u8")).collect();
    ensure!(made.len() == others.len() + 1, "ffmpeg made {} playlists", made.len());
    Ok(())
}

fn copy(source: &Path, place: &Path) -> Vec<String> {
    let mut words = input(source);
    words.extend(["-c", "copy"].map(str::to_owned));
    words.extend(hls(place, "source"));
    words
}

/// The rendition that is soonest whole.
fn small(source: &Path, place: &Path) -> Vec<String> {
    let mut words = input(source);
    words.extend(["-vf", "scale=-2:360", "-c:a", "aac"].map(str::to_owned));
    words.extend(encoder(360));
    words.extend(hls(place, "first"));
    words
}

fn each_its_process(source: &Path, place: &Path, heights: &[u64]) -> Vec<Vec<String>> {
    let one = |height: &u64| {
        let mut words = input(source);
        words.extend(["-vf".to_owned(), format!("scale=-2:{height}"), "-c:a".to_owned(), "copy".to_owned()]);
        words.extend(encoder(*height));
        words.extend(hls(place, &height.to_string()));
        words
    };
    heights.iter().map(one).collect()
}

fn all_in_one(source: &Path, place: &Path, heights: &[u64]) -> Vec<Vec<String>> {
    let mut words = input(source);
    let names: String = heights.iter().map(|height| format!("[in{height}]")).collect();
    let scales: Vec<String> =
        heights.iter().map(|height| format!("[in{height}]scale=-2:{height}[out{height}]")).collect();
    words.extend([
        "-filter_complex".to_owned(),
        format!("[0:v]split={}{names};{}", heights.len(), scales.join(";")),
    ]);
    for height in heights {
        words.extend(["-map".to_owned(), format!("[out{height}]"), "-map".to_owned(), "0:a".to_owned()]);
        words.extend(["-c:a", "copy"].map(str::to_owned));
        words.extend(encoder(*height));
        words.extend(hls(place, &height.to_string()));
    }
    vec![words]
}

fn input(source: &Path) -> Vec<String> {
    let mut words = ["-nostdin", "-y", "-benchmark", "-i"].map(str::to_owned).to_vec();
    words.push(source.display().to_string());
    words
}

/// PeerTube's arguments for a rendition, with its bitrates.
fn encoder(height: u64) -> Vec<String> {
    let bits = match height {
        1080.. => 3_300_000,
        720.. => 1_750_000,
        480.. => 800_000,
        _ => 500_000,
    };
    let fixed = ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-g", "60", "-crf", "23"];
    let mut words = fixed.map(str::to_owned).to_vec();
    words.extend(["-maxrate".to_owned(), bits.to_string(), "-bufsize".to_owned(), (bits * 2).to_string()]);
    words
}

fn hls(place: &Path, name: &str) -> Vec<String> {
    let fixed = ["-f", "hls", "-hls_time", "4", "-hls_list_size", "0", "-hls_playlist_type", "vod"];
    let mut words = fixed.map(str::to_owned).to_vec();
    words.extend(
        ["-hls_segment_type", "fmp4", "-hls_flags", "single_file", "-hls_segment_filename"]
            .map(str::to_owned),
    );
    words.push(place.join(format!("{name}.mp4")).display().to_string());
    words.push(place.join(format!("{name}.m3u8")).display().to_string());
    words
}

/// Its processor time.
fn ffmpeg(arguments: &[String]) -> Result<Duration> {
    let output = Command::new("ffmpeg")
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .context("could not start ffmpeg")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "ffmpeg {}: {said}", arguments.join(" "));
    cpu_in(&said).context("ffmpeg said nothing of its time")
}

/// `bench: utime=3.456s stime=0.1s rtime=2.0s`
fn cpu_in(said: &str) -> Option<Duration> {
    let line = said.lines().rev().find(|line| line.contains("utime="))?;
    let seconds = |name: &str| -> Option<f64> { line.split(name).nth(1)?.split('s').next()?.parse().ok() };
    Some(Duration::from_secs_f64(seconds("utime=")? + seconds("stime=")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ffmpegs_own_account_is_read() {
        let said = "frame= 10\nbench: utime=3.250s stime=0.250s rtime=2.000s\nbench: maxrss=1000kB";
        assert_eq!(cpu_in(said), Some(Duration::from_millis(3500)));
    }
}
