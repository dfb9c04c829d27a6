//! The name a downloaded file gets on somebody's disk (RFC 6266, RFC 8187). Owns the header's two spellings: a plain
//! one for old clients and one that carries every script.

use std::fmt::Write as _;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What RFC 8187 §3.2.1 lets stand as it is, besides letters and digits.
const ATTRIBUTE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// `attachment` with the file name made of a video's name and what follows it, such as `-720p-hls.mp4`.
#[must_use]
pub fn write_attachment(video_name: &str, ending: &str) -> String {
    let name = file_name(video_name, ending);
    let plain: String =
        name.chars().map(|letter| if letter.is_ascii() && letter != '%' { letter } else { '?' }).collect();
    let mut header = String::from("attachment; filename=\"");
    for letter in plain.chars() {
        // RFC 9110 §5.6.4: inside quotes these two are escaped.
        if letter == '"' || letter == '\\' {
            header.push('\\');
        }
        header.push(letter);
    }
    header.push('"');
    if plain != name {
        let _ = write!(header, "; filename*=UTF-8''{}", utf8_percent_encode(&name, ATTRIBUTE));
    }
    header
}

/// Drops what no disk takes as part of a name, and what turns letters around so that an `.exe` reads as `.mp4`.
fn file_name(video_name: &str, ending: &str) -> String {
    let bidi = |letter: char| matches!(letter, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let name: String = video_name
        .chars()
        .filter(|&letter| !letter.is_control() && !bidi(letter))
        .map(|letter| if matches!(letter, '/' | '\\') { '_' } else { letter })
        .collect();
    format!("{}{ending}", name.trim_start_matches(['.', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_safe_and_keeps_every_script() {
        for (name, header) in [
            (
                "Test pattern 30 s (updated)",
                "attachment; filename=\"Test pattern 30 s (updated)-720p-hls.mp4\"",
            ),
            ("say \"hi\"", "attachment; filename=\"say \\\"hi\\\"-720p-hls.mp4\""),
            ("a/b\\c", "attachment; filename=\"a_b_c-720p-hls.mp4\""),
            ("../../etc/passwd", "attachment; filename=\"_.._etc_passwd-720p-hls.mp4\""),
            ("a\r\nSet-Cookie: x", "attachment; filename=\"aSet-Cookie: x-720p-hls.mp4\""),
            (
                "Été 水",
                "attachment; filename=\"?t? ?-720p-hls.mp4\"; \
                 filename*=UTF-8''%C3%89t%C3%A9%20%E6%B0%B4-720p-hls.mp4",
            ),
            (
                "100%41",
                "attachment; filename=\"100?41-720p-hls.mp4\"; filename*=UTF-8''100%2541-720p-hls.mp4",
            ),
            ("\u{202e}4pm.exe", "attachment; filename=\"4pm.exe-720p-hls.mp4\""),
        ] {
            assert_eq!(write_attachment(name, "-720p-hls.mp4"), header);
        }
    }
}
