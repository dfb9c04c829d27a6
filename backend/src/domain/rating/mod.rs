//! Thumbs: giving them, listing them, and what becomes of them when video or account goes.

mod forget;
mod give;
mod list;

pub use forget::{forget_account, forget_video};
pub use give::rate;
pub use list::{by_account, of};

#[cfg(test)]
mod tests;
