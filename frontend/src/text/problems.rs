//! What went wrong, in plain sentences.
//!
//! Owns the one place where a failure becomes words. The match over codes is total: a new code without a sentence
//! does not compile.

use shared::api::ProblemCode;

use super::words::Words;
use crate::api::Failure;

/// One sentence for people.
pub fn explain(failure: &Failure, words: &'static Words) -> String {
    let problem = match failure {
        Failure::Unreachable => return words.problem_unreachable.to_owned(),
        Failure::Unreadable => return words.problem_unreadable.to_owned(),
        Failure::Refused { problem, retry_after } => {
            if let (Some(ProblemCode::TooManyRequests), Some(wait)) = (&problem.code, retry_after) {
                let minutes = wait.as_secs().div_ceil(60).max(1);
                return words.problem_too_many_wait.replacen("{}", &minutes.to_string(), 1);
            }
            problem
        }
    };
    let known = problem.code.as_ref().and_then(|code| by_code(code, words));
    if let Some(sentence) = known.or_else(|| by_status(problem.status, words)) {
        return sentence.to_owned();
    }
    let fields: Vec<&str> = problem.invalid_params.keys().map(String::as_str).collect();
    if !fields.is_empty() {
        return words.problem_fields.replacen("{}", &fields.join(", "), 1);
    }
    if problem.detail.is_empty() { words.problem_unknown.to_owned() } else { problem.detail.clone() }
}

fn by_code(code: &ProblemCode, words: &'static Words) -> Option<&'static str> {
    Some(match code {
        ProblemCode::Unauthorized | ProblemCode::InvalidToken => words.problem_unauthorized,
        ProblemCode::InvalidGrant => words.problem_invalid_grant,
        ProblemCode::InvalidClient | ProblemCode::UnsupportedGrant | ProblemCode::SyntaxError => {
            words.problem_client
        }
        ProblemCode::AccountBlocked => words.problem_blocked,
        ProblemCode::CurrentPasswordIsInvalid => words.problem_current_password,
        ProblemCode::MissingTwoFactor => words.problem_missing_code,
        ProblemCode::InvalidTwoFactor => words.problem_invalid_code,
        ProblemCode::AccountWaitingForApproval => words.problem_waiting_approval,
        ProblemCode::AccountApprovalRejected => words.problem_approval_rejected,
        ProblemCode::EmailNotVerified => words.problem_email_not_verified,
        ProblemCode::TooManyRequests => words.problem_too_many,
        ProblemCode::VideoRequiresPassword => words.problem_needs_password,
        ProblemCode::IncorrectVideoPassword => words.problem_wrong_password,
        ProblemCode::QuotaReached => words.problem_quota,
        ProblemCode::MaxFileSizeReached => words.problem_too_large,
        ProblemCode::UploadUnreadable => words.problem_not_a_video,
        ProblemCode::NoSpaceLeft => words.problem_no_space,
        ProblemCode::RangeNotSatisfiable => words.problem_range,
        ProblemCode::Conflict => words.problem_conflict,
        ProblemCode::Other(_) => return None,
    })
}

fn by_status(status: u16, words: &'static Words) -> Option<&'static str> {
    Some(match status {
        401 => words.problem_unauthorized,
        403 => words.problem_forbidden,
        404 | 410 => words.problem_not_found,
        409 => words.problem_conflict,
        413 => words.problem_too_large,
        415 | 422 => words.problem_not_a_video,
        429 => words.problem_too_many,
        507 => words.problem_no_space,
        500.. => words.problem_server,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::words::{en, fr};

    fn refused(status: u16, body: &str) -> Failure {
        Failure::from_answer(status, body, None)
    }

    #[test]
    fn a_code_says_more_than_a_status() {
        let failure =
            refused(400, r#"{"type":"x","status":400,"code":"invalid_grant","detail":"Invalid grant"}"#);
        assert_eq!(explain(&failure, &en::WORDS), en::WORDS.problem_invalid_grant);
        assert_eq!(explain(&failure, &fr::WORDS), fr::WORDS.problem_invalid_grant);
    }

    #[test]
    fn a_status_says_more_than_nothing() {
        assert_eq!(explain(&refused(404, ""), &en::WORDS), en::WORDS.problem_not_found);
        assert_eq!(explain(&refused(502, "<html>"), &en::WORDS), en::WORDS.problem_server);
    }

    #[test]
    fn wrong_fields_are_named() {
        let body = r#"{"type":"about:blank","status":400,"detail":"Incorrect request parameters: name",
            "invalid-params":{"name":{"type":"field","msg":"Invalid value","path":"name","location":"body"}}}"#;
        assert_eq!(
            explain(&refused(400, body), &en::WORDS),
            en::WORDS.problem_fields.replacen("{}", "name", 1)
        );
    }

    #[test]
    fn a_rate_limit_says_how_long() {
        let failure = Failure::from_answer(429, "Too many requests", Some("61"));
        assert_eq!(explain(&failure, &en::WORDS), en::WORDS.problem_too_many_wait.replacen("{}", "2", 1));
    }

    #[test]
    fn a_code_of_another_server_leaves_its_own_words() {
        let failure =
            refused(400, r#"{"type":"x","status":400,"code":"live_max","detail":"Max lives reached"}"#);
        assert_eq!(explain(&failure, &en::WORDS), "Max lives reached");
    }
}
