//! One file to keep, out of the files of a stream: pictures and sound put side by side, neither decoded.
//!
//! Owns the choice of tracks and ffmpeg's arguments. Pure. The result is fragmented, since it is sent while it is made
//! and nothing can be written to its front afterwards.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::run::Invocation;
use crate::store::records::Rendition;

/// Which files give the tracks.
#[derive(Clone, PartialEq, Debug)]
pub struct Tracks<'a> {
    /// Gives the pictures.
    pub video: Option<&'a Rendition>,
    /// Gives the sound.
    pub audio: Option<&'a Rendition>,
}

/// The best pictures and the sound among the chosen files. Sound that lies in the pictures' own file wins over sound
/// beside it: they were cut together.
#[must_use]
pub fn choose_tracks<'a>(chosen: &[&'a Rendition]) -> Tracks<'a> {
    let video = chosen.iter().copied().filter(|file| file.has_video).max_by_key(|file| file.height);
    let within = video.filter(|file| file.has_audio);
    let beside = || chosen.iter().copied().find(|file| file.has_audio);
    Tracks { video, audio: within.or_else(beside) }
}

/// Writes the tracks of files in `folder` to standard output as one mp4. None when there is nothing to write.
#[must_use]
pub fn mux(ffmpeg: &Path, folder: &Path, tracks: &Tracks<'_>) -> Option<Invocation> {
    let path = |file: &Rendition| folder.join(&file.file_name);
    let (video, audio) = (tracks.video.map(path), tracks.audio.map(path));
    let mut inputs: Vec<PathBuf> = [video.clone(), audio.clone()].into_iter().flatten().collect();
    inputs.dedup();
    if inputs.is_empty() {
        return None;
    }
    let mut arguments: Vec<OsString> = words(&["-hide_banner", "-nostdin", "-loglevel", "error"]);
    for input in &inputs {
        arguments.extend(words(&["-protocol_whitelist", "file", "-f", "mp4", "-i"]));
        let mut address = OsString::from("file:");
        address.push(input);
        arguments.push(address);
    }
    for (track, kind) in [(video, "v"), (audio, "a")] {
        let input = track.and_then(|track| inputs.iter().position(|input| *input == track));
        if let Some(input) = input {
            arguments.extend(words(&["-map", &format!("{input}:{kind}:0")]));
        }
    }
    // The header waits for the first fragment, since it says where pictures and sound begin: without that they are up to
    // a tenth of a second apart.
    arguments.extend(words(&["-c", "copy", "-movflags", "frag_keyframe+delay_moov+default_base_moof"]));
    arguments.extend(words(&["-f", "mp4", "pipe:1"]));
    Some(Invocation { program: ffmpeg.to_owned(), arguments })
}

fn words(words: &[&str]) -> Vec<OsString> {
    words.iter().map(OsString::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::id::FileId;

    fn file(height: u32, has_video: bool, has_audio: bool) -> Rendition {
        Rendition {
            file: FileId(u64::from(height)),
            playlist_name: format!("u-{height}.m3u8"),
            file_name: format!("u-{height}-fragmented.mp4"),
            width: height * 16 / 9,
            height,
            fps: 30,
            bytes: 1,
            bandwidth: 1,
            bandwidth_average: 1,
            codecs: String::new(),
            has_audio,
            has_video,
            channels: 0,
            torrent: None,
        }
    }

    fn arguments(chosen: &[&Rendition]) -> Option<String> {
        let made = mux(Path::new("ffmpeg"), Path::new("/d"), &choose_tracks(chosen))?;
        let words: Vec<_> = made.arguments.iter().map(|word| word.to_string_lossy().into_owned()).collect();
        let from = words.iter().position(|word| word == "-protocol_whitelist").unwrap();
        let to = words.iter().position(|word| word == "-c").unwrap();
        let words = words[from..to].join(" ");
        Some(words.replace("-protocol_whitelist file -f mp4 -i file:/d/", ""))
    }

    #[test]
    fn pictures_and_sound_are_put_side_by_side() {
        let (small, large, sound) = (file(480, true, false), file(720, true, false), file(0, false, true));
        let both = "u-720-fragmented.mp4 u-0-fragmented.mp4 -map 0:v:0 -map 1:a:0";
        assert_eq!(arguments(&[&sound, &large]).as_deref(), Some(both));
        assert_eq!(arguments(&[&small, &sound, &large]).as_deref(), Some(both), "the largest wins");
    }

    #[test]
    fn one_file_is_asked_for_what_it_has() {
        let (mute, sound, whole) = (file(480, true, false), file(0, false, true), file(720, true, true));
        assert_eq!(arguments(&[&mute]).as_deref(), Some("u-480-fragmented.mp4 -map 0:v:0"));
        assert_eq!(arguments(&[&sound]).as_deref(), Some("u-0-fragmented.mp4 -map 0:a:0"));
        let expected = Some("u-720-fragmented.mp4 -map 0:v:0 -map 0:a:0");
        assert_eq!(arguments(&[&whole]).as_deref(), expected);
        assert_eq!(arguments(&[&sound, &whole]).as_deref(), expected);
        assert_eq!(arguments(&[]), None);
    }
}
