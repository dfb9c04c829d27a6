//! In which order lists stand.
//!
//! Owns the sort keys and their comparison. Every order is total: ties are broken by the date of publication and then
//! by number, so that pages never show a row twice, and upwards is downwards turned round.

use std::cmp::Ordering;

use super::list::Listed;

/// What a list is sorted by.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Sort {
    /// The name, without regard to case.
    Name,
    /// The length.
    Duration,
    /// When its row was made.
    CreatedAt,
    /// When it became visible.
    PublishedAt,
    /// When it first appeared elsewhere; videos that do not say come last.
    OriginallyPublishedAt,
    /// All views.
    Views,
    /// Thumbs up.
    Likes,
    /// What is said about it.
    Comments,
    /// Views of the last days.
    Trending,
    /// Liked and viewed, the younger the better.
    Hot,
}

/// What a list is sorted by, and which way.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Order {
    /// By what.
    pub sort: Sort,
    /// Largest first.
    pub descending: bool,
}

impl Sort {
    /// The sort of a name on the wire.
    #[must_use]
    pub fn parse(name: &str) -> Option<Sort> {
        Some(match name {
            "name" => Sort::Name,
            "duration" => Sort::Duration,
            "createdAt" => Sort::CreatedAt,
            "publishedAt" => Sort::PublishedAt,
            "originallyPublishedAt" => Sort::OriginallyPublishedAt,
            "views" => Sort::Views,
            "likes" => Sort::Likes,
            "comments" => Sort::Comments,
            "trending" => Sort::Trending,
            // `best` leaves out what the viewer has watched, which is a filter of theirs.
            "hot" | "best" => Sort::Hot,
            _ => return None,
        })
    }
}

/// What one row is sorted by, worked out once.
#[derive(Clone, PartialEq, Debug)]
enum Rank<'r> {
    Text(&'r str),
    Number(i64),
    Score(f64),
    /// Last, whichever way the list runs.
    Nothing,
}

fn rank(sort: Sort, row: &Listed) -> Rank<'_> {
    let video = &row.video;
    let number = |value: u64| Rank::Number(i64::try_from(value).unwrap_or(i64::MAX));
    match sort {
        Sort::Name => Rank::Text(&row.folded_name),
        Sort::Duration => number(video.facts.as_ref().map_or(0, |facts| facts.duration_ms)),
        Sort::CreatedAt => Rank::Number(video.created_at.0),
        Sort::PublishedAt => Rank::Number(video.published_at.0),
        Sort::OriginallyPublishedAt => {
            video.originally_published_at.map_or(Rank::Nothing, |date| Rank::Number(date.0))
        }
        Sort::Views => number(video.views),
        Sort::Likes => number(video.likes),
        Sort::Comments => number(row.counts.comments),
        Sort::Trending => number(row.counts.views_lately),
        Sort::Hot => Rank::Score(heat(video.views, video.likes, video.dislikes, video.published_at.0)),
    }
}

/// Reddit's measure in PeerTube's weights: ten times the applause is worth half a day of youth.
fn heat(views: u64, likes: u64, dislikes: u64, published_ms: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a score needs no more than 53 bits")]
    let (views, likes, dislikes, seconds) =
        (views as f64, likes as f64, dislikes as f64, published_ms as f64 / 1000.0);
    let applause = 3.0 * likes - 3.0 * dislikes + views / 3.0;
    applause.max(1.0).log10() + (seconds - 1_446_156_582.0) / 47_000.0
}

fn by_rank(a: &Rank<'_>, b: &Rank<'_>, descending: bool) -> Ordering {
    let ordering = match (a, b) {
        (Rank::Nothing, Rank::Nothing) => return Ordering::Equal,
        (Rank::Nothing, _) => return Ordering::Greater,
        (_, Rank::Nothing) => return Ordering::Less,
        (Rank::Text(a), Rank::Text(b)) => a.cmp(b),
        (Rank::Number(a), Rank::Number(b)) => a.cmp(b),
        (Rank::Score(a), Rank::Score(b)) => a.total_cmp(b),
        // One sort gives one kind of rank.
        (Rank::Text(_) | Rank::Number(_) | Rank::Score(_), _) => Ordering::Equal,
    };
    if descending { ordering.reverse() } else { ordering }
}

fn by_age(a: &Listed, b: &Listed, descending: bool) -> Ordering {
    let (a, b) = (&a.video, &b.video);
    let age = a.published_at.cmp(&b.published_at).then_with(|| a.id.cmp(&b.id));
    if descending { age.reverse() } else { age }
}

/// How two rows stand to each other. Equal only where they are the same video.
#[must_use]
pub fn compare(order: Order, a: &Listed, b: &Listed) -> Ordering {
    by_rank(&rank(order.sort, a), &rank(order.sort, b), order.descending)
        .then_with(|| by_age(a, b, order.descending))
}

/// Puts rows in order; `listed` sees the video in a row.
pub fn sort<R: Clone>(rows: &mut Vec<R>, order: Order, listed: impl Fn(&R) -> &Listed) {
    let mut ranked: Vec<(Rank<'_>, &R)> =
        rows.iter().map(|row| (rank(order.sort, listed(row)), row)).collect();
    ranked.sort_by(|(a_rank, a), (b_rank, b)| {
        by_rank(a_rank, b_rank, order.descending).then_with(|| by_age(listed(a), listed(b), order.descending))
    });
    *rows = ranked.into_iter().map(|(_, row)| row.clone()).collect();
}
