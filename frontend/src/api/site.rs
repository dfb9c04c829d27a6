//! What administrators change of the instance itself.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use web_sys::{Blob, FormData};

use super::client::Client;
use super::failure::Failure;
use crate::browser::fetch::Body;

const CUSTOM: &str = "/api/v1/config/custom";
const HOMEPAGE: &str = "/api/v1/custom-pages/homepage/instance";

/// A text that people wrote for the instance.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Content {
    /// Markdown.
    pub content: String,
}

/// What administrators changed, on top of the settings.
///
/// # Errors
/// As the instance refuses.
pub async fn custom(client: &Client) -> Result<Value, Failure> {
    client.get(CUSTOM).await
}

/// Changes some of it; gives all of it.
///
/// # Errors
/// As the instance refuses.
pub async fn customise(client: &Client, change: &Value) -> Result<Value, Failure> {
    client.ask("PUT", CUSTOM, &json_of(change)).await
}

/// The home page; empty where there is none.
///
/// # Errors
/// As the instance refuses.
pub async fn homepage(client: &Client) -> Result<Content, Failure> {
    match client.get(HOMEPAGE).await {
        Err(failure) if failure.status() == Some(404) => Ok(Content::default()),
        other => other,
    }
}

/// Writes the home page.
///
/// # Errors
/// As the instance refuses.
pub async fn set_homepage(client: &Client, content: &str) -> Result<(), Failure> {
    client.send("PUT", HOMEPAGE, &json_of(&json!({ "content": content }))).await.map(drop)
}

/// A picture of a place of the instance.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Logo {
    /// Which place.
    #[serde(rename = "type")]
    pub place: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Its address.
    pub file_url: String,
    /// Whether it stands there since the place has none of its own.
    pub is_fallback: bool,
}

/// The pictures of the places that may have their own.
///
/// # Errors
/// As the instance refuses.
pub async fn logos(client: &Client) -> Result<Vec<Logo>, Failure> {
    #[derive(Deserialize)]
    struct Whole {
        instance: Logos,
    }
    #[derive(Deserialize)]
    struct Logos {
        logo: Vec<Logo>,
    }
    client.get("/api/v1/config").await.map(|whole: Whole| whole.instance.logo)
}

/// Gives the instance a picture: `avatar`, `banner`, or `logo/` and a place; none takes it away.
///
/// # Errors
/// As the instance refuses.
pub async fn set_instance_picture(
    client: &Client,
    which: &str,
    picture: Option<&Blob>,
) -> Result<(), Failure> {
    let path = format!("/api/v1/config/instance-{which}");
    let Some(picture) = picture else { return client.send("DELETE", &path, &Body::Nothing).await.map(drop) };
    let form = FormData::new().map_err(|_| Failure::Unreadable)?;
    // The picture of a place names the place behind its kind.
    let kind = which.split('/').next().unwrap_or(which);
    let name = format!("{kind}file");
    form.append_with_blob_and_filename(&name, picture, "picture.jpg").map_err(|_| Failure::Unreadable)?;
    client.send("POST", &format!("{path}/pick"), &Body::Parts(form)).await.map(drop)
}

/// How much there is here.
///
/// # Errors
/// As the instance refuses.
pub async fn statistics(client: &Client) -> Result<Map<String, Value>, Failure> {
    client.get("/api/v1/server/stats").await
}

fn json_of(value: &Value) -> Body {
    Body::Text("application/json", value.to_string())
}
