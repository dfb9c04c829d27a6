//! All that is said about a video elsewhere, as its server lists it.
//!
//! Owns how far a list is read at once, and where it is gone on with. Nothing in it is believed: each comment that is not
//! known is asked for at its own address, with what it answers.

use super::FindError;
use super::budget::Budget;
use super::comment::comment_within;
use crate::app::App;
use crate::federation::vocab::{Collection, CollectionPage, is_same_host, url_of};
use crate::federation::{fetch, keep};
use crate::store::StoreError;

/// Pages that are read at once; what is new in them is asked for out of the same budget.
const PAGES_MAX: usize = 20;
/// Entries of a page that are looked at.
const ITEMS_MAX: usize = 100;
/// Comments in a row that could not be had before the rest is left for another time.
const MISSES_MAX: u32 = 3;

/// Reads what is said about a video from a page of its list on, or from the beginning. Gives the page to go on with; none
/// at the end.
///
/// # Errors
/// [`FindError`] where the list is not to be had.
pub async fn thread(app: &App, list: &str, from: Option<String>) -> Result<Option<String>, FindError> {
    let mut budget = Budget::new();
    // A list that was moved is begun anew.
    let mut at = from.filter(|from| is_same_host(from, list));
    for _ in 0..PAGES_MAX {
        let address = at.clone().unwrap_or_else(|| list.to_owned());
        if budget.spend(&address).is_err() {
            return Ok(at);
        }
        let found = match fetch::document(app, &address).await {
            Ok(found) => found,
            // The next time begins with the list itself.
            Err(error) if at.is_some() && !error.may_pass() => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let (items, next) = if at.is_none() {
            let list = Collection::read(&found.value, &found.url)?;
            let next = if list.items.is_empty() { list.first } else { list.next };
            (list.items, next)
        } else {
            let page = CollectionPage::read(&found.value, &found.url)?;
            (page.items, page.next)
        };
        let ids: Vec<String> = items.iter().take(ITEMS_MAX).filter_map(url_of).map(str::to_owned).collect();
        match take(app, &mut budget, &ids).await? {
            Taken::All => {}
            // What was kept is not asked for again, so the same page goes on; one of which nothing could be kept does not
            // hold up the others.
            Taken::Some => return Ok(Some(address)),
            Taken::None => return Ok(next),
        }
        let Some(next) = next else { return Ok(None) };
        at = Some(next);
    }
    Ok(at)
}

/// How much of a page was looked at.
enum Taken {
    All,
    /// The budget ended, after something was kept.
    Some,
    /// It ended, and nothing was kept.
    None,
}

async fn take(app: &App, budget: &mut Budget, ids: &[String]) -> Result<Taken, FindError> {
    let (mut kept, mut misses) = (false, 0);
    for id in ids {
        let known = id.clone();
        let known: Result<bool, StoreError> =
            app.read(move |store| Ok(keep::object_of(store, &known)?.is_some())).await;
        let own = app.url().as_str();
        if known? || id.starts_with(own) {
            continue;
        }
        match comment_within(app, budget, id).await {
            Ok(_) => (kept, misses) = (true, 0),
            Err(FindError::Budget) => return Ok(if kept { Taken::Some } else { Taken::None }),
            Err(FindError::Store(error)) => return Err(error.into()),
            Err(error) => {
                tracing::debug!(id, %error, "a comment elsewhere is left out");
                misses += u32::from(error.may_pass());
                if MISSES_MAX <= misses {
                    return Ok(if kept { Taken::Some } else { Taken::None });
                }
            }
        }
    }
    Ok(Taken::All)
}
