//! draft-cavage-http-signatures-12: what nearly every server of the network signs with.
//!
//! Owns how the header is read, what must be signed, and the text that was signed. The surprises are other people's:
//! PeerTube signs a path without its query, Lemmy `(created)` in place of a date, and `hs2019` means RSA with SHA-256 to
//! all who write it, whatever the draft says.

use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use shared::time::Timestamp;

use super::claim::{Claim, Scheme};
use super::digest::check_digest;
use super::headers::{joined, single};
use super::key::Algorithm;
use super::key_id::KeyId;
use super::refusal::Refusal;
use super::request::{Request, Skew};
use super::target::path_and_query;

/// Names in `headers`. Mastodon signs six.
const COMPONENTS_MAX: usize = 32;
/// Parameters in all: there are seven.
const PARAMETERS_MAX: usize = 16;
/// Headers that have a meaning here. A second line of one would let others read another than was checked.
const SINGLE: &[&str] = &["date", "digest", "host"];

#[derive(Default)]
struct Parameters {
    key_id: Option<String>,
    algorithm: Option<String>,
    headers: Option<String>,
    signature: Option<String>,
    created: Option<Timestamp>,
    expires: Option<Timestamp>,
}

/// Whether a line of `Signature` is of this form.
pub(super) fn is_one(line: &str) -> bool {
    line.split(',').any(|part| {
        let part = part.trim_start();
        let part = part.strip_prefix("Signature ").unwrap_or(part).trim_start();
        part.starts_with("keyId=\"") || part.starts_with("signature=\"")
    })
}

/// Reads a line of this form and judges the request by it.
pub(super) fn read(request: &Request<'_>, line: &str, now: Timestamp, skew: &Skew) -> Result<Claim, Refusal> {
    let found = parse(line)?;
    let key_id = found.key_id.as_deref().ok_or(Refusal::Unreadable("no `keyId`"))?;
    let key_id = KeyId::parse(key_id).ok_or(Refusal::KeyId)?;
    let ways = ways(found.algorithm.as_deref())?;
    let signature = found.signature.as_deref().ok_or(Refusal::Unreadable("no `signature`"))?;
    let signature =
        STANDARD.decode(signature).map_err(|_| Refusal::Unreadable("`signature` is not base64"))?;
    let components = components(found.headers.as_deref())?;
    let covers = |name: &str| components.iter().any(|component| component == name);

    let is_dated = covers("date") || covers("(created)");
    for (name, is_covered) in
        [("(request-target)", covers("(request-target)")), ("host", covers("host")), ("date", is_dated)]
    {
        if !is_covered {
            return Err(Refusal::Uncovered(name));
        }
    }
    for name in SINGLE {
        single(request.headers, name)?;
    }
    let signed_at = judge_dates(request, &found, &components, now, skew)?;
    if request.has_body() {
        if !covers("digest") {
            return Err(Refusal::Uncovered("digest"));
        }
        check_digest(request.headers, request.body)?;
    }

    let mut messages = vec![message(request, &components, &found, request.query)?];
    if request.query.is_some() && *request.method == Method::GET {
        // PeerTube's own habit; what is sent goes to addresses without a query.
        messages.push(message(request, &components, &found, None)?);
    }
    let (nonce, tag) = (None, None);
    Ok(Claim { scheme: Scheme::Cavage, key_id, messages, ways, signature, signed_at, nonce, tag })
}

/// Every date that is signed must be near; the request counts from the earliest of them.
fn judge_dates(
    request: &Request<'_>,
    found: &Parameters,
    components: &[String],
    now: Timestamp,
    skew: &Skew,
) -> Result<Timestamp, Refusal> {
    let covers = |name: &str| components.iter().any(|component| component == name);
    let mut dates = Vec::new();
    if covers("date") {
        let text = single(request.headers, "date")?.ok_or_else(|| Refusal::Absent("date".to_owned()))?;
        dates.push(parse_date(text).ok_or(Refusal::Undated)?);
    }
    if covers("(created)") {
        dates.push(found.created.ok_or_else(|| Refusal::Absent("(created)".to_owned()))?);
    }
    // Unsigned it may shorten the time, but not prolong it.
    let expires = found.expires.filter(|_| covers("(expires)"));
    for date in &dates {
        skew.judge(now, *date, expires)?;
    }
    if let (Some(unsigned), None) = (found.expires, expires)
        && skew.ahead < now.since(unsigned)
    {
        return Err(Refusal::Expired { by: now.since(unsigned) });
    }
    dates.into_iter().min().ok_or(Refusal::Uncovered("date"))
}

/// A date as HTTP writes it.
fn parse_date(text: &str) -> Option<Timestamp> {
    let date = httpdate::parse_http_date(text).ok()?;
    let since = date.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok().map(Timestamp)
}

fn ways(algorithm: Option<&str>) -> Result<Vec<Algorithm>, Refusal> {
    match algorithm.map(str::to_ascii_lowercase).as_deref() {
        Some("rsa-sha256") => Ok(vec![Algorithm::RsaV15Sha256]),
        // The key says it.
        None | Some("hs2019") => {
            Ok(vec![Algorithm::RsaV15Sha256, Algorithm::RsaPssSha512, Algorithm::Ed25519])
        }
        Some(other) => Err(Refusal::Algorithm(other.chars().take(40).collect())),
    }
}

fn components(headers: Option<&str>) -> Result<Vec<String>, Refusal> {
    let names: Vec<String> =
        headers.unwrap_or("date").split_ascii_whitespace().map(str::to_ascii_lowercase).collect();
    if COMPONENTS_MAX < names.len() {
        return Err(Refusal::Unreadable("too many names in `headers`"));
    }
    let is_twice = |(place, name): (usize, &String)| names.iter().take(place).any(|earlier| earlier == name);
    if names.iter().enumerate().any(is_twice) {
        return Err(Refusal::Unreadable("a name twice in `headers`"));
    }
    Ok(names)
}

/// The text that was signed, a line a component.
fn message(
    request: &Request<'_>,
    components: &[String],
    found: &Parameters,
    query: Option<&str>,
) -> Result<Vec<u8>, Refusal> {
    let seconds = |date: Option<Timestamp>| date.map(|date| (date.0 / 1000).to_string().into_bytes());
    let mut message = Vec::new();
    for name in components {
        let value = match name.as_str() {
            "(request-target)" => Some(target(request.method, request.path, query).into_bytes()),
            "(created)" => seconds(found.created),
            "(expires)" => seconds(found.expires),
            // Ours as others know it: a proxy may have put its own in its place.
            "host" => Some(request.authority.as_bytes().to_vec()),
            name => joined(request.headers, name),
        };
        let value = value.ok_or_else(|| Refusal::Absent(name.chars().take(40).collect()))?;
        push_line(&mut message, name, &value);
    }
    Ok(message)
}

/// The value of `(request-target)`.
pub(super) fn target(method: &Method, path: &str, query: Option<&str>) -> String {
    format!("{} {}", method.as_str().to_ascii_lowercase(), path_and_query(path, query))
}

/// Adds a line, with its end before it.
pub(super) fn push_line(message: &mut Vec<u8>, name: &str, value: &[u8]) {
    if !message.is_empty() {
        message.push(b'\n');
    }
    message.extend_from_slice(name.as_bytes());
    message.extend_from_slice(b": ");
    message.extend_from_slice(value);
}

/// `name="value"` and `name=digits`, in any order, with commas between. Names that are not known are passed over.
fn parse(line: &str) -> Result<Parameters, Refusal> {
    const ODD: Refusal = Refusal::Unreadable("not `name=\"value\"` with commas between");
    let mut found = Parameters::default();
    let mut rest = line.strip_prefix("Signature ").unwrap_or(line).trim();
    for _ in 0..PARAMETERS_MAX {
        let (name, after) = rest.split_once('=').ok_or(ODD)?;
        let after = after.trim_start();
        let (value, after) = match after.strip_prefix('"') {
            // No value has a reason to hold a quote.
            Some(quoted) => quoted.split_once('"').ok_or(ODD)?,
            None => {
                let end = after.find(',').unwrap_or(after.len());
                let (value, after) = after.split_at_checked(end).ok_or(ODD)?;
                (value.trim(), after)
            }
        };
        found.set(name.trim(), value)?;
        match after.trim_start().strip_prefix(',') {
            Some(more) => rest = more.trim_start(),
            None if after.trim().is_empty() => return Ok(found),
            None => return Err(ODD),
        }
    }
    Err(Refusal::Unreadable("too many parameters"))
}

impl Parameters {
    fn set(&mut self, name: &str, value: &str) -> Result<(), Refusal> {
        const TWICE: Refusal = Refusal::Unreadable("a parameter twice");
        let text = match name {
            "keyId" => &mut self.key_id,
            "algorithm" => &mut self.algorithm,
            "headers" => &mut self.headers,
            "signature" => &mut self.signature,
            "created" | "expires" => {
                let date = if name == "created" { &mut self.created } else { &mut self.expires };
                return match date.replace(parse_seconds(value)?) {
                    Some(_) => Err(TWICE),
                    None => Ok(()),
                };
            }
            _ => return Ok(()),
        };
        match text.replace(value.to_owned()) {
            Some(_) => Err(TWICE),
            None => Ok(()),
        }
    }
}

/// Seconds since 1970. The draft allows fractions of `expires`; nobody writes any.
fn parse_seconds(text: &str) -> Result<Timestamp, Refusal> {
    let seconds: i64 = Some(text)
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|text| text.parse().ok())
        .ok_or(Refusal::Undated)?;
    seconds.checked_mul(1000).map(Timestamp).ok_or(Refusal::Undated)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_come_in_any_order_with_and_without_quotes() {
        for line in [
            r#"keyId="k",algorithm="hs2019",created=5,expires="9",headers="(created) host",signature="c2ln""#,
            r#"Signature signature="c2ln" , headers="(created) host",created="5", expires=9 ,algorithm=hs2019,keyId="k""#,
            r#"opaque="a=b,c", keyId="k",algorithm="hs2019",headers="(created) host",created=5,expires=9,signature="c2ln""#,
        ] {
            assert!(is_one(line), "{line}");
            let found = parse(line).unwrap();
            assert_eq!(found.key_id.as_deref(), Some("k"));
            assert_eq!(found.algorithm.as_deref(), Some("hs2019"));
            assert_eq!(found.headers.as_deref(), Some("(created) host"));
            assert_eq!(found.signature.as_deref(), Some("c2ln"));
            assert_eq!((found.created, found.expires), (Some(Timestamp(5000)), Some(Timestamp(9000))));
        }
    }

    #[test]
    fn what_is_of_no_form_is_refused() {
        let many = ["a=1"; 40].join(",");
        for line in [
            "",
            "keyId",
            "keyId=\"k",
            "keyId=\"k\"x",
            "keyId=\"k\" algorithm=\"a\"",
            "keyId=\"k\",",
            "=,",
            &many,
            "keyId=\"k\",keyId=\"k\"",
            "created=1,created=1",
            "created=-1",
            "created=1.5",
            "created=99999999999999999",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
        assert!(!is_one("sig1=:AAAA:"));
    }
}
