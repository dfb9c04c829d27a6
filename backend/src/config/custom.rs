//! What administrators change while the instance runs: PeerTube's custom configuration, field by field.
//!
//! Owns [`FIELDS`], the one list from which such a document is made, judged and brought into force. A field has its home
//! in a setting, or it is kept and given back: programs that read and write the whole document find what they wrote. A
//! new field is one line.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use shared::limits::LADDER_HEIGHTS;

use super::{ByteSize, Config, Height, Network, NsfwPolicy, P2pMode};
use crate::domain::player::LOOKS;
use crate::domain::video::labels::{category_name, language_name};
use crate::store::records::Custom;

/// What was changed, by the path of the field.
pub type Changed = BTreeMap<String, Custom>;

/// One field of the document.
pub struct Field {
    /// The names that lead to it: `instance.name`.
    pub path: &'static str,
    /// What it may hold.
    pub kind: Kind,
    home: Home,
}

/// What a field may hold.
#[derive(Clone, Copy)]
pub enum Kind {
    /// Yes or no.
    Truth,
    /// A whole number from one to the other.
    Number(i64, i64),
    /// A text of so many letters.
    Text(usize, usize),
    /// One of these words.
    Choice(&'static [&'static str]),
    /// At most so many texts, each of which is known.
    Words(usize, fn(&str) -> bool),
    /// At most so many numbers, each of which is known.
    Numbers(usize, fn(i64) -> bool),
}

enum Home {
    Setting { show: fn(&Config) -> Custom, take: fn(&mut Config, &Custom) },
    Kept(fn() -> Custom),
}

impl Field {
    /// What the field holds where nobody changed it.
    #[must_use]
    pub fn base(&self, config: &Config) -> Custom {
        match self.home {
            Home::Setting { show, .. } => show(config),
            Home::Kept(default) => default(),
        }
    }

    /// What the field holds.
    #[must_use]
    pub fn value(&self, config: &Config, changed: &Changed) -> Custom {
        match (&self.home, changed.get(self.path)) {
            (Home::Kept(_), Some(value)) => value.clone(),
            (Home::Kept(_), None) | (Home::Setting { .. }, _) => self.base(config),
        }
    }
}

/// The settings with what was changed on top. A change of a field that this program does not have does nothing.
#[must_use]
pub fn in_force(base: &Config, changed: &Changed) -> Config {
    let mut config = base.clone();
    for field in FIELDS {
        if let (Home::Setting { take, .. }, Some(value)) = (&field.home, changed.get(field.path)) {
            take(&mut config, value);
        }
    }
    config
}

/// The field of this path.
#[must_use]
pub fn field(path: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.path == path)
}

/// A setting as a field of the document.
trait Adapt {
    fn show(&self) -> Custom;
    /// Values of another kind are none of ours, and change nothing.
    fn take(&mut self, value: &Custom);
}

impl Adapt for bool {
    fn show(&self) -> Custom {
        Custom::Truth(*self)
    }
    fn take(&mut self, value: &Custom) {
        if let Custom::Truth(truth) = value {
            *self = *truth;
        }
    }
}

impl Adapt for String {
    fn show(&self) -> Custom {
        Custom::Text(self.clone())
    }
    fn take(&mut self, value: &Custom) {
        if let Custom::Text(text) = value {
            self.clone_from(text);
        }
    }
}

impl Adapt for Option<String> {
    fn show(&self) -> Custom {
        Custom::Text(self.clone().unwrap_or_default())
    }
    fn take(&mut self, value: &Custom) {
        if let Custom::Text(text) = value {
            *self = Some(text.clone()).filter(|text| !text.is_empty());
        }
    }
}

impl Adapt for Vec<String> {
    fn show(&self) -> Custom {
        Custom::Words(self.clone())
    }
    fn take(&mut self, value: &Custom) {
        if let Custom::Words(words) = value {
            self.clone_from(words);
        }
    }
}

impl Adapt for Vec<Network> {
    fn show(&self) -> Custom {
        Custom::Words(self.iter().map(Network::to_string).collect())
    }
    fn take(&mut self, value: &Custom) {
        if let Custom::Words(words) = value {
            *self = words.iter().filter_map(|word| word.parse().ok()).collect();
        }
    }
}

impl Adapt for Vec<u32> {
    fn show(&self) -> Custom {
        Custom::Numbers(self.iter().map(|number| i64::from(*number)).collect())
    }
    fn take(&mut self, value: &Custom) {
        if let Custom::Numbers(numbers) = value {
            *self = numbers.iter().filter_map(|number| u32::try_from(*number).ok()).collect();
        }
    }
}

macro_rules! numbers {
    ($($type:ty),*) => {$(
        impl Adapt for $type {
            fn show(&self) -> Custom {
                Custom::Number(i64::try_from(*self).unwrap_or(i64::MAX))
            }
            fn take(&mut self, value: &Custom) {
                if let Custom::Number(number) = value {
                    *self = (*number).try_into().unwrap_or(*self);
                }
            }
        }
    )*};
}

numbers!(u32, usize);

/// -1 for no bound, as PeerTube has it.
impl Adapt for Option<ByteSize> {
    fn show(&self) -> Custom {
        Custom::Number(self.map_or(-1, |size| i64::try_from(size.0).unwrap_or(i64::MAX)))
    }
    fn take(&mut self, value: &Custom) {
        if let Custom::Number(number) = value {
            *self = u64::try_from(*number).ok().map(ByteSize);
        }
    }
}

fn show_word(word: &impl Display) -> Custom {
    Custom::Text(word.to_string())
}

fn take_word<T: FromStr>(word: &mut T, value: &Custom) {
    if let Custom::Text(text) = value
        && let Ok(read) = text.parse()
    {
        *word = read;
    }
}

macro_rules! words {
    ($($type:ty),*) => {$(
        impl Adapt for $type {
            fn show(&self) -> Custom {
                show_word(self)
            }
            fn take(&mut self, value: &Custom) {
                take_word(self, value);
            }
        }
    )*};
}

words!(NsfwPolicy, P2pMode);

/// A field whose home is a setting.
macro_rules! setting {
    ($path:literal, $kind:expr, $section:ident . $name:ident) => {
        Field {
            path: $path,
            kind: $kind,
            home: Home::Setting {
                show: |config| Adapt::show(&config.$section.$name),
                take: |config, value| Adapt::take(&mut config.$section.$name, value),
            },
        }
    };
}

/// A field that is kept: what it is where nobody wrote it.
macro_rules! kept {
    ($path:literal, $default:expr) => {
        kept!($path, Kind::Truth, Custom::Truth($default))
    };
    ($path:literal, $kind:expr, $default:expr) => {
        Field { path: $path, kind: $kind, home: Home::Kept(|| $default) }
    };
}

/// Whether a height is made.
macro_rules! height {
    ($path:literal, $height:literal) => {
        Field {
            path: $path,
            kind: Kind::Truth,
            home: Home::Setting {
                show: |config| Custom::Truth(config.transcoding.heights.contains(&Height($height))),
                take: |config, value| take_height(config, $height, value),
            },
        }
    };
}

fn take_height(config: &mut Config, height: u32, value: &Custom) {
    let heights = &mut config.transcoding.heights;
    heights.retain(|known| known.0 != height);
    if *value == Custom::Truth(true) && LADDER_HEIGHTS.contains(&height) {
        heights.push(Height(height));
        heights.sort_unstable();
    }
}

/// PeerTube's -1 for any number of logins; 0 here.
fn show_limit(config: &Config) -> Custom {
    Custom::Number(if config.signup.limit == 0 { -1 } else { i64::from(config.signup.limit) })
}

fn take_limit(config: &mut Config, value: &Custom) {
    if let Custom::Number(number) = value {
        config.signup.limit = u32::try_from(*number).unwrap_or(0);
    }
}

/// A name stands in titles and letters.
const NAME: Kind = Kind::Text(1, 120);
/// PeerTube's bound of the sentence below it.
const SENTENCE: Kind = Kind::Text(0, 250);
/// Terms are the longest texts people write for an instance; these are twenty pages.
const PAGES: Kind = Kind::Text(0, 50_000);
/// A look of its own, and not a library: this comes before the first picture.
const CODE: Kind = Kind::Text(0, 100_000);
/// Longer than any address that browsers open everywhere.
const LINK: Kind = Kind::Text(0, 2000);
const WORD: Kind = Kind::Text(0, 255);
/// Clients of PeerTube send whatever stands in its documents.
const COUNT: Kind = Kind::Number(-1, i64::MAX);
/// More at once than any machine that one would run this on has processors to spare.
pub const CONCURRENCY_MAX: usize = 8;
const U32_MAX: i64 = 4_294_967_295;

/// Networks of a whole country, once neighbours are put together; each sign-up looks at all of them.
const NETWORKS: Kind = Kind::Words(5000, is_network);

fn is_network(text: &str) -> bool {
    text.parse::<Network>().is_ok()
}

fn is_category(number: i64) -> bool {
    u32::try_from(number).is_ok_and(|number| category_name(number).is_some())
}

fn is_language(code: &str) -> bool {
    language_name(code).is_some()
}

/// The orders by what people like.
pub const ALGORITHMS: &[&str] = &["hot", "best", "most-viewed", "most-liked"];

fn is_algorithm(word: &str) -> bool {
    ALGORITHMS.contains(&word)
}

/// Every field of the document.
pub const FIELDS: &[Field] = &[
    setting!("instance.name", NAME, instance.name),
    setting!("instance.shortDescription", SENTENCE, instance.short_description),
    setting!("instance.description", PAGES, instance.description),
    setting!("instance.terms", PAGES, instance.terms),
    setting!("instance.codeOfConduct", PAGES, instance.code_of_conduct),
    setting!("instance.creationReason", PAGES, instance.creation_reason),
    setting!("instance.moderationInformation", PAGES, instance.moderation_information),
    setting!("instance.administrator", PAGES, instance.administrator),
    setting!("instance.maintenanceLifetime", PAGES, instance.maintenance_lifetime),
    setting!("instance.businessModel", PAGES, instance.business_model),
    setting!("instance.hardwareInformation", PAGES, instance.hardware_information),
    setting!("instance.serverCountry", WORD, instance.server_country),
    setting!("instance.support.text", PAGES, instance.support_text),
    setting!("instance.social.externalLink", LINK, instance.external_link),
    setting!("instance.social.mastodonLink", LINK, instance.mastodon_link),
    setting!("instance.social.blueskyLink", LINK, instance.bluesky_link),
    setting!("instance.social.xLink", LINK, instance.x_link),
    setting!("instance.languages", Kind::Words(200, is_language), instance.languages),
    setting!("instance.categories", Kind::Numbers(100, is_category), instance.categories),
    setting!("instance.isNSFW", Kind::Truth, instance.is_nsfw),
    setting!(
        "instance.defaultNSFWPolicy",
        Kind::Choice(&["display", "warn", "blur", "do_not_list"]),
        instance.nsfw_policy
    ),
    setting!("instance.defaultClientRoute", Kind::Text(1, 255), instance.default_client_route),
    setting!("instance.customizations.css", CODE, instance.css),
    setting!("instance.customizations.javascript", CODE, instance.javascript),
    kept!("theme.default", WORD, Custom::Text("default".to_owned())),
    kept!("defaults.player.theme", Kind::Choice(LOOKS), Custom::Text("galaxy".to_owned())),
    kept!("services.twitter.username", WORD, Custom::Text(String::new())),
    kept!("client.videos.miniature.preferAuthorDisplayName", false),
    kept!("client.menu.login.redirectOnSingleExternalAuth", false),
    kept!("cache.previews.size", COUNT, Custom::Number(500)),
    kept!("cache.captions.size", COUNT, Custom::Number(500)),
    kept!("cache.torrents.size", COUNT, Custom::Number(500)),
    kept!("cache.storyboards.size", COUNT, Custom::Number(500)),
    setting!("signup.enabled", Kind::Truth, signup.enabled),
    Field {
        path: "signup.limit",
        kind: Kind::Number(-1, U32_MAX),
        home: Home::Setting { show: show_limit, take: take_limit },
    },
    setting!("signup.requiresApproval", Kind::Truth, signup.requires_approval),
    setting!("signup.requiresEmailVerification", Kind::Truth, signup.requires_email_verification),
    setting!("signup.minimumAge", Kind::Number(0, 150), signup.minimum_age),
    setting!("signup.filters.cidr.whitelist", NETWORKS, signup.cidr_whitelist),
    setting!("signup.filters.cidr.blacklist", NETWORKS, signup.cidr_blacklist),
    setting!("admin.email", Kind::Text(0, 255), contact.email),
    setting!("contactForm.enabled", Kind::Truth, contact.enabled),
    setting!("user.history.videos.enabled", Kind::Truth, user.history),
    setting!("user.videoQuota", COUNT, user.video_quota),
    setting!("user.videoQuotaDaily", COUNT, user.video_quota_daily),
    setting!("user.defaultChannelName", NAME, user.default_channel_name),
    setting!("videoChannels.maxPerUser", Kind::Number(1, 1000), channels.per_user_max),
    setting!("videoChannels.maxCollaboratorsPerChannel", Kind::Number(0, 100), channels.collaborators_max),
    kept!("transcoding.enabled", true),
    setting!("transcoding.originalFile.keep", Kind::Truth, transcoding.keep_source),
    kept!("transcoding.remoteRunners.enabled", false),
    kept!("transcoding.allowAdditionalExtensions", true),
    kept!("transcoding.allowAudioFiles", true),
    setting!("transcoding.threads", Kind::Number(0, 1024), transcoding.threads),
    setting!("transcoding.concurrency", Kind::Number(1, 8), transcoding.concurrency),
    kept!("transcoding.profile", WORD, Custom::Text("default".to_owned())),
    kept!("transcoding.resolutions.0p", false),
    height!("transcoding.resolutions.144p", 144),
    height!("transcoding.resolutions.240p", 240),
    height!("transcoding.resolutions.360p", 360),
    height!("transcoding.resolutions.480p", 480),
    height!("transcoding.resolutions.720p", 720),
    height!("transcoding.resolutions.1080p", 1080),
    height!("transcoding.resolutions.1440p", 1440),
    height!("transcoding.resolutions.2160p", 2160),
    setting!("transcoding.alwaysTranscodeOriginalResolution", Kind::Truth, transcoding.keep_height),
    setting!("transcoding.fps.max", Kind::Number(1, 240), transcoding.fps_max),
    kept!("transcoding.webVideos.enabled", false),
    kept!("transcoding.hls.enabled", true),
    kept!("transcoding.hls.splitAudioAndVideo", false),
    kept!("live.enabled", false),
    kept!("live.allowReplay", true),
    kept!("live.latencySetting.enabled", true),
    kept!("live.maxDuration", COUNT, Custom::Number(-1)),
    kept!("live.maxInstanceLives", COUNT, Custom::Number(20)),
    kept!("live.maxUserLives", COUNT, Custom::Number(3)),
    kept!("live.transcoding.enabled", true),
    kept!("live.transcoding.remoteRunners.enabled", false),
    kept!("live.transcoding.threads", COUNT, Custom::Number(2)),
    kept!("live.transcoding.profile", WORD, Custom::Text("default".to_owned())),
    kept!("live.transcoding.resolutions.0p", false),
    kept!("live.transcoding.resolutions.144p", false),
    kept!("live.transcoding.resolutions.240p", false),
    kept!("live.transcoding.resolutions.360p", false),
    kept!("live.transcoding.resolutions.480p", false),
    kept!("live.transcoding.resolutions.720p", false),
    kept!("live.transcoding.resolutions.1080p", false),
    kept!("live.transcoding.resolutions.1440p", false),
    kept!("live.transcoding.resolutions.2160p", false),
    kept!("live.transcoding.alwaysTranscodeOriginalResolution", true),
    kept!("live.transcoding.fps.max", COUNT, Custom::Number(60)),
    kept!("videoStudio.enabled", false),
    kept!("videoStudio.remoteRunners.enabled", false),
    setting!("videoTranscription.enabled", Kind::Truth, transcription.enabled),
    kept!("videoTranscription.remoteRunners.enabled", false),
    setting!("videoFile.update.enabled", Kind::Truth, upload.replace),
    setting!("import.videos.concurrency", Kind::Number(1, 16), import.concurrency),
    setting!("import.videos.http.enabled", Kind::Truth, import.http),
    setting!("import.videos.torrent.enabled", Kind::Truth, import.torrent),
    setting!(
        "import.videoChannelSynchronization.enabled",
        Kind::Truth,
        video_channel_synchronization.enabled
    ),
    setting!(
        "import.videoChannelSynchronization.maxPerUser",
        Kind::Number(1, 1000),
        video_channel_synchronization.max_per_user
    ),
    kept!("import.users.enabled", false),
    kept!("export.users.enabled", false),
    kept!("export.users.exportExpiration", COUNT, Custom::Number(172_800_000)),
    kept!("export.users.maxUserVideoQuota", COUNT, Custom::Number(10_737_418_240)),
    setting!("trending.videos.algorithms.enabled", Kind::Words(10, is_algorithm), trending.algorithms),
    setting!("trending.videos.algorithms.default", Kind::Choice(ALGORITHMS), trending.default),
    setting!("autoBlacklist.videos.ofUsers.enabled", Kind::Truth, moderation.block_new_videos),
    // PeerTube 9's.
    setting!("blocklist.publicLog.enabled", Kind::Truth, blocklist.public_log),
    kept!("followers.instance.enabled", true),
    kept!("followers.instance.manualApproval", false),
    kept!("followings.instance.autoFollowBack.enabled", false),
    kept!("followings.instance.autoFollowIndex.enabled", false),
    kept!("followings.instance.autoFollowIndex.indexUrl", WORD, Custom::Text(String::new())),
    setting!("broadcastMessage.enabled", Kind::Truth, broadcast.enabled),
    setting!("broadcastMessage.message", Kind::Text(0, 5000), broadcast.message),
    setting!("broadcastMessage.level", Kind::Choice(&["info", "warning", "error"]), broadcast.level),
    setting!("broadcastMessage.dismissable", Kind::Truth, broadcast.dismissable),
    kept!("search.remoteUri.users", false),
    kept!("search.remoteUri.anonymous", false),
    setting!("search.captionSearch.enabled", Kind::Truth, search.captions),
    kept!("search.searchIndex.enabled", false),
    kept!("search.searchIndex.url", WORD, Custom::Text(String::new())),
    kept!("search.searchIndex.disableLocalSearch", false),
    kept!("search.searchIndex.isDefaultSearch", false),
    setting!("storyboards.enabled", Kind::Truth, transcoding.storyboards),
    // PeerTube has no words for these.
    setting!("p2p.mode", Kind::Choice(&["on", "threshold", "seeders", "off"]), p2p.mode),
    setting!("p2p.threshold", Kind::Number(1, 1_000_000), p2p.threshold),
    kept!("wizard.done", false),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn every_field_is_there_once_and_no_field_lies_within_another() {
        for (at, field) in FIELDS.iter().enumerate() {
            for other in FIELDS.iter().skip(at + 1) {
                let inside = |one: &str, other: &str| other.starts_with(&format!("{one}."));
                assert!(field.path != other.path, "{}", field.path);
                assert!(!inside(field.path, other.path) && !inside(other.path, field.path), "{}", field.path);
            }
        }
    }

    /// Something else of the same kind.
    fn other(field: &Field, value: &Custom) -> Custom {
        match (field.kind, value) {
            (_, Custom::Truth(truth)) => Custom::Truth(!truth),
            (Kind::Number(low, _), Custom::Number(number)) => {
                Custom::Number(if *number == low { low + 1 } else { low })
            }
            (Kind::Choice(words), Custom::Text(text)) => {
                Custom::Text((*words.iter().find(|word| **word != text.as_str()).unwrap()).to_owned())
            }
            (Kind::Words(..), Custom::Words(_)) => {
                let word = if field.path.contains(".cidr.") { "192.0.2.0/24" } else { "fr" };
                Custom::Words(vec![word.to_owned()])
            }
            (Kind::Numbers(..), Custom::Numbers(_)) => Custom::Numbers(vec![2]),
            (Kind::Text(..), Custom::Text(text)) => Custom::Text(format!("{text}x")),
            _ => panic!("{} holds what it may not hold", field.path),
        }
    }

    #[test]
    fn what_is_changed_is_what_the_field_shows_and_nothing_else_changes() {
        let base = Config::new(Path::new("data"));
        for field in FIELDS {
            let new = other(field, &field.base(&base));
            let changed = Changed::from([(field.path.to_owned(), new.clone())]);
            let config = in_force(&base, &changed);
            for every in FIELDS {
                let expected = if every.path == field.path { new.clone() } else { every.base(&base) };
                assert_eq!(every.value(&config, &changed), expected, "{} after {}", every.path, field.path);
            }
        }
    }
}
