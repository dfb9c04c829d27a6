//! Asking other servers: documents, names, pictures; and telling them something.
//!
//! Owns whom one may ask, how often and for how long, and that what is given on was found at the address that it calls its
//! own. The surprises: every question is signed, since some answer nobody else; and what is refused once in one form of
//! signature is asked in another, which is remembered for the host.

mod answer;
mod document;
mod error;
mod exchange;
mod file;
mod memory;
mod name;
mod post;
mod rule;
mod signed;

pub use answer::{Answer, Fetched};
pub use document::{document, document_unless};
pub use error::FetchError;
pub use file::{file, part};
pub use memory::Memory;
pub use name::{instance_actor, webfinger};
pub use post::{post, post_as};
