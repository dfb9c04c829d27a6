//! A text that is sent many times.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;

/// A text, and its compressed form once somebody wanted that. Cheap to clone; clones share both.
#[derive(Clone, Debug)]
pub struct Text {
    /// As it is.
    pub plain: Bytes,
    packed: Arc<OnceLock<Option<Bytes>>>,
}

impl From<Bytes> for Text {
    fn from(plain: Bytes) -> Text {
        Text { plain, packed: Arc::default() }
    }
}

impl Text {
    /// The compressed form, made by the first who asks; none where it cannot be made.
    pub fn packed(&self, pack: impl FnOnce(&[u8]) -> Option<Bytes>) -> Option<Bytes> {
        self.packed.get_or_init(|| pack(&self.plain)).clone()
    }

    /// What it costs to keep, compressed form and all.
    #[must_use]
    pub fn bytes(&self) -> usize {
        // What cannot be told before it is made is a quarter at most for the JSON we keep.
        self.plain.len() + self.plain.len() / 4
    }
}
