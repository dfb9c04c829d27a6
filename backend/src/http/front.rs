//! The front of all routes: what is true of every answer.
//!
//! Owns headers that all answers of the API share, `OPTIONS`, the writing of failures and their one log line. Never
//! knows a route. The surprise is that a handler's panic ends here too, as a failure of that request alone.

use std::convert::Infallible;
use std::error::Error;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS, CONTENT_TYPE,
    HeaderValue, RETRY_AFTER, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, Method, Request, StatusCode, Uri};
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use shared::api::Problem;
use warp::reply::Response;

use super::extract::HeadOnly;
use super::problem::{Failure, problem};
use super::respond::empty;
use super::squeeze::{squeeze, takes_gzip};
use super::version::{known_versions, tell_version};
use crate::dice::Dice;
use crate::domain::session::TRIES_WINDOW;
use crate::routes::Route;

/// An answer on its way.
pub type Answering = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

/// What answers every request that is not for a file.
pub type Front<B> = Arc<dyn Fn(Request<B>) -> Answering + Send + Sync>;

/// Puts the front before all routes.
#[must_use]
pub fn front<B>(routes: Route, dice: Dice) -> Front<B>
where
    B: http_body::Body + Send + Sync + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let service = TowerToHyperService::new(warp::service(routes));
    Arc::new(move |mut request| {
        let asked = Asked::of(&request, dice);
        let takes_gzip = takes_gzip(&request);
        let known = known_versions(&request);
        if *request.method() == Method::OPTIONS {
            let answer = preflight(request.headers());
            return Box::pin(async move { Ok(answer) });
        }
        if *request.method() == Method::HEAD {
            // The server that wrote the request's head leaves the body out.
            *request.method_mut() = Method::GET;
            request.extensions_mut().insert(HeadOnly);
        }
        let answer = AssertUnwindSafe(service.call(request)).catch_unwind();
        Box::pin(async move {
            let answer = asked.finish(answer.await.unwrap_or_else(panicked));
            Ok(squeeze(takes_gzip, tell_version(known, answer).await).await)
        })
    })
}

/// What of a request is still needed when its answer is there.
struct Asked {
    method: Method,
    uri: Uri,
    dice: Dice,
}

impl Asked {
    fn of<B>(request: &Request<B>, dice: Dice) -> Asked {
        Asked { method: request.method().clone(), uri: request.uri().clone(), dice }
    }

    fn is_for_the_api(&self) -> bool {
        self.uri.path().starts_with("/api/")
    }

    fn finish(&self, answer: Result<Response, Infallible>) -> Response {
        let Ok(mut response) = answer;
        if let Some(failure) = response.extensions_mut().remove::<Failure>() {
            self.write_failure(&mut response, failure);
        }
        if self.is_for_the_api() {
            let headers = response.headers_mut();
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
            headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
            headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        }
        // The path alone: queries hold tokens.
        tracing::debug!(method = %self.method, path = self.uri.path(), status = response.status().as_u16(), "answered");
        response
    }

    fn write_failure(&self, response: &mut Response, failure: Failure) {
        let problem = match failure {
            Failure::Problem(mut problem) => {
                if problem.status == StatusCode::TOO_MANY_REQUESTS.as_u16() {
                    // Who knows better has said so.
                    response
                        .headers_mut()
                        .entry(RETRY_AFTER)
                        .or_insert(HeaderValue::from(TRIES_WINDOW.as_secs()));
                }
                if !problem.invalid_params.is_empty() {
                    problem.instance = Some(self.uri.to_string());
                }
                *problem
            }
            Failure::Internal(error) => {
                let request = hex::encode(self.dice.bytes::<6>());
                tracing::error!(%request, method = %self.method, path = self.uri.path(), error, "a request failed");
                let value = HeaderValue::from_str(&request).unwrap_or(HeaderValue::from_static(""));
                response.headers_mut().insert("x-request-id", value);
                internal_problem(&request)
            }
        };
        *response.status_mut() =
            StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        // A problem is text and numbers, which always have a JSON form.
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        *response.body_mut() = Bytes::from(body).into();
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json; charset=utf-8"));
    }
}

fn internal_problem(request: &str) -> Problem {
    let detail = format!(
        "Something went wrong on this server. Its keeper finds the reason in the log under {request}."
    );
    problem(StatusCode::INTERNAL_SERVER_ERROR, None, detail)
}

fn panicked(panic: Box<dyn std::any::Any + Send>) -> Result<Response, Infallible> {
    let message = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    let mut response = Response::default();
    response.extensions_mut().insert(Failure::Internal(format!("an invariant is broken: {message}")));
    Ok(response)
}

/// Headers that scripts of other sites may read; without `Location` and `Range` they could not resume an upload.
const EXPOSED: &str =
    "Retry-After, Location, Range, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id";

/// What scripts of other sites may ask, in PeerTube's words; remembered for two hours, as long as browsers do.
fn preflight(asked: &HeaderMap) -> Response {
    let mut response = empty(StatusCode::NO_CONTENT);
    let headers = response.headers_mut();
    for (name, value) in [
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (ACCESS_CONTROL_ALLOW_METHODS, "GET,HEAD,PUT,PATCH,POST,DELETE"),
        (ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED),
        (ACCESS_CONTROL_MAX_AGE, "7200"),
        (VARY, "Access-Control-Request-Headers"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Some(wanted) = asked.get(ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, wanted.clone());
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::respond::{json_text, respond};
    use http_body_util::{BodyExt, Full};
    use warp::Filter;

    /// What the front makes of `GET` on one of four routes that each answer in another way.
    async fn answer(path: &str) -> (http::response::Parts, serde_json::Value) {
        let fine = warp::path!("api" / "fine").map(|| json_text("{\"fine\":true}"));
        let refused = warp::path!("api" / "refused").map(|| respond(Err(Failure::not_found("Nothing here"))));
        let failed = warp::path!("api" / "failed")
            .map(|| respond(Err(Failure::Internal("the disk is on fire".to_owned()))));
        let broken = warp::path!("api" / "broken").map(|| -> Response { panic!("three is not four") });
        let page = warp::path!("page").map(|| json_text("{}"));
        let routes = fine.or(refused).unify().or(failed).unify().or(broken).unify().or(page).unify().boxed();
        let front = front::<Full<Bytes>>(routes, Dice);
        let request = Request::get(path).body(Full::default()).unwrap();
        let Ok(response) = front(request).await;
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        (head, serde_json::from_slice(&body).unwrap())
    }

    #[tokio::test]
    async fn an_internal_failure_tells_a_number_and_no_reason() {
        for path in ["/api/failed", "/api/broken"] {
            let (head, problem) = answer(path).await;
            assert_eq!((head.status.as_u16(), &problem["status"]), (500, &500.into()), "{path}");
            let number = head.headers["x-request-id"].to_str().unwrap();
            let detail = problem["detail"].as_str().unwrap();
            assert!(detail.contains(number), "{detail}");
            assert!(!detail.contains("fire") && !detail.contains("three"), "{detail}");
        }
    }

    #[tokio::test]
    async fn a_problem_is_written_in_peertubes_dress() {
        let (head, problem) = answer("/api/refused").await;
        assert_eq!(head.headers[CONTENT_TYPE], "application/problem+json; charset=utf-8");
        let expected = serde_json::json!({
            "type": "about:blank",
            "title": "Not Found",
            "detail": "Nothing here",
            "status": 404,
            "error": "Nothing here",
        });
        assert_eq!(problem, expected);
    }

    #[tokio::test]
    async fn only_the_api_is_open_to_scripts_of_other_sites() {
        assert_eq!(answer("/api/fine").await.0.headers[ACCESS_CONTROL_ALLOW_ORIGIN], "*");
        assert!(!answer("/page").await.0.headers.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN));
    }
}
