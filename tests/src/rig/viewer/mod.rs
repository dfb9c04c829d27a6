//! A whole viewer without a browser: the player's core, HTTP, the tracker and str0m; what it shows, nobody sees.
//!
//! Owns a shell as thin as the browser's, so that many fit in one process: bodies lie in a file, are hashed and passed
//! on, and an element that plays spans of time stands in for the picture. Every decision is the core's, and every
//! connection is held by the seeder's own [`Hub`](backend::seed::hub::Hub). The surprise is how it knows what it shows:
//! by the digest, so nothing can be shown that the publisher did not vouch for.

mod meet;
mod run;
mod shelf;
mod web;

pub use run::{Settings, Watched, watch};
