//! What a maker says of a video, before it is sent.
//!
//! Owns the fields of the form, their bounds (`shared::limits`) and the body they become. The surprise: an empty
//! field is sent as `null`, so that emptying it takes back what was there.

use serde::{Deserialize, Serialize};
use shared::api::{NewVideo, ScheduledUpdate, VideoDetails, privacy};
use shared::id::ChannelId;
use shared::limits::{
    VIDEO_DESCRIPTION_LENGTH, VIDEO_EXTENSIONS, VIDEO_NAME_LENGTH, VIDEO_NSFW_SUMMARY_LENGTH,
    VIDEO_PASSWORD_LENGTH, VIDEO_PASSWORDS_MAX, VIDEO_SUPPORT_LENGTH, VIDEO_TAG_LENGTH, VIDEO_TAGS_MAX,
};
use shared::meeting::Meeting;
use shared::time::Timestamp;

use crate::api::PublishDefaults;

/// What a maker says of a video.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Draft {
    pub channel: Option<ChannelId>,
    pub name: String,
    pub description: String,
    pub support: String,
    pub tags: Vec<String>,
    /// A tag that is being typed.
    pub tag: String,
    pub category: Option<u32>,
    pub licence: Option<u32>,
    pub language: Option<String>,
    pub privacy: u32,
    pub nsfw: bool,
    /// Why, in bits: 1 violence, 2 explicit sex.
    #[serde(default)]
    pub nsfw_flags: u32,
    /// Why, in words.
    #[serde(default)]
    pub nsfw_summary: String,
    /// What opens it, one a line.
    #[serde(default)]
    pub passwords: String,
    /// When it publishes itself, as long as it is private.
    #[serde(default)]
    pub schedule: Option<Timestamp>,
    pub comments_policy: u32,
    /// Who may meet over it at most; none leaves that to channel and site.
    #[serde(default)]
    pub sharing: Option<Meeting>,
    pub download_enabled: bool,
    pub wait_transcoding: bool,
    /// `YYYY-MM-DD`, or nothing.
    pub first_published: String,
}

/// One change.
#[derive(Clone, Debug)]
pub enum Edit {
    Channel(Option<ChannelId>),
    Name(String),
    Description(String),
    Support(String),
    /// Types at a tag; a comma ends it.
    Tag(String),
    /// Ends the tag that is being typed.
    TagEnds,
    TagGoes(usize),
    Category(Option<u32>),
    Licence(Option<u32>),
    Language(Option<String>),
    Privacy(u32),
    Nsfw(bool),
    /// Which bits of `nsfw_flags`, and whether they are set.
    NsfwFlag(u32, bool),
    NsfwSummary(String),
    Passwords(String),
    Schedule(Option<Timestamp>),
    CommentsPolicy(u32),
    Sharing(Option<Meeting>),
    DownloadEnabled(bool),
    WaitTranscoding(bool),
    FirstPublished(String),
}

/// A field that can be wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Field {
    Name,
    Description,
    Tags,
    Support,
    FirstPublished,
    NsfwSummary,
    Passwords,
}

/// What is wrong with a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wrong {
    /// Fewer letters than this.
    Short(usize),
    /// More letters than this.
    Long(usize),
    /// More of them than this.
    Many(usize),
    /// Not a date.
    NotADate,
    /// None where one is needed.
    Missing,
}

impl Draft {
    /// What a file's own name says.
    pub fn of_file(name: &str, defaults: &PublishDefaults, channel: Option<ChannelId>) -> Draft {
        Draft {
            channel,
            name: name_of_file(name),
            description: String::new(),
            support: String::new(),
            tags: Vec::new(),
            tag: String::new(),
            category: None,
            licence: defaults.licence,
            language: None,
            privacy: defaults.privacy,
            nsfw: false,
            nsfw_flags: 0,
            nsfw_summary: String::new(),
            passwords: String::new(),
            schedule: None,
            comments_policy: defaults.comments_policy,
            sharing: None,
            download_enabled: defaults.download_enabled,
            wait_transcoding: false,
            first_published: String::new(),
        }
    }

    /// What is said of a video by now, and what opens it.
    pub fn of_video(video: &VideoDetails, passwords: &[String]) -> Draft {
        let card = &video.card;
        Draft {
            channel: Some(video.channel.id),
            name: card.name.clone(),
            description: card.description.clone().unwrap_or_default(),
            support: video.support.clone().unwrap_or_default(),
            tags: video.tags.clone(),
            tag: String::new(),
            category: card.category.id,
            licence: card.licence.id,
            language: card.language.id.clone(),
            privacy: card.privacy.id,
            nsfw: card.nsfw,
            nsfw_flags: card.nsfw_flags,
            nsfw_summary: card.nsfw_summary.clone().unwrap_or_default(),
            passwords: passwords.join("\n"),
            schedule: video.scheduled_update.map(|planned| planned.update_at),
            comments_policy: video.comments_policy.id,
            sharing: video.sharing,
            download_enabled: video.download_enabled,
            wait_transcoding: video.wait_transcoding,
            first_published: card.originally_published_at.map(day).unwrap_or_default(),
        }
    }

    /// Changes one thing.
    pub fn apply(&mut self, edit: Edit) {
        match edit {
            Edit::Channel(channel) => self.channel = channel,
            Edit::Name(name) => self.name = name,
            Edit::Description(text) => self.description = text,
            Edit::Support(text) => self.support = text,
            Edit::Tag(text) => {
                let mut parts = text.split(',').rev();
                self.tag = parts.next().unwrap_or("").trim_start().to_owned();
                for tag in parts.rev() {
                    self.add_tag(tag);
                }
            }
            Edit::TagEnds => {
                let tag = std::mem::take(&mut self.tag);
                self.add_tag(&tag);
            }
            Edit::TagGoes(at) => {
                if at < self.tags.len() {
                    self.tags.remove(at);
                }
            }
            Edit::Category(category) => self.category = category,
            Edit::Licence(licence) => self.licence = licence,
            Edit::Language(language) => self.language = language,
            Edit::Privacy(privacy) => self.privacy = privacy,
            Edit::Nsfw(nsfw) => self.nsfw = nsfw,
            Edit::NsfwFlag(bits, true) => self.nsfw_flags |= bits,
            Edit::NsfwFlag(bits, false) => self.nsfw_flags &= !bits,
            Edit::NsfwSummary(text) => self.nsfw_summary = text,
            Edit::Passwords(text) => self.passwords = text,
            Edit::Schedule(date) => self.schedule = date,
            Edit::CommentsPolicy(policy) => self.comments_policy = policy,
            Edit::Sharing(sharing) => self.sharing = sharing,
            Edit::DownloadEnabled(enabled) => self.download_enabled = enabled,
            Edit::WaitTranscoding(wait) => self.wait_transcoding = wait,
            Edit::FirstPublished(date) => self.first_published = date,
        }
    }

    fn add_tag(&mut self, tag: &str) {
        let tag = tag.trim().trim_start_matches('#').trim();
        if !tag.is_empty() && !self.tags.iter().any(|known| known == tag) {
            self.tags.push(tag.to_owned());
        }
    }

    /// The tags as they would be sent: what is still being typed counts.
    fn all_tags(&self) -> Vec<String> {
        let mut whole = self.clone();
        whole.apply(Edit::TagEnds);
        whole.tags
    }

    /// What keeps it from being sent.
    pub fn wrongs(&self) -> Vec<(Field, Wrong)> {
        let mut wrongs = Vec::new();
        let mut bound = |field, text: &str, bounds: &std::ops::RangeInclusive<usize>, may_be_empty: bool| {
            let length = text.trim().chars().count();
            if length == 0 && may_be_empty {
            } else if length < *bounds.start() {
                wrongs.push((field, Wrong::Short(*bounds.start())));
            } else if *bounds.end() < length {
                wrongs.push((field, Wrong::Long(*bounds.end())));
            }
        };
        bound(Field::Name, &self.name, &VIDEO_NAME_LENGTH, false);
        bound(Field::Description, &self.description, &VIDEO_DESCRIPTION_LENGTH, true);
        bound(Field::Support, &self.support, &VIDEO_SUPPORT_LENGTH, true);
        let tags = self.all_tags();
        for tag in &tags {
            bound(Field::Tags, tag, &VIDEO_TAG_LENGTH, true);
        }
        if VIDEO_TAGS_MAX < tags.len() {
            wrongs.push((Field::Tags, Wrong::Many(VIDEO_TAGS_MAX)));
        }
        if !self.first_published.is_empty() && self.first_published.parse::<Timestamp>().is_err() {
            wrongs.push((Field::FirstPublished, Wrong::NotADate));
        }
        if self.nsfw {
            bound_summary(&mut wrongs, &self.nsfw_summary);
        }
        if self.privacy == privacy::PASSWORD {
            wrongs.extend(self.wrong_passwords().map(|wrong| (Field::Passwords, wrong)));
        }
        wrongs.dedup_by_key(|(field, _)| *field);
        wrongs
    }

    /// The passwords as they are sent: each once, in the order they were typed.
    fn all_passwords(&self) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for line in self.passwords.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if !all.iter().any(|known| known == line) {
                all.push(line.to_owned());
            }
        }
        all
    }

    fn wrong_passwords(&self) -> Option<Wrong> {
        let all = self.all_passwords();
        let (shortest, longest) = VIDEO_PASSWORD_LENGTH.into_inner();
        let any = |is_wrong: fn(usize) -> bool| all.iter().any(|text| is_wrong(text.chars().count()));
        if all.is_empty() {
            Some(Wrong::Missing)
        } else if VIDEO_PASSWORDS_MAX < all.len() {
            Some(Wrong::Many(VIDEO_PASSWORDS_MAX))
        } else if any(|length| length < *VIDEO_PASSWORD_LENGTH.start()) {
            Some(Wrong::Short(shortest))
        } else if any(|length| *VIDEO_PASSWORD_LENGTH.end() < length) {
            Some(Wrong::Long(longest))
        } else {
            None
        }
    }

    /// What is wrong with one field.
    pub fn wrong(&self, field: Field) -> Option<Wrong> {
        self.wrongs().into_iter().find(|(wrong, _)| *wrong == field).map(|(_, wrong)| wrong)
    }

    /// The body that says all of it.
    pub fn said(&self) -> NewVideo {
        let text = |text: &str| Some(Some(text.trim().to_owned()).filter(|text| !text.is_empty()));
        NewVideo {
            channel_id: self.channel,
            name: Some(self.name.trim().to_owned()),
            filename: None,
            generate_transcription: None,
            privacy: Some(self.privacy),
            category: Some(self.category),
            licence: Some(self.licence),
            language: Some(self.language.clone()),
            description: text(&self.description),
            support: text(&self.support),
            tags: Some(Some(self.all_tags())),
            nsfw: Some(self.nsfw),
            nsfw_flags: self.nsfw.then_some(self.nsfw_flags),
            nsfw_summary: if self.nsfw { text(&self.nsfw_summary) } else { None },
            video_passwords: (self.privacy == privacy::PASSWORD).then(|| self.all_passwords()),
            schedule_update: Some(self.planned()),
            comments_policy: Some(self.comments_policy),
            download_enabled: Some(self.download_enabled),
            originally_published_at: Some(self.first_published.parse().ok()),
            wait_transcoding: Some(self.wait_transcoding),
            sharing: Some(self.sharing),
        }
    }

    /// When it is to be public, where it waits in private.
    fn planned(&self) -> Option<ScheduledUpdate> {
        let update_at = self.schedule.filter(|_| self.privacy == privacy::PRIVATE)?;
        Some(ScheduledUpdate { update_at, privacy: Some(privacy::PUBLIC) })
    }

    /// The body that announces a file: private, under the file's name, until its maker publishes it.
    pub fn announced(&self, filename: &str) -> NewVideo {
        NewVideo {
            channel_id: self.channel,
            name: Some(name_of_file(filename)),
            filename: Some(filename.to_owned()),
            privacy: Some(privacy::PRIVATE),
            wait_transcoding: Some(self.wait_transcoding),
            nsfw: Some(self.nsfw),
            comments_policy: Some(self.comments_policy),
            download_enabled: Some(self.download_enabled),
            ..NewVideo::default()
        }
    }
}

fn bound_summary(wrongs: &mut Vec<(Field, Wrong)>, text: &str) {
    let length = text.trim().chars().count();
    if 0 < length && length < *VIDEO_NSFW_SUMMARY_LENGTH.start() {
        wrongs.push((Field::NsfwSummary, Wrong::Short(*VIDEO_NSFW_SUMMARY_LENGTH.start())));
    } else if *VIDEO_NSFW_SUMMARY_LENGTH.end() < length {
        wrongs.push((Field::NsfwSummary, Wrong::Long(*VIDEO_NSFW_SUMMARY_LENGTH.end())));
    }
}

/// A name people would give, from the one their camera did.
fn name_of_file(file: &str) -> String {
    let bare = file.rsplit_once('.').map_or(file, |(bare, _)| bare);
    let spaced: String =
        bare.chars().map(|letter| if matches!(letter, '_' | '.') { ' ' } else { letter }).collect();
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let name: String = words.join(" ").chars().take(*VIDEO_NAME_LENGTH.end()).collect();
    if name.chars().count() < *VIDEO_NAME_LENGTH.start() {
        format!("Video {name}").trim().to_owned()
    } else {
        name
    }
}

/// Whether the instance takes files of that name.
pub fn is_video_name(file: &str) -> bool {
    let lower = file.to_ascii_lowercase();
    VIDEO_EXTENSIONS.iter().any(|extension| lower.ends_with(extension))
}

fn day(date: Timestamp) -> String {
    date.to_string().chars().take(10).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(edits: impl IntoIterator<Item = Edit>) -> Draft {
        let mut draft = Draft::of_file("clip.mp4", &PublishDefaults::default(), Some(ChannelId(1)));
        for edit in edits {
            draft.apply(edit);
        }
        draft
    }

    #[test]
    fn a_file_names_its_video_as_people_would() {
        for (file, name) in [
            ("My_holiday.2026.mp4", "My holiday 2026"),
            ("a.mp4", "Video a"),
            (".mp4", "Video"),
            ("no extension", "no extension"),
            (&format!("{}.mkv", "x".repeat(300)), &"x".repeat(120)),
        ] {
            assert_eq!(name_of_file(file), name);
        }
    }

    #[test]
    fn bounds_are_those_of_the_instance() {
        let name = |name: &str| draft([Edit::Name(name.into())]).wrong(Field::Name);
        assert_eq!(name("  ab  "), Some(Wrong::Short(3)));
        assert_eq!(name("abc"), None);
        assert_eq!(name(&"é".repeat(120)), None);
        assert_eq!(name(&"é".repeat(121)), Some(Wrong::Long(120)));
        let described = |text: &str| draft([Edit::Description(text.into())]).wrong(Field::Description);
        assert_eq!((described(""), described("ab")), (None, Some(Wrong::Short(3))));
        let published = |date: &str| draft([Edit::FirstPublished(date.into())]).wrong(Field::FirstPublished);
        assert_eq!((published("2024-02-30"), published("2024-02-29")), (Some(Wrong::NotADate), None));
    }

    #[test]
    fn tags_end_with_a_comma_and_none_comes_twice() {
        let typed = draft([Edit::Tag("sea, #fish ,sea,wh".into())]);
        assert_eq!(
            (typed.tags.clone(), typed.tag.as_str()),
            (vec!["sea".to_owned(), "fish".to_owned()], "wh")
        );
        assert_eq!(typed.said().tags, Some(Some(vec!["sea".into(), "fish".into(), "wh".into()])));
        let gone = draft([Edit::Tag("sea,fish,".into()), Edit::TagGoes(0), Edit::TagGoes(9)]);
        assert_eq!(gone.tags, ["fish"]);
    }

    #[test]
    fn too_many_or_too_long_tags_are_told() {
        let tags = |text: &str| draft([Edit::Tag(text.into())]).wrong(Field::Tags);
        assert_eq!(tags("aa,bb,cc,dd,ee"), None);
        assert_eq!(tags("aa,bb,cc,dd,ee,ff"), Some(Wrong::Many(5)));
        assert_eq!(tags("a"), Some(Wrong::Short(2)));
        assert_eq!(tags(&"a".repeat(31)), Some(Wrong::Long(30)));
    }

    #[test]
    fn a_video_behind_passwords_has_some() {
        let passwords = |text: &str| draft([Edit::Privacy(privacy::PASSWORD), Edit::Passwords(text.into())]);
        assert_eq!(passwords(" \n").wrong(Field::Passwords), Some(Wrong::Missing));
        assert_eq!(passwords("ab\na").wrong(Field::Passwords), Some(Wrong::Short(2)));
        let said = passwords("one\n two \n\none").said();
        assert_eq!(said.video_passwords, Some(vec!["one".into(), "two".into()]));
        assert_eq!(draft([Edit::Passwords("one".into())]).said().video_passwords, None);
    }

    #[test]
    fn only_what_is_private_can_wait_for_its_day() {
        let planned = |privacy| {
            let edits = [Edit::Privacy(privacy), Edit::Schedule(Some(Timestamp(5000)))];
            draft(edits).said().schedule_update.unwrap()
        };
        let update = ScheduledUpdate { update_at: Timestamp(5000), privacy: Some(privacy::PUBLIC) };
        assert_eq!((planned(privacy::PRIVATE), planned(privacy::PUBLIC)), (Some(update), None));
    }

    #[test]
    fn an_emptied_field_takes_back_what_was_there() {
        let json = serde_json::to_value(draft([Edit::Description("  ".into())]).said()).unwrap();
        assert_eq!(json.get("description"), Some(&serde_json::Value::Null));
        assert_eq!(json.get("category"), Some(&serde_json::Value::Null));
    }

    #[test]
    fn a_file_is_announced_in_private() {
        let announced = draft([Edit::Privacy(privacy::PUBLIC)]).announced("clip.mp4");
        assert_eq!(
            (announced.privacy, announced.filename.as_deref()),
            (Some(privacy::PRIVATE), Some("clip.mp4"))
        );
    }

    #[test]
    fn what_is_no_video_is_known_by_its_name() {
        assert!(is_video_name("a.MP4") && is_video_name("b.m2ts"));
        assert!(!is_video_name("a.txt") && !is_video_name("mp4"));
    }
}
