//! Removes an uploaded file of which everything was made, or keeps it for its owner where the settings say so.
//!
//! Owns the order: the record forgets it first, so that nothing ever names a file that is gone. A start removes what a
//! crash in between left.

use shared::id::VideoId;

use super::task::{Failure, Task};
use crate::files::disk;
use crate::store::tables::VideoKey;
use crate::store::{Durability, Read, StoreError};

pub(super) fn run(task: &Task, id: VideoId) -> Result<(), Failure> {
    let video = task.video(id)?;
    if video.source_kept {
        return Ok(());
    }
    if task.app.config().transcoding.keep_source && video.source.file.is_some() && video.playlist.is_some() {
        return Ok(task.app.write_here(Durability::Flushed, |write, _| -> Result<(), StoreError> {
            if let Some(mut video) = write.get(&VideoKey { video: id })? {
                video.source_kept = true;
                write.insert(&VideoKey { video: id }, &video)?;
            }
            Ok(())
        })?);
    }
    task.app.write_here(Durability::Flushed, |write, _| -> Result<(), StoreError> {
        write.use_reserve();
        if let Some(mut video) = write.get(&VideoKey { video: id })?
            && video.source.file.take().is_some()
        {
            write.insert(&VideoKey { video: id }, &video)?;
        }
        Ok(())
    })?;
    Ok(disk::remove_if_there(&task.source(&video))?)
}
