//! How long files are that are put together while they are sent: programs that fetch by themselves want to know first.
//!
//! Owns how long one feed waits for that. A length is found by reading the headers of all fragments, milliseconds for an
//! hour of film, or seconds on a disk that has to look for each. What a feed did not wait for is measured behind it, and
//! the next one has it.

use std::time::Duration;

use shared::id::Uuid;
use shared::time::Instant;

use crate::app::App;
use crate::http::files::films::Length;
use crate::media::mux::Source;

/// How long one feed measures.
const PATIENCE: Duration = Duration::from_millis(500);

/// A film to be measured.
pub struct Wanted {
    video: Uuid,
    sources: Vec<Source>,
}

/// Measures for one feed.
pub struct Measure<'a> {
    app: &'a App,
    until: Instant,
    left: Vec<Wanted>,
}

impl Measure<'_> {
    /// Begins now. Blocks.
    #[must_use]
    pub fn begin(app: &App) -> Measure<'_> {
        Measure { app, until: app.clock().instant() + PATIENCE, left: Vec::new() }
    }

    /// The exact length of the film of these files of a video; none where it cannot be told, or not yet. One that is
    /// `awaited` is measured as long as there is time; the others are measured behind the feed.
    pub fn length(&mut self, video: Uuid, sources: Vec<Source>, awaited: bool) -> Option<u64> {
        let wanted = Wanted { video, sources };
        let has_time = awaited && self.app.clock().instant() < self.until;
        let found =
            if has_time { measure(self.app, &wanted) } else { self.app.films().length(&wanted.sources) };
        match found {
            Some(Length::Bytes(bytes)) => Some(bytes),
            Some(Length::Never) => None,
            None => {
                self.left.push(wanted);
                None
            }
        }
    }

    /// What was not waited for.
    #[must_use]
    pub fn left(self) -> Vec<Wanted> {
        self.left
    }
}

fn measure(app: &App, wanted: &Wanted) -> Option<Length> {
    let folder = app.layout().hls(wanted.video);
    app.films().measure(&folder, &wanted.sources, app.clock().instant())
}

/// Measures behind the feed what it did not wait for, for one feed at a time.
pub fn go_on(app: &App, left: Vec<Wanted>) {
    if left.is_empty() {
        return;
    }
    let Some(turn) = app.films().begin_measuring() else { return };
    let own = app.clone();
    app.spawn(async move {
        let work = move |app: &App| {
            for wanted in &left {
                if app.stopping().is_cancelled() || measure(app, wanted).is_none() {
                    break;
                }
            }
            drop(turn);
        };
        own.blocking(work).await;
    });
}
