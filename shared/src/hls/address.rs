//! Addresses as they stand in playlists: resolved, named and marked with a token.
//!
//! Follows RFC 3986 §5.2 on text alone, so that browser, server and simulator agree. Never decodes percent signs: an
//! address leaves as it came.

/// An address taken apart (RFC 3986 appendix B), each part without its delimiter.
#[derive(Clone, Copy, Default)]
struct Parts<'a> {
    scheme: Option<&'a str>,
    authority: Option<&'a str>,
    path: &'a str,
    query: Option<&'a str>,
    fragment: Option<&'a str>,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Parts<'a> {
        let (text, fragment) = split_off(text, '#');
        let (text, query) = split_off(text, '?');
        let (scheme, text) = match text.split_once(':') {
            Some((scheme, rest)) if is_scheme(scheme) => (Some(scheme), rest),
            _ => (None, text),
        };
        let (authority, path) = match text.strip_prefix("//") {
            Some(rest) => {
                let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                (Some(authority), path)
            }
            None => (None, text),
        };
        Parts { scheme, authority, path, query, fragment }
    }

    fn write(&self, path: &str) -> String {
        let mut text = String::with_capacity(path.len() + 64);
        let mut part = |before: &str, part: Option<&str>, after: &str| {
            if let Some(part) = part {
                text.extend([before, part, after]);
            }
        };
        part("", self.scheme, ":");
        part("//", self.authority, "");
        part("", Some(path), "");
        part("?", self.query, "");
        part("#", self.fragment, "");
        text
    }
}

fn split_off(text: &str, mark: char) -> (&str, Option<&str>) {
    text.split_once(mark).map_or((text, None), |(before, after)| (before, Some(after)))
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter))
}

/// Resolves `reference`, as written in the playlist at `base`. The base's query is not inherited by another file:
/// who needs a token on every address adds it with [`with_parameter`].
#[must_use]
pub fn join_url(base: &str, reference: &str) -> String {
    let (base, reference) = (Parts::of(base), Parts::of(reference.trim()));
    if reference.scheme.is_some() {
        return reference.write(&without_dots(reference.path));
    }
    let joined = Parts { scheme: base.scheme, ..reference };
    if reference.authority.is_some() {
        return joined.write(&without_dots(reference.path));
    }
    let joined = Parts { authority: base.authority, ..joined };
    if reference.path.is_empty() {
        return Parts { query: reference.query.or(base.query), ..joined }.write(base.path);
    }
    if reference.path.starts_with('/') {
        return joined.write(&without_dots(reference.path));
    }
    let folder = match base.path.rfind('/') {
        Some(at) => base.path.get(..=at).unwrap_or(""),
        None if base.authority.is_some() => "/",
        None => "",
    };
    joined.write(&without_dots(&format!("{folder}{}", reference.path)))
}

/// Removes `.` and `..` from a path; `..` never climbs above the root.
fn without_dots(path: &str) -> String {
    let (root, path) = match path.strip_prefix('/') {
        Some(path) => ("/", path),
        None => ("", path),
    };
    let mut kept: Vec<&str> = Vec::new();
    let mut names = path.split('/').peekable();
    while let Some(name) = names.next() {
        let is_last = names.peek().is_none();
        match name {
            "." | ".." => {
                if name == ".." {
                    kept.pop();
                }
                // The path of a folder keeps its slash.
                if is_last {
                    kept.push("");
                }
            }
            name => kept.push(name),
        }
    }
    format!("{root}{}", kept.join("/"))
}

/// The last name of an address' path, without its query: the name digests are listed under.
#[must_use]
pub fn file_name(url: &str) -> &str {
    let path = Parts::of(url).path;
    path.rsplit('/').next().unwrap_or(path)
}

/// Adds `name=value` to an address' query, unless the query has that name already. `value` must be a token of
/// letters, digits and `-._~`; anything else is percent-encoded.
#[must_use]
pub fn with_parameter(url: &str, name: &str, value: &str) -> String {
    let parts = Parts::of(url);
    let has = |query: &str| query.split('&').any(|pair| split_off(pair, '=').0 == name);
    if parts.query.is_some_and(has) {
        return url.to_owned();
    }
    let mut query = match parts.query {
        Some(query) if !query.is_empty() => format!("{query}&{name}="),
        _ => format!("{name}="),
    };
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            query.push(char::from(byte));
        } else {
            query.push_str(&format!("%{byte:02X}"));
        }
    }
    Parts { query: Some(&query), ..parts }.write(parts.path)
}

/// Whether two addresses name the same scheme, host and port, so that a token for one may be shown to the other.
#[must_use]
pub fn is_same_origin(one: &str, other: &str) -> bool {
    let (one, other) = (Parts::of(one), Parts::of(other));
    let same = |one: Option<&str>, other: Option<&str>| match (one, other) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
        (one, other) => one == other,
    };
    same(one.scheme, other.scheme) && same(one.authority, other.authority)
}
