//! Signatures as PeerTube reads and makes them: its own library for requests, and jsonld in safe mode for documents.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, ensure};
use backend::federation::sign::linked::{self, Contexts};
use backend::federation::sign::{
    Claim, KeyId, Outgoing, PrivateKey, PublicKey, Query, Request, Skew, read, sign_cavage,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Map, Value, json};
use shared::time::Timestamp;
use tests::rig::in_checkout;

const ACTOR: &str = "https://a.test/accounts/x";
const ACTIVITYSTREAMS: &str = "https://www.w3.org/ns/activitystreams";
const SECURITY: &str = "https://w3id.org/security/v1";
const BODY: &[u8] = br#"{"id":"https://a.test/accounts/x/likes/1","type":"Like"}"#;
const KEY: &[u8] = include_bytes!("../vectors/federation/key-2048.pk8");

fn now() -> Result<Timestamp> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    Ok(Timestamp(i64::try_from(since.as_millis())?))
}

fn key() -> Result<PrivateKey> {
    Ok(PrivateKey::from_pkcs8(KEY)?)
}

fn key_id() -> Result<KeyId> {
    KeyId::parse(&format!("{ACTOR}#main-key")).context("no address")
}

/// Asks what PeerTube would say. An answer for each question, or why there is none.
fn ask(questions: &[Value]) -> Result<Vec<Result<Value, String>>> {
    let packages = in_checkout("target/npm/node_modules");
    ensure!(packages.join("jsonld").is_dir(), "target/npm is missing jsonld: `cargo xtask fetch` brings it");
    let folder = in_checkout("backend/src/federation/sign/linked/contexts");
    let context = |name: &str| -> Result<Value> {
        Ok(serde_json::from_str(&std::fs::read_to_string(folder.join(name))?)?)
    };
    let hexadecimal: String = KEY.iter().map(|byte| format!("{byte:02x}")).collect();
    let asked = json!({
        "privateKey": hexadecimal,
        "publicKey": key()?.public_pem(),
        "contexts": { ACTIVITYSTREAMS: context("activitystreams.json")?, SECURITY: context("security-v1.json")? },
        "questions": questions,
    });
    let mut node = Command::new("node")
        .arg(in_checkout("tests/signatures/oracle.cjs"))
        .env("NODE_PATH", packages)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("could not start node")?;
    node.stdin.take().context("no pipe")?.write_all(asked.to_string().as_bytes())?;
    let output = node.wait_with_output()?;
    ensure!(output.status.success(), "the oracle fails: {}", output.status);
    let told: Vec<Map<String, Value>> = serde_json::from_slice(&output.stdout)?;
    let answers = told.into_iter().map(|mut one| match one.remove("answer") {
        Some(answer) => Ok(answer),
        None => Err(Value::Object(one).to_string()),
    });
    Ok(answers.collect())
}

fn outgoing(method: &Method) -> Outgoing<'_> {
    Outgoing {
        method,
        scheme: "https",
        authority: "b.test:9443",
        path: "/inbox",
        query: Some("page=1&b=%20"),
        body: (*method == Method::POST).then_some(("application/activity+json", BODY)),
    }
}

fn verify(method: &Method, headers: &HeaderMap) -> Result<Claim> {
    let sent = outgoing(method);
    let request = Request {
        method,
        scheme: sent.scheme,
        authority: sent.authority,
        path: sent.path,
        query: sent.query,
        headers,
        body: sent.body.map(|(_, body)| body).unwrap_or_default(),
    };
    let claim = read(&request, now()?, &Skew::USUAL)?;
    claim.verify(&PublicKey::from_pem(&key()?.public_pem())?)?;
    Ok(claim)
}

#[test]
fn peertube_reads_the_key_that_we_publish_as_we_write_it() -> Result<()> {
    let told = ask(&[json!({ "ask": "publicKey" })])?;
    assert_eq!(told, [Ok(json!(key()?.public_pem()))]);
    Ok(())
}

#[test]
fn peertube_verifies_the_requests_that_we_sign() -> Result<()> {
    let mut questions = Vec::new();
    for method in [Method::GET, Method::POST] {
        for query in [Query::Signed, Query::LeftOut] {
            let sent = outgoing(&method);
            let headers = sign_cavage(&sent, query, &key_id()?, &key()?, now()?)?;
            let headers: BTreeMap<&str, &str> = headers
                .iter()
                .map(|(name, value)| Ok((name.as_str(), value.to_str()?)))
                .collect::<Result<_>>()?;
            let url = match query {
                Query::Signed => "/inbox?page=1&b=%20",
                Query::LeftOut => "/inbox",
            };
            let signed = match sent.body {
                Some(_) => vec!["(request-target)", "host", "digest"],
                None => vec!["(request-target)", "host"],
            };
            questions.push(json!({
                "ask": "verifyRequest", "method": method.as_str(), "url": url, "headers": headers, "signed": signed,
            }));
            let mut other = json!(questions.last());
            other["url"] = json!("/other");
            questions.push(other);
        }
    }
    let told = ask(&questions)?;
    for (place, answer) in told.into_iter().enumerate() {
        assert_eq!(answer, Ok(json!(place % 2 == 0)), "no. {place}");
    }
    Ok(())
}

#[test]
fn we_verify_the_requests_that_peertube_signs() -> Result<()> {
    let digest = backend::federation::sign::digest(BODY);
    let date = httpdate_now()?;
    let post = json!({ "host": "b.test:9443", "date": date, "digest": digest });
    let get = json!({ "host": "b.test:9443", "date": date });
    let question = |method: &str, path: &str, headers: &Value, signed: &str, key_id: &str| {
        let signed: Vec<&str> = signed.split(' ').collect();
        json!({
            "ask": "signRequest", "method": method, "path": path, "headers": headers, "signed": signed,
            "keyId": key_id, "algorithm": "rsa-sha256",
        })
    };
    let whole = "/inbox?page=1&b=%20";
    let main = format!("{ACTOR}#main-key");
    let told = ask(&[
        question("POST", whole, &post, "(request-target) host date digest", ACTOR),
        question("POST", whole, &post, "digest date host (request-target)", &main),
        question("POST", whole, &post, "(request-target) (created) (expires) host digest", &main),
        question("GET", whole, &get, "(request-target) host date", &main),
        question("GET", "/inbox", &get, "(request-target) host date", ACTOR),
    ])?;
    for (place, answer) in told.into_iter().enumerate() {
        let answer = answer.map_err(anyhow::Error::msg)?;
        let mut headers = HeaderMap::new();
        for (name, value) in answer.as_object().context("no headers")? {
            let value = HeaderValue::from_str(value.as_str().context("no text")?)?;
            headers.insert(HeaderName::try_from(name.as_str())?, value);
        }
        let method = if place < 3 { Method::POST } else { Method::GET };
        let claim = verify(&method, &headers).with_context(|| format!("no. {place}: {headers:?}"))?;
        assert_eq!(claim.key_id().document(), ACTOR);
    }
    Ok(())
}

fn httpdate_now() -> Result<String> {
    let headers = sign_cavage(&outgoing(&Method::GET), Query::Signed, &key_id()?, &key()?, now()?)?;
    Ok(headers.get("date").context("no date")?.to_str()?.to_owned())
}

/// Documents with everything in them that anybody signs: what PeerTube sent, and what is seldom.
fn documents() -> Result<Vec<Map<String, Value>>> {
    let captured: Vec<Value> =
        serde_json::from_str(include_str!("../vectors/federation/peertube-6.3-signed.json"))?;
    let mut documents = Vec::new();
    for one in captured {
        let body = one.get("body").and_then(Value::as_str).context("no body")?;
        if body.contains("@context") {
            documents.push(serde_json::from_str(body)?);
        }
    }
    let context = |more: Value| {
        let own = json!({ "RsaSignature2017": "https://w3id.org/security#RsaSignature2017" });
        json!([ACTIVITYSTREAMS, SECURITY, own, more])
    };
    let terms = context(json!({
        "sc": "http://schema.org/", "pt": "https://joinpeertube.org/ns#", "toot": "http://joinmastodon.org/ns#",
        "views": { "@id": "pt:views", "@type": "sc:Number" }, "ratio": { "@id": "pt:ratio", "@type": "sc:Float" },
        "live": { "@id": "pt:live", "@type": "sc:Boolean" }, "sensitive": "as:sensitive",
        "precise": { "@id": "pt:precise", "@type": "xsd:double" },
        "focalPoint": { "@id": "toot:focalPoint", "@container": "@list" },
    }));
    let note = |mut more: Value| -> Result<Map<String, Value>> {
        let object = more.as_object_mut().context("no object")?;
        object.insert("id".to_owned(), json!("https://a.test/notes/1"));
        object.insert("type".to_owned(), json!("Note"));
        let note = json!({
            "@context": terms, "id": "https://a.test/notes/1/activity", "type": "Create", "actor": ACTOR,
            "to": "as:Public", "cc": [], "object": more,
        });
        note.as_object().cloned().context("no object")
    };
    documents.extend([
        note(json!({ "content": "a \"quote\", a \\, lines\r\nand \u{1F41F} \u{FFFD} é\u{301}, a tab\tand \u{8}\u{c}\u{7f}" }))?,
        note(json!({ "contentMap": { "EN": "words", "fr-CA": ["mots", "paroles"] }, "summary": null, "tag": [] }))?,
        note(json!({
            "views": 5, "ratio": [1.7778, 2, 0.1, 1e21, 123456.789, 2251799813685249.5, -0.0, -3, 9007199254740993_u64],
            "precise": [5, 0.25], "sensitive": [true, false], "live": true, "accuracy": 2.5, "width": 1920,
        }))?,
        note(json!({
            "attachment": [
                { "type": "Image", "focalPoint": [0.0, 0.0] }, { "type": "Image", "focalPoint": [0.0, 0.0] },
                { "type": "Image", "focalPoint": [] }, { "type": "Image", "focalPoint": [0.5, -0.5] },
            ],
            "tag": [{ "type": "Mention" }, { "type": "Mention" }, { "type": "Mention", "tag": [{}, {}] }, {}],
        }))?,
        note(json!({
            "tag": [
                { "type": "Link", "tag": [{ "name": "a" }, { "tag": {} }] }, { "type": "Link", "tag": [{ "tag": {} }, { "name": "a" }] },
                { "type": "Link", "tag": [{ "name": "b" }, { "tag": {} }] },
            ],
        }))?,
        note(json!({
            "replies": { "id": "https://a.test/notes/1/replies", "type": "Collection", "first": {
                "type": "CollectionPage", "partOf": "https://a.test/notes/1/replies", "items": ["https://a.test/2"],
                "next": "https://a.test/notes/1/replies?page=2&a[]={x}|y",
            } },
            "url": ["magnet:?xt=urn:btih:abc&dn=a%20b", { "type": "Link", "href": "https://a.test/ä" }],
            "orderedItems": ["https://a.test/3", "https://a.test/3"],
        }))?,
        note(json!({
            "@context": { "content": "as:summary", "name": { "@id": "pt:title", "@type": "pt:text" } },
            "content": "a summary", "name": "a title", "pt:other": "x", "https://c.test/ns#y": [1, true, { "name": "z" }],
        }))?,
        // In the order of JavaScript's letters the first comes after the second.
        note(json!({ "content": ["\u{FF01}", "\u{1F41F}"], "name": ["\u{E000}x", "\u{10000}x", "x"] }))?,
    ]);
    for document in &mut documents {
        document.remove("signature");
    }
    Ok(documents)
}

#[test]
fn peertube_verifies_the_documents_that_we_sign() -> Result<()> {
    let contexts = Contexts::bundled();
    let sign = |document| -> Result<Value> {
        let signed = linked::sign(document, ACTOR, now()?, &key()?, &contexts)?;
        Ok(json!({ "ask": "verifyDocument", "document": signed }))
    };
    let questions: Vec<Value> = documents()?.into_iter().map(sign).collect::<Result<_>>()?;
    for (question, answer) in questions.iter().zip(ask(&questions)?) {
        assert_eq!(answer, Ok(json!(true)), "{question}");
    }
    Ok(())
}

#[test]
fn we_verify_the_documents_that_peertube_signs() -> Result<()> {
    let contexts = Contexts::bundled();
    let public = PublicKey::from_pem(&key()?.public_pem())?;
    let created = now()?;
    let ask_for = |document: &Map<String, Value>| json!({ "ask": "signDocument", "document": document, "creator": ACTOR, "created": created.to_string() });
    let documents = documents()?;
    let questions: Vec<Value> = documents.iter().map(ask_for).collect();
    for (document, answer) in documents.iter().zip(ask(&questions)?) {
        let signed = answer.map_err(anyhow::Error::msg)?;
        let claim = linked::read(&signed, &contexts)?;
        assert_eq!((claim.creator().as_str(), claim.created()), (ACTOR, created));
        let reading = claim.verify(&public).with_context(|| signed.to_string())?;
        assert_eq!(reading.activity()["id"], document["id"]);
    }
    Ok(())
}

#[test]
fn neither_signs_words_without_a_meaning() -> Result<()> {
    let document = json!({
        "@context": [ACTIVITYSTREAMS, SECURITY], "id": "https://a.test/1", "type": "Like", "actor": ACTOR, "odd": "x",
    });
    let question = json!({ "ask": "signDocument", "document": document, "creator": ACTOR, "created": "2026-11-21T02:25:27.213Z" });
    let told = ask(&[question])?;
    ensure!(matches!(told.as_slice(), [Err(_)]), "{told:?}");
    let document = document.as_object().cloned().context("no object")?;
    let signed = linked::sign(document, ACTOR, now()?, &key()?, &Contexts::bundled());
    assert_eq!(signed, Err(linked::Unlinked::Undefined("odd".to_owned())));
    Ok(())
}

#[test]
fn what_would_take_years_takes_no_time() -> Result<()> {
    let alike = json!({ "type": "Mention", "tag": vec![json!({ "type": "Mention" }); 20] });
    let document = json!({
        "@context": [ACTIVITYSTREAMS, SECURITY], "id": "https://a.test/1", "type": "Like", "actor": ACTOR,
        "tag": [alike, alike], "signature": { "type": "RsaSignature2017", "creator": ACTOR,
            "created": "2026-11-21T02:25:27.213Z", "signatureValue": "AAAA" },
    });
    let begun = std::time::Instant::now();
    let refused = linked::read(&document, &Contexts::bundled()).map(|_| ());
    assert_eq!(refused, Err(linked::Unlinked::Excessive("intricate")));
    ensure!(begun.elapsed() < Duration::from_secs(10), "it took {:?}", begun.elapsed());
    Ok(())
}
