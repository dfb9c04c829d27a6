//! Makes the small pictures of the scrub bar, from the smallest rendition there is.

use std::time::Duration;

use shared::id::VideoId;

use super::package::salt;
use super::task::{Failure, Task};
use crate::files::disk;
use crate::files::remove::picture_name;
use crate::media::stills::{self, Grid};
use crate::store::tables::{JobKey, VideoKey};
use crate::store::{Durability, Read, StoreError};

pub(super) fn run(task: &Task, id: VideoId) -> Result<(), Failure> {
    let video = task.video(id)?;
    let renditions = video.playlist.iter().flat_map(|playlist| &playlist.renditions);
    let smallest =
        renditions.filter(|rendition| rendition.has_video).min_by_key(|rendition| rendition.resolution());
    let (Some(smallest), Some(facts)) = (smallest, &video.facts) else {
        return Ok(());
    };
    let layout = task.app.layout();
    let grid = Grid::plan(Duration::from_millis(facts.duration_ms), smallest.width, smallest.height);
    let file = layout.stream(video.uuid, &smallest.file_name);
    let Some(jpeg) = stills::storyboard(&task.tools, &file, &grid, &task.stop)? else {
        return Ok(());
    };
    let name = picture_name(video.uuid, salt(task));
    disk::write_whole(&layout.storyboard(&name), &layout.tmp().join(&name), &jpeg)?;
    let record = grid.record(name);
    let is_there = task.app.write_here(Durability::Flushed, |write, _| -> Result<bool, StoreError> {
        write.remove(&JobKey { job: task.job });
        let Some(mut video) = write.get(&VideoKey { video: id })? else {
            return Ok(false);
        };
        video.storyboard = Some(record);
        write.insert(&VideoKey { video: id }, &video)?;
        Ok(true)
    })?;
    if is_there { Ok(()) } else { Err(Failure::Stopped) }
}
