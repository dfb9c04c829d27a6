//! One folder or file a page, of those everybody sees.
//!
//! Owns what each page fetches and shows. Never shares state between pages. The pages one does something on are in
//! `studio`.

mod account;
mod actor;
mod browse;
mod channel;
mod login;
mod not_found;
mod play;
mod search;
mod site;
mod subscriptions;
pub mod watch;

pub use account::Account;
pub use actor::Tab;
pub use browse::Browse;
pub use channel::Channel;
pub use login::Login;
pub use not_found::NotFound;
pub use play::Play;
pub use search::Search;
pub use site::{Page as AboutPage, Site};
pub use subscriptions::Subscriptions;
pub use watch::Watch;
