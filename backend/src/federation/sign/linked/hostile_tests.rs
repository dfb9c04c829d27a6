use serde_json::{Map, Value, json};
use shared::time::Timestamp;

use super::super::samples;
use super::context::{ACTIVITYSTREAMS, SECURITY};
use super::{Contexts, Unlinked, read, sign};

const CREATOR: &str = "https://a.test/x";

fn base() -> Value {
    json!([ACTIVITYSTREAMS, SECURITY, { "RsaSignature2017": "https://w3id.org/security#RsaSignature2017" }])
}

/// A comment by its author.
fn create() -> Value {
    json!({
        "@context": base(), "id": "https://a.test/c/1/activity", "type": "Create", "actor": CREATOR,
        "to": ["https://www.w3.org/ns/activitystreams#Public"], "cc": [],
        "object": {
            "id": "https://a.test/c/1", "type": "Note", "content": "words", "attributedTo": CREATOR,
            "inReplyTo": "https://b.test/v/1", "tag": [
                { "type": "Mention", "href": "https://b.test/y", "name": "@y" },
                { "type": "Mention", "href": "https://b.test/z", "name": "@z" },
            ],
        },
    })
}

fn object(value: Value) -> Map<String, Value> {
    let Value::Object(object) = value else { panic!("{value}") };
    object
}

fn signed(document: Value) -> Result<Value, Unlinked> {
    let contexts = Contexts::bundled();
    sign(object(document), CREATOR, Timestamp(1_795_000_000_000), &samples::private(), &contexts)
        .map(Value::Object)
}

fn verified(document: &Value) -> Result<Value, Unlinked> {
    Ok(read(document, &Contexts::bundled())?.verify(&samples::public())?.into_activity())
}

/// The reading of a signed comment after its document was arranged anew.
fn arranged(change: &dyn Fn(&mut Value)) -> Result<Value, Unlinked> {
    let mut document = signed(create()).unwrap();
    change(&mut document);
    verified(&document)
}

#[test]
fn other_words_for_the_same_are_read_as_the_same() {
    let plain = arranged(&|_| {}).unwrap();
    // Names of their own for what is said, whole addresses, shorter ones.
    let renamed = arranged(&|document| {
        document["@context"].as_array_mut().unwrap().push(json!({
            "summary": "as:content", "content": "as:summary", "note": "as:Note",
        }));
        let object = document["object"].as_object_mut().unwrap();
        let words = object.remove("content").unwrap();
        object.insert("summary".to_owned(), words);
        object.insert("type".to_owned(), json!("note"));
        let replied = object.remove("inReplyTo").unwrap();
        object.insert("https://www.w3.org/ns/activitystreams#inReplyTo".to_owned(), json!({ "id": replied }));
        document["to"] = json!("as:Public");
    });
    assert_eq!(renamed.unwrap(), plain);
    assert_eq!(plain["object"]["content"], "words");
    assert_eq!(plain["object"].get("summary"), None);
}

#[test]
fn a_thing_described_elsewhere_is_read_in_its_place() {
    let plain = arranged(&|_| {}).unwrap();
    // The comment's words beside the addressees, its address alone in its place.
    let mut document = create();
    document["cc"] = json!(["https://a.test/c/1"]);
    let plain_with_cc = verified(&signed(document.clone()).unwrap()).unwrap();
    let moved = {
        let mut document = signed(document).unwrap();
        let note = document["object"].take();
        document["object"] = json!("https://a.test/c/1");
        document["cc"] = json!([note]);
        verified(&document).unwrap()
    };
    assert_eq!(moved, plain_with_cc);
    assert_eq!(moved["object"], plain["object"]);
}

#[test]
fn nothing_begins_elsewhere() {
    let mut document = create();
    document["object"]["context"] = json!("https://a.test/c/1/activity");
    assert_eq!(signed(document).unwrap_err(), Unlinked::Circular);
}

#[test]
fn keywords_that_change_shapes_are_refused() {
    for (keyword, value) in [
        ("@graph", json!([])),
        ("@included", json!([{ "id": "https://a.test/c/2", "type": "Note" }])),
        ("@reverse", json!({ "as:object": { "id": "https://a.test/d/1" } })),
        ("@nest", json!({ "content": "x" })),
        ("@value", json!("x")),
        ("@list", json!([])),
        ("@set", json!([])),
        ("@index", json!("x")),
        ("@language", json!("en")),
        ("@import", json!("x")),
        ("@odd", json!("x")),
    ] {
        let refused = Err(Unlinked::Keyword(keyword.to_owned()));
        assert_eq!(arranged(&|document| document[keyword] = value.clone()), refused);
        assert_eq!(arranged(&|document| document["object"][keyword] = value.clone()), refused);
    }
    let named = arranged(&|document| document["object"]["tag"][0]["id"] = json!("_:b0"));
    assert_eq!(named, Err(Unlinked::Relative("_:b0".to_owned())));
}

#[test]
fn contexts_that_are_not_bundled_are_refused() {
    for odd in
        [json!("https://evil.test/c"), json!({ "content": { "@id": "as:content", "@container": "@graph" } })]
    {
        let refused = arranged(&|document| document["@context"].as_array_mut().unwrap().push(odd.clone()));
        assert!(matches!(refused, Err(Unlinked::UnknownContext(_) | Unlinked::Context(_))), "{odd}");
        let within = arranged(&|document| document["object"]["@context"] = odd.clone());
        assert!(within.is_err());
    }
}

#[test]
fn words_without_a_meaning_are_not_signed_and_not_read() {
    let mut document = create();
    document["object"]["odd"] = json!("x");
    assert_eq!(signed(document), Err(Unlinked::Undefined("odd".to_owned())));
    let read = arranged(&|document| document["object"]["odd"] = json!(["x", 5, null])).unwrap();
    assert_eq!(read["object"].get("odd"), None);
    let hidden =
        arranged(&|document| document["object"]["odd"] = json!({ "id": "https://a.test/c/1", "name": "x" }));
    assert_eq!(hidden, Err(Unlinked::Undefined("odd".to_owned())));
    let mut typed = create();
    typed["object"]["type"] = json!("Odd");
    assert_eq!(signed(typed), Err(Unlinked::Undefined("Odd".to_owned())));
}

#[test]
fn values_without_one_meaning_are_refused() {
    for (name, value) in [
        ("url", json!("relative")),
        ("url", json!("https://a.test/a b")),
        ("url", json!("https://a.test/> <x")),
        ("content", json!([["x"]])),
        ("content", json!(1e-9)),
        ("id", json!(5)),
        ("type", json!([5])),
        ("contentMap", json!({ "en us": "x" })),
        ("contentMap", json!({ "en": 5 })),
    ] {
        let mut document = create();
        document["object"][name] = value.clone();
        assert!(signed(document).is_err(), "{name} {value}");
    }
    let mut twice = create();
    twice["object"]["@id"] = json!("https://a.test/c/1");
    assert!(signed(twice).is_err());
}

#[test]
fn lists_languages_and_empty_values_are_signed() {
    let mut document = create();
    document["object"]["contentMap"] = json!({ "EN": "words", "fr": ["mots", "paroles"] });
    document["object"]["orderedItems"] = json!(["https://a.test/1", "https://a.test/2", null]);
    document["object"]["replies"] = json!({
        "id": "https://a.test/c/1/replies", "type": "Collection",
        "first": { "type": "CollectionPage", "partOf": "https://a.test/c/1/replies", "items": [] },
    });
    document["object"]["summary"] = json!(null);
    let read = verified(&signed(document).unwrap()).unwrap();
    assert_eq!(read["object"]["contentMap"], json!({ "en": "words", "fr": ["mots", "paroles"] }));
    assert_eq!(read["object"]["replies"]["first"]["partOf"], "https://a.test/c/1/replies");
    assert_eq!(read["object"].get("summary"), None);
}

#[test]
fn size_and_depth_have_bounds() {
    let mut deep = json!({ "type": "Note", "name": "x" });
    for _ in 0..40 {
        deep = json!({ "type": "Note", "tag": deep });
    }
    let mut document = create();
    document["object"] = deep;
    assert_eq!(signed(document), Err(Unlinked::Excessive("deep")));

    let mut large = create();
    large["object"]["tag"] = (0..3000).map(|n| json!({ "type": "Mention", "name": n.to_string() })).collect();
    assert_eq!(signed(large), Err(Unlinked::Excessive("large")));
    let mut long = create();
    long["to"] = (0..9000).map(|n| json!(format!("https://a.test/{n}"))).collect();
    assert_eq!(signed(long), Err(Unlinked::Excessive("large")));

    // Each names the two before it: read wherever it is named, it would be read a million times.
    let things: Vec<Value> = (0..20)
        .map(|n: i32| {
            json!({ "id": format!("https://a.test/t/{n}"), "name": n.to_string(),
                "tag": [format!("https://a.test/t/{}", n - 1), format!("https://a.test/t/{}", n - 2)] })
        })
        .collect();
    let mut wide = create();
    wide["cc"] = json!(things);
    assert_eq!(signed(wide), Err(Unlinked::Excessive("intricate")));
}

#[test]
fn a_flat_document_does_not_become_a_deep_one() {
    // Each names the next: read within each other they would go four thousand deep.
    let chain = |length: u32| {
        let thing = |n: u32| {
            json!({ "id": format!("https://a.test/t/{n}"), "name": n.to_string(),
                "tag": format!("https://a.test/t/{}", n + 1) })
        };
        let mut document = create();
        document["cc"] = (0..length).map(thing).collect();
        document
    };
    assert_eq!(signed(chain(2500)).unwrap_err(), Unlinked::Excessive("deep"));
    assert!(signed(chain(10)).is_ok());
}

#[test]
fn what_is_said_often_counts_each_time() {
    let mut same = create();
    same["cc"] = json!(vec![json!({ "id": "https://a.test/1", "name": "x" }); 9000]);
    assert_eq!(signed(same), Err(Unlinked::Excessive("large")));
    let mut values = create();
    values["object"]["name"] = json!(vec!["x"; 9000]);
    assert_eq!(signed(values), Err(Unlinked::Excessive("large")));
    let mut things = create();
    things["object"]["tag"] = json!(vec![json!({ "id": "https://a.test/1" }); 8190]);
    things["object"]["cc"] = json!(vec![json!({ "id": "https://a.test/1" }); 8190]);
    assert_eq!(signed(things), Err(Unlinked::Excessive("large")));
    // One long text that many name.
    let mut long = create();
    long["object"]["tag"] = (0..60)
        .map(|n| json!({ "id": format!("https://a.test/{n}"), "type": "Mention", "tag": "https://a.test/long" }))
        .collect();
    long["cc"] = json!([{ "id": "https://a.test/long", "name": "x".repeat(100_000) }]);
    assert_eq!(signed(long), Err(Unlinked::Excessive("large")));
    // One long word before a colon, in many statements.
    let mut prefixed = create();
    let far = format!("https://a.test/{}/", "x".repeat(1900));
    prefixed["@context"].as_array_mut().unwrap().push(json!({ "p": far }));
    prefixed["to"] = (0..4000).map(|n| json!(format!("p:{n}"))).collect();
    assert_eq!(signed(prefixed), Err(Unlinked::Excessive("large")));
}

#[test]
fn a_document_made_to_be_laborious_is_given_up() {
    // Nothing tells the two apart but what they hold, which is alike, in as many orders as there are.
    let alike = json!({ "type": "Mention", "tag": vec![json!({ "type": "Mention" }); 12] });
    let mut document = create();
    document["object"]["tag"] = json!([alike, alike]);
    assert_eq!(signed(document), Err(Unlinked::Excessive("intricate")));
}

#[test]
fn signatures_that_are_none_are_no_error_of_ours() {
    for signature in [json!(null), json!("x"), json!({}), json!({ "type": "Ed25519Signature2018" })] {
        assert_eq!(arranged(&|document| document["signature"] = signature.clone()), Err(Unlinked::Missing));
    }
    for (name, value) in [
        ("creator", json!("acct:x@a.test")),
        ("creator", json!(null)),
        ("created", json!("yesterday")),
        ("signatureValue", json!("?")),
        ("signatureValue", json!("x".repeat(5000))),
    ] {
        let odd = arranged(&|document| document["signature"][name] = value.clone());
        assert!(matches!(odd, Err(Unlinked::Unreadable(_))), "{name} {value}");
    }
    assert_eq!(verified(&json!([])), Err(Unlinked::Missing));
}
