//! Headers as signatures take them: every line of a name, trimmed and joined.

use http::HeaderMap;

use super::refusal::Refusal;

/// The longest header that is read for a signature. The longest key signs with 1368 letters; names and an address
/// stand beside it.
const HEADER_BYTES_MAX: usize = 8192;

/// The value of a header, its lines joined as RFC 9421 §2.1 and the draft say. `None` when there is no such line.
pub(super) fn joined(headers: &HeaderMap, name: &str) -> Option<Vec<u8>> {
    let mut lines = headers.get_all(name).iter().map(|line| line.as_bytes().trim_ascii());
    let first = lines.next()?;
    Some(lines.fold(first.to_vec(), |mut value, line| {
        value.extend_from_slice(b", ");
        value.extend_from_slice(line);
        value
    }))
}

/// The text of a header of which there may be one line. `None` when there is none.
pub(super) fn single<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<Option<&'a str>, Refusal> {
    let mut lines = headers.get_all(name).iter();
    let Some(line) = lines.next() else { return Ok(None) };
    if lines.next().is_some() {
        return Err(Refusal::Repeated(name));
    }
    text(line.as_bytes(), name).map(Some)
}

/// A line as text.
pub(super) fn text<'a>(line: &'a [u8], name: &'static str) -> Result<&'a str, Refusal> {
    if HEADER_BYTES_MAX < line.len() {
        return Err(Refusal::TooLong(name));
    }
    std::str::from_utf8(line)
        .ok()
        .filter(|text| text.is_ascii())
        .map(str::trim)
        .ok_or(Refusal::Unreadable("letters beyond ASCII in a header"))
}
