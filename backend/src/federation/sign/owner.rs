//! The document at a key's address: an actor that has the key, or the key by itself.
//!
//! Owns whose the key is. The surprise is that a key by itself proves nothing yet: it names an owner, and the owner must
//! name it back, or anybody could publish a key of anybody's.

use serde_json::{Map, Value};
use thiserror::Error;

use super::key::{KeyError, PublicKey};
use super::key_id::{KeyId, host_of};

/// Keys of one actor that are looked at.
const KEYS_MAX: usize = 8;

/// What a document says about a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Found {
    /// The document is the owner, and the key is its own.
    Owned {
        /// The actor's `id`.
        owner: String,
        /// The key.
        key: PublicKey,
    },
    /// The document is the key. The owner's document must say that the key is its own: fetch it, and ask [`find_key`] again.
    Names {
        /// The actor to fetch, of the same host.
        owner: String,
    },
}

/// What is wrong with the document at a key's address.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum Unowned {
    /// Neither an actor with that key nor the key.
    #[error("the key is not in the document")]
    Missing,
    /// The document is of another address or host than the key.
    #[error("the key is another's")]
    Elsewhere,
    /// The key does not count.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// Finds the key of that address in the document fetched from it, or in its owner's.
///
/// # Errors
/// When the key is not there, is another's, or does not count.
pub fn find_key(document: &Value, key_id: &KeyId) -> Result<Found, Unowned> {
    let document = document.as_object().ok_or(Unowned::Missing)?;
    let id = text(document, &["id", "@id"]).ok_or(Unowned::Missing)?;
    if host_of(id).as_deref() != Some(key_id.host().as_str()) {
        return Err(Unowned::Elsewhere);
    }
    let keys = document
        .get("publicKey")
        .map(|keys| keys.as_array().map_or(std::slice::from_ref(keys), Vec::as_slice));
    if let Some(keys) = keys {
        let mut keys = keys.iter().take(KEYS_MAX).filter_map(Value::as_object);
        let key = keys.find(|key| is_meant(key, id, key_id)).ok_or(Unowned::Missing)?;
        if owner_of(key).is_some_and(|owner| owner != id) {
            return Err(Unowned::Elsewhere);
        }
        return Ok(Found::Owned { owner: id.to_owned(), key: read(key)? });
    }
    if id != key_id.as_str() {
        return Err(Unowned::Missing);
    }
    read(document)?;
    let owner = owner_of(document).ok_or(Unowned::Missing)?;
    let is_near = host_of(owner).as_deref() == Some(key_id.host().as_str());
    if is_near { Ok(Found::Names { owner: owner.to_owned() }) } else { Err(Unowned::Elsewhere) }
}

/// PeerTube to 7.0 gives the actor's address for the key's.
fn is_meant(key: &Map<String, Value>, owner: &str, key_id: &KeyId) -> bool {
    let id = text(key, &["id", "@id"]);
    id == Some(key_id.as_str()) || (key_id.as_str() == owner && id.is_some())
}

fn owner_of(key: &Map<String, Value>) -> Option<&str> {
    text(key, &["owner", "controller"])
}

fn read(key: &Map<String, Value>) -> Result<PublicKey, Unowned> {
    let pem = text(key, &["publicKeyPem"]).ok_or(Unowned::Missing)?;
    Ok(PublicKey::from_pem(pem)?)
}

fn text<'a>(object: &'a Map<String, Value>, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|name| object.get(*name)).and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::samples;
    use super::*;

    const ACTOR: &str = "https://a.test/users/x";

    fn find(document: &Value, key_id: &str) -> Result<Option<String>, Unowned> {
        match find_key(document, &KeyId::parse(key_id).unwrap())? {
            Found::Owned { owner, .. } => Ok(Some(owner)),
            Found::Names { owner } => {
                assert_eq!(owner, ACTOR);
                Ok(None)
            }
        }
    }

    fn actor(key_id: &str) -> Value {
        let pem = samples::private().public_pem();
        json!({ "id": ACTOR, "publicKey": { "id": key_id, "owner": ACTOR, "publicKeyPem": pem } })
    }

    #[test]
    fn every_form_of_address_finds_its_key() {
        let owned = Ok(Some(ACTOR.to_owned()));
        let main = format!("{ACTOR}#main-key");
        assert_eq!(find(&actor(&main), &main), owned);
        assert_eq!(find(&actor(&main), ACTOR), owned);
        let path = format!("{ACTOR}/main-key");
        assert_eq!(find(&actor(&path), &path), owned);

        let several = json!({ "id": ACTOR, "publicKey": [
            { "id": format!("{ACTOR}#old"), "owner": ACTOR, "publicKeyPem": "" },
            actor(&main)["publicKey"],
        ] });
        assert_eq!(find(&several, &main), owned);
    }

    #[test]
    fn a_key_by_itself_names_its_owner() {
        let path = format!("{ACTOR}/main-key");
        let key = actor(&path)["publicKey"].clone();
        assert_eq!(find(&key, &path), Ok(None));
        let mut controlled = key.clone();
        controlled["controller"] = controlled["owner"].take();
        controlled.as_object_mut().unwrap().remove("owner");
        assert_eq!(find(&controlled, &path), Ok(None));
        let mut foreign = key;
        foreign["owner"] = json!("https://victim.test/users/y");
        assert_eq!(find(&foreign, &path), Err(Unowned::Elsewhere));
    }

    #[test]
    fn nobody_has_a_key_of_anothers() {
        let main = format!("{ACTOR}#main-key");
        assert_eq!(find(&actor(&main), "https://evil.test/users/x#main-key"), Err(Unowned::Elsewhere));
        assert_eq!(find(&actor(&main), &format!("{ACTOR}#other")), Err(Unowned::Missing));
        let mut lent = actor(&main);
        lent["publicKey"]["owner"] = json!("https://a.test/users/victim");
        assert_eq!(find(&lent, &main), Err(Unowned::Elsewhere));
        let mut moved = actor(&main);
        moved["id"] = json!("https://evil.test/users/x");
        assert_eq!(find(&moved, &main), Err(Unowned::Elsewhere));
        for odd in [
            json!(null),
            json!([]),
            json!({}),
            json!({ "id": ACTOR }),
            json!({ "id": ACTOR, "publicKey": [] }),
        ] {
            assert_eq!(find(&odd, &main), Err(Unowned::Missing), "{odd}");
        }
    }
}
