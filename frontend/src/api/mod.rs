//! The instance's REST API, typed: one function an endpoint, one file a resource, bodies from `shared::api`.
//!
//! Owns paths, parameters and how tokens go along. Never words a failure: a [`Failure`] says what happened, and
//! `text::problems` says it to people.

mod actors;
mod channel_offers;
mod client;
mod copies;
mod editors;
mod failure;
mod federation;
mod feeds;
mod follows;
mod imports;
mod instance;
mod login;
mod makers;
mod managing;
mod network;
mod own_channels;
mod people;
mod shelves;
mod site;
mod syncs;
mod talk;
mod uploads;
mod videos;

pub use actors::*;
pub use channel_offers::*;
pub use client::{Client, SESSION_STORED_AS};
pub use copies::*;
pub use editors::*;
pub use failure::Failure;
pub use federation::*;
pub use feeds::*;
pub use follows::*;
pub use imports::*;
pub use instance::*;
pub use login::*;
pub use makers::*;
pub use managing::*;
pub use network::*;
pub use own_channels::*;
pub use people::*;
pub use shelves::*;
pub use site::*;
pub use syncs::*;
pub use talk::*;
pub use uploads::*;
pub use videos::*;
