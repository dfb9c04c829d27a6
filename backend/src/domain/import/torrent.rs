//! What is sent in place of an address: a torrent, or a magnet address that names one.
//!
//! Owns how both are read (BEP 3, BEP 9, BEP 12), with bounds, since anybody may write them. What they say is not
//! believed: whoever fetches checks each piece, and whom they name is judged by the guard.

use percent_encoding::percent_decode_str;

/// Bytes of a torrent that is sent: PeerTube's bound.
pub const TORRENT_BYTES_MAX: usize = 200 * 1024;
/// Bytes of a torrent that peers send: twenty for each piece of the largest film.
pub const METADATA_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Places that know peers; torrents name a dozen.
const TRACKERS_MAX: usize = 50;
/// Letters of a tracker's address.
const TRACKER_LENGTH_MAX: usize = 500;
/// Lists within lists; a torrent has four.
const DEPTH_MAX: usize = 16;

/// Why something is no torrent that is taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TorrentError {
    /// It cannot be read.
    #[error("The file is no torrent.")]
    Unreadable,
    /// It holds several files.
    #[error("Torrents with only 1 file are supported.")]
    ManyFiles,
    /// It names hosts of its own to be asked for peers.
    #[error("Torrents that name nodes are not supported.")]
    Nodes,
}

/// A torrent of one file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Torrent {
    /// What the file is called.
    pub name: String,
    /// How long it is.
    pub bytes: u64,
    /// Who knows peers.
    pub trackers: Vec<String>,
    /// Whether it names places of the web that have the file (BEP 19).
    pub has_web_seeds: bool,
}

/// An address that names a torrent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Magnet {
    /// The torrent's name among peers: forty hexadecimal digits.
    pub hash: String,
    /// What it is called, where that is said.
    pub name: Option<String>,
    /// Who knows peers.
    pub trackers: Vec<String>,
}

impl Magnet {
    /// Reads one; none for what is none, and for what names no torrent of the first version.
    #[must_use]
    pub fn read(text: &str) -> Option<Magnet> {
        let query =
            text.get(..8).filter(|start| start.eq_ignore_ascii_case("magnet:?")).and(text.get(8..))?;
        let (mut hash, mut name, mut trackers) = (None, None, Vec::new());
        for (key, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            let value = percent_decode_str(&value.replace('+', " ")).decode_utf8().ok()?.into_owned();
            match key.to_ascii_lowercase().as_str() {
                "xt" => hash = hash.or_else(|| value.strip_prefix("urn:btih:").and_then(hash_of)),
                "dn" => name = name.or(Some(value).filter(|name| !name.trim().is_empty())),
                // `tr.1`, too, as some write them.
                key if key == "tr" || key.starts_with("tr.") => add(&mut trackers, value),
                _ => {}
            }
        }
        Some(Magnet { hash: hash?, name, trackers })
    }

    /// The address with nothing in it but the torrent's name: peers and places that somebody wrote into it are left out.
    #[must_use]
    pub fn bare(&self) -> String {
        format!("magnet:?xt=urn:btih:{}", self.hash)
    }
}

/// Forty hexadecimal digits of them, or of the 32 letters of base32 (RFC 4648) that mean the same.
fn hash_of(text: &str) -> Option<String> {
    if text.len() == 40 && text.bytes().all(|letter| letter.is_ascii_hexdigit()) {
        return Some(text.to_ascii_lowercase());
    }
    if text.len() != 32 {
        return None;
    }
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0u32, 0u32);
    for letter in text.bytes() {
        let value = match letter.to_ascii_uppercase() {
            letter @ b'A'..=b'Z' => letter - b'A',
            letter @ b'2'..=b'7' => letter - b'2' + 26,
            _ => return None,
        };
        bits = (bits << 5 | u32::from(value)) & 0xfff;
        count += 5;
        if 8 <= count {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).unwrap_or_default());
        }
    }
    Some(hex::encode(bytes))
}

fn add(trackers: &mut Vec<String>, tracker: String) {
    let is_plain = tracker.is_ascii() && !tracker.contains([',', ' ']) && !tracker.contains(char::is_control);
    if is_plain
        && tracker.len() <= TRACKER_LENGTH_MAX
        && trackers.len() < TRACKERS_MAX
        && !trackers.contains(&tracker)
    {
        trackers.push(tracker);
    }
}

/// Reads a torrent.
///
/// # Errors
/// [`TorrentError`].
pub fn read(bytes: &[u8]) -> Result<Torrent, TorrentError> {
    let mut reader = Reader { rest: bytes };
    let whole = reader.value(0).filter(|_| reader.rest.is_empty()).ok_or(TorrentError::Unreadable)?;
    let info = whole.get("info").ok_or(TorrentError::Unreadable)?;
    // Hosts of whoever wrote it, which would be asked without being judged.
    if whole.get("nodes").is_some() {
        return Err(TorrentError::Nodes);
    }
    let mut trackers = Vec::new();
    let text = |value: &Value| value.bytes().and_then(|text| String::from_utf8(text.to_vec()).ok());
    if let Some(tracker) = whole.get("announce").and_then(text) {
        add(&mut trackers, tracker);
    }
    for tier in whole.get("announce-list").and_then(Value::list).into_iter().flatten() {
        for tracker in tier.list().into_iter().flatten().filter_map(text) {
            add(&mut trackers, tracker);
        }
    }
    let (name, length) = match info.get("files").map(|files| files.list().unwrap_or_default()) {
        None => (info.get("name"), info.get("length")),
        // A folder with one file in it.
        Some([file]) => {
            (file.get("path").and_then(Value::list).and_then(<[Value]>::last), file.get("length"))
        }
        Some(_) => return Err(TorrentError::ManyFiles),
    };
    let name = name.and_then(text).ok_or(TorrentError::Unreadable)?;
    let bytes = length.and_then(Value::number).ok_or(TorrentError::Unreadable)?;
    Ok(Torrent { name, bytes, trackers, has_web_seeds: whole.get("url-list").is_some() })
}

/// A value as torrents are written (BEP 3).
enum Value<'b> {
    Number(u64),
    Bytes(&'b [u8]),
    List(Vec<Value<'b>>),
    Dictionary(Vec<(&'b [u8], Value<'b>)>),
}

impl<'b> Value<'b> {
    fn get(&self, key: &str) -> Option<&Value<'b>> {
        let Value::Dictionary(pairs) = self else { return None };
        pairs.iter().find(|(known, _)| *known == key.as_bytes()).map(|(_, value)| value)
    }

    fn bytes(&self) -> Option<&'b [u8]> {
        if let Value::Bytes(bytes) = self { Some(bytes) } else { None }
    }

    fn list(&self) -> Option<&[Value<'b>]> {
        if let Value::List(values) = self { Some(values) } else { None }
    }

    fn number(&self) -> Option<u64> {
        if let Value::Number(number) = self { Some(*number) } else { None }
    }
}

struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    fn value(&mut self, depth: usize) -> Option<Value<'b>> {
        if DEPTH_MAX < depth {
            return None;
        }
        match *self.rest.first()? {
            b'i' => {
                self.rest = self.rest.get(1..)?;
                // Below zero stands nothing that is read here.
                self.until(b'e').map(|text| Value::Number(text.parse().unwrap_or(0)))
            }
            b'l' => {
                self.rest = self.rest.get(1..)?;
                let mut values = Vec::new();
                while !self.ends()? {
                    values.push(self.value(depth + 1)?);
                }
                Some(Value::List(values))
            }
            b'd' => {
                self.rest = self.rest.get(1..)?;
                let mut pairs = Vec::new();
                while !self.ends()? {
                    let key = self.text()?;
                    pairs.push((key, self.value(depth + 1)?));
                }
                Some(Value::Dictionary(pairs))
            }
            _ => self.text().map(Value::Bytes),
        }
    }

    fn text(&mut self) -> Option<&'b [u8]> {
        let length = self.until(b':')?.parse().ok()?;
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(text)
    }

    /// The digits in front of a mark, which is passed.
    fn until(&mut self, mark: u8) -> Option<&'b str> {
        let at = self.rest.iter().take(21).position(|byte| *byte == mark)?;
        let (text, rest) = self.rest.split_at_checked(at)?;
        self.rest = rest.get(1..)?;
        std::str::from_utf8(text).ok()
    }

    fn ends(&mut self) -> Option<bool> {
        let is_end = *self.rest.first()? == b'e';
        if is_end {
            self.rest = self.rest.get(1..)?;
        }
        Some(is_end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_magnet_names_its_torrent_and_who_knows_peers() {
        let hash = "65d971df296df330643586f7cc25014064558e2e".to_owned();
        let text = format!(
            "magnet:?xt=urn:btih:{hash}&dn=A+ride.mp4&tr=http%3A%2F%2Fa.example%2Fannounce&tr.1=udp://b.example:80\
             &x.pe=127.0.0.1:22&ws=http://127.0.0.1/a&tr=http://c.example/,http://d.example/"
        );
        let magnet = Magnet::read(&text).unwrap();
        assert_eq!((magnet.hash.as_str(), magnet.name.as_deref()), (hash.as_str(), Some("A ride.mp4")));
        assert_eq!(magnet.trackers, ["http://a.example/announce", "udp://b.example:80"]);
        assert_eq!(magnet.bare(), format!("magnet:?xt=urn:btih:{hash}"));
        let short = Magnet::read("MAGNET:?xt=urn:btih:MXMXDXZJNXZTAZBVQ334YJIBIBSFLDRO").unwrap();
        assert_eq!(short.hash, hash);
        for text in
            ["http://a.example/", "magnet:?dn=x", "magnet:?xt=urn:btih:x", "magnet:?xt=urn:btmh:1220aa", "m"]
        {
            assert_eq!(Magnet::read(text), None, "{text}");
        }
    }

    #[test]
    fn a_torrent_of_one_file_is_told_from_others_and_from_noise() {
        let single = b"d8:announce10:http://a/x13:announce-listll10:http://a/x10:http://b/xee4:infod6:lengthi497e4:name10:A ride.mp412:piece lengthi16e6:pieces0:ee";
        let torrent = read(single).unwrap();
        assert_eq!((torrent.name.as_str(), torrent.bytes), ("A ride.mp4", 497));
        assert_eq!(
            (torrent.trackers, torrent.has_web_seeds),
            (["http://a/x", "http://b/x"].map(str::to_owned).to_vec(), false)
        );
        let seeded = b"d4:infod6:lengthi1e4:name1:xe8:url-list10:http://a/xe";
        assert!(read(seeded).is_ok_and(|torrent| torrent.has_web_seeds && torrent.trackers.is_empty()));
        let folder = b"d4:infod5:filesld6:lengthi5e4:pathl1:a5:b.mp4eee4:name1:xee";
        assert_eq!(read(folder).map(|torrent| (torrent.name, torrent.bytes)), Ok(("b.mp4".to_owned(), 5)));
        let two = b"d4:infod5:filesld6:lengthi5e4:pathl1:aeed6:lengthi5e4:pathl1:beee4:name1:xee";
        assert_eq!(read(two), Err(TorrentError::ManyFiles));
        let deep = [vec![b'l'; 100_000], vec![b'e'; 100_000]].concat();
        for noise in
            [b"".as_slice(), b"d", b"de", b"99:x", b"i1", b"d4:info", b"99999999999999999999999:x", &deep]
        {
            assert_eq!(read(noise), Err(TorrentError::Unreadable));
        }
        for cut in 0..single.len() {
            assert!(read(&single[..cut]).is_err(), "{cut}");
        }
    }
}
