//! What strangers see where one must be signed in.

pub use crate::components::gate;
