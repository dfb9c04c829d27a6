//! Which captions a video has.

use shared::id::VideoId;
use shared::time::Timestamp;

use crate::domain::activity;
use crate::domain::event::Event;
use crate::domain::right::Right;
use crate::domain::video::edit::{EditError, own_video};
use crate::domain::viewer::Person;
use crate::domain::work;
use crate::store::records::{Caption, Deed, Hearing, JobKind, JobState, Video};
use crate::store::tables::{JobKey, VideoKey};
use crate::store::{Read, StoreError, Write};

/// Why a caption was not kept or removed.
#[derive(Debug, thiserror::Error)]
pub enum CaptionError {
    /// The video cannot be changed.
    #[error(transparent)]
    Video(#[from] EditError),
    /// There is none in this language.
    #[error("the video has no caption in this language")]
    NoSuchCaption,
    /// Somebody wrote some, or the video was heard before.
    #[error("the video has captions")]
    HasCaptions,
    /// Nothing can be heard in it.
    #[error("the video has no sound")]
    NoSound,
    /// Nothing is there to be heard yet.
    #[error("the video is still being made")]
    Unmade,
    /// A program heard it, and nobody says anything.
    #[error("nothing is said in the video")]
    Silent,
    /// It is being heard already.
    #[error("the video is being heard already")]
    Busy,
    /// Only who may change every video makes it be heard a second time at once.
    #[error("only administrators force this")]
    NotForced,
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
    let (video, _) = own_video(write, video, who)?;
    activity::note_video(write, now, who, &video, Deed::Captions)?;
    Ok(put_in(write, now, video, language, file, false)?)
}

/// Adds what a program heard in a video. What somebody wrote in its language stays. Gives the file that nothing names.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn put_heard(
    write: &mut Write<'_>,
    now: Timestamp,
    video: VideoId,
    language: &str,
    file: CaptionFile,
) -> Result<Option<String>, StoreError> {
    let Some(mut video) = write.get(&VideoKey { video })? else { return Ok(Some(file.name)) };
    if video.captions.iter().any(|caption| caption.language == language && !caption.automatic) {
        return Ok(Some(file.name));
    }
    video.language.get_or_insert_with(|| language.to_owned());
    write.note(Event::VideoHeard(video.id));
    put_in(write, now, video, language, file, true)
}

fn put_in(
    write: &mut Write<'_>,
    now: Timestamp,
    mut video: Video,
    language: &str,
    file: CaptionFile,
    automatic: bool,
) -> Result<Option<String>, StoreError> {
    let caption = Caption {
        language: language.to_owned(),
        file_name: file.name,
        automatic,
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

/// Asks that what is said in a video be written down.
///
/// # Errors
/// [`CaptionError`].
pub fn ask_to_hear(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    video: VideoId,
    forced: bool,
) -> Result<(), CaptionError> {
    let (mut video, _) = own_video(write, video, who)?;
    if !video.captions.is_empty() {
        return Err(CaptionError::HasCaptions);
    }
    if forced && !who.has(Right::UpdateAnyVideo) {
        return Err(CaptionError::NotForced);
    }
    let renditions = &video.playlist.as_ref().ok_or(CaptionError::Unmade)?.renditions;
    if !renditions.iter().any(|rendition| rendition.has_audio) {
        return Err(CaptionError::NoSound);
    }
    match video.hearing {
        Hearing::Never => {}
        Hearing::Silent if forced => {}
        Hearing::Silent => return Err(CaptionError::Silent),
        Hearing::Asked(job) => {
            let key = JobKey { job };
            match write.get(&key)?.map(|job| job.state) {
                // It ended, or ends by itself.
                None => {}
                Some(JobState::Leased(_)) if forced => {}
                Some(JobState::Leased(_) | JobState::Due(_)) if !forced => return Err(CaptionError::Busy),
                Some(JobState::Leased(_) | JobState::Due(_) | JobState::Dead(_)) => write.remove(&key),
            }
        }
    }
    video.hearing = Hearing::Asked(work::ask(write, now, JobKind::Transcribe(video.id))?);
    write.insert(&VideoKey { video: video.id }, &video)?;
    Ok(())
}

/// Notes that nobody says anything in a video, unless its file is another since it was listened to.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn put_silence(write: &mut Write<'_>, heard: &Video) -> Result<(), StoreError> {
    let key = VideoKey { video: heard.id };
    if let Some(video) = write.get(&key)?.filter(|video| video.replaced_at == heard.replaced_at) {
        write.insert(&key, &Video { hearing: Hearing::Silent, ..video })?;
    }
    Ok(())
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
    activity::note_video(write, now, who, &video, Deed::Captions)?;
    Ok(caption.file_name)
}
