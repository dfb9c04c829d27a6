//! One's own lists of videos: all of them, what is said of one, what is in one.

mod form;
mod list;
mod order;
mod videos;

use yew::prelude::*;

use crate::library_route::Library;

/// The page of an address.
pub fn playlist_page(page: &Library) -> Html {
    match page {
        Library::Lists => html! { <list::Lists /> },
        Library::New => html! { <form::EditList key="new" list={None::<String>} /> },
        Library::Edit(list) => html! { <form::EditList key={list.clone()} list={Some(list.clone())} /> },
        Library::Videos(list) => html! { <videos::Videos key={list.clone()} list={list.clone()} /> },
    }
}
