//! What an e-mail address looks like.

use shared::limits::EMAIL_LENGTH;

/// The part before the `@` (RFC 5321 §4.5.3.1.1).
const LOCAL_BYTES_MAX: usize = 64;
/// One part between the dots of a host name (RFC 1035 §2.3.4).
const LABEL_BYTES_MAX: usize = 63;

/// Whether a text may be an address that mail can be sent to: something, an `@`, and a host name with a dot in it.
/// Whether it is somebody's, only a mail can tell.
#[must_use]
pub fn is_email(text: &str) -> bool {
    let Some((local, host)) = text.rsplit_once('@') else { return false };
    let is_atom = |letter: char| {
        // RFC 5321 §4.1.2, and RFC 6531 for letters beyond ASCII. No quoted forms: nobody has one, and headers and
        // logs were broken by them before.
        letter.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(letter)
    };
    let is_local = (1..=LOCAL_BYTES_MAX).contains(&local.len())
        && local.chars().all(is_atom)
        && local.split('.').all(|part| !part.is_empty());
    let is_label = |label: &str| {
        (1..=LABEL_BYTES_MAX).contains(&label.len())
            && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_host = host.contains('.') && host.split('.').all(is_label);
    EMAIL_LENGTH.contains(&text.len()) && is_local && is_host
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_what_is_none() {
        for good in ["alice@films.example", "a.b+c@x.y", "zoé@films.example", "o'neill@a-b.example", "1@2.3"]
        {
            assert!(is_email(good), "{good}");
        }
        let long = format!("{}@films.example", "a".repeat(65));
        for bad in [
            "",
            "nope",
            "@films.example",
            "alice@",
            "alice@films",
            "alice@.example",
            "a lice@films.example",
            "alice@films..example",
            "alice@-films.example",
            "a@b@films.example\n",
            "alice@films.example\r\nBcc: x@y.z",
            ".alice@films.example",
            "\"a b\"@films.example",
            "alice@[127.0.0.1]",
            &long,
        ] {
            assert!(!is_email(bad), "{bad:?}");
        }
    }
}
