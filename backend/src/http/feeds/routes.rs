//! The routes of feeds.

use warp::path as at;
use warp::{Filter, get};

use super::show::{chapters, podcast, show};
use crate::app::App;
use crate::http::extract::{Segment, ask};
use crate::http::respond::respond;
use crate::routes::Route;

/// What lies below `/feeds`.
#[must_use]
pub fn feeds(app: &App) -> Vec<Route> {
    vec![
        at!("podcast" / "videos.xml").and(get()).and(ask(app)).then(podcast).map(respond).boxed(),
        at!("podcast" / "videos" / Segment / "chapters.json")
            .and(get())
            .and(ask(app))
            .then(chapters)
            .map(respond)
            .boxed(),
        at!(Segment).and(get()).and(ask(app)).then(show).map(respond).boxed(),
    ]
}
