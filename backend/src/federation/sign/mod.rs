//! Signatures: of requests in both of the forms that servers use, and of documents that others pass on.
//!
//! Owns what is signed, what a signature must cover to count, and keys as texts. Pure over bytes: never asks the time,
//! opens a socket or throws dice, so that whoever calls brings the date, the key and the limits. The surprise is that a
//! claim is read before its key is known: all that is wrong with a request by itself is told before anybody fetches.

mod accept;
mod cavage;
mod claim;
mod der;
mod digest;
mod headers;
mod key;
mod key_id;
pub mod linked;
mod message;
mod multikey;
mod outgoing;
mod owner;
mod refusal;
mod request;
mod target;

#[cfg(test)]
mod captured_tests;
#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod rfc9421_tests;
#[cfg(test)]
mod samples;

pub use accept::{Accepted, wanted};
pub use claim::{Claim, Scheme, Signer, read};
pub use digest::{content_digest, digest};
pub use key::{Algorithm, KEY_BITS_MAX, KEY_BITS_MIN, KeyError, PrivateKey, PublicKey};
pub use key_id::KeyId;
pub use multikey::pem_of_multibase;
pub use outgoing::{Outgoing, Query, Unwritable, sign_cavage, sign_message};
pub use owner::{Found, Unowned, find_key};
pub use refusal::Refusal;
pub use request::{Request, Skew};
