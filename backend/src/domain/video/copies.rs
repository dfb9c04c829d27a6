//! Copies of what a video of another server has there: pictures and words that somebody looked at here.
//!
//! Each has a name of ours. The surprise is that the video's UUID names none of them: it is theirs to choose, so they could
//! choose the name of a picture of ours, and have that removed with the video.

use shared::id::Uuid;

use crate::domain::event::Event;
use crate::store::Write;
use crate::store::records::Video;

/// Has copies removed of what a video no longer has; `new` is none where it is gone.
pub fn drop(write: &mut Write<'_>, old: &Video, new: Option<&Video>) {
    let kept = new.map(names).unwrap_or_default();
    for name in names(old) {
        if !kept.contains(&name) {
            write.note(Event::PictureDropped { name });
        }
    }
}

/// What the names of a video's copies begin with; nothing for one of this server.
#[must_use]
pub fn names(video: &Video) -> Vec<Uuid> {
    /// A UUID as it is written.
    const LENGTH: usize = 36;
    let Some(remote) = &video.remote else { return Vec::new() };
    let pictures = remote.pictures.iter().chain(&remote.storyboard).map(|picture| picture.name);
    let words = video.captions.iter().filter_map(|caption| caption.file_name.get(..LENGTH)?.parse().ok());
    pictures.chain(words).collect()
}
