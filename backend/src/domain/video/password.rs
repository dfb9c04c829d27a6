//! What opens a video that is protected by passwords.
//!
//! Owns how many there may be, what they may be, and the comparison. Never decides who may set them: that is
//! [`own_video`]'s. They are kept as they were said, since their owner reads them again to hand them on, so they
//! protect one video and no person.

use sha2::{Digest, Sha256};
use shared::id::VideoId;
use shared::limits::{VIDEO_PASSWORD_LENGTH, VIDEO_PASSWORDS_MAX};
use shared::time::Timestamp;

use super::edit::{EditError, own_video};
use crate::domain::activity;
use crate::domain::viewer::Person;
use crate::domain::wrong::Wrong;
use crate::store::records::{Deed, Privacy, Video, VideoPassword};
use crate::store::tables::VideoKey;
use crate::store::{StoreError, Write};

/// Why a video's passwords stay as they are.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// The video cannot be changed.
    #[error(transparent)]
    Video(#[from] EditError),
    /// Its privacy is another.
    #[error("the video is not protected by passwords")]
    NotProtected,
    /// It has no password of this number.
    #[error("the video has no such password")]
    NoSuchPassword,
    /// Without it nobody could see the video.
    #[error("the last password of a video stays")]
    LastOne,
    /// It has this password already, or as many as there may be.
    #[error("the password cannot be added")]
    Wrong(Wrong),
}

impl From<StoreError> for PasswordError {
    fn from(error: StoreError) -> PasswordError {
        PasswordError::Video(error.into())
    }
}

/// What is wrong with a list of passwords, said of the field `path`. Never repeats a password.
#[must_use]
pub fn wrong_of(path: &str, list: &[String]) -> Option<Wrong> {
    let wrong = |message: String| Some(Wrong::body(path, None, message));
    if list.is_empty() {
        return wrong("At least one video password is required.".to_owned());
    }
    if VIDEO_PASSWORDS_MAX < list.len() {
        return wrong(format!("Should be at most {VIDEO_PASSWORDS_MAX} passwords."));
    }
    let (shortest, longest) = VIDEO_PASSWORD_LENGTH.into_inner();
    let fits = |text: &String| VIDEO_PASSWORD_LENGTH.contains(&text.chars().count());
    // Headers carry nothing else, and that is the way in.
    let can_be_sent = |text: &String| !text.contains(char::is_control) && text.trim() == text;
    if !list.iter().all(|text| fits(text) && can_be_sent(text)) {
        return wrong(format!(
            "Invalid video password. Password length should be at least {shortest} characters and no more than \
             {longest} characters, without line breaks or spaces around it."
        ));
    }
    let mut sorted: Vec<&String> = list.iter().collect();
    sorted.sort_unstable();
    sorted.dedup();
    if sorted.len() < list.len() {
        return wrong("Duplicate video passwords are not allowed.".to_owned());
    }
    None
}

/// Whether `text` opens the video. Takes a time that tells nothing of any password.
#[must_use]
pub fn opens(video: &Video, text: &str) -> bool {
    let digest = |text: &str| <[u8; 32]>::from(Sha256::digest(text));
    let said = digest(text);
    video.passwords.iter().fold(false, |found, password| found | (digest(&password.text) == said))
}

/// Gives a video that is being changed these passwords in place of all it had.
///
/// # Errors
/// [`StoreError`].
pub fn set(
    write: &mut Write<'_>,
    now: Timestamp,
    video: &mut Video,
    list: Vec<String>,
) -> Result<(), StoreError> {
    let mut passwords = Vec::new();
    for text in list {
        passwords.push(VideoPassword {
            number: write.next_number("video-passwords")?,
            text,
            created_at: now,
        });
    }
    video.passwords = passwords;
    Ok(())
}

/// Replaces all passwords of a video by a list that was found right.
///
/// # Errors
/// [`PasswordError`].
pub fn replace(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    video: VideoId,
    list: Vec<String>,
) -> Result<(), PasswordError> {
    let mut video = protected(write, video, who)?;
    set(write, now, &mut video, list)?;
    keep(write, now, who, &video)
}

/// Adds one password to a video's.
///
/// # Errors
/// [`PasswordError`].
pub fn add(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    video: VideoId,
    text: String,
) -> Result<(), PasswordError> {
    let mut video = protected(write, video, who)?;
    let mut all: Vec<String> = video.passwords.iter().map(|password| password.text.clone()).collect();
    all.push(text.clone());
    if let Some(wrong) = wrong_of("password", &all) {
        return Err(PasswordError::Wrong(wrong));
    }
    let number = write.next_number("video-passwords")?;
    video.passwords.push(VideoPassword { number, text, created_at: now });
    keep(write, now, who, &video)
}

/// Removes one password of a video, but never the last.
///
/// # Errors
/// [`PasswordError`].
pub fn remove(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    video: VideoId,
    number: u64,
) -> Result<(), PasswordError> {
    let mut video = protected(write, video, who)?;
    let at = video.passwords.iter().position(|password| password.number == number);
    let at = at.ok_or(PasswordError::NoSuchPassword)?;
    if video.passwords.len() == 1 {
        return Err(PasswordError::LastOne);
    }
    video.passwords.remove(at);
    keep(write, now, who, &video)
}

fn keep(write: &mut Write<'_>, now: Timestamp, who: &Person, video: &Video) -> Result<(), PasswordError> {
    write.insert(&VideoKey { video: video.id }, video)?;
    Ok(activity::note_video(write, now, who, video, Deed::Passwords)?)
}

fn protected(write: &Write<'_>, video: VideoId, who: &Person) -> Result<Video, PasswordError> {
    let (video, _) = own_video(write, video, who)?;
    if video.privacy == Privacy::Password { Ok(video) } else { Err(PasswordError::NotProtected) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::video::tests::video;

    #[test]
    fn a_list_says_what_is_wrong_with_it() {
        let is_wrong = |list: &[&str]| {
            let list: Vec<String> = list.iter().map(|text| (*text).to_owned()).collect();
            wrong_of("videoPasswords", &list).is_some()
        };
        let long = "é".repeat(100);
        for right in [&["ab"][..], &["secret pass", "secret pas"], &[&long]] {
            assert!(!is_wrong(right), "{right:?}");
        }
        for wrong in [&[][..], &["a"], &["ab", "ab"], &[&(long + "é")], &["a\nb"], &[" ab"]] {
            assert!(is_wrong(wrong), "{wrong:?}");
        }
        let many: Vec<String> = (0..=VIDEO_PASSWORDS_MAX).map(|at| format!("password {at}")).collect();
        assert!(wrong_of("videoPasswords", &many).is_some());
    }

    #[test]
    fn each_password_opens_and_nothing_else() {
        let mut video = video(1);
        assert!(!opens(&video, ""));
        let password =
            |number, text: &str| VideoPassword { number, text: text.into(), created_at: Timestamp(0) };
        video.passwords = vec![password(1, "one pass"), password(2, "another")];
        assert!(opens(&video, "one pass") && opens(&video, "another"));
        for wrong in ["", "one", "one pass ", "Another"] {
            assert!(!opens(&video, wrong), "{wrong}");
        }
    }
}
