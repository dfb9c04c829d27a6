//! The pages one does something on besides watching: a program of its own, which a viewer never downloads.
//!
//! Owns uploading, the library, changing what is said of a video, and the pages of people and their settings, from the
//! first (signing up) to other people's logins; subscriptions, history and notifications. Stands beside the pages in one window: it draws
//! itself where the address is one of its own and nothing elsewhere, so that uploads go on while one looks around. The
//! two share what the browser remembers (tokens, language, theme) and tell each other of changes by `browser::bus`.

mod edit;
mod embedding;
mod file;
mod follows;
mod form;
mod frame;
mod gate;
mod history;
mod imports;
mod interaction;
mod mine;
mod news;
mod order;
mod people;
mod pipeline;
mod playlists;
mod root;
mod site;
mod statistics;
mod syncs;
mod tabs;
mod timeline;
mod upload;
mod uploads;

use crate::listing;

pub use root::Studio;
