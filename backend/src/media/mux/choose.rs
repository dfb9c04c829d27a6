//! Which files of a stream give the tracks of the file to keep. Pure.

use super::Kind;
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

/// A file and what is taken of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// Its name in the stream's folder.
    pub file_name: String,
    /// Its tracks, pictures first.
    pub kinds: Vec<Kind>,
}

impl Tracks<'_> {
    /// The files to read, each once.
    #[must_use]
    pub fn sources(&self) -> Vec<Source> {
        let mut sources: Vec<Source> = Vec::new();
        for (file, kind) in [(self.video, Kind::Pictures), (self.audio, Kind::Sound)] {
            let Some(file) = file else { continue };
            match sources.iter_mut().find(|source| source.file_name == file.file_name) {
                Some(source) => source.kinds.push(kind),
                None => sources.push(Source { file_name: file.file_name.clone(), kinds: vec![kind] }),
            }
        }
        sources
    }
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

    fn sources(chosen: &[&Rendition]) -> String {
        let sources = choose_tracks(chosen).sources();
        let told = sources.iter().map(|source| format!("{} {:?}", source.file_name, source.kinds));
        told.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn pictures_and_sound_are_put_side_by_side() {
        let (small, large, sound) = (file(480, true, false), file(720, true, false), file(0, false, true));
        let both = "u-720-fragmented.mp4 [Pictures], u-0-fragmented.mp4 [Sound]";
        assert_eq!(sources(&[&sound, &large]), both);
        assert_eq!(sources(&[&small, &sound, &large]), both, "the largest wins");
    }

    #[test]
    fn one_file_is_asked_for_what_it_has() {
        let (mute, sound, whole) = (file(480, true, false), file(0, false, true), file(720, true, true));
        assert_eq!(sources(&[&mute]), "u-480-fragmented.mp4 [Pictures]");
        assert_eq!(sources(&[&sound]), "u-0-fragmented.mp4 [Sound]");
        let expected = "u-720-fragmented.mp4 [Pictures, Sound]";
        assert_eq!(sources(&[&whole]), expected);
        assert_eq!(sources(&[&sound, &whole]), expected);
        assert_eq!(sources(&[]), "");
    }
}
