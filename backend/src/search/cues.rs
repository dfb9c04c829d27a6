//! The index of what is said in videos, on the disk: one document a cue, of a layout of its own, since a film has a
//! thousand of them.

use std::collections::HashMap;
use std::path::Path;

use shared::id::VideoId;
use tantivy::directory::MmapDirectory;
use tantivy::indexer::IndexWriterOptions;
use tantivy::query::{
    BooleanQuery, BoostQuery, DisjunctionMaxQuery, FuzzyTermQuery, Occur, Query, TermQuery,
};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value,
};
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, TantivyDocument, TantivyError, Term};

use super::best::look;
use super::words::{Words, analyzer, composed};
use crate::domain::caption::Spoken;

/// Another layout has another folder, and the old one goes.
const VERSION: &str = "v1";
/// What the writer gathers before it writes a segment: the least it takes.
const WRITER_BYTES: usize = 16 * 1024 * 1024;
/// How the words are split and folded, by name.
const FOLDED: &str = "folded";
/// Shorter words are not taken for the beginnings of longer ones, which would be half of a language.
const BEGINNING_LENGTH_MIN: usize = 3;
/// What a word is worth as it was asked for, beside one that begins with it.
const WHOLE_BOOST: f32 = 2.0;

#[derive(Clone, Copy)]
struct Fields {
    video: Field,
    stamp: Field,
    language: Field,
    automatic: Field,
    start: Field,
    end: Field,
    text: Field,
}

fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let words =
        TextFieldIndexing::default().set_tokenizer(FOLDED).set_index_option(IndexRecordOption::WithFreqs);
    let words = TextOptions::default().set_indexing_options(words).set_stored();
    let fields = Fields {
        video: schema.add_u64_field("video", INDEXED | FAST),
        stamp: schema.add_u64_field("stamp", FAST),
        language: schema.add_text_field("language", STRING | STORED),
        automatic: schema.add_u64_field("automatic", STORED),
        start: schema.add_u64_field("start", STORED),
        end: schema.add_u64_field("end", STORED),
        text: schema.add_text_field("text", words),
    };
    (schema.build(), fields)
}

/// The captions of a video in one language.
pub(super) struct Heard {
    /// ISO 639 code.
    pub(super) language: String,
    /// Whether a machine wrote them.
    pub(super) automatic: bool,
    /// What is said.
    pub(super) cues: Vec<Spoken>,
}

/// A cue in which words were met.
#[derive(Clone, PartialEq, Debug)]
pub struct Met {
    /// Of which video.
    pub video: VideoId,
    /// In which language, as an ISO 639 code.
    pub language: String,
    /// Whether a machine wrote it.
    pub automatic: bool,
    /// What is said, and when.
    pub cue: Spoken,
    /// How well the words are met; only good to be compared.
    pub similarity: f32,
}

/// Who writes the index.
pub(super) struct Pen {
    writer: IndexWriter,
    reader: IndexReader,
    fields: Fields,
}

/// Who asks it. Cheap to clone.
#[derive(Clone)]
pub(super) struct Eye {
    reader: IndexReader,
    fields: Fields,
}

/// Opens the index in a folder; one that is missing, of another version or damaged is made anew, empty.
///
/// # Errors
/// When the disk fails, or another writer has the index.
pub(super) fn open(folder: &Path) -> Result<Pen, TantivyError> {
    let path = folder.join(VERSION);
    if let Ok(entries) = std::fs::read_dir(folder) {
        let others = entries.filter_map(Result::ok).filter(|entry| entry.file_name() != VERSION);
        // What cannot be removed now is tried again at the next start.
        others.for_each(|entry| drop(std::fs::remove_dir_all(entry.path())));
    }
    match open_at(&path) {
        Err(error) if !matches!(error, TantivyError::LockFailure(..)) => {
            tracing::warn!(%error, "the index of captions cannot be read and is made anew");
            std::fs::remove_dir_all(&path)?;
            open_at(&path)
        }
        other => other,
    }
}

fn open_at(path: &Path) -> Result<Pen, TantivyError> {
    std::fs::create_dir_all(path)?;
    let (schema, fields) = schema();
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
    Ok(Pen { writer, reader, fields })
}

impl Pen {
    /// Who asks what is written here.
    pub(super) fn eye(&self) -> Eye {
        Eye { reader: self.reader.clone(), fields: self.fields }
    }

    /// All videos with the stamps of their captions.
    pub(super) fn stamps(&self) -> Result<HashMap<VideoId, u64>, TantivyError> {
        let searcher = self.reader.searcher();
        let mut stamps = HashMap::new();
        for segment in searcher.segment_readers() {
            let (videos, values) = (segment.fast_fields().u64("video")?, segment.fast_fields().u64("stamp")?);
            for document in segment.doc_ids_alive() {
                if let (Some(video), Some(stamp)) = (videos.first(document), values.first(document)) {
                    stamps.insert(VideoId(video), stamp);
                }
            }
        }
        Ok(stamps)
    }

    /// Says something else of what is said in a video, or nothing any more. Seen after [`Pen::commit`].
    pub(super) fn put(&mut self, video: VideoId, heard: Option<(u64, &[Heard])>) -> Result<(), TantivyError> {
        let fields = self.fields;
        self.writer.delete_term(Term::from_field_u64(fields.video, video.0));
        let Some((stamp, heard)) = heard else { return Ok(()) };
        let row = || {
            let mut row = TantivyDocument::default();
            row.add_u64(fields.video, video.0);
            row.add_u64(fields.stamp, stamp);
            row
        };
        // A row of its own for the stamp: where nothing is said, there is nothing else that holds it.
        self.writer.add_document(row())?;
        for captions in heard {
            for cue in &captions.cues {
                let mut row = row();
                row.add_text(fields.language, &captions.language);
                row.add_u64(fields.automatic, captions.automatic.into());
                row.add_u64(fields.start, cue.start_ms);
                row.add_u64(fields.end, cue.end_ms);
                row.add_text(fields.text, composed(&cue.text));
                self.writer.add_document(row)?;
            }
        }
        Ok(())
    }

    /// Writes what was put, and shows it.
    pub(super) fn commit(&mut self) -> Result<(), TantivyError> {
        self.writer.commit()?;
        self.reader.reload()
    }
}

impl Eye {
    /// Cues that have all of these words, or words that begin with them, in one of these languages where any is named; best
    /// first, at most a thousand.
    pub(super) fn find(&self, words: &Words, languages: &[String]) -> Result<Vec<Met>, TantivyError> {
        let searcher = self.reader.searcher();
        let mut all: Vec<(Occur, Box<dyn Query>)> =
            words.words.iter().map(|word| (Occur::Must, self.word(word))).collect();
        if !languages.is_empty() {
            let of = |code: &String| exact(Term::from_field_text(self.fields.language, code));
            let any = BooleanQuery::union(languages.iter().map(of).collect());
            all.push((Occur::Must, Box::new(BoostQuery::new(Box::new(any), 0.0))));
        }
        let mut found = look(&searcher, &BooleanQuery::new(all))?.documents;
        // The best first; of two as good the one that was written later.
        found.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then_with(|| b.1.cmp(&a.1)));
        let mut met = Vec::new();
        let mut videos = Vec::new();
        for segment in searcher.segment_readers() {
            videos.push(segment.fast_fields().u64("video")?);
        }
        for (similarity, address) in found {
            let document: TantivyDocument = searcher.doc(address)?;
            let number =
                |field| document.get_first(field).and_then(|value| value.as_u64()).unwrap_or_default();
            let text = |field| {
                document
                    .get_first(field)
                    .and_then(|value| value.as_str().map(str::to_owned))
                    .unwrap_or_default()
            };
            let column = usize::try_from(address.segment_ord).ok().and_then(|at| videos.get(at));
            let Some(video) = column.and_then(|column| column.first(address.doc_id)) else { continue };
            let Fields { language, automatic, start, end, text: said, .. } = self.fields;
            met.push(Met {
                video: VideoId(video),
                language: text(language),
                automatic: number(automatic) != 0,
                cue: Spoken { start_ms: number(start), end_ms: number(end), text: text(said) },
                similarity,
            });
        }
        Ok(met)
    }

    fn word(&self, word: &str) -> Box<dyn Query> {
        let term = Term::from_field_text(self.fields.text, word);
        if word.chars().count() < BEGINNING_LENGTH_MIN {
            return exact(term);
        }
        let begun = FuzzyTermQuery::new_prefix(term.clone(), 0, true);
        let ways: Vec<Box<dyn Query>> =
            vec![Box::new(BoostQuery::new(exact(term), WHOLE_BOOST)), Box::new(begun)];
        Box::new(DisjunctionMaxQuery::new(ways))
    }
}

fn exact(term: Term) -> Box<dyn Query> {
    Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
}
