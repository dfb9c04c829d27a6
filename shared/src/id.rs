//! Every identifier as a type of its own: parse and display, never generation (that needs dice).
//!
//! The surprise is [`VideoRef`]: PeerTube's routes take a number, a UUID or a 22-letter short UUID in one place.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The text was not an identifier of this kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotAnId;

impl fmt::Display for NotAnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an identifier of this kind")
    }
}

impl std::error::Error for NotAnId {}

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl $name {
            /// Bytes that sort as the numbers do.
            #[must_use]
            pub fn to_be_bytes(self) -> [u8; 8] {
                self.0.to_be_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<$name, NotAnId> {
                // Rust's own parser would take a sign.
                let digits = text.starts_with(|letter: char| letter.is_ascii_digit());
                if digits { text.parse().map($name).map_err(|_| NotAnId) } else { Err(NotAnId) }
            }
        }
    };
}

number_id!(
    /// A login on this instance.
    UserId
);
number_id!(
    /// A publishing person, local or remote.
    AccountId
);
number_id!(
    /// A channel, local or remote.
    ChannelId
);
number_id!(
    /// A video's number on this instance.
    VideoId
);
number_id!(
    /// One file of a video: one rendition of one playlist.
    FileId
);
number_id!(
    /// A durable piece of work.
    JobId
);
number_id!(
    /// A comment or a reply, local or remote.
    CommentId
);
number_id!(
    /// An account's following of a channel.
    FollowId
);
number_id!(
    /// A copy of a video on another server than its own: one of ours, or one that others offer of ours.
    MirrorId
);

impl Default for MirrorId {
    /// That of a copy without a number.
    fn default() -> MirrorId {
        MirrorId(0)
    }
}
number_id!(
    /// An account's part in another's channel.
    CollaboratorId
);
number_id!(
    /// A notification.
    NotificationId
);
number_id!(
    /// Somebody who logged in with one program, until they log out there.
    SessionId
);
number_id!(
    /// A video that is fetched from elsewhere.
    ImportId
);
number_id!(
    /// A channel elsewhere whose videos are imported as they come.
    SyncId
);
number_id!(
    /// Somebody who asked to be let in.
    RegistrationId
);
number_id!(
    /// Another server of the network.
    ServerId
);
number_id!(
    /// Something that other servers are told.
    PostId
);
number_id!(
    /// A mail that waits to be sent.
    MailId
);
number_id!(
    /// A report.
    AbuseId
);
number_id!(
    /// What a reporter or a moderator says about a report.
    AbuseMessageId
);
number_id!(
    /// The block of a video.
    BlockId
);
number_id!(
    /// A list of watched words.
    WordListId
);
number_id!(
    /// The instance's subscription to a list of mutes that is kept elsewhere.
    BlocklistSubscriptionId
);
number_id!(
    /// Somebody's subscription to a list of watched words that is kept elsewhere.
    WordSubscriptionId
);
number_id!(
    /// A line of the audit log.
    AuditId
);
number_id!(
    /// A list of videos that somebody made.
    PlaylistId
);
number_id!(
    /// A video's place in a list that somebody made.
    ElementId
);

/// 128 random bits that name a thing for ever: `ce07d2dc-d37f-4a15-8d02-89251c07337b`, or the same number in
/// 22 letters of base 58 (flickr's alphabet, as the npm package `short-uuid` writes it).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid(pub u128);

const BASE58: &[u8; 58] = b"123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ";
const SHORT_LENGTH: usize = 22;

impl Uuid {
    /// Marks 128 random bits as a version 4 UUID (RFC 9562 §5.4).
    #[must_use]
    pub const fn from_random(bits: u128) -> Uuid {
        Uuid(bits & !(0xf000 << 64) & !(0xc000 << 48) | 0x4000 << 64 | 0x8000 << 48)
    }

    /// The 22 letters used in addresses of pages.
    #[must_use]
    pub fn short(self) -> String {
        let mut letters = [b'1'; SHORT_LENGTH];
        let mut rest = self.0;
        for letter in letters.iter_mut().rev() {
            let digit = usize::try_from(rest % 58).unwrap_or(0);
            *letter = BASE58.get(digit).copied().unwrap_or(b'1');
            rest /= 58;
        }
        letters.iter().copied().map(char::from).collect()
    }

    /// Reads the 22 letters back.
    ///
    /// # Errors
    /// [`NotAnId`] for a wrong length, a letter outside the alphabet, or a number over 128 bits.
    pub fn from_short(text: &str) -> Result<Uuid, NotAnId> {
        if text.len() != SHORT_LENGTH {
            return Err(NotAnId);
        }
        text.bytes()
            .try_fold(0u128, |number, letter| {
                let digit = BASE58.iter().position(|&known| known == letter)?;
                number.checked_mul(58)?.checked_add(digit as u128)
            })
            .map(Uuid)
            .ok_or(NotAnId)
    }

    /// The 16 bytes, first first.
    #[must_use]
    pub fn to_be_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.0;
        write!(
            f,
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            n >> 96,
            n >> 80 & 0xffff,
            n >> 64 & 0xffff,
            n >> 48 & 0xffff,
            n & 0xffff_ffff_ffff
        )
    }
}

impl fmt::Debug for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Uuid {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Uuid, NotAnId> {
        if text.len() != 36 {
            return Err(NotAnId);
        }
        // Read at every request for a file: no allocation.
        let number = text.bytes().enumerate().try_fold(0u128, |number, (at, letter)| match (at, letter) {
            (8 | 13 | 18 | 23, b'-') => Some(number),
            (8 | 13 | 18 | 23, _) => None,
            (_, digit) => Some(number << 4 | u128::from(char::from(digit).to_digit(16)?)),
        });
        number.map(Uuid).ok_or(NotAnId)
    }
}

impl Serialize for Uuid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Uuid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Uuid, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A video as a path names it: number, UUID or short UUID.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VideoRef {
    /// The instance's own number.
    Id(VideoId),
    /// The UUID, in either spelling.
    Uuid(Uuid),
}

impl FromStr for VideoRef {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<VideoRef, NotAnId> {
        if let Ok(uuid) = text.parse().or_else(|_| Uuid::from_short(text)) {
            return Ok(VideoRef::Uuid(uuid));
        }
        text.parse().map(VideoRef::Id)
    }
}

/// The name of an account or channel: `alice`, or `alice@films.example` for one of another instance.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Handle {
    /// 1–120 letters, digits, `_`, `.`, `-` or `:`.
    pub name: String,
    /// Host and port of the other instance; none for ours.
    pub host: Option<String>,
}

impl FromStr for Handle {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Handle, NotAnId> {
        let text = text.strip_prefix('@').unwrap_or(text);
        let (name, host) = match text.split_once('@') {
            Some((name, host)) => (name, Some(host)),
            None => (text, None),
        };
        let letters = |text: &str, extra: &str| {
            !text.is_empty()
                && text.chars().all(|letter| letter.is_ascii_alphanumeric() || extra.contains(letter))
        };
        if 120 < name.len() || !letters(name, "_.-:") || !host.is_none_or(|host| letters(host, ".-:[]")) {
            return Err(NotAnId);
        }
        Ok(Handle { name: name.to_owned(), host: host.map(str::to_ascii_lowercase) })
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            Some(host) => write!(f, "{}@{host}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// SHA-256 of a body, as 64 hex digits on the wire.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Digest, NotAnId> {
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return Err(NotAnId);
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let nibble = |at: usize| pair.get(at).and_then(|&digit| char::from(digit).to_digit(16));
            let (Some(high), Some(low)) = (nibble(0), nibble(1)) else { return Err(NotAnId) };
            *byte = u8::try_from(high * 16 + low).map_err(|_| NotAnId)?;
        }
        Ok(Digest(bytes))
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Digest, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

macro_rules! twenty_bytes_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 20]);

        /// 40 hex digits, as logs and ActivityPub have it; on a tracker's wire it is a text of 20 letters.
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0.escape_ascii())
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<$name, NotAnId> {
                let mut digits = text.chars().map(|digit| digit.to_digit(16));
                let mut bytes = [0; 20];
                for byte in &mut bytes {
                    let (Some(Some(high)), Some(Some(low))) = (digits.next(), digits.next()) else {
                        return Err(NotAnId);
                    };
                    *byte = u8::try_from(high * 16 + low).map_err(|_| NotAnId)?;
                }
                if digits.next().is_none() { Ok($name(bytes)) } else { Err(NotAnId) }
            }
        }
    };
}

twenty_bytes_id!(
    /// A swarm: BitTorrent's info hash, or 20 letters that stand for one.
    InfoHash
);
twenty_bytes_id!(
    /// What a peer calls itself in a swarm.
    PeerId
);
twenty_bytes_id!(
    /// An offer, so that its answer finds back.
    OfferId
);

impl PeerId {
    /// What our peers begin with, after BEP 20's custom.
    pub const PREFIX: &[u8; 8] = b"-SL0100-";

    /// A name of ours: letters and digits alone, since p2p-media-loader passes names through UTF-8.
    #[must_use]
    pub fn from_random(bits: [u8; 12]) -> PeerId {
        let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let random = bits.map(|byte| letters.get(usize::from(byte) % letters.len()).copied().unwrap_or(b'0'));
        let mut bytes = [0; 20];
        for (byte, letter) in bytes.iter_mut().zip(PeerId::PREFIX.iter().chain(&random)) {
            *byte = *letter;
        }
        PeerId(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_uuids_are_those_of_peertube() {
        for (long, short) in [
            ("ce07d2dc-d37f-4a15-8d02-89251c07337b", "rrBjcMzUHp9vw19EDscPnD"),
            ("cb9324b4-796d-4164-905a-79871403782f", "r92boTD3bLvNWzi8jHmwPz"),
            ("c839762c-d9f8-48ea-bdbd-880cd11e63b7", "qJ2sgTrMGFMTvzKCVweBtD"),
        ] {
            let uuid: Uuid = long.parse().unwrap();
            assert_eq!((uuid.to_string().as_str(), uuid.short().as_str()), (long, short));
            assert_eq!(Uuid::from_short(short), Ok(uuid));
        }
        assert_eq!(Uuid(0).short().len(), 22);
        assert_eq!(Uuid::from_short(&Uuid(u128::MAX).short()), Ok(Uuid(u128::MAX)));
        assert_eq!(Uuid::from_short("ZZZZZZZZZZZZZZZZZZZZZZ"), Err(NotAnId));
    }

    #[test]
    fn random_bits_become_a_version_4_uuid() {
        for bits in [0, u128::MAX, 0x1234_5678_9abc_def0_1234_5678_9abc_def0] {
            let text = Uuid::from_random(bits).to_string();
            assert_eq!(text.as_bytes()[14], b'4');
            assert!(b"89ab".contains(&text.as_bytes()[19]));
        }
    }

    #[test]
    fn a_video_is_named_three_ways() {
        let uuid = Ok(VideoRef::Uuid("ce07d2dc-d37f-4a15-8d02-89251c07337b".parse().unwrap()));
        assert_eq!("ce07d2dc-d37f-4a15-8d02-89251c07337b".parse(), uuid);
        assert_eq!("rrBjcMzUHp9vw19EDscPnD".parse(), uuid);
        assert_eq!("12".parse(), Ok(VideoRef::Id(VideoId(12))));
        for text in [
            "",
            "-1",
            "abc",
            "../1",
            "ce07d2dcd37f4a158d0289251c07337b",
            "99999999999999999999999999999999999999",
        ] {
            assert_eq!(text.parse::<VideoRef>(), Err(NotAnId), "{text}");
        }
    }

    #[test]
    fn handles_name_us_or_another_host() {
        assert_eq!("alice".parse(), Ok(Handle { name: "alice".into(), host: None }));
        assert_eq!(
            "@alice@Films.Example:9001".parse::<Handle>().unwrap().to_string(),
            "alice@films.example:9001"
        );
        for text in ["", "@", "a b", "alice@", "a/b", "alice@evil.example/x"] {
            assert_eq!(text.parse::<Handle>(), Err(NotAnId), "{text}");
        }
    }

    #[test]
    fn digests_are_64_hex_digits() {
        let text = "19bbfdedf9de4ce8c8caea26e617d057b3c6bbde251549c42c3f959007a497fe";
        assert_eq!(text.parse::<Digest>().unwrap().to_string(), text);
        assert_eq!("19".parse::<Digest>(), Err(NotAnId));
        assert_eq!("zz".repeat(32).parse::<Digest>(), Err(NotAnId));
    }

    #[test]
    fn swarms_are_written_as_40_hex_digits() {
        let text = "6a53397772366139735446784a79537053636a6b";
        let hash: InfoHash = text.parse().unwrap();
        assert_eq!((&hash.0, hash.to_string().as_str()), (b"jS9wr6a9sTFxJySpScjk", text));
        for text in [
            "",
            "6a",
            "zz53397772366139735446784a79537053636a6b",
            "6a53397772366139735446784a79537053636a6b0",
        ] {
            assert_eq!(text.parse::<InfoHash>(), Err(NotAnId), "{text}");
        }
    }

    #[test]
    fn peers_of_ours_are_named_in_the_form_of_the_reference() {
        let text = include_str!("../../tests/vectors/p2p/peer-id.json");
        let vectors: serde_json::Value = serde_json::from_str(text).unwrap();
        let form = |name: &str| -> Vec<u8> {
            let kind = |byte: u8| match byte {
                b'-' => b'-',
                digit if digit.is_ascii_digit() => b'x',
                letter if letter.is_ascii_alphabetic() => b'x',
                _ => b'?',
            };
            name.bytes().map(kind).collect()
        };
        let ours = PeerId::from_random([7; 12]).0;
        let ours = std::str::from_utf8(&ours).unwrap();
        let versions = vectors["versions"].as_object().unwrap();
        let samples = versions.values().filter_map(|version| version["samples"].as_array()).flatten();
        let samples: Vec<&str> = samples.filter_map(serde_json::Value::as_str).collect();
        assert!(8 < samples.len());
        for sample in samples {
            assert_eq!(form(ours), form(sample));
            assert!(!sample.as_bytes().starts_with(PeerId::PREFIX), "{sample} is none of ours");
        }
    }

    #[test]
    fn peers_of_ours_are_named_in_letters() {
        for bits in [[0; 12], [255; 12], [61, 62, 123, 124, 0, 1, 2, 3, 4, 5, 6, 7]] {
            let name = PeerId::from_random(bits).0;
            assert_eq!(&name[..8], PeerId::PREFIX);
            assert!(name[8..].iter().all(u8::is_ascii_alphanumeric), "{name:?}");
        }
    }
}
