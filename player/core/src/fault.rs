//! Everything that can go wrong with playback, and what is done about it.
//!
//! Owns the table: [`recover`] is one total function from a fault and what is still possible to a recovery. Never acts
//! and never words a message. The surprise is that a stranger's rubbish, a forged segment and a dead server all pass
//! through the same few lines.

use std::time::Duration;

use crate::io::{FetchFailure, Want};

/// What went wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// A fetch brought nothing.
    Fetch {
        /// What was fetched.
        want: Want,
        /// Why it failed.
        why: FetchFailure,
    },
    /// A fetch went silent.
    Silent {
        /// What was fetched.
        want: Want,
    },
    /// A playlist or the list of digests is not one.
    Unreadable {
        /// What was fetched.
        want: Want,
    },
    /// The bytes are not those the publisher vouches for.
    Forged,
    /// The publisher's list of digests does not have the segment.
    Unlisted,
    /// The browser plays none of the variants.
    Unsupported,
    /// The browser could not read the bytes.
    Undecodable,
    /// The browser gave up on playback.
    Broken,
    /// Playback does not go on although everything is there.
    Stuck,
}

/// What a fault means to a person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// The video, or a part of it, is not there (any more).
    NotFound,
    /// Not for this viewer.
    Private,
    /// No network, or the server does not answer.
    Network,
    /// The server answers with errors.
    Server,
    /// The video's files are damaged.
    Damaged,
    /// The video's files are not what the publisher vouched for.
    Forged,
    /// This browser cannot play the format.
    Unsupported,
    /// The browser failed to play it.
    Playback,
}

impl Fault {
    /// What to tell a person.
    #[must_use]
    pub fn reason(&self) -> Reason {
        match self {
            Fault::Fetch { why: FetchFailure::Status(404 | 410), .. } => Reason::NotFound,
            Fault::Fetch { why: FetchFailure::Status(401 | 403), .. } => Reason::Private,
            Fault::Fetch { why: FetchFailure::Status(_), .. } => Reason::Server,
            Fault::Fetch { why: FetchFailure::Length, .. } | Fault::Unreadable { .. } => Reason::Damaged,
            Fault::Fetch { why: FetchFailure::Unreachable, .. } | Fault::Silent { .. } => Reason::Network,
            Fault::Forged | Fault::Unlisted => Reason::Forged,
            Fault::Unsupported => Reason::Unsupported,
            Fault::Undecodable | Fault::Broken | Fault::Stuck => Reason::Playback,
        }
    }

    /// Whether waiting may cure it: the cause is the way to the bytes, not the bytes.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Fault::Silent { .. } | Fault::Fetch { why: FetchFailure::Unreachable, .. } => true,
            Fault::Fetch { why: FetchFailure::Status(status), .. } => {
                matches!(status, 408 | 425 | 429 | 500..=599)
            }
            Fault::Fetch { why: FetchFailure::Length, .. }
            | Fault::Unreadable { .. }
            | Fault::Forged
            | Fault::Unlisted
            | Fault::Unsupported
            | Fault::Undecodable
            | Fault::Broken
            | Fault::Stuck => false,
        }
    }
}

/// What is still possible when something goes wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Outlook {
    /// How often this very thing failed before, without a success in between.
    pub failures: u32,
    /// Another variant could take over.
    pub has_other_variant: bool,
    /// What peers can do about it.
    pub help: Help,
}

/// What peers can do for something that the origin does not bring.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Help {
    /// Nothing: there is nobody.
    None,
    /// Somebody is linked with us, or about to be, and may come to have it.
    Possible,
    /// Somebody has it.
    AtHand,
}

/// What to do about it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Recovery {
    /// The same again, soon; `fresh` past all caches, after asking for the digests anew.
    Retry {
        /// What lies in the caches is not to be trusted.
        fresh: bool,
    },
    /// Leave this variant alone for so long, and take another.
    Switch {
        /// Until then.
        ban: Duration,
    },
    /// Throw the media source away and begin a new one at the same place.
    Reopen {
        /// Never come back to this variant.
        ban: bool,
    },
    /// Tell the person.
    Fail,
}

/// A variant that is wrong stays wrong.
pub const BAN_FOREVER: Duration = Duration::MAX;
/// A server that fails at one variant may have recovered after this.
const BAN_PASSING: Duration = Duration::from_secs(30);

/// With backoff to 8 s these last a good minute: longer than a server's restart.
const PASSING_FAILURES_MAX: u32 = 12;
/// With peers there are two ways, and either may open yet: three minutes.
const PASSING_FAILURES_MAX_WITH_PEERS: u32 = 24;
/// With another variant at hand there is no reason to insist.
const PASSING_FAILURES_MAX_WITH_OTHERS: u32 = 2;
/// A wrong body may come from one bad cache on the way, not from all of them.
const WRONG_FAILURES_MAX: u32 = 2;
/// A media source that failed twice in the same minute will fail again.
const REOPENS_MAX: u32 = 2;

/// What to do about a fault.
#[must_use]
pub fn recover(fault: &Fault, outlook: &Outlook) -> Recovery {
    let others = outlook.has_other_variant;
    match fault {
        fault if fault.is_passing() => {
            let failures_max = match outlook.help {
                Help::None => PASSING_FAILURES_MAX,
                Help::Possible | Help::AtHand => PASSING_FAILURES_MAX_WITH_PEERS,
            };
            let is_patient = outlook.help == Help::AtHand || !others;
            let insists_until = if is_patient { failures_max } else { PASSING_FAILURES_MAX_WITH_OTHERS };
            match outlook.failures < insists_until {
                true => Recovery::Retry { fresh: false },
                false if others => Recovery::Switch { ban: BAN_PASSING },
                false => Recovery::Fail,
            }
        }
        Fault::Forged
        | Fault::Unlisted
        | Fault::Unreadable { .. }
        | Fault::Fetch { why: FetchFailure::Length, .. } => match outlook.failures {
            0..WRONG_FAILURES_MAX => Recovery::Retry { fresh: true },
            _ if others => Recovery::Switch { ban: BAN_FOREVER },
            _ => Recovery::Fail,
        },
        Fault::Fetch { .. } | Fault::Silent { .. } | Fault::Unsupported if others => {
            Recovery::Switch { ban: BAN_FOREVER }
        }
        Fault::Fetch { .. } | Fault::Silent { .. } | Fault::Unsupported => Recovery::Fail,
        Fault::Undecodable | Fault::Broken | Fault::Stuck if REOPENS_MAX <= outlook.failures => {
            Recovery::Fail
        }
        Fault::Undecodable => Recovery::Reopen { ban: others },
        // The first time it may have been the decoder, not the film.
        Fault::Broken | Fault::Stuck => Recovery::Reopen { ban: others && 0 < outlook.failures },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAULTS: [Fault; 13] = [
        Fault::Fetch { want: Want::Segment, why: FetchFailure::Status(404) },
        Fault::Fetch { want: Want::Segment, why: FetchFailure::Status(403) },
        Fault::Fetch { want: Want::Segment, why: FetchFailure::Status(503) },
        Fault::Fetch { want: Want::Playlist, why: FetchFailure::Unreachable },
        Fault::Fetch { want: Want::Init, why: FetchFailure::Length },
        Fault::Silent { want: Want::Segment },
        Fault::Unreadable { want: Want::Digests },
        Fault::Forged,
        Fault::Unlisted,
        Fault::Unsupported,
        Fault::Undecodable,
        Fault::Broken,
        Fault::Stuck,
    ];

    fn course(fault: Fault, has_other_variant: bool) -> Vec<Recovery> {
        course_with(Help::None, fault, has_other_variant)
    }

    fn course_with(help: Help, fault: Fault, has_other_variant: bool) -> Vec<Recovery> {
        let outlook = |failures| Outlook { failures, has_other_variant, help };
        (0..30).map(|failures| recover(&fault, &outlook(failures))).collect()
    }

    #[test]
    fn every_fault_is_given_up_in_the_end_when_there_is_nothing_else() {
        for fault in FAULTS {
            assert_eq!(course(fault, false).last(), Some(&Recovery::Fail), "{fault:?}");
        }
    }

    #[test]
    fn what_fails_once_is_given_up_at_once_only_when_the_server_means_it() {
        for fault in FAULTS {
            let gives_up = course(fault, false)[0] == Recovery::Fail;
            let is_final = matches!(fault, Fault::Fetch { why: FetchFailure::Status(403 | 404), .. });
            assert_eq!(gives_up, is_final || fault == Fault::Unsupported, "{fault:?}");
        }
    }

    #[test]
    fn a_missing_segment_is_taken_from_another_variant_and_never_skipped() {
        let missing = Fault::Fetch { want: Want::Segment, why: FetchFailure::Status(404) };
        assert_eq!(course(missing, true)[0], Recovery::Switch { ban: BAN_FOREVER });
        assert_eq!(course(missing, false)[0], Recovery::Fail);
    }

    #[test]
    fn a_forged_segment_is_fetched_twice_more_past_the_caches_before_its_variant_is_banned() {
        let fresh = Recovery::Retry { fresh: true };
        assert_eq!(course(Fault::Forged, true)[..3], [fresh, fresh, Recovery::Switch { ban: BAN_FOREVER }]);
        assert_eq!(course(Fault::Forged, false)[..3], [fresh, fresh, Recovery::Fail]);
    }

    #[test]
    fn a_server_that_restarts_is_waited_for_and_longer_where_peers_may_help() {
        let restarting = Fault::Fetch { want: Want::Segment, why: FetchFailure::Status(502) };
        let retries = |help, others| {
            let course = course_with(help, restarting, others);
            course.iter().take_while(|next| **next == Recovery::Retry { fresh: false }).count()
        };
        assert_eq!(retries(Help::None, false), PASSING_FAILURES_MAX as usize);
        assert_eq!(retries(Help::Possible, false), PASSING_FAILURES_MAX_WITH_PEERS as usize);
        // Another variant may be had at once; who has this one makes that needless.
        assert_eq!(retries(Help::Possible, true), PASSING_FAILURES_MAX_WITH_OTHERS as usize);
        assert_eq!(retries(Help::AtHand, true), PASSING_FAILURES_MAX_WITH_PEERS as usize);
        // Peers change nothing about what is wrong with the video.
        for fault in FAULTS.into_iter().filter(|fault| !fault.is_passing()) {
            assert_eq!(course_with(Help::AtHand, fault, false), course(fault, false), "{fault:?}");
        }
    }
}
