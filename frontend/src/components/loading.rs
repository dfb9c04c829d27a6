//! What is on its way from the instance.
//!
//! Owns the three states of anything fetched, and the one place that asks again: on demand, and by itself once the
//! instance can be reached again.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use yew::prelude::*;

use super::alert::{Tone, alert};
use crate::api::Failure;
use crate::browser::bus::{Word, hear};
use crate::browser::spawn::spawn;
use crate::text::problems::explain;
use crate::text::words::Words;

/// Something fetched.
#[derive(Clone, PartialEq, Debug)]
pub enum Loading<T> {
    /// On its way.
    Waiting,
    /// Here.
    Here(Rc<T>),
    /// It did not come.
    Failed(Failure),
}

/// Something fetched, and how to fetch it again.
pub struct Loaded<T: 'static> {
    /// Where it is.
    pub state: Loading<T>,
    /// Fetches it again; what is here stays until then.
    pub again: Callback<()>,
    /// Puts something in its place.
    pub put: Callback<Rc<T>>,
}

/// Fetches when the page appears, and anew whenever `key` changes.
#[hook]
pub fn use_loaded<K, T, F>(key: K, load: impl FnOnce(&K) -> F + 'static) -> Loaded<T>
where
    K: PartialEq + Clone + 'static,
    T: 'static,
    F: Future<Output = Result<T, Failure>> + 'static,
{
    let state = use_state(|| (None::<K>, Loading::<T>::Waiting));
    let tries = use_state(|| 0u32);
    use_effect_with((key.clone(), *tries), {
        let state = state.setter();
        move |(key, _): &(K, u32)| {
            let alive = Rc::new(Cell::new(true));
            // Boxed, so that what a page waits for is of the page, and comes with it.
            let coming: Pin<Box<dyn Future<Output = Result<T, Failure>>>> = Box::pin(load(key));
            let (key, still) = (key.clone(), alive.clone());
            spawn(async move {
                let result = coming.await;
                if still.get() {
                    let next = match result {
                        Ok(value) => Loading::Here(Rc::new(value)),
                        Err(failure) => Loading::Failed(failure),
                    };
                    state.set((Some(key), next));
                }
            });
            move || alive.set(false)
        }
    });
    // What came for another key is not shown for this one.
    let shown = match &*state {
        (Some(known), found) if *known == key => match found {
            Loading::Waiting => Loading::Waiting,
            Loading::Here(value) => Loading::Here(value.clone()),
            Loading::Failed(failure) => Loading::Failed(failure.clone()),
        },
        _ => Loading::Waiting,
    };
    let again = {
        let (tries, now) = (tries.setter(), *tries);
        Callback::from(move |()| tries.set(now + 1))
    };
    use_effect_with(
        (matches!(shown, Loading::Failed(Failure::Unreachable)), again.clone()),
        |(lost, again)| {
            let again = again.clone();
            let listener = lost.then(|| hear(Word::Retry, move |_| again.emit(())));
            move || drop(listener)
        },
    );
    let put = {
        let state = state.setter();
        Callback::from(move |value| state.set((Some(key.clone()), Loading::Here(value))))
    };
    Loaded { state: shown, again, put }
}

/// Why something did not come, and a button to ask again.
pub fn failed(failure: &Failure, again: &Callback<()>, words: &'static Words) -> Html {
    let onclick = again.reform(|_: MouseEvent| ());
    alert(
        Tone::Bad,
        html! {
            <>
                <p>{ explain(failure, words) }</p>
                <button type="button" class="button" {onclick}>{ words.try_again }</button>
            </>
        },
    )
}
