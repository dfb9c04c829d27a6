//! The published list of segment digests, PeerTube's `segments-sha256.json`:
//! `{ "u-720-fragmented.mp4": { "1353-1395303": "ba0d668f…" } }`, ranges with both ends included.
//!
//! Owns the list, its reading and its writing. Never hashes. The surprise is leniency: an entry we cannot read is
//! left out rather than fatal, since a segment without a digest is refused later anyway.

use std::fmt;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::hls::ByteRange;
use crate::id::Digest;
use crate::json::Reader;

/// Longest list read: a day of 4 s segments in nine renditions takes 18 MB.
pub const TEXT_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Most digests kept; those after are left out.
pub const DIGESTS_MAX: usize = 300_000;
/// Most files kept; those after are left out. A video has one for each rendition, nine at most.
pub const FILES_MAX: usize = 100;

/// The digest of every published byte range, by file name.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Digests {
    /// By name.
    files: Vec<(String, Ranges)>,
    count: usize,
}

/// Digests of one file, by place.
type Ranges = Vec<(ByteRange, Digest)>;

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
        let mut digests = Digests::default();
        let mut reader = Reader::new(text);
        let read = reader.object(|reader, name| {
            if !reader.is_object() {
                return reader.skip();
            }
            reader.object(|reader, range| {
                let digest = reader.text_or_skip()?;
                let parsed = digest.and_then(|digest| digest.parse().ok());
                if let (Some(range), Some(digest)) = (read_range(range), parsed) {
                    digests.push(name, range, digest);
                }
                Some(())
            })
        });
        digests.settle();
        let is_whole = read.is_some() && reader.is_at_end();
        if is_whole { Ok(digests) } else { Err(NotDigests) }
    }

    /// The digest of the bytes in `range` of the file `name` (see [`crate::hls::file_name`]).
    #[must_use]
    pub fn get(&self, name: &str, range: ByteRange) -> Option<Digest> {
        let file = self.place(name).ok()?;
        let (_, ranges) = self.files.get(file)?;
        let place = place_in(ranges, range).ok()?;
        ranges.get(place).map(|(_, digest)| *digest)
    }

    /// Adds one digest, or replaces it. Above [`DIGESTS_MAX`] and [`FILES_MAX`] nothing is added.
    pub fn insert(&mut self, name: &str, range: ByteRange, digest: Digest) {
        let Some(ranges) = self.ranges_of(name) else { return };
        match place_in(ranges, range) {
            Ok(place) => {
                if let Some((_, old)) = ranges.get_mut(place) {
                    *old = digest;
                }
            }
            Err(place) => {
                ranges.insert(place, (range, digest));
                self.count += 1;
            }
        }
    }

    /// Adds one digest at the end of its file's; [`Digests::settle`] puts all in order.
    fn push(&mut self, name: &str, range: ByteRange, digest: Digest) {
        if let Some(ranges) = self.ranges_of(name) {
            ranges.push((range, digest));
            self.count += 1;
        }
    }

    /// Where the digests of a file go; nowhere once the list is full.
    fn ranges_of(&mut self, name: &str) -> Option<&mut Ranges> {
        if DIGESTS_MAX <= self.count {
            return None;
        }
        let file = match self.place(name) {
            Ok(file) => file,
            Err(_) if FILES_MAX <= self.files.len() => return None,
            Err(file) => {
                self.files.insert(file, (name.to_owned(), Ranges::new()));
                file
            }
        };
        self.files.get_mut(file).map(|(_, ranges)| ranges)
    }

    /// Puts digests in order, which those of a list usually are already, and keeps the last of those for one place.
    fn settle(&mut self) {
        for (_, ranges) in &mut self.files {
            if ranges.is_sorted_by(|(one, _), (other, _)| one < other) {
                continue;
            }
            ranges.reverse();
            ranges.sort_by_key(|(range, _)| *range);
            let before = ranges.len();
            ranges.dedup_by_key(|(range, _)| *range);
            self.count -= before - ranges.len();
        }
    }

    /// How many digests are listed.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    fn place(&self, name: &str) -> Result<usize, usize> {
        self.files.binary_search_by(|(known, _)| known.as_str().cmp(name))
    }
}

fn place_in(ranges: &Ranges, range: ByteRange) -> Result<usize, usize> {
    ranges.binary_search_by(|(known, _)| known.cmp(&range))
}

/// Files by name and ranges by place: the same list is always the same text.
impl Serialize for Digests {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct OfFile<'a>(&'a Ranges);

        impl Serialize for OfFile<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let key = |range: &ByteRange| format!("{}-{}", range.offset(), range.last());
                serializer.collect_map(self.0.iter().map(|(range, digest)| (key(range), digest)))
            }
        }

        let mut map = serializer.serialize_map(Some(self.files.len()))?;
        for (name, ranges) in &self.files {
            map.serialize_entry(name, &OfFile(ranges))?;
        }
        map.end()
    }
}

impl fmt::Display for Digests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
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
        for text in ["", "[]", "7", "<html>", r#"{"a.mp4":{"0-9":"#, "{} {}", r#"{"a" "b"}"#, "{,}"] {
            assert_eq!(Digests::parse(text), Err(NotDigests), "{text}");
        }
        assert_eq!(Digests::parse(&" ".repeat(TEXT_BYTES_MAX + 1)), Err(NotDigests));
    }

    #[test]
    fn a_list_in_the_wrong_order_reads_as_well() {
        let hex = "0f".repeat(32);
        let text = format!(r#"{{"b.mp4":{{"10-19":"{hex}","0-9":"{hex}"}},"a.mp4":{{"0-9":"{hex}"}}}}"#);
        let digests = Digests::parse(&text).unwrap();
        for (name, first, last) in [("a.mp4", 0, 9), ("b.mp4", 0, 9), ("b.mp4", 10, 19)] {
            assert!(digests.get(name, ByteRange::from_inclusive(first, last).unwrap()).is_some());
        }
        let twice = format!(r#"{{"a.mp4":{{"0-9":"{}","10-19":"{hex}","0-9":"{hex}"}}}}"#, "ee".repeat(32));
        let twice = Digests::parse(&twice).unwrap();
        assert_eq!(twice.get("a.mp4", ByteRange::new(0, 10).unwrap()), hex.parse().ok());
        assert_eq!(twice.count(), 2);
        assert_eq!(digests.get("c.mp4", ByteRange::new(0, 10).unwrap()), None);
    }

    #[test]
    fn a_full_list_takes_no_more() {
        let mut digests = Digests::default();
        for at in 0..=DIGESTS_MAX as u64 {
            digests.insert("a.mp4", ByteRange::new(at, 1).unwrap(), Digest([0; 32]));
        }
        assert_eq!(digests.count(), DIGESTS_MAX);
        let mut digests = Digests::default();
        for file in 0..=FILES_MAX {
            digests.insert(&file.to_string(), ByteRange::new(0, 1).unwrap(), Digest([0; 32]));
        }
        assert_eq!(digests.count(), FILES_MAX);
    }
}
