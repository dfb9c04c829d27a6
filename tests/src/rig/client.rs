//! Somebody who talks HTTP to a server, signed in or not.
//!
//! Owns headers and bodies. Never judges an answer unless asked: refusals are what many stories are about.

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use http_body_util::BodyExt as _;
use hyper_util::client::legacy::Client as Hyper;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

use super::body::{Body, empty, full};

/// A talker. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Client {
    hyper: Hyper<HttpConnector, Body>,
    base: String,
    token: Option<String>,
    headers: HeaderMap,
}

/// What came back, whole.
#[derive(Debug)]
pub struct Answer {
    /// 200 and the like.
    pub status: u16,
    /// As sent.
    pub headers: HeaderMap,
    /// As sent.
    pub body: Bytes,
    /// What was asked, for sentences.
    asked: String,
}

impl Client {
    /// Somebody nobody knows, for addresses below `base`.
    #[must_use]
    pub fn new(base: &str) -> Client {
        let hyper = Hyper::builder(TokioExecutor::new()).build(HttpConnector::new());
        Client { hyper, base: base.trim_end_matches('/').to_owned(), token: None, headers: HeaderMap::new() }
    }

    /// The same, signed in as PeerTube's clients do it.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn sign_in(&self, name: &str, password: &str) -> Result<Client> {
        let answer = self.try_sign_in(name, password).await?;
        let token = answer.expect(200)?.json()?;
        let token = token.get("access_token").and_then(Value::as_str).context("no access_token")?;
        Ok(Client { token: Some(token.to_owned()), ..self.clone() })
    }

    /// The answer to signing in, good or bad.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn try_sign_in(&self, name: &str, password: &str) -> Result<Answer> {
        let secrets = self.get("/api/v1/oauth-clients/local").await?.expect(200)?.json()?;
        let secret = |field: &str| secrets.get(field).and_then(Value::as_str).unwrap_or_default();
        let form = [
            ("client_id", secret("client_id")),
            ("client_secret", secret("client_secret")),
            ("grant_type", "password"),
            ("response_type", "code"),
            ("username", name),
            ("password", password),
        ];
        self.post_form("/api/v1/users/token", &form).await
    }

    /// With a token of the caller's.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Client {
        Client { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The token it was given when it signed in.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Sending one more header each time.
    #[must_use]
    pub fn with_header(&self, name: &'static str, value: &str) -> Client {
        let mut headers = self.headers.clone();
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_str(value).expect("stories write plain headers"),
        );
        Client { headers, ..self.clone() }
    }

    /// `GET`.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn get(&self, path: &str) -> Result<Answer> {
        match self.send(Method::GET, path, &[], empty()).await {
            // A connection that was kept may end in the moment it is used again, and what only asks is asked again
            // (RFC 9110, section 9.2.2).
            Err(error) if is_hung_up(&error) => self.send(Method::GET, path, &[], empty()).await,
            answered => answered,
        }
    }

    /// `GET` of some bytes, as `bytes=0-99`.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn get_range(&self, path: &str, range: &str) -> Result<Answer> {
        self.send(Method::GET, path, &[("range", range)], empty()).await
    }

    /// `HEAD`.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn head(&self, path: &str) -> Result<Answer> {
        self.send(Method::HEAD, path, &[], empty()).await
    }

    /// `POST` of JSON.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Answer> {
        self.send(Method::POST, path, &[("content-type", "application/json")], full(body.to_string())).await
    }

    /// `PUT` of JSON.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn put(&self, path: &str, body: &Value) -> Result<Answer> {
        self.send(Method::PUT, path, &[("content-type", "application/json")], full(body.to_string())).await
    }

    /// `DELETE`.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn delete(&self, path: &str) -> Result<Answer> {
        self.send(Method::DELETE, path, &[], empty()).await
    }

    /// `POST` of a form's fields.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Result<Answer> {
        let text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(Method::POST, path, &[("content-type", "application/x-www-form-urlencoded")], full(text))
            .await
    }

    /// Any request.
    ///
    /// # Errors
    /// When the server cannot be reached or hangs up before its answer is whole.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Body,
    ) -> Result<Answer> {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        let asked = format!("{method} {url}");
        let mut request = Request::builder().method(method).uri(&url);
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(body).with_context(|| format!("{asked} is no request"))?;
        request.headers_mut().extend(self.headers.clone());
        let response = self.hyper.request(request).await.with_context(|| asked.clone())?;
        let (head, body) = response.into_parts();
        let body = body.collect().await.with_context(|| format!("{asked}: the answer broke off"))?.to_bytes();
        Ok(Answer { status: head.status.as_u16(), headers: head.headers, body, asked })
    }

    /// Where it talks to.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }
}

fn is_hung_up(error: &anyhow::Error) -> bool {
    let told = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_incomplete_message)
    };
    error.chain().any(told)
}

impl Answer {
    /// Itself, if it has this status.
    ///
    /// # Errors
    /// When it has another; the sentence holds the beginning of the body.
    pub fn expect(self, status: u16) -> Result<Answer> {
        ensure!(
            self.status == status,
            "{}: {} instead of {status}: {}",
            self.asked,
            self.status,
            self.text().chars().take(2000).collect::<String>()
        );
        Ok(self)
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// When it is none.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_slice(&self.body)
            .with_context(|| format!("{}: not JSON: {}", self.asked, self.text()))
    }

    /// The body as text, as far as it is text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header's text, or nothing.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// What went wrong, where it is a problem: its status, code and detail.
    ///
    /// # Errors
    /// When it is no problem+json.
    pub fn problem(&self) -> Result<Value> {
        let kind = self.header("content-type");
        ensure!(kind.starts_with("application/problem+json"), "{}: {} with {kind}", self.asked, self.status);
        let body = self.json()?;
        let field = |name: &str| body.get(name).cloned().unwrap_or(Value::Null);
        Ok(json!({ "status": field("status"), "code": field("code"), "detail": field("detail") }))
    }
}
