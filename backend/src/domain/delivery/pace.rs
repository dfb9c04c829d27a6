//! What an answer means, and how long to wait after it.

use std::time::Duration;

use shared::id::ServerId;

use crate::store::records::Verdict;

/// How long after it was said something may still be delivered. A server that is away for longer asks for what it missed.
pub const USEFUL_DURATION: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// What is waited after the first failures in a row; after all further ones as long as after the last of these.
const DELAYS: [Duration; 7] = [
    Duration::from_secs(20),
    Duration::from_secs(60),
    Duration::from_secs(5 * 60),
    Duration::from_secs(15 * 60),
    Duration::from_secs(60 * 60),
    Duration::from_secs(3 * 60 * 60),
    Duration::from_secs(6 * 60 * 60),
];
/// How often a server is tried that fell silent lately, before the spread: with that, the try itself and the look at the
/// ledger it stays under five minutes, so that one that says nothing when it is back has everything within that time.
const PROBE_EVERY: Duration = Duration::from_secs(225);
/// How long it is tried so often. Three days are a long weekend without anybody at the machine; a server that is away for
/// longer is seldom back. Two thousand that fall silent together are eight tries a second until then, and of those that
/// stay dead one in ten seconds.
const PROBED_DURATION: Duration = Duration::from_secs(4 * 24 * 60 * 60);
/// No server makes itself be left alone for longer by `Retry-After`.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(24 * 60 * 60);
/// Tries of one delivery that a server answers with an error of its own: beyond them the others go first.
pub const ATTEMPTS_IN_TURN: u32 = 4;

/// What came back for a delivery.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// An HTTP status, and what `Retry-After` said.
    Status(u16, Option<Duration>),
    /// No answer, in the words of whoever tried.
    None(String),
}

/// What is to be done after an answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Judged {
    /// The delivery is over.
    Over(Verdict),
    /// The server is asked again later, at the earliest after this where it said so.
    Server(Verdict, Option<Duration>),
    /// This delivery is tried again later; the server itself is well.
    Delivery(Verdict),
}

/// What an answer means (RFC 9110 §15; what the others of the network mean by them).
#[must_use]
pub fn judge(answer: Answer) -> Judged {
    match answer {
        Answer::None(why) => Judged::Server(Verdict::Unreachable(why), None),
        Answer::Status(status @ 200..=299, _) => {
            let _ = status;
            Judged::Over(Verdict::Taken)
        }
        // It, or what stands before it, has no time.
        Answer::Status(status @ (408 | 429 | 502 | 503 | 504), after) => {
            Judged::Server(Verdict::Busy(status), after.map(|after| after.min(RETRY_AFTER_MAX)))
        }
        // It could not read our key just now, or stumbled over this one.
        Answer::Status(status @ (401 | 403 | 500..=599), _) => Judged::Delivery(Verdict::Busy(status)),
        // Redirects of a POST among them: who has moved is found anew by their actor's document.
        Answer::Status(status, _) => Judged::Over(Verdict::Refused(status)),
    }
}

/// How long a server is left alone after so many failures in a row. Servers differ by up to a fifth of it, so that a
/// hundred that fell together do not wake together.
#[must_use]
pub fn delay(failures: u32, server: ServerId) -> Duration {
    let at = usize::try_from(failures.saturating_sub(1)).unwrap_or(usize::MAX).min(DELAYS.len() - 1);
    spread(DELAYS.get(at).copied().unwrap_or_default(), server)
}

/// How long a server is left alone that could not be reached so many times in a row, for so long now.
#[must_use]
pub fn pause(failures: u32, silent_for: Duration, server: ServerId) -> Duration {
    let usual = delay(failures, server);
    if silent_for < PROBED_DURATION { usual.min(spread(PROBE_EVERY, server)) } else { usual }
}

/// Whether a failure says nothing that was not noted: the same is noted once, however often it is tried.
#[must_use]
pub fn is_nothing_new(failures: u32) -> bool {
    DELAYS.len() < usize::try_from(failures).unwrap_or(usize::MAX)
}

fn spread(delay: Duration, server: ServerId) -> Duration {
    let share = u32::try_from(server.0 % 64).unwrap_or_default();
    delay + delay * share / 320
}
