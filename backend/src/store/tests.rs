//! Stories of the store as a whole: what was written is there, and what is damaged does not start.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use shared::id::{AccountId, ChannelId, JobId, UserId};
use shared::time::Timestamp;

use super::tables::{AccountChannelKey, ChannelsOf, JobDueKey, SettingKey, UserNameKey};
use super::*;
use crate::store::records::Setting;

fn name(text: &str) -> UserNameKey {
    UserNameKey { name: text.to_owned() }
}

fn write<T>(store: &Store, work: impl FnOnce(&mut Write<'_>) -> Result<T, StoreError>) -> T {
    store.write(Durability::Flushed, work).unwrap()
}

/// A closed store with `rows` users, in a folder of its own.
fn closed_store(rows: u64) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    for user in 0..rows {
        write(&store, |write| write.insert(&name(&format!("user-{user}")), &UserId(user)));
    }
    folder
}

/// A store whose process was killed: closed without a note, so that the next start checks it.
fn killed_store(rows: u64) -> tempfile::TempDir {
    let folder = closed_store(rows);
    std::fs::remove_file(folder.path().join("clean")).unwrap();
    folder
}

/// Every file of a folder with its bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.clone(), std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// Opens a store that must not start, and gives the sentence. Nothing in the folder may have changed.
fn refused(folder: &Path) -> String {
    let before = files(folder);
    let error = Store::open(folder).err().expect("the store must not open").to_string();
    let after = files(folder);
    let lock = folder.join("lock");
    let without_lock = |mut files: BTreeMap<PathBuf, Vec<u8>>| {
        files.remove(&lock);
        files
    };
    assert!(without_lock(before) == without_lock(after), "a store that does not start is not touched");
    error
}

#[test]
fn a_store_closed_in_order_is_not_checked_again() {
    let folder = closed_store(3);
    assert!(clean::is_as_left(folder.path()).unwrap());
    let store = Store::open(folder.path()).unwrap();
    assert!(!folder.path().join("clean").exists(), "an open store has no note");
    assert_eq!(store.get(&name("user-2")).unwrap(), Some(UserId(2)));
}

#[test]
fn a_killed_store_is_checked_and_goes_on() {
    let folder = killed_store(100);
    let store = Store::open(folder.path()).unwrap();
    assert_eq!(store.table::<UserNameKey>().count(), 100);
    assert!(!folder.path().join("checking").exists());
}

#[test]
fn rows_that_went_missing_are_noticed() {
    let folder = killed_store(50);
    // A log cut short is what a torn write looks like to sled, which goes on with what is left.
    let log = folder.path().join("rows/db");
    let bytes = std::fs::read(&log).unwrap();
    let end = bytes.iter().rposition(|byte| *byte != 0).unwrap();
    std::fs::File::options().write(true).open(&log).unwrap().set_len(end as u64 / 2).unwrap();
    let sentence = refused(folder.path());
    assert!(sentence.contains("is damaged") && sentence.contains("shoal restore"), "{sentence}");
}

#[test]
fn a_store_from_a_newer_shoal_says_so() {
    let folder = closed_store(1);
    std::fs::write(folder.path().join("format"), "shoal store 2\n").unwrap();
    let sentence = refused(folder.path());
    assert!(sentence.contains("has format 2; this program knows formats up to 1"), "{sentence}");
}

#[test]
fn a_row_from_a_newer_shoal_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let stage = |value: &[u8]| {
        let mut staged = Write::new(&store);
        staged.stage_all([(name("alice").bytes(), Some(value.into()))].into());
        staged.commit(&mut store.writer()).unwrap();
    };
    stage(b"\x09{}");
    drop(store);
    std::fs::remove_file(folder.path().join("clean")).unwrap();
    let sentence = refused(folder.path());
    assert!(
        sentence.contains("a row of table user names has version 9; this program knows versions up to 1")
    );
    assert!(!sentence.contains("damaged"), "{sentence}");
}

#[test]
fn a_folder_that_is_no_store_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("format"), "somebody's notes").unwrap();
    assert!(refused(folder.path()).contains("not one of ours"));
    let without_rows = closed_store(1);
    std::fs::remove_dir_all(without_rows.path().join("rows")).unwrap();
    assert!(refused(without_rows.path()).contains("its rows are gone"));
}

#[test]
fn an_unfinished_first_start_is_finished() {
    let folder = tempfile::tempdir().unwrap();
    format::write(folder.path()).unwrap();
    let store = Store::open(folder.path()).unwrap();
    write(&store, |write| write.insert(&name("alice"), &UserId(1)));
    assert_eq!(store.get(&name("alice")).unwrap(), Some(UserId(1)));
}

/// A small generator of numbers that are the same at every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % below.max(1)
    }
}

/// Damages one file in one of a few ways.
fn damage(path: &Path, numbers: &mut Numbers) -> String {
    let mut bytes = std::fs::read(path).unwrap();
    // sled gives its log half a megabyte at a time; most of it is zeros, where damage does no harm.
    let used = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let what = match numbers.next(5) {
        0 => {
            let (at, bit) = (numbers.next(used), numbers.next(8));
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << bit;
            }
            format!("bit {bit} of byte {at} flipped")
        }
        1 => {
            let length = numbers.next(used);
            bytes.truncate(length);
            format!("cut to {length} bytes")
        }
        2 => {
            let (at, length) = (numbers.next(used), numbers.next(4096));
            for byte in bytes.iter_mut().skip(at).take(length) {
                *byte = 0;
            }
            format!("{length} bytes zeroed at {at}")
        }
        3 => {
            let (at, length) = (numbers.next(used), numbers.next(512));
            for byte in bytes.iter_mut().skip(at).take(length) {
                *byte = u8::try_from(numbers.next(256)).unwrap();
            }
            format!("{length} bytes of noise at {at}")
        }
        _ => {
            bytes = (0..numbers.next(2000)).map(|_| u8::try_from(numbers.next(256)).unwrap()).collect();
            format!("replaced by {} bytes of noise", bytes.len())
        }
    };
    std::fs::write(path, bytes).unwrap();
    what
}

/// A store with some history: sled has used several segments, and some of them twice.
fn store_with_history() -> tempfile::TempDir {
    let folder = killed_store(100);
    let store = Store::open(folder.path()).unwrap();
    for round in 0..60 {
        let churn = |write: &mut Write<'_>| {
            for number in 0..50 {
                let key = SettingKey { name: format!("{}", (round * 7 + number) % 200) };
                let (id, secret) = ("x".repeat(500 + round * 10), String::new());
                write.insert(&key, &Setting::OAuthClient { id, secret })?;
            }
            Ok::<_, StoreError>(())
        };
        store.write(Durability::Relaxed, churn).unwrap();
    }
    store.flush().unwrap();
    drop(store);
    std::fs::remove_file(folder.path().join("clean")).unwrap();
    folder
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to.join("rows/blobs")).unwrap();
    for (path, bytes) in files(from) {
        let path = to.join(path.strip_prefix(from).unwrap());
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

#[test]
fn a_damaged_store_starts_whole_or_not_at_all() {
    let whole = store_with_history();
    let mut refusals = 0;
    for seed in 0..50 {
        let mut numbers = Numbers(seed);
        let folder = tempfile::tempdir().unwrap();
        copy_folder(whole.path(), folder.path());
        let paths: Vec<_> = files(folder.path()).into_keys().filter(|path| !path.ends_with("lock")).collect();
        // Half of the damage goes to the log, where most bytes are.
        let at = if seed % 2 == 0 {
            folder.path().join("rows/db")
        } else {
            paths[numbers.next(paths.len())].clone()
        };
        let what = format!("seed {seed}: {} in {}", damage(&at, &mut numbers), at.display());
        match Store::open(folder.path()) {
            // The damage hit nothing that matters, so every row is there.
            Ok(store) => {
                for user in 0..100 {
                    assert_eq!(
                        store.get(&name(&format!("user-{user}"))).unwrap(),
                        Some(UserId(user)),
                        "{what}"
                    );
                }
                assert_eq!(store.table::<SettingKey>().count(), 200, "{what}");
            }
            Err(error) => {
                refusals += 1;
                assert!(error.to_string().contains("the store in"), "{what}: {error}");
            }
        }
    }
    assert!((10..50).contains(&refusals), "{refusals} of 50 were refused");
}

#[test]
fn a_prefix_is_scanned_in_both_directions_and_no_further() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let key =
        |account, channel| AccountChannelKey { account: AccountId(account), channel: ChannelId(channel) };
    let rows = [key(1, 9), key(2, 1), key(2, 2), key(2, 300), key(3, 0)];
    write(&store, |write| rows.iter().try_for_each(|key| write.insert(key, &())));

    let of_two: Vec<_> = store.scan(&ChannelsOf(AccountId(2))).map(|row| row.unwrap().0).collect();
    assert_eq!(of_two, rows[1..4]);
    let reversed: Vec<_> = store.scan_reverse(&ChannelsOf(AccountId(2))).map(|row| row.unwrap().0).collect();
    assert!(reversed.iter().rev().eq(&rows[1..4]));
    let whole: Vec<_> = store.table::<AccountChannelKey>().map(|row| row.unwrap().0).collect();
    assert_eq!(whole, rows);
    let last = key(u64::MAX, u64::MAX);
    write(&store, |write| write.insert(&last, &()));
    assert_eq!(store.scan(&ChannelsOf(AccountId(u64::MAX))).count(), 1);
}

#[test]
fn work_sees_what_it_staged_and_nobody_else_does() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let key = |channel| AccountChannelKey { account: AccountId(1), channel: ChannelId(channel) };
    write(&store, |write| [1, 2, 3].iter().try_for_each(|channel| write.insert(&key(*channel), &())));
    let failed = store.write(Durability::Flushed, |write| {
        write.remove(&key(2));
        write.insert(&key(4), &())?;
        write.insert(&name("bob"), &UserId(1))?;
        let staged =
            write.scan(&ChannelsOf(AccountId(1))).map(|row| row.unwrap().0.channel.0).collect::<Vec<_>>();
        assert_eq!(staged, [1, 3, 4]);
        let reversed = write.scan_reverse(&ChannelsOf(AccountId(1))).map(|row| row.unwrap().0.channel.0);
        assert_eq!(reversed.collect::<Vec<_>>(), [4, 3, 1]);
        assert_eq!((write.get(&key(2))?, write.get(&name("bob"))?), (None, Some(UserId(1))));
        let others = store.scan(&ChannelsOf(AccountId(1))).map(|row| row.unwrap().0.channel.0);
        assert_eq!(others.collect::<Vec<_>>(), [1, 2, 3]);
        Err::<(), _>(StoreError::InUse { path: PathBuf::new() })
    });
    assert!(failed.is_err());
    assert_eq!(store.scan(&ChannelsOf(AccountId(1))).count(), 3, "work that failed leaves nothing");
    assert_eq!(store.get(&name("bob")).unwrap(), None);
}

#[test]
fn many_writers_at_once_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let (writers, commits) = (32, 10);
    std::thread::scope(|scope| {
        for writer in 0..writers {
            let store = &store;
            scope.spawn(move || {
                for commit in 0..commits {
                    let key = name(&format!("{writer}-{commit}"));
                    write(store, |write| write.insert(&key, &UserId(writer)));
                }
            });
        }
    });
    let all = writers * commits;
    assert_eq!(store.table::<UserNameKey>().count() as u64, all);
    assert_eq!(mark::read(folder.path()).unwrap(), Some(all));
}

#[test]
fn the_mark_follows_durable_commits() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    for user in 1..=5 {
        write(&store, |write| write.insert(&name(&format!("{user}")), &UserId(user)));
        assert_eq!(mark::read(folder.path()).unwrap(), Some(user));
    }
    // What nobody was promised is not in the mark.
    store.write::<_, StoreError>(Durability::Relaxed, |write| write.insert(&name("6"), &UserId(6))).unwrap();
    assert_eq!(mark::read(folder.path()).unwrap(), Some(5));
}

#[test]
fn keys_sort_as_their_fields_do() {
    let mut numbers = Numbers(7);
    let mut number = move || {
        // Of every magnitude, since the bytes are what may go wrong.
        let bits = numbers.next(64);
        (u64::try_from(numbers.next(usize::MAX)).unwrap() | 1 << bits) >> numbers.next(64)
    };
    let keys: Vec<_> = (0..500)
        .map(|_| {
            let due = Timestamp(i64::from_ne_bytes(number().to_ne_bytes()));
            JobDueKey { due, job: JobId(number()) }
        })
        .collect();
    for pair in keys.windows(2) {
        let (left, right) = (&pair[0], &pair[1]);
        assert_eq!(left.cmp(right), left.bytes().cmp(&right.bytes()), "{left:?} {right:?}");
        assert_eq!(JobDueKey::read(&left.bytes()[1..]).as_ref(), Some(left));
        assert_eq!(JobDueKey::read(&left.bytes()[2..]), None);
    }
}

#[test]
fn rows_of_an_older_version_are_lifted() {
    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    struct Boat {
        length_cm: u64,
        #[serde(default)]
        colour: Option<String>,
    }
    impl Record for Boat {
        const VERSION: u8 = 2;

        fn migrate(version: u8, json: &[u8]) -> Result<Boat, serde_json::Error> {
            assert_eq!(version, 1);
            #[derive(serde::Deserialize)]
            struct First {
                length_m: u64,
            }
            let first: First = serde_json::from_slice(json)?;
            Ok(Boat { length_cm: first.length_m * 100, colour: None })
        }
    }
    let decode = |bytes: &[u8]| Boat::decode(Table::Settings, bytes);
    let boat = Boat { length_cm: 1200, colour: None };
    assert_eq!(decode(b"\x01{\"length_m\":12}").unwrap(), boat);
    assert_eq!(decode(b"\x02{\"length_cm\":1200}").unwrap(), boat);
    assert_eq!(decode(&boat.encode(Table::Settings).unwrap()).unwrap(), boat);
    assert!(matches!(decode(b"\x03{}"), Err(StoreError::RowTooNew { found: 3, known: 2, .. })));
    assert!(matches!(decode(b"\x01{}"), Err(StoreError::Damaged { .. })));
    assert!(decode(b"").is_err());
}

/// A backup of a store, in memory.
fn backup_of(store: &Store) -> Vec<u8> {
    let mut bytes = Vec::new();
    store.back_up(&mut bytes).unwrap();
    bytes
}

/// Restores a backup into a new folder.
fn restored(bytes: &[u8]) -> Result<(tempfile::TempDir, Store), BackupError> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup");
    std::fs::write(&file, bytes).unwrap();
    let place = folder.path().join("store");
    let outcome = restore(&std::fs::File::open(&file).unwrap(), &place);
    assert_eq!(place.exists(), outcome.is_ok());
    assert!(!folder.path().join("store.restoring").exists());
    let store = outcome.map(|_| Store::open(&place).unwrap())?;
    Ok((folder, store))
}

#[test]
fn a_backup_is_restored_row_by_row() {
    let folder = store_with_history();
    let store = Store::open(folder.path()).unwrap();
    let (_folder, copy) = restored(&backup_of(&store)).unwrap();
    assert!(copy.writer().integrity.has_rows_of(&store.writer().integrity));
    assert_eq!(copy.get(&name("user-99")).unwrap(), Some(UserId(99)));
    assert_eq!(copy.table::<SettingKey>().count(), 200);
}

#[test]
fn a_backup_of_a_living_store_ends_at_one_commit() {
    /// Writes pairs of rows whose numbers must agree, whenever bytes pass.
    struct Interrupting<'s> {
        store: &'s Store,
        bytes: Vec<u8>,
        round: u64,
    }
    impl std::io::Write for Interrupting<'_> {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            if self.round < 200 {
                self.round += 1;
                self.store
                    .write::<_, StoreError>(Durability::Relaxed, |write| {
                        write.insert(&name("a-first"), &UserId(self.round))?;
                        write.insert(&name("z-last"), &UserId(self.round))?;
                        write.remove(&name(&format!("user-{}", self.round)));
                        write.insert(&name(&format!("new-{}", self.round)), &UserId(1))
                    })
                    .unwrap();
            }
            self.bytes.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let folder = killed_store(300);
    let store = Store::open(folder.path()).unwrap();
    let mut out = Interrupting { store: &store, bytes: Vec::new(), round: 0 };
    store.back_up(&mut out).unwrap();
    let (_folder, copy) = restored(&out.bytes).unwrap();
    let number = |key: &str| copy.get(&name(key)).unwrap().unwrap();
    assert_eq!(number("a-first"), number("z-last"));
    assert!(copy.writer().integrity.has_rows_of(&store.writer().integrity));
    assert!(store.writer().changed.is_none());
}

#[test]
fn a_damaged_backup_is_not_restored() {
    let folder = closed_store(20);
    let store = Store::open(folder.path()).unwrap();
    let whole = backup_of(&store);
    let refused = |bytes: &[u8]| restored(bytes).err().unwrap().to_string();
    assert!(refused(b"").contains("not a backup"));
    assert!(refused(b"PK\x03\x04 and so on").contains("not a backup"));
    assert!(refused(b"shoal backup 2\n....").contains("newer shoal"));
    let mut longer = whole.clone();
    longer.push(0);
    assert!(refused(&longer).contains("something follows"));
    let mut numbers = Numbers(3);
    for _ in 0..200 {
        let mut bytes = whole.clone();
        let at = numbers.next(bytes.len());
        bytes[at] ^= 1 << numbers.next(8);
        refused(&bytes);
        refused(&whole[..numbers.next(whole.len())]);
    }
}

/// What the first Shoal kept of one login, one video and one unfinished upload. Never made anew: it stands for stores
/// that people have.
const FIRST_BACKUP: &[u8] = include_bytes!("../../tests/fixtures/first.backup");

#[test]
fn every_row_of_the_first_shoal_is_still_read() {
    let (_folder, store) = restored(FIRST_BACKUP).unwrap();
    let tables = tables::read_all(&store).unwrap();
    let rows: usize = tables.iter().map(|(_, rows)| rows).sum();
    assert_eq!(rows, 23, "{tables:?}");
    for name in ["settings", "users", "accounts", "channels", "access tokens", "videos", "uploads"] {
        assert!(tables.iter().any(|(table, rows)| *table == name && 0 < *rows), "{name}: {tables:?}");
    }
    let user = crate::domain::account::user_by_login(&store, "root").unwrap().unwrap();
    assert!(crate::domain::password::verify("correct horse battery", Some(&user.password)));
}
