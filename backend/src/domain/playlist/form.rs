//! What somebody says about a list of videos: fields as they came, read or refused by name.

use std::ops::RangeInclusive;

use shared::id::ChannelId;
use shared::limits::{PLAYLIST_DESCRIPTION_LENGTH, PLAYLIST_NAME_LENGTH};

use crate::domain::video::form::{Field, Fields};
use crate::domain::wrong::Wrong;
use crate::store::records::PlaylistPrivacy;

/// What is said; what is absent stays as it is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Form {
    /// Its name.
    pub name: Option<String>,
    /// Markdown; `Some(None)` takes it back.
    pub description: Option<Option<String>>,
    /// Who may see it.
    pub privacy: Option<PlaylistPrivacy>,
    /// The channel it is shown in; `Some(None)` for none.
    pub channel: Option<Option<ChannelId>>,
}

/// Privacies with their names, by number.
pub const PRIVACIES: &[(u32, &str)] = &[(1, "Public"), (2, "Unlisted"), (3, "Private")];

/// A privacy's number on the wire and its name.
#[must_use]
pub fn privacy_label(privacy: PlaylistPrivacy) -> (u32, &'static str) {
    match privacy {
        PlaylistPrivacy::Public => (1, "Public"),
        PlaylistPrivacy::Unlisted => (2, "Unlisted"),
        PlaylistPrivacy::Private => (3, "Private"),
    }
}

fn privacy(number: &str) -> Option<PlaylistPrivacy> {
    match number {
        "1" => Some(PlaylistPrivacy::Public),
        "2" => Some(PlaylistPrivacy::Unlisted),
        "3" => Some(PlaylistPrivacy::Private),
        _ => None,
    }
}

/// Reads the form of a new list, which must have a name.
///
/// # Errors
/// Every wrong or missing field.
pub fn read_new(fields: &Fields) -> Result<Form, Vec<Wrong>> {
    let (form, mut wrongs) = read(fields);
    if form.name.is_none() && !wrongs.iter().any(|wrong| wrong.path == "displayName") {
        wrongs.insert(0, Wrong::body("displayName", None, "Should have a valid display name"));
    }
    if wrongs.is_empty() { Ok(form) } else { Err(wrongs) }
}

/// Reads the form of a change.
///
/// # Errors
/// Every wrong field.
pub fn read_change(fields: &Fields) -> Result<Form, Vec<Wrong>> {
    let (form, wrongs) = read(fields);
    if wrongs.is_empty() { Ok(form) } else { Err(wrongs) }
}

fn read(fields: &Fields) -> (Form, Vec<Wrong>) {
    let mut form = Form::default();
    let mut wrongs = Vec::new();
    let mut wrong = |path: &str, sent: Option<&str>, message: String| {
        wrongs.push(Wrong::body(path, sent, message));
    };
    match value(fields, "displayName") {
        None => {}
        Some(Ok(Some(name))) if fits(name, &PLAYLIST_NAME_LENGTH) => form.name = Some(name.trim().to_owned()),
        Some(sent) => wrong("displayName", sent.ok().flatten(), length(&PLAYLIST_NAME_LENGTH)),
    }
    match value(fields, "description") {
        None => {}
        Some(Ok(None)) => form.description = Some(None),
        Some(Ok(Some(text))) if fits(text, &PLAYLIST_DESCRIPTION_LENGTH) => {
            form.description = Some(Some(text.trim().to_owned()));
        }
        Some(sent) => wrong("description", sent.ok().flatten(), length(&PLAYLIST_DESCRIPTION_LENGTH)),
    }
    match value(fields, "privacy") {
        None => {}
        Some(sent) => match sent.ok().flatten().map(|text| (text, privacy(text))) {
            Some((_, Some(privacy))) => form.privacy = Some(privacy),
            sent => {
                let message = "Should have a privacy from 1 to 3".to_owned();
                wrong("privacy", sent.map(|(text, _)| text), message);
            }
        },
    }
    match value(fields, "videoChannelId") {
        None => {}
        Some(Ok(None)) => form.channel = Some(None),
        Some(sent) => match sent.ok().flatten().map(|text| (text, text.parse())) {
            Some((_, Ok(channel))) => form.channel = Some(Some(channel)),
            sent => {
                let message = "Should have a video channel id".to_owned();
                wrong("videoChannelId", sent.map(|(text, _)| text), message);
            }
        },
    }
    (form, wrongs)
}

/// One value; `Ok(None)` where it is said to be nothing, which forms spell `null` or leave empty.
fn value<'f>(fields: &'f Fields, path: &str) -> Option<Result<Option<&'f str>, ()>> {
    Some(match fields.get(path)? {
        Field::Null => Ok(None),
        Field::Text(text) if text.is_empty() || text == "null" => Ok(None),
        Field::Text(text) => Ok(Some(text)),
        Field::List(_) | Field::Deep => Err(()),
    })
}

fn fits(text: &str, length: &RangeInclusive<usize>) -> bool {
    length.contains(&text.trim().chars().count()) && !text.contains('\0')
}

fn length(length: &RangeInclusive<usize>) -> String {
    format!("Should have between {} and {} characters", length.start(), length.end())
}
