//! All files on their way, and what is said of each.
//!
//! Owns who may send, who waits for a turn, and when what is said goes out. Never sends.

use std::rc::Rc;

use shared::api::UploadedVideo;
use yew::Reducible;

use super::draft::{Draft, Edit};
use super::transfer::{Progress, Stage};
use crate::api::Failure;

/// How many files are sent at once: more would only make each slower.
const AT_ONCE: usize = 2;

/// A file on its way.
#[derive(Clone, PartialEq, Debug)]
pub struct Ship {
    /// Its number in this visit.
    pub id: u32,
    /// Its name on its maker's disk.
    pub file: String,
    /// Where it is.
    pub progress: Progress,
    /// What is said of it.
    pub draft: Draft,
    /// Where what is said is.
    pub saving: Saving,
    /// Whether a picture of its maker's goes along.
    pub pictured: u32,
}

/// Where what is said of a video is.
#[derive(Clone, PartialEq, Debug)]
pub enum Saving {
    /// With its maker, who may have pressed Publish in vain.
    Open {
        /// Whether wrong fields are shown.
        pressed: bool,
    },
    /// Its maker pressed Publish; it waits for the file.
    Wanted,
    /// On its way.
    Sending,
    /// With the instance.
    Saved,
    /// Refused.
    Refused(Failure),
}

impl Ship {
    /// The video it became.
    pub fn video(&self) -> Option<&UploadedVideo> {
        if let Stage::Done(video) = &self.progress.stage { Some(video) } else { None }
    }

    /// Whether closing the tab would lose something.
    pub fn is_underway(&self) -> bool {
        self.progress.is_underway() || self.saving == Saving::Sending
    }

    fn is_active(&self) -> bool {
        self.progress.is_underway() && !matches!(self.progress.stage, Stage::Queued | Stage::Paused)
    }
}

/// All files on their way, in the order they were chosen.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Ships(pub Vec<Ship>);

/// What happens to them.
pub enum Act {
    /// A file was chosen.
    Add(Box<Ship>),
    /// A transfer tells where it is.
    Moved(u32, Progress),
    /// Its maker changes what is said.
    Edit(u32, Edit),
    /// Its maker chooses a picture.
    Pictured(u32),
    /// Its maker presses Publish.
    Publish(u32),
    /// What is said is on its way.
    Sending(u32),
    /// What is said is with the instance, or was refused.
    Answered(u32, Result<(), Failure>),
    /// Its maker takes it off the list.
    Remove(u32),
}

impl Ships {
    /// A file of the list.
    pub fn get(&self, id: u32) -> Option<&Ship> {
        self.0.iter().find(|ship| ship.id == id)
    }

    /// The files whose turn has come.
    pub fn to_start(&self) -> Vec<u32> {
        let active = self.0.iter().filter(|ship| ship.is_active()).count();
        let queued = self.0.iter().filter(|ship| ship.progress.stage == Stage::Queued);
        queued.take(AT_ONCE.saturating_sub(active)).map(|ship| ship.id).collect()
    }

    /// The next video whose words can go out.
    pub fn to_save(&self) -> Option<&Ship> {
        self.0.iter().find(|ship| ship.saving == Saving::Wanted && ship.video().is_some())
    }

    /// Percent of all bytes under way, where any are.
    pub fn underway(&self) -> Option<u8> {
        let moving: Vec<&Progress> =
            self.0.iter().map(|ship| &ship.progress).filter(|progress| progress.is_underway()).collect();
        if moving.is_empty() {
            return None;
        }
        let sum = |part: fn(&Progress) -> u64| moving.iter().map(|progress| part(progress)).sum::<u64>();
        let whole = Progress { sent: sum(|p| p.sent), size: sum(|p| p.size), ..(*moving.first()?).clone() };
        Some(whole.percent())
    }

    fn edit(&mut self, id: u32, change: impl FnOnce(&mut Ship)) {
        if let Some(ship) = self.0.iter_mut().find(|ship| ship.id == id) {
            change(ship);
        }
    }
}

impl Reducible for Ships {
    type Action = Act;

    fn reduce(self: Rc<Ships>, act: Act) -> Rc<Ships> {
        let mut ships = (*self).clone();
        match act {
            Act::Add(ship) => ships.0.push(*ship),
            Act::Moved(id, progress) => ships.edit(id, |ship| ship.progress = progress),
            Act::Edit(id, edit) => ships.edit(id, |ship| {
                ship.draft.apply(edit);
                ship.touched();
            }),
            Act::Pictured(id) => ships.edit(id, |ship| {
                ship.pictured += 1;
                ship.touched();
            }),
            Act::Publish(id) => ships.edit(id, |ship| {
                if ship.saving != Saving::Sending {
                    let right = ship.draft.wrongs().is_empty();
                    ship.saving = if right { Saving::Wanted } else { Saving::Open { pressed: true } };
                }
            }),
            Act::Sending(id) => ships.edit(id, |ship| ship.saving = Saving::Sending),
            Act::Answered(id, answer) => ships.edit(id, |ship| {
                // What was changed meanwhile is not saved yet.
                if ship.saving == Saving::Sending {
                    ship.saving = answer.map_or_else(Saving::Refused, |()| Saving::Saved);
                }
            }),
            Act::Remove(id) => ships.0.retain(|ship| ship.id != id),
        }
        Rc::new(ships)
    }
}

impl Ship {
    fn touched(&mut self) {
        self.saving = match self.saving {
            Saving::Open { pressed } => Saving::Open { pressed },
            Saving::Wanted | Saving::Sending | Saving::Saved | Saving::Refused(_) => {
                Saving::Open { pressed: false }
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use shared::id::{Uuid, VideoId};

    use super::*;
    use crate::api::PublishDefaults;

    fn progress(stage: Stage, sent: u64) -> Progress {
        Progress { stage, sent, size: 100, speed: None, resumed_at: 0 }
    }

    fn ship(id: u32) -> Act {
        Act::Add(Box::new(Ship {
            id,
            file: "a.mp4".into(),
            progress: progress(Stage::Queued, 0),
            draft: Draft::of_file("holiday.mp4", &PublishDefaults::default(), None),
            saving: Saving::Open { pressed: false },
            pictured: 0,
        }))
    }

    fn done() -> Progress {
        progress(
            Stage::Done(UploadedVideo { id: VideoId(1), short_uuid: Uuid(1).short(), uuid: Uuid(1) }),
            100,
        )
    }

    fn run(acts: impl IntoIterator<Item = Act>) -> Rc<Ships> {
        acts.into_iter().fold(Rc::default(), Ships::reduce)
    }

    #[test]
    fn two_files_are_sent_at_once_and_a_pause_gives_its_turn_away() {
        let ships = run([ship(1), ship(2), ship(3)]);
        assert_eq!(ships.to_start(), [1, 2]);
        let ships = ships
            .reduce(Act::Moved(1, progress(Stage::Sending, 1)))
            .reduce(Act::Moved(2, progress(Stage::Sending, 1)));
        assert_eq!(ships.to_start(), [0u32; 0]);
        assert_eq!(ships.clone().reduce(Act::Moved(1, progress(Stage::Paused, 1))).to_start(), [3]);
        assert_eq!(ships.reduce(Act::Moved(2, done())).to_start(), [3]);
    }

    #[test]
    fn publish_waits_for_the_file() {
        let ships = run([ship(1), Act::Publish(1)]);
        assert_eq!((ships.to_save(), &ships.0[0].saving), (None, &Saving::Wanted));
        let ships = ships.reduce(Act::Moved(1, done()));
        assert_eq!(ships.to_save().map(|ship| ship.id), Some(1));
        let ships = ships.reduce(Act::Sending(1));
        assert_eq!(ships.to_save(), None);
        assert_eq!(ships.reduce(Act::Answered(1, Ok(()))).0[0].saving, Saving::Saved);
    }

    #[test]
    fn a_wrong_form_is_not_published() {
        let ships =
            run([ship(1), Act::Edit(1, Edit::Name("x".into())), Act::Publish(1), Act::Moved(1, done())]);
        assert_eq!((ships.to_save(), &ships.0[0].saving), (None, &Saving::Open { pressed: true }));
    }

    #[test]
    fn a_change_after_publish_must_be_published_again() {
        let ships = run([ship(1), Act::Publish(1), Act::Edit(1, Edit::Nsfw(true))]);
        assert_eq!(ships.0[0].saving, Saving::Open { pressed: false });
        let late = run([
            ship(1),
            Act::Moved(1, done()),
            Act::Publish(1),
            Act::Sending(1),
            Act::Edit(1, Edit::Nsfw(true)),
            Act::Answered(1, Ok(())),
        ]);
        assert_eq!(late.0[0].saving, Saving::Open { pressed: false });
    }

    #[test]
    fn the_whole_is_counted_over_what_is_under_way() {
        assert_eq!(run([]).underway(), None);
        let ships = run([
            ship(1),
            ship(2),
            ship(3),
            Act::Moved(1, done()),
            Act::Moved(2, progress(Stage::Sending, 60)),
        ]);
        assert_eq!(ships.underway(), Some(30));
        assert_eq!(run([ship(1), Act::Moved(1, done())]).underway(), None);
    }
}
