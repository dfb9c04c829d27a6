//! `name=value&name=value`: queries and forms.

use percent_encoding::percent_decode_str;

/// More pairs than any page of ours sends; a longer text only costs us time.
const PAIRS_MAX: usize = 500;

/// Decodes a query or an urlencoded form. What is no UTF-8 becomes replacement characters, and is refused later by
/// whoever wants a value it does not have.
#[must_use]
pub fn decode_pairs(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .take(PAIRS_MAX)
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect()
}

fn decode(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

/// Decodes an urlencoded form; none where it is no UTF-8, since what is stored is what was meant.
#[must_use]
pub fn decode_form(bytes: &[u8]) -> Option<Vec<(String, String)>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let is_text = |part: &str| percent_decode_str(part).decode_utf8().is_ok();
    text.split(['&', '=']).all(is_text).then(|| decode_pairs(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_that_is_no_text_is_none() {
        assert_eq!(decode_form(b"a=%C3%A9"), Some(vec![("a".to_owned(), "é".to_owned())]));
        for wrong in [&b"a=\xff"[..], b"a=%ff", b"%c3=1&b=2", b"a=1&b=%ed%a0%80"] {
            assert_eq!(decode_form(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn pairs_are_decoded_in_their_order() {
        let pairs = decode_pairs("a=1&tagsOneOf=b%26c&tagsOneOf=d+e&&flag&=x&%C3%A9=%zz%ff");
        let pairs: Vec<(&str, &str)> =
            pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(
            pairs,
            [
                ("a", "1"),
                ("tagsOneOf", "b&c"),
                ("tagsOneOf", "d e"),
                ("flag", ""),
                ("", "x"),
                ("é", "%zz\u{fffd}")
            ]
        );
    }

    #[test]
    fn no_query_is_too_long_to_read() {
        assert_eq!(decode_pairs(&"a=b&".repeat(100_000)).len(), PAIRS_MAX);
    }
}
