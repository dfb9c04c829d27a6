//! Somebody claims to have signed a request: read first, believed once the key says so.
//!
//! Owns which of the two forms counts, and that nobody is a [`Signer`] whose key did not say so. The surprise is that
//! servers send both at once: the newer is taken where it covers enough, the older one otherwise.

use http::HeaderMap;
use shared::time::Timestamp;

use super::headers::text;
use super::key::{Algorithm, PublicKey};
use super::key_id::KeyId;
use super::refusal::Refusal;
use super::request::{Request, Skew};
use super::{cavage, message};

/// Lines of `Signature`: one of each form.
const LINES_MAX: usize = 2;

/// The two forms of signatures of requests.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scheme {
    /// draft-cavage-http-signatures-12: what nearly everybody sends.
    Cavage,
    /// RFC 9421.
    Message,
}

/// A signature whose request is as it should be, and whose key has not been asked yet.
#[derive(Clone, Debug)]
pub struct Claim {
    pub(super) scheme: Scheme,
    pub(super) key_id: KeyId,
    /// What may have been signed, all of it true of the request: servers differ in whether a query belongs to it.
    pub(super) messages: Vec<Vec<u8>>,
    pub(super) ways: Vec<Algorithm>,
    pub(super) signature: Vec<u8>,
    pub(super) signed_at: Timestamp,
    pub(super) nonce: Option<String>,
    pub(super) tag: Option<String>,
}

/// Whoever holds the key of that address has signed the request. Only [`Claim::verify`] makes one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signer {
    key_id: KeyId,
}

impl Signer {
    /// The address of the key. Who owns it stands in its document.
    #[must_use]
    pub fn key_id(&self) -> &KeyId {
        &self.key_id
    }
}

impl Claim {
    /// Whose key to ask.
    #[must_use]
    pub fn key_id(&self) -> &KeyId {
        &self.key_id
    }

    /// Which form it has.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// When it was signed by the other clock, for the log of how far clocks are apart.
    #[must_use]
    pub fn signed_at(&self) -> Timestamp {
        self.signed_at
    }

    /// What makes the signature the only one of its kind, where it says so.
    #[must_use]
    pub fn nonce(&self) -> Option<&str> {
        self.nonce.as_deref()
    }

    /// What the signature is for, where it says so.
    #[must_use]
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// Asks the key.
    ///
    /// # Errors
    /// When the key is of another kind, or did not make the signature.
    pub fn verify(&self, key: &PublicKey) -> Result<Signer, Refusal> {
        for message in &self.messages {
            match key.verifies(&self.ways, message, &self.signature) {
                Some(true) => return Ok(Signer { key_id: self.key_id.clone() }),
                Some(false) => {}
                None => return Err(Refusal::KeyKind),
            }
        }
        Err(Refusal::Forged)
    }
}

/// Reads who claims to have signed the request. All that can be wrong without the key is told here: nothing need be fetched
/// for what is too old, covers too little or has another body.
///
/// # Errors
/// When nothing is signed, or what is signed does not count.
pub fn read(request: &Request<'_>, now: Timestamp, skew: &Skew) -> Result<Claim, Refusal> {
    let (old, new) = lines(request.headers)?;
    let newer = request.headers.contains_key("signature-input").then(|| match new {
        Some(line) => message::read(request, line, now, skew),
        None => Err(Refusal::Missing),
    });
    match (newer, old) {
        (Some(Ok(claim)), _) => Ok(claim),
        (_, Some(line)) => cavage::read(request, line, now, skew),
        (Some(Err(refusal)), None) => Err(refusal),
        (None, None) if new.is_some() => {
            Err(Refusal::Unreadable("neither a key's address nor `Signature-Input`"))
        }
        (None, None) => Err(Refusal::Missing),
    }
}

/// The line of each form: the older names its parameters there, the newer is a dictionary of bytes.
fn lines(headers: &HeaderMap) -> Result<(Option<&str>, Option<&str>), Refusal> {
    let (mut old, mut new) = (None, None);
    for (place, line) in headers.get_all("signature").iter().enumerate() {
        let line = text(line.as_bytes(), "signature")?;
        let of_its_form = if cavage::is_one(line) { &mut old } else { &mut new };
        if of_its_form.replace(line).is_some() || place == LINES_MAX {
            return Err(Refusal::Repeated("signature"));
        }
    }
    Ok((old, new))
}
