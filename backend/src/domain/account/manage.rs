//! What those do to logins who manage them.

use shared::id::UserId;
use shared::time::Timestamp;

use super::find::is_email_taken;
use super::profile::move_to;
use crate::domain::event::Event;
use crate::domain::right::may_manage;
use crate::domain::session::revoke_all;
use crate::domain::viewer::Person;
use crate::store::records::{Role, User};
use crate::store::tables::UserKey;
use crate::store::{Read, StoreError, Write};

/// Why a login was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ManageError {
    /// There is no such login.
    #[error("there is no such user")]
    NoSuchUser,
    /// It ranks as high as who asks, or higher.
    #[error("users are managed by moderators, and those by administrators")]
    TooHigh,
    /// The first administrator stays what they are.
    #[error("the root user cannot be {0}")]
    Root(&'static str),
    /// Nobody does this to themselves.
    #[error("nobody can be {0} by themselves")]
    Oneself(&'static str),
    /// Somebody else has the address.
    #[error("the e-mail address is taken")]
    EmailTaken,
    /// The store failed.
    #[error("the user could not be stored")]
    Store(#[from] StoreError),
}

/// The first administrator's login name, as in PeerTube.
pub const ROOT: &str = "root";

/// What is to be changed of a login; what is none stays as it is.
#[derive(Clone, Default)]
pub struct Ruling {
    /// A new password's hash.
    pub password: Option<String>,
    /// A new address.
    pub email: Option<String>,
    /// Whether the address counts as verified.
    pub email_verified: Option<bool>,
    /// Bytes of video allowed in all; `Some(None)` for no bound.
    pub video_quota: Option<Option<u64>>,
    /// Bytes of video allowed in 24 hours; `Some(None)` for no bound.
    pub video_quota_daily: Option<Option<u64>>,
    /// What it may do.
    pub role: Option<Role>,
    /// What it is exempted from, as PeerTube's bits.
    pub admin_flags: Option<u32>,
}

/// A login that this person may manage.
///
/// # Errors
/// [`ManageError`].
pub fn manageable(read: &impl Read, who: &Person, id: UserId) -> Result<User, ManageError> {
    let user = read.get(&UserKey { user: id })?.ok_or(ManageError::NoSuchUser)?;
    if may_manage(who.role, user.role) { Ok(user) } else { Err(ManageError::TooHigh) }
}

/// Changes a login. A new password or role ends its sessions.
///
/// # Errors
/// [`ManageError`].
pub fn rule(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    id: UserId,
    ruling: Ruling,
) -> Result<(), ManageError> {
    let mut user = manageable(write, who, id)?;
    let new_role = ruling.role.filter(|role| *role != user.role);
    if let Some(role) = new_role {
        if user.username == ROOT {
            return Err(ManageError::Root("given another role"));
        }
        if !may_manage(who.role, role) {
            return Err(ManageError::TooHigh);
        }
        user.role = role;
    }
    if let Some(email) = ruling.email.filter(|email| *email != user.email) {
        let is_own = email.to_lowercase() == user.email.to_lowercase();
        if !is_own && is_email_taken(write, &email)? {
            return Err(ManageError::EmailTaken);
        }
        let verified = user.email_verified;
        move_to(write, &mut user, email, verified)?;
    }
    user.email_verified = ruling.email_verified.or(user.email_verified);
    user.video_quota = ruling.video_quota.unwrap_or(user.video_quota);
    user.video_quota_daily = ruling.video_quota_daily.unwrap_or(user.video_quota_daily);
    user.admin_flags = ruling.admin_flags.unwrap_or(user.admin_flags);
    let ends_sessions = new_role.is_some() || ruling.password.is_some();
    if let Some(password) = ruling.password {
        user.password = password;
    }
    user.updated_at = now;
    write.insert(&UserKey { user: id }, &user)?;
    if ends_sessions {
        revoke_all(write, id)?;
    }
    Ok(())
}

/// Keeps a login out for a reason, or lets it in again. Whoever is kept out is out at once. Gives the login.
///
/// # Errors
/// [`ManageError`].
pub fn set_blocked(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    id: UserId,
    reason: Option<String>,
) -> Result<User, ManageError> {
    let mut user = manageable(write, who, id)?;
    if user.username == ROOT {
        return Err(ManageError::Root("blocked"));
    }
    if id == who.user {
        return Err(ManageError::Oneself("blocked"));
    }
    let is_blocked = reason.is_some();
    user.blocked = reason;
    user.updated_at = now;
    write.insert(&UserKey { user: id }, &user)?;
    if is_blocked {
        revoke_all(write, id)?;
    }
    write.note(Event::UserBlocked { user: id, is_blocked });
    Ok(user)
}

/// Whether this person may delete that login.
///
/// # Errors
/// [`ManageError`].
pub fn deletable(read: &impl Read, who: &Person, id: UserId) -> Result<User, ManageError> {
    let user = manageable(read, who, id)?;
    if user.username == ROOT {
        return Err(ManageError::Root("removed"));
    }
    Ok(user)
}
