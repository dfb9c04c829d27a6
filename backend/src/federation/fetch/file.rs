//! Pictures and captions.

use bytes::Bytes;

use super::error::FetchError;
use crate::app::App;

/// What stands at an address, at most `bytes_max` of it.
///
/// # Errors
/// [`FetchError`].
pub async fn file(_app: &App, _address: &str, _bytes_max: usize) -> Result<Bytes, FetchError> {
    std::future::ready(Err(FetchError::Off)).await
}
