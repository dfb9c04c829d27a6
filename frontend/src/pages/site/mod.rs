//! What visitors read of the instance: what it is, who keeps it, its home page; and writing to who keeps it.
//!
//! One component for all of them, which fetches by itself: what is generic stays in the first part of the program, however
//! late it is used, and each component brings some of that.

mod about;
mod contact;
mod view;

pub use view::{Page, Site};
