//! A video of which nothing is said yet.

use shared::id::{ChannelId, Uuid, VideoId};
use shared::time::Timestamp;

use crate::store::records::{
    CommentsPolicy, Embed, Hearing, PlayerTheme, Privacy, Source, Video, VideoState,
};

/// A row of which nothing is said: it has no name, no file that anything could be found by, and nobody sees it.
#[must_use]
pub fn blank(id: VideoId, uuid: Uuid, channel: ChannelId, now: Timestamp) -> Video {
    Video {
        id,
        uuid,
        channel,
        name: String::new(),
        description: None,
        support: None,
        category: None,
        licence: None,
        language: None,
        tags: Vec::new(),
        automatic_tags: Vec::new(),
        // Who says nothing is not overheard (PeerTube's rule too).
        privacy: Privacy::Private,
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
        state: VideoState::ToTranscode,
        source: Source { extension: String::new(), filename: String::new(), bytes: 0, file: None, take: 0 },
        source_kept: false,
        replacement: None,
        removals: 0,
        former: None,
        mirrors: Vec::new(),
        replaced_at: None,
        pictures_made: false,
        facts: None,
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
        created_at: now,
        updated_at: now,
        published_at: now,
        originally_published_at: None,
    }
}
