//! The last line of every page.

use yew::prelude::*;

use crate::browser::page;
use crate::locale::use_locale;
use crate::route::Route;

/// The footer of every page.
#[component]
pub fn Footer() -> Html {
    let words = use_locale().words();
    html! {
        <footer class="footer">
            <a href={Route::About.to_string()}>{ words.about_site.replacen("{}", &page::site_name(), 1) }</a>
            <span>{ words.powered_by }</span>
        </footer>
    }
}
