//! The index of what is said in videos, on the disk: one document a cue, of a layout of its own, since a film has a
//! thousand of them.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use shared::id::VideoId;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value,
};
use tantivy::{IndexReader, IndexWriter, Searcher, TantivyDocument, TantivyError, Term};

use super::any::Any;
use super::beginnings::Beginnings;
use super::best::look;
use super::place::{self, FOLDED, always, exact};
use super::terms::{self, Automata};
use super::words::{Words, composed};
use crate::domain::caption::Spoken;

/// Another layout has another folder, and the old one goes.
const VERSION: &str = "v1";
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
    beginnings: Arc<Beginnings>,
}

/// Who asks it. Cheap to clone.
#[derive(Clone)]
pub(super) struct Eye {
    reader: IndexReader,
    fields: Fields,
    automata: Arc<Automata>,
    beginnings: Arc<Beginnings>,
}

/// Opens the index in a folder; one that is missing, of another version or damaged is made anew, empty.
///
/// # Errors
/// When the disk fails, or another writer has the index.
pub(super) fn open(folder: &Path) -> Result<Pen, TantivyError> {
    place::open(folder, VERSION, |path| {
        let (schema, fields) = schema();
        let (writer, reader) = place::at(path, schema)?;
        let beginnings = Arc::new(Beginnings::default());
        beginnings.follow(&reader.searcher(), &[fields.text])?;
        Ok(Pen { writer, reader, fields, beginnings })
    })
}

impl Pen {
    /// Who asks what is written here.
    pub(super) fn eye(&self) -> Eye {
        let (reader, beginnings) = (self.reader.clone(), Arc::clone(&self.beginnings));
        Eye { reader, fields: self.fields, automata: Arc::new(Automata::new()), beginnings }
    }

    /// All videos with the stamps of their captions.
    pub(super) fn stamps(&self) -> Result<HashMap<VideoId, u64>, TantivyError> {
        let stamps = place::stamps(&self.reader, "video")?;
        Ok(stamps.into_iter().map(|(video, stamp)| (VideoId(video), stamp)).collect())
    }

    /// Forgets what is said in a video. Seen after [`Pen::commit`], as all that follows.
    pub(super) fn forget(&mut self, video: VideoId) {
        self.writer.delete_term(Term::from_field_u64(self.fields.video, video.0));
    }

    /// Says what the captions of a video are made of, in a row of its own: where nothing is said, there is nothing else
    /// that holds it.
    pub(super) fn stamp(&mut self, video: VideoId, stamp: u64) -> Result<(), TantivyError> {
        let row = self.row(video, stamp);
        self.writer.add_document(row).map(drop)
    }

    /// Says what is said in a video in one language.
    pub(super) fn add(&mut self, video: VideoId, stamp: u64, heard: &Heard) -> Result<(), TantivyError> {
        let fields = self.fields;
        for cue in &heard.cues {
            let mut row = self.row(video, stamp);
            row.add_text(fields.language, &heard.language);
            row.add_u64(fields.automatic, heard.automatic.into());
            row.add_u64(fields.start, cue.start_ms);
            row.add_u64(fields.end, cue.end_ms);
            row.add_text(fields.text, composed(&cue.text));
            self.writer.add_document(row)?;
        }
        Ok(())
    }

    fn row(&self, video: VideoId, stamp: u64) -> TantivyDocument {
        let mut row = TantivyDocument::default();
        row.add_u64(self.fields.video, video.0);
        row.add_u64(self.fields.stamp, stamp);
        row
    }

    /// Writes what was put, and shows it.
    pub(super) fn commit(&mut self) -> Result<(), TantivyError> {
        self.writer.commit()?;
        self.reader.reload()?;
        self.beginnings.follow(&self.reader.searcher(), &[self.fields.text])
    }
}

impl Eye {
    /// Cues that have all of these words, or words that begin with them, in one of these languages where any is named; best
    /// first, at most [`super::best::LOOKED_AT_MAX`]. Of more those are looked at that were written last.
    pub(super) fn find(&self, words: &Words, languages: &[String]) -> Result<Vec<Met>, TantivyError> {
        let searcher = self.reader.searcher();
        let mut all: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for word in &words.words {
            all.push((Occur::Must, self.word(&searcher, word)?));
        }
        if !languages.is_empty() {
            let of = |code: &String| exact(Term::from_field_text(self.fields.language, code));
            let any = Any::of(languages.iter().map(of).collect());
            all.push((Occur::Must, always(Box::new(any), 0.0)));
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

    fn word(&self, searcher: &Searcher, word: &str) -> Result<Box<dyn Query>, TantivyError> {
        let field = self.fields.text;
        let whole = exact(Term::from_field_text(field, word));
        if word.chars().count() < BEGINNING_LENGTH_MIN {
            return Ok(whole);
        }
        let known = BTreeSet::from([word.as_bytes().to_owned()]);
        let begun = self.automata.near(word, 0, true);
        let longer = terms::begun(searcher, field, (word, &begun), &self.beginnings, &known)?;
        let ways: Vec<Box<dyn Query>> =
            vec![Box::new(BoostQuery::new(whole, WHOLE_BOOST)), always(Box::new(longer), 1.0)];
        Ok(Box::new(Any::of(ways)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::terms::MEANT_MAX;

    fn heard(texts: impl IntoIterator<Item = String>) -> Heard {
        let cue = |text| Spoken { start_ms: 0, end_ms: 1000, text };
        Heard { language: "en".to_owned(), automatic: false, cues: texts.into_iter().map(cue).collect() }
    }

    #[test]
    fn a_beginning_means_the_commonest_words_and_no_more() {
        let folder = tempfile::tempdir().unwrap();
        let mut pen = open(folder.path()).unwrap();
        let words = (0..400).map(|number| format!("begin{number:03}"));
        let often = ["begin007".to_owned(), "begin007".to_owned(), "begin".to_owned()];
        pen.stamp(VideoId(1), 5).unwrap();
        pen.add(VideoId(1), 5, &heard(words.chain(often))).unwrap();
        pen.commit().unwrap();
        let found = pen.eye().find(&Words::of("begin"), &[]).unwrap();
        assert!(found.len() <= MEANT_MAX + 3, "{}", found.len());
        assert_eq!(found.first().map(|met| met.cue.text.as_str()), Some("begin"), "as it was asked for");
        assert_eq!(found.iter().filter(|met| met.cue.text == "begin007").count(), 3);
        assert_eq!(pen.eye().find(&Words::of("begin31"), &[]).unwrap().len(), 10, "few begin so");
        assert_eq!(pen.stamps().unwrap(), HashMap::from([(VideoId(1), 5)]));
        pen.forget(VideoId(1));
        pen.commit().unwrap();
        assert!(
            pen.stamps().unwrap().is_empty() && pen.eye().find(&Words::of("begin"), &[]).unwrap().is_empty()
        );
    }
}
