//! What can be given to peers: the segments of one rendition, straight from its file.
//!
//! Owns the open file, and where each segment lies in it. Never holds bytes and never decides who gets them. The
//! surprise is that a file may be here only in part: a mirror fetches segment after segment, and gives none before its
//! digest was found right.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use shared::digests::Digests;
use shared::hls::{self, ByteRange, MediaPlaylist};
use shared::id::{Digest, Uuid};
use shared::peer::SegmentId;

use crate::files::layout::Layout;
use crate::store::records::{Playlist, Rendition};

/// Why a rendition cannot be given.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// The disk failed.
    #[error("a rendition could not be opened")]
    Read(#[from] io::Error),
    /// Its playlist is none we can read.
    #[error("a rendition's playlist cannot be read")]
    Playlist,
    /// Its digests are none we can read.
    #[error("the digests of a video cannot be read")]
    Digests,
}

/// A segment, and what it must be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Segment {
    /// Its number in the swarm: its place in the playlist.
    pub id: SegmentId,
    /// Where it lies in the file.
    pub range: ByteRange,
    /// What its bytes are hashed to.
    pub digest: Digest,
}

/// A rendition's file and segments.
#[derive(Debug)]
pub struct Holding {
    file: Arc<File>,
    /// In the order of their numbers.
    segments: Vec<Segment>,
}

impl Holding {
    /// A rendition of a video of ours. Blocks.
    ///
    /// # Errors
    /// [`LibraryError`].
    pub fn open(
        layout: &Layout,
        video: Uuid,
        playlist: &Playlist,
        rendition: &Rendition,
    ) -> Result<Holding, LibraryError> {
        let text = |name: &str| std::fs::read_to_string(layout.stream(video, name));
        let segments =
            segments(&text(&rendition.playlist_name)?, &text(&playlist.digests)?, &rendition.file_name)?;
        Ok(Holding::new(File::open(layout.stream(video, &rendition.file_name))?, segments))
    }

    /// Segments of a file.
    #[must_use]
    pub fn new(file: File, segments: Vec<Segment>) -> Holding {
        Holding { file: Arc::new(file), segments }
    }

    /// The file.
    #[must_use]
    pub fn file(&self) -> &Arc<File> {
        &self.file
    }

    /// All segments that have a digest.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, id: SegmentId) -> Option<&Segment> {
        let place = self.segments.binary_search_by_key(&id, |segment| segment.id).ok()?;
        self.segments.get(place)
    }

    /// Whether what lies on the disk is what the publisher promised. Blocks.
    ///
    /// # Errors
    /// When the disk fails, or the file ends before the segment does.
    pub fn is_right(&self, segment: &Segment) -> io::Result<bool> {
        let mut hash = Sha256::new();
        let mut buffer = vec![0; 256 * 1024];
        let mut at = segment.range.offset();
        while at < segment.range.end() {
            let left = usize::try_from(segment.range.end() - at).unwrap_or(usize::MAX);
            let length = left.min(buffer.len());
            let piece = buffer.get_mut(..length).unwrap_or_default();
            self.file.read_exact_at(piece, at)?;
            hash.update(&*piece);
            at += u64::try_from(length).unwrap_or(u64::MAX);
        }
        Ok(Digest(hash.finalize().into()) == segment.digest)
    }
}

/// The segments of `file_name` that a playlist names and a list of digests vouches for.
///
/// # Errors
/// [`LibraryError`] when one of the texts is not what it should be.
pub fn segments(playlist: &str, digests: &str, file_name: &str) -> Result<Vec<Segment>, LibraryError> {
    let playlist: MediaPlaylist = hls::parse_media(playlist).map_err(|_| LibraryError::Playlist)?;
    let digests = Digests::parse(digests).map_err(|_| LibraryError::Digests)?;
    let first = if playlist.ended { 0 } else { playlist.media_sequence };
    let numbered = (first..).zip(&playlist.segments).filter_map(|(number, segment)| {
        let id = SegmentId(i64::try_from(number).ok()?);
        let range = segment.range.filter(|_| hls::file_name(&segment.uri) == file_name)?;
        Some(Segment { id, range, digest: digests.get(file_name, range)? })
    });
    Ok(numbered.collect())
}

/// Reads a part of a file. Blocks.
///
/// # Errors
/// When the disk fails, or the file ends before.
pub fn read(file: &File, at: u64, bytes: u64) -> io::Result<Vec<u8>> {
    let mut buffer = vec![0; usize::try_from(bytes).map_err(|_| io::ErrorKind::InvalidInput)?];
    file.read_exact_at(&mut buffer, at)?;
    Ok(buffer)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    const NAME: &str = "u-720-fragmented.mp4";

    fn digest(bytes: &[u8]) -> Digest {
        Digest(Sha256::digest(bytes).into())
    }

    /// A header of 10 bytes and segments of 100 each; those in `vouched` have digests.
    fn texts(count: u64, vouched: &[u64]) -> (String, String) {
        let mut playlist = format!(
            "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:4\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-MAP:URI=\"{NAME}\",BYTERANGE=\"10@0\"\n"
        );
        for number in 0..count {
            write!(playlist, "#EXTINF:4.0,\n#EXT-X-BYTERANGE:100@{}\n{NAME}\n", 10 + number * 100).unwrap();
        }
        playlist.push_str("#EXT-X-ENDLIST\n");
        let ranges: Vec<String> = vouched
            .iter()
            .map(|number| {
                let first = 10 + number * 100;
                let bytes = vec![u8::try_from(*number).unwrap(); 100];
                format!("\"{first}-{}\":\"{}\"", first + 99, digest(&bytes))
            })
            .collect();
        (playlist, format!("{{\"{NAME}\":{{{}}}}}", ranges.join(",")))
    }

    #[test]
    fn a_segment_without_a_digest_is_not_given_and_the_others_keep_their_numbers() {
        let (playlist, digests) = texts(4, &[0, 2, 3]);
        let found = segments(&playlist, &digests, NAME).unwrap();
        let numbers: Vec<i64> = found.iter().map(|segment| segment.id.0).collect();
        assert_eq!(numbers, [0, 2, 3]);
        assert_eq!(found[1].range, ByteRange::new(210, 100).unwrap());
        assert!(segments(&playlist, &digests, "other.mp4").unwrap().is_empty());
        assert!(matches!(segments("", &digests, NAME), Err(LibraryError::Playlist)));
        assert!(matches!(segments(&playlist, "[]", NAME), Err(LibraryError::Digests)));
    }

    #[test]
    fn what_rotted_on_the_disk_is_found_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(NAME);
        let mut bytes = vec![9; 10];
        bytes.extend([0; 100]);
        bytes.extend([7; 100]);
        std::fs::write(&path, bytes).unwrap();
        let (playlist, digests) = texts(3, &[0, 1, 2]);
        let held = Holding::new(File::open(&path).unwrap(), segments(&playlist, &digests, NAME).unwrap());
        let is_right = |number: i64| held.is_right(held.get(SegmentId(number)).unwrap());
        assert!(is_right(0).unwrap());
        assert!(!is_right(1).unwrap(), "sevens are no ones");
        assert!(is_right(2).is_err(), "the file ends before");
        assert!(held.get(SegmentId(3)).is_none());
        assert_eq!(read(held.file(), 108, 4).unwrap(), [0, 0, 7, 7]);
        assert!(read(held.file(), 208, 4).is_err());
    }
}
