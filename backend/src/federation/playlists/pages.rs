//! The entries of a list that comes by pages.

use std::collections::HashSet;
use std::time::Duration;

use serde_json::Value;

use crate::app::App;
use crate::federation::fetch::{self, FetchError};
use crate::federation::vocab::{Collection, CollectionPage, is_same_host};

/// Pages of one list that are read, the list itself among them.
const PAGES_MAX: usize = 150;
/// How long pages are asked for. Who is slow holds up what others are asked for.
const READING_MAX: Duration = Duration::from_secs(5 * 60);

/// The entries of the list at an address, at most so many, as far as they come in time. Pages of other servers are not read,
/// and none twice.
///
/// # Errors
/// [`FetchError`].
pub(super) async fn entries(app: &App, address: &str, entries_max: usize) -> Result<Vec<Value>, FetchError> {
    let found = fetch::document(app, address).await?;
    if found.url != address {
        return Err(FetchError::Elsewhere);
    }
    let Ok(list) = Collection::read(&found.value, address) else { return Ok(Vec::new()) };
    let mut next = if list.items.is_empty() { list.first } else { list.next };
    let mut entries = list.items;
    let mut read = HashSet::from([address.to_owned()]);
    let begun_at = app.clock().instant();
    while let Some(page) = next.take() {
        let is_new = is_same_host(&page, address) && read.insert(page.clone());
        if !is_new
            || PAGES_MAX < read.len()
            || entries_max <= entries.len()
            || READING_MAX <= app.clock().instant().since(begun_at)
        {
            break;
        }
        let found = fetch::document(app, &page).await?;
        let Ok(found) = CollectionPage::read(&found.value, &page) else { break };
        entries.extend(found.items);
        next = found.next;
    }
    entries.truncate(entries_max);
    Ok(entries)
}
