//! One video: `/w/{id}` and `/videos/watch/{id}`.
//!
//! `state` decides what can be played and by which address, `view` fetches and draws, the dialogs stand apart.

mod beside;
mod comments;
mod download;
mod facts;
mod password;
mod queue;
mod rates;
mod share;
mod state;
mod upcoming;
mod view;

pub use queue::{Place, Queue};
pub use view::Watch;
