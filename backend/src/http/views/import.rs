//! From where a video comes, as the API says it.

use crate::store::records::ImportSource;

/// `targetUrl`, `magnetUri` and `torrentName`: one of them.
#[must_use]
pub fn import_source(source: &ImportSource) -> [Option<String>; 3] {
    match source {
        ImportSource::Address(url) => [Some(url.clone()), None, None],
        ImportSource::Magnet(magnet) => [None, Some(magnet.clone()), None],
        ImportSource::Torrent(name) => [None, None, Some(name.clone())],
    }
}
