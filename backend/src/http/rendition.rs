//! `/videos/{id}/hls`, `/web-videos` and `/transcoding`: single qualities of a video, for administrators.
//!
//! There is one stream of each video and no second set of whole files, so that of PeerTube's two ways to play one, the
//! other is never there to fall back on: the stream as a whole is refused to go, as PeerTube refuses it then.

use http::StatusCode;
use shared::api::ProblemCode;
use shared::id::{FileId, VideoId};

use super::extract::{Ask, Body, Segment};
use super::fields::Fields;
use super::problem::Failure;
use super::respond::{Outcome, no_content};
use super::video::find;
use crate::app::App;
use crate::domain::right::Right;
use crate::domain::video::rendition::{self, RenditionError, make_again, take_away};
use crate::files::layout::{master_name, pieces_name};
use crate::files::{disk, remove};
use crate::jobs::{forget_digests, remove_unnamed, write_master};
use crate::store::records::Video;
use crate::store::tables::VideoKey;
use crate::store::{Durability, Read};

/// A word and a yes.
const WISH_BYTES_MAX: usize = 1024;

/// `DELETE /api/v1/videos/{id}/hls`
pub async fn delete_stream(id: Segment, ask: Ask) -> Outcome {
    ask.person_with(Right::ManageVideoFiles).await?;
    let (entry, _) = find(&id, &ask.app)?;
    Err(Failure::bad_request(match entry.listed.video.playlist {
        None => NO_STREAM,
        Some(_) => "Cannot delete HLS playlist since this video does not have Web Video files",
    }))
}

/// `DELETE /api/v1/videos/{id}/hls/{file}`
pub async fn delete_file(id: Segment, file: Segment, ask: Ask) -> Outcome {
    ask.person_with(Right::ManageVideoFiles).await?;
    let (entry, _) = find(&id, &ask.app)?;
    let file: FileId = file.parse("videoFileId", "Should have a file's number")?;
    let video = entry.listed.video.id;
    ask.app.blocking(move |app| remove_file(app, video, file)).await?;
    Ok(no_content())
}

/// Takes a file out of a video's stream. The stream gets another name, since players count the places of its files, which
/// must not come to mean something else. Blocks.
fn remove_file(app: &App, id: VideoId, file: FileId) -> Result<(), Failure> {
    let before = app.store().get(&VideoKey { video: id })?.ok_or(RenditionError::NoSuchVideo)?;
    let mut left = rendition::without(&before, file)?;
    let after = Video { removals: before.removals.saturating_add(1), ..before.clone() };
    left.master = master_name(after.rendition_stem());
    let failed = |error: std::io::Error| Failure::internal(&error);
    write_master(app, &before, &left).map_err(failed)?;
    let new_master = app.layout().stream(before.uuid, &left.master);
    let stored =
        app.write_here(Durability::Flushed, |write, now| take_away(write, now, &before, left.clone()));
    let after = match stored {
        Ok(after) => after,
        Err(error) => {
            disk::remove_if_there(&new_master).map_err(failed)?;
            return Err(error.into());
        }
    };
    // Nothing names these any more; a start removes what a crash leaves here.
    if let Err(error) = clear(app, &after) {
        tracing::warn!(video = %after.uuid, %error, "files that were taken out of a stream could not be removed");
    }
    Ok(())
}

fn clear(app: &App, video: &Video) -> std::io::Result<()> {
    let Some(stream) = &video.playlist else { return Ok(()) };
    forget_digests(app, video, stream)?;
    remove_unnamed(app, video)?;
    let kept: Vec<String> =
        stream.renditions.iter().map(|left| pieces_name(video.stem(), left.resolution())).collect();
    remove::remove_torrents_but(app.layout(), video.uuid, &kept)
}

/// `DELETE /api/v1/videos/{id}/web-videos`
pub async fn delete_web_videos(id: Segment, ask: Ask) -> Outcome {
    ask.person_with(Right::ManageVideoFiles).await?;
    find(&id, &ask.app)?;
    Err(Failure::bad_request("This video does not have Web Video files"))
}

/// `DELETE /api/v1/videos/{id}/web-videos/{file}`
pub async fn delete_web_video(id: Segment, file: Segment, ask: Ask) -> Outcome {
    ask.person_with(Right::ManageVideoFiles).await?;
    find(&id, &ask.app)?;
    file.parse::<FileId>("videoFileId", "Should have a file's number")?;
    Err(Failure::not_found("This video does not have this Web Video file id"))
}

/// `POST /api/v1/videos/{id}/transcoding`
pub async fn transcode(id: Segment, ask: Ask, body: Body) -> Outcome {
    ask.person_with(Right::RunVideoTranscoding).await?;
    let (entry, _) = find(&id, &ask.app)?;
    let mut fields = Fields::read(&ask, body, WISH_BYTES_MAX).await?;
    let kind = fields.parsed("transcodingType", "Should be hls or web-video", |word| match word {
        "hls" => Some(true),
        "web-video" => Some(false),
        _ => None,
    });
    let is_stream = fields.required("transcodingType", kind);
    let forced = fields.truth("forceTranscoding").unwrap_or(false);
    fields.end()?;
    if !is_stream {
        return Err(Failure::bad_request("Web videos are not made on this instance"));
    }
    let video = entry.listed.video.id;
    ask.app.write(Durability::Flushed, move |write, now| make_again(write, now, video, forced)).await?;
    ask.app.wake_jobs();
    Ok(no_content())
}

const NO_STREAM: &str = "This video does not have HLS files";

impl From<RenditionError> for Failure {
    fn from(error: RenditionError) -> Failure {
        match error {
            RenditionError::NoSuchVideo => Failure::not_found("Video not found"),
            RenditionError::NoStream => Failure::bad_request(NO_STREAM),
            RenditionError::NoSuchFile => Failure::not_found("This HLS playlist does not have this file id"),
            RenditionError::LastFile => Failure::bad_request(
                "Cannot delete last HLS playlist file since this video does not have Web Video files",
            ),
            RenditionError::SoundOfOthers => Failure::bad_request(
                "Cannot delete audio file of HLS playlist with splitted audio/video. Delete all the videos first",
            ),
            RenditionError::Busy => Failure::coded(
                StatusCode::CONFLICT,
                ProblemCode::from("video_already_being_transcoded".to_owned()),
                "This video is already being transcoded",
            ),
            RenditionError::NothingLeft => {
                Failure::bad_request("The file this video was made of is not there any more")
            }
            RenditionError::Store(error) => error.into(),
        }
    }
}
