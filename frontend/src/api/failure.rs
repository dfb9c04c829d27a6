//! Why a call brought nothing.

use std::time::Duration;

use shared::api::{Problem, ProblemCode};

/// Why a call brought nothing.
#[derive(Clone, PartialEq, Debug)]
pub enum Failure {
    /// The instance answered that it would not.
    Refused {
        /// What it said.
        problem: Box<Problem>,
        /// When it may be asked again.
        retry_after: Option<Duration>,
    },
    /// No answer came.
    Unreachable,
    /// An answer came that is not the one we know.
    Unreadable,
}

impl Failure {
    /// Reads an answer that is not a success.
    pub fn from_answer(status: u16, text: &str, retry_after: Option<&str>) -> Failure {
        let problem = serde_json::from_str(text).unwrap_or_else(|_| Problem {
            kind: "about:blank".to_owned(),
            title: None,
            detail: String::new(),
            instance: None,
            status,
            // Rate limits answer with a plain sentence.
            code: (status == 429).then_some(ProblemCode::TooManyRequests),
            invalid_params: std::collections::BTreeMap::new(),
            error: String::new(),
        });
        let retry_after =
            retry_after.and_then(|seconds| seconds.trim().parse().ok()).map(Duration::from_secs);
        Failure::Refused { problem: Box::new(problem), retry_after }
    }

    /// The HTTP status, where there was an answer with a reason.
    pub fn status(&self) -> Option<u16> {
        match self {
            Failure::Refused { problem, .. } => Some(problem.status),
            Failure::Unreachable | Failure::Unreadable => None,
        }
    }

    /// The code, where the answer had one.
    pub fn code(&self) -> Option<&ProblemCode> {
        match self {
            Failure::Refused { problem, .. } => problem.code.as_ref(),
            Failure::Unreachable | Failure::Unreadable => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_keeps_its_code() {
        let text = r#"{"type":"about:blank","detail":"no","status":413,"code":"quota_reached","error":"no"}"#;
        let failure = Failure::from_answer(413, text, None);
        assert_eq!((failure.status(), failure.code()), (Some(413), Some(&ProblemCode::QuotaReached)));
    }

    #[test]
    fn a_rate_limit_in_plain_words_says_when_to_come_back() {
        let failure = Failure::from_answer(429, "Too many requests, please try again later.", Some("300"));
        assert_eq!(failure.code(), Some(&ProblemCode::TooManyRequests));
        let Failure::Refused { retry_after, .. } = failure else { panic!("{failure:?}") };
        assert_eq!(retry_after, Some(Duration::from_secs(300)));
    }

    #[test]
    fn what_is_no_problem_keeps_its_status() {
        for text in ["", "<html>502 Bad Gateway</html>", r#"{"error":{"code":"FileNotFound"}}"#] {
            let failure = Failure::from_answer(502, text, None);
            assert_eq!((failure.status(), failure.code()), (Some(502), None), "{text}");
        }
    }
}
