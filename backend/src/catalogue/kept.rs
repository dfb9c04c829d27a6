//! Pages of lists as text, kept until anything in the catalogue changes.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Scope, Text};

/// All texts together. Dropped together when there are more: what is asked for often is soon there again.
const BYTES_MAX: usize = 16 * 1024 * 1024;
/// Pages are kept under the query as it was sent; a longer one than any client sends is not kept.
const QUERY_LENGTH_MAX: usize = 512;
/// What a row of the table costs beside its text.
const ROW_BYTES: usize = 200;

#[derive(Default)]
pub(super) struct KeptPages {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    generation: u64,
    pages: HashMap<Scope, HashMap<String, Text>>,
    bytes: usize,
}

impl KeptPages {
    pub(super) fn get(&self, generation: u64, scope: Scope, query: &str) -> Option<Text> {
        let kept = self.lock();
        if kept.generation != generation {
            return None;
        }
        kept.pages.get(&scope)?.get(query).cloned()
    }

    pub(super) fn put(&self, generation: u64, scope: Scope, query: &str, text: Text) {
        if QUERY_LENGTH_MAX < query.len() {
            return;
        }
        let bytes = ROW_BYTES + query.len() + text.bytes();
        let mut kept = self.lock();
        if generation < kept.generation {
            return;
        }
        if kept.generation < generation || BYTES_MAX < kept.bytes + bytes {
            *kept = Kept { generation, ..Kept::default() };
        }
        if kept.pages.entry(scope).or_default().insert(query.to_owned(), text).is_none() {
            kept.bytes += bytes;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn text(length: usize) -> Text {
        Bytes::from(vec![b'x'; length]).into()
    }

    fn length(pages: &KeptPages, generation: u64, scope: Scope, query: &str) -> Option<usize> {
        pages.get(generation, scope, query).map(|text| text.plain.len())
    }

    #[test]
    fn a_page_is_kept_for_its_generation_and_its_readers() {
        let pages = KeptPages::default();
        pages.put(1, Scope::Public, "a=1", text(1));
        assert_eq!(length(&pages, 1, Scope::Public, "a=1"), Some(1));
        assert_eq!(length(&pages, 1, Scope::Members, "a=1"), None);
        assert_eq!(length(&pages, 1, Scope::Public, "a=2"), None);
        assert_eq!(length(&pages, 2, Scope::Public, "a=1"), None);
        pages.put(2, Scope::Public, "a=1", text(2));
        pages.put(1, Scope::Public, "a=1", text(3));
        assert_eq!(length(&pages, 2, Scope::Public, "a=1"), Some(2), "an older page comes too late");
    }

    #[test]
    fn no_number_of_queries_fills_the_memory() {
        let pages = KeptPages::default();
        for at in 0..1000 {
            pages.put(1, Scope::Public, &at.to_string(), text(100_000));
            assert!(pages.lock().bytes <= BYTES_MAX);
        }
        assert!(pages.get(1, Scope::Public, "999").is_some());
        let long = "x".repeat(QUERY_LENGTH_MAX + 1);
        pages.put(1, Scope::Public, &long, text(1));
        assert!(pages.get(1, Scope::Public, &long).is_none());
    }

    #[test]
    fn a_text_is_packed_once() {
        let text = text(5);
        let clone = text.clone();
        assert_eq!(text.packed(|_| Some(Bytes::from_static(b"one"))).unwrap(), "one");
        assert_eq!(clone.packed(|_| unreachable!("it is packed already")).unwrap(), "one");
    }
}
