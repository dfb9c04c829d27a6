//! Files beside the store: where they lie and how they get there.

pub mod actor_picture;
pub mod cached;
pub mod disk;
pub mod layout;
pub mod picture;
pub mod remove;
pub mod text;
pub mod torrent;
