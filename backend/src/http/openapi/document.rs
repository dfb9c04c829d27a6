//! The dress of an OpenAPI 3.1 document.

use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};

use super::row::{Answer, Query, Row, Sent};
use super::rows;
use crate::app::App;
use crate::http::extract::Ask;
use crate::http::instance::{self, VERSION};
use crate::http::respond::{self, Outcome};
use crate::http::{custom, stats};

/// `GET /api/v1/openapi.json`
pub async fn show(ask: Ask) -> Outcome {
    let document = ask.app.blocking(document).await?;
    respond::json(&document)
}

/// The document of an instance.
fn document(app: &App) -> Result<Value, crate::store::StoreError> {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut types = settings.for_serialize().into_generator();
    let mut paths = Map::new();
    for row in rows::rows() {
        let operation = operation(&row, &mut types);
        let path = paths.entry(row.path).or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(path) = path {
            path.insert(row.method.to_ascii_lowercase(), operation);
        }
    }
    let mut schemas = types.take_definitions(true);
    // What these three say is made where it is asked for; so is what is said of them.
    for (name, value) in [
        ("Config", instance::view(app, std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST))),
        ("About", instance::about_view(app)),
        ("CustomConfig", custom::document(app)),
        ("Stats", Value::Object(stats::count(app)?)),
    ] {
        schemas.insert(name.to_owned(), of_value(&value));
    }
    Ok(json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Shoal",
            "version": VERSION,
            "description": "PeerTube's REST API as this server speaks it.",
            "license": { "name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later" }
        },
        "servers": [{ "url": app.url().as_str() }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": { "bearer": { "type": "http", "scheme": "bearer" } }
        }
    }))
}

fn operation(row: &Row, types: &mut SchemaGenerator) -> Value {
    let mut operation = Map::new();
    operation.insert("summary".to_owned(), json!(row.says));
    operation.insert("operationId".to_owned(), json!(name_of(row)));
    let in_path = row.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let parameters = in_path
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .chain(row.query.iter().map(|query| parameter(query, "query")))
        .chain(row.head.iter().map(|field| parameter(field, "header")));
    let parameters: Vec<Value> = parameters.collect();
    if !parameters.is_empty() {
        operation.insert("parameters".to_owned(), json!(parameters));
    }
    if let Some(sent) = &row.sent {
        operation.insert("requestBody".to_owned(), request_body(row, sent, types));
    }
    let token = json!({ "bearer": [] });
    let security = if row.needs_token { json!([token]) } else { json!([{}, token]) };
    operation.insert("security".to_owned(), security);
    let mut responses = Map::new();
    for (status, answer) in &row.answers {
        responses.insert(status.to_string(), response(answer, types));
    }
    if row.method == "GET" {
        responses.insert("304".to_owned(), json!({ "description": "What you have is still so" }));
    }
    for status in row.refusals() {
        responses.insert(status.to_string(), response(&Answer::Problem, types));
    }
    operation.insert("responses".to_owned(), Value::Object(responses));
    Value::Object(operation)
}

fn parameter(of: &Query, place: &str) -> Value {
    json!({ "name": of.name, "in": place, "required": of.is_required, "schema": of.schema() })
}

/// `GET /api/v1/videos/{id}` as `get_videos_id`.
fn name_of(row: &Row) -> String {
    let path = row.path.trim_start_matches("/api/v1/").replace(['{', '}'], "").replace(['/', '-', '.'], "_");
    format!("{}_{path}", row.method.to_ascii_lowercase())
}

fn request_body(row: &Row, sent: &Sent, types: &mut SchemaGenerator) -> Value {
    let content = match sent {
        Sent::Json(schema) => json!({ "application/json": { "schema": row.bounded(schema(types)) } }),
        Sent::Form(schema) => {
            let schema = row.bounded(schema(types));
            let mut content = json!({
                "application/x-www-form-urlencoded": { "schema": schema },
                "application/json": { "schema": schema }
            });
            if let (Some(parts), Value::Object(content)) = (row.in_parts(&schema), &mut content) {
                content.insert("multipart/form-data".to_owned(), json!({ "schema": parts }));
            }
            content
        }
        Sent::File(name) => {
            let file = json!({ "type": "string", "format": "binary" });
            let schema = json!({ "type": "object", "properties": { *name: file }, "required": [name] });
            json!({ "multipart/form-data": { "schema": schema } })
        }
        Sent::FormAndFile(schema, file, fields) => {
            let required: Vec<&str> = fields.iter().chain([file]).copied().collect();
            let bytes = json!({ "type": "string", "format": "binary" });
            let whole = json!({ "required": required, "properties": { *file: bytes } });
            json!({ "multipart/form-data": {
                "schema": { "allOf": [row.bounded(schema(types)), whole] }
            } })
        }
        Sent::Bytes => json!({ "application/octet-stream": {} }),
        Sent::Custom => {
            json!({ "application/json": { "schema": custom::wish() } })
        }
    };
    json!({ "content": content })
}

fn response(answer: &Answer, types: &mut SchemaGenerator) -> Value {
    let json = |schema: Value| json!({ "application/json": { "schema": schema } });
    let (says, content) = match answer {
        Answer::Json(schema) => ("What was asked for", json(schema(types).into())),
        Answer::Named(name) => {
            ("What was asked for", json(json!({ "$ref": format!("#/components/schemas/{name}") })))
        }
        Answer::Nothing => return json!({ "description": "Done" }),
        Answer::Text(media_type) => {
            ("What was asked for", json!({ *media_type: { "schema": { "type": "string" } } }))
        }
        Answer::Problem => {
            let schema: Value = types.subschema_for::<shared::api::Problem>().into();
            ("What is wrong", json!({ "application/problem+json": { "schema": schema } }))
        }
        Answer::PlainOrProblem => {
            let schema: Value = types.subschema_for::<shared::api::Problem>().into();
            let plain = json!({ "schema": { "type": "object" } });
            let either =
                json!({ "application/json": plain, "application/problem+json": { "schema": schema } });
            ("What is wrong", either)
        }
    };
    json!({ "description": says, "content": content })
}

/// What may be said of all values like this one.
fn of_value(value: &Value) -> Value {
    match value {
        // What is not there now may be anything later.
        Value::Null => json!({}),
        Value::Bool(_) => json!({ "type": "boolean" }),
        Value::Number(number) if number.is_f64() => json!({ "type": "number" }),
        Value::Number(_) => json!({ "type": "integer" }),
        Value::String(_) => json!({ "type": "string" }),
        Value::Array(values) => match values.first() {
            Some(first) if !first.is_object() => json!({ "type": "array", "items": of_value(first) }),
            Some(_) | None => json!({ "type": "array", "items": {} }),
        },
        Value::Object(object) => {
            let names: Vec<&String> = object.keys().collect();
            let properties: Map<String, Value> =
                object.iter().map(|(name, value)| (name.clone(), of_value(value))).collect();
            json!({ "type": "object", "required": names, "properties": properties })
        }
    }
}
