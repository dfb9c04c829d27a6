//! Tokens that admit seeders: whoever shows one meets viewers even where viewers do not meet each other.
//!
//! Owns what is in a token and how it is signed. Never knows whether it still counts: its account may have taken all of
//! its tokens back, or may not be what it was. There is no table of tokens, so that none can be stolen from a backup.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use shared::id::AccountId;
use shared::time::Timestamp;

/// Makes and reads tokens. The secret behind them is stored once per instance.
#[derive(Clone)]
pub struct SeederTokens {
    secret: [u8; 32],
}

/// What a token that we made says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Admission {
    /// Whose word it is.
    pub account: AccountId,
    /// Whether it is meant for every video here, and not for the account's own alone.
    pub is_for_all: bool,
    /// When it was made.
    pub made_at: Timestamp,
}

/// Whether it is for all, whose it is, when it was made; then the signature.
const SAID_BYTES: usize = 1 + 8 + 8;

impl SeederTokens {
    /// Tokens made with this secret.
    #[must_use]
    pub fn new(secret: [u8; 32]) -> SeederTokens {
        SeederTokens { secret }
    }

    /// The token that says so.
    #[must_use]
    pub fn make(&self, admission: &Admission) -> String {
        let said = [
            &[u8::from(admission.is_for_all)][..],
            &admission.account.0.to_be_bytes(),
            &admission.made_at.0.to_be_bytes(),
        ]
        .concat();
        let signature = self.signed(&said).finalize().into_bytes();
        URL_SAFE_NO_PAD.encode([said.as_slice(), signature.as_slice()].concat())
    }

    /// What a token says; none for one that we did not make.
    #[must_use]
    pub fn read(&self, token: &str) -> Option<Admission> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (said, signature) = bytes.split_at_checked(SAID_BYTES)?;
        self.signed(said).verify_slice(signature).ok()?;
        let (is_for_all, rest) = said.split_first()?;
        let (account, made_at) = rest.split_first_chunk::<8>()?;
        Some(Admission {
            account: AccountId(u64::from_be_bytes(*account)),
            is_for_all: *is_for_all == 1,
            made_at: Timestamp(i64::from_be_bytes(made_at.try_into().ok()?)),
        })
    }

    fn signed(&self, said: &[u8]) -> Hmac<Sha256> {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
        let mac = Hmac::<Sha256>::new_from_slice(&self.secret).expect("a key of 32 bytes is a key");
        mac.chain_update(b"seeder").chain_update(said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADMISSION: Admission =
        Admission { account: AccountId(7), is_for_all: false, made_at: Timestamp(1_790_000_000_000) };

    #[test]
    fn a_token_says_what_it_was_made_for() {
        let tokens = SeederTokens::new([1; 32]);
        for admission in [ADMISSION, Admission { is_for_all: true, ..ADMISSION }] {
            assert_eq!(tokens.read(&tokens.make(&admission)), Some(admission));
        }
    }

    #[test]
    fn what_we_did_not_make_says_nothing() {
        let tokens = SeederTokens::new([1; 32]);
        let token = tokens.make(&ADMISSION);
        assert_eq!(SeederTokens::new([2; 32]).read(&token), None);
        for text in ["", "x", "let me in", &token[1..], &format!("{token}A")] {
            assert_eq!(tokens.read(text), None, "{text}");
        }
        // No letter of it can be another.
        let letters = token.as_bytes();
        for at in 0..letters.len() - 1 {
            let mut other = letters.to_vec();
            other[at] = if other[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(tokens.read(std::str::from_utf8(&other).unwrap()), None, "{at}");
        }
    }
}
