//! Servers that hear, stumble, fall silent and come back.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use shared::id::{ServerId, Uuid, VideoId};
use shared::time::Timestamp;

use super::pace::{ATTEMPTS_IN_TURN, Judged, delay, judge, pause};
use super::*;
use crate::store::records::{Outcome, Party, Post, Said, Server, Verdict};
use crate::store::tables::{DeliveryKey, LatestDeliveryKey, OutcomesOf, PostKey, ServerHostKey, ServerKey};
use crate::store::{Durability, Read, Store};

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const BEGIN: Timestamp = Timestamp(1_000_000_000_000);

struct Rig {
    store: Store,
    now: Timestamp,
    _folder: tempfile::TempDir,
}

impl Rig {
    fn new() -> Rig {
        let folder = tempfile::tempdir().unwrap();
        Rig { store: Store::open(folder.path()).unwrap(), now: BEGIN, _folder: folder }
    }

    fn pass(&mut self, span: Duration) {
        self.now = self.now.after(span);
    }

    fn say(&self, said: Said, hosts: &[&str], lane: Lane, about: Option<&str>) {
        let to: BTreeSet<Inbox> = hosts
            .iter()
            .map(|host| Inbox { host: (*host).to_owned(), url: format!("https://{host}/inbox") })
            .collect();
        let kept = Kept { lane, about: about.map(str::to_owned) };
        let now = self.now;
        self.store
            .write(Durability::Relaxed, |write| {
                post(write, now, (Party::Instance, said), &to, &kept).map(drop)
            })
            .unwrap();
    }

    fn number(&self, host: &str) -> ServerId {
        self.store.get(&ServerHostKey { host: host.to_owned() }).unwrap().unwrap()
    }

    fn server(&self, host: &str) -> Server {
        self.store.get(&ServerKey { server: self.number(host) }).unwrap().unwrap()
    }

    fn due(&self) -> Vec<String> {
        let due = due(&self.store, self.now, &BTreeMap::new(), 100).unwrap();
        due.into_iter()
            .map(|(server, _)| self.store.get(&ServerKey { server }).unwrap().unwrap().host)
            .collect()
    }

    fn ready(&self, host: &str) -> Option<Ready> {
        ready(&self.store, self.number(host)).unwrap()
    }

    fn answer(&self, host: &str, answer: Option<Answer>) -> Said {
        let ready = self.ready(host).unwrap();
        let now = self.now;
        self.store.write(Durability::Relaxed, |write| settle(write, now, &ready, answer)).unwrap();
        ready.post.said
    }

    fn status(&self, host: &str, status: u16) -> Said {
        self.answer(host, Some(Answer::Status(status, None)))
    }

    fn silence(&self, host: &str) -> Said {
        self.answer(host, Some(Answer::None("timed out".to_owned())))
    }

    fn outcomes(&self, host: &str) -> Vec<Outcome> {
        self.store.scan(&OutcomesOf(self.number(host))).map(|row| row.unwrap().1).collect()
    }

    fn rows(&self) -> (usize, usize, usize) {
        (
            self.store.table::<PostKey>().count(),
            self.store.table::<DeliveryKey>().count(),
            self.store.table::<LatestDeliveryKey>().count(),
        )
    }
}

fn created(video: u64) -> Said {
    Said::VideoCreated(VideoId(video))
}

#[test]
fn everybody_hears_everything_once_and_nothing_is_left_of_it() {
    let rig = Rig::new();
    rig.say(created(1), &["a.example", "b.example"], Lane::Deeds, None);
    rig.say(created(2), &["a.example"], Lane::Deeds, None);
    assert_eq!(rig.due(), ["a.example", "b.example"]);
    assert_eq!((rig.status("a.example", 204), rig.status("a.example", 202)), (created(1), created(2)));
    assert_eq!(rig.due(), ["b.example"], "who has heard all is left alone");
    assert_eq!(rig.store.table::<PostKey>().next().unwrap().unwrap().1.waiting, 1);
    rig.status("b.example", 200);
    assert_eq!((rig.rows(), rig.due()), ((0, 0, 0), Vec::new()));
    assert_eq!(next_due(&rig.store).unwrap(), None);
    assert_eq!(rig.server("a.example").heard_at, Some(BEGIN));
}

#[test]
fn deeds_come_before_counts_and_each_in_its_order() {
    let rig = Rig::new();
    let viewed = Said::Words("a view".to_owned());
    rig.say(viewed.clone(), &["a.example"], Lane::Counts, None);
    rig.say(created(1), &["a.example"], Lane::Deeds, None);
    rig.say(Said::VideoDeleted(Uuid(1)), &["a.example"], Lane::Deeds, None);
    let heard: Vec<_> = (0..3).map(|_| rig.status("a.example", 204)).collect();
    assert_eq!(heard, [created(1), Said::VideoDeleted(Uuid(1)), viewed]);
}

#[test]
fn of_counts_the_newest_alone_is_heard() {
    let rig = Rig::new();
    for views in 1..=5 {
        rig.say(Said::Words(views.to_string()), &["a.example", "b.example"], Lane::Counts, Some("views 1"));
    }
    rig.say(Said::Words("other".to_owned()), &["a.example"], Lane::Counts, Some("views 2"));
    assert_eq!(rig.rows(), (2, 3, 3), "five words, one of which waits, and another");
    // Said while it is on its way: what was heard is not the newest.
    let ready = rig.ready("b.example").unwrap();
    rig.say(Said::Words("6".to_owned()), &["b.example"], Lane::Counts, Some("views 1"));
    let now = rig.now;
    let taken = Some(Answer::Status(204, None));
    rig.store.write(Durability::Relaxed, |write| settle(write, now, &ready, taken)).unwrap();
    assert_eq!(rig.status("b.example", 204), Said::Words("6".to_owned()));
    assert_eq!(rig.status("a.example", 204), Said::Words("5".to_owned()));
    assert_eq!(rig.status("a.example", 204), Said::Words("other".to_owned()));
    assert_eq!(rig.rows(), (0, 0, 0));
}

#[test]
fn a_dead_server_is_tried_ever_more_seldom_and_holds_up_nobody() {
    let mut rig = Rig::new();
    rig.say(created(1), &["dead.example", "well.example"], Lane::Deeds, None);
    rig.say(created(2), &["dead.example"], Lane::Deeds, None);
    let mut tries = 0;
    while 0 < rig.server("dead.example").waiting {
        let due = next_due(&rig.store).unwrap().unwrap();
        rig.now = rig.now.max(due);
        if rig.due().contains(&"well.example".to_owned()) {
            rig.status("well.example", 204);
        } else {
            assert_eq!(rig.silence("dead.example"), created(1), "the first comes first");
            assert!(rig.due().is_empty(), "it is left alone for a while");
            tries += 1;
        }
    }
    // Every few minutes for four days, and every six hours from then on.
    assert!((1200..1800).contains(&tries), "{tries} tries in a week");
    assert!(rig.outcomes("dead.example").len() < 20, "the same is noted once");
    // After a week all that was said before it is given up at once.
    let given_up_after = rig.now.since(BEGIN);
    assert!(DAY * 7 <= given_up_after && given_up_after < DAY * 8, "{given_up_after:?}");
    assert_eq!(rig.rows(), (0, 0, 0));
    let last = rig.outcomes("dead.example").pop().unwrap();
    assert_eq!((last.verdict, last.again_at), (Verdict::TooLate, None));
}

#[test]
fn who_comes_back_hears_at_once_what_was_missed() {
    let mut rig = Rig::new();
    for video in 1..=3 {
        rig.say(created(video), &["a.example"], Lane::Deeds, None);
    }
    for _ in 0..8 {
        rig.now = next_due(&rig.store).unwrap().unwrap().max(rig.now);
        rig.silence("a.example");
    }
    rig.pass(MINUTE);
    assert!(rig.due().is_empty());
    let now = rig.now;
    rig.store.write(Durability::Relaxed, |write| heard_from(write, now, "a.example")).unwrap();
    rig.store.write(Durability::Relaxed, |write| heard_from(write, now, "unknown.example")).unwrap();
    let heard: Vec<_> = (0..3)
        .map(|_| {
            assert_eq!(rig.due(), ["a.example"]);
            rig.status("a.example", 204)
        })
        .collect();
    assert_eq!(heard, [created(1), created(2), created(3)]);
    assert_eq!(rig.server("a.example").failing_since, None);
}

#[test]
fn what_a_server_stumbles_over_lets_the_rest_pass() {
    let mut rig = Rig::new();
    rig.say(created(1), &["a.example"], Lane::Deeds, None);
    rig.say(created(2), &["a.example"], Lane::Deeds, None);
    for _ in 0..ATTEMPTS_IN_TURN {
        rig.now = next_due(&rig.store).unwrap().unwrap().max(rig.now);
        assert_eq!(rig.status("a.example", 500), created(1));
    }
    assert_eq!(rig.status("a.example", 204), created(2));
    rig.now = next_due(&rig.store).unwrap().unwrap().max(rig.now);
    assert_eq!(rig.status("a.example", 204), created(1), "it is tried again all the same");
    assert_eq!(rig.rows(), (0, 0, 0));
}

#[test]
fn what_a_server_stumbled_over_holds_up_nothing_new() {
    let mut rig = Rig::new();
    rig.say(created(1), &["a.example"], Lane::Deeds, None);
    rig.say(created(2), &["a.example"], Lane::Deeds, None);
    // Both come to wait for hours behind everything else.
    for _ in 0..2 * (ATTEMPTS_IN_TURN + 3) {
        rig.now = next_due(&rig.store).unwrap().unwrap().max(rig.now);
        rig.status("a.example", 403);
    }
    let last = rig.outcomes("a.example").pop().unwrap();
    let wait = last.again_at.unwrap().since(rig.now);
    assert!(Duration::from_secs(3600) <= wait, "{wait:?}");
    assert!(rig.due().is_empty(), "nothing to say before");
    let late = next_due(&rig.store).unwrap().unwrap();
    rig.pass(MINUTE);
    rig.say(created(3), &["a.example"], Lane::Deeds, None);
    assert_eq!(rig.due(), ["a.example"]);
    assert_eq!(rig.status("a.example", 204), created(3));
    assert!(rig.due().is_empty());
    assert_eq!(next_due(&rig.store).unwrap(), Some(late), "what was late waits as long as before");
    rig.now = late;
    assert_eq!(rig.due(), ["a.example"]);
    rig.status("a.example", 204);
}

#[test]
fn a_newer_word_does_not_wait_with_the_older() {
    let mut rig = Rig::new();
    rig.say(Said::Words("1".to_owned()), &["a.example"], Lane::Deeds, Some("b"));
    for _ in 0..ATTEMPTS_IN_TURN {
        rig.now = next_due(&rig.store).unwrap().unwrap().max(rig.now);
        rig.status("a.example", 500);
    }
    assert!(rig.due().is_empty());
    rig.say(Said::Words("2".to_owned()), &["a.example"], Lane::Deeds, Some("b"));
    assert_eq!(rig.rows(), (1, 1, 1), "the older is not wanted any more");
    assert_eq!(
        (rig.due(), rig.status("a.example", 204)),
        (vec!["a.example".to_owned()], Said::Words("2".to_owned()))
    );
    assert_eq!(rig.rows(), (0, 0, 0));
}

#[test]
fn what_is_stumbled_over_for_a_week_is_given_up() {
    let mut rig = Rig::new();
    rig.say(created(1), &["a.example"], Lane::Deeds, None);
    while 0 < rig.server("a.example").waiting {
        rig.now = next_due(&rig.store).unwrap().unwrap().max(rig.now);
        rig.status("a.example", 500);
    }
    assert!(rig.now.since(BEGIN) < DAY * 8);
    let last = rig.outcomes("a.example").pop().unwrap();
    assert_eq!((last.verdict, last.again_at, rig.rows()), (Verdict::TooLate, None, (0, 0, 0)));
}

#[test]
fn outcomes_do_not_repeat_long_words() {
    let rig = Rig::new();
    rig.say(Said::Words("é".repeat(400_000)), &["a.example"], Lane::Deeds, None);
    rig.status("a.example", 204);
    let last = rig.outcomes("a.example").pop().unwrap();
    assert_eq!(last.said, Said::Words("é".repeat(200)));
}

#[test]
fn what_is_not_wanted_or_gone_is_not_tried_again() {
    let rig = Rig::new();
    for video in 1..=3 {
        rig.say(created(video), &["a.example"], Lane::Deeds, None);
    }
    rig.status("a.example", 400);
    rig.answer("a.example", None);
    rig.status("a.example", 204);
    let verdicts: Vec<_> = rig.outcomes("a.example").into_iter().map(|outcome| outcome.verdict).collect();
    assert_eq!(verdicts, [Verdict::Refused(400), Verdict::Moot, Verdict::Taken]);
    assert_eq!(rig.rows(), (0, 0, 0));
}

#[test]
fn a_server_says_itself_when_it_has_time() {
    let mut rig = Rig::new();
    rig.say(created(1), &["a.example"], Lane::Deeds, None);
    rig.answer("a.example", Some(Answer::Status(429, Some(MINUTE * 40))));
    rig.pass(MINUTE * 39);
    assert!(rig.due().is_empty());
    rig.pass(MINUTE);
    assert_eq!(rig.due(), ["a.example"]);
    let Judged::Server(_, after) = judge(Answer::Status(503, Some(DAY * 365))) else {
        panic!("it is asked again")
    };
    assert_eq!(after, Some(DAY), "nobody is left alone for a year");
}

#[test]
fn the_ill_fill_a_quarter_of_the_room() {
    let mut rig = Rig::new();
    let hosts: Vec<String> = (0..40).map(|number| format!("{number}.example")).collect();
    let all: Vec<&str> = hosts.iter().map(String::as_str).collect();
    rig.say(created(1), &all, Lane::Deeds, None);
    for host in &hosts[..30] {
        rig.silence(host);
    }
    rig.pass(MINUTE);
    let chosen = due(&rig.store, rig.now, &BTreeMap::new(), 20).unwrap();
    let ill = chosen.iter().filter(|(_, ill)| *ill).count();
    assert_eq!((ill, chosen.len()), (5, 15), "ten that are well, and five that are not");
    let busy: BTreeMap<_, _> = chosen.into_iter().collect();
    assert_eq!(due(&rig.store, rig.now, &busy, 20).unwrap(), Vec::new(), "all of the well are being told");
    assert_eq!(due(&rig.store, rig.now, &BTreeMap::new(), 0).unwrap(), Vec::new());
}

#[test]
fn a_queue_has_an_end() {
    let rig = Rig::new();
    rig.say(created(1), &["a.example"], Lane::Deeds, None);
    let key = ServerKey { server: rig.number("a.example") };
    let full = Server { waiting: WAITING_MAX, ..rig.server("a.example") };
    rig.store.write(Durability::Relaxed, |write| write.insert(&key, &full)).unwrap();
    rig.say(Said::Words("a view".to_owned()), &["a.example"], Lane::Counts, None);
    assert_eq!(rig.rows(), (1, 1, 0), "counts are left out");
    rig.say(created(2), &["a.example"], Lane::Deeds, None);
    assert_eq!(rig.rows(), (1, 1, 0), "the oldest goes for the newest");
    let waits: Post = rig.ready("a.example").unwrap().post;
    assert_eq!(waits.said, created(2));
}

#[test]
fn outcomes_are_kept_for_a_while() {
    let rig = Rig::new();
    for video in 0..OUTCOMES_KEPT + 20 {
        rig.say(created(video), &["a.example"], Lane::Deeds, None);
        rig.status("a.example", 204);
    }
    let outcomes = rig.outcomes("a.example");
    assert_eq!(u64::try_from(outcomes.len()).unwrap(), OUTCOMES_KEPT);
    assert_eq!(outcomes.last().unwrap().said, created(OUTCOMES_KEPT + 19));
}

#[test]
fn waits_grow_and_differ_from_server_to_server() {
    let waits: Vec<_> = (1..12).map(|failures| delay(failures, ServerId(0)).as_secs()).collect();
    assert_eq!(waits, [20, 60, 300, 900, 3600, 10_800, 21_600, 21_600, 21_600, 21_600, 21_600]);
    assert!(
        delay(1, ServerId(0)) < delay(1, ServerId(63)) && delay(1, ServerId(63)) < Duration::from_secs(24)
    );
}

#[test]
fn who_fell_silent_is_tried_within_five_minutes_for_days() {
    for server in 0..64 {
        for failures in 1..2000 {
            let wait = pause(failures, DAY * 3, ServerId(server));
            assert!(wait < Duration::from_secs(275), "{wait:?} for {server} after {failures}");
        }
    }
    assert_eq!(pause(1, Duration::ZERO, ServerId(0)), Duration::from_secs(20));
    assert_eq!(pause(1500, DAY * 5, ServerId(0)), Duration::from_secs(21_600), "who is dead costs little");
}
