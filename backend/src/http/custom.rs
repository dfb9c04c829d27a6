//! `/config/custom`: what administrators change while the instance runs.
//!
//! Owns the document as JSON. What its fields are and mean, `config::custom` says. A field that is not sent stays as it
//! is, so that a page may send the few it is about.

use serde_json::{Map, Value, json};

use super::extract::{Ask, Body};
use super::fields::Fields;
use super::respond::{self, Outcome};
use crate::app::App;
use crate::config::custom::{Changed, FIELDS, Field, Kind, field, in_force};
use crate::domain::right::Right;
use crate::domain::site;
use crate::store::Durability;
use crate::store::records::Custom;

/// Twelve texts of twenty pages, each letter escaped, and two programs.
const CUSTOM_BYTES_MAX: usize = 8 * 1024 * 1024;

/// `GET /api/v1/config/custom`
pub async fn show(ask: Ask) -> Outcome {
    ask.person_with(Right::ManageConfiguration).await?;
    respond::json(&document(&ask.app))
}

/// `PUT /api/v1/config/custom`
pub async fn update(ask: Ask, body: Body) -> Outcome {
    ask.person_with(Right::ManageConfiguration).await?;
    let mut fields = Fields::read(&ask, body, CUSTOM_BYTES_MAX).await?;
    fields.groups(FIELDS.iter().map(|field| field.path));
    let sent: Vec<(&'static Field, Custom)> =
        FIELDS.iter().filter_map(|field| Some((field, read(&mut fields, field)?))).collect();
    judge(&ask.app, &mut fields, &sent);
    fields.end()?;
    let base = ask.app.base_config();
    let changes = sent
        .into_iter()
        .map(|(field, value)| (field.path, Some(value).filter(|value| *value != field.base(base))))
        .collect();
    ask.app.write(Durability::Flushed, move |write, _| site::customise(write, changes)).await?;
    // What waited until it is allowed.
    ask.app.imports().wake();
    ask.app.syncs().wake();
    respond::json(&document(&ask.app))
}

/// `DELETE /api/v1/config/custom`
pub async fn delete(ask: Ask) -> Outcome {
    ask.person_with(Right::ManageConfiguration).await?;
    ask.app.write(Durability::Flushed, |write, _| site::reset(write)).await?;
    respond::json(&document(&ask.app))
}

fn read(fields: &mut Fields, field: &Field) -> Option<Custom> {
    let path = field.path;
    match field.kind {
        Kind::Truth => fields.truth(path).map(Custom::Truth),
        Kind::Number(low, high) => fields.number(path, low..=high).map(Custom::Number),
        Kind::Text(low, high) => fields.whole_text(path, low..=high).map(Custom::Text),
        Kind::Choice(words) => {
            let message = format!("Should be one of {}", words.join(", "));
            let known = |word: &str| words.contains(&word).then(|| Custom::Text(word.to_owned()));
            fields.parsed(path, &message, known)
        }
        Kind::Words(count_max, is_one) => fields
            .texts_or_null(path, count_max, is_one)
            .map(|words| Custom::Words(words.unwrap_or_default())),
        Kind::Numbers(count_max, is_one) => {
            fields.numbers_or_null(path, count_max, is_one).map(Custom::Numbers)
        }
    }
}

/// What cannot be, though each field alone could.
fn judge(app: &App, fields: &mut Fields, sent: &[(&'static Field, Custom)]) {
    let mut changed: Changed = app.site().changed.clone();
    changed.extend(sent.iter().map(|(field, value)| (field.path.to_owned(), value.clone())));
    let config = in_force(app.base_config(), &changed);
    let names = |path: &str| sent.iter().any(|(field, _)| field.path == path);
    if names("signup.requiresEmailVerification")
        && config.signup.requires_email_verification
        && !app.can_mail()
    {
        fields.wrong("signup.requiresEmailVerification", "Needs a mail server, and none is set");
    }
    let resolutions = "transcoding.resolutions";
    if sent.iter().any(|(field, _)| field.path.starts_with(resolutions))
        && config.transcoding.heights.is_empty()
        && !config.transcoding.keep_height
    {
        fields.wrong(resolutions, "Should have at least one height where the video's own is not kept");
    }
    if names("instance.customizations.javascript")
        && !config.instance.javascript.is_empty()
        && !config.www.custom_javascript
    {
        let message = "Is not allowed: who keeps the machine has to set www.custom_javascript";
        fields.wrong("instance.customizations.javascript", message);
    }
    if names("admin.email")
        && let Some(email) = &config.contact.email
        && !crate::domain::account::is_email(email)
    {
        fields.wrong("admin.email", "Should be an e-mail address");
    }
    let instance = &config.instance;
    for (path, link) in [
        ("instance.social.externalLink", &instance.external_link),
        ("instance.social.mastodonLink", &instance.mastodon_link),
        ("instance.social.blueskyLink", &instance.bluesky_link),
        ("instance.social.xLink", &instance.x_link),
    ] {
        // Readers follow it: no other scheme may run or open anything.
        if names(path) && !link.is_empty() && !is_web_address(link) {
            fields.wrong(path, "Should be an address that begins with https:// or http://");
        }
    }
    let route = &instance.default_client_route;
    if names("instance.defaultClientRoute") && (!route.starts_with('/') || route.starts_with("//")) {
        fields.wrong("instance.defaultClientRoute", "Should be the path of a page");
    }
}

fn is_web_address(text: &str) -> bool {
    let Ok(address) = text.parse::<http::Uri>() else { return false };
    matches!(address.scheme_str(), Some("https" | "http")) && address.host().is_some()
}

/// What a kept field holds, for the documents that repeat it.
pub fn kept(app: &App, path: &str) -> Value {
    field(path).map_or(Value::Null, |field| value(field.value(&app.config(), &app.site().changed)))
}

/// The document.
pub(super) fn document(app: &App) -> Value {
    let (config, site) = (app.config(), app.site());
    let mut whole = Map::new();
    for field in FIELDS {
        put(&mut whole, field.path, value(field.value(&config, &site.changed)));
    }
    Value::Object(whole)
}

fn put(object: &mut Map<String, Value>, path: &str, value: Value) {
    match path.split_once('.') {
        None => drop(object.insert(path.to_owned(), value)),
        Some((first, rest)) => {
            let inner = object.entry(first).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

fn value(custom: Custom) -> Value {
    match custom {
        Custom::Truth(truth) => json!(truth),
        Custom::Number(number) => json!(number),
        Custom::Text(text) => json!(text),
        Custom::Words(words) => json!(words),
        Custom::Numbers(numbers) => json!(numbers),
    }
}

/// The schema of a change: any part of the document, with the bounds of each field.
pub(super) fn wish() -> Value {
    let mut whole = Map::new();
    for field in FIELDS {
        put_schema(&mut whole, field.path, schema(field.kind));
    }
    json!({ "type": "object", "properties": whole })
}

fn put_schema(properties: &mut Map<String, Value>, path: &str, schema: Value) {
    let Some((first, rest)) = path.split_once('.') else {
        properties.insert(path.to_owned(), schema);
        return;
    };
    let inner = properties.entry(first).or_insert_with(|| json!({ "type": "object", "properties": {} }));
    if let Some(Value::Object(inner)) = inner.get_mut("properties") {
        put_schema(inner, rest, schema);
    }
}

fn schema(kind: Kind) -> Value {
    match kind {
        Kind::Truth => json!({ "type": "boolean" }),
        Kind::Number(low, high) => json!({ "type": "integer", "minimum": low, "maximum": high }),
        Kind::Text(low, high) => json!({ "type": "string", "minLength": low, "maxLength": high }),
        Kind::Choice(words) => json!({ "enum": words }),
        Kind::Words(high, _) => json!({ "type": "array", "items": { "type": "string" }, "maxItems": high }),
        Kind::Numbers(high, _) => {
            json!({ "type": "array", "items": { "type": "integer" }, "maxItems": high })
        }
    }
}
