//! Writes down what is said in a video, with the program the settings name.

use std::time::Duration;

use shared::id::VideoId;
use shared::limits::CAPTION_BYTES_MAX;

use super::queue::Outlook;
use super::task::{Failure, Task};
use crate::config::Transcription;
use crate::domain::caption::{self, CaptionFile};
use crate::domain::video::labels;
use crate::files::layout::caption_name;
use crate::files::{disk, text};
use crate::media::run::{self, Limits, RunError};
use crate::media::{Urgency, command, transcribe};
use crate::store::Durability;
use crate::store::records::Rendition;

/// An hour of sound decodes in a few seconds.
const SOUND_TIME_MAX: Duration = Duration::from_secs(60 * 60);
/// Such programs print what they hear.
const OUTPUT_BYTES_MAX: u64 = 64 * 1024 * 1024;
const HOUR: u64 = 60 * 60;

pub(super) fn run(task: &Task, id: VideoId) -> Result<(), Failure> {
    let config = task.app.config();
    let video = task.video(id)?;
    // Turned off since it was asked for.
    if !config.transcription.enabled {
        return Ok(());
    }
    let renditions = video.playlist.iter().flat_map(|playlist| &playlist.renditions);
    let Some(rendition) =
        renditions.filter(|rendition| rendition.has_audio).min_by_key(|rendition| rendition.resolution())
    else {
        return Ok(());
    };
    let Some((language, words)) = listen(task, &config.transcription, &video, rendition)? else {
        // Nobody need listen again.
        task.app.write_here(Durability::Flushed, |write, _| caption::put_silence(write, &video))?;
        return Ok(());
    };
    let name = caption_name(video.uuid, task.app.dice().bytes(), language);
    let layout = task.app.layout();
    let folder = layout.captions(video.uuid);
    std::fs::create_dir_all(&folder)?;
    disk::write_whole(&folder.join(&name), &layout.tmp().join(&name), words.as_bytes())?;
    let file = CaptionFile { name: name.clone(), bytes: u64::try_from(words.len()).unwrap_or(u64::MAX) };
    let put = task
        .app
        .write_here(Durability::Flushed, |write, now| caption::put_heard(write, now, id, language, file));
    // What the record names no more, or never came to name.
    let unused = match &put {
        Ok(replaced) => replaced.clone(),
        Err(_) => Some(name),
    };
    if let Some(unused) = unused {
        disk::remove_if_there(&folder.join(unused))?;
    }
    put?;
    task.app.wake_jobs();
    Ok(())
}

/// What is said, and in which language; nothing where nothing is.
fn listen(
    task: &Task,
    engine: &Transcription,
    video: &crate::store::records::Video,
    rendition: &Rendition,
) -> Result<Option<(&'static str, String)>, Failure> {
    let scratch = task.scratch()?;
    let sound = scratch.path().join("speech.wav");
    let file = task.app.layout().stream(video.uuid, &rendition.file_name);
    let limits = |time_max| Limits {
        time_max,
        silence_max: time_max,
        output_bytes_max: OUTPUT_BYTES_MAX,
        niceness: u8::try_from(task.app.config().transcoding.niceness.min(19)).unwrap_or(19),
        // A model may be as large as whoever chose it likes.
        memory_bytes_max: None,
    };
    let arguments = command::speech(&file, &sound);
    task.tools.run(arguments, &limits(SOUND_TIME_MAX), Urgency::Later, &task.stop, |_| ())?;
    let invocation = transcribe::invocation(engine, &sound, scratch.path(), video.language.as_deref());
    let limits = limits(Duration::from_secs(u64::from(engine.hours_max) * HOUR));
    run::run(&invocation, &limits, task.app.clock(), &task.stop, |_| ()).map_err(failed)?;
    let because = |reason: &str| Failure::Because(reason.to_owned(), Outlook::Doubtful);
    let heard = transcribe::heard(&sound, scratch.path())?;
    let heard = heard.ok_or_else(|| because("The program that writes down what is said wrote nothing."))?;
    let code = video.language.clone().or(heard.language);
    let known = labels::LANGUAGES.iter().find(|(known, _)| Some(*known) == code.as_deref());
    let (language, _) = known.ok_or_else(|| because("It is not known in which language the video is."))?;
    let heard = text::decode(&heard.words);
    if !heard.contains("-->") {
        // Music, or silence.
        return Ok(None);
    }
    let words = caption::read(&heard)
        .map_err(|fault| because(&format!("What was written down is no caption file: {fault}.")))?;
    if CAPTION_BYTES_MAX < words.len() {
        return Err(because("What was written down is longer than captions may be."));
    }
    Ok(Some((language, words)))
}

#[expect(clippy::needless_pass_by_value, reason = "it is what map_err gives")]
fn failed(error: RunError) -> Failure {
    match &error {
        RunError::Stopped => Failure::Stopped,
        RunError::Start { program, source } => {
            tracing::error!(program = %program.display(), %source, "a program could not be started");
            let reason = "The instance lacks the program that writes down what is said.";
            Failure::Because(reason.to_owned(), Outlook::Better)
        }
        RunError::Lost(_) | RunError::TimedOut(_) | RunError::TooMuchOutput(_) | RunError::Failed { .. } => {
            tracing::warn!(%error, "what is said in a video could not be written down");
            let reason = "The program that writes down what is said failed.";
            Failure::Because(reason.to_owned(), Outlook::Doubtful)
        }
    }
}
