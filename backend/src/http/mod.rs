//! What is spoken over HTTP: connections, files, pages and the API's handlers.

pub mod actor;
pub mod assets;
pub mod client;
pub mod conditional;
pub mod extract;
pub mod files;
pub mod form;
pub mod front;
pub mod generate;
pub mod instance;
pub mod media_type;
pub mod metrics;
mod overview;
pub mod pages;
pub mod pairs;
pub mod parts;
pub mod problem;
pub mod range;
pub mod respond;
#[cfg(test)]
pub(crate) mod sample;
pub mod server;
pub mod session;
pub mod squeeze;
pub mod stats;
pub mod torrent;
pub mod tracker;
pub mod upload;
pub mod user;
pub mod version;
pub mod video;
pub mod video_list;
pub mod views;
pub mod watch;
