//! What is said in a caption file that was kept, and when. Pure.

use super::cue::{ARROW, read_times};
use super::vtt::lines;

/// Cues of one file that are looked at: one a second of the longest film that people watch, some times over.
const CUES_MAX: usize = 50_000;
/// Letters of one cue that are looked at: a screen full.
const CUE_LENGTH_MAX: usize = 1000;

/// Something that is said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spoken {
    /// When it begins, in milliseconds.
    pub start_ms: u64,
    /// When it ends, in milliseconds.
    pub end_ms: u64,
    /// The words, without marks.
    pub text: String,
}

/// The cues of a WebVTT file as it is kept, in the order they stand in, at most fifty thousand. Notes and styles say nothing.
#[must_use]
pub fn spoken(text: &str) -> Vec<Spoken> {
    let mut found: Vec<Spoken> = Vec::new();
    let mut cue: Option<Spoken> = None;
    for line in lines(text).chain([""]) {
        if line.trim().is_empty() {
            found.extend(cue.take().filter(|cue| !cue.text.is_empty()));
            if CUES_MAX <= found.len() {
                break;
            }
        } else if let Some(cue) = &mut cue {
            let words = plain(line);
            if !words.is_empty() && cue.text.chars().count() < CUE_LENGTH_MAX {
                if !cue.text.is_empty() {
                    cue.text.push(' ');
                }
                cue.text.push_str(&words);
            }
        } else if line.contains(ARROW)
            && let Ok((times, _)) = read_times(line)
        {
            cue = Some(Spoken { start_ms: times.start, end_ms: times.end, text: String::new() });
        }
    }
    found.truncate(CUES_MAX);
    found
}

/// A line of a cue without its marks (W3C WebVTT §4.2.2): who speaks, how it is written, where a word begins.
fn plain(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, mark)) = rest.split_once('<') {
        out.push_str(before);
        // A mark that does not end is none that anybody wrote.
        rest = mark.split_once('>').map_or("", |(_, behind)| behind);
    }
    out.push_str(rest);
    let letters =
        [("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", "\u{a0}"), ("&lrm;", ""), ("&rlm;", ""), ("&amp;", "&")];
    let out = letters.iter().fold(out, |out, (name, letter)| out.replace(name, letter));
    out.trim().chars().take(CUE_LENGTH_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_told_with_its_times_and_without_marks() {
        let text = "WEBVTT - a film\n\nNOTE nothing\nis said here\n\nSTYLE\n::cue { color: red }\n\n1\n\
                    00:00:05.000 --> 00:00:09.000 align:start\n<v Ana>It will <i>perforate</i>\nyour stomach &amp; more\n\n\
                    00:01:00.500 --> 00:01:02.000\n \n\n01:00:00.000 --> 01:00:01.250\n<00:00:01.000>Über\u{a0}uns\n";
        let of = |start_ms, end_ms, text: &str| Spoken { start_ms, end_ms, text: text.to_owned() };
        assert_eq!(
            spoken(text),
            [
                of(5000, 9000, "It will perforate your stomach & more"),
                of(3_600_000, 3_601_250, "Über\u{a0}uns"),
            ]
        );
        assert_eq!(spoken("WEBVTT\n"), []);
    }

    #[test]
    fn a_file_of_many_cues_is_cut() {
        let cue = "00:00:01.000 --> 00:00:02.000\nAgain\n\n";
        let text = format!("WEBVTT\n\n{}", cue.repeat(CUES_MAX + 5));
        assert_eq!(spoken(&text).len(), CUES_MAX);
        let long = format!("WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n{}\n", "x".repeat(5000));
        assert_eq!(spoken(&long).first().map(|cue| cue.text.len()), Some(1000));
    }
}
