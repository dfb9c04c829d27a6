//! What stories are told with: a server, somebody who talks to it, a browser, and clips to show.

mod access;
mod body;
mod browser;
mod client;
mod dice;
mod disk;
mod elsewhere;
mod film;
mod instance;
mod media;
mod native;
mod parts;
mod peer;
mod site;
mod upload;
mod wait;
pub mod websocket;
mod webtorrent;

pub use access::{Finding, findings};
pub use body::{Body, empty, full, zeros};
pub use browser::{Browser, Driver, Network, VIDEO};
pub use client::{Answer, Client};
pub use dice::Dice;
pub use disk::{Leftovers, all_videos, leftovers};
pub use elsewhere::Elsewhere;
pub use film::Film;
pub use instance::{ADMIN_PASSWORD, Instance, Options, in_checkout, processes_naming, program};
pub use media::{Clip, Sound, big_buck_bunny, bikes, clip, file_of};
pub use native::NativePeer;
pub use parts::Parts;
pub use peer::PEER;
pub use site::Site;
pub use upload::{Upload, multipart};
pub use wait::{eventually, eventually_every};
pub use websocket::WebSocket;
pub use webtorrent::{Errand, WebTorrent};
