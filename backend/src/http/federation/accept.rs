//! Which of a page and a document a request would rather have (RFC 9110 §12.5.1).

/// Kinds of a document: ActivityPub §3.2 has the second with a profile, and many ask for it without.
const DOCUMENTS: [&str; 2] = ["application/activity+json", "application/ld+json"];
const PAGE: &str = "text/html";
/// Longer lists are no browser's and no server's.
const RANGES_MAX: usize = 50;

/// How much something is wanted: quality in thousandths, how exactly it was named, and how early.
type Rank = (u32, u32, usize);

/// Whether a document is asked for rather than a page. Where nothing is said it is not.
#[must_use]
pub fn prefers_document(accept: &str) -> bool {
    let page = rank(accept, PAGE);
    DOCUMENTS.iter().filter_map(|kind| rank(accept, kind)).any(|document| Some(document) > page)
}

/// Whether a page is asked for, by its name, rather than a document.
#[must_use]
pub fn prefers_page(accept: &str) -> bool {
    rank(accept, PAGE).is_some_and(|(_, exactness, _)| 0 < exactness) && !prefers_document(accept)
}

/// How much a kind is wanted; none where it is not.
fn rank(accept: &str, kind: &str) -> Option<Rank> {
    let mut best: Option<Rank> = None;
    for (at, range) in accept.split(',').take(RANGES_MAX).enumerate() {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let exactness = if name == kind {
            2
        } else if name.strip_suffix('*').is_some_and(|start| start.ends_with('/') && kind.starts_with(start))
        {
            1
        } else if name == "*/*" {
            0
        } else {
            continue;
        };
        let quality = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        let quality = quality.map_or(1000, thousandths);
        // The range that names it most exactly decides.
        if best.is_none_or(|(_, other, _)| other < exactness) {
            best = Some((quality, exactness, RANGES_MAX - at));
        }
    }
    best.filter(|(quality, ..)| 0 < *quality)
}

fn thousandths(text: &str) -> u32 {
    let (whole, rest) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    if whole != "0" {
        return 1000;
    }
    let digits = rest.bytes().chain(std::iter::repeat(b'0')).take(3);
    digits.fold(0, |sum, digit| sum * 10 + u32::from(digit.saturating_sub(b'0').min(9)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8";

    #[test]
    fn servers_get_documents_and_browsers_pages() {
        for (accept, document) in [
            ("application/activity+json, application/ld+json", true),
            ("application/activity+json", true),
            ("application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"", true),
            ("application/ld+json", true),
            ("application/activity+json, application/ld+json, text/html;q=0.1", true),
            ("application/activity+json, text/html", true),
            ("Application/Activity+JSON", true),
            ("text/html;q=0.5, application/activity+json;q=0.6", true),
            ("text/html, application/activity+json", false),
            ("application/activity+json;q=0, text/html", false),
            ("application/activity+json;q=0", false),
            ("text/html;q=0.7, application/activity+json;q=0.65", false),
            ("application/json", false),
            ("*/*", false),
            ("application/*", true),
            ("", false),
            (BROWSER, false),
        ] {
            assert_eq!(prefers_document(accept), document, "{accept}");
        }
    }

    #[test]
    fn a_page_is_asked_for_by_name() {
        for (accept, page) in [
            (BROWSER, true),
            ("text/html", true),
            ("text/*", true),
            ("*/*", false),
            ("", false),
            ("application/json", false),
            ("application/activity+json, text/html", false),
        ] {
            assert_eq!(prefers_page(accept), page, "{accept}");
        }
    }

    #[test]
    fn what_nobody_sends_is_read_in_a_moment() {
        let long = "a/b;q=9999999999999999999,".repeat(100_000);
        assert!(!prefers_document(&long));
        assert_eq!(
            (thousandths("0.65"), thousandths("0.9999"), thousandths("0.x!"), thousandths("")),
            (650, 999, 900, 1000)
        );
    }
}
