//! Who is meant by a name.

use super::error::FetchError;
use crate::app::App;

/// The id of the actor that is called `name` at `host`.
///
/// # Errors
/// [`FetchError`].
pub async fn webfinger(_app: &App, _name: &str, _host: &str) -> Result<String, FetchError> {
    std::future::ready(Err(FetchError::Off)).await
}

/// The id of the actor of another instance itself.
///
/// # Errors
/// [`FetchError`].
pub async fn instance_actor(_app: &App, _host: &str) -> Result<String, FetchError> {
    std::future::ready(Err(FetchError::Off)).await
}
