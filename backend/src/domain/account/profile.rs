//! What a person changes of themselves.

use shared::api::MeChange;
use shared::id::UserId;
use shared::time::Timestamp;

use super::find::is_email_taken;
use crate::store::records::{Sensitive, User};
use crate::store::tables::{AccountKey, UserEmailKey, UserKey};
use crate::store::{Read, StoreError, Write};

/// Why a person could not change something.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// The login is gone.
    #[error("there is no such user")]
    NoSuchUser,
    /// Somebody else has the address.
    #[error("the e-mail address is taken")]
    EmailTaken,
    /// The store failed.
    #[error("the user could not be stored")]
    Store(#[from] StoreError),
}

/// What becomes of a new e-mail address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NewAddress {
    /// It counts at once: there is no mail to confirm it with.
    Counts,
    /// It waits until somebody shows that its mail arrives.
    Waits,
}

/// Kinds of sensitive content that were told to be treated in two ways.
#[must_use]
pub fn contradicts_itself(change: &MeChange) -> bool {
    let flags = [
        change.nsfw_flags_displayed,
        change.nsfw_flags_hidden,
        change.nsfw_flags_warned,
        change.nsfw_flags_blurred,
    ];
    let mut seen = 0;
    flags.into_iter().flatten().any(|bits| {
        let again = seen & bits != 0;
        seen |= bits;
        again
    })
}

/// Changes what `change` names; a new password comes as its hash. Gives the login as it is now.
///
/// # Errors
/// [`ProfileError`].
pub fn change_me(
    write: &mut Write<'_>,
    now: Timestamp,
    id: UserId,
    change: MeChange,
    new_hash: Option<String>,
    address: NewAddress,
) -> Result<User, ProfileError> {
    let key = UserKey { user: id };
    let mut user = write.get(&key)?.ok_or(ProfileError::NoSuchUser)?;
    if let Some(email) = change.email.clone().filter(|email| *email != user.email) {
        let is_own = email.to_lowercase() == user.email.to_lowercase();
        if !is_own && is_email_taken(write, &email)? {
            return Err(ProfileError::EmailTaken);
        }
        match address {
            NewAddress::Waits => user.pending_email = Some(email),
            NewAddress::Counts => move_to(write, &mut user, email, None)?,
        }
    }
    if let Some(hash) = new_hash {
        user.password = hash;
    }
    change_account(write, now, &user, &change)?;
    prefer(&mut user, change);
    user.updated_at = now;
    write.insert(&key, &user)?;
    Ok(user)
}

/// Notes that mail to `email` reaches the person: it becomes the login's address if it waited to be.
///
/// # Errors
/// [`ProfileError`].
pub fn confirm_address(
    write: &mut Write<'_>,
    now: Timestamp,
    mut user: User,
    email: &str,
) -> Result<(), ProfileError> {
    if user.email != email {
        let is_own = email.to_lowercase() == user.email.to_lowercase();
        if !is_own && is_email_taken(write, email)? {
            return Err(ProfileError::EmailTaken);
        }
        move_to(write, &mut user, email.to_owned(), None)?;
    }
    user.email_verified = Some(true);
    user.updated_at = now;
    write.insert(&UserKey { user: user.id }, &user)?;
    Ok(())
}

/// Gives a login another address.
///
/// # Errors
/// [`StoreError`].
pub(super) fn move_to(
    write: &mut Write<'_>,
    user: &mut User,
    email: String,
    verified: Option<bool>,
) -> Result<(), StoreError> {
    write.remove(&UserEmailKey { email: user.email.to_lowercase() });
    write.insert(&UserEmailKey { email: email.to_lowercase() }, &user.id)?;
    user.email = email;
    user.email_verified = verified;
    user.pending_email = None;
    Ok(())
}

fn change_account(
    write: &mut Write<'_>,
    now: Timestamp,
    user: &User,
    change: &MeChange,
) -> Result<(), StoreError> {
    if change.display_name.is_none() && change.description.is_none() {
        return Ok(());
    }
    let key = AccountKey { account: user.account };
    let Some(mut account) = write.get(&key)? else { return Ok(()) };
    if let Some(name) = &change.display_name {
        account.display_name.clone_from(name);
    }
    if let Some(description) = &change.description {
        account.description.clone_from(description);
    }
    account.updated_at = now;
    write.insert(&key, &account)
}

/// The theme of whoever chose none.
pub const THEME_OF_THE_INSTANCE: &str = "instance-default";

fn prefer(user: &mut User, change: MeChange) {
    let likes = &mut user.preferences;
    let put = |place: &mut bool, said: Option<bool>| *place = said.unwrap_or(*place);
    put(&mut likes.email_public, change.email_public);
    put(&mut likes.p2p, change.p2p_enabled);
    put(&mut likes.history, change.videos_history_enabled);
    put(&mut likes.autoplay, change.auto_play_video);
    put(&mut likes.autoplay_next, change.auto_play_next_video);
    put(&mut likes.autoplay_playlist, change.auto_play_next_video_playlist);
    put(&mut likes.no_instance_config_warning, change.no_instance_config_warning_modal);
    put(&mut likes.no_welcome, change.no_welcome_modal);
    put(&mut likes.no_account_setup_warning, change.no_account_setup_warning_modal);
    let bits = |place: &mut u32, said: Option<u32>| *place = said.unwrap_or(*place);
    bits(&mut likes.sensitive_displayed, change.nsfw_flags_displayed);
    bits(&mut likes.sensitive_hidden, change.nsfw_flags_hidden);
    bits(&mut likes.sensitive_warned, change.nsfw_flags_warned);
    bits(&mut likes.sensitive_blurred, change.nsfw_flags_blurred);
    if let Some(policy) = change.nsfw_policy.as_deref().and_then(Sensitive::parse) {
        likes.sensitive = Some(policy);
    }
    if let Some(languages) = change.video_languages {
        likes.video_languages = languages;
    }
    if let Some(theme) = change.theme {
        likes.theme = Some(theme).filter(|theme| theme != THEME_OF_THE_INSTANCE);
    }
    if let Some(language) = change.language {
        likes.language = language;
    }
}
