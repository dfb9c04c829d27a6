//! Telling others something.

use bytes::Bytes;

use super::answer::Answer;
use super::error::FetchError;
use crate::app::App;
use crate::store::records::Party;

/// Tells an inbox what `body` says, signed by somebody of this server. Any status is an answer.
///
/// # Errors
/// [`FetchError`] where there was none.
pub async fn post(_app: &App, _inbox: &str, _by: Party, _body: Bytes) -> Result<Answer, FetchError> {
    std::future::ready(Err(FetchError::Off)).await
}
