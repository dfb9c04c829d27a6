//! Whether a file is as long as its own header says.
//!
//! Owns the one question, for the two containers that say so plainly: MP4 (ISO/IEC 14496-12) and Matroska (RFC 8794,
//! RFC 9559). ffprobe reads a truncated file of these without a word when the index is at the front, and the tail
//! would be missing for ever. Files of other containers pass.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use super::boxes::{self, Cursor, HEADER_BYTES_MAX};

/// Boxes at the top of a file; fragmented files have two for each fragment.
const BOXES_MAX: usize = 1_000_000;

/// Whether all that the file announces is there.
///
/// # Errors
/// When the file cannot be read.
pub fn is_whole(file: &File) -> io::Result<bool> {
    let bytes = file.metadata()?.len();
    let mut front = [0; 4];
    let read = file.read_at(&mut front, 0)?;
    if read == front.len() && front == EBML {
        is_whole_matroska(file, bytes)
    } else {
        is_whole_mp4(file, bytes)
    }
}

fn is_whole_mp4(file: &File, bytes: u64) -> io::Result<bool> {
    let mut offset = 0u64;
    for number in 0..BOXES_MAX {
        let mut head = [0; HEADER_BYTES_MAX];
        let read = file.read_at(&mut head, offset)?;
        let Some(header) = boxes::header(head.get(..read).unwrap_or_default()) else {
            return Ok(true);
        };
        let is_known = KNOWN.contains(&&header.kind);
        // Not an MP4 at all, or padding behind one.
        if !is_known && (number == 0 || !header.kind.iter().all(u8::is_ascii_graphic)) {
            return Ok(true);
        }
        let Some(end) = header.bytes.map(|length| offset.saturating_add(length)) else {
            return Ok(true);
        };
        if bytes < end {
            // Anything else at the end may be cut off without a loss.
            return Ok(!is_known);
        }
        offset = end;
    }
    Ok(true)
}

const KNOWN: &[&[u8; 4]] =
    &[b"ftyp", b"moov", b"mdat", b"moof", b"styp", b"sidx", b"wide", b"free", b"skip", b"pnot", b"uuid"];

const EBML: [u8; 4] = [0x1a, 0x45, 0xdf, 0xa3];
const SEGMENT: [u8; 4] = [0x18, 0x53, 0x80, 0x67];
/// The EBML header is a few dozen bytes; the Segment's own header follows it.
const MATROSKA_HEAD_BYTES: usize = 4096;

fn is_whole_matroska(file: &File, bytes: u64) -> io::Result<bool> {
    let mut head = vec![0; MATROSKA_HEAD_BYTES];
    let read = file.read_at(&mut head, 0)?;
    let head = head.get(..read).unwrap_or_default();
    let end = || -> Option<Option<u64>> {
        let mut cursor = Cursor(head);
        cursor.skip(EBML.len())?;
        let header_bytes = vint(&mut cursor)??;
        cursor.skip(usize::try_from(header_bytes).ok()?)?;
        if cursor.take()? != SEGMENT {
            return None;
        }
        let length = vint(&mut cursor)?;
        let offset = u64::try_from(head.len() - cursor.0.len()).ok()?;
        Some(length.map(|length| offset.saturating_add(length)))
    };
    Ok(end().flatten().is_none_or(|end| end <= bytes))
}

/// A length (RFC 8794 §6). All bits set means that it is unknown, as in a file that was recorded live.
fn vint(cursor: &mut Cursor<'_>) -> Option<Option<u64>> {
    let first = cursor.u8()?;
    let more = first.leading_zeros();
    if 7 < more {
        return None;
    }
    let mut value = u64::from(first) & (0x7f >> more);
    for _ in 0..more {
        value = value << 8 | u64::from(cursor.u8()?);
    }
    let unknown = (1u64 << (7 * (more + 1))) - 1;
    Some((value != unknown).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(content: &[u8]) -> bool {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, content).unwrap();
        is_whole(&File::open(path).unwrap()).unwrap()
    }

    fn a_box(kind: &[u8; 4], announced: u32, present: usize) -> Vec<u8> {
        let mut out = announced.to_be_bytes().to_vec();
        out.extend(kind);
        out.resize(8 + present, 0);
        out
    }

    #[test]
    fn an_mp4_ends_where_its_last_box_does() {
        let ftyp = a_box(b"ftyp", 24, 16);
        let with = |last: Vec<u8>| [ftyp.clone(), last].concat();
        assert!(verdict(&with(a_box(b"mdat", 108, 100))));
        assert!(!verdict(&with(a_box(b"mdat", 109, 100))));
        assert!(!verdict(&with(a_box(b"moov", 4000, 100))));
        assert!(!verdict(&ftyp[..20]));
        let mut long = vec![0, 0, 0, 1];
        long.extend(b"mdat");
        long.extend(1_000u64.to_be_bytes());
        assert!(!verdict(&with(long)));
    }

    #[test]
    fn what_an_mp4_leaves_open_is_whole() {
        let ftyp = a_box(b"ftyp", 24, 16);
        let with = |last: Vec<u8>| [ftyp.clone(), last].concat();
        assert!(verdict(&with(a_box(b"mdat", 0, 5))), "to the end of the file");
        assert!(verdict(&with(vec![0; 100])), "padding");
        assert!(verdict(&with(a_box(b"\x01\x02\x03\x04", 9999, 4))), "rubbish behind");
        assert!(verdict(&with(a_box(b"mdat", 4, 100))), "a size that cannot be");
    }

    #[test]
    fn matroska_ends_where_its_segment_does() {
        let file = |length: &[u8], present: usize| {
            let mut out = EBML.to_vec();
            out.extend([0x83, 1, 2, 3]);
            out.extend(SEGMENT);
            out.extend(length);
            out.resize(out.len() + present, 7);
            out
        };
        assert!(verdict(&file(&[0x40, 100], 100)));
        assert!(!verdict(&file(&[0x40, 100], 99)));
        assert!(verdict(&file(&[0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 9)), "recorded live");
        assert!(verdict(&file(&[0x40], 0)), "ffprobe judges what is no header");
    }

    #[test]
    fn other_files_pass() {
        for content in [&b""[..], b"a", b"this is not a video at all", b"RIFF\0\0\0\0AVI ", b"ID3\x04"] {
            assert!(verdict(content), "{content:?}");
        }
    }
}
