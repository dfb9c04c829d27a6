//! The routes of what the rest of the web asks for.

use warp::path as at;
use warp::{Filter, get};

use super::{known, oembed, sitemap};
use crate::app::App;
use crate::http::extract::{Segment, ask};
use crate::http::federation;
use crate::http::respond::respond;
use crate::routes::Route;

/// What lies below `/services`.
#[must_use]
pub fn services(app: &App) -> Vec<Route> {
    vec![
        at!("oembed").and(get()).and(ask(app)).then(oembed::show).map(federation::open).boxed(),
        at!("redirect" / "accounts" / Segment)
            .and(get())
            .and(ask(app))
            .then(oembed::account)
            .map(respond)
            .boxed(),
    ]
}

/// What lies at the top.
#[must_use]
pub fn open_web(app: &App) -> Vec<Route> {
    vec![
        at!("robots.txt").and(get()).and(ask(app)).then(known::robots).map(respond).boxed(),
        at!("sitemap.xml").and(get()).and(ask(app)).then(sitemap::show).map(respond).boxed(),
    ]
}

/// What lies below `/.well-known` beside what servers ask for.
#[must_use]
pub fn known_places(app: &App) -> Vec<Route> {
    vec![
        at!("security.txt").and(get()).and(ask(app)).then(known::security).map(respond).boxed(),
        at!("dnt").and(get()).then(known::tracking).map(respond).boxed(),
    ]
}
