//! Names a video's captions in its master, for players that read nothing else.
//!
//! Runs while nothing else is made of the video, and reads the record anew, so that the last run names what is there.

use std::io;

use shared::id::VideoId;

use super::place;
use super::task::{Failure, Task};
use crate::files::disk;
use crate::files::layout::caption_playlist_name;
use crate::store::records::Video;

pub(super) fn run(task: &Task, id: VideoId) -> Result<(), Failure> {
    let video = task.video(id)?;
    if let Some(playlist) = &video.playlist {
        place::write_master(&task.app, &video, playlist)?;
        remove_unnamed(task, &video)?;
    }
    // Without one there is no master yet; the first will name them.
    Ok(())
}

/// Removes the playlists of captions that are no more.
fn remove_unnamed(task: &Task, video: &Video) -> io::Result<()> {
    let folder = task.app.layout().hls(video.uuid);
    let named: Vec<_> =
        video.captions.iter().map(|caption| caption_playlist_name(&caption.file_name)).collect();
    for file in std::fs::read_dir(&folder)? {
        let file = file?;
        let name = file.file_name();
        let Some(name) = name.to_str() else { continue };
        if is_caption_playlist(video, name) && !named.iter().any(|known| known == name) {
            disk::remove_if_there(&file.path())?;
        }
    }
    Ok(())
}

/// Those of captions have 32 digits after the video's name; those of renditions a height.
fn is_caption_playlist(video: &Video, name: &str) -> bool {
    let rest = name.strip_suffix(".m3u8").and_then(|name| name.strip_prefix(&format!("{}-", video.uuid)));
    rest.and_then(|rest| rest.get(..32))
        .is_some_and(|salt| salt.bytes().all(|digit| digit.is_ascii_hexdigit()))
}
