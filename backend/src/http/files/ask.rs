//! What the file room wants to know of a request. Owns nothing: it borrows from the head as it was read.

use crate::http::conditional::Conditions;

/// A GET or HEAD.
#[derive(Clone, Copy, Default, Debug)]
pub struct Ask<'a> {
    /// HEAD: everything but the bytes.
    pub head_only: bool,
    /// The path, as sent.
    pub path: &'a str,
    /// What follows `?`, as sent.
    pub query: &'a str,
    /// `Range`.
    pub range: Option<&'a str>,
    /// The `If-*` headers.
    pub conditions: Conditions<'a>,
    /// `Authorization`.
    pub authorization: Option<&'a str>,
    /// What opens a video that is protected by passwords.
    pub video_password: Option<&'a str>,
    /// `Accept-Encoding`.
    pub accept_encoding: Option<&'a str>,
}

impl<'a> Ask<'a> {
    /// The first value of a query parameter, as sent: ours are tokens and `true`, which need no escapes.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&'a str> {
        self.query.split('&').find_map(|pair| {
            let (key, value) = pair.split_once('=')?;
            (key == name).then_some(value)
        })
    }

    /// The token of `Authorization: Bearer …`.
    #[must_use]
    pub fn bearer(&self) -> Option<&'a str> {
        let (scheme, token) = self.authorization?.trim().split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    }

    /// Takes the value of one header, if it is one the room reads. The first of several counts.
    pub fn note(&mut self, name: &str, value: &'a str) {
        let slot = match name.len() {
            5 if name.eq_ignore_ascii_case("range") => &mut self.range,
            8 if name.eq_ignore_ascii_case("if-match") => &mut self.conditions.matches,
            8 if name.eq_ignore_ascii_case("if-range") => &mut self.conditions.range,
            13 if name.eq_ignore_ascii_case("if-none-match") => &mut self.conditions.none_match,
            13 if name.eq_ignore_ascii_case("authorization") => &mut self.authorization,
            15 if name.eq_ignore_ascii_case("accept-encoding") => &mut self.accept_encoding,
            25 if name.eq_ignore_ascii_case("x-peertube-video-password") => &mut self.video_password,
            17 if name.eq_ignore_ascii_case("if-modified-since") => &mut self.conditions.modified_since,
            19 if name.eq_ignore_ascii_case("if-unmodified-since") => &mut self.conditions.unmodified_since,
            _ => return,
        };
        slot.get_or_insert(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_come_from_query_or_header() {
        let query = "videoFileToken=abc&reinjectVideoFileToken=true&videoFileToken=other&x";
        let ask = Ask { query, authorization: Some("bearer  t1 "), ..Ask::default() };
        assert_eq!(ask.parameter("videoFileToken"), Some("abc"));
        assert_eq!(ask.parameter("reinjectVideoFileToken"), Some("true"));
        assert_eq!(ask.parameter("x"), None);
        assert_eq!(ask.bearer(), Some("t1"));
        for other in ["Basic dTpw", "Bearer", ""] {
            assert_eq!(Ask { authorization: Some(other), ..ask }.bearer(), None, "{other}");
        }
    }

    #[test]
    fn header_names_have_no_case_and_the_first_counts() {
        let mut ask = Ask::default();
        for (name, value) in [
            ("RANGE", "bytes=0-1"),
            ("range", "bytes=5-6"),
            ("If-None-Match", "\"a\""),
            ("if-range", "\"b\""),
            ("If-Modified-Since", "c"),
            ("Accept-Encoding", "br"),
            ("X-Range", "bytes=7-8"),
            ("X-PeerTube-Video-Password", "open sesame"),
        ] {
            ask.note(name, value);
        }
        assert_eq!((ask.range, ask.accept_encoding), (Some("bytes=0-1"), Some("br")));
        assert_eq!(ask.conditions.none_match, Some("\"a\""));
        assert_eq!(ask.video_password, Some("open sesame"));
        assert_eq!((ask.conditions.range, ask.conditions.modified_since), (Some("\"b\""), Some("c")));
    }
}
