//! Torrents of files we serve: what a BitTorrent client needs to fetch them from us and from each other (BEP 3, with
//! the file's own address as a web seed, BEP 19).
//!
//! Owns the metainfo file. Knows no tracker: the web seed is enough, and clients find each other by DHT.

use std::io::{self, Read};

use sha1::{Digest, Sha1};

/// A small file has small pieces, so that it is shared while it is fetched.
const PIECE_BYTES_MIN: u64 = 256 * 1024;
/// More pieces make the torrent large: twenty bytes each.
const PIECES_MAX: u64 = 2000;

/// The metainfo of a file, read to its end. Blocks for as long as that takes.
///
/// # Errors
/// What the file says, also when it is not as long as it was said to be.
pub fn metainfo(name: &str, web_seed: &str, bytes: u64, file: impl Read) -> io::Result<Vec<u8>> {
    let piece_bytes = piece_bytes(bytes);
    let pieces = digests(file, bytes, piece_bytes)?;
    let mut out = Vec::with_capacity(pieces.len() + 512);
    // Keys stand in the order of their bytes, or the info hash is another.
    out.extend(b"d8:encoding5:UTF-84:infod6:length");
    number(&mut out, bytes);
    text(&mut out, "name");
    text(&mut out, name);
    text(&mut out, "piece length");
    number(&mut out, piece_bytes);
    text(&mut out, "pieces");
    string(&mut out, &pieces);
    out.push(b'e');
    text(&mut out, "url-list");
    out.push(b'l');
    text(&mut out, web_seed);
    out.extend(b"ee");
    Ok(out)
}

fn text(out: &mut Vec<u8>, text: &str) {
    string(out, text.as_bytes());
}

fn string(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend(bytes.len().to_string().as_bytes());
    out.push(b':');
    out.extend(bytes);
}

fn number(out: &mut Vec<u8>, number: u64) {
    out.push(b'i');
    out.extend(number.to_string().as_bytes());
    out.push(b'e');
}

fn piece_bytes(bytes: u64) -> u64 {
    let mut piece = PIECE_BYTES_MIN;
    while PIECES_MAX < bytes.div_ceil(piece) {
        piece *= 2;
    }
    piece
}

fn digests(mut file: impl Read, bytes: u64, piece_bytes: u64) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    let mut left = bytes;
    while 0 < left {
        let mut digest = Sha1::new();
        let mut of_piece = piece_bytes.min(left);
        left -= of_piece;
        while 0 < of_piece {
            let want = usize::try_from(of_piece).unwrap_or(usize::MAX).min(buffer.len());
            let read = file.read(buffer.get_mut(..want).unwrap_or_default())?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            digest.update(buffer.get(..read).unwrap_or_default());
            of_piece -= u64::try_from(read).unwrap_or(of_piece);
        }
        out.extend(digest.finalize());
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_file_has_one_piece() {
        let torrent = metainfo("a b.mp4", "https://films.example/a.mp4", 5, &b"hello"[..]).unwrap();
        let text = String::from_utf8_lossy(&torrent);
        let head = "d8:encoding5:UTF-84:infod6:lengthi5e4:name7:a b.mp412:piece lengthi262144e6:pieces20:";
        assert!(text.starts_with(head), "{text}");
        assert!(text.ends_with("e8:url-listl27:https://films.example/a.mp4ee"), "{text}");
        let digest = &torrent[head.len()..head.len() + 20];
        assert_eq!(hex::encode(digest), "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d");
    }

    #[test]
    fn every_piece_has_its_digest_and_there_are_never_too_many() {
        for (bytes, piece) in [(1, PIECE_BYTES_MIN), (PIECE_BYTES_MIN * PIECES_MAX, PIECE_BYTES_MIN)] {
            assert_eq!(piece_bytes(bytes), piece);
        }
        assert_eq!(piece_bytes(PIECE_BYTES_MIN * PIECES_MAX + 1), 2 * PIECE_BYTES_MIN);
        let bytes = PIECE_BYTES_MIN * 2 + 1;
        let digests = digests(io::repeat(7), bytes, PIECE_BYTES_MIN).unwrap();
        assert_eq!(digests.len(), 3 * 20);
        assert_eq!(digests[..20], digests[20..40]);
        assert_eq!(digests[40..], Sha1::digest([7])[..]);
    }

    #[test]
    fn a_file_that_is_too_short_is_told() {
        assert!(metainfo("a", "b", 6, &b"hello"[..]).is_err());
    }
}
