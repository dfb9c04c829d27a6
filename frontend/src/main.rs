//! The pages of a Shoal instance.
//!
//! Owns what people see around the player. Depends on `shared` alone: the player is an artifact of its own, loaded by
//! the watch page (`player_view`). Read `app` for the table of contents, then a page. Three contexts hold what all
//! pages need (`session`, `theme`, `locale`); everything else a page needs is its own state.

mod api;
mod app;
mod browser;
mod components;
mod feed;
mod frame;
mod locale;
mod navigation;
mod pages;
mod player_view;
mod route;
mod session;
mod text;
mod theme;
mod uploads;

fn main() {
    if let Some(place) = browser::page::document().get_element_by_id("app") {
        // The shell the server sent stands there until the app does.
        place.set_text_content(None);
        yew::Renderer::<app::App>::with_root(place).render();
    }
}
