//! Files kept at hand: small ones as bytes, large ones as open files.
//!
//! Owns the bound on both and the rule when to look at the disk again. Never decides who may have a file or which part
//! of it. The surprise is [`LOOK_AGAIN`]: a file asked for thousands of times a second is looked up ten times a second,
//! one asked for now and then is looked up each time, so a replaced playlist is seen at once and costs nothing.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use quick_cache::sync::Cache;
use quick_cache::{Equivalent, Weighter};
use shared::id::Uuid;
use shared::time::Instant;

use super::address::Album;
use super::films::Shared;
use crate::http::conditional::Validators;
use crate::http::media_type::media_type;

/// A replaced file is noticed at the latest after this; playlists change a few times in a video's life.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// Nobody asked for this long: the file is let go, so that a deleted video's disk space comes back.
const KEEP_UNUSED: Duration = Duration::from_secs(30);
/// Playlists, digests, thumbnails and previews are smaller. Above it, sending from the page cache costs less than
/// holding a second copy.
pub const SMALL_BYTES_MAX: u64 = 64 * 1024;
/// Memory for small files, the open ones counted at [`OPEN_WEIGHT`].
const WEIGHT_MAX: u64 = 32 * 1024 * 1024;
/// Bounds the open files to 1024: far below any limit on descriptors, far above what one moment's viewers watch.
const OPEN_WEIGHT: u64 = WEIGHT_MAX / 1024;
/// What an entry costs beside its bytes.
const ENTRY_WEIGHT: u64 = 512;

/// One version of a file, at hand.
#[derive(Debug)]
pub struct Held {
    /// Its length.
    pub bytes: u64,
    /// What tells it from other versions.
    pub validators: Validators,
    /// `Last-Modified`.
    pub modified: String,
    /// `Content-Type`.
    pub media_type: &'static str,
    /// `Content-Encoding`, where the bytes are compressed.
    pub encoding: Option<&'static str>,
    /// The bytes, or where to get them.
    pub content: Content,
    /// The same in gzip, where that is much smaller.
    pub packed: Option<Arc<Held>>,
    inode: u64,
    looked: AtomicU64,
}

/// Where the bytes are.
#[derive(Debug)]
pub enum Content {
    /// Here.
    Memory(Bytes),
    /// In an open file.
    Disk(File),
    /// In several open files, and some of it in memory.
    Film(Shared),
}

impl Held {
    /// A file that lives in memory alone.
    #[must_use]
    pub fn in_memory(
        bytes: Bytes,
        validators: Validators,
        media_type: &'static str,
        encoding: Option<&'static str>,
    ) -> Held {
        Held {
            bytes: bytes.len() as u64,
            modified: crate::http::conditional::write_date(validators.modified),
            validators,
            media_type,
            encoding,
            content: Content::Memory(bytes),
            packed: None,
            inode: 0,
            looked: AtomicU64::new(0),
        }
    }

    /// A film that lies in other files.
    #[must_use]
    pub fn film(shared: Shared, validators: Validators) -> Held {
        Held {
            bytes: shared.film().plan().bytes(),
            modified: crate::http::conditional::write_date(validators.modified),
            validators,
            media_type: "video/mp4",
            encoding: None,
            content: Content::Film(shared),
            packed: None,
            inode: 0,
            looked: AtomicU64::new(0),
        }
    }

    /// Bytes of memory it takes, beside those of every file at hand.
    #[must_use]
    pub fn weight(&self) -> u64 {
        let packed = self.packed.as_ref().map_or(0, |packed| packed.bytes);
        let plain = match &self.content {
            Content::Memory(bytes) => bytes.len() as u64,
            Content::Disk(_) => OPEN_WEIGHT,
            Content::Film(shared) => shared.film().plan().weight(),
        };
        plain + packed
    }
}

/// Which folder a file lies in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Place {
    /// A video's streams.
    Streams(Uuid),
    /// A copy of another server's video.
    Mirrors(Uuid),
    /// A video's captions.
    Captions(Uuid),
    /// Uploaded files.
    Originals,
    /// Pictures.
    Album(Album),
}

#[derive(PartialEq, Eq, Hash)]
struct Key {
    place: Place,
    name: Box<str>,
}

/// Asks for a [`Key`] without owning the name. Field for field in the same order, so both hash alike.
#[derive(Hash)]
struct KeyRef<'a> {
    place: Place,
    name: &'a str,
}

impl Equivalent<Key> for KeyRef<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        self.place == key.place && self.name == &*key.name
    }
}

#[derive(Clone)]
struct Weight;

impl Weighter<Key, Arc<Held>> for Weight {
    fn weight(&self, _key: &Key, held: &Arc<Held>) -> u64 {
        ENTRY_WEIGHT + held.weight()
    }
}

/// The files at hand.
pub struct Shelf {
    files: Cache<Key, Arc<Held>, Weight>,
}

impl Default for Shelf {
    fn default() -> Shelf {
        // Most entries are small: a playlist of a few kilobytes, a thumbnail of ten.
        Shelf { files: Cache::with_weighter(2048, WEIGHT_MAX, Weight) }
    }
}

impl Shelf {
    /// The file, if it is at hand and was looked up a moment ago. Touches no disk.
    #[must_use]
    pub fn recall(&self, place: Place, name: &str, now: Instant) -> Option<Arc<Held>> {
        let held = self.files.get(&KeyRef { place, name })?;
        (now.since(Instant(held.looked.load(Ordering::Relaxed))) < LOOK_AGAIN).then_some(held)
    }

    /// The file at `path` as it is now; none where there is no plain file. Waits for the disk.
    ///
    /// # Errors
    /// What the system says, other than that the file is not there.
    pub fn fetch(
        &self,
        place: Place,
        name: &str,
        path: &Path,
        now: Instant,
    ) -> std::io::Result<Option<Arc<Held>>> {
        let known = self.files.get(&KeyRef { place, name });
        let found = match std::fs::symlink_metadata(path) {
            Ok(found) if found.is_file() => found,
            Ok(_) => return Ok(self.forget(place, name)),
            Err(error) if is_absent(&error) => return Ok(self.forget(place, name)),
            Err(error) => return Err(error),
        };
        if let Some(held) = known.filter(|held| held.is(&found)) {
            held.looked.store(now.0, Ordering::Relaxed);
            return Ok(Some(held));
        }
        match open(path, name, now) {
            Ok(held) => {
                let held = Arc::new(held);
                self.files.insert(Key { place, name: name.into() }, Arc::clone(&held));
                Ok(Some(held))
            }
            Err(error) if is_absent(&error) => Ok(self.forget(place, name)),
            Err(error) => Err(error),
        }
    }

    fn forget(&self, place: Place, name: &str) -> Option<Arc<Held>> {
        self.files.remove(&KeyRef { place, name });
        None
    }

    /// Lets go of what nobody asks for any more. Call every few seconds.
    pub fn sweep(&self, now: Instant) {
        self.files.retain(|_, held| now.since(Instant(held.looked.load(Ordering::Relaxed))) < KEEP_UNUSED);
    }
}

impl Held {
    fn is(&self, found: &std::fs::Metadata) -> bool {
        self.inode == found.ino()
            && self.bytes == found.len()
            && found
                .modified()
                .is_ok_and(|modified| Validators::new(found.len(), modified) == self.validators)
    }
}

fn is_absent(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
        // A link in place of a file.
        || error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error())
}

fn open(path: &Path, name: &str, now: Instant) -> std::io::Result<Held> {
    // O_NOFOLLOW: a link in a data folder is not ours, and may point anywhere.
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::CLOEXEC;
    let file = File::options().read(true).custom_flags(flags.bits().cast_signed()).open(path)?;
    let found = file.metadata()?;
    if !found.is_file() {
        return Err(ErrorKind::NotFound.into());
    }
    let validators = Validators::new(found.len(), found.modified()?);
    let content = if found.len() <= SMALL_BYTES_MAX {
        let mut bytes = Vec::with_capacity(usize::try_from(found.len()).unwrap_or_default());
        (&file).take(found.len()).read_to_end(&mut bytes)?;
        Content::Memory(bytes.into())
    } else {
        // Segments are read front to back: twice the kernel's usual read-ahead. Advice that is refused costs nothing.
        let _ = rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::Sequential);
        Content::Disk(file)
    };
    let media_type = media_type(name);
    Ok(Held {
        packed: pack(&content, media_type, &validators)?.map(Arc::new),
        bytes: match &content {
            Content::Memory(bytes) => bytes.len() as u64,
            Content::Disk(_) | Content::Film(_) => found.len(),
        },
        modified: crate::http::conditional::write_date(validators.modified),
        validators,
        media_type,
        encoding: None,
        content,
        inode: found.ino(),
        looked: AtomicU64::new(now.0),
    })
}

/// A long video's playlist shrinks to a tenth, and viewers wait for it before the first frame.
fn pack(content: &Content, media_type: &'static str, plain: &Validators) -> std::io::Result<Option<Held>> {
    let is_text = media_type.starts_with("application/json") || media_type == "application/vnd.apple.mpegurl";
    if !is_text {
        return Ok(None);
    }
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    let bytes = match content {
        Content::Memory(bytes) => packed.write_all(bytes).map(|()| bytes.len() as u64)?,
        Content::Disk(file) => std::io::copy(&mut file.take(PACKED_BYTES_MAX), &mut packed)?,
        Content::Film(_) => return Ok(None),
    };
    if !(PACKED_BYTES_MIN..PACKED_BYTES_MAX).contains(&bytes) {
        return Ok(None);
    }
    let etag = format!("{}-gz\"", plain.etag.trim_end_matches('"'));
    let validators = Validators { etag, modified: plain.modified };
    Ok(Some(Held::in_memory(packed.finish()?.into(), validators, media_type, Some("gzip"))))
}

/// Shorter files fit into one packet either way.
const PACKED_BYTES_MIN: u64 = 1024;
/// The digests of a day in eight qualities; a longer list goes out as it is.
const PACKED_BYTES_MAX: u64 = 16 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const PLACE: Place = Place::Album(Album::Thumbnails);

    fn read(held: Option<Arc<Held>>) -> Vec<u8> {
        match &held.unwrap().content {
            Content::Memory(bytes) => bytes.to_vec(),
            Content::Disk(file) => {
                use std::os::unix::fs::FileExt;
                let mut bytes = vec![0; usize::try_from(file.metadata().unwrap().len()).unwrap()];
                file.read_exact_at(&mut bytes, 0).unwrap();
                bytes
            }
            Content::Film(_) => panic!("no film lies on a shelf"),
        }
    }

    #[test]
    fn a_replaced_file_is_seen_at_the_next_look() {
        let folder = tempfile::tempdir().unwrap();
        let (path, new) = (folder.path().join("a.jpg"), folder.path().join("new"));
        let shelf = Shelf::default();
        for size in [10, 20, 100_000, 100_001, 5] {
            fs::write(&new, vec![b'x'; size]).unwrap();
            fs::rename(&new, &path).unwrap();
            assert_eq!(read(shelf.fetch(PLACE, "a.jpg", &path, Instant(0)).unwrap()).len(), size);
        }
    }

    #[test]
    fn memory_is_trusted_for_a_moment_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jpg");
        fs::write(&path, "one").unwrap();
        let shelf = Shelf::default();
        assert!(shelf.recall(PLACE, "a.jpg", Instant(0)).is_none());
        shelf.fetch(PLACE, "a.jpg", &path, Instant(0)).unwrap();
        assert_eq!(read(shelf.recall(PLACE, "a.jpg", Instant(99_999))), b"one");
        assert!(shelf.recall(PLACE, "a.jpg", Instant(100_000)).is_none());
        assert!(shelf.recall(PLACE, "b.jpg", Instant(0)).is_none());
        assert!(shelf.recall(Place::Album(Album::Previews), "a.jpg", Instant(0)).is_none());
    }

    #[test]
    fn a_deleted_file_is_gone_and_an_unused_one_is_let_go() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jpg");
        fs::write(&path, vec![0; 100_000]).unwrap();
        let shelf = Shelf::default();
        let held = shelf.fetch(PLACE, "a.jpg", &path, Instant(0)).unwrap().unwrap();
        assert_eq!(Arc::strong_count(&held), 2);
        shelf.sweep(Instant(29_999_999));
        assert_eq!(Arc::strong_count(&held), 2);
        shelf.sweep(Instant(30_000_000));
        assert_eq!(Arc::strong_count(&held), 1, "nobody asked for half a minute");
        fs::remove_file(&path).unwrap();
        assert!(shelf.fetch(PLACE, "a.jpg", &path, Instant(0)).unwrap().is_none());
    }

    #[test]
    fn only_plain_files_are_served() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::default();
        fs::create_dir(folder.path().join("d.jpg")).unwrap();
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("l.jpg")).unwrap();
        rustix::fs::mkfifoat(rustix::fs::CWD, folder.path().join("p.jpg"), 0o600.into()).unwrap();
        for name in ["d.jpg", "l.jpg", "p.jpg", "none.jpg"] {
            let found = shelf.fetch(PLACE, name, &folder.path().join(name), Instant(0)).unwrap();
            assert!(found.is_none(), "{name}");
        }
    }

    #[test]
    fn long_text_is_kept_packed_as_well() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::default();
        let line = "#EXTINF:4.000000,\n#EXT-X-BYTERANGE:150698@1357\na-240-fragmented.mp4\n";
        for (name, lines, is_packed) in
            [("a.m3u8", 100, true), ("b.json", 5000, true), ("c.m3u8", 1, false), ("d.mp4", 100, false)]
        {
            let path = folder.path().join(name);
            let text = line.repeat(lines);
            fs::write(&path, &text).unwrap();
            let held = shelf.fetch(PLACE, name, &path, Instant(0)).unwrap().unwrap();
            assert_eq!(held.packed.is_some(), is_packed, "{name}");
            let Some(packed) = held.packed.clone() else { continue };
            assert_ne!(packed.validators.etag, held.validators.etag);
            assert!(packed.bytes < held.bytes / 10);
            let mut plain = String::new();
            flate2::read::GzDecoder::new(&read(Some(packed))[..]).read_to_string(&mut plain).unwrap();
            assert!(plain == text, "{name}");
        }
    }

    #[test]
    fn what_is_at_hand_stays_bounded() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jpg");
        fs::write(&path, vec![0; 60_000]).unwrap();
        let shelf = Shelf::default();
        for number in 0..2000 {
            shelf.fetch(PLACE, &format!("{number}.jpg"), &path, Instant(0)).unwrap().unwrap();
        }
        assert!(shelf.files.weight() <= WEIGHT_MAX);
        assert!(shelf.files.len() < 600, "{}", shelf.files.len());
    }
}
