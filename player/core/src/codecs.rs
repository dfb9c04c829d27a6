//! From the codecs a playlist names to the types a `SourceBuffer` is made with.
//!
//! Never asks a browser. The surprise is the guessing: PeerTube before version 2 named no codecs, so several types may
//! be worth a try.

use crate::io::Track;
use crate::table::sort_few;

/// The type of each track.
pub(crate) type Types = Vec<(Track, String)>;

const SOUND: [&str; 8] = ["mp4a", "opus", "flac", "ac-3", "ec-3", "vorbis", "mp3", "alac"];
/// What nearly every file without a named codec is: H.264 high profile, AAC.
const GUESSED_PICTURE: &str = "avc1.640028";
const GUESSED_SOUND: &str = "mp4a.40.2";

fn is_sound(codec: &str) -> bool {
    let family = codec.split('.').next().unwrap_or(codec);
    SOUND.iter().any(|known| family.eq_ignore_ascii_case(known))
}

fn list(codecs: &str) -> impl Iterator<Item = &str> {
    codecs.split(',').map(str::trim).filter(|codec| !codec.is_empty())
}

/// Whether there is a picture, as far as the codecs say; a playlist that names none probably has one.
pub(crate) fn have_picture(codecs: Option<&str>) -> bool {
    codecs.is_none_or(|codecs| list(codecs).any(|codec| !is_sound(codec)))
}

/// Variants of one family can follow each other in one `SourceBuffer`: same codecs but for profile and level, and the
/// same sound.
pub(crate) fn family(codecs: Option<&str>, sound_group: Option<&str>) -> String {
    let Some(codecs) = codecs else { return format!("? {sound_group:?}") };
    let mut names: Vec<&str> = list(codecs)
        .map(|codec| match codec.split('.').next().unwrap_or(codec) {
            "avc3" => "avc1",
            "hev1" => "hvc1",
            name => name,
        })
        .collect();
    sort_few(&mut names, |name| *name);
    names.dedup();
    format!("{} {sound_group:?}", names.join(","))
}

/// The types to open a media source with, the likeliest first.
pub(crate) fn types(codecs: Option<&str>, has_picture: bool, has_sound_apart: bool) -> Vec<Types> {
    let picture = |codecs: &str| (Track::Video, format!("video/mp4; codecs=\"{codecs}\""));
    let sound = |codecs: &str| (Track::Audio, format!("audio/mp4; codecs=\"{codecs}\""));
    let Some(codecs) = codecs else {
        return if has_sound_apart {
            vec![vec![picture(GUESSED_PICTURE), sound(GUESSED_SOUND)]]
        } else {
            vec![
                vec![picture(&format!("{GUESSED_PICTURE},{GUESSED_SOUND}"))],
                vec![picture(GUESSED_PICTURE)],
                vec![(Track::Video, format!("audio/mp4; codecs=\"{GUESSED_SOUND}\""))],
            ]
        };
    };
    let (heard, seen): (Vec<&str>, Vec<&str>) = list(codecs).partition(|codec| is_sound(codec));
    let all: Vec<&str> = list(codecs).collect();
    match (has_picture, has_sound_apart) {
        (false, _) => vec![vec![sound(&heard.join(","))]],
        (true, false) => vec![vec![picture(&all.join(","))]],
        (true, true) => {
            let heard = heard.first().copied().unwrap_or(GUESSED_SOUND);
            let seen = if seen.is_empty() { vec![GUESSED_PICTURE] } else { seen };
            vec![vec![picture(&seen.join(",")), sound(heard)]]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(types: &[Types]) -> Vec<Vec<&str>> {
        types.iter().map(|types| types.iter().map(|(_, mime)| mime.as_str()).collect()).collect()
    }

    #[test]
    fn sound_apart_gets_a_buffer_of_its_own() {
        let apart = types(Some("avc1.64001f,mp4a.40.2"), true, true);
        assert_eq!(shown(&apart), [["video/mp4; codecs=\"avc1.64001f\"", "audio/mp4; codecs=\"mp4a.40.2\""]]);
        let muxed = types(Some("avc1.64001f, mp4a.40.2"), true, false);
        assert_eq!(shown(&muxed), [["video/mp4; codecs=\"avc1.64001f,mp4a.40.2\""]]);
        let heard = types(Some("opus"), false, false);
        assert_eq!(heard, [[(Track::Audio, "audio/mp4; codecs=\"opus\"".to_owned())]]);
    }

    #[test]
    fn unnamed_codecs_are_guessed_one_after_the_other() {
        let guesses = types(None, true, false);
        assert_eq!(guesses.len(), 3);
        assert!(shown(&guesses)[0][0].contains("avc1") && shown(&guesses)[0][0].contains("mp4a"));
    }

    #[test]
    fn profiles_and_levels_do_not_part_a_family() {
        assert_eq!(family(Some("avc1.640015,mp4a.40.2"), None), family(Some("mp4a.40.5,avc3.64001f"), None));
        assert_ne!(family(Some("avc1.640015"), None), family(Some("av01.0.04M.08"), None));
        assert_ne!(family(Some("avc1.640015"), Some("a")), family(Some("avc1.640015"), Some("b")));
    }

    #[test]
    fn sound_is_told_from_pictures() {
        assert!(have_picture(None) && have_picture(Some("mp4a.40.2,avc1.4d401f")));
        assert!(!have_picture(Some("mp4a.40.2")) && !have_picture(Some("fLaC")));
    }
}
