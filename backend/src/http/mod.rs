//! What is spoken over HTTP: connections, files, pages and the API's handlers.

pub mod conditional;
pub mod files;
pub mod media_type;
pub mod pages;
pub mod range;
pub mod server;
pub mod views;
