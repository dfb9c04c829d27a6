//! The pages of people and their settings: coming in, what one chose for oneself, one's channels, other people's logins.
//!
//! Owns what each of them shows and sends. `form` and `fields` are what their forms share: what the instance finds wrong
//! stands beside its field.

mod channels;
mod crop;
mod deeds;
mod editors;
mod farewell;
pub(in crate::studio) mod fields;
pub(in crate::studio) mod form;
pub(in crate::studio) mod gigabytes;
mod give;
mod mails;
mod offers;
pub(in crate::studio) mod pager;
mod pages;
pub(in crate::studio) mod picture;
mod registrations;
mod settings;
mod sign_up;
pub(in crate::studio) mod users;

pub use pages::people_page;
