//! What a body is, in a header: `Digest` (RFC 3230, as the network writes it) and `Content-Digest` (RFC 9530).
//!
//! Owns both spellings. The surprise is the capital `SHA-256=` of the old one: PeerTube compares the whole text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use sfv::{Dictionary, ListEntry, Parser};
use sha2::{Digest as _, Sha256, Sha512};

use super::headers::{joined, single, text};
use super::refusal::Refusal;

/// Digests in one header. Nobody sends more than two.
const DIGESTS_MAX: usize = 8;

/// The value of `Digest` for a body.
#[must_use]
pub fn digest(body: &[u8]) -> String {
    format!("SHA-256={}", STANDARD.encode(Sha256::digest(body)))
}

/// The value of `Content-Digest` for a body.
#[must_use]
pub fn content_digest(body: &[u8]) -> String {
    format!("sha-256=:{}:", STANDARD.encode(Sha256::digest(body)))
}

/// Whether `Digest` says what the body is. SHA-256 must be among its values, and all that are known must be right.
pub(super) fn check_digest(headers: &HeaderMap, body: &[u8]) -> Result<(), Refusal> {
    let value = single(headers, "digest")?.ok_or(Refusal::Undigested)?;
    let mut is_known = false;
    for (place, one) in value.split(',').enumerate() {
        if place == DIGESTS_MAX {
            return Err(Refusal::TooLong("digest"));
        }
        let (name, found) = one.trim().split_once('=').ok_or(Refusal::Undigested)?;
        let expected = match name.to_ascii_lowercase().as_str() {
            "sha-256" => Sha256::digest(body).to_vec(),
            "sha-512" => Sha512::digest(body).to_vec(),
            _ => continue,
        };
        // Letters that mean the same bytes are one digest; what cannot be read is another one.
        if STANDARD.decode(found.trim()).ok().as_ref() != Some(&expected) {
            return Err(Refusal::Digest);
        }
        is_known |= expected.len() == 32;
    }
    if is_known { Ok(()) } else { Err(Refusal::Undigested) }
}

/// Whether `Content-Digest` says what the body is. SHA-256 or SHA-512 must be among its values, and both must be right.
pub(super) fn check_content_digest(headers: &HeaderMap, body: &[u8]) -> Result<(), Refusal> {
    let value = joined(headers, "content-digest").ok_or(Refusal::Undigested)?;
    let value = text(&value, "content-digest")?;
    let digests: Dictionary = Parser::new(value).parse().map_err(|_| Refusal::Undigested)?;
    if DIGESTS_MAX < digests.len() {
        return Err(Refusal::TooLong("content-digest"));
    }
    let mut is_known = false;
    for (name, found) in &digests {
        let expected = match name.as_str() {
            "sha-256" => Sha256::digest(body).to_vec(),
            "sha-512" => Sha512::digest(body).to_vec(),
            _ => continue,
        };
        let ListEntry::Item(found) = found else { return Err(Refusal::Digest) };
        if found.bare_item.as_byte_sequence() != Some(expected.as_slice()) {
            return Err(Refusal::Digest);
        }
        is_known = true;
    }
    if is_known { Ok(()) } else { Err(Refusal::Undigested) }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const BODY: &[u8] = br#"{"hello": "world"}"#;
    const RFC: &str =
        "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:";

    fn with(name: &'static str, values: &[&str]) -> HeaderMap {
        values.iter().map(|value| (name.parse().unwrap(), HeaderValue::from_str(value).unwrap())).collect()
    }

    fn old(values: &[&str]) -> Result<(), Refusal> {
        check_digest(&with("digest", values), BODY)
    }

    fn new(values: &[&str]) -> Result<(), Refusal> {
        check_content_digest(&with("content-digest", values), BODY)
    }

    #[test]
    fn what_we_write_is_read() {
        let written = digest(BODY);
        assert_eq!(written, "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=");
        assert_eq!(old(&[&written]), Ok(()));
        assert_eq!(new(&[&content_digest(BODY)]), Ok(()));
        assert_eq!(new(&[RFC]), Ok(()));
    }

    #[test]
    fn every_spelling_of_the_name_and_several_digests_are_read() {
        let other = digest(BODY).replace("SHA", "sha");
        let more = format!("MD5=xyz, {other} ,sha-512={}", STANDARD.encode(Sha512::digest(BODY)));
        assert_eq!(old(&[&other]), Ok(()));
        assert_eq!(old(&[&more]), Ok(()));
        assert_eq!(new(&[RFC, &content_digest(BODY)]), Ok(()));
    }

    #[test]
    fn one_wrong_digest_is_enough() {
        let right = digest(BODY);
        let wrong = digest(b"other");
        assert_eq!(old(&[&wrong]), Err(Refusal::Digest));
        assert_eq!(old(&[&format!("{right},{wrong}")]), Err(Refusal::Digest));
        assert_eq!(old(&[&format!("{right},SHA-512=AAAA")]), Err(Refusal::Digest));
        assert_eq!(old(&[&right, &wrong]), Err(Refusal::Repeated("digest")));
        assert_eq!(new(&[RFC, &content_digest(b"other")]), Err(Refusal::Digest));
        assert_eq!(new(&["sha-256=(1 2)"]), Err(Refusal::Digest));
        assert_eq!(new(&["sha-256=\"X48E\""]), Err(Refusal::Digest));
    }

    #[test]
    fn digests_that_prove_nothing_are_none() {
        for odd in [
            "",
            "SHA-256",
            "MD5=xyz",
            "SHA-1=X48E",
            &format!("sha-512={}", STANDARD.encode(Sha512::digest(BODY))),
        ] {
            assert_eq!(old(&[odd]), Err(Refusal::Undigested), "{odd}");
        }
        for odd in ["", "sha-1=:X48E:", "?", "sha-256"] {
            assert!(new(&[odd]).is_err(), "{odd}");
        }
        assert_eq!(old(&[]), Err(Refusal::Undigested));
        assert_eq!(old(&[&["MD5=x"; 20].join(",")]), Err(Refusal::TooLong("digest")));
    }
}
