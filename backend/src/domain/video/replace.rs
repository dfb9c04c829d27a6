//! Another file in the place of a video's.
//!
//! Owns when that may be asked for, and what is kept and given up on the way. The video stays what it is until all is
//! made of the new file; a file that nothing could be made of goes, and its maker reads why.

use shared::id::{FileId, VideoId};
use shared::time::Timestamp;

use super::edit::{EditError, own_video};
use super::sight::Sight;
use crate::domain::event::Event;
use crate::domain::viewer::Person;
use crate::domain::{activity, work};
use crate::store::records::{
    Deed, Facts, JobKind, JobState, Playlist, Replacement, Source, Video, VideoState,
};
use crate::store::tables::{JobKey, VideoKey};
use crate::store::{Read, StoreError, Write};

/// The video, for whoever may give it another file now.
///
/// # Errors
/// [`EditError`] when it is gone or another's, or when something is still being made of its file or of the next one.
pub fn replaceable(read: &impl Read, id: VideoId, who: &Person) -> Result<(Video, Sight), EditError> {
    let (video, sight) = own_video(read, id, who)?;
    let is_growing = video.playlist.as_ref().is_some_and(Playlist::is_growing);
    let is_making = video.state == VideoState::ToTranscode || is_growing;
    if is_making || video.replacement.is_some() && work::is_underway(&tries(read, id)?) {
        return Err(EditError::Busy);
    }
    Ok((video, sight))
}

/// Notes that another file arrived. Gives the one that was to replace the video's before, and never did.
///
/// # Errors
/// [`EditError`] as [`replaceable`].
pub fn arrive(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    id: VideoId,
    source: Source,
    facts: Facts,
) -> Result<(Video, Option<Source>), EditError> {
    let (mut video, _) = replaceable(write, id, who)?;
    let given_up: Vec<_> = tries(write, id)?.into_iter().map(|(key, _)| key).collect();
    given_up.iter().for_each(|key| write.remove(key));
    let source = Source { file: Some(FileId(write.next_number("files")?)), ..source };
    let before = video.replacement.replace(Replacement { source, facts, since: now });
    write.insert(&VideoKey { video: id }, &video)?;
    write.note(Event::ReplacementArrived(id));
    activity::note_video(write, now, who, &video, Deed::Source)?;
    Ok((video, before.map(|before| before.source)))
}

/// Forgets the uploaded file that is kept of a video; the file itself is to be removed afterwards.
///
/// # Errors
/// [`EditError::NoSuchVideo`] where there is none, and when the video is another's.
pub fn forget_source(write: &mut Write<'_>, who: &Person, id: VideoId) -> Result<Video, EditError> {
    let (mut video, _) = own_video(write, id, who)?;
    if !video.source_kept {
        return Err(EditError::NoSuchVideo);
    }
    write.use_reserve();
    (video.source.file, video.source_kept) = (None, false);
    write.insert(&VideoKey { video: id }, &video)?;
    Ok(video)
}

/// The jobs that show another file of this video, or gave that up.
fn tries(read: &impl Read, id: VideoId) -> Result<Vec<(JobKey, JobState)>, StoreError> {
    work::find(read, |kind| *kind == JobKind::Replace(id))
}
