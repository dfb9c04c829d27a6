//! One route as the document tells it, and the few words that rows are written in.

use std::ops::RangeInclusive;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};
use shared::limits::PAGE_COUNT_MAX;

/// Makes a schema.
pub type Make = Box<dyn Fn(&mut SchemaGenerator) -> Schema>;

/// One route.
pub struct Row {
    /// `GET`.
    pub method: &'static str,
    /// From the root, with parameters in braces.
    pub path: &'static str,
    /// What it is for.
    pub says: &'static str,
    /// Parameters behind the question mark.
    pub query: Vec<Query>,
    /// Fields of the head that are read beside those of every request.
    pub head: Vec<Query>,
    /// The body that is sent.
    pub sent: Option<Sent>,
    /// Whether nobody is let in without a token.
    pub needs_token: bool,
    /// What is answered where all is well.
    pub answers: Vec<(u16, Answer)>,
    more: Vec<u16>,
    bounds: Vec<(&'static str, Value)>,
    pictures: Vec<&'static str>,
}

/// A parameter behind the question mark.
pub struct Query {
    /// Its name.
    pub name: &'static str,
    /// Whether nothing is answered without it.
    pub is_required: bool,
    kind: &'static str,
}

/// A body that is sent.
pub enum Sent {
    /// JSON.
    Json(Make),
    /// A form, or the same as JSON.
    Form(Make),
    /// A multipart form with one file under this name.
    File(&'static str),
    /// A multipart form of this type with a file under this name, and the fields that must be there beside it.
    FormAndFile(Make, &'static str, &'static [&'static str]),
    /// Bytes.
    Bytes,
    /// The custom configuration, or a part of it.
    Custom,
}

/// A body that is answered.
pub enum Answer {
    /// JSON.
    Json(Make),
    /// JSON that is described under this name.
    Named(&'static str),
    /// No body.
    Nothing,
    /// Text of this type.
    Text(&'static str),
    /// A problem.
    Problem,
    /// A problem, or a refusal in the words of the programs that send files in pieces.
    PlainOrProblem,
}

impl Answer {
    /// A refusal in the words of the programs that send files in pieces: an object of their own.
    pub fn plain() -> Answer {
        Answer::Json(Box::new(|_| json_schema!({ "type": "object" })))
    }
}

fn row(method: &'static str, path: &'static str, says: &'static str) -> Row {
    Row {
        method,
        path,
        says,
        query: Vec::new(),
        head: Vec::new(),
        sent: None,
        needs_token: false,
        answers: Vec::new(),
        more: Vec::new(),
        bounds: Vec::new(),
        pictures: Vec::new(),
    }
}

/// A route that reads.
pub fn get(path: &'static str, says: &'static str) -> Row {
    row("GET", path, says)
}

/// A route that makes something.
pub fn post(path: &'static str, says: &'static str) -> Row {
    row("POST", path, says)
}

/// A route that changes something.
pub fn put(path: &'static str, says: &'static str) -> Row {
    row("PUT", path, says)
}

/// A route that removes something.
pub fn delete(path: &'static str, says: &'static str) -> Row {
    row("DELETE", path, says)
}

impl Row {
    /// Nobody is let in without a token.
    pub fn signed_in(mut self) -> Row {
        self.needs_token = true;
        self
    }

    /// A JSON body of this type is sent.
    pub fn takes<T: JsonSchema>(mut self) -> Row {
        self.sent = Some(Sent::Json(Box::new(|types| types.subschema_for::<T>())));
        self
    }

    /// Fields are sent as JSON or as a form: `email* name` are two texts, of which the first must be there; `age:integer`,
    /// `tags:texts`, `at:date`.
    pub fn takes_fields(mut self, fields: &'static str) -> Row {
        self.sent = Some(Sent::Form(Box::new(move |_| of_fields(fields))));
        self
    }

    /// Fields are sent as JSON alone.
    pub fn takes_json(mut self, fields: &'static str) -> Row {
        self.sent = Some(Sent::Json(Box::new(move |_| of_fields(fields))));
        self
    }

    /// A form of this type is sent, or the same as JSON.
    pub fn takes_form<T: JsonSchema>(mut self) -> Row {
        self.sent = Some(Sent::Form(Box::new(|types| types.subschema_for::<T>())));
        self
    }

    /// A body of another kind is sent.
    pub fn takes_this(mut self, sent: Sent) -> Row {
        self.sent = Some(sent);
        self
    }

    /// How many letters a text of the body may have; `a.b` is the field `b` of `a`, and `a[]` each entry of the list `a`.
    pub fn text(self, field: &'static str, length: RangeInclusive<usize>) -> Row {
        self.bound(field, json!({ "minLength": length.start(), "maxLength": length.end() }))
    }

    /// From where to where a number of the body may go.
    pub fn number(self, field: &'static str, range: RangeInclusive<u64>) -> Row {
        self.bound(field, json!({ "minimum": range.start(), "maximum": range.end() }))
    }

    /// How many entries a list of the body may have.
    pub fn list(self, field: &'static str, count: RangeInclusive<usize>) -> Row {
        self.bound(field, json!({ "minItems": count.start(), "maxItems": count.end() }))
    }

    /// The words that a text of the body may be.
    pub fn words(self, field: &'static str, words: &[&str]) -> Row {
        self.bound(field, json!({ "enum": words }))
    }

    fn bound(mut self, field: &'static str, says: Value) -> Row {
        self.bounds.push((field, says));
        self
    }

    /// The form may come in parts, with a picture under this name.
    pub fn picture(mut self, name: &'static str) -> Row {
        self.pictures.push(name);
        self
    }

    /// The schema of a body with the bounds of its fields.
    pub fn bounded(&self, schema: Schema) -> Value {
        let mut all = vec![Value::from(schema)];
        all.extend(self.bounds.iter().map(|(path, says)| nested(path, says.clone())));
        match <[Value; 1]>::try_from(all) {
            Ok([alone]) => alone,
            Err(all) => json!({ "allOf": all }),
        }
    }

    /// The schema of a body that comes in parts, where it may.
    pub fn in_parts(&self, schema: &Value) -> Option<Value> {
        let file = json!({ "type": "string", "format": "binary" });
        let files: serde_json::Map<String, Value> =
            self.pictures.iter().map(|name| ((*name).to_owned(), file.clone())).collect();
        (!files.is_empty()).then(|| json!({ "allOf": [schema, { "properties": files }] }))
    }

    /// JSON of this type is answered.
    pub fn gives<T: JsonSchema>(self) -> Row {
        self.answers_with(200, Answer::Json(Box::new(|types| types.subschema_for::<T>())))
    }

    /// A JSON object with these fields is answered, as in [`Row::takes_fields`].
    pub fn gives_fields(self, fields: &'static str) -> Row {
        self.answers_with(200, Answer::Json(Box::new(move |_| of_fields(fields))))
    }

    /// JSON that is described under this name is answered.
    pub fn gives_named(self, name: &'static str) -> Row {
        self.answers_with(200, Answer::Named(name))
    }

    /// Done, and nothing to say.
    pub fn done(self) -> Row {
        self.answers_with(204, Answer::Nothing)
    }

    /// Another answer where all is well.
    pub fn answers_with(mut self, status: u16, answer: Answer) -> Row {
        self.answers.push((status, answer));
        self
    }

    /// Refusals beside those that the row's kind has.
    pub fn or(mut self, statuses: &[u16]) -> Row {
        self.more.extend(statuses);
        self
    }

    /// Parameters behind the question mark: `search sort page:integer tagsOneOf:list`; `search*` must be there.
    pub fn asks(mut self, names: &'static str) -> Row {
        self.query.extend(names.split(' ').map(Query::of));
        self
    }

    /// Fields of the head, written as those behind the question mark.
    pub fn heads(mut self, names: &'static str) -> Row {
        self.head.extend(names.split(' ').map(Query::of));
        self
    }

    /// A page of a list.
    pub fn paged(self) -> Row {
        self.asks("start:start count:count sort")
    }

    /// How it may be refused: wrong parameters and a wrong token everywhere; what is not there or not theirs, where
    /// something is named or somebody has to be somebody; too much, where something is sent; a full disk, where
    /// something is written.
    pub fn refusals(&self) -> Vec<u16> {
        let mut all = vec![400, 401];
        if self.needs_token || self.path.contains('{') {
            all.extend([403, 404]);
        }
        if self.sent.is_some() {
            all.extend([413, 415]);
        }
        if self.method != "GET" {
            all.push(507);
        }
        all.extend(&self.more);
        all.sort_unstable();
        all.dedup();
        all.retain(|status| !self.answers.iter().any(|(known, _)| known == status));
        all
    }
}

impl Query {
    fn of(words: &'static str) -> Query {
        let (name, kind) = words.split_once(':').unwrap_or((words, "string"));
        let plain = name.trim_end_matches('*');
        Query { name: plain, is_required: plain != name, kind }
    }

    /// Its schema.
    pub fn schema(&self) -> Value {
        match self.kind {
            "date" => json!({ "type": "string", "format": "date-time" }),
            "start" => json!({ "type": "integer", "minimum": 0 }),
            "count" => json!({ "type": "integer", "minimum": 0, "maximum": PAGE_COUNT_MAX }),
            "list" => json!({ "type": "array", "items": { "type": "string" } }),
            kind => json!({ "type": kind }),
        }
    }
}

/// What is said of the field at the end of a path, as what is said of the whole.
fn nested(path: &str, says: Value) -> Value {
    path.rsplit('.').fold(says, |says, part| match part.strip_suffix("[]") {
        Some(list) => json!({ "properties": { list: { "items": says } } }),
        None => json!({ "properties": { part: says } }),
    })
}

fn of_fields(fields: &str) -> Schema {
    let mut required = Vec::new();
    let mut properties = serde_json::Map::new();
    for field in fields.split(' ') {
        let (name, kind) = field.split_once(':').unwrap_or((field, "string"));
        let plain = name.trim_end_matches('*');
        if plain != name {
            required.push(plain);
        }
        let schema = match kind {
            "texts" => json!({ "type": "array", "items": { "type": "string" } }),
            "date" => json!({ "type": "string", "format": "date-time" }),
            kind => json!({ "type": kind }),
        };
        properties.insert(plain.to_owned(), schema);
    }
    json_schema!({ "type": "object", "required": required, "properties": properties })
}
