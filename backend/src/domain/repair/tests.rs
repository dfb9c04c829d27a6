//! Things that are looked at, read again, missing, and gone.

use std::time::Duration;

use shared::id::VideoId;
use shared::time::Timestamp;

use super::*;
use crate::store::records::{Repair, RepairTarget};
use crate::store::tables::{RepairDueKey, RepairKey};
use crate::store::{Durability, Read, Store, StoreError, Write};

const BEGIN: Timestamp = Timestamp(1_000_000_000_000);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const FILM: RepairTarget = RepairTarget::Video(VideoId(1));

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

    fn work<T>(&self, work: impl FnOnce(&mut Write<'_>, Timestamp) -> Result<T, StoreError>) -> T {
        let now = self.now;
        self.store.write(Durability::Relaxed, |write| work(write, now)).unwrap()
    }

    fn row(&self) -> Option<Repair> {
        let rows = self.store.table::<RepairDueKey>().count();
        assert_eq!(rows, self.store.table::<RepairKey>().count(), "each stands in one place");
        self.store.get(&RepairKey { target: FILM }).unwrap()
    }

    fn due(&self, lane: u64) -> Vec<RepairTarget> {
        due(&self.store, self.now, lane, 10).unwrap()
    }

    fn read(&self, outcome: Outcome) {
        self.work(|write, now| settle(write, now, FILM, outcome));
    }
}

#[test]
fn what_waits_for_others_is_due_again_in_its_lane() {
    let mut rig = Rig::new();
    rig.work(|write, now| look(write, now, FILM));
    rig.work(|write, now| put_off(write, now, FILM));
    assert!(rig.due(LANE_URGENT).is_empty());
    assert!(rig.row().is_some_and(|row| row.is_urgent && row.read_at.is_none()));
    rig.now = rig.now.after(MINUTE * 10);
    assert_eq!(rig.due(LANE_URGENT), [FILM]);
}

#[test]
fn who_looks_causes_one_reading_in_ten_minutes() {
    let mut rig = Rig::new();
    rig.work(|write, now| look(write, now, FILM));
    assert_eq!(rig.due(LANE_URGENT), [FILM]);
    rig.read(Outcome::Read(None));
    rig.now = rig.now.after(MINUTE * 9);
    rig.work(|write, now| look(write, now, FILM));
    assert!(rig.due(LANE_URGENT).is_empty(), "it was read a moment ago");
    rig.now = rig.now.after(MINUTE);
    rig.work(|write, now| look(write, now, FILM));
    assert_eq!(rig.due(LANE_URGENT), [FILM]);
    rig.read(Outcome::Read(None));
    rig.work(|write, now| reread(write, now, FILM));
    assert_eq!(rig.due(LANE_URGENT), [FILM], "what is not found is asked for whenever it was read");
}

#[test]
fn what_nobody_looks_at_any_more_is_forgotten() {
    let mut rig = Rig::new();
    rig.work(|write, now| look(write, now, FILM));
    let mut readings = 0;
    while let Some(row) = rig.row() {
        rig.now = rig.now.max(row.due);
        rig.read(Outcome::Read(None));
        readings += 1;
    }
    assert_eq!(readings, 5 + 6, "four on the first day, and one on each of the others");
    assert!(rig.now.since(BEGIN) < DAY * 8);
}

#[test]
fn what_is_followed_is_read_each_day_and_a_long_thread_page_by_page() {
    let mut rig = Rig::new();
    rig.work(|write, now| enlist(write, now, FILM));
    let first = rig.row().unwrap().due;
    assert!(first.since(BEGIN) < DAY, "first readings are spread over a day");
    rig.now = first;
    assert_eq!((rig.due(LANE_URGENT), rig.due(LANE_IN_TURNS)), (Vec::new(), vec![FILM]));
    rig.read(Outcome::Read(Some("https://a.example/comments?page=2".to_owned())));
    assert_eq!(rig.row().unwrap().due.since(rig.now), MINUTE);
    rig.now = rig.now.after(MINUTE);
    rig.read(Outcome::Read(None));
    assert_eq!(rig.row().unwrap().due.since(rig.now), DAY);
}

#[test]
fn who_cannot_be_read_is_asked_ever_more_seldom() {
    let rig = Rig::new();
    rig.work(|write, now| look(write, now, FILM));
    let mut waits = Vec::new();
    for _ in 0..12 {
        rig.read(Outcome::Failed);
        waits.push(rig.row().unwrap().due.since(rig.now).as_secs() / 60);
    }
    assert_eq!(waits, [2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360, 360]);
}

#[test]
fn what_is_not_found_once_may_be_there_again_and_twice_is_gone() {
    let mut rig = Rig::new();
    assert!(!rig.work(|write, now| is_lost(write, now, FILM, false)));
    rig.read(Outcome::Failed);
    assert_eq!(rig.row().unwrap().due.since(rig.now), HOUR);
    rig.now = rig.now.after(MINUTE * 59);
    assert!(!rig.work(|write, now| is_lost(write, now, FILM, false)), "some time apart");
    rig.work(|write, _| found(write, FILM));
    rig.now = rig.now.after(MINUTE);
    assert!(!rig.work(|write, now| is_lost(write, now, FILM, false)), "it was there in between");
    rig.now = rig.now.after(HOUR);
    assert!(rig.work(|write, now| is_lost(write, now, FILM, false)));
    assert_eq!(rig.row(), None);
    assert!(rig.work(|write, now| is_lost(write, now, FILM, true)), "410 is said on purpose");
}

#[test]
fn who_was_away_knows_it() {
    assert!(!was_away(None, BEGIN), "a first start");
    assert!(!was_away(Some(BEGIN), BEGIN.after(MINUTE * 2)));
    assert!(was_away(Some(BEGIN), BEGIN.after(DAY * 3)));
    assert!(!was_away(Some(BEGIN.after(DAY)), BEGIN), "a clock that goes back");
}

#[test]
fn after_an_absence_what_was_looked_at_lately_comes_first() {
    let mut rig = Rig::new();
    rig.work(|write, now| look(write, now, FILM));
    rig.work(|write, now| enlist(write, now, RepairTarget::Video(VideoId(2))));
    rig.read(Outcome::Read(None));
    rig.now = rig.now.after(HOUR);
    assert_eq!(rig.work(urge_watched), 1);
    assert_eq!(rig.due(LANE_URGENT), [FILM]);
}
