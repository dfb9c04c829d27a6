//! Which rows are here, and which come next.

use std::rc::Rc;

use shared::api::{Page, Video};
use yew::Reducible;

use crate::api::{Failure, Window};

/// Rows of one page: a multiple of every number of columns up to four, and of six.
pub const ROWS: usize = 24;

/// A list that grows.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Rows {
    /// What is here, without doubles.
    pub videos: Vec<Rc<Video>>,
    /// What comes next.
    pub next: Next,
    /// How many rows the instance was asked for.
    asked: usize,
}

/// What comes next.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Next {
    /// More, when somebody scrolls down.
    #[default]
    More,
    /// More is on its way.
    Coming,
    /// Nothing: this is all.
    End,
    /// It did not come.
    Failed(Failure),
}

/// What happens to a list.
pub enum Act {
    /// Somebody wants more.
    Want,
    /// The page of a window came.
    Came(Window, Page<Video>),
    /// The page of a window did not come.
    Broke(Window, Failure),
}

impl Rows {
    /// The rows to ask for.
    pub fn window(&self) -> Window {
        Window { start: self.asked, count: ROWS }
    }

    /// Whether the list is known to be empty.
    pub fn is_empty(&self) -> bool {
        self.videos.is_empty() && self.next == Next::End
    }

    /// As it is kept in memory: a page on its way does not come to a list that was left.
    pub fn at_rest(&self) -> Rows {
        let next = if self.next == Next::End { Next::End } else { Next::More };
        Rows { next, ..self.clone() }
    }

    fn took(mut self, page: Page<Video>) -> Rows {
        self.asked += ROWS;
        let came = page.data.len();
        for video in page.data {
            // A video published meanwhile moves all others down: one then comes twice.
            if !self.videos.iter().any(|known| known.card.id == video.card.id) {
                self.videos.push(Rc::new(video));
            }
        }
        let total = usize::try_from(page.total).unwrap_or(usize::MAX);
        self.next = if came == 0 || total <= self.asked { Next::End } else { Next::More };
        self
    }
}

impl Reducible for Rows {
    type Action = Act;

    fn reduce(self: Rc<Rows>, act: Act) -> Rc<Rows> {
        let rows = (*self).clone();
        Rc::new(match (act, &rows.next) {
            (Act::Want, Next::More | Next::Failed(_)) => Rows { next: Next::Coming, ..rows },
            (Act::Want, Next::Coming | Next::End) => return self,
            // The end of the list may come near twice before one sees that it is fetched: what comes twice counts once.
            (Act::Came(window, _) | Act::Broke(window, _), _) if window.start != rows.asked => return self,
            (Act::Came(_, page), _) => rows.took(page),
            (Act::Broke(_, failure), _) => Rows { next: Next::Failed(failure), ..rows },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn videos(ids: std::ops::Range<u64>) -> Vec<Video> {
        ids.map(|id| {
            let mut video: Video = serde_json::from_str(include_str!("sample.json")).unwrap();
            video.card.id = shared::id::VideoId(id);
            video
        })
        .collect()
    }

    fn came(start: usize, page: Page<Video>) -> Act {
        Act::Came(Window { start, count: ROWS }, page)
    }

    fn broke(start: usize) -> Act {
        Act::Broke(Window { start, count: ROWS }, Failure::Unreachable)
    }

    fn run(acts: impl IntoIterator<Item = Act>) -> Rc<Rows> {
        acts.into_iter().fold(Rc::default(), Rows::reduce)
    }

    #[test]
    fn pages_follow_each_other_until_the_end() {
        let rows = run([Act::Want]);
        assert_eq!(rows.next, Next::Coming);
        let rows = rows.reduce(came(0, Page { total: 30, data: videos(0..24) }));
        assert_eq!((rows.videos.len(), &rows.next, rows.window().start), (24, &Next::More, 24));
        let rows = rows.reduce(Act::Want).reduce(came(24, Page { total: 30, data: videos(24..30) }));
        assert_eq!((rows.videos.len(), &rows.next), (30, &Next::End));
        assert_eq!(rows.clone().reduce(Act::Want), rows);
    }

    #[test]
    fn a_video_published_meanwhile_makes_no_double() {
        let rows = run([
            Act::Want,
            came(0, Page { total: 40, data: videos(0..24) }),
            Act::Want,
            came(24, Page { total: 41, data: videos(23..40) }),
        ]);
        assert_eq!(rows.videos.len(), 40);
    }

    #[test]
    fn a_page_that_comes_twice_counts_once() {
        let first = || came(0, Page { total: 60, data: videos(0..24) });
        let second = || came(24, Page { total: 60, data: videos(24..48) });
        let rows = run([Act::Want, first(), Act::Want, second(), second(), broke(24)]);
        assert_eq!((rows.videos.len(), &rows.next, rows.window().start), (48, &Next::More, 48));
        let rows = rows.reduce(Act::Want).reduce(second());
        assert_eq!(rows.next, Next::Coming);
        assert_eq!(rows.reduce(came(48, Page { total: 60, data: videos(48..60) })).videos.len(), 60);
    }

    #[test]
    fn a_failure_keeps_what_is_here_and_can_be_tried_again() {
        let rows = run([Act::Want, came(0, Page { total: 40, data: videos(0..24) }), Act::Want, broke(24)]);
        assert_eq!((rows.videos.len(), &rows.next), (24, &Next::Failed(Failure::Unreachable)));
        assert_eq!(rows.reduce(Act::Want).next, Next::Coming);
    }

    #[test]
    fn an_empty_list_is_known_to_be_empty_only_once_asked() {
        assert!(!run([]).is_empty());
        assert!(!run([Act::Want]).is_empty());
        assert!(run([Act::Want, came(0, Page::default())]).is_empty());
    }
}
