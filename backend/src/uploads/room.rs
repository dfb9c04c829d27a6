//! What all uploads of one server share: whose turn it is, and how much happens at one time.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::turns::Turns;

/// Bodies that are received at one time. Each holds half a megabyte at most; more would rather wait for the disk.
const RECEIVING_MAX: usize = 256;
/// Pictures that are decoded at one time: each may take 200 MB for a moment.
const PICTURES_MAX: usize = 2;
/// Files that are probed at one time: each is a process, which the videos being made compete with.
const PROBING_MAX: usize = 4;

/// Caption files that are received at one time: each is whole in memory, two or three times over for a moment.
const CAPTIONS_MAX: usize = 8;

/// What all uploads of one server share.
pub struct Uploads {
    pub(super) turns: Arc<Turns>,
    pub(super) receiving: Arc<Semaphore>,
    pub(super) pictures: Arc<Semaphore>,
    pub(super) probing: Arc<Semaphore>,
    captions: Arc<Semaphore>,
}

impl Uploads {
    /// Leave to receive a caption file, for as long as what is given is kept; none while too many others do.
    #[must_use]
    pub fn caption_turn(&self) -> Option<OwnedSemaphorePermit> {
        self.captions.clone().try_acquire_owned().ok()
    }

    /// Leave to hold one picture decoded in memory, for as long as what is given is kept.
    pub async fn picture_permit(&self) -> Option<OwnedSemaphorePermit> {
        self.pictures.clone().acquire_owned().await.ok()
    }
}

impl Default for Uploads {
    fn default() -> Uploads {
        Uploads {
            turns: Arc::new(Turns::default()),
            receiving: Arc::new(Semaphore::new(RECEIVING_MAX)),
            pictures: Arc::new(Semaphore::new(PICTURES_MAX)),
            captions: Arc::new(Semaphore::new(CAPTIONS_MAX)),
            probing: Arc::new(Semaphore::new(PROBING_MAX)),
        }
    }
}
