//! Opens a video before its first rendition is whole.
//!
//! Owns the moment of publication and the lists that grow after it. The surprise is what a crash makes of it: the job
//! begins anew, and what was shown stays as it is until as much has been made again.

use std::sync::OnceLock;

use super::package::{number, playlist_of, show_pictures};
use super::place;
use super::task::{Failure, Task};
use crate::domain::video::edit::Pictures;
use crate::domain::video::lifecycle::{Milestone, advance};
use crate::media::make::Made;
use crate::media::probe::Probe;
use crate::store::records::{Playlist, Video};
use crate::store::tables::VideoKey;
use crate::store::{Durability, Read, StoreError, Write};

/// A video that is about to be opened, or is open already.
pub(super) struct Opening<'t> {
    task: &'t Task,
    video: &'t Video,
    probe: &'t Probe,
    /// Those that stand for the video; none until they are made.
    pictures: &'t OnceLock<Pictures>,
    /// Segments of each rendition that somebody may have seen before a crash: showing fewer would take them away.
    seen: Vec<usize>,
    /// How many segments of each rendition are listed.
    listed: Vec<usize>,
}

impl<'t> Opening<'t> {
    pub(super) fn new(
        task: &'t Task,
        video: &'t Video,
        probe: &'t Probe,
        pictures: &'t OnceLock<Pictures>,
    ) -> Result<Opening<'t>, Failure> {
        let growing = video.playlist.iter().flat_map(|playlist| &playlist.renditions);
        let seen = growing.map(|rendition| place::segments_listed(&task.app, video, rendition));
        let seen = seen.collect::<Result<_, _>>()?;
        Ok(Opening { task, video, probe, pictures, seen, listed: Vec::new() })
    }

    /// Lists what is complete, and publishes the video when that is something for the first time.
    pub(super) fn show(&mut self, made: &mut [Made]) -> Result<(), Failure> {
        let Some(pictures) = self.pictures.get() else { return Ok(()) };
        let complete: Vec<usize> = made.iter().map(|made| made.starts.len()).collect();
        let is_less = complete.iter().zip(&self.seen).any(|(complete, seen)| complete < seen);
        if is_less || complete == self.listed {
            return Ok(());
        }
        let app = &self.task.app;
        let is_first = self.listed.is_empty();
        if is_first {
            place::place_growing(app, self.video, made)?;
        }
        let playlist = self.growing(made);
        place::list_growing(app, self.video, &playlist, made)?;
        if is_first {
            place::write_master(app, self.video, &playlist)?;
            self.publish(playlist, pictures)?;
        }
        self.listed = complete;
        Ok(())
    }

    /// What the master says of renditions that nobody has seen whole.
    fn growing(&self, made: &[Made]) -> Playlist {
        let mut playlist = playlist_of(self.video.stem(), made);
        for (rendition, made) in playlist.renditions.iter_mut().zip(made) {
            rendition.bytes = 0;
            // x264 keeps to the rate over the length of its buffer, two seconds, and fills that once.
            rendition.bandwidth = rendition.bandwidth.max(made.bit_rate_max * 3 / 2);
            rendition.bandwidth_average = rendition.bandwidth_average.max(made.bit_rate_max);
        }
        playlist
    }

    fn publish(&self, mut playlist: Playlist, pictures: &Pictures) -> Result<(), Failure> {
        let facts = self.probe.facts();
        let key = VideoKey { video: self.video.id };
        let publish = |write: &mut Write<'_>, now| -> Result<bool, StoreError> {
            let Some(mut video) = write.get(&key)? else { return Ok(false) };
            number(write, &mut playlist, video.playlist.as_ref())?;
            video.playlist = Some(playlist);
            video.facts = Some(facts);
            show_pictures(&mut video, pictures);
            advance(&mut video, Milestone::Playable, now);
            write.insert(&key, &video)?;
            Ok(true)
        };
        if self.task.app.write_here(Durability::Flushed, publish)? { Ok(()) } else { Err(Failure::Stopped) }
    }
}
