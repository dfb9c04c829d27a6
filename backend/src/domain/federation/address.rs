//! Where each of our objects is. An address is a name for ever: other servers keep it.

use shared::id::{ChannelId, CommentId, ElementId, Uuid, VideoId};

use super::INSTANCE;
use crate::store::records::Opinion;

/// The addresses of one instance.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Addresses<'u> {
    url: &'u str,
    host: &'u str,
}

/// What the instance's announcements are numbered. Those of channels come behind it.
const INSTANCE_ANNOUNCER: u64 = 1;

impl<'u> Addresses<'u> {
    /// The addresses below `https://films.example`, which `host` is the end of.
    #[must_use]
    pub fn new(url: &'u str, host: &'u str) -> Addresses<'u> {
        Addresses { url, host }
    }

    /// The instance's own, without a slash at its end.
    #[must_use]
    pub fn root(&self) -> &'u str {
        self.url
    }

    /// What stands behind the `@` of a handle.
    #[must_use]
    pub fn host(&self) -> &'u str {
        self.host
    }

    /// The address of a path.
    #[must_use]
    pub fn of_path(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// The instance as an actor.
    #[must_use]
    pub fn instance(&self) -> String {
        self.account(INSTANCE)
    }

    /// An account.
    #[must_use]
    pub fn account(&self, name: &str) -> String {
        format!("{}/accounts/{name}", self.url)
    }

    /// A channel.
    #[must_use]
    pub fn channel(&self, name: &str) -> String {
        format!("{}/video-channels/{name}", self.url)
    }

    /// Where activities for anybody here may be sent.
    #[must_use]
    pub fn shared_inbox(&self) -> String {
        format!("{}/inbox", self.url)
    }

    /// A video.
    #[must_use]
    pub fn video(&self, video: Uuid) -> String {
        format!("{}/videos/watch/{video}", self.url)
    }

    /// A video's page for people.
    #[must_use]
    pub fn video_page(&self, video: Uuid) -> String {
        format!("{}/w/{}", self.url, video.short())
    }

    /// What somebody says of a video.
    #[must_use]
    pub fn comment(&self, video: Uuid, comment: CommentId) -> String {
        format!("{}/comments/{comment}", self.video(video))
    }

    /// A thumb of an account.
    #[must_use]
    pub fn rate(&self, account: &str, opinion: Opinion, video: VideoId) -> String {
        let thumbs = match opinion {
            Opinion::Like => "likes",
            Opinion::Dislike => "dislikes",
        };
        format!("{}/{thumbs}/{video}", self.account(account))
    }

    /// The announcement of a video by the instance.
    #[must_use]
    pub fn announce_by_instance(&self, video: Uuid) -> String {
        format!("{}/announces/{INSTANCE_ANNOUNCER}", self.video(video))
    }

    /// The announcement of a video by its channel.
    #[must_use]
    pub fn announce_by_channel(&self, video: Uuid, channel: ChannelId) -> String {
        format!("{}/announces/{}", self.video(video), channel.0.saturating_add(INSTANCE_ANNOUNCER))
    }

    /// A list of videos.
    #[must_use]
    pub fn playlist(&self, playlist: Uuid) -> String {
        format!("{}/video-playlists/{playlist}", self.url)
    }

    /// A place in a list of videos.
    #[must_use]
    pub fn element(&self, playlist: Uuid, element: ElementId) -> String {
        format!("{}/videos/{element}", self.playlist(playlist))
    }
}

/// Who announced a video under this number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Announcer {
    /// The instance.
    Instance,
    /// A channel.
    Channel(ChannelId),
}

impl Announcer {
    /// Whose number it is.
    #[must_use]
    pub fn numbered(number: u64) -> Option<Announcer> {
        match number.checked_sub(INSTANCE_ANNOUNCER)? {
            0 => Some(Announcer::Instance),
            channel => Some(Announcer::Channel(ChannelId(channel))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Addresses<'static> =
        Addresses { url: "https://films.example:9001", host: "films.example:9001" };

    #[test]
    fn addresses_are_those_of_peertube() {
        let uuid = Uuid(0xce07_d2dc_d37f_4a15_8d02_8925_1c07_337b);
        for (address, expected) in [
            (HERE.instance(), "/accounts/peertube"),
            (HERE.account("alice"), "/accounts/alice"),
            (HERE.channel("alice_films"), "/video-channels/alice_films"),
            (HERE.shared_inbox(), "/inbox"),
            (HERE.video(uuid), "/videos/watch/ce07d2dc-d37f-4a15-8d02-89251c07337b"),
            (HERE.video_page(uuid), "/w/rrBjcMzUHp9vw19EDscPnD"),
            (
                HERE.comment(uuid, CommentId(7)),
                "/videos/watch/ce07d2dc-d37f-4a15-8d02-89251c07337b/comments/7",
            ),
            (HERE.rate("carol", Opinion::Like, VideoId(1)), "/accounts/carol/likes/1"),
            (HERE.rate("carol", Opinion::Dislike, VideoId(1)), "/accounts/carol/dislikes/1"),
            (HERE.playlist(uuid), "/video-playlists/ce07d2dc-d37f-4a15-8d02-89251c07337b"),
            (
                HERE.element(uuid, ElementId(2)),
                "/video-playlists/ce07d2dc-d37f-4a15-8d02-89251c07337b/videos/2",
            ),
        ] {
            assert_eq!(address.strip_prefix("https://films.example:9001"), Some(expected));
        }
    }

    #[test]
    fn announcers_are_known_by_their_numbers() {
        let by_channel = HERE.announce_by_channel(Uuid(1), ChannelId(7));
        let number = |address: &str| address.rsplit('/').next().unwrap().parse().unwrap();
        assert_eq!(Announcer::numbered(number(&by_channel)), Some(Announcer::Channel(ChannelId(7))));
        let by_instance = HERE.announce_by_instance(Uuid(1));
        assert_eq!(Announcer::numbered(number(&by_instance)), Some(Announcer::Instance));
        assert_eq!(Announcer::numbered(0), None);
        assert_ne!(HERE.announce_by_channel(Uuid(1), ChannelId(1)), by_instance);
    }
}
