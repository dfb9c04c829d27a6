//! Which captions a video has.

use shared::id::VideoId;
use shared::time::Timestamp;

use crate::domain::event::Event;
use crate::domain::video::edit::{EditError, own_video};
use crate::domain::viewer::Person;
use crate::store::records::Caption;
use crate::store::tables::VideoKey;
use crate::store::{StoreError, Write};

/// Why a caption was not kept or removed.
#[derive(Debug, thiserror::Error)]
pub enum CaptionError {
    /// The video cannot be changed.
    #[error(transparent)]
    Video(#[from] EditError),
    /// There is none in this language.
    #[error("the video has no caption in this language")]
    NoSuchCaption,
}

impl From<StoreError> for CaptionError {
    fn from(error: StoreError) -> CaptionError {
        CaptionError::Video(error.into())
    }
}

/// The file that a caption's words are in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CaptionFile {
    /// Its name.
    pub name: String,
    /// How long it is.
    pub bytes: u64,
}

/// Adds a caption, or replaces the one in its language. Gives the file that nothing names any more.
///
/// # Errors
/// [`CaptionError`].
pub fn put(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    video: VideoId,
    language: &str,
    file: CaptionFile,
) -> Result<Option<String>, CaptionError> {
    let (mut video, _) = own_video(write, video, who)?;
    let caption = Caption {
        language: language.to_owned(),
        file_name: file.name,
        automatic: false,
        bytes: file.bytes,
        updated_at: now,
    };
    let at = video.captions.iter().position(|caption| caption.language == language);
    let old = match at.and_then(|at| video.captions.get_mut(at)) {
        Some(place) => Some(std::mem::replace(place, caption)),
        None => {
            video.captions.push(caption);
            None
        }
    };
    video.updated_at = now;
    write.insert(&VideoKey { video: video.id }, &video)?;
    write.note(Event::CaptionsChanged(video.id));
    Ok(old.map(|caption| caption.file_name))
}

/// Removes a caption. Gives the file that nothing names any more.
///
/// # Errors
/// [`CaptionError`].
pub fn remove(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    video: VideoId,
    language: &str,
) -> Result<String, CaptionError> {
    let (mut video, _) = own_video(write, video, who)?;
    let at = video.captions.iter().position(|caption| caption.language == language);
    let caption = video.captions.remove(at.ok_or(CaptionError::NoSuchCaption)?);
    video.updated_at = now;
    write.use_reserve();
    write.insert(&VideoKey { video: video.id }, &video)?;
    write.note(Event::CaptionsChanged(video.id));
    Ok(caption.file_name)
}
