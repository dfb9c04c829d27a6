//! Access and refresh tokens, always in pairs.

use std::time::Duration;

use sha2::{Digest, Sha256};
use shared::id::{SessionId, UserId};
use shared::time::Timestamp;

use crate::domain::viewer::Person;
use crate::store::records::{AccessToken, Presence, RefreshToken, Session, Setting, User};
use crate::store::tables::{AccessTokenKey, RefreshTokenKey, SessionKey, SessionsOf, SettingKey, UserKey};
use crate::store::{Read, StoreError, Write};

/// How long an access token lives: PeerTube's day, of which it always promises a second less.
pub const ACCESS_DURATION: Duration = Duration::from_secs(86_399);
/// How long a refresh token lives: PeerTube's two weeks.
pub const REFRESH_DURATION: Duration = Duration::from_secs(1_209_599);

/// SHA-256 of a token. Tokens have 160 random bits, so nobody guesses one back from its hash.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct TokenHash(pub [u8; 32]);

impl TokenHash {
    /// The hash of a token as it was sent.
    #[must_use]
    pub fn of(token: &str) -> TokenHash {
        TokenHash(Sha256::digest(token.as_bytes()).into())
    }
}

/// A pair that was thrown but not given out yet.
#[derive(Clone)]
pub struct NewTokens {
    /// 40 hex digits.
    pub access: String,
    /// 40 hex digits.
    pub refresh: String,
}

impl NewTokens {
    /// A pair of 40 random bytes.
    #[must_use]
    pub fn from_random(bytes: [u8; 40]) -> NewTokens {
        let (access, refresh) = bytes.split_at(20);
        NewTokens { access: hex::encode(access), refresh: hex::encode(refresh) }
    }
}

/// Where a login comes from, as far as it is kept.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Origin {
    /// The program and what it runs on.
    pub device: String,
    /// The network, never the whole address.
    pub network: String,
}

impl Origin {
    fn at(&self, at: Timestamp) -> Presence {
        Presence { device: self.device.clone(), network: self.network.clone(), at }
    }
}

/// Sessions one login may have; the one that was quiet for longest makes room. More than anybody has programs: scripts
/// log in each time they run and never log out.
pub const SESSIONS_PER_USER_MAX: usize = 100;

/// Gives `user` a pair of tokens within a session.
fn issue(
    write: &mut Write<'_>,
    now: Timestamp,
    user: UserId,
    tokens: &NewTokens,
    (session, began, last): (SessionId, Presence, Presence),
) -> Result<(), StoreError> {
    let (access, refresh) = (TokenHash::of(&tokens.access).0, TokenHash::of(&tokens.refresh).0);
    let expires_at = now.after(ACCESS_DURATION);
    let row = AccessToken { user, refresh, session: Some(session), expires_at };
    write.insert(&AccessTokenKey { hash: access }, &row)?;
    let expires_at = now.after(REFRESH_DURATION);
    let row = RefreshToken { user, access, session: Some(session), expires_at };
    write.insert(&RefreshTokenKey { hash: refresh }, &row)?;
    write.insert(&SessionKey { user, session }, &Session { access, refresh, began, last, expires_at })
}

/// As [`log_in_from`], from nobody knows where.
///
/// # Errors
/// [`StoreError`] when the disk fails or the login's row is damaged.
pub fn log_in(
    write: &mut Write<'_>,
    now: Timestamp,
    user: UserId,
    tokens: &NewTokens,
) -> Result<(), StoreError> {
    log_in_from(write, now, user, tokens, &Origin::default())
}

/// Gives `user` a pair of tokens and a session, and notes the login.
///
/// # Errors
/// [`StoreError`] when the disk fails or the login's row is damaged.
pub fn log_in_from(
    write: &mut Write<'_>,
    now: Timestamp,
    user: UserId,
    tokens: &NewTokens,
    origin: &Origin,
) -> Result<(), StoreError> {
    // On a full disk nobody could come in and make room.
    write.use_reserve();
    let key = UserKey { user };
    if let Some(mut record) = write.get(&key)? {
        record.last_login_at = Some(now);
        write.insert(&key, &record)?;
    }
    let all = sessions(write, user)?;
    if SESSIONS_PER_USER_MAX <= all.len()
        && let Some((oldest, session)) = all.iter().min_by_key(|(_, session)| session.last.at)
    {
        end(write, user, *oldest, session);
    }
    let session = SessionId(write.next_number("sessions")?);
    issue(write, now, user, tokens, (session, origin.at(now), origin.at(now)))
}

/// Where a login is logged in, first come first.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn sessions(read: &impl Read, user: UserId) -> Result<Vec<(SessionId, Session)>, StoreError> {
    read.scan(&SessionsOf(user)).map(|row| row.map(|(key, session)| (key.session, session))).collect()
}

/// The session that an access token belongs to.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn session_of(read: &impl Read, access: &TokenHash) -> Result<Option<SessionId>, StoreError> {
    Ok(read.get(&AccessTokenKey { hash: access.0 })?.and_then(|row| row.session))
}

fn end(write: &mut Write<'_>, user: UserId, id: SessionId, session: &Session) {
    write.remove(&AccessTokenKey { hash: session.access });
    write.remove(&RefreshTokenKey { hash: session.refresh });
    write.remove(&SessionKey { user, session: id });
}

/// Ends one session of a login. Gives whether there was one.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn end_session(write: &mut Write<'_>, user: UserId, id: SessionId) -> Result<bool, StoreError> {
    write.use_reserve();
    let session = write.get(&SessionKey { user, session: id })?;
    if let Some(session) = &session {
        end(write, user, id, session);
    }
    Ok(session.is_some())
}

/// Whether there is such a refresh token at all.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn may_refresh(read: &impl Read, token: &TokenHash) -> Result<bool, StoreError> {
    Ok(read.get(&RefreshTokenKey { hash: token.0 })?.is_some())
}

/// As [`refresh_from`], from nobody knows where.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn refresh(
    write: &mut Write<'_>,
    now: Timestamp,
    old: &TokenHash,
    tokens: &NewTokens,
) -> Result<Option<UserId>, StoreError> {
    refresh_from(write, now, old, tokens, &Origin::default())
}

/// Trades a refresh token, which serves once, for a new pair of the same session. None when the token is unknown, used,
/// too old, or its user was blocked.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn refresh_from(
    write: &mut Write<'_>,
    now: Timestamp,
    old: &TokenHash,
    tokens: &NewTokens,
    origin: &Origin,
) -> Result<Option<UserId>, StoreError> {
    write.use_reserve();
    let key = RefreshTokenKey { hash: old.0 };
    let Some(row) = write.get(&key)? else { return Ok(None) };
    write.remove(&key);
    write.remove(&AccessTokenKey { hash: row.access });
    let known = match row.session {
        Some(session) => write.get(&SessionKey { user: row.user, session })?.map(|found| (session, found)),
        None => None,
    };
    let user = write.get(&UserKey { user: row.user })?;
    if row.expires_at <= now || user.is_none_or(|user| user.blocked.is_some()) {
        if let Some((session, _)) = known {
            write.remove(&SessionKey { user: row.user, session });
        }
        return Ok(None);
    }
    let (session, began) = match known {
        Some((session, found)) => (session, found.began),
        None => (SessionId(write.next_number("sessions")?), origin.at(now)),
    };
    issue(write, now, row.user, tokens, (session, began, origin.at(now)))?;
    Ok(Some(row.user))
}

/// Ends a session: both tokens of the pair. Nothing happens for a token that is unknown.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn revoke(write: &mut Write<'_>, access: &TokenHash) -> Result<(), StoreError> {
    write.use_reserve();
    let key = AccessTokenKey { hash: access.0 };
    if let Some(row) = write.get(&key)? {
        write.remove(&key);
        write.remove(&RefreshTokenKey { hash: row.refresh });
        if let Some(session) = row.session {
            write.remove(&SessionKey { user: row.user, session });
        }
    }
    Ok(())
}

/// Ends every session of a user, as after a new password.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn revoke_all(write: &mut Write<'_>, user: UserId) -> Result<(), StoreError> {
    revoke_all_but(write, user, None)
}

/// Ends every session of a user but the one that `kept` belongs to, as after a password changed by its owner.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn revoke_all_but(
    write: &mut Write<'_>,
    user: UserId,
    kept: Option<&TokenHash>,
) -> Result<(), StoreError> {
    adopt(write)?;
    for (id, session) in sessions(write, user)? {
        if kept.is_none_or(|kept| kept.0 != session.access) {
            end(write, user, id, &session);
        }
    }
    Ok(())
}

/// The row that says that [`adopt`] has run.
const ADOPTED: &str = "sessions-adopted";

/// Gives every pair of tokens that is older than sessions are a session of its own. Does nothing the second time.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn adopt(write: &mut Write<'_>) -> Result<(), StoreError> {
    let done = SettingKey { name: ADOPTED.to_owned() };
    if write.get(&done)?.is_some() {
        return Ok(());
    }
    let orphans: Vec<_> = write.table::<RefreshTokenKey>().collect::<Result<_, _>>()?;
    for (key, mut row) in orphans.into_iter().filter(|(_, row)| row.session.is_none()) {
        let session = SessionId(write.next_number("sessions")?);
        let at = Timestamp(row.expires_at.0 - i64::try_from(REFRESH_DURATION.as_millis()).unwrap_or(0));
        let presence = Origin::default().at(at);
        let (user, access) = (row.user, AccessTokenKey { hash: row.access });
        row.session = Some(session);
        write.insert(&key, &row)?;
        if let Some(token) = write.get(&access)? {
            write.insert(&access, &AccessToken { session: Some(session), ..token })?;
        }
        let found = Session {
            access: row.access,
            refresh: key.hash,
            began: presence.clone(),
            last: presence,
            expires_at: row.expires_at,
        };
        write.insert(&SessionKey { user, session }, &found)?;
    }
    write.insert(&done, &Setting::Counter(1))
}

/// Removes tokens that ended, at most `rows_max` of each kind, so that the writer's lock is not held for long. Gives
/// how many are gone.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn purge(write: &mut Write<'_>, now: Timestamp, rows_max: usize) -> Result<usize, StoreError> {
    let mut access = Vec::new();
    for row in write.table::<AccessTokenKey>() {
        let (key, token) = row?;
        if token.expires_at <= now && access.len() < rows_max {
            access.push(key);
        }
    }
    let mut refresh = Vec::new();
    for row in write.table::<RefreshTokenKey>() {
        let (key, token) = row?;
        if token.expires_at <= now && refresh.len() < rows_max {
            refresh.push((key, token));
        }
    }
    access.iter().for_each(|key| write.remove(key));
    for (key, token) in &refresh {
        write.remove(key);
        if let Some(session) = token.session {
            write.remove(&SessionKey { user: token.user, session });
        }
    }
    Ok(access.len() + refresh.len())
}

/// Whom an access token stands for; none when it is unknown or too old, or its user was blocked.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn whose(read: &impl Read, now: Timestamp, token: &TokenHash) -> Result<Option<Person>, StoreError> {
    let row = read.get(&AccessTokenKey { hash: token.0 })?;
    let Some(row) = row.filter(|row| now < row.expires_at) else { return Ok(None) };
    let user = read.get(&UserKey { user: row.user })?;
    Ok(user.filter(|user| user.blocked.is_none()).map(|user| person(&user)))
}

fn person(user: &User) -> Person {
    Person { user: user.id, account: user.account, role: user.role }
}
