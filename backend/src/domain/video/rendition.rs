//! Single qualities of a video: taken away, and made again.
//!
//! Owns the rule that a video always keeps something to play: its last pictures stay, and so does the sound that lies
//! apart from pictures as long as there are any. What is made again is what the settings ask for and the video lacks.

use shared::id::{FileId, VideoId};
use shared::time::Timestamp;

use crate::domain::work;
use crate::store::records::{JobKind, Playlist, Video, VideoState};
use crate::store::tables::VideoKey;
use crate::store::{Read, StoreError, Write};

/// Why a rendition stays, or none is made.
#[derive(Debug, thiserror::Error)]
pub enum RenditionError {
    /// There is no such video, or no more.
    #[error("there is no such video")]
    NoSuchVideo,
    /// Nothing was made of it yet.
    #[error("the video has no stream")]
    NoStream,
    /// Its stream has no such file.
    #[error("the stream has no such file")]
    NoSuchFile,
    /// Nothing would be left to play.
    #[error("the file is the last one")]
    LastFile,
    /// Pictures without sound would be left.
    #[error("the file is the sound of others")]
    SoundOfOthers,
    /// Something is being made of it.
    #[error("the video is being worked on")]
    Busy,
    /// What it could be made of is gone.
    #[error("the uploaded file is gone")]
    NothingLeft,
    /// The store failed.
    #[error("the video could not be read or written")]
    Store(#[from] StoreError),
}

/// The stream of a video without one of its files.
///
/// # Errors
/// [`RenditionError`] when there is no such file, or it has to stay.
pub fn without(video: &Video, file: FileId) -> Result<Playlist, RenditionError> {
    let stream = video.playlist.as_ref().ok_or(RenditionError::NoStream)?;
    if stream.is_growing() {
        return Err(RenditionError::Busy);
    }
    let gone = stream.renditions.iter().find(|rendition| rendition.file == file);
    let gone = gone.ok_or(RenditionError::NoSuchFile)?;
    let mut left = stream.clone();
    left.renditions.retain(|rendition| rendition.file != file);
    let has_pictures = |stream: &Playlist| stream.renditions.iter().any(|rendition| rendition.has_video);
    if left.renditions.is_empty() || (gone.has_video && !has_pictures(&left)) {
        return Err(RenditionError::LastFile);
    }
    if !gone.has_video && has_pictures(&left) {
        return Err(RenditionError::SoundOfOthers);
    }
    Ok(left)
}

/// Puts `left` in the place of the stream that `before` has. Gives the video as it is then.
///
/// # Errors
/// [`RenditionError::Busy`] when the video is not what it was, or is about to be something else.
pub fn take_away(
    write: &mut Write<'_>,
    now: Timestamp,
    before: &Video,
    left: Playlist,
) -> Result<Video, RenditionError> {
    let key = VideoKey { video: before.id };
    let mut video = write.get(&key)?.ok_or(RenditionError::NoSuchVideo)?;
    // The master that was written names what was there when it was.
    let is_the_same = video.playlist == before.playlist && video.captions == before.captions;
    if !is_the_same || is_at_work(write, video.id)? {
        return Err(RenditionError::Busy);
    }
    video.playlist = Some(left);
    video.removals = video.removals.saturating_add(1);
    video.updated_at = now;
    write.insert(&key, &video)?;
    Ok(video)
}

/// Has made what the settings ask for and the video lacks. One that is being made already is made once, where it is
/// forced, and refused where it is not.
///
/// # Errors
/// [`RenditionError`].
pub fn make_again(
    write: &mut Write<'_>,
    now: Timestamp,
    id: VideoId,
    forced: bool,
) -> Result<(), RenditionError> {
    let key = VideoKey { video: id };
    let mut video = write.get(&key)?.ok_or(RenditionError::NoSuchVideo)?;
    if is_at_work(write, id)? {
        return if forced { Ok(()) } else { Err(RenditionError::Busy) };
    }
    let kind = match (&video.playlist, &video.source.file) {
        (Some(_), _) => JobKind::Transcode(id),
        (None, Some(_)) => JobKind::Package(id),
        (None, None) => return Err(RenditionError::NothingLeft),
    };
    for (given_up, _) in work::find(write, |kind| makes(kind, id))? {
        // This is the next try.
        write.remove(&given_up);
    }
    if video.state == VideoState::TranscodingFailed {
        video.state = VideoState::ToTranscode;
        write.insert(&key, &video)?;
    }
    work::ask(write, now, kind)?;
    Ok(())
}

/// Whether its renditions are being made, or replaced.
fn is_at_work(read: &impl Read, id: VideoId) -> Result<bool, StoreError> {
    let jobs = work::find(read, |kind| makes(kind, id) || *kind == JobKind::Replace(id))?;
    Ok(work::is_underway(&jobs))
}

fn makes(kind: &JobKind, id: VideoId) -> bool {
    matches!(kind, JobKind::Package(video) | JobKind::Transcode(video) if *video == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::video::tests::video;
    use crate::store::records::Rendition;

    fn rendition(number: u64, height: u32) -> Rendition {
        Rendition {
            file: FileId(number),
            playlist_name: format!("{height}.m3u8"),
            file_name: format!("{height}.mp4"),
            width: height * 16 / 9,
            height,
            fps: 30,
            bytes: 1000,
            bandwidth: 1000,
            bandwidth_average: 1000,
            codecs: String::new(),
            channels: 0,
            has_audio: height == 0,
            has_video: height != 0,
            torrent: None,
        }
    }

    /// What is left of a stream with these heights, 0 for sound, when the file of `gone` goes.
    fn left(heights: &[u32], gone: u64) -> Result<Vec<u32>, String> {
        let mut video = video(1);
        let renditions = (1..).zip(heights).map(|(number, height)| rendition(number, *height)).collect();
        let (master, digests) = ("m".to_owned(), "d".to_owned());
        video.playlist = Some(Playlist { id: 1, master, digests, renditions });
        let left = without(&video, FileId(gone)).map_err(|error| error.to_string())?;
        Ok(left.renditions.iter().map(|rendition| rendition.height).collect())
    }

    #[test]
    fn a_video_keeps_something_to_play() {
        assert_eq!(left(&[720, 480, 0], 1), Ok(vec![480, 0]));
        assert_eq!(left(&[720, 480, 0], 3).unwrap_err(), "the file is the sound of others");
        assert_eq!(left(&[480, 0], 1).unwrap_err(), "the file is the last one");
        assert_eq!(left(&[0], 1).unwrap_err(), "the file is the last one");
        assert_eq!(left(&[480], 9).unwrap_err(), "the stream has no such file");
        let bare = Video { playlist: None, ..video(1) };
        assert!(matches!(without(&bare, FileId(1)), Err(RenditionError::NoStream)));
    }
}
