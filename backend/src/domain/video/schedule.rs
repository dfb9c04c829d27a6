//! Changes of privacy that come by themselves.
//!
//! Owns when one is due and what it does. Rows by time tell which are next, so that looking costs nothing while none
//! is due. A video whose renditions are still made changes its privacy all the same: it is seen when they are there.

use shared::api::ScheduledUpdate;
use shared::time::Timestamp;

use super::edit::{new_to_viewers, note_torrents};
use super::{labels, torrent};
use crate::store::records::{Privacy, Schedule, Video};
use crate::store::tables::{ScheduleKey, VideoKey};
use crate::store::{Read, StoreError, Write};

/// A schedule as its owner says it; a privacy that is not said is public.
#[must_use]
pub fn of_form(form: ScheduledUpdate) -> Schedule {
    let privacy = form.privacy.and_then(labels::privacy).unwrap_or(Privacy::Public);
    Schedule { at: form.update_at, privacy }
}

/// Whether a video may come to this privacy by itself (PeerTube's choice).
#[must_use]
pub fn may_lead_to(privacy: Privacy) -> bool {
    match privacy {
        Privacy::Public | Privacy::Unlisted | Privacy::Internal => true,
        Privacy::Private | Privacy::Password => false,
    }
}

/// Keeps the rows by time in step with a video that changed from `old`.
///
/// # Errors
/// [`StoreError`].
pub fn follow(write: &mut Write<'_>, old: Option<Schedule>, video: &Video) -> Result<(), StoreError> {
    if old == video.schedule {
        return Ok(());
    }
    if let Some(old) = old {
        write.remove(&ScheduleKey { at: old.at, video: video.id });
    }
    if let Some(new) = video.schedule {
        write.insert(&ScheduleKey { at: new.at, video: video.id }, &())?;
    }
    Ok(())
}

/// Does what a video's schedule says, if it is due. Gives whether it was.
pub fn fire(video: &mut Video, now: Timestamp) -> bool {
    let Some(schedule) = video.schedule.filter(|schedule| schedule.at <= now) else { return false };
    let before = video.privacy;
    video.schedule = None;
    video.privacy = schedule.privacy;
    video.passwords.clear();
    video.updated_at = now;
    if new_to_viewers(before, video.privacy) {
        video.published_at = now;
    }
    true
}

/// Does what is due, of `videos_max` videos at most. Gives how many there were.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn run_due(write: &mut Write<'_>, now: Timestamp, videos_max: usize) -> Result<usize, StoreError> {
    let rows = write.table::<ScheduleKey>().map(|row| row.map(|(key, ())| key));
    let due = rows.take_while(|key| !key.as_ref().is_ok_and(|key| now < key.at)).take(videos_max);
    let due: Vec<ScheduleKey> = due.collect::<Result<_, _>>()?;
    for key in &due {
        write.remove(key);
        let row = VideoKey { video: key.video };
        let Some(mut video) = write.get(&row)? else { continue };
        if fire(&mut video, now) {
            note_torrents(write, &video);
            torrent::settle(&mut video, &std::collections::BTreeMap::new());
            write.insert(&row, &video)?;
        }
    }
    Ok(due.len())
}

/// Whether something is due.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn is_due(read: &impl Read, now: Timestamp) -> Result<bool, StoreError> {
    Ok(read.table::<ScheduleKey>().next().transpose()?.is_some_and(|(key, ())| key.at <= now))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::video::tests::video;

    #[test]
    fn a_video_changes_when_its_time_has_come_and_once() {
        let planned = Video {
            privacy: Privacy::Private,
            schedule: Some(Schedule { at: Timestamp(5000), privacy: Privacy::Public }),
            ..video(1)
        };
        let mut early = planned.clone();
        assert!(!fire(&mut early, Timestamp(4999)) && early == planned);
        let mut video = planned;
        assert!(fire(&mut video, Timestamp(5001)));
        assert_eq!((video.privacy, video.schedule), (Privacy::Public, None));
        assert_eq!((video.published_at, video.updated_at), (Timestamp(5001), Timestamp(5001)));
        assert!(!fire(&mut video, Timestamp(9000)));
    }

    #[test]
    fn what_others_saw_already_is_not_new() {
        let mut video = Video {
            privacy: Privacy::Unlisted,
            schedule: Some(Schedule { at: Timestamp(5000), privacy: Privacy::Public }),
            ..video(1)
        };
        assert!(fire(&mut video, Timestamp(6000)));
        assert_eq!(video.published_at, Timestamp(1000));
    }
}
