//! What a feed tells, whatever the format.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use shared::time::Timestamp;

use crate::http::conditional::write_date;

/// A feed without its items.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Feed {
    /// What it is about.
    pub title: String,
    /// More of that, as one line of plain text.
    pub description: String,
    /// The page that shows the same to people.
    pub page: String,
    /// Its own address.
    pub address: String,
    /// The address of its picture.
    pub picture: String,
    /// Who speaks.
    pub author: Author,
    /// When anything in it changed last. Never the moment it was asked for, so that a feed in which nothing changed is
    /// the same text.
    pub updated: Timestamp,
    /// Whose it is.
    pub rights: String,
}

/// Somebody who made something.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Author {
    /// Their display name.
    pub name: String,
    /// Their page; empty where there is none.
    pub page: String,
    /// The address of their picture.
    pub picture: Option<String>,
}

/// A video or a comment.
#[derive(Clone, PartialEq, Debug)]
pub struct Item {
    /// What it is called.
    pub title: String,
    /// The page that shows it to people.
    pub page: String,
    /// What tells it from all others, for ever.
    pub id: String,
    /// When it was first seen.
    pub published: Timestamp,
    /// When it changed last.
    pub updated: Timestamp,
    /// Its first words, as one line of plain text.
    pub summary: Option<String>,
    /// All of its words, as HTML.
    pub html: Option<String>,
    /// Who made it.
    pub author: Author,
    /// Number and name of its category.
    pub category: Option<(u32, &'static str)>,
    /// Its language, as an ISO 639 code.
    pub language: Option<String>,
    /// What is to be watched; none for words alone.
    pub film: Option<Film>,
}

/// What is to be watched.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Film {
    /// The address of a player alone.
    pub embed: String,
    /// How often it was watched.
    pub views: u64,
    /// How long it is.
    pub seconds: u64,
    /// Not for all eyes.
    pub is_sensitive: bool,
    /// Its tags.
    pub tags: Vec<String>,
    /// Addresses of its pictures, larger first.
    pub pictures: Vec<String>,
    /// Files with all that is shown and heard, tallest first.
    pub files: Vec<File>,
    /// Which of them is given to who takes one.
    pub chosen: Option<usize>,
    /// Addresses of its torrents, in the order of its qualities.
    pub torrents: Vec<String>,
    /// The address of its adaptive stream.
    pub stream: Option<String>,
    /// Its words.
    pub captions: Vec<Caption>,
}

impl Film {
    /// The file for who takes one.
    #[must_use]
    pub fn choice(&self) -> Option<&File> {
        self.files.get(self.chosen?)
    }
}

/// A file that plays by itself.
#[derive(Clone, PartialEq, Debug)]
pub struct File {
    /// Its address.
    pub url: String,
    /// `video/mp4` and the like.
    pub media_type: &'static str,
    /// Whether there are pictures in it.
    pub has_pictures: bool,
    /// Pixels; 0 for sound.
    pub width: u32,
    /// The quality's name: the shorter side in pixels; 0 for sound.
    pub lines: u32,
    /// Frames a second; 0 for sound, and where it is not known.
    pub fps: u32,
    /// Bits a second, on average; 0 where it is not known.
    pub bits: u64,
    /// Its exact length; none where it was not measured.
    pub bytes: Option<u64>,
    /// The address of the torrent of its pictures.
    pub torrent: Option<String>,
}

impl File {
    /// `720p`, or that there are no pictures.
    #[must_use]
    pub fn quality(&self) -> String {
        if self.has_pictures { format!("{}p", self.lines) } else { "Audio".to_owned() }
    }
}

/// Words in one language.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Caption {
    /// ISO 639 code.
    pub language: String,
    /// The address of the WebVTT.
    pub url: String,
}

/// A date as RSS has it (RFC 822 with four digits of year): `Sat, 21 Nov 2026 02:03:24 GMT`.
#[must_use]
pub fn rss_date(date: Timestamp) -> String {
    let since = Duration::from_millis(u64::try_from(date.0).unwrap_or(0));
    // Dates of HTTP are of that kind, too, and end with the year 9999.
    let since = since.min(Duration::from_secs(253_402_300_799));
    write_date(SystemTime::checked_add(&UNIX_EPOCH, since).unwrap_or(UNIX_EPOCH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_rss() {
        assert_eq!(rss_date(Timestamp(1_795_226_604_871)), "Sat, 21 Nov 2026 02:03:24 GMT");
        assert_eq!(rss_date(Timestamp(-5)), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(rss_date(Timestamp(i64::MAX)), "Fri, 31 Dec 9999 23:59:59 GMT");
    }
}
