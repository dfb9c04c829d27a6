use serde_json::{Map, Value, json};

use super::super::samples::{self, captured, captured_key, captured_one, evening};
use super::{Contexts, Unlinked, read, sign};

fn document(body: &str) -> Value {
    serde_json::from_str(body).unwrap()
}

fn verify(document: &Value, contexts: &Contexts) -> Result<Value, Unlinked> {
    let claim = read(document, contexts)?;
    let key = captured_key(claim.creator().document());
    Ok(claim.verify(&key)?.into_activity())
}

#[test]
fn every_document_that_peertube_signed_is_verified() {
    let contexts = Contexts::bundled();
    let mut verified = 0;
    for one in captured()
        .into_iter()
        .chain(evening())
        .filter(|one| one.body.contains("RsaSignature2017\",\"creator"))
    {
        let document = document(&one.body);
        let activity = verify(&document, &contexts).unwrap_or_else(|why| panic!("{}: {why}", one.name));
        for name in ["id", "type", "actor"] {
            let said = if activity[name].is_object() { &activity[name]["id"] } else { &activity[name] };
            assert_eq!(said, &document[name], "{}", one.name);
        }
        verified += 1;
    }
    assert!(90 < verified, "{verified}");
}

#[test]
fn a_comment_is_read_as_it_was_written() {
    let one = captured_one("Create-Note");
    let written = document(&one.body);
    let activity = verify(&written, &Contexts::bundled()).unwrap();
    let note = &activity["object"];
    for name in [
        "id",
        "type",
        "content",
        "mediaType",
        "inReplyTo",
        "published",
        "url",
        "attributedTo",
        "replyApproval",
    ] {
        assert_eq!(note[name], written["object"][name], "{name}");
    }
    assert_eq!(note["to"], written["object"]["to"]);
    assert_eq!(activity.get("signature"), None);
    assert_eq!(activity.get("@context"), None);
}

#[test]
fn a_film_is_read_with_its_numbers_and_truths() {
    let one = captured_one("Update-Video");
    let written = document(&one.body);
    let activity = verify(&written, &Contexts::bundled()).unwrap();
    let (film, written) = (&activity["object"], &written["object"]);
    for name in [
        "uuid",
        "name",
        "duration",
        "views",
        "state",
        "sensitive",
        "waitTranscoding",
        "commentsPolicy",
        "published",
        "originallyPublishedAt",
        "category",
        "licence",
        "language",
        "aspectRatio",
        "isLiveBroadcast",
        "likes",
        "dislikes",
        "shares",
        "comments",
        "support",
        "content",
        "downloadEnabled",
    ] {
        if let Some(value) = written.get(name).filter(|value| !value.is_null()) {
            assert_eq!(&film[name], value, "{name}");
        }
    }
    let lists = |value: &Value| value["url"].as_array().unwrap().len();
    assert_eq!(lists(film), lists(written));
}

#[test]
fn each_word_that_is_changed_is_found() {
    let contexts = Contexts::bundled();
    let one = captured_one("Create-Note");
    let written = document(&one.body);
    let mut changed = 0;
    let mut places = Vec::new();
    collect(&written, &mut Vec::new(), &mut places);
    for place in places.iter().filter(|place| !place.starts_with(&["@context".to_owned()])) {
        let mut other = written.clone();
        let value = other.pointer_mut(&format!("/{}", place.join("/"))).unwrap();
        let text = value.as_str().unwrap();
        *value = match place.last().map(String::as_str) {
            Some("signatureValue" | "creator" | "type") => continue,
            Some("created") => json!("2026-11-21T02:25:27.214Z"),
            _ => json!(format!("{text}x")),
        };
        assert_eq!(verify(&other, &contexts), Err(Unlinked::Forged), "{place:?}");
        changed += 1;
    }
    assert!(12 < changed, "{changed}");
    let mut other = written.clone();
    other["signature"]["creator"] = json!("http://localhost:9001/accounts/alice");
    assert_eq!(verify(&other, &contexts), Err(Unlinked::Forged));
    let mut more = written;
    more["object"]["sensitive"] = json!(true);
    more["object"]["summary"] = json!("x");
    assert!(verify(&more, &contexts).is_err());
}

fn collect(value: &Value, place: &mut Vec<String>, places: &mut Vec<Vec<String>>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(object) => object.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(values) => values.iter().enumerate().map(|(n, value)| (n.to_string(), value)).collect(),
        Value::String(_) => return places.push(place.clone()),
        Value::Null | Value::Bool(_) | Value::Number(_) => return,
    };
    for (name, child) in children {
        place.push(name.replace('~', "~0").replace('/', "~1"));
        collect(child, place, places);
        place.pop();
    }
}

#[test]
fn what_we_sign_is_verified() {
    let contexts = Contexts::bundled();
    let creator = "https://a.test/accounts/x";
    for one in captured().into_iter().filter(|one| one.body.contains("RsaSignature2017\",\"creator")) {
        let Value::Object(document) = document(&one.body) else { panic!("no object") };
        let mut document: Map<String, Value> = document;
        document.remove("signature");
        let signed = sign(document, creator, one.date(), &samples::private(), &contexts);
        let signed = Value::Object(signed.unwrap_or_else(|why| panic!("{}: {why}", one.name)));
        let claim = read(&signed, &contexts).unwrap();
        assert_eq!(claim.created(), one.date());
        let reading = claim.verify(&samples::public()).unwrap();
        assert_eq!(reading.creator().as_str(), creator);
    }
}
