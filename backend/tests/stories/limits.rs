//! Every field of every body that is sent: at its limit, past it, of another type, `null`, absent; and bodies that are too
//! long, too deep or no text.
//!
//! What there is to send is read from the document that programs read, so that a new route cannot be forgotten: a text
//! without a bound in it fails the story. What is refused is named, and leaves nothing behind.

use backend::store::Read;
use http::Method;
use serde_json::{Map, Value, json};

use crate::makers::{Maker, bob, root};
use crate::rig::{Answer, Instance, instance_with};
use crate::videos::publish;

/// Texts whose length the document does not tell, and why.
const WITHOUT_BOUND: &[(&str, &str)] = &[
    ("client_id", "compared with ours"),
    ("client_secret", "compared with ours"),
    ("grant_type", "one of two words"),
    ("refresh_token", "compared with ours"),
    ("username", "compared with those there are"),
    ("password", "compared with the one there is"),
    ("currentPassword", "compared with the one there is"),
    ("requestToken", "compared with what was given"),
    ("otpToken", "compared with what the moment says"),
    ("verificationString", "compared with what was mailed"),
    ("accountName", "a handle, read as one"),
    ("accountHandle", "a handle, read as one"),
    ("uri", "a handle, read as one"),
    ("host", "a host, read as one"),
    ("hosts", "hosts, read as such"),
    ("handles", "handles, read as such"),
    ("language", "one of those that are known"),
    ("filename", "its end is one of those that are known, and it is cut"),
    ("sharing", "one of three words"),
    ("level", "one of two words"),
    ("predefinedReasons", "those that are known"),
    ("videoLanguages", "those that are known"),
    ("review", "tags there are"),
    ("viewEvent", "one word"),
    ("sessionId", "compared"),
    ("client", "compared with what is known"),
    ("device", "compared with what is known"),
    ("operatingSystem", "compared with what is known"),
    ("languages", "those that are known"),
    ("enabled", "those that are known"),
    ("whitelist", "networks, read as such"),
    ("blacklist", "networks, read as such"),
];
/// Fields that the document demands and handlers do not, and why.
const NOT_MISSED: &[(&str, &str)] = &[
    ("scheduleUpdate.privacy", "its type is that of the answer, where it always is"),
    (".hosts", "who follows accounts names no instance"),
    (".handles", "who follows instances names no account"),
];
/// Texts that letters without a meaning are no example of.
const EXAMPLES: &[(&str, &str)] = &[
    ("email", "somebody@films.example"),
    ("command", "process-video-viewers"),
    ("targetUrl", "http://films.example/a.mp4"),
    ("url", "http://films.example/list.json"),
    ("externalChannelUrl", "http://films.example/channel"),
    ("magnetUri", "magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567"),
    ("fromEmail", "somebody@films.example"),
    ("accountName", "bob"),
    ("accountHandle", "bob"),
    ("host", "elsewhere.example"),
    ("hosts", "elsewhere.example"),
    ("handles", "films@elsewhere.example"),
    ("uri", "bob_channel"),
    ("language", "fr"),
    ("level", "error"),
    ("filename", "clip.mp4"),
    ("grant_type", "password"),
    ("sharing", "off"),
    ("videoId", "1"),
    // Sites are named with this one alone.
    ("policy", "2"),
];
/// Routes that say something else before they look at a body, and why.
const CLOSED: &[(&str, u16, &str)] = &[
    ("POST /api/v1/server/contact", 409, "no mail server is set"),
    ("POST /api/v1/users/ask-reset-password", 403, "no mail server is set"),
    ("POST /api/v1/users/ask-send-verify-email", 403, "no mail server is set"),
    ("POST /api/v1/users/registrations/ask-send-verify-email", 403, "no mail server is set"),
    ("POST /api/v1/users/register", 403, "here everybody is asked why they come"),
    ("POST /api/v1/users/token", 400, "a program that we do not know is told nothing else"),
];
/// What nobody may send as JSON, in the depth that would fill a stack.
const DEPTH: usize = 10_000;

/// A place with something of each kind, and its administrator.
struct Place {
    instance: Instance,
    root: Maker,
    names: Vec<(&'static str, &'static str, String)>,
}

/// One body that can be sent.
struct Sending {
    route: String,
    method: Method,
    path: String,
    schema: Value,
    takes_forms: bool,
}

impl Place {
    async fn new() -> Place {
        let instance = instance_with(|config| {
            config.signup.enabled = true;
            config.upload.replace = true;
            config.import.http = true;
            // What is asked for waits, so that nothing is written meanwhile.
            config.import.concurrency = 0;
            config.import.yt_dlp = Some("/nowhere/yt-dlp".into());
            config.video_channel_synchronization.enabled = true;
            config.video_channel_synchronization.max_per_user = 10_000;
            config.signup.per_address_max = 10_000;
            config.smtp.per_address_max = 10_000;
        })
        .await;
        let (root, bob) = (root(&instance).await, bob(&instance, None).await);
        let video = publish(&instance, &root, "Alpha", |_| ()).await.uuid.to_string();
        let gift = publish(&instance, &bob, "Beta", |_| ()).await.uuid;
        let give = format!("/api/v1/videos/{gift}/give-ownership");
        let to_root = json!({ "username": "root" });
        let given = instance.post(&give).bearer(&bob.token).json(&to_root).send().await;
        assert!(given.status.is_success(), "{:?}", given.body);
        let offers = instance.get("/api/v1/videos/ownership").bearer(&root.token).send().await.json();
        let post = async |who: &Maker, path: &str, body: Value| {
            let answer =
                instance.post(&format!("/api/v1/{path}")).bearer(&who.token).json(&body).send().await;
            assert!(answer.status.is_success(), "{path}: {:?}", answer.body);
            answer.json()
        };
        let text = |value: &Value| value.to_string();
        let comment =
            post(&root, &format!("videos/{video}/comment-threads"), json!({ "text": "Thanks" })).await;
        let wish = json!({ "displayName": "Evenings", "privacy": 3 });
        let list = text(&post(&root, "video-playlists", wish).await["videoPlaylist"]["id"]);
        let element =
            post(&root, &format!("video-playlists/{list}/videos"), json!({ "videoId": video })).await;
        let words = json!({ "listName": "words", "words": ["one"] });
        let of_server = post(&root, "watched-words/server/lists", words.clone()).await;
        let of_root = post(&root, "watched-words/accounts/root/lists", words).await;
        let account = instance.get("/api/v1/accounts/bob").send().await.json()["id"].clone();
        let report = json!({ "reason": "not nice", "account": { "id": account } });
        let abuse = post(&root, "abuses", report).await;
        let signup = json!({
            "username": "carol", "password": "carolpass", "email": "carol@films.example",
            "registrationReason": "to see films",
        });
        let asked = post(&root, "users/registrations/request", signup).await;
        let of_bob = instance.get("/api/v1/users/me").bearer(&bob.token).send().await.json()["id"].clone();
        let of_me = instance.get("/api/v1/users/me").bearer(&root.token).send().await.json()["id"].clone();
        // The first that fits: where a parameter stands, its name, and what it names.
        let names = vec![
            ("/two-factor/", "{id}", text(&of_me)),
            ("/users/registrations/", "{id}", text(&asked["id"])),
            ("/users/{id}", "{id}", text(&of_bob)),
            ("/videos/ownership/", "{id}", text(&offers["data"][0]["id"])),
            ("/videos/{id}", "{id}", video.clone()),
            ("/video-playlists/", "{id}", list),
            ("/abuses/", "{id}", text(&abuse["abuse"]["id"])),
            ("/accounts/{name}", "{name}", "root".to_owned()),
            ("/player-settings/videos/{id}", "{id}", video.clone()),
            ("/video-channels/{name}", "{name}", "root_channel".to_owned()),
            ("/server/redundancy/", "{host}", "elsewhere.example".to_owned()),
            ("", "{comment}", text(&comment["comment"]["id"])),
            ("", "{element}", text(&element["videoPlaylistElement"]["id"])),
            ("/server/", "{list}", text(&of_server["watchedWordsList"]["id"])),
            ("", "{list}", text(&of_root["watchedWordsList"]["id"])),
        ];
        Place { instance, root, names }
    }

    /// Every body that the document knows, as JSON.
    async fn sendings(&self, document: &Value) -> Vec<Sending> {
        let mut all = Vec::new();
        for (path, operations) in document["paths"].as_object().unwrap() {
            for (method, operation) in operations.as_object().unwrap() {
                let content = &operation["requestBody"]["content"];
                let Some(json) = content.get("application/json") else { continue };
                let method = method.to_uppercase();
                all.push(Sending {
                    route: format!("{method} {path}"),
                    method: Method::from_bytes(method.as_bytes()).unwrap(),
                    path: self.named(path),
                    schema: merged(document, &json["schema"]),
                    takes_forms: content.get("application/x-www-form-urlencoded").is_some(),
                });
            }
        }
        all
    }

    fn named(&self, path: &str) -> String {
        let mut named = path.to_owned();
        for (within, parameter, name) in &self.names {
            if path.contains(within) {
                named = named.replacen(parameter, name, 1);
            }
        }
        assert!(!named.contains('{'), "nothing of that kind is here: {named}");
        named
    }

    async fn send(&self, sending: &Sending, media_type: &str, body: impl Into<Vec<u8>>) -> Option<Answer> {
        let asking = self.instance.ask(sending.method.clone(), &sending.path).bearer(&self.root.token);
        // What the answer to a beginning upload needs to know of the file.
        let asking =
            asking.header("x-upload-content-length", "1000").header("x-upload-content-type", "video/mp4");
        asking.header("content-type", media_type).bytes(body).try_send().await
    }

    async fn send_json(&self, sending: &Sending, body: &Value) -> Answer {
        self.send(sending, "application/json", body.to_string()).await.expect("the instance answers")
    }

    /// What is stored: the store's own sum of all rows.
    fn stored(&self) -> Vec<u8> {
        // Behind the number of commits.
        self.instance.running.app().store().get_raw(&[0]).unwrap().unwrap()[8..].to_vec()
    }
}

/// A schema with what it refers to and what it is put together of, as one.
fn merged(document: &Value, schema: &Value) -> Value {
    let mut whole = Map::new();
    let Some(schema) = schema.as_object() else { return json!({}) };
    for (word, said) in schema {
        match word.as_str() {
            "$ref" => {
                let target = document.pointer(said.as_str().unwrap().trim_start_matches('#')).unwrap();
                put_in(&mut whole, &merged(document, target));
            }
            "allOf" => {
                said.as_array().unwrap().iter().for_each(|part| put_in(&mut whole, &merged(document, part)));
            }
            "anyOf" | "oneOf" => {
                let parts = said.as_array().unwrap();
                let words: Option<Vec<&Value>> = parts.iter().map(|part| part.get("const")).collect();
                match words {
                    Some(words) => put_in(&mut whole, &json!({ "type": "string", "enum": words })),
                    None => put_in(&mut whole, &merged(document, &parts[0])),
                }
            }
            "properties" => {
                let fields = said.as_object().unwrap().iter();
                let fields: Map<String, Value> =
                    fields.map(|(name, field)| (name.clone(), merged(document, field))).collect();
                put_in(&mut whole, &json!({ "properties": fields }));
            }
            "items" => put_in(&mut whole, &json!({ "items": merged(document, said) })),
            _ => {
                whole.insert(word.clone(), said.clone());
            }
        }
    }
    Value::Object(whole)
}

fn put_in(whole: &mut Map<String, Value>, part: &Value) {
    for (word, said) in part.as_object().unwrap() {
        match (whole.get_mut(word), said) {
            (Some(Value::Object(known)), Value::Object(_)) => put_in(known, said),
            (Some(Value::Array(known)), Value::Array(more)) if word == "required" => {
                known.extend(more.iter().cloned());
            }
            _ => {
                whole.insert(word.clone(), said.clone());
            }
        }
    }
}

fn is_a(schema: &Value, kind: &str) -> bool {
    let said = &schema["type"];
    said == kind || said.as_array().is_some_and(|kinds| kinds.contains(&json!(kind)))
}

fn fields(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    schema["properties"].as_object().into_iter().flatten()
}

fn requires(schema: &Value, name: &str) -> bool {
    schema["required"].as_array().is_some_and(|names| names.contains(&json!(name)))
}

fn size(schema: &Value, word: &str) -> Option<usize> {
    usize::try_from(schema[word].as_u64()?).ok()
}

fn letters(count: usize) -> Value {
    json!("x".repeat(count))
}

/// A value as it should be.
fn example(name: &str, schema: &Value) -> Value {
    if let Some((_, text)) = EXAMPLES.iter().find(|(known, _)| *known == name)
        && !is_a(schema, "array")
    {
        return json!(text);
    }
    if let Some(words) = schema["enum"].as_array() {
        return words[0].clone();
    }
    if schema["format"] == "date-time" {
        return json!("2020-01-01T00:00:00.000Z");
    }
    if schema["properties"].is_object() {
        let needed = fields(schema).filter(|(name, _)| requires(schema, name));
        let object: Map<String, Value> =
            needed.map(|(name, field)| (name.clone(), example(name, field))).collect();
        return Value::Object(object);
    }
    if is_a(schema, "string") {
        let (least, most) = (size(schema, "minLength").unwrap_or(1), size(schema, "maxLength").unwrap_or(10));
        return letters(least.max(6).min(most));
    }
    if is_a(schema, "integer") {
        return json!(schema["minimum"].as_i64().unwrap_or(1).max(1));
    }
    if is_a(schema, "number") {
        return json!(1);
    }
    if is_a(schema, "boolean") {
        return json!(true);
    }
    if is_a(schema, "array") {
        return json!([example(name, &schema["items"])]);
    }
    json!({})
}

/// Values as they should not be: which field, in what way, and the value.
fn wrongs(name: &str, schema: &Value) -> Vec<(String, &'static str, Value)> {
    let own = |way: &'static str, value: Value| (String::new(), way, value);
    if schema["enum"].is_array() {
        return vec![own("an unknown word", json!("no such word")), own("an object", json!({}))];
    }
    if schema["properties"].is_object() {
        let mut all = Vec::new();
        let whole = example(name, schema);
        for (field, said) in fields(schema) {
            for (path, way, value) in wrongs(field, said) {
                let mut other = whole.clone();
                other[field] = value;
                let path = if path.is_empty() { field.clone() } else { format!("{field}.{path}") };
                all.push((path, way, other));
            }
            if requires(schema, field)
                && !NOT_MISSED.iter().any(|(known, _)| *known == format!("{name}.{field}"))
            {
                let mut other = whole.clone();
                other.as_object_mut().unwrap().remove(field);
                all.push((field.clone(), "absent", other));
            }
        }
        return all;
    }
    if is_a(schema, "string") {
        let mut all = vec![own("an object", json!({ "a": 1 })), own("a list of lists", json!([[]]))];
        if schema["format"] == "date-time" {
            all.push(own("no date", json!("once upon a time")));
        }
        all.extend(size(schema, "maxLength").map(|most| own("one letter too many", letters(most + 1))));
        return all;
    }
    if is_a(schema, "integer") || is_a(schema, "number") {
        let mut all = vec![own("a word", json!("many")), own("an object", json!({ "a": 1 }))];
        all.extend(
            schema["maximum"]
                .as_i64()
                .filter(|most| *most < i64::MAX)
                .map(|most| own("one too many", json!(most + 1))),
        );
        all.extend(schema["minimum"].as_i64().map(|least| own("one too few", json!(least - 1))));
        return all;
    }
    if is_a(schema, "boolean") {
        return vec![own("a word", json!("perhaps")), own("an object", json!({ "a": 1 }))];
    }
    if is_a(schema, "array") {
        let item = &schema["items"];
        let mut all = vec![own("an object", json!({ "a": 1 }))];
        all.extend(size(schema, "maxItems").map(|most| {
            let entry = |number: usize| match example(name, item) {
                Value::String(_) => json!(format!("w{number:05}")),
                Value::Number(_) => json!(number),
                other @ (Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_)) => other,
            };
            own("one entry too many", (0..=most).map(entry).collect())
        }));
        all.extend(wrongs(name, item).into_iter().map(|(path, way, value)| (path, way, json!([value]))));
        return all;
    }
    Vec::new()
}

/// Each field at its limit: which, and the whole value.
fn limits(schema: &Value) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    for (field, said) in fields(schema) {
        let mut whole = example("", schema);
        let value = if EXAMPLES.iter().any(|(known, _)| known == field) {
            continue;
        } else if let Some(most) = size(said, "maxLength") {
            letters(most)
        } else if let Some(most) = said["maximum"].as_i64() {
            json!(most)
        } else {
            continue;
        };
        whole[field] = value;
        all.push((field.clone(), whole));
    }
    all
}

/// Whether an answer names a field as wrong.
fn names(answer: &Answer, path: &str) -> bool {
    let problem = answer.json();
    let told = format!("{} {}", problem["invalid-params"], problem["detail"]);
    let (first, last) = (path.split('.').next().unwrap(), path.rsplit('.').next().unwrap());
    [path, first, last].iter().any(|name| told.contains(name))
}

fn is_problem(answer: &Answer) -> bool {
    answer.header("content-type").starts_with("application/problem+json")
}

fn texts_without_bound(name: &str, schema: &Value, found: &mut Vec<String>) {
    if schema["properties"].is_object() {
        fields(schema).for_each(|(name, field)| texts_without_bound(name, field, found));
    } else if is_a(schema, "array") {
        texts_without_bound(name, &schema["items"], found);
    } else if is_a(schema, "string")
        && schema["maxLength"].is_null()
        && schema["enum"].is_null()
        && schema["format"].is_null()
        && !WITHOUT_BOUND.iter().any(|(known, _)| *known == name)
    {
        found.push(name.to_owned());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_has_its_limit_and_is_named_past_it() {
    let place = Place::new().await;
    let document = place.instance.get("/api/v1/openapi.json").send().await.json();
    let mut found: Vec<String> = Vec::new();
    for sending in place.sendings(&document).await {
        let route = &sending.route;
        let mut unbounded = Vec::new();
        texts_without_bound("", &sending.schema, &mut unbounded);
        found.extend(unbounded.iter().map(|name| format!("{route}: {name} has no bound in the document")));
        let closed = CLOSED.iter().find(|(known, ..)| known == route).map(|(_, status, _)| *status);
        for (path, way, body) in wrongs("", &sending.schema) {
            let before = place.stored();
            let answer = place.send_json(&sending, &body).await;
            let status = answer.status.as_u16();
            let told = String::from_utf8_lossy(&answer.body).into_owned();
            if !(matches!(status, 400 | 413) || closed == Some(status)) || !is_problem(&answer) {
                found.push(format!("{route}: {path} is {way}: {status} {told}"));
            } else if closed.is_none() && !names(&answer, &path) {
                found.push(format!("{route}: {path} is {way} and not named: {told}"));
            }
            if place.stored() != before {
                // What was asked before may have had work done a moment later: asked again, this is what stores.
                let before = place.stored();
                place.send_json(&sending, &body).await;
                if place.stored() != before {
                    found
                        .push(format!("{route}: {path} is {way}, and something was stored: {status} {told}"));
                }
            }
        }
        for (path, body) in limits(&sending.schema) {
            let answer = place.send_json(&sending, &body).await;
            let is_refused =
                answer.status.is_client_error() && answer.json()["invalid-params"][&path].is_object();
            if answer.status.is_server_error() || is_refused {
                let told = String::from_utf8_lossy(&answer.body).into_owned();
                found.push(format!("{route}: {path} is at its limit: {} {told}", answer.status));
            }
        }
        for (name, _) in fields(&sending.schema) {
            let mut body = example("", &sending.schema);
            body[name] = Value::Null;
            let answer = place.send_json(&sending, &body).await;
            if answer.status.is_server_error() || (answer.status.is_client_error() && !is_problem(&answer)) {
                found.push(format!("{route}: {name} is null: {} {:?}", answer.status, answer.body));
            }
        }
    }
    assert!(found.is_empty(), "{} things:\n{}", found.len(), found.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_body_is_too_long_too_deep_or_no_text() {
    let place = Place::new().await;
    let document = place.instance.get("/api/v1/openapi.json").send().await.json();
    let mut found: Vec<String> = Vec::new();
    for sending in place.sendings(&document).await {
        let Some((name, _)) = fields(&sending.schema).next() else {
            found.push(format!("{}: the document knows no field of it", sending.route));
            continue;
        };
        let deep = format!("{{\"{name}\":{}{}}}", "[".repeat(DEPTH), "]".repeat(DEPTH));
        let long = format!("{{\"{name}\":\"{}\"}}", "x".repeat(10_000_000));
        let mut no_text = format!("{{\"{name}\":\"").into_bytes();
        no_text.extend(b"\xff\xfe\"}");
        let mut bodies = vec![
            ("deep", "application/json", deep.into_bytes()),
            ("10 MB", "application/json", long.into_bytes()),
            ("no UTF-8", "application/json", no_text),
            ("a list", "application/json", b"[]".to_vec()),
            ("a text", "application/json", b"\"text\"".to_vec()),
            ("half of JSON", "application/json", format!("{{\"{name}\":").into_bytes()),
        ];
        if sending.takes_forms {
            let form = "application/x-www-form-urlencoded";
            bodies.push(("a form that is no UTF-8", form, format!("{name}=%ff%fe").into_bytes()));
            bodies.push(("a form of 10 MB", form, format!("{name}={}", "x".repeat(10_000_000)).into_bytes()));
        }
        for (way, media_type, body) in bodies {
            let before = place.stored();
            // Whoever goes on sending may find the door closed before the answer is read.
            if let Some(answer) = place.send(&sending, media_type, body).await {
                let is_closed = CLOSED
                    .iter()
                    .any(|(route, status, _)| *route == sending.route && *status == answer.status.as_u16());
                if !(matches!(answer.status.as_u16(), 400 | 413) || is_closed) || !is_problem(&answer) {
                    found.push(format!("{}: {way}: {} {:?}", sending.route, answer.status, answer.body));
                }
            }
            if place.stored() != before {
                found.push(format!("{}: {way}, and something was stored", sending.route));
            }
        }
    }
    assert!(found.is_empty(), "{} things:\n{}", found.len(), found.join("\n"));
    assert!(place.instance.get("/api/v1/config").send().await.status.is_success(), "it lives");
}
