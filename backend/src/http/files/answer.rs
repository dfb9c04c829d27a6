//! Status, headers and bytes of the answer to a request for a file.
//!
//! Owns the decision and the list of headers, one list for both walls. Never sends anything. What browsers on other
//! sites may read is as PeerTube has it: everything, without credentials.

use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use shared::api::{Problem, ProblemCode};

use super::ask::Ask;
use super::shelf::{Content, Held};
use crate::http::conditional::{Verdict, weigh};
use crate::http::problem::problem;
use crate::http::range::{Span, choose_span};

/// Everything a wall must send.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// `Content-Length`; none where the status forbids a body.
    pub length: Option<u64>,
    /// The bytes, none for HEAD.
    pub body: Body,
    media_type: &'static str,
    held: Option<Arc<Held>>,
    range: Option<ContentRange>,
    terms: Terms,
}

/// The bytes of an answer.
#[derive(Debug)]
pub enum Body {
    /// None.
    Empty,
    /// These.
    Memory(Bytes),
    /// A part of open files, whose content is not [`Content::Memory`].
    File {
        /// The file.
        held: Arc<Held>,
        /// Position of the first byte.
        first: u64,
        /// How many.
        bytes: u64,
    },
}

#[derive(Clone, Copy, Debug)]
enum ContentRange {
    Part { first: u64, last: u64, of: u64 },
    Outside { of: u64 },
}

/// What goes with a file, whichever part of it is sent.
#[derive(Clone, Default, Debug)]
pub struct Terms {
    /// `Cache-Control`.
    pub cache: Cache,
    /// `Content-Disposition`.
    pub disposition: Option<String>,
    /// Pages that isolate themselves (COEP) may load it too.
    pub embeddable: bool,
    /// Other encodings of it exist.
    pub varies: bool,
}

/// How long others may keep an answer.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Cache {
    /// Ask again each time; the tag makes that cheap.
    #[default]
    Revalidate,
    /// For those who may see it only, and ask again each time.
    Private,
    /// Two days, as PeerTube keeps pictures: a new picture has a new name.
    Days,
    /// For ever: other bytes have another name.
    Immutable,
}

impl Cache {
    fn as_str(self) -> &'static str {
        match self {
            Cache::Revalidate => "public, max-age=0",
            Cache::Private => "private, no-cache",
            Cache::Days => "public, max-age=172800",
            Cache::Immutable => "public, max-age=31536000, immutable",
        }
    }
}

/// Decides what of the file is sent.
#[must_use]
pub fn answer_with(ask: &Ask<'_>, held: Arc<Held>, terms: Terms) -> Answer {
    let heeded = match weigh(&ask.conditions, &held.validators) {
        Verdict::Send => ask.range,
        Verdict::SendWhole => None,
        Verdict::Unchanged => return Answer::without_body(304, held, terms),
        Verdict::Refused => return Answer::without_body(412, held, terms),
    };
    let (status, range, first, bytes) = match choose_span(heeded, held.bytes) {
        Span::Whole => (200, None, 0, held.bytes),
        Span::Part { first, last } => {
            let range = ContentRange::Part { first, last, of: held.bytes };
            (206, Some(range), first, last - first + 1)
        }
        Span::Outside => return Answer::outside(ask, held, terms),
    };
    let body = if ask.head_only { Body::Empty } else { cut(&held, first, bytes) };
    Answer { status, length: Some(bytes), body, media_type: held.media_type, held: Some(held), range, terms }
}

fn cut(held: &Arc<Held>, first: u64, bytes: u64) -> Body {
    match &held.content {
        Content::Disk(_) | Content::Film(_) => Body::File { held: Arc::clone(held), first, bytes },
        Content::Memory(all) => {
            let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(all.len());
            Body::Memory(all.slice(place(first)..place(first + bytes)))
        }
    }
}

/// A refusal as PeerTube words it: RFC 7807 with the sentence twice.
#[must_use]
pub fn refuse(ask: &Ask<'_>, status: StatusCode, code: Option<ProblemCode>, detail: &str) -> Answer {
    Answer::problem(ask, &problem(status, code, detail))
}

impl Answer {
    fn without_body(status: u16, held: Arc<Held>, terms: Terms) -> Answer {
        let length = if status == 304 { None } else { Some(0) };
        Answer { status, length, body: Body::Empty, media_type: "", held: Some(held), range: None, terms }
    }

    fn outside(ask: &Ask<'_>, held: Arc<Held>, terms: Terms) -> Answer {
        let problem = problem(
            StatusCode::RANGE_NOT_SATISFIABLE,
            Some(ProblemCode::RangeNotSatisfiable),
            "Range Not Satisfiable",
        );
        let range = ContentRange::Outside { of: held.bytes };
        Answer { held: Some(held), range: Some(range), terms, ..Answer::problem(ask, &problem) }
    }

    fn problem(ask: &Ask<'_>, problem: &Problem) -> Answer {
        let body: Bytes = serde_json::to_vec(problem).unwrap_or_default().into();
        Answer {
            status: problem.status,
            length: Some(body.len() as u64),
            body: if ask.head_only { Body::Empty } else { Body::Memory(body) },
            media_type: "application/problem+json; charset=utf-8",
            held: None,
            range: None,
            // A video that is private now may be public in a minute.
            terms: Terms { cache: Cache::Private, ..Terms::default() },
        }
    }

    /// Bytes made for this request alone, such as a playlist with somebody's token in it.
    #[must_use]
    pub fn made(ask: &Ask<'_>, body: Bytes, media_type: &'static str) -> Answer {
        Answer {
            status: 200,
            length: Some(body.len() as u64),
            body: if ask.head_only { Body::Empty } else { Body::Memory(body) },
            media_type,
            held: None,
            range: None,
            terms: Terms { cache: Cache::Private, ..Terms::default() },
        }
    }

    /// Whether sending takes long enough to be worth a socket of its own.
    #[must_use]
    pub fn is_large(&self) -> bool {
        matches!(&self.body, Body::File { .. })
    }

    /// Every header but `Content-Length` and `Date`, names in lower case.
    pub fn each_field(&self, mut field: impl FnMut(&'static str, &str)) {
        field("access-control-allow-origin", "*");
        field("x-content-type-options", "nosniff");
        field("cache-control", self.terms.cache.as_str());
        if !self.media_type.is_empty() {
            field("content-type", self.media_type);
        }
        if let Some(held) = &self.held {
            field("accept-ranges", "bytes");
            field("etag", &held.validators.etag);
            field("last-modified", &held.modified);
            if let (Some(encoding), 200 | 206) = (held.encoding, self.status) {
                field("content-encoding", encoding);
            }
        }
        match self.range {
            Some(ContentRange::Part { first, last, of }) => {
                field("content-range", &format!("bytes {first}-{last}/{of}"));
            }
            Some(ContentRange::Outside { of }) => field("content-range", &format!("bytes */{of}")),
            None => {}
        }
        if let Some(disposition) = &self.terms.disposition {
            field("content-disposition", disposition);
        }
        if self.terms.embeddable {
            field("cross-origin-resource-policy", "cross-origin");
        }
        if self.terms.varies {
            field("vary", "accept-encoding");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::http::conditional::{Conditions, Validators};
    use expect_test::{Expect, expect};

    fn held() -> Arc<Held> {
        let modified = UNIX_EPOCH + Duration::from_millis(1_795_226_604_871);
        let bytes = Bytes::from_static(b"0123456789");
        Arc::new(Held::in_memory(bytes, Validators::new(10, modified), "video/mp4", None))
    }

    fn show(answer: &Answer) -> String {
        let mut text = format!("{} length {:?}\n", answer.status, answer.length);
        answer.each_field(|name, value| text.push_str(&format!("{name}: {value}\n")));
        match &answer.body {
            Body::Empty => {}
            Body::Memory(bytes) => text.push_str(&format!("\n{}\n", String::from_utf8_lossy(bytes))),
            Body::File { first, bytes, .. } => text.push_str(&format!("\n{bytes} bytes from {first}\n")),
        }
        text
    }

    fn check(ask: Ask<'_>, expect: Expect) {
        expect.assert_eq(&show(&answer_with(&ask, held(), Terms::default())));
    }

    #[test]
    fn a_range_is_answered_as_captured() {
        check(
            Ask { range: Some("bytes=2-4"), ..Ask::default() },
            expect![[r#"
                206 length Some(3)
                access-control-allow-origin: *
                x-content-type-options: nosniff
                cache-control: public, max-age=0
                content-type: video/mp4
                accept-ranges: bytes
                etag: "a-18e9ed15eaaa9fc0"
                last-modified: Sat, 21 Nov 2026 02:03:24 GMT
                content-range: bytes 2-4/10

                234
            "#]],
        );
    }

    #[test]
    fn a_range_outside_is_a_problem_that_tells_the_length() {
        check(
            Ask { range: Some("bytes=99-"), ..Ask::default() },
            expect![[r#"
                416 length Some(216)
                access-control-allow-origin: *
                x-content-type-options: nosniff
                cache-control: public, max-age=0
                content-type: application/problem+json; charset=utf-8
                accept-ranges: bytes
                etag: "a-18e9ed15eaaa9fc0"
                last-modified: Sat, 21 Nov 2026 02:03:24 GMT
                content-range: bytes */10

                {"type":"https://docs.joinpeertube.org/api-rest-reference.html#section/Errors/RangeNotSatisfiableError","detail":"Range Not Satisfiable","status":416,"code":"RangeNotSatisfiableError","error":"Range Not Satisfiable"}
            "#]],
        );
    }

    #[test]
    fn head_tells_the_length_and_sends_nothing() {
        check(
            Ask { head_only: true, ..Ask::default() },
            expect![[r#"
                200 length Some(10)
                access-control-allow-origin: *
                x-content-type-options: nosniff
                cache-control: public, max-age=0
                content-type: video/mp4
                accept-ranges: bytes
                etag: "a-18e9ed15eaaa9fc0"
                last-modified: Sat, 21 Nov 2026 02:03:24 GMT
            "#]],
        );
    }

    #[test]
    fn what_the_client_has_is_not_sent_again() {
        let etag = held().validators.etag.clone();
        let conditions = Conditions { none_match: Some(&etag), ..Conditions::default() };
        check(
            Ask { conditions, range: Some("bytes=0-1"), ..Ask::default() },
            expect![[r#"
                304 length None
                access-control-allow-origin: *
                x-content-type-options: nosniff
                cache-control: public, max-age=0
                accept-ranges: bytes
                etag: "a-18e9ed15eaaa9fc0"
                last-modified: Sat, 21 Nov 2026 02:03:24 GMT
            "#]],
        );
    }

    #[test]
    fn a_part_of_another_version_gets_the_whole_file() {
        let conditions = Conditions { range: Some("\"old\""), ..Conditions::default() };
        let ask = Ask { conditions, range: Some("bytes=0-1"), ..Ask::default() };
        let answer = answer_with(&ask, held(), Terms::default());
        assert_eq!((answer.status, answer.length), (200, Some(10)));
    }

    #[test]
    fn refusals_are_problems() {
        expect![[r#"
            403 length Some(96)
            access-control-allow-origin: *
            x-content-type-options: nosniff
            cache-control: private, no-cache
            content-type: application/problem+json; charset=utf-8

            {"type":"about:blank","title":"Forbidden","detail":"Not yours","status":403,"error":"Not yours"}
        "#]]
        .assert_eq(&show(&refuse(&Ask::default(), StatusCode::FORBIDDEN, None, "Not yours")));
    }
}
