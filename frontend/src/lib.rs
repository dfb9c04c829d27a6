//! The pages of a Shoal instance.
//!
//! Owns what people see around the player. Depends on `shared` alone: the player is an artifact of its own, loaded by
//! the watch page (`player_view`). Two programs are made of this crate: the *pages* everybody sees (`app` is their
//! table of contents; all but the lists of videos come in a second file, `later`), and the *studio* for those who do something besides watching (`studio`), which a viewer never
//! downloads. Three contexts hold what all pages need (`session`, `theme`, `locale`); everything else a page needs is its
//! own state.

mod api;
mod app;
mod browser;
mod components;
mod desk;
mod elsewhere;
mod feed;
mod feeds;
mod follow;
mod frame;
mod later;
mod later_door;
mod library_route;
mod listing;
mod locale;
mod navigation;
mod news;
mod pages;
mod people_route;
mod player_view;
mod playlist;
mod route;
mod saver;
mod sensitive;
mod session;
mod site_route;
mod studio;
mod studio_door;
mod text;
mod theme;

/// Starts the pages, in the place of the shell the server sent.
pub fn start_pages() {
    if let Some(place) = browser::page::document().get_element_by_id("app") {
        place.set_text_content(None);
        yew::Renderer::<app::App>::with_root(place).render();
    }
}

/// Starts the studio, in its own place beside the pages.
pub fn start_studio() {
    if let Some(place) = browser::page::document().get_element_by_id("studio") {
        yew::Renderer::<studio::Studio>::with_root(place).render();
    }
}
