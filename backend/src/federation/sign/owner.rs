//! The document at a key's address: an actor that has the key, or the key by itself.
//!
//! Owns whose the key is. The surprise is that neither a key by itself nor an actor that stands at another address than its
//! own proves anything yet: it names an owner, and the owner's own document must name it back, or anybody who can put a file
//! on a server could publish a key of anybody's there.

use serde_json::{Map, Value};
use thiserror::Error;

use super::key::{KeyError, PublicKey};
use super::key_id::{KeyId, origin_of};

/// Keys of one actor that are looked at.
const KEYS_MAX: usize = 8;

/// What a document says about a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Found {
    /// The document is the owner's own, and so is the key.
    Owned {
        /// The actor's `id`.
        owner: String,
        /// The key.
        key: PublicKey,
    },
    /// The document only names the owner. The owner's own must say that the key is theirs: fetch it, and ask [`find_key`]
    /// again with its address.
    Names {
        /// The actor to fetch, of the same scheme, host and port as the key.
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

/// Finds the key of that address in the document that was fetched from `fetched`: the key's address without its fragment,
/// or what an earlier answer of this named.
///
/// # Errors
/// When the key is not there, is another's, or does not count.
pub fn find_key(document: &Value, key_id: &KeyId, fetched: &str) -> Result<Found, Unowned> {
    let document = document.as_object().ok_or(Unowned::Missing)?;
    let id = text(document, &["id", "@id"]).ok_or(Unowned::Missing)?;
    let is_near = |address: &str| origin_of(address).is_some_and(|origin| origin == key_id.origin());
    if !is_near(id) || !is_near(fetched) {
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
        let key = read(key)?;
        let owner = id.to_owned();
        // GoToSocial shows the beginning of the actor at the key's address.
        return Ok(if id == fetched { Found::Owned { owner, key } } else { Found::Names { owner } });
    }
    if id != key_id.as_str() {
        return Err(Unowned::Missing);
    }
    read(document)?;
    let owner = owner_of(document).ok_or(Unowned::Missing)?;
    if is_near(owner) { Ok(Found::Names { owner: owner.to_owned() }) } else { Err(Unowned::Elsewhere) }
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

    /// The owner of the key, told by a document fetched from the key's address, and then from the owner's.
    fn find(document: &Value, key_id: &str) -> Result<Option<String>, Unowned> {
        let key_id = KeyId::parse(key_id).unwrap();
        find_at(document, &key_id, key_id.document())
    }

    fn find_at(document: &Value, key_id: &KeyId, fetched: &str) -> Result<Option<String>, Unowned> {
        match find_key(document, key_id, fetched)? {
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
        // The stub at the key's address names its owner, whose own document then has the key.
        let path = format!("{ACTOR}/main-key");
        assert_eq!(find(&actor(&path), &path), Ok(None));
        assert_eq!(find_at(&actor(&path), &KeyId::parse(&path).unwrap(), ACTOR), owned);

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
    fn a_file_on_the_same_server_speaks_for_nobody() {
        // Somebody uploaded a document that says it is the victim's, with a key of their own.
        let file = "https://a.test/media/upload.json";
        let key_id = KeyId::parse(&format!("{file}#main-key")).unwrap();
        let forged = actor(key_id.as_str());
        assert_eq!(find_at(&forged, &key_id, file), Ok(None), "the victim is asked");
        // The victim's own document does not know that key.
        let own = actor(&format!("{ACTOR}#main-key"));
        assert_eq!(find_at(&own, &key_id, ACTOR), Err(Unowned::Missing));
        let main = KeyId::parse(&format!("{ACTOR}#main-key")).unwrap();
        assert_eq!(find_at(&own, &main, "https://evil.test/users/x"), Err(Unowned::Elsewhere));
        // Another scheme is another server: anybody on the way could have written it.
        let plain = ACTOR.replace("https", "http");
        assert_eq!(find_at(&own, &main, &plain), Err(Unowned::Elsewhere));
        let key_id = KeyId::parse(&format!("{plain}#main-key")).unwrap();
        assert_eq!(find_at(&own, &key_id, &plain), Err(Unowned::Elsewhere));
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
