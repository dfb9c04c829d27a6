//! What is remembered of the servers that were asked: how they want questions signed, who failed, and what is gone.
//!
//! Owns turns and pauses. All of it is in memory and bounded: what is forgotten is found out again.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::StatusCode;
use shared::time::Instant;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Questions that are open at once, to all servers together.
const OPEN_MAX: usize = 64;
/// Questions that are open at once to one server.
const OPEN_PER_HOST_MAX: usize = 8;
/// Servers that are remembered.
const HOSTS_MAX: usize = 4096;
/// Addresses that are remembered as gone.
const GONE_MAX: usize = 8192;
/// How long what is gone for good (410) is not asked for again: a server that dies sends a `Delete` for everybody in it, and
/// each is signed by somebody who is gone.
const GONE_DURATION: Duration = Duration::from_secs(6 * 60 * 60);
/// How long what is not found (404) is not asked for again: it may be there in a moment.
const MISSING_DURATION: Duration = Duration::from_secs(60);
/// Failures in a row before a server is left alone.
const FAILURES_MAX: u32 = 3;
/// How long it is left alone after these; twice as long after each further one.
const PAUSE_FIRST: Duration = Duration::from_secs(30);
/// But no longer than this: who is back says nothing, and is to be heard within five minutes.
const PAUSE_SILENT_MAX: Duration = Duration::from_secs(4 * 60);
/// And no longer than this where it asks for it.
const PAUSE_MAX: Duration = Duration::from_secs(60 * 60);

/// How a question is signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    /// draft-cavage with the query, as Mastodon does.
    Whole,
    /// draft-cavage without the query, as PeerTube does.
    Bare,
    /// RFC 9421.
    Message,
}

impl Form {
    /// The forms in the order in which a server is asked that likes `first`. Without a query two of them are one.
    pub fn order(first: Form, has_query: bool) -> impl Iterator<Item = Form> {
        let first = if has_query || first != Form::Bare { first } else { Form::Whole };
        let others = [Form::Whole, Form::Bare, Form::Message].into_iter();
        let others = others.filter(move |form| *form != first && (has_query || *form != Form::Bare));
        std::iter::once(first).chain(others)
    }
}

/// What is remembered.
pub struct Memory {
    all: Arc<Semaphore>,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    hosts: HashMap<String, Host>,
    gone: HashMap<String, (StatusCode, Instant)>,
    /// Oldest first.
    gone_order: VecDeque<String>,
}

struct Host {
    open: Arc<Semaphore>,
    form: Form,
    failures: u32,
    not_before: Instant,
    used: Instant,
}

/// The right to ask one question.
pub(super) struct Turn {
    _host: OwnedSemaphorePermit,
    _all: OwnedSemaphorePermit,
}

impl Default for Memory {
    fn default() -> Memory {
        Memory { all: Arc::new(Semaphore::new(OPEN_MAX)), kept: Mutex::default() }
    }
}

impl Memory {
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a turn to ask this host. None where the program is about to end.
    pub(super) async fn turn(&self, host: &str, now: Instant) -> Option<Turn> {
        let open = self.lock().host(host, now).open.clone();
        // Who waits for one slow server takes no other's place.
        let host = open.acquire_owned().await.ok()?;
        let all = self.all.clone().acquire_owned().await.ok()?;
        Some(Turn { _host: host, _all: all })
    }

    /// How long this host is left alone; none where it may be asked.
    pub(super) fn pause(&self, host: &str, now: Instant) -> Option<Duration> {
        let kept = self.lock();
        let not_before = kept.hosts.get(host)?.not_before;
        (now < not_before).then(|| not_before.since(now))
    }

    /// How this host wants questions signed, as far as that is known.
    pub(super) fn form(&self, host: &str) -> Form {
        self.lock().hosts.get(host).map_or(Form::Whole, |host| host.form)
    }

    /// Notes that this host took a question in that form.
    pub(super) fn took(&self, host: &str, form: Form, now: Instant) {
        self.lock().host(host, now).form = form;
    }

    /// Notes that this host answers, or speaks to us.
    pub fn answered(&self, host: &str, now: Instant) {
        let mut kept = self.lock();
        let host = kept.host(host, now);
        (host.failures, host.not_before) = (0, now);
    }

    /// Notes that this host gave no answer, or asked to be left alone.
    pub(super) fn failed(&self, host: &str, after: Option<Duration>, now: Instant) {
        let mut kept = self.lock();
        let host = kept.host(host, now);
        host.failures = host.failures.saturating_add(1);
        let pause = after.unwrap_or(Duration::ZERO).max(pause_after(host.failures)).min(PAUSE_MAX);
        host.not_before = now + pause;
    }

    /// What was answered about this address, where it is not to be asked for again yet.
    pub(super) fn gone(&self, address: &str, now: Instant) -> Option<StatusCode> {
        let kept = self.lock();
        let (status, until) = kept.gone.get(address)?;
        (now < *until).then_some(*status)
    }

    /// Notes that there is nothing at this address.
    pub(super) fn lost(&self, address: &str, status: StatusCode, now: Instant) {
        let until = now + if status == StatusCode::GONE { GONE_DURATION } else { MISSING_DURATION };
        let mut kept = self.lock();
        if kept.gone.insert(address.to_owned(), (status, until)).is_none() {
            kept.gone_order.push_back(address.to_owned());
        }
        while GONE_MAX < kept.gone_order.len() {
            if let Some(oldest) = kept.gone_order.pop_front() {
                kept.gone.remove(&oldest);
            }
        }
    }
}

impl Kept {
    fn host(&mut self, name: &str, now: Instant) -> &mut Host {
        if HOSTS_MAX <= self.hosts.len() && !self.hosts.contains_key(name) {
            let idle = self.hosts.iter().min_by_key(|(_, host)| host.used).map(|(name, _)| name.clone());
            if let Some(idle) = idle {
                self.hosts.remove(&idle);
            }
        }
        let host = self.hosts.entry(name.to_owned()).or_insert_with(|| Host {
            open: Arc::new(Semaphore::new(OPEN_PER_HOST_MAX)),
            form: Form::Whole,
            failures: 0,
            not_before: now,
            used: now,
        });
        host.used = now;
        host
    }
}

/// How long a server is left alone after so many failures in a row.
fn pause_after(failures: u32) -> Duration {
    match failures.checked_sub(FAILURES_MAX) {
        None => Duration::ZERO,
        Some(further) => {
            PAUSE_FIRST.saturating_mul(2u32.saturating_pow(further.min(16))).min(PAUSE_SILENT_MAX)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(first: Form, has_query: bool) -> Vec<Form> {
        Form::order(first, has_query).collect()
    }

    #[test]
    fn each_form_is_tried_once_and_the_one_that_was_taken_first() {
        use Form::{Bare, Message, Whole};
        assert_eq!(order(Whole, true), [Whole, Bare, Message]);
        assert_eq!(order(Message, true), [Message, Whole, Bare]);
        assert_eq!(order(Bare, true), [Bare, Whole, Message]);
        assert_eq!(order(Whole, false), [Whole, Message]);
        assert_eq!(order(Bare, false), [Whole, Message]);
        assert_eq!(order(Message, false), [Message, Whole]);
    }

    #[test]
    fn who_fails_is_left_alone_for_ever_longer() {
        let memory = Memory::default();
        let mut now = Instant(5);
        for pause in [0, 0, 30, 60, 120, 240, 240, 240] {
            memory.failed("a.example", None, now);
            let pause = Duration::from_secs(pause);
            assert_eq!(memory.pause("a.example", now).unwrap_or_default(), pause);
            now = now + pause;
            assert_eq!(memory.pause("a.example", now), None);
        }
        memory.answered("a.example", now);
        memory.failed("a.example", None, now);
        assert_eq!(memory.pause("a.example", now), None, "once is nothing");
        memory.failed("b.example", Some(Duration::from_secs(90)), now);
        assert_eq!(memory.pause("b.example", now), Some(Duration::from_secs(90)));
        memory.failed("b.example", Some(Duration::MAX), now);
        assert_eq!(memory.pause("b.example", now), Some(PAUSE_MAX), "not for a year");
    }

    #[test]
    fn what_is_gone_is_not_asked_for_again_for_a_while() {
        let memory = Memory::default();
        let now = Instant(0);
        memory.lost("https://a.example/gone", StatusCode::GONE, now);
        memory.lost("https://a.example/missing", StatusCode::NOT_FOUND, now);
        let later = now + Duration::from_secs(600);
        assert_eq!(memory.gone("https://a.example/gone", later), Some(StatusCode::GONE));
        assert_eq!(memory.gone("https://a.example/missing", now), Some(StatusCode::NOT_FOUND));
        assert_eq!(memory.gone("https://a.example/missing", later), None);
    }

    #[test]
    fn memory_is_bounded() {
        let memory = Memory::default();
        for number in 0..HOSTS_MAX + 50 {
            let now = Instant(u64::try_from(number).unwrap());
            memory.took(&format!("{number}.example"), Form::Message, now);
        }
        assert_eq!(memory.lock().hosts.len(), HOSTS_MAX);
        assert_eq!(
            memory.form("0.example"),
            Form::Whole,
            "the one that was not asked for longest is forgotten"
        );
        for number in 0..GONE_MAX + 50 {
            memory.lost(&format!("https://a.example/{number}"), StatusCode::GONE, Instant(0));
        }
        let kept = memory.lock();
        assert_eq!((kept.gone.len(), kept.gone_order.len()), (GONE_MAX, GONE_MAX));
    }

    #[tokio::test]
    async fn so_many_questions_are_open_to_one_server_and_no_more() {
        let memory = Memory::default();
        let mut turns = Vec::new();
        for _ in 0..OPEN_PER_HOST_MAX {
            turns.push(memory.turn("a.example", Instant(0)).await.unwrap());
        }
        let short = Duration::from_millis(1);
        assert!(tokio::time::timeout(short, memory.turn("a.example", Instant(0))).await.is_err());
        assert!(tokio::time::timeout(short, memory.turn("b.example", Instant(0))).await.is_ok());
        turns.pop();
        assert!(tokio::time::timeout(short, memory.turn("a.example", Instant(0))).await.is_ok());
    }
}
