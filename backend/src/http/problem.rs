//! What goes wrong with a request, and how it is said: problems for whoever asked, internal failures for the log.
//!
//! Owns the dress of RFC 7807 problems as PeerTube wears it. Each room's error type becomes a [`Failure`] in one total
//! `match` beside its handlers. An internal failure tells the asker nothing but a number to quote.

use std::collections::BTreeMap;
use std::error::Error;

use http::StatusCode;
use shared::api::{InvalidParam, Problem, ProblemCode};

use crate::domain::wrong::Wrong;
use crate::store::StoreError;

/// Why a request does not get what it asked for.
#[derive(Clone, Debug)]
pub enum Failure {
    /// The asker can do something about it.
    Problem(Box<Problem>),
    /// The keeper of the instance can: what went wrong, with its causes, for the log.
    Internal(String),
}

impl Failure {
    /// A problem that has no more to say than a status and a sentence.
    #[must_use]
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Failure {
        Failure::from(problem(status, None, detail))
    }

    /// 400.
    #[must_use]
    pub fn bad_request(detail: impl Into<String>) -> Failure {
        Failure::new(StatusCode::BAD_REQUEST, detail)
    }

    /// 403.
    #[must_use]
    pub fn forbidden(detail: impl Into<String>) -> Failure {
        Failure::new(StatusCode::FORBIDDEN, detail)
    }

    /// 404.
    #[must_use]
    pub fn not_found(detail: impl Into<String>) -> Failure {
        Failure::new(StatusCode::NOT_FOUND, detail)
    }

    /// A problem that programs branch on.
    #[must_use]
    pub fn coded(status: StatusCode, code: ProblemCode, detail: impl Into<String>) -> Failure {
        Failure::from(problem(status, Some(code), detail))
    }

    /// 400 that names each wrong parameter.
    #[must_use]
    pub fn wrong(wrongs: Vec<Wrong>) -> Failure {
        let names: Vec<&str> = wrongs.iter().map(|wrong| wrong.path.as_str()).collect();
        let detail = format!("Incorrect request parameters: {}", names.join(", "));
        let mut problem = problem(StatusCode::BAD_REQUEST, None, detail);
        problem.invalid_params =
            wrongs.into_iter().map(|wrong| (wrong.path.clone(), invalid_param(wrong))).collect();
        Failure::from(problem)
    }

    /// A failure of ours.
    #[must_use]
    pub fn internal(error: &dyn Error) -> Failure {
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            text.push_str(": ");
            text.push_str(&error.to_string());
            cause = error.source();
        }
        Failure::Internal(text)
    }
}

/// Where PeerTube documents its codes.
const PEERTUBE_ERRORS: &str = "https://docs.joinpeertube.org/api-rest-reference.html#section/Errors/";

/// A problem in PeerTube's words. One with a code of PeerTube's has an address instead of a title.
#[must_use]
pub fn problem(status: StatusCode, code: Option<ProblemCode>, detail: impl Into<String>) -> Problem {
    let detail = detail.into();
    // Clients of PeerTube compare the whole address.
    let address = code.as_ref().filter(|code| code.is_peertubes());
    let address = address.map(|code| format!("{PEERTUBE_ERRORS}{}", code.as_str()));
    Problem {
        title: if address.is_some() { None } else { status.canonical_reason().map(str::to_owned) },
        kind: address.unwrap_or_else(|| "about:blank".to_owned()),
        error: detail.clone(),
        detail,
        instance: None,
        status: status.as_u16(),
        code,
        invalid_params: BTreeMap::new(),
    }
}

fn invalid_param(wrong: Wrong) -> InvalidParam {
    InvalidParam {
        kind: "field".to_owned(),
        value: wrong.value,
        msg: wrong.message,
        path: wrong.path,
        location: wrong.place.as_str().to_owned(),
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Failure {
        Failure::Problem(Box::new(problem))
    }
}

impl From<Vec<Wrong>> for Failure {
    fn from(wrongs: Vec<Wrong>) -> Failure {
        Failure::wrong(wrongs)
    }
}

impl From<Wrong> for Failure {
    fn from(wrong: Wrong) -> Failure {
        Failure::wrong(vec![wrong])
    }
}

/// 507.
#[must_use]
pub fn no_space_left() -> Failure {
    let detail = "The disk of this instance is full.";
    Failure::coded(StatusCode::INSUFFICIENT_STORAGE, ProblemCode::NoSpaceLeft, detail)
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        if matches!(error, StoreError::Full) { no_space_left() } else { Failure::internal(&error) }
    }
}
