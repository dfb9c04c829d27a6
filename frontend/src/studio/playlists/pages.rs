//! Which page stands for which address.

use yew::prelude::*;

use super::{form, list, shelf, videos};
use crate::library_route::Library;

/// The page of an address.
pub fn playlist_page(page: &Library) -> Html {
    match page {
        Library::Lists => html! { <list::Lists /> },
        Library::New => html! { <form::EditList key="new" list={None::<String>} /> },
        Library::Edit(list) => html! { <form::EditList key={list.clone()} list={Some(list.clone())} /> },
        Library::Order(channel) => html! { <shelf::Shelf key={channel.clone()} channel={channel.clone()} /> },
        Library::Videos(list) => html! { <videos::Videos key={list.clone()} list={list.clone()} /> },
    }
}
