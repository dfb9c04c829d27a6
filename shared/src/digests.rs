//! The published list of segment digests, PeerTube's `segments-sha256.json`:
//! `{ "u-720-fragmented.mp4": { "1353-1395303": "ba0d668f…" } }`, ranges with both ends included.
//!
//! Owns the list, its reading and its writing. Never hashes. The surprise is leniency: an entry we cannot read is
//! left out rather than fatal, since a segment without a digest is refused later anyway.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};

use crate::hls::ByteRange;
use crate::id::Digest;

/// Longest list read: a day of 4 s segments in nine renditions takes 18 MB.
pub const TEXT_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Most digests kept; those after are left out.
pub const DIGESTS_MAX: usize = 300_000;

/// The digest of every published byte range, by file name.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Digests {
    files: BTreeMap<String, BTreeMap<ByteRange, Digest>>,
    count: usize,
}

/// The text was not a list of digests.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotDigests;

impl fmt::Display for NotDigests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a list of segment digests")
    }
}

impl std::error::Error for NotDigests {}

impl Digests {
    /// Reads a published list.
    ///
    /// # Errors
    /// [`NotDigests`] when the text is no JSON object, or longer than [`TEXT_BYTES_MAX`].
    pub fn parse(text: &str) -> Result<Digests, NotDigests> {
        if TEXT_BYTES_MAX < text.len() {
            return Err(NotDigests);
        }
        serde_json::from_str(text).map_err(|_| NotDigests)
    }

    /// The digest of the bytes in `range` of the file `name` (see [`crate::hls::file_name`]).
    #[must_use]
    pub fn get(&self, name: &str, range: ByteRange) -> Option<Digest> {
        self.files.get(name)?.get(&range).copied()
    }

    /// Adds one digest, or replaces it. Above [`DIGESTS_MAX`] nothing is added.
    pub fn insert(&mut self, name: &str, range: ByteRange, digest: Digest) {
        if DIGESTS_MAX <= self.count {
            return;
        }
        if !self.files.contains_key(name) {
            self.files.insert(name.to_owned(), BTreeMap::new());
        }
        let replaced = self.files.get_mut(name).and_then(|ranges| ranges.insert(range, digest));
        self.count += usize::from(replaced.is_none());
    }

    /// How many digests are listed.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }
}

/// Files by name and ranges by place: the same list is always the same text.
impl Serialize for Digests {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Ranges<'a>(&'a BTreeMap<ByteRange, Digest>);

        impl Serialize for Ranges<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let key = |range: &ByteRange| format!("{}-{}", range.offset(), range.last());
                serializer.collect_map(self.0.iter().map(|(range, digest)| (key(range), digest)))
            }
        }

        let mut map = serializer.serialize_map(Some(self.files.len()))?;
        for (name, ranges) in &self.files {
            map.serialize_entry(name, &Ranges(ranges))?;
        }
        map.end()
    }
}

impl fmt::Display for Digests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

impl<'de> Deserialize<'de> for Digests {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Digests, D::Error> {
        struct Files;

        impl<'de> Visitor<'de> for Files {
            type Value = Digests;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of digests by file name")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Digests, A::Error> {
                let mut digests = Digests::default();
                while let Some(name) = map.next_key::<String>()? {
                    let Lenient::Good(ranges) =
                        map.next_value::<Lenient<BTreeMap<String, Lenient<String>>>>()?
                    else {
                        continue;
                    };
                    for (range, digest) in ranges {
                        if let (Some(range), Some(digest)) = (read_range(&range), digest.read()) {
                            digests.insert(&name, range, digest);
                        }
                    }
                }
                Ok(digests)
            }
        }

        deserializer.deserialize_map(Files)
    }
}

/// A value of the shape we know, or of any other.
#[derive(Deserialize)]
#[serde(untagged)]
enum Lenient<T> {
    Good(T),
    Other(IgnoredAny),
}

impl Lenient<String> {
    fn read(self) -> Option<Digest> {
        match self {
            Lenient::Good(text) => text.parse().ok(),
            Lenient::Other(_) => None,
        }
    }
}

fn read_range(text: &str) -> Option<ByteRange> {
    let (first, last) = text.split_once('-')?;
    ByteRange::from_inclusive(first.trim().parse().ok()?, last.trim().parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAPTURED: &str = include_str!("../../tests/vectors/hls/peertube-6.3-segments-sha256.json");
    const MEDIA: &str = include_str!("../../tests/vectors/hls/peertube-6.3-media-720.m3u8");

    #[test]
    fn every_segment_of_a_captured_playlist_has_its_digest() {
        let digests = Digests::parse(CAPTURED).unwrap();
        assert_eq!(digests.count(), 24);
        let media = crate::hls::parse_media(MEDIA).unwrap();
        for segment in &media.segments {
            assert!(digests.get(&segment.uri, segment.range.unwrap()).is_some(), "{segment:?}");
        }
        // PeerTube publishes none for init segments.
        let init = media.segments[0].init.clone().unwrap();
        assert_eq!(digests.get(&init.uri, init.range.unwrap()), None);
    }

    #[test]
    fn a_list_is_written_in_order_and_reads_back_the_same() {
        let digest = Digest([0xab; 32]);
        let mut digests = Digests::default();
        for (name, first, last) in [("b.mp4", 100, 199), ("b.mp4", 20, 99), ("a.mp4", 0, 9)] {
            digests.insert(name, ByteRange::from_inclusive(first, last).unwrap(), digest);
        }
        let text = digests.to_string();
        let hex = "ab".repeat(32);
        assert_eq!(
            text,
            format!(r#"{{"a.mp4":{{"0-9":"{hex}"}},"b.mp4":{{"20-99":"{hex}","100-199":"{hex}"}}}}"#)
        );
        assert_eq!(Digests::parse(&text), Ok(digests));
        let captured = Digests::parse(CAPTURED).unwrap();
        assert_eq!(Digests::parse(&captured.to_string()), Ok(captured));
    }

    #[test]
    fn entries_of_an_unknown_shape_are_left_out() {
        let hex = "0f".repeat(32);
        let text = format!(
            r#"{{"version":2,"whole.ts":"{hex}","list":[1,{{}}],
                "a.mp4":{{"0-9":"{hex}","10-5":"{hex}","x":"{hex}","20-29":"short","30-39":7,"40-49":null}}}}"#
        );
        let digests = Digests::parse(&text).unwrap();
        assert_eq!(digests.count(), 1);
        assert!(digests.get("a.mp4", ByteRange::from_inclusive(0, 9).unwrap()).is_some());
    }

    #[test]
    fn what_is_no_list_is_refused() {
        for text in ["", "[]", "7", "<html>", r#"{"a.mp4":{"0-9":"#] {
            assert_eq!(Digests::parse(text), Err(NotDigests), "{text}");
        }
        assert_eq!(Digests::parse(&" ".repeat(TEXT_BYTES_MAX + 1)), Err(NotDigests));
    }

    #[test]
    fn a_full_list_takes_no_more() {
        let mut digests = Digests::default();
        for at in 0..=DIGESTS_MAX as u64 {
            digests.insert("a.mp4", ByteRange::new(at, 1).unwrap(), Digest([0; 32]));
        }
        assert_eq!(digests.count(), DIGESTS_MAX);
    }
}
