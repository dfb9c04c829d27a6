//! Lists that come by pages.

use serde_json::Value;

use super::read::{Flaw, Thing, is_same_host, url_of};

/// A list, before its first page.
#[derive(Clone, PartialEq, Debug)]
pub struct Collection {
    /// How many are in it, as its server says.
    pub total: Option<u64>,
    /// The address of its first page.
    pub first: Option<String>,
    /// Its entries, or those of its first page, where they came with it.
    pub items: Vec<Value>,
    /// The address of the page behind those.
    pub next: Option<String>,
}

/// A page of a list.
#[derive(Clone, PartialEq, Debug)]
pub struct CollectionPage {
    /// Its entries: addresses or objects.
    pub items: Vec<Value>,
    /// The address of the next page.
    pub next: Option<String>,
}

impl Collection {
    /// Reads a list that was fetched from `address`. Pages elsewhere are left out.
    ///
    /// # Errors
    /// [`Flaw`].
    pub fn read(document: &Value, address: &str) -> Result<Collection, Flaw> {
        let thing = Thing::of(document).ok_or(Flaw::missing("type"))?;
        let kinds =
            ["Collection", "OrderedCollection", "Playlist", "CollectionPage", "OrderedCollectionPage"];
        if !kinds.iter().any(|kind| thing.is(kind)) {
            return Err(Flaw { field: "type", why: "is not a list's" });
        }
        // Mastodon sends the first page of replies within the list.
        let within = thing.things("first").next().map(|page| page_of(page, address));
        let own = page_of(thing, address);
        let page = if own.items.is_empty() { within.unwrap_or(own) } else { own };
        let first = thing.all("first").find_map(url_of).filter(|first| is_same_host(first, address));
        Ok(Collection {
            total: thing.number("totalItems"),
            first: first.filter(|_| page.items.is_empty()).map(str::to_owned),
            items: page.items,
            next: page.next,
        })
    }
}

impl CollectionPage {
    /// Reads a page that was fetched from `address`. A next page elsewhere is none.
    ///
    /// # Errors
    /// [`Flaw`].
    pub fn read(document: &Value, address: &str) -> Result<CollectionPage, Flaw> {
        let thing = Thing::of(document).ok_or(Flaw::missing("type"))?;
        Ok(page_of(thing, address))
    }
}

fn page_of(thing: Thing<'_>, address: &str) -> CollectionPage {
    let items = thing.all("orderedItems").chain(thing.all("items")).cloned().collect();
    let next = thing.url("next").filter(|next| is_same_host(next, address) && *next != address);
    CollectionPage { items, next: next.map(str::to_owned) }
}
