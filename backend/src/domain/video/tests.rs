//! A video for other rooms' tests to change.

use shared::id::{ChannelId, Uuid, VideoId};
use shared::time::Timestamp;

use crate::store::records::{
    CommentsPolicy, Embed, Facts, Hearing, PlayerTheme, Privacy, Source, Video, VideoState,
};

/// A published public video that says nothing of itself but its name, `Video {id}`.
pub(crate) fn video(id: u64) -> Video {
    Video {
        id: VideoId(id),
        uuid: Uuid::from_random(u128::from(id)),
        channel: ChannelId(1),
        name: format!("Video {id}"),
        description: None,
        support: None,
        category: None,
        licence: None,
        language: None,
        tags: Vec::new(),
        automatic_tags: Vec::new(),
        privacy: Privacy::Public,
        nsfw: false,
        nsfw_flags: 0,
        nsfw_summary: None,
        passwords: Vec::new(),
        schedule: None,
        comments_policy: CommentsPolicy::Enabled,
        embed: Embed::Everywhere,
        player_theme: PlayerTheme::default(),
        download_enabled: true,
        sharing: None,
        wait_transcoding: false,
        transcribe: false,
        hearing: Hearing::Never,
        state: VideoState::Published,
        source: source(),
        source_kept: false,
        replacement: None,
        removals: 0,
        former: None,
        mirrors: Vec::new(),
        replaced_at: None,
        pictures_made: false,
        facts: Some(facts()),
        thumbnail: None,
        preview: None,
        storyboard: None,
        playlist: None,
        captions: Vec::new(),
        chapters: Vec::new(),
        remote: None,
        blocked: None,
        views: 0,
        likes: 0,
        dislikes: 0,
        created_at: Timestamp(1000),
        updated_at: Timestamp(1000),
        published_at: Timestamp(1000),
        originally_published_at: None,
    }
}

pub(crate) fn source() -> Source {
    Source { extension: ".mp4".into(), filename: "boat.mp4".into(), bytes: 1000, file: None, take: 0 }
}

pub(crate) fn facts() -> Facts {
    Facts { duration_ms: 12_000, width: 1280, height: 720, fps: 30, has_audio: true, has_video: true }
}
