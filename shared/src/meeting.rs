//! Who may meet whom over a video, and who decided that.
//!
//! Owns the words of that setting, their order from strict to free, and that the strictest wins. Never knows who is
//! there: whether two viewers meet at this moment is the tracker's to say.

use std::cmp::Reverse;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Who may meet over a video. Whoever meets learns the other's address.
///
/// Written as `off`, `seeders`, `threshold 5` and `on`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Meeting {
    /// Nobody: there are no swarms.
    Off,
    /// Viewers meet peers that the instance has admitted, and never each other.
    Seeders,
    /// As [`Meeting::Seeders`] until so many are in the swarm; then everybody meets everybody.
    Threshold(u32),
    /// Everybody meets everybody.
    On,
}

impl Meeting {
    /// Grows with what is allowed.
    fn freedom(self) -> (u8, Reverse<u32>) {
        match self {
            Meeting::Off => (0, Reverse(0)),
            Meeting::Seeders => (1, Reverse(0)),
            Meeting::Threshold(enough) => (2, Reverse(enough)),
            Meeting::On => (3, Reverse(0)),
        }
    }

    /// Whether this forbids something that `other` allows.
    #[must_use]
    pub fn is_stricter_than(self, other: Meeting) -> bool {
        self.freedom() < other.freedom()
    }
}

/// Whose word it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Decider {
    /// The instance's keeper.
    Instance,
    /// The channel's owner.
    Channel,
    /// The video's owner, for this video.
    Video,
    /// The video is not for everybody, so it goes from nobody to anybody.
    Privacy,
}

/// What holds for a video.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct InForce {
    /// Who may meet.
    pub mode: Meeting,
    /// The first who asked for that.
    pub decided_by: Decider,
}

/// What holds where the instance says one thing and others may have asked for more restraint: the strictest wins, and
/// who asks for nothing takes nothing away.
#[must_use]
pub fn strictest(instance: Meeting, others: &[(Decider, Option<Meeting>)]) -> InForce {
    let first = InForce { mode: instance, decided_by: Decider::Instance };
    others.iter().fold(first, |held, &(decided_by, asked)| match asked {
        Some(mode) if mode.is_stricter_than(held.mode) => InForce { mode, decided_by },
        Some(_) | None => held,
    })
}

impl fmt::Display for Meeting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Meeting::Off => f.write_str("off"),
            Meeting::Seeders => f.write_str("seeders"),
            Meeting::Threshold(enough) => write!(f, "threshold {enough}"),
            Meeting::On => f.write_str("on"),
        }
    }
}

/// A text that names no such setting.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NoMeeting;

impl fmt::Display for NoMeeting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not off, seeders, on, or threshold and a number")
    }
}

impl std::error::Error for NoMeeting {}

impl FromStr for Meeting {
    type Err = NoMeeting;

    fn from_str(text: &str) -> Result<Meeting, NoMeeting> {
        match text {
            "off" => Ok(Meeting::Off),
            "seeders" => Ok(Meeting::Seeders),
            "on" => Ok(Meeting::On),
            _ => {
                let enough = text.strip_prefix("threshold ").ok_or(NoMeeting)?;
                let is_plain = enough.bytes().all(|letter| letter.is_ascii_digit());
                let enough = enough.parse().ok().filter(|_| is_plain);
                enough.map(Meeting::Threshold).ok_or(NoMeeting)
            }
        }
    }
}

impl Serialize for Meeting {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Meeting {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Meeting, D::Error> {
        std::borrow::Cow::<str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Meeting; 5] =
        [Meeting::Off, Meeting::Seeders, Meeting::Threshold(9), Meeting::Threshold(3), Meeting::On];

    #[test]
    fn each_is_stricter_than_all_behind_it() {
        for (at, one) in ALL.iter().enumerate() {
            for (place, other) in ALL.iter().enumerate() {
                assert_eq!(one.is_stricter_than(*other), at < place, "{one} {other}");
            }
        }
    }

    #[test]
    fn the_strictest_wins_whoever_asks_for_it() {
        let asked = || ALL.iter().copied().map(Some).chain([None]);
        for instance in ALL {
            for channel in asked() {
                for video in asked() {
                    let others = [(Decider::Channel, channel), (Decider::Video, video)];
                    let held = strictest(instance, &others);
                    let words = [Some(instance), channel, video];
                    let heard = words.iter().flatten();
                    assert!(heard.clone().all(|word| !word.is_stricter_than(held.mode)), "{words:?}");
                    // Whom it is said to come from did ask for it, and nobody before did.
                    let first = words.iter().position(|word| *word == Some(held.mode)).unwrap();
                    let deciders = [Decider::Instance, Decider::Channel, Decider::Video];
                    assert_eq!(held.decided_by, deciders[first], "{words:?}");
                }
            }
        }
    }

    #[test]
    fn words_are_read_as_they_are_written() {
        for one in ALL {
            assert_eq!(one.to_string().parse(), Ok(one));
            assert_eq!(serde_json::from_str::<Meeting>(&serde_json::to_string(&one).unwrap()).unwrap(), one);
        }
        for text in ["", "On", "threshold", "threshold ", "threshold +5", "threshold 99999999999"] {
            assert_eq!(text.parse::<Meeting>(), Err(NoMeeting), "{text:?}");
        }
    }
}
