//! Lists of things, whole or by pages (ActivityStreams 2.0 §5.2).
//!
//! Owns the sizes of pages, which are PeerTube's. A list says how long it is even where it does not say what it holds.

use serde::Serialize;

/// Things on a page where nobody asks for more or fewer.
pub const PAGE_SIZE: usize = 10;
/// Things on a page at most.
pub const PAGE_SIZE_MAX: usize = 50;
/// Things that are reached by pages. Peers read two thousand pages at most, and each costs what lies before it.
pub const REACHED_MAX: usize = 20_000;

/// Which page is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PageAsked {
    /// From 1 on.
    pub number: usize,
    /// Things on it.
    pub size: usize,
}

impl PageAsked {
    /// Things before it.
    #[must_use]
    pub fn start(&self) -> usize {
        (self.number - 1).saturating_mul(self.size)
    }

    /// Whether it lies within what is reached.
    #[must_use]
    pub fn is_within_reach(&self) -> bool {
        self.start() < REACHED_MAX
    }

    fn query(&self, number: usize) -> String {
        if self.size == PAGE_SIZE {
            format!("?page={number}")
        } else {
            format!("?page={number}&size={}", self.size)
        }
    }
}

/// A list of which nothing but its length is said at once.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Collection {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    total_items: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<String>,
}

impl Collection {
    /// A list whose pages are read one by one.
    #[must_use]
    pub fn paged(id: String, total_items: usize) -> Collection {
        let first = (0 < total_items).then(|| format!("{id}?page=1"));
        Collection { id, kind: "OrderedCollection", total_items, first }
    }

    /// A list that keeps to itself what it holds.
    #[must_use]
    pub fn counted(id: String, total_items: usize) -> Collection {
        Collection { id, kind: "OrderedCollection", total_items, first: None }
    }
}

/// A part of a list.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    prev: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    part_of: String,
    ordered_items: Vec<T>,
    total_items: usize,
}

impl<T> Page<T> {
    /// The page of a list that was asked for, with what is on it.
    pub fn new(list: String, total_items: usize, asked: PageAsked, ordered_items: Vec<T>) -> Page<T> {
        let Around { prev, next } = Around::of(&list, total_items, asked);
        Page {
            id: format!("{list}{}", asked.query(asked.number)),
            kind: "OrderedCollectionPage",
            prev,
            next,
            part_of: list,
            ordered_items,
            total_items,
        }
    }
}

impl Page<String> {
    /// A page of a list that keeps to itself what it holds: there is nothing on it, and none behind it.
    #[must_use]
    pub fn blank(list: String, total_items: usize, asked: PageAsked) -> Page<String> {
        Page { prev: None, next: None, ..Page::new(list, total_items, asked, Vec::new()) }
    }
}

/// The pages before and behind one.
pub(super) struct Around {
    pub(super) prev: Option<String>,
    pub(super) next: Option<String>,
}

impl Around {
    pub(super) fn of(list: &str, total: usize, asked: PageAsked) -> Around {
        let end = asked.start().saturating_add(asked.size);
        let page = |number: usize| format!("{list}{}", asked.query(number));
        Around {
            prev: (1 < asked.number).then(|| page(asked.number - 1)),
            next: (end < total && end < REACHED_MAX).then(|| page(asked.number + 1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn page(total: usize, number: usize, size: usize) -> Value {
        let items = vec!["https://films.example/1"];
        let asked = PageAsked { number, size };
        serde_json::to_value(Page::new("https://films.example/x".to_owned(), total, asked, items)).unwrap()
    }

    #[test]
    fn pages_lead_to_each_other_and_end() {
        assert_eq!(
            page(25, 2, 10),
            json!({
                "id": "https://films.example/x?page=2",
                "type": "OrderedCollectionPage",
                "prev": "https://films.example/x?page=1",
                "next": "https://films.example/x?page=3",
                "partOf": "https://films.example/x",
                "orderedItems": ["https://films.example/1"],
                "totalItems": 25
            })
        );
        assert_eq!(page(25, 3, 10).get("next"), None);
        assert_eq!(page(10, 1, 10).get("next"), None);
        assert_eq!(page(10, 1, 10).get("prev"), None);
        assert_eq!(page(51, 1, 50)["next"], "https://films.example/x?page=2&size=50");
        assert_eq!(page(usize::MAX, REACHED_MAX / 10, 10).get("next"), None, "there is an end");
        let blank = Page::blank("https://films.example/x".to_owned(), 25, PageAsked { number: 2, size: 10 });
        let blank = serde_json::to_value(blank).unwrap();
        assert_eq!((blank.get("next"), &blank["totalItems"]), (None, &json!(25)), "nothing is behind it");
        assert!(!PageAsked { number: usize::MAX, size: 50 }.is_within_reach());
    }

    #[test]
    fn an_empty_list_leads_nowhere() {
        let list = |list: Collection| serde_json::to_value(list).unwrap();
        let empty = list(Collection::paged("https://films.example/x".to_owned(), 0));
        assert_eq!(
            empty,
            json!({ "id": "https://films.example/x", "type": "OrderedCollection", "totalItems": 0 })
        );
        let some = list(Collection::paged("https://films.example/x".to_owned(), 3));
        assert_eq!(some["first"], "https://films.example/x?page=1");
        let counted = list(Collection::counted("https://films.example/x".to_owned(), 3));
        assert_eq!((counted.get("first"), &counted["totalItems"]), (None, &json!(3)));
    }
}
