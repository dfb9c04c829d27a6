//! From upload to publication: how a video's state follows its pipeline.

use std::time::Duration;

use shared::time::Timestamp;

use crate::store::records::{Video, VideoState};

/// What the pipeline reports.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Milestone {
    /// There is something to play; other renditions may follow.
    Playable,
    /// All renditions are there.
    Complete,
    /// The work will not be tried again.
    Failed,
}

/// Moves a video on. A video that was published stays so as long as it plays, whatever happens to its other renditions,
/// and a milestone that is reported twice changes nothing the second time.
pub fn advance(video: &mut Video, milestone: Milestone, now: Timestamp) {
    let next = match (video.state, milestone) {
        // What was shown while it was being made was never finished.
        (VideoState::Published, Milestone::Failed) if video.playlist.is_none() => {
            VideoState::TranscodingFailed
        }
        (VideoState::Published, _) => return,
        (_, Milestone::Complete) => VideoState::Published,
        (VideoState::ToTranscode | VideoState::TranscodingFailed, Milestone::Playable) => {
            if video.wait_transcoding { VideoState::ToTranscode } else { VideoState::Published }
        }
        (VideoState::ToTranscode | VideoState::TranscodingFailed, Milestone::Failed) => {
            VideoState::TranscodingFailed
        }
    };
    if next == video.state {
        return;
    }
    video.state = next;
    video.updated_at = now;
    if next == VideoState::Published {
        video.published_at = now;
    }
}

/// How long an uploaded file is kept at least, however soon everything is made of it. Clients look for it right after
/// their upload, and PeerTube's own command line breaks where it finds none: this is for the slowest line to ask once.
const SOURCE_KEPT_MIN: Duration = Duration::from_secs(60);

/// When an uploaded file may go, if everything is made of it at `now`.
#[must_use]
pub fn source_kept_until(video: &Video, now: Timestamp) -> Timestamp {
    now.max(video.created_at.after(SOURCE_KEPT_MIN))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::video::tests::video;
    use crate::store::records::Playlist;

    /// The states after each milestone, and when the video was published.
    fn story(wait_transcoding: bool, milestones: &[Milestone]) -> (Vec<VideoState>, i64) {
        let mut video = video(1);
        let names = ("a.m3u8".to_owned(), "a.json".to_owned());
        video.playlist = Some(Playlist { id: 1, master: names.0, digests: names.1, renditions: Vec::new() });
        video.state = VideoState::ToTranscode;
        video.wait_transcoding = wait_transcoding;
        video.published_at = Timestamp(0);
        let mut states = Vec::new();
        for (at, milestone) in (1..).zip(milestones) {
            advance(&mut video, *milestone, Timestamp(at));
            states.push(video.state);
        }
        (states, video.published_at.0)
    }

    #[test]
    fn a_video_is_published_as_soon_as_it_plays() {
        use Milestone::{Complete, Failed, Playable};
        use VideoState::Published;
        assert_eq!(story(false, &[Playable, Complete]), (vec![Published, Published], 1));
        assert_eq!(story(false, &[Playable, Playable, Failed]), (vec![Published; 3], 1));
    }

    #[test]
    fn one_that_waits_is_published_when_all_is_there() {
        use Milestone::{Complete, Failed, Playable};
        use VideoState::{Published, ToTranscode, TranscodingFailed};
        assert_eq!(story(true, &[Playable, Complete]), (vec![ToTranscode, Published], 2));
        assert_eq!(story(true, &[Playable, Failed]), (vec![ToTranscode, TranscodingFailed], 0));
    }

    #[test]
    fn one_that_plays_no_more_is_not_published() {
        let mut video = video(1);
        video.playlist = None;
        advance(&mut video, Milestone::Failed, Timestamp(5));
        assert_eq!(video.state, VideoState::TranscodingFailed);
    }

    #[test]
    fn what_failed_may_be_tried_again() {
        use Milestone::{Failed, Playable};
        use VideoState::{Published, TranscodingFailed};
        assert_eq!(story(false, &[Failed, Playable]), (vec![TranscodingFailed, Published], 2));
    }
}
