//! Publishing: `/videos/upload`.
//!
//! What is on its way lives in [`crate::studio::uploads`], since it goes on while one looks around; this page draws it.

mod drop;
mod elsewhere;
mod ship;
mod view;

pub use view::Upload;
