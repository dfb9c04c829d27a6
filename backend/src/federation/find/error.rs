//! Why something was not found.

use crate::federation::fetch::FetchError;
use crate::federation::keep::KeepError;
use crate::federation::vocab::Flaw;
use crate::store::StoreError;

/// Why something was not found.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// It was not answered.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// It cannot be kept.
    #[error(transparent)]
    Keep(KeepError),
    /// It cannot be read.
    #[error(transparent)]
    Flaw(#[from] Flaw),
    /// It is something else.
    #[error("it is something else than what was looked for")]
    Kind,
    /// The instance does not want to hear of its server.
    #[error("its server is muted")]
    Muted,
    /// More would have to be asked, of more servers, or through more answers, than is.
    #[error("too much would have to be asked")]
    Budget,
    /// The store failed.
    #[error("what is known could not be read or written")]
    Store(#[from] StoreError),
}

impl From<KeepError> for FindError {
    fn from(error: KeepError) -> FindError {
        match error {
            KeepError::Store(error) => FindError::Store(error),
            error @ (KeepError::Ours
            | KeepError::NameTaken
            | KeepError::KindChanged
            | KeepError::Owner
            | KeepError::Place(_)
            | KeepError::UuidTaken
            | KeepError::NotPublic
            | KeepError::Unheard
            | KeepError::Empty
            | KeepError::Gone
            | KeepError::TooMany
            | KeepError::Comment(_)) => FindError::Keep(error),
        }
    }
}

impl FindError {
    /// Whether its server says that it is gone.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        matches!(self, FindError::Fetch(error) if error.is_gone())
    }

    /// Whether its server says that it removed it, and not only that it does not find it.
    #[must_use]
    pub fn is_gone_for_good(&self) -> bool {
        matches!(self, FindError::Fetch(error) if error.is_gone_for_good())
    }

    /// Whether it may be found later.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            FindError::Fetch(error) => error.may_pass(),
            FindError::Store(_) => true,
            FindError::Keep(_)
            | FindError::Flaw(_)
            | FindError::Kind
            | FindError::Muted
            | FindError::Budget => false,
        }
    }
}
