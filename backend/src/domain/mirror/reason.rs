//! What of another server's video can be copied.

use crate::store::records::{Privacy, RemoteStream, Video, VideoState};

/// The stream of a video of another server that can be copied: whole, for whoever has its address, and with a digest of
/// each segment. None where it has none, or is of this server.
#[must_use]
pub fn stream_of(video: &Video) -> Option<&RemoteStream> {
    let remote = video.remote.as_ref()?;
    let is_open = match video.privacy {
        Privacy::Public | Privacy::Unlisted => true,
        Privacy::Private | Privacy::Internal | Privacy::Password => false,
    };
    if !is_open || remote.is_live || video.blocked.is_some() || video.state != VideoState::Published {
        return None;
    }
    let stream = remote.streams.first()?;
    let has_digests = stream.digests_url.is_some();
    (has_digests && !stream.files.is_empty()).then_some(stream)
}

/// Bytes of a stream, as its server says.
#[must_use]
pub fn bytes_of(stream: &RemoteStream) -> u64 {
    stream.files.iter().fold(0, |sum, file| sum.saturating_add(file.bytes))
}

/// Whether two streams have the same files. What else is told of them, such as their torrents, is not copied.
#[must_use]
pub fn is_same_stream(one: &RemoteStream, other: &RemoteStream) -> bool {
    fn seen(stream: &RemoteStream) -> impl PartialEq {
        let files: Vec<_> = stream.files.iter().map(|file| (&file.url, file.bytes)).collect();
        (&stream.url, &stream.digests_url, files)
    }
    seen(one) == seen(other)
}
