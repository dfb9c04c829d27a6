//! Why there is no answer.

use std::time::Duration;

use http::StatusCode;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// This instance asks nobody.
    #[error("this instance takes no part in the network")]
    Off,
    /// It is no address of the web, or of a scheme that is not asked.
    #[error("the address is none that is asked")]
    Address,
    /// It is ours.
    #[error("the address is ours")]
    Own,
    /// It may not be asked: not of the open internet.
    #[error("the host may not be asked")]
    Closed,
    /// It is not there, or cannot show who it is.
    #[error("the host is not reached")]
    Silent,
    /// It takes too long.
    #[error("the host takes too long")]
    Late,
    /// Too much is asked at once, here.
    #[error("too much is asked at once here")]
    Busy,
    /// It failed a moment ago, or has been asked too much at once; it is left alone.
    #[error("the host is left alone for {0:?}")]
    Paused(Duration),
    /// It broke off, or speaks no HTTP.
    #[error("the host answers nothing that can be read")]
    Broken,
    /// It is gone for good: 404 or 410.
    #[error("there is nothing any more: {0}")]
    Gone(StatusCode),
    /// It refuses.
    #[error("the host answers {0}")]
    Status(StatusCode),
    /// It leads on and on.
    #[error("the address leads elsewhere")]
    Leads,
    /// More than is read.
    #[error("the answer is too long")]
    TooLong,
    /// It is no document of the network.
    #[error("the answer is no document of the network")]
    Type,
    /// It is not what it says: its id is of another address.
    #[error("the document is of another address")]
    Elsewhere,
    /// Our own key could not be used.
    #[error("the question could not be signed")]
    Unsigned,
}

impl FetchError {
    /// Whether there is nothing at the address any more, as its server says.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        matches!(self, FetchError::Gone(_))
    }

    /// Whether its server says that it removed it (410), and not only that it does not find it.
    #[must_use]
    pub fn is_gone_for_good(&self) -> bool {
        matches!(self, FetchError::Gone(StatusCode::GONE))
    }

    /// Whether what lay at an address may lie at another by now: 403, 404, 410.
    #[must_use]
    pub fn is_elsewhere_by_now(&self) -> bool {
        self.is_gone() || matches!(self, FetchError::Status(StatusCode::FORBIDDEN))
    }

    /// Whether the same question may find an answer later.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            FetchError::Silent
            | FetchError::Late
            | FetchError::Busy
            | FetchError::Paused(_)
            | FetchError::Broken
            | FetchError::Unsigned => true,
            FetchError::Status(status) => {
                status.is_server_error()
                    || *status == StatusCode::TOO_MANY_REQUESTS
                    || *status == StatusCode::REQUEST_TIMEOUT
            }
            FetchError::Off
            | FetchError::Address
            | FetchError::Own
            | FetchError::Closed
            | FetchError::Gone(_)
            | FetchError::Leads
            | FetchError::TooLong
            | FetchError::Type
            | FetchError::Elsewhere => false,
        }
    }
}
