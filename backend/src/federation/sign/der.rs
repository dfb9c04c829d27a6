//! The few shapes of DER that public keys come in.
//!
//! Owns `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7) of RSA (RFC 8017 §A.1) and Ed25519 (RFC 8410 §4). Strict: what is not
//! said in the one shortest way, or goes on after its end, is no key.

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const NULL: u8 = 0x05;
const OBJECT_IDENTIFIER: u8 = 0x06;

/// 1.2.840.113549.1.1.1, `rsaEncryption`.
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
/// 1.3.101.112, `id-Ed25519`.
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];

/// What a `SubjectPublicKeyInfo` holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Spki {
    /// An RSA key with a modulus of so many bits.
    Rsa { bits: usize },
    /// An Ed25519 key.
    Ed25519([u8; 32]),
    /// A key of an algorithm that is not used here.
    Other,
}

/// Reads a `SubjectPublicKeyInfo`. `None` when it is not one.
pub(super) fn read_spki(der: &[u8]) -> Option<Spki> {
    let (info, end) = take(der, SEQUENCE)?;
    let (algorithm, rest) = take(info, SEQUENCE)?;
    let (bits, after) = take(rest, BIT_STRING)?;
    let (identifier, parameters) = take(algorithm, OBJECT_IDENTIFIER)?;
    let (unused_bits, key) = bits.split_first()?;
    if !end.is_empty() || !after.is_empty() || *unused_bits != 0 {
        return None;
    }
    if identifier == RSA {
        // RFC 3279 §2.3.1: NULL. Some leave it out.
        let is_null = take(parameters, NULL).is_some_and(|(value, rest)| value.is_empty() && rest.is_empty());
        (parameters.is_empty() || is_null).then_some(())?;
        Some(Spki::Rsa { bits: modulus_bits(key)? })
    } else if identifier == ED25519 {
        parameters.is_empty().then_some(())?;
        Some(Spki::Ed25519(key.try_into().ok()?))
    } else {
        Some(Spki::Other)
    }
}

/// Whether this is a bare `RSAPublicKey` as PKCS#1 has it.
pub(super) fn is_pkcs1(der: &[u8]) -> bool {
    modulus_bits(der).is_some()
}

/// Bits of the modulus of an `RSAPublicKey`.
fn modulus_bits(der: &[u8]) -> Option<usize> {
    let (key, end) = take(der, SEQUENCE)?;
    let (modulus, rest) = take(key, INTEGER)?;
    let (_, after) = take(rest, INTEGER)?;
    if !end.is_empty() || !after.is_empty() {
        return None;
    }
    let digits = match modulus.split_first()? {
        (0, rest) => rest,
        // A negative one.
        (first, _) if 0x80 <= *first => return None,
        _ => modulus,
    };
    let first = digits.first().filter(|first| **first != 0)?;
    let bits = digits.len().checked_mul(8)?;
    bits.checked_sub(usize::try_from(first.leading_zeros()).ok()?)
}

/// The content of a value with this tag, and what follows it.
fn take(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (found, rest) = der.split_first()?;
    let (length, rest) = rest.split_first()?;
    if *found != tag {
        return None;
    }
    let (length, rest) = match *length {
        short @ 0..=0x7f => (usize::from(short), rest),
        // No key of ours is longer than two bytes can say.
        0x81 => {
            let (length, rest) = rest.split_first()?;
            (usize::from(*length), rest)
        }
        0x82 => {
            let (length, rest) = rest.split_first_chunk::<2>()?;
            (usize::from(u16::from_be_bytes(*length)), rest)
        }
        _ => return None,
    };
    let shortest = match length {
        0..=0x7f => 2,
        0x80..=0xff => 3,
        _ => 4,
    };
    let written = der.len().checked_sub(rest.len())?;
    if written != shortest {
        return None;
    }
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ED25519_KEY: &str = "302a300506032b6570032100\
        26b40b8f93fff3d897112f7ebc582b232dbd72517d082fe83cfb30ddce43d1bb";

    #[test]
    fn an_ed25519_key_is_its_last_32_bytes() {
        let der = hex::decode(ED25519_KEY).unwrap();
        let Some(Spki::Ed25519(key)) = read_spki(&der) else { panic!("no key") };
        assert_eq!(key[..], der[12..]);
    }

    #[test]
    fn nothing_may_be_missing_or_follow() {
        let der = hex::decode(ED25519_KEY).unwrap();
        for end in 0..der.len() {
            assert_eq!(read_spki(&der[..end]), None, "{end}");
        }
        assert_eq!(read_spki(&[&der[..], &[0]].concat()), None);
    }

    #[test]
    fn a_length_is_said_in_the_shortest_way() {
        assert_eq!(take(&[2, 1, 7], 2), Some((&[7][..], &[][..])));
        assert_eq!(take(&[2, 0x81, 1, 7], 2), None);
        assert_eq!(take(&[2, 0x82, 0, 1, 7], 2), None);
        assert_eq!(take(&[2, 0x83, 0, 0, 1, 7], 2), None);
    }
}
