//! Passwords as argon2id hashes. Pure, but slow on purpose: a judgement takes tens of milliseconds and 19 MiB, so call
//! it where blocking is allowed, and not often at once.

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use shared::limits::PASSWORD_LENGTH;

/// OWASP's first choice for argon2id: 19 MiB, two passes, one lane. Equal to the crate's default today; written down so
/// that an update of the crate does not change it unseen.
fn argon2() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).unwrap_or(Params::DEFAULT);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// A password that cannot be one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a password has 6 to 255 letters")]
pub struct NotAPassword;

/// Whether a text may become a password.
///
/// # Errors
/// [`NotAPassword`].
pub fn check(password: &str) -> Result<(), NotAPassword> {
    if PASSWORD_LENGTH.contains(&password.chars().count()) { Ok(()) } else { Err(NotAPassword) }
}

/// The hash to keep of a password, in PHC form.
///
/// # Errors
/// [`NotAPassword`].
pub fn hash(password: &str, salt: [u8; 16]) -> Result<String, NotAPassword> {
    check(password)?;
    let salt = SaltString::encode_b64(&salt).map_err(|_| NotAPassword)?;
    argon2().hash_password(password.as_bytes(), &salt).map(|hash| hash.to_string()).map_err(|_| NotAPassword)
}

/// Whether `password` is the one that was hashed. Without a hash, since there is no such user, it takes as long and
/// says no, so that time does not tell names.
#[must_use]
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    let parsed = hash.and_then(|hash| PasswordHash::new(hash).ok());
    match parsed {
        Some(hash) => argon2().verify_password(password.as_bytes(), &hash).is_ok(),
        None => {
            let mut out = [0; Params::DEFAULT_OUTPUT_LEN];
            // A password too long for argon2 would end early, and nobody has one.
            let _ = argon2().hash_password_into(password.as_bytes(), &[0; 16], &mut out);
            std::hint::black_box(out);
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_password_that_was_hashed_is_right() {
        let hash = hash("correct horse", [7; 16]).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify("correct horse", Some(&hash)));
        assert!(!verify("correct horse ", Some(&hash)));
        assert!(!verify("correct horse", Some("not a hash")));
        assert!(!verify("correct horse", None));
    }

    #[test]
    fn lengths_are_bounded() {
        assert_eq!(check("12345"), Err(NotAPassword));
        assert_eq!(check("123456"), Ok(()));
        assert_eq!(check(&"é".repeat(255)), Ok(()));
        assert_eq!(check(&"é".repeat(256)), Err(NotAPassword));
    }
}
