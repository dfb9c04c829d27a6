//! `/feeds/…`: what is new, for programs that look for themselves: readers, podcast apps, other sites.
//!
//! `feed` is what is told, `rss`, `atom`, `json` and `podcast` how, `xml` the letters; `item` makes it of videos and
//! comments, `measure` knows how long files are that are never made, `subject` whose feed is asked for; `videos`,
//! `comments`, `subscriptions` and `show` answer. What everybody may read is kept as text until anything changes, so a feed
//! costs what a page of the same list costs.

mod answer;
mod atom;
mod comments;
mod feed;
mod format;
mod item;
mod json;
mod measure;
mod podcast;
mod routes;
mod rss;
mod show;
mod subject;
mod subscriptions;
#[cfg(test)]
mod tests;
mod videos;
pub(super) mod xml;

pub use routes::feeds;
