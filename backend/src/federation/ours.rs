//! What an address of ours is of.

use percent_encoding::percent_decode_str;
use shared::id::{CommentId, VideoRef};

use crate::domain::federation::INSTANCE;

/// Something here that others speak of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ours {
    /// The instance.
    Instance,
    /// An account, by its name.
    Account(String),
    /// A channel, by its name.
    Channel(String),
    /// A video.
    Video(VideoRef),
    /// A comment of a video.
    Comment(VideoRef, CommentId),
}

/// More parts than any such address has.
const PARTS_MAX: usize = 8;

/// Reads an address below `root`, the instance's own without a slash at its end. The pages that people paste count as the
/// things they show.
#[must_use]
pub fn read(root: &str, url: &str) -> Option<Ours> {
    let path = url.strip_prefix(root)?.strip_prefix('/')?;
    let path = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let parts: Vec<&str> = path.split('/').take(PARTS_MAX).collect();
    let name = |name: &str| percent_decode_str(name).decode_utf8().ok().map(|name| name.to_lowercase());
    match parts.as_slice() {
        ["accounts" | "a", account] => {
            let account = name(account)?;
            Some(if account == INSTANCE { Ours::Instance } else { Ours::Account(account) })
        }
        ["video-channels" | "c", channel] => Some(Ours::Channel(name(channel)?)),
        ["videos", "watch", video] | ["w", video] => Some(match video.split_once(';') {
            // A page's address may name a comment behind the video.
            Some((video, thread)) => {
                Ours::Comment(video.parse().ok()?, thread.strip_prefix("threadId=")?.parse().ok()?)
            }
            None => Ours::Video(video.parse().ok()?),
        }),
        ["videos", "watch", video, "comments", comment] => {
            Some(Ours::Comment(video.parse().ok()?, comment.parse().ok()?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use shared::id::Uuid;

    use super::*;

    #[test]
    fn addresses_of_ours_are_read_and_no_others() {
        let root = "https://films.example";
        let text = "ce07d2dc-d37f-4a15-8d02-89251c07337b";
        let uuid: Uuid = text.parse().unwrap();
        let video = VideoRef::Uuid(uuid);
        for (path, ours) in [
            ("/accounts/peertube", Ours::Instance),
            ("/accounts/Alice", Ours::Account("alice".to_owned())),
            ("/video-channels/films/", Ours::Channel("films".to_owned())),
            (&format!("/videos/watch/{text}"), Ours::Video(video)),
            (&format!("/w/{}?start=3", uuid.short()), Ours::Video(video)),
            (&format!("/w/{}/?start=3s#x", uuid.short()), Ours::Video(video)),
            (&format!("/w/{};threadId=7", uuid.short()), Ours::Comment(video, CommentId(7))),
            (&format!("/videos/watch/{text}/comments/7"), Ours::Comment(video, CommentId(7))),
        ] {
            assert_eq!(read(root, &format!("{root}{path}")), Some(ours), "{path}");
        }
        for url in [
            "https://films.example",
            "https://films.example.evil/accounts/alice",
            "https://films.example/accounts/alice/outbox",
            "https://films.example/videos/watch/nothing",
            "http://films.example/accounts/alice",
        ] {
            assert_eq!(read(root, url), None, "{url}");
        }
    }
}
