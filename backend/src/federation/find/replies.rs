//! What answers a comment elsewhere, as its server lists it, and what answers that.
//!
//! Owns how far is gone down. Only `replies` of servers that have such lists (Mastodon) lead there. Nothing in them is
//! believed: each answer is asked for at its own address, and counts where it names what it answers.

use std::collections::VecDeque;

use serde_json::Value;

use super::FindError;
use super::budget::Budget;
use super::comment::comment_within;
use crate::app::App;
use crate::federation::keep;
use crate::federation::vocab::{Collection, CollectionPage, Note, Thing, is_same_host, url_of};
use crate::store::StoreError;

/// Answers to answers that are gone down to; deeper ones come with their own comment's turn.
const DEPTH_MAX: usize = 5;
/// Pages of one list that are read.
const PAGES_MAX: usize = 5;
/// Entries of a page that are looked at.
const ITEMS_MAX: usize = 50;
/// Answers in a row that could not be had before the rest is left for another time.
const MISSES_MAX: u32 = 3;

/// A comment whose answers are to be read.
struct Talk {
    id: String,
    /// The list of its answers: its address, or itself with its first page.
    list: Value,
    depth: usize,
}

/// Keeps what answers a comment that is known, as far as the budget goes. `document` is the comment's own, from its server.
///
/// # Errors
/// [`FindError::Store`] alone: what is not to be had is left for another time.
pub(super) async fn replies(app: &App, budget: &mut Budget, document: &Value) -> Result<(), FindError> {
    let mut talks: VecDeque<Talk> = talk(document, 0).into_iter().collect();
    let mut misses = 0;
    while let Some(one) = talks.pop_front() {
        let Talk { id, list, depth } = one;
        for answer in entries(app, budget, &id, &list).await {
            match answer_to(app, budget, &id, &answer).await {
                Ok(Some(document)) => {
                    misses = 0;
                    talks.extend(talk(&document, depth + 1).filter(|_| depth + 1 < DEPTH_MAX));
                }
                Ok(None) => {}
                Err(error @ FindError::Store(_)) => return Err(error),
                Err(FindError::Budget) => return Ok(()),
                Err(error) => {
                    tracing::debug!(answer, %error, "an answer elsewhere is left out");
                    misses += 1;
                    if MISSES_MAX <= misses {
                        return Ok(());
                    }
                }
            }
        }
    }
    Ok(())
}

/// Where a comment's answers are listed, by its own server.
fn talk(document: &Value, depth: usize) -> Option<Talk> {
    let thing = Thing::of(document)?;
    let id = thing.text("id")?;
    let list = thing.get("replies")?;
    // Of a list that came with it, the pages are held to its host where they are read.
    let is_its = Thing::of(list).is_some() || list.as_str().is_some_and(|list| is_same_host(list, id));
    is_its.then(|| Talk { id: id.to_owned(), list: list.clone(), depth })
}

/// The addresses in a list of answers, page after page; what is not to be had is left out.
async fn entries(app: &App, budget: &mut Budget, id: &str, list: &Value) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let fetched;
    let (document, address) = match list.as_str() {
        None => (list, id),
        Some(address) => match budget.document(app, address).await {
            Ok(document) => {
                fetched = document.value;
                (&fetched, address)
            }
            Err(_) => return found,
        },
    };
    let Ok(Collection { first, items, next, .. }) = Collection::read(document, address) else { return found };
    found.extend(urls(&items, id));
    let mut at = first.or(next);
    for _ in 0..PAGES_MAX {
        let Some(address) = at else { break };
        let Ok(document) = budget.document(app, &address).await else { break };
        let Ok(CollectionPage { items, next }) = CollectionPage::read(&document.value, &address) else {
            break;
        };
        found.extend(urls(&items, id));
        at = next;
    }
    found
}

fn urls<'i>(items: &'i [Value], id: &'i str) -> impl Iterator<Item = String> + use<'i> {
    items.iter().take(ITEMS_MAX).filter_map(url_of).filter(move |url| *url != id).map(str::to_owned)
}

/// Keeps an answer that was not known. Gives its document; none where there is nothing to keep.
async fn answer_to(
    app: &App,
    budget: &mut Budget,
    asked: &str,
    answer: &str,
) -> Result<Option<Value>, FindError> {
    let own = is_same_host(answer, app.url().as_str());
    let known = answer.to_owned();
    let known: Result<bool, StoreError> =
        app.read(move |store| Ok(keep::object_of(store, &known)?.is_some())).await;
    // What is known has its own turns.
    if own || known? {
        return Ok(None);
    }
    let found = budget.document(app, answer).await?;
    // A list names what it likes; an answer says itself what it answers.
    if Note::read(&found.value)?.in_reply_to != asked {
        return Err(FindError::Kind);
    }
    comment_within(app, budget, &found.url).await?;
    Ok(Some(found.value))
}
