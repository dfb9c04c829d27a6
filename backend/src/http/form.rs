//! Forms about videos: JSON, urlencoded or multipart, with pictures and perhaps the file itself.
//!
//! Owns the ways a form can be written and how long each part may be. What the fields mean, `domain::video::form` says.
//! A multipart body is read part by part: nothing of a file is ever whole in memory.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use multer::{Constraints, Multipart, SizeLimit};
use serde_json::{Map, Value};
use shared::api::ProblemCode;
use shared::limits::IMAGE_BYTES_MAX;

use super::extract::{Ask, Body};
use super::problem::Failure;
use crate::domain::video::form::{Field, Fields};
use crate::domain::wrong::Wrong;
use crate::uploads::{SentPictures, Single};

/// Every text of a form together: a description of 10,000 letters in JSON's longest spelling, and the rest.
const TEXTS_BYTES_MAX: usize = 256 * 1024;
/// Parts of a multipart form; clients send two dozen.
const PARTS_MAX: usize = 200;

/// What multer may gather before it finds the next part or gives a piece of this one. It looks for the end of a part's
/// headers without a bound of its own, and the lines before the first part may be as long.
const GATHERED_BYTES_MAX: usize = 1024 * 1024;

/// What a form holds beside a file.
#[derive(Default)]
pub struct Form {
    /// Its texts.
    pub fields: Fields,
    /// Its pictures.
    pub pictures: SentPictures,
    /// Its torrent, with the name of the file.
    pub torrent: Option<(String, Bytes)>,
}

type Part = multer::Field<'static>;

/// Reads a form without a file.
///
/// # Errors
/// 400, 413 or 415.
pub async fn form(ask: &Ask, body: Body) -> Result<Form, Failure> {
    read_form(ask, body, 0).await
}

/// Reads a form that may hold a torrent of at most so many bytes.
///
/// # Errors
/// 400, 413 or 415.
pub async fn with_torrent(ask: &Ask, body: Body, bytes_max: usize) -> Result<Form, Failure> {
    read_form(ask, body, bytes_max).await
}

async fn read_form(ask: &Ask, body: Body, torrent_bytes_max: usize) -> Result<Form, Failure> {
    if is_multipart(ask) {
        return read_parts(ask, body, None, torrent_bytes_max).await;
    }
    let media_type = ask.header(CONTENT_TYPE).unwrap_or_default().to_ascii_lowercase();
    let fields = if media_type.starts_with("application/x-www-form-urlencoded") {
        let mut fields = Fields::new();
        for (name, value) in body.form(TEXTS_BYTES_MAX).await? {
            add(&mut fields, &name, value);
        }
        fields
    } else {
        of_json(body.json::<Map<String, Value>>(TEXTS_BYTES_MAX).await?)
    };
    Ok(Form { fields, ..Form::default() })
}

/// Whether a form comes in parts.
#[must_use]
pub fn is_multipart(ask: &Ask) -> bool {
    let media_type = ask.header(CONTENT_TYPE).unwrap_or_default();
    media_type.to_ascii_lowercase().starts_with("multipart/form-data")
}

/// Reads a multipart form; a video in it goes to `upload`.
///
/// # Errors
/// 400, 413, and what the upload says.
pub async fn multipart(ask: &Ask, body: Body, upload: Option<&mut Single>) -> Result<Form, Failure> {
    read_parts(ask, body, upload, 0).await
}

async fn read_parts(
    ask: &Ask,
    body: Body,
    mut upload: Option<&mut Single>,
    torrent_bytes_max: usize,
) -> Result<Form, Failure> {
    let (mut parts, found) = parts_of(ask, body)?;
    let mut form = Form::default();
    let (mut count, mut texts_bytes) = (0, 0);
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        found.something();
        count += 1;
        if PARTS_MAX < count {
            return Err(Failure::bad_request(format!("The form has more than {PARTS_MAX} parts.")));
        }
        let name = part.name().unwrap_or_default().to_owned();
        match (name.as_str(), part.file_name().is_some()) {
            ("thumbnailfile", _) => form.pictures.thumbnail = picture(&name, part, &found).await?,
            ("previewfile", _) => form.pictures.preview = picture(&name, part, &found).await?,
            ("videofile", true) if upload.as_ref().is_some_and(|upload| !upload.has_file()) => {
                let filename = part.file_name().unwrap_or_default().to_owned();
                if let Some(upload) = &mut upload {
                    upload.receive(&filename, part.inspect(|_| found.something())).await?;
                }
            }
            ("torrentfile", true) if 0 < torrent_bytes_max => {
                let filename = part.file_name().unwrap_or_default().to_owned();
                let bytes = read(part, torrent_bytes_max, &found).await?;
                let bytes =
                    bytes.ok_or_else(|| Wrong::body(&name, None, "Should be a torrent of at most 200 KB"))?;
                form.torrent = Some((filename, bytes)).filter(|(_, bytes)| !bytes.is_empty());
            }
            (_, true) => return Err(Wrong::body(&name, None, "Should not be a file").into()),
            (_, false) => {
                let text = read(part, TEXTS_BYTES_MAX - texts_bytes, &found)
                    .await?
                    .ok_or_else(|| Wrong::body(&name, None, "Should not be that long"))?;
                texts_bytes += text.len();
                let text = String::from_utf8(text.into())
                    .map_err(|_| Wrong::body(&name, None, "Should be UTF-8"))?;
                add(&mut form.fields, &name, text);
            }
        }
    }
    Ok(form)
}

/// 413 for a file of more than `bytes_max`.
#[must_use]
pub fn too_long(name: &str, bytes_max: usize) -> Failure {
    let detail = format!("{name} should be at most {} MB", bytes_max / 1024 / 1024);
    Failure::coded(StatusCode::PAYLOAD_TOO_LARGE, ProblemCode::MaxFileSizeReached, detail)
}

/// The parts of a multipart form as they arrive, and whom to tell when something of them was found.
fn parts_of(ask: &Ask, body: Body) -> Result<(Multipart<'static>, Found), Failure> {
    let boundary = multer::parse_boundary(ask.header(CONTENT_TYPE).unwrap_or_default())
        .map_err(|_| Failure::bad_request("The form names no boundary between its parts."))?;
    let constraints = Constraints::new().size_limit(SizeLimit::new());
    let sips = Sips::new(body.into_stream());
    let found = sips.found();
    Ok((Multipart::with_constraints(sips, boundary, constraints), found))
}

/// The one file of a multipart form, under this name; other parts are passed over.
///
/// # Errors
/// 400 or 413.
pub async fn one_file(ask: &Ask, body: Body, wanted: &str, bytes_max: usize) -> Result<Bytes, Failure> {
    if !is_multipart(ask) {
        return Err(Wrong::body(wanted, None, "Should be a file of a multipart form").into());
    }
    let (mut parts, found) = parts_of(ask, body)?;
    for _ in 0..PARTS_MAX {
        let Some(part) = parts.next_field().await.map_err(broken)? else { break };
        found.something();
        let is_wanted = part.name() == Some(wanted);
        let bytes = read(part, if is_wanted { bytes_max } else { TEXTS_BYTES_MAX }, &found).await?;
        let bytes = bytes.ok_or_else(|| too_long(wanted, bytes_max))?;
        if is_wanted && !bytes.is_empty() {
            return Ok(bytes);
        }
    }
    Err(Wrong::body(wanted, None, "Should have a file").into())
}

/// The picture that a multipart form holds under this name.
///
/// # Errors
/// 400 where there is none, or what [`multipart`] says.
pub async fn sent_picture(ask: &Ask, body: Body, wanted: &str) -> Result<Bytes, Failure> {
    let missing = || Failure::from(Wrong::body(wanted, None, "Should be a picture"));
    if !is_multipart(ask) {
        return Err(missing());
    }
    let (mut parts, found) = parts_of(ask, body)?;
    let mut sent = None;
    for _ in 0..PARTS_MAX {
        let Some(part) = parts.next_field().await.map_err(broken)? else { break };
        found.something();
        if part.name() != Some(wanted) {
            return Err(
                Wrong::body(part.name().unwrap_or_default(), None, "Is not a field of this form").into()
            );
        }
        sent = picture(wanted, part, &found).await?;
    }
    sent.ok_or_else(missing)
}

async fn picture(name: &str, part: Part, found: &Found) -> Result<Option<Bytes>, Failure> {
    let bytes_max = usize::try_from(IMAGE_BYTES_MAX).unwrap_or(usize::MAX);
    let message = format!("Should be a picture of at most {} MB", IMAGE_BYTES_MAX / 1024 / 1024);
    let is_text = part.file_name().is_none();
    let bytes = read(part, bytes_max, found).await?.ok_or_else(|| Wrong::body(name, None, message))?;
    // Browsers send an empty part for a file field nobody filled in, and scripts the word for nothing.
    let is_nothing = bytes.is_empty() || is_text && bytes.as_ref() == b"null";
    Ok(Some(bytes).filter(|_| !is_nothing))
}

/// The whole part, or none where it is longer than `bytes_max`.
async fn read(mut part: Part, bytes_max: usize, found: &Found) -> Result<Option<Bytes>, Failure> {
    let mut whole = Vec::new();
    while let Some(piece) = part.chunk().await.map_err(broken)? {
        found.something();
        if bytes_max < whole.len() + piece.len() {
            return Ok(None);
        }
        whole.extend_from_slice(&piece);
    }
    Ok(Some(whole.into()))
}

/// A body that is no multipart form, or breaks off.
#[expect(clippy::needless_pass_by_value, reason = "it is what map_err gives")]
fn broken(error: multer::Error) -> Failure {
    Failure::bad_request(format!("The form could not be read: {error}"))
}

/// Adds a text field; `tags`, `tags[]` and `tags[3]` are one field, and `a[b]` is the field `b` of `a`.
fn add(fields: &mut Fields, name: &str, value: String) {
    if let Some((base, key)) =
        name.split_once('[').and_then(|(base, key)| Some((base, key.strip_suffix(']')?)))
        && key.starts_with(|letter: char| letter.is_ascii_alphabetic())
    {
        fields.insert(format!("{base}.{key}"), Field::Text(value));
        return;
    }
    let base = match name.split_once('[') {
        Some((base, index))
            if index.strip_suffix(']').is_some_and(|at| at.bytes().all(|letter| letter.is_ascii_digit())) =>
        {
            base
        }
        Some(_) | None => name,
    };
    let is_list = base.len() < name.len();
    match fields.get_mut(base) {
        None if is_list => {
            fields.insert(base.to_owned(), Field::List(vec![value]));
        }
        None => {
            fields.insert(base.to_owned(), Field::Text(value));
        }
        Some(Field::List(list)) => list.push(value),
        Some(field) => {
            let first = match std::mem::replace(field, Field::Null) {
                Field::Text(first) => vec![first],
                Field::Null | Field::List(_) | Field::Deep => Vec::new(),
            };
            *field = Field::List(first.into_iter().chain([value]).collect());
        }
    }
}

fn of_json(object: Map<String, Value>) -> Fields {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    };
    let field = |value: Value| match &value {
        Value::Null => Field::Null,
        Value::Array(values) => {
            values.iter().map(text).collect::<Option<_>>().map_or(Field::Deep, Field::List)
        }
        Value::Object(_) => Field::Deep,
        Value::String(_) | Value::Number(_) | Value::Bool(_) => text(&value).map_or(Field::Deep, Field::Text),
    };
    let mut fields = Fields::new();
    for (name, value) in object {
        if let Value::Object(inner) = &value {
            let parts = inner.iter().map(|(key, value)| (format!("{name}.{key}"), field(value.clone())));
            fields.extend(parts);
        }
        fields.insert(name, field(value));
    }
    fields
}

/// A body that hands out one piece and then takes a breath. multer gathers all a body has ready before it looks at any
/// of it, so without the breath a fast sender would fill the memory. It ends with an error where too much was handed out
/// and nothing was found in it.
struct Sips<S> {
    body: S,
    gave: bool,
    gathered: Arc<AtomicUsize>,
}

/// Whoever reads the form says so when something was found.
struct Found(Arc<AtomicUsize>);

impl Found {
    fn something(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

/// Why a body ends too early.
#[derive(Debug, thiserror::Error)]
enum Spilt<E> {
    #[error("the body broke off")]
    Body(#[source] E),
    #[error("there is no part within {GATHERED_BYTES_MAX} bytes")]
    NothingFound,
}

impl<S> Sips<S> {
    fn new(body: S) -> Sips<S> {
        Sips { body, gave: false, gathered: Arc::default() }
    }

    fn found(&self) -> Found {
        Found(self.gathered.clone())
    }
}

impl<S: Stream<Item = Result<Bytes, E>> + Unpin, E> Stream for Sips<S> {
    type Item = Result<Bytes, Spilt<E>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if std::mem::take(&mut self.gave) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let Poll::Ready(piece) = Pin::new(&mut self.body).poll_next(cx) else { return Poll::Pending };
        self.gave = true;
        Poll::Ready(piece.map(|piece| {
            let piece = piece.map_err(Spilt::Body)?;
            let before = self.gathered.fetch_add(piece.len(), Ordering::Relaxed);
            if before <= GATHERED_BYTES_MAX { Ok(piece) } else { Err(Spilt::NothingFound) }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;
    use std::convert::Infallible;

    fn list(values: &[&str]) -> Field {
        Field::List(values.iter().map(|value| (*value).to_owned()).collect())
    }

    #[test]
    fn repeated_and_numbered_names_are_one_list() {
        for names in [["tags", "tags"], ["tags[]", "tags[]"], ["tags[0]", "tags[1]"]] {
            let mut fields = Fields::new();
            add(&mut fields, names[0], "a".into());
            add(&mut fields, names[1], "b".into());
            assert_eq!(fields["tags"], list(&["a", "b"]), "{names:?}");
        }
        let mut fields = Fields::new();
        add(&mut fields, "tags[0]", "a".into());
        add(&mut fields, "scheduleUpdate[updateAt]", "x".into());
        assert_eq!(fields["tags"], list(&["a"]));
        assert_eq!(fields["scheduleUpdate.updateAt"], Field::Text("x".into()));
    }

    #[test]
    fn json_becomes_the_same_fields() {
        let json = r#"{"a": 1, "b": "x", "c": null, "d": ["y", 2], "e": {"f": 1}, "g": [[]], "h": true}"#;
        let fields = of_json(serde_json::from_str(json).unwrap());
        assert_eq!(fields["a"], Field::Text("1".into()));
        assert_eq!(fields["b"], Field::Text("x".into()));
        assert_eq!(fields["c"], Field::Null);
        assert_eq!(fields["d"], list(&["y", "2"]));
        assert_eq!((&fields["e"], &fields["g"]), (&Field::Deep, &Field::Deep));
        assert_eq!(fields["e.f"], Field::Text("1".into()));
        assert_eq!(fields["h"], Field::Text("true".into()));
    }

    #[tokio::test]
    async fn a_body_is_sipped_to_its_end() {
        let body = |count: u8| stream::iter(0..count).map(|at| Ok::<_, Infallible>(Bytes::from(vec![at])));
        let all: Vec<_> = Sips::new(body(100)).map(Result::unwrap).collect().await;
        assert_eq!(all.concat(), (0..100).collect::<Vec<u8>>());
        let mut sips = Sips::new(body(2)).map(Result::unwrap);
        assert_eq!(futures_util::poll!(sips.next()), Poll::Ready(Some(Bytes::from_static(&[0]))));
        assert_eq!(futures_util::poll!(sips.next()), Poll::Pending);
        assert_eq!(futures_util::poll!(sips.next()), Poll::Ready(Some(Bytes::from_static(&[1]))));
    }

    /// A form that begins like this and goes on for ever.
    fn endless(begins: &'static str) -> (Multipart<'static>, Found) {
        let begins = stream::iter([Ok::<_, Infallible>(Bytes::from_static(begins.as_bytes()))]);
        let sips = Sips::new(begins.chain(stream::repeat_with(|| Ok(Bytes::from(vec![b'a'; 16 * 1024])))));
        let found = sips.found();
        (Multipart::new(sips, "X"), found)
    }

    #[tokio::test]
    async fn a_form_in_which_nothing_is_found_is_given_up() {
        for begins in ["", "--X\r\n", "--X\r\ncontent-disposition: form-data; name=\"a"] {
            let (mut parts, _) = endless(begins);
            assert!(parts.next_field().await.is_err(), "{begins:?}");
        }
    }

    #[tokio::test]
    async fn a_part_may_be_as_long_as_it_likes() {
        let (mut parts, found) = endless("--X\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\n");
        let mut part = parts.next_field().await.unwrap().unwrap();
        let mut bytes = 0;
        while bytes < 8 * GATHERED_BYTES_MAX {
            bytes += part.chunk().await.unwrap().unwrap().len();
            found.something();
        }
    }
}
