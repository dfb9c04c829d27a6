//! Rows that come by pages: what was found, subscriptions, history, notifications.
//!
//! Owns which rows are here and which come next. A page gives it what fetches a window of them and how to tell them
//! apart.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use shared::api::Page;
use yew::prelude::*;

use crate::api::{Failure, Window};
use crate::browser::spawn::spawn;
use crate::components::failed;
use crate::text::words::Words;

/// Rows of one page.
const ROWS: usize = 25;

/// What can stand in such a list.
pub trait Row {
    /// What tells it from the others.
    fn number(&self) -> u64;
}

/// Rows that come by pages.
#[derive(Clone, PartialEq, Debug)]
pub struct Listing<T> {
    /// What is here.
    pub rows: Vec<Rc<T>>,
    /// How many there are; none before the first answer.
    pub total: Option<u64>,
    /// Whether an answer is awaited.
    pub is_busy: bool,
    /// Why the last answer did not come.
    pub failure: Option<Failure>,
}

/// What happens to them.
pub enum Act<T> {
    /// More are asked for.
    Want,
    /// They came.
    Came(Page<T>),
    /// They did not come.
    Broke(Failure),
    /// One is no more.
    Gone(u64),
    /// A new one, or one that was changed.
    Put(T),
    /// All are no more.
    Cleared,
}

impl<T> Default for Listing<T> {
    fn default() -> Listing<T> {
        Listing { rows: Vec::new(), total: None, is_busy: false, failure: None }
    }
}

impl<T: Row + Clone> Listing<T> {
    /// The rows that come next.
    pub fn window(&self) -> Window {
        Window { start: self.rows.len(), count: ROWS }
    }

    /// Whether there are rows beyond those here.
    pub fn has_more(&self) -> bool {
        let here = u64::try_from(self.rows.len()).unwrap_or(u64::MAX);
        self.total.is_some_and(|total| here < total)
    }

    fn took(&mut self, page: Page<T>) {
        self.is_busy = false;
        self.failure = None;
        let before = self.rows.len();
        for row in page.data {
            // A new one on top moves all others down: one then comes twice.
            if !self.rows.iter().any(|known| known.number() == row.number()) {
                self.rows.push(Rc::new(row));
            }
        }
        let here = u64::try_from(self.rows.len()).unwrap_or(u64::MAX);
        // A page without anything new is the last, whatever the count says.
        self.total = Some(if self.rows.len() == before { here } else { page.total.max(here) });
    }
}

impl<T: Row + Clone> Reducible for Listing<T> {
    type Action = Act<T>;

    #[inline(never)]
    fn reduce(self: Rc<Listing<T>>, act: Act<T>) -> Rc<Listing<T>> {
        let mut listing = (*self).clone();
        match act {
            Act::Want => listing.is_busy = true,
            // Somebody may ask twice before it is seen that the first is on its way.
            Act::Came(_) if !listing.is_busy => return self,
            Act::Came(page) => listing.took(page),
            Act::Broke(failure) => {
                listing.is_busy = false;
                listing.failure = Some(failure);
            }
            Act::Gone(number) => {
                let before = listing.rows.len();
                listing.rows.retain(|row| row.number() != number);
                if listing.rows.len() < before {
                    listing.total = listing.total.map(|total| total.saturating_sub(1));
                }
            }
            Act::Put(row) => match listing.rows.iter_mut().find(|known| known.number() == row.number()) {
                Some(known) => *known = Rc::new(row),
                None => {
                    listing.rows.insert(0, Rc::new(row));
                    listing.total = listing.total.map(|total| total + 1);
                }
            },
            Act::Cleared => listing = Listing { total: Some(0), ..Listing::default() },
        }
        Rc::new(listing)
    }
}

/// Rows, and how to have more of them.
pub struct Rows<T: Row + Clone + 'static> {
    /// What is here.
    pub listing: UseReducerHandle<Listing<T>>,
    /// Asks for the next.
    pub more: Callback<()>,
}

/// Rows that `fetch` brings; the first come by themselves. A component that lists something else is another: give it
/// a key.
#[hook]
pub fn use_rows<T, F>(fetch: impl Fn(Window) -> F + 'static) -> Rows<T>
where
    T: Row + Clone + 'static,
    F: Future<Output = Result<Page<T>, Failure>> + 'static,
{
    let listing = use_reducer(Listing::<T>::default);
    let more = {
        let (dispatcher, window, is_busy) = (listing.dispatcher(), listing.window(), listing.is_busy);
        Callback::from(move |()| {
            if is_busy {
                return;
            }
            dispatcher.dispatch(Act::Want);
            let coming: Pin<Box<dyn Future<Output = Result<Page<T>, Failure>>>> = Box::pin(fetch(window));
            let dispatcher = dispatcher.clone();
            spawn(async move {
                dispatcher.dispatch(match coming.await {
                    Ok(page) => Act::Came(page),
                    Err(failure) => Act::Broke(failure),
                });
            });
        })
    };
    use_effect_with((), {
        let more = more.clone();
        move |()| more.emit(())
    });
    Rows { listing, more }
}

/// What stands under the rows: why no more came, or the way to more.
pub fn listing_end<T: Row + Clone>(rows: &Rows<T>, words: &'static Words) -> Html {
    if let Some(failure) = &rows.listing.failure {
        return failed(failure, &rows.more, words);
    }
    if !rows.listing.has_more() {
        return Html::default();
    }
    let onclick = rows.more.reform(|_: MouseEvent| ());
    html! {
        <div class="feed-end">
            <button type="button" class="button" aria-disabled={rows.listing.is_busy.to_string()} {onclick}>{ words.show_more }</button>
        </div>
    }
}

/// Places of rows that are on their way.
pub fn bones() -> Html {
    (0..4)
        .map(|at| {
            html! {
                <li key={format!("bone-{at}")} class="row skeleton" aria-hidden="true">
                    <span class="row-picture" /><div class="row-words"><span class="bone" /><span class="bone bone-short" /></div>
                </li>
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Row for u64 {
        fn number(&self) -> u64 {
            *self
        }
    }

    fn run(acts: impl IntoIterator<Item = Act<u64>>) -> Rc<Listing<u64>> {
        acts.into_iter().fold(Rc::default(), Listing::reduce)
    }

    fn numbers(listing: &Listing<u64>) -> Vec<u64> {
        listing.rows.iter().map(|row| **row).collect()
    }

    #[test]
    fn pages_follow_each_other_without_doubles() {
        let listing = run([
            Act::Want,
            Act::Came(Page { total: 4, data: vec![9, 8, 7] }),
            Act::Want,
            Act::Came(Page { total: 5, data: vec![7, 6] }),
        ]);
        assert_eq!((numbers(&listing), listing.total, listing.has_more()), (vec![9, 8, 7, 6], Some(5), true));
        let listing = listing.reduce(Act::Want).reduce(Act::Came(Page { total: 5, data: Vec::new() }));
        assert!(!listing.has_more(), "an empty page is the last");
    }

    #[test]
    fn rows_come_and_go() {
        let listing = run([
            Act::Want,
            Act::Came(Page { total: 2, data: vec![2, 1] }),
            Act::Put(3),
            Act::Gone(2),
            Act::Gone(7),
        ]);
        assert_eq!((numbers(&listing), listing.total), (vec![3, 1], Some(2)));
        assert_eq!(listing.reduce(Act::Cleared).total, Some(0));
    }

    #[test]
    fn a_failure_keeps_what_is_here() {
        let listing = run([
            Act::Want,
            Act::Came(Page { total: 9, data: vec![1] }),
            Act::Want,
            Act::Broke(Failure::Unreachable),
        ]);
        assert_eq!((numbers(&listing), listing.is_busy), (vec![1], false));
        assert!(listing.failure.is_some());
    }
}
