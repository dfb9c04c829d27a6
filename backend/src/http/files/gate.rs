//! Who may have a video's files.
//!
//! Owns what each spelling of a stream's address means for each kind of video; who may see which video is
//! `domain::video::sight`'s. Pure. A guarded stream under its public address does not exist, as in PeerTube, so that
//! nobody learns of a private video by its UUID.

use crate::domain::video::sight::Sight;

/// What an address needs before its file is given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Gate {
    /// There is nothing behind it.
    Absent,
    /// Nothing.
    Open,
    /// A token that opens this video.
    Guarded(Sight),
}

/// The gate of a stream's address. `hidden` says that it is spelled `private/`.
#[must_use]
pub fn gate_of(sight: Option<Sight>, hidden: bool) -> Gate {
    match sight {
        None => Gate::Absent,
        Some(sight) if !sight.has_guarded_files() => {
            // Whoever was watching when a private video became public goes on under the address they have.
            Gate::Open
        }
        Some(_) if !hidden => Gate::Absent,
        Some(sight) => Gate::Guarded(sight),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::makers::Makers;
    use crate::store::records::{Privacy, VideoState};
    use shared::id::AccountId;

    #[test]
    fn a_guarded_stream_has_one_address() {
        let sight = |privacy| Sight {
            makers: Makers::alone(AccountId(1)),
            privacy,
            state: VideoState::Published,
            is_blocked: false,
            is_elsewhere: false,
        };
        for (privacy, guarded) in [
            (Privacy::Public, false),
            (Privacy::Unlisted, false),
            (Privacy::Private, true),
            (Privacy::Internal, true),
            (Privacy::Password, true),
        ] {
            let sight = sight(privacy);
            let (public, private) =
                if guarded { (Gate::Absent, Gate::Guarded(sight.clone())) } else { (Gate::Open, Gate::Open) };
            assert_eq!(gate_of(Some(sight.clone()), false), public, "{privacy:?}");
            assert_eq!(gate_of(Some(sight), true), private, "{privacy:?}");
        }
        assert_eq!((gate_of(None, false), gate_of(None, true)), (Gate::Absent, Gate::Absent));
    }
}
