//! What the rest of the web asks an instance for: how a link unfolds (`oembed`), what there is to find (`sitemap`), and the
//! small files that programs look for at known places (`known`).

mod known;
mod oembed;
mod routes;
mod sitemap;

pub use routes::{known_places, open_web, services};
