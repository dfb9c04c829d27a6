//! Torrents of files we serve: what a BitTorrent client needs to fetch them from us and from each other (BEP 3, with
//! the file's own address as a web seed, BEP 19).
//!
//! Owns what is hashed and the bytes of the metainfo file. What lies on the disk are the digests of the pieces alone:
//! they are dear to make and never change, while names, trackers and addresses are put around them when somebody asks.

use std::io::{self, Read};

use sha1::{Digest, Sha1};
use shared::id::InfoHash;

/// A small file has small pieces, so that it is shared while it is fetched. PeerTube's begin at 16 KiB, which costs a
/// web seed a request each.
const PIECE_BYTES_MIN: u64 = 256 * 1024;
/// More pieces make the torrent large: twenty bytes each.
const PIECES_MAX: u64 = 2000;
/// A piece's digest.
const DIGEST_BYTES: u64 = 20;

/// How long every piece but the last is, of a file this long.
#[must_use]
pub fn piece_bytes(bytes: u64) -> u64 {
    let mut piece = PIECE_BYTES_MIN;
    while PIECES_MAX < bytes.div_ceil(piece) {
        piece *= 2;
    }
    piece
}

/// How long the digests of a file's pieces are together.
#[must_use]
pub fn digests_bytes(bytes: u64, piece_bytes: u64) -> u64 {
    bytes.div_ceil(piece_bytes.max(1)).saturating_mul(DIGEST_BYTES)
}

/// The SHA-1 digests of a file's pieces, read to its end. Blocks for as long as that takes.
///
/// # Errors
/// What the file says, also when it is not as long as it was said to be.
pub fn digests(mut file: impl Read, bytes: u64, piece_bytes: u64) -> io::Result<Vec<u8>> {
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

/// What is hashed of a file.
#[derive(Clone, Copy, Debug)]
pub struct Info<'a> {
    /// What it is called on the disk of whoever fetches it.
    pub name: &'a str,
    /// How long it is.
    pub bytes: u64,
    /// How long every piece but the last is.
    pub piece_bytes: u64,
    /// What [`digests`] gave.
    pub digests: &'a [u8],
}

impl Info<'_> {
    /// What trackers and peers name the file by.
    #[must_use]
    pub fn hash(&self) -> InfoHash {
        let mut out = Vec::new();
        self.write(&mut out);
        InfoHash(Sha1::digest(out).into())
    }

    /// The metainfo file. Peers are looked for at the first of the trackers that answers, the file at `web_seed`.
    #[must_use]
    pub fn metainfo(&self, trackers: &[&str], web_seed: &str) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.digests.len() + 1024);
        // Keys stand in the order of their bytes.
        out.push(b'd');
        if let Some(first) = trackers.first() {
            text(&mut out, "announce");
            text(&mut out, first);
            // A tier each (BEP 12): clients that cannot speak the first one's protocol ask the next.
            text(&mut out, "announce-list");
            out.push(b'l');
            for tracker in trackers {
                list_of_one(&mut out, tracker);
            }
            out.push(b'e');
        }
        text(&mut out, "created by");
        text(&mut out, "Shoal");
        text(&mut out, "encoding");
        text(&mut out, "UTF-8");
        text(&mut out, "info");
        self.write(&mut out);
        text(&mut out, "url-list");
        list_of_one(&mut out, web_seed);
        out.push(b'e');
        out
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(b'd');
        text(out, "length");
        number(out, self.bytes);
        text(out, "name");
        text(out, self.name);
        text(out, "piece length");
        number(out, self.piece_bytes);
        text(out, "pieces");
        string(out, self.digests);
        out.push(b'e');
    }
}

fn list_of_one(out: &mut Vec<u8>, item: &str) {
    out.push(b'l');
    text(out, item);
    out.push(b'e');
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torrent_names_trackers_file_and_web_seed() {
        let digests = digests(&b"hello"[..], 5, piece_bytes(5)).unwrap();
        assert_eq!(hex::encode(&digests), "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d");
        let info = Info { name: "a b.mp4", bytes: 5, piece_bytes: piece_bytes(5), digests: &digests };
        let shown = |torrent: &[u8]| {
            String::from_utf8_lossy(torrent).replace(&*String::from_utf8_lossy(&digests), "#")
        };
        let torrent = info.metainfo(&["wss://a/t", "https://a/t"], "https://a/a.mp4");
        expect_test::expect![
            "d8:announce9:wss://a/t13:announce-listll9:wss://a/tel11:https://a/tee10:created by5:Shoal8:encoding5:UTF-8\
             4:infod6:lengthi5e4:name7:a b.mp412:piece lengthi262144e6:pieces20:#e8:url-listl15:https://a/a.mp4ee"
        ]
        .assert_eq(&shown(&torrent));
        let alone = shown(&info.metainfo(&[], "b"));
        assert!(alone.starts_with("d10:created by") && alone.ends_with("8:url-listl1:bee"), "{alone}");
    }

    /// `p2p/hls-720.torrent` of a PeerTube 6.3.0 and the `xt` of its magnet.
    #[test]
    fn info_hashes_are_those_of_peertube() {
        let torrent = include_bytes!("../../../tests/vectors/torrent/peertube-6.3-hls-720.torrent");
        let at =
            |key: &[u8]| torrent.windows(key.len()).position(|window| window == key).unwrap() + key.len();
        let digests = &torrent[at(b"6:pieces12720:")..][..12720];
        let info = Info {
            name: "Test pattern 30 s (updated) 720p.mp4",
            bytes: 10_416_547,
            piece_bytes: 16384,
            digests,
        };
        assert_eq!(info.hash().to_string(), "f45f7181e60d1fc761f96a4b02ac7ce9a8064a1a");
        assert_eq!(digests_bytes(info.bytes, info.piece_bytes), 12720);
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
        assert_eq!(digests_bytes(bytes, PIECE_BYTES_MIN), 3 * 20);
        assert_eq!(digests[..20], digests[20..40]);
        assert_eq!(digests[40..], Sha1::digest([7])[..]);
    }

    #[test]
    fn a_file_that_is_too_short_is_told() {
        assert!(digests(&b"hello"[..], 6, PIECE_BYTES_MIN).is_err());
    }
}
