//! Questions with a signature.
//!
//! Owns in which form a host is asked: as it took the last question, and once in each of the others where it refuses (401).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::CONTENT_TYPE;
use http::uri::Authority;
use http::{HeaderMap, Method, StatusCode};

use super::error::FetchError;
use super::exchange::{Question, Reply, exchange};
use super::memory::Form;
use super::rule::Target;
use crate::app::App;
use crate::domain::federation::{Addresses, INSTANCE};
use crate::federation::sign::{
    Accepted, KeyId, Outgoing, PrivateKey, Query, sign_cavage, sign_message, wanted,
};
use crate::keys::key_of;

/// Somebody of this server who signs.
#[derive(Clone)]
pub(super) struct Signer {
    name: String,
    key_id: KeyId,
}

impl Signer {
    /// The instance itself.
    pub fn instance(app: &App) -> Result<Signer, FetchError> {
        let url = Addresses::new(app.url().as_str(), app.url().host()).instance();
        Signer::of(&url, INSTANCE)
    }

    /// The actor of that address and name.
    pub fn of(url: &str, name: &str) -> Result<Signer, FetchError> {
        let key_id = KeyId::parse(&format!("{url}#main-key")).ok_or(FetchError::Unsigned)?;
        Ok(Signer { name: name.to_owned(), key_id })
    }
}

/// Asks, signed, in the form that the host takes. Gives the last answer, which may be a refusal.
pub(super) async fn ask(
    app: &App,
    by: &Signer,
    target: &Target,
    question: Question,
) -> Result<Reply, FetchError> {
    let key = key_of(app, &by.name).await.map_err(|_| FetchError::Unsigned)?;
    let key = STANDARD.decode(key.private).map_err(|_| FetchError::Unsigned)?;
    let key = std::sync::Arc::new(PrivateKey::from_pkcs8(&key).map_err(|_| FetchError::Unsigned)?);
    let memory = app.fetches();
    // What is sent is signed with its query by everybody.
    let has_query = question.method == Method::GET && target.uri.query().is_some();
    let mut wish = None;
    let mut refused = None;
    for form in Form::order(memory.form(&target.host), has_query) {
        let signing = Signing {
            target: target.clone(),
            question: question.clone(),
            key_id: by.key_id.clone(),
            key: key.clone(),
            form,
            wish: wish.take(),
        };
        // A good millisecond of a processor.
        let headers = app.blocking(move |app| signing.headers(app)).await?;
        let signed = Question { headers, ..question.clone() };
        let reply = exchange(app, target, signed).await?;
        if reply.status != StatusCode::UNAUTHORIZED {
            if reply.status.is_success() {
                memory.took(&target.host, form, app.clock().instant());
            }
            return Ok(reply);
        }
        wish = wanted(&reply.headers, &question.method, !question.body.is_empty());
        refused = Some(reply);
    }
    refused.ok_or(FetchError::Broken)
}

struct Signing {
    target: Target,
    question: Question,
    key_id: KeyId,
    key: std::sync::Arc<PrivateKey>,
    form: Form,
    wish: Option<Accepted>,
}

impl Signing {
    /// The question's headers with those of its signature.
    fn headers(self, app: &App) -> Result<HeaderMap, FetchError> {
        let (uri, mut headers) = (&self.target.uri, self.question.headers);
        let content_type = headers.remove(CONTENT_TYPE);
        let content_type = content_type.as_ref().and_then(|value| value.to_str().ok()).unwrap_or_default();
        let body = &self.question.body;
        let outgoing = Outgoing {
            method: &self.question.method,
            scheme: self.target.scheme(),
            authority: uri.authority().map_or("", Authority::as_str),
            path: uri.path(),
            query: uri.query(),
            body: (!body.is_empty()).then_some((content_type, body.as_ref())),
        };
        let now = app.clock().now();
        let signed = match self.form {
            Form::Whole => sign_cavage(&outgoing, Query::Signed, &self.key_id, &self.key, now),
            Form::Bare => sign_cavage(&outgoing, Query::LeftOut, &self.key_id, &self.key, now),
            Form::Message => sign_message(&outgoing, self.wish.as_ref(), &self.key_id, &self.key, now),
        };
        headers.extend(signed.map_err(|_| FetchError::Address)?);
        Ok(headers)
    }
}
