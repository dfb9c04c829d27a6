//! How players look: what videos, channels and the instance say, and who is heard.
//!
//! The words are PeerTube 8's (`player-settings`). Our own player has one look; the words are kept and told for programs
//! that know the looks.

use shared::id::{ChannelId, VideoId};
use shared::time::Timestamp;

use super::account::{ChannelEditError, changeable_channel};
use super::video::edit::{EditError, own_video};
use super::viewer::Person;
use crate::store::Write;
use crate::store::records::PlayerTheme;
use crate::store::tables::{ChannelKey, VideoKey};

/// What a channel may say.
pub const OF_CHANNELS: &[&str] = &["instance-default", "galaxy", "lucide"];
/// What a video may say.
pub const OF_VIDEOS: &[&str] = &["channel-default", "instance-default", "galaxy", "lucide"];
/// What the instance may say.
pub const LOOKS: &[&str] = &["galaxy", "lucide"];

/// The theme of a word.
#[must_use]
pub fn parse(word: &str) -> Option<PlayerTheme> {
    match word {
        "channel-default" => Some(PlayerTheme::ChannelDefault),
        "instance-default" => Some(PlayerTheme::InstanceDefault),
        "galaxy" => Some(PlayerTheme::Galaxy),
        "lucide" => Some(PlayerTheme::Lucide),
        _ => None,
    }
}

/// What a video says.
#[must_use]
pub fn said_by_video(theme: PlayerTheme) -> &'static str {
    match theme {
        PlayerTheme::ChannelDefault => "channel-default",
        PlayerTheme::InstanceDefault => "instance-default",
        PlayerTheme::Galaxy => "galaxy",
        PlayerTheme::Lucide => "lucide",
    }
}

/// What a channel says.
#[must_use]
pub fn said_by_channel(theme: PlayerTheme) -> &'static str {
    match theme {
        PlayerTheme::ChannelDefault | PlayerTheme::InstanceDefault => "instance-default",
        said @ (PlayerTheme::Galaxy | PlayerTheme::Lucide) => said_by_video(said),
    }
}

/// How the player of a channel's videos looks where they say nothing.
#[must_use]
pub fn of_channel(channel: PlayerTheme, instance: &str) -> &str {
    match channel {
        PlayerTheme::ChannelDefault | PlayerTheme::InstanceDefault => instance,
        said @ (PlayerTheme::Galaxy | PlayerTheme::Lucide) => said_by_video(said),
    }
}

/// How the player of a video looks.
#[must_use]
pub fn of_video(video: PlayerTheme, channel: PlayerTheme, instance: &str) -> &str {
    match video {
        PlayerTheme::ChannelDefault => of_channel(channel, instance),
        said @ (PlayerTheme::InstanceDefault | PlayerTheme::Galaxy | PlayerTheme::Lucide) => {
            of_channel(said, instance)
        }
    }
}

/// Decides how the player of a video looks.
///
/// # Errors
/// [`EditError`] when the video is gone or another's.
pub fn decide_for_video(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    video: VideoId,
    theme: PlayerTheme,
) -> Result<(), EditError> {
    let (mut video, _) = own_video(write, video, who)?;
    (video.player_theme, video.updated_at) = (theme, now);
    Ok(write.insert(&VideoKey { video: video.id }, &video)?)
}

/// Decides how the player of a channel's videos looks.
///
/// # Errors
/// [`ChannelEditError`] when the channel is gone or another's.
pub fn decide_for_channel(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    channel: ChannelId,
    theme: PlayerTheme,
) -> Result<(), ChannelEditError> {
    let mut channel = changeable_channel(write, who, channel)?;
    (channel.player_theme, channel.updated_at) = (theme, now);
    Ok(write.insert(&ChannelKey { channel: channel.id }, &channel)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use PlayerTheme::{ChannelDefault, Galaxy, InstanceDefault, Lucide};

    #[test]
    fn the_nearest_word_counts() {
        for (video, channel, expected) in [
            (ChannelDefault, ChannelDefault, "galaxy"),
            (ChannelDefault, InstanceDefault, "galaxy"),
            (ChannelDefault, Lucide, "lucide"),
            (InstanceDefault, Lucide, "galaxy"),
            (Lucide, Galaxy, "lucide"),
            (Galaxy, Lucide, "galaxy"),
        ] {
            assert_eq!(of_video(video, channel, "galaxy"), expected, "{video:?} in {channel:?}");
        }
        assert_eq!(said_by_channel(ChannelDefault), "instance-default");
        for word in OF_VIDEOS {
            assert_eq!(parse(word).map(said_by_video), Some(*word));
        }
        assert!(OF_CHANNELS.iter().chain(LOOKS).all(|word| parse(word).is_some()));
        assert_eq!(parse("aurora"), None);
    }
}
