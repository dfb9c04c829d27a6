//! Errors as RFC 7807 problems, in PeerTube's dress.
//!
//! Owns the shape and the closed list of codes; the wording people read is the frontend's.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// `application/problem+json`. PeerTube repeats `detail` as `error`, since old clients read that.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Problem {
    /// `about:blank`, or an address ending in the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status in words; absent where `type` says more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What went wrong, in a sentence.
    #[serde(default)]
    pub detail: String,
    /// The path that was asked for, where parameters were wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// HTTP status.
    pub status: u16,
    /// What a program can branch on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<ProblemCode>,
    /// Wrong parameters by name.
    #[serde(rename = "invalid-params", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub invalid_params: BTreeMap<String, InvalidParam>,
    /// The same as `detail`.
    #[serde(default)]
    pub error: String,
}

/// One wrong parameter.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InvalidParam {
    /// `field`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The value that was sent, where it is short text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What is wrong with it.
    pub msg: String,
    /// Its name.
    pub path: String,
    /// `query`, `body`, `params` or `headers`.
    pub location: String,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// What a program can branch on. PeerTube's codes where it has one, ours where it has none.
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub enum ProblemCode {
            $($(#[$doc])* $name,)*
            /// A code of another server that we do not know.
            Other(String),
        }

        impl ProblemCode {
            /// The code on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(ProblemCode::$name => $text,)*
                    ProblemCode::Other(text) => text,
                }
            }
        }

        impl From<String> for ProblemCode {
            fn from(text: String) -> ProblemCode {
                match text.as_str() {
                    $($text => ProblemCode::$name,)*
                    _ => ProblemCode::Other(text),
                }
            }
        }
    };
}

codes! {
    /// No token.
    Unauthorized = "unauthorized_request",
    /// A token that is not good, or no longer.
    InvalidToken = "invalid_token",
    /// The body is not JSON.
    SyntaxError = "SyntaxError",
    /// Wrong name or password, or a refresh token that was used before.
    InvalidGrant = "invalid_grant",
    /// The client id or secret is not ours.
    InvalidClient = "invalid_client",
    /// A grant type we do not speak.
    UnsupportedGrant = "unsupported_grant_type",
    /// The password that was shown beside a change is not the person's.
    CurrentPasswordIsInvalid = "current_password_is_invalid",
    /// A second proof is asked for.
    MissingTwoFactor = "missing_two_factor",
    /// The second proof was wrong.
    InvalidTwoFactor = "invalid_two_factor",
    /// Nobody judged yet who asked to be let in.
    AccountWaitingForApproval = "account_waiting_for_approval",
    /// Who asked to be let in was refused.
    AccountApprovalRejected = "account_approval_rejected",
    /// Nobody showed yet that mail reaches the person.
    EmailNotVerified = "email_not_verified",
    /// The account was blocked by a moderator.
    AccountBlocked = "account_blocked",
    /// Too many tries; the header `Retry-After` says when to come back.
    TooManyRequests = "too_many_requests",
    /// The video asks for a password.
    VideoRequiresPassword = "video_requires_password",
    /// The password was wrong.
    IncorrectVideoPassword = "incorrect_video_password",
    /// No room left for this user.
    QuotaReached = "quota_reached",
    /// One file larger than the instance takes.
    MaxFileSizeReached = "max_file_size_reached",
    /// Not a file we can read.
    UploadUnreadable = "upload_unreadable",
    /// The disk is full.
    NoSpaceLeft = "no_space_left",
    /// The asked-for bytes lie outside the file.
    RangeNotSatisfiable = "RangeNotSatisfiableError",
    /// The state of the thing does not allow it.
    Conflict = "conflict",
}

impl ProblemCode {
    /// Whether PeerTube knows the code too.
    #[must_use]
    pub fn is_peertubes(&self) -> bool {
        match self {
            ProblemCode::Unauthorized
            | ProblemCode::InvalidToken
            | ProblemCode::SyntaxError
            | ProblemCode::InvalidGrant
            | ProblemCode::InvalidClient
            | ProblemCode::UnsupportedGrant
            | ProblemCode::CurrentPasswordIsInvalid
            | ProblemCode::MissingTwoFactor
            | ProblemCode::InvalidTwoFactor
            | ProblemCode::AccountWaitingForApproval
            | ProblemCode::AccountApprovalRejected
            | ProblemCode::AccountBlocked
            | ProblemCode::VideoRequiresPassword
            | ProblemCode::IncorrectVideoPassword
            | ProblemCode::QuotaReached
            | ProblemCode::MaxFileSizeReached
            | ProblemCode::RangeNotSatisfiable => true,
            ProblemCode::TooManyRequests
            | ProblemCode::UploadUnreadable
            | ProblemCode::NoSpaceLeft
            | ProblemCode::EmailNotVerified
            | ProblemCode::Conflict
            | ProblemCode::Other(_) => false,
        }
    }
}

impl Serialize for ProblemCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ProblemCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<ProblemCode, D::Error> {
        String::deserialize(deserializer).map(ProblemCode::from)
    }
}
