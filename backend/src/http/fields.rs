//! Named fields of a JSON body or a form, read one by one, so that every wrong one is named.
//!
//! Owns the shapes a field may come in: forms have texts alone, so `"true"` is a truth and `"5"` a number. Never decides
//! what a field is good for. The surprise is [`Fields::end`]: a handler reads all it wants first, and learns there
//! whether it may go on.

use std::fmt::Display;
use std::ops::RangeInclusive;

use http::header::CONTENT_TYPE;
use serde_json::{Map, Value};

use super::extract::{Ask, Body};
use super::problem::Failure;
use crate::domain::truth::truth;
use crate::domain::wrong::Wrong;

/// The fields of one body.
pub struct Fields {
    object: Map<String, Value>,
    wrongs: Vec<Wrong>,
}

impl Fields {
    /// Reads a body of at most `bytes_max`: JSON, or a form where its type says so.
    ///
    /// # Errors
    /// 400 or 413.
    pub async fn read(ask: &Ask, body: Body, bytes_max: usize) -> Result<Fields, Failure> {
        let media_type = ask.header(CONTENT_TYPE).unwrap_or_default().to_ascii_lowercase();
        let object = if media_type.starts_with("application/x-www-form-urlencoded") {
            of_pairs(body.form(bytes_max).await?)
        } else {
            body.json(bytes_max).await?
        };
        Ok(Fields { object, wrongs: Vec::new() })
    }

    fn value(&self, path: &str) -> Option<&Value> {
        let mut parts = path.split('.');
        let first = self.object.get(parts.next()?)?;
        parts.try_fold(first, |value, part| value.get(part))
    }

    /// Notes that a field is wrong.
    pub fn wrong(&mut self, path: &str, message: impl Into<String>) {
        let sent = match self.value(path) {
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            Some(Value::Bool(truth)) => Some(truth.to_string()),
            Some(Value::Null | Value::Array(_) | Value::Object(_)) | None => None,
        };
        self.wrongs.push(Wrong::body(path, sent.as_deref(), message));
    }

    /// Notes that a secret is wrong, without repeating it.
    pub fn wrong_secret(&mut self, path: &str, message: impl Into<String>) {
        self.wrongs.push(Wrong::body(path, None, message));
    }

    /// Whether a field was sent at all.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        self.value(path).is_some()
    }

    /// Whether a field was sent to say nothing.
    #[must_use]
    pub fn is_null(&self, path: &str) -> bool {
        self.value(path).is_some_and(Value::is_null)
    }

    /// Whether a field was sent as a number.
    #[must_use]
    pub fn is_number(&self, path: &str) -> bool {
        self.value(path).is_some_and(Value::is_number)
    }

    /// A text as it was sent; a field that is there must be one.
    pub fn raw(&mut self, path: &str) -> Option<String> {
        match self.value(path)? {
            Value::String(text) => Some(text.clone()),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                self.wrong(path, "Should be a text");
                None
            }
        }
    }

    /// A text or a number, as text.
    pub fn word(&mut self, path: &str) -> Option<String> {
        match self.value(path)? {
            Value::Number(number) => Some(number.to_string()),
            Value::String(_) | Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
                self.raw(path)
            }
        }
    }

    /// A text of a bounded number of letters, without the spaces around it.
    pub fn text(&mut self, path: &str, length: RangeInclusive<usize>) -> Option<String> {
        let text = self.raw(path)?.trim().to_owned();
        self.fitting(path, text, length)
    }

    /// A text that may be taken back with `null` or nothing in it.
    pub fn text_or_null(&mut self, path: &str, length: RangeInclusive<usize>) -> Option<Option<String>> {
        if self.value(path)?.is_null() {
            return Some(None);
        }
        let text = self.raw(path)?.trim().to_owned();
        if text.is_empty() { Some(None) } else { self.fitting(path, text, length).map(Some) }
    }

    /// A text of a bounded number of letters, as it was sent.
    pub fn whole_text(&mut self, path: &str, length: RangeInclusive<usize>) -> Option<String> {
        let text = self.raw(path)?;
        self.fitting(path, text, length)
    }

    fn fitting(&mut self, path: &str, text: String, length: RangeInclusive<usize>) -> Option<String> {
        let has_room = length.contains(&text.chars().count());
        if has_room && !text.contains('\0') {
            return Some(text);
        }
        let (low, high) = length.into_inner();
        self.wrong(path, format!("Should have between {low} and {high} characters"));
        None
    }

    /// A text that `read` makes something of.
    pub fn parsed<T>(
        &mut self,
        path: &str,
        message: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.raw(path)?;
        let value = read(text.trim());
        if value.is_none() {
            self.wrong(path, message);
        }
        value
    }

    /// Yes or no.
    pub fn truth(&mut self, path: &str) -> Option<bool> {
        let said = match self.value(path)? {
            Value::Bool(truth) => Some(*truth),
            Value::String(text) => truth(text),
            Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
        };
        if said.is_none() {
            self.wrong(path, "Should be true or false");
        }
        said
    }

    /// A whole number within bounds.
    pub fn number<T: TryFrom<i64> + PartialOrd + Display>(
        &mut self,
        path: &str,
        range: RangeInclusive<T>,
    ) -> Option<T> {
        let number = match self.value(path)? {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.parse().ok(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        let number =
            number.and_then(|number| T::try_from(number).ok()).filter(|number| range.contains(number));
        if number.is_none() {
            self.wrong(path, format!("Should be a whole number from {} to {}", range.start(), range.end()));
        }
        number
    }

    /// A list of texts that `is_one` knows, or `null` for none.
    pub fn texts_or_null(
        &mut self,
        path: &str,
        count_max: usize,
        is_one: impl Fn(&str) -> bool,
    ) -> Option<Option<Vec<String>>> {
        let texts: Option<Vec<String>> = match self.value(path)? {
            Value::Null => return Some(None),
            // A form with one of them.
            Value::String(text) => Some(vec![text.clone()]),
            Value::Array(values) => values.iter().map(|value| value.as_str().map(str::to_owned)).collect(),
            Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
        };
        let texts = texts.filter(|texts| texts.len() <= count_max && texts.iter().all(|text| is_one(text)));
        if texts.is_none() {
            self.wrong(path, format!("Should be a list of at most {count_max} known words"));
        }
        texts.map(Some)
    }

    /// A list of numbers that `is_one` knows, or `null` for none.
    pub fn numbers_or_null(
        &mut self,
        path: &str,
        count_max: usize,
        is_one: impl Fn(i64) -> bool,
    ) -> Option<Vec<i64>> {
        let numbers: Option<Vec<i64>> = match self.value(path)? {
            Value::Null => Some(Vec::new()),
            Value::Array(values) => values.iter().map(Value::as_i64).collect(),
            Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Object(_) => None,
        };
        let numbers =
            numbers.filter(|all| all.len() <= count_max && all.iter().all(|number| is_one(*number)));
        if numbers.is_none() {
            self.wrong(path, format!("Should be a list of at most {count_max} known numbers"));
        }
        numbers
    }

    /// Notes every field that is no object though fields of these paths lie within it.
    pub fn groups<'p>(&mut self, paths: impl Iterator<Item = &'p str>) {
        let mut wrong = std::collections::BTreeSet::new();
        for path in paths {
            let ends = path.match_indices('.').map(|(at, _)| at);
            for group in ends.filter_map(|at| path.get(..at)) {
                if self.value(group).is_some_and(|value| !value.is_object()) {
                    wrong.insert(group);
                    break;
                }
            }
        }
        for group in wrong {
            self.wrong(group, "Should be an object");
        }
    }

    /// A field that must be there; a default in its place where it is not, since [`Fields::end`] refuses.
    pub fn required<T: Default>(&mut self, path: &str, value: Option<T>) -> T {
        if value.is_none() && !self.wrongs.iter().any(|wrong| wrong.path == path) {
            self.wrong(path, "Should be there");
        }
        value.unwrap_or_default()
    }

    /// Refuses if any field was wrong.
    ///
    /// # Errors
    /// 400 that names every wrong field.
    pub fn end(self) -> Result<(), Failure> {
        if self.wrongs.is_empty() { Ok(()) } else { Err(self.wrongs.into()) }
    }
}

/// `a=1&b[c]=2&d=3&d=4` as `{"a": "1", "b": {"c": "2"}, "d": ["3", "4"]}`.
fn of_pairs(pairs: Vec<(String, String)>) -> Map<String, Value> {
    let mut object = Map::new();
    for (name, value) in pairs {
        let value = Value::String(value);
        match name.split_once('[').map(|(base, rest)| (base, rest.trim_end_matches(']'))) {
            Some((base, key)) if !key.is_empty() && !key.bytes().all(|letter| letter.is_ascii_digit()) => {
                let inner = object.entry(base).or_insert_with(|| Value::Object(Map::new()));
                if let Value::Object(inner) = inner {
                    inner.insert(key.to_owned(), value);
                }
            }
            Some((base, _)) => match object.entry(base).or_insert_with(|| Value::Array(Vec::new())) {
                Value::Array(list) => list.push(value),
                other @ (Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Object(_)) => *other = Value::Array(vec![other.take(), value]),
            },
            None => match object.get_mut(&name) {
                None => drop(object.insert(name, value)),
                Some(Value::Array(list)) => list.push(value),
                Some(first) => *first = Value::Array(vec![first.take(), value]),
            },
        }
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::pairs::decode_pairs;
    use serde_json::json;

    fn fields(value: Value) -> Fields {
        let Value::Object(object) = value else { panic!("no object") };
        Fields { object, wrongs: Vec::new() }
    }

    #[test]
    fn a_form_says_what_json_says() {
        let pairs = decode_pairs("a=1&b%5Bc%5D=2&d=3&d=4&e[]=5&f[0]=6");
        let expected = json!({ "a": "1", "b": { "c": "2" }, "d": ["3", "4"], "e": ["5"], "f": ["6"] });
        assert_eq!(Value::Object(of_pairs(pairs)), expected);
    }

    #[test]
    fn every_wrong_field_is_named_once() {
        let mut read = fields(json!({
            "name": "  Alice ", "long": "abcdef", "yes": "true", "no": 5, "n": "7", "m": 8, "list": ["x", 1],
            "nothing": null, "deep": { "name": [] },
        }));
        assert_eq!(read.text("name", 1..=5), Some("Alice".to_owned()));
        assert_eq!(read.text("long", 1..=5), None);
        assert_eq!((read.truth("yes"), read.truth("no")), (Some(true), None));
        assert_eq!((read.number("n", 0..=7), read.number::<u32>("m", 0..=7)), (Some(7), None));
        assert_eq!(read.texts_or_null("list", 5, |_| true), None);
        assert_eq!(read.text_or_null("nothing", 1..=5), Some(None));
        assert_eq!(read.text("deep.name", 1..=5), None);
        let absent = read.text("absent", 1..=5);
        assert_eq!(read.required("absent", absent), "");
        let long: Option<String> = None;
        read.required("long", long);
        let names: Vec<_> = read.wrongs.iter().map(|wrong| wrong.path.as_str()).collect();
        assert_eq!(names, ["long", "no", "m", "list", "deep.name", "absent"]);
        assert!(read.end().is_err());
    }
}
