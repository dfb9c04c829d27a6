//! The index on the disk: the only place that knows tantivy's query, schema and writer.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::{IndexReader, IndexWriter, Searcher, TantivyDocument, TantivyError, Term};

use super::any::Any;
use super::beginnings::Beginnings;
use super::best::{Found, LOOKED_AT_MAX, look};
use super::document::{Document, Key, Kind};
use super::place::{self, FOLDED, always, exact};
use super::terms::{self, Automata, meant};
use super::words::{Words, composed, typos};

/// Things one question finds, best first: filters and other orders are applied to these in memory, so that no question
/// costs more however large the instance is.
pub const FOUND_MAX: usize = 2 * LOOKED_AT_MAX;
/// Another layout has another folder, and the old one goes.
const VERSION: &str = "v1";

/// How much a word is worth by how it was met.
#[derive(Clone, Copy)]
struct Boosts {
    whole: f32,
    beginning: f32,
    typo: f32,
}

const NAME_BOOSTS: Boosts = Boosts { whole: 6.0, beginning: 4.0, typo: 1.5 };
const TEXT_BOOSTS: Boosts = Boosts { whole: 1.0, beginning: 0.5, typo: 0.2 };
/// What the other ways in which a word was met add to the best one.
const TIE_BREAKER: f32 = 0.1;

#[derive(Clone, Copy)]
struct Fields {
    key: Field,
    kind: Field,
    stamp: Field,
    name: Field,
    text: Field,
    facets: Field,
}

impl Fields {
    /// Those of words that people type.
    fn worded(self) -> [Field; 2] {
        [self.name, self.text]
    }
}

fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let words =
        TextFieldIndexing::default().set_tokenizer(FOLDED).set_index_option(IndexRecordOption::WithFreqs);
    let words = TextOptions::default().set_indexing_options(words);
    let fields = Fields {
        key: schema.add_u64_field("key", INDEXED | FAST),
        kind: schema.add_u64_field("kind", INDEXED),
        stamp: schema.add_u64_field("stamp", FAST),
        name: schema.add_text_field("name", words.clone()),
        text: schema.add_text_field("text", words),
        facets: schema.add_text_field("facets", STRING),
    };
    (schema.build(), fields)
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
        beginnings.follow(&reader.searcher(), &fields.worded())?;
        Ok(Pen { writer, reader, fields, beginnings })
    })
}

impl Pen {
    /// Who asks what is written here.
    pub(super) fn eye(&self) -> Eye {
        let (reader, beginnings) = (self.reader.clone(), Arc::clone(&self.beginnings));
        Eye { reader, fields: self.fields, automata: Arc::new(Automata::new()), beginnings }
    }

    /// All things with the stamps of what is said of them.
    pub(super) fn stamps(&self) -> Result<HashMap<Key, u64>, TantivyError> {
        let stamps = place::stamps(&self.reader, "key")?;
        Ok(stamps.into_iter().map(|(key, stamp)| (Key(key), stamp)).collect())
    }

    /// Says something else of a thing, or nothing any more. Seen after [`Pen::commit`].
    pub(super) fn put(
        &mut self,
        key: Key,
        kind: Kind,
        document: Option<&Document>,
    ) -> Result<(), TantivyError> {
        let Fields { key: key_field, kind: kind_field, stamp, name, text, facets } = self.fields;
        self.writer.delete_term(Term::from_field_u64(key_field, key.0));
        let Some(document) = document else { return Ok(()) };
        let mut row = TantivyDocument::default();
        row.add_u64(key_field, key.0);
        row.add_u64(kind_field, kind.number());
        row.add_u64(stamp, document.stamp());
        row.add_text(name, composed(&document.name));
        row.add_text(text, composed(&document.text));
        document.facets.iter().for_each(|facet| row.add_text(facets, facet));
        self.writer.add_document(row)?;
        Ok(())
    }

    /// Writes what was put, and shows it.
    pub(super) fn commit(&mut self) -> Result<(), TantivyError> {
        self.writer.commit()?;
        self.reader.reload()?;
        self.beginnings.follow(&self.reader.searcher(), &self.fields.worded())
    }
}

impl Eye {
    /// Things of a kind that have all of these words, and of each group of facets at least one; best first. Where there
    /// are very many, those are looked at that were written last and those whose names have the words.
    pub(super) fn find(
        &self,
        kind: Kind,
        words: &Words,
        facets: &[Vec<String>],
    ) -> Result<Vec<u64>, TantivyError> {
        let searcher = self.reader.searcher();
        let kind = Term::from_field_u64(self.fields.kind, kind.number());
        let mut all: Vec<(Occur, Box<dyn Query>)> = vec![(Occur::Must, always(exact(kind), 0.0))];
        for group in facets {
            let facet = |facet: &String| exact(Term::from_field_text(self.fields.facets, facet));
            let any = Any::of(group.iter().map(facet).collect());
            all.push((Occur::Must, always(Box::new(any), 0.0)));
        }
        let mut named: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for (at, word) in words.words.iter().enumerate() {
            let is_open = words.is_open && at + 1 == words.words.len();
            let [anywhere, in_name] = self.word(&searcher, word, is_open)?;
            all.push((Occur::Must, anywhere));
            named.push((Occur::Must, always(in_name, 0.0)));
        }
        let all = BooleanQuery::new(all);
        let Found { mut documents, is_all } = look(&searcher, &all)?;
        if !is_all {
            named.push((Occur::Must, Box::new(all)));
            let seen: BTreeSet<_> = documents.iter().map(|(_, address)| *address).collect();
            let more = look(&searcher, &BooleanQuery::new(named))?.documents;
            documents.extend(more.into_iter().filter(|(_, address)| !seen.contains(address)));
        }
        // The best first; of two as good the one that was written later.
        documents.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then_with(|| b.1.cmp(&a.1)));
        let mut columns = Vec::new();
        for segment in searcher.segment_readers() {
            columns.push(segment.fast_fields().u64("key")?);
        }
        let id = |(_, address): (f32, tantivy::DocAddress)| {
            let column = columns.get(usize::try_from(address.segment_ord).ok()?)?;
            column.first(address.doc_id).map(|key| Key(key).id())
        };
        Ok(documents.into_iter().filter_map(id).collect())
    }

    /// Things in which a word is met somehow, and those whose names have it as it is, or beginning with it.
    fn word(
        &self,
        searcher: &Searcher,
        word: &str,
        is_open: bool,
    ) -> Result<[Box<dyn Query>; 2], TantivyError> {
        let mut ways: Vec<Box<dyn Query>> = Vec::new();
        let mut names: Vec<Box<dyn Query>> = Vec::new();
        let typos = typos(word);
        let begun = is_open.then(|| self.automata.near(word, 0, true));
        // The beginning of a word with a letter wrong, while it is typed.
        let mistyped = (0 < typos).then(|| self.automata.near(word, typos, is_open));
        for (field, boosts) in [(self.fields.name, NAME_BOOSTS), (self.fields.text, TEXT_BOOSTS)] {
            let mut known = BTreeSet::from([word.as_bytes().to_owned()]);
            let whole = exact(Term::from_field_text(field, word));
            let mut as_typed = vec![whole.box_clone()];
            ways.push(boosted(whole, boosts.whole));
            if let Some(begun) = &begun {
                let words = terms::begun(searcher, field, (word, begun), &self.beginnings, &known)?;
                known.extend(words.words().iter().cloned());
                as_typed.push(Box::new(words.clone()));
                ways.push(always(Box::new(words), boosts.beginning));
            }
            if let Some(mistyped) = &mistyped {
                let words = meant(searcher, field, mistyped, &known)?;
                ways.push(always(Box::new(words), boosts.typo));
            }
            if field == self.fields.name {
                names = as_typed;
            }
        }
        let anywhere = Box::new(Any::with_part(ways, TIE_BREAKER));
        Ok([anywhere, Box::new(Any::of(names))])
    }
}

fn boosted(query: Box<dyn Query>, boost: f32) -> Box<dyn Query> {
    Box::new(BoostQuery::new(query, boost))
}
