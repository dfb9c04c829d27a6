//! Who answers a request: judged from the bytes of its head.
//!
//! Owns the choice between our own file connection and hyper. Never answers anything itself: whatever is odd about a
//! head, down to its being no HTTP at all, is hyper's to refuse.

use std::mem::MaybeUninit;

use crate::http::files::ask::Ask;

/// What the first bytes of a connection are.
#[derive(Debug)]
pub enum Sorted<'a> {
    /// The head is not complete.
    Partial,
    /// A plain GET or HEAD of a file.
    File(FileHead<'a>),
    /// A protocol switch: hyper's for the rest of the connection.
    Upgrade,
    /// Anything else: hyper's until it meets a file.
    Other,
}

/// A request for a file.
#[derive(Debug)]
pub struct FileHead<'a> {
    /// What is asked.
    pub ask: Ask<'a>,
    /// How many bytes the head has; the next request follows them.
    pub bytes: usize,
    /// Whether the connection goes on afterwards.
    pub keep_alive: bool,
    /// HTTP/1.0, which has to be told that it goes on.
    pub old: bool,
}

/// More headers than this go to hyper, which refuses above 100.
const HEADERS_MAX: usize = 64;

/// Sorts what was read so far.
#[must_use]
pub fn sort<'a>(bytes: &'a [u8], is_file: impl FnOnce(&str) -> bool) -> Sorted<'a> {
    let mut slots = [const { MaybeUninit::uninit() }; HEADERS_MAX];
    let mut request = httparse::Request::new(&mut []);
    let length = match request.parse_with_uninit_headers(bytes, &mut slots) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Sorted::Partial,
        Err(_) => return Sorted::Other,
    };
    let (Some(method), Some(target), Some(version)) = (request.method, request.path, request.version) else {
        return Sorted::Other;
    };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut ask = Ask { head_only: method == "HEAD", path, query, ..Ask::default() };
    let mut plain = matches!(method, "GET" | "HEAD");
    let mut connection = "";
    for header in request.headers.iter() {
        // Where the request ends, its bytes decide, text or not.
        match header.name.len() {
            7 if header.name.eq_ignore_ascii_case("upgrade") => return Sorted::Upgrade,
            6 if header.name.eq_ignore_ascii_case("expect") => plain = false,
            14 if header.name.eq_ignore_ascii_case("content-length") => {
                plain &= header.value.trim_ascii() == b"0";
            }
            17 if header.name.eq_ignore_ascii_case("transfer-encoding") => plain = false,
            length => {
                // A header we read must be text; any other is not looked at.
                let Ok(value) = std::str::from_utf8(header.value) else { continue };
                if length == 10 && header.name.eq_ignore_ascii_case("connection") {
                    connection = value;
                } else {
                    ask.note(header.name, value);
                }
            }
        }
    }
    if !plain || !is_file(path) {
        return Sorted::Other;
    }
    let old = version == 0;
    let keep_alive = if old { lists(connection, "keep-alive") } else { !lists(connection, "close") };
    Sorted::File(FileHead { ask, bytes: length, keep_alive, old })
}

fn lists(header: &str, word: &str) -> bool {
    !header.is_empty() && header.split(',').any(|part| part.trim().eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(head: &str) -> String {
        match sort(head.as_bytes(), |path| path.starts_with("/static/")) {
            Sorted::Partial => "partial".to_owned(),
            Sorted::Upgrade => "upgrade".to_owned(),
            Sorted::Other => "other".to_owned(),
            Sorted::File(file) => {
                assert_eq!(file.bytes, head.find("\r\n\r\n").unwrap() + 4);
                let kind = if file.ask.head_only { "head" } else { "get" };
                let end = if file.keep_alive { "keep" } else { "close" };
                format!(
                    "{kind} {}?{} {end}{}",
                    file.ask.path,
                    file.ask.query,
                    if file.old { " old" } else { "" }
                )
            }
        }
    }

    #[test]
    fn plain_requests_for_files_are_ours() {
        for (head, expected) in [
            ("GET /static/a HTTP/1.1\r\nHost: x\r\n\r\n", "get /static/a? keep"),
            ("HEAD /static/a?b=c HTTP/1.1\r\nHost: x\r\n\r\nGET", "head /static/a?b=c keep"),
            ("GET /static/a HTTP/1.1\r\nConnection: foo, Close\r\n\r\n", "get /static/a? close"),
            ("GET /static/a HTTP/1.0\r\n\r\n", "get /static/a? close old"),
            ("GET /static/a HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", "get /static/a? keep old"),
            ("GET /static/a HTTP/1.1\r\nContent-Length: 0\r\n\r\n", "get /static/a? keep"),
            ("GET /static/a HTTP/1.1\r\nHost: x\r\n\r", "partial"),
            ("", "partial"),
            ("GET /api/v1/config HTTP/1.1\r\nHost: x\r\n\r\n", "other"),
            ("OPTIONS /static/a HTTP/1.1\r\nHost: x\r\n\r\n", "other"),
            ("POST /static/a HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", "other"),
            ("GET /static/a HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", "other"),
            ("GET /static/a HTTP/1.1\r\nContent-Length: 0\r\nContent-Length: 3\r\n\r\nabc", "other"),
            ("GET /static/a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "other"),
            ("GET /static/a HTTP/1.1\r\nExpect: 100-continue\r\n\r\n", "other"),
            ("GET http://x/static/a HTTP/1.1\r\nHost: x\r\n\r\n", "other"),
            ("GET /static/a HTTP/1.1\r\nUpgrade: websocket\r\n\r\n", "upgrade"),
            ("GET /tracker/socket HTTP/1.1\r\nUpgrade: websocket\r\n\r\n", "upgrade"),
            ("\x16\x03\x01 hello tls", "other"),
            ("GET /static/a HTTP/1.1\r\nbad header\r\n\r\n", "other"),
        ] {
            assert_eq!(name(head), expected, "{head:?}");
        }
        let many = format!("GET /static/a HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(65));
        assert_eq!(name(&many), "other");
    }

    #[test]
    fn a_body_is_noticed_though_its_header_is_no_text() {
        for header in
            [&b"Transfer-Encoding: \xffchunked"[..], b"Content-Length: \xff3", b"Content-Length: 3\xff"]
        {
            let head = [b"GET /static/a HTTP/1.1\r\n", header, b"\r\n\r\nabc"].concat();
            assert!(matches!(sort(&head, |_| true), Sorted::Other), "{}", header.escape_ascii());
        }
    }

    #[test]
    fn any_cut_of_a_head_is_partial() {
        let head = "GET /static/a HTTP/1.1\r\nHost: x\r\nRange: bytes=0-1\r\n\r\n";
        for cut in 0..head.len() {
            assert_eq!(name(&head[..cut]), "partial", "{cut}");
        }
    }
}
