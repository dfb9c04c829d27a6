//! Which lists of videos somebody elsewhere has.

use std::time::Duration;

use super::pages::entries;
use crate::app::App;
use crate::domain::follow;
use crate::federation::find as found;
use crate::federation::follow::Trouble;
use crate::federation::vocab::{is_same_host, url_of};
use crate::store::records::Party;

/// Lists of one account or channel that are asked for.
const LISTS_MAX: usize = 100;
/// Lists in a row that could not be had before the server is left alone for a while.
const MISSES_MAX: usize = 5;

/// How long they are asked for. The others come when they change.
const READING_MAX: Duration = Duration::from_secs(10 * 60);

/// Reads the lists of whom somebody here follows. Those that are known and young are not asked for again.
///
/// # Errors
/// [`Trouble`].
pub async fn find(app: &App, party: Party) -> Result<(), Trouble> {
    let actor = app.read(move |store| follow::remote(store, party)).await?;
    let Some(address) = actor.and_then(|actor| actor.playlists_url) else { return Ok(()) };
    let items = entries(app, &address, LISTS_MAX).await?;
    let (mut misses, begun_at) = (0, app.clock().instant());
    for list in items.iter().filter_map(url_of).filter(|list| is_same_host(list, &address)) {
        if READING_MAX <= app.clock().instant().since(begun_at) {
            break;
        }
        match found::playlist(app, list).await {
            Ok(_) => misses = 0,
            Err(error) if error.may_pass() => {
                misses += 1;
                if MISSES_MAX <= misses {
                    return Err(error.into());
                }
            }
            Err(error) => tracing::debug!(list, %error, "a list of before is left out"),
        }
    }
    Ok(())
}
