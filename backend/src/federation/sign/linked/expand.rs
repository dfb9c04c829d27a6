//! From a document to what it says.
//!
//! Owns the narrow part of JSON-LD 1.1 that activities are written in: things within things, words by contexts, values by
//! their words' kinds, lists, and texts by language. Every other keyword is refused, so that there are few ways to say a
//! thing. The surprise is words without a meaning: nobody signs them, so that we send none, and read none that others sent.

use std::sync::Arc;

use serde_json::{Map, Number, Value};

use super::context::{Active, Container, Contexts, Effort, Meaning, Term, Values, each, is_absolute};
use super::dataset::{Dataset, STATEMENTS_MAX, Said, Thing};
use super::number;
use super::refusal::{Unlinked, short};

pub(super) const TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const FIRST: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#first";
const REST: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#rest";
const NIL: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#nil";
const LANGUAGE_STRING: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString";
pub(super) const XSD: &str = "http://www.w3.org/2001/XMLSchema#";
/// Things within things. Mastodon's comments go five deep.
const DEPTH_MAX: usize = 24;
/// Objects of a document, also those that say the same.
const THINGS_MAX: usize = 8192;
/// Letters of a language's name.
const LANGUAGE_LETTERS_MAX: usize = 64;

/// What to do about words without a meaning.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Undefined {
    /// We sign: there may be none.
    Refused,
    /// We verify: they are not signed, and count for nothing.
    LeftOut,
}

/// What a document says, and the thing it begins with.
pub(super) fn expand(
    document: &Map<String, Value>,
    contexts: &Contexts,
    undefined: Undefined,
) -> Result<(Dataset, Thing), Unlinked> {
    let mut expansion = Expansion {
        dataset: Dataset::default(),
        contexts,
        undefined,
        effort: Effort::of_document(),
        things: 0,
    };
    let root = expansion.thing(document, &Active::default(), DEPTH_MAX)?;
    Ok((expansion.dataset, root))
}

struct Expansion<'a> {
    dataset: Dataset,
    contexts: &'a Contexts,
    undefined: Undefined,
    effort: Effort,
    things: usize,
}

impl Expansion<'_> {
    /// Says what an object says, and gives the thing it is about.
    fn thing(
        &mut self,
        object: &Map<String, Value>,
        active: &Active,
        depth: usize,
    ) -> Result<Thing, Unlinked> {
        let depth = depth.checked_sub(1).ok_or(Unlinked::Excessive("deep"))?;
        self.things += 1;
        if THINGS_MAX < self.things {
            return Err(Unlinked::Excessive("large"));
        }
        let inner;
        let active = match object.get("@context") {
            Some(context) => {
                inner = active.with(context, self.contexts, &self.effort)?;
                &inner
            }
            None => active,
        };
        let mut id = None;
        let mut kinds = Vec::new();
        let mut terms = Vec::new();
        for (word, value) in object.iter().filter(|(word, _)| *word != "@context") {
            match active.meaning(word)? {
                Some(Meaning::Id) => {
                    let text = value.as_str().ok_or_else(|| Unlinked::Value(short(word)))?;
                    if id.replace(active.address(text)?).is_some() {
                        return Err(Unlinked::Value(short(word)));
                    }
                }
                Some(Meaning::Type) => {
                    for kind in each(value) {
                        let kind = kind.as_str().ok_or_else(|| Unlinked::Value(short(word)))?;
                        kinds.push(active.kind(kind)?);
                    }
                }
                Some(Meaning::Predicate(term)) => terms.push((word, term, value)),
                None => self.judge_undefined(word, value)?,
            }
        }
        let thing = match id {
            Some(id) => Thing::Named(id),
            None => self.dataset.blank()?,
        };
        let kind_of = Arc::from(TYPE);
        for kind in kinds {
            self.dataset.say(thing.clone(), &kind_of, Said::Thing(Thing::Named(kind)))?;
        }
        for (word, term, value) in terms {
            for said in self.values(word, &term, value, active, depth)? {
                self.dataset.say(thing.clone(), &term.iri, said)?;
            }
        }
        Ok(thing)
    }

    /// A word without a meaning is said of nothing; but what it holds might be said all the same.
    fn judge_undefined(&self, word: &str, value: &Value) -> Result<(), Unlinked> {
        let holds_things = each(value).iter().any(|value| value.is_object() || value.is_array());
        match self.undefined {
            Undefined::LeftOut if !holds_things => Ok(()),
            Undefined::LeftOut | Undefined::Refused => Err(Unlinked::Undefined(short(word))),
        }
    }

    fn values(
        &mut self,
        word: &str,
        term: &Term,
        value: &Value,
        active: &Active,
        depth: usize,
    ) -> Result<Vec<Said>, Unlinked> {
        if let (Container::Languages, Value::Object(texts)) = (term.container, value) {
            return languages(word, texts);
        }
        if STATEMENTS_MAX < each(value).len() {
            return Err(Unlinked::Excessive("large"));
        }
        let mut said = Vec::new();
        for value in each(value).iter().filter(|value| !value.is_null()) {
            said.push(self.value(word, term, value, active, depth)?);
        }
        if term.container != Container::List || value.is_null() {
            return Ok(said);
        }
        let (first, rest) = (Arc::from(FIRST), Arc::from(REST));
        let mut list = Said::Thing(Thing::Named(NIL.into()));
        for one in said.into_iter().rev() {
            let place = self.dataset.blank()?;
            self.dataset.say(place.clone(), &first, one)?;
            self.dataset.say(place.clone(), &rest, list)?;
            list = Said::Thing(place);
        }
        Ok(vec![list])
    }

    fn value(
        &mut self,
        word: &str,
        term: &Term,
        value: &Value,
        active: &Active,
        depth: usize,
    ) -> Result<Said, Unlinked> {
        let odd = || Unlinked::Value(short(word));
        let literal = |text: &str, native: &str| {
            let kind = match &term.values {
                Values::Literals(kind) => kind.clone(),
                Values::Plain | Values::Addresses => format!("{XSD}{native}").into(),
            };
            Said::Literal { text: text.into(), kind, language: None }
        };
        let is_double =
            matches!(&term.values, Values::Literals(kind) if kind.strip_prefix(XSD) == Some("double"));
        match value {
            Value::Object(object) => Ok(Said::Thing(self.thing(object, active, depth)?)),
            Value::String(text) if term.values == Values::Addresses => {
                Ok(Said::Thing(Thing::Named(active.address(text)?)))
            }
            // It would be read as a number.
            Value::String(_) if is_double => Err(odd()),
            Value::String(text) => Ok(literal(text, "string")),
            Value::Bool(truth) => Ok(literal(if *truth { "true" } else { "false" }, "boolean")),
            Value::Number(number) => {
                let number = as_javascript(number).ok_or_else(odd)?;
                let (text, has_exponent) = number::write(number).ok_or_else(odd)?;
                if is_double {
                    return Ok(literal(&number::exponential(number), "double"));
                }
                Ok(literal(&text, if has_exponent { "double" } else { "integer" }))
            }
            Value::Null | Value::Array(_) => Err(odd()),
        }
    }
}

/// A number as JavaScript has it, which loses digits of large whole ones.
fn as_javascript(number: &Number) -> Option<f64> {
    number.as_f64()
}

/// `{"en": "words"}`.
fn languages(word: &str, texts: &Map<String, Value>) -> Result<Vec<Said>, Unlinked> {
    let odd = || Unlinked::Value(short(word));
    let mut said = Vec::new();
    for (language, texts) in texts {
        let language = language.to_ascii_lowercase();
        let is_one = |letter: u8| letter.is_ascii_alphanumeric() || letter == b'-';
        if LANGUAGE_LETTERS_MAX < language.len()
            || !language.starts_with(|first: char| first.is_ascii_alphabetic())
            || !language.bytes().all(is_one)
        {
            return Err(odd());
        }
        for text in each(texts).iter().filter(|text| !text.is_null()) {
            said.push(Said::Literal {
                text: text.as_str().ok_or_else(odd)?.into(),
                kind: LANGUAGE_STRING.into(),
                language: Some(language.as_str().into()),
            });
        }
    }
    Ok(said)
}

/// Whether an address can stand in a statement.
pub(super) fn is_address(text: &str) -> bool {
    is_absolute(text)
}
