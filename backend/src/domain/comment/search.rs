//! Comments of many videos, for those who decide about them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use shared::id::{CommentId, VideoId};

use super::counts::{EVERYTHING, talk};
use crate::store::records::{Comment, VideoTalk};
use crate::store::tables::{CommentKey, CommentsOf, HeldCommentKey, HeldCommentsOf};
use crate::store::{Read, StoreError};

/// Comments that a search looks at: what lies further back is found by naming its video.
const LOOKED_AT_MAX: usize = 20_000;
/// Held comments that are put in order.
const HELD_MAX: usize = 10_000;

/// Whose videos a list is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Source {
    /// Everybody's.
    Everything,
    /// These.
    Videos(Vec<VideoId>),
}

/// Which page is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Asked {
    /// Those that wait, or those that do not.
    pub held: Option<bool>,
    /// Latest first.
    pub descending: bool,
    /// Rows to skip.
    pub start: usize,
    /// Rows to give.
    pub count: usize,
}

/// A page of comments that are not deleted, and how many there are. `holds`, where there is one, says which; then at
/// most [`LOOKED_AT_MAX`] are looked at.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn search(
    read: &impl Read,
    source: &Source,
    asked: Asked,
    holds: Option<&dyn Fn(&Comment) -> bool>,
) -> Result<(u64, Vec<Comment>), StoreError> {
    let Asked { held, descending, start, count } = asked;
    let ids = if held == Some(true) {
        held_ids(read, source, descending)?
    } else {
        all_ids(read, source, descending)
    };
    let is_meant = |comment: &Comment| !comment.is_deleted() && held.is_none_or(|held| held == comment.held);
    let Some(holds) = holds else {
        let total = total(read, source, held)?;
        let mut rows = Vec::new();
        let mut skipped = 0;
        for id in ids {
            if rows.len() == count {
                break;
            }
            let Some(comment) = read.get(&CommentKey { comment: id? })?.filter(is_meant) else { continue };
            if skipped < start {
                skipped += 1;
            } else {
                rows.push(comment);
            }
        }
        return Ok((total, rows));
    };
    let mut found = 0;
    let mut rows = Vec::new();
    for id in ids.take(LOOKED_AT_MAX) {
        let comment = read.get(&CommentKey { comment: id? })?;
        let Some(comment) = comment.filter(|comment| is_meant(comment) && holds(comment)) else { continue };
        found += 1;
        if start < found && rows.len() < count {
            rows.push(comment);
        }
    }
    Ok((u64::try_from(found).unwrap_or(u64::MAX), rows))
}

/// Comments that are looked at to find the latest of some.
const LATEST_LOOKED_AT_MAX: usize = 2_000;

/// The latest comments that everybody sees, latest first: at most `count` of those that `holds`, out of at most
/// [`LATEST_LOOKED_AT_MAX`].
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn latest(
    read: &impl Read,
    source: &Source,
    count: usize,
    holds: &dyn Fn(&Comment) -> bool,
) -> Result<Vec<Comment>, StoreError> {
    let mut rows = Vec::new();
    for id in all_ids(read, source, true).take(LATEST_LOOKED_AT_MAX) {
        if rows.len() == count {
            break;
        }
        let comment = read.get(&CommentKey { comment: id? })?;
        rows.extend(comment.filter(|comment| !comment.held && !comment.is_deleted() && holds(comment)));
    }
    Ok(rows)
}

fn total(read: &impl Read, source: &Source, held: Option<bool>) -> Result<u64, StoreError> {
    let count = |talk: VideoTalk| match held {
        None => talk.comments.saturating_add(talk.held),
        Some(true) => talk.held,
        Some(false) => talk.comments,
    };
    match source {
        Source::Everything => Ok(count(talk(read, EVERYTHING)?)),
        Source::Videos(videos) => {
            videos.iter().try_fold(0u64, |sum, video| Ok(sum.saturating_add(count(talk(read, *video)?))))
        }
    }
}

type Ids<'r> = Box<dyn Iterator<Item = Result<CommentId, StoreError>> + 'r>;

fn all_ids<'r>(read: &'r impl Read, source: &Source, descending: bool) -> Ids<'r> {
    match source {
        Source::Everything if descending => {
            Box::new(read.table_reverse::<CommentKey>().map(|row| row.map(|(key, _)| key.comment)))
        }
        Source::Everything => Box::new(read.table::<CommentKey>().map(|row| row.map(|(key, _)| key.comment))),
        Source::Videos(videos) => {
            let runs = videos.iter().map(|video| -> Ids<'r> {
                let prefix = CommentsOf(*video);
                let rows = if descending { read.scan_reverse(&prefix) } else { read.scan(&prefix) };
                Box::new(rows.map(|row| row.map(|(key, ())| key.comment)))
            });
            Box::new(Merged::new(runs.collect(), descending))
        }
    }
}

fn held_ids<'r>(read: &'r impl Read, source: &Source, descending: bool) -> Result<Ids<'r>, StoreError> {
    let mut ids = Vec::new();
    match source {
        Source::Everything => {
            for row in read.table::<HeldCommentKey>().take(HELD_MAX) {
                ids.push(row?.0.comment);
            }
        }
        Source::Videos(videos) => {
            for video in videos {
                for row in read.scan(&HeldCommentsOf(*video)).take(HELD_MAX.saturating_sub(ids.len())) {
                    ids.push(row?.0.comment);
                }
            }
        }
    }
    ids.sort_unstable();
    if descending {
        ids.reverse();
    }
    Ok(Box::new(ids.into_iter().map(Ok)))
}

/// Many runs in one order as one. Numbers are given in the order of time.
struct Merged<'r> {
    runs: Vec<Ids<'r>>,
    /// The first of each run, turned so that the largest comes first.
    first: BinaryHeap<(Reverse<u64>, usize)>,
    descending: bool,
    failed: Option<StoreError>,
}

impl<'r> Merged<'r> {
    fn new(runs: Vec<Ids<'r>>, descending: bool) -> Merged<'r> {
        let count = runs.len();
        let mut merged = Merged { runs, first: BinaryHeap::new(), descending, failed: None };
        (0..count).for_each(|run| merged.advance(run));
        merged
    }

    fn turned(&self, number: u64) -> u64 {
        if self.descending { !number } else { number }
    }

    fn advance(&mut self, run: usize) {
        match self.runs.get_mut(run).and_then(Iterator::next) {
            Some(Ok(id)) => self.first.push((Reverse(self.turned(id.0)), run)),
            Some(Err(error)) => self.failed = Some(error),
            None => {}
        }
    }
}

impl Iterator for Merged<'_> {
    type Item = Result<CommentId, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(error) = self.failed.take() {
            self.first.clear();
            return Some(Err(error));
        }
        let (Reverse(turned), run) = self.first.pop()?;
        self.advance(run);
        Some(Ok(CommentId(self.turned(turned))))
    }
}
