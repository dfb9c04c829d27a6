//! What one chose for oneself: `/my-account/settings`.
//!
//! Owns one file a section. The surprise: choices act at once and are sent one by one, while texts and secrets have forms.

mod leave;
mod news;
mod preferences;
mod profile;
mod qr;
mod secrets;
mod sessions;
mod two_factor;
mod view;

pub use view::Settings;
