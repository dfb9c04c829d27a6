//! A Shoal instance: store, rules, media pipeline and HTTP server, without globals.

pub mod admin;
pub mod app;
pub mod bells;
pub mod bootstrap;
pub mod catalogue;
pub mod clock;
pub mod config;
pub mod dice;
pub mod directory;
pub mod domain;
pub mod fanout;
pub mod files;
pub mod histories;
pub mod http;
pub mod imports;
pub mod jobs;
pub mod lines;
pub mod logins;
pub mod mail;
pub mod media;
pub mod mutes;
pub mod playback;
pub mod playlists;
pub mod private;
pub mod routes;
pub mod search;
pub mod seed;
pub mod server;
pub mod sharing;
pub mod site;
pub mod store;
pub mod tracker;
mod upkeep;
pub mod uploads;
pub mod watching;

pub use server::{Running, Server, StartError};
