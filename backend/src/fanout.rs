//! From what happened to the work it causes: the one page that knows who must hear of what. Decides without IO; what
//! it decides is staged in the unit of work that caused it.

use shared::time::Timestamp;

use crate::domain::event::Event;
use crate::domain::work;
use crate::store::records::JobKind;
use crate::store::{StoreError, Write};

/// The jobs an event causes, in the order they are put in the queue.
#[must_use]
pub fn jobs(event: &Event) -> Vec<JobKind> {
    match event {
        Event::VideoArrived(video) => vec![JobKind::Package(*video)],
        Event::TorrentsOutdated(video) => vec![JobKind::Torrents(*video)],
        Event::CaptionsChanged(video) => vec![JobKind::Captions(*video)],
        Event::VideoDeleted { uuid } => vec![JobKind::RemoveFiles(*uuid)],
    }
}

/// Stages the jobs of all events that a unit of work noted. Gives how many there are.
///
/// # Errors
/// [`StoreError`] when the disk fails.
pub fn settle(write: &mut Write<'_>, now: Timestamp) -> Result<usize, StoreError> {
    let kinds: Vec<JobKind> = write.take_events().iter().flat_map(jobs).collect();
    for kind in &kinds {
        work::ask(write, now, kind.clone())?;
    }
    Ok(kinds.len())
}
