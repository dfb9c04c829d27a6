//! `/users/me` as something that is changed: texts, preferences, address, password, picture, end.

use http::StatusCode;
use shared::api::{Avatars, MeChange, ProblemCode};
use shared::limits::{
    PASSWORD_LENGTH, THEME_NAME_LENGTH, USER_DESCRIPTION_LENGTH, USER_DISPLAY_NAME_LENGTH,
    VIDEO_LANGUAGES_MAX,
};

use super::channel::largest_first;
use super::extract::{Ask, Body, unauthorized};
use super::fields::Fields;
use super::picture::{self, Kind};
use super::problem::Failure;
use super::respond::{Outcome, json, no_content};
use super::views;
use crate::domain::account::{
    self, NewAddress, ProfileError, Removal, contradicts_itself, is_email, remove_user, set_avatar,
};
use crate::domain::password;
use crate::domain::right::may_leave;
use crate::domain::session::revoke_all_but;
use crate::domain::video::labels::language_name;
use crate::domain::viewer::Person;
use crate::store::records::{ActorPicture, Sensitive};
use crate::store::tables::UserKey;
use crate::store::{Durability, Read, StoreError};

/// Every text of a person, and five hundred languages.
const ME_BYTES_MAX: usize = 32 * 1024;
/// What videos may be in beside a language: none that is known (PeerTube's word).
const UNKNOWN_LANGUAGE: &str = "_unknown";
/// Kinds of sensitive content are bits; PeerTube knows a handful, and we keep what a client sends.
const KINDS_MAX: u32 = 0xffff;

/// One number.
const FEATURE_BYTES_MAX: usize = 1024;
/// As many bits as PeerTube keeps.
pub(super) const FEATURES_MAX: u32 = 0x7fff_ffff;

/// `PUT /api/v1/users/me`
pub async fn update(ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let mut change = read_change(Fields::read(&ask, body, ME_BYTES_MAX).await?)?;
    if contradicts_itself(&change) {
        return Err(Failure::bad_request(
            "Cannot use same flags in nsfwFlagsDisplayed, nsfwFlagsHidden, nsfwFlagsBlurred and nsfwFlagsWarned at \
             the same time",
        ));
    }
    let mut new_hash = None;
    if change.password.is_some() || change.email.is_some() {
        prove(&ask, &who, change.current_password.take(), StatusCode::UNAUTHORIZED).await?;
        if let Some(password) = change.password.take() {
            new_hash = Some(hash_of(&ask, password).await?);
        }
    }
    let token = ask.token();
    // Where no mail can be sent, nobody can show that theirs arrives.
    let address = if ask.app.can_mail() { NewAddress::Waits } else { NewAddress::Counts };
    let new_email = change.email.clone();
    let stored = ask.app.write(Durability::Flushed, move |write, now| {
        let is_new_password = new_hash.is_some();
        let user = account::change_me(write, now, who.user, change, new_hash, address)?;
        if is_new_password {
            // Whoever stole the old one is out.
            revoke_all_but(write, who.user, token.as_ref())?;
        }
        Ok::<_, ProfileError>(user)
    });
    let user = stored.await?;
    if let Some(email) = new_email.filter(|email| user.pending_email.as_ref() == Some(email)) {
        super::proof::send_address_proof(&ask.app, user.id, &email).await?;
    }
    Ok(no_content())
}

/// The hash of a password that was found to be one.
pub(super) async fn hash_of(ask: &Ask, password: String) -> Result<String, Failure> {
    let hash = ask.app.logins().hash(&ask.app, password).await;
    hash.map_err(|error| Failure::bad_request(error.to_string()))
}

/// `POST /api/v1/users/me/new-feature-info/read`: some news of the pages were seen, as bits.
pub async fn read_feature_news(ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let mut fields = Fields::read(&ask, body, FEATURE_BYTES_MAX).await?;
    let bits = fields.number("feature", 1..=FEATURES_MAX);
    let bits = fields.required("feature", bits);
    fields.end()?;
    let key = UserKey { user: who.user };
    ask.app
        .write(Durability::Relaxed, move |write, _| -> Result<(), StoreError> {
            let Some(mut user) = write.get(&key)? else { return Ok(()) };
            user.preferences.new_features_read |= bits;
            write.insert(&key, &user)
        })
        .await?;
    Ok(no_content())
}

/// Refuses whoever does not show their password; tries are counted as those to log in are.
pub(super) async fn prove(
    ask: &Ask,
    who: &Person,
    shown: Option<String>,
    refusal: StatusCode,
) -> Result<(), Failure> {
    let shown = shown.filter(|shown| !shown.is_empty());
    let shown = shown.ok_or_else(|| Failure::bad_request("currentPassword parameter is missing"))?;
    let id = who.user;
    let user = ask.app.read(move |store| store.get(&UserKey { user: id })).await?.ok_or_else(unauthorized)?;
    super::session::judge(ask, &user.username, shown, Some(user.password), || {
        Failure::coded(refusal, ProblemCode::CurrentPasswordIsInvalid, "currentPassword is invalid.")
    })
    .await
}

fn read_change(mut fields: Fields) -> Result<MeChange, Failure> {
    let policy = |word: &str| Sensitive::parse(word).map(|_| word.to_owned());
    let language = |code: &str| language_name(code).map(|_| code.to_owned());
    let bits = |fields: &mut Fields, path: &str| fields.number(path, 0..=KINDS_MAX);
    let change = MeChange {
        display_name: fields.text("displayName", USER_DISPLAY_NAME_LENGTH),
        description: fields.text_or_null("description", USER_DESCRIPTION_LENGTH),
        email: fields.parsed("email", "Should be an e-mail address", an_email),
        email_public: fields.truth("emailPublic"),
        current_password: fields.raw("currentPassword"),
        password: a_password(&mut fields, "password"),
        nsfw_policy: fields.parsed("nsfwPolicy", "Should be display, warn, blur or do_not_list", policy),
        nsfw_flags_displayed: bits(&mut fields, "nsfwFlagsDisplayed"),
        nsfw_flags_hidden: bits(&mut fields, "nsfwFlagsHidden"),
        nsfw_flags_warned: bits(&mut fields, "nsfwFlagsWarned"),
        nsfw_flags_blurred: bits(&mut fields, "nsfwFlagsBlurred"),
        p2p_enabled: fields.truth("p2pEnabled"),
        auto_play_video: fields.truth("autoPlayVideo"),
        auto_play_next_video: fields.truth("autoPlayNextVideo"),
        auto_play_next_video_playlist: fields.truth("autoPlayNextVideoPlaylist"),
        videos_history_enabled: fields.truth("videosHistoryEnabled"),
        video_languages: fields.texts_or_null("videoLanguages", VIDEO_LANGUAGES_MAX, |code| {
            code == UNKNOWN_LANGUAGE || language_name(code).is_some()
        }),
        theme: fields.text("theme", THEME_NAME_LENGTH),
        language: match fields.text_or_null("language", 1..=20) {
            Some(Some(_)) => fields.parsed("language", "Should be a known language", language).map(Some),
            other => other,
        },
        no_instance_config_warning_modal: fields.truth("noInstanceConfigWarningModal"),
        no_welcome_modal: fields.truth("noWelcomeModal"),
        no_account_setup_warning_modal: fields.truth("noAccountSetupWarningModal"),
    };
    fields.end()?;
    Ok(change)
}

/// An e-mail address as it may be stored.
pub(super) fn an_email(text: &str) -> Option<String> {
    is_email(text).then(|| text.to_owned())
}

/// A text that may become a password. What was sent is not sent back.
pub(super) fn a_password(fields: &mut Fields, path: &str) -> Option<String> {
    let password = fields.raw(path)?;
    if password::check(&password).is_ok() {
        return Some(password);
    }
    let (low, high) = PASSWORD_LENGTH.into_inner();
    fields.wrong_secret(path, format!("Should have between {low} and {high} characters"));
    None
}

/// `DELETE /api/v1/users/me`
pub async fn delete(ask: Ask) -> Outcome {
    let who = ask.person().await?;
    if !may_leave(who.role) {
        return Err(Failure::bad_request("You cannot delete your root account."));
    }
    remove(&ask, who.user).await?;
    Ok(no_content())
}

/// Removes a login with all it has.
pub(super) async fn remove(ask: &Ask, user: shared::id::UserId) -> Result<(), Failure> {
    while ask.app.write(Durability::Flushed, move |write, _| remove_user(write, user)).await? == Removal::More
    {
    }
    Ok(())
}

/// `POST /api/v1/users/me/avatar/pick`
pub async fn pick_avatar(ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let picture = picture::receive(&ask, body, Kind::Avatar).await?;
    if let Err(failure) = set(&ask, &who, Some(picture.clone())).await {
        picture::discard(&ask.app, &picture).await;
        return Err(failure);
    }
    json(&Avatars { avatars: largest_first(views::avatars(Some(&picture))) })
}

/// `DELETE /api/v1/users/me/avatar`
pub async fn delete_avatar(ask: Ask) -> Outcome {
    let who = ask.person().await?;
    set(&ask, &who, None).await?;
    Ok(no_content())
}

async fn set(ask: &Ask, who: &Person, picture: Option<ActorPicture>) -> Result<(), Failure> {
    let account = who.account;
    let stored =
        ask.app.write(Durability::Flushed, move |write, now| set_avatar(write, now, account, picture));
    Ok(stored.await?)
}

/// 409 for a name or address somebody has.
pub(super) fn user_exists() -> Failure {
    Failure::new(StatusCode::CONFLICT, "User with this username or email already exists.")
}

impl From<ProfileError> for Failure {
    fn from(error: ProfileError) -> Failure {
        match error {
            ProfileError::NoSuchUser => unauthorized(),
            ProfileError::EmailTaken => user_exists(),
            ProfileError::Store(error) => error.into(),
        }
    }
}
