//! A second proof at login: codes of an app, and words to keep in a drawer for the day the telephone is lost.
//!
//! Owns when it is asked for and what counts. The secret stands in a row of its own, which no list and no answer is made
//! of; it is not encrypted, since the only key we could use would lie in the same store.

use std::time::Duration;

use sha2::{Digest, Sha256};
use shared::id::UserId;
use shared::time::Timestamp;

use super::totp::{SECRET_BYTES, base32, step_of};
use crate::store::records::{TwoFactor, TwoFactorRequest};
use crate::store::tables::{TwoFactorKey, UserKey};
use crate::store::{Read, StoreError, Write};

/// How long somebody has to show the first code (PeerTube's ten minutes).
pub const REQUEST_DURATION: Duration = Duration::from_secs(10 * 60);
/// Words to keep in a drawer.
pub const RECOVERY_CODES: usize = 10;
/// Random bytes of each: nobody guesses 80 bits, whatever hashes them.
pub const RECOVERY_BYTES: usize = 10;

/// Why the second proof was not changed.
#[derive(Debug, thiserror::Error)]
pub enum TwoFactorError {
    /// There is no such login.
    #[error("there is no such user")]
    NoSuchUser,
    /// It is asked for already.
    #[error("two factor is already enabled")]
    AlreadyEnabled,
    /// It is not asked for.
    #[error("two factor is already disabled")]
    AlreadyDisabled,
    /// Nobody began with it, or too long ago.
    #[error("the request token is invalid")]
    NoSuchRequest,
    /// The code is not the app's.
    #[error("the code is wrong")]
    WrongCode,
    /// The store failed.
    #[error("the second proof could not be stored")]
    Store(#[from] StoreError),
}

fn row(read: &impl Read, user: UserId) -> Result<TwoFactor, StoreError> {
    Ok(read.get(&TwoFactorKey { user })?.unwrap_or_default())
}

/// Whether a second proof is asked of this login.
///
/// # Errors
/// [`StoreError`] when the disk fails or the row is damaged.
pub fn is_enabled(read: &impl Read, user: UserId) -> Result<bool, StoreError> {
    Ok(row(read, user)?.secret.is_some())
}

/// Begins: keeps a secret until its first code is shown.
///
/// # Errors
/// [`TwoFactorError`].
pub fn request(
    write: &mut Write<'_>,
    now: Timestamp,
    user: UserId,
    token: &str,
    secret: [u8; SECRET_BYTES],
) -> Result<(), TwoFactorError> {
    write.get(&UserKey { user })?.ok_or(TwoFactorError::NoSuchUser)?;
    let mut row = row(write, user)?;
    if row.secret.is_some() {
        return Err(TwoFactorError::AlreadyEnabled);
    }
    row.request =
        Some(TwoFactorRequest { token: hash(token), secret, expires_at: now.after(REQUEST_DURATION) });
    write.insert(&TwoFactorKey { user }, &row)?;
    Ok(())
}

/// Ends what [`request`] began: from now on the second proof is asked for.
///
/// # Errors
/// [`TwoFactorError`].
pub fn confirm(
    write: &mut Write<'_>,
    now: Timestamp,
    user: UserId,
    token: &str,
    code: &str,
) -> Result<(), TwoFactorError> {
    let mut row = row(write, user)?;
    if row.secret.is_some() {
        return Err(TwoFactorError::AlreadyEnabled);
    }
    let request =
        row.request.take().filter(|request| request.token == hash(token) && now < request.expires_at);
    let request = request.ok_or(TwoFactorError::NoSuchRequest)?;
    let step = step_of(&request.secret, code, now, None).ok_or(TwoFactorError::WrongCode)?;
    row.secret = Some(request.secret);
    row.last_step = Some(step);
    write.insert(&TwoFactorKey { user }, &row)?;
    mark(write, now, user, true)
}

/// Asks for a second proof no more.
///
/// # Errors
/// [`TwoFactorError`].
pub fn disable(write: &mut Write<'_>, now: Timestamp, user: UserId) -> Result<(), TwoFactorError> {
    if !is_enabled(write, user)? {
        return Err(TwoFactorError::AlreadyDisabled);
    }
    write.remove(&TwoFactorKey { user });
    mark(write, now, user, false)
}

/// Replaces the words in the drawer by these, of which only hashes are kept.
///
/// # Errors
/// [`TwoFactorError`].
pub fn set_recovery_codes(
    write: &mut Write<'_>,
    user: UserId,
    codes: &[String],
) -> Result<(), TwoFactorError> {
    let mut row = row(write, user)?;
    if row.secret.is_none() {
        return Err(TwoFactorError::AlreadyDisabled);
    }
    row.recovery = codes.iter().map(|code| hash(&plain(code))).collect();
    write.insert(&TwoFactorKey { user }, &row)?;
    Ok(())
}

fn mark(write: &mut Write<'_>, now: Timestamp, user: UserId, is_on: bool) -> Result<(), TwoFactorError> {
    let key = UserKey { user };
    let mut record = write.get(&key)?.ok_or(TwoFactorError::NoSuchUser)?;
    record.two_factor = is_on;
    record.updated_at = now;
    write.insert(&key, &record)?;
    Ok(())
}

/// Whether `shown` is a second proof of this login, which it then never is again.
///
/// # Errors
/// [`StoreError`] when the disk fails or the row is damaged.
pub fn spend(write: &mut Write<'_>, now: Timestamp, user: UserId, shown: &str) -> Result<bool, StoreError> {
    write.use_reserve();
    let mut row = row(write, user)?;
    let Some(secret) = row.secret else { return Ok(true) };
    if let Some(step) = step_of(&secret, shown, now, row.last_step) {
        row.last_step = Some(step);
    } else {
        let word = hash(&plain(shown));
        let Some(at) = row.recovery.iter().position(|kept| *kept == word) else { return Ok(false) };
        row.recovery.remove(at);
    }
    write.insert(&TwoFactorKey { user }, &row)?;
    Ok(true)
}

/// A word to keep in a drawer, of random bytes: four groups of four letters.
#[must_use]
pub fn recovery_code(bytes: [u8; RECOVERY_BYTES]) -> String {
    let letters = base32(&bytes).to_lowercase();
    let groups: Vec<&str> = (0..4).filter_map(|group| letters.get(group * 4..group * 4 + 4)).collect();
    groups.join("-")
}

/// A word without what people write it with.
fn plain(word: &str) -> String {
    word.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::{self, NewUser};
    use crate::domain::session::totp::{code, step_at};
    use crate::store::records::Role;
    use crate::store::{Durability, Store};

    #[test]
    fn a_second_proof_is_asked_for_once_its_first_code_was_shown_and_each_serves_once() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let now = Timestamp(1_000_000_000);
        let new = NewUser {
            username: "alice".into(),
            email: "alice@films.example".into(),
            password: "hash".into(),
            role: Role::User,
            channel: "alice_films".into(),
            video_quota: None,
            video_quota_daily: None,
        };
        let user = store.write(Durability::Relaxed, |write| account::create(write, now, new)).unwrap();
        let secret = [9; SECRET_BYTES];
        let shown = |at: Timestamp| code(&secret, step_at(at));
        let try_confirm = |token: &str, text: &str, at: Timestamp| {
            store.write(Durability::Relaxed, |write| confirm(write, at, user, token, text))
        };
        let spent = |text: &str, at: Timestamp| {
            store.write(Durability::Relaxed, |write| spend(write, at, user, text)).unwrap()
        };
        let begin = || store.write(Durability::Relaxed, |write| request(write, now, user, "token", secret));

        assert!(spent("", now), "nothing is asked for");
        begin().unwrap();
        assert!(!is_enabled(&store, user).unwrap());
        assert!(matches!(try_confirm("other", &shown(now), now), Err(TwoFactorError::NoSuchRequest)));
        assert!(matches!(try_confirm("token", "000000", now), Err(TwoFactorError::WrongCode)));
        let late = now.after(REQUEST_DURATION);
        assert!(matches!(try_confirm("token", &shown(late), late), Err(TwoFactorError::NoSuchRequest)));
        try_confirm("token", &shown(now), now).unwrap();
        assert!(is_enabled(&store, user).unwrap());
        assert!(matches!(begin(), Err(TwoFactorError::AlreadyEnabled)));

        assert!(!spent(&shown(now), now), "it was used to begin with");
        let later = now.after(Duration::from_secs(60));
        assert!(spent(&shown(later), later) && !spent(&shown(later), later));
        let words: Vec<String> = (0..3).map(|at| recovery_code([at; RECOVERY_BYTES])).collect();
        store.write(Durability::Relaxed, |write| set_recovery_codes(write, user, &words)).unwrap();
        assert!(spent(&words[1].to_uppercase().replace('-', " "), later) && !spent(&words[1], later));
        assert!(spent(&words[0], later) && !spent("", later));

        store.write(Durability::Relaxed, |write| disable(write, later, user)).unwrap();
        assert!(spent("anything", later));
    }
}
