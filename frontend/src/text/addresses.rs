//! Percent-encoding and queries, as addresses spell them.
//!
//! Owns the few lines an app needs of RFC 3986; the `url` crate costs more bytes than all pages that would use it.

/// Spells any text so that it can stand as one part of a path or a value of a query.
pub fn encode(text: &str) -> String {
    let mut spelled = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'@' | b':' => {
                spelled.push(char::from(byte));
            }
            _ => {
                spelled.push('%');
                for nibble in [byte >> 4, byte & 0xf] {
                    spelled.extend(
                        char::from_digit(u32::from(nibble), 16).map(|digit| digit.to_ascii_uppercase()),
                    );
                }
            }
        }
    }
    spelled
}

/// Reads back what [`encode`] and browsers spell. What is not percent-encoding stays as it is.
pub fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        match (first, tail) {
            (b'%', [high, low, after @ ..]) => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => {
                    bytes.push(high * 16 + low);
                    rest = after;
                }
                _ => bytes.push(b'%'),
            },
            (first, _) => bytes.push(*first),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The first value of a name in a query.
pub fn query_value(query: &str, name: &str) -> Option<String> {
    query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (key == name).then(|| decode(&value.replace('+', " ")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_survives_the_round_trip() {
        for text in ["", "a b", "é/ü?&=#%", "100%", "日本語", "a+b", "alice@films.example:9001"] {
            assert_eq!(decode(&encode(text)), text);
            assert_eq!(query_value(&format!("x=1&next={}", encode(text)), "next").as_deref(), Some(text));
        }
    }

    #[test]
    fn broken_percents_stay_as_they_are() {
        for text in ["%", "%2", "%zz", "a%"] {
            assert_eq!(decode(text), text);
        }
    }

    #[test]
    fn pluses_in_queries_are_blanks() {
        assert_eq!(query_value("q=a+b", "q").as_deref(), Some("a b"));
        assert_eq!(query_value("q", "q").as_deref(), Some(""));
        assert_eq!(query_value("aq=1", "q"), None);
    }
}
