//! The last line of every page.

use yew::prelude::*;

use crate::browser::page;
use crate::route::Route;
use crate::text::words::Words;

/// The footer of every page.
pub fn footer(words: &'static Words) -> Html {
    html! {
        <footer class="footer">
            if page::meta("shoal-home").is_some() {
                <a href={Route::Home.to_string()}>{ words.home_page }</a>
            }
            <a href={Route::About.to_string()}>{ words.about_site.replacen("{}", &page::site_name(), 1) }</a>
            <span>{ words.powered_by }</span>
        </footer>
    }
}
