//! Removes what is left of a deleted video: its files, and the jobs that were given up on it.

use shared::id::Uuid;

use super::task::{Failure, Task};
use crate::files::remove::remove_all_of;
use crate::store::records::{JobKind, JobState};
use crate::store::tables::{JobKey, VideoKey};
use crate::store::{Durability, Read, StoreError};

pub(super) fn run(task: &Task, uuid: Uuid) -> Result<(), Failure> {
    remove_all_of(task.app.layout(), uuid)?;
    task.app.write_here(Durability::Relaxed, |write, _| -> Result<(), StoreError> {
        write.use_reserve();
        let mut left = Vec::new();
        for row in write.table::<JobKey>() {
            let (key, job) = row?;
            let video = match job.kind {
                JobKind::Package(video)
                | JobKind::Transcode(video)
                | JobKind::Replace(video)
                | JobKind::Storyboard(video)
                | JobKind::Torrents(video)
                | JobKind::Captions(video)
                | JobKind::Transcribe(video)
                | JobKind::RemoveSource(video)
                | JobKind::RemoveFormer(video) => video,
                JobKind::RemoveFiles(_) | JobKind::Talk(_) | JobKind::Network(_) => continue,
            };
            if matches!(job.state, JobState::Dead(_)) && write.get(&VideoKey { video })?.is_none() {
                left.push(key);
            }
        }
        left.iter().for_each(|key| write.remove(key));
        Ok(())
    })?;
    Ok(())
}
