//! Codes of six digits that change every half minute (RFC 6238, on HMAC-SHA-1 as every authenticator app has it), and the
//! text of the secret behind them (base32, RFC 4648 §6).

use hmac::{Hmac, Mac};
use sha1::Sha1;
use shared::time::Timestamp;

/// Bytes of a secret: as long as the hash (RFC 4226 §4, R6).
pub const SECRET_BYTES: usize = 20;
/// How long a code is shown, in milliseconds (RFC 6238 §5.2).
const STEP_MS: i64 = 30_000;
/// A code counts one step before and after its own: clocks differ, and typing takes time (RFC 6238 §5.2).
const DRIFT_STEPS: i64 = 1;
const DIGITS: usize = 6;

/// The step whose code `text` is, if it counts now and comes after `last`: a code serves once.
#[must_use]
pub fn step_of(secret: &[u8; SECRET_BYTES], text: &str, now: Timestamp, last: Option<i64>) -> Option<i64> {
    let text: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    let here = now.0.div_euclid(STEP_MS);
    (here - DRIFT_STEPS..=here + DRIFT_STEPS)
        .find(|step| last.is_none_or(|last| last < *step) && code(secret, *step) == text)
}

/// The code of one step (RFC 4226 §5.3).
#[must_use]
pub fn code(secret: &[u8; SECRET_BYTES], step: i64) -> String {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of every length (RFC 2104 §2)")]
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).expect("a key of any length fits");
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let offset = usize::from(hash.last().copied().unwrap_or(0) & 0x0f);
    let four = hash.get(offset..offset + 4).and_then(|bytes| <[u8; 4]>::try_from(bytes).ok());
    let number = u32::from_be_bytes(four.unwrap_or_default()) & 0x7fff_ffff;
    format!("{:0DIGITS$}", number % 1_000_000)
}

/// The step of a moment.
#[must_use]
pub fn step_at(now: Timestamp) -> i64 {
    now.0.div_euclid(STEP_MS)
}

/// Bytes in base32, without padding: what people type into an app.
#[must_use]
pub fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut out = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut held, mut bits) = (0u32, 0u32);
    let mut put = |five: u32| {
        let letter = usize::try_from(five & 31).ok().and_then(|at| ALPHABET.get(at));
        out.extend(letter.copied().map(char::from));
    };
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        bits += 8;
        while 5 <= bits {
            bits -= 5;
            put(held >> bits);
        }
        held &= (1 << bits) - 1;
    }
    if 0 < bits {
        put(held << (5 - bits));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B; its codes have eight digits, of which ours are the last six.
    #[test]
    fn codes_are_those_of_the_rfc() {
        let secret = *b"12345678901234567890";
        for (seconds, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(&secret, step_at(Timestamp(seconds * 1000))), expected, "{seconds}");
        }
    }

    #[test]
    fn a_code_counts_a_while_and_once() {
        let secret = [7; SECRET_BYTES];
        let at = |step: i64| Timestamp(step * STEP_MS + 5);
        let text = code(&secret, 100);
        for step in 99..=101 {
            assert_eq!(step_of(&secret, &text, at(step), None), Some(100), "{step}");
        }
        let spaced = format!("{} {}", &text[..3], &text[3..]);
        assert_eq!(step_of(&secret, &spaced, at(100), None), Some(100));
        assert_eq!(step_of(&secret, &text, at(98), None), None);
        assert_eq!(step_of(&secret, &text, at(102), None), None);
        assert_eq!(step_of(&secret, &text, at(100), Some(100)), None, "it was used");
        assert_eq!(step_of(&secret, "", at(100), None), None);
    }

    /// RFC 4648 §10, without the padding.
    #[test]
    fn base32_is_that_of_the_rfc() {
        for (bytes, expected) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(bytes.as_bytes()), expected);
        }
    }
}
