//! Bounds both sides must agree on, each with its reason.
//!
//! Text lengths are PeerTube's `CONSTRAINTS_FIELDS`, counted in UTF-16 units there and in characters here: a text
//! we accept is never longer than one PeerTube accepts, except in emoji.

use std::ops::RangeInclusive;

/// How many rows a page has when nobody asks (PeerTube's default).
pub const PAGE_COUNT_DEFAULT: u64 = 15;
/// How many rows a page may have (PeerTube refuses more with 400).
pub const PAGE_COUNT_MAX: u64 = 100;

/// Length of a video's name.
pub const VIDEO_NAME_LENGTH: RangeInclusive<usize> = 3..=120;
/// Length of a video's description, markdown.
pub const VIDEO_DESCRIPTION_LENGTH: RangeInclusive<usize> = 3..=10_000;
/// Lists carry only this much of a description.
pub const VIDEO_DESCRIPTION_TRUNCATED_LENGTH: usize = 250;
/// Length of a video's support text, markdown.
pub const VIDEO_SUPPORT_LENGTH: RangeInclusive<usize> = 3..=1000;
/// How many tags a video may have.
pub const VIDEO_TAGS_MAX: usize = 5;
/// Length of one tag.
pub const VIDEO_TAG_LENGTH: RangeInclusive<usize> = 2..=30;
/// Size of a thumbnail or preview someone uploads.
pub const IMAGE_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Length of the name of a channel that people see.
pub const CHANNEL_NAME_LENGTH: RangeInclusive<usize> = 1..=120;
/// Length of a channel's description, markdown.
pub const CHANNEL_DESCRIPTION_LENGTH: RangeInclusive<usize> = 3..=1000;
/// Length of a channel's support text, markdown.
pub const CHANNEL_SUPPORT_LENGTH: RangeInclusive<usize> = 3..=1000;

/// Length of why something is reported, of what is said about a report, and of a moderator's note.
pub const ABUSE_TEXT_LENGTH: RangeInclusive<usize> = 2..=3000;
/// Length of the reason for which a video is blocked.
pub const VIDEO_BLOCK_REASON_LENGTH: RangeInclusive<usize> = 2..=300;
/// Length of the name of a list of watched words.
pub const WATCHED_WORDS_NAME_LENGTH: RangeInclusive<usize> = 1..=100;
/// Words in one list.
pub const WATCHED_WORDS_MAX: usize = 500;
/// Length of a watched word.
pub const WATCHED_WORD_LENGTH: RangeInclusive<usize> = 1..=100;

/// Length of the address of a list that is kept elsewhere: longer than any that browsers open everywhere.
pub const LIST_URL_LENGTH: RangeInclusive<usize> = 10..=2000;

/// Length of a comment, markdown.
pub const COMMENT_LENGTH: RangeInclusive<usize> = 1..=10_000;
/// How many channels one account may have where the instance says nothing else (PeerTube's default).
pub const CHANNELS_PER_ACCOUNT_MAX: usize = 20;

/// Length of the name of an account that people see.
pub const USER_DISPLAY_NAME_LENGTH: RangeInclusive<usize> = 1..=120;
/// Length of what a person says of themselves, markdown.
pub const USER_DESCRIPTION_LENGTH: RangeInclusive<usize> = 3..=1000;
/// Length of an e-mail address (RFC 5321 §4.5.3.1.3: a path has 256 octets, two of them brackets).
pub const EMAIL_LENGTH: RangeInclusive<usize> = 3..=254;
/// Length of the reason for which a login is kept out.
pub const USER_BLOCK_REASON_LENGTH: RangeInclusive<usize> = 3..=250;
/// How many languages a person may choose to see videos of (PeerTube's bound).
pub const VIDEO_LANGUAGES_MAX: usize = 500;
/// Length of the name of a theme.
pub const THEME_NAME_LENGTH: RangeInclusive<usize> = 1..=100;
/// Length of what somebody says who asks to be let in, and of what a moderator answers.
pub const REGISTRATION_TEXT_LENGTH: RangeInclusive<usize> = 2..=3000;
/// Widths of an avatar in pixels; it is as high as wide.
pub const AVATAR_WIDTHS: &[u32] = &[1500, 600, 120, 48];
/// Widths and heights of a banner in pixels.
pub const BANNER_SIZES: &[(u32, u32)] = &[(1920, 317), (600, 100)];

/// Length of a user name.
pub const USERNAME_LENGTH: RangeInclusive<usize> = 1..=50;
/// Length of a password; the upper bound keeps argon2's input small.
pub const PASSWORD_LENGTH: RangeInclusive<usize> = 6..=255;

/// Length of a password that opens a video.
pub const VIDEO_PASSWORD_LENGTH: RangeInclusive<usize> = 2..=100;
/// How many passwords may open one video: a class, one for each. All are compared at each try.
pub const VIDEO_PASSWORDS_MAX: usize = 100;
/// Length of what is said of a video that is not for all eyes.
pub const VIDEO_NSFW_SUMMARY_LENGTH: RangeInclusive<usize> = 3..=250;
/// All bits of what makes a video not for all eyes: 1 violence, 2 explicit sex.
pub const VIDEO_NSFW_FLAGS: u32 = 3;

/// File names of videos we take, with the dot.
pub const VIDEO_EXTENSIONS: &[&str] = &[
    ".webm", ".ogv", ".ogg", ".mp4", ".mkv", ".mov", ".qt", ".mqv", ".m4v", ".flv", ".f4v", ".wmv", ".avi",
    ".3gp", ".3gpp", ".3g2", ".3gpp2", ".nut", ".mts", ".m2ts", ".mpv", ".m2v", ".m1v", ".mpg", ".mpe",
    ".mpeg", ".vob", ".mxf", ".mp3", ".wma", ".wav", ".flac", ".aac", ".m4a", ".ac3",
];

/// Heights of the ladder, lowest first; 0 is sound alone.
pub const LADDER_HEIGHTS: &[u32] = &[144, 240, 360, 480, 720, 1080, 1440, 2160];

/// Offers in one announce: p2p-media-loader sends five, webtorrent ten.
pub const TRACKER_OFFERS_MAX: usize = 10;
/// Swarms one connection to a tracker is in: a viewer is in two, one of each rendition and of the sound at the most.
pub const TRACKER_SWARMS_PER_SOCKET_MAX: usize = 16;
/// How many must watch where a maker lets viewers meet among many only: two are the fewest who can meet at all, and a
/// tracker holds ten thousand.
pub const SHARING_THRESHOLD: RangeInclusive<u32> = 2..=10_000;
/// One message to or from a tracker. Ten offers of a browser with many network cards have 200 KB.
pub const TRACKER_MESSAGE_BYTES_MAX: usize = 256 * 1024;

/// Letters in the title of a chapter.
pub const CHAPTER_TITLE_LENGTH: RangeInclusive<usize> = 1..=100;
/// Chapters of a video: one a minute of a five-hour film. They are part of its row.
pub const CHAPTERS_MAX: usize = 300;
/// Bytes of a caption file (PeerTube's limit): the whole Bible is a quarter of it.
pub const CAPTION_BYTES_MAX: usize = 20 * 1024 * 1024;

/// Length of the name of a list of videos.
pub const PLAYLIST_NAME_LENGTH: RangeInclusive<usize> = 1..=120;
/// Length of the description of a list of videos, markdown.
pub const PLAYLIST_DESCRIPTION_LENGTH: RangeInclusive<usize> = 3..=1000;
/// How many lists of videos one account may have: they are sorted at each look.
pub const PLAYLISTS_PER_ACCOUNT_MAX: usize = 1000;
/// How many videos one list may hold: a whole one is renumbered in one unit of work.
pub const PLAYLIST_ELEMENTS_MAX: u64 = 5000;
