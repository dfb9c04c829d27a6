//! Stories against whole instances, in temporary folders and on free ports.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a story that does not go as told fails")]

mod abuses;
mod blocks;
mod clips;
mod collaborators;
mod command;
mod comments;
mod embedding;
mod federation;
mod history;
mod hostile;
mod imports;
mod limits;
mod makers;
mod mutes;
mod notifications;
mod openapi;
mod ownership;
mod parts;
mod passwords;
mod people;
mod players;
mod playlists;
mod profiles;
mod ratings;
mod recommendations;
mod renditions;
mod rig;
mod rights;
mod search;
mod security;
mod shapes;
mod signup;
mod sink;
mod site;
mod sources;
mod staff;
mod start;
mod statistics;
mod subscribed_lists;
mod subscriptions;
mod syncs;
mod uploads;
mod videos;
mod words;
