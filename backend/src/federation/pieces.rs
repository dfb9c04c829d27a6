//! The activities of a body, each with its own words: what is verified and done later is one of them at a time.

use serde_json::Value;

use super::vocab::{Activity, Flaw, Thing};

/// Activities of one body that are taken.
const PIECES_MAX: usize = 100;
const LISTS: [&str; 4] = ["Collection", "OrderedCollection", "CollectionPage", "OrderedCollectionPage"];

/// One activity.
#[derive(Clone, PartialEq, Debug)]
pub struct Piece {
    /// As it is understood.
    pub activity: Activity,
    /// Its type, as it says.
    pub kind: String,
    /// As it was written.
    pub body: String,
}

/// Takes a body apart; `text` is what it was read from. Those of a collection that cannot be read are left out.
///
/// # Errors
/// [`Flaw`] where it is neither an activity nor a collection.
pub fn pieces(value: &Value, text: &str) -> Result<Vec<Piece>, Flaw> {
    let root = Thing::of(value).ok_or(Flaw { field: "type", why: "is not there: the body is no object" })?;
    if !LISTS.iter().any(|list| root.is(list)) {
        return piece(root, text.to_owned()).map(|piece| vec![piece]);
    }
    let items = root.all("orderedItems").chain(root.all("items")).take(PIECES_MAX);
    let read = |item: &Value| piece(Thing::of(item)?, item.to_string()).ok();
    Ok(items.filter_map(read).collect())
}

fn piece(thing: Thing<'_>, body: String) -> Result<Piece, Flaw> {
    /// Letters of a type that are kept.
    const KIND_LENGTH_MAX: usize = 40;
    let activity = Activity::read(thing)?;
    let kind = thing.kinds().next().unwrap_or_default().chars().take(KIND_LENGTH_MAX).collect();
    Ok(Piece { activity, kind, body })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(value: &Value) -> Vec<(String, String)> {
        let pieces = pieces(value, &value.to_string()).unwrap();
        pieces.into_iter().map(|piece| (piece.kind, piece.body)).collect()
    }

    #[test]
    fn one_activity_or_those_of_a_collection() {
        let like = json!({ "type": "Like", "actor": "https://a.example/a", "object": "https://b.example/v" });
        assert_eq!(of(&like), [("Like".to_owned(), like.to_string())]);
        let list =
            json!({ "type": "OrderedCollection", "orderedItems": [like, { "type": "Like" }, 7, like] });
        assert_eq!(of(&list).len(), 2);
        let many = json!({ "type": "Collection", "items": vec![like.clone(); 150] });
        assert_eq!(of(&many).len(), PIECES_MAX);
        for odd in [json!(7), json!([like]), json!({}), json!({ "type": "Like" })] {
            assert!(pieces(&odd, "").is_err(), "{odd}");
        }
    }
}
