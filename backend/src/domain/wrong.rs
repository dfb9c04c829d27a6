//! Parameters that are wrong, by name.

/// One wrong parameter of a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wrong {
    /// Its name as it was sent: `tags`, `x-upload-content-length`.
    pub path: String,
    /// What was sent, where that is short text.
    pub value: Option<String>,
    /// What is wrong with it, in a sentence.
    pub message: String,
    /// Where it stood.
    pub place: Place,
}

/// Where a parameter stands in a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// In the body.
    Body,
    /// Behind the question mark.
    Query,
    /// In the path.
    Path,
    /// In a header.
    Header,
}

impl Place {
    /// The place as the wire names it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Place::Body => "body",
            Place::Query => "query",
            Place::Path => "params",
            Place::Header => "headers",
        }
    }
}

/// Longer values are not sent back: who sent them knows them.
const VALUE_LENGTH_MAX: usize = 200;

impl Wrong {
    /// A wrong field of a body.
    #[must_use]
    pub fn body(path: &str, value: Option<&str>, message: impl Into<String>) -> Wrong {
        Wrong::new(Place::Body, path, value, message)
    }

    /// A wrong parameter behind the question mark.
    #[must_use]
    pub fn query(path: &str, value: Option<&str>, message: impl Into<String>) -> Wrong {
        Wrong::new(Place::Query, path, value, message)
    }

    /// A wrong part of a path.
    #[must_use]
    pub fn path(path: &str, value: &str, message: impl Into<String>) -> Wrong {
        Wrong::new(Place::Path, path, Some(value), message)
    }

    /// A wrong or missing header.
    #[must_use]
    pub fn header(path: &str, value: Option<&str>, message: impl Into<String>) -> Wrong {
        Wrong::new(Place::Header, path, value, message)
    }

    fn new(place: Place, path: &str, value: Option<&str>, message: impl Into<String>) -> Wrong {
        let value = value.filter(|value| value.len() <= VALUE_LENGTH_MAX).map(str::to_owned);
        Wrong { path: path.to_owned(), value, message: message.into(), place }
    }
}
