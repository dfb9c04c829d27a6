//! From what was signed back to a document: the only one that is believed.
//!
//! Owns the shape of that document: the activity with everything that is said of it within, under the words that readers
//! know, each thing wherever it is named (but not within itself). The same statements give the same reading however they
//! were arranged, but for the order of values, which nobody signs. What readers have no word for is left out.

use std::collections::HashMap;

use serde_json::{Map, Number, Value};

use super::context::Contexts;
use super::dataset::{Dataset, Said, Statement, Thing};
use super::expand::{TYPE, XSD};
use super::refusal::Unlinked;
use super::terms::schema_kind;

/// Values in one reading. A thing that many name is read as often.
const VALUES_MAX: usize = 20_000;
/// Bytes of their texts.
const BYTES_MAX: usize = 4 << 20;
/// Things within things, as in documents: those that name each other in a row are read within each other, however flat
/// they were written.
const DEPTH_MAX: usize = 24;

/// Reads what is said, beginning with the activity.
pub(super) fn read_out(dataset: &Dataset, root: &Thing, contexts: &Contexts) -> Result<Value, Unlinked> {
    let mut about: HashMap<&Thing, Vec<&Statement>> = HashMap::new();
    for statement in dataset.statements() {
        // Whoever could begin elsewhere could make another activity of the same words.
        if matches!(&statement.object, Said::Thing(thing) if thing == root) {
            return Err(Unlinked::Circular);
        }
        about.entry(&statement.subject).or_default().push(statement);
    }
    let mut reader = Reader { about, contexts, values: 0, bytes: 0 };
    let mut within = Vec::new();
    reader.thing(root, &mut within)
}

struct Reader<'a> {
    about: HashMap<&'a Thing, Vec<&'a Statement>>,
    contexts: &'a Contexts,
    values: usize,
    bytes: usize,
}

impl<'a> Reader<'a> {
    /// A text of the reading.
    fn text(&mut self, text: &str) -> Result<String, Unlinked> {
        self.bytes = self.bytes.saturating_add(text.len());
        if BYTES_MAX < self.bytes { Err(Unlinked::Excessive("large")) } else { Ok(text.to_owned()) }
    }

    fn thing(&mut self, thing: &'a Thing, within: &mut Vec<&'a Thing>) -> Result<Value, Unlinked> {
        let id = match thing {
            Thing::Named(address) => Some(address),
            Thing::Blank(_) => None,
        };
        let said = if within.contains(&thing) { None } else { self.about.get(thing).cloned() };
        let said = match (said, id) {
            (Some(said), _) => said,
            (None, Some(id)) => return Ok(Value::String(self.text(id)?)),
            (None, None) => return Ok(Value::Object(Map::new())),
        };
        if within.len() == DEPTH_MAX {
            return Err(Unlinked::Excessive("deep"));
        }
        within.push(thing);
        let mut object: Map<String, Value> = Map::new();
        if let Some(id) = id {
            object.insert("id".to_owned(), Value::String(self.text(id)?));
        }
        for statement in said {
            self.values += 1;
            if VALUES_MAX < self.values {
                return Err(Unlinked::Excessive("intricate"));
            }
            if let Some((name, value)) = self.property(statement, within)? {
                add(&mut object, &name, value);
            }
        }
        within.pop();
        Ok(Value::Object(object))
    }

    fn property(
        &mut self,
        statement: &'a Statement,
        within: &mut Vec<&'a Thing>,
    ) -> Result<Option<(String, Value)>, Unlinked> {
        if *statement.predicate == *TYPE {
            let Said::Thing(Thing::Named(kind)) = &statement.object else { return Ok(None) };
            let kind = self.contexts.name_of(kind).unwrap_or(kind);
            return Ok(Some(("type".to_owned(), Value::String(self.text(kind)?))));
        }
        let Some(name) = self.contexts.name_of(&statement.predicate).map(str::to_owned) else {
            return Ok(None);
        };
        match &statement.object {
            Said::Thing(thing) => Ok(Some((name, self.thing(thing, within)?))),
            Said::Literal { text, language: Some(language), .. } => {
                let texts = Map::from_iter([(language.to_string(), Value::String(self.text(text)?))]);
                Ok(Some((format!("{name}Map"), Value::Object(texts))))
            }
            Said::Literal { text, kind, language: None } => Ok(Some((name, literal(self.text(text)?, kind)))),
        }
    }
}

/// One value stands by itself, several in an array; texts of several languages in one object.
fn add(object: &mut Map<String, Value>, name: &str, value: Value) {
    match (object.get_mut(name), value) {
        (None, value) => {
            object.insert(name.to_owned(), value);
        }
        (Some(Value::Object(texts)), Value::Object(more)) if name.ends_with("Map") => {
            for (language, text) in more {
                add(texts, &language, text);
            }
        }
        (Some(Value::Array(values)), value) => values.push(value),
        (Some(first), value) => *first = Value::Array(vec![first.take(), value]),
    }
}

/// Letters as JSON has their kind.
fn literal(text: String, kind: &str) -> Value {
    let name = kind.strip_prefix(XSD).or_else(|| schema_kind(kind)).unwrap_or_default();
    let read = match name {
        "boolean" | "Boolean" => text.parse().ok().map(Value::Bool),
        "integer" | "nonNegativeInteger" | "double" | "float" | "decimal" | "Number" | "Float"
        | "Integer" => {
            let whole = text.parse::<i64>().ok().map(Number::from);
            whole.or_else(|| text.parse().ok().and_then(Number::from_f64)).map(Value::Number)
        }
        _ => None,
    };
    read.unwrap_or(Value::String(text))
}
