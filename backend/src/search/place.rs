//! Where an index lies on the disk: what holds for each, whatever is in it.

use std::collections::HashMap;
use std::path::Path;

use tantivy::directory::MmapDirectory;
use tantivy::indexer::IndexWriterOptions;
use tantivy::query::{ConstScoreQuery, Query, TermQuery};
use tantivy::schema::{IndexRecordOption, Schema};
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, TantivyError, Term};

use super::words::analyzer;

/// How the words are split and folded, by name.
pub(super) const FOLDED: &str = "folded";
/// What the writer gathers before it writes a segment: the least it takes.
const WRITER_BYTES: usize = 16 * 1024 * 1024;

/// Opens the index of this version in a folder; one that is missing, of another version or damaged is made anew, empty.
///
/// # Errors
/// When the disk fails, or another writer has the index.
pub(super) fn open<P>(
    folder: &Path,
    version: &str,
    open_at: impl Fn(&Path) -> Result<P, TantivyError>,
) -> Result<P, TantivyError> {
    let path = folder.join(version);
    if let Ok(entries) = std::fs::read_dir(folder) {
        let others = entries.filter_map(Result::ok).filter(|entry| entry.file_name() != version);
        // What cannot be removed now is tried again at the next start.
        others.for_each(|entry| drop(std::fs::remove_dir_all(entry.path())));
    }
    match open_at(&path) {
        Err(error) if !matches!(error, TantivyError::LockFailure(..)) => {
            tracing::warn!(%error, path = %path.display(), "an index cannot be read and is made anew");
            std::fs::remove_dir_all(&path)?;
            open_at(&path)
        }
        other => other,
    }
}

/// Who writes and who reads the index of this layout in a folder.
pub(super) fn at(path: &Path, schema: Schema) -> Result<(IndexWriter, IndexReader), TantivyError> {
    std::fs::create_dir_all(path)?;
    let index = Index::open_or_create(MmapDirectory::open(path)?, schema)?;
    index.tokenizers().register(FOLDED, analyzer());
    if !index.validate_checksum()?.is_empty() {
        return Err(TantivyError::InternalError("a file is not what it was".to_owned()));
    }
    let options = IndexWriterOptions::builder()
        .num_worker_threads(1)
        .num_merge_threads(1)
        .memory_budget_per_thread(WRITER_BYTES)
        .build();
    let writer = index.writer_with_options(options)?;
    let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
    Ok((writer, reader))
}

/// All things by the numbers in their column of this name, with the stamps of what is said of them.
pub(super) fn stamps(reader: &IndexReader, key: &str) -> Result<HashMap<u64, u64>, TantivyError> {
    let searcher = reader.searcher();
    let mut stamps = HashMap::new();
    for segment in searcher.segment_readers() {
        let (keys, values) = (segment.fast_fields().u64(key)?, segment.fast_fields().u64("stamp")?);
        for document in segment.doc_ids_alive() {
            if let (Some(key), Some(stamp)) = (keys.first(document), values.first(document)) {
                stamps.insert(key, stamp);
            }
        }
    }
    Ok(stamps)
}

/// Documents with this word; the more often it stands there, the better.
pub(super) fn exact(term: Term) -> Box<dyn Query> {
    Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
}

/// What matches, each as well as this.
pub(super) fn always(query: Box<dyn Query>, score: f32) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(query, score))
}
