//! Keys as FEP-521a publishes them: `assertionMethod` with Multikeys (W3C Controlled Identifiers §2.2.2).
//!
//! Owns the way from `publicKeyMultibase` to the form that all keys are kept in. Only Ed25519: RSA keys are published as PEM
//! by everybody.

use super::key::{PublicKey, write_pem};

/// Base58 as Bitcoin has it, which multibase calls `z`.
const LETTERS: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/// Letters of an Ed25519 key with what it begins with are 48; there are never more than this.
const LETTERS_MAX: usize = 64;
/// What says that an Ed25519 key follows (multicodec 0xed, as a varint).
const ED25519: [u8; 2] = [0xed, 0x01];
/// What stands before an Ed25519 key in DER of its `SubjectPublicKeyInfo` (RFC 8410 §4).
const SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// The key as SPKI in PEM; none where it is no Ed25519 key.
#[must_use]
pub fn pem_of_multibase(text: &str) -> Option<String> {
    let bytes = base58(text.strip_prefix('z')?)?;
    let key: [u8; 32] = bytes.strip_prefix(&ED25519)?.try_into().ok()?;
    let spki: Vec<u8> = SPKI.iter().chain(&key).copied().collect();
    PublicKey::from_spki(&spki).ok()?;
    Some(write_pem(&spki))
}

fn base58(text: &str) -> Option<Vec<u8>> {
    if LETTERS_MAX < text.len() {
        return None;
    }
    // Lowest byte first, while more digits come.
    let mut bytes: Vec<u8> = Vec::new();
    for letter in text.bytes() {
        let digit = LETTERS.iter().position(|known| *known == letter)?;
        let mut carry = u32::try_from(digit).ok()?;
        for byte in &mut bytes {
            carry += u32::from(*byte) * 58;
            *byte = u8::try_from(carry & 0xff).ok()?;
            carry >>= 8;
        }
        while 0 < carry {
            bytes.push(u8::try_from(carry & 0xff).ok()?);
            carry >>= 8;
        }
    }
    let zeros = text.bytes().take_while(|letter| *letter == b'1').count();
    bytes.resize(bytes.len() + zeros, 0);
    bytes.reverse();
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};

    use super::super::key::Algorithm;
    use super::*;

    #[test]
    fn base58_is_read() {
        assert_eq!(base58("").as_deref(), Some(&b""[..]));
        assert_eq!(base58("2NEpo7TZRRrLZSi2U").as_deref(), Some(&b"Hello World!"[..]));
        assert_eq!(base58("11233QC4").as_deref(), Some(&[0, 0, 0x28, 0x7f, 0xb4, 0xcd][..]));
        for odd in ["0", "O", "I", "l", "é", &"z".repeat(LETTERS_MAX + 1)] {
            assert_eq!(base58(odd), None, "{odd}");
        }
    }

    /// The example of FEP-521a.
    const EXAMPLE: &str = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2";

    #[test]
    fn an_ed25519_key_becomes_a_key_and_nothing_else_does() {
        let pem = pem_of_multibase(EXAMPLE).unwrap();
        assert!(pem.starts_with("-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA"), "{pem}");
        assert!(PublicKey::from_pem(&pem).is_ok());
        let cut = EXAMPLE.get(..EXAMPLE.len() - 1).unwrap();
        for odd in ["", "z", "m6MkrJVn", cut, &EXAMPLE.replacen("z6Mk", "z6Xk", 1), &format!("{EXAMPLE}2")] {
            assert_eq!(pem_of_multibase(odd), None, "{odd}");
        }
    }

    #[test]
    fn what_it_signed_is_verified() {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
        let bytes: Vec<u8> = ED25519.iter().chain(pair.public_key().as_ref()).copied().collect();
        let key = PublicKey::from_pem(&pem_of_multibase(&multibase(&bytes)).unwrap()).unwrap();
        let signature = pair.sign(b"words");
        assert_eq!(key.verifies(&[Algorithm::Ed25519], b"words", signature.as_ref()), Some(true));
        assert_eq!(key.verifies(&[Algorithm::Ed25519], b"word", signature.as_ref()), Some(false));
        assert_eq!(key.verifies(&[Algorithm::RsaV15Sha256], b"words", signature.as_ref()), None);
    }

    /// Writes bytes that do not begin with zeros.
    fn multibase(bytes: &[u8]) -> String {
        let mut digits: Vec<u32> = Vec::new();
        for byte in bytes {
            let mut carry = u32::from(*byte);
            for digit in &mut digits {
                carry += *digit << 8;
                *digit = carry % 58;
                carry /= 58;
            }
            while 0 < carry {
                digits.push(carry % 58);
                carry /= 58;
            }
        }
        let letter = |digit: &u32| char::from(LETTERS[usize::try_from(*digit).unwrap()]);
        std::iter::once('z').chain(digits.iter().rev().map(letter)).collect()
    }
}
