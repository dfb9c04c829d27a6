//! Clips: made by ffmpeg when first asked for and kept in `target/test-media`, and real ones from a Python package.
//!
//! Owns the folder. A clip's name says all about it, so the same wish is never made twice, and a clip is put in its place
//! whole, so two stories that want the same one cannot see half of it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use super::instance::in_checkout;

/// What a made clip sounds like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sound {
    /// No sound at all.
    None,
    /// A tone on both sides, AAC.
    Tone,
}

/// A wish. Pictures move, and each carries its time, so that a wrong one shows.
#[derive(Clone, Debug)]
pub struct Clip {
    /// How long.
    pub seconds: u32,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Frames a second.
    pub fps: u32,
    /// Frames between two key frames.
    pub key_frames: u32,
    /// What it sounds like.
    pub sound: Sound,
    /// More for ffmpeg's command line, before the name of the output.
    pub more: Vec<String>,
    /// Ending of the file's name, which chooses the container.
    pub extension: String,
}

impl Default for Clip {
    fn default() -> Clip {
        Clip {
            seconds: 8,
            width: 640,
            height: 360,
            fps: 25,
            key_frames: 50,
            sound: Sound::Tone,
            more: Vec::new(),
            extension: "mp4".to_owned(),
        }
    }
}

/// Where the clip lies, made now if it is wished for the first time.
///
/// # Errors
/// When ffmpeg is missing or refuses.
pub fn clip(wish: &Clip) -> Result<PathBuf> {
    let more: String = wish.more.concat().chars().filter(char::is_ascii_alphanumeric).collect();
    let name = format!(
        "{}s-{}x{}-{}fps-gop{}-{:?}{}{more}",
        wish.seconds,
        wish.width,
        wish.height,
        wish.fps,
        wish.key_frames,
        wish.sound,
        if more.is_empty() { "" } else { "-" }
    );
    let file_name = format!("{}.{}", name.to_lowercase(), wish.extension);
    made_once(&file_name, |target| {
        let (seconds, fps) = (wish.seconds.to_string(), wish.fps.to_string());
        let pictures = format!("testsrc2=size={}x{}:rate={fps}", wish.width, wish.height);
        let mut ffmpeg = Command::new("ffmpeg");
        ffmpeg.args(["-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", &pictures]);
        match wish.sound {
            Sound::None => {}
            Sound::Tone => {
                ffmpeg.args(["-f", "lavfi", "-i", "sine=frequency=440:beep_factor=4:sample_rate=48000"]);
                ffmpeg.args(["-c:a", "aac", "-b:a", "96k", "-ac", "2"]);
            }
        }
        let gop = wish.key_frames.to_string();
        ffmpeg.args([
            "-c:v",
            "libx264",
            "-preset",
            "veryfast",
            "-pix_fmt",
            "yuv420p",
            "-g",
            &gop,
            "-sc_threshold",
            "0",
        ]);
        ffmpeg.args(&wish.more).args(["-t", &seconds]).arg(target).stdin(Stdio::null());
        let status = ffmpeg.status().context("could not start ffmpeg: `apt-get install ffmpeg` brings it")?;
        ensure!(status.success(), "ffmpeg could not make {file_name} ({status})");
        Ok(())
    })
}

/// Any other file, made once under this name.
///
/// # Errors
/// What `make` returns.
pub fn file_of(name: &str, make: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    made_once(name, make)
}

/// Five seconds of a film with sound, 1280×720, H.264 and AAC.
///
/// # Errors
/// When it was not fetched.
pub fn big_buck_bunny() -> Result<PathBuf> {
    fetched("bigbuckbunny.mp4")
}

/// Ten seconds of a street without sound, 640×272.
///
/// # Errors
/// When it was not fetched.
pub fn bikes() -> Result<PathBuf> {
    fetched("bikes.mp4")
}

fn fetched(name: &str) -> Result<PathBuf> {
    let path = folder().join(name);
    ensure!(path.is_file(), "{} is missing: `cargo xtask fetch` brings it", path.display());
    Ok(path)
}

fn made_once(name: &str, make: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    let path = folder().join(name);
    if path.is_file() {
        return Ok(path);
    }
    fs::create_dir_all(folder())?;
    // Another story may be making the same one; the second to come finds it made.
    let guard = File::create(folder().join(format!("{name}.lock")))?;
    guard.lock()?;
    if !path.is_file() {
        let partial = folder().join(format!("partial-{name}"));
        make(&partial)?;
        fs::rename(&partial, &path)?;
    }
    Ok(path)
}

fn folder() -> PathBuf {
    in_checkout("target/test-media")
}
