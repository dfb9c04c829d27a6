//! Whether a file must be sent at all: `If-*` headers against the file's validators (RFC 9110 §13).
//!
//! Owns entity tags, HTTP dates and the order of precedence. Never looks at a file or a clock. The surprise is that
//! our tags are strong where PeerTube's are weak: a weak one never satisfies `If-Range`, so an interrupted download
//! could not be continued.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What a file looks like from outside.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Validators {
    /// Strong entity tag, with its quotes.
    pub etag: String,
    /// When the file last changed: whole seconds, as HTTP dates count.
    pub modified: SystemTime,
}

impl Validators {
    /// Validators of a file known by length and time of change. Files are replaced, never written into, so the two
    /// tell versions apart.
    #[must_use]
    pub fn new(bytes: u64, modified: SystemTime) -> Validators {
        let since = modified.duration_since(UNIX_EPOCH).unwrap_or_default();
        Validators {
            etag: format!("\"{bytes:x}-{:x}\"", since.as_nanos()),
            modified: UNIX_EPOCH + Duration::from_secs(since.as_secs()),
        }
    }
}

/// The `If-*` headers of a request, each as it was sent.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Conditions<'a> {
    /// `If-Match`.
    pub matches: Option<&'a str>,
    /// `If-None-Match`.
    pub none_match: Option<&'a str>,
    /// `If-Modified-Since`.
    pub modified_since: Option<&'a str>,
    /// `If-Unmodified-Since`.
    pub unmodified_since: Option<&'a str>,
    /// `If-Range`.
    pub range: Option<&'a str>,
}

/// What the conditions ask for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Send it, and heed `Range`.
    Send,
    /// Send all of it: the part the client has is of another version.
    SendWhole,
    /// The client has it: 304.
    Unchanged,
    /// The client wanted another version: 412.
    Refused,
}

/// Weighs the conditions of a GET or HEAD in the order of RFC 9110 §13.2.2.
#[must_use]
pub fn weigh(conditions: &Conditions<'_>, file: &Validators) -> Verdict {
    let held = match (conditions.matches, conditions.unmodified_since) {
        (Some(tags), _) => lists(tags, &file.etag, Comparison::Strong),
        (None, Some(date)) => parse_date(date).is_none_or(|date| file.modified <= date),
        (None, None) => true,
    };
    if !held {
        return Verdict::Refused;
    }
    let unchanged = match (conditions.none_match, conditions.modified_since) {
        (Some(tags), _) => knows(tags, &file.etag),
        (None, Some(date)) => parse_date(date).is_some_and(|date| file.modified <= date),
        (None, None) => false,
    };
    if unchanged {
        return Verdict::Unchanged;
    }
    match conditions.range {
        Some(validator) if !is_current(validator, file) => Verdict::SendWhole,
        Some(_) | None => Verdict::Send,
    }
}

/// Whether `If-Range` names this very version: a strong tag, or exactly its date (RFC 9110 §13.1.5).
fn is_current(validator: &str, file: &Validators) -> bool {
    let validator = validator.trim();
    validator == file.etag || parse_date(validator) == Some(file.modified)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Strong,
    Weak,
}

/// Whether `If-None-Match` names this version, be its tag strong or weak. `etag` has its quotes and no `W/`.
#[must_use]
pub fn knows(none_match: &str, etag: &str) -> bool {
    lists(none_match, etag, Comparison::Weak)
}

/// Whether a list of tags names this one. No tag of ours has a comma inside, so splitting there is safe.
fn lists(tags: &str, etag: &str, comparison: Comparison) -> bool {
    tags.trim() == "*"
        || tags.split(',').map(str::trim).any(|tag| match comparison {
            Comparison::Strong => tag == etag,
            Comparison::Weak => tag.strip_prefix("W/").unwrap_or(tag) == etag,
        })
}

/// An HTTP date in any of the three spellings of RFC 9110 §5.6.7.
fn parse_date(text: &str) -> Option<SystemTime> {
    httpdate::parse_http_date(text.trim()).ok()
}

/// The preferred spelling: `Sat, 21 Nov 2026 02:03:24 GMT`.
#[must_use]
pub fn write_date(date: SystemTime) -> String {
    httpdate::fmt_http_date(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ETAG: &str = "\"3e8-186d0fd1b07f7800\"";
    const BEFORE: &str = "Sat, 21 Nov 2026 02:03:23 GMT";
    const THEN: &str = "Sat, 21 Nov 2026 02:03:24 GMT";
    const LATER: &str = "Sat, 21 Nov 2026 02:03:25 GMT";

    fn file() -> Validators {
        let modified = UNIX_EPOCH + Duration::from_millis(1_795_226_604_871);
        Validators { etag: ETAG.to_owned(), ..Validators::new(1000, modified) }
    }

    #[test]
    fn dates_are_whole_seconds() {
        assert_eq!(write_date(file().modified), THEN);
    }

    #[test]
    fn two_versions_have_two_tags() {
        let at = |ms| UNIX_EPOCH + Duration::from_millis(ms);
        let tags = [(1, at(0)), (2, at(0)), (1, at(1)), (1, at(2))].map(|(b, t)| Validators::new(b, t).etag);
        for (at, tag) in tags.iter().enumerate() {
            assert!(tag.starts_with('"') && tag.ends_with('"') && !tag.contains(','), "{tag}");
            assert!(!tags[..at].contains(tag));
        }
    }

    #[test]
    fn conditions_are_weighed_in_their_order() {
        let none = Conditions::default();
        let rows = [
            (none, Verdict::Send),
            (Conditions { none_match: Some(ETAG), ..none }, Verdict::Unchanged),
            (Conditions { none_match: Some("W/\"3e8-186d0fd1b07f7800\""), ..none }, Verdict::Unchanged),
            (
                Conditions { none_match: Some("\"a\", \"3e8-186d0fd1b07f7800\" ,\"b\""), ..none },
                Verdict::Unchanged,
            ),
            (Conditions { none_match: Some(" * "), ..none }, Verdict::Unchanged),
            (Conditions { none_match: Some("\"other\""), ..none }, Verdict::Send),
            (Conditions { none_match: Some("3e8-186d0fd1b07f7800"), ..none }, Verdict::Send),
            (Conditions { none_match: Some(""), ..none }, Verdict::Send),
            (Conditions { modified_since: Some(BEFORE), ..none }, Verdict::Send),
            (Conditions { modified_since: Some(THEN), ..none }, Verdict::Unchanged),
            (Conditions { modified_since: Some(LATER), ..none }, Verdict::Unchanged),
            (
                Conditions { modified_since: Some("Saturday, 21-Nov-26 02:03:24 GMT"), ..none },
                Verdict::Unchanged,
            ),
            (Conditions { modified_since: Some("yesterday"), ..none }, Verdict::Send),
            // A tag says more than a date, so the date is not looked at.
            (
                Conditions { none_match: Some("\"other\""), modified_since: Some(LATER), ..none },
                Verdict::Send,
            ),
            (Conditions { matches: Some(ETAG), ..none }, Verdict::Send),
            (Conditions { matches: Some("*"), ..none }, Verdict::Send),
            (Conditions { matches: Some("\"other\""), ..none }, Verdict::Refused),
            (Conditions { matches: Some("W/\"3e8-186d0fd1b07f7800\""), ..none }, Verdict::Refused),
            (Conditions { unmodified_since: Some(BEFORE), ..none }, Verdict::Refused),
            (Conditions { unmodified_since: Some(THEN), ..none }, Verdict::Send),
            (Conditions { unmodified_since: Some("never"), ..none }, Verdict::Send),
            (Conditions { matches: Some(ETAG), unmodified_since: Some(BEFORE), ..none }, Verdict::Send),
            (Conditions { matches: Some("\"other\""), none_match: Some(ETAG), ..none }, Verdict::Refused),
            (Conditions { range: Some(ETAG), ..none }, Verdict::Send),
            (Conditions { range: Some(THEN), ..none }, Verdict::Send),
            (Conditions { range: Some(LATER), ..none }, Verdict::SendWhole),
            (Conditions { range: Some("\"other\""), ..none }, Verdict::SendWhole),
            (Conditions { range: Some("W/\"3e8-186d0fd1b07f7800\""), ..none }, Verdict::SendWhole),
            (Conditions { none_match: Some(ETAG), range: Some("\"other\""), ..none }, Verdict::Unchanged),
        ];
        for (conditions, verdict) in rows {
            assert_eq!(weigh(&conditions, &file()), verdict, "{conditions:?}");
        }
    }
}
