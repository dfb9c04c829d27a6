//! What is sent by mail to be shown again: whoever shows it reads that mail.
//!
//! Owns what is signed and how. There is no table of them: a proof names what it is good for as that is at the moment, so
//! that one for a new password counts no more once the password is another, and one for an address only for that address.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use shared::id::{RegistrationId, UserId};
use shared::time::Timestamp;

/// What a proof is good for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Claim<'c> {
    /// Mail to this address reaches the person behind a login.
    Address {
        /// The login.
        user: UserId,
        /// The address.
        email: &'c str,
    },
    /// Mail to this address reaches who asked to be let in.
    RegistrationAddress {
        /// The request.
        registration: RegistrationId,
        /// The address.
        email: &'c str,
    },
    /// The person behind a login may choose a new password.
    Password {
        /// The login.
        user: UserId,
        /// The hash of the password as it is.
        hash: &'c str,
    },
}

/// Makes and checks proofs. The secret behind them is stored once per instance.
#[derive(Clone)]
pub struct Proofs {
    secret: [u8; 32],
}

/// Hexadecimal digits of the time at the head of a proof.
const TIME_DIGITS: usize = 16;

impl Proofs {
    /// Proofs made with this secret.
    #[must_use]
    pub fn new(secret: [u8; 32]) -> Proofs {
        Proofs { secret }
    }

    /// A proof that counts until `expires_at`: hexadecimal digits.
    #[must_use]
    pub fn make(&self, claim: Claim<'_>, expires_at: Timestamp) -> String {
        let signature = self.signed(claim, expires_at).finalize().into_bytes();
        format!("{}{}", hex::encode(expires_at.0.to_be_bytes()), hex::encode(signature))
    }

    /// Whether a text is a proof of this, which still counts.
    #[must_use]
    pub fn holds(&self, claim: Claim<'_>, proof: &str, now: Timestamp) -> bool {
        let Some((time, signature)) = proof.split_at_checked(TIME_DIGITS) else { return false };
        let mut expires_at = [0; 8];
        let is_time = hex::decode_to_slice(time, &mut expires_at).is_ok();
        let expires_at = Timestamp(i64::from_be_bytes(expires_at));
        let Ok(signature) = hex::decode(signature) else { return false };
        is_time && now < expires_at && self.signed(claim, expires_at).verify_slice(&signature).is_ok()
    }

    fn signed(&self, claim: Claim<'_>, expires_at: Timestamp) -> Hmac<Sha256> {
        let (kind, number, text) = match claim {
            Claim::Address { user, email } => (1u8, user.0, email),
            Claim::RegistrationAddress { registration, email } => (2, registration.0, email),
            Claim::Password { user, hash } => (3, user.0, hash),
        };
        #[expect(clippy::expect_used, reason = "HMAC takes keys of every length (RFC 2104 §2)")]
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).expect("a key of any length fits");
        mac.update(&[kind]);
        mac.update(&number.to_be_bytes());
        mac.update(&expires_at.0.to_be_bytes());
        // The only part without a fixed length stands last.
        mac.update(text.as_bytes());
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_good_for_one_thing_and_for_a_while() {
        let proofs = Proofs::new([7; 32]);
        let password = Claim::Password { user: UserId(1), hash: "old" };
        let proof = proofs.make(password, Timestamp(1000));
        assert!(proofs.holds(password, &proof, Timestamp(999)));
        assert!(!proofs.holds(password, &proof, Timestamp(1000)));
        for other in [
            Claim::Password { user: UserId(2), hash: "old" },
            Claim::Password { user: UserId(1), hash: "new" },
            Claim::Address { user: UserId(1), email: "old" },
            Claim::RegistrationAddress { registration: RegistrationId(1), email: "old" },
        ] {
            assert!(!proofs.holds(other, &proof, Timestamp(1)), "{other:?}");
        }
        assert!(!Proofs::new([8; 32]).holds(password, &proof, Timestamp(1)));
        let later = proof.replacen("0000000000000", "0000000000001", 1);
        for wrong in ["", "x", &proof[..20], &later, &"é".repeat(40)] {
            assert!(!proofs.holds(password, wrong, Timestamp(1)), "{wrong}");
        }
    }
}
