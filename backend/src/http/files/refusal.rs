//! Why somebody does not get a file, and how that is said.

use http::StatusCode;
use shared::api::ProblemCode;

use super::answer::{Answer, refuse};
use super::ask::Ask;

/// Why somebody does not get a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// There is nothing.
    NotFound,
    /// It is guarded, and nothing was shown.
    NoToken,
    /// What was shown is no token.
    WrongToken,
    /// It is for others.
    NotForYou,
    /// The password does not open it.
    WrongPassword,
    /// Too many passwords did not.
    TooManyGuesses,
    /// Its owner does not let it be taken away.
    NotOffered,
    /// There is no room to prepare it.
    Busy,
    /// We cannot read it.
    Unreadable,
}

impl Refusal {
    /// The answer that says so.
    #[must_use]
    pub fn answer(self, ask: &Ask<'_>) -> Answer {
        let (status, code, detail) = match self {
            Refusal::NotFound => (StatusCode::NOT_FOUND, None, "File not found"),
            Refusal::NoToken => (
                StatusCode::FORBIDDEN,
                None,
                "Video password header, video file token query parameter and bearer token are all missing",
            ),
            Refusal::WrongToken => {
                (StatusCode::UNAUTHORIZED, Some(ProblemCode::InvalidToken), "Token is invalid")
            }
            Refusal::NotForYou => (StatusCode::FORBIDDEN, None, "Cannot fetch files of this video"),
            Refusal::WrongPassword => (
                StatusCode::FORBIDDEN,
                Some(ProblemCode::IncorrectVideoPassword),
                "Incorrect video password. Access to the video is denied.",
            ),
            Refusal::TooManyGuesses => (
                StatusCode::TOO_MANY_REQUESTS,
                Some(ProblemCode::TooManyRequests),
                "Too many wrong passwords, please try again later.",
            ),
            Refusal::NotOffered => {
                (StatusCode::FORBIDDEN, None, "The video's owner does not offer it for download")
            }
            Refusal::Busy => (
                StatusCode::SERVICE_UNAVAILABLE,
                None,
                "Many films are being prepared already, try again later.",
            ),
            Refusal::Unreadable => (StatusCode::INTERNAL_SERVER_ERROR, None, "The file could not be read"),
        };
        refuse(ask, status, code, detail)
    }
}
