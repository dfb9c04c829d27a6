//! What stories are told with: a server, somebody who talks to it, a browser, and clips to show.

mod browser;
mod client;
mod instance;
mod media;
mod upload;
mod wait;

pub use browser::{Browser, Driver, Network};
pub use client::{Answer, Client};
pub use instance::{ADMIN_PASSWORD, Instance, Options};
pub use media::{Clip, Sound, big_buck_bunny, bikes, clip, file_of};
pub use upload::{Upload, multipart};
pub use wait::{eventually, eventually_every};
