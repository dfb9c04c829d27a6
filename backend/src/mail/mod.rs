//! Mail: what it says in which language, how it looks, how it goes out.
//!
//! `words` composes letters, `dress` makes text and HTML of them, both pure; `post` takes them to the mail server one
//! after the other, and puts news into words (`news`) when their turn comes. What waits, `domain::outbox` knows.

mod dress;
mod faults;
mod news;
mod post;
pub mod words;

pub use dress::{Frame, html, text};
pub use post::run;
pub use words::Language;
