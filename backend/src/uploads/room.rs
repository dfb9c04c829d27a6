//! What all uploads of one server share: whose turn it is, and how much happens at one time.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::turns::Turns;

/// Bodies that are received at one time. Each holds half a megabyte at most; more would rather wait for the disk.
const RECEIVING_MAX: usize = 256;
/// Pictures that are decoded at one time: each may take 200 MB for a moment.
const PICTURES_MAX: usize = 2;
/// Files that are probed at one time: each is a process, which the videos being made compete with.
const PROBING_MAX: usize = 4;

/// What all uploads of one server share.
pub struct Uploads {
    pub(super) turns: Arc<Turns>,
    pub(super) receiving: Arc<Semaphore>,
    pub(super) pictures: Arc<Semaphore>,
    pub(super) probing: Arc<Semaphore>,
}

impl Default for Uploads {
    fn default() -> Uploads {
        Uploads {
            turns: Arc::new(Turns::default()),
            receiving: Arc::new(Semaphore::new(RECEIVING_MAX)),
            pictures: Arc::new(Semaphore::new(PICTURES_MAX)),
            probing: Arc::new(Semaphore::new(PROBING_MAX)),
        }
    }
}
