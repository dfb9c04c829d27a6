//! Documents of the network.

use super::answer::Fetched;
use super::error::FetchError;
use crate::app::App;

/// What stands at an address, asked by the instance's actor. Its id is where it was found, though that may be another
/// address than the one that was asked for.
///
/// # Errors
/// [`FetchError`].
pub async fn document(app: &App, address: &str) -> Result<Fetched, FetchError> {
    document_unless(app, address, None).await?.ok_or(FetchError::Broken)
}

/// The same, unless it is still as it was when it was known by `etag`: then nothing.
///
/// # Errors
/// [`FetchError`].
pub async fn document_unless(
    _app: &App,
    _address: &str,
    _etag: Option<&str>,
) -> Result<Option<Fetched>, FetchError> {
    std::future::ready(Err(FetchError::Off)).await
}
