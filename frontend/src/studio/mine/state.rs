//! The rows of the library.

use std::rc::Rc;

use shared::api::{MyVideo, Page, Stage, state};
use shared::id::VideoId;
use yew::Reducible;

use crate::api::{Failure, Window};

/// Rows of one page.
pub const ROWS: usize = 25;

/// The rows of the library.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Library {
    /// What is here.
    pub videos: Vec<Rc<MyVideo>>,
    /// How many there are; none before the first answer.
    pub total: Option<u64>,
    /// Whether an answer is awaited.
    pub is_busy: bool,
    /// Why the last answer did not come.
    pub failure: Option<Failure>,
    /// The video one is asked about before it is deleted.
    pub doomed: Option<Rc<MyVideo>>,
    /// Where its end is.
    pub end: End,
}

/// Where the deletion of a video is.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum End {
    /// One is asked.
    #[default]
    Asked,
    /// It is on its way.
    Sent,
    /// It was refused.
    Refused(Failure),
}

/// What happens to the library.
pub enum Act {
    /// Rows are asked for.
    Asked,
    /// Rows came: those asked for with this window.
    Came(Window, Page<MyVideo>),
    /// Rows did not come.
    Broke(Failure),
    /// One is to be asked about a video.
    Doom(Rc<MyVideo>),
    /// One changes one's mind.
    Spare,
    /// The deletion is sent.
    End,
    /// The deletion was refused.
    EndRefused(Failure),
    /// A video is no more.
    Gone(VideoId),
}

impl Library {
    /// The rows that come next.
    pub fn next(&self) -> Window {
        Window { start: self.videos.len(), count: ROWS }
    }

    /// All rows that are here, to look again: never fewer than a page, never more than the instance gives at once.
    pub fn present(&self) -> Window {
        Window { start: 0, count: self.videos.len().clamp(ROWS, 100) }
    }

    /// Whether there are rows beyond those here.
    pub fn has_more(&self) -> bool {
        let here = u64::try_from(self.videos.len()).unwrap_or(u64::MAX);
        self.total.is_some_and(|total| here < total)
    }

    /// Whether the instance is still at work on any of them.
    pub fn is_moving(&self) -> bool {
        self.videos.iter().any(|video| is_moving(video))
    }
}

/// Whether the instance is still at work on a video.
pub fn is_moving(video: &MyVideo) -> bool {
    match &video.processing {
        Some(processing) => processing.stage != Stage::Failed,
        None => matches!(video.state.id, state::TO_TRANSCODE | state::TO_IMPORT),
    }
}

impl Reducible for Library {
    type Action = Act;

    fn reduce(self: Rc<Library>, act: Act) -> Rc<Library> {
        let mut library = (*self).clone();
        match act {
            Act::Asked => library.is_busy = true,
            Act::Came(window, page) => {
                library.is_busy = false;
                library.failure = None;
                library.total = Some(page.total);
                let rest = library.videos.split_off(window.start.min(library.videos.len()));
                let came = page.data.len();
                library.videos.extend(page.data.into_iter().map(Rc::new));
                // A second look at the first rows leaves those after them.
                library.videos.extend(rest.into_iter().skip(window.count.max(came)));
                let mut seen = std::collections::BTreeSet::new();
                library.videos.retain(|video| seen.insert(video.video.card.id));
            }
            Act::Broke(failure) => {
                library.is_busy = false;
                library.failure = Some(failure);
            }
            Act::Doom(video) => {
                library.doomed = Some(video);
                library.end = End::Asked;
            }
            Act::Spare => library.doomed = None,
            Act::End => library.end = End::Sent,
            Act::EndRefused(failure) => library.end = End::Refused(failure),
            Act::Gone(id) => {
                let before = library.videos.len();
                library.videos.retain(|video| video.video.card.id != id);
                if library.videos.len() < before {
                    library.total = library.total.map(|total| total.saturating_sub(1));
                }
                library.doomed = None;
            }
        }
        Rc::new(library)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn videos(ids: std::ops::Range<u64>) -> Vec<MyVideo> {
        ids.map(|id| {
            let mut value: serde_json::Value =
                serde_json::from_str(include_str!("../../feed/sample.json")).unwrap();
            value["id"] = id.into();
            value["state"] = serde_json::json!({"id": 1, "label": "Published"});
            value["waitTranscoding"] = false.into();
            value["blacklisted"] = false.into();
            value["blacklistedReason"] = serde_json::Value::Null;
            serde_json::from_value(value).unwrap()
        })
        .collect()
    }

    fn came(start: usize, count: usize, total: u64, ids: std::ops::Range<u64>) -> Act {
        Act::Came(Window { start, count }, Page { total, data: videos(ids) })
    }

    fn run(acts: impl IntoIterator<Item = Act>) -> Rc<Library> {
        acts.into_iter().fold(Rc::default(), Library::reduce)
    }

    fn ids(library: &Library) -> Vec<u64> {
        library.videos.iter().map(|video| video.video.card.id.0).collect()
    }

    #[test]
    fn rows_follow_each_other() {
        let library = run([came(0, 25, 40, 0..25), came(25, 25, 40, 25..40)]);
        assert_eq!((library.videos.len(), library.has_more()), (40, false));
    }

    #[test]
    fn a_second_look_changes_rows_in_place() {
        let library = run([came(0, 25, 40, 0..25), came(25, 25, 40, 25..40), came(0, 25, 41, 0..25)]);
        assert_eq!(ids(&library), (0..40).collect::<Vec<_>>());
        assert!(library.has_more());
    }

    #[test]
    fn a_new_video_on_top_makes_no_double() {
        let library = run([came(0, 3, 3, 1..4), came(0, 3, 4, 0..3)]);
        assert_eq!(ids(&library), [0, 1, 2]);
        assert!(library.has_more());
    }

    #[test]
    fn a_deleted_video_leaves_at_once() {
        let library = run([came(0, 25, 3, 0..3)]);
        let library = library.clone().reduce(Act::Doom(library.videos[1].clone())).reduce(Act::End);
        let library = library.reduce(Act::Gone(VideoId(1)));
        assert_eq!((ids(&library), library.total, library.doomed.is_none()), (vec![0, 2], Some(2), true));
    }

    #[test]
    fn a_refused_deletion_stays_on_the_screen() {
        let library = run([came(0, 25, 1, 0..1)]);
        let library = library.clone().reduce(Act::Doom(library.videos[0].clone())).reduce(Act::End);
        let library = library.reduce(Act::EndRefused(Failure::Unreachable));
        assert_eq!((&library.end, library.doomed.is_some()), (&End::Refused(Failure::Unreachable), true));
    }
}
