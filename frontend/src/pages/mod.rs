//! One folder or file a page.
//!
//! Owns what each page fetches and shows. Never shares state between pages, except the uploads that go on while one
//! looks around.

mod about;
mod account;
mod browse;
mod channel;
mod edit;
mod form;
mod gate;
mod login;
mod mine;
mod not_found;
mod processing;
mod upload;
mod watch;

pub use about::About;
pub use account::Account;
pub use browse::Browse;
pub use channel::Channel;
pub use edit::Edit;
pub use login::Login;
pub use mine::Mine;
pub use not_found::NotFound;
pub use upload::Upload;
pub use watch::Watch;
