//! What a maker says about a video: fields as they came, read into [`NewVideo`] or refused by name.
//!
//! Owns every limit of FEATURES M1 for one field alone; what needs the store (whose channel, how much room) is asked
//! elsewhere. The surprise is that JSON and multipart meet here as text, since clients send `"4"` and `4` alike.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use shared::api::{NewVideo, ScheduledUpdate, privacy};
use shared::id::ChannelId;
use shared::limits::{
    SHARING_THRESHOLD, VIDEO_DESCRIPTION_LENGTH, VIDEO_NAME_LENGTH, VIDEO_NSFW_FLAGS,
    VIDEO_NSFW_SUMMARY_LENGTH, VIDEO_SUPPORT_LENGTH, VIDEO_TAG_LENGTH, VIDEO_TAGS_MAX,
};
use shared::meeting::Meeting;

use super::{labels, password, schedule};
use crate::domain::truth::truth;
use crate::domain::wrong::Wrong;

/// One field as it came, whatever carried it. Numbers and booleans are the text that JSON writes them as.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Field {
    /// `null`.
    Null,
    /// One value.
    Text(String),
    /// Several values.
    List(Vec<String>),
    /// Something deeper than a list of values.
    Deep,
}

/// All fields of a form by name.
pub type Fields = BTreeMap<String, Field>;

/// Reads the form of a new video.
///
/// # Errors
/// Every wrong or missing field.
pub fn read_new(fields: &Fields) -> Result<NewVideo, Vec<Wrong>> {
    let (mut form, mut wrongs) = read(fields);
    if form.name.is_none() && !wrongs.iter().any(|wrong| wrong.path == "name") {
        wrongs.push(Wrong::body("name", Some(""), name_message()));
    }
    demand_channel(&form, &mut wrongs);
    form.filename = text(fields, "filename");
    if wrongs.is_empty() { Ok(form) } else { Err(wrongs) }
}

/// From where a video is to come.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Elsewhere {
    /// An address.
    pub target_url: Option<String>,
    /// A magnet address.
    pub magnet: Option<String>,
}

/// Letters of an address: PeerTube's bound.
pub const URL_LENGTH_MAX: usize = 2000;

/// Reads the form of a video that is to come from elsewhere, whose name may be left to that place.
///
/// # Errors
/// Every wrong or missing field.
pub fn read_import(
    fields: &Fields,
    is_address: impl Fn(&str) -> bool,
    is_magnet: impl Fn(&str) -> bool,
) -> Result<(NewVideo, Elsewhere), Vec<Wrong>> {
    let (form, mut wrongs) = read(fields);
    demand_channel(&form, &mut wrongs);
    let mut reader = Reader { fields, wrongs };
    let said = |value: Option<Option<String>>| value.flatten().filter(|text| !is_nothing(text));
    let message = "Should be an address that begins with http:// or https://";
    let target_url = said(reader.value("targetUrl", message));
    let is_long = |text: &str| URL_LENGTH_MAX < text.chars().count();
    if target_url.as_ref().is_some_and(|url| is_long(url) || !is_address(url)) {
        reader.wrongs.push(Wrong::body("targetUrl", None, message));
    }
    let message = "Should be a magnet address";
    let magnet = said(reader.value("magnetUri", message));
    if magnet.as_deref().is_some_and(|magnet| is_long(magnet) || !is_magnet(magnet)) {
        reader.wrongs.push(Wrong::body("magnetUri", None, message));
    }
    let Reader { wrongs, .. } = reader;
    if wrongs.is_empty() { Ok((form, Elsewhere { target_url, magnet })) } else { Err(wrongs) }
}

/// What a new video cannot do without.
fn demand_channel(form: &NewVideo, wrongs: &mut Vec<Wrong>) {
    if form.channel_id.is_none() && !wrongs.iter().any(|wrong| wrong.path == "channelId") {
        wrongs.push(Wrong::body("channelId", None, "Should have a video channel id"));
    }
    let needs_password = form.privacy == Some(privacy::PASSWORD) && form.video_passwords.is_none();
    if needs_password && !wrongs.iter().any(|wrong| wrong.path == "videoPasswords") {
        wrongs.push(Wrong::body("videoPasswords", None, "Video passwords are missing."));
    }
}

/// Reads the form of a change: what it does not name stays as it is.
///
/// # Errors
/// Every wrong field.
pub fn read_change(fields: &Fields) -> Result<NewVideo, Vec<Wrong>> {
    let (form, wrongs) = read(fields);
    if wrongs.is_empty() { Ok(form) } else { Err(wrongs) }
}

fn read(fields: &Fields) -> (NewVideo, Vec<Wrong>) {
    let mut reader = Reader { fields, wrongs: Vec::new() };
    let form = NewVideo {
        channel_id: reader.number("channelId", "Should have a video channel id", |_| true).map(ChannelId),
        name: reader.name(),
        filename: None,
        privacy: reader.small("privacy", "Should have a privacy from 1 to 5", |number| {
            labels::privacy(number).is_some()
        }),
        category: reader.small_or_null("category", "Should have a known category", |number| {
            labels::name_of(labels::CATEGORIES, number).is_some()
        }),
        licence: reader.small_or_null("licence", "Should have a known licence", |number| {
            labels::name_of(labels::LICENCES, number).is_some()
        }),
        language: reader.language(),
        description: reader.long_text("description", VIDEO_DESCRIPTION_LENGTH),
        support: reader.long_text("support", VIDEO_SUPPORT_LENGTH),
        tags: reader.tags(),
        nsfw: reader.truth("nsfw"),
        nsfw_flags: reader.small("nsfwFlags", &flags_message(), |bits| bits & !VIDEO_NSFW_FLAGS == 0),
        nsfw_summary: reader.long_text("nsfwSummary", VIDEO_NSFW_SUMMARY_LENGTH),
        video_passwords: reader.passwords(),
        schedule_update: reader.schedule(),
        comments_policy: reader.comments_policy(),
        download_enabled: reader.truth("downloadEnabled"),
        originally_published_at: reader.date("originallyPublishedAt"),
        wait_transcoding: reader.truth("waitTranscoding"),
        generate_transcription: reader.truth("generateTranscription"),
        sharing: reader.sharing(),
    };
    // Only a new video has one, but no form has another kind of it.
    reader.value("filename", "Should be the name of a file");
    reader.refuse_contradictions(&form);
    (form, reader.wrongs)
}

fn name_message() -> String {
    length_message("a video name", &VIDEO_NAME_LENGTH)
}

fn length_message(what: &str, length: &RangeInclusive<usize>) -> String {
    format!("Should have {what} between {} and {} characters long", length.start(), length.end())
}

fn text(fields: &Fields, path: &str) -> Option<String> {
    match fields.get(path)? {
        Field::Text(text) => Some(text.clone()),
        Field::Null | Field::List(_) | Field::Deep => None,
    }
}

/// What is said to be nothing: forms have no `null`, so clients send these texts.
fn is_nothing(text: &str) -> bool {
    text.is_empty() || text == "null"
}

struct Reader<'f> {
    fields: &'f Fields,
    wrongs: Vec<Wrong>,
}

impl Reader<'_> {
    /// One value, or none where the field is absent; `Some(None)` where it is said to be nothing.
    fn value(&mut self, path: &str, message: &str) -> Option<Option<String>> {
        match self.fields.get(path)? {
            Field::Null => Some(None),
            Field::Text(text) if is_nothing(text.trim()) => Some(None),
            Field::Text(text) => Some(Some(text.trim().to_owned())),
            Field::List(_) | Field::Deep => {
                self.wrongs.push(Wrong::body(path, None, message));
                None
            }
        }
    }

    fn wrong<T>(&mut self, path: &str, value: &str, message: impl Into<String>) -> Option<T> {
        self.wrongs.push(Wrong::body(path, Some(value), message));
        None
    }

    fn number(&mut self, path: &str, message: &str, known: impl Fn(u64) -> bool) -> Option<u64> {
        let value = self.value(path, message)??;
        match value.parse() {
            Ok(number) if known(number) && value.bytes().all(|letter| letter.is_ascii_digit()) => {
                Some(number)
            }
            Ok(_) | Err(_) => self.wrong(path, &value, message),
        }
    }

    fn small(&mut self, path: &str, message: &str, known: impl Fn(u32) -> bool) -> Option<u32> {
        let known = |number: u64| u32::try_from(number).is_ok_and(&known);
        self.number(path, message, known).and_then(|number| u32::try_from(number).ok())
    }

    fn small_or_null(
        &mut self,
        path: &str,
        message: &str,
        known: impl Fn(u32) -> bool,
    ) -> Option<Option<u32>> {
        match self.value(path, message)? {
            None => Some(None),
            Some(_) => self.small(path, message, known).map(Some),
        }
    }

    fn name(&mut self) -> Option<String> {
        let message = name_message();
        let name = match self.value("name", &message)? {
            Some(name) => name,
            // A name that is `null` is a name all the same, unlike one that is empty.
            None => text(self.fields, "name")?.trim().to_owned(),
        };
        if VIDEO_NAME_LENGTH.contains(&name.chars().count()) && !name.contains(is_unprintable) {
            Some(name)
        } else {
            self.wrong("name", &name, message)
        }
    }

    fn long_text(&mut self, path: &str, length: RangeInclusive<usize>) -> Option<Option<String>> {
        let message = length_message("a text", &length);
        match self.value(path, &message)? {
            None => Some(None),
            Some(text) if length.contains(&text.chars().count()) => Some(Some(text)),
            Some(text) => self.wrong(path, &text, message),
        }
    }

    fn language(&mut self) -> Option<Option<String>> {
        let message = "Should have a known language code";
        match self.value("language", message)? {
            None => Some(None),
            Some(code) if labels::language_name(&code).is_some() => Some(Some(code)),
            Some(code) => self.wrong("language", &code, message),
        }
    }

    fn tags(&mut self) -> Option<Option<Vec<String>>> {
        let given = match self.fields.get("tags")? {
            Field::Null => return Some(None),
            Field::Text(text) if is_nothing(text.trim()) => return Some(None),
            Field::Text(text) => vec![text.clone()],
            Field::List(list) => list.clone(),
            Field::Deep => return self.wrong("tags", "", tags_message()),
        };
        let mut tags: Vec<String> = Vec::new();
        for tag in given.iter().map(|tag| tag.trim()).filter(|tag| !tag.is_empty()) {
            let fits = VIDEO_TAG_LENGTH.contains(&tag.chars().count()) && !tag.contains(is_unprintable);
            if !fits || tags.len() == VIDEO_TAGS_MAX {
                return self.wrong("tags", tag, tags_message());
            }
            if !tags.iter().any(|known| known == tag) {
                tags.push(tag.to_owned());
            }
        }
        Some(Some(tags))
    }

    fn truth(&mut self, path: &str) -> Option<bool> {
        let message = "Should be true or false";
        let value = self.value(path, message)??;
        match truth(&value) {
            None => self.wrong(path, &value, message),
            said => said,
        }
    }

    fn sharing(&mut self) -> Option<Option<Meeting>> {
        match self.value("sharing", &sharing_message())? {
            None => Some(None),
            Some(text) => match text.parse() {
                Ok(meeting) if is_sensible(meeting) => Some(Some(meeting)),
                Ok(_) | Err(_) => self.wrong("sharing", &text, sharing_message()),
            },
        }
    }

    /// `commentsPolicy`, or the `commentsEnabled` of older clients.
    fn comments_policy(&mut self) -> Option<u32> {
        let message = "Should have a comments policy from 1 to 3";
        let policy =
            self.small("commentsPolicy", message, |number| labels::comments_policy(number).is_some());
        let enabled = self.truth("commentsEnabled");
        policy.or_else(|| enabled.map(|enabled| if enabled { 1 } else { 2 }))
    }

    fn date(&mut self, path: &str) -> Option<Option<shared::time::Timestamp>> {
        let message = "Should have a date that conforms to ISO 8601";
        match self.value(path, message)? {
            None => Some(None),
            Some(text) => match text.parse() {
                Ok(date) => Some(Some(date)),
                Err(_) => self.wrong(path, &text, message),
            },
        }
    }

    fn passwords(&mut self) -> Option<Vec<String>> {
        let path = "videoPasswords";
        let list = match self.fields.get(path)? {
            Field::Null => return None,
            Field::Text(text) => vec![text.clone()],
            Field::List(list) => list.clone(),
            Field::Deep => {
                self.wrongs.push(Wrong::body(path, None, "Should be a list of passwords"));
                return None;
            }
        };
        match password::wrong_of(path, &list) {
            None => Some(list),
            Some(wrong) => {
                self.wrongs.push(wrong);
                None
            }
        }
    }

    fn schedule(&mut self) -> Option<Option<ScheduledUpdate>> {
        let (whole, at, privacy) = ("scheduleUpdate", "scheduleUpdate.updateAt", "scheduleUpdate.privacy");
        let has_parts = [at, privacy].iter().any(|part| self.fields.contains_key(*part));
        match self.fields.get(whole) {
            Some(Field::Null) => return Some(None),
            Some(Field::Text(text)) if is_nothing(text.trim()) => return Some(None),
            Some(Field::Deep) | None if has_parts => {}
            None => return None,
            Some(Field::Text(_) | Field::List(_) | Field::Deep) => {
                return self.wrong(whole, "", "Should have a date updateAt, and may have a privacy");
            }
        }
        let wrongs = self.wrongs.len();
        let update_at = self.date(at).flatten();
        if update_at.is_none() && self.wrongs.len() == wrongs {
            return self.wrong(at, "", "Schedule update at is mandatory.");
        }
        let privacy = self.small(privacy, "Should have a privacy of 1, 2 or 4", |number| {
            labels::privacy(number).is_some_and(schedule::may_lead_to)
        });
        Some(Some(ScheduledUpdate { update_at: update_at?, privacy }))
    }

    /// What one field takes back that another says.
    fn refuse_contradictions(&mut self, form: &NewVideo) {
        let says_why = form.nsfw_flags.is_some_and(|bits| bits != 0);
        if form.nsfw == Some(false) && says_why {
            let message = "Should only be said of a video with sensitive content";
            self.wrongs.push(Wrong::body("nsfwFlags", None, message));
        }
    }
}

/// What is said of a sharing that is none.
#[must_use]
pub fn sharing_message() -> String {
    let (least, most) = (SHARING_THRESHOLD.start(), SHARING_THRESHOLD.end());
    format!("Should be off, seeders, on, or threshold and a number from {least} to {most}")
}

/// Whether a maker may ask for it: among fewer than two there is nobody to meet.
#[must_use]
pub fn is_sensible(sharing: Meeting) -> bool {
    match sharing {
        Meeting::Threshold(enough) => SHARING_THRESHOLD.contains(&enough),
        Meeting::Off | Meeting::Seeders | Meeting::On => true,
    }
}

fn flags_message() -> String {
    format!("Should have bits of what is sensitive, from 0 to {VIDEO_NSFW_FLAGS}")
}

fn tags_message() -> String {
    format!(
        "Should have at most {VIDEO_TAGS_MAX} tags, each between {} and {} characters long",
        VIDEO_TAG_LENGTH.start(),
        VIDEO_TAG_LENGTH.end()
    )
}

/// Names and tags are one line: a line break or a terminal's escape in them only serves to deceive.
fn is_unprintable(letter: char) -> bool {
    letter.is_control()
}

#[cfg(test)]
#[path = "form_tests.rs"]
mod tests;
