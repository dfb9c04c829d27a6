//! One request, one answer, as text.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{FormData, Headers, RequestInit, Response};

use super::page::window;

/// What is asked.
pub struct Asked<'a> {
    /// `GET`, `POST`…
    pub method: &'static str,
    /// Path and query on this instance.
    pub path: &'a str,
    /// What goes along.
    pub body: &'a Body,
    /// `Authorization: Bearer …`.
    pub bearer: Option<&'a str>,
    /// One more header.
    pub header: Option<(&'static str, &'a str)>,
}

/// What goes along with a request.
#[derive(Clone)]
pub enum Body {
    /// Nothing.
    Nothing,
    /// Text with its content type.
    Text(&'static str, String),
    /// Multipart fields.
    Parts(FormData),
}

/// What came back.
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The body.
    pub text: String,
    headers: Headers,
}

impl Answer {
    /// A header of the answer.
    pub fn header(&self, name: &str) -> Option<String> {
        self.headers.get(name).ok().flatten()
    }
}

/// No answer came: the network, the name, the server or a wall between.
pub struct NoAnswer;

/// Sends a request and reads the whole answer.
pub async fn fetch(asked: Asked<'_>) -> Result<Answer, NoAnswer> {
    try_fetch(asked).await.map_err(|_| NoAnswer)
}

async fn try_fetch(asked: Asked<'_>) -> Result<Answer, JsValue> {
    let headers = Headers::new()?;
    let options = RequestInit::new();
    options.set_method(asked.method);
    if let Some(bearer) = asked.bearer {
        headers.set("Authorization", &format!("Bearer {bearer}"))?;
    }
    if let Some((name, value)) = asked.header {
        headers.set(name, value)?;
    }
    match asked.body {
        Body::Nothing => {}
        Body::Text(kind, text) => {
            headers.set("Content-Type", kind)?;
            options.set_body(&text.into());
        }
        Body::Parts(parts) => options.set_body(parts),
    }
    options.set_headers(&headers);
    let response = JsFuture::from(window().fetch_with_str_and_init(asked.path, &options)).await?;
    let response: Response = response.dyn_into()?;
    let text = JsFuture::from(response.text()?).await?;
    Ok(Answer {
        status: response.status(),
        text: text.as_string().unwrap_or_default(),
        headers: response.headers(),
    })
}
