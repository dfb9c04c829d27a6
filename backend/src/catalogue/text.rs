//! A text that is sent many times.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;

/// A text, with its compressed form and the tag of its version once somebody wanted them. Cheap to clone; clones share
/// all of it.
#[derive(Clone, Debug)]
pub struct Text {
    /// As it is.
    pub plain: Bytes,
    made: Arc<Made>,
}

#[derive(Default, Debug)]
struct Made {
    packed: OnceLock<Option<Bytes>>,
    tag: OnceLock<Bytes>,
}

impl From<Bytes> for Text {
    fn from(plain: Bytes) -> Text {
        Text { plain, made: Arc::default() }
    }
}

impl Text {
    /// The compressed form, made by the first who asks; none where it cannot be made.
    pub fn packed(&self, pack: impl FnOnce(&[u8]) -> Option<Bytes>) -> Option<Bytes> {
        self.made.packed.get_or_init(|| pack(&self.plain)).clone()
    }

    /// What its version is called, made by the first who asks.
    pub fn tag(&self, make: impl FnOnce(&[u8]) -> Bytes) -> Bytes {
        self.made.tag.get_or_init(|| make(&self.plain)).clone()
    }

    /// What it costs to keep, compressed form and all.
    #[must_use]
    pub fn bytes(&self) -> usize {
        // What cannot be told before it is made is a quarter at most for the JSON we keep.
        self.plain.len() + self.plain.len() / 4
    }
}
