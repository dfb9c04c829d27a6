//! The document that is served for programs says what is asked and answered, and nothing else: every answer that any
//! story gets is held against it.

use std::net::SocketAddr;

use http::Method;
use serde_json::Value;
use tokio::sync::OnceCell;

use crate::rig::{Answer, Door, instance};
use crate::rights;

const ADDRESS: &str = "/api/v1/openapi.json";

/// The document, from the first instance that any story of this process asks something.
static DOCUMENT: OnceCell<Value> = OnceCell::const_new();

/// Fails where an answer of the API is not as the document says.
pub async fn hold(address: SocketAddr, method: &Method, path: &str, answer: &Answer) {
    let path = path.split('?').next().unwrap_or_default();
    let is_ours = path.starts_with("/api/v1/") && path != ADDRESS;
    // What is no address of the API, and who is not let on to it at all, is no business of the document's.
    if !is_ours || *method == Method::OPTIONS || [405, 408, 431, 503].contains(&answer.status.as_u16()) {
        return;
    }
    let document = DOCUMENT
        .get_or_try_init(|| async {
            let answer = Door(address).get(ADDRESS).exchange().await.filter(|answer| answer.status == 200);
            answer.map(|answer| answer.json()).ok_or(())
        })
        .await;
    let Ok(document) = document else { return };
    if let Err(why) = judge(document, method, path, answer) {
        let body = String::from_utf8_lossy(&answer.body);
        let body: String = body.chars().take(600).collect();
        panic!("{method} {path} answered {}, and the document differs: {why}\n{body}", answer.status);
    }
}

fn judge(document: &Value, method: &Method, path: &str, answer: &Answer) -> Result<(), String> {
    let paths = document["paths"].as_object().unwrap();
    let found = paths
        .iter()
        .filter(|(known, _)| leads_to(known, path))
        .min_by_key(|(known, _)| known.matches('{').count());
    let method = if *method == Method::HEAD { "get".to_owned() } else { method.as_str().to_lowercase() };
    let operation =
        found.map(|(_, operations)| &operations[&method]).filter(|operation| operation.is_object());
    let Some(operation) = operation else {
        return if answer.status == 404 { Ok(()) } else { Err("it does not know the route".to_owned()) };
    };
    let status = answer.status.as_str();
    let response = operation["responses"].get(status).ok_or_else(|| format!("{status} is not in it"))?;
    if answer.body.is_empty() {
        return Ok(());
    }
    let Some(content) = response["content"].as_object() else {
        return Err("it knows of no body".to_owned());
    };
    let media_type = answer.header("content-type").split(';').next().unwrap_or_default();
    let schema = &content.get(media_type).ok_or_else(|| format!("{media_type} is not in it"))?["schema"];
    // What is squeezed is the same inside.
    let is_plain = answer.header("content-encoding").is_empty();
    if media_type.ends_with("json") && is_plain { fits(document, schema, &answer.json(), "") } else { Ok(()) }
}

fn leads_to(known: &str, path: &str) -> bool {
    let (mut known, mut path) = (known.split('/'), path.trim_end_matches('/').split('/'));
    loop {
        match (known.next(), path.next()) {
            (None, None) => return true,
            (Some(part), Some(given)) if part.starts_with('{') || part == given => {}
            _ => return false,
        }
    }
}

/// Words of schemas that say nothing about which values fit, or that are not looked at here.
const SILENT: &[&str] = &[
    "description",
    "title",
    "format",
    "default",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
];

/// Whether a value is as the schema says. An object may have no field that is not in it.
fn fits(document: &Value, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    let Some(schema) = schema.as_object() else {
        return if schema == &Value::Bool(true) { Ok(()) } else { Err(format!("{at} may not be there")) };
    };
    for (word, said) in schema {
        match word.as_str() {
            "$ref" => {
                let target = said.as_str().unwrap().trim_start_matches('#');
                let target = document.pointer(target).ok_or_else(|| format!("{said} is nowhere"))?;
                fits(document, target, value, at)?;
            }
            "type" => {
                let kinds = said.as_array().cloned().unwrap_or_else(|| vec![said.clone()]);
                if !kinds.iter().any(|kind| is_a(value, kind.as_str().unwrap())) {
                    return Err(format!("{at} is not of type {said}"));
                }
            }
            "enum" if !said.as_array().unwrap().contains(value) => {
                return Err(format!("{at} is not one of {said}"));
            }
            "const" if said != value => return Err(format!("{at} is not {said}")),
            "anyOf" | "oneOf" => {
                let tries: Vec<_> =
                    said.as_array().unwrap().iter().map(|one| fits(document, one, value, at)).collect();
                if !tries.iter().any(Result::is_ok) {
                    return Err(tries.into_iter().filter_map(Result::err).collect::<Vec<_>>().join(", or "));
                }
            }
            "items" => {
                for (number, item) in value.as_array().into_iter().flatten().enumerate() {
                    fits(document, said, item, &format!("{at}[{number}]"))?;
                }
            }
            "properties" | "additionalProperties" | "enum" | "const" => {}
            "required" => {
                for name in said.as_array().into_iter().flatten().filter_map(Value::as_str) {
                    if value.as_object().is_some_and(|object| !object.contains_key(name)) {
                        return Err(format!("{at}.{name} is missing"));
                    }
                }
            }
            word if SILENT.contains(&word) => {}
            other => return Err(format!("this story does not know the word {other}")),
        }
    }
    let Some(object) = value.as_object() else { return Ok(()) };
    let more = schema.get("additionalProperties");
    for (name, field) in object {
        let at = format!("{at}.{name}");
        match (schema.get("properties").and_then(|known| known.get(name)), more) {
            (Some(known), _) => fits(document, known, field, &at)?,
            (None, Some(more)) => fits(document, more, field, &at)?,
            (None, None) if schema.contains_key("properties") => return Err(format!("{at} is not in it")),
            (None, None) => {}
        }
    }
    Ok(())
}

fn is_a(value: &Value, kind: &str) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_knows_every_route_and_no_other() {
    let instance = instance().await;
    let document = instance.get(ADDRESS).send().await.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3."), "{}", document["openapi"]);
    let mut told: Vec<String> = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            told.push(rights::shape(&format!("{} {path}", method.to_uppercase())));
        }
    }
    let routes: Vec<String> =
        rights::routes().into_iter().filter(|route| route.contains(" /api/v1/")).collect();
    let missing: Vec<_> = routes.iter().filter(|route| !told.contains(route)).collect();
    let gone: Vec<_> = told.iter().filter(|route| !routes.contains(route)).collect();
    assert!(missing.is_empty(), "routes without a line in http/openapi/rows.rs: {missing:#?}");
    assert!(gone.is_empty(), "lines of http/openapi/rows.rs without a route: {gone:#?}");
}

#[test]
fn an_answer_that_differs_is_found() {
    let document = serde_json::json!({ "components": { "schemas": { "A": {
        "type": "object", "required": ["id"], "properties": { "id": { "type": "integer" }, "name": { "type": ["string", "null"] } }
    } } } });
    let schema = serde_json::json!({ "type": "array", "items": { "$ref": "#/components/schemas/A" } });
    let judged = |value: Value| fits(&document, &schema, &value, "");
    assert_eq!(judged(serde_json::json!([{ "id": 1, "name": null }])), Ok(()));
    for wrong in [
        serde_json::json!({}),
        serde_json::json!([{ "name": "x" }]),
        serde_json::json!([{ "id": "1" }]),
        serde_json::json!([{ "id": 1, "other": 2 }]),
    ] {
        assert!(judged(wrong.clone()).is_err(), "{wrong}");
    }
}
