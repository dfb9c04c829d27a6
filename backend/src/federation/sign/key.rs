//! Keys: others' public ones as their actors publish them, and our private ones.
//!
//! Owns which keys are good enough, and which algorithm goes with which. RSA and Ed25519 by aws-lc, which TLS brings
//! already. The surprise is that PKCS#1 is refused even where it could be read: PeerTube and Mastodon read SPKI alone, so a
//! server whose key we took would be unheard by everybody else.

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{
    ED25519, KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RSA_PSS_2048_8192_SHA512,
    UnparsedPublicKey, VerificationAlgorithm,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;

use super::der::{Spki, is_pkcs1, read_spki};

/// The shortest RSA key that counts, in bits: shorter ones have been out of use for signatures since 2013
/// (NIST SP 800-131A).
pub const KEY_BITS_MIN: usize = 2048;
/// The longest one. Checking costs with the square of the length; nobody publishes longer ones.
pub const KEY_BITS_MAX: usize = 8192;
/// Text of a key of the greatest length, with room for long line ends.
const PEM_BYTES_MAX: usize = 4096;
const PEM_LINE_LETTERS: usize = 64;
const BEGIN: &str = "-----BEGIN ";
const SPKI_LABEL: &str = "PUBLIC KEY-----";
const PKCS1_LABEL: &str = "RSA PUBLIC KEY-----";

/// What is wrong with a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum KeyError {
    /// More letters than any key we take.
    #[error("the key's text is too long")]
    TooLong,
    /// Not PEM, or not of what it says.
    #[error("the key cannot be read")]
    Unreadable,
    /// `BEGIN RSA PUBLIC KEY`.
    #[error("the key is PKCS#1, not SPKI")]
    Pkcs1,
    /// Neither RSA nor Ed25519.
    #[error("the key is of an algorithm that is not used here")]
    Algorithm,
    /// An RSA modulus too short to trust or too long to check.
    #[error("the RSA key has {bits} bits, not {KEY_BITS_MIN} to {KEY_BITS_MAX}")]
    Size {
        /// Those of the modulus.
        bits: usize,
    },
}

/// How a signature is made of a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256: `rsa-sha256`, `rsa-v1_5-sha256`, and what `hs2019` means in practice.
    RsaV15Sha256,
    /// RSASSA-PSS with SHA-512 and 64 bytes of salt: `rsa-pss-sha512`, and what the draft says `hs2019` means.
    RsaPssSha512,
    /// `ed25519`.
    Ed25519,
}

impl Algorithm {
    /// By its name in RFC 9421's registry.
    #[must_use]
    pub fn from_registry(name: &str) -> Option<Algorithm> {
        match name {
            "rsa-v1_5-sha256" => Some(Algorithm::RsaV15Sha256),
            "rsa-pss-sha512" => Some(Algorithm::RsaPssSha512),
            "ed25519" => Some(Algorithm::Ed25519),
            _ => None,
        }
    }

    fn is_of(self, key: &PublicKey) -> bool {
        match self {
            Algorithm::RsaV15Sha256 | Algorithm::RsaPssSha512 => matches!(key.kind, Kind::Rsa { .. }),
            Algorithm::Ed25519 => matches!(key.kind, Kind::Ed25519(_)),
        }
    }
}

/// Somebody's key, long enough to be believed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublicKey {
    kind: Kind,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Kind {
    Rsa { spki: Vec<u8>, bits: usize },
    Ed25519([u8; 32]),
}

impl PublicKey {
    /// Reads `-----BEGIN PUBLIC KEY-----`, as actors publish it (`publicKeyPem`).
    ///
    /// # Errors
    /// When it is no SPKI of RSA or Ed25519, or an RSA key too short or too long.
    pub fn from_pem(text: &str) -> Result<PublicKey, KeyError> {
        PublicKey::from_spki(&read_pem(text)?)
    }

    /// Reads DER of a `SubjectPublicKeyInfo`.
    ///
    /// # Errors
    /// When it is none of RSA or Ed25519, or an RSA key too short or too long.
    pub fn from_spki(der: &[u8]) -> Result<PublicKey, KeyError> {
        let key = PublicKey::read(der)?;
        match &key.kind {
            Kind::Rsa { bits, .. } if !(KEY_BITS_MIN..=KEY_BITS_MAX).contains(bits) => {
                Err(KeyError::Size { bits: *bits })
            }
            Kind::Rsa { .. } | Kind::Ed25519(_) => Ok(key),
        }
    }

    /// Keys of servers in test mode, as captured ones are: 1024 bits.
    #[cfg(test)]
    pub(super) fn of_any_size(text: &str) -> Result<PublicKey, KeyError> {
        PublicKey::read(&read_pem(text)?)
    }

    fn read(der: &[u8]) -> Result<PublicKey, KeyError> {
        let kind = match read_spki(der) {
            Some(Spki::Rsa { bits }) => Kind::Rsa { spki: der.to_vec(), bits },
            Some(Spki::Ed25519(key)) => Kind::Ed25519(key),
            Some(Spki::Other) => return Err(KeyError::Algorithm),
            None if is_pkcs1(der) => return Err(KeyError::Pkcs1),
            None => return Err(KeyError::Unreadable),
        };
        Ok(PublicKey { kind })
    }

    /// Whether this key made that signature of the message, in any of these ways that are its own. `None` when none is.
    #[must_use]
    pub fn verifies(&self, ways: &[Algorithm], message: &[u8], signature: &[u8]) -> Option<bool> {
        let mut own = ways.iter().filter(|way| way.is_of(self)).peekable();
        own.peek()?;
        Some(own.any(|way| self.verifies_by(*way, message, signature)))
    }

    fn verifies_by(&self, way: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        let (algorithm, key): (&'static dyn VerificationAlgorithm, &[u8]) = match (way, &self.kind) {
            (Algorithm::RsaV15Sha256, Kind::Rsa { spki, bits }) => (pkcs1(*bits), spki),
            (Algorithm::RsaPssSha512, Kind::Rsa { spki, .. }) => (&RSA_PSS_2048_8192_SHA512, spki),
            (Algorithm::Ed25519, Kind::Ed25519(key)) => (&ED25519, key),
            (Algorithm::RsaV15Sha256 | Algorithm::RsaPssSha512, Kind::Ed25519(_))
            | (Algorithm::Ed25519, Kind::Rsa { .. }) => return false,
        };
        UnparsedPublicKey::new(algorithm, key).verify(message, signature).is_ok()
    }
}

#[cfg(not(test))]
fn pkcs1(_bits: usize) -> &'static dyn VerificationAlgorithm {
    &RSA_PKCS1_2048_8192_SHA256
}

#[cfg(test)]
fn pkcs1(bits: usize) -> &'static dyn VerificationAlgorithm {
    use aws_lc_rs::signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY as SHORT;
    if bits < KEY_BITS_MIN { &SHORT } else { &RSA_PKCS1_2048_8192_SHA256 }
}

/// Our own key of an actor.
pub struct PrivateKey {
    pair: KeyPair,
    public: Vec<u8>,
}

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PrivateKey")
    }
}

impl PrivateKey {
    /// Reads an RSA key from PKCS#8 DER.
    ///
    /// # Errors
    /// When it is none, or too short or too long.
    pub fn from_pkcs8(der: &[u8]) -> Result<PrivateKey, KeyError> {
        let pair = KeyPair::from_pkcs8(der).map_err(|_| KeyError::Unreadable)?;
        let public = pair.public_key().as_der().map_err(|_| KeyError::Unreadable)?;
        PublicKey::from_spki(public.as_ref())?;
        Ok(PrivateKey { public: public.as_ref().to_vec(), pair })
    }

    /// What others know it by: SPKI in PEM, with a line end at the end as OpenSSL writes it.
    #[must_use]
    pub fn public_pem(&self) -> String {
        write_pem(&self.public)
    }

    /// Signs with RSASSA-PKCS1-v1_5 and SHA-256, which throws no dice, in base64.
    ///
    /// # Panics
    /// When a key that was read cannot sign.
    #[must_use]
    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        let signed = self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature);
        signed.expect("an RSA key that was read signs any message");
        signature
    }
}

/// SPKI in PEM, with a line end at the end as OpenSSL writes it.
pub(super) fn write_pem(spki: &[u8]) -> String {
    let letters = STANDARD.encode(spki);
    let mut pem = format!("{BEGIN}{SPKI_LABEL}\n");
    for (place, letter) in letters.chars().enumerate() {
        if 0 < place && place % PEM_LINE_LETTERS == 0 {
            pem.push('\n');
        }
        pem.push(letter);
    }
    pem.push_str("\n-----END ");
    pem.push_str(SPKI_LABEL);
    pem.push('\n');
    pem
}

fn read_pem(text: &str) -> Result<Vec<u8>, KeyError> {
    if PEM_BYTES_MAX < text.len() {
        return Err(KeyError::TooLong);
    }
    let text = text.trim().strip_prefix(BEGIN).ok_or(KeyError::Unreadable)?;
    if text.starts_with(PKCS1_LABEL) {
        return Err(KeyError::Pkcs1);
    }
    let text = text.strip_prefix(SPKI_LABEL).ok_or(KeyError::Unreadable)?;
    let text = text.strip_suffix(SPKI_LABEL).and_then(|text| text.strip_suffix("-----END "));
    let letters: String =
        text.ok_or(KeyError::Unreadable)?.chars().filter(|letter| !letter.is_ascii_whitespace()).collect();
    STANDARD.decode(letters).map_err(|_| KeyError::Unreadable)
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn what_is_published_is_read_again_and_verifies_what_was_signed() {
        let key = samples::private();
        let public = PublicKey::from_pem(&key.public_pem()).unwrap();
        let signature = key.sign(b"words");
        let ways = [Algorithm::RsaV15Sha256];
        assert_eq!(public.verifies(&ways, b"words", &signature), Some(true));
        assert_eq!(public.verifies(&ways, b"word", &signature), Some(false));
        assert_eq!(public.verifies(&ways, b"words", &signature[1..]), Some(false));
        assert_eq!(public.verifies(&[Algorithm::RsaPssSha512], b"words", &signature), Some(false));
        assert_eq!(public.verifies(&[Algorithm::Ed25519], b"words", &signature), None);
    }

    #[test]
    fn pem_is_of_lines_of_64_letters() {
        let pem = samples::private().public_pem();
        assert!(pem.starts_with("-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"));
        assert!(pem.ends_with("\n-----END PUBLIC KEY-----\n"));
        assert!(pem.lines().all(|line| line.len() <= 64));
    }

    #[test]
    fn line_ends_of_other_systems_and_none_are_read() {
        let pem = samples::private().public_pem();
        for other in [pem.replace('\n', "\r\n"), pem.trim().to_owned(), format!("\n {pem}\n\n")] {
            assert!(PublicKey::from_pem(&other).is_ok(), "{other}");
        }
    }

    #[test]
    fn keys_that_do_not_count_say_why() {
        let pem = samples::private().public_pem();
        let pkcs1 = pem.replace("PUBLIC KEY", "RSA PUBLIC KEY");
        assert_eq!(PublicKey::from_pem(&pkcs1), Err(KeyError::Pkcs1));
        assert_eq!(PublicKey::from_pem(samples::RSA_1024), Err(KeyError::Size { bits: 1024 }));
        assert_eq!(PublicKey::from_pem(samples::ECC_P256), Err(KeyError::Algorithm));
        let private = pem.replace("PUBLIC", "PRIVATE");
        for broken in ["", "no key", private.as_str(), &pem.replace("MIIB", "MIIC"), &pem.replace('M', "?")] {
            assert_eq!(PublicKey::from_pem(broken), Err(KeyError::Unreadable), "{broken}");
        }
        let long = pem.replacen('\n', &"\n".repeat(PEM_BYTES_MAX), 1);
        assert_eq!(PublicKey::from_pem(&long), Err(KeyError::TooLong));
    }

    #[test]
    fn pkcs1_under_the_label_of_spki_is_no_key_either() {
        let spki = read_pem(&samples::private().public_pem()).unwrap();
        // Tag and length, the algorithm, and tag, length and unused bits of the string around the key.
        let bare = &spki[4 + 15 + 5..];
        assert_eq!(PublicKey::from_spki(bare), Err(KeyError::Pkcs1));
    }
}
