//! Contexts: which word of a document means which address.
//!
//! Owns the two bundled contexts and the narrow part of JSON-LD 1.1 by which documents add words of their own: a word is
//! an address, or an address with the kind of its values. Everything by which a context could change the shape of a
//! document (`@reverse`, `@nest`, `@graph`, contexts within terms) is refused.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::refusal::{Unlinked, short};

pub(super) const PEERTUBE: &str = "https://joinpeertube.org/ns#";
pub(super) const ACTIVITYSTREAMS: &str = "https://www.w3.org/ns/activitystreams";
pub(super) const SECURITY: &str = "https://w3id.org/security/v1";
/// Words in one context. Mastodon's have sixty.
const WORDS_MAX: usize = 256;
/// Contexts beside each other. Everybody sends three to five.
const CONTEXTS_MAX: usize = 16;
/// Words that count at one place of a document: those of the bundled contexts, and what everybody adds, are two hundred.
const WORDS_IN_ALL_MAX: usize = 1024;
/// Contexts within things of one document, with the outermost. Mastodon's have one.
const CONTEXTS_IN_ALL_MAX: u32 = 32;
/// Words of one document that are explained, those by which others are explained each time anew.
const EXPLAINED_MAX: u32 = 16_384;
/// Bytes of an address, whole: what others of the network take at most.
const ADDRESS_BYTES_MAX: usize = 2000;
/// How far words may be explained by other words of the same context.
const DEPTH_MAX: usize = 8;

/// What a word of a document is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Meaning {
    /// The address of the thing.
    Id,
    /// What kind of thing it is.
    Type,
    /// A statement with this predicate.
    Predicate(Term),
}

/// A word with an address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Term {
    pub iri: Arc<str>,
    pub values: Values,
    pub container: Container,
    /// Whether it may stand before a colon.
    is_prefix: bool,
}

/// How plain values of a word are meant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Values {
    /// As what they are.
    Plain,
    /// As addresses.
    Addresses,
    /// As literals of a kind.
    Literals(Arc<str>),
}

/// How several values of a word are meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Container {
    /// In no order.
    Set,
    /// In order.
    List,
    /// Each under its language.
    Languages,
}

/// The words that count at a place of a document.
#[derive(Clone, Default, Debug)]
pub(super) struct Active {
    words: BTreeMap<Arc<str>, Option<Meaning>>,
}

/// What the contexts of one document may still cost.
#[derive(Debug)]
pub(super) struct Effort {
    contexts: Cell<u32>,
    words: Cell<u32>,
}

impl Effort {
    pub fn of_document() -> Effort {
        Effort { contexts: Cell::new(CONTEXTS_IN_ALL_MAX), words: Cell::new(EXPLAINED_MAX) }
    }

    fn spend(left: &Cell<u32>) -> Result<(), Unlinked> {
        left.set(left.get().checked_sub(1).ok_or(Unlinked::Excessive("intricate"))?);
        Ok(())
    }
}

/// The bundled contexts, read once.
#[derive(Clone, Debug)]
pub struct Contexts {
    known: Vec<(&'static str, Active)>,
    names: BTreeMap<String, String>,
}

impl Contexts {
    /// Reads the bundled contexts: ActivityStreams and security/v1. No other is ever known by its address alone.
    ///
    /// # Panics
    /// When a bundled context cannot be read.
    #[must_use]
    pub fn bundled() -> Contexts {
        let read = |text: &str| -> Active {
            let document: Value = serde_json::from_str(text).expect("a bundled context is JSON");
            let Some(Value::Object(words)) = document.get("@context") else {
                panic!("a bundled context has words");
            };
            let mut active = Active::default();
            let none = Contexts { known: Vec::new(), names: BTreeMap::new() };
            active.extend(words, &none, &Effort::of_document()).expect("a bundled context is understood");
            active
        };
        let known = vec![
            (ACTIVITYSTREAMS, read(include_str!("contexts/activitystreams.json"))),
            (SECURITY, read(include_str!("contexts/security-v1.json"))),
        ];
        let mut names = BTreeMap::new();
        for (word, meaning) in known.iter().flat_map(|(_, active)| &active.words) {
            if let Some(Meaning::Predicate(term)) = meaning
                && term.container == Container::Set
            {
                names.insert(term.iri.to_string(), word.to_string());
            }
        }
        Contexts { known, names }
    }

    /// The word that readers know an address by. `None` when none of them does.
    pub(super) fn name_of(&self, address: &str) -> Option<&str> {
        super::terms::name_of(address).or_else(|| self.names.get(address).map(String::as_str))
    }
}

impl Active {
    /// These words, changed by a `@context`.
    pub fn with(&self, context: &Value, contexts: &Contexts, effort: &Effort) -> Result<Active, Unlinked> {
        Effort::spend(&effort.contexts)?;
        let mut active = self.clone();
        let parts = each(context);
        if CONTEXTS_MAX < parts.len() {
            return Err(Unlinked::Excessive("large"));
        }
        for part in parts {
            match part {
                Value::String(address) => {
                    let known = contexts.known.iter().find(|(known, _)| known == address);
                    let (_, known) = known.ok_or_else(|| Unlinked::UnknownContext(short(address)))?;
                    let words = known.words.iter().map(|(word, meaning)| (word.clone(), meaning.clone()));
                    active.words.extend(words);
                }
                Value::Object(words) => active.extend(words, contexts, effort)?,
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {
                    return Err(Unlinked::Context(short(&part.to_string())));
                }
            }
            if WORDS_IN_ALL_MAX < active.words.len() {
                return Err(Unlinked::Excessive("large"));
            }
        }
        Ok(active)
    }

    /// What a word at the place of a key means. `None` when nothing.
    pub fn meaning(&self, word: &str) -> Result<Option<Meaning>, Unlinked> {
        if let Some(known) = self.words.get(word) {
            return Ok(known.clone());
        }
        match word {
            "@id" => Ok(Some(Meaning::Id)),
            "@type" => Ok(Some(Meaning::Type)),
            _ if word.starts_with('@') => Err(Unlinked::Keyword(short(word))),
            _ if word.contains(':') => {
                let iri = self.address(word)?;
                let (values, container) = (Values::Plain, Container::Set);
                Ok(Some(Meaning::Predicate(Term { iri, values, container, is_prefix: false })))
            }
            _ => Ok(None),
        }
    }

    /// The address that a value stands for, which may be written shorter by a prefix.
    pub fn address(&self, text: &str) -> Result<Arc<str>, Unlinked> {
        let odd = || Unlinked::Relative(short(text));
        if ADDRESS_BYTES_MAX < text.len() {
            return Err(odd());
        }
        let whole: Arc<str> = self.unfolded(text).map_or_else(|| text.into(), Arc::from);
        if is_absolute(&whole) { Ok(whole) } else { Err(odd()) }
    }

    /// The address of a kind of things, which may be a word.
    pub fn kind(&self, text: &str) -> Result<Arc<str>, Unlinked> {
        match self.words.get(text) {
            Some(Some(Meaning::Predicate(term))) => Ok(term.iri.clone()),
            Some(Some(Meaning::Id | Meaning::Type)) => Err(Unlinked::Keyword(short(text))),
            Some(None) | None if text.contains(':') => self.address(text),
            Some(None) | None => Err(Unlinked::Undefined(short(text))),
        }
    }

    /// `pt:views` → `https://joinpeertube.org/ns#views`.
    fn unfolded(&self, text: &str) -> Option<String> {
        let (prefix, rest) = text.split_once(':').filter(|(_, rest)| !rest.starts_with("//"))?;
        match self.words.get(prefix)? {
            Some(Meaning::Predicate(term)) if term.is_prefix => Some(format!("{}{rest}", term.iri)),
            Some(Meaning::Predicate(_) | Meaning::Id | Meaning::Type) | None => None,
        }
    }

    fn extend(
        &mut self,
        words: &Map<String, Value>,
        contexts: &Contexts,
        effort: &Effort,
    ) -> Result<(), Unlinked> {
        if WORDS_MAX < words.len() {
            return Err(Unlinked::Excessive("large"));
        }
        let is_bundled = contexts.known.is_empty();
        let mut read = BTreeMap::new();
        for (word, definition) in words {
            match word.as_str() {
                // ActivityStreams' own, by which words without a meaning are said of nothing.
                "@vocab" if is_bundled => {}
                "@version" if definition.as_f64() == Some(1.1) => {}
                _ if word.starts_with('@') || word.contains(':') || word.is_empty() => {
                    return Err(Unlinked::Context(short(word)));
                }
                _ => {
                    let meaning = self.define(word, words, DEPTH_MAX, effort)?;
                    read.insert(Arc::from(word.as_str()), meaning);
                }
            }
        }
        self.words.extend(read);
        Ok(())
    }

    /// Reads the definition of a word among others of its context.
    fn define(
        &self,
        word: &str,
        words: &Map<String, Value>,
        depth: usize,
        effort: &Effort,
    ) -> Result<Option<Meaning>, Unlinked> {
        let odd = || Unlinked::Context(short(word));
        Effort::spend(&effort.words)?;
        let depth = depth.checked_sub(1).ok_or_else(odd)?;
        let none = Map::new();
        let (address, options) = match words.get(word) {
            Some(Value::String(address)) => (address.as_str(), None),
            Some(Value::Object(options)) => {
                (options.get("@id").and_then(Value::as_str).ok_or_else(odd)?, Some(options))
            }
            Some(Value::Null) => return Ok(None),
            Some(Value::Bool(_) | Value::Number(_) | Value::Array(_)) | None => return Err(odd()),
        };
        let term = match self.explain(address, word, words, depth, effort)? {
            Meaning::Predicate(term) => term,
            keyword @ (Meaning::Id | Meaning::Type) if options.is_none() => return Ok(Some(keyword)),
            Meaning::Id | Meaning::Type => return Err(odd()),
        };
        let is_prefix = options.is_none() && term.iri.ends_with([':', '/', '?', '#', '[', ']', '@']);
        let options = options.unwrap_or(&none);
        if options.keys().any(|key| !matches!(key.as_str(), "@id" | "@type" | "@container")) {
            return Err(odd());
        }
        let values = match options.get("@type").map(|kind| kind.as_str().unwrap_or("@none")) {
            None => Values::Plain,
            Some("@id") => Values::Addresses,
            Some(kind) => match self.explain(kind, word, words, depth, effort)? {
                Meaning::Predicate(kind) => Values::Literals(kind.iri),
                Meaning::Id | Meaning::Type => return Err(odd()),
            },
        };
        let only = |container| match each(container) {
            [only] => only.as_str(),
            _ => None,
        };
        let container = match options.get("@container").map(only) {
            None | Some(Some("@set")) => Container::Set,
            Some(Some("@list")) => Container::List,
            Some(Some("@language")) if values == Values::Plain => Container::Languages,
            Some(_) => return Err(odd()),
        };
        Ok(Some(Meaning::Predicate(Term { iri: term.iri, values, container, is_prefix })))
    }

    /// What an address in the definition of a word is: whole, short by a prefix, or a word itself.
    fn explain(
        &self,
        text: &str,
        of: &str,
        words: &Map<String, Value>,
        depth: usize,
        effort: &Effort,
    ) -> Result<Meaning, Unlinked> {
        let odd = || Unlinked::Context(short(of));
        let known = |word: &str| -> Result<Option<Meaning>, Unlinked> {
            if word != of && words.contains_key(word) {
                return self.define(word, words, depth, effort);
            }
            Ok(self.words.get(word).cloned().flatten())
        };
        match text {
            "@id" => return Ok(Meaning::Id),
            "@type" => return Ok(Meaning::Type),
            _ => {}
        }
        if let Some(meaning) = known(text)? {
            return Ok(meaning);
        }
        let mut iri = text.to_owned();
        if let Some((prefix, rest)) = text.split_once(':').filter(|(_, rest)| !rest.starts_with("//"))
            && let Some(Meaning::Predicate(term)) = known(prefix)?
            && term.is_prefix
        {
            iri = format!("{}{rest}", term.iri);
        }
        if !is_absolute(&iri) {
            return Err(odd());
        }
        Ok(Meaning::Predicate(Term {
            iri: iri.into(),
            values: Values::Plain,
            container: Container::Set,
            is_prefix: false,
        }))
    }
}

/// The values of an array, or the one value there is.
pub(super) fn each(value: &Value) -> &[Value] {
    match value {
        Value::Array(values) => values,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            std::slice::from_ref(value)
        }
    }
}

/// Whether a text is an address by itself, and one that statements can hold: with a scheme, without what would end it, and
/// of a length that addresses have.
pub(super) fn is_absolute(text: &str) -> bool {
    let Some((scheme, _)) = text.split_once(':').filter(|_| text.len() <= ADDRESS_BYTES_MAX) else {
        return false;
    };
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.chars().all(|letter| letter.is_ascii_alphanumeric() || "+,-.".contains(letter));
    let ends = |letter: char| {
        letter.is_whitespace() || letter.is_control() || matches!(letter, '<' | '>' | '"' | '\u{feff}')
    };
    is_scheme && !text.contains(ends)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn iri(context: &Value, word: &str) -> Result<Option<String>, Unlinked> {
        let active = Active::default().with(context, &Contexts::bundled(), &Effort::of_document())?;
        Ok(active.meaning(word)?.map(|meaning| match meaning {
            Meaning::Id => "@id".to_owned(),
            Meaning::Type => "@type".to_owned(),
            Meaning::Predicate(term) => term.iri.to_string(),
        }))
    }

    #[test]
    fn words_are_explained_by_words_before_them_and_beside_them() {
        let context = json!([ACTIVITYSTREAMS, SECURITY, {
            "expires": "sc:expires", "sc": "http://schema.org/", "pt": PEERTUBE,
            "views": { "@type": "sc:Number", "@id": "pt:views" }, "Hashtag": "as:Hashtag", "kind": "type", "gone": null,
        }]);
        for (word, address) in [
            ("type", Some("@type")),
            ("kind", Some("@type")),
            ("id", Some("@id")),
            ("content", Some("https://www.w3.org/ns/activitystreams#content")),
            ("expires", Some("http://schema.org/expires")),
            ("views", Some("https://joinpeertube.org/ns#views")),
            ("Hashtag", Some("https://www.w3.org/ns/activitystreams#Hashtag")),
            ("pt:size", Some("https://joinpeertube.org/ns#size")),
            ("https://a.test/x", Some("https://a.test/x")),
            ("gone", None),
            ("size", None),
        ] {
            assert_eq!(iri(&context, word).unwrap().as_deref(), address, "{word}");
        }
        let active = Active::default().with(&context, &Contexts::bundled(), &Effort::of_document()).unwrap();
        let Some(Meaning::Predicate(views)) = active.meaning("views").unwrap() else { panic!("no word") };
        assert_eq!(views.values, Values::Literals("http://schema.org/Number".into()));
        assert_eq!(&*active.address("as:Public").unwrap(), "https://www.w3.org/ns/activitystreams#Public");
        assert_eq!(&*active.address("magnet:?xt=1").unwrap(), "magnet:?xt=1");
        assert_eq!(&*active.kind("Note").unwrap(), "https://www.w3.org/ns/activitystreams#Note");
        assert_eq!(active.kind("Odd"), Err(Unlinked::Undefined("Odd".to_owned())));
    }

    #[test]
    fn addresses_and_contexts_have_bounds() {
        let contexts = Contexts::bundled();
        let long = format!("https://a.test/{}", "x".repeat(1900));
        let context = json!([ACTIVITYSTREAMS, { "p": format!("{long}/") }]);
        let effort = Effort::of_document();
        let active = Active::default().with(&context, &contexts, &effort).unwrap();
        assert!(active.address("p:short").is_ok());
        for longer in [format!("p:{}", "x".repeat(100)), format!("{long}{}", "x".repeat(100))] {
            assert!(active.address(&longer).is_err() && active.meaning(&longer).is_err());
            assert!(active.kind(&longer).is_err());
        }
        assert!(iri(&json!({ "x": format!("{long}{}", "x".repeat(100)) }), "x").is_err());
        // Each context of a document counts, however small.
        let more = (0..100).take_while(|_| active.with(&json!({}), &contexts, &effort).is_ok()).count();
        assert_eq!(more, 31);
        let many = |from: usize| -> Value {
            (from..from + 250)
                .map(|n| (format!("w{n}"), json!("https://a.test/")))
                .collect::<Map<_, _>>()
                .into()
        };
        let crowded: Vec<Value> = (0..8).map(|n| many(n * 250)).collect();
        assert_eq!(iri(&json!(crowded), "w1"), Err(Unlinked::Excessive("large")));
    }

    #[test]
    fn words_that_explain_each_other_again_and_again_are_given_up() {
        // Every word is explained twice by the next.
        let mut words = Map::new();
        for layer in 0..6 {
            for n in 0..36 {
                let next = format!("w{}x{n}", layer + 1);
                words.insert(format!("w{layer}x{n}"), json!({ "@id": next, "@type": next }));
            }
        }
        for n in 0..36 {
            words.insert(format!("w6x{n}"), json!("https://a.test/"));
        }
        let mut parts = vec![Value::Object(words); 8];
        assert_eq!(iri(&json!(parts), "x"), Err(Unlinked::Excessive("intricate")));
        parts.truncate(1);
        assert!(iri(&json!(parts), "x").is_ok());
    }

    #[test]
    fn a_context_that_could_change_shapes_is_refused() {
        let deep: Map<String, Value> =
            (0..20).map(|n| (format!("w{n}"), json!(format!("w{}", n + 1)))).collect();
        let many: Map<String, Value> =
            (0..300).map(|n| (format!("w{n}"), json!("https://a.test/"))).collect();
        for odd in [
            json!("https://evil.test/context"),
            json!("http://www.w3.org/ns/activitystreams"),
            json!(null),
            json!(5),
            json!([[SECURITY]]),
            json!({ "@vocab": "_:" }),
            json!({ "@base": "https://a.test/" }),
            json!({ "@import": SECURITY }),
            json!({ "@language": "en" }),
            json!({ "@version": 1.0 }),
            json!({ "x": "y" }),
            json!({ "x": "x" }),
            json!({ "x": "y", "y": "x" }),
            json!({ "x": "@graph" }),
            json!({ "x": "@reverse" }),
            json!({ "x": "_:y" }),
            json!({ "x": "relative/y" }),
            json!({ "x": { "@reverse": "https://a.test/" } }),
            json!({ "x": { "@id": "https://a.test/", "@context": {} } }),
            json!({ "x": { "@id": "https://a.test/", "@container": "@graph" } }),
            json!({ "x": { "@id": "https://a.test/", "@container": ["@graph", "@id"] } }),
            json!({ "x": { "@id": "https://a.test/", "@container": "@index" } }),
            json!({ "x": { "@id": "https://a.test/", "@type": "@vocab" } }),
            json!({ "x": { "@id": "https://a.test/", "@type": "@json" } }),
            json!({ "x": { "@id": "https://a.test/", "@type": 5 } }),
            json!({ "x": { "@id": "https://a.test/", "@nest": "@nest" } }),
            json!({ "x": { "@id": "@id", "@type": "@id" } }),
            json!({ "x": { "@type": "@id" } }),
            json!({ "x": ["https://a.test/"] }),
            json!({ "x:y": "https://a.test/" }),
            Value::Object(deep),
            Value::Object(many),
            json!(vec![SECURITY; 20]),
        ] {
            assert!(iri(&odd, "x").is_err(), "{odd}");
        }
    }
}
