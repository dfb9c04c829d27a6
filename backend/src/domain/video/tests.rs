//! A video for other rooms' tests to change.

use shared::id::{ChannelId, Uuid, VideoId};
use shared::time::Timestamp;

use super::blank;
use crate::store::records::{Facts, Privacy, Source, Video, VideoState};

/// A published public video that says nothing of itself but its name, `Video {id}`.
pub(crate) fn video(id: u64) -> Video {
    Video {
        name: format!("Video {id}"),
        privacy: Privacy::Public,
        state: VideoState::Published,
        source: source(),
        facts: Some(facts()),
        ..blank(VideoId(id), Uuid::from_random(u128::from(id)), ChannelId(1), Timestamp(1000))
    }
}

pub(crate) fn source() -> Source {
    Source { extension: ".mp4".into(), filename: "boat.mp4".into(), bytes: 1000, file: None, take: 0 }
}

pub(crate) fn facts() -> Facts {
    Facts { duration_ms: 12_000, width: 1280, height: 720, fps: 30, has_audio: true, has_video: true }
}
