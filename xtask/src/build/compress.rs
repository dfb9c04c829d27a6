//! `.br` and `.gz` beside every file worth it, made once for each content.
//!
//! Owns a cache by digest, since brotli at its best takes seconds for what seldom changes. Never touches pages the
//! server fills in before sending, which are compressed by it or not at all.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context, Result, anyhow};

use super::bundle::files_below;
use crate::shop::digest_hex;

/// Below this the headers of an answer outweigh what is saved.
const BYTES_MIN: usize = 256;
const ENDINGS: &[&str] =
    &["css", "html", "ico", "js", "json", "map", "mjs", "svg", "txt", "wasm", "webmanifest", "xml"];
/// Where the server puts a page's title and pictures; such a page differs with every address.
const FILLED_IN: &str = "<!-- head -->";

type Pack = fn(&[u8]) -> Result<Vec<u8>>;

/// Compresses what lies below `folder`, on all cores.
///
/// # Errors
/// When a file cannot be read or written.
pub fn folder(folder: &Path, cache: &Path) -> Result<()> {
    fs::create_dir_all(cache)?;
    let files: Vec<PathBuf> =
        files_below(folder)?.into_iter().filter(|file| has_worthy_ending(file)).collect();
    let next = AtomicUsize::new(0);
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let used = thread::scope(|scope| -> Result<BTreeSet<PathBuf>> {
        let workers: Vec<_> = (0..cores)
            .map(|_| {
                scope.spawn(|| -> Result<Vec<PathBuf>> {
                    let mut used = Vec::new();
                    while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                        used.extend(
                            one(file, cache)
                                .with_context(|| format!("could not compress {}", file.display()))?,
                        );
                    }
                    Ok(used)
                })
            })
            .collect();
        let mut all = BTreeSet::new();
        for worker in workers {
            all.extend(worker.join().map_err(|_| anyhow!("a compressing thread panicked"))??);
        }
        Ok(all)
    })?;
    for stale in files_below(cache)?.iter().filter(|file| !used.contains(*file)) {
        fs::remove_file(stale)?;
    }
    Ok(())
}

fn has_worthy_ending(file: &Path) -> bool {
    file.extension().and_then(|ending| ending.to_str()).is_some_and(|ending| ENDINGS.contains(&ending))
}

/// The cache's files that were used.
fn one(file: &Path, cache: &Path) -> Result<Vec<PathBuf>> {
    let bytes = fs::read(file)?;
    if bytes.len() < BYTES_MIN || is_filled_in(file, &bytes) {
        return Ok(Vec::new());
    }
    let digest = digest_hex(&bytes);
    let mut used = Vec::new();
    for (ending, pack) in [("br", brotli as Pack), ("gz", gzip)] {
        let kept = cache.join(format!("{digest}.{ending}"));
        if !kept.is_file() {
            // Under another name first: a build that is interrupted must not leave half a file to be believed.
            let partial = cache.join(format!("{digest}.{ending}.part"));
            fs::write(&partial, pack(&bytes)?)?;
            fs::rename(partial, &kept)?;
        }
        let mut beside = file.as_os_str().to_owned();
        beside.push(format!(".{ending}"));
        fs::copy(&kept, PathBuf::from(beside))?;
        used.push(kept);
    }
    Ok(used)
}

fn is_filled_in(file: &Path, bytes: &[u8]) -> bool {
    file.extension().is_some_and(|ending| ending == "html")
        && bytes.windows(FILLED_IN.len()).any(|window| window == FILLED_IN.as_bytes())
}

/// The highest quality, and the largest window every browser takes.
pub fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let options = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 24,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut packed = Vec::new();
    let mut input = bytes;
    brotli::BrotliCompress(&mut input, &mut packed, &options)?;
    Ok(packed)
}

/// The highest level.
pub fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn packed_files_unpack_to_what_they_were() {
        let place = tempfile::tempdir().unwrap();
        let (www, cache) = (place.path().join("www"), place.path().join("cache"));
        let text = "the same words again and again ".repeat(100);
        fs::create_dir(&www).unwrap();
        fs::write(www.join("app.js"), &text).unwrap();
        folder(&www, &cache).unwrap();

        let mut from_gzip = String::new();
        let packed = fs::read(www.join("app.js.gz")).unwrap();
        flate2::read::GzDecoder::new(packed.as_slice()).read_to_string(&mut from_gzip).unwrap();
        let mut from_brotli = Vec::new();
        let packed = fs::read(www.join("app.js.br")).unwrap();
        brotli::BrotliDecompress(&mut packed.as_slice(), &mut from_brotli).unwrap();
        assert!(from_gzip == text && from_brotli == text.as_bytes());
    }

    #[test]
    fn pictures_tiny_files_and_filled_in_pages_stay_as_they_are() {
        let place = tempfile::tempdir().unwrap();
        let (www, cache) = (place.path().join("www"), place.path().join("cache"));
        fs::create_dir(&www).unwrap();
        fs::write(www.join("a.png"), [7; 4096]).unwrap();
        fs::write(www.join("b.txt"), "short").unwrap();
        fs::write(www.join("index.html"), format!("{FILLED_IN}{}", " ".repeat(4096))).unwrap();
        folder(&www, &cache).unwrap();
        assert_eq!(files_below(&www).unwrap().len(), 3);
    }

    #[test]
    fn the_cache_keeps_only_what_is_used() {
        let place = tempfile::tempdir().unwrap();
        let (www, cache) = (place.path().join("www"), place.path().join("cache"));
        fs::create_dir(&www).unwrap();
        for text in ["first ", "second "] {
            fs::write(www.join("app.css"), text.repeat(100)).unwrap();
            folder(&www, &cache).unwrap();
            assert_eq!(files_below(&cache).unwrap().len(), 2);
        }
    }
}
