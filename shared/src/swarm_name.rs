//! How a swarm is named, so that viewers of the same rendition meet, and nobody else.
//!
//! Owns the names of the two families of players that are met: those of PeerTube 7.1 to 8.2, and those of PeerTube's
//! next. The data they exchange is the same; who names a swarm differently never meets. The surprise is the info hash:
//! it is twenty letters of base 64, and those letters are the twenty bytes.

use md5::{Digest, Md5};
use sha1::Sha1;

use crate::id::{InfoHash, Uuid};

/// A stream of a video: a variant of its master playlist, or sound that lies beside the variants.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Stream {
    /// `EXT-X-STREAM-INF`.
    Main,
    /// `EXT-X-MEDIA` with an address of its own.
    Secondary,
}

impl Stream {
    fn name(self) -> &'static str {
        match self {
            Stream::Main => "main",
            Stream::Secondary => "secondary",
        }
    }
}

/// Which protocol PeerTube's next will speak is not settled; both are read and published.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Protocol {
    /// p2p-media-loader 4.
    V2,
    /// p2p-media-loader 5.
    V3,
}

impl Protocol {
    /// All of them.
    pub const ALL: [Protocol; 2] = [Protocol::V2, Protocol::V3];

    fn name(self) -> &'static str {
        match self {
            Protocol::V2 => "v2",
            Protocol::V3 => "v3",
        }
    }
}

/// A swarm's name in one family.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SwarmName<'a> {
    /// PeerTube 7.1 to 8.2, p2p-media-loader 2.0 to 2.2.
    Place {
        /// The master playlist's address, byte for byte as the API of the video's instance gives it.
        playlist_url: &'a str,
        /// Which kind of stream.
        stream: Stream,
        /// Its place among those of its kind, in the order of the master, from 0.
        place: usize,
    },
    /// PeerTube's next.
    Resolution {
        /// Its protocol.
        protocol: Protocol,
        /// The video.
        video: Uuid,
        /// Which kind of stream.
        stream: Stream,
        /// Lines; 0 for sound.
        resolution: u32,
    },
}

impl SwarmName<'_> {
    /// The name as text.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            SwarmName::Place { playlist_url, stream, place } => {
                format!("v2-{playlist_url}-{}-{place}", stream.name())
            }
            SwarmName::Resolution { protocol, video, stream, resolution } => {
                let resolution = if *resolution == 0 { "default".to_owned() } else { resolution.to_string() };
                format!("pt-{}-{video}-{}-default-{resolution}", protocol.name(), stream.name())
            }
        }
    }

    /// The name as trackers know it.
    #[must_use]
    pub fn info_hash(&self) -> InfoHash {
        let text = self.text();
        match self {
            // p2p-media-loader made a text of the hash's hex digits and lost the first two.
            SwarmName::Place { .. } => base64(Md5::digest(text).iter().skip(1)),
            SwarmName::Resolution { .. } => base64(Sha1::digest(text).iter()),
        }
    }
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The first fifteen bytes as twenty letters (RFC 4648 §4).
fn base64<'h>(mut bytes: impl Iterator<Item = &'h u8>) -> InfoHash {
    let mut letters = [0; 20];
    let (quads, _) = letters.as_chunks_mut::<4>();
    for quad in quads {
        let three = (0..3).fold(0, |number, _| number << 8 | u32::from(bytes.next().copied().unwrap_or(0)));
        for (letter, shift) in quad.iter_mut().zip([18, 12, 6, 0]) {
            let digit = usize::try_from(three >> shift & 63).unwrap_or(0);
            *letter = BASE64.get(digit).copied().unwrap_or(b'A');
        }
    }
    InfoHash(letters)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    const RELEASED: &str = include_str!("../../tests/vectors/p2p/infohash-v2.2.2.json");
    const NEXT: &str = include_str!("../../tests/vectors/p2p/infohash-v2.3.1.json");

    fn check(name: SwarmName<'_>, vector: &Value) {
        assert_eq!(Value::from(name.text()), vector["streamSwarmId"]);
        let hash = name.info_hash();
        assert_eq!(Value::from(hash.to_string()), vector["infoHashBytesHex"], "{}", name.text());
        assert_eq!(Value::from(String::from_utf8(hash.0.to_vec()).unwrap()), vector["infoHashAscii"]);
    }

    fn stream_of(name: &Value) -> Stream {
        [Stream::Main, Stream::Secondary].into_iter().find(|stream| name == stream.name()).unwrap()
    }

    #[test]
    fn swarms_of_released_players_are_named_as_they_name_them() {
        let vectors: Value = serde_json::from_str(RELEASED).unwrap();
        let vectors = vectors["vectors"].as_array().unwrap();
        assert!(10 < vectors.len());
        for vector in vectors {
            let name = SwarmName::Place {
                playlist_url: vector["swarmId"].as_str().unwrap(),
                stream: stream_of(&vector["type"]),
                place: usize::try_from(vector["index"].as_u64().unwrap()).unwrap(),
            };
            check(name, vector);
        }
    }

    /// They speak another protocol on their channels.
    #[test]
    fn viewers_of_old_players_sit_in_other_swarms() {
        let text = include_str!("../../tests/vectors/p2p/peertube-6.3-v1.json");
        let vectors: Value = serde_json::from_str(text).unwrap();
        let vectors = vectors["vectors"].as_array().unwrap();
        assert!(!vectors.is_empty());
        for vector in vectors {
            let (url, place) = vector["string"].as_str().unwrap().rsplit_once("+V").unwrap();
            let (playlist_url, place) = (url.strip_prefix('2').unwrap(), place.parse().unwrap());
            for stream in [Stream::Main, Stream::Secondary] {
                let ours = SwarmName::Place { playlist_url, stream, place }.info_hash();
                assert_ne!(Value::from(ours.to_string()), vector["infoHashHex"]);
            }
        }
    }

    #[test]
    fn swarms_of_the_next_players_are_named_as_they_will_name_them() {
        let vectors: Value = serde_json::from_str(NEXT).unwrap();
        let vectors = vectors["peertubeNext"]["vectors"].as_array().unwrap();
        assert!(5 < vectors.len());
        for vector in vectors {
            let text = vector["streamSwarmId"].as_str().unwrap();
            let protocol = &vector["peerProtocolVersion"];
            let name = SwarmName::Resolution {
                protocol: Protocol::ALL.into_iter().find(|known| protocol == known.name()).unwrap(),
                video: text["pt-v2-".len()..][..36].parse().unwrap(),
                stream: stream_of(&vector["streamType"]),
                resolution: u32::try_from(vector["resolution"].as_u64().unwrap()).unwrap(),
            };
            check(name, vector);
        }
    }
}
