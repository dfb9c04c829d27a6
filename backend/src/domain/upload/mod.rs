//! Uploads: which files we take, and how one goes on that was interrupted.

mod admit;
mod range;
mod resume;

pub use admit::{Limits, Refusal, UNFINISHED_PER_USER_MAX, admit, extension_of, type_is_media};
pub use range::{ContentRange, NotARange};
pub use resume::{LIFETIME, Next, Stand, decide};
