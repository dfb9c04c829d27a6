//! Threads of a video, and the replies of one.
//!
//! Owns how much of a long thread is shown at once: ten replies a level, five levels, and the rest by pages, as
//! PeerTube 8.3 does. The surprise is what waits for review: its author and who decides about it see it in its place.
//! What muted accounts said is left out with what answers it; counts do not depend on who reads.

use std::cmp::Ordering;
use std::collections::VecDeque;

use shared::id::{AccountId, CommentId, VideoId};
use shared::time::Timestamp;

use super::CommentError;
use super::counts::talk;
use super::say::find;
use crate::store::records::Comment;
use crate::store::tables::{
    CommentKey, HeldCommentsOf, RepliesTo, ThreadByRepliesKey, ThreadsByRepliesOf, ThreadsOf,
};
use crate::store::{Read, StoreError};

/// Replies to one comment that a thread shows at once.
const CHILDREN_SHOWN: usize = 10;
/// Levels of replies that a thread shows at once.
const LEVELS_SHOWN: usize = 5;
/// Comments that a thread shows at once: as much as five pages.
const SHOWN_MAX: usize = 500;
/// Held comments of one video that its owner sees among the others; all are in the list of held ones.
const HELD_SHOWN_MAX: usize = 1000;

/// Who reads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Eyes {
    /// Sees what is held from nobody.
    Anybody,
    /// Sees their own held comments too.
    Author(AccountId),
    /// Sees all that is held, since they decide about it.
    Reviewer,
}

impl Eyes {
    /// Whether a held comment of this author is seen.
    fn see_held(self, author: AccountId) -> bool {
        match self {
            Eyes::Anybody => false,
            Eyes::Author(reader) => reader == author,
            Eyes::Reviewer => true,
        }
    }
}

/// What threads are sorted by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sort {
    /// When they began.
    CreatedAt,
    /// How many replies they have.
    Replies,
}

/// What threads are sorted by, and which way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Order {
    /// By what.
    pub sort: Sort,
    /// Largest first.
    pub descending: bool,
}

/// A page of threads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Threads {
    /// Threads in all, deleted ones that are answered too.
    pub total: u64,
    /// Comments in all, replies too, without deleted ones.
    pub comments: u64,
    /// The threads' first comments.
    pub rows: Vec<Comment>,
}

/// A comment with its first replies.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tree {
    /// The comment.
    pub comment: Comment,
    /// Its first replies, first first.
    pub children: Vec<Tree>,
    /// How many there are.
    pub total_children: u64,
}

/// Where a thread stands: replies, time, number; larger ones come later in every order that is not turned round.
type Place = (u64, Timestamp, CommentId);

/// A page of a video's threads.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn threads(
    read: &impl Read,
    video: VideoId,
    eyes: Eyes,
    muted: &[AccountId],
    order: Order,
    (start, count): (usize, usize),
) -> Result<Threads, StoreError> {
    let talk = talk(read, video)?;
    let mut held = if talk.held == 0 { Vec::new() } else { held_threads(read, video, eyes)? };
    let total = talk.threads.saturating_add(u64::try_from(held.len()).unwrap_or(u64::MAX));
    let compare = |a: &Place, b: &Place| if order.descending { b.cmp(a) } else { a.cmp(b) };
    held.sort_by(compare);
    let places = merge(shown(read, video, order), held, compare);
    let rows = heard(read, places.map(|place| place.map(|(_, _, comment)| comment)), muted, start, count)?;
    Ok(Threads { total, comments: talk.comments, rows })
}

/// A page of these comments without those of muted accounts; where nobody is muted, those before the page are not read.
fn heard(
    read: &impl Read,
    comments: impl Iterator<Item = Result<CommentId, StoreError>>,
    muted: &[AccountId],
    start: usize,
    count: usize,
) -> Result<Vec<Comment>, StoreError> {
    let mut rows = Vec::new();
    let unread = if muted.is_empty() { start } else { 0 };
    let mut skipped = unread;
    for comment in comments.skip(unread) {
        if rows.len() == count {
            break;
        }
        // One that is removed while we read leaves the page a row short.
        let Some(comment) = read.get(&CommentKey { comment: comment? })? else {
            skipped += usize::from(skipped < start);
            continue;
        };
        if comment.author.is_some_and(|author| muted.contains(&author)) {
            continue;
        }
        if skipped < start {
            skipped += 1;
        } else {
            rows.push(comment);
        }
    }
    Ok(rows)
}

type Places<'r> = Box<dyn Iterator<Item = Result<Place, StoreError>> + 'r>;

/// The threads everybody sees, in order.
fn shown<'r>(read: &'r impl Read, video: VideoId, order: Order) -> Places<'r> {
    match order.sort {
        Sort::CreatedAt => {
            let prefix = ThreadsOf(video);
            let rows = if order.descending { read.scan(&prefix) } else { read.scan_reverse(&prefix) };
            Box::new(rows.map(|row| row.map(|(key, ())| (0, key.at.0, key.comment))))
        }
        Sort::Replies => {
            let prefix = ThreadsByRepliesOf(video);
            let rows = if order.descending { read.scan(&prefix) } else { read.scan_reverse(&prefix) };
            let place = |key: ThreadByRepliesKey| (key.replies.0, key.at.0, key.comment);
            Box::new(rows.map(move |row| row.map(|(key, ())| place(key))))
        }
    }
}

/// The held threads these eyes see. Nobody answers them, so they have no replies.
fn held_threads(read: &impl Read, video: VideoId, eyes: Eyes) -> Result<Vec<Place>, StoreError> {
    let mut held = Vec::new();
    if eyes == Eyes::Anybody {
        return Ok(held);
    }
    for row in read.scan(&HeldCommentsOf(video)).take(HELD_SHOWN_MAX) {
        let (key, author) = row?;
        if !eyes.see_held(author) {
            continue;
        }
        let comment = read.get(&CommentKey { comment: key.comment })?;
        if comment.is_some_and(|comment| comment.is_thread()) {
            held.push((0, key.at.0, key.comment));
        }
    }
    Ok(held)
}

/// Two runs in one order as one.
fn merge<'r>(
    shown: Places<'r>,
    held: Vec<Place>,
    compare: impl Fn(&Place, &Place) -> Ordering + 'r,
) -> Places<'r> {
    let (mut shown, mut held) = (shown.peekable(), held.into_iter().peekable());
    Box::new(std::iter::from_fn(move || {
        let held_first = match (shown.peek(), held.peek()) {
            (Some(Ok(shown)), Some(held)) => compare(held, shown) == Ordering::Less,
            (Some(_), _) => false,
            (None, _) => true,
        };
        if held_first { held.next().map(Ok) } else { shown.next() }
    }))
}

/// A thread with its first replies, the upper levels first where there are too many.
///
/// # Errors
/// [`CommentError::NoSuchComment`] where no thread of the video has this number, or these eyes do not see it.
pub fn thread(
    read: &impl Read,
    video: VideoId,
    eyes: Eyes,
    muted: &[AccountId],
    id: CommentId,
) -> Result<Tree, CommentError> {
    let comment = find(read, video, id)?;
    if !comment.is_thread() || !sees(eyes, &comment) {
        return Err(CommentError::NoSuchComment);
    }
    Ok(tree(read, eyes, muted, comment, LEVELS_SHOWN)?)
}

/// A page of the replies to a comment, first first, each with its own first replies.
///
/// # Errors
/// [`CommentError::NoSuchComment`] where the video has no such comment, or these eyes do not see it.
pub fn replies(
    read: &impl Read,
    video: VideoId,
    eyes: Eyes,
    muted: &[AccountId],
    id: CommentId,
    (start, count): (usize, usize),
) -> Result<(u64, Vec<Tree>), CommentError> {
    let comment = find(read, video, id)?;
    if !sees(eyes, &comment) {
        return Err(CommentError::NoSuchComment);
    }
    let total = children(read, eyes, &comment)?;
    let mut rows = Vec::new();
    for child in page(read, eyes, muted, id, start, count)? {
        rows.push(tree(read, eyes, muted, child, 0)?);
    }
    Ok((total, rows))
}

fn sees(eyes: Eyes, comment: &Comment) -> bool {
    !comment.held || comment.author.is_some_and(|author| eyes.see_held(author))
}

/// How many replies to a comment these eyes see.
fn children(read: &impl Read, eyes: Eyes, comment: &Comment) -> Result<u64, StoreError> {
    let held = match eyes {
        Eyes::Anybody => 0,
        Eyes::Reviewer => comment.held_children,
        Eyes::Author(_) if comment.held_children == 0 => 0,
        Eyes::Author(reader) => {
            let rows = read.scan(&RepliesTo(comment.id)).take(HELD_SHOWN_MAX);
            let own = rows.filter(|row| matches!(row, Ok((_, Some(author))) if *author == reader));
            u64::try_from(own.count()).unwrap_or(u64::MAX)
        }
    };
    Ok(comment.children.saturating_add(held))
}

fn page(
    read: &impl Read,
    eyes: Eyes,
    muted: &[AccountId],
    parent: CommentId,
    start: usize,
    count: usize,
) -> Result<Vec<Comment>, StoreError> {
    let seen = |row: &Result<_, StoreError>| match row {
        Ok((_, Some(author))) => eyes.see_held(*author),
        Ok((_, None)) | Err(_) => true,
    };
    let rows = read.scan(&RepliesTo(parent)).filter(seen);
    heard(read, rows.map(|row| row.map(|(key, _)| key.comment)), muted, start, count)
}

/// A comment with `levels` levels of first replies.
fn tree(
    read: &impl Read,
    eyes: Eyes,
    muted: &[AccountId],
    comment: Comment,
    levels: usize,
) -> Result<Tree, StoreError> {
    // Level by level into a flat list, in which every row knows its parent's place, then folded from the end.
    let mut flat: Vec<(usize, Tree)> = Vec::new();
    let mut waiting = VecDeque::from([(0, 0, comment)]);
    while let Some((parent, level, comment)) = waiting.pop_front() {
        let (at, id) = (flat.len(), comment.id);
        let total_children = children(read, eyes, &comment)?;
        flat.push((parent, Tree { comment, children: Vec::new(), total_children }));
        let room = SHOWN_MAX.saturating_sub(flat.len() + waiting.len());
        if total_children == 0 || levels <= level || room == 0 {
            continue;
        }
        for child in page(read, eyes, muted, id, 0, CHILDREN_SHOWN.min(room))? {
            waiting.push_back((at, level + 1, child));
        }
    }
    while let Some((parent, mut tree)) = flat.pop() {
        tree.children.reverse();
        match flat.get_mut(parent) {
            Some((_, above)) => above.children.push(tree),
            // Only the first row has nothing before it.
            None => return Ok(tree),
        }
    }
    Err(StoreError::Damaged {
        table: "comments",
        source: serde::de::Error::custom("a thread has no first comment"),
    })
}
