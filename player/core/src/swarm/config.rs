//! How a swarm is to behave, and what it has done.

use std::time::Duration;

use shared::id::{Digest, PeerId};

/// How one peer takes part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
    /// What we call ourselves.
    pub me: PeerId,
    /// Serve others. Without it nothing is announced, and every request is answered with `absent`.
    pub uploads: bool,
    /// How many peers to be linked with. More links spread further, but each costs an announcement per segment.
    pub links_max: usize,
    /// How many offers an announce carries at most; none for who is content with what comes.
    pub offers_max: usize,
    /// How many peers are served at once; those beyond are told `absent` and ask elsewhere.
    pub uploads_max: usize,
    /// All uploads together, bytes per second; none for no bound but the links' own.
    pub upload_rate_max: Option<u64>,
    /// Bytes of bodies kept to be served; the least useful go first.
    pub store_bytes_max: u64,
    /// By which certificate the instance is known among peers; only what is told of it depends on that.
    pub instance: Option<Digest>,
}

impl Config {
    /// For a viewer.
    #[must_use]
    pub fn viewer(me: PeerId) -> Config {
        Config {
            me,
            uploads: true,
            // A dozen neighbours spread a segment to a thousand viewers in three steps.
            links_max: 12,
            // As p2p-media-loader.
            offers_max: 5,
            // A home's uplink carries a few streams; more at once would only make all of them late.
            uploads_max: 4,
            upload_rate_max: None,
            // A quarter of what PeerTube's player takes; a quarter of an hour of 720p.
            store_bytes_max: 256 * 1024 * 1024,
            instance: None,
        }
    }

    /// For who only serves, and has the means to.
    #[must_use]
    pub fn seeder(me: PeerId, links_max: usize, upload_rate_max: Option<u64>) -> Config {
        Config {
            links_max,
            uploads_max: links_max,
            upload_rate_max,
            store_bytes_max: u64::MAX,
            ..Config::viewer(me)
        }
    }
}

/// What a swarm did and has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Figures {
    /// Open links.
    pub links: usize,
    /// One of these leads to the instance.
    pub has_instance: bool,
    /// Bytes of segments from peers, useful or not.
    pub bytes_in: u64,
    /// Of these: from the instance.
    pub bytes_from_instance: u64,
    /// Of these: bytes nobody had asked for, or not any more.
    pub bytes_wasted: u64,
    /// Bytes of segments to peers.
    pub bytes_out: u64,
    /// Bytes kept to be served.
    pub bytes_stored: u64,
    /// Requests answered with `absent`.
    pub refused: u64,
    /// Peers that were shunned for lies, silence or noise.
    pub shunned: u64,
    /// Segments from peers that were not the publisher's.
    pub forged: u64,
    /// How long our links took to open, on average; none before the first.
    pub link_took: Option<Duration>,
}
