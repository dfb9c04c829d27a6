//! stub
use super::fetch::FetchError;
use super::keep::KeepError;
use crate::app::App;
use crate::store::StoreError;
use crate::store::records::Party;
use shared::id::{CommentId, VideoId};
/// stub
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// stub
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// stub
    #[error(transparent)]
    Keep(#[from] KeepError),
    /// stub
    #[error(transparent)]
    Store(#[from] StoreError),
}
impl FindError {
    /// stub
    #[must_use]
    pub fn is_gone(&self) -> bool {
        matches!(self, FindError::Fetch(error) if error.is_gone())
    }
    /// stub
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(self, FindError::Fetch(error) if error.may_pass())
    }
}
/// stub
/// # Errors
/// stub
pub async fn actor(_app: &App, _id: &str) -> Result<Party, FindError> {
    todo!()
}
/// stub
/// # Errors
/// stub
pub async fn actor_anew(_app: &App, _id: &str) -> Result<Party, FindError> {
    todo!()
}
/// stub
/// # Errors
/// stub
pub async fn video(_app: &App, _id: &str) -> Result<VideoId, FindError> {
    todo!()
}
/// stub
/// # Errors
/// stub
pub async fn comment(_app: &App, _id: &str) -> Result<CommentId, FindError> {
    todo!()
}
