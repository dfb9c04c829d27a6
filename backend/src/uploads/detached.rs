//! Work that goes on when whoever asked for it has gone.

use super::UploadError;

/// Runs work in a task of its own: a client that goes away takes the request's future with it, not what it sent. A
/// panic in there goes on here, so that the request fails alone.
pub(super) async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, UploadError>> + Send + 'static,
) -> Result<T, UploadError> {
    match tokio::spawn(work).await {
        Ok(outcome) => outcome,
        Err(failed) => match failed.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The server stops.
            Err(_) => Err(UploadError::Broken),
        },
    }
}
