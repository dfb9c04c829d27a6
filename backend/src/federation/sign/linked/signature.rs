//! RsaSignature2017: what is signed of a document, and by whom.
//!
//! Owns the two digests that are signed together: of who signed when, and of what the document says. PeerTube signs every
//! activity it makes so, and asks for it where an activity comes from somebody else than its actor.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use shared::time::Timestamp;

use super::super::key::{Algorithm, PrivateKey, PublicKey};
use super::super::key_id::KeyId;
use super::canonical::canonical;
use super::context::Contexts;
use super::dataset::Dataset;
use super::expand::{Undefined, expand, is_address};
use super::lines::{Escapes, write_address, write_letters};
use super::reading::read_out;
use super::refusal::Unlinked;

const KIND: &str = "RsaSignature2017";
/// Letters of a date.
const CREATED_LETTERS_MAX: usize = 64;
/// Letters of a signature of the longest key.
const SIGNATURE_LETTERS_MAX: usize = 2048;

/// Signs a document of ours as `creator`, the actor's address. Gives the document with its `signature`.
///
/// # Errors
/// When it holds a word that its contexts do not define, or anything else that PeerTube would not sign.
pub fn sign(
    mut document: Map<String, Value>,
    creator: &str,
    created: Timestamp,
    key: &PrivateKey,
    contexts: &Contexts,
) -> Result<Map<String, Value>, Unlinked> {
    document.remove("signature");
    if !is_address(creator) {
        return Err(Unlinked::Unreadable("no `creator`"));
    }
    let (dataset, root) = expand(&document, contexts, Undefined::Refused)?;
    // Nobody who is as careful as we are would believe it otherwise.
    read_out(&dataset, &root, contexts)?;
    let created = created.to_string();
    let message = message(creator, &created, &dataset, Escapes::Urdna2015)?;
    let value = STANDARD.encode(key.sign(message.as_bytes()));
    let signature = json!({ "type": KIND, "creator": creator, "created": created, "signatureValue": value });
    document.insert("signature".to_owned(), signature);
    Ok(document)
}

/// A document that says who signed it, when the key has not been asked yet.
#[derive(Clone, Debug)]
pub struct LinkedClaim {
    creator: KeyId,
    created: Timestamp,
    messages: Vec<String>,
    signature: Vec<u8>,
    activity: Value,
}

/// An activity whose `creator` has signed all that stands in it. Only [`LinkedClaim::verify`] makes one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reading {
    creator: KeyId,
    activity: Value,
}

impl Reading {
    /// The address of the key that signed. Who owns it stands in its document, and must be the activity's actor.
    #[must_use]
    pub fn creator(&self) -> &KeyId {
        &self.creator
    }

    /// The activity, made anew of what was signed. One value stands by itself and several in an array, and addresses are
    /// whole. Use this and never the document it came in.
    #[must_use]
    pub fn activity(&self) -> &Value {
        &self.activity
    }

    /// The same, to keep.
    #[must_use]
    pub fn into_activity(self) -> Value {
        self.activity
    }
}

impl LinkedClaim {
    /// Whose key to ask.
    #[must_use]
    pub fn creator(&self) -> &KeyId {
        &self.creator
    }

    /// When it says that it was signed. Activities that are passed on may be old.
    #[must_use]
    pub fn created(&self) -> Timestamp {
        self.created
    }

    /// Asks the key.
    ///
    /// # Errors
    /// When the key did not make the signature.
    pub fn verify(self, key: &PublicKey) -> Result<Reading, Unlinked> {
        let is_signed = |message: &String| {
            key.verifies(&[Algorithm::RsaV15Sha256], message.as_bytes(), &self.signature) == Some(true)
        };
        if !self.messages.iter().any(is_signed) {
            return Err(Unlinked::Forged);
        }
        Ok(Reading { creator: self.creator, activity: self.activity })
    }
}

/// Reads who claims to have signed a document, and what it says. The size of the document is the caller's to bound.
///
/// # Errors
/// When there is no such signature, or the document holds what is not accepted in a signed one.
pub fn read(document: &Value, contexts: &Contexts) -> Result<LinkedClaim, Unlinked> {
    let mut document = document.as_object().ok_or(Unlinked::Missing)?.clone();
    let Some(Value::Object(signature)) = document.remove("signature") else { return Err(Unlinked::Missing) };
    if signature.get("type").and_then(Value::as_str) != Some(KIND) {
        return Err(Unlinked::Missing);
    }
    let word = |name: &str, letters_max: usize, odd: &'static str| -> Result<&str, Unlinked> {
        let word = signature.get(name).and_then(Value::as_str).filter(|word| word.len() <= letters_max);
        word.ok_or(Unlinked::Unreadable(odd))
    };
    let creator = word("creator", usize::MAX, "no `creator`")?;
    let created = word("created", CREATED_LETTERS_MAX, "no `created`")?;
    let value = word("signatureValue", SIGNATURE_LETTERS_MAX, "no `signatureValue`")?;
    let key_id = KeyId::parse(creator).ok_or(Unlinked::Unreadable("`creator` is no web address"))?;
    let date = created.parse().map_err(|_| Unlinked::Unreadable("`created` is no date"))?;
    let value = STANDARD.decode(value).map_err(|_| Unlinked::Unreadable("`signatureValue` is not base64"))?;

    let (dataset, root) = expand(&document, contexts, Undefined::LeftOut)?;
    let activity = read_out(&dataset, &root, contexts)?;
    let mut messages = vec![message(creator, created, &dataset, Escapes::Urdna2015)?];
    let other = message(creator, created, &dataset, Escapes::Rdfc10)?;
    if !messages.contains(&other) {
        messages.push(other);
    }
    Ok(LinkedClaim { creator: key_id, created: date, messages, signature: value, activity })
}

/// The text that is signed: two digests, one after the other.
fn message(creator: &str, created: &str, dataset: &Dataset, escapes: Escapes) -> Result<String, Unlinked> {
    // What `{creator, created}` says under security/v1: one thing without an address.
    let mut options = "_:c14n0 <http://purl.org/dc/terms/created> \"".to_owned();
    write_letters(&mut options, created, escapes);
    options.push_str("\"^^<http://www.w3.org/2001/XMLSchema#dateTime> .\n");
    options.push_str("_:c14n0 <http://purl.org/dc/terms/creator> ");
    write_address(&mut options, creator, escapes);
    options.push_str(" .\n");
    let digest = |text: &str| hex::encode(Sha256::digest(text.as_bytes()));
    Ok(digest(&options) + &digest(&canonical(dataset, escapes)?))
}
