//! Clips made by ffmpeg, once per run.

use std::process::Command;
use std::sync::OnceLock;

/// Two seconds of moving pictures with sound, H.264 and AAC in mp4.
pub fn mp4() -> &'static [u8] {
    static CLIP: OnceLock<Vec<u8>> = OnceLock::new();
    CLIP.get_or_init(|| make("320x180", 2))
}

/// Four seconds of larger pictures.
pub fn other() -> &'static [u8] {
    static CLIP: OnceLock<Vec<u8>> = OnceLock::new();
    CLIP.get_or_init(|| make("480x270", 4))
}

/// The pictures of [`mp4`] and its sound, each in a file of its own.
pub fn apart() -> &'static (Vec<u8>, Vec<u8>) {
    static PARTS: OnceLock<(Vec<u8>, Vec<u8>)> = OnceLock::new();
    PARTS.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let whole = folder.path().join("whole.mp4");
        std::fs::write(&whole, mp4()).unwrap();
        let part = |without: &str, name: &str| {
            let path = folder.path().join(name);
            let mut ffmpeg = Command::new("ffmpeg");
            ffmpeg.args(["-v", "error", "-i"]).arg(&whole).args(["-c", "copy", without]).arg(&path);
            assert!(ffmpeg.status().unwrap().success());
            std::fs::read(path).unwrap()
        };
        (part("-an", "picture.mp4"), part("-vn", "sound.m4a"))
    })
}

fn make(size: &str, seconds: u32) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("clip.mp4");
    let made = Command::new("ffmpeg")
        .args([
            "-v",
            "error",
            "-f",
            "lavfi",
            "-i",
            &format!("testsrc2=size={size}:rate=25:duration={seconds}"),
        ])
        .args(["-f", "lavfi", "-i", &format!("sine=frequency=440:duration={seconds}")])
        .args(["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"])
        .arg(&path)
        .status()
        .unwrap();
    assert!(made.success());
    std::fs::read(path).unwrap()
}
